//! The real program, run where nothing of the machine reaches it.
//!
//! ```text
//! let sandbox = Sandbox::example("first-plan");            // a copy; changes stay in it
//! let plan = sandbox.run(["plan", "--emulator"]).exits(0); // stdout and stderr, with placeholders
//! plan.is_snapshot("first-plan", "plan");                  // snapshots/first-plan/plan.snap
//! sandbox.write("extra.hcl", "...");                       // a further step in the same directory
//! sandbox.run(["apply", "--auto-approve", "--emulator"]).exits(3);
//! ```
//!
//! Every run has the same environment: an empty home, UTC, 100 columns, no colours, no proxies, no credentials.
#![allow(dead_code, reason = "a vocabulary for tests: it is whole, whichever words they use just now")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regex::Regex;
use tempfile::TempDir;

/// Nothing that a test starts takes this long; a program that hangs fails its test and not the whole run.
const LONGEST: Duration = Duration::from_secs(120);

/// A directory of configuration, and a home, both gone when the test is over.
pub struct Sandbox {
    directory: TempDir,
    home: TempDir,
    environment: BTreeMap<String, String>,
}

impl Sandbox {
    /// An empty directory.
    pub fn empty() -> Self {
        let temporary = || tempfile::tempdir().expect("there is room for a directory");
        let fixed = [
            // Wherever the tests run, no machine's own role may answer for missing credentials.
            ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"),
            ("COLUMNS", "100"),
            ("LANG", "C.UTF-8"),
            ("NO_COLOR", "1"),
            ("TZ", "UTC"),
        ];
        let environment = fixed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { directory: temporary(), home: temporary(), environment }
    }

    /// A copy of `examples/<name>`.
    pub fn example(name: &str) -> Self {
        Self::copy_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name))
    }

    /// A copy of a directory.
    pub fn copy_of(directory: &Path) -> Self {
        let sandbox = Self::empty();
        copy(directory, sandbox.directory.path());
        sandbox
    }

    /// The same sandbox with a variable in its environment.
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The path of a file in the directory, whether it is there or not; `""` is the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file below a folder by its name, to see that nothing was touched. Locks and what says where the emulator's
    /// world came from are not part of what somebody could lose.
    pub fn read_tree(&self, folder: &str) -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::new();
        collect(&self.path(folder), &mut files);
        files.retain(|path, _| !matches!(path.extension().and_then(OsStr::to_str), Some("lock" | "origin")));
        files
    }

    /// The program with its environment, for tests that need more than [`Self::run`]: a terminal, a signal, a server.
    pub fn command(&self) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_backform"));
        command
            .env_clear()
            .envs(&self.environment)
            .env("HOME", self.home.path())
            .current_dir(self.directory.path());
        command
    }

    /// Runs the program to its end, with nothing to read.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        self.run_with_input(arguments, "")
    }

    /// Runs the program to its end; it reads `input`.
    pub fn run_with_input<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        input: &str,
    ) -> Ran {
        let arguments: Vec<String> =
            arguments.into_iter().map(|argument| argument.as_ref().to_string_lossy().into_owned()).collect();
        let mut command = assert_cmd::Command::from_std(self.command());
        let output = command.args(&arguments).write_stdin(input).timeout(LONGEST).output();
        let output = output.expect("the program was built with this test");
        Ran {
            command: self.scrub(&format!("backform {}", arguments.join(" "))),
            code: output.status.code(),
            stdout: self.scrub(&String::from_utf8_lossy(&output.stdout)),
            stderr: self.scrub(&String::from_utf8_lossy(&output.stderr)),
            unscrubbed: String::from_utf8_lossy(&output.stdout).into_owned(),
        }
    }

    /// The text with a placeholder for everything that differs from run to run.
    pub fn scrub(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (path, placeholder) in [(self.directory.path(), "[DIR]"), (self.home.path(), "[HOME]")] {
            let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            text = text
                .replace(&*real.to_string_lossy(), placeholder)
                .replace(&*path.to_string_lossy(), placeholder);
        }
        scrubbed(&text)
    }
}

/// Ports, times and random ids, by their look.
fn scrubbed(text: &str) -> String {
    let looks = [
        (r"(127\.0\.0\.1|localhost|\[::1\]):\d+", "$1:[PORT]"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "[TIME]"),
        (r"\b(after|in) \d+(\.\d+)?(ms|s)\b", "$1 [TIME]"),
        (r"\b\d+s elapsed\b", "[TIME] elapsed"),
    ];
    let text = looks.iter().fold(text.to_owned(), |text, (look, placeholder)| {
        let look = Regex::new(look).expect("the looks above are regular expressions");
        look.replace_all(&text, *placeholder).into_owned()
    });
    let uuid = Regex::new(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    let uuid = uuid.expect("the look of an id is a regular expression");
    let shown = |id: &regex::Captures<'_>| {
        if is_written_by_hand(&id[0]) { id[0].to_owned() } else { "[UUID]".to_owned() }
    };
    uuid.replace_all(&text, shown).into_owned()
}

