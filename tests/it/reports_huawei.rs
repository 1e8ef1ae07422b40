//! The reads for people, for vaults of Huawei Cloud: what they show, what programs get of them, how they exit.

use crate::support::sandbox::{Ran, Sandbox};

/// Two servers of a shop in a vault under a policy, and a third that nobody manages.
const SHOP: &str = r#"provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_cbr_vault" "shop" {
  name             = "shop"
  type             = "server"
  protection_type  = "backup"
  consistent_level = "app_consistent"
  size             = 500

  resources {
    server_id = "web"
  }

  resources {
    server_id = "db"
  }
}
"#;

const SHOPS_WORLD: &str = r#"{
  "format": 1,
  "clock": "2026-11-20T18:00:30Z",
  "huawei": { "accounts": [ {
    "id": "d0000000000000000000000000000001", "name": "acme",
    "projects": [ { "id": "0123456789abcdef0123456789abcdef", "name": "cn-north-4",
      "servers": [
        { "id": "web", "name": "web", "disks": [40], "tags": { "team": "shop" }, "agent": true },
        { "id": "db", "name": "db", "disks": [40, 100], "tags": { "team": "shop" } },
        { "id": "blog", "name": "blog", "disks": [40], "tags": { "team": "web" } } ],
      "policies": [ { "id": "daily", "name": "daily", "definition": { "max_backups": 7 },
        "pattern": [ "FREQ=DAILY;INTERVAL=1;BYHOUR=18;BYMINUTE=00" ], "created": "2026-11-01T00:00:00Z" } ],
      "vaults": [ { "id": "vault-shop", "name": "shop", "size": 500, "app_consistent": true, "policy": "daily",
        "next_run": "2026-11-21T18:00:00Z", "resources": [
          { "id": "web", "name": "web", "size": 40 }, { "id": "db", "name": "db", "size": 140 } ] } ],
      "backups": [
        { "id": "b-web-1", "name": "autobk_0001", "vault": "vault-shop", "resource": "web", "resource_name": "web",
          "size_gib": 40, "created": "2026-11-19T18:00:00Z", "automatic": true, "mib": 16384 },
        { "id": "b-web-2", "name": "autobk_0002", "vault": "vault-shop", "resource": "web", "resource_name": "web",
          "size_gib": 40, "created": "2026-11-20T17:50:00Z", "automatic": true, "incremental": true, "mib": 819 },
        { "id": "b-db-1", "name": "autobk_0003", "vault": "vault-shop", "resource": "db", "resource_name": "db",
          "size_gib": 140, "created": "2026-11-20T17:50:00Z", "automatic": true, "error": "The server cannot be frozen." } ],
      "logs": [
        { "id": "l-web-2", "operation": "backup", "vault": "vault-shop", "vault_name": "shop", "policy": "daily",
          "resource": { "id": "web", "type": "OS::Nova::Server", "name": "web" }, "started": "2026-11-20T17:50:00Z",
          "running": { "until": "2026-11-20T17:53:00Z" } },
        { "id": "l-db-1", "operation": "backup", "vault": "vault-shop", "vault_name": "shop", "policy": "daily",
          "resource": { "id": "db", "type": "OS::Nova::Server", "name": "db" }, "started": "2026-11-20T17:50:00Z",
          "running": { "until": "2026-11-20T17:51:00Z" },
          "error": [ "BackupService.6215", "The server cannot be frozen." ] } ]
    } ]
  } ] }
}"#;

fn shop() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", SHOP);
    sandbox.write("world.json", SHOPS_WORLD);
    sandbox
}

/// What a program gets: one line of JSON, with the version of its form.
#[track_caller]
fn json(ran: &Ran) -> serde_json::Value {
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!(value["format_version"], "1.0");
    assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
    value
}

#[test]
fn status_is_what_vault_policy_and_latest_run_say() {
    shop().run(["status", "--emulator"]).exits(0).is_snapshot("reports-huawei", "status");
    let value = json(&shop().run(["status", "--emulator", "--json"]).exits(0));
    let of = |place: usize, name: &str| value["servers"][place][name].clone();
    let found: Vec<(serde_json::Value, serde_json::Value)> =
        (0..2).map(|place| (of(place, "server"), of(place, "status"))).collect();
    assert_eq!(found, [("db".into(), "abnormal".into()), ("web".into(), "normal".into())], "{value}");
}

#[test]
fn the_status_of_one_server_tells_its_history() {
    shop().run(["status", "db", "--emulator"]).exits(0).is_snapshot("reports-huawei", "status-of-one");
}

#[test]
fn backups_are_those_that_can_be_restored() {
    shop().run(["backups", "--emulator"]).exits(0).is_snapshot("reports-huawei", "backups");
}

