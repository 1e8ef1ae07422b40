//! The emulated Huawei Cloud as a whole, its accounts, and who may call in their name.
//!
//! These are the words of the world's file too.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::images::Image;
use super::order::Order;
use super::organization::OrganizationPolicy;
use super::permission::Policy;
use super::project::Project;
use crate::emulator::clock::Time;
use crate::emulator::table::{Identified, Table};

/// All of the emulated Huawei Cloud.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Huawei {
    /// The accounts; a key belongs to exactly one of them.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// What reading an unknown backup or checkpoint comes to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unknown_backup: UnknownBackup,
}

/// The real service has been seen to answer in two ways; clients must bear both.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownBackup {
    /// HTTP 404, as the vendor's table of errors says.
    #[default]
    NotFound,
    /// HTTP 401 with `Malformed request url`, as the Terraform provider expects.
    MalformedUrl,
}

/// One account, which IAM calls a domain: who may call, and what it has in each project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The domain's id.
    #[serde(default = "default_domain")]
    pub id: String,
    /// The domain's name.
    #[serde(default = "default_name")]
    pub name: String,
    /// Keys that open this account.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub keys: Table<Key>,
    /// Users with a password, for tokens.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub users: Table<User>,
    /// Tokens that have been given out.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub tokens: Table<Token>,
    /// Agencies that can be assumed.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub agencies: Table<Agency>,
    /// Identity providers whose tokens are believed.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub identity_providers: Table<IdentityProvider>,
    /// The agency of the server that callers are on, whose key the metadata service hands out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_agency: Option<String>,
    /// Images that were made of backups.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub images: Table<Image>,
    /// Policies of the organisation, which are in force in every project.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub organization_policies: Table<OrganizationPolicy>,
    /// Enterprise projects, besides the default one.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub enterprise_projects: Table<EnterpriseProject>,
    /// What there is, by project.
    #[serde(default)]
    pub projects: Table<Project>,
    /// Orders of prepaid vaults.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub orders: Table<Order>,
}

impl Default for Account {
    fn default() -> Account {
        Account {
            id: default_domain(),
            name: default_name(),
            keys: Table::default(),
            users: Table::default(),
            tokens: Table::default(),
            agencies: Table::default(),
            identity_providers: Table::default(),
            server_agency: None,
            images: Table::default(),
            organization_policies: Table::default(),
            enterprise_projects: Table::default(),
            projects: Table::default(),
            orders: Table::default(),
        }
    }
}

impl Account {
    /// Whether there is such an enterprise project; the default one, `0`, there always is.
    pub fn has_enterprise_project(&self, id: &str) -> bool {
        id == "0" || self.enterprise_projects.get(id).is_some()
    }
}

/// An access key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The access key (AK).
    pub id: String,
    /// The secret key (SK).
    pub secret: String,
    /// Whose key it is.
    #[serde(default = "default_user")]
    pub user: String,
    /// What the user may do. Left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// A key that has been disabled.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inactive: bool,
    /// The token that must come with a temporary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_token: Option<String>,
    /// When a temporary key ends, in wall time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
}

impl Key {
    /// A key that may do everything, as `serve --key` accepts it.
    pub fn all_permissions(id: &str, secret: &str) -> Key {
        Key {
            id: id.to_owned(),
            secret: secret.to_owned(),
            user: default_user(),
            policy: None,
            inactive: false,
            security_token: None,
            expires: None,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("user", &self.user).finish_non_exhaustive()
    }
}

impl Identified for Key {
    fn id(&self) -> &str {
        &self.id
    }
}

/// An IAM user who can log in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The user's name.
    pub name: String,
    /// The password.
    pub password: String,
    /// What the user may do. Left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Identified for User {
    fn id(&self) -> &str {
        &self.name
    }
}

/// A token, which a caller may send instead of a signature.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The token itself.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// What the user may do. Left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// When it ends, in wall time.
    pub expires: Time,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Identified for Token {
    fn id(&self) -> &str {
        &self.id
    }
}

/// An agency of the account: a role that others assume.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// The agency's name.
    pub name: String,
    /// What it may do. Left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

impl Identified for Agency {
    fn id(&self) -> &str {
        &self.name
    }
}

/// An identity provider, and the tokens of it that are good.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProvider {
    /// The id.
    pub id: String,
    /// The tokens that it has issued.
    #[serde(default)]
    pub tokens: Vec<String>,
    /// What whoever has such a token may do. Left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

impl fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProvider").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Identified for IdentityProvider {
    fn id(&self) -> &str {
        &self.id
    }
}

/// An enterprise project: a group of resources across regions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnterpriseProject {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

impl Identified for EnterpriseProject {
    fn id(&self) -> &str {
        &self.id
    }
}

fn default_domain() -> String {
    "d0000000000000000000000000000001".to_owned()
}

fn default_name() -> String {
    "emulator".to_owned()
}

fn default_user() -> String {
    "emulator".to_owned()
}

/// Whether a value is what the file need not say.
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
