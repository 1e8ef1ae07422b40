//! Huawei Cloud: Cloud Backup and Recovery (CBR), and as much of its neighbours as CBR needs: what it protects (ECS, EVS,
//! SFS Turbo, Workspace), what is made of backups (IMS), who calls (IAM, STS, EPS, and what a server is told of itself),
//! and orders (BSS).
//!
//! Left out: the synchronisation of on-premises backups, the old services, prices.

pub mod account;
mod backup;
mod backup_policy;
mod body;
mod bss;
pub mod capture;
mod cbr_agents;
mod cbr_backups;
mod cbr_checkpoints;
mod cbr_policies;
mod cbr_queries;
mod cbr_resources;
mod cbr_tags;
mod cbr_vaults;
mod compute;
mod error;
pub mod estate;
pub mod gateway;
mod iam;
pub mod images;
mod log;
mod order;
pub mod organization;
mod permission;
pub mod project;
mod protect;
pub mod replication;
mod retention;
mod routes;
mod schedule;
mod sign;
#[cfg(test)]
mod testing;
mod text;
pub mod vault;

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::testing::Cloud;
    use crate::wire::huawei::{bss, cbr, compute, iam};

    /// Whether everything that one value holds stands in the other; what is empty need not.
    fn is_part(part: &Value, whole: &Value) -> bool {
        match (part, whole) {
            (Value::Object(part), Value::Object(whole)) => {
                part.iter().all(|(name, value)| is_part(value, whole.get(name).unwrap_or(&Value::Null)))
            }
            (Value::Array(part), Value::Array(whole)) => {
                part.len() == whole.len() && part.iter().zip(whole).all(|(part, whole)| is_part(part, whole))
            }
            (Value::Array(part), Value::Null) => part.is_empty(),
            (Value::String(part), Value::Number(whole)) => *part == whole.to_string(),
            (part, whole) => part == whole,
        }
    }

    /// Reads an answer into a shape of the wire; what the shape has taken must be what was answered.
    fn check<T: DeserializeOwned + Serialize>(cloud: &mut Cloud, line: &str, least: usize) {
        let answer = cloud.get(line).unwrap();
        let shape: T = serde_json::from_value(answer.clone()).expect(line);
        let again = serde_json::to_value(shape).unwrap();
        assert!(is_part(&again, &answer), "{line}: {again} of {answer}");
        let taken = again.to_string().matches("\":").count();
        assert!(taken >= least, "{line}: only {taken} fields of {answer} are known: {again}");
    }

    #[test]
    fn answers_have_the_shapes_of_the_wire() {
        let mut cloud = Cloud::new();
        let (vault, policy) = (cloud.vault("v", &["web"]), cloud.policy(json!({ "max_backups": 3 })));
        cloud.set(&vault, &policy);
        cloud.back_up(&vault);
        let backup = cloud.backups("")[0].clone();
        let (id, point) = (backup["id"].as_str().unwrap(), backup["checkpoint_id"].as_str().unwrap());
        check::<cbr::VaultsAnswer>(&mut cloud, "~/vaults", 40);
        check::<cbr::VaultAnswer>(&mut cloud, &format!("~/vaults/{vault}"), 35);
        check::<cbr::PoliciesAnswer>(&mut cloud, "~/policies", 20);
        check::<cbr::PolicyAnswer>(&mut cloud, &format!("~/policies/{policy}"), 20);
        check::<cbr::CheckpointAnswer>(&mut cloud, &format!("~/checkpoints/{point}"), 15);
        check::<cbr::BackupsAnswer>(&mut cloud, "~/backups", 60);
        check::<cbr::BackupAnswer>(&mut cloud, &format!("~/backups/{id}"), 60);
        check::<cbr::OperationLogsAnswer>(&mut cloud, "~/operation-logs", 20);
        check::<cbr::StorageUsageAnswer>(&mut cloud, "~/storage_usage", 7);
        check::<cbr::TagsAnswer>(&mut cloud, &format!("~/vault/{vault}/tags"), 1);
        check::<compute::ServersAnswer>(&mut cloud, "/v1/p1/cloudservers/detail", 40);
        check::<compute::VolumesAnswer>(&mut cloud, "/v2/p1/cloudvolumes/detail", 40);
        check::<compute::SharesAnswer>(&mut cloud, "/v1/p1/sfs-turbo/shares/detail", 8);
        check::<compute::DesktopsAnswer>(&mut cloud, "/v2/p1/desktops/detail", 10);
        check::<iam::ProjectsAnswer>(&mut cloud, "/v3/projects", 10);
        check::<iam::DomainsAnswer>(&mut cloud, "/v3/auth/domains", 3);
        let billing = json!({ "charging_mode": "pre_paid", "period_type": "month", "period_num": 1 });
        let order = cloud.post("~/vaults", super::testing::vault("p", &[], billing)).unwrap();
        let placed: cbr::CreateVaultAnswer = serde_json::from_value(order).unwrap();
        let order = placed.orders.unwrap()[0].order_id.clone().unwrap();
        check::<bss::OrderDetailsAnswer>(
            &mut cloud,
            &format!("/v2/orders/customer-orders/details/{order}"),
            4,
        );
    }
}
