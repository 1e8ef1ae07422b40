//! Terraform itself as the judge: the same directory planned by both programs gives the same JSON, but for what differs
//! on purpose. Where `terraform` is not installed the test says so and is left out; it uses nothing but what Terraform
//! has built in, and no network.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::support::sandbox::Sandbox;

/// Says something that shows even where a test passes: the harness holds back what `eprintln!` writes.
fn say(text: &str) {
    let _gone = writeln!(std::io::stderr(), "{text}");
}

/// Runs Terraform in the sandbox; `None` where there is none.
fn terraform(sandbox: &Sandbox, arguments: &[&str]) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "Terraform is looked for where this machine has its programs"
    )]
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("terraform");
    command.args(arguments).current_dir(sandbox.path("")).stdin(Stdio::null()).env_clear();
    command.env("PATH", path).env("HOME", sandbox.path("")).env("TF_CLI_CONFIG_FILE", "/dev/null");
    command.env("CHECKPOINT_DISABLE", "1").env("TF_VAR_region", "r-1");
    let output = command.output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}\n{said}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Every place where the two differ, in a line each.
fn differences(place: &str, theirs: &Json, ours: &Json, found: &mut Vec<String>) {
    match (theirs, ours) {
        (Json::Object(left), Json::Object(right)) => {
            let names: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for name in names {
                let inner = format!("{place}.{name}");
                match (left.get(name), right.get(name)) {
                    (Some(left), Some(right)) => differences(&inner, left, right, found),
                    (Some(left), None) => found.push(format!("{inner}: only Terraform has {left}")),
                    (None, Some(right)) => found.push(format!("{inner}: only backform has {right}")),
                    (None, None) => {}
                }
            }
        }
        (Json::Array(left), Json::Array(right)) if left.len() == right.len() => {
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                differences(&format!("{place}[{index}]"), left, right, found);
            }
        }
        _ if theirs == ours => {}
        _ => found.push(format!("{place}: Terraform has {theirs}, backform {ours}")),
    }
}

/// What differs on purpose.
fn is_meant(line: &str) -> bool {
    let starts = [
        ".timestamp:",
        ".x_backform:",
        // Ours has no value for what is secret, wherever it stands.
        ".variables.password:",
        ".configuration.root_module.variables.password.default:",
        ".configuration.root_module.module_calls.repeated.expressions.secret.constant_value:",
        ".configuration.root_module.module_calls.repeated.module.variables.secret.default:",
        ".configuration.root_module.module_calls.single.module.variables.secret.default:",
        // Terraform lists the outputs of all modules here, whether anything reads them or not.
        ".relevant_attributes",
        // Terraform puts the outputs of the plan itself into the state before it.
        ".prior_state.values.outputs",
    ];
    let is_hidden = line.ends_with("Terraform has \"hunter2\", backform null");
    // Terraform gives an unknown value of any type a shape of sensitivity, which says nothing.
    let is_empty_shape = line.contains("sensitive")
        && (line.ends_with(": only Terraform has {}") || line.ends_with(": only Terraform has []"));
    // A computed attribute that repeats a secret shows it in Terraform, and not in ours.
    let is_still_secret = line.contains("sensitive") && line.ends_with(": only backform has true");
    let is_random =
        line.contains('-') && regex::Regex::new("[0-9a-f]{8}-[0-9a-f]{4}").expect("a regex").is_match(line);
    is_hidden
        || is_empty_shape
        || is_still_secret
        || is_random
        || starts.iter().any(|start| line.starts_with(start))
}

/// Plans with both, and demands that nothing differs but what is meant to.
#[track_caller]
fn plans_are_alike(sandbox: &Sandbox, revision: &str) {
    let variable = format!("-var=revision={revision}");
    let plan = terraform(sandbox, &["plan", "-no-color", "-out=theirs.plan", &variable])
        .expect("it was there a moment ago");
    assert!(plan.contains("Plan: "), "{plan}");
    let theirs = terraform(sandbox, &["show", "-json", "theirs.plan"]).expect("it was there a moment ago");
    sandbox.run(["plan", "--out", "ours.plan", "--var", "region=r-1", &variable]).exits(0);
    let ours = sandbox.run(["show", "--json", "ours.plan"]).exits(0).stdout;
    assert!(!ours.contains("hunter2") && !ours.contains("s3cr3t"), "{ours}");
    let read = |text: &str| serde_json::from_str::<Json>(text).expect("it is JSON");
    let mut found = Vec::new();
    differences("", &read(&theirs), &read(&ours), &mut found);
    found.retain(|line| !is_meant(line));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_json_of_a_plan_is_terraforms() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/terraform");
    let sandbox = Sandbox::copy_of(&folder);
    if terraform(&sandbox, &["init", "-input=false"]).is_none() {
        say("SKIPPED: the JSON of a plan beside Terraform's own; terraform is not installed");
        return;
    }
    plans_are_alike(&sandbox, "1");
    terraform(&sandbox, &["apply", "-auto-approve", "-var=revision=1"]);
    let apply = ["apply", "--auto-approve", "--var", "region=r-1", "--var", "revision=1"];
    sandbox.run(apply).exits(0);
    plans_are_alike(&sandbox, "2");
}
