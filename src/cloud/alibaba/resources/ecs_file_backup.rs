//! `alicloud_ecs_file_backup`: the Essential Edition backup plan of one ECS instance.
//!
//! A plan is known by its instance: the cloud allows one plan for each, and plans carry no tags.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::eligibility::{self, Server};
use super::{facts, schedule};
use crate::cloud::alibaba::client::Client;
use crate::cloud::alibaba::hbr::INSTANCES_PER_FILTER;
use crate::cloud::error::{Error, ErrorKind};
use crate::model::address::Address;
use crate::model::desired::Scope;
use crate::model::live::{Candidate, Gate, Listing, LiveObject, Preparation};
use crate::model::risk::{Evidence, RiskKind};
use crate::model::schema::{
    Attribute, Fallback, Kind, Presence, Protection, RiskRule, Rule, Schema, When, check_nothing,
};
use crate::model::types::Type;
use crate::model::value::{Object, Value};
use crate::wire::alibaba::hbr::{
    BackupJob, BackupPlan, CreateBackupPlanRequest, Filter, PlanOptions, Snapshot, UpdateBackupPlanRequest,
};

/// The type's name.
pub const NAME: &str = "alicloud_ecs_file_backup";

/// The step that opens Cloud Backup for the account.
pub const OPEN_CLOUD_BACKUP: &str = "open-cloud-backup";

/// How often a create whose outcome is unknown is looked up and made again.
const CREATE_ATTEMPTS: u32 = 4;

/// How long a new plan may stay invisible after its create before it is made again.
const APPEARS_WITHIN: Duration = Duration::from_secs(2);

const LATEST_JOB: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("status", Kind::String),
    ("error_message", Kind::String),
    ("created_at", Kind::String),
    ("completed_at", Kind::String),
]);

const WORKLOAD: Kind =
    Kind::Object(&[("kind", Kind::String), ("size_gib", Kind::Number), ("needs", Kind::Set(&Kind::String))]);

/// Source of the rules: the vendor's Essential Edition skill, "Parameter Confirmation & Validation".
const ATTRIBUTES: &[Attribute] = &[
    Attribute::new(
        "instance_id",
        Kind::String,
        Presence::Required,
        "The ECS instance whose files are backed up.",
    )
    .replaces()
    .rules(&[Rule::Check(check_instance_id)]),
    Attribute::new("region", Kind::String, Presence::Chosen, "The region; the provider's where left out.")
        .replaces(),
    Attribute::new(
        "priority",
        Kind::String,
        Presence::Defaulted(Fallback::String("L0")),
        "L0 for less than 600 GB of data, L1 for up to 2 TB: more vCPU and bandwidth for the backup client.",
    )
    .rules(&[Rule::OneOf(&["L0", "L1"])]),
    Attribute::new(
        "keep_latest_snapshot",
        Kind::Bool,
        Presence::Defaulted(Fallback::Bool(true)),
        "Keeps the newest recovery point even when it is older than 30 days.",
    )
    .risks(&[RiskRule {
        when: When::Becomes(false),
        kind: RiskKind::ExpiresBackups,
        effect: "lets every recovery point older than 30 days expire, the last one too",
    }]),
    Attribute::new(
        "paused",
        Kind::Bool,
        Presence::Defaulted(Fallback::Bool(false)),
        "No backups are made while true; recovery points stay.",
    )
    .risks(&[RiskRule {
        when: When::Becomes(true),
        kind: RiskKind::StopsProtection,
        effect: "stops the daily backups of the server",
    }]),
    Attribute::new(
        "start_time",
        Kind::String,
        Presence::Chosen,
        "Time of day of the backup, `02:30`; left out, the cloud chooses one between 00:00 and 06:00.",
    )
    .rules(&[Rule::Check(check_start_time)]),
    Attribute::new(
        "time_zone",
        Kind::String,
        Presence::Defaulted(Fallback::String(schedule::UTC)),
        "The zone of start_time, `Asia/Shanghai` or `UTC+08:00`; daylight saving is not followed.",
    )
    .rules(&[Rule::Check(check_time_zone)]),
    Attribute::new(
        "workload",
        WORKLOAD,
        Presence::Declared,
        "What the data is and needs, for the eligibility check.",
    )
    .as_block()
    .rules(&[Rule::Check(check_workload)]),
    Attribute::new(
        "acknowledge_risk",
        Kind::String,
        Presence::Declared,
        "The vendor's sentence that accepts the risk of a scenario the product is not recommended for.",
    )
    .rules(&[Rule::Check(check_acknowledgement)]),
    Attribute::new("plan_id", Kind::String, Presence::Computed, "The id of the backup plan."),
    Attribute::new(
        "retention_days",
        Kind::Number,
        Presence::Computed,
        "How long recovery points are kept: 30 days.",
    ),
    Attribute::new(
        "status",
        Kind::String,
        Presence::Observed,
        "preparing, normal, backing-up, canceled, abnormal or paused.",
    ),
    Attribute::new(
        "next_run",
        Kind::String,
        Presence::Observed,
        "When the next backup starts, UTC; null while paused.",
    ),
    Attribute::new("latest_job", LATEST_JOB, Presence::Observed, "The backup job that was started last."),
    Attribute::new(
        "client_status",
        Kind::String,
        Presence::Observed,
        "The state of the backup client, in the cloud's words.",
    ),
    Attribute::new(
        "recovery_points",
        Kind::Number,
        Presence::Observed,
        "How many recovery points there are.",
    ),
];

