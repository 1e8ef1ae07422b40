//! Bodies of Huawei Cloud's REST services: field names as the vendor writes them.
//!
//! A field that may be absent is an `Option`, and `null` is read as absent: the vendor writes unset values out. Unknown
//! fields are ignored, and values that the vendor may extend (states, kinds) stay text. Errors have no shape here: each
//! service wraps them in its own way.

use serde::{Deserialize, Serialize};

use super::null_as_default;

pub mod bss;
pub mod capture;
pub mod cbr;
pub mod compute;
pub mod iam;

/// A tag, as CBR, SFS Turbo and Workspace write it; ECS and EVS have forms of their own.
///
/// Source: CBR API v3, "Adding Tags to a Vault", `tag`: key of 1 to 36 characters, value of 0 to 43.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default)]
pub struct Tag {
    /// The key.
    pub key: String,
    /// The value, which may be empty.
    #[serde(deserialize_with = "null_as_default")]
    pub value: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::testing::{reads, round_trip};

    #[test]
    fn vaults_survive_a_round_trip() {
        round_trip::<cbr::VaultsAnswer>(&json!({ "count": 1, "limit": 1000, "offset": 0, "vaults": [{
            "id": "ad7627ae", "name": "vault-f61e", "project_id": "0605767b", "provider_id": "0daac4c5",
            "created_at": "2026-01-02T03:04:05.678901", "enterprise_project_id": "0", "auto_bind": true,
            "bind_rules": { "tags": [{ "key": "backup", "value": "yes" }] }, "auto_expand": false, "smn_notify": true,
            "threshold": 80, "locked": false, "tags": [{ "key": "env", "value": "prod" }],
            "resources": [{ "id": "97595625", "type": "OS::Nova::Server", "name": "web", "size": 140,
                "protect_status": "available", "backup_size": 12, "backup_count": 2, "auto_protect": true,
                "extra_info": { "exclude_volumes": ["23a320a5"], "include_volumes": [{ "id": "3efd456f" }] } }],
            "billing": { "object_type": "server", "protect_type": "backup", "cloud_type": "public",
                "consistent_level": "crash_consistent", "charging_mode": "post_paid", "size": 800, "allocated": 140,
                "used": 12, "status": "available", "spec_code": "vault.backup.server.normal", "is_multi_az": true } }] }));
        round_trip::<cbr::CreateVaultAnswer>(
            &json!({ "retCode": 0, "errText": "success", "error_code": "0", "orders": [
            { "orderId": "CS1", "resourceId": "v", "cloudServiceId": "hws.service.type.cbr", "subscribeResult": 1 }] }),
        );
    }

    #[test]
    fn unset_values_are_read_as_absent() {
        reads::<cbr::VaultAnswer>(
            &json!({ "vault": { "id": "v", "description": null, "bind_rules": {}, "tags": null,
                "enterprise_project_id": 0, "billing": { "order_id": null, "storage_unit": null } } }),
            &json!({ "vault": { "id": "v", "bind_rules": {}, "tags": [], "resources": [],
                "enterprise_project_id": "0", "billing": {} } }),
        );
        reads::<cbr::Policy>(
            &json!({ "id": "p", "associated_vaults": null }),
            &json!({ "id": "p", "associated_vaults": [] }),
        );
        reads::<Tag>(&json!({ "key": "k", "value": null }), &json!({ "key": "k", "value": "" }));
    }

    #[test]
    fn requests_write_only_what_is_set() {
        let vault = cbr::NewVault {
            name: Some("vault-f61e".to_owned()),
            billing: Some(cbr::NewBilling {
                object_type: Some("server".to_owned()),
                size: Some(800),
                ..cbr::NewBilling::default()
            }),
            ..cbr::NewVault::default()
        };
        let written = serde_json::to_value(cbr::CreateVaultRequest { vault }).expect("the shape encodes");
        let billing = json!({ "object_type": "server", "size": 800 });
        assert_eq!(
            written,
            json!({ "vault": { "name": "vault-f61e", "billing": billing, "resources": [] } })
        );
        let vault = cbr::VaultChange { locked: Some(true), ..cbr::VaultChange::default() };
        let written = serde_json::to_value(cbr::UpdateVaultRequest { vault }).expect("the shape encodes");
        assert_eq!(written, json!({ "vault": { "locked": true } }));
    }

