//! The danger box: every loss, commitment, acknowledged risk and blocked change, before all else and again after it.

use super::change::{at_stake, blocked, gate_words, sentence};
use super::theme::{Label, RenderOptions, Text};
use super::{refusal, words};
use crate::model::plan::{Change, Plan};
use crate::model::risk::{Risk, Tier};

/// Writes the box; nothing where a plan is as harmless as it looks.
pub fn boxed(text: &mut Text, plan: &Plan, options: &RenderOptions) {
    let Some(title) = title(plan) else { return };
    let width = options.prose_width();
    rule(text, &format!("!!! {title} "), width);
    let mut writer = Writer { text, width };
    writer.irreversible(plan);
    writer.reducing(plan);
    writer.acknowledged(plan);
    writer.blocked(plan);
    rule(text, "", width);
}

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
}

impl Writer<'_> {
    fn irreversible(&mut self, plan: &Plan) {
        let lost: Vec<&Change> = of_tier(plan, Tier::Irreversible).collect();
        self.section("IRREVERSIBLE", lost.len());
        for change in lost {
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
        self.section("REDUCES PROTECTION OR COMMITS", reduced.len() + steps.len());
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
        self.section("AGAINST A VENDOR'S RULE, as the configuration acknowledges", accepted.len());
        for change in accepted {
            self.change(change);
            change.acknowledged.iter().for_each(|gate| self.prose(&gate_words(gate)));
        }
    }

    fn blocked(&mut self, plan: &Plan) {
        let stopped: Vec<&Change> = plan.blocked().collect();
        self.section("BLOCKED, so apply refuses the whole plan", stopped.len());
        for change in stopped {
            self.change(change);
            let words = change.blocks.iter().flat_map(|block| blocked(change, block));
            words.for_each(|words| self.prose(&format!("by {words}")));
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
