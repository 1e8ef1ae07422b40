//! Cloud Backup (HBR), API 2017-09-08: requests and answers of the operations that file backup needs.
//!
//! Lists are wrapped twice except `Clients` and `RegionStatistics`. Times are UNIX seconds where nothing else is said.

use serde::{Deserialize, Serialize};

use crate::wire::{null_as_default, text_or_number};

/// One condition of a listing: values are alternatives, filters must all hold.
///
/// Flattened on the wire: `Filters.1.Key`, `Filters.1.Values.1`. Source: HBR API 2017-09-08,
/// `DescribeBackupPlans` and `DescribeBackupJobs2`, `Filters`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Filter {
    /// What to compare, `instanceId` for plans; the service does not mind the case.
    pub key: String,
    /// `EQUAL`, `IN` (the default), `GREATER_THAN`, `BETWEEN` and so on; plans and clients have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The alternatives.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// Answer of `OpenHbrService`; it alone has no envelope.
///
/// Source: HBR API 2017-09-08, `OpenHbrService`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct OpenHbrServiceAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The order that opened the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
}

/// Request of `CreateBackupPlan`. `InstanceId` and `Options` travel in the form body, the rest in the query.
///
/// Source: HBR API 2017-09-08, `CreateBackupPlan`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct CreateBackupPlanRequest {
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// `BASIC` or `STANDARD`; left out it means `STANDARD`, the other product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// The one instance that the plan protects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// 1 keeps the newest recovery point whatever its age, 0 does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_latest_snapshots: Option<i64>,
    /// JSON text, see [`PlanOptions`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<String>,
    /// `I|{start}|{interval}`: UNIX seconds and an ISO 8601 period, `P1D` alone for the Essential Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// 1 to 64 characters, unique per source type in a vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_name: Option<String>,
    /// True makes a plan that starts paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Not given for the Essential Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// Days; not given for the Essential Edition, which keeps 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<i64>,
    /// `COMPLETE`; not given for the Essential Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_type: Option<String>,
}

/// What the `Options` text of an Essential Edition plan holds.
///
/// Source: the vendor's Essential Edition skill, "Adjust Backup Execution Priority".
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PlanOptions {
    /// Priority: `L0` (low, data below 600 GB) or `L1` (high, data below 2 TB).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performance_level: Option<String>,
}

/// Answer of `CreateBackupPlan`.
///
/// Source: HBR API 2017-09-08, `CreateBackupPlan`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct CreateBackupPlanAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The plan, `plan-...`; on a repeated call for an instance not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<String>,
}

/// Request of `UpdateBackupPlan`: only what is given changes. `Options` travels in the body.
///
/// Source: HBR API 2017-09-08, `UpdateBackupPlan`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct UpdateBackupPlanRequest {
    /// The plan; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<String>,
    /// `BASIC` or `STANDARD`; left out it means `STANDARD`, the other product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// Not given for the Essential Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// 1 to 64 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_name: Option<String>,
    /// See [`CreateBackupPlanRequest::schedule`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// 1 or 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_latest_snapshots: Option<i64>,
    /// Days; fixed for the Essential Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<i64>,
    /// JSON text, the complete object: whether the service merges is not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<String>,
}

/// Request of `EnableBackupPlan`, `DisableBackupPlan`, `DeleteBackupPlan` and `ExecuteBackupPlan`, all of it in the
/// query.
///
/// Source: HBR API 2017-09-08, `EnableBackupPlan`, `DisableBackupPlan`, `DeleteBackupPlan`, `ExecuteBackupPlan`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct PlanRequest {
    /// The plan; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<String>,
    /// `BASIC` or `STANDARD`; left out it means `STANDARD`, the other product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// Not given for the Essential Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// `DeleteBackupPlan`: refuse while a job runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_no_running_jobs: Option<bool>,
    /// `ExecuteBackupPlan`: a rule of a disk backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
}

/// An answer that is the envelope and nothing else: update, enable, disable, delete, cancel.
///
/// Source: HBR API 2017-09-08, `UpdateBackupPlan`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Answer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Answer of `ExecuteBackupPlan`.
///
/// Source: HBR API 2017-09-08, `ExecuteBackupPlan`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct ExecuteBackupPlanAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The job that was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

/// Request of `CancelBackupJob`, in the query.
///
/// Source: HBR API 2017-09-08, `CancelBackupJob`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct CancelBackupJobRequest {
    /// The job; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `BASIC` or `STANDARD`; left out it means `STANDARD`, the other product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Not given for the Essential Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
}

