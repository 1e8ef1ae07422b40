//! Policies of the organisation: one account makes them, and each of its projects has them, read-only.
//!
//! Simplified: the organisation is the account itself, and a policy is in force at once.
//! Source: CBR API v3, "Organization Policies"; `huaweicloudsdkcbr` 3.1.219, `OrganizationPolicy`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::Account;
use super::backup_policy::{Operation, Policy};
use super::body::Fields;
use super::cbr_policies::{read_definition, read_trigger};
use super::error::ApiError;
use super::gateway::{Answer, Call};
use crate::emulator::table::Identified;

/// Who has made a policy that a project has from its organisation.
const OWNER: &str = "organization_policy_v2";

/// A policy of the organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPolicy {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// What people say of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where it is in force, in the customer's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub effective_scope: String,
    /// What each project has of it; the id differs there.
    pub policy: Policy,
    /// The policy of each project, in the order of the projects.
    #[serde(default)]
    pub deployed: Vec<String>,
}

impl Identified for OrganizationPolicy {
    fn id(&self) -> &str {
        &self.id
    }
}

impl OrganizationPolicy {
    fn to_json(&self, account: &Account) -> Value {
        let shown = self.policy.to_json(&[]);
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "operation_type": self.policy.operation.as_str(),
            "domain_id": account.id,
            "domain_name": account.name,
            "policy_name": self.policy.name,
            "policy_enabled": self.policy.enabled,
            "policy_operation_definition": shown["operation_definition"],
            "policy_trigger": shown["trigger"],
            "effective_scope": self.effective_scope,
            "status": "success",
        })
    }
}

fn known<'a>(call: &'a Call) -> Result<&'a OrganizationPolicy, ApiError> {
    let policy = call.account.organization_policies.get(call.param("organization_policy_id"));
    policy.ok_or_else(|| ApiError::cbr(404, "6000", "The policy does not exist."))
}

/// `ListOrganizationPolicies`.
///
/// # Errors
///
/// What the API says.
pub fn list(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(1000)?;
    let wanted = call.query.text("operation_type");
    let wanted = wanted.ok_or_else(|| ApiError::invalid("Parameter operation_type is required."))?;
    let is_wanted = |policy: &&OrganizationPolicy| policy.policy.operation.as_str() == wanted;
    let found: Vec<&OrganizationPolicy> =
        call.account.organization_policies.iter().filter(is_wanted).collect();
    let count = found.len();
    let shown: Vec<Value> = page.cut(found).into_iter().map(|policy| policy.to_json(call.account)).collect();
    Answer::ok(json!({ "policies": shown, "count": count, "limit": page.limit, "offset": page.offset }))
}

/// `ShowOrganizationPolicy`.
///
/// # Errors
///
/// What the API says.
pub fn show(call: &mut Call) -> Result<Answer, ApiError> {
    Answer::ok(json!({ "policy": known(call)?.to_json(call.account) }))
}

/// `ListOrganizationPolicyDetail`.
///
/// # Errors
///
/// What the API says.
pub fn detail(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(1000)?;
    let account = &call.account;
    let policy = known(call)?;
    let deployed = account.projects.iter().zip(&policy.deployed);
    let all: Vec<Value> = deployed
        .map(|(project, id)| {
            json!({ "policy_id": id, "domain_id": account.id, "project_id": project.id, "status": "success" })
        })
        .collect();
    let count = all.len();
    Answer::ok(
        json!({ "policies": page.cut(all), "count": count, "limit": page.limit, "offset": page.offset }),
    )
}

/// `CreateOrganizationPolicy`.
///
/// # Errors
///
/// What the API says.
pub fn create(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "policy")?;
    let operation = match fields.required_word("operation_type", &["backup", "replication"])? {
        "replication" => Operation::Replication,
        _ => Operation::Backup,
    };
    let definition = read_definition(&fields.required_object("policy_operation_definition")?, operation)?;
    let (pattern, start_window_minutes) = read_trigger(&fields.required_object("policy_trigger")?)?;
    let policy = Policy {
        id: String::new(),
        name: fields.required_text("policy_name")?.to_owned(),
        operation,
        enabled: fields.boolean("policy_enabled")?.unwrap_or(true),
        definition,
        pattern,
        start_window_minutes,
        created: call.now,
        owner: OWNER.to_owned(),
    };
    let id = call.ids.next_uuid();
    let mut made = OrganizationPolicy {
        id: id.clone(),
        name: fields.name()?.ok_or_else(|| fields.wrong("name", "is required"))?,
        description: fields.description()?.unwrap_or_default(),
        effective_scope: fields.text("effective_scope")?.unwrap_or_default().to_owned(),
        policy,
        deployed: Vec::new(),
    };
    for project in call.account.projects.iter_mut() {
        let id = call.ids.next_uuid();
        project.policies.insert(Policy { id: id.clone(), ..made.policy.clone() });
        made.deployed.push(id);
    }
    let shown = made.to_json(call.account);
    call.account.organization_policies.insert(made);
    Answer::ok(json!({ "policy": shown }))
}

