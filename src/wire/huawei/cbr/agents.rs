//! Agents on servers, clients of file backup, what is used, and what could be protected: all of it only read.

use serde::{Deserialize, Serialize};

use super::vaults::Vault;
use crate::wire::{null_as_default, text_or_number};

/// Body of `CheckAgent`.
///
/// Source: CBR API v3, "Querying the Agent Status", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckAgentRequest {
    /// The servers.
    #[serde(deserialize_with = "null_as_default")]
    pub agent_status: Vec<AgentQuery>,
}

/// A server that is asked about.
///
/// Source: CBR API v3, "Querying the Agent Status", `agent_status`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AgentQuery {
    /// The server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// `OS::Nova::Server`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
}

/// Answer of `CheckAgent`.
///
/// Source: CBR API v3, "Querying the Agent Status", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckAgentAnswer {
    /// By server.
    #[serde(deserialize_with = "null_as_default")]
    pub agent_status: Vec<AgentStatus>,
}

/// Whether the agent of application consistency is installed.
///
/// Source: CBR API v3, "Querying the Agent Status", `agent_status`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AgentStatus {
    /// The server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Whether it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installed: Option<bool>,
    /// Whether it is too old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_old: Option<bool>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What stands in its way; a number in the SDK.
    #[serde(deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A client of file backup.
///
/// Source: CBR API v3, "Querying a Client", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Agent {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// The machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_name: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<String>,
    /// `normal`, `abnormal` or `uninstall`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Answer of `ListAgent`.
///
/// Source: CBR API v3, "Querying the Client List", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AgentsAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub agents: Vec<Agent>,
    /// How many there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// What the backups of a resource take up.
///
/// Source: CBR API v3, "Querying the Storage Usage", `storage_usage`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct StorageUsage {
    /// The resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    /// Its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// How many backups it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_count: Option<i64>,
    /// What they take up, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_size: Option<i64>,
    /// What they take up in several zones, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_size_multiaz: Option<i64>,
}

/// Answer of `ShowStorageUsage`.
///
/// Source: CBR API v3, "Querying the Storage Usage", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct StorageUsageAnswer {
    /// How many resources there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_count: Option<i64>,
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub storage_usage: Vec<StorageUsage>,
}

/// Answer of `ListProtectable`, which does not say how many there are.
///
/// Source: CBR API v3, "Querying Protectable Resources", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ProtectablesAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub instances: Vec<Protectable>,
}

/// A resource that could be associated.
///
/// Source: CBR API v3, "Querying Protectable Resources", `instances`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Protectable {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The kind, as vaults spell it.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Capacity in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// The status, as its own service spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether it may be, and if not, why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protectable: Option<Verdict>,
}

/// Whether a resource may be associated.
///
/// Source: CBR API v3, "Querying Protectable Resources", `protectable`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Verdict {
    /// Whether it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<bool>,
    /// What stands in its way.
    #[serde(deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The vault that it is in already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<Box<Vault>>,
}
