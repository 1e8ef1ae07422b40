//! What is done once: restores and backups, from the wish to the end of the job.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::examples::{ONE_BY_ONE, at_its_start, proposed};
use crate::support::sandbox::Sandbox;

const SHOP: &str = "alicloud_ecs_file_backup.shop";

/// A restore over what is there, saved as `restore.plan`.
const OVER: [&str; 11] = [
    "restore",
    SHOP,
    "--include",
    "/data/orders",
    "--to-path",
    "/data",
    "--conflict",
    "overwrite",
    "--emulator",
    "--out",
    "restore.plan",
];

/// How many restores the world has seen.
fn restores(sandbox: &Sandbox) -> usize {
    sandbox.read(".backform/world.json").matches("\"target_path\"").count()
}

#[test]
fn a_restore_is_planned_refused_approved_and_done_once() {
    let sandbox = at_its_start("restore");
    sandbox.run(["plan", "--emulator"]).exits(0).is_snapshot("restore", "plan");
    let plan = sandbox.run(OVER).exits(0);
    let mut apply = proposed(&plan).expect("there is something to apply");
    plan.is_snapshot("restore", "restore-plan");
    let careless = ["apply", "restore.plan", "--emulator", "--auto-approve"];
    sandbox.run(careless).exits(3).is_snapshot("restore", "refusal");
    assert_eq!(restores(&sandbox), 0);
    apply.push(ONE_BY_ONE.to_owned());
    sandbox.run(&apply).exits(0).is_snapshot("restore", "apply");
    // The restore is among the jobs of the server.
    let status = sandbox.run(["status", SHOP, "--emulator"]).exits(0).stdout;
    assert!(status.contains("  restore  COMPLETE"), "{status}");
    // Whoever applies the same plan again gets the restore that was made, and no second one.
    sandbox.run(&apply).exits(0);
    assert_eq!(restores(&sandbox), 1);
    sandbox.run(["plan", "--emulator", "--detailed-exitcode"]).exits(0);
}

#[test]
fn a_restore_that_overwrites_nothing_needs_no_more_than_a_flag() {
    let sandbox = at_its_start("restore");
    let spare = ["--to-instance", "i-bp1spare0001", "--to-path", "/tmp/restore", "--conflict", "skip"];
    let restore = ["restore", SHOP, "--from", "2026-11-10", "--emulator", "--auto-approve"];
    sandbox.run(restore.iter().chain(&spare)).exits(0).is_snapshot("restore", "to-another-server");
    let own = ["--to-path", "/tmp/restore", "--conflict", "skip"];
    sandbox.run(restore.iter().chain(&own)).exits(0).is_snapshot("restore", "skip");
    let missing = ["--to-path", "/nowhere", "--conflict", "skip"];
    sandbox.run(restore.iter().chain(&missing)).exits(1).is_snapshot("restore", "no-such-directory");
}

#[test]
fn what_stands_against_a_restore_is_said_before_anything_is_sent() {
    let sandbox = at_its_start("restore");
    let check = |arguments: &[&str], name: &str| {
        let ran = sandbox.run(["restore", "--emulator", "--auto-approve"].iter().chain(arguments)).exits(1);
        ran.is_snapshot("restore", name);
    };
    check(&[SHOP], "nothing-said");
    check(&[SHOP, "--to-path", "data", "--include", "/a b", "--conflict", "skip"], "bad-paths");
    let to = ["--to-path", "/data", "--conflict", "skip"];
    check(&[&["i-bp1nobody001"], &to[..]].concat(), "nothing-to-restore");
    check(&[&[SHOP, "--to-instance", "i-bp1nobody001"], &to[..]].concat(), "no-such-server");
    assert_eq!(restores(&sandbox), 0);
}

