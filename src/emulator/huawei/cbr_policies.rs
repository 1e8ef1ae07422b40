//! Policies: make, read, change, delete, set on vaults.
//!
//! Source: CBR API v3, "Policies" and "Vaults" (setting and removing a policy).

use serde_json::{Value, json};

use super::backup_policy::{Definition, Operation, Policy};
use super::body::Fields;
use super::cbr_vaults::{known, usable};
use super::error::ApiError;
use super::gateway::{Answer, Call};
use super::project::Project;
use super::retention::Rules;
use super::schedule::Schedule;
use super::vault::{Replication, Vault};

/// Policies of one kind that a project can have.
///
/// Source: CBR FAQ, "Quotas": 32 backup and 32 replication policies.
const MOST_OF_A_KIND: usize = 32;

/// A policy that exists.
fn known_policy<'a>(project: &'a Project, id: &str) -> Result<&'a Policy, ApiError> {
    project.policies.get(id).ok_or_else(|| ApiError::cbr(404, "6000", "The policy does not exist."))
}

/// The vaults that a policy is set on, as the vendor shows them.
fn vaults_of(project: &Project, policy: &str) -> Vec<Value> {
    let set = |vault: &Vault| match &vault.replication {
        Some(set) if set.policy == policy => {
            Some(json!({ "vault_id": vault.id, "destination_vault_id": set.destination_vault }))
        }
        _ if vault.policy.as_deref() == Some(policy) => {
            Some(json!({ "vault_id": vault.id, "destination_vault_id": Value::Null }))
        }
        _ => None,
    };
    project.vaults.iter().filter_map(set).collect()
}

fn shown(project: &Project, id: &str) -> Result<Answer, ApiError> {
    Answer::ok(json!({ "policy": known_policy(project, id)?.to_json(&vaults_of(project, id)) }))
}

/// `ListPolicies`: all at once.
pub fn list(call: &mut Call) -> Result<Answer, ApiError> {
    let project = call.project();
    let is_wanted = |policy: &&Policy, vaults: &[Value]| {
        call.query.admits("operation_type", policy.operation.as_str())
            && call.query.text("vault_id").is_none_or(|id| vaults.iter().any(|vault| vault["vault_id"] == id))
    };
    let with_vaults = project.policies.iter().map(|policy| (policy, vaults_of(project, &policy.id)));
    let policies: Vec<Value> = with_vaults
        .filter(|(policy, vaults)| is_wanted(policy, vaults))
        .map(|(policy, vaults)| policy.to_json(&vaults))
        .collect();
    Answer::ok(json!({ "count": policies.len(), "policies": policies }))
}

/// `ShowPolicy`.
pub fn show(call: &mut Call) -> Result<Answer, ApiError> {
    shown(call.project(), call.param("policy_id"))
}

/// `CreatePolicy`.
pub fn create(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "policy")?;
    let operation = match fields.required_word("operation_type", &["backup", "replication"])? {
        "replication" => Operation::Replication,
        _ => Operation::Backup,
    };
    let definition = read_definition(&fields.required_object("operation_definition")?, operation)?;
    let (pattern, window) = read_trigger(&fields.required_object("trigger")?)?;
    let policy = Policy {
        id: String::new(),
        name: fields.name()?.ok_or_else(|| fields.wrong("name", "is required"))?,
        operation,
        enabled: fields.boolean("enabled")?.unwrap_or(true),
        definition,
        pattern,
        start_window_minutes: window,
        created: call.now,
        owner: "custom_policy".to_owned(),
    };
    let of_kind = call.project().policies.iter().filter(|policy| policy.operation == operation).count();
    if of_kind >= MOST_OF_A_KIND {
        return Err(ApiError::cbr(400, "6001", "There are too many policies of this type."));
    }
    let (project, ids) = call.project_mut();
    let id = ids.next_uuid();
    project.policies.insert(Policy { id: id.clone(), ..policy });
    shown(project, &id)
}

