//! What of a plan, or of the way to it, is not as a run says.

use crate::lang::{self, Scope, Traversal};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, nearest};
use crate::model::plan::{Block, Plan};
use crate::model::types::Type;
use crate::model::value::{Marks, Value};
use crate::model::verdict::{Comparison, RunStatus};

use super::case::{Assert, Run};
use super::view::PLAN_ATTRIBUTES;

/// Longer values are described and not shown.
const LONGEST_VALUE: usize = 80;

/// What a name of the configuration leads to, and whether it leads anywhere.
pub trait Names {
    /// What is wrong with a reference to something that the configuration declares.
    fn problem(&self, reference: &Traversal) -> Option<Diagnostic>;

    /// The names of all outputs.
    fn outputs(&self) -> Vec<&str>;

    /// The names of all `check` blocks.
    fn checks(&self) -> Vec<&str>;

    /// What has the condition that stands here: `var.a`, `output.b`, `check.c`, or the address of a block.
    fn subject(&self, condition: Span) -> Option<String>;
}

/// What is wrong with the names in a run, before anything is planned.
pub fn check(run: &Run, names: &dyn Names) -> Diagnostics {
    let mut problems = Diagnostics::default();
    problems.extend(run.references().filter_map(|reference| name_problem(reference, names)));
    problems.extend(run.expected_failures.iter().filter_map(|reference| target_problem(reference, names)));
    problems
}

fn name_problem(reference: &Traversal, names: &dyn Names) -> Option<Diagnostic> {
    match &*reference.root {
        "plan" => one_of(reference, "plan", PLAN_ATTRIBUTES),
        "output" => one_of(reference, "output", &names.outputs()),
        "run" => Some(
            Diagnostic::error(Code::InvalidReference, "runs do not see each other")
                .at(reference.span)
                .hint("what must be there before a run is applied by its `before` block"),
        ),
        _ => names.problem(reference),
    }
}

/// A failure is expected of something that can have conditions.
fn target_problem(reference: &Traversal, names: &dyn Names) -> Option<Diagnostic> {
    match &*reference.root {
        "output" => one_of(reference, "output", &names.outputs()),
        "check" => one_of(reference, "check", &names.checks()),
        "local" | "module" | "path" | "plan" | "run" | "terraform" => Some(
            Diagnostic::error(Code::InvalidReference, "this has no conditions that could fail")
                .at(reference.span)
                .hint("variables, outputs, `check` blocks, resources and data sources have some"),
        ),
        _ => names.problem(reference),
    }
}

fn one_of(reference: &Traversal, root: &str, known: &[&str]) -> Option<Diagnostic> {
    let Some(lang::Step::Attribute(name, span)) = reference.steps.first() else {
        return Some(
            Diagnostic::error(Code::InvalidReference, "this reference is not complete")
                .at(reference.span)
                .detail(format!("a name must follow `{root}.`.")),
        );
    };
    let is_known = known.contains(&&**name);
    (!is_known).then(|| {
        Diagnostic::error(Code::UnknownReference, "this reference leads to nothing")
            .at(*span)
            .detail(format!("There is no `{root}.{name}`."))
            .suggest(nearest(name, known.iter().copied()))
    })
}

/// What came up, without what only follows from a variable that was expected to be refused: whatever is made of a value
/// that is not allowed may be wrong too.
pub fn without_consequences(run: &Run, problems: Diagnostics, names: &dyn Names) -> Diagnostics {
    let is_variable = |problem: &Diagnostic| {
        let condition = problem.span.filter(|_| problem.code == Code::ConditionFailed);
        condition.and_then(|span| names.subject(span)).filter(|subject| subject.starts_with("var."))
    };
    let is_expected =
        |subject: &String| run.expected_failures.iter().any(|expected| expected.to_string() == *subject);
    if !problems.iter().filter_map(is_variable).any(|subject| is_expected(&subject)) {
        return problems;
    }
    let mut left = Diagnostics::default();
    left.extend(problems.into_iter().filter(|problem| is_variable(problem).is_some()));
    left
}

