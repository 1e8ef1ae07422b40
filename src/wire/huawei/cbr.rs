//! Cloud Backup and Recovery, API v3: vaults, policies, checkpoints, backups, and what is only read.
//!
//! Sizes are in GB where they are capacities and in MB where they are what backups take up; each field says which.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Tag;
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

/// An order that was placed.
///
/// Source: CBR API v3, "Creating a Vault", `orders`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PlacedOrder {
    /// The order.
    #[serde(rename = "orderId", skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// The vault that it will bring.
    #[serde(rename = "resourceId", skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// The service.
    #[serde(rename = "cloudServiceId", skip_serializing_if = "Option::is_none")]
    pub cloud_service_id: Option<String>,
    /// 1 for success.
    #[serde(rename = "subscribeResult", skip_serializing_if = "Option::is_none")]
    pub subscribe_result: Option<i64>,
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

/// Body of `AssociateVaultPolicy`.
///
/// Source: CBR API v3, "Setting a Vault Policy", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AssociatePolicyRequest {
    /// The policy; a second one of its kind takes the place of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
    /// Where replicas go; required for a replication policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_vault_id: Option<String>,
}

/// Answer of `AssociateVaultPolicy`.
///
/// Source: CBR API v3, "Setting a Vault Policy", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AssociatePolicyAnswer {
    /// What was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associate_policy: Option<AssociatedPolicy>,
}

/// Body of `DisassociateVaultPolicy`.
///
/// Source: CBR API v3, "Removing a Policy", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct DissociatePolicyRequest {
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
}

/// Answer of `DisassociateVaultPolicy`.
///
/// Source: CBR API v3, "Removing a Policy", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct DissociatePolicyAnswer {
    /// What was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dissociate_policy: Option<AssociatedPolicy>,
}

/// A policy on a vault.
///
/// Source: CBR API v3, "Setting a Vault Policy", `associate_policy`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AssociatedPolicy {
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// Where replicas go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_vault_id: Option<String>,
}

/// Body of `ChangeOrder`: more room in a prepaid vault.
///
/// Source: CBR API v3, "Changing an Order" (public test), request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ChangeOrderRequest {
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// What it is to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_info: Option<ProductInfo>,
    /// Left out it is false, and the order waits for its payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_auto_pay: Option<bool>,
}

/// What a prepaid vault is to be.
///
/// Source: CBR API v3, "Changing an Order" (public test), `product_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ProductInfo {
    /// The product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// Capacity in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_size: Option<i64>,
    /// 17, for GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_size_measure_id: Option<i64>,
    /// The product's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_spec_code: Option<String>,
}

/// Answer of `ChangeOrder` and `ChangeVaultChargeMode`.
///
/// Source: CBR API v3, "Changing an Order" (public test), response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OrderAnswer {
    /// The order.
    #[serde(rename = "orderId", skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// 0 for success.
    #[serde(rename = "retCode", skip_serializing_if = "Option::is_none")]
    pub ret_code: Option<i64>,
    /// `success`, or what went wrong.
    #[serde(rename = "retMsg", skip_serializing_if = "Option::is_none")]
    pub ret_msg: Option<String>,
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

/// A policy.
///
/// Source: CBR API v3, "Querying a Policy", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Policy {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// `backup` or `replication`; cannot change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<String>,
    /// `custom_policy`, or a policy of the organisation, which cannot be changed here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_type: Option<String>,
    /// How long backups are kept, and where replicas go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_definition: Option<OperationDefinition>,
    /// When it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// The vaults that it is set on; may be null.
    #[serde(deserialize_with = "null_as_default")]
    pub associated_vaults: Vec<AssociatedPolicy>,
}

/// How long backups are kept, and where replicas go; sent, it replaces the whole one.
///
/// Source: CBR API v3, "Creating a Policy", `operation_definition`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OperationDefinition {
    /// 1 to 99999 days, or -1 for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_duration_days: Option<i64>,
    /// 1 to 99999 backups, or -1 for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_backups: Option<i64>,
    /// 0 to 100, kept besides `max_backups`; needs `timezone`, as the three that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_backups: Option<i64>,
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week_backups: Option<i64>,
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month_backups: Option<i64>,
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_backups: Option<i64>,
    /// `UTC+08:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Every so many backups a full one; -1 never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_backup_interval: Option<i64>,
    /// Where replicas go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_region: Option<String>,
    /// Where replicas go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_project_id: Option<String>,
    /// Whether they go there quicker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_acceleration: Option<bool>,
    /// Rules by week, month and year, as the vendor writes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advanced_retention_rules: Option<Value>,
}

