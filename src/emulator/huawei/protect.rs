//! How backups come about, by hand and by policy, and how policies let them go again.
//!
//! Sources: CBR API v3, "Creating a Restore Point"; Getting Started, "Step 4: Create a Backup" (names, what the first
//! backup is) and "Step 3" (automatic association); CBR FAQ (automatic expansion by a quarter).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::backup::{Backup, Checkpoint, DiskBackup, Pending};
use super::backup_policy::Policy;
use super::estate::Kind;
use super::log::{Log, Subject};
use super::project::{Found, Project};
use super::vault::{Resource, Tally, Vault};
use crate::emulator::clock::{Pace, Time};
use crate::emulator::world::Ids;

/// How long a backup takes in the cloud, in seconds.
const BACKUP_SECONDS: i64 = 600;

/// Why a backup fails for which there is no room.
const FULL: &str = "The vault is full.";

/// The code of a backup's failure.
fn code_of(error: &str) -> &'static str {
    if error == FULL { "BackupService.6114" } else { "BackupService.6215" }
}

/// What a backup is to be like.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The vault.
    pub vault: String,
    /// What of the vault is to be backed up.
    pub resources: Vec<String>,
    /// The name; left out, one is made.
    pub name: Option<String>,
    /// What people say of it.
    pub description: Option<String>,
    /// Whether a policy wants it.
    pub automatic: bool,
    /// The policy.
    pub policy: Option<String>,
    /// Whether everything is to be backed up, and not only what has changed.
    pub full: bool,
    /// Days that it is kept.
    pub retention_days: Option<i64>,
}

/// Why something is skipped: code and words.
type Skipped = (&'static str, &'static str);

impl Project {
    /// Lets every policy run that is due.
    pub(super) fn run_policies(&mut self, now: Time, pace: Pace, ids: &mut Ids) {
        let is_due =
            |vault: &&Vault| vault.next_run.is_some_and(|run| run <= now) && vault.deleting.is_none();
        let due: Vec<String> = self.vaults.iter().filter(is_due).map(|vault| vault.id.clone()).collect();
        for id in due {
            self.run_policy(&id, now, pace, ids);
        }
        // A run that has no policy any more, or whose vault is on its way out, must not come up again.
        for vault in self.vaults.iter_mut().filter(|vault| vault.next_run.is_some_and(|run| run <= now)) {
            vault.next_run = None;
        }
    }

    fn run_policy(&mut self, id: &str, now: Time, pace: Pace, ids: &mut Ids) {
        self.associate(id);
        let Some(vault) = self.vaults.get(id) else { return };
        let Some(policy) = vault.policy.as_ref().and_then(|policy| self.policies.get(policy)).cloned() else {
            return;
        };
        let is_wanted = |resource: &&Resource| resource.auto_protect && resource.removing.is_none();
        let wish = Wish {
            vault: id.to_owned(),
            resources: vault.resources.iter().filter(is_wanted).map(|resource| resource.id.clone()).collect(),
            name: vault.backup_name_prefix.clone(),
            automatic: true,
            policy: Some(policy.id.clone()),
            retention_days: policy.definition.days(),
            ..Wish::default()
        };
        if !wish.resources.is_empty() && vault.status == "available" {
            self.back_up(&wish, now, pace, ids);
        }
        self.let_go(id, &policy, now);
        if let Some(vault) = self.vaults.get_mut(id) {
            vault.next_run = policy.next_run(now);
        }
    }

