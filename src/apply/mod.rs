//! Executes an approved plan. The only stage that writes to a cloud; decides nothing.
//!
//! Every operation is on disk before it is sent, and its result after it; what the cloud answers is a claim, and the
//! object is read back. Where something fails, what depends on it is not begun, and nothing is deleted any more that
//! the plan left to the end. There is no rollback: the next plan is the remedy.

mod ledger;
mod operation;
mod queue;
mod wait;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use crate::cloud::{Clouds, ErrorKind};
use crate::model::act::{Progress, Watch};
use crate::model::address::Address;
use crate::model::approval::ApprovedPlan;
use crate::model::desired::Desired;
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Severity, chain};
use crate::model::event::{Event, EventSink, Notice, Phase};
use crate::model::live::Live;
use crate::model::outcome::{Failure, Outcome};
use crate::model::plan::{Action, Part, PlanMode};
use crate::model::schema::Schemas;
use crate::model::state::{OpenIntent, Operation, State};
use crate::model::value::{Object, Value};

use ledger::Ledger;
use operation::{End, Job};
use queue::Queue;

/// How often somebody who watches is told that an operation goes on.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Evaluates the configuration again, when apply knows more than the plan did.
pub trait Resolver: Sync {
    /// What should be, given the attributes of objects that were made and the results of data sources that were read;
    /// and what is wrong with the configuration now that these values are known.
    fn resolve(
        &self,
        made: &BTreeMap<Address, Object>,
        read: &BTreeMap<Address, Value>,
    ) -> (Desired, Diagnostics);
}

/// The wish of the person at the keyboard to stop.
#[derive(Debug, Default)]
pub struct Interrupt {
    begin_nothing: AtomicBool,
    stop: AtomicBool,
    changed: Notify,
}

impl Interrupt {
    /// The first time, nothing more is begun; the second time, nothing is waited for any more.
    pub fn press(&self) {
        if self.begin_nothing.swap(true, Ordering::SeqCst) {
            self.stop.store(true, Ordering::SeqCst);
        }
        self.changed.notify_waiters();
    }

    /// Whether anything more may be begun.
    pub fn is_pressed(&self) -> bool {
        self.begin_nothing.load(Ordering::SeqCst)
    }

    fn is_final(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

/// Everything that an apply works with.
pub struct Work<'a> {
    /// The plan.
    pub approved: &'a ApprovedPlan,
    /// What the types can do.
    pub schemas: &'a Schemas,
    /// What the plan was made from.
    pub live: &'a Live,
    /// The providers.
    pub clouds: &'a Clouds,
    /// Evaluates again.
    pub resolver: &'a dyn Resolver,
    /// How many operations are in flight at most; at least 1.
    pub parallelism: usize,
    /// Stops early.
    pub interrupt: &'a Interrupt,
}

/// Applies the plan to the clouds, beginning with `state`.
pub async fn apply(work: &Work<'_>, state: State, sink: &mut dyn EventSink) -> Outcome {
    let mut run = Run {
        work,
        ledger: Ledger::new(state, sink),
        outcome: Outcome::default(),
        made: BTreeMap::new(),
        read: BTreeMap::new(),
    };
    run.all().await;
    let Run { ledger, mut outcome, .. } = run;
    (outcome.state, outcome.sink_error) = ledger.close();
    outcome
}

/// Hears how far an act is, and says whether anybody still waits for it.
struct Follower<'a> {
    index: usize,
    sender: mpsc::UnboundedSender<(usize, Progress)>,
    interrupt: &'a Interrupt,
}

impl Watch for Follower<'_> {
    fn tell(&self, progress: Progress) {
        // Nobody listens any more once the run has ended.
        let _gone = self.sender.send((self.index, progress));
    }

    fn has_left(&self) -> bool {
        self.interrupt.is_pressed()
    }
}

struct Run<'a, 'b> {
    work: &'a Work<'a>,
    ledger: Ledger<'b>,
    outcome: Outcome,
    made: BTreeMap<Address, Object>,
    read: BTreeMap<Address, Value>,
}