/// When a policy runs.
///
/// Source: CBR API v3, "Creating a Policy", `trigger`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Trigger {
    /// The id; answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `default`; answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `time`; answers only.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<TriggerProperties>,
}

/// The rules of a trigger.
///
/// Source: CBR API v3, "Creating a Policy", `trigger.properties`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct TriggerProperties {
    /// 1 to 24 rules such as `FREQ=DAILY;INTERVAL=1;BYHOUR=06;BYMINUTE=00`, in UTC.
    #[serde(deserialize_with = "null_as_default")]
    pub pattern: Vec<String>,
    /// When the trigger was made; answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<String>,
    /// 60 to 480.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_window_minutes: Option<i64>,
}

/// Answer of `ListPolicies`, which has no pages.
///
/// Source: CBR API v3, "Querying the Policy List", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PoliciesAnswer {
    /// All of them.
    #[serde(deserialize_with = "null_as_default")]
    pub policies: Vec<Policy>,
}

/// Answer of `ShowPolicy`, `CreatePolicy`, `UpdatePolicy`.
///
/// Source: CBR API v3, "Querying a Policy", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PolicyAnswer {
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

/// Body of `CreatePolicy` and `UpdatePolicy`.
///
/// Source: CBR API v3, "Creating a Policy", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PolicyRequest {
    /// The policy that is wanted, or what is to change of it.
    pub policy: NewPolicy,
}

/// A policy that is wanted, or what is to change of one.
///
/// Source: CBR API v3, "Creating a Policy", `policy`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct NewPolicy {
    /// 1 to 64 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Required to create; cannot change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<String>,
    /// Left out it is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Required to create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_definition: Option<OperationDefinition>,
    /// Required to create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
}

/// Body of `CreateCheckpoint`: back up now.
///
/// Source: CBR API v3, "Creating a Restore Point", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CreateCheckpointRequest {
    /// What is wanted.
    pub checkpoint: NewCheckpoint,
}

/// A checkpoint that is wanted.
///
/// Source: CBR API v3, "Creating a Restore Point", `checkpoint`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct NewCheckpoint {
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<CheckpointParameters>,
}

/// How to back up.
///
/// Source: CBR API v3, "Creating a Restore Point", `parameters`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointParameters {
    /// With several resources each gets `-0001` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// At most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// False for a full backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incremental: Option<bool>,
    /// False: true marks it automatic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_trigger: Option<bool>,
    /// Which resources; left out, all of the vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Vec<String>>,
    /// The same with their kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_details: Option<Vec<Resource>>,
    /// 1 to 36500, or -1 for ever (public test).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_duration_days: Option<i64>,
}

/// Answer of `CreateCheckpoint` and `ShowCheckpoint`.
///
/// Source: CBR API v3, "Querying a Restore Point", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointAnswer {
    /// The checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Checkpoint>,
}

/// A point in time at which resources were backed up.
///
/// Source: CBR API v3, "Querying a Restore Point", `checkpoint`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Checkpoint {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// `protecting`, `available`, `error`, `deleting`, `deleted` or `error-deleting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When it was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Name and description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_info: Option<CheckpointExtraInfo>,
    /// The vault, with what is backed up and what is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<CheckpointVault>,
}

/// Name and description of a checkpoint.
///
/// Source: CBR API v3, "Querying a Restore Point", `extra_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointExtraInfo {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Days that its backups are kept; -1 for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_duration: Option<i64>,
}

/// The vault of a checkpoint.
///
/// Source: CBR API v3, "Querying a Restore Point", `vault`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointVault {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is backed up.
    #[serde(deserialize_with = "null_as_default")]
    pub resources: Vec<CheckpointResource>,
    /// What is not, though it was asked for: to be looked at even after a success.
    #[serde(deserialize_with = "null_as_default")]
    pub skipped_resources: Vec<SkippedResource>,
}

/// A resource of a checkpoint.
///
/// Source: CBR API v3, "Querying a Restore Point", `resources`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckpointResource {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The kind.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Capacity in GB; a text here.
    #[serde(deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub resource_size: Option<String>,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_status: Option<String>,
    /// What its backups take up, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_size: Option<i64>,
    /// How many it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_count: Option<i64>,
}

