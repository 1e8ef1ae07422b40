//! One run of a test: a plan against a recorded world, of which nothing is kept and nobody hears.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::apply::Again;
use super::context::{Context, Rehearsal};
use super::exit::{Exit, Stop};
use super::planning::{self, Planned, Wanted};
use super::session::{self, Configuration, Session};
use crate::apply::{self, Interrupt, Work};
use crate::emulator::clock::Clock;
use crate::emulator::{Emulator, Options, Running, World};
use crate::model::approval::{Approval, ApprovedPlan, Means};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::event::{Event, EventSink, Notice, SinkError};
use crate::model::plan::PlanMode;
use crate::plan::PlanOptions;
use crate::render::{self, RenderOptions};
use crate::store::journal::Memory;
use crate::store::{atomic, state};
use crate::testing::case::{Before, Quoted, Run};

/// What a run came to.
pub struct Rehearsed {
    /// The session, as long as its world is there.
    pub session: Session,
    /// The plan, or why there is none.
    pub plan: Result<Planned, Stop>,
}

/// Why a run could not begin.
pub enum Obstacle {
    /// Something in the user's text is wrong.
    Problems(Diagnostics),
    /// Something else is.
    Stop(Stop),
}

impl From<Stop> for Obstacle {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Diagnostic> for Obstacle {
    fn from(problem: Diagnostic) -> Self {
        Self::Problems(problem.into())
    }
}

/// Plans one run.
///
/// # Errors
///
/// [`Obstacle`] where its world, its state or what comes before it is not as it should be.
pub async fn rehearse(
    outer: &Context,
    configuration: &Configuration,
    run: &Run,
    parallelism: usize,
) -> Result<Rehearsed, Obstacle> {
    let directory = configuration.directory();
    let world = world(directory, run)?;
    let Clock::Standing(start) = world.clock else {
        return Err(problem(run, run.world.as_ref(), "the world of a test must stand still")
            .detail("Its clock follows the real one, so that every day would show another plan.")
            .hint("give it an instant: `\"clock\": \"2026-11-20T08:00:00Z\"`")
            .into());
    };
    let start = start.to_string().parse().expect("the emulator writes instants as everybody reads them");
    let clock = Rehearsal::at(start);
    let context = outer.rehearsing(clock.clone());
    let memory = Memory { state: recorded(directory, run)?, is_interrupted: false };
    let (planned, problems) = configuration.with(&run.variables, context.now());
    if problems.has_errors() {
        return Err(Obstacle::Problems(problems));
    }
    let options = Options { wall: Arc::new(move || clock.now()), ..Options::default() };
    let emulator = Emulator::start(world, options).await.map_err(|error| Stop::error(&error))?;
    let (memory, emulator) = match &run.before {
        Some(before) => earlier(&context, configuration, before, memory, emulator).await?,
        None => (memory, emulator),
    };
    let mut session = Session::rehearsing(&context, planned, memory, emulator, parallelism);
    let options = PlanOptions { mode: run.mode, replace: run.replace.iter().cloned().collect() };
    let plan = planning::plan(&mut session, &Wanted::State(options)).await;
    Ok(Rehearsed { session, plan })
}

fn problem(run: &Run, place: Option<&Quoted>, summary: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidArgument, summary).at(place.map_or(run.span, |quoted| quoted.span))
}

/// The world that a run names, or the configuration's own.
fn world(directory: &Path, run: &Run) -> Result<World, Obstacle> {
    let name = run.world.as_ref().map_or("world.json", |quoted| &quoted.text);
    let unreadable = |why: String| {
        let problem = Diagnostic::error(Code::Unreadable, "the world of a run cannot be read");
        problem.at(run.world.as_ref().map_or(run.span, |quoted| quoted.span)).detail(why)
    };
    let bytes = atomic::read(&directory.join(name)).map_err(|error| unreadable(error.with_cause()))?;
    let Some(bytes) = bytes else {
        return Err(unreadable(format!("There is no `{name}` in the directory of the configuration."))
            .hint("record one with `backform emulator capture --out FILE`, and name it: `world = \"FILE\"`")
            .into());
    };
    World::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| {
        let why = crate::model::diagnostic::chain(&error);
        unreadable(format!("`{name}`: {why}.")).into()
    })
}

