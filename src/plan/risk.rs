//! A second pass over the changes: what may each of them cost? Everything comes from the schemas.

use super::compare::same;
use crate::model::live::Live;
use crate::model::plan::{Action, AttributeChange, Change};
use crate::model::risk::{Evidence, Risk, RiskKind, Tier};
use crate::model::schema::{Protection, RiskRule, Schema, Schemas, When};
use crate::model::value::{Object, Value};

/// Adds the risks to each change, worst first.
pub fn assess(schemas: &Schemas, changes: Vec<Change>, live: &Live) -> Vec<Change> {
    let assess = |mut change: Change| {
        if let Some(schema) = schemas.resource(change.address.kind()) {
            let evidence = live.evidence.get(change.moved_from.as_ref().unwrap_or(&change.address));
            change.risks = risks(schema, &change, evidence);
        }
        change
    };
    changes.into_iter().map(assess).collect()
}

fn risks(schema: &Schema, change: &Change, evidence: Option<&Evidence>) -> Vec<Risk> {
    let mut risks = match change.action {
        Action::Destroy | Action::Replace(_) => of_deleting(schema, change),
        Action::Update | Action::Pause | Action::Resume => of_changing(schema, change),
        Action::Forget => of_forgetting(schema),
        Action::Create | Action::NoOp | Action::Read | Action::Run => Vec::new(),
    };
    for risk in risks.iter_mut().filter(|risk| risk.tier() == Tier::Irreversible) {
        risk.evidence = evidence.cloned();
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
    let lost = lost_servers(protection, change);
    if !lost.is_empty() {
        let effect = format!("stops protecting {}", lost.join(", "));
        risks.push(risk(RiskKind::StopsProtection, &effect, None));
    }
    risks
}

/// The servers that are protected before the change and not after it.
fn lost_servers(protection: Protection, change: &Change) -> Vec<String> {
    let before = change.before.as_ref().map(|values| protected(protection, values)).unwrap_or_default();
    let after = change.after.as_ref().map(|values| protected(protection, values)).unwrap_or_default();
    before.into_iter().filter(|server| !after.contains(server)).collect()
}

/// The servers that an object protects right now: none while it is paused.
pub fn protected(protection: Protection, values: &Object) -> Vec<String> {
    let paused = protection.paused.and_then(|name| values.get(name)).and_then(Value::as_bool);
    if paused == Some(true) {
        return Vec::new();
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
    if after.is_some_and(|value| !value.is_wholly_known()) {
        return true;
    }
    match when {
        When::Changes => true,
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
