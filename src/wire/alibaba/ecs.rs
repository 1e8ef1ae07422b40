//! ECS, API 2014-05-26: the reads that tell whether an instance can be backed up. All parameters travel in the query.

use serde::{Deserialize, Serialize};

use crate::wire::null_as_default;

/// Request of `DescribeInstances`.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeInstancesRequest {
    /// Required, although the host names the region too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// JSON array text of at most 100 ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_ids: Option<String>,
    /// `Running` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// By network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// `vpc` or `classic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_network_type: Option<String>,
    /// By type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// By image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// By zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_id: Option<String>,
    /// By name, `*` is a wildcard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_name: Option<String>,
    /// By resource group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_group_id: Option<String>,
    /// By tags, all of which must be there.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<TagFilter>,
    /// From 1; ignored when `MaxResults` or `NextToken` is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// At most 100; on its way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// Page size, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i64>,
    /// Where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A tag that must be there, flattened: `Tag.1.Key`, `Tag.1.Value`.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, request parameters, `Tag`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct TagFilter {
    /// The key.
    pub key: String,
    /// The value; absent means any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// One page of instances. Ids that do not exist are just not in it.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeInstancesAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Where to go on; empty on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// Meaningless when paging by token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// Echo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// Echo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// The instances of this page.
    #[serde(deserialize_with = "null_as_default")]
    pub instances: Instances,
}

/// The inner wrapper of a list of instances.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, response, `Instances`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Instances {
    /// The instances.
    #[serde(deserialize_with = "null_as_default")]
    pub instance: Vec<Instance>,
}

/// One server.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, response, `Instances.Instance`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Instance {
    /// `i-...`.
    pub instance_id: String,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_name: Option<String>,
    /// The host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_name: Option<String>,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// The zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_id: Option<String>,
    /// `Pending`, `Starting`, `Running`, `Stopping`, `Stopped`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// vCPUs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<i64>,
    /// MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<i64>,
    /// `vpc` or `classic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_network_type: Option<String>,
    /// For people, in the language of the account.
    #[serde(rename = "OSName", skip_serializing_if = "Option::is_none")]
    pub os_name: Option<String>,
    /// In English, for instance `CentOS  7.9 64 bit`.
    #[serde(rename = "OSNameEn", skip_serializing_if = "Option::is_none")]
    pub os_name_en: Option<String>,
    /// `linux` or `windows`.
    #[serde(rename = "OSType", skip_serializing_if = "Option::is_none")]
    pub os_type: Option<String>,
    /// The image it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// `ecs.g6.large`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// `ecs.g6`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type_family: Option<String>,
    /// ISO 8601, without seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<String>,
    /// ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired_time: Option<String>,
    /// ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<String>,
    /// `PostPaid` or `PrePaid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_charge_type: Option<String>,
    /// `KeepCharging` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_mode: Option<String>,
    /// The resource group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_group_id: Option<String>,
    /// Local disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_storage_amount: Option<i64>,
    /// GiB of local disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_storage_capacity: Option<i64>,
    /// The network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_attributes: Option<VpcAttributes>,
    /// The tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Tags>,
}

/// The network of an instance.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, response, `VpcAttributes`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct VpcAttributes {
    /// The network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The switch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v_switch_id: Option<String>,
    /// Addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_ip_address: Option<IpAddresses>,
}

/// The inner wrapper of a list of addresses.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, response, `PrivateIpAddress`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct IpAddresses {
    /// The addresses.
    #[serde(deserialize_with = "null_as_default")]
    pub ip_address: Vec<String>,
}

/// The inner wrapper of a list of tags.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, response, `Tags`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Tags {
    /// The tags.
    #[serde(deserialize_with = "null_as_default")]
    pub tag: Vec<Tag>,
}

/// One tag of an object.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, response, `Tags.Tag`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Tag {
    /// The key.
    pub tag_key: String,
    /// The value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag_value: Option<String>,
}

/// Request of `DescribeDisks`.
///
/// Source: ECS API 2014-05-26, `DescribeDisks`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeDisksRequest {
    /// Required, although the host names the region too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// The disks of one instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// JSON array text of at most 100 ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_ids: Option<String>,
    /// `In_use`, `Available` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// From 1; ignored when `MaxResults` or `NextToken` is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// At most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// Page size, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i64>,
    /// Where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// One page of disks.
///
/// Source: ECS API 2014-05-26, `DescribeDisks`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeDisksAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Where to go on; empty on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// Meaningless when paging by token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// Echo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// Echo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// The disks of this page.
    #[serde(deserialize_with = "null_as_default")]
    pub disks: Disks,
}

