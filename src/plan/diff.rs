//! Live against desired: one change for each address, what it does and why.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::PlanOptions;
use super::compare::{differences, same};
use super::pair::Pair;
use super::removal;
use crate::model::address::Address;
use crate::model::desired::{Cause, Desired, DesiredResource};
use crate::model::plan::{Action, AttributeChange, Change, OutputChange, PlanMode, Reason, ReplaceOrder};
use crate::model::schema::{Attribute, Presence, Schema};
use crate::model::state::State;
use crate::model::value::{Object, Value};

/// One change for each pair, in the same order.
pub fn changes(pairs: &[Pair<'_>], desired: &Desired, options: &PlanOptions) -> Vec<Change> {
    pairs.iter().map(|pair| change(pair, desired, options)).collect()
}

fn change(pair: &Pair<'_>, desired: &Desired, options: &PlanOptions) -> Change {
    match (options.mode, pair.desired) {
        (PlanMode::RefreshOnly | PlanMode::Act, _) => unchanged(pair, Reason::Same),
        (PlanMode::Destroy, _) | (PlanMode::Normal, None) => removal::change(pair, desired, options.mode),
        (PlanMode::Normal, Some(wanted)) => match pair.live_values(&wanted.values) {
            None => create(pair, wanted),
            Some(live) => update(pair, wanted, live, options),
        },
    }
}

/// A change that does nothing: the start for all others.
pub fn unchanged(pair: &Pair<'_>, reason: Reason) -> Change {
    let words = pair.desired.map(|desired| &desired.values);
    let empty = Object::new();
    let values = pair.live_values(words.or(pair.recorded.map(|recorded| &recorded.values)).unwrap_or(&empty));
    let recorded_dependencies =
        || pair.recorded.map(|recorded| recorded.depends_on.clone()).unwrap_or_default();
    Change {
        address: pair.address.clone(),
        moved_from: pair.moved_from.clone(),
        renamed_from: None,
        importing: pair.importing.clone(),
        scope: pair
            .desired
            .and_then(|desired| desired.scope.clone())
            .or_else(|| pair.recorded.map(|recorded| recorded.scope.clone())),
        action: Action::NoOp,
        reason,
        id: pair.live.map(|live| live.id.clone()).or_else(|| pair.recorded.map(|r| r.id.clone())),
        after: values.clone(),
        before: values,
        attributes: Vec::new(),
        moves: Vec::new(),
        risks: Vec::new(),
        blocks: Vec::new(),
        acknowledged: Vec::new(),
        advice: Vec::new(),
        declared_at: pair.desired.map(|desired| desired.declared_at.clone()),
        depends_on: pair
            .desired
            .map_or_else(recorded_dependencies, |desired| desired.depends_on.iter().cloned().collect()),
        prevent_destroy: match pair.desired {
            Some(desired) => desired.lifecycle.prevent_destroy.clone(),
            None => pair.recorded.and_then(|recorded| recorded.prevent_destroy.clone()),
        },
        on_removal: match pair.desired {
            Some(desired) => desired.lifecycle.on_removal,
            None => pair.recorded.and_then(|recorded| recorded.on_removal),
        },
    }
}

fn create(pair: &Pair<'_>, wanted: &DesiredResource) -> Change {
    let after = made_anew(pair.schema, wanted);
    let reason = if pair.recorded.is_some() { Reason::GoneFromCloud } else { Reason::NotInState };
    Change {
        action: Action::Create,
        advice: advice(pair.schema, wanted),
        id: None,
        before: None,
        attributes: with_causes(differences(pair.schema, &Object::new(), &after), pair, wanted),
        after: Some(after),
        ..unchanged(pair, reason)
    }
}

/// What is to be said of arguments that were left out, and of the object as it will be.
fn advice(schema: &Schema, wanted: &DesiredResource) -> Vec<String> {
    let left_out = |attribute: &&Attribute| wanted.values.get(attribute.name).is_none_or(Value::is_null);
    let worth_a_word = schema.attributes.iter().filter(|attribute| !attribute.advice.is_empty());
    let left_out = worth_a_word.filter(left_out).map(|attribute| attribute.advice.to_owned());
    left_out.chain((schema.advice)(&wanted.values)).collect()
}

/// The attributes of an object that is still to be made: what only the cloud can tell is unknown.
fn made_anew(schema: &Schema, wanted: &DesiredResource) -> Object {
    let value = |attribute: &Attribute| {
        let given = wanted.values.get(attribute.name).filter(|value| !value.is_null());
        let by_cloud = attribute.is_known_after_apply(&wanted.values);
        given.cloned().or_else(|| by_cloud.then(|| Value::unknown(attribute.kind.to_type())))
    };
    let named = |attribute: &Attribute| value(attribute).map(|value| (Arc::from(attribute.name), value));
    schema.attributes.iter().filter_map(named).collect()
}

/// The attributes of an object after an update in place: what is not given stays as it is.
fn updated(pair: &Pair<'_>, wanted: &DesiredResource, live: &Object) -> Object {
    let mut after = live.clone();
    for attribute in pair.schema.attributes.iter().filter(|attribute| attribute.is_argument()) {
        if wanted.lifecycle.ignore_all || wanted.lifecycle.ignore_changes.contains(attribute.name) {
            continue;
        }
        let given = wanted.values.get(attribute.name).filter(|value| !value.is_null());
        match given {
            Some(value) => {
                let value = with_ignored(value, live.get(attribute.name), attribute.name, wanted);
                after.insert(attribute.name.into(), value)
            }
            None if attribute.presence == Presence::Chosen => None,
            None => after.remove(attribute.name),
        };
    }
    let following = pair.schema.attributes.iter().filter(|attribute| !attribute.follows.is_empty());
    for attribute in following {
        if same(live.get(attribute.follows), after.get(attribute.follows)) {
            continue;
        }
        after.insert(attribute.name.into(), Value::unknown(attribute.kind.to_type()));
    }
    after
}

/// The wanted value of an attribute with the live values of those parts of it that are to be left alone.
fn with_ignored(value: &Value, live: Option<&Value>, name: &str, wanted: &DesiredResource) -> Value {
    let parts = wanted.lifecycle.ignore_parts.iter().filter(|(attribute, _)| &**attribute == name);
    parts.fold(value.clone(), |value, (_, keys)| with_part(&value, live, keys))
}

/// The value with the part that the keys lead to taken from `live`; as it is where either has no such part.
fn with_part(value: &Value, live: Option<&Value>, keys: &[Value]) -> Value {
    let Some(live) = live else { return value.clone() };
    let Some((key, rest)) = keys.split_first() else { return live.clone() };
    let (inner, marks) = value.unmark();
    let theirs = live.unmark().0.part(key).cloned();
    match (inner.part(key).cloned(), rest.is_empty()) {
        (_, true) => inner.with_part(key, theirs.as_ref()).with_marks(marks),
        (Some(own), false) => {
            inner.with_part(key, Some(&with_part(&own, theirs.as_ref(), rest))).with_marks(marks)
        }
        (None, false) => value.clone(),
    }
}

fn update(pair: &Pair<'_>, wanted: &DesiredResource, live: Object, options: &PlanOptions) -> Change {
    let after = updated(pair, wanted, &live);
    let mut attributes = with_causes(differences(pair.schema, &live, &after), pair, wanted);
    for change in &mut attributes {
        let attribute = pair.schema.attribute(&change.name);
        let values = (change.before.as_ref(), change.after.as_ref());
        change.forces_replacement = attribute.is_some_and(|a| a.is_replaced(values.0, values.1));
    }
    let forcing: Vec<String> = attributes
        .iter()
        .filter(|change| change.forces_replacement)
        .map(|change| change.name.to_string())
        .collect();
    if let Some(reason) = why_replace(pair, forcing, options) {
        return replace(pair, wanted, reason);
    }
    if attributes.is_empty() {
        return unchanged(pair, Reason::Same);
    }
    Change {
        action: in_place(pair.schema, &attributes),
        advice: (pair.schema.advice)(&wanted.values),
        before: Some(live),
        after: Some(after),
        attributes,
        ..unchanged(pair, Reason::AttributesDiffer)
    }
}

fn why_replace(pair: &Pair<'_>, forcing: Vec<String>, options: &PlanOptions) -> Option<Reason> {
    if !forcing.is_empty() {
        Some(Reason::CannotUpdate { attributes: forcing })
    } else if options.replace.contains(&pair.address) {
        Some(Reason::Requested)
    } else {
        None
    }
}

/// A pause or a resume where nothing else changes; an update otherwise.
pub fn in_place(schema: &Schema, attributes: &[AttributeChange]) -> Action {
    let paused = schema.protection.and_then(|protection| protection.paused);
    match attributes {
        [only] if Some(&*only.name) == paused => match only.after.as_ref().and_then(Value::as_bool) {
            Some(true) => Action::Pause,
            Some(false) => Action::Resume,
            None => Action::Update,
        },
        _ => Action::Update,
    }
}

/// Deletes the object and makes another.
///
/// For a type that holds backups the new object is made first unless the user chose otherwise: should making it
/// fail, the backups are still there.
fn replace(pair: &Pair<'_>, wanted: &DesiredResource, reason: Reason) -> Change {
    let live = pair.live_values(&wanted.values).unwrap_or_default();
    let after = made_anew(pair.schema, wanted);
    let same_identity = pair.schema.identity.is_some_and(|name| same(live.get(name), after.get(name)));
    let by_default = pair.schema.protection.is_some() && !same_identity;
    let first = wanted.lifecycle.create_before_destroy.unwrap_or(by_default) && !same_identity;
    let mut attributes = with_causes(differences(pair.schema, &live, &after), pair, wanted);
    for change in &mut attributes {
        change.forces_replacement = matches!(&reason, Reason::CannotUpdate { attributes } if attributes.iter().any(|name| **name == *change.name));
    }
    Change {
        action: Action::Replace(if first { ReplaceOrder::CreateFirst } else { ReplaceOrder::DestroyFirst }),
        before: Some(live),
        after: Some(after),
        attributes,
        advice: advice(pair.schema, wanted),
        ..unchanged(pair, reason)
    }
}

/// Says of each attribute why it changes.
fn with_causes(
    mut changes: Vec<AttributeChange>,
    pair: &Pair<'_>,
    wanted: &DesiredResource,
) -> Vec<AttributeChange> {
    for change in &mut changes {
        let remembered = pair.recorded.and_then(|recorded| recorded.values.get(&change.name));
        let drifted = pair.recorded.is_some()
            && pair.live.is_some()
            && same(remembered, wanted.values.get(&change.name))
            && !same(remembered, change.before.as_ref());
        change.cause = if drifted { Some(Cause::Drift) } else { wanted.causes.get(&change.name).cloned() };
    }
    changes
}

/// Turns objects into replacements whose `replace_triggered_by` names something that changes, until no more do.
pub fn propagate_triggers(pairs: &[Pair<'_>], mut changes: Vec<Change>) -> Vec<Change> {
    loop {
        let changed: BTreeMap<Address, BTreeSet<Arc<str>>> = changes
            .iter()
            .filter(|change| {
                matches!(change.action, Action::Update | Action::Replace(_) | Action::Pause | Action::Resume)
            })
            .map(|change| {
                (
                    change.address.clone(),
                    change.attributes.iter().map(|attribute| attribute.name.clone()).collect(),
                )
            })
            .collect();
        let mut grown = false;
        for (change, pair) in changes.iter_mut().zip(pairs) {
            let stays =
                matches!(change.action, Action::NoOp | Action::Update | Action::Pause | Action::Resume);
            let Some(wanted) = pair.desired.filter(|_| stays && pair.live.is_some()) else { continue };
            let by = wanted.lifecycle.replace_triggered_by.iter().find(|trigger| {
                changed.get(&trigger.address).is_some_and(|attributes| {
                    trigger.attribute.as_ref().is_none_or(|attribute| attributes.contains(attribute))
                })
            });
            if let Some(trigger) = by {
                *change = replace(pair, wanted, Reason::Triggered { by: trigger.address.clone() });
                grown = true;
            }
        }
        if !grown {
            return changes;
        }
    }
}

/// Adds the data sources that only apply can read, in order of address.
pub fn with_reads(mut changes: Vec<Change>, desired: &Desired, options: &PlanOptions) -> Vec<Change> {
    if options.mode != PlanMode::Normal {
        return changes;
    }
    changes.extend(desired.deferred_reads.iter().map(|(address, read)| Change {
        address: address.clone(),
        moved_from: None,
        renamed_from: None,
        importing: None,
        scope: read.scope.clone(),
        action: Action::Read,
        reason: Reason::ArgumentsUnknown,
        id: None,
        before: None,
        after: Some(read.arguments.clone()),
        attributes: Vec::new(),
        moves: Vec::new(),
        risks: Vec::new(),
        blocks: Vec::new(),
        acknowledged: Vec::new(),
        advice: Vec::new(),
        declared_at: Some(read.declared_at.clone()),
        depends_on: read.depends_on.iter().cloned().collect(),
        prevent_destroy: None,
        on_removal: None,
    }));
    changes.sort_by(|left, right| left.address.cmp(&right.address));
    changes
}

/// The outputs that change.
pub fn outputs(desired: &Desired, state: &State, options: &PlanOptions) -> BTreeMap<Arc<str>, OutputChange> {
    let wanted = |name: &Arc<str>| match options.mode {
        PlanMode::Destroy => None,
        PlanMode::Normal | PlanMode::RefreshOnly | PlanMode::Act => {
            desired.outputs.get(name).filter(|output| !output.value.is_null())
        }
    };
    let names: BTreeSet<&Arc<str>> = desired.outputs.keys().chain(state.outputs.keys()).collect();
    let mut changes = BTreeMap::new();
    for name in names {
        let (before, after) = (state.outputs.get(name), wanted(name));
        if !same(before.map(|output| &output.value), after.map(|output| &output.value)) {
            changes.insert(
                name.clone(),
                OutputChange {
                    before: before.map(|output| output.value.clone()),
                    after: after.map(|output| output.value.clone()),
                    sensitive: before.is_some_and(|output| output.sensitive)
                        || after.is_some_and(|output| output.sensitive),
                },
            );
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn value(json: &Json) -> Value {
        match json {
            Json::Object(entries) => {
                Value::object(entries.iter().map(|(name, part)| (Arc::from(name.as_str()), value(part))))
            }
            Json::Array(items) => Value::tuple(items.iter().map(value)),
            Json::String(text) => Value::string(text),
            other => Value::from(other.as_i64().expect("a whole number")),
        }
    }

    #[test]
    fn a_part_that_is_ignored_stays_as_it_is() {
        let check = |wanted: &Json, live: &Json, keys: &[Json], expected: &Json| {
            let keys: Vec<Value> = keys.iter().map(value).collect();
            let found = with_part(&value(wanted), Some(&value(live)), &keys);
            assert_eq!(found, value(expected), "{wanted} {live}");
        };
        let (old, new) = (json!({"a": 3, "b": 4}), json!({"a": 1, "b": 2}));
        check(&new, &old, &[json!("a")], &json!({"a": 3, "b": 2}));
        check(&new, &json!({"b": 4}), &[json!("a")], &json!({"b": 2}));
        check(&json!({"b": 2}), &old, &[json!("a")], &json!({"a": 3, "b": 2}));
        let (inner, whole) = (json!({"a": {"b": 5}}), json!({"a": {"b": 1, "c": 2}}));
        check(&whole, &inner, &[json!("a"), json!("b")], &json!({"a": {"b": 5, "c": 2}}));
        check(&json!([1, 2]), &json!([3, 4]), &[json!(1)], &json!([1, 4]));
        check(&json!([1]), &json!([3, 4]), &[json!(1)], &json!([1]));
        check(&json!(1), &json!(2), &[json!("a")], &json!(1));
    }
}
