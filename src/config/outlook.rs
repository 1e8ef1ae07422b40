//! What the expressions of the root module can see, for somebody who asks.

use super::declared::Condition;
use super::evaluate::Environment;
use super::frames::{FrameId, Frames};
use super::names::{self, Viewpoint};
use super::references::schema_of;
use super::scope::View;
use super::tree::{ModuleId, Tree};
use crate::lang::{Expr, Scope, Traversal};
use crate::model::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::model::schema::Schemas;

/// Names that are there without being declared.
const BUILTIN: &[&str] = &["path.cwd", "path.module", "path.root", "terraform.workspace"];

/// What is wrong with a reference from the root module.
pub fn check_reference(tree: &Tree, schemas: &Schemas, reference: &Traversal) -> Option<Diagnostic> {
    names::find(tree, schemas, reference, Viewpoint::of(ModuleId::ROOT)).err().map(|problem| *problem)
}

/// What has the condition that stands at a place in the root module: `var.a`, `output.b`, `check.c`, or the address of
/// a block.
pub fn conditioned(tree: &Tree, place: Span) -> Option<String> {
    let config = tree.root();
    let stands_in = |conditions: &[Condition]| {
        let mut spans = conditions.iter().map(|condition| condition.condition.span());
        spans.any(|span| span == place || span.overlaps(place))
    };
    let variables = config.variables.iter().filter(|(_, variable)| stands_in(&variable.validations));
    let outputs = config.outputs.iter().filter(|(_, output)| stands_in(&output.preconditions));
    let checks = config.checks.iter().filter(|(_, check)| stands_in(&check.asserts));
    let blocks = config.resources.iter().filter(|(_, block)| {
        stands_in(&block.lifecycle.preconditions) || stands_in(&block.lifecycle.postconditions)
    });
    variables
        .map(|(name, _)| format!("var.{name}"))
        .chain(outputs.map(|(name, _)| format!("output.{name}")))
        .chain(checks.map(|(name, _)| format!("check.{name}")))
        .chain(blocks.map(|(address, _)| address.to_string()))
        .next()
}

/// All names of the root module, with their values.
pub struct Outlook<'a> {
    /// What the resource types are.
    pub schemas: &'a Schemas,
    /// The declarations.
    pub tree: &'a Tree,
    /// The values.
    pub frames: &'a Frames,
    /// What the values were made with.
    pub environment: Environment<'a>,
}

impl Outlook<'_> {
    /// What is wrong with the names of an expression, also where the expression would pass over it.
    pub fn check(&self, expr: &Expr) -> Diagnostics {
        let mut problems = Diagnostics::default();
        let found = expr.references().into_iter();
        problems.extend(found.filter_map(|reference| check_reference(self.tree, self.schemas, reference)));
        problems
    }

    /// Where the names have their values.
    pub fn scope(&self) -> impl Scope + '_ {
        let Self { tree, frames, environment, .. } = self;
        View { tree, frames, environment, frame: FrameId::ROOT, instance: None, own: None }
    }

    /// All names, with the attributes of resources and the outputs of modules; sorted.
    pub fn names(&self) -> Vec<String> {
        let config = self.tree.root();
        let mut names: Vec<String> = BUILTIN.iter().map(|name| (*name).to_owned()).collect();
        names.extend(config.variables.keys().map(|name| format!("var.{name}")));
        names.extend(config.locals.keys().map(|name| format!("local.{name}")));
        for (name, child) in &self.tree.module(ModuleId::ROOT).children {
            let outputs = self.tree.config(*child).outputs.keys();
            names.extend(outputs.map(|output| format!("module.{name}.{output}")));
        }
        for address in config.resources.keys() {
            let attributes = schema_of(self.schemas, address).map_or(&[][..], |schema| schema.attributes);
            names.push(address.to_string());
            names.extend(attributes.iter().map(|attribute| format!("{address}.{}", attribute.name)));
        }
        names.sort();
        names
    }
}
