//! Who calls: where keys come from, in the order of the vendor's tools, and the keys that are good just now.
//!
//! Explicit arguments; an identity provider of the environment; the environment's keys in all their spellings; the SDKs'
//! file of sections; the profiles of the CLI; the agency of the server; the identity of the container: the first that has
//! any wins. An agency that arguments or environment name is then assumed with it. Finding reads environment and files and
//! calls nobody; a [`Keyring`] does, when a key is first needed. Values of secrets are never in an error, a log or a
//! `Debug`.
//!
//! Source: `huaweicloudsdkcore` 3.1.219, default chain, which the CLI's profiles join where its own file ends;
//! terraform-provider-huaweicloud; `KooCLI`.

mod agency;
mod cli;
mod environment;
mod error;
mod federation;
mod fetch;
mod files;
pub mod keyring;
mod metadata;
pub mod origin;
mod password;
mod pod;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use secrecy::SecretString;

pub use agency::Agency;
pub use error::CredentialsError;
pub use federation::{Federation, IdToken, Oidc};
pub(super) use fetch::Failure;
pub use keyring::Keyring;
pub use metadata::Metadata;
use origin::{AssumedAgency, FirstOf, Origin};
pub use password::Domain;
use pod::Pod;

use crate::cloud::outside::{Outside, first_set};
pub use environment::region as region_of_environment;

/// A key, its secret, and the token that goes with a temporary key.
#[derive(Clone)]
pub struct Credentials {
    /// The access key. Not secret, and yet never printed.
    pub access_key: String,
    /// The secret that signs.
    pub secret: SecretString,
    /// Present for a temporary key.
    pub token: Option<SecretString>,
    /// Where they were found, in words: "the environment", "profile default of `KooCLI`".
    pub source: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials(from {})", self.source)
    }
}

/// A token of IAM, which stands for a signature.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub token: SecretString,
    /// Where it was found, in words.
    pub source: String,
}

/// What a call is made with.
#[derive(Clone)]
pub enum Authority {
    /// A key, which signs.
    Key(Credentials),
    /// A token, which is sent along. It is good for what it was made for: a project, or the account.
    Token(Token),
}

impl Authority {
    /// Where it was found, in words.
    pub fn source(&self) -> &str {
        match self {
            Self::Key(key) => &key.source,
            Self::Token(token) => &token.source,
        }
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority(from {})", self.source())
    }
}

impl From<Credentials> for Authority {
    fn from(key: Credentials) -> Self {
        Self::Key(key)
    }
}

impl From<Token> for Authority {
    fn from(token: Token) -> Self {
        Self::Token(token)
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
    /// `token`.
    pub token: Option<SecretString>,
    /// `user_name`.
    pub user_name: Option<String>,
    /// `user_id`.
    pub user_id: Option<String>,
    /// `password`.
    pub password: Option<SecretString>,
    /// `domain_id`.
    pub domain: Option<String>,
    /// `domain_name`.
    pub domain_name: Option<String>,
    /// `assume_role`.
    pub agency: Option<Agency>,
    /// `assume_role_with_oidc`, without its agency.
    pub federation: Option<Federation>,
    /// `profile`.
    pub profile: Option<String>,
    /// `shared_config_file`.
    pub shared_config_file: Option<String>,
    /// `region`.
    pub region: Option<String>,
    /// `project_id`.
    pub project: Option<String>,
    /// `project_name`.
    pub project_name: Option<String>,
}

/// Where keys come from, and what the place where that was found says besides.
#[derive(Debug)]
pub struct Found {
    /// Where keys come from.
    pub origin: Origin,
    /// The region to work in.
    pub region: Option<String>,
    /// The project to work in; without one it is the one of that name, or the one named like the region.
    pub project: Option<String>,
    /// The name of the project to work in.
    pub project_name: Option<String>,
    /// The account.
    pub domain: Option<String>,
}

impl Found {
    fn of(origin: Origin) -> Self {
        Self { origin, region: None, project: None, project_name: None, domain: None }
    }

