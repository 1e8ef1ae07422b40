//! What an apply says while it runs, and what came of it: always a tally, above all when something failed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::theme::{Label, RenderOptions, Text};
use super::value::attribute_name;
use super::{literal, words};
use crate::model::act::Progress;
use crate::model::event::{Notice, Phase};
use crate::model::outcome::{Failure, Outcome, Tally};
use crate::model::plan::{Action, Plan, PlanMode};
use crate::model::state::{Operation, RecordedOutput};

/// How an operation is called while it runs and when it ends.
struct Verb {
    running: &'static str,
    ended: &'static str,
}

/// One line of progress, without a line feed: `ADDR: Creating...`.
pub fn progress(notice: &Notice, plan: &Plan, options: &RenderOptions) -> String {
    let verb = verb(notice, plan);
    let mut text = Text::default();
    let id = notice.id.as_deref().map(|id| format!(" [id={id}]")).unwrap_or_default();
    let elapsed = words::elapsed(notice.elapsed);
    let (label, words) = match &notice.phase {
        Phase::Started => (Label::Bold, format!("{}...{id}", verb.running)),
        Phase::Waiting => {
            (Label::Bold, format!("Still {}... [{elapsed} elapsed]", verb.running.to_lowercase()))
        }
        Phase::Under(progress) => (Label::Bold, under(&verb, progress, &elapsed)),
        Phase::Done => (Label::Bold, format!("{} complete after {elapsed}{id}", verb.ended)),
        Phase::Failed(error) => (Label::Risky, format!("{} failed after {elapsed}: {error}", verb.ended)),
    };
    text.push(label, &format!("{}: {words}", notice.address));
    text.finish(options)
}

/// `Still running... [r-1 RUNNING, 42 %, 20s elapsed]`
fn under(verb: &Verb, progress: &Progress, elapsed: &str) -> String {
    let done = progress.done.map(|done| format!(", {} %", done / 100)).unwrap_or_default();
    let Progress { id, status, .. } = progress;
    format!("Still {}... [{id} {status}{done}, {elapsed} elapsed]", verb.running.to_lowercase())
}

fn verb(notice: &Notice, plan: &Plan) -> Verb {
    let found = plan.changes.binary_search_by(|change| change.address.cmp(&notice.address));
    let change = found.ok().map(|index| &plan.changes[index]);
    let imports = change.is_some_and(|change| change.importing.is_some());
    let action = change.map(|change| change.action);
    let verb = |running, ended| Verb { running, ended };
    match (notice.operation, action) {
        (Operation::Prepare, _) => verb("Preparing the account", "Preparation"),
        (Operation::Create, _) => verb("Creating", "Creation"),
        (Operation::Delete, _) => verb("Destroying", "Destruction"),
        (Operation::Update, Some(Action::Pause)) => verb("Pausing", "Pause"),
        (Operation::Update, Some(Action::Resume)) => verb("Resuming", "Resumption"),
        (Operation::Update, Some(Action::NoOp)) if imports => verb("Importing", "Import"),
        (Operation::Update, Some(Action::NoOp)) => verb("Renaming", "Renaming"),
        (Operation::Update, _) => verb("Modifying", "Modifications"),
        (Operation::Run, _) => verb("Running", "Run"),
    }
}

/// What came of the whole apply.
pub fn outcome(outcome: &Outcome, mode: PlanMode, options: &RenderOptions) -> String {
    let mut text = Text::default();
    text.newline();
    if outcome.is_complete() {
        complete(&mut text, &outcome.tally, mode);
    } else {
        partial(&mut text, outcome, mode, options);
    }
    text.finish(options)
}

fn complete(text: &mut Text, tally: &Tally, mode: PlanMode) {
    let words = match mode {
        PlanMode::Destroy => format!("Destroy complete! Resources: {} destroyed.", tally.destroyed),
        PlanMode::Act => format!("Apply complete! Acts: {} run.", tally.run),
        PlanMode::Normal | PlanMode::RefreshOnly => format!("Apply complete! {}", resources(tally)),
    };
    text.line(Label::Added, &words);
    if mode != PlanMode::Act {
        besides(text, tally);
    }
}

