//! What vaults protect, as its own services show it: ECS, EVS, SFS Turbo, Workspace. Only what bears on backup.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Tag;
use crate::wire::null_as_default;

/// Answer of `ListServersDetails`.
///
/// Source: ECS API v1, "Querying Details About ECSs", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ServersAnswer {
    /// A page of them, whose `offset` is a page's number.
    #[serde(deserialize_with = "null_as_default")]
    pub servers: Vec<Server>,
    /// How many there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// Answer of `ShowServer`.
///
/// Source: ECS API v1, "Querying Details About an ECS", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ServerAnswer {
    /// The server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Server>,
}

/// A server.
///
/// Source: ECS API v1, "Querying Details About ECSs", `servers`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Server {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `ACTIVE`, `SHUTOFF` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `active`, `stopped` and so on.
    #[serde(rename = "OS-EXT-STS:vm_state", skip_serializing_if = "Option::is_none")]
    pub vm_state: Option<String>,
    /// What is under way, if anything is.
    #[serde(rename = "OS-EXT-STS:task_state", skip_serializing_if = "Option::is_none")]
    pub task_state: Option<String>,
    /// The zone.
    #[serde(rename = "OS-EXT-AZ:availability_zone", skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// The enterprise project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// `key=value` each; one without a value is `key` or `key=`.
    #[serde(deserialize_with = "null_as_default")]
    pub tags: Vec<String>,
    /// The disks.
    #[serde(rename = "os-extended-volumes:volumes_attached", deserialize_with = "null_as_default")]
    pub volumes_attached: Vec<AttachedVolume>,
    /// Its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flavor: Option<Flavor>,
    /// What it was made from; empty for one that boots from a disk.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "ImageReference::is_empty")]
    pub image: ImageReference,
    /// System and billing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<ServerMetadata>,
    /// Its addresses, by network.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub addresses: BTreeMap<String, Vec<ServerAddress>>,
    /// Its security groups.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<SecurityGroup>,
    /// The name of its key pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_name: Option<String>,
}

/// The size of a server.
///
/// Source: ECS API v1, "Querying Details About ECSs", `flavor`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Flavor {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The image of a server.
///
/// Source: ECS API v1, "Querying Details About ECSs", `image`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ImageReference {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl ImageReference {
    fn is_empty(&self) -> bool {
        self.id.is_none()
    }
}

/// What a server says of its system and of how it is billed.
///
/// Source: ECS API v1, "Querying Details About ECSs", `metadata`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ServerMetadata {
    /// `0` by use, `1` for a time that was paid before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charging_mode: Option<String>,
    /// The image's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_name: Option<String>,
    /// `Linux` or `Windows`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_type: Option<String>,
}

/// An address of a server.
///
/// Source: ECS API v1, "Querying Details About ECSs", `addresses`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ServerAddress {
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addr: Option<String>,
    /// `4` or `6`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `fixed`, or `floating` for a public one.
    #[serde(rename = "OS-EXT-IPS:type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The hardware's address.
    #[serde(rename = "OS-EXT-IPS-MAC:mac_addr", skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
    /// The port.
    #[serde(rename = "OS-EXT-IPS:port_id", skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

/// A security group of a server.
///
/// Source: ECS API v1, "Querying Details About ECSs", `security_groups`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct SecurityGroup {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A disk of a server.
///
/// Source: ECS API v1, "Querying Details About ECSs", `os-extended-volumes:volumes_attached`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AttachedVolume {
    /// The disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// For instance `/dev/vda`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// `0` for the system disk.
    #[serde(rename = "bootIndex", skip_serializing_if = "Option::is_none")]
    pub boot_index: Option<String>,
}

/// Answer of `ListVolumes`.
///
/// Source: EVS API v2, "Querying Details About All Disks", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct VolumesAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub volumes: Vec<Volume>,
    /// How many there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// A disk.
///
/// Source: EVS API v2, "Querying Details About All Disks", `volumes`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Volume {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `available`, `in-use` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Capacity in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// The zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// The servers it is attached to.
    #[serde(deserialize_with = "null_as_default")]
    pub attachments: Vec<VolumeAttachment>,
    /// `true` or `false`, as a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootable: Option<String>,
    /// Whether servers can share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiattach: Option<bool>,
    /// The kind of disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_type: Option<String>,
    /// Whether it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// Tags, as an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// The enterprise project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// `EVS`, `DSS` or `DESS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_type: Option<String>,
    /// What people wrote about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its name to the systems that mount it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wwn: Option<String>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it was changed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// What else there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<VolumeMetadata>,
}

/// What else a disk says.
///
/// Source: EVS API v2, "Querying Details About All Disks", `metadata`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct VolumeMetadata {
    /// How it is attached: `rw` or `ro`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attached_mode: Option<String>,
}

/// A server that a disk is attached to.
///
/// Source: EVS API v2, "Querying Details About All Disks", `attachments`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct VolumeAttachment {
    /// The attachment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<String>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attached_at: Option<String>,
    /// The server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_id: Option<String>,
    /// For instance `/dev/vda`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// Answer of `ListShares`.
///
/// Source: SFS Turbo API v1, "Querying Details About All File Systems", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct SharesAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub shares: Vec<Share>,
    /// How many there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// A file system.
///
/// Source: SFS Turbo API v1, "Querying Details About All File Systems", `shares`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Share {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Capacity in GB as a text, `500.00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// `100` creating, `200` available, `303` failed, `800` frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_status: Option<String>,
    /// The zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The enterprise project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// Tags.
    #[serde(deserialize_with = "null_as_default")]
    pub tags: Vec<Tag>,
    /// The key, if it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crypt_key_id: Option<String>,
}

/// Answer of `ListDesktopsDetail`.
///
/// Source: Workspace API v2, "Querying the Desktop Details List", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct DesktopsAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub desktops: Vec<Desktop>,
    /// How many there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
}

/// A desktop.
///
/// Source: Workspace API v2, "Querying the Desktop Details List", `desktops`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Desktop {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desktop_id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computer_name: Option<String>,
    /// `ACTIVE`, `SHUTOFF`, `ERROR` or `HIBERNATED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_status: Option<String>,
    /// The system disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_volume: Option<DesktopVolume>,
    /// The other disks.
    #[serde(deserialize_with = "null_as_default")]
    pub data_volumes: Vec<DesktopVolume>,
    /// The zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// The enterprise project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// Tags.
    #[serde(deserialize_with = "null_as_default")]
    pub tags: Vec<Tag>,
    /// Whether it is frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_freeze: Option<bool>,
}

/// A disk of a desktop.
///
/// Source: Workspace API v2, "Querying the Desktop Details List", `root_volume`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct DesktopVolume {
    /// The disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_id: Option<String>,
    /// Capacity in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
}
