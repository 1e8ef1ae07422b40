//! `backform emulator capture`: the part of the clouds that a configuration touches, as a world.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde_json::Value as Json;

use super::args::{CaptureArgs, Global};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::places;
use super::session::Session;
use super::world::Imitation;
use crate::cloud::http::{Endpoint, Http, HttpOptions, Method, Request};
use crate::emulator::capture;
use crate::emulator::clock::Time;
use crate::model::desired::{Desired, Scope};
use crate::model::value::{Object, Value};
use crate::render::words;
use crate::store::atomic;
use crate::store::lock::Access;

/// Reads what the configuration touches, and writes it as a world.
///
/// # Errors
///
/// [`Stop`] where a read failed or the file cannot be written: a part of the truth is worse than none.
pub async fn run(context: &Context, global: &Global, args: &CaptureArgs) -> Result<Exit, Stop> {
    let mut session = Session::open(context, global, Access::Read, "emulator capture", None).await?;
    let evaluated = places::settled(&mut session).await?;
    let desired = &evaluated.0;
    let touched = touched(&session, desired);
    let scopes = scopes(&session, desired)?;
    let reads = scopes.iter().filter_map(|scope| Some((session.clouds.find(&scope.provider)?, scope)));
    let reads = reads.map(|(cloud, scope)| cloud.capture(&scope.region, &touched));
    let read = super::progress::watched(context, "recording the clouds", try_join_all(reads));
    let places: Vec<_> = read.await.map_err(|error| Stop::error(&error))?.into_iter().flatten().collect();
    let now = moment(context, &session).await?;
    let text = capture::world(&places, now).to_json();
    session.close().await;
    match &args.out {
        Some(path) => {
            atomic::create(&context.directory.join(path), text.as_bytes()).map_err(|error| {
                Stop::failed(&error).hint("name a file that is not there yet, or remove the old one first")
            })?;
            let places = words::count(places.len(), "place");
            context.print(&format!("Recorded {places} as of {now} in {}.\n", path.display()));
        }
        None => context.print(&text),
    }
    Ok(Exit::Success)
}

/// Every text that configuration, state and data sources speak of: ids and names of objects are among them.
fn touched(session: &Session, desired: &Desired) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut take = |values: &Object| values.values().for_each(|value| texts(value, &mut words));
    desired.resources.values().for_each(|resource| take(&resource.values));
    session.memory.state.resources.values().for_each(|recorded| take(&recorded.values));
    let ids = session.memory.state.resources.values().map(|recorded| recorded.id.to_string());
    words.extend(ids.chain(desired.imports.iter().map(|import| import.id.to_string())));
    session.known().data.values().for_each(|value| texts(value, &mut words));
    words
}

fn texts(value: &Value, words: &mut BTreeSet<String>) {
    value.walk(&mut |_, part| {
        if let Some(text) = part.as_str() {
            words.insert(text.to_owned());
        }
    });
}

/// The places of the configuration and the state, and those of data sources that name a region of their own.
fn scopes(session: &Session, desired: &Desired) -> Result<BTreeSet<Scope>, Stop> {
    let mut scopes = places::of(session, desired)?;
    let regions = session.known().data.iter().filter_map(|(address, value)| {
        let schema = session.schemas.data.get(address.kind())?;
        Some((schema.provider, value.attribute("region")?.as_str()?.to_owned()))
    });
    for (provider, region) in regions {
        let keys = desired.providers.keys().filter(|key| *key.name == *provider);
        scopes.extend(keys.map(|key| Scope { provider: key.clone(), region: region.as_str().into() }));
    }
    Ok(scopes)
}

/// The time of what is recorded: an emulator's world has its own.
async fn moment(context: &Context, session: &Session) -> Result<Time, Stop> {
    match session.imitation() {
        None => Ok(context.now().into()),
        Some(Imitation::Own(running)) => Ok(running.now()),
        Some(Imitation::Other(address)) => {
            let unknown = || Stop::with(Exit::Error, "error: the emulator does not say what time it is\n");
            let endpoint =
                Endpoint::parse(&format!("http://{address}")).map_err(|error| Stop::error(&error))?;
            let request = Request {
                headers: vec![("host".to_owned(), address.to_string())],
                endpoint,
                method: Method::Get,
                path: "/_emulator/clock".to_owned(),
                query: String::new(),
                body: Vec::new(),
            };
            let http = Http::new(HttpOptions::default());
            let answer = http.send(&request).await.map_err(|error| Stop::error(&error))?;
            let clock: Json = serde_json::from_slice(&answer.body).map_err(|_| unknown())?;
            clock["now"].as_str().and_then(|text| text.parse().ok()).ok_or_else(unknown)
        }
    }
}
