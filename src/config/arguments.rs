//! The arguments of a block against the schema of its type: names, types, rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::dynamic;
use crate::lang::{self, Block, Body, Expr, Scope};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Span, nearest};
use crate::model::schema::{Attribute, Kind, Presence, Rule};
use crate::model::value::{Object, Value};

/// Reports arguments and blocks that the schema does not have, or has otherwise. Needs no values.
pub fn check_names(body: &Body, attributes: &[Attribute], kind: &str, problems: &mut Diagnostics) {
    let known = || attributes.iter().filter(|a| a.is_argument() || a.block).map(|a| a.name);
    for argument in &body.attributes {
        match attributes.iter().find(|attribute| attribute.name == &*argument.name) {
            None => problems.push(
                Diagnostic::error(Code::UnknownArgument, "this argument is not known")
                    .at(argument.name_span)
                    .detail(format!("`{}` is not an argument of `{kind}`.", argument.name))
                    .suggest(nearest(&argument.name, known())),
            ),
            Some(attribute) if !attribute.is_argument() => problems.push(
                Diagnostic::error(Code::UnknownArgument, "this attribute cannot be set")
                    .at(argument.name_span)
                    .detail(format!("the cloud decides `{}`; it can only be read.", argument.name)),
            ),
            Some(attribute) if attribute.block => problems.push(
                Diagnostic::error(Code::InvalidBlock, "this is a block")
                    .at(argument.name_span)
                    .hint(format!("write `{0} {{ ... }}` without `=`", argument.name)),
            ),
            Some(_) => {}
        }
    }
    let mut seen = BTreeSet::new();
    for block in &body.blocks {
        check_block(block, attributes, kind, &mut seen, problems);
    }
}

/// Reports required arguments that are not there.
pub fn check_missing(
    body: &Body,
    attributes: &[Attribute],
    kind: &str,
    header: Span,
    problems: &mut Diagnostics,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.presence == Presence::Required) {
        let makes = |block: &Block| {
            let kind = dynamic::parts(block).map_or(&*block.kind, |dynamic| dynamic.kind);
            kind == attribute.name
        };
        let given = body.attributes.iter().any(|argument| &*argument.name == attribute.name)
            || body.blocks.iter().any(makes);
        if !given {
            problems.push(
                Diagnostic::error(Code::MissingArgument, "a required argument is missing")
                    .at(header)
                    .detail(format!("`{kind}` needs `{}`: {}", attribute.name, attribute.doc)),
            );
        }
    }
}

fn check_block<'b>(
    block: &'b Block,
    attributes: &[Attribute],
    kind: &str,
    seen: &mut BTreeSet<&'b str>,
    problems: &mut Diagnostics,
) {
    if &*block.kind == "dynamic" {
        check_dynamic(block, attributes, kind, problems);
        return;
    }
    let Some(attribute) = block_attribute(&block.kind, block.kind_span, attributes, kind, problems) else {
        return;
    };
    let once = matches!(attribute.kind, Kind::Object(_));
    if !seen.insert(attribute.name) && once {
        problems.push(
            Diagnostic::error(Code::DuplicateBlock, "this block may stand only once").at(block.header_span),
        );
    }
    if let Some(label) = block.labels.first() {
        problems.push(Diagnostic::error(Code::InvalidBlock, "this block takes no labels").at(label.span));
    }
    check_fields(&block.body, attribute, problems);
}

/// The attribute that a block of this name gives its value.
fn block_attribute<'a>(
    name: &str,
    span: Span,
    attributes: &'a [Attribute],
    kind: &str,
    problems: &mut Diagnostics,
) -> Option<&'a Attribute> {
    let found = attributes.iter().find(|attribute| attribute.name == name);
    if let Some(attribute) = found.filter(|attribute| attribute.block) {
        return Some(attribute);
    }
    let diagnostic = match (found, name) {
        (Some(_), _) => {
            Diagnostic::error(Code::InvalidBlock, "this is an argument").hint(format!("write `{name} = ...`"))
        }
        (None, "connection" | "provisioner") => {
            Diagnostic::error(Code::UnknownBlock, "backform runs no programs")
                .detail(format!("`{name}` is for programs that Terraform starts on a machine."))
        }
        (None, _) => Diagnostic::error(Code::UnknownBlock, "this block is not known")
            .detail(format!("`{kind}` has no block `{name}`."))
            .suggest(nearest(name, attributes.iter().filter(|a| a.block).map(|a| a.name))),
    };
    problems.push(diagnostic.at(span));
    None
}