/// The resource type.
pub const SCHEMA: Schema = Schema {
    name: NAME,
    provider: "alicloud",
    id: "plan_id",
    identity: Some("instance_id"),
    attributes: ATTRIBUTES,
    protection: Some(Protection {
        paused: Some("paused"),
        servers: "instance_id",
        destroy_effect: "permanently deletes all recovery points of the server",
    }),
    align,
    check: check_nothing,
    doc: "Daily file backup of one ECS instance, kept for 30 days (Cloud Backup, ECS File Backup Essential Edition).",
};

/// Ids as the vendor's tools accept them; anything else would end up in a query.
fn check_instance_id(value: &Value) -> Result<(), String> {
    let Some(id) = value.as_str() else { return Ok(()) };
    let fits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits {
        Ok(())
    } else {
        Err("An instance id has letters, digits and hyphens, like i-bp1abc123def456.".to_owned())
    }
}

/// `HH:MM`.
fn check_start_time(value: &Value) -> Result<(), String> {
    match value.as_str().map(schedule::parse_time) {
        Some(None) => {
            Err("A time of day is written as two digits each, from 00:00 to 23:59, like 02:30.".to_owned())
        }
        Some(Some(_)) | None => Ok(()),
    }
}

/// A zone that the tables know.
fn check_time_zone(value: &Value) -> Result<(), String> {
    match value.as_str().map(schedule::parse_zone) {
        Some(None) => {
            Err("A time zone is UTC, an offset like UTC+08:00, or a name like Asia/Shanghai.".to_owned())
        }
        Some(Some(_)) | None => Ok(()),
    }
}

/// Words that the gate understands: one that it does not know could hide a reason to stop.
fn check_workload(value: &Value) -> Result<(), String> {
    let kind = value.attribute("kind");
    if let Some(kind) = kind.as_ref().and_then(Value::as_str) {
        let known = || eligibility::FILE_KINDS.iter().chain(&eligibility::DATABASE_KINDS);
        if !known().any(|known| *known == eligibility::word(kind)) {
            let known: Vec<&str> = known().copied().collect();
            return Err(format!("The kind of a workload is one of {}.", known.join(", ")));
        }
    }
    let needs = value.attribute("needs");
    for need in needs.as_ref().and_then(Value::as_slice).unwrap_or_default() {
        if need.as_str().is_some_and(|need| !eligibility::NEEDS.contains(&eligibility::word(need).as_str())) {
            return Err(format!("The needs of a workload are among {}.", eligibility::NEEDS.join(", ")));
        }
    }
    let size = value.attribute("size_gib");
    match size.as_ref().and_then(Value::as_number) {
        Some(size) if size.is_negative() => Err("The size of a workload is not negative.".to_owned()),
        _ => Ok(()),
    }
}

/// The exact sentence or none.
fn check_acknowledgement(value: &Value) -> Result<(), String> {
    match value.as_str() {
        Some(text) if text != eligibility::ACKNOWLEDGEMENT => {
            Err(format!("Only this exact sentence is accepted: \"{}\".", eligibility::ACKNOWLEDGEMENT))
        }
        _ => Ok(()),
    }
}