/// `UpdatePolicy`: a definition that is sent replaces the whole one.
pub fn update(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "policy")?;
    let id = call.param("policy_id").to_owned();
    let now = call.now;
    let mut policy = changeable(call.project(), &id)?.clone();
    if let Some(name) = fields.name()? {
        policy.name = name;
    }
    policy.enabled = fields.boolean("enabled")?.unwrap_or(policy.enabled);
    if let Some(definition) = fields.object("operation_definition")? {
        let new = read_definition(&definition, policy.operation)?;
        let moves = new.destination_region != policy.definition.destination_region;
        if moves && !vaults_of(call.project(), &id).is_empty() {
            let message = "The destination region of a policy that is set on a vault cannot change.";
            return Err(ApiError::cbr(400, "6003", message));
        }
        policy.definition = new;
    }
    if let Some(trigger) = fields.object("trigger")? {
        (policy.pattern, policy.start_window_minutes) = read_trigger(&trigger)?;
    }
    let (project, _) = call.project_mut();
    let next = policy.next_run(now);
    for vault in project.vaults.iter_mut().filter(|vault| vault.policy.as_deref() == Some(&id)) {
        vault.next_run = next;
    }
    for vault in project.vaults.iter_mut() {
        if let Some(replication) = vault.replication.as_mut().filter(|set| set.policy == id) {
            replication.next_run = next;
        }
    }
    project.policies.insert(policy);
    shown(project, &id)
}

/// A policy that is the customer's own.
fn changeable<'a>(project: &'a Project, id: &str) -> Result<&'a Policy, ApiError> {
    let policy = known_policy(project, id)?;
    if policy.owner != "custom_policy" {
        return Err(ApiError::cbr(
            403,
            "6004",
            "The policy belongs to the organization and cannot be changed here.",
        ));
    }
    Ok(policy)
}

/// `DeletePolicy`: vaults lose it, backups stay.
pub fn delete(call: &mut Call) -> Result<Answer, ApiError> {
    let id = call.param("policy_id").to_owned();
    changeable(call.project(), &id)?;
    let (project, _) = call.project_mut();
    project.policies.remove(&id);
    for vault in project.vaults.iter_mut() {
        unset(vault, &id);
    }
    Answer::empty()
}

/// Takes a policy off a vault; answers whether it was set.
pub fn unset(vault: &mut Vault, policy: &str) -> bool {
    if vault.policy.as_deref() == Some(policy) {
        (vault.policy, vault.next_run) = (None, None);
        return true;
    }
    let is_set = vault.replication.as_ref().is_some_and(|set| set.policy == policy);
    if is_set {
        vault.replication = None;
    }
    is_set
}

pub fn read_definition(fields: &Fields, operation: Operation) -> Result<Definition, ApiError> {
    let never_or = |name: &str, most: i64| fields.integer(name, -1..=most);
    let count = |name: &str| Ok::<i64, ApiError>(fields.integer(name, 0..=100)?.unwrap_or(0));
    let days = never_or("retention_duration_days", 99_999)?;
    if days == Some(0) {
        return Err(fields.wrong("retention_duration_days", "must be -1 or from 1 to 99999"));
    }
    let text =
        |name: &str| Ok::<_, ApiError>(fields.text(name)?.filter(|text| !text.is_empty()).map(str::to_owned));
    let definition = Definition {
        retention_duration_days: days,
        max_backups: never_or("max_backups", 99_999)?,
        day_backups: count("day_backups")?,
        week_backups: count("week_backups")?,
        month_backups: count("month_backups")?,
        year_backups: count("year_backups")?,
        timezone: text("timezone")?,
        full_backup_interval: never_or("full_backup_interval", 100)?,
        destination_region: text("destination_region")?,
        destination_project_id: text("destination_project_id")?,
        enable_acceleration: fields.boolean("enable_acceleration")?,
        advanced_retention_rules: fields
            .object("advanced_retention_rules")?
            .and(fields.value("advanced_retention_rules"))
            .cloned(),
    };
    check_definition(fields, &definition, operation)?;
    Ok(definition)
}

fn check_definition(fields: &Fields, definition: &Definition, operation: Operation) -> Result<(), ApiError> {
    let is_zone = |zone: &str| {
        let parts = zone.strip_prefix("UTC").filter(|rest| rest.len() == 6 && rest.starts_with(['+', '-']));
        let (hours, minutes) = parts.and_then(|rest| rest[1..].split_once(':')).unwrap_or(("", ""));
        let is_below =
            |text: &str, most: u32| text.len() == 2 && text.parse::<u32>().is_ok_and(|n| n <= most);
        is_below(hours, 14) && is_below(minutes, 59)
    };
    if let Some(rules) = &definition.advanced_retention_rules {
        let wrong = |why: String| ApiError::invalid(format!("Parameter advanced_retention_rules.{why}."));
        Rules::read(rules).map_err(wrong)?;
    }
    if definition.timezone.as_deref().is_some_and(|zone| !is_zone(zone)) {
        return Err(fields.wrong("timezone", "must look like UTC+08:00"));
    }
    let keeps_long =
        [definition.day_backups, definition.week_backups, definition.month_backups, definition.year_backups];
    if definition.timezone.is_none() && keeps_long.iter().any(|count| *count > 0) {
        return Err(fields.wrong("timezone", "is required for long-term retention"));
    }
    let has_destination =
        definition.destination_region.is_some() && definition.destination_project_id.is_some();
    if operation == Operation::Replication && !has_destination {
        return Err(
            fields.wrong("destination_region", "and destination_project_id are required for replication")
        );
    }
    Ok(())
}

