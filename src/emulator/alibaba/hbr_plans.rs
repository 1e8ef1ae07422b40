//! Backup plans: create, update, list, pause, resume, delete.
//!
//! Source: HBR API 2017-09-08, the pages of these operations, and the Essential Edition operations guide for what
//! edition `BASIC` makes of them.

use serde::Serialize;
use serde_json::Value;

use super::error::ApiError;
use super::filter::{Conditions, Field};
use super::gateway::{Call, Nothing};
use super::instance::{Instance, InstanceStatus};
use super::objects::{Edition, Reading};
use super::params::{Page, Params};
use super::plan_book::{Plan, PlanBook, Priority, default_name, hidden_vault, retention};
use super::schedule::Schedule;

/// Sources of data that HBR backs up.
const SOURCE_TYPES: [&str; 6] = ["ECS_FILE", "NAS", "OSS", "OTS", "SYNC", "UDM_ECS"];

/// The only source that is imitated.
pub const ECS_FILE: &str = "ECS_FILE";

/// How many a page of HBR may hold.
pub const PAGE_MAX: usize = 99;

/// The edition that a call speaks of.
///
/// Source: the operations' `Edition`: `BASIC` or `STANDARD`, default `STANDARD`.
pub fn edition(params: &Params) -> Result<Edition, ApiError> {
    let word = params.one_of("Edition", &["BASIC", "STANDARD"])?;
    Ok(if word == Some("BASIC") { Edition::Basic } else { Edition::Standard })
}

/// `CreateBackupPlan`. Called again for the same instance the Essential Edition makes no second plan.
pub fn create(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let source = call.params.required("SourceType")?;
    call.params.one_of("SourceType", &SOURCE_TYPES)?;
    let edition = edition(&call.params)?;
    if source != ECS_FILE {
        return Err(match edition {
            Edition::Basic => ApiError::bad_request("Edition BASIC supports the source type ECS_FILE only."),
            Edition::Standard => {
                let message = format!("The emulator does not imitate plans of the source type {source}.");
                ApiError::new(501, "Emulator.NotImplemented", message)
            }
        });
    }
    let settings = Settings::read(&call.params, edition)?;
    let id =
        call.params.filled("InstanceId").ok_or_else(|| ApiError::bad_request("InstanceId is required."))?;
    let id = id.to_owned();
    check_instance(call.region().instances.get(&id), &id)?;
    let existing = call.region().book(edition).of_instance(&id).next().map(|plan| plan.id.clone());
    if let (Edition::Basic, Some(plan_id)) = (edition, existing) {
        return created_again(call, &id, &plan_id);
    }
    let plan = new_plan(call, edition, id, settings)?;
    let plan_id = plan.id.clone();
    let (now, pace) = (call.now, call.pace);
    let (region, ids) = call.region_mut();
    region.install_client(&plan.instance, now, pace, ids);
    region.book_mut(edition).insert(plan);
    call.hbr_answer(Created { plan_id: &plan_id })
}

/// What a repetition comes to; the guide says only that it makes no second plan.
fn created_again(call: &Call, instance: &str, plan_id: &str) -> Result<Vec<u8>, ApiError> {
    if call.reads(Reading::CreateAgainRefused) {
        return Err(ApiError::bad_request(format!("The instance {instance} has a backup plan already.")));
    }
    if call.reads(Reading::CreateAgainAnswersNoId) {
        return call.hbr_answer(Nothing {});
    }
    call.hbr_answer(Created { plan_id })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Created<'a> {
    plan_id: &'a str,
}

/// Sources: error codes of HBR's per-instance checks (`CloudAssistNotRunningOnInstance`, `InvalidInstanceId`).
fn check_instance(instance: Option<&Instance>, id: &str) -> Result<(), ApiError> {
    let Some(instance) = instance else {
        return Err(ApiError::new(
            400,
            "InvalidInstanceId",
            format!("The specified instance {id} does not exist."),
        ));
    };
    if instance.status == InstanceStatus::Running && !instance.cloud_assistant {
        let message = format!("Cloud Assistant is not running on the instance {id}.");
        return Err(ApiError::new(400, "CloudAssistNotRunningOnInstance", message));
    }
    Ok(())
}

