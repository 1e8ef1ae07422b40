//! Cloud Backup (HBR), API 2017-09-08: one function per API action, `POST /`, and the listings made of them.
//!
//! Every action that has the parameter is told `Edition=BASIC`: left out, it would address the other product.

use serde_json::json;

use super::client::{Client, OPENED, Operation};
use super::endpoint::Product;
use super::paging::{self, Page, TokenPage};
use crate::cloud::error::{Error, ErrorKind};
use crate::cloud::retry::Repeat;
use crate::wire::alibaba::hbr::{
    Answer, BackupClient, BackupJob, BackupPlan, CreateBackupPlanAnswer, CreateBackupPlanRequest,
    CreateRestoreJobAnswer, CreateRestoreJobRequest, DescribeBackupClientsAnswer,
    DescribeBackupClientsRequest, DescribeBackupJobs2Answer, DescribeBackupJobs2Request,
    DescribeBackupPlansAnswer, DescribeBackupPlansRequest, DescribeRestoreJobs2Answer,
    DescribeRestoreJobs2Request, ExecuteBackupPlanAnswer, Filter, GetBasicStatisticsAnswer,
    GetBasicStatisticsRequest, OpenHbrServiceAnswer, PlanRequest, QueryTerm, RestoreJob,
    SearchHistoricalSnapshotsAnswer, SearchHistoricalSnapshotsRequest, Snapshot, UpdateBackupPlanRequest,
};

/// The Essential Edition.
pub(super) const BASIC: &str = "BASIC";

/// Files of an instance.
pub(super) const ECS_FILE: &str = "ECS_FILE";

/// The largest page. Source: HBR API 2017-09-08, `DescribeBackupPlans`, `PageSize`: 1 to 99.
const PAGE: i64 = 99;

/// How many instances one filter names: a query of 99 ids stays well below the length that servers take.
pub(super) const INSTANCES_PER_FILTER: usize = 99;

/// Recovery points of one page of a search.
const SNAPSHOTS_PER_PAGE: i64 = 100;

const OPEN_HBR_SERVICE: Operation = Operation::new(Product::HbrCentral, "OpenHbrService", Repeat::Harmless);
const CREATE_BACKUP_PLAN: Operation = Operation::new(Product::Hbr, "CreateBackupPlan", Repeat::MakesAnother)
    .in_body(&["InstanceId", "Options"]);
const UPDATE_BACKUP_PLAN: Operation =
    Operation::new(Product::Hbr, "UpdateBackupPlan", Repeat::Harmless).in_body(&["Options"]);
const ENABLE_BACKUP_PLAN: Operation = Operation::new(Product::Hbr, "EnableBackupPlan", Repeat::Harmless);
const DISABLE_BACKUP_PLAN: Operation = Operation::new(Product::Hbr, "DisableBackupPlan", Repeat::Harmless);
const DELETE_BACKUP_PLAN: Operation = Operation::new(Product::Hbr, "DeleteBackupPlan", Repeat::Harmless);
const EXECUTE_BACKUP_PLAN: Operation =
    Operation::new(Product::Hbr, "ExecuteBackupPlan", Repeat::MakesAnother);
const DESCRIBE_BACKUP_PLANS: Operation =
    Operation::new(Product::Hbr, "DescribeBackupPlans", Repeat::Harmless).must_answer(&["TotalCount"]);
const DESCRIBE_BACKUP_JOBS: Operation =
    Operation::new(Product::Hbr, "DescribeBackupJobs2", Repeat::Harmless).must_answer(&["TotalCount"]);
const DESCRIBE_BACKUP_CLIENTS: Operation =
    Operation::new(Product::Hbr, "DescribeBackupClients", Repeat::Harmless)
        .in_body(&["InstanceIds", "ClientIds"])
        .must_answer(&["TotalCount"]);
const SEARCH_SNAPSHOTS: Operation =
    Operation::new(Product::Hbr, "SearchHistoricalSnapshots", Repeat::Harmless).must_answer(&["TotalCount"]);
const GET_BASIC_STATISTICS: Operation =
    Operation::new(Product::Hbr, "GetBasicStatistics", Repeat::Harmless).must_answer(&["GlobalStatistics"]);
