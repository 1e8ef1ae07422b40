//! Orders of prepaid vaults, as far as this service is asked about them.

use serde::{Deserialize, Serialize};

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
