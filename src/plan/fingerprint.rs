//! The intent digest: SHA-256 over a canonical form of a plan's effects.
//!
//! In it is everything that somebody approves: what is done to which object of which cloud, from which values to
//! which, at which risk. Not in it is what may differ while the effects are the same: the time, the machine, places
//! in files, causes, drift that nobody acts on, observed attributes, and the evidence, which grows every day.

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::model::approval::Digest;
use crate::model::plan::{Action, Change, Move, Plan, PlanMode};
use crate::model::risk::RiskKind;
use crate::model::value::Value;

/// The first line of the canonical form. Another form of it gets another number, so that digests of different forms
/// never compare equal.
const FORM: &str = "backform plan 1";

/// One line of the canonical form.
#[derive(Serialize)]
struct Effect<'a> {
    address: String,
    moved_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    importing: Option<&'a str>,
    provider: Option<&'a str>,
    region: Option<&'a str>,
    action: Action,
    id: Option<&'a str>,
    attributes: Vec<(&'a str, Option<&'a Value>, Option<&'a Value>, bool)>,
    #[serde(skip_serializing_if = "<[Move]>::is_empty")]
    moves: &'a [Move],
    risks: Vec<RiskKind>,
    acknowledged: Vec<&'a str>,
    blocked: bool,
}

#[derive(Serialize)]
struct Prepared<'a> {
    provider: &'a str,
    preparation: &'a str,
}

#[derive(Serialize)]
struct Output<'a> {
    #[serde(rename = "output")]
    name: &'a str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
}

#[derive(Serialize)]
struct Kind {
    mode: PlanMode,
}

/// Computes the digest.
pub fn fingerprint(plan: &Plan) -> Digest {
    let mut hash = Sha256::new();
    hash.update(FORM);
    line(&mut hash, &Kind { mode: plan.mode });
    for preparation in &plan.preparations {
        line(&mut hash, &Prepared { provider: &preparation.provider.name, preparation: &preparation.name });
    }
    for change in plan.effects() {
        line(&mut hash, &effect(change));
    }
    for (name, change) in &plan.outputs {
        line(&mut hash, &Output { name, before: change.before.as_ref(), after: change.after.as_ref() });
    }
    let text = hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    });
    Digest(text)
}

fn line(hash: &mut Sha256, part: &impl Serialize) {
    hash.update(b"\n");
    hash.update(
        serde_json::to_vec(part).expect("plain data without maps of other keys than text is always JSON"),
    );
}

fn effect(change: &Change) -> Effect<'_> {
    Effect {
        address: change.address.to_string(),
        moved_from: change.moved_from.as_ref().map(ToString::to_string),
        importing: change.importing.as_deref(),
        provider: change.scope.as_ref().map(|scope| &*scope.provider.name),
        region: change.scope.as_ref().map(|scope| &*scope.region),
        action: change.action,
        id: change.id.as_deref(),
        attributes: change
            .attributes
            .iter()
            .map(|attribute| {
                (
                    &*attribute.name,
                    attribute.before.as_ref(),
                    attribute.after.as_ref(),
                    attribute.forces_replacement,
                )
            })
            .collect(),
        moves: &change.moves,
        risks: change.risks.iter().map(|risk| risk.kind).collect(),
        acknowledged: change.acknowledged.iter().map(|gate| gate.rule.as_str()).collect(),
        blocked: !change.blocks.is_empty(),
    }
}