    /// Associates unprotected resources with a vault that wants them, as far as they fit.
    ///
    /// Source: Getting Started, "Step 3", automatic association: any of the tags is enough, and without tags everything
    /// is associated; the room left must be more than 40 GB and more than what is allocated.
    fn associate(&mut self, id: &str) {
        let Some(vault) = self.vaults.get(id).filter(|vault| vault.auto_bind) else { return };
        let Some(kind) = vault.kind() else { return };
        let matches = |found: &Found| {
            vault.bind_rules.is_empty()
                || vault
                    .bind_rules
                    .iter()
                    .any(|tag| found.tags.get(&tag.key).is_some_and(|value| *value == tag.value))
        };
        let mut allocated = vault.allocated(self);
        let mut wanted: Vec<Resource> = Vec::new();
        for found in self.all(kind) {
            let left = vault.size.saturating_sub(allocated);
            let has_room = left > 40 && left > allocated && left >= found.size;
            let has_disk = kind != Kind::Server || !found.disks.is_empty();
            let is_free = found.is_ready() && has_disk && self.vault_of(found.id).is_none();
            if vault.resources.len() + wanted.len() < 256 && has_room && is_free && matches(&found) {
                allocated += found.size;
                wanted.push(Resource {
                    name: found.name.to_owned(),
                    size: found.size,
                    ..Resource::new(found.id.to_owned())
                });
            }
        }
        let Some(vault) = self.vaults.get_mut(id) else { return };
        for resource in wanted {
            vault.resources.insert(resource);
        }
    }

    /// Begins to back up, and answers the checkpoint's id.
    pub fn back_up(&mut self, wish: &Wish, now: Time, pace: Pace, ids: &mut Ids) -> String {
        let id = ids.next_uuid();
        let stem = wish.name.clone().filter(|_| !wish.automatic).unwrap_or_else(|| {
            let prefix = wish.name.as_deref().unwrap_or(if wish.automatic { "autobk" } else { "manualbk" });
            format!("{prefix}_{:04x}", ids.peek_number() & 0xffff)
        });
        let mut checkpoint = Checkpoint {
            id: id.clone(),
            vault: wish.vault.clone(),
            name: stem.clone(),
            description: wish.description.clone(),
            created: now,
            retention_days: wish.retention_days.unwrap_or(-1),
            backups: Vec::new(),
            skipped: Vec::new(),
        };
        for (place, resource) in wish.resources.iter().enumerate() {
            // Source: Getting Started, Table 5-1: with several resources the system adds -0001, -0002.
            let name =
                if wish.resources.len() > 1 { format!("{stem}-{:04}", place + 1) } else { stem.clone() };
            match self.back_up_one(wish, &id, name, resource, now, pace, ids) {
                Ok(backup) => checkpoint.backups.push(backup),
                Err(skipped) => checkpoint.skipped.push(self.skipped(&wish.vault, resource, skipped)),
            }
        }
        self.checkpoints.insert(checkpoint);
        id
    }