/// A resource that was skipped.
///
/// Source: CBR API v3, "Querying a Restore Point", `skipped_resources`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct SkippedResource {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The kind.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A backup.
///
/// Source: CBR API v3, "Querying a Backup", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Backup {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What people say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `available`, `protecting`, `deleting`, `restoring`, `error`, `waiting_protect` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `backup` or `replication`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_type: Option<String>,
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_id: Option<String>,
    /// The server's backup that a disk's backup is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// What it is a backup of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// The name of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    /// The kind of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// The capacity of that, in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_size: Option<i64>,
    /// The zone of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_az: Option<String>,
    /// When it was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// The moment that it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_at: Option<String>,
    /// When it goes by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired_at: Option<String>,
    /// Whether it holds only what has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incremental: Option<bool>,
    /// Which generation of the service made it; 0 or 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// What has made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// The enterprise project.
    #[serde(deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// Its replicas.
    #[serde(deserialize_with = "null_as_default")]
    pub replication_records: Vec<ReplicationRecord>,
    /// The disks of a server's backup.
    #[serde(deserialize_with = "null_as_default")]
    pub children: Vec<Backup>,
    /// What else is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extend_info: Option<BackupExtendInfo>,
}

/// What else is known of a backup.
///
/// Source: CBR API v3, "Querying a Backup", `extend_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct BackupExtendInfo {
    /// Whether a policy has made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_trigger: Option<bool>,
    /// Whether a server starts from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootable: Option<bool>,
    /// Whether the system disk is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contain_system_disk: Option<bool>,
    /// Whether it is one of a system disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_disk: Option<bool>,
    /// Whether it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// The snapshot that a disk's backup is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_id: Option<String>,
    /// Whether it can be restored quickly, loading what is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_lld: Option<bool>,
    /// `na`, `snapshot` or `backup`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_restore_mode: Option<String>,
    /// Images registered from it, which keep it from being deleted.
    #[serde(deserialize_with = "null_as_default")]
    pub os_images_data: Vec<ImageData>,
    /// Whether it is kept in several zones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_multi_az: Option<bool>,
    /// The processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// In per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<i64>,
}

/// An image registered from a backup.
///
/// Source: CBR API v3, "Querying a Backup", `os_images_data`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ImageData {
    /// The image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
}

/// A replica of a backup.
///
/// Source: CBR API v3, "Querying a Backup", `replication_records`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ReplicationRecord {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// `replicating`, `success`, `fail`, `skip` or `waiting_replicate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The vault of the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_backup_id: Option<String>,
    /// Its checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_checkpoint_id: Option<String>,
    /// Its project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_project_id: Option<String>,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_region: Option<String>,
    /// The replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_backup_id: Option<String>,
    /// Its checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_checkpoint_id: Option<String>,
    /// Its project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_project_id: Option<String>,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_region: Option<String>,
    /// Its vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_vault_id: Option<String>,
    /// Progress and failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_info: Option<Value>,
}

/// Answer of `ListBackups`.
///
/// Source: CBR API v3, "Querying All Backups", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct BackupsAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub backups: Vec<Backup>,
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

/// Answer of `ShowBackup` and `UpdateBackup`.
///
/// Source: CBR API v3, "Querying a Backup", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct BackupAnswer {
    /// The backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<Backup>,
}

/// Body of `RestoreBackup`: the target's data is overwritten.
///
/// Source: CBR API v3, "Restoring Data Using a Backup", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RestoreRequest {
    /// What is wanted.
    pub restore: Restore,
}

/// A restoration that is wanted.
///
/// Source: CBR API v3, "Restoring Data Using a Backup", `restore`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Restore {
    /// The server, together with `mappings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_id: Option<String>,
    /// Which disk's backup goes to which disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mappings: Option<Vec<RestoreMapping>>,
    /// The disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_id: Option<String>,
    /// The machine of a file backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Whether the server is started afterwards; left out it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power_on: Option<bool>,
    /// Where files go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<RestoreDetails>,
}

/// A disk's backup and the disk that it goes to.
///
/// Source: CBR API v3, "Restoring Data Using a Backup", `mappings`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RestoreMapping {
    /// One of the backup's children.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_id: Option<String>,
    /// At least as large.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_id: Option<String>,
}

/// Where files go.
///
/// Source: CBR API v3, "Restoring Data Using a Backup", `details`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RestoreDetails {
    /// 1 to 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_path: Option<String>,
}

/// Answer of `RestoreBackup`, whose body is not documented.
///
/// Source: terraform-provider-huaweicloud, `huaweicloud_cbr_restore`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RestoreAnswer {
    /// The operation log to follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

