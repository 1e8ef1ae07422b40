//! The JSON syntax of configurations, for files that programs write.
//!
//! A JSON object does not say which of its properties are arguments and which are blocks, and a JSON string does not
//! say whether it is a template, text as it stands, or an expression. Only who knows the block can say. So a body of
//! this syntax begins with nothing but properties, and [`Body::read_argument`], [`Body::read_blocks`] and
//! [`Body::read_rest`] make arguments and blocks of them, which are then the same as those of the native syntax.

mod body;
mod expression;
mod read;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use expression::Reading;

use crate::lang::body::Body;
use crate::lang::explain;
use crate::lang::parse::Places;
use crate::model::diagnostic::{Diagnostics, FileId, Span};
use crate::model::number::Number;

/// A value of a JSON text, with its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    kind: Kind,
    span: Span,
}

#[derive(Clone, Debug)]
enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    String(Text),
    Array(Vec<Node>),
    Object(Vec<Property>),
}

impl Kind {
    /// What it is, for a sentence.
    fn with_article(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::String(_) => "a text",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// A JSON string, decoded.
#[derive(Clone, Debug)]
struct Text {
    decoded: Arc<str>,
    places: Places,
}

/// `"name": value`
#[derive(Clone, Debug)]
pub(super) struct Property {
    name: Text,
    /// With its quotes.
    name_span: Span,
    value: Node,
}

/// Reads a whole file of the JSON syntax, as much of it as can be read; what cannot is in the diagnostics.
///
/// The body has neither arguments nor blocks until somebody says which of its properties are what.
pub fn parse_json_body(file: FileId, text: &str) -> (Body, Diagnostics) {
    let mut problems = Diagnostics::default();
    let mut body = Body::empty(Span::new(file, 0, text.len()));
    if u32::try_from(text.len()).is_err() {
        problems.push(*explain::file_too_large(Span::new(file, 0, 0)));
        return (body, problems);
    }
    if let Some(root) = read::read(file, text, &mut problems) {
        if matches!(root.kind, Kind::Null) {
            problems.push(body::no_object(&root, "a configuration"));
        }
        body.properties = body::properties(root, "a configuration", &mut problems);
    }
    problems.sort();
    (body, problems)
}
