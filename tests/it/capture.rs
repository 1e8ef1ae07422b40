//! `backform emulator capture`: what is recorded plans as the original does, and holds no secret.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::examples::at_its_start;
use crate::support::sandbox::{Sandbox, is_snapshot};

/// A world that another process serves.
struct Served {
    process: Child,
    address: String,
}

impl Served {
    fn new(sandbox: &Sandbox, world: &str) -> Self {
        let mut command: Command = sandbox.command();
        command.args(["emulator", "serve", "--world", world, "--key", "somebody:their-secret"]);
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        let out = process.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("the first line comes");
        let address = line.trim().strip_prefix("listening on ").expect("it says where").to_owned();
        Self { process, address }
    }

    fn flag(&self) -> String {
        format!("--emulator={}", self.address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

/// The world of a sandbox as it has got to.
fn world_of(sandbox: &Sandbox) -> &'static str {
    if sandbox.path(".backform/world.json").exists() { ".backform/world.json" } else { "world.json" }
}

/// Records the world of an example through a served emulator, and demands that both plan the same.
fn captured(example: &str) -> Sandbox {
    let sandbox = at_its_start(example);
    let served = Served::new(&sandbox, world_of(&sandbox));
    let original = sandbox.run(["plan", &served.flag()]);
    let capture = ["emulator", "capture", &served.flag(), "--out", "captured.json"];
    sandbox.run(capture).exits(0);
    drop(served);
    // The state stays, and the world is another one.
    for file in [".backform/world.json", ".backform/world.origin"] {
        let _may_not_be_there = fs::remove_file(sandbox.path(file));
    }
    let again = sandbox.run(["plan", "--emulator=captured.json"]);
    assert_eq!(again.unscrubbed, original.unscrubbed, "{example}\n{}", again.stderr);
    assert_eq!((again.code, &again.stderr), (original.code, &original.stderr), "{example}");
    sandbox
}

#[test]
fn what_is_recorded_plans_as_the_original() {
    let examples = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).expect("it is there");
    let names: BTreeSet<String> = examples
        .map(|entry| entry.expect("it can be read").file_name().into_string().expect("names are text"))
        .collect();
    for example in names {
        let sandbox = captured(&example);
        let text = sandbox.read("captured.json");
        for secret in
            ["LTAI-EMULATOR", "the-emulator-knows-this-secret", "somebody", "their-secret", "10.0.0."]
        {
            assert!(!text.contains(secret), "{example}: {secret}");
        }
    }
}

#[test]
fn only_what_is_touched_is_recorded() {
    // Of twelve servers the data source gives ten; of the vaults those that protect what the configuration names.
    let sandbox = captured("fleet");
    let (all, kept) = (sandbox.read("world.json"), sandbox.read("captured.json"));
    let servers = |text: &str| text.matches("\"id\": \"i-").count() + text.matches("\"id\":\"i-").count();
    assert!(servers(&kept) > 0 && servers(&kept) < servers(&all), "{} of {}", servers(&kept), servers(&all));
    is_snapshot("capture", "destroy-explicit", &captured("destroy-explicit").read("captured.json"));
    is_snapshot("capture", "huawei-migrate", &captured("huawei-migrate").read("captured.json"));
}

#[test]
fn what_strangers_protect_still_counts_in_the_quota() {
    let sandbox = Sandbox::example("quickstart");
    let plan = r#""basic": { "plans": [ { "id": "plan-1", "instance": "i-stranger",
        "recovery_points": [ { "id": "s-1", "created": "2026-11-19T18:00:00Z" } ] } ] }, "instances": [ { "id": "i-stranger", "disks": [500] },"#;
    let world = sandbox.read("world.json").replacen("\"instances\": [", plan, 1);
    sandbox.write("world.json", &world.replace("\"service_opened\": false", "\"service_opened\": true"));
    let served = Served::new(&sandbox, "world.json");
    let original = sandbox.run(["plan", &served.flag()]).exits(0);
    assert!(original.stdout.contains("500 GiB now"), "{}", original.stdout);
    sandbox.run(["emulator", "capture", &served.flag(), "--out", "captured.json"]).exits(0);
    let text = sandbox.read("captured.json");
    assert!(!text.contains("i-stranger") && text.contains("\"elsewhere\""), "{text}");
    drop(served);
    let again = sandbox.run(["plan", "--emulator=captured.json"]).exits(0);
    assert_eq!(again.unscrubbed, original.unscrubbed);
}

