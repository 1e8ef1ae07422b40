//! Bodies to declarations: which blocks there are, and what each may hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lang::{self, Attribute, Block, Body, Expr, Step, Traversal};
use crate::model::address::{Address, BlockAddress, Key, Mode};
use crate::model::desired::{Moved, MovedEnd, OnRemoval, ProviderKey, Removed};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Sources, Span, nearest};
use crate::model::types::TypeConstraint;
use crate::model::value::Value;

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
    /// `resource` and `data` blocks.
    pub resources: BTreeMap<BlockAddress, ResourceBlock>,
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
    /// Whether `null` is a value like any other.
    pub nullable: bool,
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

/// An `output` block.
#[derive(Clone, Debug)]
pub struct OutputBlock {
    /// Its value.
    pub value: Expr,
    /// Its value is not shown.
    pub sensitive: bool,
    /// What it waits for beyond its references.
    pub depends_on: Vec<Traversal>,
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

/// A `resource` or `data` block.
#[derive(Clone, Debug)]
pub struct ResourceBlock {
    /// Its arguments and blocks, without those that every block may have.
    pub body: Body,
    /// Repeats it by number.
    pub count: Option<Expr>,
    /// Repeats it by key.
    pub for_each: Option<Expr>,
    /// The provider configuration that it names.
    pub provider: Option<(ProviderKey, Span)>,
    /// What it waits for beyond its references.
    pub depends_on: Vec<Traversal>,
    /// Its `lifecycle` block.
    pub lifecycle: LifecycleBlock,
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
    /// `ignore_changes`, with the place of each name.
    pub ignore_changes: Vec<(Arc<str>, Span)>,
    /// `ignore_changes = all`
    pub ignore_all: bool,
    /// `replace_triggered_by`
    pub replace_triggered_by: Vec<Traversal>,
    /// `on_removal`
    pub on_removal: Option<OnRemoval>,
    /// `precondition` blocks.
    pub preconditions: Vec<Condition>,
}

/// Blocks of Terraform's language that this version does not have. Leaving one out in silence would change what a
/// configuration means.
const NOT_YET: &[&str] = &["module", "import", "check", "ephemeral"];

const KNOWN: &[&str] = &[
    "backform",
    "data",
    "locals",
    "moved",
    "output",
    "provider",
    "removed",
    "resource",
    "terraform",
    "variable",
];

/// Reads all declarations of the files. Never fails: what is wrong is left out and reported.
pub fn parse(sources: &Sources, files: &[FileId]) -> (Config, Diagnostics) {
    let mut reader = Reader {
        sources,
        config: Config::default(),
        seen: BTreeMap::new(),
        problems: Diagnostics::default(),
    };
    for file in files {
        let Some(source) = sources.file(*file) else { continue };
        let (body, problems) = lang::parse_body(*file, &source.text);
        reader.problems.extend(problems);
        reader.top_level(body);
    }
    reader.problems.sort();
    (reader.config, reader.problems)
}

struct Reader<'a> {
    sources: &'a Sources,
    config: Config,
    /// Where each name was declared first.
    seen: BTreeMap<String, Span>,
    problems: Diagnostics,
}

