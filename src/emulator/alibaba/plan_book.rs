//! The backup plans of one edition in one region, with the jobs and recovery points that belong to each.
//!
//! Listings must not cost more the more plans there are, so everything that an operation asks by has an index here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::instance::Instance;
use super::run::{Run, RunResult};
use super::schedule::{DAY, Schedule};
use crate::emulator::clock::{Pace, Time};
use crate::emulator::table::{Identified, Table};
use crate::emulator::world::Ids;

/// A backup plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// `plan-...`.
    pub id: String,
    /// The instance it protects.
    pub instance: String,
    /// The plan's name. Left out: made of the instance's id.
    #[serde(default)]
    pub name: String,
    /// The work the backup may do on the instance.
    #[serde(default)]
    pub priority: Priority,
    /// Whether the newest recovery point outlives its time.
    #[serde(default = "yes")]
    pub keep_latest: bool,
    /// Whether it makes no backups for now.
    #[serde(default)]
    pub paused: bool,
    /// When it runs.
    #[serde(default)]
    pub schedule: Schedule,
    /// How long a recovery point is kept.
    #[serde(default = "retention")]
    pub retention_days: u32,
    /// The vault. Left out: the hidden one of the Essential Edition.
    #[serde(default = "hidden_vault")]
    pub vault: String,
    /// When it was made.
    #[serde(default)]
    pub created: Time,
    /// When it was last changed.
    #[serde(default)]
    pub updated: Time,
    /// When it runs next. Left out: by the schedule, from the world's time on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_run: Option<Time>,
    /// Its jobs, oldest first.
    #[serde(default)]
    pub jobs: Vec<Job>,
    /// Its recovery points, oldest first.
    #[serde(default)]
    pub recovery_points: Vec<RecoveryPoint>,
}

impl Identified for Plan {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Plan {
    /// The recovery points that can be restored at this time, oldest first.
    pub fn points(&self, now: Time) -> impl Iterator<Item = &RecoveryPoint> {
        let newest = self.newest_point(now);
        self.recovery_points.iter().filter(move |point| {
            let is_kept = point.expires(self.retention_days) > now || newest == Some(point.id.as_str());
            point.completed() <= now && is_kept
        })
    }

    /// The point that outlives its time, if the plan keeps one.
    fn newest_point(&self, now: Time) -> Option<&str> {
        let newest = self.recovery_points.iter().rev().find(|point| point.completed() <= now);
        newest.filter(|_| self.keep_latest).map(|point| point.id.as_str())
    }

    /// Lets go for good what has expired by now, so that a later change of the plan cannot bring it back.
    fn settle(&mut self, now: Time) {
        let newest = self.newest_point(now).map(str::to_owned);
        let retention = self.retention_days;
        self.recovery_points
            .retain(|point| point.expires(retention) > now || newest.as_deref() == Some(point.id.as_str()));
    }

    /// The job that last started.
    pub fn latest_started(&self, now: Time) -> Option<&Job> {
        self.jobs.iter().rev().find(|job| job.run.starts() <= now)
    }

    /// The job that last ended.
    pub fn latest_finished(&self, now: Time) -> Option<&Job> {
        self.jobs.iter().rev().find(|job| job.run.is_over(now))
    }

    /// A job that has not ended.
    pub fn unfinished_job(&self, now: Time) -> Option<&Job> {
        self.jobs.iter().rev().find(|job| !job.run.is_over(now))
    }
}

/// How much a backup may burden its instance.
///
/// Source: Essential Edition operations guide, `performanceLevel`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Priority {
    /// One vCPU, up to 10 MB/s.
    #[default]
    L0,
    /// Two vCPUs, up to 30 MB/s.
    L1,
}

impl Priority {
    /// As the plan's `Options` say it.
    pub fn to_options(self) -> &'static str {
        match self {
            Priority::L0 => r#"{"performanceLevel":"L0"}"#,
            Priority::L1 => r#"{"performanceLevel":"L1"}"#,
        }
    }

    fn bytes_per_second(self) -> u64 {
        match self {
            Priority::L0 => 10_000_000,
            Priority::L1 => 30_000_000,
        }
    }
}

/// One run of a plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// `job-...`.
    pub id: String,
    /// How it goes.
    pub run: Run,
}

/// A recovery point: what one job has kept. HBR calls it a snapshot.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryPoint {
    /// `s-...`.
    pub id: String,
    /// When its backup began.
    pub created: Time,
    /// When its backup ended. Left out: when it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<Time>,
    /// When it expires. Left out: after the plan's retention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
    /// The job that made it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// Bytes of the files in it.
    #[serde(default)]
    pub bytes: u64,
    /// Bytes of the disks that it protects.
    #[serde(default)]
    pub protected_bytes: u64,
}

impl RecoveryPoint {
    /// The hash that a restore must name with it.
    pub fn hash(&self) -> String {
        format!("sh-{}", self.id)
    }

    /// When it could first be restored.
    pub fn completed(&self) -> Time {
        self.completed.unwrap_or(self.created)
    }

