//! What credentials are looked for in besides the configuration: environment, files, commands.
//!
//! The command line gives the real ones, tests give ones that they write themselves.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Environment, files and commands, as far as credentials are looked for in them.
pub trait Outside: Send + Sync {
    /// A variable of the environment; `None` when it is not set.
    fn variable(&self, name: &str) -> Option<String>;

    /// The text of a file.
    ///
    /// # Errors
    ///
    /// As reading a file fails; `NotFound` means that there is none.
    fn read(&self, path: &Path) -> io::Result<String>;

    /// The user's home directory.
    fn home(&self) -> Option<PathBuf>;

    /// Writes a file whole, readable by its owner only.
    ///
    /// # Errors
    ///
    /// As writing a file fails; the old file is still there then.
    fn replace(&self, _path: &Path, _text: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Runs a program with its arguments, without a shell, and returns what it prints on standard output.
    ///
    /// # Errors
    ///
    /// When it cannot be run, fails, or takes longer than the limit. The error repeats nothing of what it printed.
    fn run(&self, _words: &[String], _limit: Duration) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// The first of the variables that is set and not empty.
pub fn first_set(names: &[&str], outside: &dyn Outside) -> Option<(String, String)> {
    let set = |name: &&str| outside.variable(name).filter(|value| !value.is_empty());
    names.iter().find_map(|name| Some(((*name).to_owned(), set(name)?)))
}

/// An outside without anything in it, for a key that needs none.
pub fn nowhere() -> Arc<dyn Outside> {
    Arc::new(Nowhere)
}

/// Nothing is here.
struct Nowhere;

impl Outside for Nowhere {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn read(&self, _: &Path) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn home(&self) -> Option<PathBuf> {
        None
    }
}

#[cfg(test)]
pub(crate) mod fake {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use super::{Duration, Outside, Path, PathBuf, io};

    /// Variables and files by name; home is `/home/u`.
    #[derive(Default)]
    pub(crate) struct FakeOutside {
        pub(crate) variables: BTreeMap<String, String>,
        pub(crate) files: Mutex<BTreeMap<PathBuf, String>>,
        /// What a command prints, by its words.
        pub(crate) printed: BTreeMap<Vec<String>, String>,
        /// Whether files cannot be written.
        pub(crate) read_only: bool,
    }

    impl FakeOutside {
        pub(crate) fn variables(pairs: &[(&str, &str)]) -> Self {
            let variables = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            Self { variables, ..Self::default() }
        }

        pub(crate) fn file(self, path: &str, text: &str) -> Self {
            self.files.lock().expect("no test panics inside").insert(path.into(), text.into());
            self
        }

        pub(crate) fn shared(self) -> Arc<dyn Outside> {
            Arc::new(self)
        }

        pub(crate) fn text(&self, path: &str) -> String {
            self.files.lock().expect("no test panics inside")[Path::new(path)].clone()
        }
    }

    impl Outside for FakeOutside {
        fn variable(&self, name: &str) -> Option<String> {
            self.variables.get(name).cloned()
        }

        fn read(&self, path: &Path) -> io::Result<String> {
            let files = self.files.lock().expect("no test panics inside");
            files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
        }

        fn replace(&self, path: &Path, text: &str) -> io::Result<()> {
            if self.read_only {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            self.files.lock().expect("no test panics inside").insert(path.into(), text.into());
            Ok(())
        }

        fn run(&self, words: &[String], _: Duration) -> io::Result<Vec<u8>> {
            let printed = self.printed.get(words).ok_or(io::ErrorKind::NotFound)?;
            Ok(printed.clone().into_bytes())
        }

        fn home(&self) -> Option<PathBuf> {
            Some("/home/u".into())
        }
    }
}
