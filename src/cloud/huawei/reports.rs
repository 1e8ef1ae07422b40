//! What people ask besides plans: how backups run, what can be restored, what is used, which servers there are. In bulk:
//! vaults name all that they protect, and a page of operation logs tells of a thousand runs.

use std::collections::{BTreeMap, BTreeSet};

use super::client::Client;
use super::resources::facts::{self, Protected as Kind};
use super::{cbr, ecs, evs, time};
use crate::cloud::error::Error;
use crate::model::report::{
    Agent, Condition, Depth, Health, Job, RecoveryPoint, RegionUsage, Server, ServerStatus, Sort, Task, Usage,
};
use crate::wire::huawei::cbr::{AgentStatus, Backup, OperationLog, Policy, Resource, Vault};
use crate::wire::huawei::compute;

/// Resources that are asked about one by one; for more, everything is read, which costs no more.
const FEW: usize = 5;

/// How each of these resources is backed up, in their order; all that are in a vault, by id, where none are named.
///
/// # Errors
///
/// When a page fails, or a listing does not hold still.
pub async fn statuses(
    client: &Client,
    region: &str,
    servers: Option<&[String]>,
    depth: Depth,
) -> Result<Vec<ServerStatus>, Error> {
    if servers.is_some_and(<[String]>::is_empty) {
        return Ok(Vec::new());
    }
    let vaults = cbr::list_vaults(client, region).await?;
    let policies = cbr::list_policies(client, region).await?;
    let is_wanted = |id: &str| servers.is_none_or(|servers| servers.iter().any(|server| server == id));
    let protected: Vec<Protected<'_>> =
        vaults.iter().flat_map(|vault| protected(vault, &policies)).filter(|one| is_wanted(one.id)).collect();
    let runs = latest_runs(client, region, &protected).await?;
    let agents = match depth {
        Depth::Brief => BTreeMap::new(),
        Depth::WithAgents => agents(client, region, &protected).await?,
    };
    let found = protected.iter().map(|one| (one.id, status(one, runs.get(one.id), agents.get(one.id))));
    let mut found: BTreeMap<&str, ServerStatus> = found.collect();
    Ok(match servers {
        None => found.into_values().collect(),
        Some(servers) => servers
            .iter()
            .map(|server| found.remove(&**server).unwrap_or_else(|| ServerStatus::not_activated(server)))
            .collect(),
    })
}

/// A resource in a vault, and what the vault does for it.
struct Protected<'a> {
    id: &'a str,
    resource: &'a Resource,
    vault: &'a Vault,
    /// The policy that makes its backups, if one does.
    policy: Option<&'a Policy>,
}

/// What a vault protects. A resource that is being removed is not protected any more.
fn protected<'a>(vault: &'a Vault, policies: &'a [Policy]) -> impl Iterator<Item = Protected<'a>> {
    let backs_up = |policy: &&Policy| policy.operation_type.as_deref() == Some("backup");
    let policy = policies.iter().filter(backs_up).find(|policy| cbr::is_set_on(policy, vault));
    let stays = |resource: &&Resource| resource.protect_status.as_deref() != Some("removing");
    vault
        .resources
        .iter()
        .filter(stays)
        .filter_map(move |resource| Some(Protected { id: resource.id.as_deref()?, resource, vault, policy }))
}

/// How one of them is doing.
fn status(one: &Protected<'_>, run: Option<&OperationLog>, agent: Option<&AgentStatus>) -> ServerStatus {
    ServerStatus {
        server: one.id.to_owned(),
        plan: one.vault.id.clone(),
        health: health(one, run),
        starts_at: one.policy.and_then(starts_at),
        latest_job: run.map(job_of),
        agent: agent.map(agent_of),
    }
}

/// What the vault, its policy and the latest run say together.
fn health(one: &Protected<'_>, run: Option<&OperationLog>) -> Health {
    let runs_by_itself = one.policy.is_some_and(|policy| policy.enabled != Some(false))
        && one.resource.auto_protect != Some(false);
    // Source: CBR API v3, "Querying a Vault", `resources.protect_status`, and "Querying a Task", `status`.
    match (one.resource.protect_status.as_deref(), run.and_then(|run| run.status.as_deref())) {
        (Some("protecting"), _) | (_, Some("running" | "waiting")) => Health::BackingUp,
        _ if !runs_by_itself => Health::Paused,
        (Some("error"), _) | (_, Some("failed" | "timeout" | "skipped")) => Health::Abnormal,
        (_, Some("success")) => Health::Normal,
        (_, Some(_)) => Health::Unknown,
        // Logs are kept for about 30 days; a backup may be older.
        (_, None) if one.resource.backup_count.unwrap_or(0) > 0 => Health::Normal,
        (_, None) => Health::Preparing,
    }
}