    fn skipped(&self, vault: &str, resource: &str, (code, reason): Skipped) -> Value {
        let known = self.vaults.get(vault).and_then(|vault| vault.resources.get(resource));
        let kind = self.vaults.get(vault).and_then(Vault::kind).map(Kind::as_str);
        json!({ "id": resource, "type": kind, "name": known.map(|known| &known.name), "code": code, "reason": reason })
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one backup, each used once")]
    fn back_up_one(
        &mut self,
        wish: &Wish,
        checkpoint: &str,
        name: String,
        resource: &str,
        now: Time,
        pace: Pace,
        ids: &mut Ids,
    ) -> Result<String, Skipped> {
        self.check_can_be_backed_up(&wish.vault, resource, now)?;
        let mut backup = self
            .new_backup(wish, resource, now, ids)
            .ok_or(("BackupService.6302", "The resource does not exist."))?;
        backup.name = name;
        checkpoint.clone_into(&mut backup.checkpoint);
        if !self.make_room(&wish.vault, backup.mib, now) {
            backup.error = Some(FULL.to_owned());
            backup.mib = 0;
        }
        backup.making = Some(Pending::until(now.plus(pace.seconds(BACKUP_SECONDS))));
        let log = self.log_of(&backup, wish, now, ids);
        let id = backup.id.clone();
        self.logs.insert(log);
        self.backups.insert(backup);
        Ok(id)
    }

    fn check_can_be_backed_up(&self, vault: &str, id: &str, now: Time) -> Result<(), Skipped> {
        let vault = self.vaults.get(vault).ok_or(("BackupService.6105", "The vault does not exist."))?;
        let resource =
            vault.resources.get(id).ok_or(("BackupService.6135", "The resource is not in this vault."))?;
        if resource.removing.is_some() {
            return Err(("BackupService.6134", "The resource is being removed."));
        }
        let found = vault.kind().and_then(|kind| self.find(kind, id));
        let found = found.ok_or(("BackupService.6302", "The resource does not exist."))?;
        if !found.is_ready() {
            return Err(("BackupService.6215", "The status of the resource does not allow a backup."));
        }
        let is_busy = |backup: &Backup| {
            backup.resource == id && matches!(backup.status(now), "protecting" | "restoring")
        };
        if self.backups.iter().any(is_busy) {
            return Err(("BackupService.0002", "The resource is being backed up."));
        }
        Ok(())
    }

    fn new_backup(&self, wish: &Wish, id: &str, now: Time, ids: &mut Ids) -> Option<Backup> {
        let vault = self.vaults.get(&wish.vault)?;
        let resource = vault.resources.get(id)?;
        let found = self.find(vault.kind()?, id)?;
        let disks: Vec<_> = found.disks.iter().filter(|disk| resource.takes(&disk.id)).collect();
        let incremental = self.is_incremental(wish, id);
        let size = self.size_of(vault.kind(), resource);
        let backup_id = ids.next_uuid();
        let part = |(place, disk): (usize, &&super::estate::Disk)| DiskBackup {
            id: ids.next_uuid(),
            disk: disk.id.clone(),
            size_gib: disk.size_gib,
            bootable: place == 0 && found.disks.first().is_some_and(|first| first.id == disk.id),
        };
        let parts = if found.kind == Kind::Server {
            disks.iter().enumerate().map(part).collect()
        } else {
            Vec::new()
        };
        Some(Backup {
            id: backup_id,
            name: String::new(),
            description: wish.description.clone(),
            vault: wish.vault.clone(),
            checkpoint: String::new(),
            resource: id.to_owned(),
            kind: found.kind,
            resource_name: found.name.to_owned(),
            size_gib: u32::try_from(size).unwrap_or(u32::MAX),
            zone: found.zone.clone(),
            created: now,
            making: None,
            error: found.backup_error.map(str::to_owned),
            automatic: wish.automatic,
            replica: false,
            incremental,
            mib: taken_mib(size, incremental),
            expires: wish.retention_days.filter(|days| *days > 0).map(|days| now.plus(days * 86_400)),
            disks: parts,
            images: Vec::new(),
            encrypted: found.disks.iter().any(|disk| disk.encrypted),
            app_consistent: vault
                .app_consistent
                .then(|| self.servers.get(id).is_some_and(|server| server.agent)),
            deleting: None,
            restoring: None,
            enterprise_project: vault.enterprise_project.clone(),
            members: Vec::new(),
            replicas: Vec::new(),
        })
    }

    /// Whether a backup takes only what has changed: never the first, nor every so many of a policy's.
    fn is_incremental(&self, wish: &Wish, id: &str) -> bool {
        let of_resource =
            || self.backups.iter().rev().filter(|backup| backup.resource == id && backup.vault == wish.vault);
        let since_full = of_resource().take_while(|backup| backup.incremental).count();
        let policy = wish.policy.as_ref().and_then(|policy| self.policies.get(policy));
        let interval =
            policy.and_then(|policy| policy.definition.full_backup_interval).filter(|every| *every > 0);
        let is_turn = interval
            .and_then(|every| usize::try_from(every).ok())
            .is_some_and(|every| since_full + 1 >= every);
        !wish.full && !is_turn && of_resource().next().is_some()
    }

    /// Whether there is room for so much; a vault that may grow does.
    fn make_room(&mut self, id: &str, mib: u64, now: Time) -> bool {
        let used = Tally::of(self, now).used_mib(id);
        let Some(vault) = self.vaults.get_mut(id) else { return false };
        while vault.auto_expand && used + mib > vault.size * 1024 && vault.size < super::body::SIZE_MOST {
            vault.size = (vault.size + vault.size.div_ceil(4)).min(super::body::SIZE_MOST);
        }
        vault.demand_billing || used + mib <= vault.size * 1024
    }

    fn log_of(&self, backup: &Backup, wish: &Wish, now: Time, ids: &mut Ids) -> Log {
        let vault_name = self.vaults.get(&wish.vault).map(|vault| vault.name.clone());
        let mut extra = Map::new();
        let status = backup.app_consistent.map(|consistent| if consistent { "1" } else { "0" });
        let why = (status == Some("0")).then_some("The agent is not installed.");
        let shown = json!({
            "backup_id": backup.id,
            "backup_name": backup.name,
            // Source: a text here, and a truth in the backup itself (huaweicloudsdkcbr 3.1.219, OpExtendInfoBckup).
            "incremental": backup.incremental.to_string(),
            "app_consistency_status": status,
            "app_consistency_error_code": why.map(|_| "BackupService.7200"),
            "app_consistency_error_message": why,
        });
        extra.insert("backup".to_owned(), shown);
        Log {
            id: ids.next_uuid(),
            operation: "backup".to_owned(),
            vault: backup.vault.clone(),
            vault_name: vault_name.unwrap_or_default(),
            policy: wish.policy.clone(),
            checkpoint: Some(backup.checkpoint.clone()),
            resource: Some(Subject {
                id: backup.resource.clone(),
                kind: backup.kind,
                name: backup.resource_name.clone(),
            }),
            started: now,
            running: backup.making,
            error: backup.error.clone().map(|error| (code_of(&error).to_owned(), error)),
            extra,
        }
    }

    /// Lets the automatic backups of a vault go that its policy does not keep.
    fn let_go(&mut self, vault: &str, policy: &Policy, now: Time) {
        let resources: BTreeSet<&str> = self
            .backups
            .iter()
            .filter(|backup| backup.vault == vault)
            .map(|backup| backup.resource.as_str())
            .collect();
        let mut doomed: BTreeSet<String> = BTreeSet::new();
        for resource in resources {
            let is_subject = |backup: &&Backup| {
                backup.vault == vault
                    && backup.resource == resource
                    && backup.automatic
                    && backup.error.is_none()
            };
            let newest_first: Vec<&Backup> = self.backups.iter().rev().filter(is_subject).collect();
            let created: Vec<Time> = newest_first.iter().map(|backup| backup.created).collect();
            let kept = policy.definition.keeps(&created, now);
            let lost =
                newest_first.iter().zip(kept).filter(|(backup, kept)| !kept && backup.images.is_empty());
            doomed.extend(lost.map(|(backup, _)| backup.id.clone()));
        }
        self.backups.retain(|backup| !doomed.contains(&backup.id));
    }
}

/// What a backup takes up, in MB: made up, two fifths of the capacity, and a twentieth of that for what changes.
fn taken_mib(size_gib: u64, incremental: bool) -> u64 {
    let full = (size_gib * 1024 * 2 / 5).max(1);
    if incremental { (full / 20).max(1) } else { full }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Cloud, code};
    use super::*;

