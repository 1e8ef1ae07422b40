//! `huaweicloud_cbr_policies`: the policies of a region, with Terraform's arguments and attributes.

use serde_json::{Value as Json, json};

use super::data::{self, ID, REGION, text_argument};
use crate::cloud::error::Error;
use crate::cloud::huawei::cbr;
use crate::cloud::huawei::client::Client;
use crate::model::desired::Scope;
use crate::model::schema::{Attribute, Kind, Presence, Schema};
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr::{OperationDefinition, Policy};

/// The data source's name.
pub const NAME: &str = "huaweicloud_cbr_policies";

const CYCLE: Kind = Kind::Object(&[
    ("interval", Kind::Number),
    ("days", Kind::String),
    ("execution_times", Kind::List(&Kind::String)),
]);

const LONG_TERM: Kind = Kind::Object(&[
    ("daily", Kind::Number),
    ("weekly", Kind::Number),
    ("monthly", Kind::Number),
    ("yearly", Kind::Number),
    ("full_backup_interval", Kind::Number),
]);

const ASSOCIATED: Kind = Kind::Object(&[("vault_id", Kind::String), ("destination_vault_id", Kind::String)]);

/// One policy. Source: terraform-provider-huaweicloud, `huaweicloud_cbr_policies`; `policy_type` is ours.
const POLICY: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("name", Kind::String),
    ("type", Kind::String),
    ("enabled", Kind::Bool),
    ("backup_cycle", Kind::List(&CYCLE)),
    ("destination_region", Kind::String),
    ("enable_acceleration", Kind::Bool),
    ("destination_project_id", Kind::String),
    ("backup_quantity", Kind::Number),
    ("time_period", Kind::Number),
    ("long_term_retention", Kind::List(&LONG_TERM)),
    ("time_zone", Kind::String),
    ("associated_vaults", Kind::List(&ASSOCIATED)),
    ("policy_type", Kind::String),
]);

const ATTRIBUTES: &[Attribute] = &[
    text_argument("policy_id", "Only this policy."),
    text_argument("name", "Only the policy of this name."),
    text_argument("type", "Only policies of this sort: backup or replication."),
    Attribute::new("enabled", Kind::Bool, Presence::Optional, "Only policies that run, where true."),
    text_argument("vault_id", "Only policies that are set on this vault."),
    REGION,
    ID,
    Attribute::new("policies", Kind::List(&POLICY), Presence::Computed, "The policies, by id."),
];

/// The data source.
pub const SCHEMA: Schema = data::source(NAME, ATTRIBUTES, "The CBR policies of a region.");

/// Every attribute of the schema, policies sorted by id.
///
/// # Errors
///
/// When the call fails.
pub async fn read(client: &Client, scope: &Scope, arguments: &Object) -> Result<Object, Error> {
    let mut policies = cbr::list_policies(client, &scope.region).await?;
    policies.retain(|policy| is_wanted(policy, arguments));
    policies.sort_by(|left, right| left.id.cmp(&right.id));
    let records = policies.iter().map(record).collect();
    Ok(data::reading(ATTRIBUTES, arguments, scope, ("policies", records)))
}

fn is_wanted(policy: &Policy, arguments: &Object) -> bool {
    let is = |name: &str, value: &Option<String>| data::admits(arguments, name, value.as_deref());
    // Source: terraform-provider-huaweicloud: `false` asks for nothing.
    let runs = arguments.get("enabled").and_then(Value::as_bool) == Some(true);
    is("policy_id", &policy.id)
        && is("name", &policy.name)
        && is("type", &policy.operation_type)
        && (!runs || policy.enabled == Some(true))
        && data::text(arguments, "vault_id").is_none_or(|vault| {
            policy.associated_vaults.iter().any(|associated| associated.vault_id.as_deref() == Some(vault))
        })
}

/// One policy in Terraform's words.
fn record(policy: &Policy) -> Json {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let rules = policy.operation_definition.clone().unwrap_or_default();
    let properties = policy.trigger.as_ref().and_then(|trigger| trigger.properties.as_ref());
    let patterns = properties.map(|properties| properties.pattern.as_slice()).unwrap_or_default();
    // Source: terraform-provider-huaweicloud: -1 keeps any number, or for ever, and is not shown.
    let limit = |limit: Option<i64>| limit.filter(|limit| *limit != -1);
    let counts = limit(rules.max_backups).is_some();
    json!({
        "id": text(&policy.id),
        "name": text(&policy.name),
        "type": text(&policy.operation_type),
        "enabled": policy.enabled.unwrap_or(false),
        "backup_cycle": cycle(patterns).into_iter().collect::<Vec<_>>(),
        "destination_region": text(&rules.destination_region),
        "enable_acceleration": rules.enable_acceleration.unwrap_or(false),
        "destination_project_id": text(&rules.destination_project_id),
        "backup_quantity": limit(rules.max_backups).unwrap_or(0),
        "time_period": limit(rules.retention_duration_days).unwrap_or(0),
        "long_term_retention": if counts { long_term(&rules) } else { Vec::new() },
        "time_zone": if counts { text(&rules.timezone) } else { String::new() },
        "associated_vaults": policy.associated_vaults.iter().map(|of| json!({
            "vault_id": text(&of.vault_id),
            "destination_vault_id": text(&of.destination_vault_id),
        })).collect::<Vec<_>>(),
        "policy_type": text(&policy.policy_type),
    })
}