/// Request of `DescribeBackupPlans`, in the query.
///
/// Source: HBR API 2017-09-08, `DescribeBackupPlans`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeBackupPlansRequest {
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// `BASIC` or `STANDARD`; left out it means `STANDARD`, the other product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Keys in lower camel case: `regionId`, `planId`, `sourceType`, `vaultId`, `instanceName`,
    /// `instanceId`, `planName`.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// From 1, which is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// 1 to 99, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
}

/// One page of plans.
///
/// Source: HBR API 2017-09-08, `DescribeBackupPlans`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeBackupPlansAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Echo of the page asked for, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// Echo of the page size, at most 99.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// How many objects match in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// The plans of this page.
    #[serde(deserialize_with = "null_as_default")]
    pub backup_plans: BackupPlans,
}

/// The inner wrapper of a list of plans.
///
/// Source: HBR API 2017-09-08, `DescribeBackupPlans`, response, `BackupPlans`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct BackupPlans {
    /// The plans.
    #[serde(deserialize_with = "null_as_default")]
    pub backup_plan: Vec<BackupPlan>,
}

/// One backup plan. Its edition is not said: it is the one that was asked for.
///
/// Source: HBR API 2017-09-08, `DescribeBackupPlans`, response, `BackupPlans.BackupPlan`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct BackupPlan {
    /// `plan-...`.
    pub plan_id: String,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_name: Option<String>,
    /// The vault that holds the recovery points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The instance that is protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// For table stores, the name of their instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_name: Option<String>,
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// True while the plan is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// `I|{start}|{interval}`, see [`CreateBackupPlanRequest::schedule`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Days; 30 for the Essential Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<i64>,
    /// 1 or 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_latest_snapshots: Option<i64>,
    /// JSON text, see [`PlanOptions`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<String>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_time: Option<i64>,
    /// The job started last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_execute_job_id: Option<String>,
    /// The job finished last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_finish_job_id: Option<String>,
    /// `ACTIVE`; the other values are not published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_status: Option<String>,
    /// `COMPLETE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_type: Option<String>,
    /// The backup client of the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The data source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_source_id: Option<String>,
    /// JSON array text; Standard Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<String>,
    /// JSON array text; Standard Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<String>,
    /// `{start}:{end}:{KB/s}`; Standard Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed_limit: Option<String>,
    /// Paths; Standard Edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paths: Option<Paths>,
    /// Whether a tag rule made the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by_tag: Option<bool>,
}

/// The inner wrapper of a list of paths.
///
/// Source: HBR API 2017-09-08, `DescribeBackupPlans`, response, `Paths`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Paths {
    /// The paths.
    #[serde(deserialize_with = "null_as_default")]
    pub path: Vec<String>,
}

/// Request of `DescribeBackupJobs2`, in the query.
///
/// Source: HBR API 2017-09-08, `DescribeBackupJobs2`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeBackupJobs2Request {
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// `BASIC` or `STANDARD`; left out it means `STANDARD`, the other product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// `ASCEND` or `DESCEND` (default) by time of creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_direction: Option<String>,
    /// Keys as documented in upper camel case: `InstanceId`, `PlanId`, `Status`, `CreatedTime` and so on.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// From 1, which is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// 1 to 99, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
}

/// One page of backup jobs.
///
/// Source: HBR API 2017-09-08, `DescribeBackupJobs2`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeBackupJobs2Answer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Echo of the page asked for, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// Echo of the page size, at most 99.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// How many objects match in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// The jobs of this page.
    #[serde(deserialize_with = "null_as_default")]
    pub backup_jobs: BackupJobs,
}

/// The inner wrapper of a list of jobs.
///
/// Source: HBR API 2017-09-08, `DescribeBackupJobs2`, response, `BackupJobs`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct BackupJobs {
    /// The jobs.
    #[serde(deserialize_with = "null_as_default")]
    pub backup_job: Vec<BackupJob>,
}

