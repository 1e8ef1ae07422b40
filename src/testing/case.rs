//! The runs of test files, as written.

use std::sync::Arc;

use crate::lang::{Attribute, Expr, Traversal};
use crate::model::address::Address;
use crate::model::diagnostic::Span;
use crate::model::plan::PlanMode;

/// One `*.test.hcl`.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// Its path, relative to the configuration.
    pub name: Arc<str>,
    /// Its runs, in the order of the text.
    pub runs: Vec<Run>,
}

/// A text in quotes, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The text.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// One `run` block, with what its file says for all of them.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its name.
    pub name: Arc<str>,
    /// The block's header.
    pub span: Span,
    /// The world that it is planned against; `None` for the configuration's own.
    pub world: Option<Quoted>,
    /// The state that it begins with; `None` for an empty one.
    pub state: Option<Quoted>,
    /// What is applied before the plan is made.
    pub before: Option<Before>,
    /// Values of variables; of two with one name the last counts.
    pub variables: Vec<Attribute>,
    /// The kind of plan.
    pub mode: PlanMode,
    /// Instances to be replaced although nothing forces it.
    pub replace: Vec<Address>,
    /// What must be true of the plan.
    pub asserts: Vec<Assert>,
    /// What must not hold, or must be blocked.
    pub expected_failures: Vec<Traversal>,
    /// Whether what the run shows is compared with what is stored.
    pub has_snapshot: bool,
}

/// A `before` block: what was applied earlier.
#[derive(Clone, Debug)]
pub struct Before {
    /// The directory of the earlier configuration; `None` for the configuration itself.
    pub source: Option<Quoted>,
    /// Values of its variables.
    pub variables: Vec<Attribute>,
    /// How far the world's clock is turned afterwards, in the form `P1D`.
    pub advance: Option<Quoted>,
    /// The block's header.
    pub span: Span,
}

/// An `assert` block.
#[derive(Clone, Debug)]
pub struct Assert {
    /// Must be true.
    pub condition: Expr,
    /// Says what is wrong otherwise.
    pub error_message: Expr,
}

impl Run {
    /// The names that its conditions refer to.
    pub fn references(&self) -> impl Iterator<Item = &Traversal> {
        let both = self.asserts.iter().flat_map(|assert| [&assert.condition, &assert.error_message]);
        both.flat_map(Expr::references)
    }
}