fn new_plan(
    call: &mut Call,
    edition: Edition,
    instance: String,
    settings: Settings,
) -> Result<Plan, ApiError> {
    let vault = vault_of(call, edition)?;
    let name = settings.name.unwrap_or_else(|| default_name(&instance));
    check_name_is_free(call.region().book(edition), &name, &vault, None)?;
    let schedule = settings.schedule.unwrap_or_else(|| {
        // The number that the plan's id is about to be made of.
        let number = call.ids.peek_number();
        Schedule::chosen_by_service(number, &call.region_id, call.now)
    });
    Ok(Plan {
        id: call.ids.next("plan"),
        instance,
        name,
        priority: settings.priority.unwrap_or_default(),
        keep_latest: settings.keep_latest.unwrap_or(true),
        paused: settings.paused.unwrap_or(false),
        next_run: Some(schedule.next_after(call.now)),
        schedule,
        retention_days: settings.retention_days.unwrap_or_else(retention),
        vault,
        created: call.now,
        updated: call.now,
        jobs: Vec::new(),
        recovery_points: Vec::new(),
    })
}

/// The vault that a new plan backs up to: hidden in the Essential Edition, named in the Standard Edition.
fn vault_of(call: &Call, edition: Edition) -> Result<String, ApiError> {
    if edition == Edition::Basic {
        return Ok(hidden_vault());
    }
    let vault = call.params.filled("VaultId").ok_or_else(|| ApiError::bad_request("VaultId is required."))?;
    if call.region().vaults.get(vault).is_none() {
        return Err(ApiError::new(
            404,
            "VaultNotExist",
            format!("The specified vault {vault} does not exist."),
        ));
    }
    Ok(vault.to_owned())
}

/// Source: `PlanName`: unique for a source type in a vault.
fn check_name_is_free(
    book: &PlanBook,
    name: &str,
    vault: &str,
    own_id: Option<&str>,
) -> Result<(), ApiError> {
    let is_taken = |plan: &Plan| plan.name == name && plan.vault == vault && Some(plan.id.as_str()) != own_id;
    // A plan that names itself after its instance cannot clash: an instance has one plan.
    if !name.starts_with("ecs-file-") && book.plans.iter().any(is_taken) {
        return Err(ApiError::bad_request(format!("The plan name {name} is used already.")));
    }
    Ok(())
}

/// `UpdateBackupPlan`. Only what is sent changes.
pub fn update(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let (edition, id) = named_plan(call)?;
    let settings = Settings::read(&call.params, edition)?;
    if let Some(name) = &settings.name {
        let book = call.region().book(edition);
        let vault = book.plans.get(&id).map(|plan| plan.vault.as_str()).unwrap_or_default();
        check_name_is_free(book, name, vault, Some(&id))?;
    }
    change(call, edition, &id, |plan| settings.apply_to(plan))
}

/// `EnableBackupPlan`.
pub fn enable(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let (edition, id) = named_plan(call)?;
    change(call, edition, &id, |plan| plan.paused = false)
}

/// `DisableBackupPlan`.
pub fn disable(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let (edition, id) = named_plan(call)?;
    change(call, edition, &id, |plan| plan.paused = true)
}

fn change(
    call: &mut Call,
    edition: Edition,
    id: &str,
    change: impl FnOnce(&mut Plan),
) -> Result<Vec<u8>, ApiError> {
    let now = call.now;
    call.region_mut().0.book_mut(edition).change(id, now, change);
    call.hbr_answer(Nothing {})
}

/// The plan that a call names; it must be of the call's edition.
pub fn named_plan(call: &Call) -> Result<(Edition, String), ApiError> {
    let edition = edition(&call.params)?;
    let id = call.params.required("PlanId")?;
    call.params.one_of("SourceType", &SOURCE_TYPES)?;
    match call.region().book(edition).plans.get(id) {
        Some(_) => Ok((edition, id.to_owned())),
        None => Err(unknown_plan(call, id)),
    }
}