/// One run of a plan.
///
/// Source: HBR API 2017-09-08, `DescribeBackupJobs2`, response, `BackupJobs.BackupJob`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct BackupJob {
    /// `job-...`.
    pub job_id: String,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_name: Option<String>,
    /// The plan that ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<String>,
    /// The vault written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// The backup client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// `COMPLETE` or `INCREMENTAL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_type: Option<String>,
    /// `CREATED`, `QUEUED`, `RUNNING`, `COMPLETE`, `PARTIAL_COMPLETE`, `CANCELED`, `FAILED`, `EXPIRED`;
    /// others may come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// Hundredths of a per cent: 10000 is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_time: Option<i64>,
    /// Bytes read so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_done: Option<i64>,
    /// Bytes to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_total: Option<i64>,
    /// Bytes after deduplication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_bytes: Option<i64>,
    /// Files and directories done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items_done: Option<i64>,
    /// Files and directories in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items_total: Option<i64>,
    /// Files and directories actually moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_items: Option<i64>,
    /// KB/s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<i64>,
    /// What started it; its values are not published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger_mode: Option<String>,
}

/// Request of `DescribeBackupClients`. `InstanceIds` and `ClientIds` travel in the body.
///
/// Source: HBR API 2017-09-08, `DescribeBackupClients`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeBackupClientsRequest {
    /// `ECS_CLIENT`; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_type: Option<String>,
    /// JSON array text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_ids: Option<String>,
    /// JSON array text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ids: Option<String>,
    /// As in `DescribeBackupPlans`.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// From 1, which is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// 1 to 99, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
}

/// One page of backup clients; the list is a plain array.
///
/// Source: HBR API 2017-09-08, `DescribeBackupClients`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeBackupClientsAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Echo of the page asked for, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// Echo of the page size, at most 99.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// How many objects match in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// The clients of this page.
    #[serde(deserialize_with = "null_as_default")]
    pub clients: Vec<BackupClient>,
}

/// The program that reads the files of one instance. Its `Settings` are left out: they can hold a proxy
/// password.
///
/// Source: HBR API 2017-09-08, `DescribeBackupClients`, response, `Clients`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct BackupClient {
    /// `c-...`.
    pub client_id: String,
    /// `ECS_CLIENT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_type: Option<String>,
    /// Installed version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_version: Option<String>,
    /// Version it could have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_client_version: Option<String>,
    /// The instance it runs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_name: Option<String>,
    /// Its host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// `windows` or `linux`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_type: Option<String>,
    /// `amd64` or `386`; the latter is a 32-bit system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arch_type: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_ip_v4: Option<String>,
    /// Its zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_id: Option<String>,
    /// `ACTIVATED`, `INSTALLING`, `INSTALL_FAILED`, `NOT_INSTALLED`, `STOPPED`, `UNKNOWN` and more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `PROTECTED` or `UNPROTECTED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_status: Option<String>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_heart_beat_time: Option<i64>,
}

/// Request of `SearchHistoricalSnapshots`, in the query.
///
/// Source: HBR API 2017-09-08, `SearchHistoricalSnapshots`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct SearchHistoricalSnapshotsRequest {
    /// JSON array text of [`QueryTerm`]s; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// `BASIC` or `STANDARD`; left out it means `STANDARD`, the other product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Page size; 0 asks for the count alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// Where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// A field, for instance `CreatedTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<String>,
    /// `ASC` (default) or `DESC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

/// One condition of a snapshot search.
///
/// Source: HBR API 2017-09-08, `SearchHistoricalSnapshots`, request parameters, `Query`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct QueryTerm {
    /// `instanceId`, `CompleteTime`, `PlanId` and so on.
    pub field: String,
    /// Text, number, or for `IN` and `BETWEEN` an array.
    pub value: serde_json::Value,
    /// `MATCH_TERM`, `IN`, `NOT_IN`, `BETWEEN`, `GREATER_THAN` and so on.
    pub operation: String,
}

/// One page of recovery points; the last page has no `NextToken`.
///
/// Source: HBR API 2017-09-08, `SearchHistoricalSnapshots`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct SearchHistoricalSnapshotsAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Echo of the page size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// Where to go on; empty on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// How many match in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// The recovery points of this page.
    #[serde(deserialize_with = "null_as_default")]
    pub snapshots: Snapshots,
}

/// The inner wrapper of a list of recovery points.
///
/// Source: HBR API 2017-09-08, `SearchHistoricalSnapshots`, response, `Snapshots`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Snapshots {
    /// The recovery points.
    #[serde(deserialize_with = "null_as_default")]
    pub snapshot: Vec<Snapshot>,
}

