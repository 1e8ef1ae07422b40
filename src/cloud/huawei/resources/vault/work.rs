//! Making, changing, deleting vaults, and moving what they protect.
//!
//! Source of the order: CBR API v3. Policies are set on a vault before anything is associated with it, so that nothing is
//! in it for a moment without protection; room is made before it is used and taken away after it is free; a lock comes
//! last, since nothing can be taken out of a locked vault.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::protected::{self, Choices};
use super::shape::{self, policies_of, present};
use super::{APPEARS_WITHIN, labels, order};
use crate::cloud::error::Error;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::resources::facts::Protected;
use crate::cloud::huawei::resources::timeouts::{Work, patience, unfinished};
use crate::cloud::huawei::resources::words;
use crate::cloud::huawei::{bss, cbr, eps};
use crate::model::live::LiveObject;
use crate::model::value::{Object, Value};
use crate::wire::huawei::{Tag, cbr as wire};

/// How often a create whose outcome is unknown is looked up and made again.
const CREATE_ATTEMPTS: u32 = 4;

/// Resources in one call. Source: CBR API v3, "Associating Resources": 1 to 256.
const RESOURCES_AT_ONCE: usize = 256;

/// Tags in one call. Source: CBR API v3, "Batch Adding or Deleting Tags of a Vault".
const TAGS_AT_ONCE: usize = 10;

/// Makes the vault with everything that is set on it and protected by it, and returns its id.
///
/// # Errors
///
/// When the cloud refuses or stays silent; [`Error::Incomplete`] where the vault itself is there.
pub async fn create(
    client: &Client,
    region: &str,
    enterprise_project: Option<&str>,
    values: &Object,
) -> Result<Arc<str>, Error> {
    let id = made(client, region, new_vault(values, enterprise_project), values).await?;
    let rest = async {
        set_policies(client, region, &id, &Object::new(), values).await?;
        associate(client, region, &id, values, &protected::of(values)).await
    };
    match rest.await {
        Ok(()) => Ok(id),
        Err(source) => Err(Error::Incomplete { made: id, source: Box::new(source) }),
    }
}

/// The vault by itself. Nothing is repeated blindly: after a lost answer a vault of the name is looked for first, and no
/// plan makes one where there is one of that name. An order is never placed twice.
async fn made(
    client: &Client,
    region: &str,
    vault: wire::NewVault,
    values: &Object,
) -> Result<Arc<str>, Error> {
    if order::is_prepaid(values) {
        return order::made(client, region, vault, values).await;
    }
    let name = vault.name.clone();
    let mut attempt = 1;
    loop {
        let failure = match cbr::create_vault(client, region, vault.clone()).await {
            Ok(answer) => match answer.vault.and_then(|vault| vault.id) {
                Some(id) => return Ok(id.into()),
                None => {
                    Error::Unfinished { what: "the vault was accepted, and the answer names none".to_owned() }
                }
            },
            Err(error) if error.may_have_happened() => error,
            Err(error) => return Err(error),
        };
        client.sleep(APPEARS_WITHIN).await;
        if let Some(made) = shape::read(client, region, None, name.as_deref()).await? {
            return Ok(made.id);
        }
        if attempt == CREATE_ATTEMPTS {
            return Err(failure);
        }
        attempt += 1;
    }
}

