//! Every example does what its story says, and what it shows is reviewed as a snapshot.
//!
//! An example is a directory of `examples/`:
//!
//! | file | |
//! |---|---|
//! | `main.hcl` | the configuration that the example is about; its comment tells the story and how to replay it |
//! | `world.json` | the clouds as they are at the beginning |
//! | `before/main.hcl` | only where something must be there already: an earlier configuration, applied first |
//! | `later.sed` | only where something happens meanwhile: edits of the world, one `s/OLD/NEW/` a line, no patterns |
//!
//! By hand, in the example's directory, a replay is what [`at_its_start`] does:
//!
//! ```text
//! backform -C before apply --auto-approve --emulator=world.json
//! mv before/.backform .
//! sed -i -f later.sed .backform/world.json
//! backform plan --emulator
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::sandbox::{Ran, Sandbox};

/// Ids are made in the order of the calls, so snapshots need one call after the other.
pub const ONE_BY_ONE: &str = "--parallelism=1";

/// A sandbox in which everything has happened that comes before the example's own plan.
pub fn at_its_start(example: &str) -> Sandbox {
    let sandbox = Sandbox::example(example);
    if sandbox.path("before").exists() {
        let apply = ["-C", "before", "apply", "--auto-approve", "--emulator=world.json", ONE_BY_ONE];
        sandbox.run(apply).exits(0);
        fs::rename(sandbox.path("before/.backform"), sandbox.path(".backform")).expect("both are there");
    }
    if sandbox.path("later.sed").exists() {
        let world = sandbox.read("later.sed").lines().fold(sandbox.read(".backform/world.json"), edited);
        sandbox.write(".backform/world.json", &world);
    }
    sandbox
}

/// A text after one line of a sed script: `s/OLD/NEW/`, or a comment.
#[track_caller]
fn edited(text: String, line: &str) -> String {
    if line.starts_with('#') {
        return text;
    }
    let parts: Vec<&str> = line.split('/').collect();
    let ["s", old, new, ""] = parts[..] else { panic!("{line}: not s/OLD/NEW/") };
    assert!(text.contains(old), "{line}: the world has nothing of the kind");
    text.replace(old, new)
}

#[test]
fn a_line_of_sed_edits_the_world() {
    let check = |line: &str, expected: &str| assert_eq!(edited("a b a".to_owned(), line), expected);
    check("s/a/c/", "c b c");
    check("# a comment", "a b a");
}

/// The command that a saved plan proposes, as words; `None` where there is nothing to apply.
pub fn proposed(plan: &Ran) -> Option<Vec<String>> {
    let (_, command) = plan.unscrubbed.split_once("run the following command to apply:\n")?;
    let words = command.split_whitespace().filter(|word| *word != "\\").map(str::to_owned);
    Some(words.skip(1).collect())
}

/// Plans, saves the plan as `example.plan`, and applies it with the very command that is proposed.
#[track_caller]
fn applied(sandbox: &Sandbox) -> Ran {
    let plan = sandbox.run(["plan", "--emulator", "--out", "example.plan"]).exits(0);
    let mut apply = proposed(&plan).expect("there is something to apply");
    apply.push(ONE_BY_ONE.to_owned());
    sandbox.run(apply).exits(0)
}

/// The example from its plan to the second plan, as somebody sees it who has read and approved.
#[track_caller]
fn tells_its_story(example: &str) -> Sandbox {
    let sandbox = at_its_start(example);
    sandbox.run(["plan", "--emulator"]).exits(0).is_snapshot(example, "plan");
    applied(&sandbox).is_snapshot(example, "apply");
    sandbox.run(["plan", "--emulator"]).exits(0).is_snapshot(example, "second-plan");
    sandbox
}

/// The example up to the refusal of whoever applies it without having approved.
#[track_caller]
fn is_refused(example: &str) {
    let sandbox = at_its_start(example);
    let untouched = sandbox.read_tree(".backform");
    sandbox.run(["apply", "--emulator", "--auto-approve"]).exits(3).is_snapshot(example, "refusal");
    assert_eq!(sandbox.read_tree(".backform"), untouched);
}

/// The example's plan as programs read it.
#[track_caller]
fn has_json(example: &str) {
    let sandbox = at_its_start(example);
    sandbox.run(["plan", "--emulator", "--out", "example.plan"]).exits(0);
    let json = sandbox.run(["show", "--json", "example.plan"]).exits(0).stdout;
    let value: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    let pretty = serde_json::to_string_pretty(&value).expect("it was JSON");
    crate::support::sandbox::is_snapshot(example, "json", &pretty);
}