impl Reader<'_> {
    fn top_level(&mut self, body: Body) {
        for attribute in body.attributes {
            self.problems.push(
                Diagnostic::error(Code::UnknownArgument, "there are no arguments outside of blocks")
                    .at(attribute.name_span)
                    .detail(format!("`{}` stands by itself.", attribute.name))
                    .hint(
                        "put it into the block that it belongs to; named values belong into a `locals` block",
                    ),
            );
        }
        for block in body.blocks {
            match &*block.kind {
                "resource" => self.resource(block, Mode::Managed),
                "data" => self.resource(block, Mode::Data),
                "variable" => self.variable(block),
                "locals" => self.locals(block),
                "output" => self.output(block),
                "provider" => self.provider(block),
                "removed" => self.removed(&block),
                "moved" => self.moved(&block),
                "terraform" => self.terraform(&block),
                "backform" => self.settings(&block),
                other => self.unknown(other, block.kind_span),
            }
        }
    }

    fn unknown(&mut self, kind: &str, span: Span) {
        let diagnostic = if NOT_YET.contains(&kind) {
            Diagnostic::error(Code::UnknownBlock, "this block is not supported yet").detail(format!(
                "`{kind}` blocks are part of Terraform's language, and this version cannot read them."
            ))
        } else {
            Diagnostic::error(Code::UnknownBlock, "this block is not known")
                .detail(format!("there is no block `{kind}`."))
                .suggest(nearest(kind, KNOWN.iter().copied()))
        };
        self.problems.push(diagnostic.at(span));
    }

    /// Whether the block has as many labels as it needs; says which are missing or too many.
    fn labels(&mut self, block: &Block, names: &[&str]) -> Option<Vec<Arc<str>>> {
        if let Some(extra) = block.labels.get(names.len()) {
            self.problems.push(
                Diagnostic::error(Code::InvalidBlock, "this block has too many labels")
                    .at(extra.span)
                    .detail(format!("`{}` takes {}.", block.kind, count_labels(names))),
            );
            return None;
        }
        if block.labels.len() < names.len() {
            let missing = names[block.labels.len()];
            self.problems.push(
                Diagnostic::error(Code::InvalidBlock, "this block lacks a label")
                    .at(block.header_span)
                    .detail(format!(
                        "`{}` takes {}; the {missing} is missing.",
                        block.kind,
                        count_labels(names)
                    )),
            );
            return None;
        }
        let mut good = true;
        for label in &block.labels {
            if !is_name(&label.text) {
                good = false;
                self.problems.push(
                    Diagnostic::error(Code::InvalidBlock, "this label is not a name").at(label.span).detail(
                        "A name begins with a letter or `_` and goes on with letters, digits, `_` and `-`.",
                    ),
                );
            }
        }
        good.then(|| block.labels.iter().map(|label| label.text.clone()).collect())
    }

    /// Whether the name is new; reports both places otherwise.
    fn first(&mut self, name: String, span: Span) -> bool {
        match self.seen.get(&name) {
            None => {
                self.seen.insert(name, span);
                true
            }
            Some(before) => {
                let place = self.sources.place(*before);
                self.problems.push(
                    Diagnostic::error(Code::DuplicateBlock, "this name is taken")
                        .at(span)
                        .related(*before, "declared here first")
                        .detail(format!("`{name}` is declared already, at {place}.")),
                );
                false
            }
        }
    }

    fn resource(&mut self, block: Block, mode: Mode) {
        let Some(labels) = self.labels(&block, &["type", "name"]) else { return };
        let [kind, name] = &labels[..] else { return };
        let address = match mode {
            Mode::Managed => BlockAddress::managed(kind.clone(), name.clone()),
            Mode::Data => BlockAddress::data(kind.clone(), name.clone()),
        };
        let span = block.header_span;
        if !self.first(address.to_string(), span) {
            return;
        }
        let is_broken = self.is_broken(block.span);
        let mut fields = Fields::new(self, block.body);
        let count = fields.take("count").map(|attribute| attribute.expr);
        let for_each = fields.take("for_each").map(|attribute| attribute.expr);
        let provider =
            fields.take("provider").and_then(|attribute| fields.provider_reference(&attribute.expr));
        let depends_on = fields.take("depends_on").map(|a| fields.traversals(&a.expr)).unwrap_or_default();
        let lifecycle =
            fields.take_block("lifecycle").map(|block| fields.lifecycle(block, mode)).unwrap_or_default();
        let body = fields.rest();
        if let (Some(_), Some(for_each)) = (&count, &for_each) {
            self.problems.push(
                Diagnostic::error(Code::InvalidExpansion, "a block is repeated in one way only")
                    .at(for_each.span())
                    .detail("`count` and `for_each` stand in the same block.")
                    .hint("keep `for_each` where the instances have names of their own"),
            );
        }
        self.config.resources.insert(
            address,
            ResourceBlock { body, count, for_each, provider, depends_on, lifecycle, is_broken, span },
        );
    }

    /// Whether something in this range is not HCL.
    fn is_broken(&self, range: Span) -> bool {
        let inside =
            |span: Span| span.file == range.file && span.start >= range.start && span.end <= range.end;
        self.problems.iter().any(|problem| problem.code == Code::Syntax && problem.span.is_some_and(inside))
    }

    fn variable(&mut self, block: Block) {
        let Some(labels) = self.labels(&block, &["name"]) else { return };
        let (name, span) = (labels[0].clone(), block.header_span);
        if !self.first(format!("var.{name}"), span) {
            return;
        }
        let mut fields = Fields::new(self, block.body);
        let constraint = fields.take("type").and_then(|attribute| fields.constraint(&attribute.expr));
        let default = fields.take("default").map(|attribute| attribute.expr);
        let sensitive = fields.flag("sensitive").unwrap_or(false);
        let nullable = fields.flag("nullable").unwrap_or(true);
        fields.take("description");
        let validations = fields.conditions("validation");
        fields.nothing_left("variable");
        self.config.variables.insert(
            name,
            VariableBlock {
                constraint: constraint.unwrap_or_default(),
                default,
                sensitive,
                nullable,
                validations,
                span,
            },
        );
    }

    fn locals(&mut self, block: Block) {
        if self.labels(&block, &[]).is_none() {
            return;
        }
        for attribute in block.body.attributes {
            if self.first(format!("local.{}", attribute.name), attribute.name_span) {
                self.config.locals.insert(attribute.name.clone(), attribute);
            }
        }
        for inner in &block.body.blocks {
            self.problems.push(
                Diagnostic::error(Code::UnknownBlock, "there are no blocks in `locals`")
                    .at(inner.kind_span)
                    .hint(format!("to give a local value, write `{} = {{ ... }}`", inner.kind)),
            );
        }
    }

    fn output(&mut self, block: Block) {
        let Some(labels) = self.labels(&block, &["name"]) else { return };
        let (name, span) = (labels[0].clone(), block.header_span);
        if !self.first(format!("output.{name}"), span) {
            return;
        }
        let mut fields = Fields::new(self, block.body);
        let value = fields.take("value").map(|attribute| attribute.expr);
        let sensitive = fields.flag("sensitive").unwrap_or(false);
        fields.take("description");
        let depends_on = fields.take("depends_on").map(|a| fields.traversals(&a.expr)).unwrap_or_default();
        fields.nothing_left("output");
        match value {
            Some(value) => {
                self.config.outputs.insert(name, OutputBlock { value, sensitive, depends_on, span });
            }
            None => self.problems.push(missing("value", span)),
        }
    }

    fn provider(&mut self, block: Block) {
        let Some(labels) = self.labels(&block, &["name"]) else { return };
        let span = block.header_span;
        let mut fields = Fields::new(self, block.body);
        let alias = fields.take("alias").and_then(|attribute| fields.name(&attribute.expr));
        fields.take("version");
        let body = fields.rest();
        let key = ProviderKey { name: labels[0].clone(), alias };
        if self.first(format!("provider.{key}"), span) {
            self.config.providers.insert(key, ProviderBlock { body, span });
        }
    }

    fn removed(&mut self, block: &Block) {
        let span = block.header_span;
        let place = self.sources.place(block.span);
        let mut fields = Fields::new(self, block.body.clone());
        let from = fields.take("from");
        let lifecycle = fields.take_block("lifecycle");
        let destroy = lifecycle.and_then(|block| {
            let mut inner = Fields::new(fields.reader, block.body);
            let destroy = inner.flag("destroy");
            inner.nothing_left("lifecycle");
            destroy
        });
        fields.nothing_left("removed");
        let Some(from) = from else { return self.problems.push(missing("from", span)) };
        // As in Terraform: without a word on it, `removed` destroys. For backups that word must be said.
        let Some(destroy) = destroy else {
            return self.problems.push(
                missing("destroy", span)
                    .detail("A `removed` block must say whether the object is destroyed.")
                    .hint("write `lifecycle { destroy = false }` to leave it in the cloud, `true` to destroy it"),
            );
        };
        match self.moved_end(&from.expr) {
            Some(MovedEnd::Block(from)) => self.config.removed.push(Removed { from, destroy, span, place }),
            Some(MovedEnd::Instance(_)) => self.problems.push(
                Diagnostic::error(Code::InvalidReference, "`removed` takes whole blocks")
                    .at(from.expr.span())
                    .detail("An instance goes when its key goes from `for_each`, or its index from `count`."),
            ),
            None => {}
        }
    }

    fn moved(&mut self, block: &Block) {
        let span = block.header_span;
        let mut fields = Fields::new(self, block.body.clone());
        let (from, to) = (fields.take("from"), fields.take("to"));
        fields.nothing_left("moved");
        for (argument, name) in [(&from, "from"), (&to, "to")] {
            if argument.is_none() {
                self.problems.push(missing(name, span));
            }
        }
        let (Some(from), Some(to)) = (from, to) else { return };
        let (Some(from), Some(to)) = (self.moved_end(&from.expr), self.moved_end(&to.expr)) else { return };
        self.config.moved.push(Moved { from, to, span });
    }

    /// A resource or an instance of one, as `moved` and `removed` name it.
    fn moved_end(&mut self, expr: &Expr) -> Option<MovedEnd> {
        let end = expr.as_traversal().and_then(managed_address);
        if end.is_none() {
            self.problems.push(
                Diagnostic::error(Code::InvalidReference, "this does not name a resource")
                    .at(expr.span())
                    .hint("write `TYPE.NAME`, or `TYPE.NAME[KEY]` for one instance, without quotes"),
            );
        }
        end
    }

    /// `terraform { ... }` is there for the other tool: versions are noted and change nothing.
    fn terraform(&mut self, block: &Block) {
        for inner in &block.body.blocks {
            if matches!(&*inner.kind, "backend" | "cloud") {
                self.problems.push(
                    Diagnostic::error(Code::InvalidBlock, "Terraform's backend is not ours")
                        .at(inner.header_span)
                        .detail("The state of backform is its own, and lies beside the configuration.")
                        .hint("remove the block from the directory that backform reads"),
                );
            }
        }
    }

    fn settings(&mut self, block: &Block) {
        let mut fields = Fields::new(self, block.body.clone());
        if let Some(attribute) = fields.take("required_version") {
            fields.required_version(&attribute.expr);
        }
        fields.nothing_left("backform");
    }
}