/// What came up on the way to a plan, and what of it the run did not expect.
pub fn unexpected(run: &Run, problems: Diagnostics, plan: Option<&Plan>, names: &dyn Names) -> Diagnostics {
    let mut met = vec![false; run.expected_failures.len()];
    let mut left = Diagnostics::default();
    for problem in problems {
        let subject = problem
            .span
            .filter(|_| problem.code == Code::ConditionFailed)
            .and_then(|span| names.subject(span));
        let is_condition = subject.is_some();
        if !is_condition && problem.severity == Severity::Warning {
            continue;
        }
        let address = problem.address.clone();
        let meant = |expected: &str| {
            let names = [subject.as_deref(), address.as_deref()];
            is_condition && names.into_iter().flatten().any(|name| name == expected)
        };
        if !tick(run, &mut met, meant) {
            // A check is a warning to whoever plans. A test is there to be told.
            left.push(Diagnostic { severity: Severity::Error, ..problem });
        }
    }
    for change in plan.into_iter().flat_map(Plan::blocked) {
        let (block, address) = (change.address.block.to_string(), change.address.to_string());
        if !tick(run, &mut met, |expected| expected == block || expected == address) {
            left.extend(change.blocks.iter().map(|block| blocked(run, &address, block)));
        }
    }
    let missing = run.expected_failures.iter().zip(met).filter(|(_, met)| !met);
    left.extend(missing.map(|(reference, _)| {
        Diagnostic::error(Code::ConditionFailed, "a failure was expected and did not happen")
            .at(reference.span)
            .detail(format!("All conditions of `{reference}` hold, and nothing blocks it."))
    }));
    left
}

/// Marks every expectation that is met; whether there was one.
fn tick(run: &Run, met: &mut [bool], meant: impl Fn(&str) -> bool) -> bool {
    let mut any = false;
    for (reference, met) in run.expected_failures.iter().zip(met) {
        if meant(&reference.to_string()) {
            (*met, any) = (true, true);
        }
    }
    any
}

fn blocked(run: &Run, address: &str, block: &Block) -> Diagnostic {
    let detail = match block {
        Block::PreventDestroy { place } => {
            format!("`prevent_destroy` in {place} forbids what the plan would do.")
        }
        Block::Gate { gates } => {
            let rules = gates.iter().map(|gate| format!("{}: {}", gate.rule, gate.reason));
            rules.collect::<Vec<_>>().join("\n")
        }
        Block::AlreadyExists { id } => {
            format!("The cloud has such an object already that nobody manages: {id}.")
        }
        Block::RecordedElsewhere { address, .. } => {
            format!("The state has the object at another address: {address}.")
        }
    };
    let problem = Diagnostic::error(Code::ConditionFailed, "a change is blocked")
        .at(run.span)
        .detail(detail)
        .hint("where that is what the run is about, name the resource in `expect_failures`");
    Diagnostic { address: Some(address.to_owned()), ..problem }
}

/// How a run ended. Without a plan there is nothing to be judged, unless that is what was expected.
pub fn status(is_planned: bool, problems: &Diagnostics, comparison: &Comparison) -> RunStatus {
    match is_planned {
        false => RunStatus::Error,
        true if problems.is_empty() && !comparison.is_failure() => RunStatus::Pass,
        true => RunStatus::Fail,
    }
}

/// The assertions of a run that are not true of what they see.
pub fn asserts(run: &Run, scope: &dyn Scope) -> Diagnostics {
    let mut problems = Diagnostics::default();
    problems.extend(run.asserts.iter().filter_map(|assert| failed(assert, scope)));
    problems
}

fn failed(assert: &Assert, scope: &dyn Scope) -> Option<Diagnostic> {
    let condition = &assert.condition;
    let value = match lang::evaluate(condition, scope) {
        Ok(value) => value,
        Err(problem) => return Some(problem),
    };
    let problem = if value.is_known() {
        match lang::convert(&value.unmark().0, &Type::Bool).ok().and_then(|value| value.as_bool()) {
            Some(true) => return None,
            Some(false) => Diagnostic::error(Code::ConditionFailed, "an assertion does not hold")
                .detail(message(assert, scope)),
            None => Diagnostic::error(Code::InvalidType, "a condition must be true or false")
                .detail(format!("This {}.", lang::statement(&value))),
        }
    } else {
        Diagnostic::error(Code::UnknownValue, "an assertion cannot be judged by a plan")
            .detail("Its value is known only after apply.")
            .hint("assert what the plan knows: arguments, counts, risks, coverage")
    };
    let involved = lang::referenced(condition, scope);
    Some(
        involved.into_iter().fold(problem.at(condition.span()), |problem, (name, value)| {
            problem.value(name, statement(&value))
        }),
    )
}

fn message(assert: &Assert, scope: &dyn Scope) -> String {
    let text = match lang::evaluate(&assert.error_message, scope) {
        Ok(value) if !value.marks_deep().is_empty() => "The message holds a secret and is not shown.",
        Ok(value) => return value.as_str().unwrap_or("The assertion has no message.").to_owned(),
        Err(_) => "The message of the assertion cannot be evaluated.",
    };
    text.to_owned()
}

