//! Servers, with their disks and their backup clients. What a hand-written world leaves out is filled in here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::emulator::clock::Time;
use crate::emulator::table::Identified;

/// An ECS instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// `i-...`.
    pub id: String,
    /// The name that people see. Left out: the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it runs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub status: InstanceStatus,
    /// vCPUs.
    #[serde(default = "default_cpu")]
    pub cpu: u32,
    /// Memory.
    #[serde(default = "default_memory")]
    pub memory_mib: u32,
    /// Its disks, the system disk first. A plain number is a disk of so many GiB.
    #[serde(default, deserialize_with = "disks")]
    pub disks: Vec<Disk>,
    /// VPC, or the classic network of old.
    #[serde(default, skip_serializing_if = "is_default")]
    pub network: Network,
    /// The system's name in English, for instance `CentOS  7.9 64 bit`.
    #[serde(default = "default_os", skip_serializing_if = "is_default_os")]
    pub os_name: String,
    /// Linux or Windows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub os_type: OsType,
    /// The processor that the image is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub architecture: Architecture,
    /// The image it was made from.
    #[serde(default = "default_image", skip_serializing_if = "is_default_image")]
    pub image: String,
    /// The instance type.
    #[serde(default = "default_type", skip_serializing_if = "is_default_type")]
    pub instance_type: String,
    /// The zone. Left out: zone `h` of its region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// When it was made.
    #[serde(default = "default_created", skip_serializing_if = "is_default_created")]
    pub created: Time,
    /// The resource group.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub resource_group: String,
    /// The VPC it is in.
    #[serde(default = "default_vpc", skip_serializing_if = "is_default_vpc")]
    pub vpc: String,
    /// The switch of the VPC.
    #[serde(default = "default_switch", skip_serializing_if = "is_default_switch")]
    pub vswitch: String,
    /// The private address.
    #[serde(default = "default_ip", skip_serializing_if = "is_default_ip")]
    pub private_ip: String,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Whether Cloud Assistant answers.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub cloud_assistant: bool,
    /// The backup client, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Client>,
    /// How much of the disks is in use. Left out: a quarter of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_gib: Option<u64>,
    /// Directories that a restore finds, besides the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub directories: Vec<String>,
    /// Makes every backup of this instance fail with this message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_error: Option<String>,
}

impl Identified for Instance {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Instance {
    /// A running Linux server of this id, as a world's file has it that says no more.
    pub fn new(id: String) -> Instance {
        Instance {
            id,
            name: None,
            status: InstanceStatus::default(),
            cpu: default_cpu(),
            memory_mib: default_memory(),
            disks: Vec::new(),
            network: Network::default(),
            os_name: default_os(),
            os_type: OsType::default(),
            architecture: Architecture::default(),
            image: default_image(),
            instance_type: default_type(),
            zone: None,
            created: default_created(),
            resource_group: String::new(),
            vpc: default_vpc(),
            vswitch: default_switch(),
            private_ip: default_ip(),
            tags: BTreeMap::new(),
            cloud_assistant: true,
            client: None,
            data_gib: None,
            directories: Vec::new(),
            backup_error: None,
        }
    }

    /// The name that people see.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// What of its id the ids of its parts are made of.
    pub fn stem(&self) -> &str {
        self.id.strip_prefix("i-").unwrap_or(&self.id)
    }

    /// The zone, in a region of this name.
    pub fn zone(&self, region: &str) -> String {
        self.zone.clone().unwrap_or_else(|| format!("{region}-h"))
    }

    /// Bytes of all its disks: what the protected size and the bill go by.
    pub fn disk_bytes(&self) -> u64 {
        self.disks.iter().map(|disk| u64::from(disk.size_gib)).sum::<u64>().saturating_mul(GIB)
    }

    /// Bytes that a full backup has to read.
    pub fn data_bytes(&self) -> u64 {
        self.data_gib.map_or(self.disk_bytes() / 4, |gib| gib.saturating_mul(GIB))
    }

    /// Why the backup client cannot be installed or cannot work; `None` when it can.
    ///
    /// Source: Essential Edition operations guide, "Usage Limitations": no 32-bit systems, no classic network, Cloud
    /// Assistant needed.
    pub fn client_obstacle(&self) -> Option<&'static str> {
        let is_32_bit = self.architecture == Architecture::I386 || self.os_name.contains("32 bit");
        if self.status != InstanceStatus::Running {
            Some("InstanceNotRunning")
        } else if !self.cloud_assistant {
            Some("CloudAssistNotRunningOnInstance")
        } else if self.network == Network::Classic || is_32_bit {
            Some("InstanceNotSupported")
        } else {
            None
        }
    }

    /// Whether a restore finds this directory.
    pub fn has_directory(&self, path: &str) -> bool {
        const USUAL: [&str; 9] =
            ["/", "/data", "/home", "/opt", "/root", "/srv", "/tmp", "/tmp/restore", "/var"];
        let wanted = if path.len() > 1 { path.trim_end_matches('/') } else { path };
        USUAL.contains(&wanted) || self.directories.iter().any(|known| known == wanted)
    }
}

/// Bytes of a GiB.
pub const GIB: u64 = 1 << 30;