/// One recovery point.
///
/// Source: HBR API 2017-09-08, `SearchHistoricalSnapshots`, response, `Snapshots.Snapshot`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Snapshot {
    /// `s-...`.
    pub snapshot_id: String,
    /// Needed to restore, with the id and the vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_hash: Option<String>,
    /// The one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_snapshot_hash: Option<String>,
    /// The vault that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The job that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// The instance whose files it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// The backup client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// `COMPLETE` or `INCREMENTAL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_type: Option<String>,
    /// `COMPLETE`, `PARTIAL_COMPLETE`, `FAILED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Where the list of failed files is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_file: Option<String>,
    /// Days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<i64>,
    /// UNIX milliseconds, unlike the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range_start: Option<i64>,
    /// UNIX milliseconds, unlike the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range_end: Option<i64>,
    /// Bytes read so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_done: Option<i64>,
    /// Bytes to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_total: Option<i64>,
    /// Bytes after deduplication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_bytes: Option<i64>,
    /// Files and directories done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items_done: Option<i64>,
    /// Files and directories in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items_total: Option<i64>,
    /// Files and directories actually moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_items: Option<i64>,
    /// Bytes: the capacity of the disks that were protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_data_size: Option<i64>,
    /// JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The paths it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paths: Option<Paths>,
    /// `STANDARD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
}

/// Request of `GetBasicStatistics`, in the query; it knows no edition.
///
/// Source: HBR API 2017-09-08, `GetBasicStatistics`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct GetBasicStatisticsRequest {
    /// `ECS_FILE`; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
}

/// What the account protects, by region and in all.
///
/// Source: HBR API 2017-09-08, `GetBasicStatistics`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct GetBasicStatisticsAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// Of the whole account.
    #[serde(deserialize_with = "null_as_default")]
    pub global_statistics: Statistics,
    /// By region; a plain array.
    #[serde(deserialize_with = "null_as_default")]
    pub region_statistics: Vec<RegionStatistics>,
}

/// Protected size and count.
///
/// Source: HBR API 2017-09-08, `GetBasicStatistics`, response, `GlobalStatistics`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Statistics {
    /// Bytes: disk capacity of the instances that have backups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_data_size: Option<i64>,
    /// Instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_resource_count: Option<i64>,
}

/// Protected size and count of one region.
///
/// Source: HBR API 2017-09-08, `GetBasicStatistics`, response, `RegionStatistics`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RegionStatistics {
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_data_size: Option<i64>,
    /// Instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_resource_count: Option<i64>,
}

/// Request of `CreateRestoreJob`. `Include`, `Exclude`, `TargetInstanceId` and `TargetPath` travel in the
/// body; `Options`, unlike a plan's, in the query.
///
/// Source: HBR API 2017-09-08, `CreateRestoreJob`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct CreateRestoreJobRequest {
    /// `ECS_FILE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_type: Option<String>,
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// `BASIC` or `STANDARD`; left out it means `STANDARD`, the other product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// The vault of the recovery point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The recovery point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_id: Option<String>,
    /// Its hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_hash: Option<String>,
    /// JSON text, see [`RestoreOptions`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<String>,
    /// JSON array text of at most 255 characters; absent means everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<String>,
    /// JSON array text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<String>,
    /// Where to restore to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_instance_id: Option<String>,
    /// A directory that exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_path: Option<String>,
    /// Makes a repeated call harmless: 1 to 64 of `[A-Za-z0-9-]`. In the vendor's skill, not in its SDK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_token: Option<String>,
}

/// What the `Options` text of a restore holds.
///
/// Source: the vendor's Essential Edition skill, "File Restore"; the help page spells it `conflictPolicy`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RestoreOptions {
    /// `SKIP_THE_FILE` or `OVERWRITE_EXISTING`.
    #[serde(alias = "conflictPolicy", skip_serializing_if = "Option::is_none")]
    pub conflict_policy: Option<String>,
}

/// Answer of `CreateRestoreJob`.
///
/// Source: HBR API 2017-09-08, `CreateRestoreJob`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct CreateRestoreJobAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `r-...`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_id: Option<String>,
}

/// Request of `DescribeRestoreJobs2`, in the query.
///
/// Source: HBR API 2017-09-08, `DescribeRestoreJobs2`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeRestoreJobs2Request {
    /// `ECS_FILE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_type: Option<String>,
    /// `BASIC` or `STANDARD`; left out it means `STANDARD`, the other product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// `restoreId`, `vaultId`, `targetInstanceId` and so on.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// From 1, which is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// 1 to 99, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
}

