//! Backups, the checkpoints they are made in, and what is under way with them.
//!
//! Source: CBR API v3, "Backups" and "Restore points".

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::is_default;
use super::estate::{Kind, is_zero, zero};
use crate::emulator::clock::Time;
use crate::emulator::table::Identified;

/// Something that takes time.
///
/// Where the world's clock stands still, nobody who polls would ever see the end of it. There a number of readings takes
/// the place of time: after so many it is over. A world's file that names no number has something that is stuck.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// When it ends.
    pub until: Time,
    /// How many readings it still outlives while the clock stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readings: Option<u32>,
}

impl Pending {
    /// Something that ends at this time.
    pub fn until(until: Time) -> Pending {
        const READINGS: u32 = 2;
        Pending { until, readings: Some(READINGS) }
    }

    /// Whether it has ended.
    pub fn is_over(self, now: Time) -> bool {
        self.until <= now
    }

    /// Counts a reading while the clock stands still; answers whether that was the last.
    pub fn look(&mut self, now: Time) -> bool {
        let Some(left) = self.readings.filter(|_| !self.is_over(now)) else { return false };
        let left = left.saturating_sub(1);
        self.readings = Some(left);
        if left == 0 {
            self.until = now;
        }
        left == 0
    }
}

/// A backup of one resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the vendor's own")]
pub struct Backup {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// What people say of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The vault that holds it.
    pub vault: String,
    /// The checkpoint that it was made in.
    #[serde(default)]
    pub checkpoint: String,
    /// What it is a backup of.
    pub resource: String,
    /// The kind of that.
    #[serde(rename = "type", default = "server")]
    pub kind: Kind,
    /// The name of that.
    #[serde(default)]
    pub resource_name: String,
    /// The size of that, when it was made.
    #[serde(default)]
    pub size_gib: u32,
    /// The zone of that.
    #[serde(default)]
    pub zone: String,
    /// When it was begun.
    pub created: Time,
    /// Until when it is being made. Left out: it is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub making: Option<Pending>,
    /// Why it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether a policy has made it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub automatic: bool,
    /// Whether it is a replica.
    #[serde(default, skip_serializing_if = "is_default")]
    pub replica: bool,
    /// Whether it holds only what has changed since the one before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub incremental: bool,
    /// What it takes up, in MB.
    #[serde(default)]
    pub mib: u64,
    /// When it goes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
    /// The disks of a server's backup.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disks: Vec<DiskBackup>,
    /// Images registered from it, which keep it from being deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Whether what it holds is encrypted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub encrypted: bool,
    /// Whether the application was asked to be consistent: `Some(false)` fell back to crash consistency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_consistent: Option<bool>,
    /// Until when it is being deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleting: Option<Pending>,
    /// Until when it is being restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restoring: Option<Pending>,
    /// The enterprise project.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub enterprise_project: String,
    /// Projects that it is shared with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// Its replicas elsewhere, as the vendor records them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replicas: Vec<Value>,
}

/// A project that a backup is shared with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The id of the sharing.
    pub id: String,
    /// The other project.
    pub project: String,
    /// `pending`, `accepted` or `rejected`.
    pub status: String,
    /// The vault that the other project keeps it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<String>,
    /// When it was shared.
    pub created: Time,
}

/// The part of a server's backup that is one disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskBackup {
    /// The id.
    pub id: String,
    /// The disk.
    pub disk: String,
    /// The disk's size.
    pub size_gib: u32,
    /// Whether the server starts from it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bootable: bool,
}