/// A `dynamic` block: its label is the block that it makes, its `content` what that block holds.
fn check_dynamic(block: &Block, attributes: &[Attribute], kind: &str, problems: &mut Diagnostics) {
    let [label] = &block.labels[..] else {
        problems.push(
            Diagnostic::error(Code::InvalidBlock, "a `dynamic` block has one label")
                .at(block.header_span)
                .detail("The label is the name of the block that it makes."),
        );
        return;
    };
    let attribute = block_attribute(&label.text, label.span, attributes, kind, problems);
    for argument in &block.body.attributes {
        match &*argument.name {
            "for_each" => {}
            "iterator" if argument.expr.as_traversal().is_some_and(|name| name.steps.is_empty()) => {}
            "iterator" => problems.push(
                Diagnostic::error(Code::InvalidArgument, "only a name can stand here")
                    .at(argument.expr.span())
                    .hint("write a word without quotes; it is read as `WORD.key` and `WORD.value`"),
            ),
            other => problems.push(
                Diagnostic::error(Code::UnknownArgument, "this argument is not known")
                    .at(argument.name_span)
                    .detail(format!("`{other}` is not an argument of `dynamic`."))
                    .hint("the arguments of the block that it makes stand in `content { ... }`")
                    .suggest(nearest(other, ["for_each", "iterator"])),
            ),
        }
    }
    if block.body.attribute("for_each").is_none() {
        problems.push(missing_part("for_each", block.header_span));
    }
    let mut contents = block.body.blocks.iter();
    match (contents.next(), attribute) {
        (None, _) => problems.push(missing_part("content", block.header_span)),
        (Some(content), _) if &*content.kind != "content" => problems.push(
            Diagnostic::error(Code::UnknownBlock, "this block is not known")
                .at(content.kind_span)
                .detail("A `dynamic` block holds one block, `content`."),
        ),
        (Some(content), Some(attribute)) => check_fields(&content.body, attribute, problems),
        (Some(_), None) => {}
    }
    if let Some(second) = contents.next() {
        problems.push(
            Diagnostic::error(Code::DuplicateBlock, "this block may stand only once").at(second.header_span),
        );
    }
}

fn missing_part(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::MissingArgument, "a part of the `dynamic` block is missing")
        .at(span)
        .detail(format!("`{name}` must be given."))
}

/// The arguments of a block inside of a resource.
fn check_fields(body: &Body, attribute: &Attribute, problems: &mut Diagnostics) {
    let fields = fields(attribute.kind);
    for argument in &body.attributes {
        if !fields.iter().any(|(name, _)| *name == &*argument.name) {
            problems.push(
                Diagnostic::error(Code::UnknownArgument, "this argument is not known")
                    .at(argument.name_span)
                    .detail(format!("`{}` is not an argument of `{}`.", argument.name, attribute.name))
                    .suggest(nearest(&argument.name, fields.iter().map(|(name, _)| *name))),
            );
        }
    }
    for inner in &body.blocks {
        problems.push(
            Diagnostic::error(Code::UnknownBlock, "this block is not known")
                .at(inner.kind_span)
                .detail(format!("`{}` has no blocks of its own.", attribute.name)),
        );
    }
}

fn fields(kind: Kind) -> &'static [(&'static str, Kind)] {
    match kind {
        Kind::Object(fields) => fields,
        Kind::List(element) | Kind::Set(element) => self::fields(*element),
        Kind::Any | Kind::Bool | Kind::Map(_) | Kind::Number | Kind::String => &[],
    }
}

/// Evaluates a body to the values of its schema's arguments, with defaults; what was left out is absent.
///
/// An argument that has a problem is unknown in the result, so that nothing else complains about it.
pub fn evaluate(
    body: &Body,
    attributes: &[Attribute],
    scope: &dyn Scope,
    problems: &mut Diagnostics,
) -> Object {
    let mut values = Object::new();
    for attribute in attributes.iter().filter(|attribute| attribute.is_argument()) {
        let named = |argument: &&lang::Attribute| &*argument.name == attribute.name && !attribute.block;
        let argument = body.attributes.iter().find(named);
        let value = match argument {
            Some(argument) => {
                Some((one(&argument.expr, attribute.kind, scope, problems), argument.expr.span()))
            }
            None => block_value(body, attribute, scope, problems),
        };
        let default = || match attribute.presence {
            Presence::Defaulted(default) => Some(default.to_value()),
            _ => None,
        };
        match value.filter(|(value, _)| !value.is_null()) {
            Some((value, span)) => {
                check_rules(attribute, &value, span, problems);
                values.insert(attribute.name.into(), value);
            }
            None => {
                if let (Presence::Required, Some(argument)) = (attribute.presence, argument) {
                    problems.push(
                        Diagnostic::error(Code::MissingArgument, "a required argument is null")
                            .at(argument.expr.span())
                            .detail(format!("`{}` must be given.", attribute.name)),
                    );
                }
                values.extend(default().map(|value| (Arc::from(attribute.name), value)));
            }
        }
    }
    values
}