/// A short value whole, a long one in outline, a secret not at all.
fn statement(value: &Value) -> String {
    let is_open = !value.marks_deep().contains(Marks::SENSITIVE) && value.is_wholly_known();
    let shown = value.to_json().to_string();
    if is_open && shown.len() <= LONGEST_VALUE { format!("is {shown}") } else { lang::statement(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnostic::FileId;
    use crate::testing::parse::parse;

    /// A configuration with a variable `a` whose condition stands at 1000, a check `c` at 2000, and a block `t.b` at 3000.
    struct Known;

    impl Names for Known {
        fn problem(&self, reference: &Traversal) -> Option<Diagnostic> {
            let known = ["var.a", "t.b", "t.b.name"];
            let text = reference.to_string();
            (!known.contains(&text.as_str())).then(|| Diagnostic::error(Code::UnknownReference, text))
        }

        fn outputs(&self) -> Vec<&str> {
            vec!["o"]
        }

        fn checks(&self) -> Vec<&str> {
            vec!["c"]
        }

        fn subject(&self, condition: Span) -> Option<String> {
            let name = match condition.start {
                1000 => "var.a",
                2000 => "check.c",
                3000 => "t.b",
                _ => return None,
            };
            Some(name.to_owned())
        }
    }

    fn run(text: &str) -> Run {
        let (file, problems) = parse("x.test.hcl", FileId(0), &format!("run \"r\" {{\n{text}\n}}\n"));
        assert!(problems.is_empty(), "{problems:?}");
        file.runs.into_iter().next().unwrap()
    }

    fn failure(start: usize) -> Diagnostic {
        Diagnostic::error(Code::ConditionFailed, "failed").at(Span::new(FileId(0), start, start + 1))
    }

    #[test]
    fn names_are_looked_at_before_anything_is_planned() {
        let check_names = |text: &str, expected: &[&str]| {
            let found = check(&run(text), &Known);
            let found: Vec<String> =
                found.iter().map(|problem| format!("{} {}", problem.summary, problem.detail)).collect();
            assert!(
                found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.contains(e)),
                "{text}: {found:?}"
            );
        };
        let assert =
            |condition: &str| format!("assert {{\n condition = {condition}\n error_message = \"m\"\n }}");
        check_names(&assert("plan.tier == var.a && output.o == t.b.name"), &[]);
        check_names(&assert("plan.teer == 1"), &["There is no `plan.teer`."]);
        check_names(&assert("output.p == run.other.x"), &["There is no `output.p`.", "runs do not see"]);
        check_names(&assert("plan == var.z"), &["a name must follow `plan.`", "var.z"]);
        check_names("expect_failures = [var.a, check.c, output.o, t.b]", &[]);
        check_names("expect_failures = [check.d, local.x, t.z]", &["`check.d`", "no conditions", "t.z"]);
    }

    #[test]
    fn what_was_expected_is_taken_away_and_what_was_missed_is_told() {
        let check = |expected: &str, met: &[usize], left: &[&str]| {
            let run = run(&format!("expect_failures = [{expected}]"));
            let mut problems = Diagnostics::default();
            problems.extend(met.iter().map(|start| failure(*start)));
            let found = unexpected(&run, problems, None, &Known);
            let found: Vec<&str> = found.iter().map(|problem| problem.summary.as_str()).collect();
            assert_eq!(found, left, "{expected} {met:?}");
        };
        let missed = "a failure was expected and did not happen";
        check("", &[], &[]);
        check("", &[1000], &["failed"]);
        check("var.a", &[1000], &[]);
        check("var.a", &[], &[missed]);
        check("var.a, check.c", &[2000], &[missed]);
        check("t.b", &[3000, 2000], &["failed"]);
        check("t.b", &[9000], &["failed", missed]);
    }

    #[test]
    fn a_run_passes_with_a_plan_that_nothing_speaks_against() {
        let check = |is_planned, problems: usize, comparison: &Comparison, expected| {
            let mut found = Diagnostics::default();
            found.extend((0..problems).map(failure));
            assert_eq!(status(is_planned, &found, comparison), expected);
        };
        check(true, 0, &Comparison::None, RunStatus::Pass);
        check(true, 0, &Comparison::Same, RunStatus::Pass);
        check(true, 0, &Comparison::Written { path: String::new() }, RunStatus::Pass);
        check(true, 0, &Comparison::Missing { path: String::new() }, RunStatus::Fail);
        check(true, 1, &Comparison::Same, RunStatus::Fail);
        check(false, 0, &Comparison::None, RunStatus::Error);
    }

    #[test]
    fn what_follows_from_a_refused_variable_is_not_told() {
        let check = |expected: &str, met: &[usize], left: usize| {
            let run = run(&format!("expect_failures = [{expected}]"));
            let mut problems = Diagnostics::default();
            problems.extend(met.iter().map(|start| failure(*start)));
            assert_eq!(without_consequences(&run, problems, &Known).len(), left, "{expected} {met:?}");
        };
        check("var.a", &[1000, 2000, 3000], 1);
        check("var.a", &[2000, 3000], 2);
        check("check.c", &[1000, 2000], 2);
    }
}