impl Backup {
    /// The state at this time, in the vendor's word.
    pub fn status(&self, now: Time) -> &'static str {
        let is_on = |pending: Option<Pending>| pending.is_some_and(|pending| !pending.is_over(now));
        if self.deleting.is_some() {
            "deleting"
        } else if is_on(self.making) {
            "protecting"
        } else if self.error.is_some() {
            "error"
        } else if is_on(self.restoring) {
            "restoring"
        } else {
            "available"
        }
    }

    /// As the vendor shows it.
    pub fn to_json(&self, project: &str, now: Time) -> Value {
        let mut shown = self.common(project, now);
        let children: Vec<Value> = self.disks.iter().map(|disk| self.child(disk, project, now)).collect();
        shown["children"] = json!(children);
        shown
    }

    fn common(&self, project: &str, now: Time) -> Value {
        let completed = self.making.map_or(self.created, |making| making.until.min(now));
        let status = self.status(now);
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "status": status,
            "image_type": if self.replica { "replication" } else { "backup" },
            "vault_id": self.vault,
            "checkpoint_id": self.checkpoint,
            "parent_id": Value::Null,
            "resource_id": self.resource,
            "resource_name": self.resource_name,
            "resource_type": self.kind.as_str(),
            "resource_size": self.size_gib,
            "resource_az": self.zone,
            "created_at": self.created.to_vendor_text(),
            "updated_at": completed.to_vendor_text(),
            "protected_at": self.created.to_vendor_text(),
            "expired_at": self.expires.map(Time::to_vendor_text),
            "incremental": self.incremental,
            "version": 3,
            "provider_id": super::vault::provider_id(self.kind),
            "project_id": project,
            "enterprise_project_id": self.enterprise_project,
            "scheduled_operation_id": Value::Null,
            "replication_records": self.replicas,
            "extend_info": self.extend_info(status),
            "children": [],
        })
    }

    fn extend_info(&self, status: &str) -> Value {
        let images: Vec<Value> = self.images.iter().map(|image| json!({ "image_id": image })).collect();
        json!({
            "auto_trigger": self.automatic,
            "bootable": self.kind == Kind::Server,
            "contain_system_disk": self.disks.iter().any(|disk| disk.bootable),
            "system_disk": false,
            "encrypted": self.encrypted,
            "snapshot_id": Value::Null,
            "support_lld": true,
            "supported_restore_mode": if self.kind == Kind::Turbo { "na" } else { "backup" },
            "os_images_data": images,
            "is_multi_az": false,
            "architecture": "x86_64",
            "progress": if status == "protecting" { 50 } else { 100 },
        })
    }

    fn child(&self, disk: &DiskBackup, project: &str, now: Time) -> Value {
        let mut shown = self.common(project, now);
        shown["id"] = json!(disk.id);
        shown["parent_id"] = json!(self.id);
        shown["resource_id"] = json!(disk.disk);
        shown["resource_name"] = json!(disk.disk);
        shown["resource_type"] = json!(Kind::Volume.as_str());
        shown["resource_size"] = json!(disk.size_gib);
        shown["provider_id"] = json!(super::vault::provider_id(Kind::Volume));
        shown["extend_info"]["bootable"] = json!(disk.bootable);
        shown["extend_info"]["system_disk"] = json!(disk.bootable);
        shown["extend_info"]["contain_system_disk"] = json!(false);
        shown["extend_info"]["os_images_data"] = json!([]);
        shown["replication_records"] = json!([]);
        shown
    }
}

impl Identified for Backup {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A point in time at which several resources were backed up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The id.
    pub id: String,
    /// The vault.
    pub vault: String,
    /// The name that its backups have, as it was asked for.
    #[serde(default)]
    pub name: String,
    /// What people say of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was begun.
    pub created: Time,
    /// Days that its backups are kept; -1 for ever.
    #[serde(default)]
    pub retention_days: i64,
    /// Its backups.
    #[serde(default)]
    pub backups: Vec<String>,
    /// What was skipped, as the vendor shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Value>,
}

impl Identified for Checkpoint {
    fn id(&self) -> &str {
        &self.id
    }
}

fn server() -> Kind {
    Kind::Server
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_take_the_place_of_time_where_it_stands_still() {
        let now = Time::from_unix(1_000);
        let mut pending = Pending::until(now.plus(60));
        assert!(!pending.is_over(now));
        assert!(!pending.look(now));
        assert!(pending.look(now));
        assert!(pending.is_over(now));
        let mut stuck = Pending { until: now.plus(60), readings: None };
        assert!((0..9).all(|_| !stuck.look(now)));
        assert!(stuck.is_over(now.plus(60)));
    }
}
