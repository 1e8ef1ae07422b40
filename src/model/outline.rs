//! What a plan was made from, as programs that read plans ask for it: the configuration in outline, the outputs that
//! stay, what became of conditions. Kept beside a plan, and no part of what is approved.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::address::{Address, BlockAddress};
use super::desired::ProviderKey;
use super::state::RecordedOutput;
use super::value::Value;

/// Everything that is kept beside a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outline {
    /// The provider configurations that are written or used.
    pub providers: BTreeMap<ProviderKey, Arguments>,
    /// The root module, with every module that it calls.
    pub root: ModuleOutline,
    /// The root module's outputs that stay as they are.
    pub outputs: BTreeMap<Arc<str>, RecordedOutput>,
    /// What became of conditions.
    pub checks: Vec<Checked>,
    /// Which expressions read which attributes of objects.
    pub reads: Vec<Read>,
}

/// Arguments and blocks by name.
pub type Arguments = BTreeMap<Arc<str>, Expression>;

/// What is written in the place of a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expression {
    /// A value that stands by itself.
    Constant(Value),
    /// References, each followed by what it is a part of: `a.b.id`, `a.b`.
    References(Vec<String>),
    /// A block that can be there once.
    Block(Arguments),
    /// Blocks that can be repeated.
    Blocks(Vec<Arguments>),
    /// What nothing can be said of: the result of a function, or a secret.
    Opaque,
}

/// The declarations of one module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModuleOutline {
    /// `output` blocks.
    pub outputs: BTreeMap<Arc<str>, OutputOutline>,
    /// `resource` and `data` blocks, by their addresses within the module.
    pub resources: Vec<ResourceOutline>,
    /// `module` blocks.
    pub calls: BTreeMap<Arc<str>, CallOutline>,
    /// `variable` blocks.
    pub variables: BTreeMap<Arc<str>, VariableOutline>,
}

/// An `output` block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputOutline {
    /// Its value.
    pub expression: Expression,
    /// Its value is not shown.
    pub sensitive: bool,
    /// What its author says of it.
    pub description: Option<Arc<str>>,
    /// What it waits for beyond its references.
    pub depends_on: Vec<String>,
}

/// How a block is repeated, as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RepeatOutline {
    /// By number.
    pub count: Option<Expression>,
    /// By key.
    pub for_each: Option<Expression>,
}

/// A `resource` or `data` block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourceOutline {
    /// Its address within the module.
    pub address: BlockAddress,
    /// The provider configuration that it uses.
    pub provider: ProviderKey,
    /// What is written in it.
    pub arguments: Arguments,
    /// How it is repeated.
    pub repeat: RepeatOutline,
    /// What it waits for beyond its references.
    pub depends_on: Vec<String>,
}

/// A `module` block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallOutline {
    /// The directory as written.
    pub source: Arc<str>,
    /// The values for the module's variables.
    pub arguments: Arguments,
    /// How it is repeated.
    pub repeat: RepeatOutline,
    /// What everything in it waits for.
    pub depends_on: Vec<String>,
    /// What it declares.
    pub module: ModuleOutline,
}

/// A `variable` block.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VariableOutline {
    /// Its value where none is given; none for a secret.
    pub default: Option<Value>,
    /// What its author says of it.
    pub description: Option<Arc<str>>,
    /// Its values are not shown.
    pub sensitive: bool,
}

/// What has conditions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conditioned {
    /// A `check` block.
    Check {
        /// The address of the instance of a module that it stands in; empty for the root module.
        module: String,
        /// Its name.
        name: Arc<str>,
    },
    /// An `output` block.
    Output {
        /// The address of the instance of a module that it stands in; empty for the root module.
        module: String,
        /// Its name.
        name: Arc<str>,
    },
    /// An instance of a `resource` or `data` block.
    Resource(Address),
    /// A `variable` block.
    Variable {
        /// The address of the instance of a module that it stands in; empty for the root module.
        module: String,
        /// Its name.
        name: Arc<str>,
    },
}

/// What became of the conditions of one thing, best first: the worst of them counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// They hold.
    #[default]
    Pass,
    /// Only apply can tell.
    Unknown,
    /// One does not hold.
    Fail,
    /// One cannot be evaluated.
    Error,
}

/// The conditions of one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// What has them.
    pub subject: Conditioned,
    /// What became of them.
    pub standing: Standing,
    /// The messages of those that do not hold.
    pub problems: Vec<String>,
}

/// Who reads an attribute of an object, whatever the instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// A `resource` or `data` block of the module that these calls lead to.
    Block(Vec<Arc<str>>, BlockAddress),
    /// An output of the root module.
    Output(Arc<str>),
}

/// An attribute of an object that an expression reads, directly or through locals, variables and outputs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Read {
    /// Who reads.
    pub reader: Reader,
    /// The calls that lead to the object's module.
    pub modules: Vec<Arc<str>>,
    /// The object's block, within its module.
    pub block: BlockAddress,
    /// The instance, where the expression names one.
    pub key: Option<Step>,
    /// The attribute and the steps into it; empty for the whole object.
    pub path: Vec<Step>,
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// A position in a list.
    Index(u64),
    /// The name of an attribute, or a key of a map.
    Name(String),
}
