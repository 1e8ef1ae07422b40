//! The vendors' own SDKs, unchanged, against the real program's emulator.
//!
//! They are Python, and not part of this repository: where they are not installed, the tests say so and are left out.
//! `pip install alibabacloud_hbr20170908 alibabacloud_ecs20140526 alibabacloud_sts20150401 alibabacloud_credentials`
//! makes the one run; `aliyun-python-sdk-core` adds the checks of the older signature.
//! `pip install huaweicloudsdk{cbr,ecs,evs,iam,sfsturbo,workspace,bss}` makes the other run. `BACKFORM_TEST_PYTHON` names
//! another interpreter than `python3`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::cli::Server;
use crate::support::sandbox::Sandbox;

/// What a script ends with where its SDKs are not installed.
const NOT_THERE: i32 = 3;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sdk")
}

/// Says something that shows even where a test passes: the harness holds back what `eprintln!` writes.
fn say(text: &str) {
    let _gone = writeln!(std::io::stderr(), "{text}");
}

/// Runs a script against the address; `None` where there is no interpreter.
fn script(name: &str, url: &str) -> Option<Output> {
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says which interpreter they have")]
    let python = std::env::var("BACKFORM_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    let mut command = Command::new(python);
    for name in proxies {
        command.env_remove(name);
    }
    command.arg("-B").arg(folder().join(name)).arg(url).output().ok()
}

/// Runs a script against a server; it must make so many checks, and all must pass.
fn check(cloud: &str, name: &str, server: &Server, least: u32) {
    let ran = script(name, &server.url);
    let Some(ran) = ran.filter(|ran| ran.status.code() != Some(NOT_THERE)) else {
        say(&format!("SKIPPED: {cloud}'s Python SDKs against the emulator; they are not installed"));
        return;
    };
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}");
    say(&format!("{cloud}'s Python SDKs against the emulator: {}", said.trim()));
    let checks = regex::Regex::new(r"checks: (\d+) run, (\d+) passed").expect("a regex");
    let counted = checks.captures(&said).expect("the script counts its checks");
    let run: u32 = counted[1].parse().expect("a number");
    assert!(run >= least && counted[1] == counted[2], "{said}");
}

#[test]
fn alibaba_clouds_sdks_live_a_whole_life_of_a_backup() {
    let sandbox = Sandbox::empty();
    let world = folder().join("alibaba.world.json");
    let server = Server::start(&sandbox, &["--world", &world.to_string_lossy()]);
    check("Alibaba Cloud", "alibaba.py", &server, 230);
}

#[test]
fn huawei_clouds_sdks_live_a_whole_life_of_vaults_and_backups() {
    let sandbox = Sandbox::empty();
    let server = Server::start(&sandbox, &["--world", "fleet:12", "--key", "AK:SK"]);
    check("Huawei Cloud", "huawei.py", &server, 146);
}
