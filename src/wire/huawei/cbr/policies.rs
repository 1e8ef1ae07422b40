//! Policies, and the vaults that they are set on.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::null_as_default;

/// Body of `AssociateVaultPolicy`.
///
/// Source: CBR API v3, "Setting a Vault Policy", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AssociatePolicyRequest {
    /// The policy; a second one of its kind takes the place of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
    /// Where replicas go; required for a replication policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_vault_id: Option<String>,
}

/// Answer of `AssociateVaultPolicy`.
///
/// Source: CBR API v3, "Setting a Vault Policy", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AssociatePolicyAnswer {
    /// What was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associate_policy: Option<AssociatedPolicy>,
}

/// Body of `DisassociateVaultPolicy`.
///
/// Source: CBR API v3, "Removing a Policy", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct DissociatePolicyRequest {
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
}

/// Answer of `DisassociateVaultPolicy`.
///
/// Source: CBR API v3, "Removing a Policy", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct DissociatePolicyAnswer {
    /// What was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dissociate_policy: Option<AssociatedPolicy>,
}

/// A policy on a vault.
///
/// Source: CBR API v3, "Setting a Vault Policy", `associate_policy`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AssociatedPolicy {
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// Where replicas go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_vault_id: Option<String>,
}

/// A policy.
///
/// Source: CBR API v3, "Querying a Policy", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Policy {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// `backup` or `replication`; cannot change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<String>,
    /// `custom_policy`, or a policy of the organisation, which cannot be changed here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_type: Option<String>,
    /// How long backups are kept, and where replicas go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_definition: Option<OperationDefinition>,
    /// When it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// The vaults that it is set on; may be null.
    #[serde(deserialize_with = "null_as_default")]
    pub associated_vaults: Vec<AssociatedPolicy>,
}

/// How long backups are kept, and where replicas go; sent, it replaces the whole one.
///
/// Source: CBR API v3, "Creating a Policy", `operation_definition`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OperationDefinition {
    /// 1 to 99999 days, or -1 for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_duration_days: Option<i64>,
    /// 1 to 99999 backups, or -1 for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_backups: Option<i64>,
    /// 0 to 100, kept besides `max_backups`; needs `timezone`, as the three that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_backups: Option<i64>,
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week_backups: Option<i64>,
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month_backups: Option<i64>,
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_backups: Option<i64>,
    /// `UTC+08:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Every so many backups a full one; -1 never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_backup_interval: Option<i64>,
    /// Where replicas go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_region: Option<String>,
    /// Where replicas go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_project_id: Option<String>,
    /// Whether they go there quicker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_acceleration: Option<bool>,
    /// Rules by week, month and year, as the vendor writes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advanced_retention_rules: Option<Value>,
}

/// When a policy runs.
///
/// Source: CBR API v3, "Creating a Policy", `trigger`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Trigger {
    /// The id; answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `default`; answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `time`; answers only.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<TriggerProperties>,
}

/// The rules of a trigger.
///
/// Source: CBR API v3, "Creating a Policy", `trigger.properties`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct TriggerProperties {
    /// 1 to 24 rules such as `FREQ=DAILY;INTERVAL=1;BYHOUR=06;BYMINUTE=00`, in UTC.
    #[serde(deserialize_with = "null_as_default")]
    pub pattern: Vec<String>,
    /// When the trigger was made; answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<String>,
    /// 60 to 480.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_window_minutes: Option<i64>,
}

/// Answer of `ListPolicies`, which has no pages.
///
/// Source: CBR API v3, "Querying the Policy List", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PoliciesAnswer {
    /// All of them.
    #[serde(deserialize_with = "null_as_default")]
    pub policies: Vec<Policy>,
}

/// Answer of `ShowPolicy`, `CreatePolicy`, `UpdatePolicy`.
///
/// Source: CBR API v3, "Querying a Policy", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PolicyAnswer {
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

/// Body of `CreatePolicy` and `UpdatePolicy`.
///
/// Source: CBR API v3, "Creating a Policy", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PolicyRequest {
    /// The policy that is wanted, or what is to change of it.
    pub policy: NewPolicy,
}

/// A policy that is wanted, or what is to change of one.
///
/// Source: CBR API v3, "Creating a Policy", `policy`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct NewPolicy {
    /// 1 to 64 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Required to create; cannot change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<String>,
    /// Left out it is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Required to create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_definition: Option<OperationDefinition>,
    /// Required to create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
}