#[test]
fn use_is_what_the_vaults_hold() {
    shop().run(["quota", "--emulator"]).exits(0).is_snapshot("reports-huawei", "quota");
}

#[test]
fn coverage_holds_servers_against_vaults() {
    shop().run(["coverage", "--emulator"]).exits(0).is_snapshot("reports-huawei", "coverage");
    shop().run(["coverage", "--emulator", "--detailed-exitcode"]).exits(2);
    let tagged = shop().run(["coverage", "--emulator", "--tag", "team=web"]).exits(0);
    assert!(tagged.stdout.contains("blog") && !tagged.stdout.contains("web-"), "{}", tagged.stdout);
}

#[test]
fn a_server_is_covered_as_its_disks_are() {
    let sandbox = shop();
    let disks = r#""volumes": [ { "id": "spare", "name": "spare", "size_gib": 10 } ],
      "servers": [
        { "id": "both", "name": "both", "disks": [ { "id": "both-1", "size_gib": 40 }, { "id": "both-2", "size_gib": 10 } ] },
        { "id": "half", "name": "half", "disks": [ { "id": "half-1", "size_gib": 40 }, { "id": "half-2", "size_gib": 10 } ] },"#;
    let vault = r#""vaults": [ { "id": "vault-disks", "name": "disks", "size": 200, "type": "disk", "policy": "daily",
          "resources": [ { "id": "both-1", "size": 40 }, { "id": "both-2", "size": 10 }, { "id": "half-1", "size": 40 } ] },"#;
    let world = SHOPS_WORLD.replacen("\"servers\": [", disks, 1).replacen("\"vaults\": [", vault, 1);
    sandbox.write("world.json", &world);
    sandbox.run(["coverage", "--emulator"]).exits(0).is_snapshot("reports-huawei", "coverage-of-disks");
}

#[test]
fn a_doctor_finds_what_is_in_order() {
    shop().run(["doctor", "--emulator"]).exits(0).is_snapshot("reports-huawei", "doctor");
}

#[test]
fn a_doctor_names_what_is_not_permitted_and_shows_no_secret() {
    let sandbox = shop();
    let keyed = SHOP.replace(
        "region = \"cn-north-4\"",
        "region     = \"cn-north-4\"\n  access_key = \"READER\"\n  secret_key = \"nobody-may-read-this\"",
    );
    sandbox.write("main.hcl", &keyed);
    let keys = r#""keys": [ { "id": "READER", "secret": "nobody-may-read-this", "user": "reader",
      "policy": { "Version": "1.1", "Statement": [ { "Effect": "Allow", "Action": [ "cbr:*:list", "cbr:*:get", "ecs:*:*" ] } ] } } ],
    "projects""#;
    sandbox.write("world.json", &SHOPS_WORLD.replacen("\"projects\"", keys, 1));
    let ran = sandbox.run(["doctor", "--emulator"]).exits(1);
    assert!(!ran.transcript().contains("nobody-may-read-this"), "a secret was printed");
    ran.is_snapshot("reports-huawei", "doctor-wrong");
}

#[test]
fn permissions_are_an_iam_policy() {
    let policy = shop().run(["permissions", "--plan-only", "--json"]).exits(0).stdout;
    let policy: serde_json::Value = serde_json::from_str(&policy).expect("it is JSON");
    assert_eq!(policy["Version"], "1.1");
    let actions = policy["Statement"][0]["Action"].as_array().expect("actions");
    assert!(actions.contains(&"cbr:vaults:list".into()) && !actions.contains(&"cbr:vaults:create".into()));
    shop().run(["permissions", "--with", "backup"]).exits(0).is_snapshot("reports-huawei", "permissions");
}

#[test]
fn permissions_of_two_clouds_are_two_policies() {
    let sandbox = shop();
    let both = format!(
        "{SHOP}\nresource \"alicloud_ecs_file_backup\" \"web\" {{\n  instance_id = \"i-bp1web\"\n  region      = \"cn-hangzhou\"\n}}\n"
    );
    sandbox.write("main.hcl", &both);
    let policies = sandbox.run(["permissions", "--plan-only", "--json"]).exits(0).stdout;
    let policies: serde_json::Value = serde_json::from_str(&policies).expect("it is JSON");
    assert_eq!(
        (&policies["alicloud"]["Version"], &policies["huaweicloud"]["Version"]),
        (&"1".into(), &"1.1".into())
    );
    let text = sandbox.run(["permissions", "--plan-only"]).exits(0).stdout;
    assert!(text.starts_with("# alicloud\n{") && text.contains("\n\n# huaweicloud\n{"), "{text}");
}
