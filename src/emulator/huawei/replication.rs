//! Replicas: backups that are copied to a vault of another region, by hand or by policy.
//!
//! Sources: CBR API v3, "Replicating a Backup" and "Creating a Policy" (`destination_region`); CBR user guide,
//! "Replicating Backups Across Regions": a policy replicates what was not replicated yet, and keeps replicas by its own
//! rule.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::account::Account;
use super::backup::{Backup, Pending};
use super::backup_policy::Definition;
use super::cbr_backups::Destination;
use super::log::{Log, Subject};
use super::project::Project;
use crate::emulator::clock::Time;
use crate::emulator::world::Ids;

/// Backups of one vault that a policy wants in another project.
#[derive(Clone, Debug)]
pub struct Outgoing {
    at: Time,
    policy: String,
    definition: Definition,
    destination: Destination,
    vault_name: String,
    backups: Vec<Backup>,
}

/// One backup, and where it is copied to.
pub struct Replica<'a> {
    /// What is copied.
    pub backup: &'a Backup,
    /// The project that it is in.
    pub source: &'a str,
    /// The region of that.
    pub source_region: &'a str,
    /// Where it goes.
    pub destination: &'a Destination,
    /// Whether a policy wants it.
    pub automatic: bool,
}

impl Replica<'_> {
    /// The copy, and the record of it that both have.
    pub fn make(&self, now: Time, ids: &mut Ids) -> (Backup, Value) {
        let Replica { backup, source, source_region, destination, automatic } = self;
        let (copy, record) = (ids.next_uuid(), ids.next_uuid());
        let record = json!({
            "id": record, "created_at": now.to_vendor_text(), "status": "success", "vault_id": backup.vault,
            "source_backup_id": backup.id, "source_checkpoint_id": backup.checkpoint,
            "source_project_id": source, "source_region": source_region,
            "destination_backup_id": copy, "destination_checkpoint_id": Value::Null,
            "destination_project_id": destination.project, "destination_region": destination.region,
            "destination_vault_id": destination.vault,
            "extra_info": { "progress": 100, "fail_code": "", "fail_reason": "", "auto_trigger": automatic,
                "destination_vault_id": destination.vault },
        });
        let copy = Backup {
            id: copy,
            vault: destination.vault.clone(),
            replica: true,
            automatic: *automatic,
            created: now,
            replicas: vec![record.clone()],
            members: Vec::new(),
            images: Vec::new(),
            ..(*backup).clone()
        };
        (copy, record)
    }

    /// The operation log of the copying, which the source keeps.
    pub fn log(&self, vault_name: &str, record: &Value, now: Time, ids: &mut Ids) -> Log {
        let shown = json!({
            "source_backup_id": self.backup.id, "source_backup_name": self.backup.name,
            "source_checkpoint_id": self.backup.checkpoint, "source_project_id": self.source,
            "source_region": self.source_region,
            "destination_backup_id": record["destination_backup_id"], "destination_backup_name": self.backup.name,
            "destination_checkpoint_id": Value::Null, "destination_project_id": self.destination.project,
            "destination_region": self.destination.region,
        });
        Log {
            id: ids.next_uuid(),
            operation: "replication".to_owned(),
            vault: self.backup.vault.clone(),
            vault_name: vault_name.to_owned(),
            policy: None,
            checkpoint: Some(self.backup.checkpoint.clone()),
            resource: Some(Subject {
                id: self.backup.resource.clone(),
                kind: self.backup.kind,
                name: self.backup.resource_name.clone(),
            }),
            started: now,
            running: Some(Pending::until(now)),
            error: None,
            extra: Map::from_iter([("replication".to_owned(), shown)]),
        }
    }
}

impl Project {
    /// Puts aside what replication policies want elsewhere whose time has come.
    pub(super) fn run_replications(&mut self, now: Time) {
        let (policies, backups, before) = (&self.policies, &self.backups, &self.outgoing);
        let mut now_due = Vec::new();
        for vault in self.vaults.iter_mut().filter(|vault| vault.deleting.is_none()) {
            let Some(set) =
                vault.replication.as_mut().filter(|set| set.next_run.is_some_and(|run| run <= now))
            else {
                continue;
            };
            let policy = policies.get(&set.policy);
            set.next_run = policy.and_then(|policy| policy.next_run(now));
            let Some(policy) = policy.filter(|policy| policy.enabled) else { continue };
            let definition = policy.definition.clone();
            let destination = Destination {
                project: definition.destination_project_id.clone().unwrap_or_default(),
                region: definition.destination_region.clone().unwrap_or_default(),
                vault: set.destination_vault.clone(),
            };
            let is_on_its_way = |backup: &Backup| {
                let same = before.iter().filter(|one| one.destination.vault == destination.vault);
                same.flat_map(|one| &one.backups).any(|other| other.id == backup.id)
            };
            let is_there = |backup: &Backup| {
                backup.replicas.iter().any(|record| record["destination_vault_id"] == *destination.vault)
                    || is_on_its_way(backup)
            };
            let is_wanted = |backup: &&Backup| {
                backup.vault == vault.id
                    && !backup.replica
                    && backup.status(now) == "available"
                    && !is_there(backup)
            };
            now_due.push(Outgoing {
                at: now,
                policy: policy.id.clone(),
                backups: backups.iter().filter(is_wanted).cloned().collect(),
                vault_name: vault.name.clone(),
                definition,
                destination: destination.clone(),
            });
        }
        self.outgoing.extend(now_due);
    }
}

