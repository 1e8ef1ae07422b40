//! The danger box: every loss, commitment, acknowledged risk and blocked change, before all else and again after it.

use std::collections::BTreeMap;

use super::change::{at_stake, blocked, gate_words, sentence};
use super::theme::{Label, RenderOptions, Text};
use super::{View, refusal, words};
use crate::model::address::BlockAddress;
use crate::model::plan::{Change, Plan};
use crate::model::risk::{Risk, Tier};

/// Changes that are named again below the plan; more than these are only counted there, for who reads a screen of them
/// does not read the next.
const NAMED_AGAIN: usize = 30;

/// Writes the box; nothing where a plan is as harmless as it looks. In a summary each loss has a line or two.
pub fn boxed(text: &mut Text, plan: &Plan, options: &RenderOptions) {
    let Some(title) = title(plan) else { return };
    let width = options.prose_width();
    rule(text, &format!("!!! {title} "), width);
    let mut writer = Writer { text, width, is_brief: options.view == View::Summary };
    writer.irreversible(plan);
    writer.reducing(plan);
    writer.acknowledged(plan);
    writer.blocked(plan);
    rule(text, "", width);
}

/// Writes the box once more, below the plan.
pub fn again(text: &mut Text, plan: &Plan, options: &RenderOptions) {
    let named = plan.effects().filter(|change| is_boxed(change)).count();
    let Some(title) = title(plan).filter(|_| named > NAMED_AGAIN) else { return boxed(text, plan, options) };
    let width = options.prose_width();
    rule(text, &format!("!!! {title} "), width);
    let mut writer = Writer { text, width, is_brief: true };
    let reduces = plan.preparations.iter().filter(|step| step.risk.tier() > Tier::Reversible).count();
    let of =
        |keep: &dyn Fn(&Change) -> bool| plan.effects().filter(|change| keep(change)).collect::<Vec<_>>();
    writer.counts(IRREVERSIBLE, 0, &of(&|change| change.tier() == Tier::Irreversible));
    writer.counts(REDUCES, reduces, &of(&|change| change.tier() == Tier::Reduces));
    writer.counts(ACKNOWLEDGED, 0, &of(&|change| !change.acknowledged.is_empty()));
    writer.counts(BLOCKED, 0, &of(&|change| !change.blocks.is_empty()));
    writer.line(Label::Plain, 1, "Each is named at the top of this plan.");
    rule(text, "", width);
}

/// Whether the box names the change.
pub fn is_boxed(change: &Change) -> bool {
    change.tier() > Tier::Reversible || !change.blocks.is_empty() || !change.acknowledged.is_empty()
}

const IRREVERSIBLE: &str = "IRREVERSIBLE";
const REDUCES: &str = "REDUCES PROTECTION OR COMMITS";
const ACKNOWLEDGED: &str = "AGAINST A VENDOR'S RULE, as the configuration acknowledges";
const BLOCKED: &str = "BLOCKED, so apply refuses the whole plan";

fn title(plan: &Plan) -> Option<&'static str> {
    match plan.tier() {
        Tier::Irreversible => Some("DANGER: this plan loses what no later apply brings back"),
        Tier::Reduces => Some("WARNING: this plan reduces protection, or commits to something"),
        Tier::Reversible if plan.blocked().next().is_some() => Some("BLOCKED: this plan cannot be applied"),
        Tier::Reversible if plan.effects().any(|change| !change.acknowledged.is_empty()) => {
            Some("WARNING: this plan goes against a vendor's rule")
        }
        Tier::Reversible => None,
    }
}

fn rule(text: &mut Text, start: &str, width: usize) {
    let rest = width.saturating_sub(words::width(start));
    text.line(Label::Risky, &format!("{start}{}", "!".repeat(rest)));
}

struct Writer<'a> {
    text: &'a mut Text,
    width: usize,
    /// Whether a change has no more than it takes to know what goes and how to allow it.
    is_brief: bool,
}

