//! `backform import`

use std::collections::BTreeSet;

use super::apply;
use super::args::{Global, ImportArgs};
use super::consent::approve;
use super::context::Context;
use super::exit::{Exit, Stop};
use super::plan::show;
use super::planning::{self, Planned, Wanted};
use super::session::Session;
use crate::model::address::Address;
use crate::model::approval::{Approval, Means};
use crate::model::plan::Action;
use crate::plan::{self, PlanOptions};
use crate::render::escape::visible;
use crate::store::lock::Access;

/// Takes one object over into the state. Nothing in the clouds changes, so nobody is asked.
///
/// # Errors
///
/// [`Stop`] where there is no block for it, the address is taken, or the object is not there.
pub async fn run(context: &Context, global: &Global, args: &ImportArgs) -> Result<Exit, Stop> {
    let address: Address = args.address.parse().map_err(|error| Stop::error(&error))?;
    let mut session = Session::open(context, global, Access::Write, "import", None).await?;
    if session.memory.state.resources.contains_key(&address) {
        let text = format!("error: the state has an object at {} already\n", visible(&address.to_string()));
        return Err(Stop::with(Exit::Error, text).hint(&format!(
            "`{}` drops it from the state and leaves it in the cloud",
            session.called.command(&format!("state rm {}", crate::render::refusal::shell(&args.address)))
        )));
    }
    session.import(&address, &args.id)?;
    let wanted = Wanted::State(PlanOptions::default());
    let planned = planning::plan(&mut session, &wanted).await?;
    let action = planned.plan.changes.iter().find(|change| change.address == address).map(|c| c.action);
    let only = plan::only_import(&planned.plan, &address);
    let digest = plan::fingerprint(&only);
    let planned = Planned { plan: only, digest, ..planned };
    show(context, &session, &planned);
    let approval = Approval { means: Means::Auto, confirmed: BTreeSet::new() };
    let approved = approve(&planned.plan, &planned.digest, &approval, None, &session)?;
    let next = session.called.command("plan");
    let exit = apply::carry_out(context, session, &approved, &planned.live, None).await?;
    if exit == Exit::Success && action != Some(Action::NoOp) {
        context.print(&format!(
            "The object is not yet as the configuration says; `{next}` shows what would change.\n"
        ));
    }
    Ok(exit)
}
