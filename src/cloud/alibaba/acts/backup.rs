//! `alicloud_hbr_backup_job`: a backup now, besides the daily one.

use std::collections::BTreeMap;

use super::job::seen;
use crate::cloud::alibaba::client::Client;
use crate::cloud::alibaba::hbr::{instances, none_unless_open};
use crate::cloud::alibaba::resources::ecs_file_backup::latest_jobs;
use crate::cloud::error::Error;
use crate::cloud::follow::follow;
use crate::model::act::{Asked, Draft, Drafted, Objection, Ran, Watch, What, Wish};
use crate::model::desired::Scope;
use crate::model::schema::{Attribute, Home, Kind, Presence, Schema, align_nothing, check_nothing};
use crate::model::value::{Object, Value};
use crate::wire::alibaba::hbr::{BackupJob, BackupPlan, Filter};

/// The act's name.
pub const NAME: &str = "alicloud_hbr_backup_job";

const ATTRIBUTES: &[Attribute] = &[
    Attribute::new(
        "instance_id",
        Kind::String,
        Presence::Required,
        "The ECS instance whose files are backed up.",
    ),
    Attribute::new("plan_id", Kind::String, Presence::Required, "The backup plan that is run."),
    Attribute::new("region", Kind::String, Presence::Required, "The region of both."),
];

/// The act.
pub const SCHEMA: Schema = Schema {
    name: NAME,
    provider: "alicloud",
    home: Home::Cloud,
    id: "job_id",
    identity: None,
    attributes: ATTRIBUTES,
    protection: None,
    align: align_nothing,
    check: check_nothing,
    doc: "Runs a backup plan of the Essential Edition now, besides its daily run.",
    ..Schema::PLAIN
};

/// The runs of these servers' plans.
///
/// # Errors
///
/// When a listing fails.
pub async fn draft(client: &Client, scope: &Scope, asked: &[Asked]) -> Result<Vec<Drafted>, Error> {
    let servers: Vec<String> = asked.iter().map(server).collect();
    let refused: Vec<Vec<Objection>> = asked.iter().map(beyond_a_run).collect();
    let plans = client.list_backup_plans(&scope.region, vec![instances(&servers)]);
    let plans = none_unless_open(plans).await?;
    let jobs = latest_jobs(client, &scope.region, &plans).await?;
    let by_server: BTreeMap<&str, &BackupPlan> =
        plans.iter().filter_map(|plan| Some((plan.instance_id.as_deref()?, plan))).collect();
    let of = |(server, mut refused): (&String, Vec<Objection>)| match by_server.get(server.as_str()) {
        Some(plan) if refused.is_empty() => Ok(run_of(server, plan, jobs.get(&plan.plan_id), scope)),
        Some(_) => Err(refused),
        None => {
            refused.push(no_plan(server, scope));
            Err(refused)
        }
    };
    Ok(servers.iter().zip(refused).map(of).collect())
}

/// What the service cannot be told when a plan is run.
///
/// Source: HBR API 2017-09-08, `ExecuteBackupPlan`: the plan and nothing else.
fn beyond_a_run(asked: &Asked) -> Vec<Objection> {
    let Asked::Wish(Wish { what: What::Backup(how), .. }) = asked else { return Vec::new() };
    let given =
        [("--name", how.name.is_some()), ("--description", how.description.is_some()), ("--full", how.full)];
    let refused = |(flag, _)| {
        Objection(format!("a backup plan of the Essential Edition is run as it is; leave `{flag}` out"))
    };
    given.into_iter().filter(|(_, given)| *given).map(refused).collect()
}

fn server(asked: &Asked) -> String {
    match asked {
        Asked::Wish(wish) => wish.server().to_owned(),
        Asked::Again(values) => {
            values.get("instance_id").and_then(Value::as_str).unwrap_or_default().to_owned()
        }
    }
}

fn no_plan(server: &str, scope: &Scope) -> Objection {
    Objection(format!(
        "{server} has no backup plan in {}; write a block for it and apply that first",
        scope.region
    ))
}

