//! The part of a plan that only takes an object over.

use super::order;
use crate::model::address::Address;
use crate::model::plan::{Action, Change, Plan, Reason};

/// The plan that imports this one object as it is, and does nothing else.
pub fn only_import(plan: &Plan, address: &Address) -> Plan {
    let imported =
        plan.changes.iter().filter(|change| change.address == *address && change.importing.is_some());
    let changes: Vec<Change> = imported.map(as_it_is).collect();
    let (steps, groups) = order::by_dependency(&changes).expect("one change waits for nothing");
    Plan { changes, steps, groups, ..Plan::default() }
}

fn as_it_is(change: &Change) -> Change {
    Change {
        action: Action::NoOp,
        reason: Reason::Same,
        after: change.before.clone(),
        attributes: Vec::new(),
        risks: Vec::new(),
        blocks: Vec::new(),
        acknowledged: Vec::new(),
        advice: Vec::new(),
        depends_on: change.depends_on.clone(),
        ..change.clone()
    }
}