const CREATE_RESTORE_JOB: Operation = Operation::new(Product::Hbr, "CreateRestoreJob", Repeat::MakesAnother)
    .in_body(&["Include", "Exclude", "TargetInstanceId", "TargetPath"]);
const DESCRIBE_RESTORE_JOBS: Operation =
    Operation::new(Product::Hbr, "DescribeRestoreJobs2", Repeat::Harmless).must_answer(&["TotalCount"]);

impl Client {
    /// `OpenHbrService` at the central endpoint: opens Cloud Backup for the account, which cannot be undone.
    ///
    /// An account that has it already answers `ORDER.OPEND`, which is a success.
    ///
    /// # Errors
    ///
    /// When the call fails otherwise.
    pub async fn open_hbr_service(&self, region: &str) -> Result<OpenHbrServiceAnswer, Error> {
        match self.call(OPEN_HBR_SERVICE, region, &json!({})).await {
            Err(error) if error.code() == Some(OPENED) => {
                let request_id = error.request_id().map(str::to_owned);
                Ok(OpenHbrServiceAnswer { request_id, order_id: None })
            }
            answer => answer,
        }
    }

    /// `CreateBackupPlan`: a plan for one instance. Not repeated blindly: after a failure, look for the instance's plan.
    ///
    /// # Errors
    ///
    /// When the call fails; [`Error::may_have_happened`] says whether the plan may be there all the same.
    pub async fn create_backup_plan(
        &self,
        region: &str,
        request: &CreateBackupPlanRequest,
    ) -> Result<CreateBackupPlanAnswer, Error> {
        let (edition, source_type) = (Some(BASIC.to_owned()), Some(ECS_FILE.to_owned()));
        self.call(
            CREATE_BACKUP_PLAN,
            region,
            &CreateBackupPlanRequest { source_type, edition, ..request.clone() },
        )
        .await
    }