/// One page of restore jobs.
///
/// Source: HBR API 2017-09-08, `DescribeRestoreJobs2`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeRestoreJobs2Answer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Echo of the page asked for, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// Echo of the page size, at most 99.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// How many objects match in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// The jobs of this page.
    #[serde(deserialize_with = "null_as_default")]
    pub restore_jobs: RestoreJobs,
}

/// The inner wrapper of a list of restore jobs.
///
/// Source: HBR API 2017-09-08, `DescribeRestoreJobs2`, response, `RestoreJobs`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RestoreJobs {
    /// The jobs.
    #[serde(deserialize_with = "null_as_default")]
    pub restore_job: Vec<RestoreJob>,
}

/// One restore.
///
/// Source: HBR API 2017-09-08, `DescribeRestoreJobs2`, response, `RestoreJobs.RestoreJob`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RestoreJob {
    /// `r-...`.
    pub restore_id: String,
    /// `ECS_FILE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_type: Option<String>,
    /// `CREATED`, `QUEUED`, `RUNNING`, `COMPLETE`, `PARTIAL_COMPLETE`, `FAILED`, `CANCELING`, `CANCELED`,
    /// `EXPIRED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why it failed, for instance `TARGET_NOT_EXIST`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// Hundredths of a per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<i64>,
    /// The recovery point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_id: Option<String>,
    /// Its hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_hash: Option<String>,
    /// Its vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// `ECS_FILE` for files of an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// Where the files come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_instance_id: Option<String>,
    /// Where they go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_instance_id: Option<String>,
    /// The directory they go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_path: Option<String>,
    /// JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<String>,
    /// JSON array text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<String>,
    /// JSON array text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<String>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_time: Option<i64>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<i64>,
    /// Bytes read so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_done: Option<i64>,
    /// Bytes to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_total: Option<i64>,
    /// Bytes after deduplication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_bytes: Option<i64>,
    /// Files and directories done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items_done: Option<i64>,
    /// Files and directories in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items_total: Option<i64>,
    /// Files and directories actually moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_items: Option<i64>,
}

/// Answer of `DescribeRegions`, which takes no parameters.
///
/// Source: HBR API 2017-09-08, `DescribeRegions`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeRegionsAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The regions.
    #[serde(deserialize_with = "null_as_default")]
    pub regions: Regions,
}

/// The inner wrapper of a list of regions.
///
/// Source: HBR API 2017-09-08, `DescribeRegions`, response, `Regions`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Regions {
    /// The regions.
    #[serde(deserialize_with = "null_as_default")]
    pub region: Vec<Region>,
}

/// A region in which Cloud Backup runs.
///
/// Source: HBR API 2017-09-08, `DescribeRegions`, response, `Regions.Region`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Region {
    /// `cn-hangzhou`.
    pub region_id: String,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_name: Option<String>,
}

/// Request of `DescribeVaults`, in the query.
///
/// Source: HBR API 2017-09-08, `DescribeVaults`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeVaultsRequest {
    /// One vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// By name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_name: Option<String>,
    /// `STANDARD` or `OTS_BACKUP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_type: Option<String>,
    /// By region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_region_id: Option<String>,
    /// `UNKNOWN`, `INITIALIZING`, `CREATED`, `ERROR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// From 1, which is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// 1 to 99, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
}

/// One page of vaults.
///
/// Source: HBR API 2017-09-08, `DescribeVaults`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeVaultsAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// False means that the call failed, even at HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// `200` in text on success, otherwise the error code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "text_or_number")]
    pub code: Option<String>,
    /// `successful`, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Echo of the page asked for, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// Echo of the page size, at most 99.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// How many objects match in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// The vaults of this page.
    #[serde(deserialize_with = "null_as_default")]
    pub vaults: Vaults,
}

/// The inner wrapper of a list of vaults.
///
/// Source: HBR API 2017-09-08, `DescribeVaults`, response, `Vaults`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Vaults {
    /// The vaults.
    #[serde(deserialize_with = "null_as_default")]
    pub vault: Vec<Vault>,
}

/// A vault of recovery points.
///
/// Source: HBR API 2017-09-08, `DescribeVaults`, response, `Vaults.Vault`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Vault {
    /// `v-...`.
    pub vault_id: String,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_name: Option<String>,
    /// `STANDARD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_type: Option<String>,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_region_id: Option<String>,
    /// `CREATED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// UNIX seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_time: Option<i64>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_size: Option<i64>,
    /// Recovery points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_count: Option<i64>,
}
