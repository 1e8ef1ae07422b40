//! Vaults, as the world's file has them and as the vendor shows them.
//!
//! Source: CBR API v3, "Vaults".

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::is_default;
use super::backup::Pending;
use super::estate::{Kind, is_zero, zero};
use super::project::Project;
use crate::emulator::clock::Time;
use crate::emulator::table::{Identified, Table};

/// A vault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the vendor's own")]
pub struct Vault {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// What people say of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it holds backups of: `server`, `disk`, `turbo`, `workspace`, `vmware`, `file`.
    #[serde(rename = "type", default = "server")]
    pub object_type: String,
    /// `backup` or `replication`.
    #[serde(default = "backup", skip_serializing_if = "is_backup")]
    pub protect_type: String,
    /// `public` or `hybrid`.
    #[serde(default = "public", skip_serializing_if = "is_public")]
    pub cloud_type: String,
    /// Whether applications are asked to be consistent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub app_consistent: bool,
    /// Capacity in GB.
    pub size: u64,
    /// Whether backups are kept in several zones.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_multi_az: bool,
    /// The subscription of a prepaid vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Subscription>,
    /// The administrative state, `available` unless something is the matter: `lock`, `frozen`, `error`.
    #[serde(default = "available", skip_serializing_if = "is_available")]
    pub status: String,
    /// What it protects.
    #[serde(default)]
    pub resources: Table<Resource>,
    /// Whether unprotected resources are associated by themselves.
    #[serde(default, skip_serializing_if = "is_default")]
    pub auto_bind: bool,
    /// The tags that such resources must have one of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bind_rules: Vec<Tag>,
    /// Whether it grows when it is full.
    #[serde(default, skip_serializing_if = "is_default")]
    pub auto_expand: bool,
    /// The share of the capacity at which its owner is warned.
    #[serde(default = "eighty", skip_serializing_if = "is_eighty")]
    pub threshold: i64,
    /// Whether its owner is warned.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub smn_notify: bool,
    /// Whether backups are locked; it cannot be unlocked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub locked: bool,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// The enterprise project.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub enterprise_project: String,
    /// What the names of automatic backups begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_name_prefix: Option<String>,
    /// Whether a prepaid vault may hold more than its capacity, at a price.
    #[serde(default, skip_serializing_if = "is_default")]
    pub demand_billing: bool,
    /// The service that has locked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_lock_source_service: Option<String>,
    /// The edge zone it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub created: Time,
    /// The backup policy set on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The replication policy set on it, and the vault that replicas go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication: Option<Replication>,
    /// Its next automatic backup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_run: Option<Time>,
    /// Until when it is being deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleting: Option<Pending>,
}

/// What a prepaid vault was bought for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// The order that bought it.
    pub order: String,
    /// `month` or `year`.
    pub period: String,
    /// How many of them.
    pub number: i64,
    /// Whether it is renewed by itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub auto_renew: bool,
    /// When it ends.
    pub expires: Time,
}

/// A replication policy that is set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replication {
    /// The policy.
    pub policy: String,
    /// The vault that replicas go to.
    pub destination_vault: String,
    /// Its next run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_run: Option<Time>,
}

/// A tag.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "words that explain themselves")]
pub struct Tag {
    pub key: String,
    #[serde(default)]
    pub value: String,
}

/// Something that a vault protects.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The id.
    pub id: String,
    /// The name, when it was associated.
    #[serde(default)]
    pub name: String,
    /// Capacity in GB, when it was last seen.
    #[serde(default)]
    pub size: u64,
    /// Whether policies back it up.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub auto_protect: bool,
    /// Disks of a server that are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_volumes: Vec<String>,
    /// The only disks of a server that are taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include_volumes: Vec<Included>,
    /// Until when it is being removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removing: Option<Pending>,
}

/// A disk that is taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Included {
    /// The disk.
    pub id: String,
    /// The system on it, as the caller said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
}

