//! Hard inputs of Huawei Cloud through the whole program: what never ends, what goes through although its answer is lost,
//! what somebody else does at the same moment, and what waits for money.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use backform::emulator::World;
use serde_json::{Value as Json, json};

use crate::huawei::{
    Cloud, POLICY, PROVIDER, WITH_POLICY, applied, approve, holds, is_settled, planned, project, sandbox,
    vault, vaults, world, write,
};
use crate::support::sandbox::Sandbox;

/// Vault `a` with `web` and `db`, each of which has a backup in it.
fn two_in_a_vault() -> Json {
    let backup = |id: &str, server: &str| json!({ "id": id, "name": id, "vault": "v-a", "resource": server, "created": "2026-11-19T09:00:00Z", "mib": 10 });
    json!({
        "vaults": [{ "id": "v-a", "name": "a", "size": 800, "resources": [{ "id": "web" }, { "id": "db" }] }],
        "backups": [backup("b-1", "web"), backup("b-2", "db")]
    })
}

/// The same in a world that runs by itself, and in which everything takes as long as in the cloud.
fn slow_world() -> String {
    let mut world: Json = serde_json::from_str(&world(&two_in_a_vault())).expect("a world is JSON");
    world["clock"] = json!("real");
    world["pace"] = json!(1);
    world.to_string()
}

const IMPORT: &str = "import {\n  to = huaweicloud_cbr_vault.a\n  id = \"v-a\"\n}\n";

/// A directory for a cloud that runs by itself.
fn directory(main: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    write(&sandbox, main);
    sandbox
}

#[test]
fn a_removal_that_never_ends_is_given_up_and_told() {
    let cloud = Cloud::start(&slow_world(), "");
    let flag = cloud.flag();
    let impatient = "  timeouts {\n    update = \"1s\"\n  }\n";
    let sandbox = directory(&format!("{}{IMPORT}", vault("a", &["web", "db"], impatient)));
    applied(&sandbox, &flag).exits(0);
    write(&sandbox, &vault("a", &["web"], impatient));
    let apply = applied(&sandbox, &flag).exits(5).transcript();
    assert!(apply.contains("the removal of db from the vault v-a had not ended after 1 second"), "{apply}");
    // The next run knows what is under way, and begins nothing a second time.
    is_settled(&sandbox, &flag);
    assert_eq!(cloud.running().stats().calls("RemoveVaultResource"), 1);
    // Whoever wants it back is told that this waits.
    write(&sandbox, &vault("a", &["web", "db"], impatient));
    let plan = sandbox.run(["plan", &flag]).exits(0).transcript().replace("\n  # ", " ");
    assert!(plan.contains("db is still being removed from this vault"), "{plan}");
    cloud.running().advance("PT1H").expect("the clock can be turned");
    applied(&sandbox, &flag).exits(0);
    assert_eq!(vaults(&cloud.project()), [holds("a", &["web", "db"])]);
    is_settled(&sandbox, &flag);
}

#[test]
fn a_deletion_that_never_ends_is_given_up_and_told() {
    let cloud = Cloud::start(&slow_world(), "");
    let flag = cloud.flag();
    let impatient = "  timeouts {\n    delete = \"1s\"\n  }\n";
    let sandbox = directory(&format!("{}{IMPORT}", vault("a", &["web", "db"], impatient)));
    applied(&sandbox, &flag).exits(0);
    // The block is gone, and what it said of patience is remembered.
    write(
        &sandbox,
        "removed {\n  from = huaweicloud_cbr_vault.a\n  lifecycle {\n    destroy = true\n  }\n}\n",
    );
    let apply = applied(&sandbox, &flag).exits(5).transcript();
    assert!(apply.contains("the deletion of the vault v-a had not ended after 1 second"), "{apply}");
    is_settled(&sandbox, &flag);
    assert_eq!(cloud.running().stats().calls("DeleteVault"), 1);
}

