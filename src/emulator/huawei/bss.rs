//! The billing service: orders, what they brought about, renewal, unsubscription.
//!
//! Source: Customer Operation Capabilities API v2 and v3. Prices are not imitated.

use serde_json::{Value, json};

use super::account::Account;
use super::body::Fields;
use super::cbr_vaults::{begin_deletion, paid};
use super::error::ApiError;
use super::gateway::{Answer, Call};
use super::order::{Order, Purpose, State, end_of};
use super::project::Project;
use super::vault::{Subscription, Vault};
use crate::emulator::clock::{Pace, Time};
use crate::emulator::world::Ids;

impl Account {
    /// Runs everything that has become due by now.
    pub fn catch_up(&mut self, now: Time, pace: Pace, ids: &mut Ids) {
        let is_done =
            |order: &&Order| matches!(order.state, State::Processing(pending) if pending.is_over(now));
        let done: Vec<String> = self.orders.iter().filter(is_done).map(|order| order.id.clone()).collect();
        for id in done {
            self.carry_out(&id, now);
        }
        for project in self.projects.iter_mut() {
            project.catch_up(now, pace, ids);
        }
        self.carry_over(ids);
    }

    /// Counts a reading of everything that is under way, while the clock stands still.
    pub fn look(&mut self, now: Time) {
        for order in self.orders.iter_mut() {
            if let State::Processing(pending) = &mut order.state {
                pending.look(now);
            }
        }
        for project in self.projects.iter_mut() {
            project.look(now);
        }
    }

    fn carry_out(&mut self, id: &str, now: Time) {
        let Some(order) = self.orders.get_mut(id) else { return };
        order.state = State::Completed;
        let Some(project) = self.projects.get_mut(&order.project) else { return };
        match &order.purpose {
            Purpose::Vault(vault) => project.vaults.insert((**vault).clone()),
            Purpose::Grow { vault, size } => {
                if let Some(vault) = project.vaults.get_mut(vault) {
                    vault.size = *size;
                }
            }
            Purpose::Subscribe { vaults, period, number, auto_renew } => {
                for vault in project.vaults.iter_mut().filter(|vault| vaults.contains(&vault.id)) {
                    vault.subscription = Some(Subscription {
                        order: order.id.clone(),
                        period: period.clone(),
                        number: *number,
                        auto_renew: *auto_renew,
                        expires: end_of(now, period, *number),
                    });
                }
            }
        }
        project.plan_ahead();
    }
}

/// An order of the account.
fn named<'a>(call: &'a Call, id: &str) -> Result<&'a Order, ApiError> {
    let order = call.account.orders.get(id);
    order.ok_or_else(|| ApiError::bss(400, "30010001", "The order does not exist."))
}

/// `ShowCustomerOrderDetails`.
pub fn show_order(call: &mut Call) -> Result<Answer, ApiError> {
    let order = named(call, call.param("order_id"))?;
    let item = |vault: &str| {
        json!({
            "id": format!("{}-000001", order.id),
            "status": order.status(),
            "service_type_code": "hws.service.type.cbr",
            "service_type_name": "Cloud Backup and Recovery",
            "resource_id": vault,
        })
    };
    let items: Vec<Value> = order.vaults().into_iter().map(item).collect();
    Answer::ok(json!({
        "total_count": items.len(),
        "order_info": order_json(order, &call.account.id),
        "order_line_items": items,
    }))
}

fn order_json(order: &Order, customer: &str) -> Value {
    json!({
        "order_id": order.id,
        "customer_id": customer,
        "service_type_code": SERVICE,
        "service_type_name": "Cloud Backup and Recovery",
        "source_type": 1,
        "status": order.status(),
        "order_type": order.kind(),
        "amount_after_discount": 0.0,
        "official_amount": 0.0,
        "measure_id": 1,
        "create_time": order.placed.to_string(),
        "payment_time": (order.status() != 6).then(|| order.placed.to_string()),
        "currency": "CNY",
    })
}

/// The vendor's name for CBR where it is billed.
const SERVICE: &str = "hws.service.type.cbr";

/// `ListCustomerOrders`: ten on a page where nobody says how many, the latest first.
///
/// Source: BSS API v2, "Querying Orders": the service's name is read in any case, several types stand with commas.
pub fn list_orders(call: &mut Call) -> Result<Answer, ApiError> {
    let query = &call.query;
    let number = |name: &str, least: i64, most: i64, usual: i64| {
        let found = query.integer(name, least..=most).map_err(|why| ApiError::bss(400, "0100", why))?;
        Ok::<i64, ApiError>(found.unwrap_or(usual))
    };
    let (limit, offset) = (number("limit", 1, 100, 10)?, number("offset", 0, i64::from(i32::MAX), 0)?);
    let status = number("status", 1, 9, 0)?;
    let kinds = query.text("order_type").filter(|kinds| !kinds.is_empty());
    let is_wanted = |order: &&Order| {
        query.text("order_id").is_none_or(|id| id.is_empty() || id == order.id)
            && query
                .text("service_type_code")
                .is_none_or(|code| code.is_empty() || code.eq_ignore_ascii_case(SERVICE))
            && (status == 0 || status == i64::from(order.status()))
            && kinds.is_none_or(|kinds| kinds.split(',').any(|kind| kind == order.kind().to_string()))
    };
    let mut found: Vec<&Order> = call.account.orders.iter().filter(is_wanted).collect();
    found.sort_by_key(|order| std::cmp::Reverse(order.placed));
    let count = found.len();
    let number = |number: i64| usize::try_from(number).unwrap_or(0);
    let shown = found.into_iter().skip(number(offset)).take(number(limit));
    let shown: Vec<Value> = shown.map(|order| order_json(order, &call.account.id)).collect();
    Answer::ok(json!({ "order_infos": shown, "total_count": count }))
}

