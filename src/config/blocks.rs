//! Bodies to declarations: which blocks there are, and what each may hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::declared::{
    CheckBlock, Config, ImportBlock, ModuleBlock, OutputBlock, ProviderBlock, Repeat, ResourceBlock,
    VariableBlock,
};
use super::fields::{Fields, is_name, missing, refers_to_nothing};
use super::json::parse_blocks;
use super::subject;
use crate::lang::{Block, Body, Expr, Step, Traversal};
use crate::model::address::{BlockAddress, Mode};
use crate::model::desired::{Moved, ProviderKey, Removed, Subject};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Sources, Span, nearest};
use crate::model::value::Value;

pub(super) const KNOWN: &[&str] = &[
    "backform",
    "check",
    "data",
    "ephemeral",
    "import",
    "locals",
    "module",
    "moved",
    "output",
    "provider",
    "removed",
    "resource",
    "terraform",
    "variable",
];

/// What a `module` block says to backform itself, so that no variable of a module can have these names.
const MODULE_WORDS: &[&str] =
    &["count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version"];

/// Reads all declarations of the files. Never fails: what is wrong is left out and reported.
pub fn parse(sources: &Sources, files: &[FileId]) -> (Config, Diagnostics) {
    let mut reader = Reader {
        sources,
        config: Config::default(),
        seen: BTreeMap::new(),
        problems: Diagnostics::default(),
    };
    for file in files {
        let (body, problems) = parse_blocks(sources, *file);
        reader.problems.extend(problems);
        reader.top_level(body);
    }
    reader.problems.sort();
    (reader.config, reader.problems)
}

