//! What objects hold and what goes from one of them to another: a server that changes its vault takes its backups along.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::plan::{Action, Change, Move};
use crate::model::schema::{Members, Schemas};
use crate::model::value::Object;

/// Ids of members.
type Ids = BTreeSet<Arc<str>>;

/// Finds what leaves one object and joins another of its type, and writes it into both changes.
pub fn find_moves(schemas: &Schemas, changes: &mut [Change]) {
    let mut leaving: BTreeMap<(&str, Arc<str>), usize> = BTreeMap::new();
    let mut joining: Vec<(usize, Members, Arc<str>)> = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let Some(members) = schemas.resource(change.address.kind()).and_then(|schema| schema.members) else {
            continue;
        };
        let (before, after) = (before(members, change), after(members, change));
        leaving.extend(before.difference(&after).map(|id| ((change.address.kind(), id.clone()), index)));
        joining.extend(after.difference(&before).map(|id| (index, members, id.clone())));
    }
    let mut found = Vec::new();
    for (to, members, member) in joining {
        let from = leaving.get(&(changes[to].address.kind(), member.clone())).copied();
        let Some((from, id)) = from.and_then(|from| Some((from, changes[from].id.clone()?))) else {
            continue;
        };
        let (old, new) = (&changes[from], &changes[to]);
        let obstacle = obstacle(members, old, new);
        let (from_address, to_address) = (old.address.clone(), new.address.clone());
        let one = Move { member, from: from_address, from_id: id, to: to_address, obstacle };
        found.push((from, to, one));
    }
    for (from, to, one) in found {
        changes[from].moves.push(one.clone());
        changes[to].moves.push(one);
    }
    for change in changes {
        change.moves.sort();
    }
}

/// Why something cannot be migrated from one object to another.
fn obstacle(members: Members, from: &Change, to: &Change) -> Option<String> {
    if from.scope != to.scope {
        return Some("the two are in different regions or accounts".to_owned());
    }
    let none = Object::new();
    let (old, new) = (from.before.as_ref().unwrap_or(&none), to.after.as_ref().unwrap_or(&none));
    (members.obstacle)(old, new)
}

fn before(members: Members, change: &Change) -> Ids {
    change.before.as_ref().map(|values| members.all(values)).unwrap_or_default()
}

/// What an object holds after the change; one that is only forgotten stays as it is.
fn after(members: Members, change: &Change) -> Ids {
    match change.action {
        Action::Forget => before(members, change),
        _ => change.after.as_ref().map(|values| members.all(values)).unwrap_or_default(),
    }
}

/// What an object holds before the change, neither holds after it, nor takes elsewhere with all that belongs to it.
pub fn lost(members: Members, change: &Change) -> Ids {
    let (after, leaving) = (after(members, change), change.leaving());
    before(members, change).into_iter().filter(|id| !after.contains(id) && !leaving.contains(id)).collect()
}
