//! Restore jobs: create, cancel, list.
//!
//! Source: HBR API 2017-09-08, `CreateRestoreJob`, `CancelRestoreJob`, `DescribeRestoreJobs2`.

use serde::Serialize;
use serde_json::Value;

use super::error::ApiError;
use super::filter::{Conditions, Field};
use super::gateway::{Call, Nothing};
use super::hbr_jobs::{check_can_be_cancelled, complete_time, items, shown_error, start_time};
use super::hbr_plans::{ECS_FILE, PAGE_MAX, edition};
use super::hbr_snapshots::{Found, points_of};
use super::instance::Instance;
use super::objects::{Edition, Reading};
use super::params::{Page, Params};
use super::run::{Restore, Run, RunResult};

/// `CreateRestoreJob`. A repetition with the same `ClientToken` makes no second job.
pub fn create(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    require_ecs_files(&call.params, "RestoreType")?;
    require_ecs_files(&call.params, "SourceType")?;
    let edition = edition(&call.params)?;
    let client_token = client_token(&call.params)?.filter(|_| !call.reads(Reading::ClientTokenIgnored));
    if let Some(earlier) = client_token.as_deref().and_then(|token| made_with(call, token)) {
        return call.hbr_answer(Created { restore_id: earlier });
    }
    let wanted = |name: &str| {
        call.params.filled(name).ok_or_else(|| ApiError::bad_request(format!("{name} is required.")))
    };
    let found = find_point(call, edition, wanted("SnapshotId")?)?;
    if found.vault != wanted("VaultId")? || found.point.hash() != wanted("SnapshotHash")? {
        return Err(ApiError::not_found("snapshot", &found.point.id));
    }
    let target_id = wanted("TargetInstanceId")?;
    let target = call.region().instances.get(target_id);
    let target = target.ok_or_else(|| {
        ApiError::new(400, "InvalidInstanceId", format!("The specified instance {target_id} does not exist."))
    })?;
    let path = wanted("TargetPath")?;
    let restore = Restore {
        id: String::new(),
        edition,
        vault: found.vault.to_owned(),
        recovery_point: found.point.id.clone(),
        hash: found.point.hash(),
        source_instance: found.instance.to_owned(),
        target_instance: target.id.clone(),
        target_path: path.to_owned(),
        include: paths(&call.params, "Include")?,
        exclude: paths(&call.params, "Exclude")?,
        options: options(&call.params)?,
        client_token,
        run: run_of(target, path, found.point.bytes, call),
    };
    let now = call.now;
    let (region, ids) = call.region_mut();
    let restore = Restore { id: ids.next("r"), ..restore };
    let id = restore.id.clone();
    if let Some(end) = restore.run.completed {
        region.await_end(end, now);
    }
    region.restores.insert(restore);
    call.hbr_answer(Created { restore_id: &id })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Created<'a> {
    restore_id: &'a str,
}

fn require_ecs_files(params: &Params, name: &str) -> Result<(), ApiError> {
    match params.required(name)? {
        ECS_FILE => Ok(()),
        other => Err(ApiError::bad_request(format!("The emulator restores ECS_FILE only, and not {other}."))),
    }
}

/// Source: Essential Edition operations guide, `CLIENT_TOKEN`: 1 to 64 letters, digits and dashes.
fn client_token(params: &Params) -> Result<Option<String>, ApiError> {
    let Some(token) = params.filled("ClientToken") else { return Ok(None) };
    let is_good = token.len() <= 64 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_good { Ok(Some(token.to_owned())) } else { Err(ApiError::bad_request("ClientToken is malformed.")) }
}

fn made_with<'a>(call: &'a Call, token: &str) -> Option<&'a str> {
    let is_it = |restore: &&Restore| restore.client_token.as_deref() == Some(token);
    call.region().restores.iter().find(is_it).map(|restore| restore.id.as_str())
}

fn find_point<'a>(call: &'a Call, edition: Edition, id: &str) -> Result<Found<'a>, ApiError> {
    let region = call.region();
    let has_it = |found: &Found| found.point.id == id;
    let mut instances = region
        .instances
        .iter()
        .filter(|instance| region.book(edition).of_instance(&instance.id).next().is_some());
    let found =
        instances.find_map(|instance| points_of(call, edition, &instance.id).into_iter().find(has_it));
    found.ok_or_else(|| ApiError::not_found("snapshot", id))
}