/// Whatever goes through without an answer is found again: nothing is there twice, nothing is left over.
#[test]
fn what_goes_through_without_an_answer_is_not_done_twice() {
    let tags = |value: &str| format!("  tags = {{ team = \"{value}\" }}\n{WITH_POLICY}");
    let first = format!("{POLICY}{}", vault("a", &["web"], &tags("ops")));
    let second = format!("{POLICY}{}", vault("a", &["web", "db"], &tags("shop")).replace("800", "900"));
    let third = format!("{POLICY}{}", vault("a", &["db"], WITH_POLICY));
    let none = "removed {\n  from = huaweicloud_cbr_vault.a\n  lifecycle {\n    destroy = true\n  }\n}\n";
    let last = format!("{POLICY}{none}");
    let operations = [
        "CreateVault",
        "CreatePolicy",
        "AssociateVaultPolicy",
        "AddVaultResource",
        "UpdateVault",
        "RemoveVaultResource",
        "BatchCreateAndDeleteVaultTags",
        "DeleteVault",
    ];
    for kind in ["gateway-timeout", "garbled"] {
        let faults = operations.map(|operation| format!("{operation}:{kind}:times=1")).join(" ");
        let cloud = Cloud::start(&world(&json!({})), &faults);
        let flag = cloud.flag();
        let sandbox = Sandbox::empty();
        for (main, expected) in [
            (&first, vec![holds("a", &["web"])]),
            (&second, vec![holds("a", &["web", "db"])]),
            (&third, vec![holds("a", &["db"])]),
            (&last, vec![]),
        ] {
            write(&sandbox, main);
            for _ in 0..6 {
                let plan = sandbox.run(["plan", &flag, "--out", "p.plan", "--detailed-exitcode"]);
                match plan.code {
                    Some(2) => drop(approve(&sandbox, &flag)),
                    _ => break,
                }
            }
            is_settled(&sandbox, &flag);
            assert_eq!(vaults(&cloud.project()), expected, "{kind}");
        }
        let policies = cloud.project()["policies"].as_array().map_or(0, Vec::len);
        assert_eq!(policies, 1, "{kind}");
        for operation in operations {
            assert!(cloud.running().stats().calls(operation) > 0, "{operation} was never called");
        }
    }
}

/// Changes the world that the sandbox has got to.
fn somebody_else(sandbox: &Sandbox, change: impl FnOnce(&mut Json)) {
    let mut world: Json =
        serde_json::from_str(&sandbox.read(".backform/world.json")).expect("a world is JSON");
    change(&mut world["huawei"]["accounts"][0]["projects"][0]);
    sandbox.write(".backform/world.json", &world.to_string());
}

#[test]
fn a_vault_that_goes_between_plan_and_apply_makes_the_plan_stale() {
    let sandbox = sandbox(&vault("a", &["web"], ""), &json!({}));
    applied(&sandbox, "--emulator").exits(0);
    write(&sandbox, &vault("a", &["web", "db"], ""));
    assert_eq!(planned(&sandbox).len(), 1);
    somebody_else(&sandbox, |project| project["vaults"] = json!([]));
    let apply = approve(&sandbox, "--emulator").exits(4).transcript();
    assert!(apply.contains("huaweicloud_cbr_vault.a"), "{apply}");
    assert_eq!(vaults(&project(&sandbox)), []);
}

#[test]
fn a_server_that_joins_another_vault_between_plan_and_apply_stays_there() {
    let sandbox = sandbox(&vault("a", &["web"], ""), &json!({}));
    applied(&sandbox, "--emulator").exits(0);
    write(&sandbox, &vault("a", &["web", "db"], ""));
    assert_eq!(planned(&sandbox).len(), 1);
    let other = json!({ "id": "v-other", "name": "other", "size": 100, "resources": [{ "id": "db" }] });
    somebody_else(&sandbox, |project| {
        project["vaults"].as_array_mut().expect("vaults").push(other);
    });
    let apply =
        approve(&sandbox, "--emulator").exits(4).transcript().replace("\n! # ", " ").replace("\n!   ", " ");
    assert!(apply.contains("is in the vault other (v-other) already"), "{apply}");
    assert_eq!(vaults(&project(&sandbox)), [holds("a", &["web"]), holds("other", &["db"])]);
}