#[test]
fn quickstart() {
    tells_its_story("quickstart");
    is_refused("quickstart");
    has_json("quickstart");
}

#[test]
fn schedule_and_priority() {
    tells_its_story("schedule-and-priority");
}

#[test]
fn pause_and_resume() {
    tells_its_story("pause-and-resume");
    is_refused("pause-and-resume");
}

#[test]
fn fleet() {
    tells_its_story("fleet");
}

#[test]
fn drift() {
    tells_its_story("drift");
    has_json("drift");
}

#[test]
fn block_removed() {
    tells_its_story("block-removed");
    is_refused("block-removed");
}

#[test]
fn destroy_explicit() {
    tells_its_story("destroy-explicit");
    is_refused("destroy-explicit");
    has_json("destroy-explicit");
}

#[test]
fn replace_instance() {
    tells_its_story("replace-instance");
    is_refused("replace-instance");
    has_json("replace-instance");
}

#[test]
fn moved() {
    tells_its_story("moved");
}

#[test]
fn modules() {
    let sandbox = tells_its_story("modules");
    sandbox.run(["graph"]).exits(0).is_snapshot("modules", "graph-dot");
    sandbox.run(["graph", "--format", "mermaid"]).exits(0).is_snapshot("modules", "graph-mermaid");
    sandbox.run(["graph", "--format", "svg"]).exits(0).is_snapshot("modules", "graph-svg");
}

#[test]
fn import() {
    tells_its_story("import");
    has_json("import");
}

#[test]
fn keep_latest_off() {
    tells_its_story("keep-latest-off");
    is_refused("keep-latest-off");
}

#[test]
fn variables_and_outputs() {
    let sandbox = tells_its_story("variables-and-outputs");
    sandbox.run(["output", "--emulator"]).exits(0).is_snapshot("variables-and-outputs", "output");
    let other = ["plan", "--emulator", "-var", "environment=moon"];
    sandbox.run(other).exits(1).is_snapshot("variables-and-outputs", "invalid");
}

/// What is blocked is shown whole, exits with 1, and no approval lets it pass.
#[track_caller]
fn is_blocked(example: &str) {
    let sandbox = at_its_start(example);
    let untouched = sandbox.read_tree(".backform");
    sandbox.run(["plan", "--emulator"]).exits(1).is_snapshot(example, "plan");
    sandbox.run(["apply", "--emulator", "--auto-approve"]).exits(1).is_snapshot(example, "refusal");
    assert_eq!(sandbox.read_tree(".backform"), untouched);
}

#[test]
fn prevent_destroy() {
    is_blocked("prevent-destroy");
}

#[test]
fn not_eligible() {
    is_blocked("not-eligible");
}

#[test]
fn gates() {
    is_blocked("gates");
}

#[test]
fn adopt() {
    let sandbox = at_its_start("adopt");
    sandbox.run(["plan", "--emulator"]).exits(0).is_snapshot("adopt", "plan");
    sandbox.run(["adopt", "--emulator", "--out", "adopted.hcl"]).exits(0).is_snapshot("adopt", "adopt");
    crate::support::sandbox::is_snapshot("adopt", "adopted", &sandbox.read("adopted.hcl"));
    sandbox.run(["fmt", "--check"]).exits(0);
    sandbox.run(["plan", "--emulator"]).exits(0).is_snapshot("adopt", "plan-after");
    applied(&sandbox).is_snapshot("adopt", "apply");
    sandbox.run(["plan", "--emulator", "--detailed-exitcode"]).exits(0);
    sandbox.run(["adopt", "--emulator"]).exits(0).is_snapshot("adopt", "adopt-again");
}

#[test]
fn huawei_server() {
    tells_its_story("huawei-server");
    has_json("huawei-server");
}

#[test]
fn huawei_by_tag() {
    tells_its_story("huawei-by-tag");
}

#[test]
fn huawei_migrate() {
    tells_its_story("huawei-migrate");
    has_json("huawei-migrate");
}

#[test]
fn huawei_replace() {
    tells_its_story("huawei-replace");
    is_refused("huawei-replace");
}

#[test]
fn huawei_retention() {
    tells_its_story("huawei-retention");
    is_refused("huawei-retention");
}

