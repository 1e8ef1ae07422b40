//! `backform test`: cases of users against recorded worlds.

use serde_json::Value as Json;

use crate::support::sandbox::{Ran, Sandbox};

/// One server to be protected, with a condition of each kind.
const MAIN: &str = r#"
provider "alicloud" {
  region = "cn-hangzhou"
}

variable "minutes" {
  type    = number
  default = 30

  validation {
    condition     = var.minutes < 60
    error_message = "An hour has 60 minutes."
  }
}

resource "alicloud_ecs_file_backup" "web" {
  instance_id = "i-bp1web00001"
  start_time  = "02:${var.minutes}"
  time_zone   = "Asia/Shanghai"

  workload {
    kind = "website"
  }

  lifecycle {
    precondition {
      condition     = var.minutes != 13
      error_message = "Nobody wants to begin at 13 past."
    }
  }
}

check "half_past" {
  assert {
    condition     = var.minutes == 30
    error_message = "It begins at ${var.minutes} past."
  }
}

output "begins" {
  value = alicloud_ecs_file_backup.web.start_time
}
"#;

const WORLD: &str = r#"{"format": 1, "clock": "2026-11-20T08:00:00Z", "alibaba": {"accounts": [
  {"id": "1234567890123456", "regions": {"cn-hangzhou": {"instances": [
    {"id": "i-bp1web00001", "name": "web", "cpu": 2, "memory_mib": 4096, "disks": [40]}]}}}]}}"#;

/// A directory with the configuration above and these cases.
fn directory(cases: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", MAIN);
    sandbox.write("world.json", WORLD);
    sandbox.write("main.test.hcl", cases);
    sandbox
}

fn tested(cases: &str) -> Ran {
    directory(cases).run(["test"])
}

#[track_caller]
fn check(cases: &str, code: i32, expected: &[&str]) {
    let ran = tested(cases).exits(code);
    let said = ran.transcript();
    for text in expected {
        assert!(said.contains(text), "{text}\nis not in\n{said}");
    }
}

#[test]
fn a_teams_repository_tests_itself() {
    let sandbox = Sandbox::example("team");
    sandbox.run(["test"]).exits(0).is_snapshot("team", "test");
    assert!(!sandbox.path(".backform").exists(), "a test leaves nothing behind");
    assert!(!sandbox.path("backform.state.json").exists());
}

/// What the CI files of the example run is what is run here.
#[test]
fn a_teams_continuous_integration_passes() {
    let sandbox = Sandbox::example("team");
    for file in [".github/workflows/backups.yml", ".gitlab-ci.yml"] {
        let text = sandbox.read(file);
        let commands: Vec<Vec<&str>> = text
            .lines()
            .filter_map(|line| {
                line.trim().trim_start_matches("- ").trim_start_matches("run: ").strip_prefix("backform ")
            })
            .map(|line| line.split_whitespace().collect())
            .collect();
        let first: Vec<&str> = commands.iter().map(|words| words[0]).collect();
        assert_eq!(first, ["fmt", "validate", "test"], "{file}");
        for words in commands {
            sandbox.run(words).exits(0);
        }
    }
}

#[test]
fn a_change_that_nobody_reviewed_fails_with_a_diff() {
    let sandbox = Sandbox::example("team");
    let text = sandbox.read("main.hcl").replace("\"02:30\"", "\"04:30\"").replace("< 600", "< 30");
    sandbox.write("main.hcl", &text);
    sandbox.run(["test", "everything_is_protected"]).exits(1).is_snapshot("team", "test-broken");
}

#[test]
fn assertions_fail_all_at_once_with_their_values() {
    let ran = tested(
        r#"
variables {
  minutes = 15
}

run "wrong" {
  snapshot = false

  expect_failures = [check.half_past]

  assert {
    condition     = plan.summary.destroy == 1
    error_message = "One goes."
  }

  assert {
    condition     = alicloud_ecs_file_backup.web.start_time == "02:30"
    error_message = "It begins at ${output.begins}."
  }

  assert {
    condition     = plan.changes["alicloud_ecs_file_backup.web"].actions == ["update"]
    error_message = "It is updated."
  }

  assert {
    condition     = alicloud_ecs_file_backup.web.plan_id == "plan-1"
    error_message = "Nobody can know."
  }

  assert {
    condition     = plan.coverage.gained
    error_message = "A list is no answer."
  }

  assert {
    condition     = var.minutes == 15 && plan.coverage.after == 1
    error_message = "This one holds."
  }
}
"#,
    );
    ran.exits(1).is_snapshot("testing", "failed-assertions");
}

