//! What backform knows of a plan and Terraform's JSON has no place for: risks, evidence, consent, causes, coverage.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::approval::Digest;
use crate::model::desired::Cause;
use crate::model::diagnostic::Place;
use crate::model::live::{Gate, Preparation};
use crate::model::plan::{Action, Block, Change, Move, Plan, PlanMode, QuotaChange, Reason, ReplaceOrder};
use crate::model::risk::{Evidence, Risk};

/// The JSON Schema of `x_backform`, as `schema plan` prints it.
pub const SCHEMA: &str = include_str!("plan.schema.json");

/// Grows with every change that a reader could stumble over; new keys do not count.
const VERSION: u32 = 1;

/// The value of `x_backform`.
#[derive(Serialize)]
pub struct Extra<'a> {
    version: u32,
    tool: Tool,
    digest: &'a str,
    mode: &'static str,
    tier: u8,
    preparations: Vec<Step<'a>>,
    changes: Vec<Entry<'a>>,
    coverage: Coverage<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    quotas: Vec<Quota>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Step<'a> {
    provider: String,
    name: &'a str,
    title: &'a str,
    consequence: &'a str,
    risk: &'static str,
    tier: u8,
    needed_by: Vec<&'a str>,
}

#[derive(Serialize)]
struct Entry<'a> {
    address: String,
    action: &'static str,
    reason: Why<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    tier: u8,
    /// What goes from one object to another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    moves: Vec<Moved<'a>>,
    risks: Vec<Cost<'a>>,
    blocks: Vec<Obstacle<'a>>,
    acknowledged: Vec<Rule<'a>>,
    /// What must be typed, or given to `--confirm-destroy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmation: Option<String>,
    /// The address of an object that goes and is the same in all that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    renamed_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_at: Option<At<'a>>,
    causes: BTreeMap<&'a str, Origin<'a>>,
}

#[derive(Serialize)]
struct Moved<'a> {
    member: &'a str,
    from: String,
    to: String,
    /// Whether all that belongs to it goes along.
    migrated: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    obstacle: Option<&'a str>,
}

#[derive(Serialize)]
struct Why<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At<'a>>,
}

#[derive(Serialize)]
struct At<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Cost<'a> {
    kind: &'static str,
    tier: u8,
    effect: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Stake>,
}

#[derive(Serialize)]
struct Stake {
    recovery_points: u64,
    newest: Option<String>,
    oldest: Option<String>,
    bytes: Option<u64>,
    other_copies: u64,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Obstacle<'a> {
    PreventDestroy { place: At<'a> },
    Gate(Rule<'a>),
    AlreadyExists { id: &'a str },
    RecordedElsewhere { id: &'a str, address: String },
}

#[derive(Serialize)]
struct Rule<'a> {
    #[serde(rename = "rule")]
    name: &'a str,
    reason: &'a str,
    alternative: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<&'a str>,
}

#[derive(Serialize)]
struct Origin<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<&'a str>,
    /// What the expression reads besides variables: where an unknown value will come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    reads: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At<'a>>,
}

#[derive(Serialize)]
struct Coverage<'a> {
    before: u64,
    after: u64,
    lost: &'a [String],
    gained: &'a [String],
}

/// What an account protects, in bytes.
#[derive(Serialize)]
struct Quota {
    provider: String,
    free: Option<u64>,
    before: u64,
    after: u64,
    untold: u64,
}

/// Converts what is ours of a plan.
pub fn extra<'a>(plan: &'a Plan, digest: &'a Digest) -> Extra<'a> {
    Extra {
        version: VERSION,
        tool: Tool { name: "backform", version: env!("CARGO_PKG_VERSION") },
        digest: &digest.0,
        mode: match plan.mode {
            PlanMode::Normal => "normal",
            PlanMode::Destroy => "destroy",
            PlanMode::RefreshOnly => "refresh-only",
            PlanMode::Act => "act",
        },
        tier: plan.tier().number(),
        preparations: plan.preparations.iter().map(step).collect(),
        changes: plan.effects().map(entry).collect(),
        coverage: Coverage {
            before: plan.coverage.before,
            after: plan.coverage.after,
            lost: &plan.coverage.lost,
            gained: &plan.coverage.gained,
        },
        quotas: plan.quotas.iter().map(quota).collect(),
    }
}

fn quota(quota: &QuotaChange) -> Quota {
    let QuotaChange { provider, free, before, after, untold } = quota;
    Quota { provider: provider.to_string(), free: *free, before: *before, after: *after, untold: *untold }
}

fn step(step: &Preparation) -> Step<'_> {
    Step {
        provider: step.provider.to_string(),
        name: &step.name,
        title: &step.title,
        consequence: &step.consequence,
        risk: step.risk.as_str(),
        tier: step.risk.tier().number(),
        needed_by: step.needed_by.iter().map(|kind| &**kind).collect(),
    }
}