/// Says the live time of day in the zone, and in the very words, of what is desired.
fn align(desired: &Object, live: &mut Object) {
    let Some(zone) = desired.get("time_zone").and_then(Value::as_str) else { return };
    let Some(offset) = schedule::parse_zone(zone) else { return };
    if let Some(utc) = second_of_day(live) {
        let local = schedule::to_local(utc, offset);
        let wanted = desired.get("start_time").and_then(Value::as_str);
        let same = wanted.filter(|text| schedule::parse_time(text) == Some(local));
        let text = same.map_or_else(|| schedule::time_text(local), str::to_owned);
        live.insert("start_time".into(), Value::string(text));
    }
    live.insert("time_zone".into(), Value::string(zone));
}

/// The second of the day, UTC, that `start_time` and `time_zone` mean together.
fn second_of_day(values: &Object) -> Option<i64> {
    let local = schedule::parse_time(values.get("start_time")?.as_str()?)?;
    let zone = values.get("time_zone").and_then(Value::as_str).unwrap_or(schedule::UTC);
    Some(schedule::to_utc(local, schedule::parse_zone(zone)?))
}

/// What the wire has in our words, without what takes further calls.
///
/// `None` for a plan without id or instance, which no plan of this edition can be.
fn from_wire(plan: &BackupPlan, region: &str) -> Option<LiveObject> {
    let instance_id = plan.instance_id.as_deref().filter(|id| !id.is_empty())?;
    if plan.plan_id.is_empty() {
        return None;
    }
    let start = plan.schedule.as_deref().and_then(schedule::from_wire);
    let values = [
        ("instance_id", Value::string(instance_id)),
        ("region", Value::string(region)),
        ("priority", Value::string(priority(plan))),
        ("keep_latest_snapshot", Value::from(plan.keep_latest_snapshots != Some(0))),
        ("paused", Value::from(plan.disabled == Some(true))),
        (
            "start_time",
            start.map_or(Value::Null(Type::String), |start| Value::string(schedule::time_text(start))),
        ),
        ("time_zone", Value::string(schedule::UTC)),
        ("plan_id", Value::string(&plan.plan_id)),
        ("retention_days", plan.retention.map_or(Value::Null(Type::Number), Value::from)),
    ];
    Some(LiveObject {
        id: plan.plan_id.as_str().into(),
        identity: Some(instance_id.into()),
        values: values.into_iter().map(|(name, value)| (name.into(), value)).collect(),
    })
}

/// The priority; a plan that does not say has the default, L0.
fn priority(plan: &BackupPlan) -> String {
    let options = plan.options.as_deref().and_then(|text| serde_json::from_str::<PlanOptions>(text).ok());
    options.and_then(|options| options.performance_level).unwrap_or_else(|| "L0".to_owned())
}

/// The wire's text for a priority: always the complete object, since nobody says that the service merges.
fn options_text(priority: &str) -> String {
    json!({ "performanceLevel": priority }).to_string()
}

/// The request that makes what is desired.
fn create_request(values: &Object, now: Timestamp) -> CreateBackupPlanRequest {
    let flag = |name: &str| values.get(name).and_then(Value::as_bool);
    CreateBackupPlanRequest {
        instance_id: values.get("instance_id").and_then(Value::as_str).map(str::to_owned),
        keep_latest_snapshots: Some(i64::from(flag("keep_latest_snapshot") != Some(false))),
        options: Some(options_text(values.get("priority").and_then(Value::as_str).unwrap_or("L0"))),
        schedule: second_of_day(values).map(|second| schedule::to_wire(second, now)),
        // Left out where it is false, which is what a plan is born with.
        disabled: (flag("paused") == Some(true)).then_some(true),
        ..CreateBackupPlanRequest::default()
    }
}

/// The request that changes what differs, and whether the plan must be paused (`true`) or resumed (`false`).
fn update_request(
    live: &LiveObject,
    desired: &Object,
    now: Timestamp,
) -> (Option<UpdateBackupPlanRequest>, Option<bool>) {
    let wanted = |name: &str| desired.get(name).filter(|value| !value.is_null());
    let differs = |name: &str| wanted(name).filter(|value| live.values.get(name) != Some(value));
    let start = wanted("start_time").and_then(|_| second_of_day(desired));
    let request = UpdateBackupPlanRequest {
        options: differs("priority").and_then(Value::as_str).map(options_text),
        keep_latest_snapshots: differs("keep_latest_snapshot").and_then(Value::as_bool).map(i64::from),
        schedule: start
            .filter(|start| second_of_day(&live.values) != Some(*start))
            .map(|start| schedule::to_wire(start, now)),
        ..UpdateBackupPlanRequest::default()
    };
    let changes = request != UpdateBackupPlanRequest::default();
    let request = UpdateBackupPlanRequest { plan_id: Some(live.id.to_string()), ..request };
    (changes.then_some(request), differs("paused").and_then(Value::as_bool))
}