/// The second of the day, UTC, at which a policy runs first; hours of patterns are UTC.
///
/// Source: CBR API v3, "Creating a Policy", `pattern`.
fn starts_at(policy: &Policy) -> Option<u32> {
    let patterns = &policy.trigger.as_ref()?.properties.as_ref()?.pattern;
    let part = |pattern: &str, name: &str| {
        let parts = pattern.split(';').filter_map(|part| part.split_once('='));
        let mut values = parts.filter(|(key, _)| *key == name).map(|(_, value)| value.split(','));
        values.next()?.filter_map(|value| value.trim().parse::<u32>().ok()).min()
    };
    let of = |pattern: &String| {
        let (hour, minute) = (part(pattern, "BYHOUR")?, part(pattern, "BYMINUTE").unwrap_or(0));
        (hour < 24 && minute < 60).then(|| hour * 3600 + minute * 60)
    };
    patterns.iter().filter_map(of).min()
}

/// The latest backup run of each, of those that had one lately.
async fn latest_runs(
    client: &Client,
    region: &str,
    protected: &[Protected<'_>],
) -> Result<BTreeMap<String, OperationLog>, Error> {
    let mut wanted: BTreeSet<&str> = protected.iter().map(|one| one.id).collect();
    let mut latest: BTreeMap<String, OperationLog> = BTreeMap::new();
    if wanted.len() <= FEW {
        for id in wanted {
            let filters = [("operation_type", "backup"), ("resource_id", id)];
            let logs = cbr::latest_operation_logs(client, region, &filters, 1, 0).await?;
            latest.extend(logs.into_iter().next().map(|log| (id.to_owned(), log)));
        }
        return Ok(latest);
    }
    // Logs come newest first, and new ones push the others back: a page may tell of a run twice, and passes over none.
    let mut offset = 0;
    for _ in 0..PAGES_OF_RUNS {
        let logs =
            cbr::latest_operation_logs(client, region, &[("operation_type", "backup")], RUNS, offset).await?;
        let length = u64::try_from(logs.len()).unwrap_or(u64::MAX);
        for log in logs {
            let Some(id) = resource_of(&log).map(str::to_owned) else { continue };
            if wanted.remove(&*id) {
                latest.insert(id, log);
            }
        }
        offset += length;
        if wanted.is_empty() || length < RUNS {
            break;
        }
    }
    Ok(latest)
}

/// Runs on a page. Source: CBR API v3, "Querying the Task List", `limit`.
const RUNS: u64 = 1000;

/// Pages that are read at most: whoever did not run among so many has not run for days.
const PAGES_OF_RUNS: u32 = 20;

fn resource_of(log: &OperationLog) -> Option<&str> {
    log.extra_info.as_ref()?.resource.as_ref()?.id.as_deref()
}

/// The agents of those whose vaults want applications to be consistent; to others an agent makes no difference.
async fn agents(
    client: &Client,
    region: &str,
    protected: &[Protected<'_>],
) -> Result<BTreeMap<String, AgentStatus>, Error> {
    let wants = |one: &&Protected<'_>| {
        let billing = one.vault.billing.as_ref();
        billing.is_some_and(|billing| billing.consistent_level.as_deref() == Some("app_consistent"))
    };
    let servers: Vec<String> = protected.iter().filter(wants).map(|one| one.id.to_owned()).collect();
    let found = cbr::check_agents(client, region, &servers).await?;
    Ok(found.into_iter().filter_map(|agent| Some((agent.resource_id.clone()?, agent))).collect())
}

fn agent_of(agent: &AgentStatus) -> Agent {
    let (status, condition) = match (agent.installed, agent.is_old) {
        (Some(true), Some(true)) => ("outdated", Condition::Waits),
        (Some(true), _) => ("installed", Condition::Works),
        (Some(false), _) => ("not-installed", Condition::Broken),
        (None, _) => ("unknown", Condition::Waits),
    };
    let version = agent.version.clone().filter(|version| !version.is_empty());
    Agent { status: status.to_owned(), version, last_seen: None, condition }
}

/// The backup jobs of a resource and the restores of its backups, newest first.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn jobs(client: &Client, region: &str, server: &str) -> Result<Vec<Job>, Error> {
    let mut logs = cbr::list_operation_logs(client, region, &[("resource_id", server)]).await?;
    // The service filters and sorts; this makes sure that it did.
    logs.retain(|log| resource_of(log).is_none_or(|of| of == server) && task_of(log).is_some());
    logs.sort_by_cached_key(|log| std::cmp::Reverse((begun(log), log.id.clone())));
    Ok(logs.iter().map(job_of).collect())
}

