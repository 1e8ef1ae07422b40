//! `backform doctor`

use std::collections::BTreeSet;

use super::args::{DoctorArgs, Global};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::session::Session;
use super::{places, progress};
use crate::model::desired::Scope;
use crate::render::report::doctor::{self, Place};
use crate::store::lock::Access;

/// Looks whether everything is in order that a plan and an apply depend on. Writes nothing.
///
/// # Errors
///
/// [`Stop`] where the configuration is wrong, or no credentials are to be had.
pub async fn run(context: &Context, global: &Global, args: &DoctorArgs) -> Result<Exit, Stop> {
    let mut session = Session::open(context, global, Access::Read, "doctor", None).await?;
    let evaluated = session.evaluate(false)?;
    session.connect(&evaluated.0)?;
    let places = places::of(&session, &evaluated.0)?;
    let found = progress::watched(context, "looking", examined(&session, places)).await?;
    let wrong: usize = found.iter().map(Place::wrong).sum();
    context.print(&if args.json { doctor::json(&found) } else { doctor::text(&found, &session.rendering) });
    session.close().await;
    Ok(if wrong == 0 { Exit::Success } else { Exit::Error })
}

async fn examined(session: &Session, places: BTreeSet<Scope>) -> Result<Vec<Place>, Stop> {
    let kinds = places::kinds(&session.configuration, &session.schemas, &session.memory.state);
    let users: BTreeSet<&str> = kinds.iter().map(|kind| &**kind).collect();
    let mut found = Vec::new();
    for scope in places {
        let Some(cloud) = session.clouds.find(&scope.provider) else { continue };
        let findings = cloud.examine(&scope.region, &users).await.map_err(|error| Stop::error(&error))?;
        found.push(Place { scope, findings });
    }
    Ok(found)
}
