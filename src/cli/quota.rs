//! `backform quota`

use std::collections::{BTreeMap, BTreeSet};

use super::args::{Global, QuotaArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::session::Session;
use super::{places, progress};
use crate::cloud;
use crate::model::desired::{ProviderKey, Scope};
use crate::render::report::quota::{self, Account};
use crate::store::lock::Access;

/// Shows what each account protects, and what of it is free. Writes nothing.
///
/// # Errors
///
/// [`Stop`] where the configuration is wrong, or a read failed.
pub async fn run(context: &Context, global: &Global, args: &QuotaArgs) -> Result<Exit, Stop> {
    let mut session = Session::open(context, global, Access::Read, "quota", None).await?;
    let evaluated = session.evaluate(false)?;
    session.connect(&evaluated.0)?;
    let places = places::of(&session, &evaluated.0)?;
    let read = accounts(&session, places);
    let accounts = progress::watched(context, "reading the clouds", read).await;
    let accounts = accounts.map_err(|error| Stop::error(&error))?;
    context.print(&if args.json {
        quota::json(&accounts)
    } else {
        quota::text(&accounts, &session.rendering)
    });
    session.close().await;
    Ok(Exit::Success)
}

/// Every account once, however many configurations speak for it.
async fn accounts(session: &Session, places: BTreeSet<Scope>) -> Result<Vec<Account>, cloud::Error> {
    let mut providers: BTreeMap<ProviderKey, Scope> = BTreeMap::new();
    for scope in places {
        providers.entry(scope.provider.clone()).or_insert(scope);
    }
    let several = providers.len() > 1;
    let (mut accounts, mut seen) = (Vec::new(), BTreeSet::new());
    for (key, scope) in providers {
        let Some(cloud) = session.clouds.find(&key) else { continue };
        if several && !seen.insert((key.name.clone(), cloud.account().await?)) {
            continue;
        }
        let usage = cloud.usage(&scope.region).await?;
        accounts.extend(usage.map(|usage| Account { provider: key.to_string(), usage }));
    }
    Ok(accounts)
}
