//! What would have to be done, and what it would cost. Pure: no clock, no randomness, no I/O, no resource type by name.

mod act;
pub mod check;
pub mod compare;
mod coverage;
mod diff;
mod drift;
mod fingerprint;
mod imported;
mod members;
mod order;
mod pair;
mod quota;
mod removal;
mod renamed;
mod risk;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use act::acts;
pub use check::{Violation, check};
pub use fingerprint::fingerprint;
pub use imported::only_import;
pub use pair::{adopt, renames};
pub use quota::counted;

use crate::model::address::{Address, BlockAddress};
use crate::model::desired::Desired;
use crate::model::live::{Extent, Live};
use crate::model::plan::{Action, Change, Plan, PlanMode};
use crate::model::risk::RiskKind;
use crate::model::schema::Schemas;
use crate::model::state::{Operation, State};

/// What was asked for on the command line.
#[derive(Clone, Debug, Default)]
pub struct PlanOptions {
    /// Which kind of plan.
    pub mode: PlanMode,
    /// Instances to replace although nothing forces it.
    pub replace: BTreeSet<Address>,
}

/// A plan that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The steps wait for each other in a circle.
    #[error("these blocks wait for each other in a circle: {}", list(blocks))]
    Cycle {
        /// The circle, each waiting for the next.
        blocks: Vec<BlockAddress>,
    },
}

fn list(blocks: &[BlockAddress]) -> String {
    blocks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" -> ")
}

/// Makes the plan. The same inputs give the same plan.
///
/// # Errors
///
/// [`PlanError::Cycle`] where no order of the work exists.
pub fn plan(
    schemas: &Schemas,
    desired: &Desired,
    state: &State,
    live: &Live,
    options: &PlanOptions,
) -> Result<Plan, PlanError> {
    let pairs = pair::by_address(schemas, desired, state, live, options.mode);
    let changes = diff::changes(&pairs, desired, options);
    let mut changes = diff::propagate_triggers(&pairs, changes);
    members::find_moves(schemas, &mut changes);
    let changes = risk::assess(schemas, changes, live);
    let mut changes = block(changes, &pairs, live, state);
    renamed::recognise(&mut changes, &pairs);
    let changes = diff::with_reads(changes, desired, options);
    let (steps, groups) = order::by_dependency(&changes)?;
    Ok(Plan {
        mode: options.mode,
        preparations: needed_preparations(live, &changes),
        drift: drift::drift(&pairs),
        outputs: diff::outputs(desired, state, options),
        coverage: coverage::coverage(schemas, &changes),
        quotas: quota::quotas(&changes, live),
        changes,
        steps,
        groups,
        token: None,
    })
}

/// The changes that lose something for ever, and how much of the object: what each loses is worth reading from the cloud
/// before anybody is asked.
pub fn at_stake<'a>(schemas: &Schemas, plan: &'a Plan) -> impl Iterator<Item = (&'a Change, Extent)> {
    let loses = |change: &&Change| {
        change.risks.iter().any(|risk| risk.tier().number() == 3 && risk.evidence.is_none())
    };
    plan.effects().filter(loses).map(|change| {
        let members = schemas.resource(change.address.kind()).and_then(|schema| schema.members);
        let lost = members.filter(|_| change.action == Action::Update);
        let lost = lost.map(|members| members::lost(members, change)).unwrap_or_default();
        let everything = || Extent::AllBut(change.leaving());
        (change, if lost.is_empty() { everything() } else { Extent::Members(lost) })
    })
}

/// The changes of which it is worth checking against live facts whether they may be made.
pub fn to_be_checked(plan: &Plan) -> impl Iterator<Item = &Change> {
    plan.effects().filter(|change| {
        matches!(change.action, Action::Create | Action::Destroy | Action::Replace(_) | Action::Update)
    })
}

/// What is to be said of something that costs money and that an earlier run has asked for, with nobody knowing what became
/// of it.
fn asked_before(change: &Change, state: &State) -> Option<String> {
    let mut intents = state.open_intents.iter();
    let is_open =
        intents.any(|intent| intent.operation == Operation::Create && intent.address == change.address);
    let costs = change.risks.iter().any(|risk| risk.kind == RiskKind::SpendsMoney);
    (change.action == Action::Create && is_open && costs).then(|| {
        "an earlier run has ordered this, and nobody knows what became of it: look for an open order before it is ordered \
         again"
            .to_owned()
    })
}

/// Only the steps for accounts that some creation waits for.
fn needed_preparations(live: &Live, changes: &[Change]) -> Vec<crate::model::live::Preparation> {
    let creates = |change: &Change| matches!(change.action, Action::Create | Action::Replace(_));
    let needed = |preparation: &crate::model::live::Preparation| {
        changes.iter().filter(|change| creates(change)).any(|change| {
            let provider = change.scope.as_ref().map(|scope| &scope.provider);
            let same = provider.is_none_or(|provider| *provider == preparation.provider);
            same && preparation.needed_by.iter().any(|kind| **kind == *change.address.kind())
        })
    };
    live.preparations.iter().filter(|preparation| needed(preparation)).cloned().collect()
}

/// Says of each change what stands in its way; the change itself stays in the plan.
fn block(changes: Vec<Change>, pairs: &[pair::Pair<'_>], live: &Live, state: &State) -> Vec<Change> {
    let mut holders = std::collections::BTreeMap::new();
    for (address, recorded) in &state.resources {
        if let Some(identity) = &recorded.identity {
            holders.insert((address.kind(), &recorded.scope, identity), (address, &recorded.id));
        }
    }
    let blocked = |(mut change, pair): (Change, &pair::Pair<'_>)| {
        change.blocks.extend(removal::prevented(&change, pair));
        change.blocks.extend(pair::taken(&change, pair, live, state, &holders));
        let judgement = live.judgements.get(&change.address);
        let gates = judgement.map(|judgement| judgement.gates.as_slice()).unwrap_or_default();
        let changes = change.action != Action::NoOp;
        let (words, rules): (Vec<_>, Vec<_>) =
            gates.iter().filter(|_| changes).cloned().partition(|gate| gate.only_warns);
        change.advice.extend(words.into_iter().map(|gate| gate.reason));
        change.advice.extend(asked_before(&change, state));
        let (acknowledged, standing): (Vec<_>, Vec<_>) =
            rules.into_iter().partition(|gate| gate.acknowledged);
        change.acknowledged = acknowledged;
        if !standing.is_empty() {
            change.blocks.push(crate::model::plan::Block::Gate { gates: standing });
        }
        change
    };
    changes.into_iter().zip(pairs).map(blocked).collect()
}
