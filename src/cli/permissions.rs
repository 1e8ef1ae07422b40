//! `backform permissions`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::args::{Extra, Global, PermissionsArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::{places, session};
use crate::cloud;
use crate::cloud::permissions::{self, Stage};
use crate::model::schema::{Home, Schemas};
use crate::store::journal;
use crate::store::lock::Access;

/// Prints the least policy for what the configuration declares and the state holds. Calls nobody, needs no keys.
///
/// # Errors
///
/// [`Stop`] where the configuration is wrong, the state cannot be read, or there is nothing to permit.
pub fn run(context: &Context, global: &Global, args: &PermissionsArgs) -> Result<Exit, Stop> {
    let schemas = cloud::schemas();
    let configuration = session::read_valid(context, global, &schemas)?;
    let _lock = session::lock(context, global, Access::Read, "permissions")?;
    let memory = journal::load(&session::workspace(context, global)).map_err(|error| Stop::failed(&error))?;
    let kinds = places::kinds(&configuration, &schemas, &memory.state);
    let users: BTreeSet<&str> =
        kinds.iter().map(|kind| &**kind).chain(args.commands.iter().copied().map(name)).collect();
    let stage = if args.plan_only { Stage::Plan } else { Stage::Apply };
    let policies: BTreeMap<&str, Value> = providers(&kinds, &schemas)
        .into_iter()
        .filter_map(|provider| Some((provider, permissions::policy(provider, &users, stage)?)))
        .collect();
    if policies.is_empty() {
        return Err(Stop::with(Exit::Error, "error: nothing here needs a permission of a cloud\n")
            .hint("write a configuration first, or name a command: `backform permissions --with status`"));
    }
    context.print(&if args.json { json(&policies) } else { text(&policies) });
    Ok(Exit::Success)
}

/// The providers of these types; where there are no types, the commands could be meant of any.
fn providers<'a>(kinds: &BTreeSet<Arc<str>>, schemas: &'a Schemas) -> BTreeSet<&'a str> {
    let of = |kind: &Arc<str>| {
        let schema = schemas.resources.get(&**kind).or_else(|| schemas.data.get(&**kind));
        schema.filter(|schema| schema.home == Home::Cloud).map(|schema| schema.provider)
    };
    let own: BTreeSet<&str> = kinds.iter().filter_map(of).collect();
    if own.is_empty() { schemas.providers.keys().copied().collect() } else { own }
}

/// One policy as it is, several each under the name of its cloud.
fn text(policies: &BTreeMap<&str, Value>) -> String {
    let one = |(provider, policy): (&&str, &Value)| match policies.len() {
        1 => format!("{policy:#}\n"),
        _ => format!("# {provider}\n{policy:#}\n"),
    };
    policies.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The same for programs: one policy as it is, several by the names of their clouds.
fn json(policies: &BTreeMap<&str, Value>) -> String {
    let mut values = policies.values();
    match (values.next(), values.next()) {
        (Some(policy), None) => format!("{policy}\n"),
        _ => format!("{}\n", serde_json::json!(policies)),
    }
}

/// The command's name in the table of permissions.
fn name<'a>(command: Extra) -> &'a str {
    match command {
        Extra::Backup => permissions::BACKUP,
        Extra::Backups => permissions::BACKUPS,
        Extra::Coverage => permissions::COVERAGE,
        Extra::Quota => permissions::QUOTA,
        Extra::Restore => permissions::RESTORE,
        Extra::Status => permissions::STATUS,
    }
}
