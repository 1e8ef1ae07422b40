//! Vaults: as they are, made, changed and listed; and their tags.

use serde::{Deserialize, Serialize};

use super::orders::PlacedOrder;
use crate::wire::huawei::Tag;
use crate::wire::{null_as_default, text_or_number};

/// A vault, with everything but its policies.
///
/// Source: CBR API v3, "Querying a Vault", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Vault {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// 1 to 64 letters, digits, `_`, `-`; the API takes Chinese characters too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What people say of it; there is no call to change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// What backs it up: one per kind of resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Who has made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// UTC without a zone, with microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// The enterprise project; a text, seen as a number in examples.
    #[serde(deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// The edge zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// The service that has locked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sys_lock_source_service: Option<String>,
    /// Whether unprotected resources are associated by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_bind: Option<bool>,
    /// The tags that such resources must have one of; an empty object when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bind_rules: Option<BindRules>,
    /// Whether it grows by a quarter when it is full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_expand: Option<bool>,
    /// Share of the capacity, in per cent, at which its owner is warned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<i64>,
    /// Whether its owner is warned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smn_notify: Option<bool>,
    /// Whether backups are locked; there is no way back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// What the names of automatic backups begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_name_prefix: Option<String>,
    /// Whether a prepaid vault may hold more than its capacity, at a price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demand_billing: Option<bool>,
    /// Its own tags.
    #[serde(deserialize_with = "null_as_default")]
    pub tags: Vec<Tag>,
    /// All that it protects, at most 256.
    #[serde(deserialize_with = "null_as_default")]
    pub resources: Vec<Resource>,
    /// What kind of vault it is, and its capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing: Option<Billing>,
}

/// What is billed of a vault.
///
/// Source: CBR API v3, "Querying a Vault", `billing`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Billing {
    /// `server`, `disk`, `turbo`, `workspace`, `vmware`, `rds` or `file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// `backup` or `replication`; answers may say `hybrid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_type: Option<String>,
    /// `public` or `hybrid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_type: Option<String>,
    /// `crash_consistent` or `app_consistent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consistent_level: Option<String>,
    /// `post_paid` or `pre_paid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charging_mode: Option<String>,
    /// Capacity in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// The sizes of the resources together, in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated: Option<i64>,
    /// What the backups take up, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<i64>,
    /// `available`, `lock`, `frozen`, `deleting` or `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The product's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec_code: Option<String>,
    /// The order that bought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// The product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The storage behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_unit: Option<String>,
    /// Why it is frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_scene: Option<String>,
    /// Whether backups are kept in several zones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_multi_az: Option<bool>,
}

/// Which resources are associated by themselves.
///
/// Source: CBR API v3, "Creating a Vault", `bind_rules`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct BindRules {
    /// At most 5, of which one is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// Something that a vault protects.
///
/// Source: CBR API v3, "Querying a Vault", `resources`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Resource {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// For instance `OS::Nova::Server`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The name, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Capacity in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// `available`, `error`, `protecting`, `restoring` or `removing`; one that is removed still counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_status: Option<String>,
    /// What its backups take up, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_size: Option<i64>,
    /// How many backups it has in this vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_count: Option<i64>,
    /// Whether policies back it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_protect: Option<bool>,
    /// Which disks of a server are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_info: Option<ResourceExtraInfo>,
}

/// Which disks of a server are taken.
///
/// Source: CBR API v3, "Associating Resources", `extra_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ResourceExtraInfo {
    /// Disks that are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude_volumes: Option<Vec<String>>,
    /// The only disks that are taken; ones attached later are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_volumes: Option<Vec<IncludedVolume>>,
}

/// A disk that is taken.
///
/// Source: CBR API v3, "Associating Resources", `include_volumes`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct IncludedVolume {
    /// The disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The system on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
}

/// Answer of `ListVault`.
///
/// Source: CBR API v3, "Querying the Vault List", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct VaultsAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub vaults: Vec<Vault>,
    /// How many there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// The page size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many come before the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// Answer of `ShowVault` and `UpdateVault`.
///
/// Source: CBR API v3, "Querying a Vault", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct VaultAnswer {
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<Vault>,
}

