//! Recovery points, which HBR calls snapshots.
//!
//! Source: HBR API 2017-09-08, `SearchHistoricalSnapshots`.

use serde::Serialize;

use super::error::ApiError;
use super::filter::{Conditions, Field};
use super::gateway::Call;
use super::hbr_jobs::items;
use super::hbr_plans::{ECS_FILE, Paths, edition};
use super::instance::Instance;
use super::objects::{Edition, Reading};
use super::plan_book::RecoveryPoint;
use super::token;

/// A recovery point with what it belongs to.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// The plan that made it.
    pub plan: &'a str,
    /// The instance whose files are in it.
    pub instance: &'a str,
    /// The vault that holds it.
    pub vault: &'a str,
    /// Days that it is kept.
    pub retention_days: u32,
    /// The point itself.
    pub point: &'a RecoveryPoint,
}

/// What recovery points can be searched by.
const FIELDS: [&str; 7] =
    ["VaultId", "InstanceId", "Bucket", "FileSystemId", "CreateTime", "CompleteTime", "PlanId"];

/// How many an answer holds if the call does not say, and at most.
const DEFAULT_LIMIT: usize = 10;
const MOST: usize = 100;

/// `SearchHistoricalSnapshots`.
pub fn search(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let edition = edition(&call.params)?;
    let source = call.params.one_of("SourceType", &["ECS_FILE", "NAS", "OSS"])?.unwrap_or(ECS_FILE);
    let conditions = Conditions::of_query(call.params.required("Query")?, &FIELDS, call.spelling())?;
    let limit = limit(call)?;
    let skip = token::read(call.params.filled("NextToken"), "SearchHistoricalSnapshots")?;
    let instances = conditions.only("InstanceId");
    if source == ECS_FILE && instances.is_none() {
        return Err(ApiError::bad_request("Query must name the InstanceId for the source type ECS_FILE."));
    }
    if call.reads(Reading::SearchNeedsVault) && conditions.only("VaultId").is_none() {
        return Err(ApiError::bad_request("Query must name the VaultId."));
    }
    let mut found: Vec<Found> = if source == ECS_FILE {
        instances.unwrap_or_default().iter().flat_map(|id| points_of(call, edition, id)).collect()
    } else {
        Vec::new()
    };
    found.retain(|found| fulfils(found, &conditions));
    sort(call, &mut found)?;
    let total = found.len();
    let page: Vec<Shown> = found.into_iter().skip(skip).take(limit).map(|found| shown(call, found)).collect();
    let next = skip.saturating_add(page.len());
    let is_more = limit > 0 && next < total;
    call.hbr_answer(Listing {
        limit,
        next_token: if is_more { token::write(next, "SearchHistoricalSnapshots") } else { String::new() },
        total_count: total,
        snapshots: List { snapshot: page },
    })
}

/// Source: `Limit`: 0 asks for the count alone.
fn limit(call: &Call) -> Result<usize, ApiError> {
    let Some(limit) = call.params.integer("Limit")? else { return Ok(DEFAULT_LIMIT) };
    let limit = usize::try_from(limit).ok().filter(|limit| *limit <= MOST);
    limit.ok_or_else(|| ApiError::bad_request(format!("Limit must be from 0 to {MOST}.")))
}

/// All recovery points of an instance that can be restored now.
pub fn points_of<'a>(call: &'a Call, edition: Edition, instance: &'a str) -> Vec<Found<'a>> {
    let region = call.region();
    let of_plans = region.book(edition).of_instance(instance).flat_map(|plan| {
        plan.points(call.now).map(|point| Found {
            plan: &plan.id,
            instance: &plan.instance,
            vault: &plan.vault,
            retention_days: plan.retention_days,
            point,
        })
    });
    let is_kept = |kept: &&super::region::KeptPoint| {
        edition == Edition::Standard && kept.instance == instance && kept.expires > call.now
    };
    let of_gone_plans = region.kept_points.iter().filter(is_kept).map(|kept| Found {
        plan: &kept.plan,
        instance: &kept.instance,
        vault: &kept.vault,
        retention_days: 0,
        point: &kept.point,
    });
    of_plans.chain(of_gone_plans).collect()
}

