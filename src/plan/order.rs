//! The order of the work: creations before users, deletions after them, deletions last of all.

use std::collections::{BTreeMap, BTreeSet};

use super::PlanError;
use crate::model::address::{Address, BlockAddress};
use crate::model::plan::{Action, Change, Group, Part, ReplaceOrder, Step};

/// The steps of all effects, and the groups that say what waits for what.
///
/// # Errors
///
/// [`PlanError::Cycle`] where groups wait for each other.
pub fn by_dependency(changes: &[Change]) -> Result<(Vec<Step>, Vec<Group>), PlanError> {
    let mut work = Work::default();
    for (index, change) in changes.iter().enumerate().filter(|(_, change)| change.is_effect()) {
        work.add(index, change);
    }
    let blocks = Blocks::of(changes);
    for index in 0..work.groups.len() {
        work.groups[index].after = work.waits(index, &blocks).into_iter().collect();
    }
    work.follow_members(changes);
    work.bring_forward();
    no_cycle(&work.groups)?;
    Ok((work.steps, work.groups))
}

fn parts(action: Action) -> &'static [Part] {
    match action {
        Action::Create
        | Action::NoOp
        | Action::Pause
        | Action::Read
        | Action::Resume
        | Action::Run
        | Action::Update => &[Part::Make],
        Action::Destroy | Action::Forget => &[Part::Remove],
        Action::Replace(ReplaceOrder::CreateFirst) => &[Part::Make, Part::Remove],
        Action::Replace(ReplaceOrder::DestroyFirst) => &[Part::Remove, Part::Make],
    }
}

#[derive(Default)]
struct Work {
    steps: Vec<Step>,
    groups: Vec<Group>,
    by_name: BTreeMap<(BlockAddress, Part), usize>,
    /// Blocks with a replacement whose new half comes first: users must be moved over before the old half goes.
    create_first: BTreeSet<BlockAddress>,
}

impl Work {
    fn add(&mut self, index: usize, change: &Change) {
        let block = &change.address.block;
        let mut after_half = None;
        for part in parts(change.action) {
            let group = self.group(block, *part);
            let last = *part == Part::Remove;
            let step = Step { change: index, part: *part, group, after_half, after: Vec::new(), last };
            after_half = Some(self.steps.len());
            self.steps.push(step);
        }
        if change.action == Action::Replace(ReplaceOrder::CreateFirst) {
            self.create_first.insert(block.clone());
        }
    }

    fn group(&mut self, block: &BlockAddress, part: Part) -> usize {
        *self.by_name.entry((block.clone(), part)).or_insert_with(|| {
            self.groups.push(Group { block: block.clone(), part, after: Vec::new() });
            self.groups.len() - 1
        })
    }

    fn find(&self, block: &BlockAddress, part: Part) -> Option<usize> {
        self.by_name.get(&(block.clone(), part)).copied()
    }

    /// The groups that one waits for: what it needs is made before it is, and its users go before it goes.
    fn waits(&self, group: usize, blocks: &Blocks<'_>) -> BTreeSet<usize> {
        let block = &self.groups[group].block;
        let mut after: BTreeSet<usize> = match self.groups[group].part {
            Part::Make => blocks.needs(block).into_iter().filter_map(|b| self.find(b, Part::Make)).collect(),
            Part::Remove => {
                let users = blocks.users(block);
                let gone = users.iter().filter_map(|user| self.find(user, Part::Remove));
                let moved_over = users.iter().filter_map(|user| self.find(user, Part::Make));
                let create_first = self.create_first.contains(block);
                gone.chain(moved_over.filter(|_| create_first)).collect()
            }
        };
        after.remove(&group);
        after
    }

    /// What goes from one object to another is fetched by the one that it joins, and the one that it leaves is changed
    /// or deleted afterwards; where it cannot be migrated, it must be out of the one before the other takes it. Where
    /// that would be a circle (two objects exchange something) the order is left open: a change never takes out what
    /// is to be migrated.
    fn follow_members(&mut self, changes: &[Change]) {
        let at: BTreeMap<&Address, usize> =
            changes.iter().enumerate().map(|(index, change)| (&change.address, index)).collect();
        let moves = changes.iter().flat_map(|change| {
            let own = change.moves.iter().filter(|one| one.to == change.address);
            own.map(|one| (one.is_migration(), at.get(&one.from).copied(), at.get(&one.to).copied()))
        });
        let (mut begins, mut makes) = (BTreeMap::new(), BTreeMap::new());
        for (index, step) in self.steps.iter().enumerate() {
            begins.entry(step.change).or_insert(index);
            if step.part == Part::Make {
                makes.insert(step.change, index);
            }
        }
        for (is_migration, from, to) in moves {
            let step = |change: Option<usize>, of: &BTreeMap<usize, usize>| of.get(&change?).copied();
            let (Some(from), Some(to)) = (step(from, &begins), step(to, &makes)) else { continue };
            let (first, then) = if is_migration { (to, from) } else { (from, to) };
            if !self.steps[then].after.contains(&first) && !self.waits_for(first, then) {
                self.steps[then].after.push(first);
            }
        }
    }

