//! What people ask besides plans: how backups run, what can be restored, what is used, which servers there are. In bulk: one call for up to 99 servers, or a region's whole list.

use std::collections::BTreeMap;

use super::acts::restore_once::seconds;
use super::client::Client;
use super::hbr::{INSTANCES_PER_FILTER, instances, none_unless_open};
use super::resources::ecs_file_backup::{health, latest_jobs};
use super::resources::schedule;
use crate::cloud::error::Error;
use crate::model::report::{
    Agent, Condition, Depth, Job, RecoveryPoint, RegionUsage, Server, ServerStatus, Sort, Task, Usage,
};
use crate::wire::alibaba::ecs::{DescribeInstancesRequest, TagFilter};
use crate::wire::alibaba::hbr::{BackupClient, BackupJob, BackupPlan, RestoreJob, Snapshot};

/// How each of these servers is backed up, in their order; all servers of the region that have a plan, by id, where
/// none are named.
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
    let plans = plans_of(client, region, servers).await?;
    let jobs = latest_jobs(client, region, &plans).await?;
    let named: Vec<String> = plans.iter().filter_map(|plan| plan.instance_id.clone()).collect();
    let clients = match depth {
        Depth::Brief => Vec::new(),
        Depth::WithAgents => client.list_backup_clients(region, &named).await?,
    };
    let agents: BTreeMap<&str, &BackupClient> =
        clients.iter().filter_map(|client| Some((client.instance_id.as_deref()?, client))).collect();
    let found = plans.iter().filter_map(|plan| {
        let server = plan.instance_id.as_deref()?;
        Some((server, of(plan, jobs.get(&plan.plan_id), agents.get(server).copied())?))
    });
    let mut found: BTreeMap<&str, ServerStatus> = found.collect();
    Ok(match servers {
        None => found.into_values().collect(),
        Some(servers) => servers
            .iter()
            .map(|server| found.remove(&**server).unwrap_or_else(|| ServerStatus::not_activated(server)))
            .collect(),
    })
}

/// The plans of these servers, or of all. An account that never opened the service has none.
async fn plans_of(
    client: &Client,
    region: &str,
    servers: Option<&[String]>,
) -> Result<Vec<BackupPlan>, Error> {
    let filters = match servers {
        Some([]) => return Ok(Vec::new()),
        Some(few) if few.len() <= INSTANCES_PER_FILTER => vec![instances(few)],
        // Whoever wants to know of that many gets the whole list, in hardly more calls.
        Some(_) | None => Vec::new(),
    };
    none_unless_open(client.list_backup_plans(region, filters)).await
}

/// What a plan, its latest job and the client on its server say together; `None` for a plan without server.
fn of(plan: &BackupPlan, job: Option<&BackupJob>, client: Option<&BackupClient>) -> Option<ServerStatus> {
    let start = plan.schedule.as_deref().and_then(schedule::from_wire);
    Some(ServerStatus {
        server: plan.instance_id.clone()?,
        plan: Some(plan.plan_id.clone()),
        health: health(plan, job),
        starts_at: start.and_then(|start| u32::try_from(start).ok()),
        latest_job: job.map(job_of),
        agent: client.map(agent_of),
    })
}

/// The backup jobs of a server, and the restores to it, newest first.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn jobs(client: &Client, region: &str, server: &str) -> Result<Vec<Job>, Error> {
    let jobs = none_unless_open(client.backup_jobs_of(region, server)).await?;
    // The documents and Terraform's data source name this filter differently, so none is sent.
    let mut restores = none_unless_open(client.list_restore_jobs(region, Vec::new())).await?;
    restores.retain(|restore| restore.target_instance_id.as_deref() == Some(server));
    let mut all: Vec<Job> = jobs.iter().map(job_of).chain(restores.iter().map(restore_of)).collect();
    all.sort_by(|left, right| (right.created, &right.id).cmp(&(left.created, &left.id)));
    Ok(all)
}