pub fn read_trigger(fields: &Fields) -> Result<(Vec<String>, Option<i64>), ApiError> {
    let properties = fields.required_object("properties")?;
    let pattern = properties.required_texts("pattern", 1..=24)?;
    Schedule::parse(&pattern).map_err(|why| properties.wrong("pattern", &format!("is not valid: {why}")))?;
    Ok((pattern, properties.integer("start_window_minutes", 60..=480)?))
}

/// Whether a backup policy of this id can be set on a vault.
///
/// # Errors
/// When there is no such policy, or it does not go with the vault.
pub fn check_can_be_set(project: &Project, vault: &Vault, id: &str) -> Result<(), ApiError> {
    let policy = known_policy(project, id)?;
    if vault.object_type == "vmware" && policy.operation == Operation::Backup {
        return Err(ApiError::cbr(400, "6136", "A backup policy cannot be applied to a hybrid cloud vault."));
    }
    if vault.protect_type == "replication" {
        return Err(ApiError::cbr(400, "6127", "The policy does not go with this type of vault."));
    }
    Ok(())
}

/// `AssociateVaultPolicy`. A second policy of a kind takes the place of the first.
pub fn associate(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let ids = match (fields.text("policy_id")?, fields.texts("add_policy_ids")?) {
        (Some(id), None) => vec![id.to_owned()],
        (None, Some(ids)) if !ids.is_empty() => ids,
        _ => return Err(fields.wrong("policy_id", "or add_policy_ids is required, and not both")),
    };
    let destination = fields.text("destination_vault_id")?.filter(|id| !id.is_empty()).map(str::to_owned);
    let vault_id = call.param("vault_id").to_owned();
    for id in &ids {
        set(call, &vault_id, id, destination.as_ref())?;
    }
    let set = json!({ "vault_id": vault_id, "policy_id": ids.first(), "destination_vault_id": destination });
    Answer::ok(json!({ "associate_policy": set }))
}

fn set(call: &mut Call, vault_id: &str, id: &str, destination: Option<&String>) -> Result<(), ApiError> {
    let now = call.now;
    check_can_be_set(call.project(), usable(call.project(), vault_id)?, id)?;
    let policy = known_policy(call.project(), id)?.clone();
    let replication = match policy.operation {
        Operation::Backup => None,
        Operation::Replication => Some(check_destination(call, vault_id, &policy, destination)?),
    };
    let (project, _) = call.project_mut();
    let Some(vault) = project.vaults.get_mut(vault_id) else { return Ok(()) };
    match replication {
        Some(destination_vault) => {
            let next_run = policy.next_run(now);
            vault.replication = Some(Replication { policy: policy.id, destination_vault, next_run });
        }
        None => {
            vault.next_run = policy.next_run(now);
            vault.policy = Some(policy.id);
        }
    }
    Ok(())
}

/// The vault that replicas are to go to: in the policy's project, for replication, of the same kind.
fn check_destination(
    call: &Call,
    vault_id: &str,
    policy: &Policy,
    destination: Option<&String>,
) -> Result<String, ApiError> {
    let id = destination.ok_or_else(|| ApiError::invalid("Parameter destination_vault_id is required."))?;
    let project =
        policy.definition.destination_project_id.as_ref().and_then(|id| call.account.projects.get(id));
    let there = project.and_then(|project| project.vaults.get(id));
    let there = there.ok_or_else(|| ApiError::cbr(404, "6120", "The destination vault does not exist."))?;
    let here = known(call.project(), vault_id)?;
    if there.protect_type != "replication" || there.object_type != here.object_type {
        return Err(ApiError::cbr(400, "6122", "The destination vault does not take these replicas."));
    }
    Ok(id.clone())
}

