//! Policy tools that read Terraform's plan JSON, unchanged, on ours: each must pass what is right and fail what is wrong.
//! A tool that finds nothing to look at says that all is well, so the plan that must fail is the proof.
//!
//! They are Python, and not part of this repository: where they are not installed, the tests say so and are left out.
//! `pip install checkov terraform-compliance` makes both run; `jsonschema` checks the published schema once more.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

use crate::examples::at_its_start;
use crate::support::sandbox::Sandbox;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/policies").join(name)
}

/// Says something that shows even where a test passes: the harness holds back what `eprintln!` writes.
fn say(text: &str) {
    let _gone = writeln!(std::io::stderr(), "{text}");
}

/// Runs a tool in the sandbox; `None` where it is not installed.
fn tool(sandbox: &Sandbox, name: &str, arguments: &[&str]) -> Option<Output> {
    #[expect(clippy::disallowed_methods, reason = "tools are looked for where this machine has its programs")]
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(name);
    command.args(arguments).current_dir(sandbox.path("")).stdin(Stdio::null()).env_clear();
    command.env("PATH", path).env("HOME", sandbox.path("")).env("LANG", "C.UTF-8");
    command.output().ok()
}

/// Two plans as files: one whose backups all run, and one that pauses a backup.
fn plans() -> Sandbox {
    let sandbox = at_its_start("quickstart");
    let json = |sandbox: &Sandbox, name: &str| {
        sandbox.run(["plan", "--emulator", "--out", "q.plan"]).exits(0);
        let shown = sandbox.run(["show", "--json", "q.plan"]).exits(0).stdout;
        assert_eq!(shown.lines().count(), 1, "one line: some readers take several for several documents");
        sandbox.write(name, &shown);
    };
    json(&sandbox, "right.json");
    let paused = sandbox.read("main.hcl").replacen(
        "start_time  = \"02:30\"",
        "start_time  = \"02:30\"\n  paused = true",
        1,
    );
    sandbox.write("main.hcl", &paused);
    json(&sandbox, "wrong.json");
    sandbox
}

/// The tool passes the right plan and fails the wrong one.
#[track_caller]
fn judges(name: &str, arguments: impl Fn(&str) -> Vec<String>, saw_it: impl Fn(&str) -> bool) {
    let sandbox = plans();
    for (file, is_right) in [("right.json", true), ("wrong.json", false)] {
        let arguments = arguments(file);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let Some(ran) = tool(&sandbox, name, &arguments) else {
            say(&format!("SKIPPED: {name} on the JSON of a plan; it is not installed"));
            return;
        };
        let said =
            format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!(ran.status.success(), is_right, "{name} {file}\n{said}");
        assert!(saw_it(&said), "{name} {file}: it found nothing to look at\n{said}");
    }
    say(&format!("{name} on the JSON of a plan: passed what is right, failed what is wrong"));
}

#[test]
fn checkov_judges_a_plan() {
    let checks = folder("checkov").to_string_lossy().into_owned();
    let arguments = |file: &str| {
        let words = ["-f", file, "--framework", "terraform_plan", "--external-checks-dir", &checks];
        let more = ["-c", "CKV2_BK_1", "--compact", "--skip-download"];
        words.into_iter().chain(more).map(str::to_owned).collect()
    };
    judges("checkov", arguments, |said| said.contains("alicloud_ecs_file_backup"));
}

#[test]
fn terraform_compliance_judges_a_plan() {
    let features = folder("features").to_string_lossy().into_owned();
    let arguments = |file: &str| ["-f", &features, "-p", file].map(str::to_owned).to_vec();
    judges("terraform-compliance", arguments, |said| {
        said.contains("1 scenarios") && !said.contains("1 skipped")
    });
}

