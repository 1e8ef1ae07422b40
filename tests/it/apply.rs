//! Applies that go wrong: whatever fails and whenever, the state is true, the next run finishes the work, and nothing
//! is made twice or lost.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use backform::emulator::fault::Fault;
use backform::emulator::{Emulator, Options, Running, World};
use serde_json::Value as Json;
use tokio::runtime::Runtime;

use crate::support::sandbox::{Ran, Sandbox};

/// An emulator in this process, which the program reaches by its address.
struct Clouds {
    runtime: Runtime,
    running: Option<Running>,
}

impl Clouds {
    fn start(world: World, faults: &[&str], latency: Duration) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a thread can be started");
        let faults = faults.iter().map(|fault| fault.parse::<Fault>().expect("a fault")).collect();
        let options = Options { faults, latency, ..Options::default() };
        let running = runtime.block_on(Emulator::start(world, options)).expect("loopback can be listened on");
        Self { runtime, running: Some(running) }
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("it runs until it is dropped")
    }

    fn flag(&self) -> String {
        format!("--emulator={}", self.running().url())
    }

    /// The backup plans by instance; two for one instance would be a duplicate.
    fn plans(&self) -> BTreeMap<String, Vec<Json>> {
        let world: Json = serde_json::from_str(&self.running().world()).expect("a world is JSON");
        let mut plans: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for account in world["alibaba"]["accounts"].as_array().expect("a world has accounts") {
            for region in account["regions"].as_object().expect("an account has regions").values() {
                for plan in region["basic"]["plans"].as_array().into_iter().flatten() {
                    let instance = plan["instance"].as_str().expect("a plan has an instance").to_owned();
                    plans.entry(instance).or_default().push(plan.clone());
                }
            }
        }
        plans
    }
}

impl Drop for Clouds {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _stopped = self.runtime.block_on(running.shutdown());
        }
    }
}

/// Plans and applies, confirming everything, until there is nothing left to do. Returns the exit codes of the applies.
fn settle(sandbox: &Sandbox, flag: &str) -> Vec<i32> {
    let mut codes = Vec::new();
    for _ in 0..6 {
        let plan = sandbox.run(["plan", flag, "--out", "p.plan", "--detailed-exitcode"]);
        match plan.code {
            Some(0) => return codes,
            Some(2) => codes.push(apply(sandbox, flag).code.expect("no signal was sent")),
            // A read that failed for good ends the run before anything is planned; the next one may work.
            _ => codes.push(plan.code.expect("no signal was sent")),
        }
    }
    panic!("the work was never finished: {codes:?}")
}

fn apply(sandbox: &Sandbox, flag: &str) -> Ran {
    let shown = sandbox.run(["show", "p.plan", "--json"]).exits(0).stdout;
    let plan: Json = serde_json::from_str(&shown).expect("a plan is JSON");
    let extra = &plan["x_backform"];
    let mut arguments = vec!["apply".to_owned(), "p.plan".to_owned(), flag.to_owned()];
    arguments.push(format!("--approve={}", extra["digest"].as_str().expect("a plan has a digest")));
    for change in extra["changes"].as_array().into_iter().flatten() {
        arguments.extend(change["confirmation"].as_str().map(|id| format!("--confirm-destroy={id}")));
    }
    sandbox.run(arguments)
}

const TWO: &str = r#"
provider "alicloud" {
  region = "cn-hangzhou"
}
resource "alicloud_ecs_file_backup" "fleet" {
  for_each    = toset(["i-fleet-000001", "i-fleet-000002"])
  instance_id = each.key
  start_time  = "02:30"
}
"#;

/// The same two, one of them paused and both later in the night.
fn changed() -> String {
    TWO.replace("\"02:30\"", "\"04:30\"\n  paused = each.key == \"i-fleet-000001\"")
}

const DESTROYED: &str = r#"
provider "alicloud" {
  region = "cn-hangzhou"
}
removed {
  from = alicloud_ecs_file_backup.fleet
  lifecycle {
    destroy = true
  }
}
"#;

const KINDS: [&str; 8] = [
    "throttle:times=1,seconds=0",
    "internal:times=1",
    "unsuccessful:times=1",
    "unavailable:times=1",
    "timeout-before:times=1,seconds=0",
    "timeout-after:times=1,seconds=0",
    "cut:times=1",
    "garbled:times=1",
];

