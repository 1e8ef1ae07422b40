//! Checkpoints: backups that are made now.

use serde::{Deserialize, Serialize};

use super::vaults::Resource;
use crate::wire::{null_as_default, text_or_number};

/// Body of `CreateCheckpoint`: back up now.
///
/// Source: CBR API v3, "Creating a Restore Point", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CreateCheckpointRequest {
    /// What is wanted.
    pub checkpoint: NewCheckpoint,
}

/// A checkpoint that is wanted.
///
/// Source: CBR API v3, "Creating a Restore Point", `checkpoint`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct NewCheckpoint {
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<CheckpointParameters>,
}

/// How to back up.
///
/// Source: CBR API v3, "Creating a Restore Point", `parameters`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointParameters {
    /// With several resources each gets `-0001` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// At most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// False for a full backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incremental: Option<bool>,
    /// False: true marks it automatic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_trigger: Option<bool>,
    /// Which resources; left out, all of the vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Vec<String>>,
    /// The same with their kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_details: Option<Vec<Resource>>,
    /// 1 to 36500, or -1 for ever (public test).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_duration_days: Option<i64>,
}

/// Answer of `CreateCheckpoint` and `ShowCheckpoint`.
///
/// Source: CBR API v3, "Querying a Restore Point", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointAnswer {
    /// The checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Checkpoint>,
}

/// A point in time at which resources were backed up.
///
/// Source: CBR API v3, "Querying a Restore Point", `checkpoint`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Checkpoint {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// `protecting`, `available`, `error`, `deleting`, `deleted` or `error-deleting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When it was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Name and description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_info: Option<CheckpointExtraInfo>,
    /// The vault, with what is backed up and what is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<CheckpointVault>,
}

/// Name and description of a checkpoint.
///
/// Source: CBR API v3, "Querying a Restore Point", `extra_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointExtraInfo {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Days that its backups are kept; -1 for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_duration: Option<i64>,
}

/// The vault of a checkpoint.
///
/// Source: CBR API v3, "Querying a Restore Point", `vault`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointVault {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is backed up.
    #[serde(deserialize_with = "null_as_default")]
    pub resources: Vec<CheckpointResource>,
    /// What is not, though it was asked for: to be looked at even after a success.
    #[serde(deserialize_with = "null_as_default")]
    pub skipped_resources: Vec<SkippedResource>,
}

/// A resource of a checkpoint.
///
/// Source: CBR API v3, "Querying a Restore Point", `resources`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointResource {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The kind.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Capacity in GB; a text here.
    #[serde(deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub resource_size: Option<String>,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_status: Option<String>,
    /// What its backups take up, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_size: Option<i64>,
    /// How many it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_count: Option<i64>,
}

/// A resource that was skipped.
///
/// Source: CBR API v3, "Querying a Restore Point", `skipped_resources`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct SkippedResource {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The kind.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
