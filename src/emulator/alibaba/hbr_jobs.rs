//! Backup jobs: run a plan now, cancel, list.
//!
//! Source: HBR API 2017-09-08, `ExecuteBackupPlan`, `CancelBackupJob`, `DescribeBackupJobs2`.

use serde::Serialize;

use super::error::ApiError;
use super::filter::{Conditions, Field};
use super::gateway::{Call, Nothing};
use super::hbr_plans::{ECS_FILE, PAGE_MAX, Paths, edition, named_plan};
use super::objects::{Instance, Run, RunResult};
use super::params::Page;
use super::plan_book::{Job, Plan, PlanBook};

/// `ExecuteBackupPlan`.
pub fn execute(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let (edition, id) = named_plan(call)?;
    let now = call.now;
    let (region, ids) = call.region_mut();
    let instance =
        region.book(edition).plans.get(&id).and_then(|plan| region.instances.get(&plan.instance)).cloned();
    let job = region.book_mut(edition).execute(&id, instance.as_ref(), now, ids);
    let job_id = job.ok_or_else(|| ApiError::not_found("backup plan", &id))?;
    call.hbr_answer(Executed { job_id: &job_id })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Executed<'a> {
    job_id: &'a str,
}

/// `CancelBackupJob`. A job that was cancelled may be cancelled again; one that has ended otherwise may not.
pub fn cancel(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let edition = edition(&call.params)?;
    let id = call.params.required("JobId")?.to_owned();
    let now = call.now;
    let (_, job) =
        call.region().book(edition).job(&id).ok_or_else(|| ApiError::not_found("backup job", &id))?;
    check_can_be_cancelled(&job.run, &id, call)?;
    call.region_mut().0.book_mut(edition).cancel_job(&id, now);
    call.hbr_answer(Nothing {})
}

/// Refuses to cancel what has ended already.
pub fn check_can_be_cancelled(run: &Run, id: &str, call: &Call) -> Result<(), ApiError> {
    if run.is_over(call.now) && run.result != RunResult::Canceled {
        return Err(ApiError::bad_request(format!("The job {id} has ended: {}.", run.status(call.now))));
    }
    Ok(())
}

/// What jobs can be filtered by.
const FILTER_KEYS: [&str; 13] = [
    "RegionId",
    "PlanId",
    "JobId",
    "VaultId",
    "InstanceId",
    "Bucket",
    "FileSystemId",
    "Status",
    "CreatedTime",
    "CompleteTime",
    "InstanceName",
    "BackupType",
    "ParentId",
];

/// Sources of data that jobs have.
const SOURCE_TYPES: [&str; 9] =
    ["COMMON_NAS", "ECS_FILE", "File", "NAS", "OSS", "OTS", "SYNC", "UDM_ECS", "UDM_ECS_DISK"];

/// `DescribeBackupJobs2`, newest first unless asked otherwise.
pub fn describe(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let edition = edition(&call.params)?;
    let source = call.params.one_of("SourceType", &SOURCE_TYPES)?;
    let page = Page::of(&call.params, PAGE_MAX)?;
    let is_ascending = call.params.one_of("SortDirection", &["ASCEND", "DESCEND"])? == Some("ASCEND");
    let conditions = Conditions::of_filters(&call.params, &FILTER_KEYS)?;
    let book = call.region().book(edition);
    let is_other_source = source.is_some_and(|source| source != ECS_FILE);
    let (total, jobs) = if is_other_source {
        (0, Vec::new())
    } else if conditions.is_empty() {
        let jobs = if is_ascending { page.cut(book.jobs()) } else { page.cut(book.jobs().rev()) };
        (book.job_count(), jobs)
    } else {
        let mut all = matching(call, book, &conditions);
        if !is_ascending {
            all.reverse();
        }
        (all.len(), page.cut(all.into_iter()))
    };
    call.hbr_answer(Listing {
        page_number: page.number,
        page_size: page.size,
        total_count: total,
        backup_jobs: List {
            backup_job: jobs.into_iter().map(|(plan, job)| shown(call, plan, job)).collect(),
        },
    })
}