/// What was done; `None` for what is neither a backup nor a restore.
///
/// Source: CBR API v3, "Querying a Task", `operation_type`.
fn task_of(log: &OperationLog) -> Option<Task> {
    match log.operation_type.as_deref()? {
        "backup" => Some(Task::Backup),
        "restore" => Some(Task::Restore),
        _ => None,
    }
}

fn begun(log: &OperationLog) -> Option<i64> {
    time::seconds(log.started_at.as_ref().or(log.created_at.as_ref()))
}

fn job_of(log: &OperationLog) -> Job {
    let info = log.extra_info.as_ref();
    let progress = info.and_then(|info| info.common.as_ref()?.progress);
    Job {
        task: task_of(log).unwrap_or(Task::Backup),
        id: log.id.clone().unwrap_or_default(),
        status: log.status.clone().unwrap_or_default(),
        created: begun(log),
        completed: time::seconds(log.ended_at.as_ref()),
        // Per cent, as the service has it, in hundredths.
        progress: progress.and_then(|progress| u64::try_from(progress).ok()).map(|progress| progress * 100),
        bytes: None,
        error: error_of(log),
    }
}

/// Why a run failed, or why it made less of a backup than it should have.
pub(super) fn error_of(log: &OperationLog) -> Option<String> {
    let set = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let failed = log.error_info.as_ref().and_then(|error| set(&error.message).or_else(|| set(&error.code)));
    let backup = log.extra_info.as_ref().and_then(|info| info.backup.as_ref());
    let fallen_back = backup.and_then(|backup| {
        let why =
            set(&backup.app_consistency_error_message).or_else(|| set(&backup.app_consistency_error_code))?;
        Some(format!("applications were not brought to rest, so the backup is crash-consistent: {why}"))
    });
    failed.or(fallen_back)
}

/// The backups of these resources that can be restored from, newest first.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn recovery_points(
    client: &Client,
    region: &str,
    servers: &[String],
) -> Result<Vec<RecoveryPoint>, Error> {
    let wanted: BTreeSet<&str> = servers.iter().map(String::as_str).collect();
    let backups = cbr::backups_of(client, region, &wanted).await?;
    let points = backups.into_iter().filter_map(point_of).filter(|point| wanted.contains(&*point.server));
    let mut points: Vec<RecoveryPoint> = points.collect();
    points.sort_by(|left, right| (right.completed, &right.id).cmp(&(left.completed, &left.id)));
    Ok(points)
}

/// A recovery point; `None` for a backup that nothing can be restored from, or that does not say what it is of.
fn point_of(backup: Backup) -> Option<RecoveryPoint> {
    let status = backup.status.unwrap_or_default();
    // Source: CBR API v3, "Querying All Backups", `status`.
    if !matches!(status.as_str(), "available" | "restoring" | "waiting_restore") {
        return None;
    }
    Some(RecoveryPoint {
        id: backup.id?,
        server: backup.resource_id?,
        status,
        completed: time::seconds(backup.protected_at.as_ref().or(backup.created_at.as_ref())),
        expires: time::seconds(backup.expired_at.as_ref()),
        bytes: backup.resource_size.and_then(|size| u64::try_from(size).ok()).map(|size| size << 30),
        vault: backup.vault_id,
        hash: None,
    })
}

