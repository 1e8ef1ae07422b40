//! Two saved plans compared: three lines that matter, then every difference.

use std::collections::{BTreeMap, BTreeSet};

use super::stale::{Identified, differences};
use super::theme::{Label, RenderOptions, Text};
use super::{summary, words};
use crate::model::plan::{Change, Plan};
use crate::model::risk::Tier;

/// What changed from the plan that was reviewed to the one that would be applied now.
pub fn compared(reviewed: Identified<'_>, current: Identified<'_>, options: &RenderOptions) -> String {
    let mut text = Text::default();
    text.line(Label::Plain, &format!("reviewed: {}", reviewed.1));
    text.line(Label::Plain, &format!("current:  {}", current.1));
    text.newline();
    if reviewed.1 == current.1 {
        text.line(Label::Added, "The two plans do the same: an approval of one covers the other.");
        return text.finish(options);
    }
    losses(&mut text, reviewed.0, current.0, options);
    protection(&mut text, reviewed.0, current.0, options);
    actions(&mut text, reviewed.0, current.0);
    text.newline();
    let found = differences(reviewed.0, current.0);
    if found.is_empty() {
        text.line(
            Label::Plain,
            "Nothing differs that a plan shows, but the region, the account or the mode.",
        );
    } else {
        text.line(Label::Bold, "What is different:");
        text.append(&found);
    }
    text.newline();
    text.line(Label::Plain, "An approval of the reviewed plan does not cover the current one.");
    text.finish(options)
}

/// One of the three lines; `grave` where somebody must read it before approving.
fn line(text: &mut Text, grave: bool, title: &str, words: &str, options: &RenderOptions) {
    let (sign, label) = if grave { ("! ", Label::Risky) } else { ("  ", Label::Plain) };
    let prefix = format!("{sign}{title:<12}");
    let room = options.width.saturating_sub(prefix.len()).max(40);
    let shown = super::escape::visible(words).into_owned();
    for (index, part) in words::wrap(&shown, room).iter().enumerate() {
        let start = if index == 0 { prefix.clone() } else { format!("{sign}{}", " ".repeat(12)) };
        text.line(label, &format!("{start}{part}"));
    }
}

fn losses(text: &mut Text, reviewed: &Plan, current: &Plan, options: &RenderOptions) {
    let (old, new) = (lost(reviewed), lost(current));
    let added: Vec<String> = new
        .iter()
        .filter(|(address, _)| !old.contains_key(*address))
        .map(|(address, change)| {
            let effect = change.risks.iter().find(|risk| risk.tier() == Tier::Irreversible);
            effect.map_or_else(|| address.clone(), |risk| format!("{address} ({})", risk.effect))
        })
        .collect();
    let gone: Vec<&str> =
        old.keys().filter(|address| !new.contains_key(*address)).map(String::as_str).collect();
    let mut said = format!("{} irreversible, {} when reviewed", new.len(), old.len());
    add(&mut said, "new", &added);
    add(&mut said, "no longer", &gone);
    line(text, !added.is_empty(), "Losses:", &said, options);
}

fn lost(plan: &Plan) -> BTreeMap<String, &Change> {
    let lost = plan.effects().filter(|change| change.tier() == Tier::Irreversible);
    lost.map(|change| (change.address.to_string(), change)).collect()
}

fn protection(text: &mut Text, reviewed: &Plan, current: &Plan, options: &RenderOptions) {
    let (old, new) = (&reviewed.coverage, &current.coverage);
    let mut said = format!(
        "{} protected after apply, {} when reviewed",
        words::count(usize::try_from(new.after).unwrap_or(usize::MAX), "server"),
        old.after
    );
    let before: BTreeSet<&String> = old.lost.iter().collect();
    let added: Vec<&str> =
        new.lost.iter().filter(|name| !before.contains(name)).map(String::as_str).collect();
    let now: BTreeSet<&String> = new.lost.iter().collect();
    let gone: Vec<&str> = old.lost.iter().filter(|name| !now.contains(name)).map(String::as_str).collect();
    add(&mut said, "now lose protection too", &added);
    add(&mut said, "no longer lose it", &gone);
    line(text, !added.is_empty(), "Protection:", &said, options);
}

fn add(said: &mut String, words: &str, names: &[impl AsRef<str>]) {
    if !names.is_empty() {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        said.extend(["; ", words, ": ", &names.join(", ")]);
    }
}

fn actions(text: &mut Text, reviewed: &Plan, current: &Plan) {
    let counted = |plan: &Plan| {
        let mut text = Text::default();
        summary::counts(&mut text, plan);
        let shown = text.finish(&RenderOptions::default());
        let words = |line: &str| line.trim_start_matches("Plan: ").trim_start_matches("! ").to_owned();
        shown.lines().map(words).collect::<Vec<_>>().join(" ")
    };
    text.line(Label::Plain, &format!("  {:<12}now {}", "Actions:", counted(current)));
    text.line(Label::Plain, &format!("  {:<12}was {}", "", counted(reviewed)));
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples::*;
    use super::*;
    use crate::model::approval::Digest;
    use crate::model::plan::Coverage;

    #[test]
    fn a_new_loss_is_the_first_thing_to_read() {
        let reviewed = of(vec![update(named("db"), "i-db"), create(named("web"), "i-web")]);
        let current = Plan {
            coverage: Coverage { before: 2, after: 1, lost: vec!["i-db".to_owned()], gained: vec![] },
            ..of(vec![destroy(named("db"), "i-db"), create(named("web"), "i-web")])
        };
        let other = Digest("0".repeat(64));
        assert_snapshot!(compared((&reviewed, &other), (&current, &digest()), &plain()), @r#"
        reviewed: 0000000000000000000000000000000000000000000000000000000000000000
        current:  9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

        ! Losses:     1 irreversible, 0 when reviewed; new: alicloud_ecs_file_backup.db
        !             (permanently deletes all backups of the server)
        ! Protection: 1 server protected after apply, 0 when reviewed; now lose
        !             protection too: i-db
          Actions:    now 1 to add, 0 to change, 1 to destroy.
                      was 1 to add, 1 to change, 0 to destroy.

        What is different:
        ! alicloud_ecs_file_backup.db was to be updated in-place, and would now be destroyed
        !     IRREVERSIBLE: this permanently deletes all backups of the server

        An approval of the reviewed plan does not cover the current one.
        "#);
        assert_snapshot!(compared((&reviewed, &digest()), (&current, &digest()), &plain()), @r#"
        reviewed: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        current:  9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

        The two plans do the same: an approval of one covers the other.
        "#);
    }
}