const OPERATIONS: [&str; 9] = [
    "OpenHbrService",
    "CreateBackupPlan",
    "UpdateBackupPlan",
    "DisableBackupPlan",
    "DeleteBackupPlan",
    "DescribeBackupPlans",
    "DescribeInstances",
    "SearchHistoricalSnapshots",
    "GetCallerIdentity",
];

/// Runs a life of two objects in which every operation goes wrong once, each in another way, and checks the truth at
/// each step. Lives with other offsets pair operations and faults otherwise, until every pair has had its turn.
fn life_with(offset: usize) {
    let fault =
        |(index, operation): (usize, &&str)| format!("{operation}:{}", KINDS[(index + offset) % KINDS.len()]);
    let faults: Vec<String> = OPERATIONS.iter().enumerate().map(fault).collect();
    let mut world = World::fleet(2);
    world.alibaba.accounts.iter_mut().for_each(|account| account.service_opened = false);
    let clouds = Clouds::start(world, &faults.iter().map(String::as_str).collect::<Vec<_>>(), Duration::ZERO);
    let (sandbox, flag) = (Sandbox::empty(), clouds.flag());
    let plans_are = |expected: usize| {
        let plans = clouds.plans();
        assert_eq!(plans.len(), expected, "{faults:?}: {plans:?}");
        assert!(
            plans.values().all(|plans| plans.len() == 1),
            "{faults:?}: an instance has two plans: {plans:?}"
        );
        let listed = sandbox.run(["state", "list", &flag]).exits(0).stdout;
        assert_eq!(listed.lines().count(), expected, "{faults:?}: {listed}");
    };
    sandbox.write("main.hcl", TWO);
    let first = settle(&sandbox, &flag);
    assert!(first.iter().all(|code| matches!(code, 0 | 1 | 5)), "{faults:?}: {first:?}");
    plans_are(2);
    sandbox.write("main.hcl", &changed());
    settle(&sandbox, &flag);
    plans_are(2);
    sandbox.write("main.hcl", DESTROYED);
    settle(&sandbox, &flag);
    plans_are(0);
    let stats = clouds.running().stats();
    for operation in OPERATIONS {
        assert!(stats.calls(operation) > 0, "{operation} was never called");
    }
}

#[test]
fn every_fault_at_every_operation_ends_in_the_truth() {
    thread::scope(|scope| {
        let lives: Vec<_> = (0..KINDS.len()).map(|offset| scope.spawn(move || life_with(offset))).collect();
        for life in lives {
            life.join().expect("a life failed; its message is above");
        }
    });
}

/// Twelve servers, slow answers: enough to be interrupted at many points.
fn twelve() -> String {
    let names: Vec<String> = (1..=12).map(|number| format!("\"i-fleet-{number:06}\"")).collect();
    TWO.replace("\"i-fleet-000001\", \"i-fleet-000002\"", &names.join(", "))
}

#[test]
fn a_killed_run_is_finished_by_the_next_one() {
    for milliseconds in [30, 90, 150, 220, 300, 400, 550] {
        let clouds = Clouds::start(World::fleet(12), &[], Duration::from_millis(15));
        let (sandbox, flag) = (Sandbox::empty(), clouds.flag());
        sandbox.write("main.hcl", &twelve());
        let mut child = sandbox.command();
        child
            .args(["apply", "--auto-approve", "--parallelism=2", &flag])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = child.spawn().expect("the program was built with this test");
        thread::sleep(Duration::from_millis(milliseconds));
        child.kill().expect("it is ours to kill");
        child.wait().expect("it was started above");
        settle(&sandbox, &flag);
        let plans = clouds.plans();
        assert_eq!(plans.len(), 12, "killed after {milliseconds} ms");
        assert!(plans.values().all(|plans| plans.len() == 1), "killed after {milliseconds} ms: {plans:?}");
        // A plan only reads; what it found out about the interrupted run is kept by the next run that writes.
        sandbox.run(["refresh", &flag]).exits(0);
        let listed = sandbox.run(["state", "list", &flag]).exits(0).stdout;
        assert_eq!(listed.lines().count(), 12, "killed after {milliseconds} ms: {listed}");
    }
}

