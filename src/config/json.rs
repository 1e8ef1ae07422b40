//! What the properties of the JSON syntax are: arguments or blocks, and how the strings in them are read.
//!
//! As in Terraform: strings are templates where an expression is evaluated, text where a value is needed before that,
//! and expressions where a reference or a type stands. The bodies of resources wait for the schema of their type.

use std::borrow::Cow;
use std::sync::Arc;

use super::blocks::KNOWN;
use super::declared::Config;
use super::references::schema_of;
use super::tree::Tree;
use crate::lang::{self, Body, Reading};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Sources, Span, nearest};
use crate::model::schema::{Attribute, Schemas};

/// One kind of block.
struct Shape {
    /// The blocks in it: kind, the words for their labels, and what is in them.
    blocks: &'static [(&'static str, &'static [&'static str], &'static Shape)],
    /// Arguments that are text as it stands.
    literal: &'static [&'static str],
    /// Arguments that are expressions.
    code: &'static [&'static str],
    /// Arguments that are templates.
    templates: &'static [&'static str],
    /// What all others are; `None` where a schema decides.
    rest: Option<Reading>,
}

const PLAIN: Shape =
    Shape { blocks: &[], literal: &[], code: &[], templates: &[], rest: Some(Reading::Template) };
const LITERAL: Shape = Shape { rest: Some(Reading::Literal), ..PLAIN };
const CODE: Shape = Shape { rest: Some(Reading::Code), ..PLAIN };
const CONDITIONS: &[(&str, &[&str], &Shape)] =
    &[("precondition", &[], &PLAIN), ("postcondition", &[], &PLAIN)];
const LIFECYCLE: Shape = Shape {
    blocks: CONDITIONS,
    literal: &["create_before_destroy", "destroy", "on_removal", "prevent_destroy"],
    code: &["ignore_changes", "replace_triggered_by"],
    ..PLAIN
};
const RESOURCE: Shape = Shape {
    blocks: &[("lifecycle", &[], &LIFECYCLE)],
    code: &["depends_on", "provider"],
    templates: &["count", "for_each"],
    rest: None,
    ..PLAIN
};
const FILE: Shape = Shape {
    blocks: &[
        ("backform", &[], &Shape { blocks: &[("backend", &["type"], &LITERAL)], ..LITERAL }),
        (
            "check",
            &["name"],
            &Shape { blocks: &[("assert", &[], &PLAIN), ("data", &["type", "name"], &RESOURCE)], ..PLAIN },
        ),
        ("data", &["type", "name"], &RESOURCE),
        ("ephemeral", &["type", "name"], &RESOURCE),
        ("import", &[], &Shape { code: &["provider", "to"], ..PLAIN }),
        ("locals", &[], &PLAIN),
        (
            "module",
            &["name"],
            &Shape { literal: &["source", "version"], code: &["depends_on", "providers"], ..PLAIN },
        ),
        ("moved", &[], &CODE),
        (
            "output",
            &["name"],
            &Shape {
                blocks: CONDITIONS,
                literal: &["description", "ephemeral", "sensitive"],
                code: &["depends_on"],
                ..PLAIN
            },
        ),
        ("provider", &["name"], &Shape { literal: &["alias", "version"], rest: None, ..PLAIN }),
        ("removed", &[], &Shape { blocks: &[("lifecycle", &[], &LIFECYCLE)], ..CODE }),
        ("resource", &["type", "name"], &RESOURCE),
        (
            "terraform",
            &[],
            &Shape {
                blocks: &[
                    ("backend", &["type"], &LITERAL),
                    ("cloud", &[], &LITERAL),
                    ("required_providers", &[], &LITERAL),
                ],
                ..LITERAL
            },
        ),
        (
            "variable",
            &["name"],
            &Shape { blocks: &[("validation", &[], &PLAIN)], code: &["type"], ..LITERAL },
        ),
    ],
    rest: None,
    ..PLAIN
};

