//! ECS, API 2014-05-26: the reads that tell whether an instance can be backed up. `POST /`, all in the query.

use serde_json::json;
use tokio::task::JoinSet;

use super::client::{Client, Operation};
use super::endpoint::Product;
use super::paging::{self, TokenPage};
use crate::cloud::error::Error;
use crate::cloud::retry::Repeat;
use crate::wire::alibaba::ecs::{
    DescribeCloudAssistantStatusAnswer, DescribeCloudAssistantStatusRequest, DescribeDisksAnswer,
    DescribeDisksRequest, DescribeImagesAnswer, DescribeImagesRequest, DescribeInstancesAnswer,
    DescribeInstancesRequest, Disk, Image, Instance, InstanceCloudAssistantStatus,
};

/// How many ids one call takes. Source: ECS API 2014-05-26, `DescribeInstances`, `InstanceIds`; the same for the others.
const IDS: usize = 100;

/// Instances of one page. Source: ECS API 2014-05-26, `DescribeInstances`, `MaxResults`.
const INSTANCES: i64 = 100;

/// Disks of one page. Source: ECS API 2014-05-26, `DescribeDisks`, `MaxResults`.
const DISKS: i64 = 500;

const DESCRIBE_INSTANCES: Operation =
    Operation::new(Product::Ecs, "DescribeInstances", Repeat::Harmless).must_answer(&["Instances"]);
const DESCRIBE_DISKS: Operation =
    Operation::new(Product::Ecs, "DescribeDisks", Repeat::Harmless).must_answer(&["Disks"]);
const DESCRIBE_CLOUD_ASSISTANT_STATUS: Operation =
    Operation::new(Product::Ecs, "DescribeCloudAssistantStatus", Repeat::Harmless)
        .must_answer(&["InstanceCloudAssistantStatusSet"]);
const DESCRIBE_IMAGES: Operation =
    Operation::new(Product::Ecs, "DescribeImages", Repeat::Harmless).must_answer(&["Images"]);

