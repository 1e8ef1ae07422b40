//! Which changes are shown in full, and which stand behind one of them as "the same".
//!
//! The rule: neighbours in the order of addresses fold behind the first of them where they come from one block, do
//! the same (create, update or resume) for the same reason to the same attributes, carry no risk, block or
//! acknowledged rule, and differ in nothing but the attribute that is their key and a few single words, which are
//! listed. A handful is shown in full. Losses never fold: a destroy, pause, forget or replacement is always whole.

use super::change::sides;
use super::value::{Shape, is_same};
use crate::model::address::{Address, Key};
use crate::model::plan::{Action, AttributeChange, Change};
use crate::model::value::Value;

/// So many changes behind the first are worth folding; fewer are quicker to read than the words about them.
const WORTH_FOLDING: usize = 5;

/// More attributes than this on each of them would be longer than showing it in full.
const LISTED_LIMIT: usize = 3;

/// A change in full, and those that are the same but for what is listed.
#[derive(Debug)]
pub struct Fold<'a> {
    /// Shown in full.
    pub first: &'a Change,
    /// Shown with what differs; empty where nothing is folded.
    pub others: Vec<Folded<'a>>,
}

/// A change that differs from another in a few attributes.
#[derive(Debug)]
pub struct Folded<'a> {
    /// The change.
    pub change: &'a Change,
    /// Its attributes that differ and are not simply its key.
    pub differing: Vec<&'a AttributeChange>,
    /// Its attributes that are its key.
    pub keyed: Vec<&'a str>,
}

/// Folds a list of changes, keeping its order.
pub fn fold<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Vec<Fold<'a>> {
    let mut folds: Vec<Fold<'a>> = Vec::new();
    for change in changes {
        let behind = folds.last().and_then(|fold| folded(fold.first, change));
        match (folds.last_mut(), behind) {
            (Some(fold), Some(folded)) => fold.others.push(folded),
            _ => folds.push(Fold { first: change, others: Vec::new() }),
        }
    }
    folds.into_iter().flat_map(unfold_handful).collect()
}

fn unfold_handful(fold: Fold<'_>) -> Vec<Fold<'_>> {
    if fold.others.len() >= WORTH_FOLDING {
        return vec![fold];
    }
    let all = std::iter::once(fold.first).chain(fold.others.iter().map(|folded| folded.change));
    all.map(|first| Fold { first, others: Vec::new() }).collect()
}

/// The change as it differs from the first; `None` where it must be shown in full.
fn folded<'a>(first: &Change, change: &'a Change) -> Option<Folded<'a>> {
    let is_alike = change.address.block == first.address.block
        && change.action == first.action
        && change.reason == first.reason
        && change.attributes.len() == first.attributes.len()
        && [first, change].into_iter().all(is_harmless);
    if !is_alike {
        return None;
    }
    let mut folded = Folded { change, differing: Vec::new(), keyed: Vec::new() };
    for (own, other) in change.attributes.iter().zip(&first.attributes) {
        let is_paired = own.name == other.name && own.forces_replacement == other.forces_replacement;
        match (is_paired, is_equal(own, other), is_single_word(own)) {
            (false, _, _) | (true, false, false) => return None,
            (true, true, _) => {}
            (true, false, true) if is_key(own, &change.address) && is_key(other, &first.address) => {
                folded.keyed.push(&own.name);
            }
            (true, false, true) => folded.differing.push(own),
        }
    }
    (folded.differing.len() <= LISTED_LIMIT).then_some(folded)
}

fn is_harmless(change: &Change) -> bool {
    let can_fold = match change.action {
        Action::Create | Action::Resume | Action::Run | Action::Update => true,
        Action::Destroy
        | Action::Forget
        | Action::NoOp
        | Action::Pause
        | Action::Read
        | Action::Replace(_) => false,
    };
    let is_quiet = change.risks.is_empty()
        && change.blocks.is_empty()
        && change.acknowledged.is_empty()
        && change.moves.is_empty();
    can_fold && is_quiet && change.moved_from.is_none()
}

fn is_equal(left: &AttributeChange, right: &AttributeChange) -> bool {
    let same = |left: Option<&Value>, right: Option<&Value>| match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => is_same(left, right) && left.is_sensitive() == right.is_sensitive(),
        (Some(_), None) | (None, Some(_)) => false,
    };
    let ((old, new), (other_old, other_new)) = (sides(left), sides(right));
    same(old, other_old) && same(new, other_new)
}

fn is_single_word(attribute: &AttributeChange) -> bool {
    let is_short = |value: &Value| match Shape::from(value) {
        Shape::Word(_) | Shape::Hidden | Shape::Unknown => true,
        Shape::Text(text) => text.len() <= 100 && !text.contains('\n'),
        Shape::Map(_) | Shape::Object(_) | Shape::Sequence(_) | Shape::Set(_) => false,
    };
    let (before, after) = sides(attribute);
    [before, after].into_iter().flatten().all(is_short)
}

/// Whether the attribute only repeats the key that the address shows already.
fn is_key(attribute: &AttributeChange, address: &Address) -> bool {
    let Key::Name(key) = &address.key else { return false };
    match sides(attribute) {
        (None, Some(Value::String(text))) => text == key,
        _ => false,
    }
}
