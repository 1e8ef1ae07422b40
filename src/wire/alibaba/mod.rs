//! Bodies of Alibaba Cloud's RPC services: field names as the vendor writes them, by serde rename.
//!
//! A field that may be absent is an `Option`; unknown fields are ignored, and values that the vendor may extend
//! (states, kinds) stay text. Requests are here as one object; how its fields are flattened and which of them
//! travel in the query or in the body is the business of whoever sends or receives them.

use serde::{Deserialize, Serialize};

use super::text_or_number;

pub mod capture;
pub mod credentials;
pub mod ecs;
pub mod hbr;
pub mod sts;

/// The body of a failed call, from the gateway or from a product.
///
/// Source: Alibaba Cloud SDK core (tea-openapi 0.4.6), error handling; spellings with a small first letter occur.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct ErrorBody {
    /// The id to quote to the vendor.
    #[serde(alias = "requestId", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The host that was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_id: Option<String>,
    /// The error, for instance `Throttling.User`.
    #[serde(alias = "code", deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is wrong, for people.
    #[serde(alias = "message", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// A page that explains the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommend: Option<String>,
    /// False in a failure that comes with HTTP 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// Which permission was missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_denied_detail: Option<AccessDeniedDetail>,
}

/// Which permission was missing, and for whom.
///
/// Source: Alibaba Cloud SDK core (tea-openapi 0.4.6), `AccessDeniedDetail`; its members are not typed there.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct AccessDeniedDetail {
    /// The action that RAM refused, for instance `hbr:DeleteBackupPlan`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_action: Option<String>,
    /// `SubUser`, `AssumedRoleUser` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_principal_type: Option<String>,
    /// `ImplicitDeny` or `ExplicitDeny`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_permission_type: Option<String>,
    /// Opaque; the vendor's support can read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoded_diagnostic_message: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::testing::{reads, round_trip};

    #[test]
    fn keys_that_are_handed_out_survive_a_round_trip() {
        let key = json!({"AccessKeyId": "STS.x", "AccessKeySecret": "s", "SecurityToken": "t", "Expiration": "2026-01-02T04:04:05Z"});
        let mut handed = key.clone();
        handed["Code"] = json!("Success");
        round_trip::<credentials::HandedKey>(&handed);
        round_trip::<credentials::CloudCredentialsAnswer>(&json!({"CloudCredential": key}));
        round_trip::<credentials::CloudCredentialsRequest>(
            &json!({"AccountId": "1", "AccessConfigurationId": "ac-1"}),
        );
        round_trip::<credentials::OAuthTokens>(
            &json!({"access_token": "a", "refresh_token": "r", "expires_in": 3600}),
        );
        round_trip::<credentials::CommandOutput>(&json!({"mode": "StsToken", "access_key_id": "STS.x",
            "access_key_secret": "s", "sts_token": "t", "expiration": "2026-01-02T04:04:05Z"}));
        round_trip::<sts::AssumeRoleWithOidcRequest>(
            &json!({"RoleArn": "a", "OIDCProviderArn": "p", "OIDCToken": "t",
            "RoleSessionName": "s", "DurationSeconds": 900, "Policy": "{}"}),
        );
    }

    #[test]
    fn answers_of_cloud_backup_survive_a_round_trip() {
        round_trip::<hbr::OpenHbrServiceAnswer>(&json!({"RequestId": "473469C7", "OrderId": "2026"}));
        round_trip::<hbr::CreateBackupPlanAnswer>(
            &json!({"RequestId": "473469C7", "Success": true, "Code": "200", "Message": "successful", "PlanId": "plan-abc123"}),
        );
        round_trip::<hbr::Answer>(
            &json!({"RequestId": "473469C7", "Success": true, "Code": "200", "Message": "successful"}),
        );
        round_trip::<hbr::DescribeBackupPlansAnswer>(&json!({
            "RequestId": "473469C7", "Success": true, "Code": "200", "Message": "successful",
            "PageNumber": 1, "PageSize": 99, "TotalCount": 1,
            "BackupPlans": {"BackupPlan": [{
                "PlanId": "plan-abc123", "PlanName": "p", "VaultId": "v-0001", "InstanceId": "i-bp1abc123def456",
                "SourceType": "ECS_FILE", "Disabled": false, "Schedule": "I|1631685600|P1D", "Retention": 30,
                "KeepLatestSnapshots": 1, "Options": "{\"performanceLevel\":\"L0\"}", "CreatedTime": 1_631_685_600,
                "UpdatedTime": 1_631_685_600, "LatestExecuteJobId": "job-1", "LatestFinishJobId": "job-1",
                "BusinessStatus": "ACTIVE", "BackupType": "COMPLETE", "ClientId": "c-1", "Paths": {"Path": ["/home"]}
            }]}
        }));
        round_trip::<hbr::DescribeBackupJobs2Answer>(&json!({
            "RequestId": "473469C7", "Success": true, "Code": "200", "Message": "successful",
            "PageNumber": 1, "PageSize": 99, "TotalCount": 1,
            "BackupJobs": {"BackupJob": [{
                "JobId": "job-1", "PlanId": "plan-abc123", "InstanceId": "i-bp1abc123def456", "Status": "FAILED",
                "ErrorMessage": "CLIENT_OFFLINE", "Progress": 10000, "CreatedTime": 1_700_000_000,
                "ActualBytes": 12, "BytesTotal": 40, "Speed": 7
            }]}
        }));
        round_trip::<hbr::DescribeBackupClientsAnswer>(&json!({
            "RequestId": "473469C7", "Success": true, "Code": "200", "Message": "successful",
            "PageNumber": 1, "PageSize": 99, "TotalCount": 1,
            "Clients": [{"ClientId": "c-1", "ClientType": "ECS_CLIENT", "InstanceId": "i-bp1abc123def456",
                "ArchType": "amd64", "OsType": "linux", "PrivateIpV4": "192.168.0.1", "Status": "ACTIVATED",
                "LastHeartBeatTime": 1_700_000_000}]
        }));
        round_trip::<hbr::SearchHistoricalSnapshotsAnswer>(&json!({
            "RequestId": "473469C7", "Success": true, "Code": "200", "Message": "successful",
            "Limit": 50, "NextToken": "n", "TotalCount": 1,
            "Snapshots": {"Snapshot": [{"SnapshotId": "s-0001", "SnapshotHash": "sh", "VaultId": "v-0001",
                "InstanceId": "i-bp1abc123def456", "Status": "COMPLETE", "CompleteTime": 1_700_000_000,
                "RangeStart": 1_700_000_000_000_i64, "ProtectedDataSize": 42_949_672_960_i64}]}
        }));
        round_trip::<hbr::GetBasicStatisticsAnswer>(&json!({
            "RequestId": "473469C7", "Success": true, "Code": "200", "Message": "successful", "SourceType": "ECS_FILE",
            "GlobalStatistics": {"ProtectedDataSize": 42_949_672_960_i64, "ProtectedResourceCount": 5},
            "RegionStatistics": [{"RegionId": "cn-shenzhen", "ProtectedDataSize": 42_949_672_960_i64, "ProtectedResourceCount": 5}]
        }));
        round_trip::<hbr::CreateRestoreJobAnswer>(
            &json!({"RequestId": "473469C7", "Success": true, "Code": "200", "Message": "successful", "RestoreId": "r-1"}),
        );
        round_trip::<hbr::DescribeRestoreJobs2Answer>(&json!({
            "TotalCount": 1,
            "RestoreJobs": {"RestoreJob": [{"RestoreId": "r-1", "Status": "FAILED", "ErrorMessage": "TARGET_NOT_EXIST"}]}
        }));
        round_trip::<hbr::DescribeRegionsAnswer>(
            &json!({"Regions": {"Region": [{"RegionId": "cn-hangzhou", "LocalName": "China (Hangzhou)"}]}}),
        );
        round_trip::<hbr::DescribeVaultsAnswer>(
            &json!({"TotalCount": 1, "Vaults": {"Vault": [{"VaultId": "v-0001", "VaultType": "STANDARD", "SnapshotCount": 2}]}}),
        );
    }

    #[test]
    fn answers_of_ecs_and_sts_survive_a_round_trip() {
        round_trip::<ecs::DescribeInstancesAnswer>(&json!({
            "RequestId": "473469C7", "NextToken": "", "TotalCount": 1, "PageNumber": 1, "PageSize": 100,
            "Instances": {"Instance": [{
                "InstanceId": "i-bp1abc123def456", "InstanceName": "web", "RegionId": "cn-hangzhou", "ZoneId": "cn-hangzhou-b",
                "Status": "Running", "Cpu": 2, "Memory": 4096, "InstanceNetworkType": "vpc",
                "OSName": "CentOS  7.9 64位", "OSNameEn": "CentOS  7.9 64 bit", "OSType": "linux", "ImageId": "m-1",
                "VpcAttributes": {"VpcId": "vpc-1", "VSwitchId": "vsw-1", "PrivateIpAddress": {"IpAddress": ["10.0.0.1"]}},
                "Tags": {"Tag": [{"TagKey": "env", "TagValue": "prod"}]}
            }]}
        }));
        round_trip::<ecs::DescribeDisksAnswer>(&json!({
            "Disks": {"Disk": [{"DiskId": "d-1", "InstanceId": "i-1", "Size": 40, "Type": "system", "Category": "cloud_essd",
                "Encrypted": false, "KMSKeyId": "", "Attachments": {"Attachment": [{"InstanceId": "i-1", "Device": "/dev/xvda"}]}}]}
        }));
        round_trip::<ecs::DescribeCloudAssistantStatusAnswer>(&json!({
            "InstanceCloudAssistantStatusSet": {"InstanceCloudAssistantStatus": [
                {"InstanceId": "i-1", "CloudAssistantStatus": "true", "OSType": "Linux"}]}
        }));
        round_trip::<ecs::DescribeImagesAnswer>(
            &json!({"Images": {"Image": [{"ImageId": "m-1", "Architecture": "i386", "OSName": "Windows"}]}}),
        );
        round_trip::<sts::AssumeRoleAnswer>(&json!({
            "RequestId": "473469C7",
            "Credentials": {"AccessKeyId": "STS.x", "AccessKeySecret": "s", "SecurityToken": "t",
                "Expiration": "2026-01-02T04:04:05Z"}
        }));
        round_trip::<sts::GetCallerIdentityAnswer>(&json!({
            "RequestId": "473469C7", "AccountId": "1234", "Arn": "acs:ram::1234:root", "IdentityType": "Account",
            "PrincipalId": "1234", "UserId": "1234"
        }));
    }

    #[test]
    fn requests_write_only_what_is_set() {
        let request = hbr::CreateBackupPlanRequest {
            source_type: Some("ECS_FILE".into()),
            edition: Some("BASIC".into()),
            instance_id: Some("i-bp1abc123def456".into()),
            keep_latest_snapshots: Some(1),
            ..hbr::CreateBackupPlanRequest::default()
        };
        let written = serde_json::to_value(request).expect("the shape encodes");
        assert_eq!(
            written,
            json!({"SourceType": "ECS_FILE", "Edition": "BASIC", "InstanceId": "i-bp1abc123def456", "KeepLatestSnapshots": 1})
        );
    }

    #[test]
    fn unknown_fields_and_nulls_are_read_as_absent() {
        reads::<hbr::DescribeBackupPlansAnswer>(
            &json!({"TotalCount": 0, "BackupPlans": null, "Novelty": {"a": [1]}}),
            &json!({"TotalCount": 0, "BackupPlans": {"BackupPlan": []}}),
        );
        reads::<hbr::BackupPlans>(&json!({"BackupPlan": null}), &json!({"BackupPlan": []}));
        reads::<hbr::RestoreOptions>(&json!({"conflictPolicy": "x"}), &json!({"ConflictPolicy": "x"}));
    }

    #[test]
    fn states_that_nobody_announced_stay_text() {
        reads::<hbr::BackupJob>(
            &json!({"JobId": "j", "Status": "DREAMING"}),
            &json!({"JobId": "j", "Status": "DREAMING"}),
        );
    }

    #[test]
    fn error_bodies_name_the_missing_permission() {
        round_trip::<ErrorBody>(&json!({
            "RequestId": "473469C7", "HostId": "hbr.cn-hangzhou.aliyuncs.com", "Code": "Forbidden.RAM",
            "Message": "User not authorized to operate on the specified resource.", "Recommend": "https://example.com",
            "AccessDeniedDetail": {"AuthAction": "hbr:DeleteBackupPlan", "AuthPrincipalType": "SubUser",
                "NoPermissionType": "ImplicitDeny", "EncodedDiagnosticMessage": "AQEAAA"}
        }));
        reads::<ErrorBody>(
            &json!({"code": 500, "message": "m", "requestId": "r"}),
            &json!({"Code": "500", "Message": "m", "RequestId": "r"}),
        );
    }
}