    /// `UpdateBackupPlan`: changes what is given and leaves the rest.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn update_backup_plan(
        &self,
        region: &str,
        request: &UpdateBackupPlanRequest,
    ) -> Result<Answer, Error> {
        let edition = Some(BASIC.to_owned());
        self.call(UPDATE_BACKUP_PLAN, region, &UpdateBackupPlanRequest { edition, ..request.clone() }).await
    }

    /// `EnableBackupPlan`: resumes.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn enable_backup_plan(&self, region: &str, plan_id: &str) -> Result<Answer, Error> {
        self.call(ENABLE_BACKUP_PLAN, region, &plan(plan_id)).await
    }

    /// `DisableBackupPlan`: pauses; recovery points stay.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn disable_backup_plan(&self, region: &str, plan_id: &str) -> Result<Answer, Error> {
        self.call(DISABLE_BACKUP_PLAN, region, &plan(plan_id)).await
    }

    /// `DeleteBackupPlan`: in this edition, with all recovery points of the instance, for good.
    ///
    /// # Errors
    ///
    /// When the call fails. A plan that is gone already is [`Error::is_not_found`], if the service minds at all.
    pub async fn delete_backup_plan(&self, region: &str, plan_id: &str) -> Result<Answer, Error> {
        self.call(DELETE_BACKUP_PLAN, region, &plan(plan_id)).await
    }

    /// `ExecuteBackupPlan`: a backup now.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn execute_backup_plan(
        &self,
        region: &str,
        plan_id: &str,
    ) -> Result<ExecuteBackupPlanAnswer, Error> {
        self.call(EXECUTE_BACKUP_PLAN, region, &plan(plan_id)).await
    }

    /// `DescribeBackupPlans`: one page.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn describe_backup_plans(
        &self,
        region: &str,
        request: &DescribeBackupPlansRequest,
    ) -> Result<DescribeBackupPlansAnswer, Error> {
        let (edition, source_type) = (Some(BASIC.to_owned()), Some(ECS_FILE.to_owned()));
        let request = DescribeBackupPlansRequest { source_type, edition, ..request.clone() };
        self.call(DESCRIBE_BACKUP_PLANS, region, &request).await
    }

    /// `DescribeBackupJobs2`: one page, newest first.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn describe_backup_jobs_2(
        &self,
        region: &str,
        request: &DescribeBackupJobs2Request,
    ) -> Result<DescribeBackupJobs2Answer, Error> {
        let (edition, source_type) = (Some(BASIC.to_owned()), Some(ECS_FILE.to_owned()));
        let sort_direction = Some("DESCEND".to_owned());
        let request = DescribeBackupJobs2Request { source_type, edition, sort_direction, ..request.clone() };
        self.call(DESCRIBE_BACKUP_JOBS, region, &request).await
    }

    /// `DescribeBackupClients`: one page. It alone knows no edition.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn describe_backup_clients(
        &self,
        region: &str,
        request: &DescribeBackupClientsRequest,
    ) -> Result<DescribeBackupClientsAnswer, Error> {
        let client_type = Some("ECS_CLIENT".to_owned());
        let request = DescribeBackupClientsRequest { client_type, ..request.clone() };
        self.call(DESCRIBE_BACKUP_CLIENTS, region, &request).await
    }

    /// `SearchHistoricalSnapshots`: one page of recovery points.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn search_historical_snapshots(
        &self,
        region: &str,
        request: &SearchHistoricalSnapshotsRequest,
    ) -> Result<SearchHistoricalSnapshotsAnswer, Error> {
        let (edition, source_type) = (Some(BASIC.to_owned()), Some(ECS_FILE.to_owned()));
        let request = SearchHistoricalSnapshotsRequest { source_type, edition, ..request.clone() };
        self.call(SEARCH_SNAPSHOTS, region, &request).await
    }

    /// `GetBasicStatistics`: what the whole account protects.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn get_basic_statistics(&self, region: &str) -> Result<GetBasicStatisticsAnswer, Error> {
        let request = GetBasicStatisticsRequest { source_type: Some(ECS_FILE.to_owned()) };
        self.call(GET_BASIC_STATISTICS, region, &request).await
    }

    /// `CreateRestoreJob`. Not repeated blindly, whatever the client token says: see [`Client::restore_once`].
    ///
    /// # Errors
    ///
    /// When the call fails; [`Error::may_have_happened`] says whether it may restore all the same.
    pub async fn create_restore_job(
        &self,
        region: &str,
        request: &CreateRestoreJobRequest,
    ) -> Result<CreateRestoreJobAnswer, Error> {
        let basic = || Some(BASIC.to_owned());
        let files = || Some(ECS_FILE.to_owned());
        let request = CreateRestoreJobRequest {
            edition: basic(),
            source_type: files(),
            restore_type: files(),
            ..request.clone()
        };
        self.call(CREATE_RESTORE_JOB, region, &request).await
    }

    /// `DescribeRestoreJobs2`: one page.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn describe_restore_jobs_2(
        &self,
        region: &str,
        request: &DescribeRestoreJobs2Request,
    ) -> Result<DescribeRestoreJobs2Answer, Error> {
        let (edition, restore_type) = (Some(BASIC.to_owned()), Some(ECS_FILE.to_owned()));
        let request = DescribeRestoreJobs2Request { restore_type, edition, ..request.clone() };
        self.call(DESCRIBE_RESTORE_JOBS, region, &request).await
    }

    /// The host that answers for Cloud Backup in the region.
    ///
    /// # Errors
    ///
    /// When the region has no such host.
    pub(super) fn backup_host(&self, region: &str) -> Result<String, Error> {
        Ok(self.name(DESCRIBE_BACKUP_PLANS, region)?.host)
    }

    /// The error for an answer with a plan that lacks its id or its instance.
    pub(super) fn unreadable_plan(&self, region: &str) -> Error {
        match self.name(DESCRIBE_BACKUP_PLANS, region) {
            Ok(call) => Error::Garbled { call, detail: "a plan without id or instance".into(), id: None },
            Err(error) => error,
        }
    }

    /// The error for an answer with a restore that lacks its id.
    pub(super) fn unreadable_restore(&self, region: &str) -> Error {
        match self.name(CREATE_RESTORE_JOB, region) {
            Ok(call) => Error::Garbled { call, detail: "a restore without id".into(), id: None },
            Err(error) => error,
        }
    }

    /// All Essential Edition plans of a region that meet the filters, 99 a call.
    ///
    /// # Errors
    ///
    /// When a page fails, or the listing does not hold still.
    pub async fn list_backup_plans(
        &self,
        region: &str,
        filters: Vec<Filter>,
    ) -> Result<Vec<BackupPlan>, Error> {
        let fetch = |number| {
            let (client, region, filters) = (self.clone(), region.to_owned(), filters.clone());
            async move {
                let (page_number, page_size) = page_of(number);
                let request =
                    DescribeBackupPlansRequest { filters, page_number, page_size, ..Default::default() };
                let answer = client.describe_backup_plans(&region, &request).await?;
                Ok(page(answer.backup_plans.backup_plan, answer.total_count, answer.page_size))
            }
        };
        let call = self.name(DESCRIBE_BACKUP_PLANS, region)?;
        paging::by_number(call, self.parallelism(), fetch, |plan: &BackupPlan| &plan.plan_id).await
    }

    /// The plan of one instance, if it has one.
    ///
    /// # Errors
    ///
    /// When a page fails, or the listing does not hold still.
    pub async fn backup_plan_of(&self, region: &str, instance_id: &str) -> Result<Option<BackupPlan>, Error> {
        let plans = self.list_backup_plans(region, vec![instances(&[instance_id.to_owned()])]).await?;
        // The service filters; this makes sure that it did.
        Ok(plans.into_iter().find(|plan| plan.instance_id.as_deref() == Some(instance_id)))
    }

    /// All backup jobs of a region that meet the filters, newest first, 99 a call.
    ///
    /// # Errors
    ///
    /// When a page fails, or the listing does not hold still.
    pub async fn list_backup_jobs(
        &self,
        region: &str,
        filters: Vec<Filter>,
    ) -> Result<Vec<BackupJob>, Error> {
        let fetch = |number| {
            let (client, region, filters) = (self.clone(), region.to_owned(), filters.clone());
            async move {
                let (page_number, page_size) = page_of(number);
                let request =
                    DescribeBackupJobs2Request { filters, page_number, page_size, ..Default::default() };
                let answer = client.describe_backup_jobs_2(&region, &request).await?;
                Ok(page(answer.backup_jobs.backup_job, answer.total_count, answer.page_size))
            }
        };
        let call = self.name(DESCRIBE_BACKUP_JOBS, region)?;
        paging::by_number(call, self.parallelism(), fetch, |job: &BackupJob| &job.job_id).await
    }

    /// The backup jobs of one instance.
    ///
    /// # Errors
    ///
    /// When a page fails, or the listing does not hold still.
    pub async fn backup_jobs_of(&self, region: &str, instance_id: &str) -> Result<Vec<BackupJob>, Error> {
        // Source: HBR API 2017-09-08, `DescribeBackupJobs2`, `Filters`: unlike those of plans, keys begin with a capital.
        let values = vec![instance_id.to_owned()];
        let filter = Filter { key: "InstanceId".into(), operator: None, values };
        let mut jobs = self.list_backup_jobs(region, vec![filter]).await?;
        // The service filters; this makes sure that it did.
        jobs.retain(|job| job.instance_id.as_deref().is_none_or(|of| of == instance_id));
        Ok(jobs)
    }

    /// The backup clients of the instances, in groups of 99.
    ///
    /// # Errors
    ///
    /// When a page fails, or the listing does not hold still.
    pub async fn list_backup_clients(
        &self,
        region: &str,
        instance_ids: &[String],
    ) -> Result<Vec<BackupClient>, Error> {
        let mut clients = Vec::new();
        for group in instance_ids.chunks(INSTANCES_PER_FILTER) {
            let instance_ids = Some(json!(group).to_string());
            let fetch = |number| {
                let (client, region, instance_ids) = (self.clone(), region.to_owned(), instance_ids.clone());
                async move {
                    let (page_number, page_size) = page_of(number);
                    let request = DescribeBackupClientsRequest {
                        instance_ids,
                        page_number,
                        page_size,
                        ..Default::default()
                    };
                    let answer = client.describe_backup_clients(&region, &request).await?;
                    Ok(page(answer.clients, answer.total_count, answer.page_size))
                }
            };
            let call = self.name(DESCRIBE_BACKUP_CLIENTS, region)?;
            let listed =
                paging::by_number(call, self.parallelism(), fetch, |client: &BackupClient| &client.client_id);
            clients.extend(listed.await?);
        }
        Ok(clients)
    }

    /// All recovery points of the instances.
    ///
    /// Asks as the vendor's skill does, for many instances at once; a service that does not take that is asked in the
    /// other ways that its texts allow.
    ///
    /// # Errors
    ///
    /// When a page fails, or the listing does not hold still.
    pub async fn list_snapshots(
        &self,
        region: &str,
        instance_ids: &[String],
    ) -> Result<Vec<Snapshot>, Error> {
        let mut snapshots = Vec::new();
        let mut dialects = DIALECTS.as_slice();
        for group in instance_ids.chunks(INSTANCES_PER_FILTER) {
            let (found, understood) = self.snapshots_of(region, group, dialects).await?;
            snapshots.extend(found);
            dialects = understood;
        }
        Ok(snapshots)
    }

    /// Recovery points of a group, and the dialects from the first one on that the service takes.
    async fn snapshots_of<'a>(
        &self,
        region: &str,
        instance_ids: &[String],
        dialects: &'a [Dialect],
    ) -> Result<(Vec<Snapshot>, &'a [Dialect]), Error> {
        let mut refusal = None;
        for (index, dialect) in dialects.iter().enumerate() {
            match self.snapshots_in(region, instance_ids, *dialect).await {
                // What is wrong with the first way of asking is what the user should hear of.
                Err(error) if error.kind() == ErrorKind::Invalid => {
                    refusal.get_or_insert(error);
                }
                found => return Ok((found?, &dialects[index..])),
            }
        }
        Err(refusal.unwrap_or_else(|| self.unreadable_plan(region)))
    }

    /// Recovery points of a group, asked for in one dialect.
    async fn snapshots_in(
        &self,
        region: &str,
        instance_ids: &[String],
        dialect: Dialect,
    ) -> Result<Vec<Snapshot>, Error> {
        let mut searches = Vec::new();
        match dialect.way {
            Way::AtOnce => searches.push(vec![dialect.instances(instance_ids)]),
            Way::OneByOne => {
                searches.extend(instance_ids.iter().map(|id| vec![term(dialect.field, id)]));
            }
            Way::ByVault => {
                for plan in self.list_backup_plans(region, vec![instances(instance_ids)]).await? {
                    let (Some(instance), Some(vault)) = (plan.instance_id, plan.vault_id) else { continue };
                    searches.push(vec![term(dialect.field, &instance), term("VaultId", &vault)]);
                }
            }
        }
        let mut snapshots = Vec::new();
        for terms in searches {
            snapshots.extend(self.snapshots_where(region, &terms).await?);
        }
        Ok(snapshots)
    }

    /// All recovery points that meet the terms.
    async fn snapshots_where(&self, region: &str, terms: &[QueryTerm]) -> Result<Vec<Snapshot>, Error> {
        let query = Some(json!(terms).to_string());
        let fetch = |next_token: Option<String>| {
            let request = SearchHistoricalSnapshotsRequest {
                query: query.clone(),
                limit: Some(SNAPSHOTS_PER_PAGE),
                next_token,
                ..Default::default()
            };
            async move {
                let answer = self.search_historical_snapshots(region, &request).await?;
                let total = answer.total_count.and_then(|total| u64::try_from(total).ok());
                Ok(TokenPage { objects: answer.snapshots.snapshot, next: answer.next_token, total })
            }
        };
        let call = self.name(SEARCH_SNAPSHOTS, region)?;
        paging::by_token(call, fetch, |snapshot: &Snapshot| &snapshot.snapshot_id).await
    }

    /// All restores of a region that meet the filters.
    ///
    /// # Errors
    ///
    /// When a page fails, or the listing does not hold still.
    pub async fn list_restore_jobs(
        &self,
        region: &str,
        filters: Vec<Filter>,
    ) -> Result<Vec<RestoreJob>, Error> {
        let fetch = |number| {
            let (client, region, filters) = (self.clone(), region.to_owned(), filters.clone());
            async move {
                let (page_number, page_size) = page_of(number);
                let request =
                    DescribeRestoreJobs2Request { filters, page_number, page_size, ..Default::default() };
                let answer = client.describe_restore_jobs_2(&region, &request).await?;
                Ok(page(answer.restore_jobs.restore_job, answer.total_count, answer.page_size))
            }
        };
        let call = self.name(DESCRIBE_RESTORE_JOBS, region)?;
        paging::by_number(call, self.parallelism(), fetch, |job: &RestoreJob| &job.restore_id).await
    }
}