/// One expression, converted to its kind.
fn one(expr: &Expr, kind: Kind, scope: &dyn Scope, problems: &mut Diagnostics) -> Value {
    let unknown = || Value::unknown(kind.to_type());
    let value = match lang::evaluate(expr, scope) {
        Ok(value) => value,
        Err(problem) => {
            problems.push(problem);
            return unknown();
        }
    };
    match lang::convert(&value, &kind.to_type()) {
        Ok(value) => value,
        Err(error) => {
            problems.push(
                Diagnostic::error(Code::InvalidType, "this value has the wrong type").at(expr.span()).detail(
                    format!("{} is expected here: {error}.", capital(&kind.to_type().with_article())),
                ),
            );
            unknown()
        }
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The value of an attribute that is written as a block, with the place of its header.
fn block_value(
    body: &Body,
    attribute: &Attribute,
    scope: &dyn Scope,
    problems: &mut Diagnostics,
) -> Option<(Value, Span)> {
    if !attribute.block {
        return None;
    }
    let Some(blocks) = dynamic::expanded(body, attribute.name, scope, problems) else {
        return Some((Value::unknown(attribute.kind.to_type()), body.span));
    };
    let span = blocks.first()?.span;
    if let (Kind::Object(_), [_, second, ..]) = (attribute.kind, &blocks[..])
        && second.span == span
    {
        problems.push(
            Diagnostic::error(Code::DuplicateBlock, "this block may stand only once")
                .at(span)
                .detail(format!("Its `for_each` has {} elements.", blocks.len())),
        );
    }
    let mut object = |block: &dynamic::Written<'_>| {
        let field = |(name, kind): &(&'static str, Kind), scope: &dyn Scope, problems: &mut Diagnostics| {
            let argument = block.body.attributes.iter().find(|argument| &*argument.name == *name);
            let value = argument.map_or_else(
                || Value::null_of(kind.to_type()),
                |argument| one(&argument.expr, *kind, scope, problems),
            );
            (Arc::<str>::from(*name), value)
        };
        block.with_scope(scope, |scope| {
            let fields = fields(attribute.kind).iter().map(|each| field(each, scope, problems));
            Value::object(fields.collect::<Vec<_>>())
        })
    };
    let value = match attribute.kind {
        Kind::List(element) => Value::list(element.to_type(), blocks.iter().map(object).collect::<Vec<_>>()),
        Kind::Set(element) => Value::set(element.to_type(), blocks.iter().map(object).collect::<Vec<_>>()),
        _ => object(&blocks[0]),
    };
    Some((value, span))
}

/// Reports the rules of an attribute that its value breaks.
pub fn check_rules(attribute: &Attribute, value: &Value, span: Span, problems: &mut Diagnostics) {
    if !value.is_wholly_known() {
        return;
    }
    let shown = || if value.is_sensitive() { "(sensitive value)".to_owned() } else { lang::print(value) };
    for rule in attribute.rules {
        let diagnostic = Diagnostic::error(Code::InvalidArgument, "this value is not allowed").at(span);
        match rule {
            Rule::OneOf(words) => {
                let word = value.as_str().unwrap_or_default();
                if !words.contains(&word) {
                    let list: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                    problems.push(
                        diagnostic
                            .detail(format!(
                                "`{}` is {}, not {}.",
                                attribute.name,
                                list.join(" or "),
                                shown()
                            ))
                            .suggest(nearest(word, words.iter().copied())),
                    );
                }
            }
            Rule::Check(check) => {
                if let Err(expected) = check(value) {
                    problems.push(diagnostic.detail(format!(
                        "`{}` is {}. {expected}",
                        attribute.name,
                        shown()
                    )));
                }
            }
        }
    }
}