/// Two codes for a plan that is not there; the vendor prints none for these operations.
fn unknown_plan(call: &Call, id: &str) -> ApiError {
    if call.reads(Reading::UnknownPlanIsInvalidResource) {
        let message = format!("The specified backup plan {id} does not exist.");
        return ApiError::new(404, "InvalidResourceId.NotFound", message);
    }
    ApiError::not_found("backup plan", id)
}

/// `DeleteBackupPlan`. Deleting a deleted plan again is no error; a plan that never was is.
pub fn delete(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let edition = edition(&call.params)?;
    let id = call.params.required("PlanId")?.to_owned();
    call.params.one_of("SourceType", &SOURCE_TYPES)?;
    let only_idle = call.params.boolean("RequireNoRunningJobs")?.unwrap_or(false);
    let now = call.now;
    let book = call.region().book(edition);
    match book.plans.get(&id) {
        Some(plan) => {
            if let Some(job) = plan.unfinished_job(now).filter(|_| only_idle) {
                let message = format!("The backup plan {id} has the unfinished job {}.", job.id);
                return Err(ApiError::bad_request(message));
            }
        }
        None if book.deleted.contains(&id) => (),
        None => return Err(unknown_plan(call, &id)),
    }
    call.region_mut().0.delete_plan(edition, &id, now);
    call.hbr_answer(Nothing {})
}

/// What a call says about a plan.
struct Settings {
    name: Option<String>,
    priority: Option<Priority>,
    keep_latest: Option<bool>,
    paused: Option<bool>,
    schedule: Option<Schedule>,
    retention_days: Option<u32>,
}

impl Settings {
    fn read(params: &Params, edition: Edition) -> Result<Settings, ApiError> {
        Ok(Settings {
            name: name(params)?,
            priority: priority(params)?,
            keep_latest: keep_latest(params)?,
            paused: params.boolean("Disabled")?,
            schedule: schedule(params, edition)?,
            retention_days: retention_days(params, edition)?,
        })
    }

    fn apply_to(self, plan: &mut Plan) {
        let Settings { name, priority, keep_latest, paused: _, schedule, retention_days } = self;
        plan.name = name.unwrap_or_else(|| std::mem::take(&mut plan.name));
        plan.priority = priority.unwrap_or(plan.priority);
        plan.keep_latest = keep_latest.unwrap_or(plan.keep_latest);
        plan.schedule = schedule.unwrap_or_else(|| plan.schedule.clone());
        plan.retention_days = retention_days.unwrap_or(plan.retention_days);
    }
}

/// Source: `PlanName`: 1 to 64 characters.
fn name(params: &Params) -> Result<Option<String>, ApiError> {
    let Some(name) = params.filled("PlanName") else { return Ok(None) };
    if name.chars().count() > 64 {
        return Err(ApiError::bad_request("PlanName must have from 1 to 64 characters."));
    }
    Ok(Some(name.to_owned()))
}

/// Source: Essential Edition operations guide: `{"performanceLevel":"L0"}` or `L1`.
fn priority(params: &Params) -> Result<Option<Priority>, ApiError> {
    let Some(text) = params.filled("Options") else { return Ok(None) };
    let options: Option<Value> = serde_json::from_str(text).ok().filter(Value::is_object);
    let options = options.ok_or_else(|| ApiError::bad_request("Options must be a JSON object."))?;
    match options.get("performanceLevel") {
        None => Ok(None),
        Some(level) if level == "L0" => Ok(Some(Priority::L0)),
        Some(level) if level == "L1" => Ok(Some(Priority::L1)),
        Some(_) => Err(ApiError::bad_request("performanceLevel must be L0 or L1.")),
    }
}

fn keep_latest(params: &Params) -> Result<Option<bool>, ApiError> {
    match params.integer("KeepLatestSnapshots")? {
        None => Ok(None),
        Some(0) => Ok(Some(false)),
        Some(1) => Ok(Some(true)),
        Some(_) => Err(ApiError::bad_request("KeepLatestSnapshots must be 0 or 1.")),
    }
}

fn schedule(params: &Params, edition: Edition) -> Result<Option<Schedule>, ApiError> {
    let Some(text) = params.filled("Schedule") else { return Ok(None) };
    let schedule: Schedule = text.parse().map_err(ApiError::bad_request)?;
    if edition == Edition::Basic && !schedule.is_daily() {
        return Err(ApiError::bad_request("Edition BASIC backs up once a day: the interval must be P1D."));
    }
    Ok(Some(schedule))
}

