//! Configuration, state and clouds to a plan: the stages, one after the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::acts::Acts;
use super::exit::{Exit, Stop};
use super::progress;
use super::session::Session;
use crate::model::address::Address;
use crate::model::approval::Digest;
use crate::model::desired::Desired;
use crate::model::diagnostic::Diagnostics;
use crate::model::live::Live;
use crate::model::plan::{Plan, PlanMode, Reason};
use crate::plan::{self, PlanOptions};
use crate::refresh::{self, Listings};
use crate::render::Called;
use crate::store::plan_file;

/// A plan and what it was made from.
pub struct Planned {
    /// What is read of the clouds.
    pub live: Live,
    /// The plan.
    pub plan: Plan,
    /// Its digest: the same for the plan in memory, on disk, and in the next run.
    pub digest: Digest,
}

/// The addresses on the command line.
///
/// # Errors
///
/// [`Stop`] for the first text that is no address.
pub fn addresses(texts: &[String]) -> Result<BTreeSet<Address>, Stop> {
    texts.iter().map(|text| text.parse().map_err(|error| Stop::error(&error))).collect()
}

/// The kind of plan that two flags ask for; the command line lets only one of them be set.
pub fn mode(destroy: bool, refresh_only: bool) -> PlanMode {
    match (destroy, refresh_only) {
        (true, _) => PlanMode::Destroy,
        (false, true) => PlanMode::RefreshOnly,
        (false, false) => PlanMode::Normal,
    }
}

/// What a plan is to be about.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// What the clouds should be like.
    State(PlanOptions),
    /// Something that is done once.
    Acts(Acts),
}

impl Wanted {
    /// What a saved plan is about.
    pub fn of(plan: &Plan) -> Self {
        if plan.mode == PlanMode::Act {
            return Self::Acts(Acts::of(plan));
        }
        let requested = plan.changes.iter().filter(|change| change.reason == Reason::Requested);
        let replace = requested.map(|change| change.address.clone()).collect();
        Self::State(PlanOptions { mode: plan.mode, replace })
    }
}

/// Reads what the plan needs of the clouds, and plans.
///
/// # Errors
///
/// [`Stop`] where the configuration is wrong, a read failed, or no order of the work exists.
pub async fn plan(session: &mut Session, wanted: &Wanted) -> Result<Planned, Stop> {
    let context = session.context.clone();
    let work = async {
        match wanted {
            Wanted::State(options) => planned(session, options).await,
            Wanted::Acts(acts) => acts.plan(session).await,
        }
    };
    progress::watched(&context, "reading the clouds", work).await
}

async fn planned(session: &mut Session, options: &PlanOptions) -> Result<Planned, Stop> {
    let mut listings = Listings::default();
    let (evaluated, mut live) = settle(session, options, &mut listings).await?;
    // What an interrupted create has made after all is ours: it is not made a second time.
    plan::adopt(&mut session.memory.state, &mut live);
    let desired = &evaluated.0;
    let known_addresses = |address: &Address| {
        desired.resources.contains_key(address) || session.memory.state.resources.contains_key(address)
    };
    if let Some(unknown) = options.replace.iter().find(|address| !known_addresses(address)) {
        return Err(Stop::with(Exit::Error, format!("error: there is no `{unknown}` to replace\n")));
    }
    let make = |live: &Live| {
        plan::plan(&session.schemas, desired, &session.memory.state, live, options)
            .map_err(|error| Stop::error(&error))
    };
    let mut made = make(&live)?;
    let (schemas, clouds) = (&session.schemas, &session.clouds);
    let has_losses = plan::at_stake(schemas, &made).next().is_some();
    if has_losses || plan::to_be_checked(&made).next().is_some() {
        let failed = |error: refresh::Error| Stop::error(&error);
        refresh::read_evidence(plan::at_stake(schemas, &made), &mut live, clouds).await.map_err(failed)?;
        let (judgements, usage) = futures_util::future::try_join(
            refresh::judgements(plan::to_be_checked(&made), &live, clouds),
            refresh::usage(plan::counted(schemas, &made), clouds),
        )
        .await
        .map_err(failed)?;
        (live.judgements, live.usage) = (judgements, usage);
        made = make(&live)?;
    }
    let violations = plan::check(&session.schemas, &made, desired, &session.memory.state, &live);
    if let Some(violation) = violations.first() {
        return Err(Stop::error(violation)
            .hint("this is a mistake in backform; nothing was changed, please report it"));
    }
    let digest = plan::fingerprint(&plan_file::redacted(&made));
    Ok(Planned { live, plan: made, digest })
}