/// The state that a run names, or an empty one.
fn recorded(directory: &Path, run: &Run) -> Result<crate::model::state::State, Obstacle> {
    let Some(name) = &run.state else { return Ok(crate::model::state::State::default()) };
    let unreadable = |why: String| {
        Diagnostic::error(Code::Unreadable, "the state of a run cannot be read").at(name.span).detail(why)
    };
    match state::load(&directory.join(&*name.text)) {
        Ok(Some(state)) => Ok(state),
        Ok(None) => {
            Err(unreadable(format!("There is no `{}` in the directory of the configuration.", name.text))
                .into())
        }
        Err(error) => Err(unreadable(format!("It could not {}.", error.with_cause())).into()),
    }
}

/// Applies what a `before` block says.
async fn earlier(
    context: &Context,
    configuration: &Configuration,
    before: &Before,
    memory: Memory,
    emulator: Running,
) -> Result<(Memory, Running), Obstacle> {
    let (earlier, problems) = match &before.source {
        Some(source) => {
            let directory = configuration.directory().join(&*source.text);
            let name = source.text.trim_start_matches("./").trim_end_matches('/');
            session::read_earlier(context, directory, name, configuration, &before.variables)
        }
        None => configuration.with(&before.variables, context.now()),
    };
    let failed = |words: String| {
        let mut text = "error: what comes before the run cannot be applied\n".to_owned();
        text.push_str(&words);
        Obstacle::Stop(Stop::with(Exit::Error, text))
    };
    if problems.has_errors() {
        let sources = &earlier.files.sources;
        return Err(failed(render::diagnostic::diagnostics(&problems, sources, &RenderOptions::default())));
    }
    // Ids are made in the order of the calls, so there is one call after the other.
    let mut session = Session::rehearsing(context, earlier, memory, emulator, 1);
    apply_all(&mut session).await.map_err(|stop| failed(stop.message))?;
    let (memory, emulator) = session.into_rehearsal().expect("a rehearsal has an emulator of its own");
    if let Some(advance) = &before.advance {
        emulator.advance(&advance.text).map_err(|why| {
            Diagnostic::error(Code::InvalidArgument, "the clock cannot be turned like this")
                .at(advance.span)
                .detail(format!("The emulator says: {why}."))
                .hint("write an ISO 8601 duration: `P1D`, `PT6H`")
        })?;
    }
    Ok((memory, emulator))
}

/// Plans, and applies all of it. Nothing is lost: the world is a copy.
async fn apply_all(session: &mut Session) -> Result<(), Stop> {
    let options = PlanOptions { mode: PlanMode::Normal, ..PlanOptions::default() };
    let planned = planning::plan(session, &Wanted::State(options)).await?;
    let confirmed: BTreeSet<String> = planned.plan.confirmations().map(|(id, _)| id).collect();
    let approval = Approval { means: Means::Digest(planned.digest.to_string()), confirmed };
    let approved = ApprovedPlan::new(planned.plan.clone(), planned.digest.clone(), &approval)
        .map_err(|refusal| Stop::error(&refusal))?;
    let work = Work {
        approved: &approved,
        schemas: &session.schemas,
        live: &planned.live,
        clouds: &session.clouds,
        resolver: &Again { session },
        parallelism: session.parallelism,
        interrupt: &Interrupt::default(),
    };
    let outcome = apply::apply(&work, session.memory.state.clone(), &mut Unkept).await;
    if !outcome.is_complete() {
        return Err(Stop::with(
            Exit::Error,
            render::apply::outcome(&outcome, PlanMode::Normal, &session.rendering),
        ));
    }
    session.memory.state = outcome.state;
    Ok(())
}

/// Keeps nothing and tells nobody.
struct Unkept;

impl EventSink for Unkept {
    fn record(&mut self, _events: &[Event]) -> Result<(), SinkError> {
        Ok(())
    }

    fn notice(&mut self, _notice: &Notice) {}
}
