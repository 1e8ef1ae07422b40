//! What of a plan, or of the way to it, is not as a run says.

use crate::lang::{self, Scope, Traversal};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, nearest};
use crate::model::plan::{Block, Plan};
use crate::model::types::Type;
use crate::model::value::{Marks, Value};

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

/// What came up on the way to a plan, and what of it the run did not expect.
pub fn unexpected(run: &Run, problems: Diagnostics, plan: Option<&Plan>, names: &dyn Names) -> Diagnostics {
    let mut met = vec![false; run.expected_failures.len()];
    let mut left = Diagnostics::default();
    for problem in problems {
        let subject =
            problem.span.filter(|_| problem.code == Code::ConditionFailed).and_then(|span| names.subject(span));
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
        Block::PreventDestroy { place } => format!("`prevent_destroy` in {place} forbids what the plan would do."),
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
    Some(involved.into_iter().fold(problem.at(condition.span()), |problem, (name, value)| {
        problem.value(name, statement(&value))
    }))
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