    #[test]
    fn a_policy_backs_up_and_keeps_what_it_says() {
        let check = |definition: Value, days: &str, expected: usize| {
            let mut cloud = Cloud::new();
            let (vault, policy) = (cloud.vault("v", &["web"]), cloud.policy(definition.clone()));
            cloud.set(&vault, &policy);
            cloud.advance(days);
            assert_eq!(cloud.backups("resource_id=web").len(), expected, "{definition} after {days}");
        };
        check(json!({}), "P5D", 5);
        check(json!({ "max_backups": 2 }), "P5D", 2);
        check(json!({ "retention_duration_days": 3 }), "P9D", 3);
        check(json!({ "max_backups": 1, "week_backups": 2, "timezone": "UTC+08:00" }), "P20D", 2);
    }

    #[test]
    fn a_shorter_retention_loses_backups_at_the_next_run() {
        let mut cloud = Cloud::new();
        let (vault, policy) = (cloud.vault("v", &["web"]), cloud.policy(json!({ "max_backups": 9 })));
        cloud.set(&vault, &policy);
        cloud.advance("P9D");
        let change = json!({ "policy": { "operation_definition": { "max_backups": 2 } } });
        cloud.put(&format!("~/policies/{policy}"), change).unwrap();
        assert_eq!(cloud.backups("").len(), 9);
        cloud.advance("P1D");
        assert_eq!(cloud.backups("").len(), 2);
    }