#[test]
fn what_is_expected_to_fail_must_fail() {
    let failing = |minutes: u32, expected: &str| {
        format!(
            "run \"a\" {{\n  snapshot = false\n  variables {{\n    minutes = {minutes}\n  }}\n  expect_failures = [{expected}]\n}}\n"
        )
    };
    let web = "alicloud_ecs_file_backup.web";
    check(&failing(30, ""), 0, &["Success! 1 passed, 0 failed."]);
    check(&failing(15, "check.half_past"), 0, &["Success!"]);
    check(&failing(15, ""), 1, &["a check does not hold", "It begins at 15 past.", "0 passed, 1 failed"]);
    check(
        &failing(30, "check.half_past"),
        1,
        &["a failure was expected and did not happen", "main.test.hcl:6:22"],
    );
    check(&failing(77, "var.minutes"), 0, &["Success!"]);
    check(&failing(77, ""), 1, &["ERROR   a", "An hour has 60 minutes.", "1 run without a plan"]);
    check(&failing(13, &format!("{web}, check.half_past")), 0, &["Success!"]);
    check(&failing(13, "check.half_past"), 1, &["Nobody wants to begin at 13 past."]);
    check(&failing(77, "var.minutes, output.begins"), 1, &["a failure was expected and did not happen"]);
}

#[test]
fn a_gate_can_be_expected_to_close() {
    let cases = |expected: &str| {
        format!(
            "run \"a\" {{\n  snapshot = false\n  expect_failures = [{expected}]\n  assert {{\n    condition = plan.blocked == [\"alicloud_ecs_file_backup.web\"]\n    error_message = \"It is blocked.\"\n  }}\n}}\n"
        )
    };
    let check = |expected: &str, code: i32, words: &str| {
        let sandbox = directory(&cases(expected));
        let database = MAIN.replace("kind = \"website\"", "kind = \"website\"\n    needs = [\"database\"]");
        sandbox.write("main.hcl", &database);
        let ran = sandbox.run(["test"]).exits(code);
        assert!(ran.transcript().contains(words), "{}", ran.transcript());
    };
    check("alicloud_ecs_file_backup.web", 0, "Success!");
    check("", 1, "a change is blocked");
}

#[test]
fn what_was_applied_before_is_what_is_planned_on() {
    check(
        r#"
run "later" {
  snapshot = false

  before {
    advance = "P3D"
  }

  variables {
    minutes = 45
  }

  destroy         = true
  expect_failures = [check.half_past]

  assert {
    condition     = plan.mode == "destroy" && plan.risks[0].evidence.recovery_points == 3
    error_message = "Three days made three recovery points."
  }

  assert {
    condition     = alltrue([for risk in plan.risks : risk.tier >= 2])
    error_message = "All of it is a loss."
  }
}
"#,
        0,
        &["Success! 1 passed, 0 failed."],
    );
    let sandbox = directory(
        "run \"elsewhere\" {\n  snapshot = false\n  before {\n    source = \"./earlier\"\n  }\n  assert {\n    condition     = plan.summary.update == 1 && plan.changes[\"alicloud_ecs_file_backup.web\"].attributes == [\"start_time\"]\n    error_message = \"Only the start changes.\"\n  }\n}\n",
    );
    std::fs::create_dir(sandbox.path("earlier")).expect("there is room");
    sandbox.write("earlier/main.hcl", &MAIN.replace("02:${var.minutes}", "04:00"));
    sandbox.run(["test"]).exits(0);
    sandbox.write("earlier/main.hcl", "resource \"a\" {}\n");
    let ran = sandbox.run(["test"]).exits(1);
    assert!(ran.stdout.contains("what comes before the run cannot be applied"), "{}", ran.transcript());
    assert!(ran.stdout.contains("earlier/main.hcl:1"), "{}", ran.transcript());
}

