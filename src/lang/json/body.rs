//! Properties to arguments and blocks, once somebody says which are what.

use std::borrow::Cow;
use std::sync::Arc;

use super::expression::expression;
use super::{Kind, Node, Property, Reading};
use crate::lang::body::{Attribute, Block, Body, Label};
use crate::lang::explain;
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Span};

/// A property of this name says nothing, wherever it stands in a body: JSON has no comments.
const COMMENT: &str = "//";

impl Body {
    /// Makes an argument of the property of this name, if there is one. In the native syntax there is none.
    pub fn read_argument(&mut self, name: &str, reading: Reading, problems: &mut Diagnostics) {
        for property in self.take_properties(name) {
            self.read_property(&property, reading, problems);
        }
    }

    /// Makes blocks of the property of this name, if there is one. In the native syntax there is none.
    ///
    /// `labels` are the words for the labels of such a block, in their order.
    pub fn read_blocks(&mut self, kind: &str, labels: &[&str], problems: &mut Diagnostics) {
        for property in self.take_properties(kind) {
            let mut blocks = Blocks {
                kind: property.name.decoded.clone(),
                kind_span: property.name_span,
                found: &mut self.blocks,
                problems,
            };
            blocks.read(property.value, labels, &mut Vec::new());
        }
    }

    /// Makes arguments of all properties that are left. In the native syntax there are none.
    pub fn read_rest(&mut self, reading: Reading, problems: &mut Diagnostics) {
        for property in std::mem::take(&mut self.properties) {
            self.read_property(&property, reading, problems);
        }
    }

    /// The body with blocks of these kinds, none of which has labels, and otherwise arguments.
    pub fn read_as(&self, blocks: &[&str], problems: &mut Diagnostics) -> Cow<'_, Self> {
        if self.properties.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut body = self.clone();
        for kind in blocks {
            body.read_blocks(kind, &[], problems);
        }
        body.read_rest(Reading::Template, problems);
        Cow::Owned(body)
    }

    /// Names and places of the properties that nobody has read yet.
    pub fn unread(&self) -> impl Iterator<Item = (&Arc<str>, Span)> {
        self.properties.iter().map(|property| (&property.name.decoded, property.name_span))
    }

    fn take_properties(&mut self, name: &str) -> Vec<Property> {
        if self.properties.is_empty() {
            return Vec::new();
        }
        let (taken, left) = std::mem::take(&mut self.properties)
            .into_iter()
            .partition(|property| property.name.decoded.as_ref() == name);
        self.properties = left;
        taken
    }

    fn read_property(&mut self, property: &Property, reading: Reading, problems: &mut Diagnostics) {
        let (name, name_span) = (property.name.decoded.clone(), property.name_span);
        if let Some(first) = self.attribute(&name) {
            problems.push(*explain::duplicate_argument(name_span, first.name_span, &name));
            return;
        }
        match expression(&property.value, reading) {
            Ok(expr) => {
                let span = name_span.to(property.value.span);
                self.attributes.push(Attribute { name, name_span, expr, span });
            }
            Err(problem) => problems.push(*problem),
        }
    }
}

/// The blocks of one property.
struct Blocks<'a> {
    kind: Arc<str>,
    kind_span: Span,
    found: &'a mut Vec<Block>,
    problems: &'a mut Diagnostics,
}

impl Blocks<'_> {
    /// Blocks below as many levels of names as labels are left.
    fn read(&mut self, node: Node, labels: &[&str], used: &mut Vec<Label>) {
        let Some((label, rest)) = labels.split_first() else { return self.bodies(node, used) };
        let span = node.span;
        let is_odd = !matches!(node.kind, Kind::Object(_) | Kind::Array(_));
        let what = format!("the {label} of `{}`", self.kind);
        let properties = properties(node, &what, self.problems);
        if properties.is_empty() && !is_odd {
            let problem = Diagnostic::error(Code::InvalidBlock, "this block lacks a label").at(span);
            self.problems.push(problem.detail(format!("An object is needed here, whose names are {what}.")));
        }
        for property in properties {
            used.push(Label { text: property.name.decoded, span: property.name_span });
            self.read(property.value, rest, used);
            used.pop();
        }
    }

    /// One block, or an array of them; null is none.
    fn bodies(&mut self, node: Node, labels: &[Label]) {
        match node.kind {
            Kind::Null => {}
            Kind::Array(elements) => {
                for element in elements {
                    self.block(element, labels);
                }
            }
            _ => self.block(node, labels),
        }
    }

    fn block(&mut self, node: Node, labels: &[Label]) {
        let span = node.span;
        let mut body = Body::empty(span);
        body.properties = properties(node, &format!("a `{}` block", self.kind), self.problems);
        let header_span = labels.last().map_or(self.kind_span, |label| label.span);
        self.found.push(Block {
            kind: self.kind.clone(),
            kind_span: self.kind_span,
            labels: labels.to_vec(),
            body,
            header_span,
            span: header_span.to(span),
        });
    }
}

/// The properties of an object, or of all objects of an array; null has none.
pub(super) fn properties(node: Node, what: &str, problems: &mut Diagnostics) -> Vec<Property> {
    let mut found = match node.kind {
        Kind::Null => Vec::new(),
        Kind::Object(properties) => properties,
        Kind::Array(elements) => {
            let mut all = Vec::new();
            for element in elements {
                match element.kind {
                    Kind::Object(properties) => all.extend(properties),
                    _ => problems.push(no_object(&element, what)),
                }
            }
            all
        }
        _ => {
            problems.push(no_object(&node, what));
            Vec::new()
        }
    };
    found.retain(|property| property.name.decoded.as_ref() != COMMENT);
    found
}

pub(super) fn no_object(node: &Node, what: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidBlock, "a JSON object is needed here")
        .at(node.span)
        .detail(format!("An object is what {what} is made of, and this is {}.", node.kind.with_article()))
}