impl Client {
    /// `DescribeInstances`: one page. Ids that do not exist are just not in it.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn describe_instances(
        &self,
        region: &str,
        request: &DescribeInstancesRequest,
    ) -> Result<DescribeInstancesAnswer, Error> {
        let request = DescribeInstancesRequest { region_id: Some(region.to_owned()), ..request.clone() };
        self.call(DESCRIBE_INSTANCES, region, &request).await
    }

    /// `DescribeDisks`: one page.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn describe_disks(
        &self,
        region: &str,
        request: &DescribeDisksRequest,
    ) -> Result<DescribeDisksAnswer, Error> {
        let request = DescribeDisksRequest { region_id: Some(region.to_owned()), ..request.clone() };
        self.call(DESCRIBE_DISKS, region, &request).await
    }

    /// `DescribeCloudAssistantStatus`: of at most 100 instances.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn describe_cloud_assistant_status(
        &self,
        region: &str,
        request: &DescribeCloudAssistantStatusRequest,
    ) -> Result<DescribeCloudAssistantStatusAnswer, Error> {
        let request =
            DescribeCloudAssistantStatusRequest { region_id: Some(region.to_owned()), ..request.clone() };
        self.call(DESCRIBE_CLOUD_ASSISTANT_STATUS, region, &request).await
    }

    /// `DescribeImages`: by id.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn describe_images(
        &self,
        region: &str,
        request: &DescribeImagesRequest,
    ) -> Result<DescribeImagesAnswer, Error> {
        let request = DescribeImagesRequest { region_id: Some(region.to_owned()), ..request.clone() };
        self.call(DESCRIBE_IMAGES, region, &request).await
    }

    /// The instances of those ids that exist and meet the request's filters, 100 a call, calls side by side.
    ///
    /// # Errors
    ///
    /// When a call fails.
    pub async fn instances_by_id(
        &self,
        region: &str,
        instance_ids: &[String],
        filters: &DescribeInstancesRequest,
    ) -> Result<Vec<Instance>, Error> {
        self.in_groups(region, instance_ids, |client, region, group| {
            let instance_ids = Some(json!(group).to_string());
            let request = DescribeInstancesRequest { instance_ids, ..filters.clone() };
            async move { client.list_instances(&region, &request).await }
        })
        .await
    }

    /// All instances of a region that meet the request's filters.
    ///
    /// # Errors
    ///
    /// When a page fails, or the listing does not hold still.
    pub async fn list_instances(
        &self,
        region: &str,
        request: &DescribeInstancesRequest,
    ) -> Result<Vec<Instance>, Error> {
        let fetch = |next_token: Option<String>| {
            let request =
                DescribeInstancesRequest { max_results: Some(INSTANCES), next_token, ..request.clone() };
            async move {
                let answer = self.describe_instances(region, &request).await?;
                Ok(TokenPage { objects: answer.instances.instance, next: answer.next_token, total: None })
            }
        };
        let call = self.name(DESCRIBE_INSTANCES, region)?;
        paging::by_token(call, fetch, |instance: &Instance| &instance.instance_id).await
    }

    /// All disks of a region, or those of one instance: 500 a call.
    ///
    /// # Errors
    ///
    /// When a page fails, or the listing does not hold still.
    pub async fn list_disks(&self, region: &str, instance_id: Option<&str>) -> Result<Vec<Disk>, Error> {
        let instance_id = instance_id.map(str::to_owned);
        let fetch = |next_token: Option<String>| {
            let request = DescribeDisksRequest {
                instance_id: instance_id.clone(),
                max_results: Some(DISKS),
                next_token,
                ..Default::default()
            };
            async move {
                let answer = self.describe_disks(region, &request).await?;
                Ok(TokenPage { objects: answer.disks.disk, next: answer.next_token, total: None })
            }
        };
        let call = self.name(DESCRIBE_DISKS, region)?;
        paging::by_token(call, fetch, |disk: &Disk| &disk.disk_id).await
    }

    /// Whether Cloud Assistant runs on the instances, 100 a call, calls side by side.
    ///
    /// # Errors
    ///
    /// When a call fails.
    pub async fn cloud_assistant_status(
        &self,
        region: &str,
        instance_ids: &[String],
    ) -> Result<Vec<InstanceCloudAssistantStatus>, Error> {
        self.in_groups(region, instance_ids, |client, region, instance_id| async move {
            let request = DescribeCloudAssistantStatusRequest { instance_id, ..Default::default() };
            let answer = client.describe_cloud_assistant_status(&region, &request).await?;
            Ok(answer.instance_cloud_assistant_status_set.instance_cloud_assistant_status)
        })
        .await
    }

    /// The images of those ids that exist, 100 a call, calls side by side.
    ///
    /// # Errors
    ///
    /// When a call fails.
    pub async fn images_by_id(&self, region: &str, image_ids: &[String]) -> Result<Vec<Image>, Error> {
        self.in_groups(region, image_ids, |client, region, group| async move {
            let image_id = Some(group.join(","));
            let request =
                DescribeImagesRequest { image_id, page_size: Some(INSTANCES), ..Default::default() };
            Ok(client.describe_images(&region, &request).await?.images.image)
        })
        .await
    }

    /// Asks for groups of ids side by side and puts the answers in the order of the groups.
    async fn in_groups<T, Ask, Asked>(&self, region: &str, ids: &[String], ask: Ask) -> Result<Vec<T>, Error>
    where
        T: Send + 'static,
        Ask: Fn(Client, String, Vec<String>) -> Asked,
        Asked: Future<Output = Result<Vec<T>, Error>> + Send + 'static,
    {
        let mut groups = ids.chunks(IDS).enumerate();
        let (mut running, mut answers) = (JoinSet::new(), std::collections::BTreeMap::new());
        loop {
            while running.len() < self.parallelism()
                && let Some((number, group)) = groups.next()
            {
                let answer = ask(self.clone(), region.to_owned(), group.to_vec());
                running.spawn(async move { (number, answer.await) });
            }
            let Some(finished) = running.join_next().await else { break };
            let (number, answer) = finished.expect("a group is read without panic, and nobody cancels it");
            answers.insert(number, answer?);
        }
        Ok(answers.into_values().flatten().collect())
    }
}
