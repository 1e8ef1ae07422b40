//! `alicloud_ecs_file_backup`: the Essential Edition backup plan of one ECS instance.
//!
//! A plan is known by its instance: the cloud allows one plan for each, and plans carry no tags.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::eligibility::{self, Server};
use super::{facts, schedule};
use crate::cloud::alibaba::acts;
use crate::cloud::alibaba::client::Client;
use crate::cloud::alibaba::hbr::INSTANCES_PER_FILTER;
use crate::cloud::error::{Error, ErrorKind};
use crate::model::address::Address;
use crate::model::desired::Scope;
use crate::model::live::{Candidate, Intent, Judgement, Listing, LiveObject, Preparation, Stake};
use crate::model::report::Health;
use crate::model::risk::{Evidence, RiskKind};
use crate::model::schema::{
    Attribute, Fallback, Home, Kind, Presence, Protection, RiskRule, Rule, Schema, When, check_nothing,
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
    .advice("no workload is declared, so only the live facts of the server were checked against the vendor's rules")
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
    home: Home::Cloud,
    id: "plan_id",
    identity: Some("instance_id"),
    attributes: ATTRIBUTES,
    protection: Some(Protection {
        paused: Some("paused"),
        servers: "instance_id",
        destroy_effect: "permanently deletes all recovery points of the server",
        has_quota: true,
        backup: Some(acts::backup::NAME),
        restore: Some(acts::restore::NAME),
    }),
    align,
    check: check_nothing,
    doc: "Daily file backup of one ECS instance, kept for 30 days (Cloud Backup, ECS File Backup Essential Edition).",
    ..Schema::PLAIN
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

/// Says the live time of day in the zone, and in the very words, of what is desired; takes a priority that was not told
/// for the desired one.
fn align(desired: &Object, live: &mut Object) {
    if let (Some(Value::Null(_)), Some(wanted)) = (live.get("priority"), desired.get("priority")) {
        live.insert("priority".into(), wanted.clone());
    }
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

/// Names of the attributes that every listed plan has, once for all of them: a region can hold 100,000 plans.
static LISTED: LazyLock<[Arc<str>; 9]> = LazyLock::new(|| {
    [
        "instance_id",
        "region",
        "priority",
        "keep_latest_snapshot",
        "paused",
        "start_time",
        "time_zone",
        "plan_id",
        "retention_days",
    ]
    .map(Arc::from)
});

/// The zone of every listed plan, likewise.
static LISTED_ZONE: LazyLock<Value> = LazyLock::new(|| Value::string(schedule::UTC));

/// What the wire has in our words, without what takes further calls.
///
/// `None` for a plan without id or instance, which no plan of this edition can be.
fn from_wire(plan: &BackupPlan, region: &Value) -> Option<LiveObject> {
    let instance_id = plan.instance_id.as_deref().filter(|id| !id.is_empty())?;
    if plan.plan_id.is_empty() {
        return None;
    }
    let start = plan.schedule.as_deref().and_then(schedule::from_wire);
    let values = [
        Value::string(instance_id),
        region.clone(),
        Value::string(priority(plan)),
        Value::from(plan.keep_latest_snapshots != Some(0)),
        Value::from(plan.disabled == Some(true)),
        start.map_or(Value::Null(Type::String), |start| Value::string(schedule::time_text(start))),
        LISTED_ZONE.clone(),
        Value::string(&plan.plan_id),
        plan.retention.map_or(Value::Null(Type::Number), Value::from),
    ];
    Some(LiveObject {
        id: plan.plan_id.as_str().into(),
        identity: Some(instance_id.into()),
        values: LISTED.iter().cloned().zip(values).collect(),
    })
}

/// The priority; a plan that does not say has the default, L0.
fn priority(plan: &BackupPlan) -> String {
    told_priority(plan).unwrap_or_else(|| "L0".to_owned())
}

/// The priority, if the plan says it.
fn told_priority(plan: &BackupPlan) -> Option<String> {
    let options = plan.options.as_deref().and_then(|text| serde_json::from_str::<PlanOptions>(text).ok());
    options.and_then(|options| options.performance_level)
}

/// The wire's text for a priority: always the complete object, since nobody says that the service merges.
fn options_text(priority: &str) -> String {
    json!({ "performanceLevel": priority }).to_string()
}

/// The request that makes what is desired.
fn create_request(values: &Object) -> CreateBackupPlanRequest {
    let flag = |name: &str| values.get(name).and_then(Value::as_bool);
    CreateBackupPlanRequest {
        instance_id: values.get("instance_id").and_then(Value::as_str).map(str::to_owned),
        keep_latest_snapshots: Some(i64::from(flag("keep_latest_snapshot") != Some(false))),
        options: Some(options_text(values.get("priority").and_then(Value::as_str).unwrap_or("L0"))),
        schedule: second_of_day(values).map(schedule::to_wire),
        // Left out where it is false, which is what a plan is born with.
        disabled: (flag("paused") == Some(true)).then_some(true),
        ..CreateBackupPlanRequest::default()
    }
}

/// The request that changes what differs, and whether the plan must be paused (`true`) or resumed (`false`).
fn update_request(live: &LiveObject, desired: &Object) -> (Option<UpdateBackupPlanRequest>, Option<bool>) {
    let wanted = |name: &str| desired.get(name).filter(|value| !value.is_null());
    let differs = |name: &str| wanted(name).filter(|value| live.values.get(name) != Some(value));
    let start = wanted("start_time").and_then(|_| second_of_day(desired));
    let request = UpdateBackupPlanRequest {
        options: differs("priority").and_then(Value::as_str).map(options_text),
        keep_latest_snapshots: differs("keep_latest_snapshot").and_then(Value::as_bool).map(i64::from),
        schedule: start.filter(|start| second_of_day(&live.values) != Some(*start)).map(schedule::to_wire),
        ..UpdateBackupPlanRequest::default()
    };
    let changes = request != UpdateBackupPlanRequest::default();
    let request = UpdateBackupPlanRequest { plan_id: Some(live.id.to_string()), ..request };
    (changes.then_some(request), differs("paused").and_then(Value::as_bool))
}

/// The object's live values, or the error that an unreadable plan is.
fn objects(client: &Client, region: &str, plans: &[BackupPlan]) -> Result<Vec<LiveObject>, Error> {
    let shared = Value::string(region);
    let objects = plans.iter().map(|plan| from_wire(plan, &shared)).collect::<Option<Vec<_>>>();
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
    Ok(plans_by_id(client, scope, ids).await?.into_iter().map(|(_, object)| object).collect())
}

/// Those of the plans that exist, as the wire has them and in our words.
async fn plans_by_id(
    client: &Client,
    scope: &Scope,
    ids: &[Arc<str>],
) -> Result<Vec<(BackupPlan, LiveObject)>, Error> {
    let mut found = Vec::new();
    for group in ids.chunks(INSTANCES_PER_FILTER) {
        let values = group.iter().map(ToString::to_string).collect();
        let filter = Filter { key: "planId".into(), operator: None, values };
        let plans = client.list_backup_plans(&scope.region, vec![filter]).await?;
        let objects = objects(client, &scope.region, &plans)?;
        found.extend(plans.into_iter().zip(objects));
    }
    // The service filters; this makes sure that it did.
    found.retain(|(_, object)| ids.contains(&object.id));
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
    let found = match (id, identity) {
        (Some(id), _) => plans_by_id(client, scope, &[id.into()]).await?.pop(),
        (None, Some(instance_id)) => {
            let plan = client.backup_plan_of(&scope.region, instance_id).await?;
            let object = objects(client, &scope.region, plan.as_slice())?.pop();
            plan.zip(object)
        }
        (None, None) => None,
    };
    Ok(found.map(|(plan, mut object)| {
        object.values.extend(observed_for_nothing(&plan, client.now()));
        if told_priority(&plan).is_none() {
            // A service that does not tell it cannot contradict what was just written.
            object.values.insert("priority".into(), Value::Null(Type::String));
        }
        object
    }))
}

/// The attributes that change by themselves, as far as the plan alone tells them.
fn observed_for_nothing(plan: &BackupPlan, now: Timestamp) -> Object {
    let mut values: Object = [("next_run".into(), next_run(plan, now))].into();
    let started =
        plan.latest_execute_job_id.iter().chain(&plan.latest_finish_job_id).any(|id| !id.is_empty());
    if !started {
        values.insert("latest_job".into(), Value::Null(LATEST_JOB.to_type()));
        values.insert("recovery_points".into(), Value::from(0_i64));
    }
    if !started || plan.disabled == Some(true) {
        values.insert("status".into(), Value::string(health(plan, None).word()));
    }
    values
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
    let request = create_request(values);
    let instance_id = request.instance_id.clone().unwrap_or_default();
    let mut attempt = 1;
    loop {
        let failure = match client.create_backup_plan(&scope.region, &request).await {
            Ok(answer) => match answer.plan_id.filter(|id| !id.is_empty()) {
                Some(id) => return Ok(id.into()),
                None => client.unreadable_plan(&scope.region),
            },
            Err(error) if error.may_have_happened() => error,
            // A repetition that is refused may be refused because of the plan that the attempt before has made.
            Err(error) if attempt > 1 && error.kind() == ErrorKind::Invalid => error,
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
    let (request, pause) = update_request(live, desired);
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
    stakes: &[Stake],
) -> Result<BTreeMap<Arc<str>, Evidence>, Error> {
    let objects = || stakes.iter().map(|stake| &stake.object);
    let instances: BTreeSet<String> =
        objects().filter_map(|o| o.identity.as_deref()).map(str::to_owned).collect();
    let points = by_instance(client, &scope.region, &instances.into_iter().collect::<Vec<_>>()).await?;
    let of = |object: &LiveObject| {
        let points =
            object.identity.as_deref().and_then(|id| points.get(id)).map(Vec::as_slice).unwrap_or_default();
        (object.id.clone(), weigh(points))
    };
    Ok(objects().map(of).collect())
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
    let size = |point: &Snapshot| {
        point.protected_data_size.or(point.bytes_total).and_then(|size| u64::try_from(size).ok())
    };
    Evidence {
        recovery_points: points.len() as u64,
        newest: newest.and_then(completed),
        oldest: points.iter().filter_map(completed).min(),
        bytes: newest.map_or(Some(0), size),
        other_copies: 0,
    }
}

/// The vendor's rules that each candidate breaks; candidates that break none are left out.
///
/// # Errors
///
/// When a call fails.
pub async fn judge(
    client: &Client,
    scope: &Scope,
    candidates: &[Candidate],
) -> Result<BTreeMap<Address, Judgement>, Error> {
    let instance = |candidate: &Candidate| {
        candidate.values.get("instance_id").and_then(Value::as_str).map(str::to_owned)
    };
    // The vendor's table is about what is to be backed up, not about changes of how it is.
    let made = || candidates.iter().filter(|candidate| candidate.intent == Intent::Make);
    let ids: BTreeSet<String> = made().filter_map(instance).collect();
    let facts = facts::read(client, &scope.region, &ids.into_iter().collect::<Vec<_>>()).await?;
    let judge = |candidate: &Candidate| {
        let server = match instance(candidate) {
            None => Server::NotKnownYet,
            Some(id) => facts.get(&id).map_or(Server::Missing, |facts| Server::Known(facts.clone())),
        };
        // Source: the vendor's Essential Edition skill, "View Free Quota & Capacity": what counts is the capacity of all
        // block storage of the instance.
        let bytes = match &server {
            Server::Known(facts) => Some(facts.disks_gib << 30),
            Server::NotKnownYet | Server::Missing => None,
        };
        let gates = eligibility::gates(&candidate.values, &server);
        (candidate.address.clone(), Judgement { gates, bytes })
    };
    Ok(made().map(judge).collect())
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
            object.values.insert("status".into(), Value::string(health(plan, job).word()));
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
pub(in crate::cloud::alibaba) async fn latest_jobs(
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
pub(in crate::cloud::alibaba) fn health(plan: &BackupPlan, job: Option<&BackupJob>) -> Health {
    if plan.disabled == Some(true) {
        return Health::Paused;
    }
    match job.map(|job| job.status.as_deref().unwrap_or_default()) {
        None => Health::Preparing,
        Some("COMPLETE" | "PARTIAL_COMPLETE") => Health::Normal,
        Some("RUNNING" | "QUEUED" | "CREATED") => Health::BackingUp,
        Some("CANCELED" | "CANCELING") => Health::Canceled,
        Some("FAILED" | "EXPIRED") => Health::Abnormal,
        Some(_) => Health::Unknown,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::alibaba::client::fake::{client, ok};
    use crate::cloud::http::fake::{Answer, FakeServer, cut, json as answer};
    use crate::model::address::{BlockAddress, Key};
    use crate::model::desired::ProviderKey;

    fn scope() -> Scope {
        Scope { provider: ProviderKey::default_of("alicloud"), region: "cn-hangzhou".into() }
    }

    fn object(values: &[(&str, Value)]) -> Object {
        values.iter().map(|(name, value)| ((*name).into(), value.clone())).collect()
    }

    fn plan(options: Option<&str>, schedule: Option<&str>) -> BackupPlan {
        BackupPlan {
            plan_id: "plan-1".into(),
            instance_id: Some("i-1".into()),
            disabled: Some(false),
            keep_latest_snapshots: Some(1),
            retention: Some(30),
            options: options.map(str::to_owned),
            schedule: schedule.map(str::to_owned),
            ..BackupPlan::default()
        }
    }

    /// A desired object with the schema's defaults.
    fn desired(others: &[(&str, Value)]) -> Object {
        let mut values = object(&[
            ("instance_id", Value::string("i-1")),
            ("priority", Value::string("L0")),
            ("keep_latest_snapshot", Value::from(true)),
            ("paused", Value::from(false)),
            ("time_zone", Value::string("UTC")),
        ]);
        values.extend(object(others));
        values
    }

    fn live(plan: &BackupPlan) -> LiveObject {
        from_wire(plan, &Value::string("cn-hangzhou")).expect("a whole plan")
    }

    #[test]
    fn a_priority_that_was_not_told_is_the_desired_one() {
        let check = |live: Value, expected: &str| {
            let mut live = object(&[("priority", live)]);
            align(&desired(&[("priority", Value::string("L1"))]), &mut live);
            assert_eq!(live["priority"], Value::string(expected));
        };
        check(Value::Null(Type::String), "L1");
        check(Value::string("L0"), "L0");
    }

    /// One page of plans.
    fn plans(plans: &[serde_json::Value]) -> Answer {
        answer(
            200,
            &ok(&format!(
                "\"TotalCount\":{},\"BackupPlans\":{{\"BackupPlan\":{}}}",
                plans.len(),
                json!(plans)
            )),
        )
    }

    fn actions(server: &FakeServer) -> Vec<String> {
        let action = |request: &String| {
            request
                .lines()
                .find_map(|line| line.strip_prefix("x-acs-action: "))
                .expect("an action")
                .to_owned()
        };
        server.requests().iter().map(action).collect()
    }

    #[test]
    fn a_live_plan_has_every_attribute_but_those_that_only_users_give_or_further_calls_bring() {
        let live = live(&plan(Some("{\"performanceLevel\":\"L1\"}"), Some("I|1631685600|P1D")));
        assert_eq!((&*live.id, live.identity.as_deref()), ("plan-1", Some("i-1")));
        for attribute in SCHEMA.attributes {
            let expected = !matches!(attribute.presence, Presence::Declared | Presence::Observed);
            assert_eq!(live.values.contains_key(attribute.name), expected, "{}", attribute.name);
            if let Some(value) = live.values.get(attribute.name) {
                assert_eq!(value.type_of(), attribute.kind.to_type(), "{}", attribute.name);
            }
        }
        assert_eq!(live.values["priority"], Value::string("L1"));
        assert_eq!(live.values["start_time"], Value::string("06:00"));
    }

    #[test]
    fn a_plan_without_id_or_instance_cannot_be_read() {
        let region = Value::string("r");
        assert_eq!(from_wire(&BackupPlan { instance_id: None, ..plan(None, None) }, &region), None);
        assert_eq!(from_wire(&BackupPlan { plan_id: String::new(), ..plan(None, None) }, &region), None);
    }

    #[test]
    fn live_times_are_said_in_the_words_of_what_is_desired() {
        let check = |time: Option<&str>, zone: &str, schedule: &str, expected: (&str, &str)| {
            let mut live = live(&plan(None, Some(schedule))).values;
            let time = time.map_or(Value::Null(Type::String), Value::string);
            align(&desired(&[("start_time", time), ("time_zone", Value::string(zone))]), &mut live);
            let text = |name: &str| live[name].as_str().expect("text").to_owned();
            assert_eq!((text("start_time").as_str(), text("time_zone").as_str()), expected);
        };
        // 18:30 UTC, whatever day it began.
        for schedule in ["I|66600|P1D", "I|1631730600|P1D"] {
            check(Some("02:30"), "Asia/Shanghai", schedule, ("02:30", "Asia/Shanghai"));
            check(Some("02:30"), "UTC+8", schedule, ("02:30", "UTC+8"));
            check(Some("02:30:00"), "UTC+08:00", schedule, ("02:30:00", "UTC+08:00"));
            check(Some("03:00"), "UTC+08:00", schedule, ("02:30", "UTC+08:00"));
            check(None, "Asia/Shanghai", schedule, ("02:30", "Asia/Shanghai"));
            check(Some("18:30"), "UTC", schedule, ("18:30", "UTC"));
        }
    }

    #[test]
    fn create_sends_what_is_desired_and_leaves_the_rest_to_the_cloud() {
        let request = create_request(&desired(&[]));
        assert_eq!(request.options.as_deref(), Some("{\"performanceLevel\":\"L0\"}"));
        assert_eq!(
            (request.keep_latest_snapshots, request.schedule, request.disabled),
            (Some(1), None, None)
        );
        let request = create_request(&desired(&[
            ("priority", Value::string("L1")),
            ("keep_latest_snapshot", Value::from(false)),
            ("paused", Value::from(true)),
            ("start_time", Value::string("02:30")),
            ("time_zone", Value::string("Asia/Shanghai")),
        ]));
        assert_eq!(request.options.as_deref(), Some("{\"performanceLevel\":\"L1\"}"));
        assert_eq!((request.keep_latest_snapshots, request.disabled), (Some(0), Some(true)));
        assert_eq!(request.schedule.as_deref(), Some("I|1767292200|P1D"));
    }

    #[test]
    fn update_sends_only_what_differs() {
        let live = live(&plan(Some("{\"performanceLevel\":\"L0\"}"), Some("I|66600|P1D")));
        let check = |others: &[(&str, Value)],
                     expected: (Option<&str>, Option<i64>, Option<&str>),
                     pause: Option<bool>| {
            let (request, paused) = update_request(&live, &desired(others));
            let sent = request.as_ref().map_or((None, None, None), |request| {
                assert_eq!(request.plan_id.as_deref(), Some("plan-1"));
                (request.options.as_deref(), request.keep_latest_snapshots, request.schedule.as_deref())
            });
            assert_eq!((sent, paused), (expected, pause), "{others:?}");
            assert_eq!(request.is_some(), expected != (None, None, None));
        };
        let text = |text: &str| Value::string(text);
        check(&[], (None, None, None), None);
        check(
            &[("start_time", text("02:30")), ("time_zone", text("Asia/Shanghai"))],
            (None, None, None),
            None,
        );
        check(&[("priority", text("L1"))], (Some("{\"performanceLevel\":\"L1\"}"), None, None), None);
        check(&[("keep_latest_snapshot", Value::from(false))], (None, Some(0), None), None);
        check(&[("start_time", text("18:31"))], (None, None, Some("I|1767292260|P1D")), None);
        check(&[("paused", Value::from(true))], (None, None, None), Some(true));
    }

    #[test]
    fn arguments_are_checked_before_anything_is_sent() {
        let check = |name: &str, value: Value, expected: bool| {
            let attribute = SCHEMA.attribute(name).expect("an attribute");
            let fits = attribute.rules.iter().all(|rule| match rule {
                Rule::OneOf(texts) => value.as_str().is_some_and(|text| texts.contains(&text)),
                Rule::Check(check) => check(&value).is_ok(),
            });
            assert_eq!(fits, expected, "{name} = {value:?}");
        };
        check("instance_id", Value::string("i-bp1abc"), true);
        check("instance_id", Value::string("i bp1"), false);
        check("instance_id", Value::string(""), false);
        check("priority", Value::string("L1"), true);
        check("priority", Value::string("l1"), false);
        check("start_time", Value::string("02:30"), true);
        check("start_time", Value::string("2:30"), false);
        check("start_time", Value::unknown(Type::String), true);
        check("time_zone", Value::string("Asia/Shanghai"), true);
        check("time_zone", Value::string("Asia/Shanghay"), false);
        check("acknowledge_risk", Value::string(eligibility::ACKNOWLEDGEMENT), true);
        // The vendor's list of what does not count: no reply, vague words, another topic, questions about alternatives.
        // Source: the vendor's Essential Edition skill, "Sole recovery condition".
        let almost = eligibility::ACKNOWLEDGEMENT.to_lowercase();
        for vague in [
            "",
            "OK",
            "Continue",
            "Help me backup",
            "yes",
            "true",
            "I understand",
            "I understand the risks",
            "I understand the risks and still want to continue",
            "What is the weather like?",
            "What does the Standard Edition cost?",
            "ECS File Backup Essential Edition",
            almost.as_str(),
        ] {
            check("acknowledge_risk", Value::string(vague), false);
        }
        let workload = |name: &'static str, value: Value| Value::object([(name, value)]);
        check("workload", workload("kind", Value::string("mysql")), true);
        check("workload", workload("kind", Value::string("mysqll")), false);
        check("workload", workload("size_gib", Value::from(-1_i64)), false);
        let needs = |text: &str| workload("needs", Value::set(Type::String, [Value::string(text)]));
        check("workload", needs("cross-region"), true);
        check("workload", needs("cross-regions"), false);
    }

    #[test]
    fn states_follow_the_vendors_decision_table() {
        let check = |disabled: bool, job: Option<&str>, expected: &str| {
            let plan = BackupPlan { disabled: Some(disabled), ..plan(None, None) };
            let job = job.map(|status| BackupJob { status: Some(status.into()), ..BackupJob::default() });
            assert_eq!(health(&plan, job.as_ref()).word(), expected);
        };
        check(true, Some("COMPLETE"), "paused");
        check(false, None, "preparing");
        check(false, Some("COMPLETE"), "normal");
        check(false, Some("PARTIAL_COMPLETE"), "normal");
        check(false, Some("QUEUED"), "backing-up");
        check(false, Some("CANCELED"), "canceled");
        check(false, Some("EXPIRED"), "abnormal");
        check(false, Some("DREAMING"), "unknown");
    }

    #[test]
    fn evidence_is_count_ages_and_size_of_the_newest() {
        let point = |id: &str, time: i64, bytes: i64| Snapshot {
            snapshot_id: id.into(),
            complete_time: Some(time),
            protected_data_size: Some(bytes),
            ..Snapshot::default()
        };
        let weighed = weigh(&[point("a", 20, 5), point("b", 30, 7), point("c", 10, 9)]);
        let expected = Evidence {
            recovery_points: 3,
            newest: Some(30),
            oldest: Some(10),
            bytes: Some(7),
            other_copies: 0,
        };
        assert_eq!(weighed, expected);
        assert_eq!(weigh(&[]), Evidence { bytes: Some(0), ..Evidence::default() });
        let untold = Snapshot { protected_data_size: None, ..point("a", 20, 0) };
        assert_eq!(weigh(&[untold]).bytes, None);
    }

    #[test]
    fn a_plan_that_never_ran_tells_its_state_without_further_calls() {
        let check = |plan: &BackupPlan, expected: &[&str]| {
            let now = "2026-01-02T00:00:00Z".parse().expect("a time");
            let values = observed_for_nothing(plan, now);
            assert_eq!(values.keys().map(|name| &**name).collect::<Vec<_>>(), expected);
        };
        let fresh = plan(None, Some("I|66600|P1D"));
        check(&fresh, &["latest_job", "next_run", "recovery_points", "status"]);
        let ran = BackupPlan { latest_execute_job_id: Some("job-1".into()), ..fresh };
        check(&ran, &["next_run"]);
        check(&BackupPlan { disabled: Some(true), ..ran }, &["next_run", "status"]);
    }

    #[tokio::test]
    async fn a_service_that_is_not_open_is_a_step_of_its_own() {
        let body = r#"{"RequestId":"r","Code":"ServiceNotActivated","Message":"m"}"#;
        let server = FakeServer::in_order(vec![answer(403, body)]);
        let (client, _) = client(&server);
        let listing = list(&client, &scope(), &BTreeSet::new()).await.expect("a listing");
        assert_eq!(listing.objects, []);
        assert_eq!(listing.preparations.len(), 1);
        assert_eq!(&*listing.preparations[0].name, OPEN_CLOUD_BACKUP);
    }

    #[tokio::test]
    async fn a_listing_takes_one_call_for_99_plans_and_reads_more_only_when_asked() {
        let listed = vec![json!({"PlanId": "plan-1", "InstanceId": "i-1", "LatestExecuteJobId": "job-1"})];
        let server = FakeServer::deciding(move |_, request| {
            if request.contains("x-acs-action: DescribeBackupJobs2") {
                let jobs = r#""TotalCount":1,"BackupJobs":{"BackupJob":[{"JobId":"job-1","PlanId":"plan-1","Status":"RUNNING"}]}"#;
                return answer(200, &ok(jobs));
            }
            plans(&listed)
        });
        let (client, _) = client(&server);
        let listing = list(&client, &scope(), &BTreeSet::new()).await.expect("a listing");
        assert!(!listing.objects[0].values.contains_key("status"));
        let asked = BTreeSet::from(["status".into()]);
        let listing = list(&client, &scope(), &asked).await.expect("a listing");
        assert_eq!(listing.objects[0].values["status"], Value::string("backing-up"));
        assert_eq!(actions(&server), ["DescribeBackupPlans", "DescribeBackupPlans", "DescribeBackupJobs2"]);
    }

    #[tokio::test]
    async fn a_create_whose_answer_was_lost_is_looked_up_before_it_is_repeated() {
        let made = json!({"PlanId": "plan-9", "InstanceId": "i-1"});
        let check = async |answers: Vec<Answer>, expected: &[&str]| {
            let server = FakeServer::in_order(answers);
            let (client, _) = client(&server);
            let id = create(&client, &scope(), &desired(&[])).await.expect("a plan");
            assert_eq!(&*id, "plan-9");
            assert_eq!(actions(&server), expected);
        };
        let success = || answer(200, &ok("\"PlanId\":\"plan-9\""));
        let (made_it, nothing) = (|| plans(std::slice::from_ref(&made)), || plans(&[]));
        check(vec![success()], &["CreateBackupPlan"]).await;
        check(vec![cut("{"), made_it()], &["CreateBackupPlan", "DescribeBackupPlans"]).await;
        check(
            vec![cut("{"), nothing(), success()],
            &["CreateBackupPlan", "DescribeBackupPlans", "CreateBackupPlan"],
        )
        .await;
        check(
            vec![answer(500, "{\"Code\":\"InternalError\"}"), made_it()],
            &["CreateBackupPlan", "DescribeBackupPlans"],
        )
        .await;
        check(vec![answer(200, &ok("\"X\":1")), made_it()], &["CreateBackupPlan", "DescribeBackupPlans"])
            .await;
    }

    #[tokio::test]
    async fn a_create_that_is_refused_is_not_repeated() {
        let server =
            FakeServer::in_order(vec![answer(400, "{\"Code\":\"InvalidInstanceId\",\"RequestId\":\"r\"}")]);
        let (client, _) = client(&server);
        create(&client, &scope(), &desired(&[])).await.expect_err("it is refused");
        assert_eq!(actions(&server), ["CreateBackupPlan"]);
    }

    #[tokio::test]
    async fn a_create_that_never_works_ends() {
        let server = FakeServer::deciding(|_, request| {
            if request.contains("x-acs-action: CreateBackupPlan") {
                answer(500, "{\"Code\":\"InternalError\"}")
            } else {
                plans(&[])
            }
        });
        let (client, _) = client(&server);
        let error = create(&client, &scope(), &desired(&[])).await.expect_err("it never works");
        assert!(error.may_have_happened());
        assert_eq!(actions(&server).len(), 8);
    }

    #[tokio::test]
    async fn deleting_what_is_gone_is_a_success() {
        let server =
            FakeServer::in_order(vec![answer(404, "{\"Code\":\"ResourceNotFound\",\"RequestId\":\"r\"}")]);
        let (client, _) = client(&server);
        delete(&client, &scope(), &live(&plan(None, None))).await.expect("it is gone");
    }

    #[tokio::test]
    async fn an_update_pauses_and_resumes_by_calls_of_their_own() {
        let check = async |paused: bool, others: &[(&str, Value)], expected: &[&str]| {
            let server = FakeServer::in_order(vec![answer(200, &ok("\"X\":1"))]);
            let (client, _) = client(&server);
            let plan = BackupPlan { disabled: Some(!paused), ..plan(None, None) };
            let mut wanted = desired(others);
            wanted.insert("paused".into(), Value::from(paused));
            update(&client, &scope(), &live(&plan), &wanted).await.expect("an update");
            assert_eq!(actions(&server), expected);
        };
        check(true, &[], &["DisableBackupPlan"]).await;
        check(false, &[], &["EnableBackupPlan"]).await;
        check(true, &[("priority", Value::string("L1"))], &["UpdateBackupPlan", "DisableBackupPlan"]).await;
    }

    #[tokio::test]
    async fn evidence_counts_points_that_can_be_restored() {
        let points = json!([
            {"SnapshotId": "s-1", "InstanceId": "i-1", "Status": "COMPLETE", "CompleteTime": 20, "ProtectedDataSize": 5},
            {"SnapshotId": "s-2", "InstanceId": "i-1", "Status": "PARTIAL_COMPLETE", "CompleteTime": 30, "ProtectedDataSize": 7},
            {"SnapshotId": "s-3", "InstanceId": "i-1", "Status": "FAILED", "CompleteTime": 40}
        ]);
        let body = ok(&format!("\"TotalCount\":3,\"Snapshots\":{{\"Snapshot\":{points}}}"));
        let server = FakeServer::in_order(vec![answer(200, &body)]);
        let (client, _) = client(&server);
        let stake = Stake::whole(live(&plan(None, None)));
        let evidence = evidence(&client, &scope(), &[stake]).await.expect("evidence");
        let expected = Evidence {
            recovery_points: 2,
            newest: Some(30),
            oldest: Some(20),
            bytes: Some(7),
            other_copies: 0,
        };
        assert_eq!(evidence, BTreeMap::from([("plan-1".into(), expected)]));
    }

    #[tokio::test]
    async fn candidates_are_judged_by_what_their_servers_are() {
        let server = FakeServer::deciding(|_, request| {
            let body = if request.contains("x-acs-action: DescribeInstances") {
                json!({"RequestId": "r", "Instances": {"Instance": [{"InstanceId": "i-1", "Cpu": 1, "Memory": 1024,
                    "InstanceNetworkType": "classic", "OSNameEn": "CentOS 7.9 64 bit", "Status": "Running"}]}})
            } else if request.contains("x-acs-action: DescribeDisks") {
                json!({"RequestId": "r", "Disks": {"Disk": [{"DiskId": "d-1", "InstanceId": "i-1", "Size": 700}]}})
            } else {
                json!({"RequestId": "r", "InstanceCloudAssistantStatusSet": {"InstanceCloudAssistantStatus": [
                    {"InstanceId": "i-1", "CloudAssistantStatus": "true"}]}})
            };
            answer(200, &body.to_string())
        });
        let (client, _) = client(&server);
        let candidate = |name: &str| {
            let address = BlockAddress::managed(NAME, name).instance(Key::None);
            Candidate::to_be_made(address, scope(), desired(&[("instance_id", Value::string(name))]))
        };
        let judged = judge(&client, &scope(), &[candidate("i-1"), candidate("i-2")]).await;
        let judged: Vec<Judgement> = judged.expect("judgements").into_values().collect();
        let rules: Vec<Vec<&str>> =
            judged.iter().map(|of| of.gates.iter().map(|gate| gate.rule.as_str()).collect()).collect();
        assert_eq!(
            rules,
            [vec!["data volume above 600 GB at L0", "classic network"], vec!["instance missing"]]
        );
        assert_eq!(judged.iter().map(|of| of.bytes).collect::<Vec<_>>(), [Some(700 << 30), None]);
        assert_eq!(actions(&server), ["DescribeInstances", "DescribeDisks", "DescribeCloudAssistantStatus"]);
    }
}
