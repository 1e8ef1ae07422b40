//! `backform status`

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::args::{Global, TargetArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::managed::{self, Managed};
use super::session::Session;
use super::{places, progress};
use crate::model::desired::Scope;
use crate::model::report::{Depth, Health, ServerStatus};
use crate::render::report::status::{self, Row};
use crate::store::lock::Access;

/// Shows how servers are backed up just now. Writes nothing.
///
/// # Errors
///
/// [`Stop`] where the configuration is wrong, nothing is named so, or a read failed.
pub async fn run(context: &Context, global: &Global, args: &TargetArgs) -> Result<Exit, Stop> {
    let mut session = Session::open(context, global, Access::Read, "status", None).await?;
    let evaluated = places::settled(&mut session).await?;
    let chosen = managed::chosen(&session, &evaluated.0, &args.targets)?;
    let wants_history = args.targets.len() == 1;
    let rows =
        progress::watched(context, "reading the clouds", rows(&session, &chosen, wants_history)).await?;
    context.print(&if args.json { status::json(&rows) } else { status::text(&rows, &session.rendering) });
    session.close().await;
    Ok(Exit::Success)
}

async fn rows(session: &Session, chosen: &[Managed], wants_history: bool) -> Result<Vec<Row>, Stop> {
    let statuses = statuses(session, chosen).await?;
    let of = |managed: &Managed| {
        let status = statuses.get(&(managed.scope.clone(), managed.server.clone())).cloned();
        let status = status.unwrap_or_else(|| ServerStatus::not_activated(&managed.server));
        (managed.scope.clone(), Row { subject: managed.subject(), status, history: None })
    };
    let mut rows = only_found(chosen.iter().map(of).collect());
    if let [(scope, row)] = &mut *rows
        && wants_history
        && let Some(cloud) = session.clouds.find(&scope.provider)
    {
        let jobs = cloud.jobs(&scope.region, &row.status.server).await;
        row.history = Some(jobs.map_err(|error| Stop::error(&error))?);
    }
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// A server that only the user named was looked for in every place: where it is found in one, the others say nothing.
fn only_found(rows: Vec<(Scope, Row)>) -> Vec<(Scope, Row)> {
    let is_found = |row: &Row| row.subject.address.is_some() || row.status.health != Health::NotActivated;
    let mut kept: Vec<(Scope, Row)> = Vec::new();
    for (scope, row) in rows {
        let same = kept.iter_mut().find(|(_, other)| {
            other.status.server == row.status.server && (!is_found(other) || !is_found(&row))
        });
        match same {
            Some(other) if !is_found(&other.1) => *other = (scope, row),
            Some(_) => {}
            None => kept.push((scope, row)),
        }
    }
    kept
}

/// How each server is backed up, all places side by side.
async fn statuses(
    session: &Session,
    chosen: &[Managed],
) -> Result<BTreeMap<(Scope, String), ServerStatus>, Stop> {
    let places = managed::by_place(chosen);
    let read = |(scope, servers): (Scope, Vec<String>)| async move {
        let Some(cloud) = session.clouds.find(&scope.provider) else { return Ok(Vec::new()) };
        let found = cloud.statuses(&scope.region, Some(&servers), Depth::WithAgents).await?;
        Ok(found.into_iter().map(|status| ((scope.clone(), status.server.clone()), status)).collect())
    };
    let found: Result<Vec<Vec<_>>, crate::cloud::Error> = try_join_all(places.into_iter().map(read)).await;
    Ok(found.map_err(|error| Stop::error(&error))?.into_iter().flatten().collect())
}
