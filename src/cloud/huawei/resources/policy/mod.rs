//! `huaweicloud_cbr_policy`: when vaults make or replicate backups, and how long these are kept.
//!
//! Policies of an organisation stand in the same listing and can only be read: they are left out, so nothing here touches
//! one.

mod cycle;
mod retention;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use cycle::Cycle;

use super::{vault, words, zones};
use crate::cloud::error::Error;
use crate::cloud::huawei::cbr;
use crate::cloud::huawei::client::Client;
use crate::model::address::Address;
use crate::model::live::{Candidate, Gate, Intent, LiveObject, Stake};
use crate::model::risk::{Evidence, RiskKind};
use crate::model::schema::{Attribute, Cost, Fallback, Kind, Presence, RiskRule, Rule, Schema, When};
use crate::model::types::Type;
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr as wire;

/// The type's name.
pub const NAME: &str = "huaweicloud_cbr_policy";

/// Policies of one sort that a project can have.
///
/// Source: CBR FAQ, "Quotas": 32 backup and 32 replication policies.
const MOST_OF_A_SORT: usize = 32;

/// How often a create whose outcome is unknown is looked up and made again.
const CREATE_ATTEMPTS: u32 = 4;

/// How long a new policy may stay invisible after its create before it is made again.
const APPEARS_WITHIN: Duration = Duration::from_secs(2);

const fn expires(when: When) -> RiskRule {
    RiskRule {
        when,
        kind: RiskKind::ExpiresBackups,
        effect: "deletes, at the next clean-up, the automatic backups that the new rule no longer keeps",
    }
}

/// Source of names and meanings: terraform-provider-huaweicloud, `huaweicloud_cbr_policy`; of the rules: CBR API v3,
/// "Creating a Policy".
const ATTRIBUTES: &[Attribute] = &[
    Attribute::new(
        "name",
        Kind::String,
        Presence::Required,
        "The name, the only one of its kind in the region.",
    )
    .rules(&[Rule::Check(words::check_name)]),
    Attribute::new("region", Kind::String, Presence::Chosen, "The region; the provider's where left out.")
        .replaces(),
    Attribute::new("type", Kind::String, Presence::Required, "backup or replication.")
        .replaces()
        .rules(&[Rule::OneOf(&["backup", "replication"])]),
    Attribute::new("backup_cycle", cycle::KIND, Presence::Required, "When it runs, in UTC.")
        .as_block()
        .rules(&[Rule::Check(check_cycle)])
        .risks(&[RiskRule {
            when: When::Judged(cycle::runs_less_often),
            kind: RiskKind::WeakensProtection,
            effect: "makes backups less often",
        }]),
    Attribute::new("enabled", Kind::Bool, Presence::Defaulted(Fallback::Bool(true)), "Whether it runs.")
        .risks(&[RiskRule {
            when: When::Becomes(false),
            kind: RiskKind::StopsProtection,
            effect: "stops the automatic backups of every vault that the policy is set on",
        }]),
    Attribute::new(
        "backup_quantity",
        Kind::Number,
        Presence::Optional,
        "How many automatic backups of a resource are kept; without it and time_period, all are.",
    )
    .rules(&[Rule::Check(retention::check_count)])
    .risks(&[expires(When::Decreases)]),
    Attribute::new(
        "time_period",
        Kind::Number,
        Presence::Optional,
        "How many days automatic backups are kept; without it and backup_quantity, for ever.",
    )
    .rules(&[Rule::Check(retention::check_count)])
    .risks(&[expires(When::Decreases)]),
    Attribute::new(
        "long_term_retention",
        retention::LONG_TERM,
        Presence::Optional,
        "How many of the newest backups of a day, week, month and year are kept beyond backup_quantity.",
    )
    .as_block()
    .rules(&[Rule::Check(retention::check_long_term)])
    .risks(&[expires(When::Judged(retention::keeps_fewer))]),
    Attribute::new(
        "time_zone",
        Kind::String,
        Presence::Chosen,
        "The zone in which days, weeks, months and years begin, `UTC+08:00`.",
    )
    .rules(&[Rule::Check(retention::check_zone)]),
    Attribute::new(
        "start_window_minutes",
        Kind::Number,
        Presence::Optional,
        "Minutes after its time within which a run begins, 60 to 480; as it is where left out.",
    )
    .rules(&[Rule::Check(check_window)]),
    Attribute::new(
        "destination_region",
        Kind::String,
        Presence::Optional,
        "The region that backups are replicated to.",
    ),
    Attribute::new(
        "destination_project_id",
        Kind::String,
        Presence::Optional,
        "The project that backups are replicated to.",
    ),
    Attribute::new(
        "enable_acceleration",
        Kind::Bool,
        Presence::Chosen,
        "Whether replication between regions is accelerated.",
    )
    .replaces(),
    Attribute::new("id", Kind::String, Presence::Computed, "The id."),
    Attribute::new(
        "vaults",
        Kind::Set(&Kind::String),
        Presence::Observed,
        "The vaults that the policy is set on.",
    ),
];

