//! The plan as a person reads it: danger, drift, what will be done, what it comes to, danger again.

use std::collections::BTreeSet;

use super::body::{self, Row};
use super::change::{self, sides};
use super::fold::{Fold, Folded, fold};
use super::layout::Page;
use super::symbols::{ORDER, symbol};
use super::theme::{Label, RenderOptions, Text};
use super::value::attribute_name;
use super::view::{self, View};
use super::{danger, drift, summary, words};
use crate::model::approval::Digest;
use crate::model::live::Preparation;
use crate::model::plan::{Change, Plan, PlanMode};
use crate::model::schema::Schemas;

/// The whole plan as text.
pub fn plan(plan: &Plan, digest: &Digest, schemas: &Schemas, options: &RenderOptions) -> String {
    let mut text = Text::default();
    danger::boxed(&mut text, plan, options);
    let is_boxed = !text.is_empty();
    match options.view {
        View::Full => drift::note(&mut text, plan, schemas, options),
        View::Changes | View::Summary => drift::count(&mut text, plan),
    }
    actions(&mut text, plan, schemas, options);
    summary::outputs(&mut text, plan);
    only_outputs(&mut text, plan);
    summary::coverage(&mut text, &plan.coverage, options);
    summary::kept(&mut text, plan, options);
    summary::quotas(&mut text, &plan.quotas, options);
    if !plan.is_empty() || plan.is_applyable() {
        summary::digest(&mut text, digest);
    }
    if is_boxed {
        text.newline();
        danger::again(&mut text, plan, options);
    }
    text.finish(options)
}

fn actions(text: &mut Text, plan: &Plan, schemas: &Schemas, options: &RenderOptions) {
    let effects: Vec<&Change> = plan.effects().collect();
    if effects.is_empty() && plan.preparations.is_empty() {
        return nothing(text, plan);
    }
    match options.view {
        View::Full => {}
        View::Changes => view::changes(text, plan, options),
        View::Summary => view::summary(text, plan),
    }
    if options.view != View::Full {
        text.newline();
        return summary::counts(text, plan);
    }
    legend(text, &effects);
    text.newline();
    text.line(Label::Plain, "backform will perform the following actions:");
    for preparation in &plan.preparations {
        text.newline();
        prepare(text, preparation, options);
    }
    for fold in fold(effects) {
        text.newline();
        changes(text, &fold, schemas, options);
    }
    text.newline();
    summary::counts(text, plan);
}

/// The signs that occur, and what they mean.
fn legend(text: &mut Text, effects: &[&Change]) {
    if effects.iter().all(|change| symbol(change.action).legend.is_empty()) {
        return;
    }
    text.newline();
    text.lines([
        "backform used the selected providers to generate the following execution",
        "plan. Resource actions are indicated with the following symbols:",
    ]);
    for action in ORDER {
        let symbol = symbol(action);
        if !symbol.legend.is_empty() && effects.iter().any(|change| change.action == action) {
            text.push(symbol.label, symbol.sign);
            text.line(Label::Plain, &format!(" {}", symbol.legend));
        }
    }
}

/// A step for a whole account: it belongs to no resource, so it has no `# ADDR will be ...` line.
fn prepare(text: &mut Text, step: &Preparation, options: &RenderOptions) {
    text.line(Label::Bold, &format!("! provider {} will first {}", step.provider, step.title));
    let needed = format!("Needed before any {} can be created.", step.needed_by.join(", "));
    for words in [&*step.consequence, "This step is not undone by destroying anything.", &needed] {
        text.prose(Label::Plain, "!   ", words, options.prose_width());
    }
}

/// A change in full, and those that are the same below it.
pub fn changes(text: &mut Text, fold: &Fold<'_>, schemas: &Schemas, options: &RenderOptions) {
    change::block(text, fold.first, schemas, options);
    if fold.others.is_empty() {
        return;
    }
    text.newline();
    text.prose(Label::Bold, "  # ", &same_but_for(fold), options.prose_width());
    for folded in &fold.others {
        change::header(text, folded.change);
        differing(text, folded);
    }
}

