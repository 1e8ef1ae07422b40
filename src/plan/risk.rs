//! A second pass over the changes: what may each of them cost? Everything comes from the schemas.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::compare::same;
use super::members;
use crate::model::live::Live;
use crate::model::plan::{Action, AttributeChange, Change};
use crate::model::risk::{Risk, RiskKind, Tier};
use crate::model::schema::{RiskRule, Schema, Schemas, When};
use crate::model::value::{Object, Value};

/// Adds the risks to each change, worst first.
pub fn assess(schemas: &Schemas, changes: Vec<Change>, live: &Live) -> Vec<Change> {
    let assess = |mut change: Change| {
        if let Some(schema) = schemas.resource(change.address.kind()) {
            change.risks = risks(schema, &change, live);
        }
        change
    };
    changes.into_iter().map(assess).collect()
}

fn risks(schema: &Schema, change: &Change, live: &Live) -> Vec<Risk> {
    let name = change.moved_from.as_ref().unwrap_or(&change.address);
    let (before, after) = (live.objects.get(name).map(|object| &object.values), change.after.as_ref());
    let costs = |before: Option<&Object>, after: Option<&Object>| {
        let costs = (schema.costs)(before, after).into_iter();
        costs.map(|cost| risk(cost.kind, &cost.effect, None)).collect::<Vec<_>>()
    };
    let mut risks = match change.action {
        Action::Create => costs(None, after),
        Action::Destroy => [of_deleting(schema, change), costs(before, None)].concat(),
        Action::Replace(_) => [of_deleting(schema, change), costs(before, None), costs(None, after)].concat(),
        Action::Update | Action::Pause | Action::Resume => {
            [of_changing(schema, change), of_losing_members(schema, change), costs(before, after)].concat()
        }
        Action::Forget => of_forgetting(schema),
        Action::NoOp | Action::Read | Action::Run => Vec::new(),
    };
    for risk in risks.iter_mut().filter(|risk| risk.tier() == Tier::Irreversible) {
        risk.evidence = live.evidence.get(name).cloned();
    }
    risks.sort_by(|left, right| (left.kind, &left.attribute).cmp(&(right.kind, &right.attribute)));
    risks
}

fn risk(kind: RiskKind, effect: &str, attribute: Option<&str>) -> Risk {
    Risk { kind, effect: effect.to_owned(), attribute: attribute.map(str::to_owned), evidence: None }
}

/// Deleting an object that holds backups deletes them, and ends the protection of servers that nothing else covers.
fn of_deleting(schema: &Schema, change: &Change) -> Vec<Risk> {
    let Some(protection) = schema.protection else { return Vec::new() };
    let mut risks = vec![risk(RiskKind::DestroysBackups, protection.destroy_effect, None)];
    risks.extend(of_leaving_unprotected(schema, change));
    risks
}

/// Ending the protection of servers is a loss of its own, unless another object of the plan takes them over.
fn of_leaving_unprotected(schema: &Schema, change: &Change) -> Option<Risk> {
    let before = change.before.as_ref().map(|values| protected(schema, values)).unwrap_or_default();
    let after = change.after.as_ref().map(|values| protected(schema, values)).unwrap_or_default();
    let moves = |server: &String| change.moves.iter().any(|one| *one.member == **server);
    let lost: Vec<String> =
        before.into_iter().filter(|server| !after.contains(server) && !moves(server)).collect();
    let effect = format!("stops protecting {}", lost.join(", "));
    (!lost.is_empty()).then(|| risk(RiskKind::StopsProtection, &effect, None))
}

/// Taking members out deletes what belongs to them, and says of those that go elsewhere why that could not go along.
fn of_losing_members(schema: &Schema, change: &Change) -> Vec<Risk> {
    let Some(members) = schema.members else { return Vec::new() };
    let lost = members::lost(members, change);
    if lost.is_empty() {
        return Vec::new();
    }
    let mut effect = format!("{} {}", members.removal_effect, join(&lost));
    for one in change.moves.iter().filter(|one| lost.contains(&one.member)) {
        let why = one.obstacle.as_deref().unwrap_or_default();
        effect = format!(
            "{effect}; {} goes to {} and cannot be migrated there, because {why}",
            one.member, one.to
        );
    }
    let mut risks = vec![risk(RiskKind::DestroysBackups, &effect, Some(members.attribute))];
    risks.extend(of_leaving_unprotected(schema, change));
    risks
}