    /// Whether a step waits for another, directly or through others.
    fn waits_for(&self, step: usize, other: usize) -> bool {
        let (mut seen, mut groups) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![step];
        while let Some(index) = open.pop() {
            if !seen.insert(index) {
                continue;
            }
            let step = &self.steps[index];
            open.extend(step.after.iter().chain(&step.after_half));
            if groups.insert(step.group) {
                let needed = &self.groups[step.group].after;
                open.extend((0..self.steps.len()).filter(|at| needed.contains(&self.steps[*at].group)));
            }
        }
        seen.contains(&other)
    }

    /// A deletion that a creation waits for cannot be left to the end, and neither can what it waits for.
    fn bring_forward(&mut self) {
        let made = self.steps.iter().filter(|step| step.part == Part::Make);
        let mut open: Vec<usize> =
            made.flat_map(|step| step.after.iter().copied().chain(step.after_half)).collect();
        let mut brought = BTreeSet::new();
        while let Some(index) = open.pop() {
            let step = &mut self.steps[index];
            if !std::mem::take(&mut step.last) {
                continue;
            }
            open.extend(step.after.iter().copied().chain(step.after_half));
            let group = step.group;
            if brought.insert(group) {
                let needed = &self.groups[group].after;
                open.extend((0..self.steps.len()).filter(|other| needed.contains(&self.steps[*other].group)));
            }
        }
    }
}

/// Which blocks refer to which, seen through blocks in which nothing happens.
struct Blocks<'a> {
    direct: BTreeMap<&'a BlockAddress, BTreeSet<&'a BlockAddress>>,
    busy: BTreeSet<&'a BlockAddress>,
    users: BTreeMap<&'a BlockAddress, BTreeSet<&'a BlockAddress>>,
}

impl<'a> Blocks<'a> {
    fn of(changes: &'a [Change]) -> Self {
        let mut direct: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let mut busy = BTreeSet::new();
        for change in changes {
            direct.entry(&change.address.block).or_default().extend(&change.depends_on);
            if change.is_effect() {
                busy.insert(&change.address.block);
            }
        }
        let mut blocks = Self { direct, busy, users: BTreeMap::new() };
        let mut users: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for user in &blocks.busy {
            for needed in blocks.needs(user) {
                users.entry(needed).or_default().insert(*user);
            }
        }
        blocks.users = users;
        blocks
    }

    /// The nearest busy blocks that this one needs.
    fn needs(&self, block: &BlockAddress) -> BTreeSet<&'a BlockAddress> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<&'a BlockAddress> = self.direct.get(block).into_iter().flatten().copied().collect();
        while let Some(needed) = open.pop() {
            if needed == block || !seen.insert(needed) {
                continue;
            }
            if self.busy.contains(needed) {
                found.insert(needed);
            } else {
                open.extend(self.direct.get(needed).into_iter().flatten().copied());
            }
        }
        found
    }

    fn users(&self, block: &BlockAddress) -> BTreeSet<&'a BlockAddress> {
        self.users.get(block).cloned().unwrap_or_default()
    }
}

/// Works the groups off in thought; what is left over waits for itself.
fn no_cycle(groups: &[Group]) -> Result<(), PlanError> {
    let mut missing: Vec<usize> = groups.iter().map(|group| group.after.len()).collect();
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    for (index, group) in groups.iter().enumerate() {
        for before in &group.after {
            waiting[*before].push(index);
        }
    }
    let mut ready: Vec<usize> = (0..groups.len()).filter(|index| missing[*index] == 0).collect();
    while let Some(done) = ready.pop() {
        for next in &waiting[done] {
            missing[*next] -= 1;
            if missing[*next] == 0 {
                ready.push(*next);
            }
        }
    }
    let Some(start) = (0..groups.len()).find(|index| missing[*index] > 0) else { return Ok(()) };
    Err(PlanError::Cycle { blocks: circle(start, groups, &missing) })
}

/// Follows the waiting from a group that never gets its turn until a group comes again.
fn circle(start: usize, groups: &[Group], missing: &[usize]) -> Vec<BlockAddress> {
    let mut path: Vec<usize> = Vec::new();
    let mut at = start;
    while !path.contains(&at) {
        path.push(at);
        let stuck = groups[at].after.iter().copied().find(|before| missing[*before] > 0);
        at = stuck.expect("a group that never gets its turn waits for another such group");
    }
    let begin = path.iter().position(|index| *index == at).unwrap_or(0);
    path[begin..].iter().map(|index| groups[*index].block.clone()).collect()
}