/// The object's live values, or the error that an unreadable plan is.
fn objects(client: &Client, region: &str, plans: &[BackupPlan]) -> Result<Vec<LiveObject>, Error> {
    let objects = plans.iter().map(|plan| from_wire(plan, region)).collect::<Option<Vec<_>>>();
    objects.ok_or_else(|| client.unreadable_plan(region))
}

/// All plans of a region; where Cloud Backup is not open, none, and the step that opens it.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn list(client: &Client, scope: &Scope, observed: &BTreeSet<Arc<str>>) -> Result<Listing, Error> {
    let plans = match client.list_backup_plans(&scope.region, Vec::new()).await {
        Err(error) if error.kind() == ErrorKind::NotActivated => {
            return Ok(Listing { objects: Vec::new(), preparations: vec![open_cloud_backup(scope)] });
        }
        plans => plans?,
    };
    let mut objects = objects(client, &scope.region, &plans)?;
    observe(client, &scope.region, &plans, &mut objects, observed).await?;
    Ok(Listing { objects, preparations: Vec::new() })
}

/// Opening the service, as a step of its own.
///
/// Source: Alibaba Cloud help, Cloud Backup: once activated, the service cannot be deactivated.
fn open_cloud_backup(scope: &Scope) -> Preparation {
    Preparation {
        provider: scope.provider.clone(),
        name: OPEN_CLOUD_BACKUP.into(),
        title: "open the Cloud Backup service for the account".into(),
        consequence: "It cannot be closed again.".into(),
        risk: RiskKind::OpensService,
        needed_by: vec![NAME.into()],
    }
}

/// Those of the plans that exist, asked for by id.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn confirm(client: &Client, scope: &Scope, ids: &[Arc<str>]) -> Result<Vec<LiveObject>, Error> {
    let mut found = Vec::new();
    for group in ids.chunks(INSTANCES_PER_FILTER) {
        let values = group.iter().map(ToString::to_string).collect();
        let filter = Filter { key: "planId".into(), operator: None, values };
        let plans = client.list_backup_plans(&scope.region, vec![filter]).await?;
        found.extend(objects(client, &scope.region, &plans)?);
    }
    // The service filters; this makes sure that it did.
    found.retain(|object| ids.contains(&object.id));
    Ok(found)
}

/// One plan, by its id or else by its instance.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn read(
    client: &Client,
    scope: &Scope,
    id: Option<&str>,
    identity: Option<&str>,
) -> Result<Option<LiveObject>, Error> {
    if let Some(id) = id {
        return Ok(confirm(client, scope, &[id.into()]).await?.pop());
    }
    let Some(instance_id) = identity else { return Ok(None) };
    let plan = client.backup_plan_of(&scope.region, instance_id).await?;
    Ok(objects(client, &scope.region, plan.as_slice())?.pop())
}

/// Makes the plan and returns its id.
///
/// The vendor makes no second plan for an instance, and still nothing is repeated blindly: after a lost answer the
/// instance's plan is looked for first.
///
/// # Errors
///
/// When the cloud refuses, or stays silent after several attempts.
pub async fn create(client: &Client, scope: &Scope, values: &Object) -> Result<Arc<str>, Error> {
    let request = create_request(values, client.now());
    let instance_id = request.instance_id.clone().unwrap_or_default();
    let mut attempt = 1;
    loop {
        let failure = match client.create_backup_plan(&scope.region, &request).await {
            Ok(answer) => match answer.plan_id.filter(|id| !id.is_empty()) {
                Some(id) => return Ok(id.into()),
                None => client.unreadable_plan(&scope.region),
            },
            Err(error) if error.may_have_happened() => error,
            Err(error) => return Err(error),
        };
        // Where the cloud shows new things late, an early look would find nothing.
        client.sleep(APPEARS_WITHIN).await;
        if let Some(plan) = client.backup_plan_of(&scope.region, &instance_id).await? {
            return Ok(plan.plan_id.into());
        }
        if attempt == CREATE_ATTEMPTS {
            return Err(failure);
        }
        attempt += 1;
    }
}

