//! `backform apply` and `backform destroy`

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::args::{ApplyArgs, Consent, DestroyArgs, Global, Stage};
use super::consent::{approve, consented};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::plan::{show, show_plan};
use super::planning::{self, Planned, Wanted};
use super::session::Session;
use super::sink::Recorder;
use super::wait;
use crate::apply::{self, Interrupt, Resolver, Work};
use crate::model::address::Address;
use crate::model::approval::{Approval, ApprovedPlan, Digest, Means};
use crate::model::desired::{Desired, Known};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::model::outcome::{Outcome, Tally};
use crate::model::plan::{Plan, PlanMode};
use crate::model::value::{Object, Value};
use crate::plan::{self, PlanOptions};
use crate::render;
use crate::render::escape::visible;
use crate::render::stream::RunTally;
use crate::store::atomic;
use crate::store::journal::Journal;
use crate::store::lock::Access;
use crate::store::plan_file::{self, SavedPlan};

/// `apply`, with or without a saved plan.
///
/// # Errors
///
/// [`Stop`] where nothing was changed, with the reason.
pub async fn run(context: &Context, global: &Global, args: &ApplyArgs) -> Result<Exit, Stop> {
    match &args.file {
        Some(file) => saved(context, global, file, &args.consent, args.wait).await,
        None => {
            let mode = planning::mode(args.destroy, args.refresh_only);
            let replace = planning::addresses(&args.scope.replace)?;
            let wanted = Wanted::State(PlanOptions { mode, replace });
            let purpose = if mode == PlanMode::Destroy { "destroy" } else { "apply" };
            let session = Session::open(context, global, Access::Write, purpose, None).await?;
            fresh(context, session, &wanted, &args.consent, args.wait).await
        }
    }
}

/// `destroy`
///
/// # Errors
///
/// As [`run`].
pub async fn destroy(context: &Context, global: &Global, args: &DestroyArgs) -> Result<Exit, Stop> {
    let wanted = Wanted::State(PlanOptions { mode: PlanMode::Destroy, ..PlanOptions::default() });
    let session = Session::open(context, global, Access::Write, "destroy", None).await?;
    fresh(context, session, &wanted, &args.consent, None).await
}

/// `refresh`: takes what changed in the clouds into the state. Nothing in the clouds changes, so nobody is asked.
///
/// # Errors
///
/// As [`run`].
pub async fn refresh(context: &Context, global: &Global) -> Result<Exit, Stop> {
    let wanted = Wanted::State(PlanOptions { mode: PlanMode::RefreshOnly, ..PlanOptions::default() });
    let mut session = Session::open(context, global, Access::Write, "refresh", None).await?;
    let planned = planning::plan(&mut session, &wanted).await?;
    show(context, &session, &planned);
    let approval = Approval { means: Means::Auto, confirmed: BTreeSet::new() };
    let approved = approve(&planned.plan, &planned.digest, &approval, None, &session)?;
    carry_out(context, session, &approved, &planned.live, None).await
}

/// Plans, shows, asks, plans again, applies.
///
/// # Errors
///
/// As [`run`].
pub async fn fresh(
    context: &Context,
    mut session: Session,
    wanted: &Wanted,
    consent: &Consent,
    wait: Option<Stage>,
) -> Result<Exit, Stop> {
    let mut planned = planning::plan(&mut session, wanted).await?;
    show(context, &session, &planned);
    let approval = consented(context, &session, &planned.plan, &planned.digest, consent, None)?;
    let mut approved = approve(&planned.plan, &planned.digest, &approval, None, &session)?;
    if approval.means == Means::Prompt {
        // Minutes may have passed at the prompt.
        let again = planning::plan(&mut session, wanted).await?;
        same(&session, &planned.plan, &planned.digest, &again)?;
        approved = approve(&again.plan, &again.digest, &approval, None, &session)?;
        planned = again;
    }
    carry_out(context, session, &approved, &planned.live, wait).await
}