fn resources(tally: &Tally) -> String {
    let Tally {
        added,
        changed,
        destroyed,
        imported,
        replaced: _,
        paused: _,
        resumed: _,
        forgotten: _,
        run: _,
    } = tally;
    let imported = if *imported > 0 { format!("{imported} imported, ") } else { String::new() };
    format!("Resources: {imported}{added} added, {changed} changed, {destroyed} destroyed.")
}

/// What the line in Terraform's words has no place for.
fn besides(text: &mut Text, tally: &Tally) {
    let Tally { added: _, changed: _, destroyed: _, imported: _, replaced, paused, resumed, forgotten, run } =
        *tally;
    let counted = [
        (replaced, "replaced"),
        (paused, "paused"),
        (resumed, "resumed"),
        (forgotten, "forgotten"),
        (run, "run"),
    ];
    let some: Vec<String> = counted
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    if !some.is_empty() {
        text.line(Label::Plain, &format!("Besides: {}.", some.join(", ")));
    }
}

fn partial(text: &mut Text, outcome: &Outcome, mode: PlanMode, options: &RenderOptions) {
    let Outcome { state: _, tally, failed, unknown, not_started, problems: _, sink_error, in_part: _ } =
        outcome;
    let counted = [(failed.len(), "failed"), (unknown.len(), "unknown"), (not_started.len(), "not started")];
    let counts = counted.map(|(number, word)| format!("{number} {word}")).join(", ");
    text.line(Label::Risky, &format!("Apply incomplete: {counts}."));
    failures(text, "Failed:", failed, options);
    failures(text, "Unknown, because the answer was lost; the next run finds out:", unknown, options);
    if !not_started.is_empty() {
        text.newline();
        text.line(Label::Bold, "Not started:");
        for (address, reason) in not_started {
            text.push(Label::Bold, &format!("  {address}"));
            text.line(Label::Plain, &format!(": {reason}"));
        }
    }
    if let Some(error) = sink_error {
        text.newline();
        text.prose(Label::Risky, "", &format!("The run stopped: {error}."), options.prose_width());
    }
    text.newline();
    if mode == PlanMode::Act {
        text.line(Label::Bold, &format!("Done so far: Acts: {} run.", tally.run));
        return text.line(Label::Plain, "Nothing is repeated by itself.");
    }
    text.line(Label::Bold, &format!("Done so far: {}", resources(tally)));
    besides(text, tally);
    text.line(Label::Plain, "Nothing is rolled back. The next plan shows what is left to do.");
}

fn failures(text: &mut Text, title: &str, failures: &[Failure], options: &RenderOptions) {
    if failures.is_empty() {
        return;
    }
    text.newline();
    text.line(Label::Bold, title);
    for Failure { address, operation, error } in failures {
        text.push(Label::Bold, &format!("  {address}"));
        text.line(Label::Plain, &format!(" ({})", infinitive(*operation)));
        text.prose(Label::Plain, "    ", error, options.prose_width());
    }
}

fn infinitive(operation: Operation) -> &'static str {
    match operation {
        Operation::Prepare => "prepare the account",
        Operation::Create => "create",
        Operation::Update => "update",
        Operation::Delete => "destroy",
        Operation::Run => "run",
    }
}

/// The outputs after an apply, as `name = value`; sensitive ones as `<sensitive>`.
pub fn outputs(outputs: &BTreeMap<Arc<str>, RecordedOutput>, options: &RenderOptions) -> String {
    let mut text = Text::default();
    if outputs.is_empty() {
        return String::new();
    }
    text.newline();
    text.line(Label::Bold, "Outputs:");
    text.newline();
    text.append(&lines(outputs));
    text.finish(options)
}

/// The same without a title, as `terraform output` has them.
pub fn output_lines(outputs: &BTreeMap<Arc<str>, RecordedOutput>, options: &RenderOptions) -> String {
    lines(outputs).finish(options)
}