#[test]
fn huawei_lock() {
    tells_its_story("huawei-lock");
    is_refused("huawei-lock");
}

#[test]
fn huawei_checkpoint() {
    let sandbox = tells_its_story("huawei-checkpoint");
    let main = sandbox.read("main.hcl");
    // Another name means another checkpoint: it is made before the old one goes, and the loss is named.
    sandbox.write("main.hcl", &main.replace("before-release-7", "before-release-8"));
    sandbox.run(["plan", "--emulator"]).exits(0).is_snapshot("huawei-checkpoint", "another-name");
    let careless = ["apply", "--emulator", "--auto-approve"];
    sandbox.run(careless).exits(3);
    applied(&sandbox);
    // A backup that somebody deletes by hand is no reason to delete the other, or to make both again.
    let world = sandbox.read(".backform/world.json");
    assert_eq!(world.matches("\"name\": \"before-release-8-").count(), 2, "{world}");
    // Without its block it stays.
    let block = main.find("resource \"huaweicloud_cbr_checkpoint\"").expect("it is there");
    sandbox.write("main.hcl", &main[..block]);
    sandbox.run(["plan", "--emulator"]).exits(0).is_snapshot("huawei-checkpoint", "block-removed");
    sandbox
        .run(["destroy", "--emulator", "--auto-approve"])
        .exits(3)
        .is_snapshot("huawei-checkpoint", "destroy");
}

#[test]
fn huawei_prepaid() {
    tells_its_story("huawei-prepaid");
    is_refused("huawei-prepaid");
}

#[test]
fn huawei_types() {
    tells_its_story("huawei-types");
}

#[test]
fn team() {
    tells_its_story("team");
}

/// Examples whose plan is blocked, so that nothing of it can be applied.
const BLOCKED: [&str; 3] = ["gates", "not-eligible", "prevent-destroy"];

/// Folders of snapshots that belong to no example.
const OTHERS: [&str; 8] =
    ["capture", "cli", "fmt", "huawei", "reports", "reports-huawei", "testing", "weaknesses"];

/// Examples of what is no state, whose configuration matches from the beginning.
const MATCHING: [&str; 3] = ["adopt", "huawei-restore", "restore"];

fn names_in(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("it is there");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("it can be read").file_name();
    entries.map(|entry| name(entry).into_string().expect("names are text")).collect()
}

#[test]
fn every_example_is_valid_and_tells_its_story() {
    for example in names_in("examples") {
        let sandbox = Sandbox::example(&example);
        sandbox.run(["validate"]).exits(0);
        let text = sandbox.read("main.hcl");
        assert!(text.starts_with("# "), "{example}: main.hcl opens with its story");
        assert!(text.contains("#   ") && text.contains("plan --emulator\n"), "{example}: no replay");
    }
}

#[test]
fn planning_twice_gives_the_same_bytes() {
    for example in names_in("examples") {
        let sandbox = at_its_start(&example);
        let plan = || sandbox.run(["plan", "--emulator", "--out", "one.plan"]);
        let (first, second) = (plan(), plan());
        assert_eq!(first.transcript(), second.transcript(), "{example}");
    }
}

#[test]
fn applying_leaves_nothing_to_plan() {
    for example in names_in("examples") {
        let sandbox = at_its_start(&example);
        if BLOCKED.contains(&&*example) {
            continue;
        }
        if MATCHING.contains(&&*example) {
            sandbox.run(["plan", "--emulator", "--detailed-exitcode"]).exits(0);
            continue;
        }
        sandbox.run(["plan", "--emulator", "--detailed-exitcode"]).exits(2);
        applied(&sandbox);
        sandbox.run(["plan", "--emulator", "--detailed-exitcode"]).exits(0);
    }
}

#[test]
fn examples_and_snapshots_belong_together() {
    let examples = names_in("examples");
    let mut shown = names_in("snapshots");
    for other in OTHERS {
        shown.remove(other);
    }
    assert_eq!(examples, shown);
    for example in examples {
        let needed = match &*example {
            blocked if BLOCKED.contains(&blocked) => "refusal.snap",
            matching if MATCHING.contains(&matching) => "apply.snap",
            _ => "second-plan.snap",
        };
        let shown = names_in(&format!("snapshots/{example}"));
        assert!(shown.contains("plan.snap") && shown.contains(needed), "{example}: {shown:?}");
    }
}