/// Applies exactly what a saved plan says, or nothing.
async fn saved(
    context: &Context,
    global: &Global,
    file: &Path,
    consent: &Consent,
    wait: Option<Stage>,
) -> Result<Exit, Stop> {
    let name = file.display().to_string();
    let saved = read_plan(context, file)?;
    let wanted = Wanted::of(&saved.plan);
    let mut session = Session::open(context, global, Access::Write, "apply", Some(&saved)).await?;
    of_this_directory(&saved, &session, &name)?;
    if consent.approve.is_none() && !consent.auto_approve {
        show_plan(context, &session, &saved.plan, &saved.digest);
    }
    let approval = consented(context, &session, &saved.plan, &saved.digest, consent, Some(&name))?;
    approve(&saved.plan, &saved.digest, &approval, Some(&name), &session)?;
    let again = planning::plan(&mut session, &wanted).await?;
    same(&session, &saved.plan, &saved.digest, &again)
        .map_err(|stop| edited_since(stop, &saved, &session))?;
    let approved = approve(&again.plan, &again.digest, &approval, Some(&name), &session)?;
    carry_out(context, session, &approved, &again.live, wait).await
}

/// Reads a saved plan, and checks that its digest is that of its content.
///
/// # Errors
///
/// [`Stop`] where the file is no plan, is damaged, or says something else than its digest.
pub fn read_plan(context: &Context, file: &Path) -> Result<SavedPlan, Stop> {
    let saved = plan_file::load(&context.directory.join(file)).map_err(|error| Stop::failed(&error))?;
    if plan::fingerprint(&saved.plan) != saved.digest {
        let text = format!("error: the digest in {} is not that of its plan\n", file.display());
        return Err(Stop::with(Exit::Error, text)
            .hint("the file was changed, or another version made it; plan again"));
    }
    Ok(saved)
}

/// Refuses a plan that was made for another state or another configuration altogether.
fn of_this_directory(saved: &SavedPlan, session: &Session, name: &str) -> Result<(), Stop> {
    let state = &session.memory.state;
    let other_state = !saved.lineage.is_empty() && saved.lineage != state.lineage;
    let here = session.configuration.hashes();
    let nothing_shared = !saved.files.keys().any(|file| here.contains_key(file));
    if other_state || nothing_shared {
        let text = format!("error: {name} was made in another directory: its state is not the one here\n");
        return Err(
            Stop::with(Exit::Error, text).hint("apply it where it was made (`-C DIR`), or plan again here")
        );
    }
    Ok(())
}

/// Stops with the difference where the world is no longer what was approved.
fn same(session: &Session, reviewed: &Plan, digest: &Digest, now: &Planned) -> Result<(), Stop> {
    if *digest == now.digest {
        return Ok(());
    }
    let actual = (&now.plan, &now.digest);
    Err(Stop::with(Exit::Stale, render::stale::stale((reviewed, digest), actual, &session.rendering)))
}

/// A plan that went stale may have done so because of the files that it was made from, and not of the world.
fn edited_since(stop: Stop, saved: &SavedPlan, session: &Session) -> Stop {
    let here = session.configuration.hashes();
    let names = saved.files.keys().chain(here.keys()).collect::<BTreeSet<_>>();
    let edited: Vec<&str> =
        names.into_iter().filter(|name| saved.files.get(*name) != here.get(*name)).map(|n| &**n).collect();
    if edited.is_empty() {
        return stop;
    }
    stop.hint(&format!("changed since the plan was made: {}", visible(&edited.join(", "))))
}