impl Run<'_, '_> {
    async fn all(&mut self) {
        let plan = self.work.approved.plan();
        let synced = ledger::synchronize(plan, self.ledger.state(), self.work.live, self.work.schemas);
        self.ledger.record(&synced);
        let ready = self.accounts().await && self.preparations().await;
        let mut queue = Queue::new(plan);
        if !ready {
            queue.stop("an earlier step failed");
        }
        self.steps(&mut queue).await;
        for (index, why) in queue.not_started() {
            let address = plan.changes[plan.steps[index].change].address.clone();
            self.outcome.not_started.push((address, why));
        }
        self.outputs();
    }

    /// Notes the account behind each provider that the plan writes to; refuses another one than before.
    async fn accounts(&mut self) -> bool {
        let plan = self.work.approved.plan();
        let steps = plan
            .effects()
            .filter(|change| !matches!(change.action, Action::Read | Action::Forget | Action::NoOp));
        let mut providers: Vec<_> =
            steps.filter_map(|change| change.scope.as_ref()).map(|scope| &scope.provider).collect();
        providers.extend(plan.preparations.iter().map(|preparation| &preparation.provider));
        providers.sort();
        providers.dedup();
        for provider in providers {
            let Some(cloud) = self.work.clouds.find(provider) else { continue };
            let known = self.ledger.state().accounts.get(provider).cloned();
            let problem = match (cloud.account().await, known) {
                (Err(error), _) => chain(&error),
                (Ok(actual), Some(known)) if actual != known => format!(
                    "the credentials belong to the account {actual}, and the state was made with the account {known}"
                ),
                (Ok(_), Some(_)) => continue,
                (Ok(account), None) => {
                    self.ledger.record(&[Event::Account { provider: provider.clone(), account }]);
                    continue;
                }
            };
            let address = crate::model::event::preparation_address(provider, "account");
            self.outcome.failed.push(Failure { address, operation: Operation::Prepare, error: problem });
            return false;
        }
        true
    }

    /// Does the steps for whole accounts, one after the other.
    async fn preparations(&mut self) -> bool {
        for preparation in &self.work.approved.plan().preparations {
            let Some(cloud) = self.work.clouds.find(&preparation.provider) else { continue };
            let intent = OpenIntent::preparation(&preparation.provider, &preparation.name);
            let (address, operation) = (intent.address.clone(), Operation::Prepare);
            if self.work.interrupt.is_pressed() || !self.ledger.record(&[Event::Intent(intent)]) {
                return false;
            }
            let began = Instant::now();
            self.ledger.notice(&Notice {
                address: address.clone(),
                id: None,
                operation,
                phase: Phase::Started,
                elapsed: Duration::ZERO,
            });
            let (event, phase) = match cloud.prepare(&preparation.name).await {
                Ok(()) => (Event::Done { address: address.clone(), operation, recorded: None }, Phase::Done),
                Err(error) => {
                    let (text, unknown) = (chain(&error), error.may_have_happened());
                    let failure = Failure { address: address.clone(), operation, error: text.clone() };
                    if unknown {
                        self.outcome.unknown.push(failure);
                    } else {
                        self.outcome.failed.push(failure);
                    }
                    let event = Event::Failed {
                        address: address.clone(),
                        operation,
                        error: text.clone(),
                        recorded: None,
                        unknown,
                    };
                    (event, Phase::Failed(text))
                }
            };
            let failed = matches!(phase, Phase::Failed(_));
            self.ledger.notice(&Notice { address, id: None, operation, phase, elapsed: began.elapsed() });
            if !self.ledger.record(&[event]) || failed {
                return false;
            }
        }
        true
    }