/// Source: Essential Edition operations guide: retention is fixed at 30 days.
fn retention_days(params: &Params, edition: Edition) -> Result<Option<u32>, ApiError> {
    let Some(days) = params.integer("Retention")? else { return Ok(None) };
    if edition == Edition::Basic && days != i64::from(retention()) {
        return Err(ApiError::bad_request("Edition BASIC keeps backups for 30 days."));
    }
    let days = u32::try_from(days).ok().filter(|days| (1..=36_500).contains(days));
    days.map(Some).ok_or_else(|| ApiError::bad_request("Retention must be a number of days."))
}

/// What plans can be filtered by.
const FILTER_KEYS: [&str; 7] =
    ["regionId", "planId", "sourceType", "vaultId", "instanceName", "instanceId", "planName"];

/// `DescribeBackupPlans`.
pub fn describe(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let edition = edition(&call.params)?;
    let source = call.params.one_of("SourceType", &SOURCE_TYPES)?;
    let page = Page::of(&call.params, PAGE_MAX)?;
    let conditions = Conditions::of_filters(&call.params, &FILTER_KEYS, call.spelling())?;
    let book = call.region().book(edition);
    let is_other_source = source.is_some_and(|source| source != ECS_FILE);
    let (total, plans) = if is_other_source {
        (0, Vec::new())
    } else if conditions.is_empty() {
        (book.plans.len(), whole_page(book, page))
    } else {
        let all = matching(call, book, &conditions);
        (all.len(), page.cut(all.into_iter()))
    };
    call.hbr_answer(Listing {
        page_number: page.number,
        page_size: page.size,
        total_count: total,
        backup_plans: List { backup_plan: plans.into_iter().map(|plan| shown(call, plan)).collect() },
    })
}

/// A page of all plans, found without looking at those before it.
fn whole_page(book: &PlanBook, page: Page) -> Vec<&Plan> {
    (page.skip()..).take(page.size).map_while(|index| book.plans.at(index)).collect()
}

/// The plans that fulfil the conditions; ids of plans and instances are looked up, all else is searched for.
fn matching<'a>(call: &Call, book: &'a PlanBook, conditions: &Conditions) -> Vec<&'a Plan> {
    let fulfils = |plan: &&Plan| {
        conditions.hold(|key| match key {
            "regionid" => Field::Text(&call.region_id),
            "planid" => Field::Text(&plan.id),
            "sourcetype" => Field::Text(ECS_FILE),
            "vaultid" => Field::Text(&plan.vault),
            "instancename" => Field::Text(instance_name(call, plan)),
            "instanceid" => Field::Text(&plan.instance),
            _ => Field::Text(&plan.name),
        })
    };
    if let Some(ids) = conditions.only("planId") {
        ids.iter().filter_map(|id| book.plans.get(id)).filter(fulfils).collect()
    } else if let Some(ids) = conditions.only("instanceId") {
        ids.iter().flat_map(|id| book.of_instance(id)).filter(fulfils).collect()
    } else {
        book.plans.iter().filter(fulfils).collect()
    }
}

fn instance_name<'a>(call: &'a Call, plan: &Plan) -> &'a str {
    call.region().instances.get(&plan.instance).map(Instance::name).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listing<'a> {
    page_number: usize,
    page_size: usize,
    total_count: usize,
    backup_plans: List<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct List<'a> {
    backup_plan: Vec<Shown<'a>>,
}

/// A plan as listings show it. No field says the edition: it is known from what was asked for.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown<'a> {
    plan_id: &'a str,
    plan_name: &'a str,
    vault_id: &'a str,
    instance_id: &'a str,
    instance_name: &'a str,
    source_type: &'static str,
    backup_type: &'static str,
    business_status: &'static str,
    client_id: &'a str,
    disabled: bool,
    schedule: String,
    retention: u32,
    keep_latest_snapshots: u8,
    options: &'static str,
    created_time: i64,
    updated_time: i64,
    latest_execute_job_id: &'a str,
    latest_finish_job_id: &'a str,
    include: &'static str,
    exclude: &'static str,
    speed_limit: &'static str,
    created_by_tag: bool,
    cross_account_type: &'static str,
    paths: Paths,
}