/// `PayOrders`.
pub fn pay(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let id = Fields::of(&body, "body")?.required_text("order_id")?.to_owned();
    if !matches!(named(call, &id)?.state, State::Unpaid) {
        return Err(ApiError::bss(400, "30010002", "The order does not wait for payment."));
    }
    let state = paid(call);
    if let Some(order) = call.account.orders.get_mut(&id) {
        order.state = state;
    }
    Answer::empty()
}

/// `CancelCustomerOrder`.
pub fn cancel(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let id = Fields::of(&body, "body")?.required_text("order_id")?.to_owned();
    if !matches!(named(call, &id)?.state, State::Unpaid) {
        return Err(ApiError::bss(400, "30010002", "The order does not wait for payment."));
    }
    if let Some(order) = call.account.orders.get_mut(&id) {
        order.state = State::Cancelled;
    }
    Answer::empty()
}

/// The prepaid vaults of the account, with the project of each.
fn subscribed<'a>(call: &'a Call) -> impl Iterator<Item = (&'a str, &'a Vault, &'a Subscription)> {
    call.account.projects.iter().flat_map(|project| {
        let of = |vault: &'a Vault| Some((project.region(), vault, vault.subscription.as_ref()?));
        project.vaults.iter().filter_map(of)
    })
}

/// `ListPayPerUseCustomerResources`, at the path that the vendor has misspelt.
pub fn list_resources(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let order = fields.text("order_id")?;
    let ids = fields.texts("resource_ids")?;
    let limit = fields.integer("limit", 1..=500)?.unwrap_or(10);
    let offset = fields.integer("offset", 0..=i64::from(i32::MAX))?.unwrap_or(0);
    let number = |number: i64| usize::try_from(number).unwrap_or(0);
    let is_wanted = |vault: &Vault, subscription: &Subscription| {
        order.is_none_or(|order| order == subscription.order)
            && ids.as_ref().is_none_or(|ids| ids.contains(&vault.id))
    };
    let found: Vec<Value> = subscribed(call)
        .filter(|(_, vault, subscription)| is_wanted(vault, subscription))
        .map(|(region, vault, subscription)| resource_json(region, vault, subscription))
        .collect();
    let count = found.len();
    let shown: Vec<Value> = found.into_iter().skip(number(offset)).take(number(limit)).collect();
    Answer::ok(json!({ "data": shown, "total_count": count }))
}

/// Source: BSS API v2, "Querying Yearly/Monthly Resources": `expire_policy` 3 renews by itself, 0 waits.
fn resource_json(region: &str, vault: &Vault, subscription: &Subscription) -> Value {
    json!({
        "id": vault.id,
        "resource_id": vault.id,
        "resource_name": vault.name,
        "region_code": region,
        "service_type_code": "hws.service.type.cbr",
        "service_type_name": "Cloud Backup and Recovery",
        "resource_type_code": "hws.resource.type.cbr.vault",
        "resource_type_name": "CBR vault",
        "resource_spec_code": "vault.backup.server.normal",
        "resource_spec_size": vault.size,
        "resource_spec_size_measure_id": 17,
        "status": 2,
        "is_main_resource": 1,
        "expire_policy": if subscription.auto_renew { 3 } else { 0 },
        "effective_time": vault.created.to_string(),
        "expire_time": subscription.expires.to_string(),
    })
}

/// A prepaid vault of the account by its id, to be changed.
fn prepaid<'a>(call: &'a mut Call, id: &str) -> Result<&'a mut Subscription, ApiError> {
    let mut projects = call.account.projects.iter_mut();
    let vault = projects.find_map(|project| project.vaults.get_mut(id));
    let subscription = vault.and_then(|vault| vault.subscription.as_mut());
    subscription.ok_or_else(|| ApiError::bss(400, "30000052", "The resource is not billed yearly/monthly."))
}

/// `AutoRenewalResources`.
pub fn auto_renew(call: &mut Call) -> Result<Answer, ApiError> {
    let id = call.param("resource_id").to_owned();
    prepaid(call, &id)?.auto_renew = true;
    Answer::empty()
}

/// `CancelAutoRenewalResources`.
pub fn cancel_auto_renew(call: &mut Call) -> Result<Answer, ApiError> {
    let id = call.param("resource_id").to_owned();
    prepaid(call, &id)?.auto_renew = false;
    Answer::empty()
}

/// `CancelResourcesSubscription`: the vaults are deleted, and every backup in them.
pub fn unsubscribe(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let ids = fields.required_texts("resource_ids", 1..=10)?;
    fields
        .integer("unsubscribe_type", 1..=3)?
        .ok_or_else(|| fields.wrong("unsubscribe_type", "is required"))?;
    for id in &ids {
        prepaid(call, id)?;
    }
    let (now, pace) = (call.now, call.pace);
    let mut orders = Vec::new();
    for id in &ids {
        let holds = |project: &&mut Project| project.vaults.get(id).is_some();
        if let Some(project) = call.account.projects.iter_mut().find(holds) {
            begin_deletion(project, id, now, pace, call.ids);
        }
        orders.push(format!("CS{:015}", call.ids.next_number()));
    }
    Answer::ok(json!({ "order_ids": orders, "no_ids": [] }))
}