/// Body of `CreateVault`.
///
/// Source: CBR API v3, "Creating a Vault", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CreateVaultRequest {
    /// The vault that is wanted.
    pub vault: NewVault,
}

/// A vault that is wanted.
///
/// Source: CBR API v3, "Creating a Vault", `vault`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct NewVault {
    /// Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// At most 255 characters (64 in older regions), no angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing: Option<NewBilling>,
    /// Required, may be empty.
    #[serde(deserialize_with = "null_as_default")]
    pub resources: Vec<Resource>,
    /// A backup policy to set at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_policy_id: Option<String>,
    /// 1 to 10; left out when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// Left out it is `0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// Left out it is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_bind: Option<bool>,
    /// At most 5 tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bind_rules: Option<BindRules>,
    /// Not for prepaid vaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_expand: Option<bool>,
    /// 1 to 100; left out it is 80.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<i64>,
    /// Left out it is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smn_notify: Option<bool>,
    /// At most 32 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_name_prefix: Option<String>,
    /// For prepaid vaults only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demand_billing: Option<bool>,
    /// `SMB`, or empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sys_lock_source_service: Option<String>,
    /// Left out it is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// At most 32 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
}

/// What is to be billed of a new vault.
///
/// Source: CBR API v3, "Creating a Vault", `billing`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct NewBilling {
    /// Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_type: Option<String>,
    /// Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consistent_level: Option<String>,
    /// Required: 10 to 10485760 GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// Left out it is `public`; `hybrid` for `vmware` and `file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_type: Option<String>,
    /// Left out it is `post_paid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charging_mode: Option<String>,
    /// Left out it is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_multi_az: Option<bool>,
    /// `month` or `year`, for prepaid vaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_type: Option<String>,
    /// 1 to 9 months, 1 to 5 years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_num: Option<i64>,
    /// Left out it is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_auto_renew: Option<bool>,
    /// Left out it is false, and the order waits for its payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_auto_pay: Option<bool>,
}

/// Answer of `CreateVault`: the vault, or the order of a prepaid one.
///
/// Source: CBR API v3, "Creating a Vault", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CreateVaultAnswer {
    /// The vault, if it is billed by use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<Vault>,
    /// The order, if it is prepaid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<Vec<PlacedOrder>>,
    /// 0 for an order that was placed.
    #[serde(rename = "retCode", skip_serializing_if = "Option::is_none")]
    pub ret_code: Option<i64>,
    /// `success`, or what went wrong.
    #[serde(rename = "errText", skip_serializing_if = "Option::is_none")]
    pub err_text: Option<String>,
    /// `0`, or the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
}

/// Body of `UpdateVault`.
///
/// Source: CBR API v3, "Modifying a Vault", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct UpdateVaultRequest {
    /// What is to change.
    pub vault: VaultChange,
}

/// What is to change of a vault: only what is sent does.
///
/// Source: CBR API v3, "Modifying a Vault", `vault`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct VaultChange {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Automatic association.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_bind: Option<bool>,
    /// Its tags; an empty list clears them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bind_rules: Option<BindRules>,
    /// Automatic expansion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_expand: Option<bool>,
    /// Warnings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smn_notify: Option<bool>,
    /// When to warn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<i64>,
    /// True only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// Capacity and consistency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing: Option<BillingChange>,
}

/// What is to change of what is billed.
///
/// Source: CBR API v3, "Modifying a Vault", `billing`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct BillingChange {
    /// Capacity in GB, not below what is used or allocated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// `app_consistent` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consistent_level: Option<String>,
}

/// Body of `BatchCreateAndDeleteVaultTags`.
///
/// Source: CBR API v3, "Batch Adding and Deleting Tags", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct TagsActionRequest {
    /// `create` or `delete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// 1 to 10; to delete one that is not there is no error.
    #[serde(deserialize_with = "null_as_default")]
    pub tags: Vec<Tag>,
}

/// Answer of `ShowVaultTag`.
///
/// Source: CBR API v3, "Querying Tags of a Vault", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct TagsAnswer {
    /// Its tags.
    #[serde(deserialize_with = "null_as_default")]
    pub tags: Vec<Tag>,
}
