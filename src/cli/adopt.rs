//! `backform adopt`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::{try_join, try_join_all};

use super::args::{AdoptArgs, Global};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::session::{Session, called};
use super::{places, progress};
use crate::cloud;
use crate::lang;
use crate::model::desired::{Desired, Scope};
use crate::model::diagnostic::FileId;
use crate::model::live::{Listing, LiveObject};
use crate::model::schema::{Home, Schema};
use crate::model::value::Value;
use crate::render::adopted::{self, Found};
use crate::store::atomic;
use crate::store::lock::Access;

/// Writes configuration for every object of the accounts that nobody manages. Changes nothing else.
///
/// # Errors
///
/// [`Stop`] where the configuration is wrong, a read failed, or the file is there already.
pub async fn run(context: &Context, global: &Global, args: &AdoptArgs) -> Result<Exit, Stop> {
    let mut session = Session::open(context, global, Access::Read, "adopt", None).await?;
    let evaluated = places::settled(&mut session).await?;
    let places = places::within(&session, &evaluated.0, &args.regions)?;
    let path = args.out.as_ref().map(|path| context.directory.join(path));
    if let Some(path) = path.as_ref().filter(|path| path.exists()) {
        let text = format!("error: {} is there already\n", path.display());
        return Err(Stop::with(Exit::Error, text).hint("name another file; nothing is overwritten"));
    }
    let read = found(&session, &evaluated.0, places);
    let found = progress::watched(context, "reading the clouds", read).await;
    let found = found.map_err(|error| Stop::error(&error))?;
    session.close().await;
    if found.is_empty() {
        context.tell("There is nothing to adopt: everything that was found is managed already.\n");
        return Ok(Exit::Success);
    }
    let text = adopted::configuration(&found, &names(&evaluated.0));
    let text = lang::format(FileId(0), &text).expect("what we write is HCL");
    match (&args.out, path) {
        (Some(name), Some(path)) => {
            atomic::create(&path, text.as_bytes()).map_err(|error| Stop::failed(&error))?;
            let objects = if found.len() == 1 { "1 object" } else { &format!("{} objects", found.len()) };
            context.print(&format!(
                "Wrote {objects} to {}. Read it; `{}` then shows them to be imported, and no other change.\n",
                name.display(),
                called(global).command("plan")
            ));
        }
        _ => context.print(&text),
    }
    Ok(Exit::Success)
}

/// The names of blocks that are in use.
fn names(desired: &Desired) -> BTreeSet<String> {
    desired.resources.keys().map(|address| address.block.name.to_string()).collect()
}

/// What is managed already: the type, the region, and the id or what the object is known by.
type Managed = BTreeSet<(Arc<str>, Arc<str>, Arc<str>)>;

/// What the state has, and what the configuration asks for.
fn managed(session: &Session, desired: &Desired) -> Managed {
    let recorded = session.memory.state.resources.iter().map(|(address, recorded)| {
        (address.block.kind.clone(), recorded.scope.region.clone(), recorded.id.clone())
    });
    let wanted = desired.resources.values().filter_map(|resource| {
        let identity = session.schemas.resource(resource.address.kind())?.identity?;
        let value = resource.values.get(identity).and_then(Value::as_str)?;
        Some((resource.address.block.kind.clone(), resource.scope.as_ref()?.region.clone(), value.into()))
    });
    let imported = desired.imports.iter().filter_map(|import| {
        let scope = desired.resources.get(&import.to)?.scope.as_ref()?;
        Some((import.to.block.kind.clone(), scope.region.clone(), import.id.clone()))
    });
    recorded.chain(wanted).chain(imported).collect()
}

fn is_managed(managed: &Managed, kind: &str, scope: &Scope, object: &LiveObject) -> bool {
    let key = |id: &Arc<str>| (Arc::from(kind), scope.region.clone(), id.clone());
    std::iter::once(&object.id).chain(&object.identity).any(|id| managed.contains(&key(id)))
}

/// Everything that neither the state nor the configuration has, all places and types side by side.
async fn found(
    session: &Session,
    desired: &Desired,
    places: BTreeSet<Scope>,
) -> Result<Vec<Found>, cloud::Error> {
    let managed = &managed(session, desired);
    let read = |scope: Scope| async move {
        let Some(cloud) = session.clouds.find(&scope.provider) else { return Ok(Vec::new()) };
        // What is known by nothing but its id was made once, by somebody's hand: no configuration would make it again.
        let own = |schema: &&&'static Schema| {
            *schema.provider == *scope.provider.name
                && schema.home == Home::Cloud
                && schema.identity.is_some()
        };
        let schemas: Vec<&'static Schema> = session.schemas.resources.values().filter(own).copied().collect();
        let (nothing, every_tag) = (BTreeSet::new(), BTreeMap::new());
        let listings = schemas.iter().map(|schema| cloud.list(schema.name, &scope, &nothing));
        let servers = cloud.servers(&scope.region, &every_tag);
        let (listings, servers) = try_join(try_join_all(listings), servers).await?;
        let servers: BTreeMap<String, String> =
            servers.into_iter().filter_map(|server| Some((server.id, server.name?))).collect();
        let mut found = Vec::new();
        for (schema, Listing { objects, .. }) in schemas.into_iter().zip(listings) {
            let free = objects.into_iter().filter(|object| !is_managed(managed, schema.name, &scope, object));
            found.extend(free.map(|object| Found {
                schema,
                scope: scope.clone(),
                name: name(&object, &servers),
                object,
            }));
        }
        Ok(found)
    };
    let found: Vec<Vec<Found>> = try_join_all(places.into_iter().map(read)).await?;
    Ok(found.into_iter().flatten().collect())
}

/// What people call the object: its own name, or that of the server that it is known by.
fn name(object: &LiveObject, servers: &BTreeMap<String, String>) -> Option<String> {
    let own = object.values.get("name").and_then(Value::as_str).map(str::to_owned);
    own.or_else(|| servers.get(&**object.identity.as_ref()?).cloned()).filter(|name| !name.is_empty())
}
