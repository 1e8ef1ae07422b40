//! What an expression can reach beyond itself: names, files, the clock and chance.

use jiff::Timestamp;

use crate::lang::expr::Step;
use crate::model::diagnostic::{Code, Diagnostic, Span};
use crate::model::value::Value;

/// The surroundings of an expression.
pub trait Scope {
    /// The value of the longest prefix of `root` and `steps` that has one, and how many of the steps it took.
    ///
    /// # Errors
    ///
    /// Says why the name leads to nothing.
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Result<(Value, usize), Diagnostic>;

    /// The files that the file functions read.
    fn files(&self) -> &dyn Files {
        &NoFiles
    }

    /// Whether somebody looks at each value: only then there is a function `type`.
    fn is_console(&self) -> bool {
        false
    }

    /// The time for `plantimestamp`; without one its value is not known.
    fn plan_time(&self) -> Option<Timestamp> {
        None
    }

    /// The time for `timestamp`; without one its value is not known, as while planning.
    fn now(&self) -> Option<Timestamp> {
        None
    }

    /// Fills the bytes by chance, for `uuid` and `bcrypt`; `false` where these are known after apply.
    fn fill_random(&self, _bytes: &mut [u8]) -> bool {
        false
    }
}

/// The files that functions can read: always as they were when the run began.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// A sentence fragment that says why it cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// Whether a file is there; a directory is an error.
    ///
    /// # Errors
    ///
    /// A sentence fragment that says why it cannot be told.
    fn exists(&self, path: &str) -> Result<bool, String>;

    /// All files below a directory, as paths relative to it with `/` between the parts, sorted.
    ///
    /// # Errors
    ///
    /// A sentence fragment that says why they cannot be listed.
    fn list(&self, directory: &str) -> Result<Vec<String>, String>;

    /// The path from the root of the file system.
    fn absolute(&self, path: &str) -> String;

    /// The home directory that a leading `~` stands for.
    fn home(&self) -> Option<String> {
        None
    }
}

/// A file system without files.
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _path: &str) -> Result<Vec<u8>, String> {
        Err("no files can be read here".to_owned())
    }

    fn exists(&self, _path: &str) -> Result<bool, String> {
        Err("no files can be read here".to_owned())
    }

    fn list(&self, _directory: &str) -> Result<Vec<String>, String> {
        Err("no files can be read here".to_owned())
    }

    fn absolute(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// A scope without names, for expressions that must stand by themselves.
pub struct NoNames;

impl Scope for NoNames {
    fn resolve(&self, _root: &str, _steps: &[Step], span: Span) -> Result<(Value, usize), Diagnostic> {
        Err(Diagnostic::error(Code::InvalidReference, "nothing can be referred to here")
            .at(span)
            .detail("This must be a value that is known without looking anything up."))
    }
}