fn lines(outputs: &BTreeMap<Arc<str>, RecordedOutput>) -> Text {
    let mut text = Text::default();
    for (name, output) in outputs {
        text.plain(&format!("{} = ", attribute_name(name)));
        if output.sensitive || output.value.is_sensitive() {
            text.plain("<sensitive>");
        } else {
            literal::value(&mut text, &output.value, 0);
        }
        text.newline();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use insta::assert_snapshot;

    use super::super::samples::*;
    use super::*;
    use crate::model::value::Value;

    #[test]
    fn progress_is_terraforms_with_our_own_verbs() {
        let plan = of(vec![create(named("a"), "i-a"), pause(named("b"), "i-b")]);
        let check = |name: &str, operation: Operation, id: Option<&str>, phase: Phase, expected: &str| {
            let elapsed = Duration::from_secs(13);
            let notice = Notice { address: named(name), id: id.map(Arc::from), operation, phase, elapsed };
            assert_eq!(progress(&notice, &plan, &plain()), format!("alicloud_ecs_file_backup.{expected}"));
        };
        check("a", Operation::Create, None, Phase::Started, "a: Creating...");
        check("a", Operation::Create, None, Phase::Waiting, "a: Still creating... [13s elapsed]");
        check("a", Operation::Create, Some("p-1"), Phase::Done, "a: Creation complete after 13s [id=p-1]");
        check("a", Operation::Delete, Some("p-1"), Phase::Started, "a: Destroying... [id=p-1]");
        check("b", Operation::Update, Some("p-1"), Phase::Started, "b: Pausing... [id=p-1]");
        check(
            "x",
            Operation::Update,
            Some("p-1"),
            Phase::Done,
            "x: Modifications complete after 13s [id=p-1]",
        );
        check(
            "x",
            Operation::Update,
            None,
            Phase::Failed("no\nmore \u{1b}[1A".to_owned()),
            r"x: Modifications failed after 13s: no\nmore \u001b[1A",
        );
    }

    #[test]
    fn a_complete_apply() {
        let tally = Tally { added: 1, changed: 2, paused: 1, replaced: 3, ..Tally::default() };
        let done = Outcome { tally, ..Outcome::default() };
        assert_snapshot!(outcome(&done, PlanMode::Normal, &plain()), @"

        Apply complete! Resources: 1 added, 2 changed, 0 destroyed.
        Besides: 3 replaced, 1 paused.
        ");
        assert_snapshot!(outcome(&Outcome::default(), PlanMode::Destroy, &plain()), @"

        Destroy complete! Resources: 0 destroyed.
        ");
    }

    #[test]
    fn a_partial_apply_says_what_happened_to_everything() {
        let failure = |name: &str, operation, error: &str| Failure {
            address: named(name),
            operation,
            error: error.to_owned(),
        };
        let partial = Outcome {
            tally: Tally { added: 4, ..Tally::default() },
            failed: vec![failure(
                "a",
                Operation::Create,
                "the cloud refused it: \"QuotaExceeded\" (request 0A1B)",
            )],
            unknown: vec![failure("b", Operation::Delete, "the connection was lost")],
            not_started: vec![(named("c"), "alicloud_ecs_file_backup.a failed".to_owned())],
            sink_error: Some("the disk is full".to_owned()),
            ..Outcome::default()
        };
        assert_snapshot!(outcome(&partial, PlanMode::Normal, &plain()), @r#"

        Apply incomplete: 1 failed, 1 unknown, 1 not started.

        Failed:
          alicloud_ecs_file_backup.a (create)
            the cloud refused it: "QuotaExceeded" (request 0A1B)

        Unknown, because the answer was lost; the next run finds out:
          alicloud_ecs_file_backup.b (destroy)
            the connection was lost

        Not started:
          alicloud_ecs_file_backup.c: alicloud_ecs_file_backup.a failed

        The run stopped: the disk is full.

        Done so far: Resources: 4 added, 0 changed, 0 destroyed.
        Nothing is rolled back. The next plan shows what is left to do.
        "#);
    }

    #[test]
    fn outputs_hide_secrets() {
        let output = |value: Value, sensitive| RecordedOutput { value, sensitive };
        let given = BTreeMap::from([
            (Arc::from("ids"), output(Value::tuple([Value::from("a")]), false)),
            (Arc::from("marked"), output(Value::from("s").sensitive(), false)),
            (Arc::from("secret"), output(Value::from("s"), true)),
            (Arc::from("text"), output(Value::from("x"), false)),
        ]);
        assert_snapshot!(outputs(&given, &plain()), @r#"

        Outputs:

        ids = [
          "a",
        ]
        marked = <sensitive>
        secret = <sensitive>
        text = "x"
        "#);
        assert_eq!(outputs(&BTreeMap::new(), &plain()), "");
    }
}
