//! The arguments and blocks of one body, taken out one by one, with what each may look like.

use std::sync::Arc;

use super::blocks::Reader;
use super::declared::{Condition, LifecycleBlock, Repeat};
use crate::lang::{self, Attribute, Block, Body, Expr, Step, Traversal};
use crate::model::address::Mode;
use crate::model::desired::{OnRemoval, ProviderKey};
use crate::model::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::types::{Type, TypeConstraint};
use crate::model::value::Value;

/// The arguments and blocks of one body, taken out one by one.
pub(super) struct Fields<'a, 'b> {
    reader: &'a mut Reader<'b>,
    body: Body,
}

impl<'a, 'b> Fields<'a, 'b> {
    pub fn new(reader: &'a mut Reader<'b>, body: Body) -> Self {
        Self { reader, body }
    }

    pub fn take(&mut self, name: &str) -> Option<Attribute> {
        let index = self.body.attributes.iter().position(|attribute| &*attribute.name == name)?;
        Some(self.body.attributes.remove(index))
    }

    pub fn take_block(&mut self, kind: &str) -> Option<Block> {
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

    /// The arguments and blocks of a block inside.
    pub fn inner(&mut self, body: Body) -> Fields<'_, 'b> {
        Fields::new(self.reader, body)
    }

    /// Reports one more problem.
    pub fn problem(&mut self, problem: Diagnostic) {
        self.reader.problems.push(problem);
    }

    /// `count` or `for_each`, and not both.
    pub fn repeat(&mut self) -> Repeat {
        let count = self.take("count").map(|attribute| attribute.expr);
        let for_each = self.take("for_each").map(|attribute| attribute.expr);
        if let (Some(_), Some(for_each)) = (&count, &for_each) {
            self.problem(
                Diagnostic::error(Code::InvalidExpansion, "a block is repeated in one way only")
                    .at(for_each.span())
                    .detail("`count` and `for_each` stand in the same block.")
                    .hint("keep `for_each` where the instances have names of their own"),
            );
        }
        Repeat { count, for_each }
    }

    /// `description`: a text as it stands, for whoever reads the configuration.
    pub fn description(&mut self) -> Option<Arc<str>> {
        let attribute = self.take("description")?;
        self.text(&attribute.expr)
    }

    /// A text that is known before anything is evaluated.
    pub fn text(&mut self, expr: &Expr) -> Option<Arc<str>> {
        let value = match lang::constant(expr) {
            Ok(value) => value,
            Err(problem) => {
                self.problem(problem);
                return None;
            }
        };
        let text = lang::convert(&value, &Type::String).ok().and_then(|value| value.as_str().map(Arc::from));
        if text.is_none() {
            self.problem(
                Diagnostic::error(Code::InvalidArgument, "only a text in quotes can stand here")
                    .at(expr.span()),
            );
        }
        text
    }

    /// `{ NAME = NAME.ALIAS }`: the provider configurations that a module gets.
    pub fn provider_map(&mut self, expr: &Expr) -> Vec<(ProviderKey, ProviderKey, Span)> {
        let Some(entries) = expr.as_object() else {
            self.problem(
                Diagnostic::error(
                    Code::InvalidArgument,
                    "only a map of provider configurations can stand here",
                )
                .at(expr.span())
                .hint("write `{ NAME = NAME.ALIAS }`: the module's name for it, and yours"),
            );
            return Vec::new();
        };
        let mut found = Vec::new();
        for (inside, outside) in entries {
            let (inside, outside) = (self.provider_reference(inside), self.provider_reference(outside));
            if let (Some((inside, _)), Some((outside, span))) = (inside, outside) {
                found.push((inside, outside, span));
            }
        }
        found
    }

    /// What nobody took.
    pub fn rest(self) -> Body {
        self.body
    }

    /// Reports what nobody took.
    pub fn nothing_left(self, kind: &str) {
        let known: &[&str] = match kind {
            "variable" => {
                &["default", "description", "ephemeral", "nullable", "sensitive", "type", "validation"]
            }
            "output" => &["depends_on", "description", "ephemeral", "precondition", "sensitive", "value"],
            "check" => &["assert", "data"],
            "import" => &["for_each", "id", "provider", "to"],
            "removed" => &["from", "lifecycle"],
            "moved" => &["from", "to"],
            "backform" => &["required_version"],
            "assert" | "postcondition" | "precondition" | "validation" => &["condition", "error_message"],
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
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let attribute = self.take(name)?;
        let literal = attribute.expr.as_literal().and_then(|value| lang::convert(value, &Type::Bool).ok());
        let flag = literal.as_ref().and_then(Value::as_bool);
        if flag.is_none() {
            self.reader.problems.push(
                Diagnostic::error(Code::InvalidArgument, "only `true` or `false` can stand here")
                    .at(attribute.expr.span())
                    .detail(format!("`{name}` is read before anything is evaluated.")),
            );
        }
        flag
    }

    pub fn name(&mut self, expr: &Expr) -> Option<Arc<str>> {
        let name = expr.as_literal_string().filter(|name| is_name(name)).map(Arc::from);
        if name.is_none() {
            self.reader.problems.push(
                Diagnostic::error(Code::InvalidArgument, "only a name in quotes can stand here")
                    .at(expr.span()),
            );
        }
        name
    }

    pub fn constraint(&mut self, expr: &Expr) -> Option<TypeConstraint> {
        match lang::parse_type(expr) {
            Ok(constraint) => Some(constraint),
            Err(problem) => {
                self.reader.problems.push(problem);
                None
            }
        }
    }

    /// A list of references as they stand, `[a.b, c.d]`.
    pub fn traversals(&mut self, expr: &Expr) -> Vec<Traversal> {
        let Some(items) = expr.as_tuple() else {
            self.problem(list_of_references(expr));
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            match item.as_traversal().cloned().or_else(|| self.quoted_reference(item)) {
                Some(traversal) => found.push(traversal),
                None => self.problem(no_reference(item)),
            }
        }
        found
    }

    /// A reference in quotes, as Terraform once had it.
    fn quoted_reference(&mut self, item: &Expr) -> Option<Traversal> {
        let span = item.span();
        let inner = lang::parse_expression(span.file, item.as_literal_string()?).ok()?;
        let mut traversal = inner.as_traversal()?.clone();
        (traversal.span, traversal.root_span) = (span, span);
        for step in &mut traversal.steps {
            let (Step::Attribute(_, place) | Step::Index(_, place)) = step;
            *place = span;
        }
        self.problem(
            Diagnostic::warning(Code::InvalidReference, "a reference stands without quotes")
                .at(span)
                .hint(format!("write `{traversal}`")),
        );
        Some(traversal)
    }

    /// `alicloud` or `alicloud.west`, also in quotes as Terraform once had it.
    pub fn provider_reference(&mut self, expr: &Expr) -> Option<(ProviderKey, Span)> {
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

    pub fn conditions(&mut self, kind: &str) -> Vec<Condition> {
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
                if kind != "validation" && condition.expr.references().is_empty() {
                    self.problem(refers_to_nothing(condition.expr.span(), "anything of the configuration"));
                }
                conditions.push(Condition { condition: condition.expr, error_message: message.expr });
            }
        }
        conditions
    }

    pub fn lifecycle(&mut self, block: Block, mode: Mode) -> LifecycleBlock {
        let mut inner = Fields::new(self.reader, block.body);
        let mut lifecycle = LifecycleBlock {
            preconditions: inner.conditions("precondition"),
            postconditions: inner.conditions("postcondition"),
            ..LifecycleBlock::default()
        };
        if mode == Mode::Managed {
            let prevent =
                inner.body.attributes.iter().find(|a| &*a.name == "prevent_destroy").map(|a| a.span);
            lifecycle.prevent_destroy = inner.flag("prevent_destroy").zip(prevent);
            lifecycle.create_before_destroy = inner.flag("create_before_destroy");
            inner.ignore_changes(&mut lifecycle);
            lifecycle.replace_triggered_by = inner.replace_triggered_by();
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
        lifecycle.ignore_changes = self.traversals(&attribute.expr);
    }

    /// References to resources, instances, or attributes of them; their keys may have to be evaluated.
    fn replace_triggered_by(&mut self) -> Vec<Expr> {
        let Some(attribute) = self.take("replace_triggered_by") else { return Vec::new() };
        let Some(items) = attribute.expr.as_tuple() else {
            self.problem(list_of_references(&attribute.expr));
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            match item.as_address() {
                Some(_) => found.push(item.clone()),
                None => self.problem(no_reference(item)),
            }
        }
        found
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
                "postcondition",
                "precondition",
            ],
            Mode::Data => &["postcondition", "precondition"],
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

    pub fn required_version(&mut self, expr: &Expr) {
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

/// A condition that can only ever have one result.
pub(super) fn refers_to_nothing(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidReference, "this condition checks nothing")
        .at(span)
        .detail(format!("It does not refer to {what}, so its result is always the same."))
}

fn list_of_references(expr: &Expr) -> Diagnostic {
    Diagnostic::error(Code::InvalidArgument, "only a list of references can stand here")
        .at(expr.span())
        .hint("write `[TYPE.NAME, ...]`")
}

fn no_reference(expr: &Expr) -> Diagnostic {
    Diagnostic::error(Code::InvalidReference, "this is not a reference")
        .at(expr.span())
        .hint("write `TYPE.NAME`, without quotes")
}

pub(super) fn missing(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::MissingArgument, "a required argument is missing")
        .at(span)
        .detail(format!("`{name}` must be given."))
}

pub(super) fn is_name(text: &str) -> bool {
    let starts = text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    starts && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
