//! Exit codes: what a script learns of a run.

use crate::model::diagnostic::Diagnostics;
use crate::render::escape::visible;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Success = 0,
    /// Something is wrong (usage included); nothing was changed, or the message says what was.
    Error = 1,
    /// `--detailed-exitcode`: the plan has changes; of `coverage`, a server is unprotected.
    Changes = 2,
    /// Approval is missing, insufficient or refused; nothing was changed. Also, as Terraform has it: `fmt --check` found
    /// files that are not in the usual layout.
    Refused = 3,
    /// The world is no longer what was approved; nothing was changed, and the difference is shown.
    Stale = 4,
    /// Applied in part; the report says what.
    Partial = 5,
}

/// An end of a run that is not its good end: what to say on standard error, and the code.
#[derive(Debug)]
pub struct Stop {
    /// The code.
    pub exit: Exit,
    /// Ready to be printed, with a line feed at its end; empty where all is said.
    pub message: String,
    /// The event stream has said it already, with more than the message has.
    pub is_streamed: bool,
    /// The problems that the message tells of, where it is about the configuration.
    pub problems: Diagnostics,
}

impl Stop {
    /// An end with a finished message.
    pub fn with(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), is_streamed: false, problems: Diagnostics::default() }
    }

    /// An error, with everything that caused it and what can be done.
    pub fn error(error: &dyn std::error::Error) -> Self {
        Self::told("error: ", error)
    }

    /// An error whose text is what could not be done: `read the state: ...`.
    pub fn failed(error: &dyn std::error::Error) -> Self {
        Self::told("error: failed to ", error)
    }

    /// The error and its causes, each on a line; a cause that repeats the one before is said once.
    fn told(start: &str, error: &dyn std::error::Error) -> Self {
        let mut last = error.to_string();
        let mut text = format!("{start}{}", visible(&last));
        let mut cause = error.source();
        while let Some(inner) = cause {
            let words = inner.to_string();
            if words != last {
                text.push_str("\n  caused by: ");
                text.push_str(&visible(&words));
            }
            (last, cause) = (words, inner.source());
        }
        text.push('\n');
        Self::with(Exit::Error, text)
    }

    /// The same end with a hint on a line of its own.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.message.push_str("hint: ");
        self.message.push_str(hint);
        self.message.push('\n');
        self
    }
}