/// What the region's vaults hold. Nothing is free; other regions have projects of their own and are not asked.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn usage(client: &Client, region: &str) -> Result<Usage, Error> {
    let vaults = cbr::list_vaults(client, region).await?;
    // Source: CBR API v3, "Querying a Vault", `billing.used`: MB.
    let used = |vault: &Vault| {
        let used = vault.billing.as_ref()?.used?;
        u64::try_from(used).ok().map(|used| used << 20)
    };
    let used = vaults.iter().filter_map(used).fold(0_u64, u64::saturating_add);
    let protected: BTreeSet<&String> = vaults
        .iter()
        .flat_map(|vault| &vault.resources)
        .filter_map(|resource| resource.id.as_ref())
        .collect();
    let servers = u64::try_from(protected.len()).unwrap_or(u64::MAX);
    let regions = vec![RegionUsage { region: region.to_owned(), used, servers }];
    Ok(Usage {
        free: None,
        used,
        servers,
        regions: if servers == 0 && used == 0 { Vec::new() } else { regions },
    })
}

/// All servers of a region that have all of these tags, by id; and the disks, file systems and desktops, each sort where
/// the region has a vault for it. Who backs none of them up by themselves is asked about none.
///
/// # Errors
///
/// When a page fails, or a listing does not hold still.
pub async fn servers(
    client: &Client,
    region: &str,
    tags: &BTreeMap<String, Option<String>>,
) -> Result<Vec<Server>, Error> {
    let vaults = cbr::list_vaults(client, region).await?;
    let has_vault = |kind: Kind| {
        let types = vaults.iter().filter_map(|vault| vault.billing.as_ref()?.object_type.as_deref());
        types.filter_map(Kind::of_vault).any(|found| found == kind)
    };
    let mut found = machines(client, region, tags).await?;
    if has_vault(Kind::Disk) {
        found.extend(loose_disks(client, region, tags).await?);
    }
    for (kind, sort) in [(Kind::Share, Sort::FileSystem), (Kind::Desktop, Sort::Desktop)] {
        if has_vault(kind) {
            let all = facts::all(client, region, kind).await?;
            let wanted = all.into_iter().filter(|(_, facts)| has_tags(&facts.tags, tags));
            found.extend(wanted.map(|(id, facts)| thing(id, Some(facts.name), sort)));
        }
    }
    found.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(found)
}

/// ECS servers, each with the disks that it holds.
async fn machines(
    client: &Client,
    region: &str,
    tags: &BTreeMap<String, Option<String>>,
) -> Result<Vec<Server>, Error> {
    let text = |(key, value): (&String, &Option<String>)| match value {
        Some(value) => format!("{key}={value}"),
        None => key.clone(),
    };
    let joined = tags.iter().map(text).collect::<Vec<_>>().join(",");
    let filters = if tags.is_empty() { Vec::new() } else { vec![("tags", &*joined)] };
    let mut found = ecs::list_servers(client, region, &filters).await?;
    found.retain(|server| has_tags(&facts::server_tags(&server.tags), tags));
    let named = |server: compute::Server| {
        let parts = server.volumes_attached.into_iter().filter_map(|volume| volume.id).collect();
        Some(Server { parts, ..thing(server.id?, server.name, Sort::Server) })
    };
    Ok(found.into_iter().filter_map(named).collect())
}

/// Disks that no server holds. One that a server holds is a part of it.
async fn loose_disks(
    client: &Client,
    region: &str,
    tags: &BTreeMap<String, Option<String>>,
) -> Result<Vec<Server>, Error> {
    let mut found = evs::list_volumes(client, region, &[]).await?;
    found.retain(|volume| {
        volume.attachments.is_empty() && has_tags(volume.tags.as_ref().unwrap_or(&BTreeMap::new()), tags)
    });
    Ok(found.into_iter().filter_map(|volume| Some(thing(volume.id?, volume.name, Sort::Disk))).collect())
}

fn thing(id: String, name: Option<String>, sort: Sort) -> Server {
    Server { id, name: name.filter(|name| !name.is_empty()), sort, parts: Vec::new() }
}