/// What is kept for long, if anything is.
fn long_term(rules: &OperationDefinition) -> Vec<Json> {
    let kept = [rules.day_backups, rules.week_backups, rules.month_backups, rules.year_backups];
    if kept.iter().all(|kept| kept.unwrap_or(0) == 0) {
        return Vec::new();
    }
    let [daily, weekly, monthly, yearly] = kept.map(|kept| kept.unwrap_or(0));
    vec![json!({
        "daily": daily,
        "weekly": weekly,
        "monthly": monthly,
        "yearly": yearly,
        "full_backup_interval": rules.full_backup_interval.unwrap_or(0),
    })]
}

/// When a policy runs, by its patterns, which differ in their times alone; `None` where there is none.
///
/// Source: CBR API v3, "Creating a Policy", `pattern`: a part of RFC 2445; terraform-provider-huaweicloud, `backup_cycle`.
fn cycle(patterns: &[String]) -> Option<Json> {
    let part = |pattern: &str, name: &str| {
        let parts = pattern.split(';').filter_map(|part| part.split_once('='));
        parts.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    };
    let time = |pattern: &String| {
        let (hour, minute) = (part(pattern, "BYHOUR")?, part(pattern, "BYMINUTE")?);
        Some(format!("{hour:0>2}:{minute:0>2}"))
    };
    let first = patterns.first()?;
    let interval: Option<i64> = part(first, "INTERVAL").and_then(|text| text.parse().ok());
    Some(json!({
        "interval": interval.unwrap_or(0),
        "days": part(first, "BYDAY").unwrap_or_default(),
        "execution_times": patterns.iter().filter_map(time).collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::huawei::client::fake::client;
    use crate::cloud::huawei::resources::data::testing::{answering, arguments, ids, is_whole, scope};

    fn policies() -> Json {
        json!({ "policies": [
            { "id": "p2", "name": "weekly", "operation_type": "replication", "enabled": false, "associated_vaults": null },
            { "id": "p1", "name": "daily", "operation_type": "backup", "enabled": true,
                "operation_definition": { "max_backups": 7, "retention_duration_days": -1, "week_backups": 4, "timezone": "UTC+08:00" },
                "trigger": { "properties": { "pattern": ["FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=6;BYMINUTE=00",
                    "FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=18;BYMINUTE=30"] } },
                "associated_vaults": [{ "vault_id": "v1" }] }] })
    }

    #[tokio::test]
    async fn every_attribute_has_a_value_and_policies_are_sorted() {
        let server = answering(&policies());
        let read = read(&client(&server), &scope(), &Object::new()).await.expect("a reading");
        is_whole(&SCHEMA, &read);
        assert_eq!((ids(&read, "policies"), server.requests().len()), (vec!["p1".into(), "p2".into()], 1));
        let daily = &read["policies"].as_slice().expect("a list")[0];
        let number = |name: &str| daily.attribute(name).and_then(|value| value.as_i64());
        assert_eq!((number("backup_quantity"), number("time_period")), (Some(7), Some(0)));
        assert_eq!(daily.attribute("time_zone").expect("a zone").as_str(), Some("UTC+08:00"));
    }

    #[test]
    fn a_cycle_has_days_or_an_interval_and_times() {
        let check = |patterns: &[&str], expected: Option<Json>| {
            let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
            assert_eq!(cycle(&patterns), expected, "{patterns:?}");
        };
        check(&[], None);
        check(
            &["FREQ=DAILY;INTERVAL=5;BYHOUR=06;BYMINUTE=0"],
            Some(json!({ "interval": 5, "days": "", "execution_times": ["06:00"] })),
        );
        check(
            &[
                "FREQ=WEEKLY;BYDAY=MO,SU;BYHOUR=6;BYMINUTE=00",
                "FREQ=WEEKLY;BYDAY=MO,SU;BYHOUR=18;BYMINUTE=30",
            ],
            Some(json!({ "interval": 0, "days": "MO,SU", "execution_times": ["06:00", "18:30"] })),
        );
    }

    #[tokio::test]
    async fn filters_are_applied_here() {
        let check = async |name: &str, value: Value, expected: &[&str]| {
            let server = answering(&policies());
            let read = read(&client(&server), &scope(), &arguments(&[(name, value)])).await;
            assert_eq!(ids(&read.expect("a reading"), "policies"), expected, "{name}");
        };
        check("policy_id", "p2".into(), &["p2"]).await;
        check("type", "backup".into(), &["p1"]).await;
        check("enabled", true.into(), &["p1"]).await;
        check("enabled", false.into(), &["p1", "p2"]).await;
        check("vault_id", "v1".into(), &["p1"]).await;
    }
}
