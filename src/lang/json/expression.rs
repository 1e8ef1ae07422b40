//! Nodes to expressions.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, Node, Property, Text};
use crate::lang::explain;
use crate::lang::expr::{Expr, Kind as Tree};
use crate::lang::parse::{Failure, Parser, built};
use crate::lang::token::Lexer;
use crate::model::diagnostic::{FileId, Span};
use crate::model::value::Value;

/// What the strings of a JSON value are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Templates: where the native syntax takes any expression.
    Template,
    /// Text as it stands: where a value is needed before anything can be evaluated.
    Literal,
    /// Expressions in the native syntax: where that takes a reference or a type, and no value.
    Code,
}

/// The expression that a node is.
///
/// # Errors
///
/// Says what is wrong in a string that is a template or an expression, with the place in the JSON text.
pub(super) fn expression(node: &Node, reading: Reading) -> Result<Expr, Failure> {
    let span = node.span;
    match &node.kind {
        Kind::Null => Ok(Expr::literal(Value::null(), span)),
        Kind::Bool(value) => Ok(Expr::literal(Value::Bool(*value), span)),
        Kind::Number(number) => Ok(Expr::literal(Value::Number(number.clone()), span)),
        Kind::String(text) => string(text, span, reading),
        Kind::Array(elements) => {
            let elements = elements.iter().map(|element| expression(element, reading));
            built(Tree::Tuple(elements.collect::<Result<_, _>>()?), span)
        }
        Kind::Object(properties) => {
            refuse_duplicates(properties)?;
            let entries = properties.iter().map(|property| entry(property, reading));
            built(Tree::Object(entries.collect::<Result<_, _>>()?), span)
        }
    }
}

/// The native syntax lets the last of equal keys win; in the JSON syntax they are a mistake.
fn refuse_duplicates(properties: &[Property]) -> Result<(), Failure> {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for property in properties {
        if let Some(first) = seen.insert(&property.name.decoded, property.name_span) {
            return Err(explain::duplicate_argument(property.name_span, first, &property.name.decoded));
        }
    }
    Ok(())
}

/// Names in objects are read as values are; a name alone is the key itself, as in the native syntax.
fn entry(property: &Property, reading: Reading) -> Result<(Expr, Expr), Failure> {
    let name = string(&property.name, property.name_span, reading)?;
    let is_word = name.as_traversal().is_some_and(|traversal| traversal.steps.is_empty());
    let name = if is_word { string(&property.name, property.name_span, Reading::Literal)? } else { name };
    Ok((name, expression(&property.value, reading)?))
}

fn string(text: &Text, span: Span, reading: Reading) -> Result<Expr, Failure> {
    match reading {
        Reading::Code => code(text, span.file),
        Reading::Template if text.decoded.contains("${") || text.decoded.contains("%{") => {
            let mut names = BTreeSet::new();
            let lexer = Lexer::template(&text.decoded);
            Parser::new(span.file, &text.decoded, lexer, &mut names).at(&text.places).whole_template()
        }
        Reading::Template | Reading::Literal => Ok(Expr::literal(Value::string(&text.decoded), span)),
    }
}

fn code(text: &Text, file: FileId) -> Result<Expr, Failure> {
    let mut names = BTreeSet::new();
    let lexer = Lexer::code(&text.decoded, 0, text.decoded.len());
    let mut parser = Parser::new(file, &text.decoded, lexer, &mut names).at(&text.places);
    let expr = parser.expression()?;
    parser.finish()?;
    Ok(expr)
}