/// The jobs that fulfil the conditions, oldest first; ids are looked up, all else is searched for.
fn matching<'a>(call: &Call, book: &'a PlanBook, conditions: &Conditions) -> Vec<(&'a Plan, &'a Job)> {
    let fulfils = |(plan, job): &(&Plan, &Job)| {
        conditions.hold(|key| match key {
            "regionid" => Field::Text(&call.region_id),
            "planid" => Field::Text(&plan.id),
            "jobid" => Field::Text(&job.id),
            "vaultid" => Field::Text(&plan.vault),
            "instanceid" => Field::Text(&plan.instance),
            "status" => Field::Text(job.run.status(call.now)),
            "createdtime" => Field::Number(job.run.created.unix()),
            "completetime" => Field::Number(complete_time(&job.run, call)),
            "instancename" => Field::Text(
                call.region().instances.get(&plan.instance).map(Instance::name).unwrap_or_default(),
            ),
            "backuptype" => Field::Text("COMPLETE"),
            _ => Field::Text(""),
        })
    };
    let of_plans = |plans: Vec<&'a Plan>| {
        let mut jobs: Vec<_> =
            plans.into_iter().flat_map(|plan| plan.jobs.iter().map(move |job| (plan, job))).collect();
        jobs.sort_by_key(|(_, job)| (job.run.created, &job.id));
        jobs
    };
    let candidates = if let Some(ids) = conditions.only("JobId") {
        ids.iter().filter_map(|id| book.job(id)).collect()
    } else if let Some(ids) = conditions.only("PlanId") {
        of_plans(ids.iter().filter_map(|id| book.plans.get(id)).collect())
    } else if let Some(ids) = conditions.only("InstanceId") {
        of_plans(ids.iter().flat_map(|id| book.of_instance(id)).collect())
    } else {
        book.jobs().collect()
    };
    candidates.into_iter().filter(fulfils).collect()
}

/// When a run ended, in seconds; 0 while it has not.
pub fn complete_time(run: &Run, call: &Call) -> i64 {
    run.completed.filter(|_| run.is_over(call.now)).map_or(0, |time| time.unix())
}

/// When a run started, in seconds; 0 while it has not.
pub fn start_time(run: &Run, call: &Call) -> i64 {
    if run.starts() <= call.now { run.starts().unix() } else { 0 }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listing<'a> {
    page_number: usize,
    page_size: usize,
    total_count: usize,
    backup_jobs: List<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct List<'a> {
    backup_job: Vec<Shown<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown<'a> {
    job_id: &'a str,
    job_name: &'a str,
    plan_id: &'a str,
    vault_id: &'a str,
    instance_id: &'a str,
    client_id: &'a str,
    source_type: &'static str,
    backup_type: &'static str,
    status: &'static str,
    error_message: &'a str,
    progress: u64,
    created_time: i64,
    start_time: i64,
    complete_time: i64,
    updated_time: i64,
    bytes_done: u64,
    bytes_total: u64,
    actual_bytes: u64,
    items_done: u64,
    items_total: u64,
    actual_items: u64,
    include: &'static str,
    exclude: &'static str,
    paths: Paths,
}

fn shown<'a>(call: &'a Call, plan: &'a Plan, job: &'a Job) -> Shown<'a> {
    let run = &job.run;
    let client = call.region().instances.get(&plan.instance).and_then(|instance| instance.client.as_ref());
    let done = run.bytes_done(call.now);
    let (start, complete) = (start_time(run, call), complete_time(run, call));
    Shown {
        job_id: &job.id,
        job_name: &plan.name,
        plan_id: &plan.id,
        vault_id: &plan.vault,
        instance_id: &plan.instance,
        client_id: client.map(|client| client.id.as_str()).unwrap_or_default(),
        source_type: ECS_FILE,
        backup_type: "COMPLETE",
        status: run.status(call.now),
        error_message: shown_error(run, call),
        progress: run.progress(call.now),
        created_time: run.created.unix(),
        start_time: start,
        complete_time: complete,
        updated_time: run.created.unix().max(start).max(complete),
        bytes_done: done,
        bytes_total: run.bytes,
        actual_bytes: done,
        items_done: items(done),
        items_total: items(run.bytes),
        actual_items: items(done),
        include: "",
        exclude: "",
        paths: Paths::default(),
    }
}

/// Why a run failed, once it has.
pub fn shown_error<'a>(run: &'a Run, call: &Call) -> &'a str {
    run.error.as_deref().filter(|_| run.is_over(call.now)).unwrap_or_default()
}

/// Files in so many bytes: one for each MiB.
pub fn items(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}
