//! Which servers a report is about: those under management, or those that were named.

use std::collections::{BTreeMap, BTreeSet};

use super::exit::{Exit, Stop};
use super::places;
use super::session::Session;
use crate::model::address::Address;
use crate::model::desired::{Desired, Scope};
use crate::model::schema::Schemas;
use crate::model::value::{Object, Value};
use crate::render::escape::visible;
use crate::render::report::Subject;

/// A server, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Managed {
    /// The object that protects it, or is to protect it; `None` for a server that only the user named.
    pub address: Option<Address>,
    /// The server's id.
    pub server: String,
    /// Where it is.
    pub scope: Scope,
}

impl Managed {
    /// As reports name it.
    pub fn subject(&self) -> Subject {
        Subject {
            address: self.address.as_ref().map(ToString::to_string),
            provider: self.scope.provider.to_string(),
            region: self.scope.region.to_string(),
        }
    }
}

/// Every server that the configuration or the state names, by address.
pub fn all(session: &Session, desired: &Desired) -> Vec<Managed> {
    let schemas = &session.schemas;
    let mut found: BTreeMap<(Address, String), Scope> = BTreeMap::new();
    for (address, recorded) in &session.memory.state.resources {
        for server in servers(schemas, address, &recorded.values) {
            found.insert((address.clone(), server), recorded.scope.clone());
        }
    }
    for (address, resource) in &desired.resources {
        let Some(scope) = &resource.scope else { continue };
        for server in servers(schemas, address, &resource.values) {
            found.insert((address.clone(), server), scope.clone());
        }
    }
    let managed = |((address, server), scope)| Managed { address: Some(address), server, scope };
    found.into_iter().map(managed).collect()
}

/// The servers that an object protects, as far as they are known.
pub fn servers(schemas: &Schemas, address: &Address, values: &Object) -> Vec<String> {
    let schema = schemas.resource(address.kind());
    if let Some(members) = schema.and_then(|schema| schema.members) {
        return members.all(values).iter().map(ToString::to_string).collect();
    }
    let protection = schema.and_then(|schema| schema.protection);
    let Some(value) = protection.and_then(|protection| values.get(protection.servers)) else {
        return Vec::new();
    };
    let many = value.as_slice().unwrap_or(std::slice::from_ref(value));
    many.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Those that are meant: everything under management, or what addresses and ids of servers name. An address of a block
/// means all its instances; an id that nobody manages is looked for in every place.
///
/// # Errors
///
/// [`Stop`] where an address means nothing, or no place is known to look for an id in.
pub fn chosen(session: &Session, desired: &Desired, targets: &[String]) -> Result<Vec<Managed>, Stop> {
    let all = all(session, desired);
    if targets.is_empty() {
        return Ok(all);
    }
    let mut chosen = Vec::new();
    let mut seen = BTreeSet::new();
    for target in targets.iter().filter(|target| seen.insert(target.as_str())) {
        let before = chosen.len();
        chosen.extend(all.iter().filter(|managed| is_meant(managed, target)).cloned());
        if chosen.len() > before {
            continue;
        }
        if target.contains('.') {
            return Err(Stop::with(
                Exit::Error,
                format!("error: nothing under management is called `{}`\n", visible(target)),
            )
            .hint(&format!("`{}` shows what is under management", session.called.command("status"))));
        }
        let places = places::of(session, desired)?;
        let stranger = |scope| Managed { address: None, server: target.clone(), scope };
        chosen.extend(places.into_iter().map(stranger));
    }
    Ok(chosen)
}

/// Whether the words mean this server: its id, its object's address, or the address of the whole block.
fn is_meant(managed: &Managed, target: &str) -> bool {
    managed.server == target || managed.address.as_ref().is_some_and(|address| is_called(address, target))
}

/// Whether the words are this address, or that of its whole block.
pub fn is_called(address: &Address, target: &str) -> bool {
    let address = address.to_string();
    address == target || address.strip_prefix(target).is_some_and(|key| key.starts_with('['))
}

/// The servers of each place, each once.
pub fn by_place(managed: &[Managed]) -> BTreeMap<Scope, Vec<String>> {
    let mut places: BTreeMap<Scope, BTreeSet<String>> = BTreeMap::new();
    for one in managed {
        places.entry(one.scope.clone()).or_default().insert(one.server.clone());
    }
    places.into_iter().map(|(scope, servers)| (scope, servers.into_iter().collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::desired::ProviderKey;

    fn managed(address: Option<&str>) -> Managed {
        Managed {
            address: address.map(|address| address.parse().expect("an address")),
            server: "i-1".to_owned(),
            scope: Scope { provider: ProviderKey::default_of("alicloud"), region: "r".into() },
        }
    }

    #[test]
    fn a_server_is_named_by_its_id_its_address_or_its_block() {
        let check = |address: Option<&str>, target: &str, expected: bool| {
            assert_eq!(is_meant(&managed(address), target), expected, "{address:?} {target}");
        };
        check(Some("a_b.c"), "i-1", true);
        check(Some("a_b.c"), "a_b.c", true);
        check(Some("a_b.c"), "a_b", false);
        check(Some("a_b.c[\"x\"]"), "a_b.c", true);
        check(Some("a_b.c[\"x\"]"), "a_b.c[\"x\"]", true);
        check(Some("a_b.cd"), "a_b.c", false);
        check(None, "i-1", true);
        check(None, "i-2", false);
    }

    #[test]
    fn a_place_is_asked_for_each_server_once() {
        let twice = [managed(Some("a_b.c")), managed(None)];
        let places = by_place(&twice);
        assert_eq!(places.into_values().collect::<Vec<_>>(), [vec!["i-1".to_owned()]]);
    }
}
