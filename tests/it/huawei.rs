//! Vaults and policies of Huawei Cloud through the whole program: what moves, what comes by itself, what is refused, and
//! what goes wrong on the way.

use backform::emulator::fault::Fault;
use backform::emulator::{Emulator, Options, Running, World};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

use crate::support::sandbox::{Ran, Sandbox};

pub const PROVIDER: &str = "provider \"huaweicloud\" {\n  region = \"cn-north-4\"\n}\n";

/// Two servers of 140 and 40 GB, a third without disks, one in the closed zone, and whatever else a test needs.
pub fn world(more: &Json) -> String {
    let mut project = json!({
        "id": "0123456789abcdef0123456789abcdef",
        "name": "cn-north-4",
        "servers": [
            { "id": "web", "disks": [40, 100], "tags": { "env": "prod" } },
            { "id": "db", "disks": [40] },
            { "id": "bare", "disks": [] },
            { "id": "shut", "disks": [40], "zone": "cn-north-1b" },
            { "id": "broken", "disks": [40], "status": "ERROR" }
        ],
        "volumes": [{ "id": "disk-1", "size_gib": 50 }]
    });
    for (name, value) in more.as_object().expect("an object") {
        project[name] = value.clone();
    }
    let accounts = json!([{ "projects": [project] }]);
    json!({ "format": 1, "clock": "2026-11-20T09:00:00Z", "huawei": { "accounts": accounts } }).to_string()
}

/// A directory with this configuration and the world that begins like this.
pub fn sandbox(main: &str, more: &Json) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("world.json", &world(more));
    sandbox.write("main.hcl", &format!("{PROVIDER}{main}"));
    sandbox
}

pub fn write(sandbox: &Sandbox, main: &str) {
    sandbox.write("main.hcl", &format!("{PROVIDER}{main}"));
}

/// A vault for servers.
pub fn vault(name: &str, servers: &[&str], more: &str) -> String {
    let block = |server: &&str| format!("  resources {{\n    server_id = \"{server}\"\n  }}\n");
    let blocks: String = servers.iter().map(block).collect();
    format!(
        "resource \"huaweicloud_cbr_vault\" \"{name}\" {{\n  name = \"{name}\"\n  type = \"server\"\n  \
         protection_type = \"backup\"\n  size = 800\n{more}\n{blocks}}}\n"
    )
}

pub const POLICY: &str = "resource \"huaweicloud_cbr_policy\" \"p\" {\n  name = \"p\"\n  type = \"backup\"\n  backup_cycle {\n    \
                      interval = 1\n    execution_times = [\"10:00\"]\n  }\n}\n";

pub const WITH_POLICY: &str = "  policy {\n    id = huaweicloud_cbr_policy.p.id\n  }\n";

/// Plans, and applies exactly that with everything confirmed.
#[track_caller]
pub fn applied(sandbox: &Sandbox, flag: &str) -> Ran {
    sandbox.run(["plan", flag, "--out", "p.plan"]).exits(0);
    approve(sandbox, flag)
}

pub fn approve(sandbox: &Sandbox, flag: &str) -> Ran {
    let plan = shown(sandbox);
    let extra = &plan["x_backform"];
    let mut arguments = vec!["apply".to_owned(), "p.plan".to_owned(), flag.to_owned()];
    arguments.push(format!("--approve={}", extra["digest"].as_str().expect("a plan has a digest")));
    for change in extra["changes"].as_array().into_iter().flatten() {
        arguments.extend(change["confirmation"].as_str().map(|id| format!("--confirm-destroy={id}")));
    }
    sandbox.run(arguments)
}

/// The saved plan as programs read it.
pub fn shown(sandbox: &Sandbox) -> Json {
    let text = sandbox.run(["show", "p.plan", "--json"]).exits(0).unscrubbed;
    serde_json::from_str(&text).expect("a plan is JSON")
}

