//! A second opinion on every plan, by other means than the ones that made it.

use std::collections::BTreeSet;

use crate::model::address::Address;
use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::plan::{Action, Change, Part, Plan};
use crate::model::risk::RiskKind;
use crate::model::schema::Schemas;
use crate::model::state::State;

/// Something in a plan that must never be. It means a mistake in backform, never in what the user wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// An object that nobody manages would be touched.
    #[error("{0} is neither in the configuration nor in the state, and the plan changes it")]
    Foreign(Address),
    /// An address has more than one change, or none.
    #[error("{0} must stand in the plan exactly once")]
    NotOnce(Address),
    /// A deletion without a word of what it destroys.
    #[error("the plan deletes {0} and does not say that this destroys backups")]
    SilentLoss(Address),
    /// An effect that no step carries out, or a step twice.
    #[error("the work on {0} is not exactly the steps that its action needs")]
    WrongSteps(Address),
    /// An object would be deleted that the clouds do not have.
    #[error("the plan deletes {0}, which was not found in the cloud")]
    DeletesUnseen(Address),
}

/// Looks for violations; a plan with any must not be shown, saved or applied.
pub fn check(
    schemas: &Schemas,
    plan: &Plan,
    desired: &Desired,
    state: &State,
    live: &Live,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut seen = BTreeSet::new();
    for change in &plan.changes {
        let name = change.moved_from.as_ref().unwrap_or(&change.address);
        let known = desired.resources.contains_key(&change.address)
            || desired.deferred_reads.contains_key(&change.address)
            || state.resources.contains_key(name);
        if !known {
            violations.push(Violation::Foreign(change.address.clone()));
        }
        if !seen.insert(&change.address) {
            violations.push(Violation::NotOnce(change.address.clone()));
        }
        let deletes = matches!(change.action, Action::Destroy | Action::Replace(_));
        let holds_backups =
            schemas.resource(change.address.kind()).is_some_and(|schema| schema.protection.is_some());
        let says_so = change.risks.iter().any(|risk| risk.kind == RiskKind::DestroysBackups);
        if deletes && holds_backups && !says_so {
            violations.push(Violation::SilentLoss(change.address.clone()));
        }
        if deletes && !live.objects.contains_key(name) && !live.unmanaged.contains_key(name) {
            violations.push(Violation::DeletesUnseen(change.address.clone()));
        }
    }
    let wanted = desired.resources.keys().filter(|address| schemas.resource(address.kind()).is_some());
    violations.extend(wanted.filter(|address| !seen.contains(address)).cloned().map(Violation::NotOnce));
    violations.extend(wrong_steps(plan));
    violations
}

/// Every effect needs one step, and a replacement two different ones.
fn wrong_steps(plan: &Plan) -> Vec<Violation> {
    let mut parts: Vec<Vec<Part>> = vec![Vec::new(); plan.changes.len()];
    for step in &plan.steps {
        parts[step.change].push(step.part);
    }
    let expected = |change: &Change| match change.action {
        Action::NoOp => usize::from(change.is_effect()),
        Action::Replace(_) => 2,
        Action::Create
        | Action::Destroy
        | Action::Forget
        | Action::Pause
        | Action::Read
        | Action::Resume
        | Action::Run
        | Action::Update => 1,
    };
    let wrong = plan.changes.iter().zip(&mut parts).filter_map(|(change, parts)| {
        parts.sort();
        let count = parts.len();
        parts.dedup();
        let right = count == parts.len() && count == expected(change);
        (!right).then(|| Violation::WrongSteps(change.address.clone()))
    });
    wrong.collect()
}