/// Changes what differs; each call may be repeated without harm.
///
/// # Errors
///
/// When a call fails.
pub async fn update(
    client: &Client,
    scope: &Scope,
    live: &LiveObject,
    desired: &Object,
) -> Result<(), Error> {
    let (request, pause) = update_request(live, desired, client.now());
    if let Some(request) = request {
        client.update_backup_plan(&scope.region, &request).await?;
    }
    match pause {
        Some(true) => client.disable_backup_plan(&scope.region, &live.id).await.map(drop),
        Some(false) => client.enable_backup_plan(&scope.region, &live.id).await.map(drop),
        None => Ok(()),
    }
}

/// Deletes the plan with all recovery points; a plan that is gone is deleted.
///
/// # Errors
///
/// When the call fails.
pub async fn delete(client: &Client, scope: &Scope, live: &LiveObject) -> Result<(), Error> {
    match client.delete_backup_plan(&scope.region, &live.id).await {
        Err(error) if !error.is_not_found() => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// What would be lost with each plan: its instance's recovery points.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn evidence(
    client: &Client,
    scope: &Scope,
    objects: &[LiveObject],
) -> Result<BTreeMap<Arc<str>, Evidence>, Error> {
    let instances: BTreeSet<String> =
        objects.iter().filter_map(|o| o.identity.as_deref()).map(str::to_owned).collect();
    let points = by_instance(client, &scope.region, &instances.into_iter().collect::<Vec<_>>()).await?;
    let of = |object: &LiveObject| {
        let points =
            object.identity.as_deref().and_then(|id| points.get(id)).map(Vec::as_slice).unwrap_or_default();
        (object.id.clone(), weigh(points))
    };
    Ok(objects.iter().map(of).collect())
}

/// The recovery points that files can be restored from, by instance.
async fn by_instance(
    client: &Client,
    region: &str,
    instance_ids: &[String],
) -> Result<BTreeMap<String, Vec<Snapshot>>, Error> {
    let mut points: BTreeMap<String, Vec<Snapshot>> = BTreeMap::new();
    for snapshot in client.list_snapshots(region, instance_ids).await? {
        let usable = snapshot.status.as_deref() != Some("FAILED");
        if let Some(instance_id) = snapshot.instance_id.clone().filter(|_| usable) {
            points.entry(instance_id).or_default().push(snapshot);
        }
    }
    Ok(points)
}

/// Count, ages and size.
fn weigh(points: &[Snapshot]) -> Evidence {
    let completed = |point: &Snapshot| point.complete_time.or(point.created_time);
    let newest = points.iter().max_by_key(|point| (completed(point), &point.snapshot_id));
    let bytes = newest.and_then(|point| point.protected_data_size.or(point.bytes_total));
    Evidence {
        recovery_points: points.len() as u64,
        newest: newest.and_then(completed),
        oldest: points.iter().filter_map(completed).min(),
        bytes: bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0),
        other_copies: 0,
    }
}

/// The vendor's rules that each candidate breaks; candidates that break none are left out.
///
/// # Errors
///
/// When a call fails.
pub async fn gates(
    client: &Client,
    scope: &Scope,
    candidates: &[Candidate],
) -> Result<BTreeMap<Address, Vec<Gate>>, Error> {
    let instance = |candidate: &Candidate| {
        candidate.values.get("instance_id").and_then(Value::as_str).map(str::to_owned)
    };
    let ids: BTreeSet<String> = candidates.iter().filter_map(instance).collect();
    let facts = facts::read(client, &scope.region, &ids.into_iter().collect::<Vec<_>>()).await?;
    let judge = |candidate: &Candidate| {
        let server = match instance(candidate) {
            None => Server::NotKnownYet,
            Some(id) => facts.get(&id).map_or(Server::Missing, |facts| Server::Known(facts.clone())),
        };
        (candidate.address.clone(), eligibility::gates(&candidate.values, &server))
    };
    Ok(candidates.iter().map(judge).filter(|(_, gates)| !gates.is_empty()).collect())
}

