//! What we remember making.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::address::{Address, BlockAddress};
use super::desired::{OnRemoval, ProviderKey, Scope};
use super::diagnostic::Place;
use super::value::{Object, Value};

/// One object under management.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its id in the cloud.
    pub id: Arc<str>,
    /// Where it lives.
    pub scope: Scope,
    /// The value of the schema's identity argument, where the type has one.
    pub identity: Option<Arc<str>>,
    /// The attributes as they were after the last apply or refresh that was recorded.
    pub values: Object,
    /// The blocks that it depended on when it was last applied; destroying goes the other way round.
    pub depends_on: Vec<BlockAddress>,
    /// Where `prevent_destroy = true` stood; it outlives its block.
    pub prevent_destroy: Option<Place>,
    /// What its block said should happen when the block is removed.
    pub on_removal: Option<OnRemoval>,
    /// It was replaced, and could not be deleted yet: the next plan deletes it.
    pub left_over: bool,
}

/// A call whose outcome nobody knows, because the run ended between the intent and its result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenIntent {
    /// The object that it was for.
    pub address: Address,
    /// Where.
    pub scope: Scope,
    /// Which call.
    pub operation: Operation,
    /// The object's id, where it had one.
    pub id: Option<Arc<str>>,
    /// The value of the schema's identity argument of what was to be created.
    pub identity: Option<Arc<str>>,
}

/// What a step asks a cloud to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Do a step for the whole account.
    Prepare,
    /// Make an object.
    Create,
    /// Change an object.
    Update,
    /// Delete an object.
    Delete,
    /// Do something once.
    Run,
}

/// An output as it was last applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedOutput {
    /// Its value.
    pub value: Value,
    /// Declared as sensitive.
    pub sensitive: bool,
}

/// The whole memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Tells this state from every other; chosen once.
    pub lineage: String,
    /// Grows with each write.
    pub serial: u64,
    /// The account that each provider configuration spoke for when something was last applied.
    pub accounts: BTreeMap<ProviderKey, String>,
    /// All objects under management.
    pub resources: BTreeMap<Address, Recorded>,
    /// The root module's outputs.
    pub outputs: BTreeMap<Arc<str>, RecordedOutput>,
    /// Calls of an interrupted run whose outcome must be found out.
    pub open_intents: Vec<OpenIntent>,
}
