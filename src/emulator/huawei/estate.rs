//! What a project has that can be protected: servers with their disks, volumes, shares, desktops. And the clients of
//! file backup, which protect machines elsewhere. What a hand-written world leaves out is filled in here.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::account::is_default;
use crate::emulator::clock::Time;
use crate::emulator::table::Identified;

/// The kinds of things that vaults hold backups of.
///
/// Source: CBR API v3, "Creating a Vault", `resources.type`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// A cloud server.
    #[serde(rename = "OS::Nova::Server")]
    Server,
    /// A disk by itself.
    #[serde(rename = "OS::Cinder::Volume")]
    Volume,
    /// An SFS Turbo file system.
    #[serde(rename = "OS::Sfs::Turbo")]
    Turbo,
    /// A Workspace desktop.
    #[serde(rename = "OS::Workspace::DesktopV2")]
    Desktop,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 4] = [Kind::Server, Kind::Volume, Kind::Turbo, Kind::Desktop];

    /// The vendor's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Server => "OS::Nova::Server",
            Kind::Volume => "OS::Cinder::Volume",
            Kind::Turbo => "OS::Sfs::Turbo",
            Kind::Desktop => "OS::Workspace::DesktopV2",
        }
    }

    /// Reads the vendor's word.
    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The kind that a vault of this object type holds; hybrid and file vaults hold none.
    pub fn of_object_type(object_type: &str) -> Option<Kind> {
        match object_type {
            "server" => Some(Kind::Server),
            "disk" => Some(Kind::Volume),
            "turbo" => Some(Kind::Turbo),
            "workspace" => Some(Kind::Desktop),
            _ => None,
        }
    }
}

/// A cloud server (ECS).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The id, usually a UUID.
    pub id: String,
    /// The name that people see. Left out: the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it runs: `ACTIVE`, `SHUTOFF` and so on.
    #[serde(default = "active", skip_serializing_if = "is_active")]
    pub status: String,
    /// The zone. Left out: zone `a` of its region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Its disks, the system disk first. A plain number is a disk of so many GB. Left out: one of 40.
    #[serde(default = "system_disk", deserialize_with = "disks")]
    pub disks: Vec<Disk>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The enterprise project.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub enterprise_project: String,
    /// When it was made.
    #[serde(default = "long_ago", skip_serializing_if = "is_long_ago")]
    pub created: Time,
    /// Whether the agent of application-consistent backup is installed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub agent: bool,
    /// Makes every backup of this server fail with this message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_error: Option<String>,
}

impl Server {
    /// A running server of this id, as a world's file has it that says no more.
    pub fn new(id: String) -> Server {
        Server {
            id,
            name: None,
            status: active(),
            zone: None,
            disks: system_disk(),
            tags: BTreeMap::new(),
            enterprise_project: zero(),
            created: long_ago(),
            agent: false,
            backup_error: None,
        }
    }

    /// The name that people see.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// Gives every disk an id.
    pub fn complete(&mut self) {
        for (index, disk) in self.disks.iter_mut().enumerate() {
            if disk.id.is_empty() {
                disk.id = format!("{}-disk-{}", self.id, index + 1);
            }
        }
    }
}

impl Identified for Server {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A disk, attached or not.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disk {
    /// The id. Left out: made of the server's id and the disk's place.
    #[serde(default)]
    pub id: String,
    /// The name that people see. Left out: the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Capacity.
    pub size_gib: u32,
    /// The state. Left out: `in-use` when attached, else `available`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The zone of a disk that is not attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Whether it is encrypted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub encrypted: bool,
    /// Whether several servers can share it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shared: bool,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The enterprise project.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub enterprise_project: String,
    /// Makes every backup of this disk fail with this message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_error: Option<String>,
}

impl Disk {
    /// A disk of this size, to be named by its server.
    pub fn of_size(size_gib: u32) -> Disk {
        Disk {
            id: String::new(),
            name: None,
            size_gib,
            status: None,
            zone: None,
            encrypted: false,
            shared: false,
            tags: BTreeMap::new(),
            enterprise_project: zero(),
            backup_error: None,
        }
    }