/// The arguments and blocks of one body, taken out one by one.
struct Fields<'a, 'b> {
    reader: &'a mut Reader<'b>,
    body: Body,
}

impl<'a, 'b> Fields<'a, 'b> {
    fn new(reader: &'a mut Reader<'b>, body: Body) -> Self {
        Self { reader, body }
    }

    fn take(&mut self, name: &str) -> Option<Attribute> {
        let index = self.body.attributes.iter().position(|attribute| &*attribute.name == name)?;
        Some(self.body.attributes.remove(index))
    }

    fn take_block(&mut self, kind: &str) -> Option<Block> {
        let index = self.body.blocks.iter().position(|block| &*block.kind == kind)?;
        let first = self.body.blocks.remove(index);
        while let Some(index) = self.body.blocks.iter().position(|block| &*block.kind == kind) {
            let second = self.body.blocks.remove(index);
            self.reader.problems.push(
                Diagnostic::error(Code::DuplicateBlock, "this block may stand only once")
                    .at(second.header_span)
                    .related(first.header_span, "the first one"),
            );
        }
        Some(first)
    }

    /// What nobody took.
    fn rest(self) -> Body {
        self.body
    }

    /// Reports what nobody took.
    fn nothing_left(self, kind: &str) {
        let known: &[&str] = match kind {
            "variable" => &["default", "description", "nullable", "sensitive", "type", "validation"],
            "output" => &["depends_on", "description", "sensitive", "value"],
            "removed" => &["from", "lifecycle"],
            "moved" => &["from", "to"],
            "backform" => &["required_version"],
            "validation" | "precondition" => &["condition", "error_message"],
            _ => &[],
        };
        for attribute in &self.body.attributes {
            self.reader.problems.push(
                Diagnostic::error(Code::UnknownArgument, "this argument is not known")
                    .at(attribute.name_span)
                    .detail(format!("`{}` is not an argument of `{kind}`.", attribute.name))
                    .suggest(nearest(&attribute.name, known.iter().copied())),
            );
        }
        for block in &self.body.blocks {
            self.reader.problems.push(
                Diagnostic::error(Code::UnknownBlock, "this block is not known")
                    .at(block.kind_span)
                    .detail(format!("`{}` is not a block of `{kind}`.", block.kind))
                    .suggest(nearest(&block.kind, known.iter().copied())),
            );
        }
    }

