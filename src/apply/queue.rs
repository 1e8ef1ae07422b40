//! Which step is next: those whose groups waited for are done, creations before deletions that can wait.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::model::address::Address;
use crate::model::plan::Plan;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Waiting,
    Begun,
    Done,
    Failed,
    Skipped,
}

/// The steps of a plan and how far each is.
pub struct Queue {
    status: Vec<Status>,
    last: Vec<bool>,
    group_of: Vec<usize>,
    /// Steps of each group that are not done.
    open: Vec<usize>,
    /// Groups that each group waits for and that are not done.
    blocked_by: Vec<BTreeSet<usize>>,
    /// Groups that wait for each group.
    waiters: Vec<Vec<usize>>,
    members: Vec<Vec<usize>>,
    /// The steps that each step comes after besides those of the groups that its group waits for.
    after: Vec<Vec<usize>>,
    /// The other way round.
    before: BTreeMap<usize, Vec<usize>>,
    ready: VecDeque<usize>,
    ready_last: VecDeque<usize>,
    /// Steps that may not be left to the end and are neither done nor given up.
    first_open: usize,
    begun: usize,
    any_failed: Option<String>,
    stopped: Option<String>,
    why_skipped: BTreeMap<usize, String>,
}

impl Queue {
    /// All steps waiting.
    pub fn new(plan: &Plan) -> Self {
        let count = plan.steps.len();
        let mut members = vec![Vec::new(); plan.groups.len()];
        let mut waiters = vec![Vec::new(); plan.groups.len()];
        for (index, step) in plan.steps.iter().enumerate() {
            members[step.group].push(index);
        }
        for (index, group) in plan.groups.iter().enumerate() {
            for before in &group.after {
                waiters[*before].push(index);
            }
        }
        let mut steps_before: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, step) in plan.steps.iter().enumerate() {
            for first in step.after.iter().chain(&step.after_half) {
                steps_before.entry(*first).or_default().push(index);
            }
        }
        let mut queue = Self {
            status: vec![Status::Waiting; count],
            last: plan.steps.iter().map(|step| step.last).collect(),
            group_of: plan.steps.iter().map(|step| step.group).collect(),
            open: members.iter().map(Vec::len).collect(),
            blocked_by: plan.groups.iter().map(|group| group.after.iter().copied().collect()).collect(),
            waiters,
            members,
            after: plan
                .steps
                .iter()
                .map(|step| step.after.iter().copied().chain(step.after_half).collect())
                .collect(),
            before: steps_before,
            ready: VecDeque::new(),
            ready_last: VecDeque::new(),
            first_open: plan.steps.iter().filter(|step| !step.last).count(),
            begun: 0,
            any_failed: None,
            stopped: None,
            why_skipped: BTreeMap::new(),
        };
        for index in 0..count {
            queue.enqueue(index);
        }
        queue
    }

    fn enqueue(&mut self, index: usize) {
        let in_turn = self.after[index].iter().all(|first| self.status[*first] == Status::Done);
        let is_ready = self.blocked_by[self.group_of[index]].is_empty() && in_turn;
        if is_ready && self.status[index] == Status::Waiting {
            if self.last[index] { self.ready_last.push_back(index) } else { self.ready.push_back(index) }
        }
    }

    /// The next step to begin, if one is ready.
    pub fn next(&mut self) -> Option<usize> {
        if self.stopped.is_some() {
            return None;
        }
        let may_delete = self.first_open == 0 && self.any_failed.is_none();
        loop {
            let next = self
                .ready
                .pop_front()
                .or_else(|| if may_delete { self.ready_last.pop_front() } else { None })?;
            if self.status[next] == Status::Waiting {
                self.status[next] = Status::Begun;
                self.begun += 1;
                return Some(next);
            }
        }
    }

    /// Undoes [`Self::next`] for a step of which nothing was begun.
    pub fn put_back(&mut self, index: usize) {
        self.status[index] = Status::Waiting;
        self.begun -= 1;
        self.enqueue(index);
    }

    /// A step took effect.
    pub fn done(&mut self, index: usize) {
        self.close(index, Status::Done);
        let group = self.group_of[index];
        self.open[group] -= 1;
        for next in self.before.get(&index).cloned().unwrap_or_default() {
            self.enqueue(next);
        }
        if self.open[group] == 0 {
            for waiter in self.waiters[group].clone() {
                self.blocked_by[waiter].remove(&group);
                for member in self.members[waiter].clone() {
                    self.enqueue(member);
                }
            }
        }
    }

    /// A step failed: what waits for it is given up, and nothing is deleted any more that was left to the end.
    pub fn failed(&mut self, index: usize, address: &Address) {
        self.close(index, Status::Failed);
        let why = format!("{address} failed");
        self.any_failed.get_or_insert_with(|| why.clone());
        let mut open: Vec<usize> = self.dependents(index);
        while let Some(dependent) = open.pop() {
            if self.status[dependent] == Status::Waiting {
                self.close(dependent, Status::Skipped);
                self.why_skipped.insert(dependent, why.clone());
                open.extend(self.dependents(dependent));
            }
        }
    }

    fn dependents(&self, index: usize) -> Vec<usize> {
        let waiting =
            self.waiters[self.group_of[index]].iter().flat_map(|group| &self.members[*group]).copied();
        waiting.chain(self.before.get(&index).into_iter().flatten().copied()).collect()
    }

    fn close(&mut self, index: usize, status: Status) {
        if self.status[index] == Status::Begun {
            self.begun -= 1;
        }
        self.status[index] = status;
        if !self.last[index] {
            self.first_open -= 1;
        }
    }

    /// Nothing more is begun.
    pub fn stop(&mut self, why: &str) {
        self.stopped.get_or_insert_with(|| why.to_owned());
    }

    /// Whether nothing is in flight and nothing more will be.
    pub fn is_idle(&self) -> bool {
        let may_delete = self.first_open == 0 && self.any_failed.is_none();
        let nothing_ready = self.ready.iter().all(|index| self.status[*index] != Status::Waiting)
            && (!may_delete || self.ready_last.is_empty());
        self.begun == 0 && (self.stopped.is_some() || nothing_ready)
    }

    /// The steps that were not begun, each with the reason.
    pub fn not_started(&self) -> Vec<(usize, String)> {
        let general = || {
            let why = self.stopped.clone().or_else(|| self.any_failed.clone());
            why.unwrap_or_else(|| "what it waits for did not happen".to_owned())
        };
        let open = |status: &Status| matches!(status, Status::Waiting | Status::Skipped);
        self.status
            .iter()
            .enumerate()
            .filter(|(_, status)| open(status))
            .map(|(index, _)| (index, self.why_skipped.get(&index).cloned().unwrap_or_else(general)))
            .collect()
    }
}