#[test]
fn a_state_of_a_real_run_can_be_taken() {
    let sandbox = directory(
        "run \"same\" {\n  world = \"then.json\"\n  state = \"then.state.json\"\n  snapshot = false\n  assert {\n    condition     = !plan.applyable && plan.summary.no_op == 1\n    error_message = \"Nothing changes.\"\n  }\n}\n",
    );
    sandbox.run(["apply", "--emulator", "--auto-approve", "--parallelism=1"]).exits(0);
    for (from, to) in
        [(".backform/world.json", "then.json"), (".backform/emulator.state.json", "then.state.json")]
    {
        std::fs::rename(sandbox.path(from), sandbox.path(to)).expect("apply has written it");
    }
    std::fs::remove_dir_all(sandbox.path(".backform")).expect("it is there");
    sandbox.run(["test"]).exits(0);
    sandbox.write("then.state.json", "{}");
    let ran = sandbox.run(["test"]).exits(1);
    assert!(ran.stdout.contains("the state of a run cannot be read"), "{}", ran.transcript());
}

#[test]
fn bad_cases_are_told_before_anything_is_planned() {
    let cases = r#"
colour = "red"

provider "alicloud" {
  region = "cn-beijing"
}

run {
}

run "1st" {
}

run "twice" {
  command  = apply
  parallel = true
  asert {
    condition = true
  }
}

run "Twice" {
}

run "unknown" {
  world           = 7
  snapshot        = "no"
  expect_failures = [var.none, local.a, "check.half_past", check.quarter_past]

  plan_options {
    mode = sometimes
  }

  assert {
    condition     = plan.sumary.create == 1 && output.none == run.twice && alicloud_ecs_file_backup.web.start == var.minute
    error_message = "No."
  }

  assert {
    condition = true
  }

  variables "x" {
  }

  variables {
  }
}
"#;
    tested(cases).exits(1).is_snapshot("testing", "bad-cases");
}

#[test]
fn bad_worlds_and_values_are_told_at_their_run() {
    let cases = r#"
run "no_world" {
  world = "none.json"
}

run "no_json" {
  world = "main.hcl"
}

run "moving_clock" {
  world = "real.json"
}

run "no_state" {
  state = "none.json"
}

run "no_number" {
  variables {
    minutes = "many"
    minute  = 3
  }
}

run "no_time" {
  before {
    advance = "soon"
  }
}

run "throttled_for_ever" {
  world = "faulty.json"
}
"#;
    let sandbox = directory(cases);
    sandbox.write("real.json", "{\"format\": 1}\n");
    let faulty = WORLD.trim_end_matches('}').to_owned();
    sandbox.write(
        "faulty.json",
        &format!(
            "{faulty}}}, \"faults\": [{{\"operation\": \"DescribeBackupPlans\", \"kind\": \"internal\"}}]}}"
        ),
    );
    let ran = sandbox.run(["test"]).exits(1);
    ran.is_snapshot("testing", "bad-worlds");
}

#[test]
fn snapshots_are_stored_compared_and_cleared_away() {
    let cases = "run \"first\" {\n}\n\nrun \"second\" {\n  destroy = true\n}\n";
    let sandbox = directory(cases);
    let missing = sandbox.run(["test"]).exits(1);
    assert!(missing.stdout.contains("the run has no snapshot yet"), "{}", missing.transcript());
    assert!(!sandbox.path("snapshots").exists());
    sandbox.run(["test", "--update"]).exits(0).is_snapshot("testing", "update");
    sandbox.run(["test"]).exits(0);
    let stored = sandbox.read("snapshots/main/first.snap");
    assert!(stored.starts_with("# backform test: main.test.hcl, run \"first\"\n"), "{stored}");
    // A run that goes leaves a snapshot that belongs to nobody, and a file that is not ours stays.
    sandbox.write("main.test.hcl", "run \"first\" {\n}\n");
    sandbox.write("snapshots/main/notes.snap", "mine\n");
    let ran = sandbox.run(["test"]).exits(0);
    assert!(ran.stdout.contains("snapshots/main/second.snap belongs to no run"), "{}", ran.transcript());
    sandbox.run(["test", "--update", "first"]).exits(0);
    assert!(!sandbox.path("snapshots/main/second.snap").exists());
    assert!(sandbox.path("snapshots/main/notes.snap").exists());
}

#[test]
fn what_is_wrong_is_not_stored() {
    let sandbox = directory(
        "run \"first\" {\n  assert {\n    condition = false\n    error_message = \"Never.\"\n  }\n}\n",
    );
    sandbox.run(["test", "--update"]).exits(1);
    assert!(!sandbox.path("snapshots").exists());
}

