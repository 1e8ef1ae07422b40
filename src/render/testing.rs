//! Test runs for whoever waits for them: a line for each, what went wrong, and how many passed.

use std::collections::BTreeMap;

use serde_json::json;
use similar::TextDiff;

use super::diagnostic;
use super::stream::{self, Line};
use super::theme::{Label, RenderOptions, Text};
use super::words;
use crate::model::diagnostic::Sources;
use crate::model::verdict::{Comparison, RunCounts, RunStatus, Verdict};

/// What ends a mismatch: the one way to say that the new text is right.
const ACCEPT: &str = "hint: where the new text is right, store it with `backform test --update`";

/// Lines around a difference.
const CONTEXT: usize = 3;

/// The line of one run. `is_first` says that no run of its file was shown before.
pub fn line(verdict: &Verdict, is_first: bool, options: &RenderOptions) -> String {
    let mut text = Text::default();
    if is_first {
        text.line(Label::Bold, &verdict.file);
    }
    let (label, word) = match verdict.status {
        RunStatus::Pass => (Label::Added, "ok    "),
        RunStatus::Fail => (Label::Removed, "FAILED"),
        RunStatus::Error => (Label::Removed, "ERROR "),
    };
    text.plain("  ");
    text.push(label, word);
    text.plain(&format!("  {}", verdict.run));
    if let Comparison::Written { path } = &verdict.comparison {
        text.push(Label::Info, &format!("  (wrote {path})"));
    }
    text.newline();
    text.finish(options)
}

/// Everything that is wrong with one run; empty where nothing is.
pub fn failure(verdict: &Verdict, sources: &Sources, options: &RenderOptions) -> String {
    if verdict.status == RunStatus::Pass {
        return String::new();
    }
    let mut title = Text::default();
    title.newline();
    title.line(Label::Bold, &format!("----- {}, run \"{}\"", verdict.file, verdict.run));
    title.newline();
    let mut parts = Vec::new();
    if !verdict.problems.is_empty() {
        parts.push(diagnostic::diagnostics(&verdict.problems, sources, options));
    }
    if !verdict.words.is_empty() {
        parts.push(verdict.words.clone());
    }
    parts.extend(comparison(&verdict.comparison, options));
    title.finish(options) + &parts.join("\n")
}

/// What is wrong with a snapshot.
fn comparison(comparison: &Comparison, options: &RenderOptions) -> Option<String> {
    let mut text = Text::default();
    match comparison {
        Comparison::None | Comparison::Same | Comparison::Written { .. } => return None,
        Comparison::Missing { path } => {
            text.push(Label::Removed, "error");
            text.line(Label::Bold, ": the run has no snapshot yet");
            text.line(Label::Plain, &format!("There is no {path} to compare the plan with."));
            text.line(
                Label::Info,
                "hint: store what the plan shows now with `backform test --update`, and review it; or write `snapshot = false`",
            );
        }
        Comparison::Differs { path, stored, shown } => {
            text.push(Label::Removed, "error");
            text.line(Label::Bold, ": the plan is not the one that is stored");
            for (label, line) in diff(path, stored, shown) {
                text.line(label, &line);
            }
            text.line(Label::Info, ACCEPT);
        }
    }
    Some(text.finish(options))
}

/// A unified diff from what is stored to what is shown.
fn diff(path: &str, stored: &str, shown: &str) -> Vec<(Label, String)> {
    let diff = TextDiff::from_lines(stored, shown);
    let unified = diff.unified_diff().context_radius(CONTEXT).header(path, "now").to_string();
    let labelled = |line: &str| {
        let label = match line.as_bytes().first() {
            _ if line.starts_with("--- ") || line.starts_with("+++ ") => Label::Bold,
            Some(b'+') => Label::Added,
            Some(b'-') => Label::Removed,
            Some(b'@') => Label::Info,
            _ => Label::Plain,
        };
        (label, line.to_owned())
    };
    unified.lines().map(labelled).collect()
}

/// What became of stored snapshots that belong to no run.
pub fn orphans(paths: &[String], removed: bool, options: &RenderOptions) -> String {
    if paths.is_empty() {
        return String::new();
    }
    let mut text = Text::default();
    text.newline();
    for path in paths {
        if removed {
            text.line(Label::Info, &format!("removed {path}, which belonged to no run"));
        } else {
            text.push(Label::Changed, "warning");
            text.line(
                Label::Plain,
                &format!(": {path} belongs to no run; `backform test --update` removes it"),
            );
        }
    }
    text.finish(options)
}