#[test]
fn a_recovery_point_that_is_gone_meanwhile_is_not_replaced_by_another() {
    let sandbox = at_its_start("restore");
    let plan = sandbox.run(OVER).exits(0);
    let later = sandbox.read(".backform/world.json").replace("2026-11-20T08:00:00Z", "2027-01-20T08:00:00Z");
    sandbox.write(".backform/world.json", &later);
    sandbox.run(proposed(&plan).expect("a command")).exits(4).is_snapshot("restore", "gone-meanwhile");
    assert_eq!(restores(&sandbox), 0);
}

#[test]
fn backups_are_made_at_once() {
    let sandbox = at_its_start("fleet");
    let ran = sandbox.run(["plan", "--emulator", "--out", "example.plan"]).exits(0);
    let mut apply = proposed(&ran).expect("a command");
    apply.push(ONE_BY_ONE.to_owned());
    sandbox.run(apply).exits(0);
    let block = ["backup", "alicloud_ecs_file_backup.fleet", "--emulator"];
    sandbox.run(block).exits(3).is_snapshot("reports", "backup-unapproved");
    let backup = sandbox.run(block.iter().chain(&["--auto-approve", ONE_BY_ONE])).exits(0);
    backup.is_snapshot("reports", "backup");
    sandbox
        .run(["backup", "i-bp1nobody001", "--emulator"])
        .exits(1)
        .is_snapshot("reports", "backup-of-nobody");
}

/// A restore that takes as long as in the cloud, up to its first sign of life.
fn slow_restore(sandbox: &Sandbox) -> Child {
    let world = sandbox.read(".backform/world.json");
    // A clock that runs, and is not behind what the world has seen already.
    #[expect(clippy::disallowed_methods, reason = "the emulator's clock follows the real one here")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let clock = format!("\"clock\": \"real+PT{}S\"", 1_795_161_600_u64.saturating_sub(now));
    let world = world.replace("\"clock\": \"2026-11-20T08:00:00Z\"", &clock);
    let world = world.replace("\"pace\": 200", "\"pace\": 1");
    sandbox.write(".backform/world.json", &world);
    let mut command = sandbox.command();
    command.args([
        "restore",
        SHOP,
        "--to-path",
        "/tmp/restore",
        "--conflict",
        "skip",
        "--emulator",
        "--auto-approve",
    ]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be run");
    let lines = BufReader::new(child.stdout.as_mut().expect("it is piped")).lines();
    let found = lines.map_while(Result::ok).any(|line| line.contains("Still running... [r-"));
    if !found {
        let output = child.wait_with_output().expect("it ends");
        panic!("the restore was not begun: {}", String::from_utf8_lossy(&output.stderr));
    }
    child
}

#[test]
fn whoever_leaves_a_restore_does_not_stop_it() {
    let sandbox = at_its_start("restore");
    let child = slow_restore(&sandbox);
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.expect("kill is everywhere").success());
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(said.contains("was begun and goes on in the cloud; nobody waited for its end"), "{said}");
    let next = sandbox.run(["plan", "--emulator"]).exits(0);
    assert!(!next.stderr.contains("an earlier run"), "{}", next.stderr);
}

#[test]
fn a_restore_whose_run_was_killed_is_told_of_and_not_repeated() {
    let sandbox = at_its_start("restore");
    let mut child = slow_restore(&sandbox);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let next = sandbox.run(["plan", "--emulator"]).exits(0);
    assert!(
        next.stderr.contains("an earlier run was stopped while it ran alicloud_hbr_restore_job.shop"),
        "{}",
        next.stderr
    );
    sandbox.run(["apply", "--emulator", "--auto-approve"]).exits(0);
    assert_eq!(restores(&sandbox), 1);
    let after = sandbox.run(["plan", "--emulator"]).exits(0);
    assert_eq!(after.stderr, "");
}

/// How many restores of Huawei Cloud the world has seen.
fn overwritten(sandbox: &Sandbox) -> usize {
    sandbox.read(".backform/world.json").matches("\"operation\": \"restore\"").count()
}