#[test]
fn runs_can_be_chosen() {
    let sandbox =
        directory("run \"first\" {\n  snapshot = false\n}\n\nrun \"second\" {\n  snapshot = false\n}\n");
    std::fs::create_dir(sandbox.path("tests")).expect("there is room");
    sandbox.write("tests/more.test.hcl", "run \"third\" {\n  snapshot = false\n}\n");
    let check = |arguments: &[&str], code: i32, expected: &[&str]| {
        let mut words = vec!["test"];
        words.extend(arguments);
        let ran = sandbox.run(words).exits(code);
        let runs: Vec<&str> = ran.stdout.lines().filter_map(|line| line.strip_prefix("  ok      ")).collect();
        assert_eq!(runs, expected, "{}", ran.transcript());
    };
    check(&[], 0, &["first", "second", "third"]);
    check(&["second"], 0, &["second"]);
    check(&["ir"], 0, &["first", "third"]);
    check(&["--filter=tests/more.test.hcl"], 0, &["third"]);
    check(&["-filter=main.test.hcl", "sec"], 0, &["second"]);
    check(&["--filter=none.test.hcl"], 1, &[]);
    check(&["none"], 1, &[]);
}

#[test]
fn no_tests_are_no_success() {
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", MAIN);
    let ran = sandbox.run(["test"]).exits(1);
    assert!(ran.stderr.contains("there are no tests here"), "{}", ran.transcript());
}

#[test]
fn neither_the_machine_nor_a_real_cloud_matters() {
    let cases = "run \"first\" {\n}\n";
    let sandbox = directory(cases);
    sandbox.run(["test", "--update"]).exits(0);
    // With these, any call that leaves the program fails, and the region and the keys are others.
    let elsewhere = directory(cases)
        .with_variable("ALIBABA_CLOUD_REGION_ID", "cn-beijing")
        .with_variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "nobody")
        .with_variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "nothing")
        .with_variable("HTTPS_PROXY", "http://127.0.0.1:9")
        .with_variable("TZ", "Asia/Tokyo")
        .with_variable("COLUMNS", "200");
    let endpoints = "region = \"cn-hangzhou\"\n  endpoints {\n    hbr = \"127.0.0.1:9\"\n  }";
    elsewhere.write(
        "main.hcl",
        &MAIN
            .replacen("region = \"cn-hangzhou\"", endpoints, 1)
            .replace("\"02:${var.minutes}\"", "format(\"02:%d\", var.minutes)"),
    );
    std::fs::create_dir_all(elsewhere.path("snapshots/main")).expect("there is room");
    elsewhere.write("snapshots/main/first.snap", &sandbox.read("snapshots/main/first.snap"));
    elsewhere.run(["test"]).exits(0);
    // Variables of the environment count, as they do for a plan.
    let other = elsewhere.with_variable("BACKFORM_VAR_minutes", "45");
    other.run(["test"]).exits(1);
    other.run(["test", "--var", "minutes=30"]).exits(0);
}

#[test]
fn programs_follow_a_test() {
    let sandbox = directory(
        "run \"good\" {\n  snapshot = false\n}\n\nrun \"bad\" {\n  snapshot = false\n  assert {\n    condition = plan.summary.create == 2\n    error_message = \"Two.\"\n  }\n}\n",
    );
    let ran = sandbox.run(["test", "--json"]).exits(1);
    assert_eq!(ran.stderr, "");
    let events: Vec<Json> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    let expected =
        ["version", "test_abstract", "test_run", "diagnostic", "test_run", "test_summary", "run_summary"];
    assert_eq!(kinds, expected);
    assert_eq!(events[1]["test_abstract"]["main.test.hcl"], serde_json::json!(["good", "bad"]));
    assert_eq!(events[2]["test_run"]["status"], "pass");
    assert_eq!(events[3]["@testrun"], "bad");
    assert_eq!(events[3]["diagnostic"]["range"]["filename"], "main.test.hcl");
    assert_eq!(events[4]["test_run"]["status"], "fail");
    assert_eq!(events[5]["test_summary"]["failed"], 1);
    assert_eq!(events[6]["exit_code"], 1);
}
