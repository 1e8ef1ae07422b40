//! Consent on the command line and at the terminal: who agrees to a plan, and to which losses.

use std::collections::BTreeSet;

use super::args::Consent;
use super::context::Context;
use super::exit::{Exit, Stop};
use super::session::Session;
use crate::model::approval::{Approval, ApprovedPlan, Digest, Means, Refusal};
use crate::model::plan::Plan;
use crate::model::risk::Tier;
use crate::render;

/// Finds out who consents, and to what.
///
/// # Errors
///
/// [`Stop`] where nobody does.
pub fn consented(
    context: &Context,
    session: &Session,
    plan: &Plan,
    digest: &Digest,
    consent: &Consent,
    file: Option<&str>,
) -> Result<Approval, Stop> {
    let confirmed: BTreeSet<String> = consent.confirm_destroy.iter().cloned().collect();
    if let Some(approved) = &consent.approve {
        return Ok(Approval { means: Means::Digest(approved.clone()), confirmed });
    }
    let nothing_to_ask = plan.is_empty() && plan.tier() == Tier::Reversible;
    if consent.auto_approve || nothing_to_ask {
        return Ok(Approval { means: Means::Auto, confirmed });
    }
    if plan.blocked().next().is_some() {
        let addresses = plan.blocked().map(|change| change.address.to_string()).collect();
        return Err(refused(&Refusal::Blocked { addresses }, plan, digest, file, session));
    }
    if !context.is_interactive {
        let text = render::refusal::nobody_to_ask(plan, digest, file, &session.called, &session.rendering);
        return Err(Stop::with(Exit::Refused, text));
    }
    ask(context, session, plan, confirmed)
}

/// Asks on the terminal: the id of each thing that would be lost, and `yes` for the rest.
fn ask(
    context: &Context,
    session: &Session,
    plan: &Plan,
    mut confirmed: BTreeSet<String>,
) -> Result<Approval, Stop> {
    let cancelled = || Stop::with(Exit::Refused, format!("\n{}\n", render::refusal::cancelled(plan.mode)));
    let losses: Vec<_> = plan.confirmations().filter(|(id, _)| !confirmed.contains(id)).collect();
    for (index, (id, change)) in losses.iter().enumerate() {
        context.print(&render::refusal::prompt_loss(index + 1, losses.len(), id, change, &session.rendering));
        match context.read_line() {
            Some(typed) if typed.trim() == id => confirmed.insert(id.clone()),
            _ => return Err(cancelled()),
        };
    }
    context.print(&render::refusal::prompt(plan.mode, &session.rendering));
    match context.read_line() {
        Some(typed) if typed.trim() == "yes" => Ok(Approval { means: Means::Prompt, confirmed }),
        _ => Err(cancelled()),
    }
}

fn refused(refusal: &Refusal, plan: &Plan, digest: &Digest, file: Option<&str>, session: &Session) -> Stop {
    let exit = match refusal {
        Refusal::OtherPlan { .. } => Exit::Stale,
        Refusal::Blocked { .. } => Exit::Error,
        Refusal::TierTooHigh { .. } | Refusal::Unconfirmed { .. } | Refusal::UnknownConfirmation { .. } => {
            Exit::Refused
        }
    };
    let text = render::refusal::refused(refusal, plan, digest, file, &session.called, &session.rendering);
    Stop::with(exit, text)
}

/// Decides whether the consent covers the plan.
///
/// # Errors
///
/// [`Stop`] where it does not.
pub fn approve(
    plan: &Plan,
    digest: &Digest,
    approval: &Approval,
    file: Option<&str>,
    session: &Session,
) -> Result<ApprovedPlan, Stop> {
    ApprovedPlan::new(plan.clone(), digest.clone(), approval)
        .map_err(|refusal| refused(&refusal, plan, digest, file, session))
}
