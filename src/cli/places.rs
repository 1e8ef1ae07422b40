//! Where a report looks: the provider configurations and regions that configuration and state speak of.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::exit::{Exit, Stop};
use super::session::{self, Session};
use crate::config;
use crate::model::address::Mode;
use crate::model::desired::{Desired, ProviderKey, Scope};
use crate::model::diagnostic::Diagnostics;
use crate::model::schema::{Home, Schemas};
use crate::model::state::State;
use crate::refresh;

/// Reads data sources until what should be is known, as far as it can be without reading objects.
///
/// # Errors
///
/// [`Stop`] where the configuration is wrong, or a read failed.
pub async fn settled(session: &mut Session) -> Result<Arc<(Desired, Diagnostics)>, Stop> {
    loop {
        let evaluated = session.evaluate(false)?;
        session.connect(&evaluated.0)?;
        let data = refresh::read_data(&evaluated.0.reads, &session.clouds).await;
        let data = data.map_err(|error| Stop::error(&error))?;
        if data.values.is_empty() {
            session.tell_warnings(&evaluated.1);
            return Ok(evaluated);
        }
        session.tell_warnings(&data.warnings);
        session.learn(|known| known.data.extend(data.values));
    }
}

/// Every place, in order. Providers that are no cloud are in it too, and answer nothing.
///
/// # Errors
///
/// [`Stop`] where no region is named anywhere.
pub fn of(session: &Session, desired: &Desired) -> Result<BTreeSet<Scope>, Stop> {
    let resources = desired.resources.values().filter_map(|resource| resource.scope.clone());
    let reads = desired.reads.iter().map(|read| read.scope.clone());
    let recorded = session.memory.state.resources.values().map(|recorded| recorded.scope.clone());
    let own = desired.providers.values().filter_map(|provider| {
        let implied = || session.known().regions.get(&provider.key.name).map(|region| &**region);
        let region: Arc<str> = provider.region().or_else(implied)?.into();
        Some(Scope { provider: provider.key.clone(), region })
    });
    let clouds = resources.chain(reads).chain(recorded).chain(own);
    let places: BTreeSet<Scope> = clouds.filter(|scope| is_cloud(session, scope)).collect();
    if places.is_empty() {
        return Err(Stop::with(
            Exit::Error,
            "error: neither configuration nor state names a cloud and a region\n",
        )
        .hint("write a `provider` block with a `region`"));
    }
    Ok(places)
}

/// The places, or where regions are named: every configured cloud in each of them.
///
/// # Errors
///
/// [`Stop`] where no place is named anywhere.
pub fn within(session: &Session, desired: &Desired, regions: &[String]) -> Result<BTreeSet<Scope>, Stop> {
    if regions.is_empty() {
        return of(session, desired);
    }
    let of_state = session.memory.state.resources.values().map(|recorded| &recorded.scope.provider);
    let providers: BTreeSet<&ProviderKey> = desired.providers.keys().chain(of_state).collect();
    let scope = |provider: &&ProviderKey, region: &String| Scope {
        provider: (*provider).clone(),
        region: region.as_str().into(),
    };
    let places =
        providers.iter().flat_map(|provider| regions.iter().map(move |region| scope(provider, region)));
    let places: BTreeSet<Scope> = places.filter(|scope| is_cloud(session, scope)).collect();
    if places.is_empty() {
        return Err(Stop::with(Exit::Error, "error: neither configuration nor state names a cloud\n")
            .hint("write a `provider` block"));
    }
    Ok(places)
}

/// Whether the place belongs to a provider that has objects outside of the state.
fn is_cloud(session: &Session, scope: &Scope) -> bool {
    let schemas = session.schemas.resources.values().chain(session.schemas.data.values());
    let mut own = schemas.filter(|schema| *schema.provider == *scope.provider.name);
    own.any(|schema| schema.home == Home::Cloud)
}

/// The types of all blocks of the configuration, and of all objects in the state.
pub fn kinds(configuration: &session::Configuration, schemas: &Schemas, state: &State) -> BTreeSet<Arc<str>> {
    let uses = config::uses(&configuration.tree, schemas);
    let objects = |mode: Mode| matches!(mode, Mode::Managed | Mode::Data);
    let declared = uses.blocks.iter().filter(|block| objects(block.address.mode));
    let declared = declared.map(|block| block.address.kind.clone());
    declared.chain(state.resources.keys().map(|address| address.block.kind.clone())).collect()
}