/// The inner wrapper of a list of disks.
///
/// Source: ECS API 2014-05-26, `DescribeDisks`, response, `Disks`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Disks {
    /// The disks.
    #[serde(deserialize_with = "null_as_default")]
    pub disk: Vec<Disk>,
}

/// One disk.
///
/// Source: ECS API 2014-05-26, `DescribeDisks`, response, `Disks.Disk`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Disk {
    /// `d-...`.
    pub disk_id: String,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_name: Option<String>,
    /// The instance it is attached to; may be empty for a disk with several, see `attachments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// GiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// `system` or `data`.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// `cloud_essd`, `cloud_efficiency` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// `In_use`, `Available` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `/dev/xvda`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Whether it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// With which key.
    #[serde(rename = "KMSKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// `Enabled` or `Disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_attach: Option<String>,
    /// The instances it is attached to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Attachments>,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// The zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_id: Option<String>,
    /// ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<String>,
}

/// The inner wrapper of a list of attachments.
///
/// Source: ECS API 2014-05-26, `DescribeDisks`, response, `Attachments`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Attachments {
    /// The attachments.
    #[serde(deserialize_with = "null_as_default")]
    pub attachment: Vec<Attachment>,
}

/// That a disk is attached to an instance.
///
/// Source: ECS API 2014-05-26, `DescribeDisks`, response, `Attachments.Attachment`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Attachment {
    /// The instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// The device name there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attached_time: Option<String>,
}

/// Request of `DescribeCloudAssistantStatus`. Paging is ignored when `InstanceId.N` is given.
///
/// Source: ECS API 2014-05-26, `DescribeCloudAssistantStatus`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeCloudAssistantStatusRequest {
    /// Required, although the host names the region too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// At most 100, flattened: `InstanceId.1`.
    #[serde(deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub instance_id: Vec<String>,
    /// Page size, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i64>,
    /// Where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// Whether Cloud Assistant runs on the instances.
///
/// Source: ECS API 2014-05-26, `DescribeCloudAssistantStatus`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeCloudAssistantStatusAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// How many match in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// Echo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// Echo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// The instances.
    #[serde(deserialize_with = "null_as_default")]
    pub instance_cloud_assistant_status_set: InstanceCloudAssistantStatusSet,
}

/// The inner wrapper of the list.
///
/// Source: ECS API 2014-05-26, `DescribeCloudAssistantStatus`, response, `InstanceCloudAssistantStatusSet`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct InstanceCloudAssistantStatusSet {
    /// The instances.
    #[serde(deserialize_with = "null_as_default")]
    pub instance_cloud_assistant_status: Vec<InstanceCloudAssistantStatus>,
}

/// Whether Cloud Assistant runs on one instance.
///
/// Source: ECS API 2014-05-26, `DescribeCloudAssistantStatus`, response,
/// `InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct InstanceCloudAssistantStatus {
    /// The instance.
    pub instance_id: String,
    /// The text `true` or `false`; a stopped instance says `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_assistant_status: Option<String>,
    /// The version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_assistant_version: Option<String>,
    /// ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_heartbeat_time: Option<String>,
    /// `Linux` or `Windows`.
    #[serde(rename = "OSType", skip_serializing_if = "Option::is_none")]
    pub os_type: Option<String>,
}

/// Request of `DescribeImages`.
///
/// Source: ECS API 2014-05-26, `DescribeImages`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeImagesRequest {
    /// Required, although the host names the region too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// One image, or several joined by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// At most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
}

/// One page of images.
///
/// Source: ECS API 2014-05-26, `DescribeImages`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeImagesAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Echo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// How many match in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// Echo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// Echo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// The images of this page.
    #[serde(deserialize_with = "null_as_default")]
    pub images: Images,
}

/// The inner wrapper of a list of images.
///
/// Source: ECS API 2014-05-26, `DescribeImages`, response, `Images`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Images {
    /// The images.
    #[serde(deserialize_with = "null_as_default")]
    pub image: Vec<Image>,
}

/// One image: the place where the architecture of a system is written.
///
/// Source: ECS API 2014-05-26, `DescribeImages`, response, `Images.Image`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Image {
    /// The image.
    pub image_id: String,
    /// `i386` is 32-bit; `x86_64`, `arm64`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// For people.
    #[serde(rename = "OSName", skip_serializing_if = "Option::is_none")]
    pub os_name: Option<String>,
    /// `linux` or `windows`.
    #[serde(rename = "OSType", skip_serializing_if = "Option::is_none")]
    pub os_type: Option<String>,
}
