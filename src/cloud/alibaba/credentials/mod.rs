//! Who calls: keys from explicit arguments, the environment, or the vendor's CLI profiles.
//!
//! Environment and files come in from outside. Values of secrets are never in an error, a log or a `Debug`.

use std::fmt;

use secrecy::SecretString;

/// A key, its secret, and the token that goes with a temporary key.
#[derive(Clone)]
pub struct Credentials {
    /// The key's id. Not secret, and yet never printed.
    pub key_id: String,
    /// The secret that signs.
    pub secret: SecretString,
    /// Present for a temporary key.
    pub token: Option<SecretString>,
    /// Where they were found, in words: "environment", "profile default of the Alibaba Cloud CLI".
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
