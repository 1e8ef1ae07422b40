//! Servers, disks, Cloud Assistant, images and regions.
//!
//! Source: ECS API 2014-05-26, the pages of these operations.

use serde::Serialize;

use super::error::ApiError;
use super::gateway::Call;
use super::hbr_clients::has_tags;
use super::instance::{Architecture, Disk, Instance};
use super::region::Region;
use super::regions::{REGIONS, is_known};
use super::token;
use crate::emulator::wildcard;

/// How many ids a call may name.
const IDS_MAX: usize = 100;

/// Makes the call speak of the region that its `RegionId` names, whatever its host.
fn enter_region(call: &mut Call) -> Result<(), ApiError> {
    let region = call.params.filled("RegionId").ok_or_else(|| mandatory("RegionId"))?;
    if !is_known(region) && !call.account.regions.contains_key(region) {
        return Err(ApiError::new(404, "InvalidRegionId.NotFound", "The specified RegionId does not exist."));
    }
    call.region_id = region.to_owned();
    Ok(())
}

fn mandatory(name: &str) -> ApiError {
    let message = format!(
        "The input parameter \"{name}\" that is mandatory for processing this request is not supplied."
    );
    ApiError::new(400, "MissingParameter", message)
}

fn invalid(name: &str) -> ApiError {
    ApiError::new(400, "InvalidParameter", format!("The specified parameter \"{name}\" is not valid."))
}

/// Ids that come as a JSON array in one parameter.
fn ids(call: &Call, name: &str) -> Result<Option<Vec<String>>, ApiError> {
    call.params.json_texts(name, IDS_MAX).map_err(|_| {
        ApiError::new(400, format!("Invalid{name}.Malformed"), format!("The specified {name} are malformed."))
    })
}

/// What part of a listing is wanted: by token, as it should be, or by page, as it used to be.
///
/// With a token the page's number and size are ignored, and the total count means nothing.
struct Slice {
    skip: usize,
    take: usize,
    by_token: bool,
    page_number: usize,
}

impl Slice {
    /// `most` bounds `MaxResults`. Values out of its bounds are brought within, as the pages of the operations say.
    fn of(call: &Call, operation: &str, most: usize) -> Result<Slice, ApiError> {
        const LEAST: usize = 10;
        const PAGE_MOST: usize = 100;
        let number = |name: &str| {
            let value = call.params.integer(name).map_err(|_| invalid(name))?;
            value.map(|value| usize::try_from(value).map_err(|_| invalid(name))).transpose()
        };
        let results = number("MaxResults")?;
        let next = call.params.filled("NextToken");
        if results.is_some() || next.is_some() {
            let take = results.unwrap_or(LEAST).clamp(LEAST, most);
            return Ok(Slice { skip: token::read(next, operation)?, take, by_token: true, page_number: 1 });
        }
        let page_number = number("PageNumber")?.unwrap_or(1);
        let take = number("PageSize")?.unwrap_or(LEAST);
        if page_number == 0 || take == 0 || take > PAGE_MOST {
            return Err(invalid("PageSize"));
        }
        Ok(Slice { skip: (page_number - 1).saturating_mul(take), take, by_token: false, page_number })
    }

    /// The token of what comes after this slice of so many.
    fn next(&self, total: usize, operation: &str) -> String {
        let next = self.skip.saturating_add(self.take);
        if self.by_token && next < total { token::write(next, operation) } else { String::new() }
    }

    fn total_count(&self, total: usize) -> usize {
        if self.by_token { 0 } else { total }
    }

    fn page_size(&self) -> usize {
        if self.by_token { 0 } else { self.take }
    }
}

/// `DescribeInstances`. Ids that do not exist are simply not in the answer.
pub fn describe_instances(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    const NAME: &str = "DescribeInstances";
    enter_region(call)?;
    let slice = Slice::of(call, NAME, 100)?;
    let ids = ids(call, "InstanceIds")?;
    let tags = call.params.pairs("Tag");
    let region = call.region();
    let (total, found): (usize, Vec<&Instance>) = if let Some(ids) = ids {
        let all: Vec<_> = ids
            .iter()
            .filter_map(|id| region.instances.get(id))
            .filter(|instance| is_wanted(call, instance, &tags))
            .collect();
        (all.len(), all.into_iter().skip(slice.skip).take(slice.take).collect())
    } else if has_filters(call, &tags) {
        let all: Vec<_> =
            region.instances.iter().filter(|instance| is_wanted(call, instance, &tags)).collect();
        (all.len(), all.into_iter().skip(slice.skip).take(slice.take).collect())
    } else {
        let place = slice.skip..slice.skip.saturating_add(slice.take);
        (region.instances.len(), place.map_while(|index| region.instances.at(index)).collect())
    };
    call.answer(InstanceListing {
        next_token: slice.next(total, NAME),
        total_count: slice.total_count(total),
        page_number: slice.page_number,
        page_size: slice.page_size(),
        instances: InstanceList {
            instance: found.into_iter().map(|instance| shown(call, instance)).collect(),
        },
    })
}

