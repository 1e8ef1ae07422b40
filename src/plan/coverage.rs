//! Which servers are backed up, before and after.

use std::collections::BTreeSet;

use super::risk::protected;
use crate::model::plan::{Change, Coverage};
use crate::model::schema::Schemas;
use crate::model::value::Object;

/// Counts the servers that the plan's objects protect, and names those that come and go.
pub fn coverage(schemas: &Schemas, changes: &[Change]) -> Coverage {
    let servers = |values: fn(&Change) -> Option<&Object>| -> BTreeSet<String> {
        let of = |change: &Change| {
            let schema = schemas.resource(change.address.kind())?;
            Some(protected(schema, values(change)?))
        };
        changes.iter().filter_map(of).flatten().collect()
    };
    let before = servers(|change| change.before.as_ref());
    let after = servers(|change| change.after.as_ref());
    Coverage {
        before: before.len() as u64,
        after: after.len() as u64,
        lost: before.difference(&after).cloned().collect(),
        gained: after.difference(&before).cloned().collect(),
    }
}
