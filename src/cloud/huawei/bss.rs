//! The billing service: orders of prepaid vaults are looked at, paid and cancelled; what was bought is renewed, or given
//! back. Whatever is called here can cost money, or the vault.

use std::time::Duration;

use super::cbr::pause;
use super::client::{Arguments, Client, Operation};
use super::endpoint::Service;
use super::paging::{self, Page, Place, Step};
use crate::cloud::error::Error;
use crate::cloud::http::Method;
use crate::wire::huawei::bss as wire;

/// Resources on a page, the most that the vendor gives.
/// Source: BSS API v2, "Querying Yearly/Monthly Resources", `limit`.
const PAGE: i64 = 500;

/// Orders on a page. Source: BSS API v2, "Querying Orders", `limit`.
const ORDERS: u64 = 100;

/// Vaults that can be given back at once.
/// Source: BSS API v2, "Unsubscribing from Yearly/Monthly Resources", `resource_ids`.
pub const UNSUBSCRIBED_AT_ONCE: usize = 10;

/// How an order stands.
///
/// Source: BSS API v2, "Querying Order Details", `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// Somebody is looking at it.
    Audited,
    /// Nothing comes of it.
    Cancelled,
    /// What was ordered is there.
    Completed,
    /// It is at work.
    Processing,
    /// Money goes back.
    Refunding,
    /// It waits for payment.
    Unpaid,
    /// The vendor says something that we do not know.
    Unknown,
}

impl OrderState {
    /// Reads the vendor's number.
    pub fn of(status: Option<i64>) -> Self {
        match status {
            Some(1) => Self::Audited,
            Some(2) => Self::Refunding,
            Some(3) => Self::Processing,
            Some(4) => Self::Cancelled,
            Some(5) => Self::Completed,
            Some(6) => Self::Unpaid,
            _ => Self::Unknown,
        }
    }

    /// Whether it stays so without anybody's doing.
    pub fn is_final(self) -> bool {
        match self {
            Self::Audited | Self::Processing | Self::Refunding | Self::Unknown => false,
            Self::Cancelled | Self::Completed | Self::Unpaid => true,
        }
    }
}

const fn write(action: &'static str, method: Method) -> Operation {
    Operation::write(Service::Bss, action, method)
}

/// `ShowCustomerOrderDetails`, `GET /v2/orders/customer-orders/details/{order_id}`: how an order stands.
///
/// # Errors
///
/// When it cannot be had.
pub async fn show_order(client: &Client, region: &str, order: &str) -> Result<OrderState, Error> {
    let operation = Operation::read(Service::Bss, "ShowCustomerOrderDetails", "order_info");
    let arguments = Arguments::at(&["v2", "orders", "customer-orders", "details", order]);
    let answer: wire::OrderDetailsAnswer = client.bill(operation, region, arguments).await?;
    Ok(OrderState::of(answer.order_info.and_then(|order| order.status)))
}

/// `ListCustomerOrders`, `GET /v2/orders/customer-orders`: the orders of new vaults that wait for their payment.
///
/// Source: BSS API v2, "Querying Orders", `service_type_code`, `status` 6, `order_type` 1.
///
/// # Errors
///
/// When a page cannot be had.
pub async fn unpaid_orders(client: &Client, region: &str) -> Result<Vec<wire::OrderInfo>, Error> {
    let operation = Operation::read(Service::Bss, "ListCustomerOrders", "total_count");
    let page = async |place: Place| {
        let arguments = Arguments::at(&["v2", "orders", "customer-orders"])
            .query("service_type_code", &"hws.service.type.cbr")
            .query("status", &6)
            .query("order_type", &1)
            .query("limit", &ORDERS)
            .query("offset", &place.offset);
        let answer: wire::OrdersAnswer = client.bill(operation, region, arguments).await?;
        Ok(Page::new(answer.order_infos, answer.total_count))
    };
    let step = Step::ByOffset(ORDERS);
    paging::all(client, region, operation, step, |order| order.order_id.as_deref(), page).await
}

/// Waits until an order stays as it is: completed, cancelled or to be paid; how it stood last, when that was not within
/// so long.
///
/// # Errors
///
/// When it cannot be looked at.
pub async fn follow_order(
    client: &Client,
    region: &str,
    order: &str,
    patience: Duration,
) -> Result<OrderState, Error> {
    let (mut waited, mut looks) = (Duration::ZERO, 0);
    loop {
        let state = show_order(client, region, order).await?;
        if state.is_final() || waited >= patience {
            return Ok(state);
        }
        client.sleep(pause(looks)).await;
        waited += pause(looks);
        looks += 1;
    }
}

/// `PayOrders`, `POST /v3/orders/customer-orders/pay`: spends money. An order that is paid already is refused, so this
/// cannot pay twice; it is not repeated all the same.
///
/// # Errors
///
/// When it is refused, or when it is not known what became of it.
pub async fn pay_order(client: &Client, region: &str, order: &str) -> Result<(), Error> {
    let no = || Some("NO".to_owned());
    let body =
        wire::PayOrderRequest { order_id: Some(order.to_owned()), use_coupon: no(), use_discount: no() };
    let arguments = Arguments::at(&["v3", "orders", "customer-orders", "pay"]).body(&body);
    client.bill(Operation::create(Service::Bss, "PayOrders"), region, arguments).await
}

/// `CancelCustomerOrder`, `POST /v2/orders/customer-orders/cancel`: nothing comes of an order that is not paid.
///
/// # Errors
///
/// When it is refused.
pub async fn cancel_order(client: &Client, region: &str, order: &str) -> Result<(), Error> {
    let body = wire::CancelOrderRequest { order_id: Some(order.to_owned()) };
    let arguments = Arguments::at(&["v2", "orders", "customer-orders", "cancel"]).body(&body);
    client.bill(write("CancelCustomerOrder", Method::Post), region, arguments).await
}