/// The declarations of a file, in either syntax.
pub fn parse_blocks(sources: &Sources, file: FileId) -> (Body, Diagnostics) {
    let Some(source) = sources.file(file) else { return lang::parse_body(file, "") };
    if !is_json(&source.name) {
        return lang::parse_body(file, &source.text);
    }
    let (mut body, mut problems) = lang::parse_json_body(file, &source.text);
    read(&mut body, &FILE, &mut problems);
    for (name, span) in body.unread() {
        problems.push(unknown(name, span));
    }
    (body, problems)
}

/// The values of a file of variables, in either syntax.
pub fn parse_values(sources: &Sources, file: FileId) -> (Body, Diagnostics) {
    let Some(source) = sources.file(file) else { return lang::parse_body(file, "") };
    if !is_json(&source.name) {
        return lang::parse_body(file, &source.text);
    }
    let (mut body, mut problems) = lang::parse_json_body(file, &source.text);
    body.read_rest(Reading::Literal, &mut problems);
    (body, problems)
}

fn is_json(name: &str) -> bool {
    name.strip_suffix(".json").is_some()
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::UnknownBlock, "this block is not known")
        .at(span)
        .detail(format!("there is no block `{name}`."))
        .suggest(nearest(name, KNOWN.iter().copied()))
}

fn read(body: &mut Body, shape: &Shape, problems: &mut Diagnostics) {
    for (kind, labels, inner) in shape.blocks {
        body.read_blocks(kind, labels, problems);
        for block in body.blocks.iter_mut().filter(|block| &*block.kind == *kind) {
            read(&mut block.body, inner, problems);
        }
    }
    let readings = [
        (shape.literal, Reading::Literal),
        (shape.code, Reading::Code),
        (shape.templates, Reading::Template),
    ];
    for (names, reading) in readings {
        for name in names {
            body.read_argument(name, reading, problems);
        }
    }
    if let Some(reading) = shape.rest {
        body.read_rest(reading, problems);
    }
}

/// The tree with every body that waits for its schema read by it.
pub fn settled<'t>(tree: &'t Tree, schemas: &Schemas, problems: &mut Diagnostics) -> Cow<'t, Tree> {
    if tree.ids().all(|id| !waits(tree.config(id))) {
        return Cow::Borrowed(tree);
    }
    let mut tree = tree.clone();
    tree.change_configs(|config| {
        if waits(config) {
            settle(Arc::make_mut(config), schemas, problems);
        }
    });
    Cow::Owned(tree)
}

fn waits(config: &Config) -> bool {
    let resources = config.resources.values().map(|block| &block.body);
    let providers = config.providers.values().map(|block| &block.body);
    resources.chain(providers).any(|body| body.unread().next().is_some())
}

fn settle(config: &mut Config, schemas: &Schemas, problems: &mut Diagnostics) {
    for (address, block) in &mut config.resources {
        let attributes = schema_of(schemas, address).map_or(&[][..], |schema| schema.attributes);
        let before = problems.len();
        read_by_schema(&mut block.body, attributes, problems);
        block.is_broken |= problems.len() > before;
    }
    for (key, block) in &mut config.providers {
        let schema = schemas.providers.get(&*key.name);
        read_by_schema(&mut block.body, schema.map_or(&[][..], |schema| schema.attributes), problems);
    }
}

fn read_by_schema(body: &mut Body, attributes: &[Attribute], problems: &mut Diagnostics) {
    body.read_blocks("dynamic", &["kind"], problems);
    for block in body.blocks.iter_mut().filter(|block| &*block.kind == "dynamic") {
        block.body.read_argument("iterator", Reading::Code, problems);
        block.body.read_blocks("content", &[], problems);
        read(&mut block.body, &PLAIN, problems);
    }
    for attribute in attributes.iter().filter(|attribute| attribute.block) {
        body.read_blocks(attribute.name, &[], problems);
    }
    for block in &mut body.blocks {
        block.body.read_rest(Reading::Template, problems);
        for inner in &mut block.body.blocks {
            inner.body.read_rest(Reading::Template, problems);
        }
    }
    body.read_rest(Reading::Template, problems);
}