/// Reads data sources and listings until evaluating again brings nothing new.
async fn settle(
    session: &mut Session,
    options: &PlanOptions,
    listings: &mut Listings,
) -> Result<(Arc<(Desired, Diagnostics)>, Live), Stop> {
    let trusting = options.mode == PlanMode::RefreshOnly;
    let called = session.called.clone();
    let failed = |error: refresh::Error| hinted(&error, &called);
    if !session.known().data.is_empty() || !session.known().objects.is_empty() {
        // A second plan of one run believes nothing that the first one read.
        session.learn(|known| {
            known.data.clear();
            known.objects.clear();
        });
    }
    loop {
        let evaluated = session.evaluate(false)?;
        let desired = &evaluated.0;
        session.connect(desired)?;
        let (schemas, state, clouds) = (&session.schemas, &session.memory.state, &session.clouds);
        let (listed, data) = futures_util::future::try_join(
            listings.complete(schemas, desired, state, clouds),
            refresh::read_data(&desired.reads, clouds),
        )
        .await
        .map_err(failed)?;
        let more_to_tell = !data.values.is_empty() || (listed && desired.reads_objects);
        if !more_to_tell {
            session.evaluate(true)?;
            session.tell_warnings(&evaluated.1);
            let (state, clouds) = (&session.memory.state, &session.clouds);
            let live =
                listings.live(&session.schemas, desired, state, clouds, trusting).await.map_err(failed)?;
            return Ok((evaluated, live));
        }
        let mut objects = None;
        if listed && desired.reads_objects {
            let live = listings.live(schemas, desired, state, clouds, trusting).await.map_err(failed)?;
            objects = Some(known_objects(desired, session, &live, options));
        }
        session.tell_warnings(&data.warnings);
        session.learn(|known| {
            known.data.extend(data.values);
            known.objects = objects.unwrap_or(std::mem::take(&mut known.objects));
        });
    }
}

/// The attributes of objects that exist and stay, by the address that the configuration has for them.
fn known_objects(
    desired: &Desired,
    session: &Session,
    live: &Live,
    options: &PlanOptions,
) -> std::collections::BTreeMap<Address, crate::model::value::Object> {
    let renamed = plan::renames(&desired.moved, &session.memory.state, desired);
    let named = live.objects.iter().chain(&live.unmanaged);
    let stays = named.map(|(address, object)| (renamed.get(address).unwrap_or(address), object));
    stays
        .filter(|(address, _)| !options.replace.contains(*address))
        .map(|(address, object)| (address.clone(), object.values.clone()))
        .collect()
}

/// A failed refresh, with what can be done about it.
fn hinted(error: &refresh::Error, called: &Called) -> Stop {
    let stop = Stop::error(error);
    match error {
        refresh::Error::Cloud { .. } => stop.hint(
            "nothing was planned and nothing was changed; an incomplete listing is never taken for the truth",
        ),
        refresh::Error::Import { .. } => {
            stop.hint("an `import` block names the object's id as the cloud has it; nothing was changed")
        }
        refresh::Error::Contradiction { .. } => stop.hint(&format!(
            "if they were really deleted, take that into the state with `{}`, and plan again",
            called.command("refresh")
        )),
        refresh::Error::NoProvider { .. } => stop.hint(&format!(
            "write the `provider` block again until its objects are gone, or drop them with `{}`",
            called.command("state rm ADDRESS")
        )),
        refresh::Error::OtherAccount { .. } => {
            stop.hint("use the credentials of that account; another account belongs into another directory")
        }
    }
}
