//! Backup jobs: run a plan now, cancel, list.
//!
//! Source: HBR API 2017-09-08, `ExecuteBackupPlan`, `CancelBackupJob`, `DescribeBackupJobs2`.

use serde::Serialize;

use super::error::ApiError;
use super::filter::{Conditions, Field};
use super::gateway::{Call, Nothing};
use super::hbr_plans::{ECS_FILE, PAGE_MAX, Paths, edition, named_plan};
use super::instance::Instance;
use super::params::Page;
use super::plan_book::{Job, Plan, PlanBook};
use super::run::{Run, RunResult};
use crate::emulator::clock::Time;

/// `ExecuteBackupPlan`.
pub fn execute(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let (edition, id) = named_plan(call)?;
    let (now, pace) = (call.now, call.pace);
    let (region, ids) = call.region_mut();
    let instance =
        region.book(edition).plans.get(&id).and_then(|plan| region.instances.get(&plan.instance)).cloned();
    let job = region.book_mut(edition).execute(&id, instance.as_ref(), now, pace, ids);
    let job_id = job.ok_or_else(|| ApiError::not_found("backup plan", &id))?;
    let end = region.book(edition).job(&job_id).and_then(|(_, job)| job.run.completed);
    region.await_end(end.unwrap_or(now), now);
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
    let conditions = Conditions::of_filters(&call.params, &FILTER_KEYS, call.spelling())?;
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
    run.completed.filter(|_| run.is_over(call.now)).map_or(0, Time::unix)
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

#[cfg(test)]
mod tests {
    use super::super::testing::{Cloud, code};

    /// The states of all jobs, newest first, in one text.
    fn states(cloud: &mut Cloud) -> String {
        let jobs = cloud.jobs();
        jobs.iter().map(|(_, state)| state.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_plan_goes_from_preparing_to_its_first_backup() {
        let mut cloud = Cloud::new();
        cloud.protect("i-web");
        let client = |cloud: &mut Cloud| {
            let answer =
                cloud.hbr("DescribeBackupClients", r#"ClientType=ECS_CLIENT InstanceIds=["i-web"]"#).unwrap();
            answer["Clients"][0]["Status"].as_str().unwrap().to_owned()
        };
        assert_eq!((client(&mut cloud).as_str(), states(&mut cloud).as_str()), ("INSTALLING", ""));
        // Whoever looked twice has waited three minutes already.
        cloud.advance("PT2M");
        assert_eq!((client(&mut cloud).as_str(), states(&mut cloud).as_str()), ("ACTIVATED", ""));
        let mut check = |advance: &str, expected: &str| {
            cloud.advance(advance);
            assert_eq!(states(&mut cloud), expected, "after {advance}");
        };
        check("PT1H54M59S", "");
        check("PT1S", "CREATED");
        check("PT10S", "RUNNING");
        check("PT2H", "COMPLETE");
        check("P1D", "COMPLETE COMPLETE");
    }

    #[test]
    fn a_backup_fails_where_it_cannot_work() {
        let check = |instance: &str, error: &str| {
            let mut cloud = Cloud::new();
            cloud.protect(instance);
            cloud.advance("P1D");
            let answer = cloud.hbr("DescribeBackupJobs2", "Edition=BASIC").unwrap();
            let job = &answer["BackupJobs"]["BackupJob"][0];
            assert_eq!((job["Status"].as_str(), job["ErrorMessage"].as_str()), (Some("FAILED"), Some(error)));
            assert!(cloud.points(instance).is_empty());
        };
        check("i-bad", "DISK_FULL");
        check("i-off", "InstanceNotRunning");
        check("i-old", "InstanceNotSupported");
        check("i-classic", "InstanceNotSupported");
    }

    #[test]
    fn a_paused_plan_makes_no_backups() {
        let mut cloud = Cloud::new();
        let id = cloud.protect("i-web");
        let mut check = |action: &str, jobs: usize| {
            cloud.hbr(action, &format!("Edition=BASIC PlanId={id}")).unwrap();
            cloud.advance("P3D");
            assert_eq!(cloud.jobs().len(), jobs, "{action}");
        };
        check("EnableBackupPlan", 3);
        check("DisableBackupPlan", 3);
        check("DisableBackupPlan", 3);
        check("EnableBackupPlan", 6);
    }

    #[test]
    fn a_plan_can_be_run_and_its_job_cancelled() {
        let mut cloud = Cloud::new();
        let id = cloud.protect("i-web");
        cloud.advance("PT10M");
        let job =
            cloud.hbr("ExecuteBackupPlan", &format!("Edition=BASIC PlanId={id}")).unwrap()["JobId"].clone();
        let job = format!("Edition=BASIC JobId={}", job.as_str().unwrap());
        cloud.advance("PT1M");
        assert_eq!(states(&mut cloud), "RUNNING");
        assert_eq!(code(cloud.hbr("CancelBackupJob", &job)), "ok");
        assert_eq!(states(&mut cloud), "CANCELED");
        assert_eq!(code(cloud.hbr("CancelBackupJob", &job)), "ok");
        cloud.advance("PT1H");
        assert!(cloud.points("i-web").is_empty());
        cloud.advance("P1D");
        let (done, _) = cloud.jobs().swap_remove(0);
        assert_eq!(code(cloud.hbr("CancelBackupJob", &format!("Edition=BASIC JobId={done}"))), "BadRequest");
        assert_eq!(code(cloud.hbr("CancelBackupJob", "Edition=BASIC JobId=job-x")), "ResourceNotFound");
        assert_eq!(code(cloud.hbr("ExecuteBackupPlan", "Edition=BASIC PlanId=plan-x")), "ResourceNotFound");
    }

    #[test]
    fn jobs_are_listed_newest_first_and_filtered() {
        let mut cloud = Cloud::new();
        cloud.protect("i-web");
        cloud.protect("i-bad");
        cloud.advance("P2D");
        let all: Vec<String> = cloud.jobs().into_iter().map(|(id, _)| id).collect();
        let mut check = |params: &str, expected: &[usize]| {
            let answer = cloud.hbr("DescribeBackupJobs2", &format!("Edition=BASIC {params}")).unwrap();
            let shown = answer["BackupJobs"]["BackupJob"].as_array().unwrap();
            let shown: Vec<&str> = shown.iter().map(|job| job["JobId"].as_str().unwrap()).collect();
            let expected: Vec<&str> = expected.iter().map(|at| all[*at].as_str()).collect();
            assert_eq!(shown, expected, "{params}");
        };
        check("", &[0, 1, 2, 3]);
        check("SortDirection=ASCEND", &[3, 2, 1, 0]);
        check("PageSize=3 PageNumber=2", &[3]);
        check("SourceType=OSS", &[]);
        check("Filters.1.Key=instanceId Filters.1.Values.1=i-bad", &[0, 2]);
        check("Filters.1.Key=Status Filters.1.Operator=NOT_EQUAL Filters.1.Values.1=FAILED", &[1, 3]);
        let last_day = "2026-11-21T00:00:00Z".parse::<super::Time>().unwrap().unix();
        check(
            &format!(
                "Filters.1.Key=CreatedTime Filters.1.Operator=GREATER_THAN Filters.1.Values.1={last_day}"
            ),
            &[0, 1],
        );
        let job = "Filters.1.Key=JobId Filters.1.Operator=EQUAL Filters.1.Values.1";
        check(&format!("{job}={}", all[2]), &[2]);
        check("Filters.1.Key=PlanId Filters.1.Values.1=plan-x", &[]);
    }
}