/// The vault as it is to be made, without what it protects.
fn new_vault(values: &Object, enterprise_project: Option<&str>) -> wire::NewVault {
    let text = |name: &str| words::text(values, name).map(str::to_owned);
    let flag = |name: &str| words::flag(values, name);
    let prepaid = order::is_prepaid(values);
    let kind = text("type");
    let is_elsewhere = matches!(kind.as_deref(), Some("vmware" | "file"));
    let rules: Vec<Tag> = labels::rules(values).into_iter().collect();
    let tag = |(key, value): (String, String)| Tag { key, value };
    let tags: Vec<Tag> = labels::tags(values).into_iter().map(tag).collect();
    let billing = wire::NewBilling {
        object_type: kind,
        protect_type: text("protection_type"),
        consistent_level: text("consistent_level"),
        size: words::number(values, "size"),
        // Source: CBR API v3, "Creating a Vault": the two types for machines elsewhere are hybrid.
        cloud_type: text("cloud_type").or_else(|| is_elsewhere.then(|| "hybrid".to_owned())),
        charging_mode: prepaid.then(|| "pre_paid".to_owned()),
        is_multi_az: flag("is_multi_az"),
        period_type: text("period_unit").filter(|_| prepaid),
        period_num: words::number(values, "period").filter(|_| prepaid),
        is_auto_renew: prepaid.then(|| words::text(values, "auto_renew") == Some("true")),
        is_auto_pay: prepaid.then(|| words::text(values, "auto_pay") != Some("false")),
    };
    wire::NewVault {
        name: text("name"),
        description: text("description"),
        billing: Some(billing),
        resources: Vec::new(),
        backup_policy_id: None,
        tags: (!tags.is_empty()).then_some(tags),
        enterprise_project_id: text("enterprise_project_id")
            .or_else(|| enterprise_project.map(str::to_owned)),
        auto_bind: flag("auto_bind"),
        bind_rules: (!rules.is_empty()).then_some(wire::BindRules { tags: Some(rules) }),
        auto_expand: flag("auto_expand").filter(|_| !prepaid),
        threshold: words::number(values, "threshold"),
        smn_notify: flag("smn_notify"),
        backup_name_prefix: text("backup_name_prefix"),
        locked: flag("locked"),
        demand_billing: flag("demand_billing").filter(|_| prepaid),
        availability_zone: text("availability_zone"),
        ..wire::NewVault::default()
    }
}

/// Associates resources, also those whose choice of disks changes.
async fn associate(
    client: &Client,
    region: &str,
    id: &str,
    values: &Object,
    choices: &Choices,
) -> Result<(), Error> {
    let Some(kind) = words::text(values, "type").and_then(Protected::of_vault) else { return Ok(()) };
    let resources: Vec<wire::Resource> =
        choices.iter().map(|(id, choice)| protected::to_wire(kind, id, choice)).collect();
    for group in resources.chunks(RESOURCES_AT_ONCE) {
        cbr::add_resources(client, region, id, group.to_vec()).await?;
    }
    Ok(())
}

/// Takes resources out, with their backups, and waits until they are gone. What a lost answer has begun goes on.
async fn dissociate(
    client: &Client,
    region: &str,
    id: &str,
    gone: &BTreeSet<Arc<str>>,
    patience: Duration,
) -> Result<(), Error> {
    let ids: Vec<String> = gone.iter().map(ToString::to_string).collect();
    for group in ids.chunks(RESOURCES_AT_ONCE) {
        let mut left = group.to_vec();
        let mut attempt = 1;
        while !left.is_empty() {
            match cbr::remove_resources(client, region, id, left.clone()).await {
                Err(error) if error.may_have_happened() && attempt < CREATE_ATTEMPTS => {}
                Err(error) => return Err(error),
                Ok(_) => break,
            }
            attempt += 1;
            let now = cbr::show_vault(client, region, id).await?;
            let still = now.map(|vault| present(&vault)).unwrap_or_default();
            left.retain(|id| still.contains(id.as_str()));
        }
    }
    if ids.is_empty() || cbr::until_removed(client, region, id, &ids, patience).await? {
        return Ok(());
    }
    Err(unfinished(&format!("the removal of {} from the vault {id}", ids.join(", ")), patience))
}

/// Sets the policies that are wanted and not set, and takes off those that are set and not wanted. A policy that takes
/// another's place is set first: then the vault is never without one.
async fn set_policies(
    client: &Client,
    region: &str,
    id: &str,
    live: &Object,
    values: &Object,
) -> Result<(), Error> {
    let (now, wanted) = (policies_of(live), policies_of(values));
    for (policy, destination) in wanted.iter().filter(|(policy, to)| now.get(*policy) != Some(*to)) {
        cbr::associate_policy(client, region, id, policy, destination.as_deref()).await?;
    }
    let old = words::text(values, "policy_id").filter(|policy| !now.contains_key(*policy));
    if let Some(policy) = old {
        cbr::associate_policy(client, region, id, policy, None).await?;
        return Ok(());
    }
    if values.get("policy").is_none_or(Value::is_null) {
        return Ok(());
    }
    for policy in now.keys().filter(|policy| !wanted.contains_key(*policy)) {
        cbr::dissociate_policy(client, region, id, policy).await?;
    }
    Ok(())
}

