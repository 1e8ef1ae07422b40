//! Huawei Cloud's own SDKs, unchanged, against the emulator.
//!
//! They are Python. `BACKFORM_TEST_PYTHON` names an interpreter that has them (`huaweicloudsdkcbr`, `-ecs`, `-evs`,
//! `-iam`, `-sfsturbo`, `-workspace`, `-bss`); without it the one of the path is tried, and where the SDKs are not there
//! the test says so and passes.

use std::path::Path;
use std::process::{Command, Output};

use backform::emulator::{Emulator, Options, World};

/// What the script imports.
const MODULES: &str = "import huaweicloudsdkcbr.v1, huaweicloudsdkecs.v2, huaweicloudsdkevs.v2, huaweicloudsdkiam.v3, \
                       huaweicloudsdksfsturbo.v1, huaweicloudsdkworkspace.v2, huaweicloudsdkbss.v2";

/// The interpreter that has the SDKs, if there is one.
fn python() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the harness looks for its tools; no product code runs on it"
    )]
    let named = std::env::var("BACKFORM_TEST_PYTHON").ok();
    let python = named.unwrap_or_else(|| "python3".to_owned());
    let has_modules =
        Command::new(&python).args(["-c", MODULES]).output().is_ok_and(|output| output.status.success());
    has_modules.then_some(python)
}

fn run(python: &str, url: &str) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sdk/huawei.py");
    let mut command = Command::new(python);
    // The SDKs would take credentials and endpoints from the environment of whoever runs this.
    command.env_clear().arg("-B").arg(script).args([url, "AK", "SK"]);
    command.output().expect("the interpreter has just been run")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_life_cycle_by_the_vendors_sdks() {
    let Some(python) = python() else {
        #[expect(clippy::print_stderr, reason = "a test that does not run must be seen not to")]
        {
            eprintln!("SKIPPED: no Python with Huawei Cloud's SDKs; set BACKFORM_TEST_PYTHON");
        }
        return;
    };
    let options = Options { keys: vec![("AK".to_owned(), "SK".to_owned())], ..Options::default() };
    let running = Emulator::start(World::fleet(12), options).await.expect("the emulator starts");
    let url = running.url();
    let output = tokio::task::spawn_blocking(move || run(&python, &url)).await.expect("the script ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.trim_end().ends_with("124 checks passed"), "{text}");
}