#[test]
fn a_vault_is_touched_by_its_name_or_by_what_is_in_it() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "main.hcl",
        r#"
provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_cbr_vault" "mine" {
  name            = "mine"
  type            = "server"
  protection_type = "backup"
  size            = 100

  resources {
    server_id = "server-1"
  }
}
"#,
    );
    let vault = |name: &str, server: &str| {
        format!(
            r#"{{"id": "vault-{name}", "name": "{name}", "size": 100, "resources": [{{"id": "{server}"}}]}}"#
        )
    };
    let vaults =
        [vault("mine", "server-2"), vault("holds", "server-1"), vault("other", "server-3")].join(", ");
    let servers: Vec<String> =
        (1..5).map(|n| format!(r#"{{"id": "server-{n}", "name": "host-{n}"}}"#)).collect();
    sandbox.write(
        "world.json",
        &format!(
            r#"{{"format": 1, "clock": "2026-11-20T08:00:00Z", "huawei": {{"accounts": [{{"projects": [{{
            "id": "0123456789abcdef0123456789abcdef", "name": "cn-north-4",
            "servers": [{}], "vaults": [{vaults}]}}]}}]}}}}"#,
            servers.join(", ")
        ),
    );
    let ran = sandbox.run(["emulator", "capture", "--emulator"]).exits(0);
    let check = |word: &str, expected: bool| {
        assert_eq!(ran.stdout.contains(word), expected, "{word}\n{}", ran.stdout);
    };
    for kept in ["vault-mine", "vault-holds", "host-1", "host-2"] {
        check(kept, true);
    }
    for stranger in ["vault-other", "host-3", "host-4"] {
        check(stranger, false);
    }
}

#[test]
fn a_recorded_world_is_one_for_tests() {
    let sandbox = Sandbox::example("quickstart");
    sandbox.run(["emulator", "capture", "--emulator", "--out", "recorded.json"]).exits(0);
    sandbox.write("main.test.hcl", "run \"first\" {\n  world = \"recorded.json\"\n  snapshot = false\n  assert {\n    condition     = plan.summary.create == 2\n    error_message = \"Two.\"\n  }\n}\n");
    sandbox.run(["test"]).exits(0);
}

#[test]
fn nothing_is_written_over_and_nothing_is_half_recorded() {
    let sandbox = Sandbox::example("quickstart");
    sandbox.write("recorded.json", "mine");
    let ran = sandbox.run(["emulator", "capture", "--emulator", "--out", "recorded.json"]).exits(1);
    assert!(ran.stderr.contains("not there yet"), "{}", ran.transcript());
    assert_eq!(sandbox.read("recorded.json"), "mine");
    let keys = r#""keys": [ { "id": "limited", "secret": "known", "user": "ci", "policy": { "Version": "1", "Statement": [
        { "Effect": "Allow", "Action": ["hbr:*", "sts:*"], "Resource": "*" } ] } } ], "service_opened""#;
    sandbox.write("world.json", &sandbox.read("world.json").replacen("\"service_opened\"", keys, 1));
    let own_key = "region = \"cn-hangzhou\"\n  access_key = \"limited\"\n  secret_key = \"known\"";
    sandbox.write("main.hcl", &sandbox.read("main.hcl").replacen("region = \"cn-hangzhou\"", own_key, 1));
    let served = Served::new(&sandbox, "world.json");
    let ran = sandbox.run(["emulator", "capture", &served.flag(), "--out", "half.json"]).exits(1);
    assert!(ran.stderr.contains("DescribeInstances"), "{}", ran.transcript());
    assert!(!sandbox.path("half.json").exists());
}
