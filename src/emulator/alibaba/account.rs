//! Accounts, their keys and their roles.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ram::Policy;
use super::region::Region;
use crate::emulator::clock::Time;
use crate::emulator::table::{Identified, Table};

/// One account: who may call, and what it has in each region.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The account's number.
    #[serde(default = "default_account")]
    pub id: String,
    /// Keys that open this account.
    #[serde(default)]
    pub keys: Table<Key>,
    /// Roles that its users may assume.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub roles: Table<Role>,
    /// Identity providers whose tokens are exchanged for roles.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub oidc_providers: Table<OidcProvider>,
    /// Whether Cloud Backup has been opened. It cannot be closed again.
    #[serde(default = "yes")]
    pub service_opened: bool,
    /// What the account protects that is not in the world, and that counts in its quota all the same.
    #[serde(default, skip_serializing_if = "Elsewhere::is_nothing")]
    pub elsewhere: Elsewhere,
    /// What there is, by region.
    #[serde(default)]
    pub regions: BTreeMap<String, Region>,
}

impl Default for Account {
    fn default() -> Account {
        Account {
            id: default_account(),
            keys: Table::default(),
            roles: Table::default(),
            oidc_providers: Table::default(),
            service_opened: true,
            elsewhere: Elsewhere::default(),
            regions: BTreeMap::new(),
        }
    }
}

/// Servers that the account protects and the world does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// Bytes of their disks.
    pub bytes: u64,
    /// How many they are.
    pub servers: u64,
}

impl Elsewhere {
    fn is_nothing(&self) -> bool {
        *self == Elsewhere::default()
    }
}

/// An access key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The access key id.
    pub id: String,
    /// The access key secret.
    pub secret: String,
    /// Whose key it is. Left out: the account's own (root) key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What the user may do. Left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// A key that has been disabled.
    #[serde(default, skip_serializing_if = "is_false")]
    pub inactive: bool,
    /// The token that must come with a temporary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_token: Option<String>,
    /// When a temporary key ends, in wall time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
    /// The role and session that a temporary key stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumed: Option<Session>,
}

impl Key {
    /// What stands for a caller who signs nothing, because the call itself says who makes it.
    pub fn of_nobody() -> Key {
        Key { user: None, ..Key::all_permissions("", "") }
    }

    /// A key of a RAM user that may do everything, as `serve --key` accepts it.
    pub fn all_permissions(id: &str, secret: &str) -> Key {
        Key {
            id: id.to_owned(),
            secret: secret.to_owned(),
            user: Some("emulator".to_owned()),
            policy: None,
            inactive: false,
            security_token: None,
            expires: None,
            assumed: None,
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

/// An assumed role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The role's name.
    pub role: String,
    /// The name that the caller gave to the session.
    pub name: String,
}

/// A role that the account's users may assume.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The role's name.
    pub name: String,
    /// What a session of it may do. Left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

impl Identified for Role {
    fn id(&self) -> &str {
        &self.name
    }
}

/// An identity provider. Of its tokens one is good, and its text is not looked into.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcProvider {
    /// The provider's name.
    pub name: String,
    /// The token that is accepted.
    pub token: String,
}

impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcProvider").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Identified for OidcProvider {
    fn id(&self) -> &str {
        &self.name
    }
}

fn default_account() -> String {
    "1000000000000001".to_owned()
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