    #[test]
    fn backups_by_hand_outlive_every_policy() {
        let mut cloud = Cloud::new();
        let (vault, policy) = (cloud.vault("v", &["db"]), cloud.policy(json!({ "max_backups": 1 })));
        cloud.back_up(&vault);
        cloud.set(&vault, &policy);
        cloud.advance("P9D");
        let automatic: Vec<Value> =
            cloud.backups("").iter().map(|backup| backup["extend_info"]["auto_trigger"].clone()).collect();
        assert_eq!(automatic, [true, false]);
        let body =
            json!({ "checkpoint": { "vault_id": vault, "parameters": { "retention_duration_days": 2 } } });
        cloud.post("~/checkpoints", body).unwrap();
        let mut by_hand = |days: &str| {
            cloud.advance(days);
            cloud.backups("").iter().filter(|backup| backup["extend_info"]["auto_trigger"] == false).count()
        };
        assert_eq!([by_hand("P1D"), by_hand("P1D")], [2, 1]);
    }

    #[test]
    fn the_first_backup_is_full_and_every_so_many_after_it() {
        let mut cloud = Cloud::new();
        let (vault, policy) = (cloud.vault("v", &["db"]), cloud.policy(json!({ "full_backup_interval": 3 })));
        cloud.set(&vault, &policy);
        cloud.advance("P7D");
        let incremental: Vec<Value> =
            cloud.backups("sort=created_at:asc").iter().map(|backup| backup["incremental"].clone()).collect();
        assert_eq!(incremental, [false, true, true, false, true, true, false]);
    }

    #[test]
    fn unprotected_servers_are_associated_by_tag_as_far_as_they_fit() {
        let check = |size: u64, rules: Value, expected: &[&str]| {
            let mut cloud = Cloud::new();
            let policy = cloud.policy(json!({}));
            let mut body = super::super::testing::vault("v", &[], json!({ "size": size }));
            body["vault"]["auto_bind"] = json!(true);
            body["vault"]["bind_rules"] = rules.clone();
            body["vault"]["backup_policy_id"] = json!(policy);
            let id = cloud.post("~/vaults", body).unwrap()["vault"]["id"].as_str().unwrap().to_owned();
            cloud.advance("P1D");
            let vault = cloud.get(&format!("~/vaults/{id}")).unwrap();
            let ids: Vec<&Value> =
                vault["vault"]["resources"].as_array().unwrap().iter().map(|r| &r["id"]).collect();
            assert_eq!(ids, expected, "{size} {rules}");
        };
        let prod = json!({ "tags": [{ "key": "env", "value": "prod" }, { "key": "env", "value": "none" }] });
        check(1000, prod.clone(), &["web"]);
        check(1000, json!({}), &["web", "db", "bad"]);
        check(139, prod, &[]);
        // After the first server 110 GB are left, which is more than 40 and not more than the 140 that are allocated.
        check(250, json!({}), &["web"]);
    }

