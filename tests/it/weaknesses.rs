//! Where plans let reviewers down elsewhere, and how ours does not: each test is one such place, its snapshot what a
//! reviewer sees. The pages are 140 columns wide, so that causes stand at the ends of lines.

use crate::support::sandbox::{Ran, Sandbox};

/// A sandbox in which `before` was applied, and `after` is what the files say now.
fn changed(before: &str, after: &str) -> Sandbox {
    let sandbox = Sandbox::empty().with_variable("COLUMNS", "140");
    sandbox.write("main.hcl", before);
    sandbox.run(["apply", "--auto-approve"]).exits(0);
    sandbox.write("main.hcl", after);
    sandbox
}

/// The plan from one configuration to another, of what needs no cloud.
fn planned(before: &str, after: &str) -> Ran {
    without_digest(changed(before, after).run(["plan"]).exits(0))
}

/// The same with a placeholder for the digest: ids that are made by chance are among what it is made of.
fn without_digest(ran: Ran) -> Ran {
    let digest = regex::Regex::new("Plan digest: [0-9a-f]{64}").expect("a regex");
    Ran { stdout: digest.replace(&ran.stdout, "Plan digest: [DIGEST]").into_owned(), ..ran }
}

const FLEET: &str = r#"
provider "alicloud" {
  region = "cn-hangzhou"
}

variable "priority" {
  default = "L0"
}

resource "alicloud_ecs_file_backup" "fleet" {
  for_each    = toset([for number in NUMBERS : format("i-fleet-%06d", number)])
  instance_id = each.key
  priority    = var.priority

  workload {
    kind     = "files"
    size_gib = 10
  }

  lifecycle {
    on_removal = "destroy"
  }
}
"#;

#[test]
fn destroys_do_not_hide_among_other_changes() {
    let sandbox = Sandbox::empty().with_variable("COLUMNS", "140");
    sandbox.write("main.hcl", &FLEET.replace("NUMBERS", "range(1, 10)"));
    let plan = ["plan", "--emulator=fleet:12", "--out", "first.plan"];
    let said = sandbox.run(plan).exits(0).stdout;
    let (_, digest) = said.split_once("Plan digest: ").expect("a plan has a digest");
    let digest = digest.lines().next().expect("it is on its line");
    sandbox
        .run(["apply", "--emulator=fleet:12", "first.plan", "--approve", digest, "--parallelism=1"])
        .exits(0);
    sandbox.write("main.hcl", &FLEET.replace("NUMBERS", "[1, 2, 3, 5, 6, 8, 9, 10, 11]"));
    let ran = sandbox.run(["plan", "--emulator=fleet:12", "--var", "priority=L1"]).exits(0);
    ran.is_snapshot("weaknesses", "destroys");
    let short = ["plan", "--emulator=fleet:12", "--var", "priority=L1", "--view", "summary"];
    sandbox.run(short).exits(0).is_snapshot("weaknesses", "destroys-summary");
}

#[test]
fn a_replacement_is_one_and_says_why_also_inside_of_a_list() {
    let of = |number: u8| {
        format!("resource \"terraform_data\" \"vault\" {{\n  triggers_replace = [\"a\", {number}]\n}}\n")
    };
    planned(&of(1), &of(2)).is_snapshot("weaknesses", "replacement");
}

#[test]
fn what_is_forgotten_is_counted() {
    let before = "resource \"terraform_data\" \"kept\" {\n  input = 1\n}\n";
    let after = "removed {\n  from = terraform_data.kept\n\n  lifecycle {\n    destroy = false\n  }\n}\n";
    planned(before, after).is_snapshot("weaknesses", "forgotten");
}

#[test]
fn a_secret_stays_one_and_hides_nothing_else() {
    let of = |user: &str, password: &str| {
        format!(
            "variable \"password\" {{\n  default   = \"{password}\"\n  sensitive = true\n}}\n\n\
             resource \"terraform_data\" \"login\" {{\n  input = {{ user = \"{user}\", password = var.password }}\n}}\n"
        )
    };
    let ran = planned(&of("ann", "hunter2"), &of("bob", "hunter3"));
    assert!(!ran.transcript().contains("hunter"), "{}", ran.transcript());
    ran.is_snapshot("weaknesses", "secret");
}

#[test]
fn what_is_not_known_yet_says_where_it_comes_from() {
    let before = "";
    let after = "resource \"terraform_data\" \"first\" {}\n\n\
                 resource \"terraform_data\" \"second\" {\n  input = { id = terraform_data.first.id, fixed = 1 }\n}\n\n\
                 resource \"terraform_data\" \"third\" {\n  input = terraform_data.first.id\n}\n";
    planned(before, after).is_snapshot("weaknesses", "origin");
}