/// Whether somebody has counted an id up in a world's file: such ids stay the same, and tell one thing from another.
fn is_written_by_hand(uuid: &str) -> bool {
    let is_of_the_emulator = uuid[8..24] == *"-0000-4000-8000-";
    uuid[24..].starts_with("00000000") && !is_of_the_emulator
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("the directory can be read to its end").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            files.insert(path, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    let entries = fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    for entry in entries {
        let entry = entry.expect("the directory can be read to its end");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("there is room for a directory");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("there is room for a copy");
        }
    }
}

/// What a run of the program said, with placeholders.
#[derive(Clone, Debug)]
pub struct Ran {
    /// What was typed.
    pub command: String,
    /// `None` where a signal ended it: it hung, or was killed.
    pub code: Option<i32>,
    /// Results.
    pub stdout: String,
    /// Progress and problems.
    pub stderr: String,
    /// Results as they were, for what is typed again: ids and digests.
    pub unscrubbed: String,
}

impl Ran {
    /// Demands an exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}", self.transcript());
        self
    }

    /// Everything that a user sees, as one text.
    pub fn transcript(&self) -> String {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        let Self { command, stdout, stderr, .. } = self;
        let title = if stderr.is_empty() { "" } else { "----- stderr\n" };
        format!("$ {command}\n{stdout}{title}{stderr}----- exit code {code}\n")
    }

    /// Demands that the transcript is `snapshots/<example>/<name>.snap`.
    #[track_caller]
    pub fn is_snapshot(&self, example: &str, name: &str) {
        is_snapshot(example, name, &self.transcript());
    }
}

/// Demands that a text is `snapshots/<example>/<name>.snap`. The house rules find a snapshot's test by these two names,
/// so both are written out where it is called.
#[track_caller]
pub fn is_snapshot(example: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(example));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn what_differs_from_run_to_run_has_a_placeholder() {
    let check = |text: &str, expected: &str| assert_eq!(scrubbed(text), expected);
    check("http://127.0.0.1:34567/x", "http://127.0.0.1:[PORT]/x");
    check("since 2026-11-21T20:00:00.123Z.", "since [TIME].");
    check("at 2026-11-21T20:00:00+08:00", "at [TIME]");
    check("id 5E8B1C2D-0000-4000-8000-00805F9B34FB", "id [UUID]");
    check("id 8b1a6d52-0c1e-4e55-9c9e-000000000001", "id 8b1a6d52-0c1e-4e55-9c9e-000000000001");
    check("id 00000007-0000-4000-8000-000000000007", "id [UUID]");
    check("complete after 0s [id=plan-1]", "complete after [TIME] [id=plan-1]");
    check("kept for 7 days, 10s", "kept for 7 days, 10s");
}

#[test]
fn a_sandbox_names_neither_itself_nor_its_home() {
    let sandbox = Sandbox::empty();
    let text = format!("{} {}", sandbox.path("main.hcl").display(), sandbox.home.path().display());
    assert_eq!(sandbox.scrub(&text), "[DIR]/main.hcl [HOME]");
}

#[test]
fn a_copy_leaves_the_example_alone() {
    let original = Sandbox::empty();
    fs::create_dir(original.path("modules")).unwrap();
    original.write("modules/a.hcl", "a");
    let copy = Sandbox::copy_of(&original.path(""));
    assert_eq!(copy.read("modules/a.hcl"), "a");
    copy.write("modules/a.hcl", "b");
    assert_eq!(original.read("modules/a.hcl"), "a");
}

#[test]
fn the_environment_is_the_sandboxs_own() {
    let sandbox = Sandbox::empty().with_variable("TF_VAR_region", "cn-hangzhou");
    let command = sandbox.command();
    let names: Vec<&OsStr> = command.get_envs().map(|(name, _)| name).collect();
    let own =
        ["ALIBABA_CLOUD_ECS_METADATA_DISABLED", "COLUMNS", "HOME", "LANG", "NO_COLOR", "TF_VAR_region", "TZ"];
    assert_eq!(names, own);
}

#[test]
fn a_transcript_shows_everything() {
    let ran = Ran {
        command: "backform plan".into(),
        code: Some(1),
        stdout: "a\n".into(),
        stderr: "b\n".into(),
        unscrubbed: "a\n".into(),
    };
    assert_eq!(ran.transcript(), "$ backform plan\na\n----- stderr\nb\n----- exit code 1\n");
}

#[test]
fn the_program_starts() {
    Sandbox::empty().run(["version"]).exits(0);
}
