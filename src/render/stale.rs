//! Two plans compared: what was approved, and what would be done now. For a plan that went stale, and for `diff`.

use std::collections::{BTreeMap, BTreeSet};

use super::body::{self, Row};
use super::change::{blocked, risk_words, sides};
use super::layout::Page;
use super::symbols::symbol;
use super::theme::{Label, RenderOptions, Text};
use super::value::{attribute_name, is_same};
use super::words;
use crate::model::address::Address;
use crate::model::approval::Digest;
use crate::model::plan::{Action, AttributeChange, Change, Plan};
use crate::model::value::Value;

/// A plan with its digest.
pub type Identified<'a> = (&'a Plan, &'a Digest);

/// Why a plan that was approved is not applied: the world moved, and this is what would be done instead.
pub fn stale(approved: Identified<'_>, actual: Identified<'_>, options: &RenderOptions) -> String {
    let mut text = Text::default();
    text.push(Label::Risky, "stale: ");
    text.line(Label::Bold, "the world is no longer what was approved");
    text.line(Label::Plain, &format!("  approved: {}", approved.1));
    text.line(Label::Plain, &format!("  now:      {}", actual.1));
    text.newline();
    text.line(Label::Plain, "What is different:");
    let differences = differences(approved.0, actual.0);
    if differences.is_empty() {
        text.line(Label::Plain, "  nothing that is shown in a plan, but the region, the account or the mode");
    }
    text.append(&differences);
    text.newline();
    text.line(Label::Plain, "Nothing was changed. Make a new plan, read it, and approve that one.");
    text.finish(options)
}

/// The differences, worst first; empty where both plans do the same.
pub fn differences(approved: &Plan, actual: &Plan) -> Text {
    let (old, new) = (by_address(approved), by_address(actual));
    let addresses: BTreeSet<&Address> = old.keys().chain(new.keys()).copied().collect();
    let mut found: Vec<(u8, Text)> = addresses
        .into_iter()
        .filter_map(|address| {
            let (before, after) = (old.get(address).copied(), new.get(address).copied());
            let weight = after.map_or(0, |change| change.tier().number());
            difference(address, before, after).map(|text| (weight, text))
        })
        .collect();
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let mut text = Text::default();
    preparations(&mut text, approved, actual);
    for (_, one) in &found {
        text.append(one);
    }
    outputs(&mut text, approved, actual);
    text
}

fn by_address(plan: &Plan) -> BTreeMap<&Address, &Change> {
    plan.effects().map(|change| (&change.address, change)).collect()
}

fn difference(address: &Address, before: Option<&Change>, after: Option<&Change>) -> Option<Text> {
    let mut text = Text::default();
    let (old, new) = (fate(before), fate(after));
    if old != new {
        let words = match (before, after) {
            (None, _) => format!("would now be {new}, which nobody approved"),
            (Some(_), None) => format!("was to be {old}, and now needs nothing"),
            (Some(_), Some(_)) => format!("was to be {old}, and would now be {new}"),
        };
        title(&mut text, address, after, &words);
        risks(&mut text, after, "");
        return Some(text);
    }
    let (before, after) = (before?, after?);
    let mut lines = Text::default();
    ids(&mut lines, before, after);
    attributes(&mut lines, before, after);
    if weights(before) != weights(after) {
        risks(&mut lines, Some(before), "approved: ");
        risks(&mut lines, Some(after), "now: ");
    }
    if before.blocks.is_empty() != after.blocks.is_empty() {
        if after.blocks.is_empty() {
            lines.line(Label::Plain, "      is no longer blocked");
        }
        for words in after.blocks.iter().flat_map(|block| blocked(after, block)) {
            lines.line(Label::Plain, &format!("      is now blocked by {words}"));
        }
    }
    if lines.is_empty() {
        return None;
    }
    title(&mut text, address, Some(after), &format!("is still to be {new}, but otherwise"));
    text.append(&lines);
    Some(text)
}

fn fate(change: Option<&Change>) -> &'static str {
    match change {
        Some(Change { action: Action::NoOp, importing: Some(_), .. }) => "imported",
        Some(Change { action: Action::NoOp, .. }) => "moved",
        Some(change) => symbol(change.action).fate,
        None => "",
    }
}

fn title(text: &mut Text, address: &Address, now: Option<&Change>, words: &str) {
    let is_grave = now.is_some_and(|change| change.tier().number() > 1);
    text.push(Label::Risky, if is_grave { "! " } else { "  " });
    text.push(Label::Bold, &address.to_string());
    text.line(Label::Plain, &format!(" {words}"));
}

fn risks(text: &mut Text, change: Option<&Change>, words: &str) {
    for risk in change.into_iter().flat_map(|change| &change.risks) {
        text.line(Label::Risky, &format!("!     {words}{}", risk_words(risk)));
    }
}

fn weights(change: &Change) -> Vec<crate::model::risk::RiskKind> {
    change.risks.iter().map(|risk| risk.kind).collect()
}

fn ids(text: &mut Text, before: &Change, after: &Change) {
    if before.id != after.id {
        let id = |change: &Change| change.id.as_deref().unwrap_or("none").to_owned();
        text.line(Label::Plain, &format!("      object: was {}, is now {}", id(before), id(after)));
    }
}