/// Sends the difference of tags, and nothing else.
async fn set_tags(
    client: &Client,
    region: &str,
    id: &str,
    live: &Object,
    values: &Object,
) -> Result<(), Error> {
    let (gone, new) = labels::difference(&labels::tags(live), &labels::tags(values));
    for (action, tags) in [(cbr::TagsAction::Delete, gone), (cbr::TagsAction::Create, new)] {
        for group in tags.chunks(TAGS_AT_ONCE) {
            cbr::tags_action(client, region, id, action, group.to_vec()).await?;
        }
    }
    Ok(())
}

/// The settings that differ, without capacity and lock, which have their own time.
fn settings(live: &Object, values: &Object) -> wire::VaultChange {
    let differs =
        |name: &str| values.get(name).filter(|value| !value.is_null() && live.get(name) != Some(value));
    let flag = |name: &str| differs(name).and_then(Value::as_bool);
    let rules = labels::rules(values);
    let level = differs("consistent_level").and_then(Value::as_str).map(str::to_owned);
    wire::VaultChange {
        name: differs("name").and_then(Value::as_str).map(str::to_owned),
        auto_bind: flag("auto_bind"),
        // Source: terraform-provider-huaweicloud: an empty list of tags clears the rules.
        bind_rules: (rules != labels::rules(live))
            .then(|| wire::BindRules { tags: Some(rules.into_iter().collect()) }),
        auto_expand: flag("auto_expand"),
        smn_notify: flag("smn_notify"),
        threshold: differs("threshold").and_then(Value::as_i64),
        locked: None,
        billing: level.map(|level| wire::BillingChange { size: None, consistent_level: Some(level) }),
    }
}

async fn put(client: &Client, region: &str, id: &str, change: wire::VaultChange) -> Result<(), Error> {
    if change == wire::VaultChange::default() {
        return Ok(());
    }
    cbr::update_vault(client, region, id, change).await.map(drop)
}

fn of_size(size: i64) -> wire::VaultChange {
    let billing = Some(wire::BillingChange { size: Some(size), consistent_level: None });
    wire::VaultChange { billing, ..wire::VaultChange::default() }
}

/// Changes what differs between `live` and what is desired; what is in the vault besides both is left alone. Each call may
/// be repeated without harm.
///
/// # Errors
///
/// When a call fails, or something takes too long.
pub async fn update(client: &Client, region: &str, live: &LiveObject, desired: &Object) -> Result<(), Error> {
    let id = &*live.id;
    let mut before = live.values.clone();
    shape::align(desired, &mut before);
    let (old, new) = (words::number(&before, "size"), words::number(desired, "size"));
    put(client, region, id, settings(&before, desired)).await?;
    let grown = new.filter(|new| old.is_some_and(|old| *new > old));
    if let Some(size) = grown {
        grow(client, region, &before, id, size, desired).await?;
    }
    set_policies(client, region, id, &before, desired).await?;
    set_resources(client, region, id, &before, desired).await?;
    set_tags(client, region, id, &before, desired).await?;
    set_places(client, region, id, &before, desired).await?;
    let shrunk = new.filter(|new| old.is_some_and(|old| *new < old));
    let mut last = shrunk.map(of_size).unwrap_or_default();
    last.locked = words::flag(desired, "locked")
        .filter(|locked| *locked && words::flag(&before, "locked") != Some(true));
    put(client, region, id, last).await
}

/// More room: as it is used, or by an order.
async fn grow(
    client: &Client,
    region: &str,
    live: &Object,
    id: &str,
    size: i64,
    desired: &Object,
) -> Result<(), Error> {
    if !order::is_prepaid(live) {
        return put(client, region, id, of_size(size)).await;
    }
    let vault = cbr::show_vault(client, region, id).await?.unwrap_or_default();
    let has_it = vault.billing.as_ref().and_then(|billing| billing.size) == Some(size);
    if has_it { Ok(()) } else { order::grow(client, region, &vault, size, desired).await }
}