/// `ListPayPerUseCustomerResources`, `POST /v2/orders/suscriptions/resources/query`, which the vendor has named and
/// spelt so: what an order has brought about, vaults alone.
///
/// # Errors
///
/// When a page cannot be had.
pub async fn resources_of_order(
    client: &Client,
    region: &str,
    order: &str,
) -> Result<Vec<wire::BoughtResource>, Error> {
    let query = wire::QueryResourcesRequest { order_id: Some(order.to_owned()), ..Default::default() };
    query_resources(client, region, &query).await
}

/// The same for vaults by their ids: until when they are paid, and whether they are renewed.
///
/// # Errors
///
/// When a page cannot be had.
pub async fn resources_by_id(
    client: &Client,
    region: &str,
    ids: &[String],
) -> Result<Vec<wire::BoughtResource>, Error> {
    let mut found = Vec::new();
    // Source: BSS API v2, "Querying Yearly/Monthly Resources", `resource_ids`: at most 50.
    for ids in ids.chunks(50) {
        let query = wire::QueryResourcesRequest { resource_ids: Some(ids.to_vec()), ..Default::default() };
        found.extend(query_resources(client, region, &query).await?);
    }
    Ok(found)
}

async fn query_resources(
    client: &Client,
    region: &str,
    query: &wire::QueryResourcesRequest,
) -> Result<Vec<wire::BoughtResource>, Error> {
    let operation = write("ListPayPerUseCustomerResources", Method::Post);
    let operation = Operation { must_answer: Some("total_count"), ..operation };
    let page = async |place: Place| {
        let body = wire::QueryResourcesRequest {
            only_main_resource: Some(1),
            limit: Some(PAGE),
            offset: i64::try_from(place.offset).ok(),
            ..query.clone()
        };
        let arguments = Arguments::at(&["v2", "orders", "suscriptions", "resources", "query"]).body(&body);
        let answer: wire::QueryResourcesAnswer = client.bill(operation, region, arguments).await?;
        Ok(Page::new(answer.data, answer.total_count))
    };
    let step = Step::ByOffset(PAGE.unsigned_abs());
    paging::all(client, region, operation, step, |resource| resource.resource_id.as_deref(), page).await
}

/// Whether what was bought is renewed by itself when its time is over.
///
/// Source: BSS API v2, "Querying Yearly/Monthly Resources", `expire_policy`.
pub fn is_renewed(resource: &wire::BoughtResource) -> bool {
    resource.expire_policy == Some(3)
}

/// `AutoRenewalResources` and `CancelAutoRenewalResources`, `POST` and `DELETE
/// /v2/orders/subscriptions/resources/autorenew/{resource_id}`.
///
/// # Errors
///
/// When it is refused.
pub async fn renew_by_itself(client: &Client, region: &str, vault: &str, renewed: bool) -> Result<(), Error> {
    let operation = if renewed {
        write("AutoRenewalResources", Method::Post)
    } else {
        write("CancelAutoRenewalResources", Method::Delete)
    };
    let arguments = Arguments::at(&["v2", "orders", "subscriptions", "resources", "autorenew", vault]);
    client.bill(operation, region, arguments).await
}

/// `CancelResourcesSubscription`, `POST /v2/orders/subscriptions/resources/unsubscribe`: at most ten vaults go, with
/// every backup in them; the orders of the refunds.
///
/// # Errors
///
/// When it is refused, or when it is not known what became of it.
pub async fn unsubscribe(client: &Client, region: &str, vaults: Vec<String>) -> Result<Vec<String>, Error> {
    let body = wire::UnsubscribeRequest { resource_ids: vaults, unsubscribe_type: Some(1) };
    let arguments = Arguments::at(&["v2", "orders", "subscriptions", "resources", "unsubscribe"]).body(&body);
    let operation = Operation::create(Service::Bss, "CancelResourcesSubscription");
    let answer: wire::UnsubscribeAnswer = client.bill(operation, region, arguments).await?;
    Ok(answer.order_ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::http::fake::{FakeServer, json};
    use crate::cloud::huawei::client::fake::client;

    #[tokio::test]
    async fn a_customer_of_the_other_site_is_served_there() {
        let server = FakeServer::deciding(|_, request| {
            if request.contains("host: bss-intl.") {
                json(200, r#"{"order_info":{"order_id":"CS1","status":5}}"#)
            } else {
                let body =
                    r#"{"error_code":"CBC.0150","error_msg":"The customer does not belong to the website."}"#;
                json(403, body)
            }
        });
        let client = client(&server);
        for _ in 0..2 {
            let state = show_order(&client, "ap-southeast-1", "CS1").await.expect("it is there");
            assert_eq!(state, OrderState::Completed);
        }
        let hosts: Vec<bool> =
            server.requests().iter().map(|request| request.contains("host: bss-intl.")).collect();
        assert_eq!(hosts, [false, true, true]);
        assert!(server.requests().iter().all(|request| request.contains("x-domain-id: d1")));
    }

    #[test]
    fn an_order_that_waits_for_money_waits_for_ever() {
        let check = |status: Option<i64>, state: OrderState, is_final: bool| {
            assert_eq!((OrderState::of(status), OrderState::of(status).is_final()), (state, is_final));
        };
        check(Some(1), OrderState::Audited, false);
        check(Some(2), OrderState::Refunding, false);
        check(Some(3), OrderState::Processing, false);
        check(Some(4), OrderState::Cancelled, true);
        check(Some(5), OrderState::Completed, true);
        check(Some(6), OrderState::Unpaid, true);
        check(Some(7), OrderState::Unknown, false);
        check(None, OrderState::Unknown, false);
    }
}
