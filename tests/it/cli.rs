//! What the command line says and how it exits, whatever goes wrong. Every snapshot is the whole of what somebody sees.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};

use rexpect::session::{PtySession, spawn_command};

use crate::examples::at_its_start;
use crate::support::sandbox::{Ran, Sandbox, is_snapshot};

const KEY: &str = "LTAI-OF-THE-TESTS";

/// No output may ever show it, and every snapshot here is asked whether it does.
const SECRET: &str = "n0b0dy-may-read-this";

/// A web server in Hangzhou, through a server at this address.
fn configuration(url: &str, region: &str) -> String {
    format!(
        "provider \"alicloud\" {{\n  region = \"{region}\"\n\n  endpoints {{\n    ecs = \"{url}\"\n    hbr = \"{url}\"\n    \
         sts = \"{url}\"\n  }}\n}}\n\nresource \"alicloud_ecs_file_backup\" \"web\" {{\n  instance_id = \
         \"i-fleet-000001\"\n}}\n"
    )
}

/// `emulator serve` in a process of its own, gone with the test.
pub struct Server {
    process: Child,
    pub url: String,
}

impl Server {
    pub fn start(sandbox: &Sandbox, arguments: &[&str]) -> Self {
        let key = format!("{KEY}:{SECRET}");
        let mut command = sandbox.command();
        command.args(["emulator", "serve", "--region", "cn-hangzhou", "--key", &key]).args(arguments);
        let mut process =
            command.stdout(Stdio::piped()).spawn().expect("the program was built with this test");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("the first line is the address");
        let url = line.trim().strip_prefix("listening on ").expect("it says where").to_owned();
        Self { process, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

/// Demands that what was said is the snapshot of this name, and that it holds no secret.
#[track_caller]
fn says(ran: &Ran, name: &str) {
    assert!(!ran.transcript().contains(SECRET), "a secret was printed");
    ran.is_snapshot("cli", name);
}

/// Several runs as one snapshot: short messages of one kind are best read side by side.
#[track_caller]
fn all_say(runs: &[Ran], name: &str) {
    let text: Vec<String> = runs.iter().map(Ran::transcript).collect();
    assert!(!text.concat().contains(SECRET), "a secret was printed");
    is_snapshot("cli", name, &text.join("\n"));
}

/// The digest of the plan that is saved as `p.plan`.
fn digest(sandbox: &Sandbox) -> String {
    let json = sandbox.run(["show", "--json", "p.plan"]).exits(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    json["x_backform"]["digest"].as_str().expect("a plan has a digest").to_owned()
}

/// An example at its start, with its plan saved as `p.plan`.
fn planned(example: &str) -> Sandbox {
    let sandbox = at_its_start(example);
    sandbox.run(["plan", "--emulator", "--out", "p.plan"]).exits(0);
    sandbox
}

#[test]
fn every_command_explains_itself() {
    let sandbox = Sandbox::empty();
    let commands: [&[&str]; 18] = [
        &[],
        &["validate"],
        &["plan"],
        &["show"],
        &["apply"],
        &["destroy"],
        &["refresh"],
        &["state"],
        &["state", "list"],
        &["state", "show"],
        &["state", "rm"],
        &["output"],
        &["emulator"],
        &["emulator", "serve"],
        &["emulator", "capture"],
        &["emulator", "list"],
        &["test"],
        &["version"],
    ];
    let help = |command: &&[&str]| sandbox.run(command.iter().chain(&["--help"])).exits(0);
    all_say(&commands.iter().map(help).collect::<Vec<_>>(), "help");
}

#[test]
fn usage_errors() {
    let sandbox = Sandbox::example("quickstart");
    let run = |arguments: &[&str]| sandbox.run(arguments).exits(1);
    let runs = [
        run(&["frobnicate"]),
        run(&["plan", "--bogus"]),
        run(&["plan", "--parallelism", "0"]),
        run(&["plan", "--destroy", "--refresh-only"]),
        run(&["apply", "p.plan", "--destroy"]),
        run(&["apply", "--auto-approve", "--approve", "abc"]),
        run(&["plan", "--emulator", "--replace", "not an address"]),
        run(&["plan", "--emulator", "--replace", "alicloud_ecs_file_backup.none"]),
        run(&["plan", "--emulator=fleet:many"]),
        run(&["plan", "--emulator=nowhere.json"]),
        run(&["plan", "--emulator=http://10.0.0.1:80"]),
        run(&["emulator", "serve", "--key", "no-secret"]),
        run(&["emulator", "serve", "--fault", "everything"]),
        run(&["emulator", "serve", "--fault", "*:boredom"]),
        run(&["state", "show", "alicloud_ecs_file_backup.none", "--emulator"]),
        run(&["output", "none", "--emulator"]),
    ];
    all_say(&runs, "usage");
}

/// What was said on standard error in one line: where prose wraps depends on the length of the paths in it.
fn in_one_line(ran: &Ran) -> String {
    ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn directories_without_a_configuration() {
    let sandbox = Sandbox::empty();
    let check = |arguments: &[&str], expected: &str| {
        assert_eq!(in_one_line(&sandbox.run(arguments).exits(1)), expected);
    };
    let empty = "error[missing-block]: there is no configuration here `[DIR]` holds no file that ends in `.hcl` or \
                 `.tf`. hint: name the directory with `-C DIR`, or write a `main.hcl` in it";
    check(&["validate"], empty);
    check(&["plan", "--emulator"], empty);
    check(
        &["-C", "nowhere", "plan", "--emulator"],
        "error[unreadable]: a file cannot be read `[DIR]/nowhere` cannot be read: No such file or directory (os \
         error 2). hint: name an existing directory with `-C DIR`",
    );
}

#[test]
fn a_file_of_variables_that_is_not_there() {
    let said = in_one_line(
        &Sandbox::example("quickstart").run(["plan", "--emulator", "--var-file", "nowhere.hcl"]).exits(1),
    );
    assert_eq!(
        said,
        "error[unreadable]: a file cannot be read `[DIR]/nowhere.hcl` cannot be read: No such file or directory (os \
         error 2). hint: `--var-file` takes the path of a file, relative to the working directory"
    );
}

#[test]
fn variables_that_are_missing_or_not_declared() {
    let sandbox = Sandbox::example("variables-and-outputs");
    std::fs::remove_file(sandbox.path("production.auto.vars.hcl")).expect("the example has it");
    let run = |arguments: &[&str]| sandbox.run(arguments).exits(1);
    let runs = [
        run(&["plan", "--emulator"]),
        run(&["plan", "--emulator", "--var", "servers"]),
        run(&["plan", "--emulator", "--var", "server={}", "--var", "servers={}", "--var", "on_call=x"]),
    ];
    all_say(&runs, "variables");
}

#[test]
fn terraforms_spelling_is_accepted() {
    let sandbox = Sandbox::empty();
    let inner = Sandbox::example("quickstart");
    let chdir = format!("-chdir={}", inner.path("").display());
    sandbox.run([&*chdir, "plan", "-out=p.plan", "-no-color", "--emulator", "-detailed-exitcode"]).exits(2);
    assert!(sandbox.path("p.plan").exists(), "a path is relative to where the program was called");
    sandbox.run(["show", "-json", "p.plan"]).exits(0);
    sandbox.run([&*chdir, "plan", "-var", "zone=UTC", "--emulator"]).exits(0);
}

#[test]
fn nothing_is_applied_unasked() {
    let sandbox = at_its_start("pause-and-resume");
    says(&sandbox.run(["apply", "--emulator"]).exits(3), "nobody-to-ask");
    sandbox.run(["apply", "--emulator", "--auto-approve"]).exits(3);
    let harmless = at_its_start("schedule-and-priority");
    harmless.run(["apply", "--emulator"]).exits(3);
    harmless.run(["apply", "--emulator", "--auto-approve"]).exits(0);
}

#[test]
fn consent_that_does_not_fit() {
    let sandbox = planned("destroy-explicit");
    let untouched = sandbox.read_tree(".backform");
    let digest = digest(&sandbox);
    let run = |code: i32, consent: &[&str]| {
        let arguments = ["apply", "p.plan", "--emulator"].iter().chain(consent);
        sandbox.run(arguments).exits(code)
    };
    let id = "plan-000000000003";
    let runs = [
        run(4, &["--approve", "0123456789abcdef"]),
        run(3, &["--approve", &digest]),
        run(3, &["--approve", &digest, "--confirm-destroy", "plan-000000000001"]),
        run(3, &["--approve", &digest, "--confirm-destroy", id, "--confirm-destroy", "plan-000000000001"]),
        run(3, &["--auto-approve", "--confirm-destroy", id]),
        run(3, &["--auto-approve"]),
    ];
    all_say(&runs, "consent");
    assert_eq!(sandbox.read_tree(".backform"), untouched);
    run(0, &["--approve", &digest, "--confirm-destroy", id]);
}

#[test]
fn one_changed_byte_voids_a_plan() {
    let sandbox = planned("schedule-and-priority");
    let digest = digest(&sandbox);
    let whole = sandbox.read("p.plan");
    let untouched = sandbox.read_tree(".backform");
    let mut first = None;
    for place in (0..whole.len()).step_by(whole.len() / 40) {
        let mut bytes = whole.clone().into_bytes();
        bytes[place] ^= 1;
        sandbox.write("p.plan", &String::from_utf8_lossy(&bytes));
        let ran = sandbox.run(["apply", "p.plan", "--emulator", "--approve", &digest]).exits(1);
        first.get_or_insert(ran);
    }
    assert_eq!(sandbox.read_tree(".backform"), untouched);
    let run = |text: &str| {
        sandbox.write("p.plan", text);
        sandbox.run(["apply", "p.plan", "--emulator", "--approve", &digest]).exits(1)
    };
    let middle = whole.replacen("L1", "L0", 1);
    let runs = [
        first.expect("a plan has bytes"),
        run(&middle),
        run(&whole[..whole.len() / 2]),
        run(""),
        run("resource {}\n"),
        sandbox.run(["show", "nowhere.plan"]).exits(1),
    ];
    all_say(&runs, "damaged-plan");
}

#[test]
fn a_plan_of_another_directory() {
    let sandbox = planned("schedule-and-priority");
    let other = at_its_start("pause-and-resume");
    other.write("p.plan", &sandbox.read("p.plan"));
    let ran = other.run(["apply", "p.plan", "--emulator", "--approve", &digest(&sandbox)]).exits(1);
    says(&ran, "another-directory");
}

#[test]
fn a_world_that_moved_since_the_approval() {
    let sandbox = planned("destroy-explicit");
    let approve = format!("--approve={}", digest(&sandbox));
    let world = sandbox.read(".backform/world.json").replace("\"paused\": false", "\"paused\": true");
    sandbox.write(".backform/world.json", &world);
    let untouched = sandbox.read_tree(".backform");
    let confirm = "--confirm-destroy=plan-000000000003";
    says(&sandbox.run(["apply", "p.plan", "--emulator", &approve, confirm]).exits(4), "stale");
    assert_eq!(sandbox.read_tree(".backform"), untouched);
}

/// What apply says of the approved plan of an example after the objects of its world were changed by somebody else.
fn after_somebody_else(example: &str, change: impl Fn(&mut serde_json::Value)) -> Ran {
    let sandbox = planned(example);
    let approve = format!("--approve={}", digest(&sandbox));
    let world =
        if sandbox.path(".backform/world.json").exists() { ".backform/world.json" } else { "world.json" };
    let mut value: serde_json::Value = serde_json::from_str(&sandbox.read(world)).expect("a world is JSON");
    let account = &mut value["alibaba"]["accounts"][0];
    account["service_opened"] = true.into();
    let regions = account["regions"].as_object_mut().expect("it has regions");
    change(regions.values_mut().next().expect("it has one"));
    sandbox.write(world, &value.to_string());
    let untouched = sandbox.read_tree(".backform");
    let ran = sandbox.run(["apply", "p.plan", "--emulator", &approve]).exits(4);
    assert_eq!(sandbox.read_tree(".backform"), untouched);
    ran
}

#[test]
fn somebody_else_was_quicker() {
    let plans =
        |region: &mut serde_json::Value| region["basic"]["plans"].as_array_mut().expect("plans").len();
    let vanished = after_somebody_else("pause-and-resume", |region| {
        region["basic"]["plans"].as_array_mut().expect("plans").remove(0);
        assert_eq!(plans(region), 1);
    });
    let changed = after_somebody_else("pause-and-resume", |region| {
        for plan in region["basic"]["plans"].as_array_mut().expect("plans") {
            plan["priority"] = "L1".into();
        }
    });
    let made = after_somebody_else("quickstart", |region| {
        let id = region["instances"][0]["id"].clone();
        region["basic"] = serde_json::json!({ "plans": [{
            "id": "plan-999", "instance": id, "name": "by-hand", "priority": "L0", "keep_latest": true,
            "paused": false, "schedule": "I|1767292200|P1D", "retention_days": 30, "vault": "v-basic",
            "created": "2026-11-01T08:00:00Z", "updated": "2026-11-01T08:00:00Z",
            "next_run": "2026-11-20T19:30:00Z", "jobs": [], "recovery_points": [] }] });
    });
    all_say(&[vanished, changed, made], "somebody-else");
}

#[test]
fn a_configuration_that_was_edited_since_the_approval() {
    let sandbox = planned("quickstart");
    let approve = format!("--approve={}", digest(&sandbox));
    let edited = sandbox.read("main.hcl").replace("02:30", "02:45").replace("size_gib = 35", "size_gib = 36");
    sandbox.write("main.hcl", &edited);
    says(&sandbox.run(["apply", "p.plan", "--emulator", &approve]).exits(4), "stale-configuration");
}

#[test]
fn a_state_that_cannot_be_used() {
    let sandbox = at_its_start("schedule-and-priority");
    let file = ".backform/emulator.state.json";
    let whole = sandbox.read(file);
    let run = |text: &str| {
        sandbox.write(file, text);
        let ran = sandbox.run(["plan", "--emulator"]).exits(1);
        assert_eq!(sandbox.read(file), text, "it is left as it was found");
        ran
    };
    let runs = [
        run(&whole.replace("L0", "L1")),
        run(&whole[..whole.len() / 2]),
        run(&whole.replace("\"format\": 1", "\"format\": 7")),
        run(""),
    ];
    all_say(&runs, "damaged-state");
}

#[test]
fn a_state_that_another_run_holds() {
    let sandbox = Sandbox::empty();
    let server = Server::start(&sandbox, &["--world", "fleet:1", "--latency", "1500"]);
    sandbox.write("main.hcl", &configuration(&server.url, "cn-hangzhou"));
    let sandbox =
        sandbox.with_variable("ALICLOUD_ACCESS_KEY", KEY).with_variable("ALICLOUD_SECRET_KEY", SECRET);
    let mut first = sandbox.command();
    let mut first =
        first.args(["apply", "--auto-approve"]).stdout(Stdio::piped()).spawn().expect("it was built");
    // The first line of its plan is said when it has the lock, and its writes are still to come.
    let mut line = [0; 1];
    first.stdout.as_mut().expect("it is piped").read_exact(&mut line).expect("it says something");
    let ran = sandbox.run(["apply", "--auto-approve"]).exits(1);
    let since =
        regex::Regex::new(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC|process \d+|pid \d+").expect("a regex");
    is_snapshot("cli", "locked", &since.replace_all(&ran.transcript(), "[HOLDER]"));
    let mut rest = String::new();
    first.stdout.as_mut().expect("it is piped").read_to_string(&mut rest).expect("it is text");
    assert_eq!(first.wait().expect("it ends").code(), Some(0), "{rest}");
}

#[test]
fn credentials_that_are_missing_or_wrong() {
    let sandbox = Sandbox::empty();
    let server = Server::start(&sandbox, &["--world", "fleet:1"]);
    sandbox.write("main.hcl", &configuration(&server.url, "cn-hangzhou"));
    let missing = sandbox.run(["plan"]).exits(1);
    let sandbox =
        sandbox.with_variable("ALICLOUD_ACCESS_KEY", KEY).with_variable("ALICLOUD_SECRET_KEY", "wr0ng");
    let wrong_secret = sandbox.run(["plan"]).exits(1);
    assert!(!wrong_secret.transcript().contains("wr0ng"));
    let sandbox = sandbox.with_variable("ALICLOUD_SECRET_KEY", SECRET);
    sandbox.run(["plan"]).exits(0);
    let sandbox = sandbox.with_variable("ALICLOUD_ACCESS_KEY", "LTAI-NOBODY");
    let unknown_key = sandbox.run(["plan"]).exits(1);
    all_say(&[missing, wrong_secret, unknown_key], "credentials");
}

#[test]
fn places_that_do_not_exist() {
    let sandbox = Sandbox::empty();
    let server = Server::start(&sandbox, &["--world", "fleet:1"]);
    let sandbox =
        sandbox.with_variable("ALICLOUD_ACCESS_KEY", KEY).with_variable("ALICLOUD_SECRET_KEY", SECRET);
    let run = |text: &str| {
        sandbox.write("main.hcl", text);
        sandbox.run(["plan"]).exits(1)
    };
    let here = configuration(&server.url, "cn-hangzhou");
    let runs = [
        run(&configuration(&server.url, "cn-atlantis")),
        run(&here.replace("i-fleet-000001", "i-fleet-999999")),
        run(&configuration("http://203.0.113.7:8080", "cn-hangzhou")),
        run(&configuration("ftp://127.0.0.1", "cn-hangzhou")),
    ];
    all_say(&runs, "places");
}

#[test]
fn answers_that_cannot_be_trusted() {
    let sandbox = Sandbox::empty();
    let page = Server::start(
        &sandbox,
        &["--world", "fleet:250", "--fault", "DescribeInstances:garbled:nth=2,times=99"],
    );
    let plans = Server::start(&sandbox, &["--world", "fleet:1", "--fault", "DescribeBackupPlans:garbled"]);
    let sandbox =
        sandbox.with_variable("ALICLOUD_ACCESS_KEY", KEY).with_variable("ALICLOUD_SECRET_KEY", SECRET);
    let run = |text: &str| {
        sandbox.write("main.hcl", text);
        sandbox.run(["plan"]).exits(1)
    };
    let listing = "\ndata \"alicloud_instances\" \"all\" {}\n";
    let runs = [
        run(&format!("{}{listing}", configuration(&page.url, "cn-hangzhou"))),
        run(&configuration(&plans.url, "cn-hangzhou")),
    ];
    all_say(&runs, "untrusted-answers");
}

#[test]
fn colours_are_for_terminals_and_for_whoever_asks() {
    let sandbox = at_its_start("destroy-explicit");
    let plan =
        |arguments: &[&str]| sandbox.run(["plan", "--emulator"].iter().chain(arguments)).exits(0).stdout;
    let plain = plan(&[]);
    assert!(!plain.contains('\u{1b}'));
    let coloured = plan(&["--color", "always"]);
    assert!(coloured.contains("\u{1b}["));
    assert_eq!(console::strip_ansi_codes(&coloured), plain, "colour adds nothing and hides nothing");
}

#[test]
fn a_reader_that_leaves_early_is_no_panic() {
    let sandbox = planned("fleet");
    let mut command = sandbox.command();
    let mut show = command
        .args(["show", "p.plan"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built with this test");
    drop(show.stdout.take());
    let output = show.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()),
        (Some(0), String::new())
    );
}

/// The program on a real terminal, up to its first question.
fn asked(sandbox: &Sandbox, question: &str) -> PtySession {
    let mut command = sandbox.command();
    command.args(["apply", "--emulator", "--parallelism=1"]);
    let mut terminal = spawn_command(command, Some(60_000)).expect("there is a terminal to open");
    terminal.exp_string(question).expect("it asks");
    terminal
}

/// Types an answer, reads to the end, and returns it with the exit code.
fn answered(mut terminal: PtySession, answer: &str) -> (String, i32) {
    terminal.send_line(answer).expect("it listens");
    let rest = terminal.exp_eof().expect("it ends");
    let code = match terminal.process().wait().expect("it has ended") {
        rexpect::process::WaitStatus::Exited(_, code) => code,
        status => panic!("{status:?}"),
    };
    (rest, code)
}

#[test]
fn yes_is_what_a_reduction_asks_for() {
    let check = |answer: &str, expected: &str, code: i32| {
        let sandbox = at_its_start("pause-and-resume");
        let (said, exit) = answered(asked(&sandbox, "Enter a value: "), answer);
        assert!(said.contains(expected), "{said}");
        assert_eq!(exit, code, "{said}");
    };
    check("yes", "Apply complete!", 0);
    check("y", "Apply cancelled.", 3);
    check("", "Apply cancelled.", 3);
    check("plan-000000000003", "Apply cancelled.", 3);
}

#[test]
fn the_id_is_what_an_irreversible_loss_asks_for() {
    let id = "plan-000000000003";
    let wrong = |answer: &str| {
        let sandbox = at_its_start("destroy-explicit");
        let untouched = sandbox.read_tree(".backform");
        let (said, exit) = answered(asked(&sandbox, "to let it go: "), answer);
        assert!(said.contains("Apply cancelled.") && exit == 3, "{said}");
        assert_eq!(sandbox.read_tree(".backform"), untouched);
    };
    wrong("yes");
    wrong("plan-000000000001");
    let sandbox = at_its_start("destroy-explicit");
    let mut terminal = asked(&sandbox, "to let it go: ");
    terminal.send_line(id).expect("it listens");
    terminal.exp_string("Enter a value: ").expect("the rest is asked for too");
    let (said, exit) = answered(terminal, "yes");
    assert!(said.contains("1 destroyed") && exit == 0, "{said}");
}

#[test]
fn on_request_every_character_is_ascii() {
    let sandbox = Sandbox::example("quickstart");
    sandbox.write("city.hcl", "output \"city\" {\n  value = \"杭州\"\n}\n");
    let plan = sandbox.run(["plan", "--emulator"]).exits(0).stdout;
    assert!(plan.contains("+ city  = \"杭州\"") && plan.contains('\u{2500}'), "{plan}");
    let ascii = sandbox.run(["plan", "--emulator", "--ascii"]).exits(0).stdout;
    assert!(ascii.contains("+ city  = \"\\u676d\\u5dde\"") && ascii.is_ascii(), "{ascii}");
}