#[test]
fn an_interrupted_run_finishes_what_it_began_and_reports() {
    let clouds = Clouds::start(World::fleet(12), &[], Duration::from_millis(40));
    let (sandbox, flag) = (Sandbox::empty(), clouds.flag());
    sandbox.write("main.hcl", &twelve());
    let mut command = sandbox.command();
    command
        .args(["apply", "--auto-approve", "--parallelism=1", &flag])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the program was built with this test");
    while clouds.plans().len() < 2 {
        thread::sleep(Duration::from_millis(10));
    }
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.expect("kill is everywhere").success());
    let output = child.wait_with_output().expect("it ends by itself");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(5), "{said}");
    let made = clouds.plans().len();
    assert!((2..12).contains(&made), "{made} were made");
    let remembered = sandbox.run(["state", "list", &flag]).exits(0).stdout.lines().count();
    assert_eq!(remembered, made, "what was made is remembered, and nothing else");
    assert!(said.contains("not started"), "{said}");
    settle(&sandbox, &flag);
    assert_eq!(clouds.plans().len(), 12);
}

#[test]
fn a_refresh_takes_the_least_calls_that_the_page_sizes_allow() {
    let clouds = Clouds::start(World::fleet(250), &[], Duration::ZERO);
    let (sandbox, flag) = (Sandbox::empty(), clouds.flag());
    let fleet = TWO
        .replace("toset([\"i-fleet-000001\", \"i-fleet-000002\"])", "toset(data.alicloud_instances.all.ids)");
    sandbox.write("main.hcl", &format!("data \"alicloud_instances\" \"all\" {{}}\n{fleet}"));
    sandbox.run(["apply", "--auto-approve", &flag]).exits(0);
    clouds.running().reset_stats();
    let plan = sandbox.run(["plan", "--detailed-exitcode", &flag]).exits(0);
    assert!(plan.stdout.contains("No changes."), "{}", plan.stdout);
    let stats = clouds.running().stats();
    let calls = |operation: &str| stats.calls(operation);
    assert_eq!(
        (calls("DescribeBackupPlans"), calls("DescribeInstances")),
        (3, 3),
        "99 plans and 100 instances a page"
    );
    assert_eq!(stats.requests, 6, "and nothing else");
}

#[test]
fn most_of_a_state_that_is_gone_is_not_believed() {
    let clouds = Clouds::start(World::fleet(12), &[], Duration::ZERO);
    let (sandbox, flag) = (Sandbox::empty(), clouds.flag());
    sandbox.write("main.hcl", &twelve());
    sandbox.run(["apply", "--auto-approve", &flag]).exits(0);
    let mut world: Json = serde_json::from_str(&clouds.running().world()).expect("a world is JSON");
    for region in world["alibaba"]["accounts"][0]["regions"].as_object_mut().expect("regions").values_mut() {
        // None of the plans, as a service that has lost its index would answer.
        region["basic"] = serde_json::json!({});
    }
    clouds.running().replace_world(World::parse(&world.to_string()).expect("still a world"));
    let plan = sandbox.run(["plan", &flag]).exits(1);
    assert!(plan.stderr.contains("12 of the 12"), "{}", plan.stderr);
    let refreshed = sandbox.run(["refresh", &flag]).exits(0);
    assert!(refreshed.stdout.contains("has been deleted"), "{}", refreshed.stdout);
    sandbox.run(["plan", "--detailed-exitcode", &flag]).exits(2);
}

#[test]
fn whoever_waits_sees_new_protection_come_about() {
    let sandbox = Sandbox::example("quickstart");
    let plan = sandbox.run(["plan", "--emulator", "--out", "p.plan"]).exits(0);
    let mut apply = crate::examples::proposed(&plan).expect("a command");
    apply.extend(["--parallelism=1".to_owned(), "--wait".to_owned()]);
    let said = sandbox.run(apply).exits(0).stdout;
    let (_, waiting) = said.split_once("Waiting for the protection to stand").expect("it waits");
    let lines: Vec<&str> = waiting.lines().skip(1).collect();
    assert_eq!(lines.iter().filter(|line| line.ends_with(": Preparing")).count(), 2, "{said}");
    assert_eq!(
        lines.iter().filter(|line| line.contains(": Ready; its first backup starts at ")).count(),
        2,
        "{said}"
    );
}