/// What the plan does and costs, by address.
#[track_caller]
pub fn planned(sandbox: &Sandbox) -> Vec<(String, String, Vec<String>)> {
    sandbox.run(["plan", "--emulator", "--out", "p.plan"]).exits(0);
    let plan = shown(sandbox);
    let changes = plan["x_backform"]["changes"].as_array().cloned().unwrap_or_default();
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let of = |change: &Json| {
        let risks =
            change["risks"].as_array().into_iter().flatten().map(|risk| text(&risk["kind"])).collect();
        (text(&change["address"]), text(&change["action"]), risks)
    };
    changes.iter().map(of).filter(|(_, action, _)| action != "no-op").collect()
}

#[track_caller]
pub fn is_settled(sandbox: &Sandbox, flag: &str) {
    let plan = sandbox.run(["plan", flag, "--detailed-exitcode"]);
    assert_eq!(plan.code, Some(0), "{}", plan.transcript());
}

/// The project in the world as it has got to.
pub fn project(sandbox: &Sandbox) -> Json {
    let world: Json = serde_json::from_str(&sandbox.read(".backform/world.json")).expect("a world is JSON");
    world["huawei"]["accounts"][0]["projects"][0].clone()
}

/// The vaults of a project, each with what it protects.
pub fn vaults(project: &Json) -> Vec<(String, Vec<String>)> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    // One that is being deleted is in the file until something else is written.
    let present = |vault: &&Json| vault["deleting"].is_null();
    let vaults = project["vaults"].as_array().into_iter().flatten().filter(present);
    let of = |vault: &Json| {
        let resources = vault["resources"].as_array().into_iter().flatten();
        (text(&vault["name"]), resources.map(|resource| text(&resource["id"])).collect())
    };
    // Whichever was made first.
    let mut vaults: Vec<(String, Vec<String>)> = vaults.map(of).collect();
    vaults.sort();
    vaults
}

pub fn holds(name: &str, servers: &[&str]) -> (String, Vec<String>) {
    (name.to_owned(), servers.iter().map(|server| (*server).to_owned()).collect())
}

/// Turns the clock of the world.
fn turn(sandbox: &Sandbox, to: &str) {
    let mut world: Json =
        serde_json::from_str(&sandbox.read(".backform/world.json")).expect("a world is JSON");
    world["clock"] = json!(to);
    sandbox.write(".backform/world.json", &world.to_string());
}

#[test]
fn servers_that_change_places_keep_their_backups() {
    let with = |a: &[&str], b: &[&str]| {
        format!("{POLICY}{}{}", vault("a", a, WITH_POLICY), vault("b", b, WITH_POLICY))
    };
    let sandbox = sandbox(&with(&["web"], &["db"]), &json!({}));
    applied(&sandbox, "--emulator").exits(0);
    turn(&sandbox, "2026-11-22T09:00:00Z");
    let backups = |sandbox: &Sandbox| project(sandbox)["backups"].as_array().map_or(0, Vec::len);
    // Two exchange their vaults, which no order of changes could do one after the other.
    write(&sandbox, &with(&["db"], &["web"]));
    let change = |name: &str| (format!("huaweicloud_cbr_vault.{name}"), "update".to_owned(), Vec::new());
    assert_eq!(planned(&sandbox), [change("a"), change("b")]);
    approve(&sandbox, "--emulator").exits(0);
    assert_eq!(vaults(&project(&sandbox)), [holds("a", &["db"]), holds("b", &["web"])]);
    assert_eq!(backups(&sandbox), 4);
    is_settled(&sandbox, "--emulator");
    // A vault that goes gives its server away before.
    let removed = "removed {\n  from = huaweicloud_cbr_vault.a\n  lifecycle {\n    destroy = true\n  }\n}\n";
    write(&sandbox, &format!("{POLICY}{}{removed}", vault("b", &["web", "db"], WITH_POLICY)));
    applied(&sandbox, "--emulator").exits(0);
    assert_eq!(vaults(&project(&sandbox)), [holds("b", &["web", "db"])]);
    assert_eq!(backups(&sandbox), 4);
    is_settled(&sandbox, "--emulator");
}