fn fulfils(found: &Found, conditions: &Conditions) -> bool {
    conditions.hold(|key| match key {
        "vaultid" => Field::Text(found.vault),
        "instanceid" => Field::Text(found.instance),
        "planid" => Field::Text(found.plan),
        "completetime" => Field::Number(found.point.completed().unix()),
        "createtime" => Field::Number(0),
        _ => Field::Text(""),
    })
}

/// Source: `SortBy`, a field, and `Order`, `ASC` unless said.
fn sort(call: &Call, found: &mut [Found]) -> Result<(), ApiError> {
    let by = call
        .params
        .one_of("SortBy", &["CreatedTime", "CompleteTime", "StartTime", "UpdatedTime", "ExpireTime"])?;
    let key = |found: &Found| match by {
        Some("CompleteTime" | "UpdatedTime") => found.point.completed(),
        Some("ExpireTime") => found.point.expires(found.retention_days),
        _ => found.point.created,
    };
    found.sort_by_key(key);
    if call.params.one_of("Order", &["ASC", "DESC"])? == Some("DESC") {
        found.reverse();
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listing<'a> {
    limit: usize,
    next_token: String,
    total_count: usize,
    snapshots: List<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct List<'a> {
    snapshot: Vec<Shown<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown<'a> {
    snapshot_id: &'a str,
    snapshot_hash: String,
    parent_snapshot_hash: &'static str,
    vault_id: &'a str,
    plan_id: &'a str,
    job_id: &'a str,
    instance_id: &'a str,
    instance_name: &'a str,
    client_id: &'a str,
    source_type: &'static str,
    backup_type: &'static str,
    status: &'static str,
    storage_class: &'static str,
    retention: u32,
    created_time: i64,
    start_time: i64,
    complete_time: i64,
    updated_time: i64,
    expire_time: i64,
    range_start: i64,
    range_end: i64,
    bytes_total: u64,
    bytes_done: u64,
    actual_bytes: u64,
    items_total: u64,
    items_done: u64,
    actual_items: u64,
    protected_data_size: u64,
    path: &'static str,
    include: &'static str,
    exclude: &'static str,
    paths: Paths,
}

fn shown<'a>(call: &'a Call, found: Found<'a>) -> Shown<'a> {
    let Found { plan, instance, vault, retention_days, point } = found;
    let server: Option<&Instance> = call.region().instances.get(instance);
    let client = server.and_then(|server| server.client.as_ref());
    Shown {
        snapshot_id: &point.id,
        snapshot_hash: point.hash(),
        parent_snapshot_hash: "",
        vault_id: vault,
        plan_id: plan,
        job_id: &point.job,
        instance_id: instance,
        instance_name: server.map(Instance::name).unwrap_or_default(),
        client_id: client.map(|client| client.id.as_str()).unwrap_or_default(),
        source_type: ECS_FILE,
        backup_type: "COMPLETE",
        status: "COMPLETE",
        storage_class: "STANDARD",
        retention: retention_days,
        created_time: point.created.unix(),
        start_time: point.created.unix(),
        complete_time: point.completed().unix(),
        updated_time: point.completed().unix(),
        expire_time: point.expires(retention_days).unix(),
        // The only times that HBR counts in milliseconds.
        range_start: point.created.unix() * 1000,
        range_end: point.completed().unix() * 1000,
        bytes_total: point.bytes,
        bytes_done: point.bytes,
        actual_bytes: point.bytes,
        items_total: items(point.bytes),
        items_done: items(point.bytes),
        actual_items: items(point.bytes),
        protected_data_size: point.protected_bytes,
        path: "[]",
        include: "",
        exclude: "",
        paths: Paths::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Cloud, code};

    #[test]
    fn points_expire_after_thirty_days() {
        let mut cloud = Cloud::new();
        cloud.protect("i-web");
        let mut check = |advance: &str, expected: usize| {
            cloud.advance(advance);
            assert_eq!(cloud.points("i-web").len(), expected, "after {advance}");
        };
        check("P1D", 1);
        check("P29D", 30);
        check("P5D", 30);
    }

    #[test]
    fn the_newest_point_outlives_its_time_if_it_is_to_be_kept() {
        let check = |keep: u8, expected: usize| {
            let mut cloud = Cloud::new();
            let id = cloud.protect("i-web");
            let update = format!("Edition=BASIC PlanId={id} KeepLatestSnapshots={keep}");
            cloud.hbr("UpdateBackupPlan", &update).unwrap();
            cloud.advance("P3D");
            cloud.hbr("DisableBackupPlan", &format!("Edition=BASIC PlanId={id}")).unwrap();
            cloud.advance("P40D");
            assert_eq!(cloud.points("i-web").len(), expected, "keep {keep}");
        };
        check(1, 1);
        check(0, 0);
    }

    #[test]
    fn what_has_expired_does_not_come_back() {
        let mut cloud = Cloud::new();
        let id = cloud.protect("i-web");
        cloud.advance("P3D");
        cloud.hbr("DisableBackupPlan", &format!("Edition=BASIC PlanId={id}")).unwrap();
        cloud.advance("P40D");
        for keep in [0, 1] {
            let update = format!("Edition=BASIC PlanId={id} KeepLatestSnapshots={keep}");
            cloud.hbr("UpdateBackupPlan", &update).unwrap();
            assert_eq!(cloud.points("i-web").len(), 0, "keep {keep}");
        }
    }

    #[test]
    fn a_search_names_the_instance_and_is_cut_by_tokens() {
        let mut cloud = Cloud::new();
        let plan = cloud.protect("i-web");
        cloud.advance("P3D");
        let web = r#"{"field":"InstanceId","value":"i-web","operation":"MATCH_TERM"}"#;
        let mut check = |params: &str, expected: (u64, usize, bool)| {
            let answer = cloud.hbr("SearchHistoricalSnapshots", &format!("Edition=BASIC {params}")).unwrap();
            let shown = answer["Snapshots"]["Snapshot"].as_array().unwrap().len();
            let is_more = answer["NextToken"] != "";
            assert_eq!((answer["TotalCount"].as_u64().unwrap(), shown, is_more), expected, "{params}");
            answer["NextToken"].as_str().unwrap().to_owned()
        };
        check(&format!("Query=[{web}]"), (3, 3, false));
        check(&format!("Query=[{web}] Limit=0"), (3, 0, false));
        let next = check(&format!("Query=[{web}] Limit=2"), (3, 2, true));
        check(&format!("Query=[{web}] Limit=2 NextToken={next}"), (3, 1, false));
        check(&format!("Query=[{web}] SourceType=OSS"), (0, 0, false));
        check(
            &format!(r#"Query=[{web},{{"field":"PlanId","value":"{plan}","operation":"MATCH_TERM"}}]"#),
            (3, 3, false),
        );
        check(
            &format!(r#"Query=[{web},{{"field":"VaultId","value":"v-x","operation":"MATCH_TERM"}}]"#),
            (0, 0, false),
        );
        let mut refused = |params: &str, expected: &str| {
            let answer = cloud.hbr("SearchHistoricalSnapshots", &format!("Edition=BASIC {params}"));
            assert_eq!(code(answer), expected, "{params}");
        };
        refused("", "MissingQuery");
        refused("Query=[]", "BadRequest");
        refused(&format!("Query=[{web}] Limit=101"), "BadRequest");
        refused(&format!("Query=[{web}] NextToken=abc"), "InvalidParameter.NextToken");
        refused(&format!("Query=[{web}] SortBy=Colour"), "BadRequest");
    }

    #[test]
    fn statistics_count_instances_that_have_backups() {
        let mut cloud = Cloud::new();
        cloud.protect("i-web");
        let mut check = |gib: u64, instances: u64| {
            let answer = cloud.hbr("GetBasicStatistics", "SourceType=ECS_FILE").unwrap();
            assert_eq!(answer["GlobalStatistics"]["ProtectedDataSize"], gib << 30);
            assert_eq!(answer["GlobalStatistics"]["ProtectedResourceCount"], instances);
            cloud.advance("P1D");
        };
        check(0, 0);
        check(140, 1);
    }
}