fn join(ids: &BTreeSet<Arc<str>>) -> String {
    ids.iter().map(|id| &**id).collect::<Vec<_>>().join(", ")
}

/// The servers that an object protects right now: none while it is paused.
pub fn protected(schema: &Schema, values: &Object) -> Vec<String> {
    let Some(protection) = schema.protection else { return Vec::new() };
    let paused = protection.paused.and_then(|name| values.get(name)).and_then(Value::as_bool);
    if paused == Some(true) {
        return Vec::new();
    }
    if let Some(members) = schema.members {
        return members.all(values).iter().map(ToString::to_string).collect();
    }
    let Some(servers) = values.get(protection.servers) else { return Vec::new() };
    match servers.as_str() {
        Some(server) => vec![server.to_owned()],
        None => {
            elements(Some(servers)).iter().filter_map(|server| server.as_str().map(str::to_owned)).collect()
        }
    }
}

/// The elements of a list or set; none of anything else.
fn elements(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_slice).unwrap_or_default()
}

fn of_changing(schema: &Schema, change: &Change) -> Vec<Risk> {
    let risky = |attribute: &AttributeChange| {
        let rules = schema.attribute(&attribute.name).map(|found| found.risks).unwrap_or_default();
        let applies =
            |rule: &&RiskRule| applies(rule.when, attribute.before.as_ref(), attribute.after.as_ref());
        rules
            .iter()
            .filter(applies)
            .map(|rule| risk(rule.kind, rule.effect, Some(&attribute.name)))
            .collect::<Vec<_>>()
    };
    change.attributes.iter().flat_map(risky).collect()
}

fn of_forgetting(schema: &Schema) -> Vec<Risk> {
    let effect = "leaves the object in the cloud, where nobody manages it any more";
    if schema.protection.is_some() { vec![risk(RiskKind::LosesTrack, effect, None)] } else { Vec::new() }
}

/// Whether a rule applies. A value that only apply can tell may be the worst one, so it counts as risky.
fn applies(when: When, before: Option<&Value>, after: Option<&Value>) -> bool {
    if same(before, after) {
        return false;
    }
    if let When::Judged(judge) = when {
        return judge(before, after);
    }
    if after.is_some_and(|value| !value.is_wholly_known()) {
        return true;
    }
    match when {
        When::Changes | When::Judged(_) => true,
        When::Becomes(wanted) => after.and_then(Value::as_bool) == Some(wanted),
        When::Decreases => match (before.and_then(Value::as_i64), after.and_then(Value::as_i64)) {
            (Some(before), Some(after)) => after < before,
            (None, after) => after.is_some(),
            (Some(_), None) => false,
        },
        When::LosesElements => {
            let after = elements(after);
            elements(before).iter().any(|element| !after.contains(element))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::types::Type;

    #[test]
    fn rules_apply_when_they_say() {
        let check = |when: When, before: Option<Value>, after: Option<Value>, expected: bool| {
            assert_eq!(
                applies(when, before.as_ref(), after.as_ref()),
                expected,
                "{when:?} {before:?} {after:?}"
            );
        };
        let number = |n: i64| Some(Value::from(n));
        let flag = |b: bool| Some(Value::from(b));
        check(When::Decreases, number(30), number(7), true);
        check(When::Decreases, number(7), number(30), false);
        check(When::Decreases, None, number(30), true);
        check(When::Decreases, number(30), None, false);
        check(When::Decreases, number(30), Some(Value::unknown(Type::Number)), true);
        check(When::Becomes(true), flag(false), flag(true), true);
        check(When::Becomes(true), flag(true), flag(false), false);
        check(When::Becomes(true), flag(true), flag(true), false);
        check(When::Changes, number(1), number(2), true);
        check(When::Changes, number(1), number(1), false);
    }
}