/// Takes out what was there when the plan was made and is not wanted, and brings in what is wanted and not there now.
async fn set_resources(
    client: &Client,
    region: &str,
    id: &str,
    live: &Object,
    desired: &Object,
) -> Result<(), Error> {
    if desired.get(protected::NAME).is_none_or(Value::is_null) {
        return Ok(());
    }
    let (old, wanted) = (protected::of(live), protected::of(desired));
    if old == wanted {
        return Ok(());
    }
    let now = cbr::show_vault(client, region, id).await?.unwrap_or_default();
    let there = present(&now);
    let gone: BTreeSet<Arc<str>> =
        old.keys().filter(|id| !wanted.contains_key(*id) && there.contains(*id)).cloned().collect();
    dissociate(client, region, id, &gone, patience(desired, Work::Update)).await?;
    let kind = words::text(live, "type").or(words::text(desired, "type")).and_then(Protected::of_vault);
    let current = protected::choices(Some(&protected::value(kind, &now.resources)));
    let new: Choices = wanted.into_iter().filter(|(id, choice)| current.get(id) != Some(choice)).collect();
    associate(client, region, id, desired, &new).await
}

/// What other services keep of the vault: its enterprise project, and whether it is renewed.
async fn set_places(
    client: &Client,
    region: &str,
    id: &str,
    live: &Object,
    desired: &Object,
) -> Result<(), Error> {
    let differs =
        |name: &str| words::text(desired, name).filter(|text| words::text(live, name) != Some(text));
    if let Some(project) = differs("enterprise_project_id") {
        eps::migrate(client, region, project, "vault", id).await?;
    }
    if let Some(renewed) = differs("auto_renew")
        && order::is_prepaid(live)
    {
        bss::renew_by_itself(client, region, id, renewed == "true").await?;
    }
    Ok(())
}

/// Moves resources from one vault to another, with their backups, and waits until they are there.
///
/// # Errors
///
/// When it is refused, or takes too long.
pub async fn migrate(
    client: &Client,
    region: &str,
    from: &str,
    to: &str,
    members: &BTreeSet<Arc<str>>,
) -> Result<(), Error> {
    let patience = patience(&Object::new(), Work::Update);
    let mut attempt = 1;
    loop {
        let there =
            cbr::show_vault(client, region, to).await?.map(|vault| present(&vault)).unwrap_or_default();
        let left: Vec<String> =
            members.iter().filter(|id| !there.contains(*id)).map(ToString::to_string).collect();
        let mut lost = None;
        for group in left.chunks(RESOURCES_AT_ONCE) {
            match cbr::migrate_resources(client, region, from, to, group.to_vec()).await {
                Err(error) if error.may_have_happened() && attempt < CREATE_ATTEMPTS => lost = Some(error),
                answer => drop(answer?),
            }
        }
        match lost {
            // Whether it went through, the vault that they join tells.
            Some(_) => client.sleep(APPEARS_WITHIN).await,
            None if cbr::until_present(client, region, to, &left, patience).await? => return Ok(()),
            None => {
                let what = format!("the migration of {} to the vault {to}", left.join(", "));
                return Err(unfinished(&what, patience));
            }
        }
        attempt += 1;
    }
}

/// Deletes the vault with every backup in it, or gives a prepaid one back, and waits until it is gone.
///
/// # Errors
///
/// When it is refused, or takes too long.
pub async fn delete(client: &Client, region: &str, live: &LiveObject) -> Result<(), Error> {
    let id = &*live.id;
    if order::is_prepaid(&live.values) {
        match bss::unsubscribe(client, region, vec![id.to_owned()]).await {
            // Whether it went through, the vault itself tells.
            Err(error) if !error.may_have_happened() => return Err(error),
            _ => {}
        }
    } else {
        cbr::delete_vault(client, region, id).await?;
    }
    let patience = patience(&live.values, Work::Delete);
    if cbr::until_vault_is_gone(client, region, id, patience).await? {
        return Ok(());
    }
    Err(unfinished(&format!("the deletion of the vault {id}"), patience))
}
