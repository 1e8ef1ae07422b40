//! A plan with everything that was kept beside it: what the renderers for programs, pull requests and browsers read.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::approval::Digest;
use crate::model::outline::Outline;
use crate::model::plan::Plan;
use crate::model::schema::Schemas;
use crate::model::value::Value;

/// A plan and what is known of how it was made.
#[derive(Clone, Copy, Debug)]
pub struct Dossier<'a> {
    /// What will be done.
    pub plan: &'a Plan,
    /// The digest that is approved.
    pub digest: &'a Digest,
    /// What the resource types are.
    pub schemas: &'a Schemas,
    /// The configuration in outline, outputs that stay, conditions.
    pub outline: &'a Outline,
    /// The values of the root module's variables.
    pub variables: &'a BTreeMap<Arc<str>, Value>,
}