    fn of_key(key: Credentials) -> Self {
        Self::of(Origin::Authority(Arc::new(key.into())))
    }
}

/// Finds where keys come from.
///
/// # Errors
///
/// When there is no place at all, or the one that is found first cannot be used: half a key is an error and not a reason
/// to look further.
pub fn find(explicit: &Explicit, outside: &Arc<dyn Outside>) -> Result<Found, CredentialsError> {
    let mut found = base(explicit, outside)?;
    found.region = explicit.region.clone().or(found.region).or_else(|| environment::region(&**outside));
    if let Some(agency) = environment::agency(explicit, &**outside) {
        // Project and account of whoever asks are not those of the agency.
        found.project = None;
        found.domain = match &agency.domain {
            Domain::Id(id) => Some(id.clone()),
            Domain::Name(_) => None,
        };
        let base = Arc::new(Keyring::new(found.origin, outside.clone()));
        found.origin = Origin::Agency(Box::new(AssumedAgency { base, agency }));
    } else {
        found.domain = explicit.domain.clone().or(found.domain);
    }
    found.project = explicit.project.clone().or(found.project);
    found.project_name = explicit.project_name.clone().or_else(|| environment::project_name(&**outside));
    Ok(found)
}

/// The same without agency.
fn base(explicit: &Explicit, outside: &Arc<dyn Outside>) -> Result<Found, CredentialsError> {
    if let Some(found) = environment::of_arguments(explicit)? {
        return Ok(found);
    }
    // Source: terraform-provider-huaweicloud: a profile or a file that is named is meant, whatever else there is.
    if explicit.profile.is_some() || explicit.shared_config_file.is_some() {
        let profile = || explicit.profile.clone().unwrap_or_else(|| "the current one".to_owned());
        let empty = || CredentialsError::Missing { what: format!("key in profile {} of KooCLI", profile()) };
        return cli::find(explicit, outside)?.ok_or_else(empty);
    }
    let mut looked_at = vec!["the provider's arguments access_key and secret_key".to_owned()];
    match Oidc::of_environment(&**outside) {
        Ok(oidc) => return Ok(Found::of(Origin::Oidc(oidc))),
        Err(lacking) => looked_at.push(lacking),
    }
    if let Some(federation) = environment::federation(&**outside) {
        return Ok(Found::of(Origin::Federation(federation)));
    }
    if let Some(found) = environment::find(&**outside)? {
        return Ok(found);
    }
    looked_at.push(environment::looked_at());
    if let Some(found) = files::of_sdk(&**outside)? {
        return Ok(found);
    }
    looked_at.push("~/.huaweicloud/credentials".to_owned());
    if let Some(found) = cli::find(explicit, outside)? {
        return Ok(found);
    }
    looked_at.push("~/.hcloud/config.json".to_owned());
    answering(outside, looked_at)
}

/// The places that must be asked to know whether they have a key: the server's agency, then the container's identity.
fn answering(outside: &Arc<dyn Outside>, mut looked_at: Vec<String>) -> Result<Found, CredentialsError> {
    let mut places = vec![Origin::Metadata(Metadata::default())];
    match Pod::of_environment(&**outside)? {
        Some(pod) => places.push(Origin::Pod(pod)),
        None => looked_at.push(pod::looked_at()),
    }
    let places = places.into_iter().map(|origin| Arc::new(Keyring::new(origin, outside.clone()))).collect();
    Ok(Found::of(Origin::FirstOf(FirstOf { places, looked_at, winner: OnceLock::new() })))
}

/// The text of a file; `None` where there is no such file.
fn read(path: &Path, outside: &dyn Outside) -> Result<Option<String>, CredentialsError> {
    match outside.read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(malformed(path, error.kind().to_string())),
    }
}

/// The token that a file holds and nothing else.
fn read_token(path: &Path, outside: &dyn Outside) -> Result<String, CredentialsError> {
    let missing = || CredentialsError::Missing { what: format!("file {}", path.display()) };
    let token = read(path, outside)?.ok_or_else(missing)?.trim().to_owned();
    if token.is_empty() { Err(malformed(path, "it is empty".to_owned())) } else { Ok(token) }
}

fn malformed(path: &Path, reason: String) -> CredentialsError {
    CredentialsError::Malformed { path: path.to_owned(), reason }
}

/// A file of the environment's choice, or this one at home.
fn place(variable: &str, at_home: &str, outside: &dyn Outside) -> Option<PathBuf> {
    let named = first_set(&[variable], outside).map(|(_, path)| PathBuf::from(path));
    named.or_else(|| outside.home().map(|home| home.join(at_home)))
}

#[cfg(test)]
mod tests;