/// Parameters that narrow a listing of instances, besides ids and tags.
const FILTERS: [&str; 10] = [
    "Status",
    "VpcId",
    "VSwitchId",
    "InstanceNetworkType",
    "InstanceType",
    "ImageId",
    "ZoneId",
    "InstanceName",
    "ResourceGroupId",
    "InstanceChargeType",
];

fn has_filters(call: &Call, tags: &[(String, Option<String>)]) -> bool {
    !tags.is_empty() || FILTERS.iter().any(|name| call.params.filled(name).is_some())
}

fn is_wanted(call: &Call, instance: &Instance, tags: &[(String, Option<String>)]) -> bool {
    FILTERS.iter().all(|name| {
        let Some(wanted) = call.params.filled(name) else { return true };
        match *name {
            "Status" => wanted == instance.status.as_str(),
            "VpcId" => wanted == instance.vpc,
            "VSwitchId" => wanted == instance.vswitch,
            "InstanceNetworkType" => wanted == instance.network.as_str(),
            "InstanceType" => wanted == instance.instance_type,
            "ImageId" => wanted == instance.image,
            "ZoneId" => wanted == instance.zone(&call.region_id),
            "InstanceName" => wildcard::matches(wanted, instance.name()),
            "ResourceGroupId" => wanted == instance.resource_group,
            _ => wanted == CHARGE_TYPE,
        }
    }) && has_tags(instance, tags)
}