/// What the folded changes have in common with the one above, and what they do not.
fn same_but_for(fold: &Fold<'_>) -> String {
    let keyed: BTreeSet<&str> = fold.others.iter().flat_map(|folded| folded.keyed.iter().copied()).collect();
    let listed: BTreeSet<&str> = fold
        .others
        .iter()
        .flat_map(|folded| folded.differing.iter().map(|attribute| &*attribute.name))
        .collect();
    let names = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
    let but = match (keyed.is_empty(), listed.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(", each with its own key as {}", names(keyed)),
        (true, false) => format!(", each with its own {}", names(listed)),
        (false, false) => {
            format!(", each with its own key as {} and its own {}", names(keyed), names(listed))
        }
    };
    format!("The next {} are the same as the one above{but}:", fold.others.len())
}

fn differing(text: &mut Text, folded: &Folded<'_>) {
    let width = |name: &str| words::width(&attribute_name(name));
    let widest = folded.differing.iter().map(|attribute| width(&attribute.name)).max().unwrap_or(0);
    let mut page = Page { text, is_loss: false };
    for attribute in &folded.differing {
        let (before, after) = sides(attribute);
        body::attribute_at(&mut page, &Row::new(&attribute.name, before, after), 1, widest);
    }
}

/// The words for a plan that changes no object.
fn nothing(text: &mut Text, plan: &Plan) {
    if !plan.outputs.is_empty() {
        return;
    }
    let (short, long): (&str, &[&str]) = match (plan.mode, plan.drift.is_empty()) {
        (PlanMode::Destroy, _) => (
            " No objects need to be destroyed.",
            &["Either nothing was created yet, or the objects were already deleted outside of", "backform."],
        ),
        (PlanMode::RefreshOnly, false) => {
            text.newline();
            return text.lines([
                "This is a refresh-only plan, so backform will not take any actions to undo",
                "these. If you were expecting these changes then you can apply this plan to",
                "record the updated values in the backform state without changing any remote",
                "objects.",
            ]);
        }
        (PlanMode::Normal, false) => (
            " Your infrastructure matches the configuration.",
            &[
                "Your configuration already agrees with the changes detected above, so there is",
                "nothing to undo.",
            ],
        ),
        (PlanMode::Normal, true) => (
            " Your infrastructure matches the configuration.",
            &[
                "backform has compared your real infrastructure against your configuration",
                "and found no differences, so no changes are needed.",
            ],
        ),
        (PlanMode::Act, _) => (" There is nothing to run.", &["Nothing was asked for."]),
        (PlanMode::RefreshOnly, true) => (
            " Your infrastructure still matches the state.",
            &["backform has checked that the real objects still match what the state remembers."],
        ),
    };
    text.newline();
    text.push(Label::Added, "No changes.");
    text.line(Label::Bold, short);
    text.newline();
    text.lines(long.iter().copied());
}

