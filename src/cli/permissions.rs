//! `backform permissions`

use std::collections::BTreeSet;

use super::args::{Extra, Global, PermissionsArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::{places, session};
use crate::cloud;
use crate::cloud::alibaba::permissions::{self, Stage};
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
    if permissions::actions(&users, stage).is_empty() {
        return Err(Stop::with(Exit::Error, "error: nothing here needs a permission of a cloud\n")
            .hint("write a configuration first, or name a command: `backform permissions --with status`"));
    }
    let policy = permissions::policy(&users, stage);
    let text = if args.json { policy.to_string() } else { format!("{policy:#}") };
    context.print(&(text + "\n"));
    Ok(Exit::Success)
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