const CHARGE_TYPE: &str = "PostPaid";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct InstanceListing<'a> {
    next_token: String,
    total_count: usize,
    page_number: usize,
    page_size: usize,
    instances: InstanceList<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct InstanceList<'a> {
    instance: Vec<Shown<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown<'a> {
    instance_id: &'a str,
    instance_name: &'a str,
    host_name: &'a str,
    description: &'static str,
    region_id: &'a str,
    zone_id: String,
    status: &'static str,
    cpu: u32,
    /// In MiB.
    memory: u32,
    instance_network_type: &'static str,
    #[serde(rename = "OSName")]
    os_name: String,
    #[serde(rename = "OSNameEn")]
    os_name_en: &'a str,
    #[serde(rename = "OSType")]
    os_type: &'static str,
    image_id: &'a str,
    instance_type: &'a str,
    instance_type_family: &'a str,
    instance_charge_type: &'static str,
    stopped_mode: &'static str,
    creation_time: String,
    start_time: String,
    expired_time: &'static str,
    resource_group_id: &'a str,
    local_storage_amount: u32,
    local_storage_capacity: u64,
    vpc_attributes: VpcAttributes<'a>,
    tags: Tags<'a>,
    operation_locks: OperationLocks,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VpcAttributes<'a> {
    vpc_id: &'a str,
    v_switch_id: &'a str,
    private_ip_address: IpAddresses<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct IpAddresses<'a> {
    ip_address: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tags<'a> {
    tag: Vec<Tag<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<'a> {
    tag_key: &'a str,
    tag_value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OperationLocks {
    lock_reason: [&'static str; 0],
}

fn shown<'a>(call: &'a Call, instance: &'a Instance) -> Shown<'a> {
    let is_vpc = instance.network.as_str() == "vpc";
    let only_in_vpc = |text: &'a str| if is_vpc { text } else { "" };
    Shown {
        instance_id: &instance.id,
        instance_name: instance.name(),
        host_name: instance.name(),
        description: "",
        region_id: &call.region_id,
        zone_id: instance.zone(&call.region_id),
        status: instance.status.as_str(),
        cpu: instance.cpu,
        memory: instance.memory_mib,
        instance_network_type: instance.network.as_str(),
        os_name: instance.os_name.replace(" bit", "位"),
        os_name_en: &instance.os_name,
        os_type: instance.os_type.as_str(),
        image_id: &instance.image,
        instance_type: &instance.instance_type,
        instance_type_family: instance.instance_type.rsplit_once('.').map_or("", |(family, _)| family),
        instance_charge_type: CHARGE_TYPE,
        stopped_mode: "Not-applicable",
        creation_time: instance.created.to_minute(),
        start_time: instance.created.to_minute(),
        expired_time: "2099-12-31T15:59Z",
        resource_group_id: &instance.resource_group,
        local_storage_amount: 0,
        local_storage_capacity: 0,
        vpc_attributes: VpcAttributes {
            vpc_id: only_in_vpc(&instance.vpc),
            v_switch_id: only_in_vpc(&instance.vswitch),
            private_ip_address: IpAddresses {
                ip_address: if is_vpc { vec![&instance.private_ip] } else { Vec::new() },
            },
        },
        tags: Tags {
            tag: instance.tags.iter().map(|(tag_key, tag_value)| Tag { tag_key, tag_value }).collect(),
        },
        operation_locks: OperationLocks { lock_reason: [] },
    }
}

/// `DescribeDisks`.
pub fn describe_disks(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    const NAME: &str = "DescribeDisks";
    enter_region(call)?;
    let slice = Slice::of(call, NAME, 500)?;
    let ids = ids(call, "DiskIds")?;
    let region = call.region();
    let instance = call.params.filled("InstanceId").map(|id| region.instances.get(id));
    let is_wanted = |(instance, index): &(&Instance, usize)| is_wanted_disk(call, instance, *index);
    let (total, found): (usize, Vec<(&Instance, usize)>) = match (ids, instance) {
        (None, None) if !has_disk_filters(call) => {
            let place = slice.skip..slice.skip.saturating_add(slice.take);
            (region.disk_order.len(), place.map_while(|place| disk_at(region, place)).collect())
        }
        (ids, instance) => {
            let candidates: Vec<(&Instance, usize)> = match (ids, instance) {
                (Some(ids), _) => {
                    let places = ids.iter().filter_map(|id| region.disk_places.get(id));
                    places.filter_map(|place| disk_at(region, *place)).collect()
                }
                (None, Some(Some(instance))) => {
                    (0..instance.disks.len()).map(|index| (instance, index)).collect()
                }
                (None, Some(None)) => Vec::new(),
                (None, None) => {
                    (0..region.disk_order.len()).filter_map(|place| disk_at(region, place)).collect()
                }
            };
            let all: Vec<_> = candidates.into_iter().filter(is_wanted).collect();
            (all.len(), all.into_iter().skip(slice.skip).take(slice.take).collect())
        }
    };
    call.answer(DiskListing {
        next_token: slice.next(total, NAME),
        total_count: slice.total_count(total),
        page_number: slice.page_number,
        page_size: slice.page_size(),
        disks: DiskList {
            disk: found.into_iter().map(|(server, index)| shown_disk(call, server, index)).collect(),
        },
    })
}

fn disk_at(region: &Region, place: usize) -> Option<(&Instance, usize)> {
    let (instance, index) = *region.disk_order.get(place)?;
    Some((region.instances.at(instance)?, index))
}

/// Parameters that narrow a listing of disks, besides ids.
const DISK_FILTERS: [&str; 5] = ["DiskType", "Category", "Status", "ZoneId", "Encrypted"];

fn has_disk_filters(call: &Call) -> bool {
    DISK_FILTERS.iter().any(|name| call.params.filled(name).is_some())
}

fn is_wanted_disk(call: &Call, instance: &Instance, index: usize) -> bool {
    let Some(disk) = instance.disks.get(index) else { return false };
    let is_instance = call.params.filled("InstanceId").is_none_or(|id| id == instance.id);
    is_instance
        && DISK_FILTERS.iter().all(|name| {
            let Some(wanted) = call.params.filled(name) else { return true };
            match *name {
                "DiskType" => matches!(wanted, "all") || wanted == kind_of_disk(index),
                "Category" => matches!(wanted, "all") || wanted == disk.category,
                "Status" => matches!(wanted, "All" | "In_use"),
                "ZoneId" => wanted == instance.zone(&call.region_id),
                _ => wanted.eq_ignore_ascii_case(if disk.encrypted { "true" } else { "false" }),
            }
        })
}

fn kind_of_disk(index: usize) -> &'static str {
    if index == 0 { "system" } else { "data" }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DiskListing<'a> {
    next_token: String,
    total_count: usize,
    page_number: usize,
    page_size: usize,
    disks: DiskList<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DiskList<'a> {
    disk: Vec<ShownDisk<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShownDisk<'a> {
    disk_id: &'a str,
    disk_name: &'static str,
    instance_id: &'a str,
    region_id: &'a str,
    zone_id: String,
    /// In GiB.
    size: u32,
    r#type: &'static str,
    category: &'a str,
    status: &'static str,
    device: String,
    encrypted: bool,
    portable: bool,
    multi_attach: &'static str,
    creation_time: String,
    attachments: Attachments<'a>,
    tags: Tags<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attachments<'a> {
    attachment: [Attachment<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment<'a> {
    instance_id: &'a str,
    device: String,
    attached_time: String,
}

fn shown_disk<'a>(call: &'a Call, instance: &'a Instance, index: usize) -> ShownDisk<'a> {
    let disk: &Disk = &instance.disks[index];
    let letter = u8::try_from(index % 26).map_or('z', |offset| char::from(b'a' + offset));
    let device = format!("/dev/xvd{letter}");
    ShownDisk {
        disk_id: &disk.id,
        disk_name: "",
        instance_id: &instance.id,
        region_id: &call.region_id,
        zone_id: instance.zone(&call.region_id),
        size: disk.size_gib,
        r#type: kind_of_disk(index),
        category: &disk.category,
        status: "In_use",
        encrypted: disk.encrypted,
        portable: index > 0,
        multi_attach: "Disabled",
        creation_time: instance.created.to_string(),
        attachments: Attachments {
            attachment: [Attachment {
                instance_id: &instance.id,
                device: device.clone(),
                attached_time: instance.created.to_string(),
            }],
        },
        device,
        tags: Tags { tag: Vec::new() },
    }
}

/// `DescribeCloudAssistantStatus`. Paging is ignored where instances are named.
pub fn describe_cloud_assistant_status(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    const NAME: &str = "DescribeCloudAssistantStatus";
    const MOST: usize = 50;
    enter_region(call)?;
    let ids = call.params.list("InstanceId");
    if ids.len() > IDS_MAX {
        return Err(invalid("InstanceId"));
    }
    let slice = Slice::of(call, NAME, MOST)?;
    let region = call.region();
    let (next_token, total, found): (String, usize, Vec<&Instance>) = if ids.is_empty() {
        let place = slice.skip..slice.skip.saturating_add(slice.take);
        let total = region.instances.len();
        (slice.next(total, NAME), total, place.map_while(|index| region.instances.at(index)).collect())
    } else {
        let found: Vec<&Instance> = ids.iter().filter_map(|id| region.instances.get(id)).collect();
        (String::new(), found.len(), found)
    };
    let status = found.into_iter().map(|instance| assistant(call, instance)).collect();
    call.answer(AssistantListing {
        next_token,
        total_count: slice.total_count(total),
        page_number: slice.page_number,
        page_size: slice.page_size(),
        instance_cloud_assistant_status_set: AssistantSet { instance_cloud_assistant_status: status },
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssistantListing<'a> {
    next_token: String,
    total_count: usize,
    page_number: usize,
    page_size: usize,
    instance_cloud_assistant_status_set: AssistantSet<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssistantSet<'a> {
    instance_cloud_assistant_status: Vec<Assistant<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Assistant<'a> {
    instance_id: &'a str,
    /// A text, `true` or `false`.
    cloud_assistant_status: &'static str,
    cloud_assistant_version: &'static str,
    last_heartbeat_time: String,
    #[serde(rename = "OSType")]
    os_type: &'static str,
    invocation_count: u32,
    active_task_count: u32,
    support_session_manager: bool,
}

fn assistant<'a>(call: &Call, instance: &'a Instance) -> Assistant<'a> {
    // Source: `DescribeCloudAssistantStatus`: a stopped instance reports false.
    let answers = instance.cloud_assistant && instance.status.as_str() == "Running";
    Assistant {
        instance_id: &instance.id,
        cloud_assistant_status: if answers { "true" } else { "false" },
        cloud_assistant_version: if instance.cloud_assistant { "2.2.3.857" } else { "" },
        last_heartbeat_time: if answers { call.now.to_string() } else { String::new() },
        os_type: instance.os_type.as_str(),
        invocation_count: 0,
        active_task_count: 0,
        support_session_manager: answers,
    }
}

/// `DescribeImages`: the images of the account's instances.
pub fn describe_images(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    enter_region(call)?;
    let slice = Slice::of(call, "DescribeImages", 100)?;
    let wanted: Option<Vec<&str>> = call.params.filled("ImageId").map(|ids| ids.split(',').collect());
    let mut images: Vec<ShownImage> = call
        .region()
        .instances
        .iter()
        .filter(|instance| wanted.as_ref().is_none_or(|wanted| wanted.contains(&instance.image.as_str())))
        .map(image)
        .collect();
    images.sort_by_key(|image| image.image_id);
    images.dedup_by_key(|image| image.image_id);
    let total_count = images.len();
    let image = images.into_iter().skip(slice.skip).take(slice.take).collect();
    call.answer(ImageListing {
        region_id: &call.region_id,
        total_count,
        page_number: slice.page_number,
        page_size: slice.take,
        images: ImageList { image },
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ImageListing<'a> {
    region_id: &'a str,
    total_count: usize,
    page_number: usize,
    page_size: usize,
    images: ImageList<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ImageList<'a> {
    image: Vec<ShownImage<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShownImage<'a> {
    image_id: &'a str,
    architecture: &'static str,
    #[serde(rename = "OSName")]
    os_name: String,
    #[serde(rename = "OSNameEn")]
    os_name_en: &'a str,
    #[serde(rename = "OSType")]
    os_type: &'static str,
    status: &'static str,
}

fn image(instance: &Instance) -> ShownImage<'_> {
    let architecture: Architecture = instance.architecture;
    ShownImage {
        image_id: &instance.image,
        architecture: architecture.as_str(),
        os_name: instance.os_name.replace(" bit", "位"),
        os_name_en: &instance.os_name,
        os_type: instance.os_type.as_str(),
        status: "Available",
    }
}

/// `DescribeRegions`.
pub fn describe_regions(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let region = REGIONS.iter().map(|(region_id, local_name)| ShownRegion {
        region_id,
        local_name,
        region_endpoint: format!("ecs.{region_id}.aliyuncs.com"),
        status: "available",
    });
    call.answer(RegionListing { regions: RegionList { region: region.collect() } })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegionListing {
    regions: RegionList,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegionList {
    region: Vec<ShownRegion>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShownRegion {
    region_id: &'static str,
    local_name: &'static str,
    region_endpoint: String,
    status: &'static str,
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::testing::{Cloud, code};
    use crate::emulator::world::World;

    fn shown(answer: &Value, list: &str, member: &str, id: &str) -> Vec<String> {
        let all = answer[list][member].as_array().unwrap();
        all.iter().map(|object| object[id].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn instances_are_filtered() {
        let check = |params: &str, expected: &[&str]| {
            let params = format!("RegionId=cn-hangzhou {params}");
            let answer = Cloud::new().ecs("DescribeInstances", &params).unwrap();
            assert_eq!(shown(&answer, "Instances", "Instance", "InstanceId"), expected, "{params}");
            assert_eq!(answer["TotalCount"], expected.len(), "{params}");
        };
        check("PageSize=100", &["i-web", "i-db", "i-old", "i-mute", "i-off", "i-classic", "i-bad"]);
        check(r#"InstanceIds=["i-db","i-none","i-web"]"#, &["i-db", "i-web"]);
        check("InstanceIds=[]", &[]);
        check("InstanceName=web*", &["i-web"]);
        check("InstanceName=*-1 Status=Stopped", &["i-off"]);
        check("InstanceNetworkType=classic", &["i-classic"]);
        check("Tag.1.Key=env Tag.1.Value=prod", &["i-web"]);
        check("Tag.1.Key=env Tag.1.Value=test", &[]);
        check("Tag.1.Key=env", &["i-web"]);
        check("ZoneId=cn-hangzhou-b", &[]);
    }

    #[test]
    fn what_ecs_cannot_read_it_refuses() {
        let check = |action: &str, params: &str, expected: &str| {
            assert_eq!(code(Cloud::new().ecs(action, params)), expected, "{action} {params}");
        };
        check("DescribeInstances", "", "MissingParameter");
        check("DescribeInstances", "RegionId=cn-atlantis", "InvalidRegionId.NotFound");
        check("DescribeInstances", "RegionId=cn-shanghai", "ok");
        check("DescribeInstances", "RegionId=cn-hangzhou InstanceIds=i-web", "InvalidInstanceIds.Malformed");
        check("DescribeInstances", "RegionId=cn-hangzhou PageSize=101", "InvalidParameter");
        check("DescribeInstances", "RegionId=cn-hangzhou MaxResults=many", "InvalidParameter");
        check("DescribeInstances", "RegionId=cn-hangzhou NextToken=abc", "InvalidParameter.NextToken");
        check("DescribeDisks", "RegionId=cn-hangzhou DiskIds={}", "InvalidDiskIds.Malformed");
        check("RunInstances", "RegionId=cn-hangzhou", "Emulator.NotImplemented");
    }

    #[test]
    fn tokens_lead_through_all_instances_and_disks() {
        let mut cloud = Cloud::of(&World::fleet(230).to_json());
        let admin = super::super::account::Key::all_permissions("admin", "s");
        cloud.core.world.alibaba.accounts[0].keys.insert(admin);
        let mut check = |action: &str, list: &str, member: &str, size: &str, expected: &[usize]| {
            let mut pages = Vec::new();
            let mut token = String::new();
            loop {
                let params = format!("RegionId=cn-hangzhou MaxResults={size} {token}");
                let answer = cloud.ecs(action, &params).unwrap();
                pages.push(answer[list][member].as_array().unwrap().len());
                match answer["NextToken"].as_str().unwrap() {
                    "" => break,
                    next => token = format!("NextToken={next}"),
                }
            }
            assert_eq!(pages, expected, "{action} {size}");
        };
        check("DescribeInstances", "Instances", "Instance", "100", &[100, 100, 30]);
        check("DescribeInstances", "Instances", "Instance", "1000", &[100, 100, 30]);
        check("DescribeInstances", "Instances", "Instance", "1", &[10; 23]);
        check("DescribeDisks", "Disks", "Disk", "500", &[306]);
        check("DescribeDisks", "Disks", "Disk", "200", &[200, 106]);
    }

    #[test]
    fn disks_belong_to_instances() {
        let check = |params: &str, expected: &[&str]| {
            let params = format!("RegionId=cn-hangzhou PageSize=100 {params}");
            let answer = Cloud::new().ecs("DescribeDisks", &params).unwrap();
            assert_eq!(shown(&answer, "Disks", "Disk", "DiskId"), expected, "{params}");
        };
        check("InstanceId=i-web", &["d-web-1", "d-web-2"]);
        check("InstanceId=i-web DiskType=data", &["d-web-2"]);
        check("InstanceId=i-none", &[]);
        check(r#"DiskIds=["d-db-1","d-none"]"#, &["d-db-1"]);
        check(r#"InstanceId=i-web DiskIds=["d-db-1"]"#, &[]);
        check("DiskType=data", &["d-web-2"]);
        check("Encrypted=true", &[]);
    }

    #[test]
    fn cloud_assistant_answers_where_it_runs() {
        let mut cloud = Cloud::new();
        let check = |answer: &Value, expected: &[(&str, &str)]| {
            let set =
                answer["InstanceCloudAssistantStatusSet"]["InstanceCloudAssistantStatus"].as_array().unwrap();
            let text = |object: &Value, name: &str| object[name].as_str().unwrap().to_owned();
            let found: Vec<_> =
                set.iter().map(|one| (text(one, "InstanceId"), text(one, "CloudAssistantStatus"))).collect();
            let expected: Vec<_> =
                expected.iter().map(|(id, is)| ((*id).to_owned(), (*is).to_owned())).collect();
            assert_eq!(found, expected);
        };
        let params = "RegionId=cn-hangzhou InstanceId.1=i-web InstanceId.2=i-mute InstanceId.3=i-off";
        let answer = cloud.ecs("DescribeCloudAssistantStatus", params).unwrap();
        check(&answer, &[("i-web", "true"), ("i-mute", "false"), ("i-off", "false")]);
    }

    #[test]
    fn a_32_bit_system_shows_in_name_and_image() {
        let mut cloud = Cloud::new();
        let instances =
            cloud.ecs("DescribeInstances", r#"RegionId=cn-hangzhou InstanceIds=["i-old"]"#).unwrap();
        let old = &instances["Instances"]["Instance"][0];
        assert_eq!(
            (&old["OSNameEn"], &old["OSName"]),
            (&"CentOS  6.8 32 bit".into(), &"CentOS  6.8 32位".into())
        );
        let images = cloud.ecs("DescribeImages", "RegionId=cn-hangzhou ImageId=centos_6").unwrap();
        assert_eq!(
            (&images["TotalCount"], &images["Images"]["Image"][0]["Architecture"]),
            (&1.into(), &"i386".into())
        );
    }
}
