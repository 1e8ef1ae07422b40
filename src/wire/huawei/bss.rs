//! The billing service, API v2 and v3: orders of prepaid vaults, what they brought about, and its end.

use serde::{Deserialize, Serialize};

use crate::wire::null_as_default;

/// Answer of `ShowCustomerOrderDetails`.
///
/// Source: BSS API v2, "Querying Order Details", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OrderDetailsAnswer {
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_info: Option<OrderInfo>,
    /// How many items it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
}

/// Answer of `ListCustomerOrders`.
///
/// Source: BSS API v2, "Querying Orders", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OrdersAnswer {
    /// A page of them.
    #[serde(deserialize_with = "null_as_default")]
    pub order_infos: Vec<OrderInfo>,
    /// How many there are altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
}

/// An order.
///
/// Source: BSS API v2, "Querying Order Details", `order_info`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OrderInfo {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// 1 in review, 2 being refunded, 3 processing, 4 cancelled, 5 completed, 6 to be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
}

/// Body of `PayOrders`: spends money.
///
/// Source: BSS API v3, "Paying Yearly/Monthly Product Orders", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PayOrderRequest {
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// `YES` or `NO`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_coupon: Option<String>,
    /// `YES` or `NO`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_discount: Option<String>,
}

/// Body of the query for what was bought.
///
/// Source: BSS API v2, "Querying Yearly/Monthly Resources", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct QueryResourcesRequest {
    /// The order that bought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// The resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_ids: Option<Vec<String>>,
    /// 1 for the vault alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_main_resource: Option<i64>,
    /// The page size, at most 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many come before the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// Answer to the query for what was bought.
///
/// Source: BSS API v2, "Querying Yearly/Monthly Resources", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct QueryResourcesAnswer {
    /// A page of it.
    #[serde(deserialize_with = "null_as_default")]
    pub data: Vec<BoughtResource>,
    /// How much there is altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
}

/// Something that was bought for a time.
///
/// Source: BSS API v2, "Querying Yearly/Monthly Resources", `data`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct BoughtResource {
    /// The id of the purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// 3 when it is renewed by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_policy: Option<i64>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<String>,
}

/// Body of `CancelResourcesSubscription`: the vaults go, and their backups.
///
/// Source: BSS API v2, "Unsubscribing from Yearly/Monthly Resources", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct UnsubscribeRequest {
    /// At most 10.
    #[serde(deserialize_with = "null_as_default")]
    pub resource_ids: Vec<String>,
    /// 1 for the resources and what was renewed of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsubscribe_type: Option<i64>,
}

/// Answer of `CancelResourcesSubscription`.
///
/// Source: BSS API v2, "Unsubscribing from Yearly/Monthly Resources", response.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct UnsubscribeAnswer {
    /// The orders of the refunds.
    #[serde(deserialize_with = "null_as_default")]
    pub order_ids: Vec<String>,
}

/// Body of `CancelCustomerOrder`.
///
/// Source: BSS API v2, "Canceling an Unpaid Order", request.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct CancelOrderRequest {
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
}