fn only_outputs(text: &mut Text, plan: &Plan) {
    let changes_objects = plan.effects().next().is_some() || !plan.preparations.is_empty();
    if !plan.outputs.is_empty() && !changes_objects {
        text.newline();
        text.lines([
            "You can apply this plan to save these new output values to the backform",
            "state, without changing any real infrastructure.",
        ]);
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples::*;
    use super::*;
    use crate::model::desired::Cause;
    use crate::model::plan::{Action, Block, Coverage, Drift, OutputChange, Reason};
    use crate::model::types::Type;
    use crate::model::value::Value;

    fn shown(given: &Plan) -> String {
        plan(given, &digest(), &schemas(), &plain())
    }

    #[test]
    fn a_creation() {
        assert_snapshot!(shown(&plan_of_one_create()), @r#"

        backform used the selected providers to generate the following execution
        plan. Resource actions are indicated with the following symbols:
          + create

        backform will perform the following actions:

          # alicloud_ecs_file_backup.web will be created
          + resource "alicloud_ecs_file_backup" "web" {
              + instance_id          = "i-web"
              + keep_latest_snapshot = true
              + paused               = false
              + plan_id              = (known after apply)
              + priority             = "L0"
            }

        Plan: 1 to add, 0 to change, 0 to destroy.

        Servers protected: 0 now, 1 after apply.
            gain protection: i-web

        Plan digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        "#);
    }

    fn plan_of_one_create() -> Plan {
        Plan {
            coverage: Coverage { before: 0, after: 1, lost: vec![], gained: vec!["i-web".to_owned()] },
            ..of(vec![create(named("web"), "i-web")])
        }
    }

    #[test]
    fn a_change_in_place_with_its_cause_on_a_wide_terminal() {
        let mut change = update(named("web"), "i-web");
        change.attributes[0].cause = Some(Cause::Variable { place: place(14), name: "priority".into() });
        let given = of(vec![change]);
        assert_snapshot!(plan(&given, &digest(), &schemas(), &wide()), @r#"

        backform used the selected providers to generate the following execution
        plan. Resource actions are indicated with the following symbols:
          ~ update in-place

        backform will perform the following actions:

          # alicloud_ecs_file_backup.web will be updated in-place
          ~ resource "alicloud_ecs_file_backup" "web" {
                instance_id          = "i-web"
                plan_id              = "plan-i-web"
              ~ priority             = "L0" -> "L1" # var.priority, main.hcl:14
                # (2 unchanged attributes hidden)
            }

        Plan: 0 to add, 1 to change, 0 to destroy.

        Plan digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        "#);
    }

    #[test]
    fn a_destroy_stands_out_first_and_last() {
        let given = Plan {
            coverage: Coverage { before: 2, after: 1, lost: vec!["i-db".to_owned()], gained: vec![] },
            ..of(vec![destroy(named("db"), "i-db"), update(named("web"), "i-web")])
        };
        assert_snapshot!(shown(&given), @r#"
        !!! DANGER: this plan loses what no later apply brings back !!!!!!!!!!!!!!!!!!
        !
        ! IRREVERSIBLE (1)
        !   alicloud_ecs_file_backup.db will be destroyed
        !     this permanently deletes all backups of the server
        !     at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        !     2026-10-22 02:11 UTC, 212 GiB; no other copy
        !     to allow it: type plan-i-db, or pass --confirm-destroy plan-i-db
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!

        backform used the selected providers to generate the following execution
        plan. Resource actions are indicated with the following symbols:
          ~ update in-place
          - destroy

        backform will perform the following actions:

          # alicloud_ecs_file_backup.db will be destroyed
          # (because of the removed block at main.hcl:30)
        ! # IRREVERSIBLE: this permanently deletes all backups of the server
        ! # at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        ! # 2026-10-22 02:11 UTC, 212 GiB; no other copy
        ! - resource "alicloud_ecs_file_backup" "db" {
        !     - instance_id          = "i-db" -> null
        !     - keep_latest_snapshot = true -> null
        !     - paused               = false -> null
        !     - plan_id              = "plan-i-db" -> null
        !     - priority             = "L0" -> null
        !   }

          # alicloud_ecs_file_backup.web will be updated in-place
          ~ resource "alicloud_ecs_file_backup" "web" {
                instance_id          = "i-web"
                plan_id              = "plan-i-web"
              ~ priority             = "L0" -> "L1"
                # (2 unchanged attributes hidden)
            }

        Plan: 0 to add, 1 to change, 1 to destroy.

        Servers protected: 2 now, 1 after apply.
        !   lose protection: i-db

        Plan digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

        !!! DANGER: this plan loses what no later apply brings back !!!!!!!!!!!!!!!!!!
        !
        ! IRREVERSIBLE (1)
        !   alicloud_ecs_file_backup.db will be destroyed
        !     this permanently deletes all backups of the server
        !     at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        !     2026-10-22 02:11 UTC, 212 GiB; no other copy
        !     to allow it: type plan-i-db, or pass --confirm-destroy plan-i-db
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
        "#);
    }

    #[test]
    fn a_replacement_and_a_step_for_the_account() {
        let given = Plan { preparations: vec![preparation()], ..of(vec![replace(named("r"), "i-1", "i-2")]) };
        assert_snapshot!(shown(&given), @r#"
        !!! DANGER: this plan loses what no later apply brings back !!!!!!!!!!!!!!!!!!
        !
        ! IRREVERSIBLE (1)
        !   alicloud_ecs_file_backup.r must be replaced
        !     this permanently deletes all backups of the server
        !     at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        !     2026-10-22 02:11 UTC, 212 GiB; no other copy
        !     to allow it: type plan-i-1, or pass --confirm-destroy plan-i-1
        !
        ! REDUCES PROTECTION OR COMMITS (1)
        !   provider alicloud will open the Cloud Backup service for the account
        !     It cannot be closed again.
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!

        backform used the selected providers to generate the following execution
        plan. Resource actions are indicated with the following symbols:
        +/- create replacement and then destroy

        backform will perform the following actions:

        ! provider alicloud will first open the Cloud Backup service for the account
        !   It cannot be closed again.
        !   This step is not undone by destroying anything.
        !   Needed before any alicloud_ecs_file_backup can be created.

          # alicloud_ecs_file_backup.r must be replaced
        ! # IRREVERSIBLE: this permanently deletes all backups of the server
        ! # at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        ! # 2026-10-22 02:11 UTC, 212 GiB; no other copy
        +/- resource "alicloud_ecs_file_backup" "r" {
        !     ~ instance_id          = "i-1" -> "i-2" # forces replacement
              ~ plan_id              = "plan-i-1" -> (known after apply)
                # (3 unchanged attributes hidden)
            }

        Plan: 0 to add, 0 to change, 0 to destroy.
        Besides: 1 to replace, 1 step to take for an account.

        Plan digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

        !!! DANGER: this plan loses what no later apply brings back !!!!!!!!!!!!!!!!!!
        !
        ! IRREVERSIBLE (1)
        !   alicloud_ecs_file_backup.r must be replaced
        !     this permanently deletes all backups of the server
        !     at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        !     2026-10-22 02:11 UTC, 212 GiB; no other copy
        !     to allow it: type plan-i-1, or pass --confirm-destroy plan-i-1
        !
        ! REDUCES PROTECTION OR COMMITS (1)
        !   provider alicloud will open the Cloud Backup service for the account
        !     It cannot be closed again.
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
        "#);
    }

    #[test]
    fn pausing_resuming_forgetting_moving() {
        let object = live("i-m", "L0", false);
        let moved = change(named("new"), Action::NoOp, Reason::Same, Some(object.clone()), Some(object));
        let moved = Change { moved_from: Some(named("old")), ..moved };
        let others = [forget(named("a"), "i-a"), moved, pause(named("p"), "i-p"), resume(named("z"), "i-z")];
        assert_snapshot!(shown(&of(others.into())), @r#"
        !!! WARNING: this plan reduces protection, or commits to something !!!!!!!!!!!
        !
        ! REDUCES PROTECTION OR COMMITS (2)
        !   alicloud_ecs_file_backup.a will be forgotten
        !     this leaves the object in the cloud without anybody who manages it
        !   alicloud_ecs_file_backup.p will be paused
        !     this stops the daily backups of the server
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!

        backform used the selected providers to generate the following execution
        plan. Resource actions are indicated with the following symbols:
         || pause protection
         |> resume protection
          . forget

        backform will perform the following actions:

          # alicloud_ecs_file_backup.a will be forgotten
          # (because of the removed block at main.hcl:30)
          # (the object stays in the cloud, and backform no longer manages it)
        ! # RISK: this leaves the object in the cloud without anybody who manages it
          . resource "alicloud_ecs_file_backup" "a" {
                instance_id          = "i-a"
                plan_id              = "plan-i-a"
                # (3 unchanged attributes hidden)
            }

          # alicloud_ecs_file_backup.old has moved to alicloud_ecs_file_backup.new
            resource "alicloud_ecs_file_backup" "new" {
                instance_id          = "i-m"
                plan_id              = "plan-i-m"
                # (3 unchanged attributes hidden)
            }

          # alicloud_ecs_file_backup.p will be paused
          # (because alicloud_ecs_file_backup.p is not in configuration)
          # (paused and not destroyed: its backups stay, as on_removal says)
        ! # RISK: this stops the daily backups of the server
         || resource "alicloud_ecs_file_backup" "p" {
                instance_id          = "i-p"
        !     ~ paused               = false -> true
                plan_id              = "plan-i-p"
                # (2 unchanged attributes hidden)
            }

          # alicloud_ecs_file_backup.z will be resumed
         |> resource "alicloud_ecs_file_backup" "z" {
                instance_id          = "i-z"
              ~ paused               = true -> false
                plan_id              = "plan-i-z"
                # (2 unchanged attributes hidden)
            }

        Plan: 0 to add, 0 to change, 0 to destroy.
        Besides: 1 to pause, 1 to resume, 1 to forget, 1 to move.

        Plan digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

        !!! WARNING: this plan reduces protection, or commits to something !!!!!!!!!!!
        !
        ! REDUCES PROTECTION OR COMMITS (2)
        !   alicloud_ecs_file_backup.a will be forgotten
        !     this leaves the object in the cloud without anybody who manages it
        !   alicloud_ecs_file_backup.p will be paused
        !     this stops the daily backups of the server
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
        "#);
    }

    #[test]
    fn blocked_changes_stand_in_the_plan() {
        let mut stopped = destroy(named("db"), "i-db");
        stopped.blocks = vec![Block::PreventDestroy { place: place(9) }];
        let mut gated = create(named("huge"), "i-huge");
        gated.blocks = vec![Block::Gate { gates: vec![gate(false)] }];
        let mut shouted = create(named("known"), "i-known");
        shouted.acknowledged = vec![gate(true)];
        assert_snapshot!(shown(&of(vec![stopped, gated, shouted])), @r#"
        !!! DANGER: this plan loses what no later apply brings back !!!!!!!!!!!!!!!!!!
        !
        ! IRREVERSIBLE (1)
        !   alicloud_ecs_file_backup.db will be destroyed
        !     this permanently deletes all backups of the server
        !     at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        !     2026-10-22 02:11 UTC, 212 GiB; no other copy
        !
        ! AGAINST A VENDOR'S RULE, as the configuration acknowledges (1)
        !   alicloud_ecs_file_backup.known will be created
        !     the vendor's rule "Data Volume > 2 TB". The server has 2.5 TiB of data,
        !     and large volumes make backups slow or fail. Use ECS snapshots instead.
        !
        ! BLOCKED, so apply refuses the whole plan (2)
        !   alicloud_ecs_file_backup.db will be destroyed
        !     by prevent_destroy, at main.hcl:9
        !   alicloud_ecs_file_backup.huge will be created
        !     by the vendor's rule "Data Volume > 2 TB", at main.hcl:12. The server
        !     has 2.5 TiB of data, and large volumes make backups slow or fail. Use
        !     ECS snapshots instead.
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!

        backform used the selected providers to generate the following execution
        plan. Resource actions are indicated with the following symbols:
          + create
          - destroy

        backform will perform the following actions:

          # alicloud_ecs_file_backup.db will be destroyed
          # (because of the removed block at main.hcl:30)
        ! # IRREVERSIBLE: this permanently deletes all backups of the server
        ! # at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        ! # 2026-10-22 02:11 UTC, 212 GiB; no other copy
        ! # BLOCKED: prevent_destroy, at main.hcl:9
        ! - resource "alicloud_ecs_file_backup" "db" {
        !     - instance_id          = "i-db" -> null
        !     - keep_latest_snapshot = true -> null
        !     - paused               = false -> null
        !     - plan_id              = "plan-i-db" -> null
        !     - priority             = "L0" -> null
        !   }

          # alicloud_ecs_file_backup.huge will be created
        ! # BLOCKED: the vendor's rule "Data Volume > 2 TB", at main.hcl:12. The
        ! # server has 2.5 TiB of data, and large volumes make backups slow or fail.
        ! # Use ECS snapshots instead.
          # (to go on against the vendor's advice, write in this block:
          #   acknowledge_risk = "I know")
          + resource "alicloud_ecs_file_backup" "huge" {
              + instance_id          = "i-huge"
              + keep_latest_snapshot = true
              + paused               = false
              + plan_id              = (known after apply)
              + priority             = "L0"
            }

          # alicloud_ecs_file_backup.known will be created
        ! # RISK ACKNOWLEDGED: the vendor's rule "Data Volume > 2 TB". The server has
        ! # 2.5 TiB of data, and large volumes make backups slow or fail. Use ECS
        ! # snapshots instead.
          + resource "alicloud_ecs_file_backup" "known" {
              + instance_id          = "i-known"
              + keep_latest_snapshot = true
              + paused               = false
              + plan_id              = (known after apply)
              + priority             = "L0"
            }

        Plan: 2 to add, 0 to change, 1 to destroy.
        ! 2 of these changes are BLOCKED, so apply refuses this plan.

        Plan digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

        !!! DANGER: this plan loses what no later apply brings back !!!!!!!!!!!!!!!!!!
        !
        ! IRREVERSIBLE (1)
        !   alicloud_ecs_file_backup.db will be destroyed
        !     this permanently deletes all backups of the server
        !     at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        !     2026-10-22 02:11 UTC, 212 GiB; no other copy
        !
        ! AGAINST A VENDOR'S RULE, as the configuration acknowledges (1)
        !   alicloud_ecs_file_backup.known will be created
        !     the vendor's rule "Data Volume > 2 TB". The server has 2.5 TiB of data,
        !     and large volumes make backups slow or fail. Use ECS snapshots instead.
        !
        ! BLOCKED, so apply refuses the whole plan (2)
        !   alicloud_ecs_file_backup.db will be destroyed
        !     by prevent_destroy, at main.hcl:9
        !   alicloud_ecs_file_backup.huge will be created
        !     by the vendor's rule "Data Volume > 2 TB", at main.hcl:12. The server
        !     has 2.5 TiB of data, and large volumes make backups slow or fail. Use
        !     ECS snapshots instead.
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
        "#);
    }

    #[test]
    fn drift_and_outputs() {
        let (before, after) = (live("i-web", "L0", false), live("i-web", "L0", true));
        let template =
            change(named("web"), Action::Update, Reason::Same, Some(before.clone()), Some(after.clone()));
        let drift = Drift {
            address: named("web"),
            id: "plan-i-web".into(),
            before: before.clone(),
            after: Some(after),
            attributes: template.attributes,
        };
        let gone =
            Drift { address: named("x"), id: "plan-x".into(), before, after: None, attributes: vec![] };
        let output = |before: Option<Value>, after: Option<Value>, sensitive| OutputChange {
            before,
            after,
            sensitive,
        };
        let given = Plan {
            drift: vec![drift, gone],
            outputs: [
                (
                    "ids".into(),
                    output(
                        Some(Value::tuple([Value::from("a")])),
                        Some(Value::tuple([Value::from("a"), Value::from("b")])),
                        false,
                    ),
                ),
                ("next_run".into(), output(None, Some(Value::unknown(Type::String)), false)),
                ("old".into(), output(Some(Value::from("x")), None, false)),
                ("secret".into(), output(Some(Value::from("a")), Some(Value::from("b")), true)),
            ]
            .into(),
            ..Plan::default()
        };
        assert_snapshot!(shown(&given), @r#"

        Note: Objects have changed outside of backform

        backform detected the following changes made outside of backform since the
        last "backform apply" which may have affected this plan:

          # alicloud_ecs_file_backup.web has changed
          ~ resource "alicloud_ecs_file_backup" "web" {
                instance_id          = "i-web"
              ~ paused               = false -> true
                plan_id              = "plan-i-web"
                # (2 unchanged attributes hidden)
            }

          # alicloud_ecs_file_backup.x has been deleted
          - resource "alicloud_ecs_file_backup" "x" {
              - instance_id          = "i-web" -> null
              - keep_latest_snapshot = true -> null
              - paused               = false -> null
              - plan_id              = "plan-i-web" -> null
              - priority             = "L0" -> null
            }


        Unless you have made equivalent changes to your configuration, or ignored the
        relevant attributes using ignore_changes, the following plan may include
        actions to undo or respond to these changes.

        ─────────────────────────────────────────────────────────────────────────────

        Changes to Outputs:
          ~ ids      = [
                "a",
              + "b",
            ]
          + next_run = (known after apply)
          - old      = "x" -> null
          ~ secret   = (sensitive value)

        You can apply this plan to save these new output values to the backform
        state, without changing any real infrastructure.

        Plan digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        "#);
    }

    #[test]
    fn what_no_block_asks_for_is_named_and_not_passed_over() {
        let kept =
            |action, reason| change(named("web"), action, reason, Some(live("i-web", "L0", true)), None);
        let shows = |change: Change| shown(&of(vec![change])).contains("Kept without a block: 1 object.");
        assert!(shows(kept(Action::NoOp, Reason::NotInConfig)));
        assert!(shows(kept(Action::NoOp, Reason::KeyNotInForEach)));
        assert!(!shows(kept(Action::NoOp, Reason::Same)));
        assert!(!shows(kept(Action::Pause, Reason::NotInConfig)));
        assert!(!shows(Change { before: None, ..kept(Action::NoOp, Reason::NotInConfig) }));
    }

    #[test]
    fn no_changes() {
        assert_snapshot!(shown(&Plan { coverage: Coverage { before: 2, after: 2, ..Coverage::default() }, ..Plan::default() }), @"

        No changes. Your infrastructure matches the configuration.

        backform has compared your real infrastructure against your configuration
        and found no differences, so no changes are needed.

        Servers protected: 2 now, 2 after apply.
        ");
    }

    #[test]
    fn the_same_change_is_shown_once() {
        let creates = (1..=7).map(|i| create(keyed("fleet", &format!("i-{i}")), &format!("i-{i}")));
        let updates = (1..=6).map(|i| {
            let mut update = update(keyed("zoo", &format!("k{i}")), &format!("i-{i}"));
            update.attributes[0].before = Some(Value::string(format!("old-{i}")));
            update
        });
        assert_snapshot!(shown(&of(creates.chain(updates).collect())), @r#"

        backform used the selected providers to generate the following execution
        plan. Resource actions are indicated with the following symbols:
          + create
          ~ update in-place

        backform will perform the following actions:

          # alicloud_ecs_file_backup.fleet["i-1"] will be created
          + resource "alicloud_ecs_file_backup" "fleet" {
              + instance_id          = "i-1"
              + keep_latest_snapshot = true
              + paused               = false
              + plan_id              = (known after apply)
              + priority             = "L0"
            }

          # The next 6 are the same as the one above, each with its own key as
          # instance_id:
          # alicloud_ecs_file_backup.fleet["i-2"] will be created
          # alicloud_ecs_file_backup.fleet["i-3"] will be created
          # alicloud_ecs_file_backup.fleet["i-4"] will be created
          # alicloud_ecs_file_backup.fleet["i-5"] will be created
          # alicloud_ecs_file_backup.fleet["i-6"] will be created
          # alicloud_ecs_file_backup.fleet["i-7"] will be created

          # alicloud_ecs_file_backup.zoo["k1"] will be updated in-place
          ~ resource "alicloud_ecs_file_backup" "zoo" {
                instance_id          = "i-1"
                plan_id              = "plan-i-1"
              ~ priority             = "old-1" -> "L1"
                # (2 unchanged attributes hidden)
            }

          # The next 5 are the same as the one above, each with its own priority:
          # alicloud_ecs_file_backup.zoo["k2"] will be updated in-place
              ~ priority = "old-2" -> "L1"
          # alicloud_ecs_file_backup.zoo["k3"] will be updated in-place
              ~ priority = "old-3" -> "L1"
          # alicloud_ecs_file_backup.zoo["k4"] will be updated in-place
              ~ priority = "old-4" -> "L1"
          # alicloud_ecs_file_backup.zoo["k5"] will be updated in-place
              ~ priority = "old-5" -> "L1"
          # alicloud_ecs_file_backup.zoo["k6"] will be updated in-place
              ~ priority = "old-6" -> "L1"

        Plan: 7 to add, 6 to change, 0 to destroy.

        Plan digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        "#);
    }
}
