//! What programs that follow a run are told: Terraform's events, and always a last line that adds up.

use serde_json::Value as Json;

use crate::examples::at_its_start;
use crate::support::sandbox::{Ran, Sandbox, is_snapshot};

/// The lines of a stream; every one is JSON with the keys that Terraform's readers need.
#[track_caller]
fn events(text: &str) -> Vec<Json> {
    let event = |line: &str| {
        let event: Json = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for key in ["@level", "@message", "@module", "@timestamp", "type"] {
            assert!(event[key].is_string(), "{key}: {line}");
        }
        event
    };
    text.lines().map(event).collect()
}

fn kinds(events: &[Json]) -> Vec<&str> {
    events.iter().filter_map(|event| event["type"].as_str()).collect()
}

/// The run said nothing but events, the first is the version, and the last adds up to the exit code.
#[track_caller]
fn followed(ran: &Ran) -> Vec<Json> {
    let found = events(&ran.stdout);
    assert_eq!(ran.stderr, "", "{}", ran.transcript());
    let kinds = kinds(&found);
    assert_eq!((kinds.first(), kinds.last()), (Some(&"version"), Some(&"run_summary")), "{}", ran.stdout);
    assert_eq!(found[found.len() - 1]["exit_code"], ran.code.expect("it ended by itself"));
    found
}

#[test]
fn a_plan_is_told_in_events() {
    let sandbox = at_its_start("destroy-explicit");
    let ran = sandbox.run(["plan", "--emulator", "--json"]).exits(0);
    let found = followed(&ran);
    assert!(kinds(&found).contains(&"planned_change"), "{}", ran.stdout);
    is_snapshot("destroy-explicit", "events", &ran.stdout);
}

#[test]
fn an_apply_is_told_in_events_and_ends_with_what_was_done() {
    let sandbox = at_its_start("quickstart");
    let plan = sandbox.run(["plan", "--emulator", "--json"]).exits(0);
    followed(&plan);
    sandbox.run(["plan", "--emulator", "--out", "q.plan"]).exits(0);
    let saved = sandbox.run(["show", "--json", "q.plan"]).exits(0).stdout;
    let saved: Json = serde_json::from_str(&saved).expect("it is JSON");
    let digest = saved["x_backform"]["digest"].as_str().expect("a plan has a digest").to_owned();
    let ran = sandbox.run(["apply", "--emulator", "--json", "--approve", &digest, "q.plan"]).exits(0);
    let found = followed(&ran);
    let kinds = kinds(&found);
    for kind in ["apply_start", "apply_complete", "change_summary"] {
        assert!(kinds.contains(&kind), "{kind}: {}", ran.stdout);
    }
    let last = &found[found.len() - 1];
    assert!(last["done"].as_u64() > Some(0) && last["failed"] == 0, "{last}");
}

#[test]
fn nobody_is_asked_and_the_refusal_is_an_event() {
    let sandbox = at_its_start("quickstart");
    let found = followed(&sandbox.run(["apply", "--emulator", "--json"]).exits(3));
    let problem = &found[found.len() - 2];
    assert_eq!(problem["type"], "diagnostic");
    assert_eq!(problem["diagnostic"]["severity"], "error");
}

#[test]
fn a_mistake_in_the_configuration_is_an_event_with_its_place_and_no_counts() {
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", "resource \"terraform_data\" \"a\" {\n  input = lenght(1)\n}\n");
    let found = followed(&sandbox.run(["plan", "--json"]).exits(1));
    assert_eq!(kinds(&found), ["version", "diagnostic", "run_summary"]);
    assert_eq!(found[1]["diagnostic"]["range"]["start"]["line"], 2);
}

#[test]
fn an_apply_that_is_refused_still_ends_with_a_tally() {
    let sandbox = at_its_start("quickstart");
    sandbox.run(["plan", "--emulator", "--out", "q.plan"]).exits(0);
    sandbox.write("main.hcl", "");
    let found = followed(&sandbox.run(["apply", "--emulator", "--json", "q.plan"]));
    assert_eq!(found[found.len() - 1]["done"], 0);
}

#[test]
fn a_file_gets_the_same_events_beside_the_text() {
    let sandbox = Sandbox::empty();
    sandbox.write("main.hcl", "resource \"terraform_data\" \"a\" {}\n");
    let ran = sandbox.run(["apply", "--auto-approve", "--json-into", "events.json"]).exits(0);
    assert!(ran.stdout.contains("Apply complete! Resources: 1 added"), "{}", ran.transcript());
    let found = events(&sandbox.read("events.json"));
    let kinds = kinds(&found);
    let expected = [
        "version",
        "planned_change",
        "change_summary",
        "apply_start",
        "apply_complete",
        "change_summary",
        "run_summary",
    ];
    assert_eq!(kinds, expected);
    let refresh = sandbox.run(["refresh", "--json"]).exits(0);
    followed(&refresh);
    let destroy = sandbox.run(["destroy", "--json", "--auto-approve"]).exits(0);
    assert_eq!(followed(&destroy).last().expect("there is one")["done"], 1);
}