    #[test]
    fn a_full_vault_fails_its_backups_or_grows() {
        let check = |grows: bool, states: &[&str], size: u64| {
            let mut cloud = Cloud::new();
            let mut body = super::super::testing::vault("v", &["db"], json!({ "size": 40 }));
            body["vault"]["auto_expand"] = json!(grows);
            let id = cloud.post("~/vaults", body).unwrap()["vault"]["id"].as_str().unwrap().to_owned();
            for _ in 0..3 {
                let full =
                    json!({ "checkpoint": { "vault_id": id, "parameters": { "incremental": false } } });
                cloud.post("~/checkpoints", full).unwrap();
                cloud.advance("PT1H");
            }
            let found: Vec<Value> =
                cloud.backups("sort=created_at:asc").iter().map(|backup| backup["status"].clone()).collect();
            assert_eq!(found, states);
            assert_eq!(cloud.get(&format!("~/vaults/{id}")).unwrap()["vault"]["billing"]["size"], size);
        };
        check(false, &["available", "available", "error"], 40);
        check(true, &["available", "available", "available"], 50);
    }

    #[test]
    fn names_follow_the_guide() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &["web", "db"]);
        let body = json!({ "checkpoint": { "vault_id": id, "parameters": { "name": "backup" } } });
        cloud.post("~/checkpoints", body).unwrap();
        let names: Vec<Value> =
            cloud.backups("sort=name:asc").iter().map(|backup| backup["name"].clone()).collect();
        assert_eq!(names, ["backup-0001", "backup-0002"]);
        cloud.advance("PT1H");
        let body = json!({ "checkpoint": { "vault_id": id, "parameters": { "resources": ["db"] } } });
        cloud.post("~/checkpoints", body).unwrap();
        assert!(cloud.backups("")[0]["name"].as_str().unwrap().starts_with("manualbk_"));
    }

    #[test]
    fn what_cannot_be_backed_up_is_skipped_or_fails() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &["web", "bad"]);
        let body = json!({ "checkpoint": { "vault_id": id } });
        let point = cloud.post("~/checkpoints", body.clone()).unwrap()["checkpoint"].take();
        assert_eq!(
            (&point["status"], &point["vault"]["skipped_resources"]),
            (&json!("protecting"), &json!([]))
        );
        let again = cloud.post("~/checkpoints", body).unwrap()["checkpoint"].take();
        let codes: Vec<&Value> =
            again["vault"]["skipped_resources"].as_array().unwrap().iter().map(|s| &s["code"]).collect();
        assert_eq!(codes, ["BackupService.0002", "BackupService.0002"]);
        cloud.advance("PT1H");
        let show = format!("~/checkpoints/{}", point["id"].as_str().unwrap());
        assert_eq!(cloud.get(&show).unwrap()["checkpoint"]["status"], "error");
        let failed = cloud.get("~/operation-logs?status=failed").unwrap();
        assert_eq!(failed["operation_logs"][0]["error_info"]["message"], "The server cannot be frozen.");
        assert_eq!(code(cloud.get("~/operation-logs/ghost")), "404 6500");
    }

    #[test]
    fn without_its_agent_a_server_is_not_app_consistent() {
        let mut cloud = Cloud::new();
        let body = super::super::testing::vault(
            "v",
            &["web", "db"],
            json!({ "consistent_level": "app_consistent" }),
        );
        let id = cloud.post("~/vaults", body).unwrap()["vault"]["id"].as_str().unwrap().to_owned();
        cloud.back_up(&id);
        let mut status = |server: &str| {
            let logs = cloud.get(&format!("~/operation-logs?resource_id={server}")).unwrap();
            logs["operation_logs"][0]["extra_info"]["backup"]["app_consistency_status"].clone()
        };
        assert_eq!([status("web"), status("db")], ["0", "1"]);
    }
}