/// The recovery points of these servers that files can be restored from, newest first.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn recovery_points(
    client: &Client,
    region: &str,
    servers: &[String],
) -> Result<Vec<RecoveryPoint>, Error> {
    let mut snapshots = none_unless_open(client.list_snapshots(region, servers)).await?;
    snapshots.retain(|snapshot| snapshot.status.as_deref() != Some("FAILED"));
    snapshots.sort_by(|left, right| {
        (right.complete_time, &right.snapshot_id).cmp(&(left.complete_time, &left.snapshot_id))
    });
    Ok(snapshots.into_iter().filter_map(point_of).collect())
}

/// A recovery point; `None` for one that does not say whose files it holds.
fn point_of(snapshot: Snapshot) -> Option<RecoveryPoint> {
    Some(RecoveryPoint {
        id: snapshot.snapshot_id,
        server: snapshot.instance_id?,
        status: snapshot.status.unwrap_or_default(),
        completed: time(snapshot.complete_time.or(snapshot.created_time)),
        expires: time(snapshot.expire_time),
        bytes: number(snapshot.bytes_total),
        vault: snapshot.vault_id,
        hash: snapshot.snapshot_hash,
    })
}

/// Bytes that the Essential Edition protects for nothing: 100 GiB for each account, in all regions together, for good.
///
/// Source: the vendor's Essential Edition skill, "View Free Quota & Capacity".
const FREE: u64 = 100 << 30;

/// What the account protects: the capacity of all disks of servers that have backups.
///
/// # Errors
///
/// When the call fails.
pub async fn usage(client: &Client, region: &str) -> Result<Usage, Error> {
    let statistics = none_unless_open(client.get_basic_statistics(region)).await?;
    let regions = statistics.region_statistics.into_iter().filter_map(|of| {
        Some(RegionUsage {
            region: of.region_id?,
            used: number(of.protected_data_size).unwrap_or(0),
            servers: number(of.protected_resource_count).unwrap_or(0),
        })
    });
    let mut regions: Vec<RegionUsage> = regions.filter(|of| of.used > 0 || of.servers > 0).collect();
    regions.sort_by(|left, right| left.region.cmp(&right.region));
    let whole = statistics.global_statistics;
    Ok(Usage {
        free: Some(FREE),
        used: number(whole.protected_data_size).unwrap_or(0),
        servers: number(whole.protected_resource_count).unwrap_or(0),
        regions,
    })
}

/// All servers of a region that have all of these tags, by id.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn servers(
    client: &Client,
    region: &str,
    tags: &BTreeMap<String, Option<String>>,
) -> Result<Vec<Server>, Error> {
    let tag = tags.iter().map(|(key, value)| TagFilter { key: key.clone(), value: value.clone() });
    let request = DescribeInstancesRequest { tag: tag.collect(), ..Default::default() };
    let found = client.list_instances(region, &request).await?;
    let mut servers: Vec<Server> = found
        .into_iter()
        .map(|instance| Server {
            id: instance.instance_id,
            name: instance.instance_name,
            sort: Sort::Server,
            parts: Vec::new(),
        })
        .collect();
    servers.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(servers)
}

fn restore_of(job: &RestoreJob) -> Job {
    Job {
        task: Task::Restore,
        id: job.restore_id.clone(),
        status: job.status.clone().unwrap_or_default(),
        created: time(job.created_time).map(seconds),
        completed: time(job.complete_time).map(seconds),
        progress: number(job.progress),
        bytes: number(job.bytes_total),
        error: job.error_message.clone().filter(|error| !error.is_empty()),
    }
}

fn job_of(job: &BackupJob) -> Job {
    Job {
        task: Task::Backup,
        id: job.job_id.clone(),
        status: job.status.clone().unwrap_or_default(),
        created: time(job.created_time),
        completed: time(job.complete_time),
        progress: number(job.progress),
        bytes: number(job.bytes_total),
        error: job.error_message.clone().filter(|error| !error.is_empty()),
    }
}

fn agent_of(client: &BackupClient) -> Agent {
    Agent {
        status: client.status.clone().unwrap_or_default(),
        version: client.client_version.clone().filter(|version| !version.is_empty()),
        last_seen: time(client.last_heart_beat_time),
        condition: condition(client.status.as_deref()),
    }
}

