//! What happens in a run, as Terraform's machine-readable UI tells it: one JSON object a line.
//!
//! Terraform's lines are as Terraform writes them. Ours end every run with `run_summary`, whatever happened, so that
//! nobody has to guess what was done; what backform knows besides is under `x_backform`. Sensitive values are in no line.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::json_v1::{action_reason, index, module_address};
use super::json_value::known;
use super::summary::{self, imports};
use super::theme::{RenderOptions, Text};
use super::{apply, diagnostic_json, json};
use crate::model::address::Address;
use crate::model::diagnostic::{Diagnostic, Diagnostics, Severity, Sources};
use crate::model::event::{Notice, Phase};
use crate::model::outcome::{Outcome, Tally};
use crate::model::plan::{Action, Change, Drift, OutputChange, Plan, PlanMode};
use crate::model::state::{Operation, RecordedOutput};

/// Terraform's number for the form.
const UI_VERSION: &str = "1.2";

/// One line, without its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    level: &'static str,
    message: String,
    kind: &'static str,
    payload: Map<String, Json>,
}

/// The keys that every line has, in Terraform's order.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(rename = "@level")]
    level: &'a str,
    #[serde(rename = "@message")]
    message: &'a str,
    #[serde(rename = "@module")]
    module: &'static str,
    #[serde(rename = "@timestamp")]
    timestamp: &'a str,
    #[serde(flatten)]
    payload: &'a Map<String, Json>,
    r#type: &'a str,
}