    /// An argument that must be `true` or `false` as it stands.
    fn flag(&mut self, name: &str) -> Option<bool> {
        let attribute = self.take(name)?;
        let flag = attribute.expr.as_literal().and_then(Value::as_bool);
        if flag.is_none() {
            self.reader.problems.push(
                Diagnostic::error(Code::InvalidArgument, "only `true` or `false` can stand here")
                    .at(attribute.expr.span())
                    .detail(format!("`{name}` is read before anything is evaluated.")),
            );
        }
        flag
    }

    fn name(&mut self, expr: &Expr) -> Option<Arc<str>> {
        let name = expr.as_literal_string().filter(|name| is_name(name)).map(Arc::from);
        if name.is_none() {
            self.reader.problems.push(
                Diagnostic::error(Code::InvalidArgument, "only a name in quotes can stand here")
                    .at(expr.span()),
            );
        }
        name
    }

    fn constraint(&mut self, expr: &Expr) -> Option<TypeConstraint> {
        match lang::parse_type(expr) {
            Ok(constraint) => Some(constraint),
            Err(problem) => {
                self.reader.problems.push(problem);
                None
            }
        }
    }

    /// A list of references as they stand, `[a.b, c.d]`.
    fn traversals(&mut self, expr: &Expr) -> Vec<Traversal> {
        let Some(items) = expr.as_tuple() else {
            self.reader.problems.push(
                Diagnostic::error(Code::InvalidArgument, "only a list of references can stand here")
                    .at(expr.span())
                    .hint("write `[TYPE.NAME, ...]`"),
            );
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            match item.as_traversal() {
                Some(traversal) => found.push(traversal.clone()),
                None => self.reader.problems.push(
                    Diagnostic::error(Code::InvalidReference, "this is not a reference")
                        .at(item.span())
                        .hint("write `TYPE.NAME`, without quotes"),
                ),
            }
        }
        found
    }

