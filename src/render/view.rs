//! A plan in less than full length: a line for each change, or a line for each block and each thing that is lost.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::change::{cause_words, sentence, sides};
use super::symbols::symbol;
use super::theme::{Label, RenderOptions, Text};
use super::value::{Shape, attribute_name, word};
use super::{danger, escape, words};
use crate::model::address::BlockAddress;
use crate::model::plan::{Action, AttributeChange, Change, Plan};
use crate::model::risk::Tier;
use crate::model::value::Value;

/// How much of a plan is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// A line for each block and action, and for everything that goes or is at risk.
    Summary,
    /// A line for each change.
    Changes,
    /// Every attribute; changes that are the same stand together.
    #[default]
    Full,
}

/// Texts longer than this are not worth their room on one line.
const VALUE_LIMIT: usize = 40;

/// A line for each block and action. What goes without being named in the danger box above has a line of its own.
pub fn summary(text: &mut Text, plan: &Plan) {
    let mut groups: BTreeMap<(Reverse<Tier>, &BlockAddress, &'static str), Group<'_>> = BTreeMap::new();
    let mut alone: Vec<&Change> = Vec::new();
    for change in plan.effects() {
        if is_counted(change) || danger::is_boxed(change) {
            let key = (Reverse(change.tier()), &change.address.block, sentence(change));
            let group = groups.entry(key).or_default();
            group.number += 1;
            group.action = Some(change.action);
            let names = change.attributes.iter().map(|attribute| &*attribute.name);
            group.attributes.extend(names.filter(|_| change.action == Action::Update));
        } else {
            alone.push(change);
        }
    }
    text.newline();
    text.line(Label::Plain, "backform will perform the following actions, in summary:");
    text.newline();
    for change in alone {
        line(text, change);
        text.newline();
    }
    for ((Reverse(tier), block, sentence), group) in groups {
        group.line(text, tier, block, sentence);
    }
}

/// Changes of one block that do the same and lose nothing.
#[derive(Default)]
struct Group<'a> {
    number: usize,
    action: Option<Action>,
    attributes: BTreeSet<&'a str>,
}

impl Group<'_> {
    fn line(&self, text: &mut Text, tier: Tier, block: &BlockAddress, sentence: &str) {
        if let Some(action) = self.action {
            sign(text, action, tier > Tier::Reversible);
        }
        text.push(Label::Bold, &format!(" {block}"));
        let names = self.attributes.iter().map(|name| attribute_name(name)).collect::<Vec<_>>().join(", ");
        let names = if names.is_empty() { names } else { format!(" ({names})") };
        text.line(Label::Plain, &format!(": {} {sentence}{names}", words::count(self.number, "object")));
    }
}

/// Whether one change among many of its kind needs no line of its own.
fn is_counted(change: &Change) -> bool {
    match change.action {
        Action::Create | Action::NoOp | Action::Read | Action::Resume | Action::Update => true,
        Action::Destroy | Action::Forget | Action::Pause | Action::Replace(_) | Action::Run => false,
    }
}

/// A line for each change, with the attributes that change and, where there is room, what causes that.
pub fn changes(text: &mut Text, plan: &Plan, options: &RenderOptions) {
    text.newline();
    text.line(Label::Plain, "backform will perform the following actions, a line each:");
    text.newline();
    for change in plan.effects() {
        line(text, change);
        if change.action == Action::Update {
            attributes(text, change, options);
        }
        text.newline();
    }
}

/// The sign of an action, with a mark before it where something is at risk.
fn sign(text: &mut Text, action: Action, is_loss: bool) {
    let symbol = symbol(action);
    let sign = if symbol.sign.trim().is_empty() { "  ." } else { symbol.sign };
    match sign.strip_prefix(' ') {
        Some(rest) if is_loss => {
            text.push(Label::Risky, "!");
            text.push(symbol.label, rest);
        }
        _ => text.push(symbol.label, sign),
    }
}