impl Line {
    pub(super) fn new(
        kind: &'static str,
        message: String,
        payload: impl IntoIterator<Item = (&'static str, Json)>,
    ) -> Self {
        let payload = payload.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { level: "info", message, kind, payload }
    }

    /// The same line with more in it.
    #[must_use]
    pub(super) fn with(mut self, more: impl IntoIterator<Item = (&'static str, Json)>) -> Self {
        self.payload.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
        self
    }

    /// The line as JSON with the time at which it is written, without a line feed.
    pub fn at(&self, timestamp: &str) -> String {
        json::line(&Whole {
            level: self.level,
            message: &self.message,
            module: "terraform.ui",
            timestamp,
            payload: &self.payload,
            r#type: self.kind,
        })
    }
}

/// The first line of every run.
pub fn version(tool: &str) -> Line {
    let message = format!("backform {tool}");
    let compatible = super::json_v1::TERRAFORM_VERSION;
    Line::new(
        "version",
        message,
        [("terraform", json!(compatible)), ("ui", json!(UI_VERSION)), ("backform", json!(tool))],
    )
}

/// Everything that a plan says: drift, changes, counts, outputs.
pub fn plan(plan: &Plan) -> Vec<Line> {
    let mut lines: Vec<Line> = plan.drift.iter().map(drift).collect();
    lines.extend(plan.effects().map(planned));
    lines.push(counts(plan));
    if !plan.outputs.is_empty() {
        lines.push(planned_outputs(&plan.outputs));
    }
    lines
}

fn drift(drift: &Drift) -> Line {
    let action = if drift.after.is_some() { "update" } else { "delete" };
    let message = format!("{}: Drift detected ({action})", drift.address);
    Line::new(
        "resource_drift",
        message,
        [("change", json!({"resource": resource(&drift.address), "action": action}))],
    )
}

fn planned(change: &Change) -> Line {
    let action = word(change);
    let mut payload = Map::new();
    payload.insert("resource".to_owned(), resource(&change.address));
    payload.insert("action".to_owned(), json!(action));
    if let Some(from) = &change.moved_from {
        payload.insert("previous_resource".to_owned(), resource(from));
    }
    if let Some(reason) = action_reason(change) {
        // The stream has shorter words for replacements than the plan.
        let short = reason.strip_prefix("replace_because_").unwrap_or(match reason {
            "replace_by_request" => "requested",
            "replace_by_triggers" => "replace_triggered_by",
            other => other,
        });
        payload.insert("reason".to_owned(), json!(short));
    }
    if let Some(id) = change.importing.as_deref() {
        payload.insert("importing".to_owned(), json!({"id": id}));
    }
    let line = Line::new(
        "planned_change",
        format!("{}: Plan to {action}", change.address),
        [("change", Json::Object(payload)), ("x_backform", extra(change))],
    );
    let is_risky = change.tier().number() > 1 || !change.blocks.is_empty();
    if is_risky { Line { level: "warn", ..line } } else { line }
}

/// What Terraform's words for a change leave out.
fn extra(change: &Change) -> Json {
    let risks: Vec<Json> =
        change.risks.iter().map(|risk| json!({"kind": risk.kind.as_str(), "effect": risk.effect})).collect();
    json!({
        "action": super::json_extra::action(change),
        "tier": change.tier().number(),
        "risks": risks,
        "blocked": !change.blocks.is_empty(),
    })
}

/// Terraform's word for what is done.
fn word(change: &Change) -> &'static str {
    match change.action {
        Action::Create | Action::Run => "create",
        Action::Destroy => "delete",
        Action::Forget => "remove",
        Action::NoOp if change.importing.is_some() => "import",
        Action::NoOp if change.moved_from.is_some() => "move",
        Action::NoOp => "noop",
        Action::Pause | Action::Resume | Action::Update => "update",
        Action::Read => "read",
        Action::Replace(_) => "replace",
    }
}

/// The counts of a plan in the words of its text, and what those do not count under a key of ours.
fn counts(plan: &Plan) -> Line {
    let mut text = Text::default();
    summary::counts(&mut text, plan);
    let text = text.finish(&RenderOptions::default());
    let first = text.lines().next().unwrap_or_default().to_owned();
    let number = |action: &dyn Fn(&Change) -> bool| plan.effects().filter(|change| action(change)).count();
    let of = |action: Action| number(&|change: &Change| change.action == action);
    Line::new(
        "change_summary",
        first,
        [
            (
                "changes",
                json!({
                    "add": of(Action::Create),
                    "change": of(Action::Update),
                    "import": imports(plan),
                    "remove": of(Action::Destroy),
                    "operation": "plan",
                }),
            ),
            (
                "x_backform",
                json!({
                    "replace": number(&|change| matches!(change.action, Action::Replace(_))),
                    "forget": of(Action::Forget),
                    "pause": of(Action::Pause),
                    "resume": of(Action::Resume),
                    "run": of(Action::Run),
                    "move": number(&|change| change.moved_from.is_some()),
                    "blocked": plan.blocked().count(),
                    "tier": plan.tier().number(),
                }),
            ),
        ],
    )
}

fn planned_outputs(outputs: &BTreeMap<Arc<str>, OutputChange>) -> Line {
    let shown = outputs.iter().map(|(name, change)| {
        let action = match (&change.before, &change.after) {
            (None, Some(_)) => "create",
            (Some(_), None) => "delete",
            (Some(_), Some(_)) => "update",
            (None, None) => "noop",
        };
        (name.to_string(), json!({"sensitive": change.sensitive, "action": action}))
    });
    let shown: Map<String, Json> = shown.collect();
    Line::new("outputs", format!("Outputs: {}", shown.len()), [("outputs", Json::Object(shown))])
}

/// The values of outputs after an apply; sensitive ones without their value.
pub fn outputs(outputs: &BTreeMap<Arc<str>, RecordedOutput>) -> Line {
    let shown = outputs.iter().map(|(name, output)| {
        let is_secret = output.sensitive || !output.value.marks_deep().is_empty();
        let ty = output.value.type_of().to_json();
        let shown = match known(&output.value) {
            Some(value) if !is_secret => json!({"sensitive": false, "type": ty, "value": value}),
            _ => json!({"sensitive": is_secret, "type": ty}),
        };
        (name.to_string(), shown)
    });
    let shown: Map<String, Json> = shown.collect();
    Line::new("outputs", format!("Outputs: {}", shown.len()), [("outputs", Json::Object(shown))])
}

/// Progress of one operation, and the problem where it failed.
pub fn notice(notice: &Notice, plan: &Plan) -> Vec<Line> {
    let message = apply::progress(notice, plan, &RenderOptions::default());
    let mut hook = Map::new();
    hook.insert("resource".to_owned(), resource(&notice.address));
    hook.insert("action".to_owned(), json!(operation(notice.operation)));
    if let Some(id) = notice.id.as_deref() {
        hook.insert("id_key".to_owned(), json!("id"));
        hook.insert("id_value".to_owned(), json!(id));
    }
    let (kind, level) = match notice.phase {
        Phase::Started => ("apply_start", "info"),
        Phase::Waiting | Phase::Under(_) => ("apply_progress", "info"),
        Phase::Done => ("apply_complete", "info"),
        Phase::Failed(_) => ("apply_errored", "error"),
    };
    if notice.phase != Phase::Started {
        hook.insert("elapsed_seconds".to_owned(), json!(notice.elapsed.as_secs()));
    }
    let line = Line { level, ..Line::new(kind, message, [("hook", Json::Object(hook))]) };
    let Phase::Failed(error) = &notice.phase else { return vec![line] };
    let failed = format!("{} failed", operation_noun(notice.operation));
    vec![line, failure(&failed, error, Some(&notice.address))]
}

fn operation(operation: Operation) -> &'static str {
    match operation {
        Operation::Create | Operation::Prepare | Operation::Run => "create",
        Operation::Update => "update",
        Operation::Delete => "delete",
    }
}