    /// `alicloud` or `alicloud.west`, also in quotes as Terraform once had it.
    fn provider_reference(&mut self, expr: &Expr) -> Option<(ProviderKey, Span)> {
        let key = match (expr.as_traversal(), expr.as_literal_string()) {
            (Some(traversal), _) => match &traversal.steps[..] {
                [] => Some(ProviderKey::default_of(traversal.root.clone())),
                [Step::Attribute(alias, _)] => {
                    Some(ProviderKey { name: traversal.root.clone(), alias: Some(alias.clone()) })
                }
                _ => None,
            },
            (None, Some(text)) => Some(match text.split_once('.') {
                Some((name, alias)) => ProviderKey { name: name.into(), alias: Some(alias.into()) },
                None => ProviderKey::default_of(text),
            }),
            (None, None) => None,
        };
        if key.is_none() {
            self.reader.problems.push(
                Diagnostic::error(Code::InvalidReference, "this does not name a provider")
                    .at(expr.span())
                    .hint("write `NAME`, or `NAME.ALIAS` for a `provider` block with that alias"),
            );
        }
        key.map(|key| (key, expr.span()))
    }

    fn conditions(&mut self, kind: &str) -> Vec<Condition> {
        let mut conditions = Vec::new();
        while let Some(index) = self.body.blocks.iter().position(|block| &*block.kind == kind) {
            let block = self.body.blocks.remove(index);
            let span = block.header_span;
            let mut inner = Fields::new(self.reader, block.body);
            let (condition, message) = (inner.take("condition"), inner.take("error_message"));
            inner.nothing_left(kind);
            for (argument, name) in [(&condition, "condition"), (&message, "error_message")] {
                if argument.is_none() {
                    self.reader.problems.push(missing(name, span));
                }
            }
            if let (Some(condition), Some(message)) = (condition, message) {
                conditions.push(Condition { condition: condition.expr, error_message: message.expr });
            }
        }
        conditions
    }

    fn lifecycle(&mut self, block: Block, mode: Mode) -> LifecycleBlock {
        let mut inner = Fields::new(self.reader, block.body);
        let mut lifecycle =
            LifecycleBlock { preconditions: inner.conditions("precondition"), ..LifecycleBlock::default() };
        if let Some(block) = inner.take_block("postcondition") {
            inner.reader.problems.push(
                Diagnostic::error(Code::UnknownBlock, "this block is not supported yet")
                    .at(block.kind_span)
                    .detail(
                        "`postcondition` is part of Terraform's language, and this version cannot check it.",
                    ),
            );
        }
        if mode == Mode::Managed {
            let prevent =
                inner.body.attributes.iter().find(|a| &*a.name == "prevent_destroy").map(|a| a.span);
            lifecycle.prevent_destroy = inner.flag("prevent_destroy").zip(prevent);
            lifecycle.create_before_destroy = inner.flag("create_before_destroy");
            inner.ignore_changes(&mut lifecycle);
            lifecycle.replace_triggered_by =
                inner.take("replace_triggered_by").map(|a| inner.traversals(&a.expr)).unwrap_or_default();
            lifecycle.on_removal = inner.on_removal();
        }
        inner.unknown_in_lifecycle(mode);
        lifecycle
    }