/// `DisassociateVaultPolicy`.
pub fn dissociate(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let id = Fields::of(&body, "body")?.required_text("policy_id")?.to_owned();
    let vault_id = call.param("vault_id").to_owned();
    if usable(call.project(), &vault_id)?.locked {
        return Err(ApiError::cbr(400, "6110", "The vault cannot be updated: it is locked."));
    }
    known_policy(call.project(), &id)?;
    let (project, _) = call.project_mut();
    if !project.vaults.get_mut(&vault_id).is_some_and(|vault| unset(vault, &id)) {
        return Err(ApiError::cbr(404, "6002", "The policy is not set on this vault."));
    }
    Answer::ok(json!({ "dissociate_policy": { "vault_id": vault_id, "policy_id": id } }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Cloud, code, policy, vault};
    use super::*;

    #[test]
    fn definitions_keep_the_vendors_rules() {
        let check = |definition: Value, expected: &str| {
            assert_eq!(
                code(Cloud::new().post("~/policies", policy(definition.clone()))),
                expected,
                "{definition}"
            );
        };
        check(json!({}), "ok");
        check(json!({ "max_backups": -1, "retention_duration_days": -1 }), "ok");
        check(json!({ "max_backups": 99_999 }), "ok");
        check(json!({ "max_backups": 100_000 }), "400 9900");
        check(json!({ "retention_duration_days": 0 }), "400 9900");
        check(json!({ "day_backups": 100, "timezone": "UTC+08:00" }), "ok");
        check(json!({ "day_backups": 101, "timezone": "UTC+08:00" }), "400 9900");
        check(json!({ "day_backups": 1 }), "400 9900");
        check(json!({ "timezone": "Asia/Shanghai" }), "400 9900");
        check(json!({ "timezone": "UTC+8:00" }), "400 9900");
        check(json!({ "full_backup_interval": 101 }), "400 9900");
    }

    #[test]
    fn there_are_thirty_two_of_a_kind() {
        let mut cloud = Cloud::new();
        for _ in 0..32 {
            cloud.policy(json!({}));
        }
        assert_eq!(code(cloud.post("~/policies", policy(json!({})))), "400 6001");
        let mut replication =
            policy(json!({ "destination_region": "cn-south-1", "destination_project_id": "p2" }));
        replication["policy"]["operation_type"] = json!("replication");
        assert_eq!(code(cloud.post("~/policies", replication)), "ok");
    }

    #[test]
    fn a_second_policy_of_a_kind_takes_the_place_of_the_first() {
        let mut cloud = Cloud::new();
        let (id, first, second) = (cloud.vault("v", &[]), cloud.policy(json!({})), cloud.policy(json!({})));
        cloud.set(&id, &first);
        cloud.set(&id, &second);
        let policies = cloud.get(&format!("~/policies?vault_id={id}")).unwrap();
        assert_eq!((&policies["count"], &policies["policies"][0]["id"]), (&json!(1), &json!(second)));
        let line = format!("~/vaults/{id}/dissociatepolicy");
        assert_eq!(code(cloud.post(&line, json!({ "policy_id": first }))), "404 6002");
        assert_eq!(code(cloud.post(&line, json!({ "policy_id": second }))), "ok");
    }

    #[test]
    fn replication_needs_a_vault_that_takes_replicas() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &[]);
        let mut body = policy(json!({ "destination_region": "cn-south-1", "destination_project_id": "p2" }));
        body["policy"]["operation_type"] = json!("replication");
        let replication = cloud.post("~/policies", body).unwrap()["policy"]["id"].clone();
        let mut check = |destination: Value, expected: &str| {
            let body = json!({ "policy_id": replication, "destination_vault_id": destination });
            assert_eq!(
                code(cloud.post(&format!("~/vaults/{id}/associatepolicy"), body)),
                expected,
                "{destination}"
            );
        };
        check(Value::Null, "400 9900");
        check(json!("ghost"), "404 6120");
        check(json!("copies"), "ok");
    }

    #[test]
    fn hybrid_vaults_take_no_backup_policy() {
        let mut cloud = Cloud::new();
        let hybrid = vault("h", &[], json!({ "object_type": "vmware", "cloud_type": "hybrid" }));
        let id = cloud.post("~/vaults", hybrid).unwrap()["vault"]["id"].as_str().unwrap().to_owned();
        let policy = cloud.policy(json!({}));
        let line = format!("~/vaults/{id}/associatepolicy");
        assert_eq!(code(cloud.post(&line, json!({ "policy_id": policy }))), "400 6136");
        assert_eq!(code(cloud.post(&line, json!({}))), "400 9900");
        assert_eq!(code(cloud.post(&line, json!({ "policy_id": "ghost" }))), "404 6000");
    }

    #[test]
    fn a_deleted_policy_leaves_its_vaults_and_their_backups() {
        let mut cloud = Cloud::new();
        let (id, policy) = (cloud.vault("v", &["web"]), cloud.policy(json!({})));
        cloud.set(&id, &policy);
        cloud.advance("P2D");
        cloud.delete(&format!("~/policies/{policy}")).unwrap();
        cloud.advance("P9D");
        assert_eq!(cloud.backups("").len(), 2);
        assert_eq!(code(cloud.get(&format!("~/policies/{policy}"))), "404 6000");
    }
}
