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

use secrecy::SecretString;

use super::role::Role;
use crate::cloud::outside::{Outside, first_set};
pub use chain::find;
pub use environment::{ENDPOINT_TYPE, PROFILE, REGION, role, sts_place};
pub use error::CredentialsError;
pub(super) use fetch::Failure;
pub use keyring::Keyring;
pub use oidc::Oidc;
use origin::{Origin, StsPlace};

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

/// Whether a switch of the environment is on.
fn is_on(name: &str, outside: &dyn Outside) -> bool {
    outside.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
}

#[cfg(test)]
mod tests;