    /// Works the steps off, as many at a time as allowed.
    async fn steps(&mut self, queue: &mut Queue) {
        let work = self.work;
        let mut in_flight = FuturesUnordered::new();
        let (sender, mut progress) = mpsc::unbounded_channel();
        let mut begun: BTreeMap<usize, Instant> = BTreeMap::new();
        loop {
            if work.interrupt.is_pressed() {
                queue.stop("the run was interrupted");
            }
            if !self.ledger.is_sound() {
                queue.stop("what happens could no longer be recorded");
            }
            let free = work.parallelism.max(1) - in_flight.len().min(work.parallelism.max(1));
            for (index, job) in self.begin(queue, free) {
                begun.insert(index, Instant::now());
                let follower = Follower { index, sender: sender.clone(), interrupt: work.interrupt };
                in_flight.push(async move { (index, job.run(&follower).await) });
            }
            if in_flight.is_empty() {
                if queue.is_idle() {
                    return;
                }
                continue;
            }
            tokio::select! {
                biased;
                done = in_flight.next() => {
                    if let Some((index, end)) = done {
                        let elapsed = begun.remove(&index).map(|since| since.elapsed()).unwrap_or_default();
                        self.finish(queue, index, end, elapsed);
                    }
                }
                Some((index, progress)) = progress.recv() => {
                    let elapsed = begun.get(&index).map(Instant::elapsed).unwrap_or_default();
                    self.tell(index, None, Phase::Under(progress), elapsed);
                }
                () = work.interrupt.changed.notified() => {}
                () = tokio::time::sleep(HEARTBEAT) => self.heartbeat(&begun),
            }
            if work.interrupt.is_final() {
                break;
            }
        }
        queue.stop("the run was interrupted");
        for index in begun.into_keys() {
            let (address, operation) = self.named(index);
            let error = "nobody waited for the answer".to_owned();
            self.outcome.unknown.push(Failure { address, operation, error });
        }
    }

    fn named(&self, index: usize) -> (Address, Operation) {
        let plan = self.work.approved.plan();
        let step = &plan.steps[index];
        let change = &plan.changes[step.change];
        (change.address.clone(), operation::of(change.action, step.part))
    }

    fn heartbeat(&mut self, begun: &BTreeMap<usize, Instant>) {
        for (index, since) in begun {
            self.tell(*index, None, Phase::Waiting, since.elapsed());
        }
    }

    fn tell(&mut self, index: usize, id: Option<Arc<str>>, phase: Phase, elapsed: Duration) {
        let plan = self.work.approved.plan();
        let step = &plan.steps[index];
        let change = &plan.changes[step.change];
        let operation = operation::of(change.action, step.part);
        let id = id.or_else(|| change.id.clone().filter(|_| operation != Operation::Create));
        let notice = Notice { address: change.address.clone(), id, operation, phase, elapsed };
        self.ledger.notice(&notice);
    }

    /// Takes ready steps and writes down what they are about to do, all in one go.
    fn begin(&mut self, queue: &mut Queue, most: usize) -> Vec<(usize, Job)> {
        let mut jobs = Vec::new();
        let mut intents = Vec::new();
        while jobs.len() < most {
            let Some(index) = queue.next() else { break };
            match self.job(index) {
                Ok(job) => {
                    intents.extend(job.intent().map(Event::Intent));
                    jobs.push((index, job));
                }
                Err(error) => self.finish(queue, index, End::refused(error), Duration::ZERO),
            }
        }
        if !self.ledger.record(&intents) {
            for (index, _) in jobs.drain(..) {
                queue.put_back(index);
            }
        }
        for (index, _) in &jobs {
            self.tell(*index, None, Phase::Started, Duration::ZERO);
        }
        jobs
    }

    /// What one step does, with every value that it needs.
    fn job(&mut self, index: usize) -> Result<Job, String> {
        let plan = self.work.approved.plan();
        let step = &plan.steps[index];
        let change = &plan.changes[step.change];
        let mut values = change.after.clone().unwrap_or_default();
        let mut scope = change.scope.clone();
        if step.part == Part::Make
            && (scope.is_none() || operation::needs_resolving(change, self.work.schemas))
        {
            (scope, values) = self.resolved(change)?;
        }
        Job::new(change, step.part, scope, values, self.work)
    }