/// Source: `Include` and `Exclude`: JSON arrays of at most 255 characters.
fn paths(params: &Params, name: &str) -> Result<String, ApiError> {
    let Some(text) = params.filled(name) else { return Ok(String::new()) };
    if text.chars().count() > 255 {
        return Err(ApiError::bad_request(format!("{name} must not be longer than 255 characters.")));
    }
    params.json_texts(name, 255)?;
    Ok(text.to_owned())
}

/// Two of the vendor's texts spell the policy differently; either is taken.
fn options(params: &Params) -> Result<String, ApiError> {
    let Some(text) = params.filled("Options") else { return Ok(String::new()) };
    let options: Option<Value> = serde_json::from_str(text).ok().filter(Value::is_object);
    let options = options.ok_or_else(|| ApiError::bad_request("Options must be a JSON object."))?;
    for name in ["ConflictPolicy", "conflictPolicy"] {
        let policy = options.get(name);
        if policy.is_some_and(|policy| policy != "SKIP_THE_FILE" && policy != "OVERWRITE_EXISTING") {
            let message = "ConflictPolicy must be SKIP_THE_FILE or OVERWRITE_EXISTING.";
            return Err(ApiError::bad_request(message));
        }
    }
    Ok(text.to_owned())
}

/// How a restore goes: at 30 MB/s, unless there is nothing to restore to.
fn run_of(target: &Instance, path: &str, bytes: u64, call: &Call) -> Run {
    const QUEUE_SECONDS: i64 = 10;
    const SHORTEST_SECONDS: i64 = 30;
    const BYTES_PER_SECOND: u64 = 30_000_000;
    let started = call.now.plus(call.pace.seconds(QUEUE_SECONDS));
    let obstacle =
        if target.has_directory(path) { target.client_obstacle() } else { Some("TARGET_NOT_EXIST") };
    let seconds = i64::try_from(bytes / BYTES_PER_SECOND).unwrap_or(i64::MAX).max(SHORTEST_SECONDS);
    Run {
        created: call.now,
        started: Some(started),
        completed: Some(started.plus(call.pace.seconds(if obstacle.is_some() {
            SHORTEST_SECONDS
        } else {
            seconds
        }))),
        result: if obstacle.is_some() { RunResult::Failed } else { RunResult::Complete },
        error: obstacle.map(str::to_owned),
        bytes,
    }
}

/// `CancelRestoreJob`.
pub fn cancel(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let edition = edition(&call.params)?;
    let id = call.params.required("RestoreId")?.to_owned();
    let now = call.now;
    let restore = call.region().restores.get(&id).filter(|restore| restore.edition == edition);
    let restore = restore.ok_or_else(|| ApiError::not_found("restore job", &id))?;
    check_can_be_cancelled(&restore.run, &id, call)?;
    if let Some(restore) = call.region_mut().0.restores.get_mut(&id) {
        restore.run.cancel(now);
    }
    call.hbr_answer(Nothing {})
}

/// What restore jobs can be filtered by: as the page has it, and as Terraform's data source sends it.
const FILTER_KEYS: [&str; 14] = [
    "RegionId",
    "PlanId",
    "JobId",
    "VaultId",
    "InstanceId",
    "Bucket",
    "FileSystemId",
    "Status",
    "CompleteTime",
    "restoreId",
    "sourceType",
    "targetBucket",
    "targetFileSystemId",
    "targetInstanceId",
];

const RESTORE_TYPES: [&str; 6] =
    ["COMMON_FILE_SYSTEM", "ECS_FILE", "NAS", "OSS", "OTS_TABLE", "UDM_ECS_ROLLBACK"];

/// `DescribeRestoreJobs2`, newest first.
pub fn describe(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let edition = edition(&call.params)?;
    let kind = call.params.required("RestoreType")?;
    call.params.one_of("RestoreType", &RESTORE_TYPES)?;
    let page = Page::of(&call.params, PAGE_MAX)?;
    let conditions = Conditions::of_filters(&call.params, &FILTER_KEYS, call.spelling())?;
    let fulfils = |restore: &&Restore| {
        restore.edition == edition && kind == ECS_FILE && conditions.hold(|key| field(call, restore, key))
    };
    let all: Vec<&Restore> = call.region().restores.iter().rev().filter(fulfils).collect();
    call.hbr_answer(Listing {
        page_number: page.number,
        page_size: page.size,
        total_count: all.len(),
        restore_jobs: List {
            restore_job: page.cut(all.into_iter()).into_iter().map(|restore| shown(call, restore)).collect(),
        },
    })
}

