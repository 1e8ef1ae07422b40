//! Where a key comes from: a value that says how to get one. Making it calls nobody.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Authority;
use super::agency::Agency;
use super::federation::{Federation, Oidc};
use super::keyring::Keyring;
use super::metadata::Metadata;
use super::password::Password;
use super::pod::Pod;

/// Where a key comes from.
pub enum Origin {
    /// An agency that another key may assume.
    Agency(Box<AssumedAgency>),
    /// A key or a token that stays what it is.
    Authority(Arc<Authority>),
    /// A token of an identity provider that IAM knows.
    Federation(Federation),
    /// Places that are tried in order until one answers.
    FirstOf(FirstOf),
    /// The agency of the server that this runs on.
    Metadata(Metadata),
    /// A token of an identity provider that STS exchanges for an agency's key.
    Oidc(Oidc),
    /// The name and password of a user.
    Password(Box<Password>),
    /// The identity of the container that this runs in.
    Pod(Pod),
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

/// An agency, and who assumes it.
pub struct AssumedAgency {
    /// Whose key asks for the agency.
    pub base: Arc<Keyring>,
    /// The agency.
    pub agency: Agency,
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
            Self::Agency(assumed) => {
                write!(f, "agency {}, assumed by {}", assumed.agency.name, assumed.base.origin())
            }
            Self::Authority(authority) => f.write_str(authority.source()),
            Self::Federation(federation) => f.write_str(&federation.from),
            Self::FirstOf(first) => {
                let places: Vec<String> =
                    first.places.iter().map(|place| place.origin().to_string()).collect();
                write!(f, "{}, whichever answers first", places.join(" or "))
            }
            Self::Metadata(metadata) => f.write_str(&metadata.from),
            Self::Oidc(oidc) => f.write_str(&oidc.from),
            Self::Password(password) => f.write_str(&password.from),
            Self::Pod(pod) => f.write_str(&pod.from),
        }
    }
}
