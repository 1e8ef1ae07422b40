//! Prepaid vaults: ordered, paid, renewed, grown and given back through the billing service.

use std::sync::Arc;

use super::{APPEARS_WITHIN, shape};
use crate::cloud::error::{Error, ErrorKind};
use crate::cloud::huawei::bss::{self, OrderState};
use crate::cloud::huawei::cbr;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::resources::timeouts::{Work, patience, said};
use crate::cloud::huawei::resources::words;
use crate::model::live::LiveObject;
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr as wire;

/// Whether a vault is prepaid.
pub fn is_prepaid(values: &Object) -> bool {
    words::text(values, "charging_mode") == Some("prePaid")
}

/// Orders a vault and follows the order to it. Whether a lost answer was to an order that was placed, the vault tells, or
/// else the next run finds an order that waits.
///
/// # Errors
///
/// When an order waits for its payment already, a call fails, or the order comes to nothing in its time.
pub async fn made(
    client: &Client,
    region: &str,
    vault: wire::NewVault,
    values: &Object,
) -> Result<Arc<str>, Error> {
    let name = vault.name.clone();
    match place(client, region, vault).await? {
        Ok(answer) => vault_of(client, region, &answer, values).await,
        Err(lost) => {
            client.sleep(APPEARS_WITHIN).await;
            let made = shape::read(client, region, None, name.as_deref()).await?;
            made.map(|made| made.id).ok_or(lost)
        }
    }
}

/// Places an order; a failure inside is one after which it may be placed. No order says which vault it is for, so while
/// one of an earlier run waits for its payment, or one of somebody else, none is placed besides: money is never asked for
/// twice.
async fn place(
    client: &Client,
    region: &str,
    vault: wire::NewVault,
) -> Result<Result<wire::CreateVaultAnswer, Error>, Error> {
    let mut own = client.orders().await;
    let waiting = bss::unpaid_orders(client, region).await?;
    let others = waiting.into_iter().filter_map(|order| order.order_id).filter(|id| !own.contains(id));
    let others: Vec<String> = others.collect();
    if !others.is_empty() {
        let what = format!(
            "nothing was ordered, for an order of a vault waits for its payment already: {}; pay or cancel it in the billing centre first",
            others.join(", ")
        );
        return Err(Error::Unfinished { what });
    }
    match cbr::create_vault(client, region, vault).await {
        Err(error) if error.may_have_happened() => Ok(Err(error)),
        answer => {
            let answer = answer?;
            own.extend(answer.orders.iter().flatten().filter_map(|order| order.order_id.clone()));
            Ok(Ok(answer))
        }
    }
}

/// Follows an order to the vault that comes of it. It is paid on the way, unless the configuration leaves that to
/// somebody.
///
/// # Errors
///
/// When a call fails, when the order is not paid or was cancelled, or when it takes too long.
async fn vault_of(
    client: &Client,
    region: &str,
    answer: &wire::CreateVaultAnswer,
    values: &Object,
) -> Result<Arc<str>, Error> {
    let placed = answer.orders.as_deref().unwrap_or_default();
    let Some(order) = placed.iter().find_map(|order| order.order_id.as_deref()) else {
        let what = "the vault was ordered, and the answer names no order".to_owned();
        return Err(Error::Unfinished { what });
    };
    complete(client, region, order, values).await?;
    let bought = bss::resources_of_order(client, region, order).await?;
    let of_order = || placed.iter().find_map(|order| order.resource_id.clone());
    let id = bought.into_iter().find_map(|resource| resource.resource_id).or_else(of_order);
    let what = format!("the order {order} is complete, and names no vault");
    id.map(Arc::from).ok_or(Error::Unfinished { what })
}

/// Whether orders of a vault with these arguments are paid by us.
fn may_be_paid(values: &Object) -> bool {
    words::text(values, "auto_pay") != Some("false")
}

/// Waits until an order is complete, and pays it where it waits for that and may be paid.
async fn complete(client: &Client, region: &str, order: &str, values: &Object) -> Result<(), Error> {
    let (may_pay, patience) = (may_be_paid(values), patience(values, Work::Create));
    let mut state = bss::follow_order(client, region, order, patience).await?;
    if state == OrderState::Unpaid && may_pay {
        match bss::pay_order(client, region, order).await {
            // Refused or lost, the order itself tells whether it is paid.
            Err(error) if !error.may_have_happened() && error.kind() != ErrorKind::Invalid => {
                return Err(error);
            }
            _ => {}
        }
        state = bss::follow_order(client, region, order, patience).await?;
    }
    let what = match state {
        OrderState::Completed => return Ok(()),
        OrderState::Unpaid => format!(
            "the order {order} waits for its payment, and nothing of it is there before; pay or cancel it in the billing centre"
        ),
        OrderState::Cancelled | OrderState::Refunding => format!("the order {order} was cancelled"),
        OrderState::Audited | OrderState::Processing | OrderState::Unknown => {
            format!("the order {order} was not complete after {}", said(patience))
        }
    };
    Err(Error::Unfinished { what })
}

/// Says of each prepaid vault whether it is renewed by itself. Who may not ask the billing service is told nothing.
///
/// # Errors
///
/// When the billing service cannot be asked for another reason.
pub async fn add_renewal(client: &Client, region: &str, vaults: &mut [LiveObject]) -> Result<(), Error> {
    let ids: Vec<String> =
        vaults.iter().filter(|vault| is_prepaid(&vault.values)).map(|vault| vault.id.to_string()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let bought = match bss::resources_by_id(client, region, &ids).await {
        Err(error) if error.kind() == ErrorKind::Permission => return Ok(()),
        bought => bought?,
    };
    for resource in &bought {
        let renewed = if bss::is_renewed(resource) { "true" } else { "false" };
        let own = |vault: &&mut LiveObject| resource.resource_id.as_deref() == Some(&*vault.id);
        if let Some(vault) = vaults.iter_mut().find(own) {
            vault.values.insert("auto_renew".into(), Value::string(renewed));
        }
    }
    Ok(())
}

/// Orders more capacity for a prepaid vault.
///
/// # Errors
///
/// When it is refused, not paid, or takes too long.
pub async fn grow(
    client: &Client,
    region: &str,
    vault: &wire::Vault,
    size: i64,
    values: &Object,
) -> Result<(), Error> {
    let billing = vault.billing.clone().unwrap_or_default();
    let request = wire::ChangeOrderRequest {
        resource_id: vault.id.clone(),
        product_info: Some(wire::ProductInfo {
            product_id: billing.product_id,
            resource_size: Some(size),
            // Source: CBR API v3, "Changing an Order": 17 is GB.
            resource_size_measure_id: Some(17),
            resource_spec_code: billing.spec_code,
        }),
        is_auto_pay: Some(may_be_paid(values)),
    };
    let answer = cbr::change_order(client, region, request).await?;
    match answer.order_id {
        Some(order) => complete(client, region, &order, values).await,
        None => Err(Error::Unfinished {
            what: "more capacity was ordered, and the answer names no order".to_owned(),
        }),
    }
}