#[test]
fn a_vault_is_backed_up_and_a_server_written_back() {
    let sandbox = at_its_start("huawei-restore");
    let example = "huawei-restore";
    sandbox.run(["plan", "--emulator"]).exits(0).is_snapshot(example, "plan");
    let vault = "huaweicloud_cbr_vault.servers";
    let backup = ["backup", vault, "--name", "before-the-restore", "--emulator"];
    sandbox.run(backup.iter().chain(&["--auto-approve"])).exits(0).is_snapshot(example, "backup");
    let backups = sandbox.run(["backups", "srv-shop", "--emulator"]).exits(0).stdout;
    assert!(backups.contains("2026-11-20 08:00 UTC"), "{backups}");
    let from = ["restore", "srv-shop", "--from", "2026-11-20T07:00", "--emulator"];
    let spare = ["--to-instance", "srv-spare", "--disk", "srv-shop-disk-2=srv-spare-disk-2", "--no-power-on"];
    let confirmed = ["--auto-approve", "--confirm-destroy", "srv-spare"];
    let other = sandbox.run(from.iter().chain(&spare).chain(&["--out", "spare.plan"])).exits(0);
    other.is_snapshot(example, "to-another-server");
    sandbox.run(from.iter().chain(&spare).chain(&confirmed[..1])).exits(3).is_snapshot(example, "refusal");
    let plan = sandbox.run(from.iter().chain(&["--out", "restore.plan"])).exits(0);
    let mut apply = proposed(&plan).expect("there is something to apply");
    plan.is_snapshot(example, "restore-plan");
    assert_eq!(overwritten(&sandbox), 0);
    apply.push(ONE_BY_ONE.to_owned());
    sandbox.run(&apply).exits(0).is_snapshot(example, "apply");
    assert_eq!(overwritten(&sandbox), 1);
    let mut apply = proposed(&other).expect("there is something to apply");
    apply.push(ONE_BY_ONE.to_owned());
    sandbox.run(&apply).exits(0);
    assert_eq!(overwritten(&sandbox), 2);
    let status = sandbox.run(["status", "srv-shop", "--emulator"]).exits(0).stdout;
    assert!(status.contains("  restore  success"), "{status}");
    sandbox.run(["plan", "--emulator", "--detailed-exitcode"]).exits(0);
}

#[test]
fn what_stands_against_huaweis_acts_is_said_before_anything_is_sent() {
    let sandbox = at_its_start("huawei-restore");
    let check = |arguments: &[&str], name: &str| {
        sandbox
            .run(arguments.iter().chain(&["--emulator", "--auto-approve"]))
            .exits(1)
            .is_snapshot("huawei-restore", name);
    };
    check(&["backup", "srv-spare"], "backup-of-nobody");
    check(&["backup", "srv-shop", "--name", "before the restore"], "bad-name");
    check(&["restore", "huaweicloud_cbr_vault.servers"], "which-server");
    check(&["restore", "srv-shop", "--conflict", "skip", "--include", "/data"], "no-files");
    check(&["restore", "srv-shop", "--to-instance", "srv-mail"], "no-room");
    check(&["restore", "srv-shop", "--disk", "srv-shop-disk-2"], "no-pair");
    assert_eq!(overwritten(&sandbox), 0);
}

#[test]
fn a_backup_whose_answer_is_lost_is_found_and_not_repeated() {
    let sandbox = at_its_start("huawei-restore");
    let world = sandbox.read(".backform/world.json");
    let fault =
        "\"faults\": [{\"operation\": \"CreateCheckpoint\", \"kind\": \"cut\", \"times\": 1}],\n  \"format\"";
    sandbox.write(".backform/world.json", &world.replacen("\"format\"", fault, 1));
    let ran = sandbox.run(["backup", "srv-mail", "--emulator", "--auto-approve"]).exits(0);
    assert!(ran.stdout.contains("Acts: 1 run."), "{}", ran.stdout);
    let backups = sandbox.run(["backups", "srv-mail", "--emulator"]).exits(0).stdout;
    assert_eq!(backups.matches("2026-11-20 08:00 UTC").count(), 1, "{backups}");
}