#[test]
fn what_cannot_be_migrated_is_said_and_lost() {
    let strict = "  consistent_level = \"app_consistent\"";
    // One after the other, so that ids and with them the digest are the same each time.
    let sandbox = sandbox(&vault("a", &["web"], ""), &json!({}));
    applied(&sandbox, "--emulator").exits(0);
    write(&sandbox, &format!("{}{}", vault("a", &["web"], ""), vault("b", &[], strict)));
    applied(&sandbox, "--emulator").exits(0);
    write(&sandbox, &format!("{}{}", vault("a", &[], "  resources {}"), vault("b", &["web"], strict)));
    let plan = sandbox.run(["plan", "--emulator", "--out", "p.plan"]).exits(0);
    plan.is_snapshot("huawei", "cannot-be-migrated");
    approve(&sandbox, "--emulator").exits(0);
    assert_eq!(vaults(&project(&sandbox)), [holds("a", &[]), holds("b", &["web"])]);
    is_settled(&sandbox, "--emulator");
}

#[test]
fn what_comes_by_itself_is_left_alone() {
    let bound = format!("  auto_bind = true\n  bind_rules = {{ env = \"prod\" }}\n{WITH_POLICY}");
    let sandbox = sandbox(&format!("{POLICY}{}", vault("a", &["db"], &bound)), &json!({}));
    applied(&sandbox, "--emulator").exits(0);
    turn(&sandbox, "2026-11-22T09:00:00Z");
    is_settled(&sandbox, "--emulator");
    // Switched off, what it has brought in stays; what was written here goes when it is no longer written.
    let unbound = format!("  auto_bind = false\n{WITH_POLICY}");
    write(&sandbox, &format!("{POLICY}{}", vault("a", &["db"], &unbound)));
    applied(&sandbox, "--emulator").exits(0);
    is_settled(&sandbox, "--emulator");
    assert_eq!(vaults(&project(&sandbox)), [holds("a", &["db", "web"])]);
}

#[test]
fn only_the_difference_is_touched() {
    let tags = |tags: &str| format!("  tags = {{ {tags} }}");
    let sandbox = sandbox(&vault("a", &["web"], &tags("a = \"1\", b = \"2\"")), &json!({}));
    applied(&sandbox, "--emulator").exits(0);
    write(&sandbox, &vault("a", &["web", "db"], &tags("a = \"1\", c = \"3\"")));
    let update = |risks: &[&str]| {
        let risks = risks.iter().map(|risk| (*risk).to_owned()).collect();
        [("huaweicloud_cbr_vault.a".to_owned(), "update".to_owned(), risks)]
    };
    assert_eq!(planned(&sandbox), update(&[]));
    approve(&sandbox, "--emulator").exits(0);
    is_settled(&sandbox, "--emulator");
    assert_eq!(project(&sandbox)["vaults"][0]["tags"].as_array().map(Vec::len), Some(2));
    // A new disk of a server is its own business.
    let mut world: Json =
        serde_json::from_str(&sandbox.read(".backform/world.json")).expect("a world is JSON");
    world["huawei"]["accounts"][0]["projects"][0]["servers"][1]["disks"] = json!([40, 60]);
    sandbox.write(".backform/world.json", &world.to_string());
    is_settled(&sandbox, "--emulator");
    write(&sandbox, &vault("a", &["web"], &tags("a = \"1\", c = \"3\"")));
    assert_eq!(planned(&sandbox), update(&["destroys-backups", "stops-protection"]));
}

