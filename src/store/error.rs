//! What can go wrong with a file, and what its owner can do about it.

use std::io;
use std::path::PathBuf;

use super::lock::Holder;

/// A file could not be read, written or locked. Each text fits after "failed to".
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes are not those that were written.
    #[error("read {what} `{path}`: {problem}. {remedy}")]
    Damaged {
        /// `the state`, `the saved plan`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong, with the place in the file where it can be told.
        problem: String,
        /// What to do, as a sentence.
        remedy: String,
    },
    /// The journal continues another state than the one that lies beside it.
    #[error("take up the interrupted apply in `{journal}`: {problem}. {remedy}")]
    JournalOfAnotherState {
        /// The journal.
        journal: PathBuf,
        /// Which state it continues, and which one is there.
        problem: String,
        /// What to do, as a sentence.
        remedy: String,
    },
    /// Another run holds the lock.
    #[error(
        "lock `{path}` for {purpose}: {}. Wait until it ends, or let this run wait with --lock-timeout; \
         a lock ends with the process that holds it, so there is never one to clean up",
        described(holder.as_deref())
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// What the lock was wanted for.
        purpose: String,
        /// Who holds it, as far as that can be read.
        holder: Option<Box<Holder>>,
    },
    /// A newer backform wrote the file.
    #[error(
        "read {what} `{path}`: it has format {format}, and this version of backform reads formats up to {known}. \
         Use the version of backform that wrote it, or a newer one"
    )]
    Newer {
        /// `the state`, `the saved plan`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The format that it says it has.
        format: u64,
        /// The newest format that is understood here.
        known: u64,
    },
    /// The file is something else altogether.
    #[error("read {what} `{path}`: {problem}. {remedy}")]
    NotOurs {
        /// `the state`, `the saved plan`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// How that can be told.
        problem: String,
        /// What to do, as a sentence.
        remedy: String,
    },
    /// The file system would not give the bytes.
    #[error("read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A value that no reader of the file would follow to its end.
    #[error("write a file: {place} is nested too deeply; flatten it, or leave it out")]
    TooDeep {
        /// The address or output, and the attribute.
        place: String,
    },
    /// A value that is known only after apply was about to be remembered.
    #[error("write the state: {place} is not known, and a state holds only what is known")]
    UnknownValue {
        /// The address or output, and the attribute.
        place: String,
    },
    /// The file system would not take the bytes.
    #[error("write `{path}`; what was there before is untouched")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Error {
    /// The text with its cause behind it, for places that keep no more than one text.
    pub fn with_cause(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }
}

/// The holder of a lock, in words.
fn described(holder: Option<&Holder>) -> String {
    match holder {
        Some(Holder { who, host, pid, since, purpose, id }) => {
            format!("{who} on {host} (process {pid}) has held it since {since} for {purpose} (run {id})")
        }
        None => "another run holds it that left no name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_holds_the_cause_too() {
        let check = |error: Error, expected: &str| assert_eq!(error.with_cause(), expected);
        let source = io::Error::from(io::ErrorKind::StorageFull);
        check(
            Error::Write { path: "s.json".into(), source },
            "write `s.json`; what was there before is untouched: no storage space",
        );
        check(
            Error::TooDeep { place: "output.x".into() },
            "write a file: output.x is nested too deeply; flatten it, or leave it out",
        );
    }
}
