//! The order of the work: creations before users, deletions after them, deletions last of all.

use std::collections::{BTreeMap, BTreeSet};

use super::PlanError;
use crate::model::address::Address;
use crate::model::plan::{Action, Change, Part, ReplaceOrder, Step};

/// The steps of all effects, each after the steps that it waits for.
///
/// # Errors
///
/// [`PlanError::Cycle`] where steps wait for each other.
pub fn by_dependency(changes: &[Change]) -> Result<Vec<Step>, PlanError> {
    let mut steps = Vec::new();
    let mut position: BTreeMap<(&Address, Part), usize> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate().filter(|(_, change)| change.is_effect()) {
        for part in parts(change.action) {
            position.insert((&change.address, *part), steps.len());
            steps.push(Step { change: index, part: *part, after: Vec::new(), last: *part == Part::Remove });
        }
    }
    let dependencies = Dependencies::of(changes);
    let waits: Vec<BTreeSet<usize>> = steps
        .iter()
        .map(|step| waits_for(step, &changes[step.change], changes, &dependencies, &position))
        .collect();
    for (step, after) in steps.iter_mut().zip(waits) {
        step.after = after.into_iter().collect();
    }
    bring_forward(&mut steps);
    no_cycle(&steps, changes)?;
    Ok(steps)
}

fn parts(action: Action) -> &'static [Part] {
    match action {
        Action::Create | Action::Pause | Action::Read | Action::Resume | Action::Update | Action::NoOp => {
            &[Part::Make]
        }
        Action::Destroy | Action::Forget => &[Part::Remove],
        Action::Replace(ReplaceOrder::CreateFirst) => &[Part::Make, Part::Remove],
        Action::Replace(ReplaceOrder::DestroyFirst) => &[Part::Remove, Part::Make],
    }
}

fn waits_for(
    step: &Step,
    change: &Change,
    changes: &[Change],
    dependencies: &Dependencies<'_>,
    position: &BTreeMap<(&Address, Part), usize>,
) -> BTreeSet<usize> {
    let find = |address: &Address, part: Part| position.get(&(address, part)).copied();
    let mut after = BTreeSet::new();
    match step.part {
        Part::Make => {
            after.extend(dependencies.needs(change).filter_map(|address| find(address, Part::Make)));
            if change.action == Action::Replace(ReplaceOrder::DestroyFirst) {
                after.extend(find(&change.address, Part::Remove));
            }
        }
        Part::Remove => {
            for user in dependencies.users(&change.address).map(|index| &changes[index]) {
                after.extend(find(&user.address, Part::Remove));
                if change.action == Action::Replace(ReplaceOrder::CreateFirst) {
                    after.extend(find(&user.address, Part::Make));
                }
            }
            if change.action == Action::Replace(ReplaceOrder::CreateFirst) {
                after.extend(find(&change.address, Part::Make));
            }
        }
    }
    after
}

/// A deletion that something else waits for cannot be left to the end, and neither can what it waits for.
fn bring_forward(steps: &mut [Step]) {
    let mut open: Vec<usize> = (0..steps.len()).filter(|index| !steps[*index].last).collect();
    while let Some(index) = open.pop() {
        for before in steps[index].after.clone() {
            if std::mem::take(&mut steps[before].last) {
                open.push(before);
            }
        }
    }
}

/// Who needs whom, seen through instances that do not change.
struct Dependencies<'a> {
    by_address: BTreeMap<&'a Address, usize>,
    changes: &'a [Change],
    users: BTreeMap<&'a Address, Vec<usize>>,
}

impl<'a> Dependencies<'a> {
    fn of(changes: &'a [Change]) -> Self {
        let by_address = changes.iter().enumerate().map(|(index, change)| (&change.address, index)).collect();
        let mut all = Self { by_address, changes, users: BTreeMap::new() };
        let mut users: BTreeMap<&Address, Vec<usize>> = BTreeMap::new();
        for (index, change) in changes.iter().enumerate().filter(|(_, change)| change.is_effect()) {
            for needed in all.needs(change) {
                users.entry(needed).or_default().push(index);
            }
        }
        all.users = users;
        all
    }

    /// The nearest instances with an effect that this one needs, directly or through others that have none.
    fn needs(&self, change: &'a Change) -> impl Iterator<Item = &'a Address> + use<'a> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<&'a Address> = change.depends_on.iter().collect();
        while let Some(address) = open.pop() {
            if !seen.insert(address) || *address == change.address {
                continue;
            }
            match self.by_address.get(address).map(|index| &self.changes[*index]) {
                Some(needed) if needed.is_effect() => {
                    found.insert(&needed.address);
                }
                Some(needed) => open.extend(&needed.depends_on),
                None => {}
            }
        }
        found.into_iter()
    }

    fn users(&self, address: &Address) -> impl Iterator<Item = usize> + '_ {
        self.users.get(address).into_iter().flatten().copied()
    }
}

/// Works the steps off in thought; what is left over waits for itself.
fn no_cycle(steps: &[Step], changes: &[Change]) -> Result<(), PlanError> {
    let mut missing: Vec<usize> = steps.iter().map(|step| step.after.len()).collect();
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (index, step) in steps.iter().enumerate() {
        for before in &step.after {
            waiting[*before].push(index);
        }
    }
    let mut ready: Vec<usize> = (0..steps.len()).filter(|index| missing[*index] == 0).collect();
    while let Some(done) = ready.pop() {
        for next in &waiting[done] {
            missing[*next] -= 1;
            if missing[*next] == 0 {
                ready.push(*next);
            }
        }
    }
    let Some(start) = (0..steps.len()).find(|index| missing[*index] > 0) else { return Ok(()) };
    Err(PlanError::Cycle { addresses: circle(start, steps, &missing, changes) })
}

/// Follows the waiting from a step that never gets its turn until a step comes again.
fn circle(start: usize, steps: &[Step], missing: &[usize], changes: &[Change]) -> Vec<Address> {
    let mut path: Vec<usize> = Vec::new();
    let mut at = start;
    while !path.contains(&at) {
        path.push(at);
        let stuck = steps[at].after.iter().copied().find(|before| missing[*before] > 0);
        at = stuck.expect("a step that never gets its turn waits for another such step");
    }
    let begin = path.iter().position(|index| *index == at).unwrap_or(0);
    let mut addresses: Vec<Address> =
        path[begin..].iter().map(|index| changes[steps[*index].change].address.clone()).collect();
    addresses.dedup();
    addresses
}