impl Writer<'_> {
    fn irreversible(&mut self, plan: &Plan) {
        let lost: Vec<&Change> = of_tier(plan, Tier::Irreversible).collect();
        self.section(IRREVERSIBLE, lost.len());
        for change in lost {
            if self.is_brief {
                self.brief(change);
                continue;
            }
            self.change(change);
            for risk in change.risks.iter().filter(|risk| risk.tier() > Tier::Reversible) {
                self.risk(risk);
            }
            // Nobody can allow what is blocked; the last section says what is in the way.
            if let (Some(id), true) = (change.confirmation(), change.blocks.is_empty()) {
                let flag = format!("--confirm-destroy {}", refusal::shell(&id));
                self.line(Label::Bold, 5, &format!("to allow it: type {id}, or pass {flag}"));
            }
        }
    }

    fn reducing(&mut self, plan: &Plan) {
        let reduced: Vec<&Change> = of_tier(plan, Tier::Reduces).collect();
        let steps: Vec<_> =
            plan.preparations.iter().filter(|step| step.risk.tier() > Tier::Reversible).collect();
        self.section(REDUCES, reduced.len() + steps.len());
        for step in steps {
            self.line(Label::Bold, 3, &format!("provider {} will {}", step.provider, step.title));
            self.prose(&step.consequence);
        }
        for change in reduced {
            self.change(change);
            change
                .risks
                .iter()
                .filter(|risk| risk.tier() > Tier::Reversible)
                .for_each(|risk| self.risk(risk));
        }
    }

    fn acknowledged(&mut self, plan: &Plan) {
        let accepted: Vec<&Change> =
            plan.effects().filter(|change| !change.acknowledged.is_empty()).collect();
        self.section(ACKNOWLEDGED, accepted.len());
        for change in accepted {
            self.change(change);
            change.acknowledged.iter().for_each(|gate| self.prose(&gate_words(gate)));
        }
    }

    fn blocked(&mut self, plan: &Plan) {
        let stopped: Vec<&Change> = plan.blocked().collect();
        self.section(BLOCKED, stopped.len());
        for change in stopped {
            self.change(change);
            let words = change.blocks.iter().flat_map(|block| blocked(change, block));
            words.for_each(|words| self.prose(&format!("by {words}")));
        }
    }

    /// What goes, what is at stake, and the id that allows it.
    fn brief(&mut self, change: &Change) {
        let lost = change.risks.iter().filter(|risk| risk.tier() == Tier::Irreversible);
        let words = lost.map(|risk| match at_stake(risk) {
            Some(stake) => format!("{}, {stake}", risk.kind.as_str()),
            None => risk.kind.as_str().to_owned(),
        });
        let words = words.collect::<Vec<_>>().join("; ");
        let id = change.confirmation().filter(|_| change.blocks.is_empty());
        let id = id.map(|id| format!("; its id is {id}")).unwrap_or_default();
        let text = format!("{} {}: {words}{id}", change.address, sentence(change));
        self.text.prose(Label::Plain, "!   ", &text, self.width);
    }

    /// How many of each block do what.
    fn counts(&mut self, title: &str, steps: usize, changes: &[&Change]) {
        self.section(title, steps + changes.len());
        let mut groups: BTreeMap<(&BlockAddress, &'static str), usize> = BTreeMap::new();
        for change in changes {
            *groups.entry((&change.address.block, sentence(change))).or_default() += 1;
        }
        for ((block, sentence), number) in groups {
            self.line(Label::Plain, 3, &format!("{block}: {} {sentence}", words::count(number, "object")));
        }
    }

    fn section(&mut self, title: &str, number: usize) {
        if number > 0 {
            self.text.line(Label::Risky, "!");
            self.text.line(Label::Risky, &format!("! {title} ({number})"));
        }
    }

    fn change(&mut self, change: &Change) {
        self.line(Label::Bold, 3, &format!("{} {}", change.address, sentence(change)));
    }

    fn risk(&mut self, risk: &Risk) {
        self.prose(&format!("this {}", risk.effect));
        if let Some(words) = at_stake(risk) {
            self.prose(&format!("at stake: {words}"));
        }
    }

    fn line(&mut self, label: Label, indent: usize, words: &str) {
        self.text.push(Label::Risky, "!");
        self.text.line(label, &format!("{}{words}", " ".repeat(indent)));
    }

    fn prose(&mut self, words: &str) {
        self.text.prose(Label::Plain, "!     ", words, self.width);
    }
}

fn of_tier(plan: &Plan, tier: Tier) -> impl Iterator<Item = &Change> {
    plan.effects().filter(move |change| change.tier() == tier)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples::*;
    use super::*;

    fn shown(number: usize, options: &RenderOptions, write: fn(&mut Text, &Plan, &RenderOptions)) -> String {
        let plan =
            of((0..number).map(|number| destroy(keyed("fleet", &number.to_string()), "i-1")).collect());
        let mut text = Text::default();
        write(&mut text, &plan, options);
        text.finish(options)
    }

    #[test]
    fn many_losses_are_named_once_and_counted_below() {
        assert_eq!(shown(NAMED_AGAIN, &plain(), again), shown(NAMED_AGAIN, &plain(), boxed));
        assert_snapshot!(shown(NAMED_AGAIN + 1, &plain(), again), @r"
        !!! DANGER: this plan loses what no later apply brings back !!!!!!!!!!!!!!!!!!
        !
        ! IRREVERSIBLE (31)
        !   alicloud_ecs_file_backup.fleet: 31 objects will be destroyed
        ! Each is named at the top of this plan.
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
        ");
    }

    #[test]
    fn a_summary_says_no_more_of_a_loss_than_it_takes_to_allow_it() {
        let options = RenderOptions { view: View::Summary, ..plain() };
        assert_snapshot!(shown(1, &options, boxed), @r#"
        !!! DANGER: this plan loses what no later apply brings back !!!!!!!!!!!!!!!!!!
        !
        ! IRREVERSIBLE (1)
        !   alicloud_ecs_file_backup.fleet["0"] will be destroyed: destroys-backups,
        !   30 recovery points, newest 2026-11-20 02:14 UTC, oldest 2026-10-22 02:11
        !   UTC, 212 GiB; no other copy; its id is plan-i-1
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
        "#);
    }
}