/// Waits until the cloud has been called so, for as long as any machine may need.
fn await_call(cloud: &Cloud, operation: &str) {
    for _ in 0..6000 {
        if cloud.running().stats().calls(operation) > 0 {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{operation} was never called");
}

/// Applies the plan of a directory, while somebody else puts `db` into a vault of their own during a call of this
/// operation; what was said.
fn joined_meanwhile(sandbox: &Sandbox, cloud: &Cloud, operation: &str) -> String {
    let flag = cloud.flag();
    sandbox.run(["plan", &flag, "--out", "p.plan"]).exits(0);
    let plan = crate::huawei::shown(sandbox);
    let digest = plan["x_backform"]["digest"].as_str().expect("a digest").to_owned();
    let mut apply = sandbox.command();
    apply
        .args(["apply", "p.plan", &flag, "--approve", &digest])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let apply = apply.spawn().expect("the program starts");
    await_call(cloud, operation);
    let mut world: Json = serde_json::from_str(&cloud.running().world()).expect("a world is JSON");
    let vaults_there = &mut world["huawei"]["accounts"][0]["projects"][0]["vaults"];
    let other = json!({ "id": "v-other", "name": "other", "size": 100, "resources": [{ "id": "db" }] });
    match vaults_there.as_array_mut() {
        Some(list) => list.push(other),
        None => *vaults_there = json!([other]),
    }
    cloud.running().replace_world(World::parse(&world.to_string()).expect("a world"));
    let output = apply.wait_with_output().expect("the program ends");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(5), "{text}");
    text
}

#[test]
fn a_change_that_fails_after_its_first_call_says_that_something_was_changed() {
    let web =
        json!({ "vaults": [{ "id": "v-a", "name": "a", "size": 800, "resources": [{ "id": "web" }] }] });
    let cloud = Cloud::start(&world(&web), "UpdateVault:slow:seconds=2");
    let flag = cloud.flag();
    let sandbox = directory(&format!("{}{IMPORT}", vault("a", &["web"], "")));
    applied(&sandbox, &flag).exits(0);
    write(&sandbox, &vault("a", &["web", "db"], "  threshold = 70\n"));
    let text = joined_meanwhile(&sandbox, &cloud, "UpdateVault");
    assert!(text.contains("v-a was changed in part: ") && text.contains("BackupService.6103"), "{text}");
    // What was done is no drift, and neither is it planned again.
    write(&sandbox, &vault("a", &["web"], "  threshold = 70\n"));
    is_settled(&sandbox, &flag);
}

#[test]
fn a_server_that_joins_another_vault_during_the_apply_stays_there() {
    let cloud = Cloud::start(&world(&json!({})), "CreateVault:slow:seconds=2");
    let flag = cloud.flag();
    let sandbox = directory(&vault("a", &["web", "db"], ""));
    let text = joined_meanwhile(&sandbox, &cloud, "CreateVault");
    assert!(text.contains("was made, and is not complete") && text.contains("BackupService.6103"), "{text}");
    // The vault is ours all the same, and the next plan says what stands in the way.
    let holds_db: Vec<(String, Vec<String>)> =
        vaults(&cloud.project()).into_iter().filter(|(_, held)| held.contains(&"db".to_owned())).collect();
    assert_eq!(holds_db, [holds("other", &["db"])]);
    let plan =
        sandbox.run(["plan", &flag]).exits(1).transcript().replace("\n! # ", " ").replace("\n!   ", " ");
    assert!(plan.contains("is in the vault other (v-other) already"), "{plan}");
    write(&sandbox, &vault("a", &["web"], ""));
    applied(&sandbox, &flag).exits(0);
    is_settled(&sandbox, &flag);
}

#[test]
fn an_order_that_nobody_pays_is_named_and_not_placed_again() {
    let prepaid =
        "  charging_mode = \"prePaid\"\n  period_unit = \"month\"\n  period = 1\n  auto_pay = \"false\"";
    let sandbox = sandbox(&vault("a", &["web"], prepaid), &json!({}));
    let orders = |sandbox: &Sandbox| {
        let world: Json =
            serde_json::from_str(&sandbox.read(".backform/world.json")).expect("a world is JSON");
        let orders = world["huawei"]["accounts"][0]["orders"].as_array().cloned().unwrap_or_default();
        orders.iter().map(|order| order["id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let apply = applied(&sandbox, "--emulator").exits(5).transcript();
    let placed = orders(&sandbox);
    assert!(placed.len() == 1 && apply.contains(&placed[0]), "{placed:?} {apply}");
    let again = applied(&sandbox, "--emulator").exits(5).transcript();
    let told = format!("an order of a vault waits for its payment already: {}", placed[0]);
    assert!(again.contains(&told), "{again}");
    assert_eq!(orders(&sandbox), placed);
}

/// The fewest calls that show all vaults with their resources and policies: one page of vaults, one list of policies.
#[test]
fn a_refresh_costs_the_least_that_the_pages_allow() {
    for (count, pages) in [(10_usize, 1), (1000, 1), (1001, 2)] {
        let id = |number: usize| format!("v-{number:05}");
        let each = |number: usize| {
            let servers = [format!("s-{number:05}-a"), format!("s-{number:05}-b")];
            let resources: Vec<Json> = servers.iter().map(|id| json!({ "id": id })).collect();
            json!({ "id": id(number), "name": id(number), "size": 800, "policy": "p", "resources": resources })
        };
        let server = |number: usize| {
            ["a", "b"].map(|part| json!({ "id": format!("s-{number:05}-{part}"), "disks": [40] }))
        };
        let policy = json!({ "id": "p", "name": "p", "definition": { "max_backups": 7 },
            "pattern": ["FREQ=DAILY;INTERVAL=1;BYHOUR=13;BYMINUTE=00"], "created": "2026-11-01T00:00:00Z" });
        let more = json!({
            "servers": (0..count).flat_map(server).collect::<Vec<_>>(),
            "policies": [policy],
            "vaults": (0..count).map(each).collect::<Vec<_>>()
        });
        let cloud = Cloud::start(&world(&more), "");
        let main = format!(
            "{PROVIDER}locals {{\n  numbers = [for number in range({count}) : format(\"%05d\", number)]\n}}\n\n\
             import {{\n  for_each = toset(local.numbers)\n  to       = huaweicloud_cbr_vault.all[each.key]\n  id       = \"v-${{each.key}}\"\n}}\n\n\
             resource \"huaweicloud_cbr_vault\" \"all\" {{\n  for_each        = toset(local.numbers)\n  name            = \"v-${{each.key}}\"\n  type            = \"server\"\n  \
             protection_type = \"backup\"\n  size            = 800\n\n  policy {{\n    id = \"p\"\n  }}\n\n  resources {{\n    server_id = \"s-${{each.key}}-a\"\n  }}\n\n  resources {{\n    server_id = \"s-${{each.key}}-b\"\n  }}\n}}\n"
        );
        let sandbox = Sandbox::empty();
        sandbox.write("main.hcl", &main);
        applied(&sandbox, &cloud.flag()).exits(0);
        cloud.running().reset_stats();
        is_settled(&sandbox, &cloud.flag());
        let stats = cloud.running().stats();
        let counted = ["ListVault", "ListPolicies", "KeystoneListProjects"].map(|name| stats.calls(name));
        assert_eq!((counted, stats.requests), ([pages, 1, 1], pages + 2), "{count} vaults");
    }
}
