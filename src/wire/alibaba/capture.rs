//! What was read of one region of an account, together, so that a world can be made of it.
//!
//! Source: each body names its own page.

use super::ecs::{Disk, Image, Instance, InstanceCloudAssistantStatus};
use super::hbr::{BackupClient, BackupJob, BackupPlan, Snapshot, Statistics};

/// One region of an account. It holds no keys, for no body has any.
#[derive(Clone, Debug, Default)]
pub struct Captured {
    /// The account's number.
    pub account: String,
    /// The region.
    pub region: String,
    /// Whether Cloud Backup was opened.
    pub service_opened: bool,
    /// Instances.
    pub instances: Vec<Instance>,
    /// Their disks.
    pub disks: Vec<Disk>,
    /// Whether Cloud Assistant answers on them.
    pub assistants: Vec<InstanceCloudAssistantStatus>,
    /// The images that they were made from.
    pub images: Vec<Image>,
    /// Their plans of the Essential Edition.
    pub plans: Vec<BackupPlan>,
    /// The latest job of each plan.
    pub jobs: Vec<BackupJob>,
    /// Their backup clients.
    pub clients: Vec<BackupClient>,
    /// Their recovery points.
    pub snapshots: Vec<Snapshot>,
    /// What the whole account protects.
    pub statistics: Statistics,
}
