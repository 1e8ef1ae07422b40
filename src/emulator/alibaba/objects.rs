//! What there is in the emulated Alibaba Cloud: accounts, keys, servers, plans, jobs, recovery points.
//!
//! These are the words of the world's file too. What a hand-written world leaves out is filled in by the methods here.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::plan_book::PlanBook;
use super::ram::Policy;
use super::region::Region;
use crate::emulator::clock::Time;
use crate::emulator::table::{Identified, Table};

/// All of the emulated Alibaba Cloud.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alibaba {
    /// The accounts; a key belongs to exactly one of them.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// What opening a service that is open already comes to.
    #[serde(default)]
    pub open_again: OpenAgain,
    /// Whether the clouds' published rate limits are kept. Off unless said, so that tests need not wait.
    #[serde(default)]
    pub rate_limits: bool,
}

/// Two of the vendor's own texts disagree on what a second `OpenHbrService` answers; clients must bear both.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OpenAgain {
    /// `ORDER.OPEND`, as the Terraform provider expects.
    #[default]
    Refused,
    /// Success, as the Essential Edition's operations guide says.
    Accepted,
}

/// One account: who may call, and what it has in each region.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The account's number.
    #[serde(default = "default_account")]
    pub id: String,
    /// Keys that open this account.
    #[serde(default)]
    pub keys: Table<Key>,
    /// Roles that its users may assume.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub roles: Table<Role>,
    /// Whether Cloud Backup has been opened. It cannot be closed again.
    #[serde(default = "yes")]
    pub service_opened: bool,
    /// What there is, by region.
    #[serde(default)]
    pub regions: BTreeMap<String, Region>,
}

impl Default for Account {
    fn default() -> Account {
        Account {
            id: default_account(),
            keys: Table::default(),
            roles: Table::default(),
            service_opened: true,
            regions: BTreeMap::new(),
        }
    }
}

/// An access key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The access key id.
    pub id: String,
    /// The access key secret.
    pub secret: String,
    /// Whose key it is. Left out: the account's own (root) key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What the user may do. Left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// A key that has been disabled.
    #[serde(default, skip_serializing_if = "is_false")]
    pub inactive: bool,
    /// The token that must come with a temporary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_token: Option<String>,
    /// When a temporary key ends, in wall time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
    /// The role and session that a temporary key stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumed: Option<Session>,
}

impl Key {
    /// A key of a RAM user that may do everything, as `serve --key` accepts it.
    pub fn all_permissions(id: &str, secret: &str) -> Key {
        Key {
            id: id.to_owned(),
            secret: secret.to_owned(),
            user: Some("emulator".to_owned()),
            policy: None,
            inactive: false,
            security_token: None,
            expires: None,
            assumed: None,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("user", &self.user).finish_non_exhaustive()
    }
}

impl Identified for Key {
    fn id(&self) -> &str {
        &self.id
    }
}

/// An assumed role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The role's name.
    pub role: String,
    /// The name that the caller gave to the session.
    pub name: String,
}

/// A role that the account's users may assume.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The role's name.
    pub name: String,
    /// What a session of it may do. Left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

impl Identified for Role {
    fn id(&self) -> &str {
        &self.name
    }
}

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
    #[serde(default, skip_serializing_if = "is_default")]
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
            created: Time::default(),
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

/// A restore job.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// `r-...`.
    pub id: String,
    /// The edition it was asked of.
    #[serde(default)]
    pub edition: Edition,
    /// The vault of the recovery point.
    pub vault: String,
    /// The recovery point.
    pub recovery_point: String,
    /// Its hash.
    pub hash: String,
    /// Where the files came from.
    pub source_instance: String,
    /// Where they go.
    pub target_instance: String,
    /// The directory they go to.
    pub target_path: String,
    /// Which files; empty for all.
    #[serde(default)]
    pub include: String,
    /// Which files not.
    #[serde(default)]
    pub exclude: String,
    /// What to do with files that are there already, as it was sent.
    #[serde(default)]
    pub options: String,
    /// The token that makes a repetition harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_token: Option<String>,
    /// How it goes.
    pub run: Run,
}