/// Writes: journal first, then the clouds, then the state whole.
///
/// # Errors
///
/// [`Stop`] where the journal or the state cannot be written.
pub async fn carry_out(
    context: &Context,
    mut session: Session,
    approved: &ApprovedPlan,
    live: &crate::model::live::Live,
    wait: Option<Stage>,
) -> Result<Exit, Stop> {
    let stop = |error: crate::store::Error| Stop::failed(&error);
    let mut state = session.memory.state.clone();
    if state.lineage.is_empty() {
        state.lineage = context.identifier();
    }
    let before = state.clone();
    let journal = Journal::begin(&session.workspace, &mut state).map_err(stop)?;
    let interrupt = Arc::new(Interrupt::default());
    let listener = tokio::spawn(listen(interrupt.clone(), context.clone()));
    let mut recorder = Recorder::new(journal, context, approved.plan(), session.rendering);
    let work = Work {
        approved,
        schemas: &session.schemas,
        live,
        clouds: &session.clouds,
        resolver: &Again { session: &session },
        parallelism: session.parallelism,
        interrupt: &interrupt,
    };
    let mut outcome = apply::apply(&work, state, &mut recorder).await;
    listener.abort();
    let changed = outcome.state != before || session.memory.is_interrupted;
    let kept = if changed {
        recorder.journal.finish(&session.workspace, &mut outcome.state)
    } else {
        drop(recorder);
        atomic::remove(&session.workspace.journal())
    };
    session.memory.state = outcome.state.clone();
    let exit = report(context, &session, approved.plan(), &outcome);
    let mut exit = conditions(&mut session, &outcome, exit);
    if let (Exit::Success, Some(stage)) = (exit, wait) {
        exit = wait::until(context, &session, approved.plan(), stage).await;
    }
    session.close().await;
    kept.map(|()| exit).map_err(|error| {
        let stop = Stop { exit: Exit::Partial, ..Stop::error(&error) };
        stop.hint("what was done is in the journal beside the state, as far as it could be written; make room, and plan again")
    })
}

/// Says what came of it. A plan without any effect has been shown already, and no more is to say.
fn report(context: &Context, session: &Session, plan: &Plan, outcome: &Outcome) -> Exit {
    let with_outputs = !outcome.state.outputs.is_empty() && plan.mode == PlanMode::Normal;
    tell_programs(context, plan, outcome, with_outputs);
    if plan.is_empty() && outcome.is_complete() {
        return Exit::Success;
    }
    context.print(&render::apply::outcome(outcome, plan.mode, &session.rendering));
    if with_outputs {
        context.print(&render::apply::outputs(&outcome.state.outputs, &session.rendering));
    }
    let nothing_done = outcome.tally == Tally::default() && outcome.unknown.is_empty() && !outcome.in_part;
    match (outcome.is_complete(), nothing_done) {
        (true, _) => Exit::Success,
        (false, true) => Exit::Error,
        (false, false) => Exit::Partial,
    }
}

/// The same for programs that follow the run.
fn tell_programs(context: &Context, plan: &Plan, outcome: &Outcome, with_outputs: bool) {
    if let Some(stream) = &context.stream {
        stream.set_tally(RunTally::of(outcome));
    }
    context.emit(|| {
        let mut lines = vec![render::stream::outcome(outcome, plan.mode)];
        lines.extend(with_outputs.then(|| render::stream::outputs(&outcome.state.outputs)));
        lines
    });
}

/// Says which conditions of the configuration do not hold now that the work is done. The work stands.
fn conditions(session: &mut Session, outcome: &Outcome, exit: Exit) -> Exit {
    session.tell_warnings(&outcome.problems);
    let mut errors = Diagnostics::default();
    let is_error =
        |problem: &&Diagnostic| problem.severity == Severity::Error && problem.code != Code::UnknownValue;
    errors.extend(outcome.problems.iter().filter(is_error).cloned());
    if errors.is_empty() || exit != Exit::Success {
        return exit;
    }
    session.context.tell(&session.problems(&errors).message);
    Exit::Error
}

/// Ctrl-C: the first lets calls in flight end, the second stops at once. Both report.
async fn listen(interrupt: Arc<Interrupt>, context: Context) {
    while tokio::signal::ctrl_c().await.is_ok() {
        if interrupt.is_pressed() {
            context.tell("\nStopping at once.\n");
        } else {
            context.tell(
                "\nInterrupted: calls in flight will be finished. Press Ctrl-C again to stop at once.\n",
            );
        }
        interrupt.press();
    }
}

/// Evaluates the configuration once more, with what apply has made and read.
pub struct Again<'a> {
    /// What it was planned with.
    pub session: &'a Session,
}

impl Resolver for Again<'_> {
    fn resolve(
        &self,
        made: &BTreeMap<Address, Object>,
        read: &BTreeMap<Address, Value>,
    ) -> (Desired, Diagnostics) {
        let mut known: Known = self.session.known().clone();
        known.objects.extend(made.clone());
        known.data.extend(read.clone());
        self.session.configuration.evaluate(&self.session.schemas, &known)
    }
}