    /// The arguments of a change, now that everything that it waited for is done. They must agree with the plan.
    fn resolved(
        &self,
        change: &crate::model::plan::Change,
    ) -> Result<(Option<crate::model::desired::Scope>, Object), String> {
        let (desired, problems) = self.work.resolver.resolve(&self.made, &self.read);
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
        let errors: Vec<String> =
            errors.map(|error| format!("{}: {}", error.summary, error.detail)).collect();
        if !errors.is_empty() {
            return Err(errors.join("; "));
        }
        let (scope, values) = if let Some(resource) = desired.resources.get(&change.address) {
            (resource.scope.clone(), resource.values.clone())
        } else {
            let read = desired.reads.iter().find(|read| read.address == change.address);
            let read = read.ok_or("the configuration no longer asks for it")?;
            (Some(read.scope.clone()), read.arguments.clone())
        };
        operation::agrees(change, &values)?;
        Ok((scope, values))
    }

    fn finish(&mut self, queue: &mut Queue, index: usize, end: End, elapsed: Duration) {
        let (address, operation) = self.named(index);
        let plan = self.work.approved.plan();
        let step = &plan.steps[index];
        let change = &plan.changes[step.change];
        let id = end.object.as_ref().map(|object| object.id.clone());
        self.ledger.record(&end.events(change, step.part, operation, self.work.schemas, self.ledger.state()));
        match end.error {
            None => {
                if let Some(object) = end.object {
                    self.made.insert(address.clone(), object.values);
                }
                self.read.extend(end.read.map(|value| (address, value)));
                operation::count(&mut self.outcome.tally, change, step.part);
                self.tell(index, id, Phase::Done, elapsed);
                queue.done(index);
            }
            Some(failure) => {
                let stops_all =
                    matches!(failure.kind, Some(ErrorKind::Auth | ErrorKind::ClockSkew | ErrorKind::Account));
                let entry = Failure { address: address.clone(), operation, error: failure.text.clone() };
                self.outcome.in_part |= end.object.is_some();
                if failure.unknown {
                    self.outcome.unknown.push(entry);
                } else {
                    self.outcome.failed.push(entry);
                }
                self.tell(index, id, Phase::Failed(failure.text), elapsed);
                queue.failed(index, &address);
                if stops_all {
                    queue.stop("the credentials were refused");
                }
            }
        }
    }

    /// Looks at the configuration once more, now that everything is done: its conditions can be told now, and the
    /// new values of outputs are known.
    fn outputs(&mut self) {
        let plan = self.work.approved.plan();
        if plan.mode != PlanMode::Normal && plan.outputs.is_empty() {
            return;
        }
        let (desired, problems) = self.work.resolver.resolve(&self.made, &self.read);
        // A condition that does not hold says something of the values; it does not make them untrue.
        let is_error = |problem: &Diagnostic| {
            problem.severity == Severity::Error && problem.code != Code::ConditionFailed
        };
        let is_sound = !problems.iter().any(is_error);
        if plan.mode == PlanMode::Normal {
            self.outcome.problems = problems;
        }
        let removed = plan.outputs.iter().filter(|(_, change)| change.after.is_none());
        let mut events: Vec<Event> =
            removed.map(|(name, _)| Event::Output { name: name.clone(), value: None }).collect();
        let wanted = plan.outputs.iter().filter(|(_, change)| change.after.is_some()).map(|(name, _)| name);
        if is_sound {
            for name in wanted {
                let Some(output) = desired.outputs.get(name).filter(|o| o.value.is_wholly_known()) else {
                    continue;
                };
                let value = crate::model::state::RecordedOutput {
                    value: output.value.clone(),
                    sensitive: output.sensitive,
                };
                events.push(Event::Output { name: name.clone(), value: Some(value) });
            }
        }
        self.ledger.record(&events);
    }
}
