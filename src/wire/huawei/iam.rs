//! IAM and STS: the project of a region, the account, temporary keys, tokens; and what a server is told of its agency.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::null_as_default;

/// Answer of `KeystoneListProjects`.
///
/// Source: IAM API v3, "Querying the Project List", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ProjectsAnswer {
    /// The projects.
    #[serde(deserialize_with = "null_as_default")]
    pub projects: Vec<Project>,
}

/// A project: a region, or a part of one.
///
/// Source: IAM API v3, "Querying the Project List", `projects`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Project {
    /// The id, 32 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The region, or the region and a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain_id: Option<String>,
    /// What it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// Whether it can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// Answer of `KeystoneListAuthDomains`.
///
/// Source: IAM API v3, "Querying Accessible Accounts", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct DomainsAnswer {
    /// The accounts.
    #[serde(deserialize_with = "null_as_default")]
    pub domains: Vec<Domain>,
}

/// An account.
///
/// Source: IAM API v3, "Querying Accessible Accounts", `domains`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Domain {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Answer of `GetCallerIdentity`.
///
/// Source: STS API v5, "Obtaining Caller Identity", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CallerIdentityAnswer {
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Who calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// Who calls, in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_urn: Option<String>,
}

/// Answer of `CreateTemporaryAccessKeyByToken` and `...ByAgency`, and what a server is told of its agency's key.
///
/// Source: IAM API v3, "Obtaining a Temporary Access Key and Security Token", response; ECS user guide, "Metadata",
/// `securitykey`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct TemporaryKeyAnswer {
    /// The key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<TemporaryKey>,
}

/// A temporary key. What is secret of it is not shown.
///
/// Source: IAM API v3, "Obtaining a Temporary Access Key and Security Token", `credential`.
#[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct TemporaryKey {
    /// The access key.
    pub access: String,
    /// The secret key.
    pub secret: String,
    /// The token that must come with it.
    pub securitytoken: String,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

impl fmt::Debug for TemporaryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("TemporaryKey");
        shown.field("access", &self.access).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}