fn operation_noun(operation: Operation) -> &'static str {
    match operation {
        Operation::Prepare => "preparing the account",
        Operation::Create => "creating",
        Operation::Update => "changing",
        Operation::Delete => "destroying",
        Operation::Run => "running",
    }
}

/// What came of an apply, in Terraform's form.
pub fn outcome(outcome: &Outcome, mode: PlanMode) -> Line {
    let said = apply::outcome(outcome, mode, &RenderOptions::default());
    let first = said.lines().find(|line| !line.is_empty()).unwrap_or_default().to_owned();
    let Tally { added, changed, destroyed, replaced, paused, resumed, forgotten, imported, run } =
        outcome.tally;
    let operation = if mode == PlanMode::Destroy { "destroy" } else { "apply" };
    Line::new(
        "change_summary",
        first,
        [
            (
                "changes",
                json!({"add": added, "change": changed, "import": imported, "remove": destroyed, "operation": operation}),
            ),
            (
                "x_backform",
                json!({
                    "replace": replaced, "forget": forgotten, "pause": paused, "resume": resumed, "run": run,
                }),
            ),
        ],
    )
}

/// How many operations of a run came to which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunTally {
    /// Took effect.
    pub done: usize,
    /// Were refused, or could not be confirmed.
    pub failed: usize,
    /// Were not begun.
    pub not_started: usize,
    /// May have taken effect.
    pub unknown: usize,
}

impl RunTally {
    /// The same of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        let Tally { added, changed, destroyed, replaced, paused, resumed, forgotten, imported, run } =
            outcome.tally;
        Self {
            done: added + changed + destroyed + replaced + paused + resumed + forgotten + imported + run,
            failed: outcome.failed.len(),
            not_started: outcome.not_started.len(),
            unknown: outcome.unknown.len(),
        }
    }
}

/// The last line of every run.
pub fn run_summary(tally: &RunTally, exit_code: u8) -> Line {
    let RunTally { done, failed, not_started, unknown } = *tally;
    let message =
        format!("Run ended: {done} done, {failed} failed, {not_started} not started, {unknown} unknown.");
    Line::new(
        "run_summary",
        message,
        [
            ("done", json!(done)),
            ("failed", json!(failed)),
            ("not_started", json!(not_started)),
            ("unknown", json!(unknown)),
            ("exit_code", json!(exit_code)),
        ],
    )
}

/// Problems of the configuration, a line each.
pub fn problems(list: &Diagnostics, sources: &Sources) -> Vec<Line> {
    list.iter().map(|diagnostic| problem(diagnostic, sources)).collect()
}

fn problem(diagnostic: &Diagnostic, sources: &Sources) -> Line {
    let (level, title) = match diagnostic.severity {
        Severity::Error => ("error", "Error"),
        Severity::Warning => ("warn", "Warning"),
    };
    let shown = serde_json::to_value(diagnostic_json::problem(diagnostic, sources));
    let shown = shown.expect("these structs have text keys only and no failing part");
    let line = Line::new("diagnostic", format!("{title}: {}", diagnostic.summary), [("diagnostic", shown)]);
    Line { level, ..line }
}

/// What ended a run, from the words that a person reads: the first line says what, the rest why and what to do.
pub fn stopped(words: &str) -> Option<Line> {
    let words = words.trim();
    let (first, rest) = words.split_once('\n').unwrap_or((words, ""));
    let summary = first.strip_prefix("error: ").unwrap_or(first);
    (!summary.is_empty()).then(|| failure(summary, rest.trim(), None))
}

fn failure(summary: &str, detail: &str, address: Option<&Address>) -> Line {
    let mut shown = json!({"severity": "error", "summary": summary, "detail": detail});
    if let (Some(address), Json::Object(shown)) = (address, &mut shown) {
        shown.insert("address".to_owned(), json!(address.to_string()));
    }
    let line = Line::new("diagnostic", format!("Error: {summary}"), [("diagnostic", shown)]);
    Line { level: "error", ..line }
}

