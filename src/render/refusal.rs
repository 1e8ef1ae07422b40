//! What is said around consent: how to give it, what is asked at the prompt, why an apply was refused.

use super::called::Called;
use super::change::{at, sentence};
use super::theme::{Label, RenderOptions, Text};
use super::{change, words};
use crate::model::approval::{Digest, Refusal};
use crate::model::plan::{Block, Change, Plan, PlanMode};
use crate::model::risk::Tier;

/// The name of a saved plan in commands that are proposed before there is one.
pub const PLAN_FILE: &str = "backform.plan";

/// A word for a POSIX shell: as it is where that is safe, in single quotes otherwise.
pub fn shell(word: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_safe) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Below a plan that was not saved.
pub fn unsaved(options: &RenderOptions) -> String {
    let mut text = Text::default();
    text.newline();
    super::drift::rule(&mut text, options);
    text.newline();
    text.lines([
        "Note: You didn't use the --out option to save this plan, so backform can't",
        "guarantee to take exactly these actions if you run \"backform apply\" now.",
    ]);
    text.finish(options)
}

/// Below a plan that was saved as `file`: where it is, and the command that applies exactly it.
pub fn saved(file: &str, plan: &Plan, digest: &Digest, called: &Called, options: &RenderOptions) -> String {
    let mut text = Text::default();
    text.newline();
    super::drift::rule(&mut text, options);
    text.newline();
    text.line(Label::Plain, &format!("Saved the plan to: {file}"));
    if plan.is_applyable() {
        text.newline();
        text.line(Label::Plain, "To perform exactly these actions, run the following command to apply:");
        command(&mut text, file, plan, digest, called);
    }
    text.finish(options)
}

/// The command that consents to all of the plan, ready to be pasted.
fn command(text: &mut Text, file: &str, plan: &Plan, digest: &Digest, called: &Called) {
    let confirmed = plan.confirmations().map(|(id, _)| format!("--confirm-destroy {}", shell(&id)));
    let words: Vec<String> = std::iter::once(called.command(&format!("apply {}", shell(file))))
        .chain([format!("--approve {digest}")])
        .chain(confirmed)
        .collect();
    for (index, word) in words.iter().enumerate() {
        let margin = if index == 0 { "    " } else { "      " };
        let more = if index + 1 < words.len() { " \\" } else { "" };
        text.line(Label::Bold, &format!("{margin}{word}{more}"));
    }
}

/// What is asked on a terminal before the first answer, up to the place where `yes` is typed.
pub fn prompt(mode: PlanMode, options: &RenderOptions) -> String {
    let mut text = Text::default();
    text.newline();
    match mode {
        PlanMode::Destroy => {
            text.line(Label::Bold, "Do you really want to destroy all resources?");
            text.lines([
                "  backform will destroy everything under its management, as shown above.",
                "  There is no undo. Only 'yes' will be accepted to confirm.",
            ]);
        }
        PlanMode::Normal | PlanMode::RefreshOnly | PlanMode::Act => {
            text.line(Label::Bold, "Do you want to perform these actions?");
            text.lines([
                "  backform will perform the actions described above.",
                "  Only 'yes' will be accepted to approve.",
            ]);
        }
    }
    text.newline();
    text.push(Label::Bold, "  Enter a value: ");
    text.finish(options)
}

/// What is asked for one irreversible loss, up to the place where the id is typed; `number` counts from 1.
pub fn prompt_loss(number: usize, total: usize, id: &str, lost: &Change, options: &RenderOptions) -> String {
    let mut text = Text::default();
    text.newline();
    text.line(Label::Risky, &format!("! {number} of {total}: {} {}", lost.address, sentence(lost)));
    for risk in lost.risks.iter().filter(|risk| risk.tier() == Tier::Irreversible) {
        let prose =
            |text: &mut Text, words: &str| text.prose(Label::Plain, "!   ", words, options.prose_width());
        prose(&mut text, &format!("this {}", risk.effect));
        if let Some(words) = change::at_stake(risk) {
            prose(&mut text, &format!("at stake: {words}"));
        }
    }
    text.push(Label::Bold, &format!("  Type its id, {id}, to let it go: "));
    text.finish(options)
}