/// The resource type.
pub const SCHEMA: Schema = Schema {
    name: NAME,
    provider: "huaweicloud",
    id: "id",
    identity: Some("name"),
    attributes: ATTRIBUTES,
    align,
    check,
    costs,
    advice,
    doc: "When vaults of Cloud Backup and Recovery make or replicate backups, and how long they are kept.",
    ..Schema::PLAIN
};

fn check_cycle(value: &Value) -> Result<(), String> {
    Cycle::read(value).map(drop)
}

/// Source: CBR API v3, "Creating a Policy", `trigger.properties.start_window_minutes`.
fn check_window(value: &Value) -> Result<(), String> {
    match value.as_i64() {
        Some(minutes) if (60..=480).contains(&minutes) => Ok(()),
        Some(minutes) => Err(format!("It is 60 to 480 minutes, and this one is {minutes}.")),
        None if value.is_known() => Err("It is a whole number of minutes from 60 to 480.".to_owned()),
        None => Ok(()),
    }
}

fn check(values: &Object) -> Vec<(&'static str, String)> {
    let mut problems = retention::check(values);
    let given = |name: &str| values.get(name).is_some_and(|value| !value.is_null());
    if words::text(values, "type") == Some("replication") {
        for needed in ["destination_region", "destination_project_id"] {
            if !given(needed) {
                problems.push((
                    "type",
                    format!("A replication policy says where replicas go: it needs `{needed}`."),
                ));
            }
        }
    }
    problems
}

/// Says cycle and retention in the words of what is desired where they mean the same.
fn align(desired: &Object, live: &mut Object) {
    let cycle = |values: &Object| values.get("backup_cycle").and_then(|value| Cycle::read(value).ok());
    if let (Some(wanted), Some(found)) = (cycle(desired), cycle(live))
        && wanted == found
    {
        live.extend(desired.get_key_value("backup_cycle").map(|(name, value)| (name.clone(), value.clone())));
    }
    retention::align(desired, live);
    if words::number(desired, "start_window_minutes").is_none() {
        live.remove("start_window_minutes");
    }
}

/// Deleting a policy deletes no backup; none follow.
fn costs(before: Option<&Object>, after: Option<&Object>) -> Vec<Cost> {
    let (Some(before), None) = (before, after) else { return Vec::new() };
    let vaults: Vec<&str> = words::elements(before, "vaults").iter().filter_map(Value::as_str).collect();
    if vaults.is_empty() || words::flag(before, "enabled") == Some(false) {
        return Vec::new();
    }
    let effect = format!("ends the automatic backups of the vaults {}", vaults.join(", "));
    vec![Cost { kind: RiskKind::StopsProtection, effect }]
}

/// Warns of runs in the service's peak hours, where the servers are.
fn advice(values: &Object) -> Vec<String> {
    let own = words::text(values, "time_zone").and_then(retention::minutes_ahead);
    let region = words::text(values, "region").unwrap_or_default();
    let cycle = values.get("backup_cycle").and_then(|value| Cycle::read(value).ok());
    let (Some(ahead), Some(cycle)) = (own.or_else(|| zones::minutes_ahead(region)), cycle) else {
        return Vec::new();
    };
    let times = cycle.in_peak_hours(ahead);
    if times.is_empty() {
        return Vec::new();
    }
    let (sign, size) = (if ahead < 0 { '-' } else { '+' }, ahead.abs());
    let zone = format!("UTC{sign}{:02}:{:02}", size / 60, size % 60);
    let times = times.join(", ");
    vec![format!(
        "the service's peak hours are 22:00 to 08:00, when backups may be delayed, and it runs at {times} ({zone})"
    )]
}

