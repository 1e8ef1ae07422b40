//! What happens to an object whose block is gone. Removing a block does not destroy backups.

use super::compare::differences;
use super::diff::unchanged;
use super::pair::{Pair, module_rest};
use crate::model::address::Key;
use crate::model::desired::{Desired, OnRemoval, Removed, Repetition, Subject};
use crate::model::plan::{Action, Block, Change, PlanMode, Reason};
use crate::model::schema::Schema;
use crate::model::value::{Object, Value};

/// The change for an object that is not desired, or for any object in a plan to destroy everything.
pub fn change(pair: &Pair<'_>, desired: &Desired, mode: PlanMode) -> Change {
    let Some(recorded) = pair.recorded else { return unchanged(pair, Reason::Same) };
    if mode == PlanMode::Destroy {
        return destroy(pair, Reason::DestroyMode);
    }
    if recorded.left_over {
        return destroy(pair, Reason::LeftOver);
    }
    let reason = why_gone(pair, desired);
    if let Some(removed) = said(desired, pair) {
        let reason = Reason::RemovedBlock { place: removed.place.clone() };
        return if removed.destroy { destroy(pair, reason) } else { forget(pair, reason) };
    }
    match recorded.on_removal.unwrap_or_else(|| by_default(pair.schema)) {
        OnRemoval::Pause => pause(pair, reason),
        OnRemoval::Retain => unchanged(pair, reason),
        OnRemoval::Destroy => destroy(pair, reason),
    }
}

/// Pause where the type can, retain where it holds backups and cannot, destroy where nothing is lost with it.
fn by_default(schema: &Schema) -> OnRemoval {
    match schema.protection {
        Some(protection) if protection.paused.is_some() => OnRemoval::Pause,
        Some(_) => OnRemoval::Retain,
        None => OnRemoval::Destroy,
    }
}

fn said<'a>(desired: &'a Desired, pair: &Pair<'_>) -> Option<&'a Removed> {
    let block = &pair.address.block;
    desired.removed.iter().find(|removed| match &removed.from {
        Subject::Block(from) => from == block,
        Subject::Module(from) => module_rest(from, &block.module).is_some(),
        Subject::Instance(_) => false,
    })
}

fn why_gone(pair: &Pair<'_>, desired: &Desired) -> Reason {
    match (desired.blocks.get(&pair.address.block), &pair.address.key) {
        (None, _) => Reason::NotInConfig,
        (Some(Repetition::ForEach), Key::Name(_)) => Reason::KeyNotInForEach,
        (Some(Repetition::Count), Key::Index(_)) => Reason::IndexOutOfCount,
        (Some(_), _) => Reason::WrongRepetition,
    }
}

/// Deletes the object; one that is gone already is only no longer remembered.
fn destroy(pair: &Pair<'_>, reason: Reason) -> Change {
    let base = unchanged(pair, reason);
    if pair.live.is_none() {
        return base;
    }
    let before = base.before.clone().unwrap_or_default();
    Change {
        action: Action::Destroy,
        attributes: differences(pair.schema, &before, &Object::new()),
        after: None,
        ..base
    }
}

fn forget(pair: &Pair<'_>, reason: Reason) -> Change {
    Change { action: Action::Forget, after: None, ..unchanged(pair, reason) }
}

/// Pauses the object, or leaves it where it is paused or gone already.
fn pause(pair: &Pair<'_>, reason: Reason) -> Change {
    let base = unchanged(pair, reason);
    let paused = pair.schema.protection.and_then(|protection| protection.paused);
    let (Some(paused), Some(before)) = (paused, base.before.clone()) else { return base };
    if before.get(paused).and_then(Value::as_bool) == Some(true) {
        return base;
    }
    let mut after = before.clone();
    after.insert(paused.into(), Value::from(true));
    Change {
        action: Action::Pause,
        attributes: differences(pair.schema, &before, &after),
        before: Some(before),
        after: Some(after),
        ..base
    }
}

/// `prevent_destroy` in the way of a change that deletes: as the configuration has it, or as the state remembers it
/// where the block is gone.
pub fn prevented(change: &Change, pair: &Pair<'_>) -> Option<Block> {
    let deletes = matches!(change.action, Action::Destroy | Action::Replace(_));
    let place = match pair.desired {
        Some(desired) => desired.lifecycle.prevent_destroy.clone(),
        None => pair.recorded.and_then(|recorded| recorded.prevent_destroy.clone()),
    };
    place.filter(|_| deletes).map(|place| Block::PreventDestroy { place })
}