/// What is said when the answer was another one.
pub fn cancelled(mode: PlanMode) -> &'static str {
    match mode {
        PlanMode::Destroy => "Destroy cancelled.",
        PlanMode::Normal | PlanMode::RefreshOnly | PlanMode::Act => "Apply cancelled.",
    }
}

/// Why an apply was refused, and how it would be allowed. `file` is the saved plan, where one was given.
pub fn refused(
    refusal: &Refusal,
    plan: &Plan,
    digest: &Digest,
    file: Option<&str>,
    called: &Called,
    options: &RenderOptions,
) -> String {
    let mut writer = Writer { text: Text::default(), called, options };
    match refusal {
        Refusal::Blocked { .. } => writer.blocked(plan),
        Refusal::OtherPlan { approved, actual } => {
            writer.title("this approval is for another plan");
            writer.fact(&format!("approved: {approved}"));
            writer.fact(&format!("this one: {actual}"));
            writer.say("Read this plan again, and approve it by its own digest.");
        }
        Refusal::TierTooHigh { means, .. } => {
            writer.title(&format!("{means} does not cover this plan"));
            writer.needs(plan);
            writer.consent(plan, digest, file);
        }
        Refusal::Unconfirmed { ids } => {
            writer.title("irreversible losses are not confirmed");
            let missing = |(id, _): &(String, &Change)| ids.contains(id);
            let losses: Vec<(String, &Change)> = plan.confirmations().filter(missing).collect();
            for (id, change) in losses {
                writer.fact(&format!("{} {} (id {id})", change.address, sentence(change)));
            }
            writer.consent(plan, digest, file);
        }
        Refusal::UnknownConfirmation { ids } => {
            writer.title("an id was confirmed that this plan does not lose");
            for id in ids {
                writer.fact(id);
            }
            writer.say("Somebody had another plan in mind. Read this one, and confirm what it names.");
        }
    }
    writer.nothing_changed()
}

/// Why a plan cannot be applied where nobody can be asked: standard input is no terminal, and no consent was given.
pub fn nobody_to_ask(
    plan: &Plan,
    digest: &Digest,
    file: Option<&str>,
    called: &Called,
    options: &RenderOptions,
) -> String {
    let mut writer = Writer { text: Text::default(), called, options };
    writer.title("this plan needs approval, and there is no terminal to ask on");
    writer.needs(plan);
    if plan.tier() == Tier::Reversible {
        writer.say("All of it can be undone by another apply, so --auto-approve covers it.");
    }
    writer.consent(plan, digest, file);
    writer.nothing_changed()
}

struct Writer<'a> {
    text: Text,
    called: &'a Called,
    options: &'a RenderOptions,
}