fn run_of(server: &str, plan: &BackupPlan, job: Option<&BackupJob>, scope: &Scope) -> Draft {
    let at_work =
        job.filter(|job| matches!(job.status.as_deref(), Some("RUNNING" | "QUEUED" | "CREATED"))).map(
            |job| format!("a backup of the server is at work already, {}; this one waits for it", job.job_id),
        );
    let paused = plan
        .disabled
        .filter(|disabled| *disabled)
        .map(|_| "the plan is paused; this makes one recovery point and does not resume it".to_owned());
    let values = [
        ("instance_id".into(), Value::string(server)),
        ("plan_id".into(), Value::string(&plan.plan_id)),
        ("region".into(), Value::string(&scope.region)),
    ];
    Draft {
        target: plan.plan_id.as_str().into(),
        values: values.into(),
        advice: at_work.into_iter().chain(paused).collect(),
        ..Draft::default()
    }
}

/// Runs the plan once, and follows the job.
///
/// # Errors
///
/// When the cloud refuses, or nobody can tell whether it has begun.
pub async fn run(client: &Client, scope: &Scope, values: &Object, watch: &dyn Watch) -> Result<Ran, Error> {
    let text = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default();
    let region = &*scope.region;
    let id = client.backup_once(region, text("instance_id"), text("plan_id")).await?;
    let look = |id| async move {
        let filter = Filter { key: "JobId".into(), operator: Some("IN".into()), values: vec![id] };
        let jobs = client.list_backup_jobs(region, vec![filter]).await?;
        let job = jobs.into_iter().next();
        Ok(job.map(|job| {
            let error = job.error_message.as_deref().filter(|error| !error.is_empty());
            seen(job.status, job.progress, error)
        }))
    };
    Ok(follow(id, watch, |pause| client.sleep(pause), look).await)
}

impl Client {
    /// `ExecuteBackupPlan`, begun once: after a lost answer, a job that is newer than the call is taken for its job.
    /// Where there is none, nothing is repeated, since a second backup would cost what the first one did.
    async fn backup_once(&self, region: &str, instance: &str, plan: &str) -> Result<String, Error> {
        let before = self.newest_job(region, instance).await?;
        let failure = match self.execute_backup_plan(region, plan).await {
            Ok(answer) => match answer.job_id.filter(|id| !id.is_empty()) {
                Some(id) => return Ok(id),
                None => self.unreadable_plan(region),
            },
            Err(error) if error.may_have_happened() => error,
            Err(error) => return Err(error),
        };
        let after = self.newest_job(region, instance).await?;
        after.filter(|id| Some(id) != before.as_ref()).ok_or(failure)
    }

