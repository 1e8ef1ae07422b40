//! `backform backup`

use super::acts;
use super::args::{BackupArgs, Global};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::session::Session;
use crate::model::act::{BackupWish, What};
use crate::store::lock::Access;

/// Backs servers up at once.
///
/// # Errors
///
/// [`Stop`] where nothing was begun, with the reason.
pub async fn run(context: &Context, global: &Global, args: &BackupArgs) -> Result<Exit, Stop> {
    let session = Session::open(context, global, Access::Write, "backup", None).await?;
    let how = BackupWish { name: args.name.clone(), description: args.description.clone(), full: args.full };
    let out = args.deferred.out.as_deref();
    acts::run(context, session, &args.targets, &What::Backup(how), out, &args.consent).await
}
