//! `backform coverage`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::{try_join, try_join_all};

use super::args::{CoverageArgs, Global};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::managed::{self, Managed};
use super::session::Session;
use super::{places, progress};
use crate::cloud;
use crate::model::desired::Scope;
use crate::model::report::{Depth, ServerStatus};
use crate::render::report::Subject;
use crate::render::report::coverage::{self, Row};
use crate::store::lock::Access;

/// Holds the servers of the accounts against what backs them up. Writes nothing.
///
/// # Errors
///
/// [`Stop`] where the configuration is wrong, or a read failed.
pub async fn run(context: &Context, global: &Global, args: &CoverageArgs) -> Result<Exit, Stop> {
    let mut session = Session::open(context, global, Access::Read, "coverage", None).await?;
    let evaluated = places::settled(&mut session).await?;
    let places = places::within(&session, &evaluated.0, &args.regions)?;
    let managed = managed::all(&session, &evaluated.0);
    let tags = tags(&args.tags);
    let read = rows(&session, places, &managed, &tags);
    let rows = progress::watched(context, "reading the clouds", read).await;
    let rows = rows.map_err(|error| Stop::error(&error))?;
    context.print(&if args.json { coverage::json(&rows) } else { coverage::text(&rows, &session.rendering) });
    session.close().await;
    let unprotected = coverage::unprotected(&rows) > 0;
    Ok(if args.detailed_exitcode && unprotected { Exit::Changes } else { Exit::Success })
}

/// `KEY` or `KEY=VALUE`, each.
fn tags(texts: &[String]) -> BTreeMap<String, Option<String>> {
    let tag = |text: &String| match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (text.clone(), None),
    };
    texts.iter().map(tag).collect()
}

/// Every server once, by place and id, all places side by side.
async fn rows(
    session: &Session,
    places: BTreeSet<Scope>,
    managed: &[Managed],
    tags: &BTreeMap<String, Option<String>>,
) -> Result<Vec<Row>, cloud::Error> {
    let addresses: BTreeMap<(Arc<str>, &str), String> = managed
        .iter()
        .filter_map(|one| Some(((one.scope.region.clone(), &*one.server), one.address.as_ref()?.to_string())))
        .collect();
    let read = |scope: Scope| async {
        let Some(cloud) = session.clouds.find(&scope.provider) else { return Ok((scope, Vec::new())) };
        let servers = cloud.servers(&scope.region, tags);
        let (servers, statuses) =
            try_join(servers, cloud.statuses(&scope.region, None, Depth::Brief)).await?;
        let statuses: BTreeMap<String, ServerStatus> =
            statuses.into_iter().map(|status| (status.server.clone(), status)).collect();
        let of = |id: &str| statuses.get(id).map(|status| status.health);
        let servers = servers.into_iter().map(|server| (server.health(of), server)).collect();
        Ok((scope, servers))
    };
    let found: Vec<(Scope, Vec<_>)> = try_join_all(places.into_iter().map(read)).await?;
    let (mut rows, mut seen) = (Vec::new(), BTreeSet::new());
    for (scope, servers) in found {
        for (health, server) in servers {
            if !seen.insert((scope.region.clone(), server.id.clone())) {
                continue;
            }
            let mut ids = std::iter::once(&server.id).chain(&server.parts);
            let subject = Subject {
                address: ids.find_map(|id| addresses.get(&(scope.region.clone(), &**id)).cloned()),
                provider: scope.provider.to_string(),
                region: scope.region.to_string(),
            };
            rows.push(Row { subject, server, health });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_a_value_or_any() {
        let found = tags(&["a".to_owned(), "b=".to_owned(), "c=d=e".to_owned()]);
        let expected = [("a", None), ("b", Some("")), ("c", Some("d=e"))];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.map(str::to_owned)));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
    }
}