    fn ignore_changes(&mut self, lifecycle: &mut LifecycleBlock) {
        let Some(attribute) = self.take("ignore_changes") else { return };
        if attribute.expr.as_traversal().is_some_and(|word| &*word.root == "all" && word.steps.is_empty()) {
            lifecycle.ignore_all = true;
            return;
        }
        for traversal in self.traversals(&attribute.expr) {
            if traversal.steps.is_empty() {
                lifecycle.ignore_changes.push((traversal.root.clone(), traversal.span));
            } else {
                self.reader.problems.push(
                    Diagnostic::error(Code::InvalidReference, "`ignore_changes` takes whole arguments")
                        .at(traversal.span)
                        .hint(format!("write `{}`", traversal.root)),
                );
            }
        }
    }

    fn on_removal(&mut self) -> Option<OnRemoval> {
        let attribute = self.take("on_removal")?;
        let word = attribute.expr.as_literal_string().unwrap_or_default();
        match word {
            "pause" => Some(OnRemoval::Pause),
            "retain" => Some(OnRemoval::Retain),
            "destroy" => Some(OnRemoval::Destroy),
            _ => {
                self.reader.problems.push(
                    Diagnostic::error(Code::InvalidArgument, "this is not one of the allowed words")
                        .at(attribute.expr.span())
                        .detail("`on_removal` is \"pause\", \"retain\" or \"destroy\".")
                        .suggest(nearest(word, ["pause", "retain", "destroy"])),
                );
                None
            }
        }
    }

    fn unknown_in_lifecycle(self, mode: Mode) {
        let known: &[&str] = match mode {
            Mode::Managed => &[
                "prevent_destroy",
                "create_before_destroy",
                "ignore_changes",
                "replace_triggered_by",
                "on_removal",
                "precondition",
            ],
            Mode::Data => &["precondition"],
        };
        for (name, span) in self
            .body
            .attributes
            .iter()
            .map(|a| (&a.name, a.name_span))
            .chain(self.body.blocks.iter().map(|b| (&b.kind, b.kind_span)))
        {
            self.reader.problems.push(
                Diagnostic::error(Code::UnknownArgument, "this argument is not known")
                    .at(span)
                    .detail(format!("`{name}` is not an argument of this `lifecycle`."))
                    .suggest(nearest(name, known.iter().copied())),
            );
        }
    }

    fn required_version(&mut self, expr: &Expr) {
        let own = env!("CARGO_PKG_VERSION");
        let Some(text) = expr.as_literal_string() else {
            self.reader.problems.push(
                Diagnostic::error(Code::InvalidArgument, "only a text in quotes can stand here")
                    .at(expr.span()),
            );
            return;
        };
        match super::version::admits(text, own) {
            Ok(true) => {}
            Ok(false) => self.reader.problems.push(
                Diagnostic::error(Code::InvalidArgument, "the configuration is for another version")
                    .at(expr.span())
                    .detail(format!("It asks for backform {text}, and this is {own}.")),
            ),
            Err(part) => self.reader.problems.push(
                Diagnostic::error(Code::InvalidArgument, "this is not a version constraint")
                    .at(expr.span())
                    .detail(format!("`{part}` cannot be read."))
                    .hint("write one or more of `>= 0.1.0`, `< 2.0.0`, `~> 0.1` with commas between them"),
            ),
        }
    }
}

fn missing(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::MissingArgument, "a required argument is missing")
        .at(span)
        .detail(format!("`{name}` must be given."))
}

fn count_labels(names: &[&str]) -> String {
    match names {
        [] => "no labels".to_owned(),
        [only] => format!("one label, its {only}"),
        [first, rest @ ..] => {
            format!("{} labels, its {first} and its {}", rest.len() + 1, rest.join(" and its "))
        }
    }
}

fn is_name(text: &str) -> bool {
    let starts = text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    starts && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// The resource or instance that a reference names, if it is exactly that.
pub fn managed_address(traversal: &Traversal) -> Option<MovedEnd> {
    let [Step::Attribute(name, _), rest @ ..] = &traversal.steps[..] else { return None };
    if matches!(&*traversal.root, "data" | "var" | "local" | "module" | "each" | "count" | "path" | "self") {
        return None;
    }
    let block = BlockAddress::managed(traversal.root.clone(), name.clone());
    match rest {
        [] => Some(MovedEnd::Block(block)),
        [Step::Index(key, _)] => Some(MovedEnd::Instance(Address { block, key: instance_key(key)? })),
        _ => None,
    }
}

/// The key that an index stands for.
pub fn instance_key(index: &Value) -> Option<Key> {
    match (index.as_str(), index.as_i64()) {
        (Some(name), _) => Some(Key::Name(name.into())),
        (None, Some(number)) => u64::try_from(number).ok().map(Key::Index),
        (None, None) => None,
    }
}