/// What a reading brings; nothing where the account never opened the service.
///
/// # Errors
///
/// The reading's, but for that one.
pub(super) async fn none_unless_open<T: Default>(
    reading: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match reading.await {
        Err(error) if error.kind() == ErrorKind::NotActivated => Ok(T::default()),
        read => read,
    }
}

/// A filter for instances. Source: HBR API 2017-09-08, `DescribeBackupPlans`: keys in lower camel case.
pub(super) fn instances(instance_ids: &[String]) -> Filter {
    Filter { key: "instanceId".into(), operator: None, values: instance_ids.to_vec() }
}

/// One way to ask for the recovery points of instances.
#[derive(Clone, Copy)]
struct Dialect {
    /// How the field of the instance is spelt.
    field: &'static str,
    way: Way,
}

/// How many are asked for, and by what.
#[derive(Clone, Copy)]
enum Way {
    /// All instances in one search.
    AtOnce,
    /// Each instance by itself.
    OneByOne,
    /// Each instance together with the vault of its plan.
    ByVault,
}

/// The ways that the vendor's texts allow, the likeliest first.
///
/// Sources: the vendor's Essential Edition skill (lower camel case, no vault); HBR API 2017-09-08,
/// `SearchHistoricalSnapshots` (upper camel case, `VaultId` required).
const DIALECTS: [Dialect; 6] = [
    Dialect { field: "instanceId", way: Way::AtOnce },
    Dialect { field: "instanceId", way: Way::OneByOne },
    Dialect { field: "InstanceId", way: Way::AtOnce },
    Dialect { field: "InstanceId", way: Way::OneByOne },
    Dialect { field: "InstanceId", way: Way::ByVault },
    Dialect { field: "instanceId", way: Way::ByVault },
];