/// Paths of a plan, a job or a recovery point: none, which means all files.
#[derive(Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct Paths {
    path: [&'static str; 0],
}

/// Only the Essential Edition, whose vault nobody sees, has priorities.
fn shown_options(call: &Call, plan: &Plan) -> &'static str {
    let has_priority = plan.vault == hidden_vault() && !call.reads(Reading::OptionsNotShown);
    if has_priority { plan.priority.to_options() } else { "" }
}

fn shown<'a>(call: &'a Call, plan: &'a Plan) -> Shown<'a> {
    let client = call.region().instances.get(&plan.instance).and_then(|instance| instance.client.as_ref());
    Shown {
        plan_id: &plan.id,
        plan_name: &plan.name,
        vault_id: &plan.vault,
        instance_id: &plan.instance,
        instance_name: instance_name(call, plan),
        source_type: ECS_FILE,
        backup_type: "COMPLETE",
        business_status: "ACTIVE",
        client_id: client.map(|client| client.id.as_str()).unwrap_or_default(),
        disabled: plan.paused,
        schedule: plan.schedule.to_string(),
        retention: plan.retention_days,
        keep_latest_snapshots: u8::from(plan.keep_latest),
        options: shown_options(call, plan),
        created_time: plan.created.unix(),
        updated_time: plan.updated.unix(),
        latest_execute_job_id: plan.latest_started(call.now).map(|job| job.id.as_str()).unwrap_or_default(),
        latest_finish_job_id: plan.latest_finished(call.now).map(|job| job.id.as_str()).unwrap_or_default(),
        include: "",
        exclude: "",
        speed_limit: "",
        created_by_tag: false,
        cross_account_type: "SELF_ACCOUNT",
        paths: Paths::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Cloud, code};

    #[test]
    fn a_plan_is_made_only_of_what_the_vendor_takes() {
        let check = |params: &str, expected: &str| {
            assert_eq!(code(Cloud::new().hbr("CreateBackupPlan", params)), expected, "{params}");
        };
        let basic = |more: &str| format!("Edition=BASIC SourceType=ECS_FILE InstanceId=i-web {more}");
        check(&basic(""), "ok");
        check("Edition=BASIC InstanceId=i-web", "MissingSourceType");
        check("Edition=BASIC SourceType=ECS_FILE", "BadRequest");
        check("Edition=BASIC SourceType=NAS InstanceId=i-web", "BadRequest");
        check("Edition=BASIC SourceType=ZIP InstanceId=i-web", "BadRequest");
        check("Edition=GOLD SourceType=ECS_FILE InstanceId=i-web", "BadRequest");
        check("SourceType=OSS", "Emulator.NotImplemented");
        check("Edition=BASIC SourceType=ECS_FILE InstanceId=i-none", "InvalidInstanceId");
        check("Edition=BASIC SourceType=ECS_FILE InstanceId=i-mute", "CloudAssistNotRunningOnInstance");
        check("Edition=BASIC SourceType=ECS_FILE InstanceId=i-off", "ok");
        check(&basic("KeepLatestSnapshots=0"), "ok");
        check(&basic("KeepLatestSnapshots=2"), "BadRequest");
        check(&basic("KeepLatestSnapshots=yes"), "InvalidParameter.KeepLatestSnapshots");
        check(&basic("Disabled=True"), "ok");
        check(&basic("Disabled=no"), "InvalidParameter.Disabled");
        check(&basic(r#"Options={"performanceLevel":"L1"}"#), "ok");
        check(&basic(r#"Options={"performanceLevel":"L2"}"#), "BadRequest");
        check(&basic("Options=L1"), "BadRequest");
        check(&basic("Schedule=I|1648647166|P1D"), "ok");
        check(&basic("Schedule=I|1648647166|PT1H"), "BadRequest");
        check(&basic("Schedule=02:30"), "BadRequest");
        check(&basic("Retention=30"), "ok");
        check(&basic("Retention=7"), "BadRequest");
        check(&basic(&format!("PlanName={}", "n".repeat(64))), "ok");
        check(&basic(&format!("PlanName={}", "n".repeat(65))), "BadRequest");
        check("SourceType=ECS_FILE InstanceId=i-web", "BadRequest");
        check("SourceType=ECS_FILE InstanceId=i-web VaultId=v-9", "VaultNotExist");
        check("SourceType=ECS_FILE InstanceId=i-web VaultId=v-1 Retention=7", "ok");
    }

    #[test]
    fn a_second_plan_for_an_instance_is_the_first() {
        let mut cloud = Cloud::new();
        let first = cloud.protect("i-web");
        let again = "Edition=BASIC SourceType=ECS_FILE InstanceId=i-web KeepLatestSnapshots=0";
        assert_eq!(cloud.hbr("CreateBackupPlan", again).unwrap()["PlanId"], first);
        assert_eq!(cloud.plan(&first)["KeepLatestSnapshots"], 1);
    }

    #[test]
    fn the_editions_do_not_see_each_other() {
        let mut cloud = Cloud::new();
        let basic = cloud.protect("i-web");
        let mut check = |action: &str, params: &str, expected: &str| {
            assert_eq!(code(cloud.hbr(action, params)), expected, "{action} {params}");
        };
        check("DisableBackupPlan", &format!("PlanId={basic}"), "ResourceNotFound");
        check("DisableBackupPlan", &format!("Edition=STANDARD PlanId={basic}"), "ResourceNotFound");
        check("DeleteBackupPlan", &format!("PlanId={basic}"), "ResourceNotFound");
        check("DisableBackupPlan", &format!("Edition=BASIC PlanId={basic}"), "ok");
        assert_eq!(cloud.hbr("DescribeBackupPlans", "").unwrap()["TotalCount"], 0);
        assert_eq!(cloud.hbr("DescribeBackupPlans", "Edition=BASIC").unwrap()["TotalCount"], 1);
    }

    #[test]
    fn a_plan_shows_what_was_chosen_for_it() {
        let mut cloud = Cloud::new();
        let answer =
            cloud.hbr("CreateBackupPlan", "Edition=BASIC SourceType=ECS_FILE InstanceId=i-web").unwrap();
        let plan = cloud.plan(answer["PlanId"].as_str().unwrap());
        assert_eq!(plan["Options"], r#"{"performanceLevel":"L0"}"#);
        assert_eq!(plan["Retention"], 30);
        assert_eq!(plan["KeepLatestSnapshots"], 1);
        assert_eq!(plan["Disabled"], false);
        assert_eq!(plan["BusinessStatus"], "ACTIVE");
        assert!(plan["Schedule"].as_str().unwrap().ends_with("|P1D"), "{plan}");
        assert!(plan.get("Edition").is_none());
    }

    #[test]
    fn an_update_changes_only_what_it_names() {
        let mut cloud = Cloud::new();
        let id = cloud.protect("i-web");
        let mut check = |params: &str, field: &str, expected: &str| {
            let before = cloud.plan(&id);
            cloud.wait(1);
            cloud.hbr("UpdateBackupPlan", &format!("Edition=BASIC PlanId={id} {params}")).unwrap();
            let mut after = cloud.plan(&id);
            assert_eq!(after[field].to_string(), expected, "{params}");
            for name in [field, "UpdatedTime"] {
                after[name] = before[name].clone();
            }
            assert_eq!(after, before, "{params}");
        };
        check("Schedule=I|1648647166|P1D", "Schedule", r#""I|1648647166|P1D""#);
        check("KeepLatestSnapshots=0", "KeepLatestSnapshots", "0");
        check(r#"Options={"performanceLevel":"L1"}"#, "Options", r#""{\"performanceLevel\":\"L1\"}""#);
        check("PlanName=mine", "PlanName", r#""mine""#);
        check("", "PlanName", r#""mine""#);
    }

    #[test]
    fn deleting_again_is_no_error_and_deleting_what_never_was_is() {
        let mut cloud = Cloud::new();
        let id = cloud.protect("i-web");
        let mut check = |params: &str, expected: &str| {
            assert_eq!(code(cloud.hbr("DeleteBackupPlan", params)), expected, "{params}");
        };
        check(&format!("Edition=BASIC PlanId={id}"), "ok");
        check(&format!("Edition=BASIC PlanId={id}"), "ok");
        check("Edition=BASIC PlanId=plan-never", "ResourceNotFound");
        check("Edition=BASIC", "MissingPlanId");
    }

    #[test]
    fn deleting_takes_jobs_points_and_client_along() {
        let mut cloud = Cloud::new();
        let id = cloud.protect("i-web");
        cloud.advance("P2D");
        assert_eq!((cloud.jobs().len(), cloud.points("i-web").len()), (2, 2));
        cloud.hbr("DeleteBackupPlan", &format!("Edition=BASIC PlanId={id}")).unwrap();
        assert_eq!((cloud.jobs().len(), cloud.points("i-web").len()), (0, 0));
        let clients = cloud.hbr("DescribeBackupClients", "ClientType=ECS_CLIENT").unwrap();
        assert_eq!(clients["TotalCount"], 0);
    }

    #[test]
    fn a_plan_is_not_deleted_while_a_job_runs_if_the_caller_says_so() {
        let mut cloud = Cloud::new();
        let id = cloud.protect("i-web");
        cloud.hbr("ExecuteBackupPlan", &format!("Edition=BASIC PlanId={id}")).unwrap();
        let mut check = |params: &str, expected: &str| {
            assert_eq!(code(cloud.hbr("DeleteBackupPlan", params)), expected, "{params}");
        };
        check(&format!("Edition=BASIC PlanId={id} RequireNoRunningJobs=True"), "BadRequest");
        check(&format!("Edition=BASIC PlanId={id} RequireNoRunningJobs=false"), "ok");
    }

    #[test]
    fn listings_are_filtered_and_paged() {
        let mut cloud = Cloud::new();
        let ids: Vec<String> = ["i-web", "i-db", "i-off"].iter().map(|id| cloud.protect(id)).collect();
        let mut check = |params: &str, total: u64, shown: &[&str]| {
            let answer = cloud.hbr("DescribeBackupPlans", &format!("Edition=BASIC {params}")).unwrap();
            let plans = answer["BackupPlans"]["BackupPlan"].as_array().unwrap();
            let names: Vec<&str> = plans.iter().map(|plan| plan["InstanceId"].as_str().unwrap()).collect();
            assert_eq!((answer["TotalCount"].as_u64(), names.as_slice()), (Some(total), shown), "{params}");
        };
        check("", 3, &["i-web", "i-db", "i-off"]);
        check("SourceType=ECS_FILE", 3, &["i-web", "i-db", "i-off"]);
        check("SourceType=NAS", 0, &[]);
        check("PageSize=2", 3, &["i-web", "i-db"]);
        check("PageSize=2 PageNumber=2", 3, &["i-off"]);
        check("PageSize=2 PageNumber=3", 3, &[]);
        check(
            "Filters.1.Key=instanceId Filters.1.Values.1=i-off Filters.1.Values.2=i-web",
            2,
            &["i-off", "i-web"],
        );
        check("Filters.1.Key=InstanceName Filters.1.Values.1=db-1", 1, &["i-db"]);
        check("Filters.1.Key=regionId Filters.1.Values.1=cn-shanghai", 0, &[]);
        check(&format!("Filters.1.Key=planId Filters.1.Values.1={}", ids[1]), 1, &["i-db"]);
        let two = "Filters.1.Key=instanceId Filters.1.Values.1=i-web Filters.2.Key=planId Filters.2.Values.1";
        check(&format!("{two}={}", ids[0]), 1, &["i-web"]);
        check(&format!("{two}={}", ids[1]), 0, &[]);
        let mut refused = |params: &str| {
            let answer = cloud.hbr("DescribeBackupPlans", &format!("Edition=BASIC {params}"));
            assert_eq!(code(answer), "BadRequest", "{params}");
        };
        refused("PageSize=100");
        refused("PageNumber=0");
        refused("Filters.1.Key=colour Filters.1.Values.1=red");
    }
}