/// What the wire has in our words; `None` for a policy without an id, and for one of an organisation.
fn from_wire(policy: &wire::Policy, region: &str) -> Option<LiveObject> {
    let id = policy.id.as_deref().filter(|id| !id.is_empty())?;
    let own = policy.policy_type.as_deref().is_none_or(|sort| sort == "custom_policy");
    let definition = policy.operation_definition.clone().unwrap_or_default();
    let pattern = policy.trigger.as_ref().and_then(|trigger| trigger.properties.as_ref());
    let cycle = pattern.and_then(|properties| Cycle::from_wire(&properties.pattern));
    let vaults = policy.associated_vaults.iter().filter_map(|set| set.vault_id.as_deref());
    let mut values = words::object([
        ("name", words::optional_text(policy.name.as_ref())),
        ("region", Value::string(region)),
        ("type", words::optional_text(policy.operation_type.as_ref())),
        ("backup_cycle", cycle.map_or(Value::Null(cycle::KIND.to_type()), |cycle| cycle.value())),
        ("start_window_minutes", words::optional_number(window(policy))),
        ("enabled", Value::from(policy.enabled != Some(false))),
        ("destination_region", words::optional_text(definition.destination_region.as_ref())),
        ("destination_project_id", words::optional_text(definition.destination_project_id.as_ref())),
        ("enable_acceleration", words::optional_flag(definition.enable_acceleration)),
        ("id", Value::string(id)),
        ("vaults", Value::set(Type::String, vaults.map(Value::string))),
    ]);
    values.extend(retention::from_wire(&definition));
    let identity = policy.name.as_deref().map(Arc::from);
    own.then(|| LiveObject { id: id.into(), identity, values })
}

/// What is to be run, in the wire's words; what the configuration does not say stays as it is.
fn definition(values: &Object, live: Option<&wire::OperationDefinition>) -> wire::OperationDefinition {
    let live = live.cloned().unwrap_or_default();
    let own = retention::to_wire(values);
    wire::OperationDefinition {
        timezone: own.timezone.clone().or(live.timezone),
        full_backup_interval: own.full_backup_interval.or(live.full_backup_interval),
        destination_region: words::text(values, "destination_region").map(str::to_owned),
        destination_project_id: words::text(values, "destination_project_id").map(str::to_owned),
        enable_acceleration: words::flag(values, "enable_acceleration").or(live.enable_acceleration),
        advanced_retention_rules: live.advanced_retention_rules,
        ..own
    }
}

/// Within how many minutes a run of the policy begins, where it says so.
fn window(policy: &wire::Policy) -> Option<i64> {
    policy.trigger.as_ref()?.properties.as_ref()?.start_window_minutes
}

fn trigger(values: &Object, live: Option<&wire::Policy>) -> Option<wire::Trigger> {
    let cycle = Cycle::read(values.get("backup_cycle")?).ok()?;
    let window = words::number(values, "start_window_minutes").or_else(|| live.and_then(window));
    let properties = wire::TriggerProperties {
        pattern: cycle.to_wire(),
        start_window_minutes: window,
        ..wire::TriggerProperties::default()
    };
    Some(wire::Trigger { properties: Some(properties), ..wire::Trigger::default() })
}

/// The attributes that are said by the definition, which is sent whole.
const DEFINITION: [&str; 7] = [
    "backup_quantity",
    "time_period",
    "long_term_retention",
    "time_zone",
    "destination_region",
    "destination_project_id",
    "enable_acceleration",
];

/// The attributes that are said by the trigger, which is sent whole too.
const TRIGGER: [&str; 2] = ["backup_cycle", "start_window_minutes"];

/// All policies of a region but those of an organisation.
///
/// # Errors
///
/// When they cannot be listed.
pub async fn list(client: &Client, region: &str) -> Result<Vec<LiveObject>, Error> {
    let policies = cbr::list_policies(client, region).await?;
    Ok(policies.iter().filter_map(|policy| from_wire(policy, region)).collect())
}

/// One policy, by its id or else by its name. The listing is one call as well, and says on which vaults it is set.
///
/// # Errors
///
/// When it cannot be had.
pub async fn read(
    client: &Client,
    region: &str,
    id: Option<&str>,
    identity: Option<&str>,
) -> Result<Option<LiveObject>, Error> {
    let wanted = |policy: &LiveObject| match (id, identity) {
        (Some(id), _) => &*policy.id == id,
        (None, name) => name.is_some() && policy.identity.as_deref() == name,
    };
    Ok(list(client, region).await?.into_iter().find(wanted))
}