impl Account {
    /// Carries to their vaults what policies have put aside.
    pub(super) fn carry_over(&mut self, ids: &mut Ids) {
        let outgoing: Vec<(String, String, Outgoing)> = self
            .projects
            .iter_mut()
            .flat_map(|project| {
                let (id, region) = (project.id.clone(), project.region().to_owned());
                std::mem::take(&mut project.outgoing)
                    .into_iter()
                    .map(move |one| (id.clone(), region.clone(), one))
            })
            .collect();
        for (source, region, one) in outgoing {
            self.carry(&source, &region, &one, ids);
        }
    }

    fn carry(&mut self, source: &str, source_region: &str, one: &Outgoing, ids: &mut Ids) {
        let Outgoing { at, policy, definition, destination, vault_name, backups } = one;
        let is_there = self
            .projects
            .get(&destination.project)
            .is_some_and(|project| project.vaults.get(&destination.vault).is_some());
        for backup in backups {
            let replica = Replica { backup, source, source_region, destination, automatic: true };
            let (mut copy, record) = replica.make(*at, ids);
            copy.expires = definition.days().map(|days| at.plus(days * 86_400));
            let mut log = Log { policy: Some(policy.clone()), ..replica.log(vault_name, &record, *at, ids) };
            if !is_there {
                let message = "The destination vault does not exist.".to_owned();
                log.error = Some(("BackupService.6120".to_owned(), message));
            }
            if let Some(project) = self.projects.get_mut(source) {
                project.logs.insert(log);
                if let Some(original) = project.backups.get_mut(&backup.id).filter(|_| is_there) {
                    original.replicas.push(record);
                }
            }
            if let Some(project) = self.projects.get_mut(&destination.project).filter(|_| is_there) {
                project.backups.insert(copy);
            }
        }
        if let Some(project) = self.projects.get_mut(&destination.project) {
            let_go(project, &destination.vault, definition, *at);
            project.plan_ahead();
        }
    }
}

/// Lets the replicas of a vault go that their policy does not keep.
fn let_go(project: &mut Project, vault: &str, definition: &Definition, now: Time) {
    let of_vault = |backup: &&Backup| backup.vault == vault && backup.replica && backup.automatic;
    let resources: BTreeSet<&str> =
        project.backups.iter().filter(of_vault).map(|backup| backup.resource.as_str()).collect();
    let mut doomed: BTreeSet<String> = BTreeSet::new();
    for resource in resources {
        let newest_first: Vec<&Backup> = project
            .backups
            .iter()
            .rev()
            .filter(of_vault)
            .filter(|backup| backup.resource == resource)
            .collect();
        let created: Vec<Time> = newest_first.iter().map(|backup| backup.created).collect();
        let kept = definition.keeps(&created, now);
        let lost = newest_first.iter().zip(kept).filter(|(backup, kept)| !kept && backup.images.is_empty());
        doomed.extend(lost.map(|(backup, _)| backup.id.clone()));
    }
    project.backups.retain(|backup| !doomed.contains(&backup.id));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Cloud;

    /// A vault that is backed up each day, and replicated an hour later to another region.
    fn replicating(cloud: &mut Cloud, definition: &Value) -> String {
        let (vault, policy) = (cloud.vault("v", &["web"]), cloud.policy(json!({ "max_backups": 2 })));
        cloud.set(&vault, &policy);
        let mut definition = definition.clone();
        definition["destination_region"] = json!("cn-south-1");
        definition["destination_project_id"] = json!("p2");
        let pattern = ["FREQ=DAILY;INTERVAL=1;BYHOUR=23;BYMINUTE=00"];
        let body = json!({ "policy": { "name": "away", "operation_type": "replication",
            "operation_definition": definition, "trigger": { "properties": { "pattern": pattern } } } });
        let policy = cloud.post("~/policies", body).unwrap()["policy"]["id"].clone();
        let body = json!({ "policy_id": policy, "destination_vault_id": "copies" });
        cloud.post(&format!("~/vaults/{vault}/associatepolicy"), body).unwrap();
        vault
    }

    fn copies(cloud: &mut Cloud) -> Vec<Value> {
        let copies = cloud.get("/v3/p2/backups?image_type=replication").unwrap();
        copies["backups"].as_array().unwrap().clone()
    }

    #[test]
    fn a_policy_replicates_what_is_new_and_keeps_by_its_own_rule() {
        let check = |definition: Value, days: &str, expected: usize| {
            let mut cloud = Cloud::new();
            replicating(&mut cloud, &definition);
            cloud.advance(days);
            assert_eq!(copies(&mut cloud).len(), expected, "{definition} after {days}");
        };
        check(json!({}), "P5D", 5);
        check(json!({ "max_backups": 3 }), "P9D", 3);
        check(json!({ "retention_duration_days": 4 }), "P9D", 4);
    }

    #[test]
    fn replications_are_told_in_the_logs_and_outlive_the_originals() {
        let mut cloud = Cloud::new();
        let vault = replicating(&mut cloud, &json!({}));
        cloud.advance("P5D");
        let logs =
            cloud.get(&format!("~/operation-logs?operation_type=replication&vault_id={vault}")).unwrap();
        assert_eq!((&logs["count"], &logs["operation_logs"][0]["status"]), (&json!(5), &json!("success")));
        assert_eq!(cloud.backups(&format!("vault_id={vault}")).len(), 2);
        let newest = &cloud.backups(&format!("vault_id={vault}"))[0]["replication_records"][0];
        assert_eq!(newest["extra_info"]["auto_trigger"], true);
    }
}