impl Resource {
    /// Something of this id that is protected from now on.
    pub fn new(id: String) -> Resource {
        Resource {
            id,
            name: String::new(),
            size: 0,
            auto_protect: true,
            exclude_volumes: Vec::new(),
            include_volumes: Vec::new(),
            removing: None,
        }
    }

    /// Whether backups of a server take this disk of it.
    pub fn takes(&self, disk: &str) -> bool {
        let is_included = self.include_volumes.is_empty()
            || self.include_volumes.iter().any(|included| included.id == disk);
        is_included && !self.exclude_volumes.iter().any(|excluded| excluded == disk)
    }
}

impl Identified for Resource {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Vault {
    fn id(&self) -> &str {
        &self.id
    }
}

/// What the backups of a project come to, by vault and by resource in it.
#[derive(Default)]
pub struct Tally<'a>(BTreeMap<(&'a str, &'a str), Sum>);

/// What the backups of one resource in one vault come to.
#[derive(Clone, Copy, Default)]
pub struct Sum {
    /// How many there are.
    pub count: u64,
    /// What they take up, in MB.
    pub mib: u64,
    /// Whether one is being made.
    pub is_protecting: bool,
    /// Whether one is being restored.
    pub is_restoring: bool,
}

impl<'a> Tally<'a> {
    /// Counts the backups of a project.
    pub fn of(project: &'a Project, now: Time) -> Tally<'a> {
        let mut tally = Tally::default();
        for backup in project.backups.iter() {
            let sum = tally.0.entry((&backup.vault, &backup.resource)).or_default();
            sum.count += 1;
            sum.mib += backup.mib;
            sum.is_protecting |= backup.status(now) == "protecting";
            sum.is_restoring |= backup.status(now) == "restoring";
        }
        tally
    }

    /// What there is of a resource in a vault.
    pub fn sum(&self, vault: &str, resource: &str) -> Sum {
        self.0.get(&(vault, resource)).copied().unwrap_or_default()
    }

    /// What a vault holds, in MB: of resources that it protects no more, too.
    pub fn used_mib(&self, vault: &str) -> u64 {
        let of_vault = self.0.range((vault, "")..).take_while(|((of, _), _)| *of == vault);
        of_vault.map(|(_, sum)| sum.mib).sum()
    }
}

impl Vault {
    /// The kind of what it protects; hybrid and file vaults protect nothing that the cloud knows.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of_object_type(&self.object_type).filter(|_| self.protect_type == "backup")
    }

    /// The state, in the vendor's word.
    pub fn status(&self) -> &str {
        if self.deleting.is_some() { "deleting" } else { &self.status }
    }

    /// Whether it is bought for a time.
    pub fn is_prepaid(&self) -> bool {
        self.subscription.is_some()
    }

    /// The sum of the sizes of what it protects, in GB.
    ///
    /// Source: CBR API v3, "Querying a Vault", `billing.allocated`.
    pub fn allocated(&self, project: &Project) -> u64 {
        self.resources.iter().map(|resource| project.size_of(self.kind(), resource)).sum()
    }

    /// The kind of product that is billed.
    ///
    /// Source: CBR API v3, `billing.spec_code`; for desktops and files no code is published, and these are made alike.
    fn spec_code(&self) -> String {
        let of = match (self.protect_type.as_str(), self.object_type.as_str(), self.app_consistent) {
            ("replication", _, _) => "replication.server",
            (_, "server", true) => "backup.database",
            (_, "disk", _) => "backup.volume",
            (_, "turbo", _) => "backup.turbo",
            (_, "workspace", _) => "backup.desktop",
            (_, "vmware", _) => "hybrid.server",
            (_, "file", _) => "backup.file",
            _ => "backup.server",
        };
        format!("vault.{of}.normal")
    }