fn attributes(text: &mut Text, before: &Change, after: &Change) {
    let (old, new) = (by_name(before), by_name(after));
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    for name in names {
        let (old, new) = (old.get(name).copied(), new.get(name).copied());
        if old.zip(new).is_some_and(|(old, new)| is_alike(old, new)) {
            continue;
        }
        let values = [old, new].into_iter().flatten().flat_map(|change| [&change.before, &change.after]);
        if values.flatten().any(is_nested) {
            text.line(Label::Plain, &format!("      {} would become something else", attribute_name(name)));
            continue;
        }
        side(text, "approved:", name, old);
        side(text, "now:     ", name, new);
    }
}

fn by_name(change: &Change) -> BTreeMap<&str, &AttributeChange> {
    change.attributes.iter().map(|attribute| (&*attribute.name, attribute)).collect()
}

fn is_alike(left: &AttributeChange, right: &AttributeChange) -> bool {
    let same = |left: Option<&Value>, right: Option<&Value>| match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => is_same(left, right),
        (Some(_), None) | (None, Some(_)) => false,
    };
    let ((old, new), (other_old, other_new)) = (sides(left), sides(right));
    same(old, other_old) && same(new, other_new) && left.forces_replacement == right.forces_replacement
}

fn side(text: &mut Text, words: &str, name: &str, attribute: Option<&AttributeChange>) {
    text.push(Label::Muted, &format!("      {words}"));
    let Some(attribute) = attribute else {
        return text.line(Label::Plain, &format!("    {} does not change", attribute_name(name)));
    };
    let (before, after) = sides(attribute);
    let forces = if attribute.forces_replacement { " # forces replacement" } else { "" };
    let row = Row { tail: forces.to_owned(), identifies: true, ..Row::new(name, before, after) };
    body::attribute_at(&mut Page { text, is_loss: false }, &row, 0, words::width(&attribute_name(name)));
}

/// Whether a value takes several lines: the plans show those better than two lines side by side could.
fn is_nested(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_) | Value::Object(_) | Value::Set(_) | Value::Tuple(_))
}

fn preparations(text: &mut Text, approved: &Plan, actual: &Plan) {
    for step in actual.preparations.iter().filter(|step| !approved.preparations.contains(step)) {
        text.line(Label::Risky, &format!("! provider {} would now {}", step.provider, step.title));
    }
    for step in approved.preparations.iter().filter(|step| !actual.preparations.contains(step)) {
        text.line(Label::Plain, &format!("  provider {} no longer has to {}", step.provider, step.title));
    }
}

fn outputs(text: &mut Text, approved: &Plan, actual: &Plan) {
    let names: BTreeSet<_> = approved.outputs.keys().chain(actual.outputs.keys()).collect();
    for name in names.into_iter().filter(|name| approved.outputs.get(*name) != actual.outputs.get(*name)) {
        text.line(Label::Plain, &format!("  output {} would get another value", attribute_name(name)));
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples::*;
    use super::*;

    fn shown(approved: Vec<Change>, actual: Vec<Change>) -> String {
        let other = Digest("abc".to_owned());
        stale((&of(approved), &digest()), (&of(actual), &other), &plain())
    }

    #[test]
    fn what_would_be_done_now_and_nobody_approved_comes_first() {
        let mut other = update(named("web"), "i-web");
        other.attributes[0].before = Some(Value::from("L2"));
        let approved =
            vec![create(named("a"), "i-a"), update(named("c"), "i-c"), update(named("web"), "i-web")];
        let actual = vec![update(named("c"), "i-c"), destroy(named("db"), "i-db"), other];
        assert_snapshot!(shown(approved, actual), @r#"
        stale: the world is no longer what was approved
          approved: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
          now:      abc

        What is different:
        ! alicloud_ecs_file_backup.db would now be destroyed, which nobody approved
        !     IRREVERSIBLE: this permanently deletes all backups of the server
          alicloud_ecs_file_backup.web is still to be updated in-place, but otherwise
              approved:  ~ priority = "L0" -> "L1"
              now:       ~ priority = "L2" -> "L1"
          alicloud_ecs_file_backup.a was to be created, and now needs nothing

        Nothing was changed. Make a new plan, read it, and approve that one.
        "#);
    }

    #[test]
    fn the_same_action_with_more_at_stake_or_on_another_object() {
        let mut other = update(named("web"), "i-web");
        other.id = Some("plan-other".into());
        other.risks = vec![loss()];
        other.attributes.clear();
        assert_snapshot!(shown(vec![update(named("web"), "i-web")], vec![other]), @r#"
        stale: the world is no longer what was approved
          approved: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
          now:      abc

        What is different:
        ! alicloud_ecs_file_backup.web is still to be updated in-place, but otherwise
              object: was plan-i-web, is now plan-other
              approved:  ~ priority = "L0" -> "L1"
              now:         priority does not change
        !     now: IRREVERSIBLE: this permanently deletes all backups of the server

        Nothing was changed. Make a new plan, read it, and approve that one.
        "#);
    }

    #[test]
    fn a_nested_value_is_named_and_not_taken_apart() {
        let nested = |size: i64| {
            let mut change = update(named("web"), "i-web");
            change.attributes[0].after = Some(Value::object([("size_gib", Value::from(size))]));
            change
        };
        let text = shown(vec![nested(1)], vec![nested(2)]);
        assert!(text.contains("      priority would become something else\n"), "{text}");
    }

    #[test]
    fn equal_plans_have_no_differences() {
        let plan = Plan { preparations: vec![preparation()], ..of(vec![destroy(named("db"), "i-db")]) };
        assert!(differences(&plan, &plan).is_empty());
    }
}
