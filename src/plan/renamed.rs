//! Objects that look as if only their names had changed: gone under one address, wanted under another.

use std::collections::BTreeMap;

use super::pair::Pair;
use crate::model::address::Address;
use crate::model::desired::Scope;
use crate::model::plan::{Action, Block, Change};
use crate::model::schema::Schema;
use crate::model::value::{Object, Value};

/// What two objects have in common that are taken for the same.
type Likeness<'a> = (&'a str, &'a Scope, String);

/// Names for each object to be made the recorded one that it may be. Each is named once, by address.
pub fn recognise(changes: &mut [Change], pairs: &[Pair<'_>]) {
    let gone = pairs.iter().filter(|pair| pair.desired.is_none() && pair.live.is_some());
    let mut gone: BTreeMap<Likeness<'_>, Vec<&Address>> =
        gone.fold(BTreeMap::new(), |mut all: BTreeMap<_, Vec<_>>, pair| {
            let recorded = pair.recorded.filter(|recorded| !recorded.left_over);
            let likeness = recorded.and_then(|r| likeness(pair.schema, &r.scope, &r.values, pair));
            if let Some(likeness) = likeness {
                all.entry(likeness).or_default().push(&pair.address);
            }
            all
        });
    if gone.is_empty() {
        return;
    }
    for addresses in gone.values_mut() {
        addresses.reverse();
    }
    for (change, pair) in changes.iter_mut().zip(pairs).filter(|(change, _)| change.action == Action::Create)
    {
        let elsewhere = change.blocks.iter().find_map(|block| match block {
            Block::RecordedElsewhere { address, .. } => Some(address),
            _ => None,
        });
        let wanted = pair
            .desired
            .and_then(|wanted| likeness(pair.schema, wanted.scope.as_ref()?, &wanted.values, pair));
        let same = wanted.and_then(|likeness| gone.get_mut(&likeness)?.pop());
        change.renamed_from = same.filter(|same| elsewhere.is_none_or(|address| address == *same)).cloned();
    }
}

/// The identity where the type has one, else all arguments; nothing where these are not known or not given.
fn likeness<'a>(
    schema: &'static Schema,
    scope: &'a Scope,
    values: &Object,
    pair: &'a Pair<'_>,
) -> Option<Likeness<'a>> {
    let given = |name: &str| values.get(name).filter(|value| !value.is_null());
    let text = match schema.identity {
        Some(identity) => given(identity)?.as_str()?.to_owned(),
        None => {
            let arguments = schema.arguments().filter_map(|name| Some((name, given(name)?)));
            let arguments: Vec<(&str, &Value)> = arguments.collect();
            if arguments.is_empty() || !arguments.iter().all(|(_, value)| value.is_wholly_known()) {
                return None;
            }
            serde_json::to_string(&arguments).ok()?
        }
    };
    Some((pair.address.kind(), scope, text))
}
