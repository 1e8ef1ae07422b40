//! Backups, their replicas, and restoring from them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::{null_as_default, text_or_number};

/// A backup.
///
/// Source: CBR API v3, "Querying a Backup", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Backup {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What people say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `available`, `protecting`, `deleting`, `restoring`, `error`, `waiting_protect` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `backup` or `replication`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_type: Option<String>,
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_id: Option<String>,
    /// The server's backup that a disk's backup is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// What it is a backup of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// The name of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    /// The kind of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// The capacity of that, in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_size: Option<i64>,
    /// The zone of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_az: Option<String>,
    /// When it was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// The moment that it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_at: Option<String>,
    /// When it goes by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired_at: Option<String>,
    /// Whether it holds only what has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incremental: Option<bool>,
    /// Which generation of the service made it; 0 or 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// What has made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// The enterprise project.
    #[serde(deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// Its replicas.
    #[serde(deserialize_with = "null_as_default")]
    pub replication_records: Vec<ReplicationRecord>,
    /// The disks of a server's backup.
    #[serde(deserialize_with = "null_as_default")]
    pub children: Vec<Backup>,
    /// What else is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extend_info: Option<BackupExtendInfo>,
}

/// What else is known of a backup.
///
/// Source: CBR API v3, "Querying a Backup", `extend_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct BackupExtendInfo {
    /// Whether a policy has made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_trigger: Option<bool>,
    /// Whether a server starts from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootable: Option<bool>,
    /// Whether the system disk is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contain_system_disk: Option<bool>,
    /// Whether it is one of a system disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_disk: Option<bool>,
    /// Whether it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// The snapshot that a disk's backup is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_id: Option<String>,
    /// Whether it can be restored quickly, loading what is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_lld: Option<bool>,
    /// `na`, `snapshot` or `backup`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_restore_mode: Option<String>,
    /// Images registered from it, which keep it from being deleted.
    #[serde(deserialize_with = "null_as_default")]
    pub os_images_data: Vec<ImageData>,
    /// Whether it is kept in several zones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_multi_az: Option<bool>,
    /// The processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// In per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<i64>,
}

/// An image registered from a backup.
///
/// Source: CBR API v3, "Querying a Backup", `os_images_data`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ImageData {
    /// The image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
}

/// A replica of a backup.
///
/// Source: CBR API v3, "Querying a Backup", `replication_records`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ReplicationRecord {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// `replicating`, `success`, `fail`, `skip` or `waiting_replicate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The vault of the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_backup_id: Option<String>,
    /// Its checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_checkpoint_id: Option<String>,
    /// Its project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_project_id: Option<String>,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_region: Option<String>,
    /// The replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_backup_id: Option<String>,
    /// Its checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_checkpoint_id: Option<String>,
    /// Its project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_project_id: Option<String>,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_region: Option<String>,
    /// Its vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_vault_id: Option<String>,
    /// Progress and failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_info: Option<Value>,
}

/// Answer of `ListBackups`.
///
/// Source: CBR API v3, "Querying All Backups", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct BackupsAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub backups: Vec<Backup>,
    /// How many there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// The page size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many come before the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// Answer of `ShowBackup` and `UpdateBackup`.
///
/// Source: CBR API v3, "Querying a Backup", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct BackupAnswer {
    /// The backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<Backup>,
}

/// Body of `RestoreBackup`: the target's data is overwritten.
///
/// Source: CBR API v3, "Restoring Data Using a Backup", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RestoreRequest {
    /// What is wanted.
    pub restore: Restore,
}

/// A restoration that is wanted.
///
/// Source: CBR API v3, "Restoring Data Using a Backup", `restore`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Restore {
    /// The server, together with `mappings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_id: Option<String>,
    /// Which disk's backup goes to which disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mappings: Option<Vec<RestoreMapping>>,
    /// The disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_id: Option<String>,
    /// The machine of a file backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Whether the server is started afterwards; left out it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power_on: Option<bool>,
    /// Where files go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<RestoreDetails>,
}

/// A disk's backup and the disk that it goes to.
///
/// Source: CBR API v3, "Restoring Data Using a Backup", `mappings`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RestoreMapping {
    /// One of the backup's children.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_id: Option<String>,
    /// At least as large.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_id: Option<String>,
}

/// Where files go.
///
/// Source: CBR API v3, "Restoring Data Using a Backup", `details`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RestoreDetails {
    /// 1 to 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_path: Option<String>,
}

/// Answer of `RestoreBackup`, whose body is not documented.
///
/// Source: terraform-provider-huaweicloud, `huaweicloud_cbr_restore`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RestoreAnswer {
    /// The operation log to follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}