/// `UpdateOrganizationPolicy`: what is sent replaces what was.
///
/// # Errors
///
/// What the API says.
pub fn update(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "policy")?;
    let mut changed = known(call)?.clone();
    if let Some(name) = fields.name()? {
        changed.name = name;
    }
    if let Some(description) = fields.description()? {
        changed.description = description;
    }
    if let Some(name) = fields.text("policy_name")? {
        name.clone_into(&mut changed.policy.name);
    }
    if let Some(scope) = fields.text("effective_scope")? {
        scope.clone_into(&mut changed.effective_scope);
    }
    changed.policy.enabled = fields.boolean("policy_enabled")?.unwrap_or(changed.policy.enabled);
    if let Some(definition) = fields.object("policy_operation_definition")? {
        changed.policy.definition = read_definition(&definition, changed.policy.operation)?;
    }
    if let Some(trigger) = fields.object("policy_trigger")? {
        (changed.policy.pattern, changed.policy.start_window_minutes) = read_trigger(&trigger)?;
    }
    let now = call.now;
    for (project, id) in call.account.projects.iter_mut().zip(&changed.deployed) {
        let policy = Policy { id: id.clone(), ..changed.policy.clone() };
        for vault in project.vaults.iter_mut().filter(|vault| vault.policy.as_ref() == Some(id)) {
            vault.next_run = policy.next_run(now);
        }
        project.policies.insert(policy);
    }
    let shown = changed.to_json(call.account);
    call.account.organization_policies.insert(changed);
    Answer::ok(json!({ "policy": shown }))
}

/// `DeleteOrganizationPolicy`: the projects lose it, and their vaults with them; backups stay.
///
/// # Errors
///
/// What the API says.
pub fn delete(call: &mut Call) -> Result<Answer, ApiError> {
    let gone = known(call)?.clone();
    for (project, id) in call.account.projects.iter_mut().zip(&gone.deployed) {
        project.policies.remove(id);
        for vault in project.vaults.iter_mut() {
            super::cbr_policies::unset(vault, id);
        }
    }
    call.account.organization_policies.remove(&gone.id);
    Answer::empty()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Cloud, code};
    use super::*;

    fn wanted(name: &str) -> Value {
        json!({ "policy": { "name": name, "operation_type": "backup", "policy_name": "from above",
            "policy_operation_definition": { "max_backups": 5 },
            "policy_trigger": { "properties": { "pattern": ["FREQ=DAILY;INTERVAL=1;BYHOUR=03;BYMINUTE=00"] } } } })
    }

    #[test]
    fn every_project_has_it_and_none_can_change_it() {
        let mut cloud = Cloud::new();
        let made = cloud.post("~/organization-policies", wanted("all")).unwrap()["policy"].take();
        let id = made["id"].as_str().unwrap().to_owned();
        let here = cloud.get("~/policies").unwrap()["policies"][0].take();
        assert_eq!((&here["name"], &here["policy_type"]), (&json!("from above"), &json!(OWNER)));
        let there = cloud.get("/v3/p2/policies").unwrap();
        assert_eq!(there["count"], 1);
        let own = format!("~/policies/{}", here["id"].as_str().unwrap());
        assert_eq!(code(cloud.put(&own, json!({ "policy": { "name": "mine" } }))), "403 6004");
        let show = format!("~/organization-policies/{id}");
        let change = json!({ "policy": { "policy_enabled": false } });
        assert_eq!(cloud.put(&show, change).unwrap()["policy"]["policy_enabled"], false);
        assert_eq!(cloud.get(&own).unwrap()["policy"]["enabled"], false);
        assert_eq!(cloud.get(&format!("{show}/policy-detail")).unwrap()["count"], 2);
        assert_eq!(cloud.get("~/organization-policies?operation_type=backup").unwrap()["count"], 1);
        assert_eq!(code(cloud.get("~/organization-policies")), "400 9900");
        cloud.delete(&show).unwrap();
        assert_eq!(code(cloud.get(&show)), "404 6000");
        assert_eq!(cloud.get("~/policies").unwrap()["count"], 0);
    }
}