#[test]
fn every_changed_attribute_says_what_causes_it() {
    let of = |size: u8, tags: &str| {
        format!(
            "variable \"size\" {{\n  default = {size}\n}}\n\n\
             resource \"terraform_data\" \"a\" {{\n  input            = var.size\n  triggers_replace = \"{tags}\"\n}}\n\n\
             resource \"terraform_data\" \"b\" {{\n  input = \"{tags}\"\n}}\n"
        )
    };
    planned(&of(1, "x"), &of(2, "y")).is_snapshot("weaknesses", "causes");
}

#[test]
fn the_same_change_is_told_once() {
    let of = |revision: u8| {
        format!(
            "resource \"terraform_data\" \"fleet\" {{\n  for_each = toset([for i in range(100) : format(\"n%03d\", i)])\n  \
             input    = {{ name = each.key, revision = {revision} }}\n}}\n"
        )
    };
    let sandbox = changed(&of(1), &of(2));
    let ran = sandbox.run(["plan", "--view", "summary"]).exits(0);
    without_digest(ran).is_snapshot("weaknesses", "fleet-summary");
    let of = |revision: u8| of(revision).replace("{ name = each.key, revision", "{ revision");
    planned(&of(1), &of(2)).is_snapshot("weaknesses", "fleet");
}

#[test]
fn a_renamed_key_is_seen_as_one() {
    let of = |key: &str| {
        format!(
            "resource \"terraform_data\" \"p\" {{\n  for_each = {{ {key} = \"i-bp1db\" }}\n  input    = each.value\n}}\n"
        )
    };
    planned(&of("db"), &of("database")).is_snapshot("weaknesses", "renamed-key");
}

#[test]
fn blanks_at_the_ends_of_lines_can_be_seen() {
    let of = |text: &str| format!("resource \"terraform_data\" \"script\" {{\n  input = \"{text}\"\n}}\n");
    planned(&of("one\\ntwo\\n"), &of("one \\ntwo\\n\\n")).is_snapshot("weaknesses", "blanks");
}

#[test]
fn of_a_set_only_the_difference_is_shown() {
    let of = |ports: &str| {
        format!(
            "resource \"terraform_data\" \"rules\" {{\n  input = toset([for port in [{ports}] : {{ port = port, open = true }}])\n}}\n"
        )
    };
    planned(&of("22, 80, 443"), &of("22, 443, 8443")).is_snapshot("weaknesses", "set");
}

#[test]
fn what_steers_a_terminal_is_shown_and_not_sent() {
    let after = "resource \"terraform_data\" \"a\" {\n  input = {\n    \
                 line   = \"safe\\u001b[2K\\u001b[1A\"\n    order  = \"\\u202egpj.exe\"\n    hidden = \"a\\u200bb\"\n    \
                 lines  = \"one\\nPlan: 0 to add, 0 to change, 0 to destroy.\\ntwo\\u001b[2J\\n\"\n  }\n}\n";
    planned("", after).is_snapshot("weaknesses", "control-characters");
}

#[test]
fn a_warning_comes_before_the_plan_and_not_after_it() {
    let after = "variable \"size\" {\n  default = 1\n}\n\nresource \"terraform_data\" \"a\" {\n  input = var.size\n}\n\ncheck \"size\" {\n  assert {\n    condition     = var.size == 2\n    \
                 error_message = \"the size is wrong\"\n  }\n}\n";
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", after);
    let events = sandbox.run(["plan", "--json"]).exits(0).stdout;
    let place = |kind: &str| {
        events.find(&format!("\"type\":\"{kind}\"")).unwrap_or_else(|| panic!("{kind}: {events}"))
    };
    assert!(place("diagnostic") < place("planned_change"), "{events}");
    sandbox.run(["plan"]).exits(0).is_snapshot("weaknesses", "warning");
}

#[test]
fn a_run_that_fails_adds_up() {
    let sandbox = Sandbox::example("quickstart");
    let more = "resource \"terraform_data\" \"first\" {}\n\nresource \"terraform_data\" \"last\" {\n  \
                depends_on = [alicloud_ecs_file_backup.web]\n}\n";
    sandbox.write("more.hcl", more);
    let fault = "\"faults\": [{\"operation\": \"CreateBackupPlan\", \"kind\": \"unsuccessful\", \"times\": 1000}],\n  \"format\"";
    let world = sandbox.read("world.json").replacen("\"format\"", fault, 1);
    sandbox.write("world.json", &world);
    let plan = sandbox.run(["plan", "--emulator", "--out", "first.plan"]).exits(0);
    let mut apply = crate::examples::proposed(&plan).expect("there is something to apply");
    apply.extend(["--parallelism=1", "--json-into", "events.json"].map(str::to_owned));
    sandbox.run(apply).exits(5).is_snapshot("weaknesses", "failed-run");
    let events = sandbox.read("events.json");
    let last: serde_json::Value = serde_json::from_str(events.lines().last().expect("a line")).expect("JSON");
    let counts = ["done", "failed", "unknown", "not_started", "exit_code"].map(|name| last[name].as_u64());
    assert_eq!(counts, [Some(1), Some(0), Some(2), Some(1), Some(5)], "{events}");
}
