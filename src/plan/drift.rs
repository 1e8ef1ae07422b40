//! Recorded against live: what somebody else changed. Kept apart from what the configuration wants.

use super::compare::differences;
use super::pair::Pair;
use crate::model::plan::Drift;
use crate::model::schema::{Presence, Schema};
use crate::model::value::Object;

/// The objects that are not as they were recorded, in order of address.
pub fn drift(pairs: &[Pair<'_>]) -> Vec<Drift> {
    pairs.iter().filter_map(of_pair).collect()
}

fn of_pair(pair: &Pair<'_>) -> Option<Drift> {
    let recorded = pair.recorded?;
    let before = kept_by_cloud(pair.schema, &recorded.values);
    let after = pair.live_values(&recorded.values).map(|values| kept_by_cloud(pair.schema, &values));
    let attributes = differences(pair.schema, &before, after.as_ref().unwrap_or(&Object::new()));
    let gone = after.is_none();
    (gone || !attributes.is_empty()).then(|| Drift {
        address: pair.address.clone(),
        id: recorded.id.clone(),
        before,
        after,
        attributes,
    })
}

/// Without what only the user gives and what changes by itself: neither can drift.
fn kept_by_cloud(schema: &Schema, values: &Object) -> Object {
    let kept = |name: &str| {
        schema.attribute(name).is_some_and(|a| !matches!(a.presence, Presence::Declared | Presence::Observed))
    };
    values.iter().filter(|(name, _)| kept(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}