    /// When it expires, under a plan of this retention.
    pub fn expires(&self, retention_days: u32) -> Time {
        self.expires.unwrap_or_else(|| self.completed().plus(i64::from(retention_days) * DAY))
    }
}

/// The plans of one edition in one region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanBook {
    /// The plans, oldest first.
    #[serde(default)]
    pub plans: Table<Plan>,
    /// Ids of plans that were deleted: deleting one of them again is no error.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub deleted: BTreeSet<String>,
    /// Ids of the plans of each instance.
    #[serde(skip)]
    by_instance: BTreeMap<String, Vec<String>>,
    /// Where each job is, by the time it was made.
    #[serde(skip)]
    jobs: BTreeMap<(Time, String), Place>,
    /// Where each job is, by its id.
    #[serde(skip)]
    job_ids: BTreeMap<String, Place>,
    /// The next run of each plan that is not paused.
    #[serde(skip)]
    due: BTreeSet<(Time, String)>,
}

/// Where a job is: its plan and its index in it, which never changes.
#[derive(Clone, Debug)]
struct Place {
    plan: String,
    index: usize,
}

impl PlanBook {
    /// Whether there is nothing to write down.
    pub fn is_empty(&self) -> bool {
        self.plans.is_empty() && self.deleted.is_empty()
    }

    /// Completes plans as a file has them, and builds every index anew.
    pub fn index(&mut self, now: Time) {
        self.by_instance.clear();
        self.jobs.clear();
        self.job_ids.clear();
        self.due.clear();
        let plans = std::mem::take(&mut self.plans);
        for mut plan in plans.into_values() {
            if plan.name.is_empty() {
                plan.name = default_name(&plan.instance);
            }
            plan.next_run = plan.next_run.or_else(|| Some(plan.schedule.next_after(now)));
            plan.jobs.sort_by_key(|job| job.run.created);
            plan.recovery_points.sort_by_key(RecoveryPoint::completed);
            self.insert(plan);
        }
    }

    /// Adds a plan.
    pub fn insert(&mut self, plan: Plan) {
        self.by_instance.entry(plan.instance.clone()).or_default().push(plan.id.clone());
        for (index, job) in plan.jobs.iter().enumerate() {
            self.note_job(&plan.id, index, job);
        }
        if let (false, Some(next)) = (plan.paused, plan.next_run) {
            self.due.insert((next, plan.id.clone()));
        }
        self.plans.insert(plan);
    }

    /// Takes a plan out, with its jobs and recovery points.
    pub fn remove(&mut self, id: &str) -> Option<Plan> {
        let plan = self.plans.remove(id)?;
        if let Some(next) = plan.next_run {
            self.due.remove(&(next, id.to_owned()));
        }
        for job in &plan.jobs {
            self.jobs.remove(&(job.run.created, job.id.clone()));
            self.job_ids.remove(&job.id);
        }
        if let Some(ids) = self.by_instance.get_mut(&plan.instance) {
            ids.retain(|known| known != id);
            if ids.is_empty() {
                self.by_instance.remove(&plan.instance);
            }
        }
        self.deleted.insert(id.to_owned());
        Some(plan)
    }

    /// Changes a plan, if there is one of this id: first it loses what has expired, then its next run is found anew.
    pub fn change(&mut self, id: &str, now: Time, change: impl FnOnce(&mut Plan)) {
        let Some(plan) = self.plans.get_mut(id) else { return };
        if let Some(next) = plan.next_run {
            self.due.remove(&(next, id.to_owned()));
        }
        plan.settle(now);
        change(plan);
        plan.updated = now;
        let next = plan.schedule.next_after(now);
        plan.next_run = Some(next);
        if !plan.paused {
            self.due.insert((next, id.to_owned()));
        }
    }

    /// Shows every id that may have been made by counting.
    pub fn each_id(&self, seen: &mut impl FnMut(&str)) {
        self.deleted.iter().for_each(|id| seen(id));
        for plan in self.plans.iter() {
            seen(&plan.id);
            plan.jobs.iter().for_each(|job| seen(&job.id));
            plan.recovery_points.iter().for_each(|point| seen(&point.id));
        }
    }