pub(super) struct Reader<'a> {
    sources: &'a Sources,
    config: Config,
    /// Where each name was declared first.
    seen: BTreeMap<String, Span>,
    pub problems: Diagnostics,
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
                "resource" => {
                    self.resource(block, Mode::Managed, None);
                }
                "data" => {
                    self.resource(block, Mode::Data, None);
                }
                "module" => self.module(block),
                "check" => self.check(block),
                "import" => self.import(block),
                "ephemeral" => self.ephemeral(&block),
                "variable" => self.variable(block),
                "locals" => self.locals(block),
                "output" => self.output(block),
                "provider" => self.provider(block),
                "removed" => self.removed(block),
                "moved" => self.moved(block),
                "terraform" => self.terraform(&block),
                "backform" => self.settings(block),
                other => self.unknown(other, block.kind_span),
            }
        }
    }

    fn unknown(&mut self, kind: &str, span: Span) {
        let diagnostic = Diagnostic::error(Code::UnknownBlock, "this block is not known")
            .detail(format!("there is no block `{kind}`."))
            .suggest(nearest(kind, KNOWN.iter().copied()));
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

    fn resource(&mut self, block: Block, mode: Mode, check: Option<Arc<str>>) -> Option<BlockAddress> {
        let labels = self.labels(&block, &["type", "name"])?;
        let [kind, name] = &labels[..] else { return None };
        let address = match mode {
            Mode::Managed => BlockAddress::managed(kind.clone(), name.clone()),
            Mode::Data => BlockAddress::data(kind.clone(), name.clone()),
        };
        let span = block.header_span;
        if !self.first(address.to_string(), span) {
            return None;
        }
        let is_broken = self.is_broken(block.span);
        let mut fields = Fields::new(self, block.body);
        let repeat = if check.is_none() { fields.repeat() } else { Repeat::default() };
        let provider =
            fields.take("provider").and_then(|attribute| fields.provider_reference(&attribute.expr));
        let depends_on = fields.take("depends_on").map(|a| fields.traversals(&a.expr)).unwrap_or_default();
        let lifecycle =
            fields.take_block("lifecycle").map(|block| fields.lifecycle(block, mode)).unwrap_or_default();
        let body = fields.rest();
        let block = ResourceBlock { body, repeat, provider, depends_on, lifecycle, check, is_broken, span };
        self.config.resources.insert(address.clone(), block);
        Some(address)
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
        if MODULE_WORDS.contains(&&*name) {
            self.problems.push(
                Diagnostic::error(Code::InvalidBlock, "a variable cannot have this name")
                    .at(block.labels[0].span)
                    .detail(format!("In a `module` block `{name}` has a meaning of its own.")),
            );
        }
        let mut fields = Fields::new(self, block.body);
        let constraint = fields.take("type").and_then(|attribute| fields.constraint(&attribute.expr));
        let default = fields.take("default").map(|attribute| attribute.expr);
        let sensitive = fields.flag("sensitive").unwrap_or(false);
        let ephemeral = fields.flag("ephemeral").unwrap_or(false);
        let nullable = fields.flag("nullable").unwrap_or(true);
        if let Some(default) =
            default.as_ref().filter(|default| !nullable && default.as_literal().is_some_and(Value::is_null))
        {
            fields.problem(
                Diagnostic::error(Code::InvalidArgument, "this variable cannot be null")
                    .at(default.span())
                    .detail(format!("`{name}` is declared with `nullable = false`.")),
            );
        }
        let description = fields.description();
        let validations = fields.conditions("validation");
        for condition in &validations {
            let is_own = |traversal: &&Traversal| {
                let first = traversal.steps.first();
                &*traversal.root == "var" && matches!(first, Some(Step::Attribute(own, _)) if *own == name)
            };
            if !condition.condition.references().iter().any(is_own) {
                let own = format!("`var.{name}`");
                fields.problem(refers_to_nothing(condition.condition.span(), &own));
            }
        }
        fields.nothing_left("variable");
        self.config.variables.insert(
            name,
            VariableBlock {
                constraint: constraint.unwrap_or_default(),
                default,
                sensitive,
                ephemeral,
                nullable,
                description,
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
            // Only the JSON syntax can write other names.
            if !is_name(&attribute.name) {
                self.problems.push(
                    Diagnostic::error(Code::InvalidBlock, "this is not a name").at(attribute.name_span).detail(
                        "A name begins with a letter or `_` and goes on with letters, digits, `_` and `-`.",
                    ),
                );
                continue;
            }
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
        let ephemeral = fields.flag("ephemeral").unwrap_or(false);
        let description = fields.description();
        let depends_on = fields.take("depends_on").map(|a| fields.traversals(&a.expr)).unwrap_or_default();
        let preconditions = fields.conditions("precondition");
        fields.nothing_left("output");
        match value {
            Some(value) => {
                let block =
                    OutputBlock { value, sensitive, ephemeral, description, depends_on, preconditions, span };
                self.config.outputs.insert(name, block);
            }
            None => self.problems.push(missing("value", span)),
        }
    }

    fn module(&mut self, block: Block) {
        let Some(labels) = self.labels(&block, &["name"]) else { return };
        let (name, span) = (labels[0].clone(), block.header_span);
        if !self.first(format!("module.{name}"), span) {
            return;
        }
        let mut fields = Fields::new(self, block.body);
        let source = fields.take("source").map(|source| (fields.text(&source.expr), source.expr.span()));
        let repeat = fields.repeat();
        let providers = fields.take("providers").map(|a| fields.provider_map(&a.expr)).unwrap_or_default();
        let depends_on = fields.take("depends_on").map(|a| fields.traversals(&a.expr)).unwrap_or_default();
        if let Some(version) = fields.take("version") {
            fields.problem(
                Diagnostic::error(Code::InvalidArgument, "a local module has no version")
                    .at(version.name_span)
                    .detail("The directory is taken as it is."),
            );
        }
        let rest = fields.rest();
        for inner in &rest.blocks {
            self.problems.push(
                Diagnostic::error(Code::UnknownBlock, "there are no blocks in `module`")
                    .at(inner.kind_span)
                    .hint(format!("to give a variable its value, write `{} = {{ ... }}`", inner.kind)),
            );
        }
        let Some(source) = source else { return self.problems.push(missing("source", span)) };
        let (Some(source), source_span) = source else { return };
        if !self.is_local(&source, source_span) {
            return;
        }
        let arguments = rest.attributes;
        let block = ModuleBlock { source, source_span, arguments, repeat, providers, depends_on, span };
        self.config.modules.insert(name, block);
    }

    /// Whether a module is a directory of this disk. Nothing is ever fetched: what is planned can be reviewed here.
    fn is_local(&mut self, source: &str, span: Span) -> bool {
        if source.starts_with("./") || source.starts_with("../") {
            return true;
        }
        self.problems.push(
            Diagnostic::error(Code::InvalidArgument, "only a local directory can be a module")
                .at(span)
                .detail(format!("\"{source}\" would have to be fetched, and backform fetches no code."))
                .hint("get the module yourself, and name its directory with a leading `./` or `../`"),
        );
        false
    }

    fn check(&mut self, block: Block) {
        let Some(labels) = self.labels(&block, &["name"]) else { return };
        let (name, span) = (labels[0].clone(), block.header_span);
        if !self.first(format!("check.{name}"), span) {
            return;
        }
        let mut fields = Fields::new(self, block.body);
        let data = fields.take_block("data");
        let asserts = fields.conditions("assert");
        fields.nothing_left("check");
        if asserts.is_empty() {
            self.problems.push(
                Diagnostic::error(Code::MissingBlock, "a check without an assertion checks nothing")
                    .at(span)
                    .hint("add an `assert` block with `condition` and `error_message`"),
            );
        }
        let data = data.and_then(|block| self.resource(block, Mode::Data, Some(name.clone())));
        self.config.checks.insert(name, CheckBlock { asserts, data });
    }

    fn import(&mut self, block: Block) {
        if self.labels(&block, &[]).is_none() {
            return;
        }
        let span = block.header_span;
        let mut fields = Fields::new(self, block.body);
        let (to, id) = (fields.take("to"), fields.take("id"));
        let for_each = fields.take("for_each").map(|attribute| attribute.expr);
        // Which provider it is stands in the resource's own block already.
        fields.take("provider").and_then(|attribute| fields.provider_reference(&attribute.expr));
        fields.nothing_left("import");
        for (argument, name) in [(&to, "to"), (&id, "id")] {
            if argument.is_none() {
                self.problems.push(missing(name, span));
            }
        }
        let (Some(to), Some(id)) = (to, id) else { return };
        if to.expr.as_address().is_none() {
            self.problems.push(no_resource(&to.expr));
            return;
        }
        self.config.imports.push(ImportBlock { to: to.expr, id: id.expr, for_each, span });
    }

    /// No cloud here has anything that exists only while a plan is made.
    fn ephemeral(&mut self, block: &Block) {
        let Some(labels) = self.labels(block, &["type", "name"]) else { return };
        self.problems.push(
            Diagnostic::error(Code::UnknownBlock, "this ephemeral resource type is not known")
                .at(block.labels[0].span)
                .detail(format!("backform has no ephemeral resources, and so no `{}`.", labels[0])),
        );
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

    fn removed(&mut self, block: Block) {
        let span = block.header_span;
        let place = self.sources.place(block.span);
        let mut fields = Fields::new(self, block.body);
        let from = fields.take("from");
        let lifecycle = fields.take_block("lifecycle");
        let destroy = lifecycle.and_then(|block| {
            let mut inner = fields.inner(block.body);
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
        match self.subject(&from.expr) {
            Some(Subject::Instance(_)) => self.problems.push(
                Diagnostic::error(Code::InvalidReference, "`removed` takes whole blocks")
                    .at(from.expr.span())
                    .detail("An instance goes when its key goes from `for_each`, or its index from `count`."),
            ),
            Some(from) => self.config.removed.push(Removed { from, destroy, span, place }),
            None => {}
        }
    }

    fn moved(&mut self, block: Block) {
        let span = block.header_span;
        let mut fields = Fields::new(self, block.body);
        let (from, to) = (fields.take("from"), fields.take("to"));
        fields.nothing_left("moved");
        for (argument, name) in [(&from, "from"), (&to, "to")] {
            if argument.is_none() {
                self.problems.push(missing(name, span));
            }
        }
        let (Some(from), Some(to)) = (from, to) else { return };
        let (from_span, to_span) = (from.expr.span(), to.expr.span());
        let (Some(from), Some(to)) = (self.subject(&from.expr), self.subject(&to.expr)) else { return };
        if matches!(from, Subject::Module(_)) == matches!(to, Subject::Module(_)) {
            self.config.moved.push(Moved { from, to, span });
            return;
        }
        self.problems.push(
            Diagnostic::error(
                Code::InvalidReference,
                "a module and a resource cannot take each other's names",
            )
            .at(to_span)
            .related(from_span, "the other end")
            .hint("move each resource of the module by itself: `module.NAME.TYPE.NAME`"),
        );
    }

    /// A resource, an instance of one, or a module, as `moved` and `removed` name it.
    fn subject(&mut self, expr: &Expr) -> Option<Subject> {
        let subject = subject::named(expr);
        if subject.is_none() {
            self.problems.push(no_resource(expr));
        }
        subject
    }

    /// `terraform { ... }` is there for the other tool: versions are noted and change nothing.
    fn terraform(&mut self, block: &Block) {
        for inner in &block.body.blocks {
            let problem = match &*inner.kind {
                "backend" | "cloud" => {
                    Diagnostic::error(Code::InvalidBlock, "Terraform's backend is not ours")
                        .at(inner.header_span)
                        .detail("The state of backform is its own, and lies beside the configuration.")
                        .hint("remove the block from the directory that backform reads")
                }
                "required_providers" | "provider_meta" => continue,
                other => Diagnostic::error(Code::UnknownBlock, "this block is not known")
                    .at(inner.kind_span)
                    .detail(format!("`{other}` is not a block of `terraform`."))
                    .suggest(nearest(other, ["required_providers", "backend", "cloud", "provider_meta"])),
            };
            self.problems.push(problem);
        }
        for attribute in &block.body.attributes {
            if !matches!(&*attribute.name, "required_version" | "experiments") {
                self.problems.push(
                    Diagnostic::error(Code::UnknownArgument, "this argument is not known")
                        .at(attribute.name_span)
                        .detail(format!("`{}` is not an argument of `terraform`.", attribute.name))
                        .suggest(nearest(&attribute.name, ["required_version", "experiments"])),
                );
            }
        }
    }

    fn settings(&mut self, block: Block) {
        let mut fields = Fields::new(self, block.body);
        if let Some(attribute) = fields.take("required_version") {
            fields.required_version(&attribute.expr);
        }
        fields.nothing_left("backform");
    }
}

fn no_resource(expr: &Expr) -> Diagnostic {
    Diagnostic::error(Code::InvalidReference, "this does not name a resource")
        .at(expr.span())
        .hint("write `TYPE.NAME`, or `TYPE.NAME[KEY]` for one instance, without quotes")
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
