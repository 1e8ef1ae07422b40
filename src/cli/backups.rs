//! `backform backups`

use std::cmp::Reverse;

use futures_util::future::try_join_all;

use super::args::{Global, TargetArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::managed::{self, Managed};
use super::session::Session;
use super::{places, progress};
use crate::cloud;
use crate::model::desired::Scope;
use crate::model::report::RecoveryPoint;
use crate::render::report::backups::{self, Row};
use crate::store::lock::Access;

/// Shows what can be restored, the newest first. Writes nothing.
///
/// # Errors
///
/// [`Stop`] where the configuration is wrong, nothing is named so, or a read failed.
pub async fn run(context: &Context, global: &Global, args: &TargetArgs) -> Result<Exit, Stop> {
    let mut session = Session::open(context, global, Access::Read, "backups", None).await?;
    let evaluated = places::settled(&mut session).await?;
    let chosen = managed::chosen(&session, &evaluated.0, &args.targets)?;
    let rows = progress::watched(context, "reading the clouds", rows(&session, &chosen)).await?;
    context.print(&if args.json { backups::json(&rows) } else { backups::text(&rows, &session.rendering) });
    session.close().await;
    Ok(Exit::Success)
}

/// The recovery points of these servers, all places side by side.
async fn rows(session: &Session, chosen: &[Managed]) -> Result<Vec<Row>, Stop> {
    let read = |(scope, servers): (Scope, Vec<String>)| async move {
        let Some(cloud) = session.clouds.find(&scope.provider) else { return Ok(Vec::new()) };
        let points = cloud.recovery_points(&scope.region, &servers).await?;
        Ok(points.into_iter().filter_map(|point| row(&scope, point, chosen)).collect())
    };
    let places = managed::by_place(chosen).into_iter().map(read);
    let found: Result<Vec<Vec<Row>>, cloud::Error> = try_join_all(places).await;
    let mut rows: Vec<Row> = found.map_err(|error| Stop::error(&error))?.into_iter().flatten().collect();
    rows.sort_by_key(|row| Reverse((row.point.completed, row.point.id.clone())));
    Ok(rows)
}

/// A recovery point with the server that it is of.
fn row(scope: &Scope, point: RecoveryPoint, chosen: &[Managed]) -> Option<Row> {
    let mut of_server = chosen.iter().filter(|one| one.scope == *scope && one.server == point.server);
    Some(Row { subject: of_server.next()?.subject(), point })
}