fn entry(change: &Change) -> Entry<'_> {
    let causes = change
        .attributes
        .iter()
        .filter_map(|attribute| attribute.cause.as_ref().map(|cause| (&*attribute.name, origin(cause))));
    Entry {
        address: change.address.to_string(),
        action: action(change),
        reason: why(&change.reason),
        id: change.id.as_deref(),
        region: change.scope.as_ref().map(|scope| &*scope.region),
        tier: change.tier().number(),
        moves: change.moves.iter().map(moved).collect(),
        risks: change.risks.iter().map(cost).collect(),
        blocks: change.blocks.iter().flat_map(obstacles).collect(),
        acknowledged: change.acknowledged.iter().map(rule).collect(),
        confirmation: change.confirmation(),
        renamed_from: change.renamed_from.as_ref().map(ToString::to_string),
        declared_at: change.declared_at.as_ref().map(at),
        causes: causes.collect(),
    }
}

fn moved(one: &Move) -> Moved<'_> {
    Moved {
        member: &one.member,
        from: one.from.to_string(),
        to: one.to.to_string(),
        migrated: one.is_migration(),
        obstacle: one.obstacle.as_deref(),
    }
}

/// Our word for what is done.
pub fn action(change: &Change) -> &'static str {
    match change.action {
        Action::Create => "create",
        Action::Destroy => "destroy",
        Action::Forget => "forget",
        // Only a change that is an effect is listed, and without an action of its own that is one of these.
        Action::NoOp if change.importing.is_some() => "import",
        Action::NoOp => "move",
        Action::Pause => "pause",
        Action::Read => "read",
        Action::Replace(ReplaceOrder::CreateFirst) => "replace-create-first",
        Action::Replace(ReplaceOrder::DestroyFirst) => "replace-destroy-first",
        Action::Resume => "resume",
        Action::Run => "run",
        Action::Update => "update",
    }
}

fn why(reason: &Reason) -> Why<'_> {
    let plain = |kind| Why { kind, attributes: Vec::new(), by: None, place: None };
    match reason {
        Reason::Same => plain("same"),
        Reason::NotInState => plain("not-in-state"),
        Reason::GoneFromCloud => plain("gone-from-cloud"),
        Reason::AttributesDiffer => plain("attributes-differ"),
        Reason::CannotUpdate { attributes } => {
            let attributes = attributes.iter().map(String::as_str).collect();
            Why { attributes, ..plain("cannot-update") }
        }
        Reason::LeftOver => plain("left-over"),
        Reason::Requested => plain("requested"),
        Reason::Triggered { by } => Why { by: Some(by.to_string()), ..plain("triggered") },
        Reason::NotInConfig => plain("not-in-config"),
        Reason::KeyNotInForEach => plain("key-not-in-for-each"),
        Reason::IndexOutOfCount => plain("index-out-of-count"),
        Reason::WrongRepetition => plain("wrong-repetition"),
        Reason::RemovedBlock { place } => Why { place: Some(at(place)), ..plain("removed-block") },
        Reason::DestroyMode => plain("destroy-mode"),
        Reason::ArgumentsUnknown => plain("arguments-unknown"),
        Reason::Asked => plain("asked"),
    }
}

fn at(place: &Place) -> At<'_> {
    At { file: &place.file, line: place.line, column: place.column }
}

fn cost(risk: &Risk) -> Cost<'_> {
    Cost {
        kind: risk.kind.as_str(),
        tier: risk.tier().number(),
        effect: &risk.effect,
        attribute: risk.attribute.as_deref(),
        evidence: risk.evidence.as_ref().map(stake),
    }
}

fn stake(evidence: &Evidence) -> Stake {
    let time = |unix: i64| Timestamp::from_second(unix).ok().map(|time| time.to_string());
    Stake {
        recovery_points: evidence.recovery_points,
        newest: evidence.newest.and_then(time),
        oldest: evidence.oldest.and_then(time),
        bytes: evidence.bytes,
        other_copies: evidence.other_copies,
    }
}

fn obstacles(block: &Block) -> Vec<Obstacle<'_>> {
    match block {
        Block::PreventDestroy { place } => vec![Obstacle::PreventDestroy { place: at(place) }],
        Block::Gate { gates } => gates.iter().map(rule).map(Obstacle::Gate).collect(),
        Block::AlreadyExists { id } => vec![Obstacle::AlreadyExists { id }],
        Block::RecordedElsewhere { id, address } => {
            vec![Obstacle::RecordedElsewhere { id, address: address.to_string() }]
        }
    }
}

fn rule(gate: &Gate) -> Rule<'_> {
    Rule {
        name: &gate.rule,
        reason: &gate.reason,
        alternative: &gate.alternative,
        attribute: gate.attribute.as_deref(),
    }
}

fn origin(cause: &Cause) -> Origin<'_> {
    let plain = |kind| Origin { kind, variable: None, reads: None, place: None };
    match cause {
        Cause::Config { place, reads } => {
            Origin { place: Some(at(place)), reads: reads.as_deref(), ..plain("config") }
        }
        Cause::Variable { place, name } => {
            Origin { place: Some(at(place)), variable: Some(name), ..plain("variable") }
        }
        Cause::Default => plain("default"),
        Cause::Drift => plain("drift"),
    }
}