    /// As the vendor shows it.
    pub fn to_json(&self, project: &Project, tally: &Tally) -> Value {
        let resources: Vec<Value> =
            self.resources.iter().map(|resource| self.resource(resource, project, tally)).collect();
        let bind_rules =
            if self.bind_rules.is_empty() { json!({}) } else { json!({ "tags": self.bind_rules }) };
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "project_id": project.id,
            "provider_id": provider_id_of(&self.object_type),
            "user_id": "u0000000000000000000000000000001",
            "created_at": self.created.to_vendor_text(),
            "enterprise_project_id": self.enterprise_project,
            "availability_zone": self.availability_zone,
            "sys_lock_source_service": self.sys_lock_source_service,
            "auto_bind": self.auto_bind,
            "bind_rules": bind_rules,
            "auto_expand": self.auto_expand,
            "threshold": self.threshold,
            "smn_notify": self.smn_notify,
            "locked": self.locked,
            "backup_name_prefix": self.backup_name_prefix,
            "demand_billing": self.demand_billing,
            "tags": self.tags,
            "resources": resources,
            "billing": self.billing(project, tally),
        })
    }

    fn billing(&self, project: &Project, tally: &Tally) -> Value {
        json!({
            "object_type": self.object_type,
            "protect_type": self.protect_type,
            "cloud_type": self.cloud_type,
            "consistent_level": if self.app_consistent { "app_consistent" } else { "crash_consistent" },
            "charging_mode": if self.is_prepaid() { "pre_paid" } else { "post_paid" },
            "size": self.size,
            "allocated": self.allocated(project),
            "used": tally.used_mib(&self.id),
            "status": self.status(),
            "spec_code": self.spec_code(),
            "order_id": self.subscription.as_ref().map(|subscription| &subscription.order),
            "product_id": Value::Null,
            "storage_unit": Value::Null,
            "frozen_scene": Value::Null,
            "is_multi_az": self.is_multi_az,
        })
    }

    fn resource(&self, resource: &Resource, project: &Project, tally: &Tally) -> Value {
        let sum = tally.sum(&self.id, &resource.id);
        let status = match (resource.removing, sum.is_restoring, sum.is_protecting) {
            (Some(_), _, _) => "removing",
            (None, true, _) => "restoring",
            (None, false, true) => "protecting",
            (None, false, false) => "available",
        };
        json!({
            "id": resource.id,
            "type": self.kind().map(Kind::as_str),
            "name": resource.name,
            "size": project.size_of(self.kind(), resource),
            "protect_status": status,
            "backup_size": sum.mib,
            "backup_count": sum.count,
            "auto_protect": resource.auto_protect,
            "extra_info": {
                "exclude_volumes": resource.exclude_volumes,
                "include_volumes": resource.include_volumes,
            },
        })
    }
}

/// The provider that backs up this kind.
///
/// Source: the vendor's Python SDK, `huaweicloudsdkcbr` 3.1.219, `provider_id`.
pub fn provider_id(kind: Kind) -> &'static str {
    match kind {
        Kind::Server => "0daac4c5-6707-4851-97ba-169e36266b66",
        Kind::Volume => "d1603440-187d-4516-af25-121250c7cc97",
        Kind::Turbo => "3f3c3220-245c-4805-b811-758870015881",
        Kind::Desktop => "86a80900-71bf-4961-956a-d52df944f84a",
    }
}

/// The provider of a vault; for files none is published.
fn provider_id_of(object_type: &str) -> &'static str {
    match (Kind::of_object_type(object_type), object_type) {
        (Some(kind), _) => provider_id(kind),
        (None, "vmware") => "a13639de-00be-4e94-af30-26912d75e4a2",
        (None, _) => "",
    }
}

fn server() -> String {
    "server".to_owned()
}

fn backup() -> String {
    "backup".to_owned()
}

fn is_backup(text: &str) -> bool {
    text == "backup"
}

fn public() -> String {
    "public".to_owned()
}

fn is_public(text: &str) -> bool {
    text == "public"
}

fn available() -> String {
    "available".to_owned()
}

fn is_available(text: &str) -> bool {
    text == "available"
}

fn eighty() -> i64 {
    80
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_eighty(value: &i64) -> bool {
    *value == eighty()
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_true(value: &bool) -> bool {
    *value
}
