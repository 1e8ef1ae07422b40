//! Exit codes: what a script learns of a run.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Success = 0,
    /// Something is wrong (usage included); nothing was changed, or the message says what was.
    Error = 1,
    /// `--detailed-exitcode`: the plan has changes.
    Changes = 2,
    /// Approval is missing, insufficient or refused; nothing was changed.
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
}

impl Stop {
    /// An end with a finished message.
    pub fn with(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    /// An error, with everything that caused it and what can be done.
    pub fn error(error: &dyn std::error::Error) -> Self {
        let mut text = format!("error: {}", crate::render::escape::visible(&error.to_string()));
        let mut cause = error.source();
        while let Some(inner) = cause {
            text.push_str("\n  caused by: ");
            text.push_str(&crate::render::escape::visible(&inner.to_string()));
            cause = inner.source();
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