fn field<'a>(call: &'a Call, restore: &'a Restore, key: &str) -> Field<'a> {
    match key {
        "regionid" => Field::Text(&call.region_id),
        "jobid" | "restoreid" => Field::Text(&restore.id),
        "vaultid" => Field::Text(&restore.vault),
        "instanceid" => Field::Text(&restore.source_instance),
        "targetinstanceid" => Field::Text(&restore.target_instance),
        "sourcetype" => Field::Text(ECS_FILE),
        "status" => Field::Text(restore.run.status(call.now)),
        "completetime" => Field::Number(complete_time(&restore.run, call)),
        _ => Field::Text(""),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listing<'a> {
    page_number: usize,
    page_size: usize,
    total_count: usize,
    restore_jobs: List<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct List<'a> {
    restore_job: Vec<Shown<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown<'a> {
    restore_id: &'a str,
    restore_type: &'static str,
    source_type: &'static str,
    status: &'static str,
    error_message: &'a str,
    progress: u64,
    vault_id: &'a str,
    snapshot_id: &'a str,
    snapshot_hash: &'a str,
    source_instance_id: &'a str,
    target_instance_id: &'a str,
    target_path: &'a str,
    options: &'a str,
    include: &'a str,
    exclude: &'a str,
    created_time: i64,
    start_time: i64,
    complete_time: i64,
    updated_time: i64,
    bytes_total: u64,
    bytes_done: u64,
    actual_bytes: u64,
    items_total: u64,
    items_done: u64,
    actual_items: u64,
}

fn shown<'a>(call: &Call, restore: &'a Restore) -> Shown<'a> {
    let run = &restore.run;
    let done = run.bytes_done(call.now);
    let (start, complete) = (start_time(run, call), complete_time(run, call));
    Shown {
        restore_id: &restore.id,
        restore_type: ECS_FILE,
        source_type: ECS_FILE,
        status: run.status(call.now),
        error_message: shown_error(run, call),
        progress: run.progress(call.now),
        vault_id: &restore.vault,
        snapshot_id: &restore.recovery_point,
        snapshot_hash: &restore.hash,
        source_instance_id: &restore.source_instance,
        target_instance_id: &restore.target_instance,
        target_path: &restore.target_path,
        options: &restore.options,
        include: &restore.include,
        exclude: &restore.exclude,
        created_time: run.created.unix(),
        start_time: start,
        complete_time: complete,
        updated_time: run.created.unix().max(start).max(complete),
        bytes_total: run.bytes,
        bytes_done: done,
        actual_bytes: done,
        items_total: items(run.bytes),
        items_done: items(done),
        actual_items: items(done),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::testing::{Cloud, code};

    /// A cloud with a recovery point, and the parameters that restore it.
    fn restorable() -> (Cloud, String) {
        let mut cloud = Cloud::new();
        cloud.protect("i-web");
        cloud.advance("P1D");
        let point = cloud.points("i-web").remove(0);
        let text = |name: &str| point[name].as_str().unwrap().to_owned();
        let (id, hash, vault) = (text("SnapshotId"), text("SnapshotHash"), text("VaultId"));
        let what = "Edition=BASIC RestoreType=ECS_FILE SourceType=ECS_FILE";
        (cloud, format!("{what} VaultId={vault} SnapshotId={id} SnapshotHash={hash}"))
    }

    fn jobs(cloud: &mut Cloud, params: &str) -> Vec<Value> {
        let params = format!("Edition=BASIC RestoreType=ECS_FILE {params}");
        let answer = cloud.hbr("DescribeRestoreJobs2", &params).unwrap();
        answer["RestoreJobs"]["RestoreJob"].as_array().unwrap().clone()
    }

    #[test]
    fn a_restore_is_made_only_of_what_is_there() {
        let check = |change: (&str, &str), more: &str, expected: &str| {
            let (mut cloud, what) = restorable();
            let params = format!("{} {more}", what.replace(change.0, change.1));
            assert_eq!(code(cloud.hbr("CreateRestoreJob", &params)), expected, "{params}");
        };
        let to = "TargetInstanceId=i-web TargetPath=/tmp/restore";
        check(("", ""), to, "ok");
        check(("", ""), "TargetInstanceId=i-db TargetPath=/nowhere", "ok");
        check(("", ""), "TargetInstanceId=i-web", "BadRequest");
        check(("", ""), "TargetInstanceId=i-none TargetPath=/tmp", "InvalidInstanceId");
        check(("SnapshotId=s-", "SnapshotId=x-"), to, "ResourceNotFound");
        check(("SnapshotHash=sh-", "SnapshotHash=x-"), to, "ResourceNotFound");
        check(("VaultId=v-", "VaultId=x-"), to, "ResourceNotFound");
        check(("Edition=BASIC", "Edition=STANDARD"), to, "ResourceNotFound");
        check(("RestoreType=ECS_FILE", "RestoreType=OSS"), to, "BadRequest");
        check(("RestoreType=ECS_FILE", ""), to, "MissingRestoreType");
        check(("", ""), &format!(r#"{to} Options={{"ConflictPolicy":"SKIP_THE_FILE"}}"#), "ok");
        check(("", ""), &format!(r#"{to} Options={{"conflictPolicy":"OVERWRITE_EXISTING"}}"#), "ok");
        check(("", ""), &format!(r#"{to} Options={{"ConflictPolicy":"ASK"}}"#), "BadRequest");
        check(("", ""), &format!(r#"{to} Include=["/home/a"]"#), "ok");
        check(("", ""), &format!("{to} Include=/home/a"), "InvalidParameter.Include");
        check(("", ""), &format!("{to} ClientToken=a_b"), "BadRequest");
    }

    #[test]
    fn a_restore_needs_its_directory() {
        let check = |path: &str, status: &str, error: &str| {
            let (mut cloud, what) = restorable();
            cloud
                .hbr("CreateRestoreJob", &format!("{what} TargetInstanceId=i-web TargetPath={path}"))
                .unwrap();
            assert_eq!(jobs(&mut cloud, "")[0]["Status"], "CREATED");
            cloud.advance("PT1H");
            let job = jobs(&mut cloud, "").remove(0);
            assert_eq!(
                (job["Status"].as_str(), job["ErrorMessage"].as_str()),
                (Some(status), Some(error)),
                "{path}"
            );
        };
        check("/tmp/restore", "COMPLETE", "");
        check("/srv/www/", "COMPLETE", "");
        check("/nowhere", "FAILED", "TARGET_NOT_EXIST");
    }

    #[test]
    fn a_token_makes_a_repetition_harmless() {
        let (mut cloud, what) = restorable();
        let mut make = |token: &str| {
            let params = format!("{what} TargetInstanceId=i-web TargetPath=/tmp {token}");
            cloud.hbr("CreateRestoreJob", &params).unwrap()["RestoreId"].clone()
        };
        let first = make("ClientToken=t-1");
        assert_eq!(make("ClientToken=t-1"), first);
        assert_ne!(make("ClientToken=t-2"), first);
        assert_ne!(make(""), make(""));
        assert_eq!(jobs(&mut cloud, "").len(), 4);
    }

    #[test]
    fn restores_are_cancelled_and_filtered() {
        let (mut cloud, what) = restorable();
        let answer = cloud.hbr("CreateRestoreJob", &format!("{what} TargetInstanceId=i-db TargetPath=/tmp"));
        let id = answer.unwrap()["RestoreId"].as_str().unwrap().to_owned();
        assert_eq!(code(cloud.hbr("CancelRestoreJob", &format!("Edition=BASIC RestoreId={id}"))), "ok");
        assert_eq!(code(cloud.hbr("CancelRestoreJob", "Edition=BASIC RestoreId=r-x")), "ResourceNotFound");
        let mut check = |key: &str, value: &str, expected: usize| {
            let params = format!("Filters.1.Key={key} Filters.1.Values.1={value}");
            assert_eq!(jobs(&mut cloud, &params).len(), expected, "{params}");
        };
        check("Status", "CANCELED", 1);
        check("Status", "RUNNING", 0);
        check("restoreId", &id, 1);
        check("targetInstanceId", "i-db", 1);
        check("InstanceId", "i-web", 1);
        check("InstanceId", "i-db", 0);
    }
}