/// Rules that only live facts can tell, each with what it found and what it needs.
#[test]
fn the_vendors_rules_are_checked_in_the_plan() {
    let other = json!({ "vaults": [{ "id": "v-other", "name": "other", "size": 100, "resources": [{ "id": "web" }] }] });
    let check = |main: &str, more: &Json, parts: &[&str]| {
        let sandbox = sandbox(main, more);
        let plan = sandbox.run(["plan", "--emulator"]);
        let text = plan.transcript().replace("\n! # ", " ").replace("\n!   ", " ");
        assert_eq!(plan.code, Some(1), "{text}");
        for part in parts {
            assert!(text.contains(part), "{part}: {text}");
        }
    };
    let none = json!({});
    check(&vault("a", &["ghost"], ""), &none, &["There is no server ghost in cn-north-4"]);
    check(&vault("a", &["web"], ""), &other, &["is in the vault other (v-other) already"]);
    check(&vault("a", &["bare"], ""), &none, &["has 0 disks"]);
    check(&vault("a", &["shut"], ""), &none, &["cn-north-1b, which takes no new"]);
    check(&vault("a", &["broken"], ""), &none, &["is ERROR, and ACTIVE or SHUTOFF is needed"]);
    let small = vault("a", &["web", "db"], "").replace("size = 800", "size = 179");
    check(&small, &none, &["have 180 GB together, and the vault has 179 GB"]);
    let bound = vault("a", &["web", "db"], "  auto_bind = true").replace("size = 800", "size = 300");
    check(&bound, &none, &["120 GB remain, and more than 180 GB must"]);
    let two = format!("{}{}", vault("a", &["web"], ""), vault("b", &["web"], ""));
    check(&two, &none, &["two blocks claim the same thing", "both have web"]);
    let many: String = (0..33).map(|number| POLICY.replace("\"p\"", &format!("\"p{number}\""))).collect();
    check(&many, &none, &["33 backup policies, and 32 are allowed"]);
}

#[test]
fn a_locked_vault_lets_nothing_go() {
    let sandbox = sandbox(&vault("a", &["web", "db"], "  locked = true"), &json!({}));
    applied(&sandbox, "--emulator").exits(0);
    write(&sandbox, &vault("a", &["web"], "  locked = true"));
    let plan = sandbox.run(["plan", "--emulator"]).exits(1);
    assert!(plan.stdout.contains("BLOCKED"), "{}", plan.transcript());
}

#[test]
fn a_vault_that_somebody_deleted_is_made_again() {
    let sandbox = sandbox(&format!("{}{}", vault("a", &["web"], ""), vault("b", &["db"], "")), &json!({}));
    applied(&sandbox, "--emulator").exits(0);
    let mut world: Json =
        serde_json::from_str(&sandbox.read(".backform/world.json")).expect("a world is JSON");
    let vaults_there =
        world["huawei"]["accounts"][0]["projects"][0]["vaults"].as_array_mut().expect("vaults");
    vaults_there.retain(|vault| vault["name"] != "a");
    sandbox.write(".backform/world.json", &world.to_string());
    assert_eq!(planned(&sandbox), [("huaweicloud_cbr_vault.a".to_owned(), "create".to_owned(), Vec::new())]);
    approve(&sandbox, "--emulator").exits(0);
    is_settled(&sandbox, "--emulator");
}

#[test]
fn what_is_being_removed_is_on_its_way_out() {
    let resources = json!([{ "id": "web" }, { "id": "db", "removing": { "until": "2027-01-01T00:00:00Z" } }]);
    let more = json!({ "vaults": [{ "id": "v-a", "name": "a", "size": 800, "resources": resources }] });
    let import = "import {\n  to = huaweicloud_cbr_vault.a\n  id = \"v-a\"\n}\n";
    let sandbox = sandbox(&format!("{}{import}", vault("a", &["web"], "")), &more);
    applied(&sandbox, "--emulator").exits(0);
    is_settled(&sandbox, "--emulator");
    // Whoever wants it back is told that this waits.
    write(&sandbox, &vault("a", &["web", "db"], ""));
    let plan = sandbox.run(["plan", "--emulator"]).exits(0).transcript().replace("\n  # ", " ");
    assert!(plan.contains("db is still being removed from this vault"), "{plan}");
}

#[test]
fn an_order_that_nobody_pays_is_waited_for_by_the_next_plan() {
    let prepaid =
        "  charging_mode = \"prePaid\"\n  period_unit = \"month\"\n  period = 1\n  auto_pay = \"false\"";
    let sandbox = sandbox(&vault("a", &["web"], prepaid), &json!({}));
    let apply = applied(&sandbox, "--emulator").exits(5);
    assert!(apply.transcript().contains("waits for its payment"), "{}", apply.transcript());
    // Somebody pays, and the vault is there: it is ours, and what is missing is completed.
    let mut world: Json =
        serde_json::from_str(&sandbox.read(".backform/world.json")).expect("a world is JSON");
    let order = &mut world["huawei"]["accounts"][0]["orders"][0];
    let made = order["purpose"]["vault"].clone();
    order["state"] = json!("completed");
    world["huawei"]["accounts"][0]["projects"][0]["vaults"] = json!([made]);
    sandbox.write(".backform/world.json", &world.to_string());
    applied(&sandbox, "--emulator").exits(0);
    assert_eq!(vaults(&project(&sandbox)), [holds("a", &["web"])]);
    is_settled(&sandbox, "--emulator");
}

