//! What is in a vault: resources that join, leave, move and rest.

use serde::{Deserialize, Serialize};

use super::vaults::Resource;
use crate::wire::null_as_default;

/// Body of `AddVaultResource`.
///
/// Source: CBR API v3, "Associating Resources", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AddResourcesRequest {
    /// 1 to 256; one that is there already gets the new choice of disks.
    #[serde(deserialize_with = "null_as_default")]
    pub resources: Vec<Resource>,
}

/// Answer of `AddVaultResource`.
///
/// Source: CBR API v3, "Associating Resources", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AddResourcesAnswer {
    /// What was associated.
    #[serde(deserialize_with = "null_as_default")]
    pub add_resource_ids: Vec<String>,
}

/// Body of `RemoveVaultResource`: their backups in the vault are deleted.
///
/// Source: CBR API v3, "Removing Resources", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RemoveResourcesRequest {
    /// 1 to 256.
    #[serde(deserialize_with = "null_as_default")]
    pub resource_ids: Vec<String>,
}

/// Answer of `RemoveVaultResource`.
///
/// Source: CBR API v3, "Removing Resources", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RemoveResourcesAnswer {
    /// What is being removed.
    #[serde(deserialize_with = "null_as_default")]
    pub remove_resource_ids: Vec<String>,
}

/// Body of `MigrateVaultResource`: their backups move along.
///
/// Source: CBR API v3, "Migrating a Resource", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct MigrateResourcesRequest {
    /// Where they go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_vault_id: Option<String>,
    /// What goes there.
    #[serde(deserialize_with = "null_as_default")]
    pub resource_ids: Vec<String>,
}

/// Answer of `MigrateVaultResource`.
///
/// Source: CBR API v3, "Migrating a Resource", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct MigrateResourcesAnswer {
    /// What was migrated.
    #[serde(deserialize_with = "null_as_default")]
    pub migrated_resources: Vec<String>,
}

/// Body of `SetVaultResource`.
///
/// Source: CBR API v3, "Setting a Vault Resource", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct SetResourcesRequest {
    /// Which.
    #[serde(deserialize_with = "null_as_default")]
    pub resource_ids: Vec<String>,
    /// `suspend` or `unsuspend`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}