impl Dialect {
    /// The one term that names all instances.
    fn instances(self, instance_ids: &[String]) -> QueryTerm {
        match instance_ids {
            [only] => term(self.field, only),
            many => QueryTerm { field: self.field.into(), value: json!(many), operation: "IN".into() },
        }
    }
}

/// A term that one value meets.
fn term(field: &str, value: &str) -> QueryTerm {
    QueryTerm { field: field.into(), value: json!(value), operation: "MATCH_TERM".into() }
}

/// A request that names a plan and nothing else.
fn plan(plan_id: &str) -> PlanRequest {
    PlanRequest {
        plan_id: Some(plan_id.to_owned()),
        edition: Some(BASIC.to_owned()),
        ..PlanRequest::default()
    }
}

/// Number and size as the wire has them.
fn page_of(number: u64) -> (Option<i64>, Option<i64>) {
    (i64::try_from(number).ok(), Some(PAGE))
}

/// A page as the wire has it; the service may make pages smaller than asked for.
fn page<T>(objects: Vec<T>, total: Option<i64>, size: Option<i64>) -> Page<T> {
    let number = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
    let size = number(size).filter(|size| (1..=99).contains(size)).unwrap_or(99);
    Page { objects, total: number(total).unwrap_or(0), size }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::client::fake::{client, ok};
    use super::*;
    use crate::cloud::http::fake::{FakeServer, json};

    const REGION: &str = "cn-hangzhou";

    /// The value of a query parameter in a request's first line.
    fn parameter(request: &str, name: &str) -> Option<String> {
        let query = request.split_once("/?")?.1.split_once(' ')?.0;
        query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).map(str::to_owned)
    }

    #[tokio::test]
    async fn a_listing_reads_every_page_and_keeps_their_order() {
        let server = FakeServer::deciding(|_, request| {
            let page: u64 = parameter(request, "PageNumber").expect("a page").parse().expect("a number");
            let plans: Vec<Value> = ((page - 1) * 99..(page * 99).min(250))
                .map(
                    |number| json!({"PlanId": format!("plan-{number}"), "InstanceId": format!("i-{number}")}),
                )
                .collect();
            let body = json!({"RequestId": "r", "Success": true, "Code": "200", "TotalCount": 250, "PageSize": 99,
                "BackupPlans": {"BackupPlan": plans}});
            json(200, &body.to_string())
        });
        let (client, _) = client(&server);
        let plans = client.list_backup_plans(REGION, Vec::new()).await.expect("a listing");
        let ids: Vec<&str> = plans.iter().map(|plan| plan.plan_id.as_str()).collect();
        assert_eq!(ids, (0..250).map(|number| format!("plan-{number}")).collect::<Vec<_>>());
        assert_eq!(server.requests().len(), 3);
        for request in server.requests() {
            assert_eq!(parameter(&request, "Edition").as_deref(), Some("BASIC"));
            assert_eq!(parameter(&request, "PageSize").as_deref(), Some("99"));
        }
    }

    #[tokio::test]
    async fn a_listing_without_its_total_is_never_empty() {
        let server = FakeServer::in_order(vec![json(200, &ok("\"BackupPlans\":{\"BackupPlan\":[]}"))]);
        let (client, _) = client(&server);
        let error = client.list_backup_plans(REGION, Vec::new()).await.expect_err("it could be cut");
        assert!(error.to_string().contains("it holds no TotalCount"), "{error}");
    }

    #[tokio::test]
    async fn create_sends_each_parameter_where_it_belongs() {
        let server = FakeServer::in_order(vec![json(200, &ok("\"PlanId\":\"plan-1\""))]);
        let (client, _) = client(&server);
        let request = CreateBackupPlanRequest {
            instance_id: Some("i-1".into()),
            keep_latest_snapshots: Some(1),
            options: Some("{\"performanceLevel\":\"L0\"}".into()),
            ..Default::default()
        };
        let answer = client.create_backup_plan(REGION, &request).await.expect("a plan");
        assert_eq!(answer.plan_id.as_deref(), Some("plan-1"));
        let seen = server.requests().remove(0);
        assert!(
            seen.starts_with("POST /?Edition=BASIC&KeepLatestSnapshots=1&SourceType=ECS_FILE "),
            "{seen}"
        );
        assert!(seen.ends_with("InstanceId=i-1&Options=%7B%22performanceLevel%22%3A%22L0%22%7D"), "{seen}");
        assert!(seen.contains("content-type: application/x-www-form-urlencoded"), "{seen}");
    }

    #[tokio::test]
    async fn opening_an_open_service_is_a_success() {
        for (status, body) in [
            (400, r#"{"RequestId":"r","Code":"ORDER.OPEND","Message":"opened"}"#),
            (500, r#"{"requestId":"r","code":500,"message":"您已开通过混合云备份"}"#),
            (200, r#"{"RequestId":"r","OrderId":"1"}"#),
        ] {
            let server = FakeServer::in_order(vec![json(status, body)]);
            let (client, host) = client(&server);
            let answer = client.open_hbr_service(REGION).await.expect("it is open");
            assert_eq!(answer.request_id.as_deref(), Some("r"));
            assert!(server.requests()[0].contains("host: hbr.aliyuncs.com\r\n"));
            assert_eq!((server.requests().len(), host.sleeps().len()), (1, 0));
        }
    }

    #[tokio::test]
    async fn recovery_points_are_searched_in_bulk_and_one_by_one_where_that_is_refused() {
        let server = FakeServer::deciding(|number, _| {
            if number == 0 {
                json(400, r#"{"RequestId":"r","Code":"BadRequest","Message":"IN"}"#)
            } else {
                let id = format!("s-{number}");
                json(
                    200,
                    &ok(&format!(
                        "\"TotalCount\":1,\"Snapshots\":{{\"Snapshot\":[{{\"SnapshotId\":\"{id}\"}}]}}"
                    )),
                )
            }
        });
        let (client, _) = client(&server);
        let snapshots =
            client.list_snapshots(REGION, &["i-1".into(), "i-2".into()]).await.expect("recovery points");
        assert_eq!(snapshots.len(), 2);
        let requests = server.requests();
        assert!(requests[0].contains("%22operation%22%3A%22IN%22"), "{}", requests[0]);
        assert!(requests[1].contains("i-1") && requests[1].contains("MATCH_TERM"), "{}", requests[1]);
        assert!(requests[2].contains("i-2"), "{}", requests[2]);
    }

    #[tokio::test]
    async fn the_plan_of_an_instance_is_not_somebody_elses() {
        let body = ok(
            "\"TotalCount\":1,\"BackupPlans\":{\"BackupPlan\":[{\"PlanId\":\"p\",\"InstanceId\":\"i-2\"}]}",
        );
        let server = FakeServer::in_order(vec![json(200, &body)]);
        let (client, _) = client(&server);
        assert_eq!(client.backup_plan_of(REGION, "i-1").await.expect("an answer"), None);
    }
}
