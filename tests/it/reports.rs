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
         \"ecs:DescribeInstances\",\"hbr:DescribeBackupPlans\",\"hbr:SearchHistoricalSnapshots\"],\"Effect\":\"Allow\",\
         \"Resource\":\"*\"}],\"Version\":\"1\"}\n"
    );
    let more = sandbox.run(["permissions", "--plan-only", "--json", "--with", "quota"]).exits(0).stdout;
    assert_eq!(more, plan.replace("\"hbr:Search", "\"hbr:GetBasicStatistics\",\"hbr:Search"));
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
    assert_eq!(json(&sandbox.run(["doctor", "--emulator", "--json"]).exits(1))["wrong"], 1);
}