/// Source: HBR API 2017-09-08, `DescribeBackupClients`, `Status`.
fn condition(status: Option<&str>) -> Condition {
    match status {
        Some("ACTIVATED") => Condition::Works,
        Some("INSTALL_FAILED" | "UPGRADE_FAILED" | "STOPPED" | "DEACTIVATED") => Condition::Broken,
        _ => Condition::Waits,
    }
}

/// A time that did come; zero stands for one that did not.
fn time(seconds: Option<i64>) -> Option<i64> {
    seconds.filter(|seconds| *seconds > 0)
}

/// A number that cannot be less than nothing.
fn number(number: Option<i64>) -> Option<u64> {
    number.and_then(|number| u64::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::client::fake::{client, ok};
    use super::*;
    use crate::cloud::http::fake::{FakeServer, json as answer};
    use crate::model::report::Health;

    fn plan(server: &str, job: &str) -> serde_json::Value {
        json!({"PlanId": format!("plan-{server}"), "InstanceId": server, "Schedule": "I|1767234600|P1D",
            "LatestExecuteJobId": job})
    }

    fn listing(wrapper: &str, single: &str, objects: &[serde_json::Value]) -> String {
        let inner = json!({ single: objects }).to_string();
        ok(&format!("\"TotalCount\":{},\"PageSize\":99,\"{wrapper}\":{inner}", objects.len()))
    }

    #[tokio::test]
    async fn servers_come_as_they_were_asked_for_with_three_calls_for_all() {
        let job = json!({"JobId": "job-1", "PlanId": "plan-i-1", "Status": "FAILED", "ErrorMessage": "e",
            "CreatedTime": 5, "CompleteTime": 0, "BytesTotal": -1});
        let clients = json!([{"ClientId": "c-1", "InstanceId": "i-1", "Status": "STOPPED"}]).to_string();
        let server = FakeServer::in_order(vec![
            answer(200, &listing("BackupPlans", "BackupPlan", &[plan("i-2", ""), plan("i-1", "job-1")])),
            answer(200, &listing("BackupJobs", "BackupJob", &[job])),
            answer(200, &ok(&format!("\"TotalCount\":1,\"PageSize\":99,\"Clients\":{clients}"))),
        ]);
        let servers = ["i-1", "i-3", "i-2"].map(str::to_owned);
        let client = client(&server).0;
        let found =
            statuses(&client, "cn-hangzhou", Some(&servers), Depth::WithAgents).await.expect("an answer");
        let health: Vec<(&str, Health)> = found.iter().map(|s| (&*s.server, s.health)).collect();
        assert_eq!(
            health,
            [("i-1", Health::Abnormal), ("i-3", Health::NotActivated), ("i-2", Health::Preparing)]
        );
        let job = found[0].latest_job.clone().expect("a job");
        assert_eq!(
            (job.created, job.completed, job.bytes, job.error),
            (Some(5), None, None, Some("e".into()))
        );
        assert_eq!(found[0].starts_at, Some(2 * 3600 + 30 * 60));
        assert_eq!(found[0].agent.as_ref().map(|agent| &*agent.status), Some("STOPPED"));
        assert_eq!(server.requests().len(), 3);
    }

    #[tokio::test]
    async fn nobody_asked_for_is_no_call_and_a_closed_service_has_no_plans() {
        let server = FakeServer::in_order(Vec::new());
        let client_of = |server: &FakeServer| client(server).0;
        let none = statuses(&client_of(&server), "cn-hangzhou", Some(&[]), Depth::WithAgents).await;
        assert_eq!((none.expect("an answer"), server.requests().len()), (Vec::new(), 0));
        let closed = || answer(403, r#"{"Code":"ServiceNotActivated","RequestId":"r"}"#);
        let server = FakeServer::in_order(vec![closed(), closed()]);
        let client = client_of(&server);
        let none = statuses(&client, "cn-hangzhou", None, Depth::Brief).await.expect("an answer");
        assert_eq!(
            (none, jobs(&client, "cn-hangzhou", "i-1").await.expect("an answer")),
            (Vec::new(), Vec::new())
        );
    }
}