/// An address in parts.
fn resource(address: &Address) -> Json {
    let module = module_address(&address.block.module).unwrap_or_default();
    let whole = address.to_string();
    let own = whole.strip_prefix(&module).map_or(&*whole, |own| own.trim_start_matches('.'));
    json!({
        "addr": whole,
        "module": module,
        "resource": own,
        "implied_provider": address.kind().split('_').next().unwrap_or_default(),
        "resource_type": address.kind(),
        "resource_name": address.block.name.to_string(),
        "resource_key": index(&address.key),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::samples::*;
    use super::*;
    use crate::model::value::Value;

    const TIME: &str = "2026-11-22T02:31:50.758066Z";

    fn shown(lines: &[Line]) -> String {
        lines.iter().map(|line| line.at(TIME) + "\n").collect()
    }

    #[test]
    fn a_change_is_told_as_terraform_tells_it() {
        let given = of(vec![create(keyed("web", "a"), "i-a")]);
        let expected = concat!(
            r#"{"@level":"info","@message":"alicloud_ecs_file_backup.web[\"a\"]: Plan to create","@module":"terraform.ui","#,
            r#""@timestamp":"2026-11-22T02:31:50.758066Z","change":{"action":"create","resource":{"#,
            r#""addr":"alicloud_ecs_file_backup.web[\"a\"]","implied_provider":"alicloud","module":"","#,
            r#""resource":"alicloud_ecs_file_backup.web[\"a\"]","resource_key":"a","resource_name":"web","#,
            r#""resource_type":"alicloud_ecs_file_backup"}},"#,
            r#""x_backform":{"action":"create","blocked":false,"risks":[],"tier":1},"type":"planned_change"}"#,
        );
        assert_eq!(plan(&given)[0].at(TIME), expected);
    }

    #[test]
    fn each_action_has_terraforms_word() {
        let check = |change: Change, word: &str, reason: Option<&str>, level: &str| {
            let line = planned(&change);
            let given = &line.payload["change"];
            assert_eq!((given["action"].as_str(), given["reason"].as_str()), (Some(word), reason));
            assert_eq!((line.level, &line.message), (level, &format!("{}: Plan to {word}", change.address)));
        };
        check(create(named("a"), "i-a"), "create", None, "info");
        check(update(named("a"), "i-a"), "update", None, "info");
        check(pause(named("a"), "i-a"), "update", None, "warn");
        check(forget(named("a"), "i-a"), "remove", Some("delete_because_no_resource_config"), "warn");
        check(destroy(named("a"), "i-a"), "delete", Some("delete_because_no_resource_config"), "warn");
        check(replace(named("a"), "i-a", "i-b"), "replace", Some("cannot_update"), "warn");
    }

    #[test]
    fn counts_are_those_of_the_text_and_a_replacement_counts_once() {
        let given = of(vec![create(named("a"), "i-a"), replace(named("b"), "i-b", "i-c")]);
        let line = counts(&given);
        assert_eq!(line.message, "Plan: 1 to add, 0 to change, 0 to destroy.");
        assert_eq!(line.payload["changes"]["remove"], 0);
        assert_eq!(line.payload["x_backform"]["replace"], 1);
    }

    #[test]
    fn a_failure_is_progress_and_a_problem() {
        let notice = Notice {
            address: named("a"),
            id: None,
            operation: Operation::Create,
            phase: Phase::Failed("the cloud refused it".to_owned()),
            elapsed: Duration::from_secs(3),
        };
        let lines = super::notice(&notice, &of(vec![create(named("a"), "i-a")]));
        let kinds: Vec<&str> = lines.iter().map(|line| line.kind).collect();
        assert_eq!(kinds, ["apply_errored", "diagnostic"]);
        assert_eq!(lines[0].payload["hook"]["elapsed_seconds"], 3);
        assert_eq!(lines[1].payload["diagnostic"]["detail"], "the cloud refused it");
        assert_eq!(lines[1].payload["diagnostic"]["address"], "alicloud_ecs_file_backup.a");
    }

    #[test]
    fn the_end_of_a_run_is_a_problem_of_one_line_and_its_detail() {
        let check = |words: &str, summary: &str, detail: &str| {
            let line = stopped(words).expect("there are words");
            assert_eq!(line.payload["diagnostic"]["summary"], summary);
            assert_eq!(line.payload["diagnostic"]["detail"], detail);
        };
        check("error: no such file\nhint: look\n", "no such file", "hint: look");
        check("\nApply cancelled.\n", "Apply cancelled.", "");
        assert_eq!(stopped(""), None);
    }

    #[test]
    fn secrets_of_outputs_are_not_told() {
        let output = |value: Value, sensitive| RecordedOutput { value, sensitive };
        let given = BTreeMap::from([
            (Arc::from("inner"), output(Value::tuple([Value::from("hunter2").sensitive()]), false)),
            (Arc::from("open"), output(Value::from("x"), false)),
            (Arc::from("secret"), output(Value::from("hunter2"), true)),
        ]);
        let text = shown(&[outputs(&given)]);
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains(r#""open":{"sensitive":false,"type":"string","value":"x"}"#), "{text}");
    }

    #[test]
    fn the_last_line_adds_up() {
        let tally = RunTally { done: 3, failed: 1, not_started: 2, unknown: 0 };
        let line = run_summary(&tally, 5);
        assert_eq!(line.message, "Run ended: 3 done, 1 failed, 2 not started, 0 unknown.");
        assert_eq!((line.payload["done"].clone(), line.payload["exit_code"].clone()), (json!(3), json!(5)));
    }
}