    /// The name that people see.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl Identified for Disk {
    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum DiskText {
    Size(u32),
    Full(Disk),
}

fn disks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Disk>, D::Error> {
    let list = Vec::<DiskText>::deserialize(deserializer)?;
    let disk = |text| match text {
        DiskText::Size(size_gib) => Disk::of_size(size_gib),
        DiskText::Full(disk) => disk,
    };
    Ok(list.into_iter().map(disk).collect())
}

/// An SFS Turbo file system.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The id.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// Capacity.
    pub size_gib: u32,
    /// `200` is available, `100` creating, `303` failed, `800` frozen.
    #[serde(default = "available_share", skip_serializing_if = "is_available_share")]
    pub status: String,
    /// The zone. Left out: zone `a` of its region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The enterprise project.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub enterprise_project: String,
}

impl Share {
    /// An available file system.
    pub fn new(id: String, name: String, size_gib: u32) -> Share {
        Share {
            id,
            name,
            size_gib,
            status: available_share(),
            zone: None,
            tags: BTreeMap::new(),
            enterprise_project: zero(),
        }
    }
}

impl Identified for Share {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A Workspace desktop.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desktop {
    /// The id.
    pub id: String,
    /// The computer's name.
    pub name: String,
    /// `ACTIVE`, `SHUTOFF`, `ERROR` or `HIBERNATED`.
    #[serde(default = "active", skip_serializing_if = "is_active")]
    pub status: String,
    /// Its disks, the root disk first. A plain number is a disk of so many GB. Left out: one of 40.
    #[serde(default = "system_disk", deserialize_with = "disks")]
    pub disks: Vec<Disk>,
    /// The zone. Left out: zone `a` of its region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The enterprise project.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub enterprise_project: String,
}

impl Desktop {
    /// A running desktop with one disk.
    pub fn new(id: String, name: String) -> Desktop {
        Desktop {
            id,
            name,
            status: active(),
            disks: system_disk(),
            zone: None,
            tags: BTreeMap::new(),
            enterprise_project: zero(),
        }
    }

    /// Gives every disk an id.
    pub fn complete(&mut self) {
        for (index, disk) in self.disks.iter_mut().enumerate() {
            if disk.id.is_empty() {
                disk.id = format!("{}-disk-{}", self.id, index + 1);
            }
        }
    }
}

impl Identified for Desktop {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A client of file backup, installed on a machine by its owner.
///
/// Source: CBR API v3, "Backup clients".
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The id.
    pub id: String,
    /// The machine's name.
    pub host_name: String,
    /// The name that people see.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nickname: String,
    /// The machine's address.
    #[serde(default = "localhost")]
    pub ip: String,
    /// The machine's system.
    #[serde(default = "linux")]
    pub os: String,
    /// `normal`, `abnormal` or `uninstall`.
    #[serde(default = "normal")]
    pub status: String,
    /// The directories it backs up, with those left out of each.
    #[serde(default)]
    pub paths: Vec<AgentPath>,
    /// When it was registered.
    #[serde(default = "long_ago", skip_serializing_if = "is_long_ago")]
    pub created: Time,
}

/// A directory that a client backs up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentPath {
    /// The id.
    pub id: String,
    /// The directory.
    pub path: String,
    /// What of it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
}

impl Identified for Agent {
    fn id(&self) -> &str {
        &self.id
    }
}

fn active() -> String {
    "ACTIVE".to_owned()
}

fn is_active(status: &str) -> bool {
    status == "ACTIVE"
}

fn available_share() -> String {
    "200".to_owned()
}

fn is_available_share(status: &str) -> bool {
    status == "200"
}

fn system_disk() -> Vec<Disk> {
    vec![Disk::of_size(40)]
}

/// The default enterprise project.
pub fn zero() -> String {
    "0".to_owned()
}

/// Whether this is the default enterprise project.
pub fn is_zero(id: &str) -> bool {
    id == "0"
}

fn long_ago() -> Time {
    Time::from_unix(1_735_689_600)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_long_ago(time: &Time) -> bool {
    *time == long_ago()
}

fn localhost() -> String {
    "192.168.0.10".to_owned()
}

fn linux() -> String {
    "Linux".to_owned()
}

fn normal() -> String {
    "normal".to_owned()
}