/// The start of the line of one change.
fn line(text: &mut Text, change: &Change) {
    let is_loss = change.tier() > Tier::Reversible || !change.blocks.is_empty();
    sign(text, change.action, is_loss);
    text.push(Label::Bold, &format!(" {}", change.address));
    text.push(if is_loss { Label::Risky } else { Label::Plain }, &format!(" {}", sentence(change)));
    if !change.blocks.is_empty() {
        text.push(Label::Risky, ", BLOCKED");
    }
}

fn attributes(text: &mut Text, change: &Change, options: &RenderOptions) {
    for (index, attribute) in change.attributes.iter().enumerate() {
        let start = if index == 0 { ": " } else { ", " };
        let name = attribute_name(&attribute.name);
        match short(attribute) {
            Some((before, after)) => text.plain(&format!("{start}{name} {before} -> {after}")),
            None => text.plain(&format!("{start}{name}")),
        }
        if let (Some(cause), true) = (&attribute.cause, options.is_wide()) {
            text.push(Label::Muted, &format!(" ({})", cause_words(cause)));
        }
    }
}

/// Both values in a few characters; `None` where either takes more.
fn short(attribute: &AttributeChange) -> Option<(String, String)> {
    let (before, after) = sides(attribute);
    Some((shortened(before)?, shortened(after)?))
}

fn shortened(value: Option<&Value>) -> Option<String> {
    let Some(value) = value else { return Some("null".to_owned()) };
    match Shape::from(value) {
        Shape::Hidden => Some("(sensitive value)".to_owned()),
        Shape::Unknown => Some("(known after apply)".to_owned()),
        Shape::Word(value) => Some(word(value)),
        Shape::Text(text) if text.len() <= VALUE_LIMIT => Some(escape::quoted(text)),
        Shape::Text(_) | Shape::Map(_) | Shape::Object(_) | Shape::Sequence(_) | Shape::Set(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples::*;
    use super::*;

    fn mixed() -> Plan {
        let mut changes: Vec<Change> =
            (0..40).map(|i| create(keyed("fleet", &format!("{i:02}")), "i")).collect();
        changes.extend((0..3).map(|i| destroy(keyed("gone", &format!("{i}")), "i")));
        changes.extend([pause(named("p"), "i-p"), replace(named("r"), "i-1", "i-2")]);
        changes.extend((0..7).map(|i| update(keyed("web", &format!("{i}")), "i")));
        of(changes)
    }

    fn shown(write: impl Fn(&mut Text)) -> String {
        let mut text = Text::default();
        write(&mut text);
        text.finish(&plain())
    }

    #[test]
    fn a_summary_counts_and_what_is_at_risk_comes_first() {
        assert_snapshot!(shown(|text| summary(text, &mixed())), @r#"

        backform will perform the following actions, in summary:

        ! - alicloud_ecs_file_backup.gone: 3 objects will be destroyed
        +/- alicloud_ecs_file_backup.r: 1 object must be replaced
        !|| alicloud_ecs_file_backup.p: 1 object will be paused
          + alicloud_ecs_file_backup.fleet: 40 objects will be created
          ~ alicloud_ecs_file_backup.web: 7 objects will be updated in-place (priority)
        "#);
    }

    #[test]
    fn a_line_for_each_change_says_what_becomes_of_its_attributes() {
        let given =
            of(vec![create(named("a"), "i-a"), update(named("b"), "i-b"), destroy(named("c"), "i-c")]);
        assert_snapshot!(shown(|text| changes(text, &given, &wide())), @r#"

        backform will perform the following actions, a line each:

          + alicloud_ecs_file_backup.a will be created
          ~ alicloud_ecs_file_backup.b will be updated in-place: priority "L0" -> "L1" (main.hcl:14)
        ! - alicloud_ecs_file_backup.c will be destroyed
        "#);
    }
}
