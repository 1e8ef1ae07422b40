//! The reads for people: what they show, what programs get of them, how they exit.

use crate::examples::at_its_start;
use crate::support::sandbox::{Ran, Sandbox};

/// A server in Hangzhou whose provider calls with a key of its own.
const OWN_KEY: &str = r#"provider "alicloud" {
  region     = "cn-hangzhou"
  access_key = "LTAI-READER"
  secret_key = "nobody-may-read-this"
}

resource "alicloud_ecs_file_backup" "web" {
  instance_id = "i-bp1web000001"
}
"#;

/// A world in which that key may do some things, and the service is open.
const READERS_WORLD: &str = r#"{
  "format": 1,
  "clock": "2026-11-20T08:00:00Z",
  "alibaba": { "accounts": [ {
    "id": "1234567890123456",
    "service_opened": true,
    "keys": [ { "id": "LTAI-READER", "secret": "nobody-may-read-this",
      "user": "reader",
      "policy": { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": ["ecs:*", "hbr:DescribeBackupPlans"], "Resource": "*" } ] } } ],
    "regions": { "cn-hangzhou": { "instances": [ { "id": "i-bp1web000001", "name": "web-01", "disks": [40] } ] } }
  } ] }
}"#;

/// What a program gets: one line of JSON, with the version of its form.
#[track_caller]
fn json(ran: &Ran) -> serde_json::Value {
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!(value["format_version"], "1.0");
    assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
    value
}

#[test]
fn permissions_are_what_the_configuration_needs() {
    let sandbox = Sandbox::example("fleet");
    sandbox.run(["permissions"]).exits(0).is_snapshot("reports", "permissions");
    let plan = sandbox.run(["permissions", "--plan-only", "--json"]).exits(0).stdout;
    assert_eq!(
        plan,
        "{\"Statement\":[{\"Action\":[\"ecs:DescribeCloudAssistantStatus\",\"ecs:DescribeDisks\",\"ecs:DescribeImages\",\
         \"ecs:DescribeInstances\",\"hbr:DescribeBackupPlans\",\"hbr:GetBasicStatistics\",\"hbr:SearchHistoricalSnapshots\"],\"Effect\":\"Allow\",\
         \"Resource\":\"*\"}],\"Version\":\"1\"}\n"
    );
    let more = sandbox.run(["permissions", "--plan-only", "--json", "--with", "backup"]).exits(0).stdout;
    assert_eq!(
        more,
        plan.replace("\"hbr:DescribeBackupPlans", "\"hbr:DescribeBackupJobs2\",\"hbr:DescribeBackupPlans")
    );
}

#[test]
fn permissions_of_nothing_are_no_policy() {
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", "locals {\n  a = 1\n}\n");
    sandbox.run(["permissions"]).exits(1).is_snapshot("reports", "permissions-of-nothing");
    let status = sandbox.run(["permissions", "--with", "quota", "--json"]).exits(0).stdout;
    assert!(status.contains("hbr:GetBasicStatistics"), "{status}");
}

#[test]
fn a_doctor_finds_what_is_in_order() {
    let sandbox = at_its_start("fleet");
    sandbox.run(["doctor", "--emulator"]).exits(0).is_snapshot("reports", "doctor");
    let value = json(&sandbox.run(["doctor", "--emulator", "--json"]).exits(0));
    assert_eq!((&value["wrong"], &value["places"][0]["region"]), (&0.into(), &"cn-beijing".into()));
}

#[test]
fn a_doctor_finds_what_is_wrong_and_shows_no_secret() {
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", OWN_KEY);
    sandbox.write("world.json", READERS_WORLD);
    let ran = sandbox.run(["doctor", "--emulator"]).exits(1);
    assert!(!ran.transcript().contains("nobody-may-read-this"), "a secret was printed");
    ran.is_snapshot("reports", "doctor-wrong");
    assert_eq!(json(&sandbox.run(["doctor", "--emulator", "--json"]).exits(1))["wrong"], 2);
}

/// Six servers, one for each way that a backup can be doing, and one that nobody manages.
const SHOP: &str = r#"provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "shop" {
  for_each    = toset(["cart", "checkout", "media", "search"])
  instance_id = "i-bp1${each.key}"
}

resource "alicloud_ecs_file_backup" "blog" {
  instance_id = "i-bp1blog"
}
"#;

const SHOPS_WORLD: &str = r#"{
  "format": 1,
  "clock": "2026-11-20T18:00:30Z",
  "alibaba": { "accounts": [ {
    "id": "1234567890123456",
    "service_opened": true,
    "regions": { "cn-hangzhou": {
      "instances": [
        { "id": "i-bp1cart", "name": "cart", "disks": [40], "tags": { "team": "shop" } },
        { "id": "i-bp1checkout", "name": "checkout", "disks": [40, 100], "tags": { "team": "shop" } },
        { "id": "i-bp1media", "name": "media", "disks": [40, 900], "tags": { "team": "shop" } },
        { "id": "i-bp1search", "name": "search", "disks": [40], "tags": { "team": "shop" } },
        { "id": "i-bp1blog", "name": "blog", "disks": [40], "tags": { "team": "web" } },
        { "id": "i-bp1strange", "name": "strange", "disks": [20], "tags": { "team": "web" } }
      ],
      "basic": { "plans": [
        { "id": "plan-cart", "instance": "i-bp1cart", "schedule": "I|1767204000|P1D", "next_run": "2026-11-21T18:00:00Z",
          "jobs": [
            { "id": "job-cart-1", "run": { "created": "2026-11-19T18:00:00Z", "completed": "2026-11-19T18:04:00Z", "bytes": 3221225472 } },
            { "id": "job-cart-2", "run": { "created": "2026-11-20T17:50:00Z", "completed": "2026-11-20T17:53:00Z", "bytes": 3328599654 } } ],
          "recovery_points": [
            { "id": "s-cart-1", "created": "2026-11-19T18:00:00Z", "completed": "2026-11-19T18:04:00Z", "bytes": 3221225472, "protected_bytes": 42949672960, "job": "job-cart-1" },
            { "id": "s-cart-2", "created": "2026-11-20T17:50:00Z", "completed": "2026-11-20T17:53:00Z", "bytes": 3328599654, "protected_bytes": 42949672960, "job": "job-cart-2" } ] },
        { "id": "plan-checkout", "instance": "i-bp1checkout", "schedule": "I|1767204000|P1D", "next_run": "2026-11-21T18:00:00Z",
          "jobs": [
            { "id": "job-checkout-1", "run": { "created": "2026-11-18T18:00:00Z", "completed": "2026-11-18T18:09:00Z", "bytes": 8589934592 } },
            { "id": "job-checkout-2", "run": { "created": "2026-11-19T18:00:00Z", "completed": "2026-11-19T18:01:00Z", "result": "FAILED", "error": "CLIENT_OFFLINE\u001b[2K", "bytes": 0 } } ],
          "recovery_points": [
            { "id": "s-checkout-1", "created": "2026-11-18T18:00:00Z", "completed": "2026-11-18T18:09:00Z", "bytes": 8589934592, "protected_bytes": 150323855360, "job": "job-checkout-1" } ] },
        { "id": "plan-media", "instance": "i-bp1media", "priority": "L1", "schedule": "I|1767204000|P1D", "next_run": "2026-11-21T18:00:00Z",
          "jobs": [ { "id": "job-media-1", "run": { "created": "2026-11-20T17:30:00Z", "completed": "2026-11-20T18:30:30Z", "bytes": 429496729600 } } ] },
        { "id": "plan-blog", "instance": "i-bp1blog", "paused": true, "schedule": "I|1767204000|P1D" },
        { "id": "plan-strange", "instance": "i-bp1strange", "schedule": "I|1767204000|P1D", "next_run": "2026-11-21T18:00:00Z" }
      ] }
    } }
  } ] }
}"#;