impl Writer<'_> {
    fn title(&mut self, words: &str) {
        self.text.push(Label::Risky, "refused: ");
        self.text.line(Label::Bold, words);
    }

    fn fact(&mut self, words: &str) {
        self.text.line(Label::Plain, &format!("  {words}"));
    }

    fn say(&mut self, words: &str) {
        self.text.prose(Label::Plain, "", words, self.options.prose_width());
    }

    fn nothing_changed(mut self) -> String {
        self.say("Nothing was changed.");
        self.text.finish(self.options)
    }

    fn blocked(&mut self, plan: &Plan) {
        self.title("this plan holds changes that are blocked");
        for change in plan.blocked() {
            self.fact(&format!("{} {}", change.address, sentence(change)));
            for block in &change.blocks {
                for words in change::blocked(change, block) {
                    let width = self.options.prose_width();
                    self.text.prose(Label::Plain, "    ", &format!("blocked by {words}"), width);
                }
                self.remedy(change, block);
            }
            if let Some(line) = change::acceptance(change) {
                self.text.line(Label::Plain, &format!("      {}", super::escape::visible(line)));
            }
        }
    }

    fn remedy(&mut self, change: &Change, block: &Block) {
        let hint = match block {
            Block::PreventDestroy { place } => {
                let words =
                    "put the block back if it is gone, take prevent_destroy out, and apply that first";
                format!("to allow it ({}): {words}", at(place))
            }
            Block::Gate { .. } if change::acceptance(change).is_none() => {
                "no consent helps; do what is said there".to_owned()
            }
            Block::Gate { .. } => {
                "use what the vendor recommends, or write that the risk is understood, in these very words:"
                    .to_owned()
            }
            Block::AlreadyExists { .. } => {
                "to go on, choose another server, or remove that object by other means".to_owned()
            }
            Block::RecordedElsewhere { address, .. } => {
                format!(
                    "to go on, say that it was renamed: `moved {{ from = {address}, to = ... }}` as the plan shows it"
                )
            }
        };
        self.text.push(Label::Info, "    hint:");
        self.text.line(Label::Plain, &format!(" {hint}"));
    }

    /// What needs consent, worst first.
    fn needs(&mut self, plan: &Plan) {
        for (tier, words) in
            [(Tier::Irreversible, "lose something for ever"), (Tier::Reduces, "reduce protection")]
        {
            let number = plan.effects().filter(|change| change.tier() == tier).count();
            if number > 0 {
                self.fact(&format!("{} would {words}", words::count(number, "change")));
            }
        }
        for step in plan.preparations.iter().filter(|step| step.risk.tier() > Tier::Reversible) {
            self.fact(&format!("provider {} would {}", step.provider, step.title));
        }
    }

    /// The exact commands that give the consent.
    fn consent(&mut self, plan: &Plan, digest: &Digest, file: Option<&str>) {
        let words = if file.is_some() { "Read the plan" } else { "Save the plan and read it" };
        self.say(&format!("{words}. To apply exactly it, run:"));
        if file.is_none() {
            self.text.line(Label::Bold, &format!("    {}", self.called.saving()));
        }
        command(&mut self.text, file.unwrap_or(PLAN_FILE), plan, digest, self.called);
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples::*;
    use super::*;

    fn grave() -> Plan {
        Plan {
            preparations: vec![preparation()],
            ..of(vec![destroy(named("db"), "i-db"), pause(named("p"), "i-p")])
        }
    }

    fn called() -> Called {
        Called::default().saved_by("plan --out backform.plan".to_owned())
    }

    fn refusal(given: &Refusal, file: Option<&str>) -> String {
        refused(given, &grave(), &digest(), file, &called(), &plain())
    }

    #[test]
    fn words_for_a_shell() {
        let check = |word: &str, expected: &str| assert_eq!(shell(word), expected);
        check("plan-000abc", "plan-000abc");
        check("", "''");
        check("a b", "'a b'");
        check("it's; rm -rf $HOME", r"'it'\''s; rm -rf $HOME'");
        check("t.web[\"a\"]", "'t.web[\"a\"]'");
    }

    #[test]
    fn the_notes_below_a_plan() {
        assert_snapshot!(unsaved(&plain()), @r#"

        ─────────────────────────────────────────────────────────────────────────────

        Note: You didn't use the --out option to save this plan, so backform can't
        guarantee to take exactly these actions if you run "backform apply" now.
        "#);
        assert_snapshot!(saved("my plan", &grave(), &digest(), &Called::new(Some("shop"), Some("")), &plain()), @r"

        ─────────────────────────────────────────────────────────────────────────────

        Saved the plan to: my plan

        To perform exactly these actions, run the following command to apply:
            backform -C shop --emulator apply 'my plan' \
              --approve 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 \
              --confirm-destroy plan-i-db
        ");
    }

    #[test]
    fn prompts() {
        assert_snapshot!(prompt(PlanMode::Normal, &plain()), @"

        Do you want to perform these actions?
          backform will perform the actions described above.
          Only 'yes' will be accepted to approve.

          Enter a value:
        ");
        assert_snapshot!(prompt(PlanMode::Destroy, &plain()), @"

        Do you really want to destroy all resources?
          backform will destroy everything under its management, as shown above.
          There is no undo. Only 'yes' will be accepted to confirm.

          Enter a value:
        ");
        let lost = destroy(named("db"), "i-db");
        assert_snapshot!(prompt_loss(1, 2, "plan-i-db", &lost, &plain()), @"

        ! 1 of 2: alicloud_ecs_file_backup.db will be destroyed
        !   this permanently deletes all backups of the server
        !   at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        !   2026-10-22 02:11 UTC, 212 GiB; no other copy
          Type its id, plan-i-db, to let it go:
        ");
    }

    #[test]
    fn consent_that_does_not_reach_far_enough() {
        let given = Refusal::TierTooHigh {
            needed: Tier::Irreversible,
            covered: Tier::Reversible,
            means: "--auto-approve",
        };
        assert_snapshot!(refusal(&given, None), @r"
        refused: --auto-approve does not cover this plan
          1 change would lose something for ever
          1 change would reduce protection
          provider alicloud would open the Cloud Backup service for the account
        Save the plan and read it. To apply exactly it, run:
            backform plan --out backform.plan
            backform apply backform.plan \
              --approve 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 \
              --confirm-destroy plan-i-db
        Nothing was changed.
        ");
        assert_snapshot!(nobody_to_ask(&grave(), &digest(), Some("p1"), &Called::default(), &plain()), @r"
        refused: this plan needs approval, and there is no terminal to ask on
          1 change would lose something for ever
          1 change would reduce protection
          provider alicloud would open the Cloud Backup service for the account
        Read the plan. To apply exactly it, run:
            backform apply p1 \
              --approve 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 \
              --confirm-destroy plan-i-db
        Nothing was changed.
        ");
    }

    #[test]
    fn ids_that_are_missing_or_too_many() {
        let given = Refusal::Unconfirmed { ids: vec!["plan-i-db".to_owned()] };
        assert_snapshot!(refusal(&given, Some("p1")), @r"
        refused: irreversible losses are not confirmed
          alicloud_ecs_file_backup.db will be destroyed (id plan-i-db)
        Read the plan. To apply exactly it, run:
            backform apply p1 \
              --approve 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 \
              --confirm-destroy plan-i-db
        Nothing was changed.
        ");
        let given = Refusal::UnknownConfirmation { ids: vec!["plan-x".to_owned()] };
        assert_snapshot!(refusal(&given, Some("p1")), @"
        refused: an id was confirmed that this plan does not lose
          plan-x
        Somebody had another plan in mind. Read this one, and confirm what it names.
        Nothing was changed.
        ");
    }

    #[test]
    fn an_approval_of_another_plan() {
        let given = Refusal::OtherPlan { approved: "abc".to_owned(), actual: digest() };
        assert_snapshot!(refusal(&given, Some("p1")), @"
        refused: this approval is for another plan
          approved: abc
          this one: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        Read this plan again, and approve it by its own digest.
        Nothing was changed.
        ");
    }

    #[test]
    fn a_blocked_plan() {
        let mut stopped = destroy(named("db"), "i-db");
        stopped.blocks = vec![Block::PreventDestroy { place: place(9) }];
        let mut gated = create(named("huge"), "i-huge");
        gated.blocks = vec![Block::Gate { gates: vec![gate(false)] }];
        let given = Refusal::Blocked { addresses: vec![] };
        assert_snapshot!(refused(&given, &of(vec![stopped, gated]), &digest(), None, &Called::default(), &plain()), @r#"
        refused: this plan holds changes that are blocked
          alicloud_ecs_file_backup.db will be destroyed
            blocked by prevent_destroy, at main.hcl:9
            hint: to allow it (main.hcl:9): put the block back if it is gone, take prevent_destroy out, and apply that first
          alicloud_ecs_file_backup.huge will be created
            blocked by the vendor's rule "Data Volume > 2 TB", at main.hcl:12. The
            server has 2.5 TiB of data, and large volumes make backups slow or fail.
            Use ECS snapshots instead.
            hint: use what the vendor recommends, or write that the risk is understood, in these very words:
              acknowledge_risk = "I know"
        Nothing was changed.
        "#);
    }
}
