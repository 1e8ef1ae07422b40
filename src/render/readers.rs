//! Programs that read the text of a plan: the regular expressions of a commenter on pull requests (tfcmt) find in ours
//! what they find in Terraform's. Only the tool's name in the header differs.

use regex::Regex;

use super::samples::*;
use super::text;
use crate::model::plan::{Action, Change, Plan, Reason};

fn shown(plan: &Plan) -> String {
    text::plan(plan, &digest(), &schemas(), &plain())
}

fn all_actions() -> Plan {
    let object = live("i-m", "L0", false);
    let moved = change(named("m"), Action::NoOp, Reason::Same, Some(object.clone()), Some(object));
    let requested = Change { reason: Reason::Requested, ..replace(named("q"), "i-1", "i-2") };
    of(vec![
        create(named("a"), "i-a"),
        destroy(named("d"), "i-d"),
        Change { moved_from: Some(named("l")), ..moved },
        pause(named("p"), "i-p"),
        requested,
        replace(named("r"), "i-1", "i-2"),
        update(named("u"), "i-u"),
    ])
}

/// What the expression captures, line by line, as such a program does.
fn found(expression: &str, text: &str) -> Vec<String> {
    let expression = Regex::new(expression).expect("it is an expression");
    let captured = |line: &str| {
        let captures = expression.captures(line)?;
        Some(captures.get(captures.len() - 1).map_or("", |group| group.as_str()).to_owned())
    };
    text.lines().filter_map(captured).collect()
}

#[test]
fn each_kind_of_change_is_found_once() {
    let text = shown(&all_actions());
    let check = |expression: &str, names: &[&str]| {
        let expected: Vec<String> = names.iter().map(|name| format!("{KIND}.{name}")).collect();
        assert_eq!(found(expression, &text), expected, "{expression}\n{text}");
    };
    check(r"^ *# (.*) will be created$", &["a"]);
    check(r"^ *# (.*) will be updated in-place$", &["u"]);
    check(r"^ *# (.*) will be destroyed$", &["d"]);
    check(r"^ *# (.*?)(?: is tainted, so)? must be replaced$", &["r"]);
    check(r"^ *# (.*) will be replaced, as requested$", &["q"]);
    check(r"^ *# .* has moved to (.*)$", &["m"]);
    check(r"^ *# (.*) will be imported$", &[]);
}

#[test]
fn the_summary_is_a_line_of_its_own() {
    let check = |plan: &Plan, expression: &str, expected: &[&str]| {
        assert_eq!(found(expression, &shown(plan)), expected, "{expression}");
    };
    check(&all_actions(), r"^(Plan: \d.*)", &["Plan: 1 to add, 1 to change, 1 to destroy."]);
    check(&all_actions(), r"([1-9][0-9]* to destroy.)", &["1 to destroy."]);
    check(&Plan::default(), r"^(Plan: \d|No changes.)", &["No changes."]);
    check(&of(vec![create(named("a"), "i-a")]), r"([1-9][0-9]* to destroy.)", &[]);
}

#[test]
fn the_changes_stand_between_the_header_and_the_summary() {
    let text = shown(&all_actions());
    let line = |wanted: &str| text.lines().position(|line| line.starts_with(wanted)).expect(wanted);
    let header = line("backform will perform the following actions:");
    assert!(header < line("  # ") && line("  # ") < line("Plan: "));
    assert_eq!(found(r"^(│ )?(Error|Warning): ", &text), Vec::<String>::new());
}

#[test]
fn folded_changes_are_found_too() {
    let keys = (1..=9).map(|i| create(keyed("fleet", &format!("i-{i}")), &format!("i-{i}")));
    assert_eq!(found(r"^ *# (.*) will be created$", &shown(&of(keys.collect()))).len(), 9);
}