fn shop() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", SHOP);
    sandbox.write("world.json", SHOPS_WORLD);
    sandbox
}

#[test]
fn a_status_is_a_line_for_each_server() {
    let sandbox = shop();
    sandbox.run(["status", "--emulator"]).exits(0).is_snapshot("reports", "status");
    let value = json(&sandbox.run(["status", "--emulator", "--json"]).exits(0));
    let health: Vec<&str> = value["servers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|server| server["status"].as_str().expect("a word"))
        .collect();
    assert_eq!(health, ["paused", "normal", "abnormal", "backing-up", "not-activated"]);
}

#[test]
fn one_server_is_told_with_its_jobs() {
    let sandbox = shop();
    let of = |target: &str| sandbox.run(["status", "--emulator", target]).exits(0);
    of("alicloud_ecs_file_backup.shop[\"checkout\"]").is_snapshot("reports", "status-abnormal");
    of("alicloud_ecs_file_backup.shop[\"media\"]").is_snapshot("reports", "status-backing-up");
    of("i-bp1search").is_snapshot("reports", "status-not-activated");
    of("i-bp1strange").is_snapshot("reports", "status-unmanaged");
    let whole_block = of("alicloud_ecs_file_backup.shop").stdout;
    assert_eq!(whole_block.lines().count(), 5, "{whole_block}");
    let value = json(&sandbox.run(["status", "--emulator", "--json", "i-bp1cart"]).exits(0));
    assert_eq!(value["servers"][0]["history"][0]["id"], "job-cart-2");
}

#[test]
fn a_name_that_means_nothing_is_an_error() {
    let sandbox = shop();
    let ran = sandbox.run(["status", "--emulator", "alicloud_ecs_file_backup.nobody"]).exits(1);
    ran.is_snapshot("reports", "status-of-nobody");
}

/// What was applied is backed up every night, and a report tells so three nights later.
fn three_nights_later() -> Sandbox {
    let sandbox = at_its_start("fleet");
    sandbox.run(["apply", "--emulator", "--auto-approve", "--parallelism=1"]).exits(0);
    let world = sandbox.read(".backform/world.json");
    let clock = "\"clock\": \"2026-11-20T08:00:00Z\"";
    assert!(world.contains(clock), "the clock stands where the example starts it");
    sandbox.write(".backform/world.json", &world.replace(clock, "\"clock\": \"2026-11-23T08:00:00Z\""));
    sandbox
}

#[test]
fn a_fleet_has_its_status_after_three_nights() {
    let sandbox = three_nights_later();
    sandbox.run(["status", "--emulator"]).exits(0).is_snapshot("reports", "status-of-a-fleet");
}

#[test]
fn recovery_points_are_listed_newest_first() {
    let sandbox = shop();
    sandbox.run(["backups", "--emulator"]).exits(0).is_snapshot("reports", "backups");
    let of_one = ["backups", "--emulator", "--json", "alicloud_ecs_file_backup.shop[\"checkout\"]"];
    let value = json(&sandbox.run(of_one).exits(0));
    let points = value["recovery_points"].as_array().expect("a list");
    assert_eq!(
        (points.len(), &points[0]["id"], &points[0]["hash"]),
        (1, &"s-checkout-1".into(), &"sh-s-checkout-1".into())
    );
    let nothing = sandbox.run(["backups", "--emulator", "i-bp1search"]).exits(0);
    assert_eq!(nothing.stdout, "There is no recovery point.\n");
}

#[test]
fn a_fleet_has_recovery_points_after_three_nights() {
    let sandbox = three_nights_later();
    let media = ["backups", "--emulator", "i-2zemedia0100", "i-2zeweb010000"];
    sandbox.run(media).exits(0).is_snapshot("reports", "backups-of-a-fleet");
}

#[test]
fn the_quota_is_worked_out() {
    let sandbox = three_nights_later();
    sandbox.run(["quota", "--emulator"]).exits(0).is_snapshot("reports", "quota");
    let value = json(&sandbox.run(["quota", "--emulator", "--json"]).exits(0));
    let account = &value["accounts"][0];
    let bytes = |name: &str| account[name].as_u64().expect("a number");
    assert_eq!(bytes("free_bytes"), 100 << 30);
    assert_eq!(bytes("billed_bytes"), bytes("used_bytes") - (100 << 30));
    assert_eq!(account["regions"][0]["region"], "cn-beijing");
}

#[test]
fn coverage_finds_what_nothing_protects_or_nobody_manages() {
    let sandbox = shop();
    sandbox.run(["coverage", "--emulator"]).exits(0).is_snapshot("reports", "coverage");
    let detailed = |tag: &str| {
        ["coverage", "--emulator", "--detailed-exitcode", "--json", "--tag", tag].map(str::to_owned)
    };
    let value = json(&sandbox.run(detailed("team=web")).exits(2));
    assert_eq!((&value["unprotected"], value["servers"].as_array().map(Vec::len)), (&1.into(), Some(2)));
    assert_eq!(json(&sandbox.run(detailed("team=none")).exits(0))["unprotected"], 0);
    let elsewhere = ["coverage", "--emulator", "--detailed-exitcode", "--region", "cn-beijing"];
    let elsewhere = sandbox.run(elsewhere).exits(0).stdout;
    assert_eq!(elsewhere, "0 servers: 0 unprotected, 0 protected and unmanaged.\n");
}

#[test]
fn reports_of_a_service_that_was_never_opened_are_empty_and_no_error() {
    let sandbox = at_its_start("quickstart");
    let status = json(&sandbox.run(["status", "--emulator", "--json"]).exits(0));
    assert_eq!(status["servers"][0]["status"], "not-activated");
    assert_eq!(sandbox.run(["backups", "--emulator"]).exits(0).stdout, "There is no recovery point.\n");
    let quota = json(&sandbox.run(["quota", "--emulator", "--json"]).exits(0));
    assert_eq!(quota["accounts"][0]["used_bytes"], 0);
    sandbox.run(["coverage", "--emulator", "--detailed-exitcode"]).exits(2);
    assert!(!sandbox.path(".backform/world.json").exists(), "a read changes nothing");
}