    /// The plans of an instance.
    pub fn of_instance<'a>(&'a self, instance: &str) -> impl Iterator<Item = &'a Plan> {
        let ids = self.by_instance.get(instance).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.plans.get(id))
    }

    /// The job with this id, and its plan.
    pub fn job(&self, id: &str) -> Option<(&Plan, &Job)> {
        self.job_at(self.job_ids.get(id)?)
    }

    /// Ends a job now. Its recovery point, still to come, does not come.
    pub fn cancel_job(&mut self, id: &str, now: Time) {
        let Some(place) = self.job_ids.get(id) else { return };
        let Some(plan) = self.plans.get_mut(&place.plan) else { return };
        if let Some(job) = plan.jobs.get_mut(place.index) {
            job.run.cancel(now);
        }
        plan.recovery_points.retain(|point| point.job != id);
    }

    /// All jobs with their plans, by the time they were made, oldest first.
    pub fn jobs(&self) -> impl DoubleEndedIterator<Item = (&Plan, &Job)> {
        self.jobs.values().filter_map(|place| self.job_at(place))
    }

    /// How many jobs there are.
    pub fn job_count(&self) -> usize {
        self.jobs.len()
    }

    /// Runs a plan of this id once more, now.
    pub fn execute(
        &mut self,
        id: &str,
        instance: Option<&Instance>,
        now: Time,
        pace: Pace,
        ids: &mut Ids,
    ) -> Option<String> {
        let plan = self.plans.get_mut(id)?;
        plan.settle(now);
        let job = run_plan(plan, instance, now, pace, ids);
        let index = plan.jobs.len() - 1;
        self.note_job(id, index, &job);
        Some(job.id)
    }

    /// Runs everything that has become due by now, in the order of its time.
    pub fn catch_up(&mut self, now: Time, pace: Pace, instances: &Table<Instance>, ids: &mut Ids) {
        while self.due.first().is_some_and(|(time, _)| *time <= now) {
            let Some((time, id)) = self.due.pop_first() else { return };
            let Some(instance) = self.plans.get(&id).map(|plan| plan.instance.clone()) else { continue };
            self.execute(&id, instances.get(&instance), time, pace, ids);
            if let Some(plan) = self.plans.get_mut(&id) {
                let next = plan.schedule.next_after(time);
                plan.next_run = Some(next);
                // At the end of all time that can be written there is no later run.
                if next > time {
                    self.due.insert((next, id));
                }
            }
        }
    }

    fn job_at(&self, place: &Place) -> Option<(&Plan, &Job)> {
        let plan = self.plans.get(&place.plan)?;
        Some((plan, plan.jobs.get(place.index)?))
    }

    fn note_job(&mut self, plan: &str, index: usize, job: &Job) {
        let place = Place { plan: plan.to_owned(), index };
        self.jobs.insert((job.run.created, job.id.clone()), place.clone());
        self.job_ids.insert(job.id.clone(), place);
    }
}

/// Makes a job of the plan, and the recovery point that will come of it.
///
/// The first backup reads all the data, later ones a twentieth of it, at the speed of the plan's priority. A job waits
/// for the client to be ready and for the job before it.
fn run_plan(plan: &mut Plan, instance: Option<&Instance>, now: Time, pace: Pace, ids: &mut Ids) -> Job {
    const QUEUE_SECONDS: i64 = 10;
    const SHORTEST_SECONDS: i64 = 60;
    const LATER_SHARE: u64 = 20;
    let before = plan.jobs.last().and_then(|job| job.run.completed).unwrap_or_default();
    let earliest = now.plus(pace.seconds(QUEUE_SECONDS)).max(before);
    let id = ids.next("job");
    let run = match ready_client(instance) {
        Err(error) => failed_run(now, earliest, error),
        Ok((instance, ready)) => {
            let data = instance.data_bytes();
            let bytes = if plan.recovery_points.is_empty() { data } else { data / LATER_SHARE };
            let seconds = i64::try_from(bytes / plan.priority.bytes_per_second()).unwrap_or(i64::MAX);
            let started = earliest.max(ready);
            let completed = started.plus(pace.seconds(seconds.max(SHORTEST_SECONDS)));
            plan.recovery_points.push(RecoveryPoint {
                id: ids.next("s"),
                created: started,
                completed: Some(completed),
                expires: Some(completed.plus(i64::from(plan.retention_days) * DAY)),
                job: id.clone(),
                bytes: data,
                protected_bytes: instance.disk_bytes(),
            });
            let result = RunResult::Complete;
            Run {
                created: now,
                started: Some(started),
                completed: Some(completed),
                result,
                error: None,
                bytes,
            }
        }
    };
    let job = Job { id, run };
    plan.jobs.push(job.clone());
    job
}

/// The instance and when its client is ready, or why no backup can be made of it.
fn ready_client(instance: Option<&Instance>) -> Result<(&Instance, Time), String> {
    let instance = instance.ok_or("InstanceNotExists")?;
    if let Some(error) = &instance.backup_error {
        return Err(error.clone());
    }
    if let Some(obstacle) = instance.client_obstacle() {
        return Err(obstacle.to_owned());
    }
    let ready = instance.client.as_ref().and_then(|client| client.ready).ok_or("ClientNotInstalled")?;
    Ok((instance, ready))
}

fn failed_run(created: Time, started: Time, error: String) -> Run {
    const FAILS_AFTER_SECONDS: i64 = 30;
    Run {
        created,
        started: Some(started),
        completed: Some(started.plus(FAILS_AFTER_SECONDS)),
        result: RunResult::Failed,
        error: Some(error),
        bytes: 0,
    }
}

/// The name of a plan that was given none.
pub fn default_name(instance: &str) -> String {
    format!("ecs-file-{instance}")
}

/// The vault of the Essential Edition, which no listing shows.
pub fn hidden_vault() -> String {
    "v-basic".to_owned()
}

/// Days that the Essential Edition keeps a recovery point.
///
/// Source: Essential Edition operations guide: daily backup, 30 days, both fixed.
pub fn retention() -> u32 {
    30
}

fn yes() -> bool {
    true
}