/// What tf-summarize counts: the one word, or the two, of each change.
#[test]
fn a_summarizer_finds_every_action() {
    let sandbox = at_its_start("replace-instance");
    sandbox.run(["plan", "--emulator", "--out", "r.plan"]).exits(0);
    let plan: Json =
        serde_json::from_str(&sandbox.run(["show", "--json", "r.plan"]).exits(0).stdout).expect("it is JSON");
    let actions = plan["resource_changes"].as_array().expect("a list").iter().map(|change| {
        let words = change["change"]["actions"].as_array().expect("a list").iter();
        words.map(|word| word.as_str().expect("a word")).collect::<Vec<_>>().join("/")
    });
    let found: Vec<String> = actions.collect();
    assert_eq!(found, ["create/delete"]);
    assert!(plan["terraform_version"].as_str().is_some_and(|version| version.starts_with("1.")));
}

/// The parts of JSON Schema that ours uses. Strict in one thing that JSON Schema is not: a key that the schema does not
/// name is a mistake here, so that nothing is published without its description.
fn violations(schema: &Json, root: &Json, value: &Json, place: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).expect(name);
        return violations(target, root, value, place, found);
    }
    let mut wrong = |what: &str| found.push(format!("{place}: {what}: {value}"));
    if schema.get("const").is_some_and(|only| only != value) {
        wrong("not the constant");
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        wrong("not one of the words");
    }
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        _ => false,
    };
    let types: Vec<&str> = match &schema["type"] {
        Json::String(name) => vec![name],
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.into_iter().any(is) {
        wrong("of another type");
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if value.get(name).is_none() {
            wrong(&format!("without `{name}`"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let inner = schema["properties"].get(name).or(schema.get("additionalProperties"));
        match inner {
            Some(inner) => violations(inner, root, member, &format!("{place}.{name}"), found),
            None => found.push(format!("{place}: `{name}` is not in the schema")),
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        violations(&schema["items"], root, item, &format!("{place}[{index}]"), found);
    }
}

#[test]
fn what_is_ours_in_a_plan_is_as_the_published_schema_says() {
    let schema = Sandbox::empty().run(["schema", "plan"]).exits(0).stdout;
    let schema: Json = serde_json::from_str(&schema).expect("it is JSON");
    let examples = [
        ("block-removed", 0),
        ("destroy-explicit", 0),
        ("drift", 0),
        ("import", 0),
        ("keep-latest-off", 0),
        ("moved", 0),
        ("not-eligible", 1),
        ("pause-and-resume", 0),
        ("prevent-destroy", 1),
        ("quickstart", 0),
        ("replace-instance", 0),
        ("variables-and-outputs", 0),
    ];
    for (example, code) in examples {
        let sandbox = at_its_start(example);
        sandbox.run(["plan", "--emulator", "--out", "x.plan"]).exits(code);
        let shown = sandbox.run(["show", "--json", "x.plan"]).exits(0).stdout;
        let plan: Json = serde_json::from_str(&shown).expect("it is JSON");
        let mut found = Vec::new();
        violations(&schema, &schema, &plan["x_backform"], "x_backform", &mut found);
        assert!(found.is_empty(), "{example}\n{}", found.join("\n"));
        sandbox.write("schema.json", &schema.to_string());
        sandbox.write("ours.json", &plan["x_backform"].to_string());
        let script = "import json, jsonschema; jsonschema.validate(json.load(open('ours.json')), json.load(open('schema.json')))";
        let installed =
            tool(&sandbox, "python3", &["-c", "import jsonschema"]).is_some_and(|ran| ran.status.success());
        if installed {
            let ran = tool(&sandbox, "python3", &["-c", script]).expect("it was there a moment ago");
            assert!(ran.status.success(), "{example}\n{}", String::from_utf8_lossy(&ran.stderr));
        }
    }
}

#[test]
fn what_is_not_as_the_schema_says_is_found() {
    let schema: Json = serde_json::json!({
        "type": "object", "required": ["a"],
        "properties": {"a": {"type": "integer"}, "b": {"items": {"enum": ["x"]}}},
    });
    let check = |value: Json, number: usize| {
        let mut found = Vec::new();
        violations(&schema, &schema, &value, "", &mut found);
        assert_eq!(found.len(), number, "{found:?}");
    };
    check(serde_json::json!({"a": 1, "b": ["x"]}), 0);
    check(serde_json::json!({"a": "1", "b": ["y"]}), 2);
    check(serde_json::json!({"c": 1}), 2);
    check(serde_json::json!([]), 2);
}