    #[test]
    fn policies_survive_a_round_trip() {
        round_trip::<cbr::PoliciesAnswer>(&json!({ "policies": [{
            "id": "p", "name": "daily", "enabled": true, "operation_type": "backup", "policy_type": "custom_policy",
            "operation_definition": { "retention_duration_days": -1, "max_backups": 7, "day_backups": 0,
                "week_backups": 4, "month_backups": 0, "year_backups": 0, "timezone": "UTC+08:00" },
            "trigger": { "id": "t", "name": "default", "type": "time", "properties": {
                "pattern": ["FREQ=WEEKLY;BYDAY=MO;BYHOUR=14;BYMINUTE=00"], "start_time": "2026-01-02 03:04:05" } },
            "associated_vaults": [{ "vault_id": "v", "destination_vault_id": "w" }] }] }));
    }

    #[test]
    fn checkpoints_backups_and_logs_survive_a_round_trip() {
        round_trip::<cbr::CheckpointAnswer>(&json!({ "checkpoint": { "id": "c", "status": "protecting",
            "extra_info": { "name": "manualbk_d819", "retention_duration": -1 },
            "vault": { "id": "v", "name": "vault", "resources": [{ "id": "s", "type": "OS::Nova::Server",
                "resource_size": "40", "protect_status": "protecting" }],
                "skipped_resources": [{ "id": "t", "code": "BackupService.0002", "reason": "busy" }] } } }));
        round_trip::<cbr::BackupAnswer>(&json!({ "backup": { "id": "b", "name": "n", "status": "available",
            "image_type": "backup", "resource_size": 40, "incremental": false, "replication_records": [],
            "children": [{ "id": "d", "parent_id": "b", "replication_records": [], "children": [] }],
            "extend_info": { "auto_trigger": false, "os_images_data": [{ "image_id": "i" }] } } }));
        round_trip::<cbr::OperationLogAnswer>(
            &json!({ "operation_log": { "id": "l", "operation_type": "restore",
            "status": "running", "error_info": { "code": "", "message": "" },
            "extra_info": { "common": { "progress": 50 }, "restore": { "backup_id": "b" } } } }),
        );
    }

    #[test]
    fn what_is_protected_survives_a_round_trip() {
        round_trip::<compute::ServersAnswer>(&json!({ "count": 1, "servers": [{ "id": "s", "name": "web",
            "status": "ACTIVE", "OS-EXT-STS:vm_state": "active", "OS-EXT-AZ:availability_zone": "cn-north-4a",
            "enterprise_project_id": "0", "tags": ["env=prod", "bare"],
            "os-extended-volumes:volumes_attached": [{ "id": "d", "device": "/dev/vda", "bootIndex": "0" }] }] }));
        round_trip::<compute::VolumesAnswer>(
            &json!({ "count": 1, "volumes": [{ "id": "d", "status": "in-use", "size": 40,
            "attachments": [{ "server_id": "s", "device": "/dev/vda" }], "bootable": "true", "multiattach": false,
            "tags": { "env": "prod" }, "service_type": "EVS" }] }),
        );
        round_trip::<compute::SharesAnswer>(&json!({ "count": 1, "shares": [{ "id": "f", "size": "500.00",
            "status": "200", "tags": [{ "key": "k", "value": "" }] }] }));
        round_trip::<compute::DesktopsAnswer>(&json!({ "total_count": 1, "desktops": [{ "desktop_id": "d",
            "status": "ACTIVE", "root_volume": { "volume_id": "r", "size": 80 }, "data_volumes": [], "tags": [] }] }));
    }

    #[test]
    fn orders_and_projects_survive_a_round_trip() {
        round_trip::<bss::OrderDetailsAnswer>(
            &json!({ "total_count": 1, "order_info": { "order_id": "CS1", "status": 5 } }),
        );
        round_trip::<bss::OrdersAnswer>(
            &json!({ "total_count": 1, "order_infos": [{ "order_id": "CS1", "status": 6 }] }),
        );
        round_trip::<bss::QueryResourcesAnswer>(
            &json!({ "total_count": 1, "data": [{ "resource_id": "v", "expire_policy": 3 }] }),
        );
        round_trip::<iam::ProjectsAnswer>(
            &json!({ "projects": [{ "id": "p", "name": "cn-north-4", "domain_id": "d", "enabled": true }] }),
        );
    }

    #[test]
    fn temporary_keys_are_not_shown() {
        let body = json!({ "credential": { "access": "AK", "secret": "hush", "securitytoken": "quiet",
            "expires_at": "2026-01-08T02:56:19.587000Z" } });
        round_trip::<iam::TemporaryKeyAnswer>(&body);
        let shape: iam::TemporaryKeyAnswer = serde_json::from_value(body).expect("the body decodes");
        let shown = format!("{shape:?}");
        assert!(shown.contains("AK") && !shown.contains("hush") && !shown.contains("quiet"), "{shown}");
    }
}
