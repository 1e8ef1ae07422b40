//! Operation logs: what the service has done, and how it ended.

use serde::{Deserialize, Serialize};

use super::vaults::Resource;
use crate::wire::null_as_default;

/// What the vendor keeps of an operation, for about 30 days.
///
/// Source: CBR API v3, "Querying a Task", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OperationLog {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `backup`, `copy`, `replication`, `delete`, `restore`, `vault_delete`, `remove_resource` or `sync`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<String>,
    /// `success`, `skipped`, `failed`, `running`, `timeout` or `waiting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// When it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The vault's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_name: Option<String>,
    /// The policy that began it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
    /// The checkpoint that it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_id: Option<String>,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// What carried it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_info: Option<LogError>,
    /// What it was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_info: Option<LogExtraInfo>,
}

/// Why an operation failed.
///
/// Source: CBR API v3, "Querying a Task", `error_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogError {
    /// The error, empty when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The error in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What an operation was done to.
///
/// Source: CBR API v3, "Querying a Task", `extra_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogExtraInfo {
    /// Progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common: Option<LogCommon>,
    /// The resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// The backup that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<LogBackup>,
    /// What was restored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore: Option<LogRestore>,
}

/// How far an operation is.
///
/// Source: CBR API v3, "Querying a Task", `common`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogCommon {
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<i64>,
    /// The request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
}

/// The backup that an operation made.
///
/// Source: CBR API v3, "Querying a Task", `backup`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogBackup {
    /// The backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_name: Option<String>,
    /// `0` when it fell back to crash consistency, `1` when it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_consistency_status: Option<String>,
    /// Why it fell back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_consistency_error_code: Option<String>,
    /// Why it fell back, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_consistency_error_message: Option<String>,
}

/// What an operation restored.
///
/// Source: CBR API v3, "Querying a Task", `restore`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogRestore {
    /// The backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_name: Option<String>,
    /// What was overwritten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_resource_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_resource_name: Option<String>,
}

/// Answer of `ListOpLogs`.
///
/// Source: CBR API v3, "Querying the Task List", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OperationLogsAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub operation_logs: Vec<OperationLog>,
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

/// Answer of `ShowOpLog`.
///
/// Source: CBR API v3, "Querying a Task", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OperationLogAnswer {
    /// The log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_log: Option<OperationLog>,
}