/// What the vendor keeps of an operation, for about 30 days.
///
/// Source: CBR API v3, "Querying a Task", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OperationLog {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `backup`, `copy`, `replication`, `delete`, `restore`, `vault_delete`, `remove_resource` or `sync`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<String>,
    /// `success`, `skipped`, `failed`, `running`, `timeout` or `waiting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// When it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The vault's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_name: Option<String>,
    /// The policy that began it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
    /// The checkpoint that it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_id: Option<String>,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// What carried it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_info: Option<LogError>,
    /// What it was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_info: Option<LogExtraInfo>,
}

/// Why an operation failed.
///
/// Source: CBR API v3, "Querying a Task", `error_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogError {
    /// The error, empty when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The error in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What an operation was done to.
///
/// Source: CBR API v3, "Querying a Task", `extra_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogExtraInfo {
    /// Progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common: Option<LogCommon>,
    /// The resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// The backup that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<LogBackup>,
    /// What was restored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore: Option<LogRestore>,
}

/// How far an operation is.
///
/// Source: CBR API v3, "Querying a Task", `common`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogCommon {
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<i64>,
    /// The request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
}

/// The backup that an operation made.
///
/// Source: CBR API v3, "Querying a Task", `backup`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogBackup {
    /// The backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_name: Option<String>,
    /// `0` when it fell back to crash consistency, `1` when it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_consistency_status: Option<String>,
    /// Why it fell back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_consistency_error_code: Option<String>,
    /// Why it fell back, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_consistency_error_message: Option<String>,
}

/// What an operation restored.
///
/// Source: CBR API v3, "Querying a Task", `restore`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LogRestore {
    /// The backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_name: Option<String>,
    /// What was overwritten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_resource_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_resource_name: Option<String>,
}

/// Answer of `ListOpLogs`.
///
/// Source: CBR API v3, "Querying the Task List", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OperationLogsAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub operation_logs: Vec<OperationLog>,
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

/// Answer of `ShowOpLog`.
///
/// Source: CBR API v3, "Querying a Task", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OperationLogAnswer {
    /// The log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_log: Option<OperationLog>,
}

/// Body of `CheckAgent`.
///
/// Source: CBR API v3, "Querying the Agent Status", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckAgentRequest {
    /// The servers.
    #[serde(deserialize_with = "null_as_default")]
    pub agent_status: Vec<AgentQuery>,
}

/// A server that is asked about.
///
/// Source: CBR API v3, "Querying the Agent Status", `agent_status`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AgentQuery {
    /// The server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// `OS::Nova::Server`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
}

/// Answer of `CheckAgent`.
///
/// Source: CBR API v3, "Querying the Agent Status", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CheckAgentAnswer {
    /// By server.
    #[serde(deserialize_with = "null_as_default")]
    pub agent_status: Vec<AgentStatus>,
}

/// Whether the agent of application consistency is installed.
///
/// Source: CBR API v3, "Querying the Agent Status", `agent_status`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AgentStatus {
    /// The server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Whether it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installed: Option<bool>,
    /// Whether it is too old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_old: Option<bool>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What stands in its way; a number in the SDK.
    #[serde(deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A client of file backup.
///
/// Source: CBR API v3, "Querying a Client", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Agent {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// The machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_name: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<String>,
    /// `normal`, `abnormal` or `uninstall`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Answer of `ListAgent`.
///
/// Source: CBR API v3, "Querying the Client List", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AgentsAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub agents: Vec<Agent>,
    /// How many there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// What the backups of a resource take up.
///
/// Source: CBR API v3, "Querying the Storage Usage", `storage_usage`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct StorageUsage {
    /// The resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    /// Its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// How many backups it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_count: Option<i64>,
    /// What they take up, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_size: Option<i64>,
    /// What they take up in several zones, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_size_multiaz: Option<i64>,
}

/// Answer of `ShowStorageUsage`.
///
/// Source: CBR API v3, "Querying the Storage Usage", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct StorageUsageAnswer {
    /// How many resources there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_count: Option<i64>,
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub storage_usage: Vec<StorageUsage>,
}

/// Answer of `ListProtectable`, which does not say how many there are.
///
/// Source: CBR API v3, "Querying Protectable Resources", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ProtectablesAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub instances: Vec<Protectable>,
}

/// A resource that could be associated.
///
/// Source: CBR API v3, "Querying Protectable Resources", `instances`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Protectable {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The kind, as vaults spell it.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Capacity in GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// The status, as its own service spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether it may be, and if not, why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protectable: Option<Verdict>,
}

/// Whether a resource may be associated.
///
/// Source: CBR API v3, "Querying Protectable Resources", `protectable`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Verdict {
    /// Whether it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<bool>,
    /// What stands in its way.
    #[serde(deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The vault that it is in already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<Box<Vault>>,
}