impl Identified for Restore {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The course of a job: when it was asked for, when it starts and ends, and what comes of it.
///
/// The state at any moment follows from these, so that turning the clock touches no job.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// When it was made.
    pub created: Time,
    /// When it starts. Left out: when it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Time>,
    /// When it ends. Left out: not foreseeable, it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<Time>,
    /// What comes of it.
    #[serde(default)]
    pub result: RunResult,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Bytes that it has to move.
    #[serde(default)]
    pub bytes: u64,
}

/// How a job ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the vendor's states, which explain themselves")]
pub enum RunResult {
    #[default]
    Complete,
    PartialComplete,
    Failed,
    Canceled,
    Expired,
}

impl Run {
    /// When it starts.
    pub fn starts(&self) -> Time {
        self.started.unwrap_or(self.created)
    }

    /// Whether it has ended at this time.
    pub fn is_over(&self, now: Time) -> bool {
        self.completed.is_some_and(|completed| completed <= now)
    }

    /// The state at this time, in the vendor's word.
    pub fn status(&self, now: Time) -> &'static str {
        if now < self.starts() {
            return "CREATED";
        }
        if !self.is_over(now) {
            return "RUNNING";
        }
        match self.result {
            RunResult::Complete => "COMPLETE",
            RunResult::PartialComplete => "PARTIAL_COMPLETE",
            RunResult::Failed => "FAILED",
            RunResult::Canceled => "CANCELED",
            RunResult::Expired => "EXPIRED",
        }
    }

    /// How much is done at this time, in hundredths of a per cent.
    ///
    /// Source: HBR API 2017-09-08, `DescribeBackupJobs2`, `Progress`.
    pub fn progress(&self, now: Time) -> u64 {
        const WHOLE: u64 = 10_000;
        let started = self.starts();
        match (self.result, self.completed) {
            (RunResult::Complete | RunResult::PartialComplete, Some(completed)) if completed <= now => WHOLE,
            (_, Some(completed)) => {
                let at = if completed <= now { completed } else { now };
                let length = u64::try_from(completed.unix() - started.unix()).unwrap_or(0).max(1);
                let gone = u64::try_from(at.unix() - started.unix()).unwrap_or(0).min(length);
                // A job that fails does so before its end.
                (gone * WHOLE / length).min(WHOLE - 1)
            }
            (_, None) => 0,
        }
    }

    /// Bytes moved at this time.
    pub fn bytes_done(&self, now: Time) -> u64 {
        let done = u128::from(self.bytes) * u128::from(self.progress(now)) / 10_000;
        u64::try_from(done).unwrap_or(self.bytes)
    }

    /// Ends it now.
    pub fn cancel(&mut self, now: Time) {
        self.started = Some(self.starts().min(now));
        self.completed = Some(now);
        self.result = RunResult::Canceled;
    }
}

/// A vault of the Standard Edition.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vault {
    /// `v-...`.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// What it holds: `STANDARD` or `OTS_BACKUP`.
    #[serde(default = "standard", rename = "type")]
    pub kind: String,
    /// When it was made.
    #[serde(default)]
    pub created: Time,
}

impl Identified for Vault {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The two products that share the operations of HBR. What one has made the other does not see.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Edition {
    /// ECS File Backup Essential Edition.
    #[default]
    Basic,
    /// Everything else, and what a call means that does not say.
    Standard,
}

impl Region {
    /// The plans of an edition.
    pub fn book(&self, edition: Edition) -> &PlanBook {
        match edition {
            Edition::Basic => &self.basic,
            Edition::Standard => &self.standard,
        }
    }

    /// The plans of an edition, to be changed.
    pub fn book_mut(&mut self, edition: Edition) -> &mut PlanBook {
        match edition {
            Edition::Basic => &mut self.basic,
            Edition::Standard => &mut self.standard,
        }
    }
}

fn default_account() -> String {
    "1000000000000001".to_owned()
}

fn default_cpu() -> u32 {
    2
}

fn default_memory() -> u32 {
    4096
}

const OS: &str = "Alibaba Cloud Linux  3.2104 LTS 64 bit";
const IMAGE: &str = "aliyun_3_x64_20G_alibase_20260101.vhd";
const TYPE: &str = "ecs.g7.large";
const VPC: &str = "vpc-emulator";
const SWITCH: &str = "vsw-emulator";
const IP: &str = "10.0.0.10";
const CATEGORY: &str = "cloud_essd";

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

fn standard() -> String {
    "STANDARD".to_owned()
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
