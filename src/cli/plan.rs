//! `backform plan`

use std::path::Path;

use super::args::{Global, PlanArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::planning::{self, Planned, Wanted};
use super::session::Session;
use crate::model::approval::Digest;
use crate::model::plan::Plan;
use crate::plan::PlanOptions;
use crate::render;
use crate::store::lock::Access;
use crate::store::plan_file;

/// Refreshes, plans, shows, and saves where asked to.
///
/// # Errors
///
/// [`Stop`] with what went wrong.
pub async fn run(context: &Context, global: &Global, args: &PlanArgs) -> Result<Exit, Stop> {
    let mode = planning::mode(args.destroy, args.refresh_only);
    let options = PlanOptions { mode, replace: planning::addresses(&args.scope.replace)? };
    let wanted = Wanted::State(options);
    let mut session = Session::open(context, global, Access::Read, "plan", None).await?;
    session.rendering.view = args.view.into();
    let planned = planning::plan(&mut session, &wanted).await?;
    show(context, &session, &planned);
    if let Some(path) = &args.out {
        save(context, &session, &planned, path)?;
    } else if planned.plan.is_applyable() {
        context.print(&render::refusal::unsaved(&session.rendering));
    }
    session.close().await;
    let blocked = planned.plan.blocked().next().is_some();
    Ok(match (blocked, args.detailed_exitcode && !planned.plan.is_empty()) {
        (true, _) => Exit::Error,
        (false, true) => Exit::Changes,
        (false, false) => Exit::Success,
    })
}

/// Saves a plan, and says how it is applied.
///
/// # Errors
///
/// [`Stop`] where the file cannot be written.
pub fn save(context: &Context, session: &Session, planned: &Planned, path: &Path) -> Result<(), Stop> {
    let saved = session.saved(&plan_file::redacted(&planned.plan), &planned.digest);
    plan_file::save(&context.directory.join(path), &saved).map_err(|error| Stop::failed(&error))?;
    let (name, Planned { plan, digest, .. }) = (path.display().to_string(), planned);
    context.print(&render::refusal::saved(&name, plan, digest, &session.called, &session.rendering));
    Ok(())
}

/// Shows a plan to whoever follows the run.
pub fn show(context: &Context, session: &Session, planned: &Planned) {
    show_plan(context, session, &planned.plan, &planned.digest);
}

/// The same of a plan alone.
pub fn show_plan(context: &Context, session: &Session, plan: &Plan, digest: &Digest) {
    context.emit(|| render::stream::plan(plan));
    if !context.is_streaming() {
        context.print(&render::text::plan(plan, digest, &session.schemas, &session.rendering));
    }
}
