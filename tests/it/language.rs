//! The language through the whole program, on the type that lives in the state alone: what a plan, an apply and the
//! next plan make of it.

use crate::support::sandbox::Sandbox;

fn with(text: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", text);
    sandbox
}

#[test]
fn a_value_is_kept_and_known_from_then_on() {
    let text = "resource \"terraform_data\" \"a\" {\n  input = { x = 1 }\n}\n\
                resource \"terraform_data\" \"b\" {\n  input = terraform_data.a.output.x\n}\n\
                output \"o\" {\n  value = terraform_data.b.output\n}\n";
    let sandbox = with(text);
    sandbox.run(["plan", "--detailed-exitcode"]).exits(2);
    let applied = sandbox.run(["apply", "--auto-approve"]).exits(0);
    assert!(applied.stdout.contains("Resources: 2 added, 0 changed, 0 destroyed."), "{}", applied.stdout);
    assert!(applied.stdout.contains("o = 1"), "{}", applied.stdout);
    sandbox.run(["plan", "--detailed-exitcode"]).exits(0);
    sandbox.write("main.hcl", &text.replace("x = 1", "x = 2"));
    let plan = sandbox.run(["plan"]).exits(0);
    assert!(plan.stdout.contains("~ input  = 1 -> (known after apply)"), "{}", plan.stdout);
    sandbox.run(["apply", "--auto-approve"]).exits(0);
    sandbox.run(["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn a_postcondition_that_only_apply_can_tell_is_told_and_the_work_stands() {
    let sandbox = with(
        "resource \"terraform_data\" \"a\" {\n  lifecycle {\n    postcondition {\n      condition = self.id == \"x\"\n      error_message = \"not x\"\n    }\n  }\n}\n",
    );
    let applied = sandbox.run(["apply", "--auto-approve"]).exits(1);
    assert!(applied.stdout.contains("Resources: 1 added"), "{}", applied.stdout);
    assert!(applied.stderr.contains("not x"), "{}", applied.stderr);
    let list = sandbox.run(["state", "list"]).exits(0);
    assert_eq!(list.stdout, "terraform_data.a\n");
}

#[test]
fn a_check_that_does_not_hold_stops_nobody() {
    let sandbox = with(
        "resource \"terraform_data\" \"a\" {\n  input = 1\n}\ncheck \"c\" {\n  assert {\n    condition = terraform_data.a.output == 2\n    error_message = \"it is not 2\"\n  }\n}\n",
    );
    let applied = sandbox.run(["apply", "--auto-approve"]).exits(0);
    assert!(applied.stderr.contains("it is not 2"), "{}", applied.stderr);
}

#[test]
fn a_block_that_gets_count_keeps_its_object() {
    let sandbox = with("resource \"terraform_data\" \"a\" {\n}\n");
    sandbox.run(["apply", "--auto-approve"]).exits(0);
    sandbox.write("main.hcl", "resource \"terraform_data\" \"a\" {\n  count = 1\n}\n");
    let plan = sandbox.run(["plan"]).exits(0);
    assert!(plan.stdout.contains("terraform_data.a has moved to terraform_data.a[0]"), "{}", plan.stdout);
}

#[test]
fn a_renamed_key_is_answered_with_the_block_that_is_missing() {
    let text = "resource \"terraform_data\" \"a\" {\n  for_each = { old = 1 }\n  input = each.value\n}\n";
    let sandbox = with(text);
    sandbox.run(["apply", "--auto-approve"]).exits(0);
    sandbox.write("main.hcl", &text.replace("old", "new"));
    let plan = sandbox.run(["plan"]).exits(0);
    let block = "  #   moved {\n  #     from = terraform_data.a[\"old\"]\n  #     to   = terraform_data.a[\"new\"]\n  #   }\n";
    assert!(plan.stdout.contains(block), "{}", plan.stdout);
    let moved = "moved {\n  from = terraform_data.a[\"old\"]\n  to   = terraform_data.a[\"new\"]\n}\n";
    sandbox.write("main.hcl", &format!("{}{moved}", text.replace("old", "new")));
    let plan = sandbox.run(["plan"]).exits(0);
    assert!(plan.stdout.contains("has moved to"), "{}", plan.stdout);
    assert!(plan.stdout.contains("Plan: 0 to add, 0 to change, 0 to destroy."), "{}", plan.stdout);
}