    /// The job of the instance that was made last.
    async fn newest_job(&self, region: &str, instance: &str) -> Result<Option<String>, Error> {
        let jobs = self.backup_jobs_of(region, instance).await?;
        Ok(jobs.into_iter().max_by_key(|job| (job.created_time, job.job_id.clone())).map(|job| job.job_id))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::super::client::fake::{client, ok};
    use super::*;
    use crate::cloud::http::fake::{FakeServer, cut, json};
    use crate::model::act::BackupWish;
    use crate::model::desired::ProviderKey;

    fn scope() -> Scope {
        Scope { provider: ProviderKey::default_of("alicloud"), region: "cn-hangzhou".into() }
    }

    fn wish(server: &str, how: BackupWish) -> Asked {
        let servers = vec![server.to_owned()];
        Asked::Wish(Wish { servers, whole: false, object: None, what: What::Backup(how) })
    }

    #[test]
    fn a_plan_is_run_as_it_is() {
        let check = |how: BackupWish, expected: &[&str]| {
            let refused = beyond_a_run(&wish("i-1", how));
            assert_eq!(refused.len(), expected.len());
            assert!(refused.iter().zip(expected).all(|(refused, flag)| refused.0.contains(flag)));
        };
        check(BackupWish::default(), &[]);
        let told = BackupWish { name: Some("a".into()), description: Some("b".into()), full: true };
        check(told, &["`--name`", "`--description`", "`--full`"]);
    }

    /// What a service answers that has one plan, for i-1, with this state and this job.
    async fn drafted(disabled: bool, job: &str) -> Vec<String> {
        let job = job.to_owned();
        let server = FakeServer::deciding(move |_, request| {
            if request.contains("x-acs-action: DescribeBackupJobs2") {
                let list =
                    serde_json::json!({"BackupJob": [{"JobId": "job-1", "PlanId": "p-1", "Status": job}]});
                return json(200, &ok(&format!("\"TotalCount\":1,\"BackupJobs\":{list}")));
            }
            let list = serde_json::json!({"BackupPlan": [{"PlanId": "p-1", "InstanceId": "i-1",
                "Disabled": disabled, "LatestExecuteJobId": "job-1"}]});
            json(200, &ok(&format!("\"TotalCount\":1,\"BackupPlans\":{list}")))
        });
        let asked = [wish("i-1", BackupWish::default()), wish("i-2", BackupWish::default())];
        let drafts = draft(&client(&server).0, &scope(), &asked).await.expect("it answers");
        assert_eq!(server.requests().len(), 2, "one listing of plans, one of jobs");
        let said = drafts.into_iter().map(|draft| match draft {
            Ok(draft) => format!("{}: {}", draft.target, draft.advice.join("; ")),
            Err(why) => why.into_iter().map(|objection| objection.0).collect(),
        });
        said.collect()
    }

    #[tokio::test]
    async fn a_run_needs_a_plan_and_says_what_is_unusual() {
        let none = "i-2 has no backup plan in cn-hangzhou; write a block for it and apply that first";
        let check = async |disabled, job: &str, expected: &str| {
            assert_eq!(drafted(disabled, job).await, [expected, none]);
        };
        check(false, "COMPLETE", "p-1: ").await;
        check(
            false,
            "RUNNING",
            "p-1: a backup of the server is at work already, job-1; this one waits for it",
        )
        .await;
        let paused = "p-1: the plan is paused; this makes one recovery point and does not resume it";
        check(true, "COMPLETE", paused).await;
    }

    /// Which job a run is taken for, where the first answer is lost, and how many runs were asked for.
    async fn begun(loses: bool, shows_new: bool) -> (Option<String>, usize) {
        let runs = AtomicUsize::new(0);
        let server = FakeServer::deciding(move |_, request| {
            if request.contains("x-acs-action: ExecuteBackupPlan") {
                runs.fetch_add(1, Ordering::SeqCst);
                return if loses { cut("{") } else { json(200, &ok("\"JobId\":\"job-answered\"")) };
            }
            let newer = shows_new && runs.load(Ordering::SeqCst) > 0;
            let mut jobs =
                vec![serde_json::json!({"JobId": "job-old", "InstanceId": "i-1", "CreatedTime": 1})];
            jobs.extend(
                newer.then(|| serde_json::json!({"JobId": "job-new", "InstanceId": "i-1", "CreatedTime": 2})),
            );
            let list = serde_json::json!({"BackupJob": jobs});
            json(200, &ok(&format!("\"TotalCount\":{},\"BackupJobs\":{list}", 1 + usize::from(newer))))
        });
        let id = client(&server).0.backup_once("cn-hangzhou", "i-1", "p-1").await.ok();
        let asked = server.requests().iter().filter(|request| request.contains("ExecuteBackupPlan")).count();
        (id, asked)
    }

    #[tokio::test]
    async fn a_backup_is_begun_once() {
        assert_eq!(begun(false, true).await, (Some("job-answered".to_owned()), 1));
        assert_eq!(begun(true, true).await, (Some("job-new".to_owned()), 1));
        assert_eq!(begun(true, false).await, (None, 1));
    }
}
