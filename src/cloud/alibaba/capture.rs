//! Reads the part of a region that a configuration touches, in bulk and with the listings of a refresh.

use std::collections::BTreeSet;

use super::client::Client;
use super::hbr::none_unless_open;
use super::resources::ecs_file_backup::latest_jobs;
use crate::cloud::error::{Error, ErrorKind};
use crate::wire::alibaba::capture::Captured;
use crate::wire::alibaba::ecs::DescribeInstancesRequest;

/// How ids of instances begin. Source: ECS API 2014-05-26, `DescribeInstances`, `InstanceId`.
const INSTANCE: &str = "i-";

/// The instances whose ids are among the words that a configuration speaks of, with everything that a plan reads of
/// them: disks, Cloud Assistant, images, plans, the latest jobs, clients, recovery points.
///
/// # Errors
///
/// When a call fails, or a listing does not hold still.
pub async fn capture(client: &Client, region: &str, touched: &BTreeSet<String>) -> Result<Captured, Error> {
    let account = client.get_caller_identity(region).await?.account_id.unwrap_or_default();
    let named: Vec<String> = touched.iter().filter(|word| word.starts_with(INSTANCE)).cloned().collect();
    let (service_opened, mut plans) = match client.list_backup_plans(region, Vec::new()).await {
        Err(error) if error.kind() == ErrorKind::NotActivated => (false, Vec::new()),
        plans => (true, plans?),
    };
    plans.retain(|plan| plan.instance_id.as_ref().is_some_and(|instance| touched.contains(instance)));
    let protected: Vec<String> = plans.iter().filter_map(|plan| plan.instance_id.clone()).collect();
    let mut captured = Captured {
        account,
        region: region.to_owned(),
        service_opened,
        statistics: none_unless_open(client.get_basic_statistics(region)).await?.global_statistics,
        jobs: latest_jobs(client, region, &plans).await?.into_values().collect(),
        plans,
        ..Captured::default()
    };
    if !protected.is_empty() {
        captured.clients = client.list_backup_clients(region, &protected).await?;
        captured.snapshots = client.list_snapshots(region, &protected).await?;
    }
    if !named.is_empty() {
        captured.instances =
            client.instances_by_id(region, &named, &DescribeInstancesRequest::default()).await?;
        captured.disks = client.list_disks(region, None).await?;
        captured.assistants = client.cloud_assistant_status(region, &named).await?;
        let images = captured.instances.iter().filter_map(|instance| instance.image_id.clone());
        let images: Vec<String> = images.collect::<BTreeSet<_>>().into_iter().collect();
        captured.images = client.images_by_id(region, &images).await?;
    }
    Ok(captured)
}
