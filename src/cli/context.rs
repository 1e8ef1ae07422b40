//! The doors to the outside world: environment, clock, identifiers, terminal, working directory. All effects that are
//! neither files nor network enter here, and tests pass fixed ones.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use sha2::Digest as _;

use super::args::Look;
use super::command;
use super::stream::Stream;
use crate::cloud::host::{Host, Pause};
use crate::cloud::outside::Outside;
use crate::render::RenderOptions;
use crate::render::stream::Line;
use crate::store::{self, atomic};

/// Columns where there is no terminal to ask, as Terraform has it for pipes.
const PIPE_WIDTH: usize = 80;

/// What a run can see of the process that it is.
#[derive(Clone, Debug)]
pub struct Context {
    /// The arguments, the program's name first.
    pub arguments: Vec<OsString>,
    /// Environment variables that are text.
    pub environment: BTreeMap<String, String>,
    /// The working directory.
    pub directory: PathBuf,
    /// Whether somebody can be asked.
    pub is_interactive: bool,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Columns of the terminal, or what `COLUMNS` says.
    pub width: usize,
    /// The process.
    pub pid: u32,
    /// The event stream, where a program follows the run.
    pub stream: Option<Stream>,
    /// What stands in the place of the clock, and of everybody who listens, where nothing is for real.
    pub rehearsal: Option<Rehearsal>,
}

/// Time in a rehearsal: it stands still, and passes at once for whoever waits.
#[derive(Clone, Debug)]
pub struct Rehearsal(Arc<Mutex<Timestamp>>);

impl Rehearsal {
    /// Begins at an instant.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// What its clock says.
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self, pause: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
    }
}

impl Context {
    /// The context of this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the door through which environment and directory enter"
    )]
    pub fn of_process() -> Self {
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        let environment: BTreeMap<String, String> = std::env::vars_os().filter_map(text).collect();
        let stdout_is_terminal = io::stdout().is_terminal();
        let columns = environment.get("COLUMNS").and_then(|columns| columns.parse().ok());
        let terminal =
            || if stdout_is_terminal { usize::from(console::Term::stdout().size().1) } else { PIPE_WIDTH };
        Self {
            arguments: std::env::args_os().collect(),
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            is_interactive: io::stdin().is_terminal() && stdout_is_terminal,
            stdout_is_terminal,
            stderr_is_terminal: io::stderr().is_terminal(),
            width: columns.unwrap_or_else(terminal),
            pid: std::process::id(),
            stream: None,
            rehearsal: None,
            environment,
        }
    }

    /// The context of a rehearsal: of the environment it sees the values of variables and nothing else, it says nothing,
    /// and its clock is its own.
    #[must_use]
    pub fn rehearsing(&self, rehearsal: Rehearsal) -> Self {
        let is_variable = |name: &str| name.starts_with("TF_VAR_") || name.starts_with("BACKFORM_VAR_");
        let environment = self.environment.iter().filter(|(name, _)| is_variable(name));
        Self {
            environment: environment.map(|(name, value)| (name.clone(), value.clone())).collect(),
            is_interactive: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            width: PIPE_WIDTH,
            stream: None,
            rehearsal: Some(rehearsal),
            ..self.clone()
        }
    }

    /// A variable of the environment that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The time.
    #[expect(clippy::disallowed_methods, reason = "this is the door through which time enters")]
    pub fn now(&self) -> Timestamp {
        self.rehearsal.as_ref().map_or_else(Timestamp::now, Rehearsal::now)
    }

    /// A new random identifier.
    #[expect(clippy::disallowed_methods, reason = "this is the door through which chance enters")]
    pub fn identifier(&self) -> String {
        uuid::Uuid::new_v4().to_string()
    }

    /// Fills the bytes by chance.
    pub fn fill_random(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(sha2::Sha256::output_size()) {
            let digest = sha2::Sha256::digest(self.identifier() + &self.identifier());
            part.copy_from_slice(&digest[..part.len()]);
        }
    }

    /// Writes a result for people or programs. A reader that has gone away is no error: `backform show | head`. Where
    /// standard output is an event stream, text has no place on it.
    pub fn print(&self, text: &str) {
        if !self.is_streaming() && self.rehearsal.is_none() {
            self.print_bytes(text.as_bytes());
        }
    }

    /// Whether standard output is an event stream.
    pub fn is_streaming(&self) -> bool {
        self.stream.as_ref().is_some_and(Stream::is_exclusive)
    }

    /// Tells a program that follows the run; `lines` are only made where there is one.
    pub fn emit(&self, lines: impl FnOnce() -> Vec<Line>) {
        if let Some(stream) = &self.stream {
            stream.write(&lines(), self.now());
        }
    }

    /// Writes a result that need not be text.
    pub fn print_bytes(&self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        let _gone = out.write_all(bytes).and_then(|()| out.flush());
    }

    /// Writes progress or a problem; an event stream says the same in its own way.
    pub fn tell(&self, text: &str) {
        if self.is_streaming() || self.rehearsal.is_some() {
            return;
        }
        let mut out = io::stderr().lock();
        let _gone = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// One line of what somebody types; `None` at the end of input.
    pub fn read_line(&self) -> Option<String> {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line).unwrap_or(0);
        (read > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned())
    }

    /// All of standard input.
    ///
    /// # Errors
    ///
    /// What the system says of it.
    pub fn read_input(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// How results are rendered.
    pub fn rendering(&self, look: Look) -> RenderOptions {
        self.rendering_on(self.stdout_is_terminal, look)
    }

    /// How problems and progress are rendered.
    pub fn problem_rendering(&self, look: Look) -> RenderOptions {
        self.rendering_on(self.stderr_is_terminal, look)
    }

    fn rendering_on(&self, is_terminal: bool, look: Look) -> RenderOptions {
        let wanted = is_terminal && self.variable("NO_COLOR").is_none();
        RenderOptions {
            color: look.color.unwrap_or(wanted),
            ascii: look.ascii,
            width: self.width,
            ..RenderOptions::default()
        }
    }
}

impl Outside for Context {
    fn variable(&self, name: &str) -> Option<String> {
        self.environment.get(name).cloned()
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        std::fs::read_to_string(path)
    }

    fn home(&self) -> Option<PathBuf> {
        Context::variable(self, "HOME").map(PathBuf::from)
    }

    fn replace(&self, path: &Path, text: &str) -> io::Result<()> {
        let written = atomic::write(path, |out| out.write_all(text.as_bytes()));
        written.map_err(|error| match error {
            store::Error::Write { source, .. } => source,
            other => io::Error::other(other.to_string()),
        })
    }

    fn run(&self, words: &[String], limit: Duration) -> io::Result<Vec<u8>> {
        command::output(words, limit)
    }
}

/// Time, nonces and pauses for the clients.
#[derive(Clone, Debug)]
pub struct SystemHost(pub Context);

impl Host for SystemHost {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn nonce(&self) -> String {
        self.0.identifier().replace('-', "")
    }

    fn sleep(&self, pause: Duration) -> Pause<'_> {
        if let Some(rehearsal) = &self.0.rehearsal {
            rehearsal.pass(pause);
            return Box::pin(tokio::task::yield_now());
        }
        Box::pin(tokio::time::sleep(pause))
    }
}