/// Makes the policy and returns its id. Nothing is repeated blindly: after a lost answer a policy of the name is looked
/// for first, and no plan makes one where there is one of that name.
///
/// # Errors
///
/// When the cloud refuses, or stays silent after several attempts.
pub async fn create(client: &Client, region: &str, values: &Object) -> Result<Arc<str>, Error> {
    let name = words::text(values, "name");
    let policy = wire::NewPolicy {
        name: name.map(str::to_owned),
        operation_type: words::text(values, "type").map(str::to_owned),
        enabled: words::flag(values, "enabled"),
        operation_definition: Some(definition(values, None)),
        trigger: trigger(values, None),
    };
    let mut attempt = 1;
    loop {
        let failure = match cbr::create_policy(client, region, policy.clone()).await {
            Ok(made) => match made.and_then(|policy| policy.id) {
                Some(id) => return Ok(id.into()),
                None => None,
            },
            Err(error) if error.may_have_happened() => Some(error),
            Err(error) => return Err(error),
        };
        // Where the cloud shows new things late, an early look would find nothing.
        client.sleep(APPEARS_WITHIN).await;
        if let Some(made) = read(client, region, None, name).await? {
            return Ok(made.id);
        }
        match failure {
            Some(failure) if attempt == CREATE_ATTEMPTS => return Err(failure),
            None if attempt == CREATE_ATTEMPTS => {
                let what = format!("the policy {} was accepted and is not there", name.unwrap_or_default());
                return Err(Error::Unfinished { what });
            }
            _ => attempt += 1,
        }
    }
}

/// Changes what differs. A definition is taken whole, so what the configuration does not say is read and sent along.
///
/// # Errors
///
/// When a call fails.
pub async fn update(client: &Client, region: &str, live: &LiveObject, desired: &Object) -> Result<(), Error> {
    let policies = cbr::list_policies(client, region).await?;
    let now = policies.iter().find(|policy| policy.id.as_deref() == Some(&*live.id));
    let mut aligned = live.values.clone();
    align(desired, &mut aligned);
    let wanted = |name: &str| desired.get(name).filter(|value| !value.is_null());
    let differs = |name: &&str| aligned.get(*name).filter(|value| !value.is_null()) != wanted(name);
    let changed = |name: &str| differs(&name).then(|| wanted(name)).flatten();
    let policy = wire::NewPolicy {
        name: changed("name").and_then(Value::as_str).map(str::to_owned),
        operation_type: None,
        enabled: changed("enabled").and_then(Value::as_bool),
        operation_definition: DEFINITION
            .iter()
            .any(differs)
            .then(|| definition(desired, now.and_then(|policy| policy.operation_definition.as_ref()))),
        trigger: TRIGGER.iter().any(differs).then(|| trigger(desired, now)).flatten(),
    };
    cbr::update_policy(client, region, &live.id, policy).await.map(drop)
}

/// Deletes the policy; vaults lose it, and backups stay.
///
/// # Errors
///
/// When it is refused.
pub async fn delete(client: &Client, region: &str, live: &LiveObject) -> Result<(), Error> {
    cbr::delete_policy(client, region, &live.id).await
}