/// The last line.
pub fn tally(counts: RunCounts, options: &RenderOptions) -> String {
    let mut text = Text::default();
    text.newline();
    let (label, word) =
        if counts.is_success() { (Label::Added, "Success!") } else { (Label::Removed, "Failure!") };
    text.push(label, word);
    text.line(Label::Plain, &format!(" {}", counted(counts)));
    text.finish(options)
}

fn counted(counts: RunCounts) -> String {
    let RunCounts { passed, failed, errored } = counts;
    let errors = if errored > 0 {
        format!(", {} without a plan", words::count(errored, "run"))
    } else {
        String::new()
    };
    format!("{passed} passed, {failed} failed{errors}.")
}

/// The events that begin a test: which runs there are, by file.
pub fn found(runs: &BTreeMap<String, Vec<String>>) -> Line {
    let number = runs.values().map(Vec::len).sum();
    let message =
        format!("Found {} and {}", words::count(runs.len(), "file"), words::count(number, "run block"));
    Line::new("test_abstract", message, [("test_abstract", json!(runs))])
}

/// The events of one run: what is wrong with it, and how it ended.
pub fn events(verdict: &Verdict, sources: &Sources) -> Vec<Line> {
    let Verdict { file, run, status, .. } = verdict;
    let place = || [("@testfile", json!(file)), ("@testrun", json!(run))];
    let mut lines = stream::problems(&verdict.problems, sources);
    lines.extend(stream::stopped(&verdict.words));
    let plain = RenderOptions::default();
    lines.extend(comparison(&verdict.comparison, &plain).and_then(|words| stream::stopped(&words)));
    let end = Line::new(
        "test_run",
        format!("  \"{run}\"... {}", status.as_str()),
        [("test_run", json!({"path": file, "run": run, "progress": "complete", "status": status.as_str()}))],
    );
    lines.push(end);
    lines.into_iter().map(|line| line.with(place())).collect()
}

/// The event that ends a test.
pub fn summary(counts: RunCounts) -> Line {
    let RunCounts { passed, failed, errored } = counts;
    let status = match counts {
        RunCounts { errored: 1.., .. } => RunStatus::Error,
        RunCounts { failed: 1.., .. } => RunStatus::Fail,
        RunCounts { .. } => RunStatus::Pass,
    };
    let word = if counts.is_success() { "Success!" } else { "Failure!" };
    Line::new(
        "test_summary",
        format!("{word} {}", counted(counts)),
        [(
            "test_summary",
            json!({"status": status.as_str(), "passed": passed, "failed": failed, "errored": errored, "skipped": 0}),
        )],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnostic::Diagnostics;

    fn verdict(status: RunStatus, comparison: Comparison) -> Verdict {
        let (file, run) = ("main.test.hcl".into(), "quiet".into());
        Verdict { file, run, status, problems: Diagnostics::default(), words: String::new(), comparison }
    }

    #[test]
    fn a_snapshot_that_differs_is_shown_as_a_diff() {
        let differs = Comparison::Differs {
            path: "snapshots/main/quiet.snap".to_owned(),
            stored: "a\nb\nc\n".to_owned(),
            shown: "a\n\u{1b}[2J\nc\n".to_owned(),
        };
        let shown =
            failure(&verdict(RunStatus::Fail, differs), &Sources::default(), &RenderOptions::default());
        for line in [
            "----- main.test.hcl, run \"quiet\"",
            "--- snapshots/main/quiet.snap",
            "+++ now",
            "-b",
            " c",
            ACCEPT,
        ] {
            assert!(shown.lines().any(|found| found == line), "{line}\n{shown}");
        }
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }

    #[test]
    fn the_last_line_counts() {
        let check = |passed, failed, errored, expected: &str| {
            let counts = RunCounts { passed, failed, errored };
            assert_eq!(tally(counts, &RenderOptions::default()).trim(), expected);
        };
        check(2, 0, 0, "Success! 2 passed, 0 failed.");
        check(1, 1, 0, "Failure! 1 passed, 1 failed.");
        check(0, 0, 2, "Failure! 0 passed, 0 failed, 2 runs without a plan.");
    }
}