/// An emulator in this process, which the program reaches by its address.
pub struct Cloud {
    runtime: Runtime,
    running: Option<Running>,
}

impl Cloud {
    /// One with this world, in which these things go wrong.
    pub fn start(world: &str, fault: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a thread can be started");
        let faults = fault.split_whitespace().map(|fault| fault.parse::<Fault>().expect("a fault")).collect();
        let options = Options { faults, ..Options::default() };
        let world = World::parse(world).expect("a world");
        let running = runtime.block_on(Emulator::start(world, options)).expect("loopback can be listened on");
        Self { runtime, running: Some(running) }
    }

    /// The emulator itself.
    pub fn running(&self) -> &Running {
        self.running.as_ref().expect("it runs until it is dropped")
    }

    /// How the program is told of it.
    pub fn flag(&self) -> String {
        format!("--emulator={}", self.running().url())
    }

    /// The project as it is now.
    pub fn project(&self) -> Json {
        let world: Json = serde_json::from_str(&self.running().world()).expect("a world is JSON");
        world["huawei"]["accounts"][0]["projects"][0].clone()
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _stopped = self.runtime.block_on(running.shutdown());
        }
    }
}

/// Whatever fails and whenever: the next runs finish the work, nothing is there twice, and no backup is lost.
#[test]
fn a_migration_survives_every_fault() {
    let backup = |id: &str, server: &str| json!({ "id": id, "name": id, "vault": "v-a", "resource": server, "created": "2026-11-19T09:00:00Z", "mib": 10 });
    let vault_of = |name: &str, servers: &[&str]| {
        let resources: Vec<Json> = servers.iter().map(|id| json!({ "id": id })).collect();
        json!({ "id": format!("v-{name}"), "name": name, "size": 800, "resources": resources })
    };
    let more = json!({ "vaults": [vault_of("a", &["web", "db"])], "backups": [backup("b-1", "web"), backup("b-2", "db")] });
    let before = vault("a", &["web", "db"], "");
    let after = format!("{}{}{POLICY}", vault("a", &["web"], ""), vault("b", &["db"], WITH_POLICY));
    let operations = [
        "CreateVault",
        "CreatePolicy",
        "AssociateVaultPolicy",
        "MigrateVaultResource",
        "ShowVault",
        "ListVault",
        "ListPolicies",
    ];
    for operation in operations {
        for kind in [
            "internal:times=1",
            "timeout-after:times=1,seconds=0",
            "cut:times=1",
            "throttle:times=1,seconds=0",
        ] {
            let fault = format!("{operation}:{kind}");
            let cloud = Cloud::start(&world(&more), &fault);
            let flag = cloud.flag();
            let sandbox = Sandbox::empty();
            let import = "import {\n  to = huaweicloud_cbr_vault.a\n  id = \"v-a\"\n}\n";
            write(&sandbox, &format!("{before}{import}"));
            for main in [format!("{before}{import}"), after.clone()] {
                write(&sandbox, &main);
                for _ in 0..4 {
                    let plan = sandbox.run(["plan", &flag, "--out", "p.plan", "--detailed-exitcode"]);
                    match plan.code {
                        Some(0) => break,
                        Some(2) => drop(approve(&sandbox, &flag)),
                        _ => {}
                    }
                }
                is_settled(&sandbox, &flag);
            }
            let project = cloud.project();
            assert_eq!(vaults(&project), [holds("a", &["web"]), holds("b", &["db"])], "{fault}");
            let kept = project["backups"].as_array().map_or(0, Vec::len);
            assert_eq!((kept, project["policies"].as_array().map_or(0, Vec::len)), (2, 1), "{fault}");
        }
    }
}
