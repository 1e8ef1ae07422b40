//! Who calls: where keys come from, in the order of the vendor's tools, and the keys that are good just now.
//!
//! Explicit arguments, environment, OIDC, profiles of the CLI, the libraries' file of sections, the instance's role,
//! an address that hands out keys: the first that has any wins. Finding reads environment and files and calls nobody;
//! a [`Keyring`] does, when a key is first needed. Values of secrets are never in an error, a log or a `Debug`.
//!
//! Source: Alibaba Cloud credentials library 1.0.12, default chain; terraform-provider-alicloud; aliyun-cli.

mod chain;
mod command;
mod environment;
mod error;
mod fetch;
mod ini;
pub mod keyring;
mod metadata;
mod oidc;
pub mod origin;
mod profile;
mod sign_in;
mod uri;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

use super::role::Role;
pub use chain::find;
pub use environment::{ENDPOINT_TYPE, PROFILE, REGION, role, sts_place};
pub use error::CredentialsError;
pub(super) use fetch::Failure;
pub use keyring::{Keyring, nowhere};
pub use oidc::Oidc;
use origin::{Origin, StsPlace};

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

/// A key, its secret, and the token that goes with a temporary key.
#[derive(Clone)]
pub struct Credentials {
    /// The key's id. Not secret, and yet never printed.
    pub key_id: String,
    /// The secret that signs.
    pub secret: SecretString,
    /// Present for a temporary key.
    pub token: Option<SecretString>,
    /// Where they were found, in words: "the environment", "profile default of the Alibaba Cloud CLI".
    pub source: String,
}

impl Credentials {
    /// Puts the parts together.
    pub fn new(key_id: String, secret: SecretString, token: Option<SecretString>, source: String) -> Self {
        Self { key_id, secret, token, source }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials(from {})", self.source)
    }
}

/// What the `provider` block says of credentials.
#[derive(Clone, Default)]
pub struct Explicit {
    /// `access_key`.
    pub access_key: Option<String>,
    /// `secret_key`.
    pub secret_key: Option<SecretString>,
    /// `security_token`.
    pub security_token: Option<SecretString>,
    /// `profile`.
    pub profile: Option<String>,
    /// `shared_credentials_file`.
    pub shared_credentials_file: Option<String>,
    /// `assume_role_with_oidc`.
    pub oidc: Option<Oidc>,
    /// `ecs_role_name`.
    pub ecs_role_name: Option<String>,
    /// `credentials_uri`.
    pub credentials_uri: Option<String>,
}

/// Where keys come from, and what the place where that was found says besides.
#[derive(Debug)]
pub struct Found {
    /// Where keys come from.
    pub origin: Origin,
    /// The profile's region.
    pub region: Option<String>,
    /// The role that the profile wants to call in, and the STS that hands out its keys.
    pub role: Option<(Role, StsPlace)>,
}

/// The first of the variables that is set and not empty.
pub fn first_set(names: &[&str], outside: &dyn Outside) -> Option<(String, String)> {
    let set = |name: &&str| outside.variable(name).filter(|value| !value.is_empty());
    names.iter().find_map(|name| Some(((*name).to_owned(), set(name)?)))
}

/// Whether a switch of the environment is on.
fn is_on(name: &str, outside: &dyn Outside) -> bool {
    outside.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
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

#[cfg(test)]
mod tests;
