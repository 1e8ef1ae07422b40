//! What came of an apply.

use super::address::Address;
use super::diagnostic::Diagnostics;
use super::state::{Operation, State};

/// One operation that did not come to a good end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The object.
    pub address: Address,
    /// Which operation.
    pub operation: Operation,
    /// Why, as the user reads it.
    pub error: String,
}

/// How many objects were really changed, by what was done to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Made.
    pub added: usize,
    /// Changed in place.
    pub changed: usize,
    /// Deleted.
    pub destroyed: usize,
    /// Deleted and made anew.
    pub replaced: usize,
    /// Paused.
    pub paused: usize,
    /// Resumed.
    pub resumed: usize,
    /// No longer remembered.
    pub forgotten: usize,
    /// Taken over.
    pub imported: usize,
    /// Done once.
    pub run: usize,
}

/// The result of an apply. There is no rollback: the next plan is the remedy.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The state after it.
    pub state: State,
    /// What was done.
    pub tally: Tally,
    /// What the cloud refused, or what could not be confirmed by reading back.
    pub failed: Vec<Failure>,
    /// Operations that may have taken effect: the answer was lost.
    pub unknown: Vec<Failure>,
    /// Whether something that failed has changed an object all the same.
    pub in_part: bool,
    /// What was not begun, and why.
    pub not_started: Vec<(Address, String)>,
    /// What the configuration says of itself, now that everything is done: conditions that do not hold.
    pub problems: Diagnostics,
    /// Events could not be recorded any more; the run stopped for that.
    pub sink_error: Option<String>,
}

impl Outcome {
    /// Whether everything that was planned was done.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
            && self.unknown.is_empty()
            && self.not_started.is_empty()
            && self.sink_error.is_none()
    }
}