/// Whether all tags that are asked for are there; one without value has any.
fn has_tags(own: &BTreeMap<String, String>, wanted: &BTreeMap<String, Option<String>>) -> bool {
    wanted
        .iter()
        .all(|(key, value)| own.get(key).is_some_and(|own| value.as_ref().is_none_or(|value| value == own)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::cloud::http::fake::{FakeServer, json as answer};
    use crate::cloud::huawei::client::fake::client;

    /// A vault with these resources, under a policy that runs at 18:30 or later, and these logs.
    fn server(resources: &Value, policy: &Value, logs: &Value) -> FakeServer {
        let count = logs.as_array().map_or(0, Vec::len);
        let body = json!({ "count": 1,
            "vaults": [{ "id": "v1", "billing": { "consistent_level": "app_consistent", "used": 3 }, "resources": resources }],
            "policies": [policy] });
        let logs = json!({ "count": count, "operation_logs": logs });
        let agents = json!({ "agent_status": [{ "resource_id": "s1", "installed": true, "is_old": true }] });
        FakeServer::deciding(move |_, request| match request {
            request if request.contains("/operation-logs") => answer(200, &logs.to_string()),
            request if request.contains("/agent/check") => answer(200, &agents.to_string()),
            _ => answer(200, &body.to_string()),
        })
    }

    fn policy(enabled: bool) -> Value {
        json!({ "id": "p", "operation_type": "backup", "enabled": enabled, "associated_vaults": [{ "vault_id": "v1" }],
            "trigger": { "properties": { "pattern": ["FREQ=DAILY;INTERVAL=1;BYHOUR=20;BYMINUTE=00",
                "FREQ=DAILY;INTERVAL=1;BYHOUR=18;BYMINUTE=30"] } } })
    }

    fn log(status: &str) -> Value {
        json!([{ "id": "l1", "operation_type": "backup", "status": status, "started_at": "1970-01-01T00:00:05.000000",
            "ended_at": "", "extra_info": { "common": { "progress": 50 }, "resource": { "id": "s1" } } }])
    }

    #[tokio::test]
    async fn health_is_what_vault_policy_and_latest_run_say_together() {
        let check = async |resource: Value, policy: Value, logs: Value, expected: Health| {
            let mut resource = resource;
            resource["id"] = json!("s1");
            let server = server(&json!([resource]), &policy, &logs);
            let asked = ["s1".to_owned()];
            let found = statuses(&client(&server), "cn-north-4", Some(&asked), Depth::Brief).await;
            assert_eq!(found.expect("an answer")[0].health, expected, "{resource} {logs}");
        };
        let (on, off, none) = (policy(true), policy(false), json!([]));
        check(json!({ "protect_status": "protecting" }), off.clone(), none.clone(), Health::BackingUp).await;
        check(json!({ "protect_status": "available" }), on.clone(), log("running"), Health::BackingUp).await;
        check(json!({}), off.clone(), log("success"), Health::Paused).await;
        check(json!({}), json!({}), log("success"), Health::Paused).await;
        check(json!({ "auto_protect": false }), on.clone(), log("success"), Health::Paused).await;
        check(json!({ "protect_status": "error" }), on.clone(), log("success"), Health::Abnormal).await;
        check(json!({}), on.clone(), log("failed"), Health::Abnormal).await;
        check(json!({}), on.clone(), log("skipped"), Health::Abnormal).await;
        check(json!({}), on.clone(), log("success"), Health::Normal).await;
        check(json!({}), on.clone(), log("dreaming"), Health::Unknown).await;
        check(json!({ "backup_count": 3 }), on.clone(), none.clone(), Health::Normal).await;
        check(json!({ "backup_count": 0 }), on.clone(), none.clone(), Health::Preparing).await;
        check(json!({ "protect_status": "removing" }), on, none, Health::NotActivated).await;
    }

    #[tokio::test]
    async fn resources_come_as_they_were_asked_for_with_a_handful_of_calls() {
        let resources: Vec<Value> = (0..10).map(|number| json!({ "id": format!("s{number}") })).collect();
        let server = server(&json!(resources), &policy(true), &log("success"));
        let asked = ["s1", "ghost", "s0", "s2", "s3", "s4", "s5", "s6"].map(str::to_owned);
        let client = client(&server);
        let found =
            statuses(&client, "cn-north-4", Some(&asked), Depth::WithAgents).await.expect("an answer");
        assert_eq!(found.iter().map(|one| &*one.server).collect::<Vec<_>>(), asked);
        assert_eq!((found[1].health, found[0].health), (Health::NotActivated, Health::Normal));
        assert_eq!((found[0].starts_at, &found[0].plan), (Some(18 * 3600 + 30 * 60), &Some("v1".to_owned())));
        let job = found[0].latest_job.clone().expect("a job");
        assert_eq!((job.created, job.completed, job.progress), (Some(5), None, Some(5000)));
        assert_eq!(found[0].agent.as_ref().map(|agent| &*agent.status), Some("outdated"));
        assert_eq!(server.requests().len(), 4);
        let none = statuses(&client, "cn-north-4", Some(&[]), Depth::WithAgents).await.expect("an answer");
        assert_eq!((none.len(), server.requests().len()), (0, 4));
    }

    /// Calls are answered by what their path names: an account with something of every sort.
    fn estate(vaults: &[&str]) -> FakeServer {
        let vault = |kind: &&str| json!({ "id": kind, "billing": { "object_type": kind } });
        let vaults: Vec<Value> = vaults.iter().map(vault).collect();
        let body = json!({ "count": 1, "total_count": 1, "vaults": vaults,
            "servers": [{ "id": "s", "name": "web", "tags": ["team=shop"],
                "os-extended-volumes:volumes_attached": [{ "id": "d-in" }] }],
            "volumes": [{ "id": "d-in", "attachments": [{ "server_id": "s" }], "tags": { "team": "shop" } },
                { "id": "d-loose", "name": "", "tags": { "team": "shop" } }],
            "shares": [{ "id": "f", "name": "media", "size": "5.00", "tags": [] }],
            "desktops": [{ "desktop_id": "w", "computer_name": "desk", "tags": [{ "key": "team", "value": "ops" }] }] });
        FakeServer::deciding(move |_, request| {
            let mut body = body.clone();
            if request.contains("/vaults") {
                body["count"] = json!(body["vaults"].as_array().map_or(0, Vec::len));
            }
            if request.contains("/cloudvolumes") {
                body["count"] = json!(2);
            }
            answer(200, &body.to_string())
        })
    }

    #[tokio::test]
    async fn whatever_has_vaults_of_its_own_is_counted() {
        let check = async |kinds: &[&str], tags: &[(&str, Option<&str>)], expected: &[(&str, Sort)]| {
            let server = estate(kinds);
            let tags =
                tags.iter().map(|(key, value)| ((*key).to_owned(), value.map(str::to_owned))).collect();
            let found = servers(&client(&server), "cn-north-4", &tags).await.expect("an answer");
            let found: Vec<(&str, Sort)> = found.iter().map(|one| (&*one.id, one.sort)).collect();
            assert_eq!(found, expected, "{kinds:?} {tags:?}");
        };
        let web = ("s", Sort::Server);
        check(&["server"], &[], &[web]).await;
        check(&["disk"], &[], &[("d-loose", Sort::Disk), web]).await;
        check(&["turbo", "workspace"], &[], &[("f", Sort::FileSystem), web, ("w", Sort::Desktop)]).await;
        check(&["disk", "turbo", "workspace"], &[("team", Some("shop"))], &[("d-loose", Sort::Disk), web])
            .await;
    }

    #[test]
    fn only_whole_backups_are_recovery_points() {
        let check = |status: &str, expected: bool| {
            let backup = json!({ "id": "b", "resource_id": "s", "status": status, "resource_size": 2,
                "protected_at": "1970-01-01T00:00:07" });
            let point = point_of(serde_json::from_value(backup).expect("a backup"));
            assert_eq!(point.is_some(), expected, "{status}");
            let expected = Some((Some(7), Some(2 << 30)));
            assert!(point.is_none() || point.map(|point| (point.completed, point.bytes)) == expected);
        };
        check("available", true);
        check("restoring", true);
        check("protecting", false);
        check("error", false);
        check("deleting", false);
    }

    #[test]
    fn a_run_that_fell_back_says_so() {
        let check = |log: Value, expected: Option<&str>| {
            let log: OperationLog = serde_json::from_value(log).expect("a log");
            assert_eq!(error_of(&log).as_deref(), expected);
        };
        check(json!({ "error_info": { "code": "", "message": "" } }), None);
        check(json!({ "error_info": { "code": "BackupService.6114", "message": "full" } }), Some("full"));
        check(
            json!({ "extra_info": { "backup": { "app_consistency_status": "0", "app_consistency_error_message": "no agent" } } }),
            Some("applications were not brought to rest, so the backup is crash-consistent: no agent"),
        );
    }
}