/// Adds the attributes that somebody asks for and that change by themselves.
async fn observe(
    client: &Client,
    region: &str,
    plans: &[BackupPlan],
    objects: &mut [LiveObject],
    observed: &BTreeSet<Arc<str>>,
) -> Result<(), Error> {
    let wants = |name: &str| observed.contains(name);
    if wants("next_run") {
        let now = client.now();
        for (plan, object) in plans.iter().zip(&mut *objects) {
            object.values.insert("next_run".into(), next_run(plan, now));
        }
    }
    if wants("status") || wants("latest_job") {
        let jobs = latest_jobs(client, region, plans).await?;
        for (plan, object) in plans.iter().zip(&mut *objects) {
            let job = jobs.get(&plan.plan_id);
            object.values.insert("status".into(), Value::string(status(plan, job)));
            object
                .values
                .insert("latest_job".into(), job.map_or(Value::Null(LATEST_JOB.to_type()), job_value));
        }
    }
    let instance_ids: Vec<String> = plans.iter().filter_map(|plan| plan.instance_id.clone()).collect();
    if wants("client_status") {
        let clients = client.list_backup_clients(region, &instance_ids).await?;
        let status: BTreeMap<_, _> =
            clients.into_iter().filter_map(|client| Some((client.instance_id?, client.status?))).collect();
        for (plan, object) in plans.iter().zip(&mut *objects) {
            let status = plan.instance_id.as_ref().and_then(|id| status.get(id));
            object
                .values
                .insert("client_status".into(), status.map_or(Value::Null(Type::String), Value::string));
        }
    }
    if wants("recovery_points") {
        let points = by_instance(client, region, &instance_ids).await?;
        for (plan, object) in plans.iter().zip(&mut *objects) {
            let count = plan.instance_id.as_ref().and_then(|id| points.get(id)).map_or(0, Vec::len);
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            object.values.insert("recovery_points".into(), Value::from(count));
        }
    }
    Ok(())
}

/// The newest job of each plan that has one, by plan: for 99 plans one call.
async fn latest_jobs(
    client: &Client,
    region: &str,
    plans: &[BackupPlan],
) -> Result<BTreeMap<String, BackupJob>, Error> {
    let ids: Vec<String> = plans
        .iter()
        .filter_map(|plan| plan.latest_execute_job_id.clone().or_else(|| plan.latest_finish_job_id.clone()))
        .filter(|id| !id.is_empty())
        .collect();
    let mut jobs = BTreeMap::new();
    for group in ids.chunks(INSTANCES_PER_FILTER) {
        let filter = Filter { key: "JobId".into(), operator: Some("IN".into()), values: group.to_vec() };
        for job in client.list_backup_jobs(region, vec![filter]).await? {
            if let Some(plan_id) = job.plan_id.clone() {
                jobs.insert(plan_id, job);
            }
        }
    }
    Ok(jobs)
}

/// The vendor's state machine.
///
/// Source: the vendor's Essential Edition skill, "Status Determination Logic".
fn status(plan: &BackupPlan, job: Option<&BackupJob>) -> &'static str {
    if plan.disabled == Some(true) {
        return "paused";
    }
    match job.map(|job| job.status.as_deref().unwrap_or_default()) {
        None => "preparing",
        Some("COMPLETE" | "PARTIAL_COMPLETE") => "normal",
        Some("RUNNING" | "QUEUED" | "CREATED") => "backing-up",
        Some("CANCELED" | "CANCELING") => "canceled",
        Some("FAILED" | "EXPIRED") => "abnormal",
        Some(_) => "unknown",
    }
}

/// When the next backup starts.
fn next_run(plan: &BackupPlan, now: Timestamp) -> Value {
    let start =
        plan.schedule.as_deref().and_then(schedule::from_wire).filter(|_| plan.disabled != Some(true));
    time_value(start.map(|start| schedule::next(start, now)))
}

/// A job as a value.
fn job_value(job: &BackupJob) -> Value {
    let text = |text: &Option<String>| text.as_ref().map_or(Value::Null(Type::String), Value::string);
    Value::object([
        ("id", Value::string(&job.job_id)),
        ("status", text(&job.status)),
        ("error_message", text(&job.error_message)),
        ("created_at", time_value(job.created_time)),
        ("completed_at", time_value(job.complete_time)),
    ])
}

/// UNIX seconds as a time in UTC; 0 and less mean that it has not happened.
fn time_value(seconds: Option<i64>) -> Value {
    let time =
        seconds.filter(|seconds| *seconds > 0).and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or(Value::Null(Type::String), |time| Value::string(time.to_string()))
}
