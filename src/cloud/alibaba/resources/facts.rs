//! Reads what the eligibility gate wants to know of instances, in bulk.

use std::collections::{BTreeMap, BTreeSet};

use super::eligibility::{Facts, is_32_bit};
use crate::cloud::alibaba::client::Client;
use crate::cloud::error::Error;
use crate::wire::alibaba::ecs::{DescribeInstancesRequest, Disk, Instance};

/// Up to this many instances their disks are asked for one by one; above, the region's disks are listed, 500 a call.
const FEW: usize = 5;

/// The facts of those instances that exist, by id.
///
/// # Errors
///
/// When a call fails: an instance that could not be read is not an instance that is missing.
pub(super) async fn read(
    client: &Client,
    region: &str,
    instance_ids: &[String],
) -> Result<BTreeMap<String, Facts>, Error> {
    if instance_ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let instances =
        client.instances_by_id(region, instance_ids, &DescribeInstancesRequest::default()).await?;
    let ids: Vec<String> = instances.iter().map(|instance| instance.instance_id.clone()).collect();
    let disks = disks_gib(&disks(client, region, &ids).await?);
    let assistants = client.cloud_assistant_status(region, &ids).await?;
    let answering: BTreeSet<&str> = assistants
        .iter()
        .filter(|status| status.cloud_assistant_status.as_deref() == Some("true"))
        .map(|status| status.instance_id.as_str())
        .collect();
    let images = images_of_32_bit(client, region, &instances).await?;
    let facts = instances.iter().map(|instance| {
        let id = instance.instance_id.clone();
        let facts = Facts {
            has_assistant: answering.contains(id.as_str()),
            disks_gib: disks.get(&id).copied().unwrap_or(0),
            ..of_instance(instance, &images)
        };
        (id, facts)
    });
    Ok(facts.collect())
}

/// What the instance itself says.
fn of_instance(instance: &Instance, images_of_32_bit: &BTreeSet<String>) -> Facts {
    let by_image = || instance.image_id.as_ref().is_some_and(|image| images_of_32_bit.contains(image));
    Facts {
        cpus: instance.cpu,
        memory_mib: instance.memory,
        classic_network: instance.instance_network_type.as_deref() == Some("classic"),
        is_32_bit: named_bits(instance).unwrap_or_else(by_image),
        is_running: instance.status.as_deref() == Some("Running"),
        has_assistant: false,
        disks_gib: 0,
    }
}

/// Whether the names of the system say that it has 32 bits.
fn named_bits(instance: &Instance) -> Option<bool> {
    is_32_bit(&[instance.os_name_en.as_deref(), instance.os_name.as_deref()])
}

/// The disks of a few instances, or of the whole region.
async fn disks(client: &Client, region: &str, instance_ids: &[String]) -> Result<Vec<Disk>, Error> {
    if instance_ids.len() > FEW {
        return client.list_disks(region, None).await;
    }
    let mut disks = Vec::new();
    for instance_id in instance_ids {
        disks.extend(client.list_disks(region, Some(instance_id)).await?);
    }
    Ok(disks)
}

/// The capacity of all disks of each instance.
///
/// Source: ECS API 2014-05-26, `DescribeDisks`: a disk on several instances names them in `Attachments`, and then
/// `InstanceId` may be empty.
fn disks_gib(disks: &[Disk]) -> BTreeMap<String, u64> {
    let mut capacity = BTreeMap::new();
    for disk in disks {
        let attached = disk.attachments.iter().flat_map(|attachments| &attachments.attachment);
        let holders: BTreeSet<&String> = attached
            .filter_map(|attachment| attachment.instance_id.as_ref())
            .chain(&disk.instance_id)
            .filter(|id| !id.is_empty())
            .collect();
        let size = disk.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
        for id in holders {
            let total: &mut u64 = capacity.entry(id.clone()).or_default();
            *total = total.saturating_add(size);
        }
    }
    capacity
}

/// Of the images of systems whose names do not tell, those of 32 bits.
async fn images_of_32_bit(
    client: &Client,
    region: &str,
    instances: &[Instance],
) -> Result<BTreeSet<String>, Error> {
    let silent = instances.iter().filter(|instance| named_bits(instance).is_none());
    let ids: BTreeSet<String> = silent.filter_map(|instance| instance.image_id.clone()).collect();
    let images = client.images_by_id(region, &ids.into_iter().collect::<Vec<_>>()).await?;
    let of_32_bit = images.into_iter().filter(|image| image.architecture.as_deref() == Some("i386"));
    Ok(of_32_bit.map(|image| image.image_id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::alibaba::ecs::{Attachment, Attachments};

    #[test]
    fn a_shared_disk_counts_for_each_instance_once() {
        let attachment = |id: &str| Attachment { instance_id: Some(id.into()), ..Attachment::default() };
        let own = Disk { instance_id: Some("i-1".into()), size: Some(40), ..Disk::default() };
        let shared = Disk {
            instance_id: Some("i-1".into()),
            size: Some(100),
            attachments: Some(Attachments { attachment: vec![attachment("i-1"), attachment("i-2")] }),
            ..Disk::default()
        };
        let free = Disk { instance_id: Some(String::new()), size: Some(7), ..Disk::default() };
        let expected = BTreeMap::from([("i-1".to_owned(), 140), ("i-2".to_owned(), 100)]);
        assert_eq!(disks_gib(&[own, shared, free]), expected);
    }

    #[test]
    fn the_image_decides_where_the_name_is_silent() {
        let images = BTreeSet::from(["m-32".to_owned()]);
        let check = |name: &str, image: &str, expected: bool| {
            let instance = Instance {
                os_name_en: Some(name.into()),
                image_id: Some(image.into()),
                ..Instance::default()
            };
            assert_eq!(of_instance(&instance, &images).is_32_bit, expected, "{name} {image}");
        };
        check("CentOS 7.9 64 bit", "m-32", false);
        check("CentOS 6.10 32 bit", "m-64", true);
        check("Custom", "m-32", true);
        check("Custom", "m-64", false);
    }
}