/// The automatic backups that the new rules would let go, of all vaults that a policy is set on.
///
/// # Errors
///
/// When a listing fails.
pub async fn evidence(
    client: &Client,
    region: &str,
    stakes: &[Stake],
) -> Result<BTreeMap<Arc<str>, Evidence>, Error> {
    let now = client.now().as_second();
    let vaults = |stake: &Stake| -> Vec<String> {
        let ids = words::elements(&stake.object.values, "vaults").iter();
        ids.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let all: BTreeSet<String> = stakes.iter().flat_map(vaults).collect();
    let backups = vault::backups(client, region, &all.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let evidence = |stake: &Stake| {
        let of_vaults = vaults(stake);
        let own = of_vaults.iter().filter_map(|id| backups.get(id));
        let lost: Vec<Lost> =
            own.flat_map(|backups| no_longer_kept(backups, stake.after.as_ref(), now)).collect();
        let newest: BTreeMap<&str, &Lost> = lost.iter().rev().map(|lost| (&*lost.resource, lost)).collect();
        let evidence = Evidence {
            recovery_points: lost.len() as u64,
            newest: lost.iter().map(|lost| lost.created).max(),
            oldest: lost.iter().map(|lost| lost.created).min(),
            bytes: Some(newest.values().map(|lost| lost.gib << 30).sum()),
            ..Evidence::default()
        };
        (stake.object.id.clone(), evidence)
    };
    Ok(stakes.iter().map(evidence).collect())
}

/// A backup that a policy keeps no longer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Lost {
    /// UNIX seconds.
    created: i64,
    /// What it is a backup of.
    resource: String,
    /// The size of that, in GB.
    gib: u64,
}

/// Those of a vault's automatic backups that these arguments do not keep, of each resource the newest first.
fn no_longer_kept(backups: &[wire::Backup], after: Option<&Object>, now: i64) -> Vec<Lost> {
    let Some(after) = after else { return Vec::new() };
    let mut by_resource: BTreeMap<&str, Vec<Lost>> = BTreeMap::new();
    for backup in backups {
        let is_automatic = backup.extend_info.as_ref().and_then(|info| info.auto_trigger) == Some(true);
        let created = backup.created_at.as_deref().and_then(words::instant);
        if let (Some(resource), Some(created), true) = (&backup.resource_id, created, is_automatic) {
            let gib = backup.resource_size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
            let one = Lost { created, resource: resource.clone(), gib };
            by_resource.entry(resource).or_default().push(one);
        }
    }
    let lost = by_resource.into_values().flat_map(|mut own| {
        own.sort_unstable_by(|left, right| right.cmp(left));
        let created: Vec<i64> = own.iter().map(|backup| backup.created).collect();
        let kept = retention::keeps(after, &created, now);
        own.into_iter().zip(kept).filter(|(_, kept)| !kept).map(|(lost, _)| lost).collect::<Vec<_>>()
    });
    lost.collect()
}

/// The quota, and what cannot change while a policy is set on a vault.
///
/// # Errors
///
/// When the policies cannot be listed.
pub async fn gates(
    client: &Client,
    region: &str,
    candidates: &[Candidate],
) -> Result<BTreeMap<Address, Vec<Gate>>, Error> {
    let policies = cbr::list_policies(client, region).await?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for policy in &policies {
        *counts.entry(policy.operation_type.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let mut gates: BTreeMap<Address, Vec<Gate>> = BTreeMap::new();
    for candidate in candidates {
        let found = match candidate.intent {
            Intent::Make if candidate.live.is_none() => {
                let sort = words::text(&candidate.values, "type").unwrap_or_default();
                let count = counts.entry(sort).or_default();
                *count += 1;
                (*count > MOST_OF_A_SORT).then(|| too_many(sort, *count))
            }
            Intent::Change => moves_destination(candidate),
            Intent::Delete | Intent::Make => None,
        };
        gates.entry(candidate.address.clone()).or_default().extend(found);
    }
    gates.retain(|_, gates| !gates.is_empty());
    Ok(gates)
}

fn too_many(sort: &str, count: usize) -> Gate {
    Gate {
        rule: format!("At most {MOST_OF_A_SORT} {sort} policies"),
        reason: format!(
            "With this one the region would have {count} {sort} policies, and {MOST_OF_A_SORT} are allowed."
        ),
        alternative: "Set one policy on several vaults, or delete one that is set on none.".to_owned(),
        attribute: Some("type".to_owned()),
        acceptance: None,
        acknowledged: false,
        only_warns: false,
    }
}

/// Source: CBR API v3, "Error codes", `BackupService.6003`.
fn moves_destination(candidate: &Candidate) -> Option<Gate> {
    let live = candidate.live.as_ref()?;
    let vaults: BTreeSet<&str> =
        words::elements(&live.values, "vaults").iter().filter_map(Value::as_str).collect();
    let (from, to) = (
        words::text(&live.values, "destination_region"),
        words::text(&candidate.values, "destination_region"),
    );
    if vaults.is_empty() || from == to {
        return None;
    }
    Some(Gate {
        rule: "The destination region of a policy in use is fixed".to_owned(),
        reason: format!(
            "The policy is set on {} and replicates to {}; as long as it is set on any vault it cannot replicate to {}.",
            vaults.into_iter().collect::<Vec<_>>().join(", "),
            from.unwrap_or("no region"),
            to.unwrap_or("no region"),
        ),
        alternative: "Make another policy for the new region, and set it on the vaults in place of this one."
            .to_owned(),
        attribute: Some("destination_region".to_owned()),
        acceptance: None,
        acknowledged: false,
        only_warns: false,
    })
}
