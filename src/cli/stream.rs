//! The event stream of a run: on standard output in place of text, or into a file beside it.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::args::StreamArgs;
use super::exit::Stop;
use crate::render::stream::{Line, RunTally};

/// Where the lines go, and what will stand in the last one.
#[derive(Clone, Debug)]
pub struct Stream(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    /// `None` for standard output.
    file: Option<File>,
    tally: RunTally,
    /// The first line that could not be written.
    problem: Option<String>,
}

impl Stream {
    /// The stream that the arguments ask for.
    ///
    /// # Errors
    ///
    /// [`Stop`] where its file cannot be made.
    pub fn new(args: &StreamArgs, directory: &Path) -> Result<Option<Self>, Stop> {
        let file = match &args.json_into {
            Some(path) => Some(File::create(directory.join(path)).map_err(|error| {
                Stop::error(&error).hint(&format!("`--json-into` names {}", path.display()))
            })?),
            None => None,
        };
        if file.is_none() && !args.json {
            return Ok(None);
        }
        let inner = Inner { file, tally: RunTally::default(), problem: None };
        Ok(Some(Self(Arc::new(Mutex::new(inner)))))
    }

    /// Writes lines. What cannot be written stops nobody: the work goes on, and the run says so at its end.
    pub fn write(&self, lines: &[Line], now: Timestamp) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let time = now.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
        let text: String = lines.iter().map(|line| line.at(&time) + "\n").collect();
        let written = match &mut inner.file {
            Some(file) => file.write_all(text.as_bytes()),
            None => {
                let mut out = std::io::stdout().lock();
                out.write_all(text.as_bytes()).and_then(|()| out.flush())
            }
        };
        if let (Err(error), None, Some(_)) = (written, &inner.problem, &inner.file) {
            inner.problem = Some(error.to_string());
        }
    }

    /// Whether standard output belongs to it.
    pub fn is_exclusive(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).file.is_none()
    }

    /// What came of the operations of the run.
    pub fn set_tally(&self, tally: RunTally) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).tally = tally;
    }

    /// What came of the operations of the run.
    pub fn tally(&self) -> RunTally {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).tally
    }

    /// Why its file is not complete.
    pub fn problem(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).problem.clone()
    }
}