/// Whether an instance runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the vendor's states, which explain themselves")]
pub enum InstanceStatus {
    Pending,
    Starting,
    #[default]
    Running,
    Stopping,
    Stopped,
}

impl InstanceStatus {
    /// The vendor's word.
    pub fn as_str(self) -> &'static str {
        match self {
            InstanceStatus::Pending => "Pending",
            InstanceStatus::Starting => "Starting",
            InstanceStatus::Running => "Running",
            InstanceStatus::Stopping => "Stopping",
            InstanceStatus::Stopped => "Stopped",
        }
    }
}

/// The network an instance is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// A virtual private cloud.
    #[default]
    Vpc,
    /// The classic network, which the Essential Edition does not support.
    Classic,
}

impl Network {
    /// The vendor's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Network::Vpc => "vpc",
            Network::Classic => "classic",
        }
    }
}

/// The family of the operating system.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "names that explain themselves")]
pub enum OsType {
    #[default]
    Linux,
    Windows,
}

impl OsType {
    /// The vendor's word.
    pub fn as_str(self) -> &'static str {
        match self {
            OsType::Linux => "linux",
            OsType::Windows => "windows",
        }
    }
}

/// The processor that an image is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "names that explain themselves")]
pub enum Architecture {
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    I386,
    Arm64,
}

impl Architecture {
    /// The word of ECS images.
    pub fn as_str(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64",
            Architecture::I386 => "i386",
            Architecture::Arm64 => "arm64",
        }
    }

    /// The word of backup clients.
    pub fn as_client_word(self) -> &'static str {
        match self {
            Architecture::X86_64 => "amd64",
            Architecture::I386 => "386",
            Architecture::Arm64 => "arm64",
        }
    }
}

/// A disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disk {
    /// `d-...`. Left out: made of the instance's id and the disk's place.
    #[serde(default)]
    pub id: String,
    /// Capacity.
    pub size_gib: u32,
    /// The kind of disk.
    #[serde(default = "default_category", skip_serializing_if = "is_default_category")]
    pub category: String,
    /// Whether it is encrypted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub encrypted: bool,
}

impl Disk {
    /// A cloud disk of this size, to be named by its instance.
    pub fn of_size(size_gib: u32) -> Disk {
        Disk { id: String::new(), size_gib, category: default_category(), encrypted: false }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum DiskText {
    Size(u32),
    Full(Disk),
}

fn disks<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Disk>, D::Error> {
    let list = Vec::<DiskText>::deserialize(deserializer)?;
    let disk = |text| match text {
        DiskText::Size(size_gib) => Disk::of_size(size_gib),
        DiskText::Full(disk) => disk,
    };
    Ok(list.into_iter().map(disk).collect())
}

/// The backup client on an instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// `c-...`.
    pub id: String,
    /// When its installation began.
    #[serde(default)]
    pub created: Time,
    /// When it was or will be ready; never, when the installation failed.
    #[serde(default = "long_ago")]
    pub ready: Option<Time>,
}

impl Client {
    /// The client's state at this time.
    pub fn status(&self, now: Time) -> &'static str {
        match self.ready {
            None => "INSTALL_FAILED",
            Some(ready) if now < ready => "INSTALLING",
            Some(_) => "ACTIVATED",
        }
    }
}

const OS: &str = "Alibaba Cloud Linux  3.2104 LTS 64 bit";
const IMAGE: &str = "aliyun_3_x64_20G_alibase_20260101.vhd";
const TYPE: &str = "ecs.g7.large";
const VPC: &str = "vpc-emulator";
const SWITCH: &str = "vsw-emulator";
const IP: &str = "10.0.0.10";
const CATEGORY: &str = "cloud_essd";

fn default_cpu() -> u32 {
    2
}

fn default_memory() -> u32 {
    4096
}

fn default_os() -> String {
    OS.to_owned()
}

fn is_default_os(text: &str) -> bool {
    text == OS
}

fn default_image() -> String {
    IMAGE.to_owned()
}

fn is_default_image(text: &str) -> bool {
    text == IMAGE
}

fn default_type() -> String {
    TYPE.to_owned()
}

fn is_default_type(text: &str) -> bool {
    text == TYPE
}

/// The first of January 2026.
fn default_created() -> Time {
    Time::from_unix(1_767_225_600)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_default_created(time: &Time) -> bool {
    *time == default_created()
}

fn default_vpc() -> String {
    VPC.to_owned()
}

fn is_default_vpc(text: &str) -> bool {
    text == VPC
}

fn default_switch() -> String {
    SWITCH.to_owned()
}

fn is_default_switch(text: &str) -> bool {
    text == SWITCH
}

fn default_ip() -> String {
    IP.to_owned()
}

fn is_default_ip(text: &str) -> bool {
    text == IP
}

fn default_category() -> String {
    CATEGORY.to_owned()
}

fn is_default_category(text: &str) -> bool {
    text == CATEGORY
}

#[expect(clippy::unnecessary_wraps, reason = "serde takes the field's own type")]
fn long_ago() -> Option<Time> {
    Some(Time::default())
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_true(value: &bool) -> bool {
    *value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
