//! Where a key comes from: a value that says how to get one. Making it calls nobody.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Credentials;
use super::command::Command;
use super::keyring::Keyring;
use super::metadata::Metadata;
use super::oidc::Oidc;
use super::sign_in::{CloudSso, OAuth};
use super::uri::CredentialsUri;
use crate::cloud::alibaba::role::Role;
use crate::cloud::http::Endpoint;

/// Where a key comes from.
pub enum Origin {
    /// A browser sign-in of the CLI with `CloudSSO`.
    CloudSso(CloudSso),
    /// A command that prints keys.
    Command(Command),
    /// Places that are tried in order until one answers.
    FirstOf(FirstOf),
    /// A key that stays what it is.
    Key(Arc<Credentials>),
    /// The role of the instance that this runs on.
    Metadata(Metadata),
    /// A browser sign-in of the CLI with OAuth.
    OAuth(OAuth),
    /// A token that an identity provider issued.
    Oidc(Oidc),
    /// A role that another key may assume.
    Role(Box<AssumedRole>),
    /// An address that hands out keys.
    Uri(CredentialsUri),
}

/// Places that must be asked to know whether they have a key.
pub struct FirstOf {
    /// The places, in order.
    pub places: Vec<Arc<Keyring>>,
    /// Where no key was before them, for an error.
    pub looked_at: Vec<String>,
    /// The one that has answered, and that is asked alone from then on.
    pub winner: OnceLock<usize>,
}

/// A role, who assumes it, and where.
pub struct AssumedRole {
    /// Whose key asks for the role.
    pub base: Arc<Keyring>,
    /// The role.
    pub role: Role,
    /// The STS to ask.
    pub place: StsPlace,
}

/// Which STS hands out the keys of a role, as far as something else than the provider says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StsPlace {
    /// Its address; the provider's own `endpoints` win over it.
    pub endpoint: Option<Endpoint>,
    /// Its region; the one that is called where left out.
    pub region: Option<String>,
    /// Whether it is called by the name that only a private network resolves.
    pub vpc: Option<bool>,
}

impl StsPlace {
    /// The region to ask in, for a call to that region.
    pub(super) fn region<'a>(&'a self, called: &'a str) -> &'a str {
        self.region.as_deref().unwrap_or(called)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({self})")
    }
}

/// Says in words where keys come from; nothing of them.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CloudSso(sign_in) => f.write_str(&sign_in.from),
            Self::Command(command) => f.write_str(&command.from),
            Self::FirstOf(first) => {
                let places: Vec<String> =
                    first.places.iter().map(|place| place.origin().to_string()).collect();
                write!(f, "{}, whichever answers first", places.join(" or "))
            }
            Self::Key(credentials) => f.write_str(&credentials.source),
            Self::Metadata(metadata) => f.write_str(&metadata.from),
            Self::OAuth(sign_in) => f.write_str(&sign_in.from),
            Self::Oidc(oidc) => f.write_str(&oidc.from),
            Self::Role(role) => write!(f, "role {}, assumed by {}", role.role.arn, role.base.origin()),
            Self::Uri(uri) => f.write_str(&uri.from),
        }
    }
}
