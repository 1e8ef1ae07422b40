//! What the texts of one module declare, as plain data: nothing here is evaluated yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lang::{Attribute, Body, Expr, Traversal};
use crate::model::address::{BlockAddress, Mode};
use crate::model::desired::{Moved, OnRemoval, ProviderKey, Removed, Repetition};
use crate::model::diagnostic::Span;
use crate::model::types::TypeConstraint;

/// All declarations of a directory.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `variable` blocks.
    pub variables: BTreeMap<Arc<str>, VariableBlock>,
    /// Entries of `locals` blocks.
    pub locals: BTreeMap<Arc<str>, Attribute>,
    /// `output` blocks.
    pub outputs: BTreeMap<Arc<str>, OutputBlock>,
    /// `provider` blocks.
    pub providers: BTreeMap<ProviderKey, ProviderBlock>,
    /// `resource` and `data` blocks, also those inside of `check` blocks. Their addresses are those within the module.
    pub resources: BTreeMap<BlockAddress, ResourceBlock>,
    /// `module` blocks.
    pub modules: BTreeMap<Arc<str>, ModuleBlock>,
    /// `check` blocks.
    pub checks: BTreeMap<Arc<str>, CheckBlock>,
    /// `import` blocks.
    pub imports: Vec<ImportBlock>,
    /// `removed` blocks.
    pub removed: Vec<Removed>,
    /// `moved` blocks.
    pub moved: Vec<Moved>,
}

/// A `variable` block.
#[derive(Clone, Debug)]
pub struct VariableBlock {
    /// What it accepts.
    pub constraint: TypeConstraint,
    /// Its value where none is given.
    pub default: Option<Expr>,
    /// Its values are not shown.
    pub sensitive: bool,
    /// Its values are kept nowhere.
    pub ephemeral: bool,
    /// Whether `null` is a value like any other.
    pub nullable: bool,
    /// What its author says of it.
    pub description: Option<Arc<str>>,
    /// Its `validation` blocks.
    pub validations: Vec<Condition>,
    /// The block's header.
    pub span: Span,
}

/// A condition with the message for when it does not hold.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Must be true.
    pub condition: Expr,
    /// Says what is wrong otherwise.
    pub error_message: Expr,
}

impl Condition {
    /// Both expressions.
    pub fn expressions(&self) -> [&Expr; 2] {
        [&self.condition, &self.error_message]
    }
}

/// An `output` block.
#[derive(Clone, Debug)]
pub struct OutputBlock {
    /// Its value.
    pub value: Expr,
    /// Its value is not shown.
    pub sensitive: bool,
    /// Its value is kept nowhere.
    pub ephemeral: bool,
    /// What its author says of it.
    pub description: Option<Arc<str>>,
    /// What it waits for beyond its references.
    pub depends_on: Vec<Traversal>,
    /// Its `precondition` blocks.
    pub preconditions: Vec<Condition>,
    /// The block's header.
    pub span: Span,
}

/// A `provider` block.
#[derive(Clone, Debug)]
pub struct ProviderBlock {
    /// Its arguments, without `alias`.
    pub body: Body,
    /// The block's header.
    pub span: Span,
}

/// How a block is repeated, as written.
#[derive(Clone, Debug, Default)]
pub struct Repeat {
    /// By number.
    pub count: Option<Expr>,
    /// By key.
    pub for_each: Option<Expr>,
}

impl Repeat {
    /// Which of the two, if any.
    pub fn repetition(&self) -> Repetition {
        match (&self.count, &self.for_each) {
            (Some(_), _) => Repetition::Count,
            (None, Some(_)) => Repetition::ForEach,
            (None, None) => Repetition::Single,
        }
    }

    /// The expressions that say how often.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.count.iter().chain(&self.for_each)
    }
}

/// A `resource` or `data` block.
#[derive(Clone, Debug)]
pub struct ResourceBlock {
    /// Its arguments and blocks, without those that every block may have.
    pub body: Body,
    /// How it is repeated.
    pub repeat: Repeat,
    /// The provider configuration that it names.
    pub provider: Option<(ProviderKey, Span)>,
    /// What it waits for beyond its references.
    pub depends_on: Vec<Traversal>,
    /// Its `lifecycle` block.
    pub lifecycle: LifecycleBlock,
    /// The `check` block that it stands in; nothing else may refer to it.
    pub check: Option<Arc<str>>,
    /// A part of it could not be read, so what seems to be missing may be there.
    pub is_broken: bool,
    /// The block's header.
    pub span: Span,
}

/// A `lifecycle` block as written.
#[derive(Clone, Debug, Default)]
pub struct LifecycleBlock {
    /// `prevent_destroy`
    pub prevent_destroy: Option<(bool, Span)>,
    /// `create_before_destroy`
    pub create_before_destroy: Option<bool>,
    /// `ignore_changes`: attributes, or paths into them.
    pub ignore_changes: Vec<Traversal>,
    /// `ignore_changes = all`
    pub ignore_all: bool,
    /// `replace_triggered_by`
    pub replace_triggered_by: Vec<Expr>,
    /// `on_removal`
    pub on_removal: Option<OnRemoval>,
    /// `precondition` blocks.
    pub preconditions: Vec<Condition>,
    /// `postcondition` blocks.
    pub postconditions: Vec<Condition>,
}

/// A `module` block.
#[derive(Clone, Debug)]
pub struct ModuleBlock {
    /// The directory as written, relative to that of the text that names it.
    pub source: Arc<str>,
    /// Where it is written.
    pub source_span: Span,
    /// The values for the module's variables.
    pub arguments: Vec<Attribute>,
    /// How it is repeated.
    pub repeat: Repeat,
    /// The module's provider configurations and those of the caller that they are, with their place.
    pub providers: Vec<(ProviderKey, ProviderKey, Span)>,
    /// What everything in it waits for.
    pub depends_on: Vec<Traversal>,
    /// The block's header.
    pub span: Span,
}

impl ModuleBlock {
    /// The value for one of the module's variables.
    pub fn argument(&self, name: &str) -> Option<&Attribute> {
        self.arguments.iter().find(|argument| &*argument.name == name)
    }
}

/// A `check` block; its data source is among the resources.
#[derive(Clone, Debug)]
pub struct CheckBlock {
    /// Its `assert` blocks.
    pub asserts: Vec<Condition>,
    /// Its data source.
    pub data: Option<BlockAddress>,
}

/// An `import` block.
#[derive(Clone, Debug)]
pub struct ImportBlock {
    /// The address that takes over; its keys may have to be evaluated.
    pub to: Expr,
    /// The object's id.
    pub id: Expr,
    /// One import for each key.
    pub for_each: Option<Expr>,
    /// The block's header.
    pub span: Span,
}

impl ResourceBlock {
    /// Whether only its own `check` block can see it.
    pub fn is_hidden_from(&self, check: Option<&str>) -> bool {
        self.check.as_deref().is_some_and(|own| check != Some(own))
    }
}

/// The blocks of one mode, for proposals.
pub fn names_of(config: &Config, mode: Mode) -> Vec<String> {
    config.resources.keys().filter(|known| known.mode == mode).map(ToString::to_string).collect()
}
