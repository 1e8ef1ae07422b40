//! Vaults as the wire has them and as configurations do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{ASSOCIATED, POLICY, labels, order, protected};
use crate::cloud::error::Error;
use crate::cloud::huawei::cbr;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::resources::facts::Protected;
use crate::cloud::huawei::resources::words;
use crate::model::live::LiveObject;
use crate::model::number::Number;
use crate::model::types::Type;
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr as wire;

/// The policies that are set, by vault: each with the vault that replicas go to, if it has one.
pub type Policies = BTreeMap<String, BTreeMap<String, Option<String>>>;

/// Which policies are set on which vaults. Those of an organisation are left out, so that nobody takes them off.
pub fn policies(listed: &[wire::Policy]) -> Policies {
    let mut found = Policies::new();
    let own =
        |policy: &&wire::Policy| policy.policy_type.as_deref().is_none_or(|sort| sort == "custom_policy");
    for policy in listed.iter().filter(own) {
        let Some(id) = &policy.id else { continue };
        for set in &policy.associated_vaults {
            if let Some(vault) = &set.vault_id {
                let destination = set.destination_vault_id.clone().filter(|id| !id.is_empty());
                found.entry(vault.clone()).or_default().insert(id.clone(), destination);
            }
        }
    }
    found
}

/// The policies that an object's attributes name, as far as they are known.
pub fn policies_of(values: &Object) -> BTreeMap<String, Option<String>> {
    let blocks = words::elements(values, "policy").iter().filter_map(Value::as_object);
    let named = blocks.filter_map(|block| {
        let destination = words::text(block, "destination_vault_id").map(str::to_owned);
        Some((words::text(block, "id")?.to_owned(), destination))
    });
    named.collect()
}

/// Whether a vault is on its way out.
fn is_being_deleted(vault: &wire::Vault) -> bool {
    let status = vault.billing.as_ref().and_then(|billing| billing.status.as_deref());
    status == Some("deleting")
}

/// What the wire has in our words; `None` for a vault without an id.
pub fn from_wire(vault: &wire::Vault, region: &str, policies: &Policies) -> Option<LiveObject> {
    let id = vault.id.as_deref().filter(|id| !id.is_empty())?;
    let billing = vault.billing.clone().unwrap_or_default();
    let kind = billing.object_type.as_deref().and_then(Protected::of_vault);
    let set = policies.get(id).cloned().unwrap_or_default();
    let policy = |(id, destination): (&String, &Option<String>)| {
        let destination = words::optional_text(destination.as_ref());
        Value::object([("id", Value::string(id)), ("destination_vault_id", destination)])
    };
    let charging = match billing.charging_mode.as_deref() {
        Some("pre_paid") => Value::string("prePaid"),
        Some("post_paid") => Value::string("postPaid"),
        _ => Value::Null(Type::String),
    };
    let rules = vault.bind_rules.as_ref().and_then(|rules| rules.tags.clone()).unwrap_or_default();
    let mut values = words::object([
        ("name", words::optional_text(vault.name.as_ref())),
        ("region", Value::string(region)),
        ("type", words::optional_text(billing.object_type.as_ref())),
        ("protection_type", words::optional_text(billing.protect_type.as_ref())),
        ("size", words::optional_number(billing.size)),
        ("cloud_type", words::optional_text(billing.cloud_type.as_ref())),
        ("consistent_level", words::optional_text(billing.consistent_level.as_ref())),
        (protected::NAME, protected::value(kind, &vault.resources)),
        ("policy", Value::set(POLICY.to_type(), set.iter().map(policy))),
        ("auto_bind", words::optional_flag(vault.auto_bind)),
        ("auto_expand", words::optional_flag(vault.auto_expand)),
        ("threshold", words::optional_number(vault.threshold)),
        ("smn_notify", words::optional_flag(vault.smn_notify)),
        ("locked", words::optional_flag(vault.locked)),
        ("is_multi_az", words::optional_flag(billing.is_multi_az)),
        ("backup_name_prefix", words::optional_text(vault.backup_name_prefix.as_ref())),
        ("description", words::optional_text(vault.description.as_ref())),
        ("enterprise_project_id", words::optional_text(vault.enterprise_project_id.as_ref())),
        ("availability_zone", words::optional_text(vault.availability_zone.as_ref())),
        ("tags", labels::tags_from_wire(&vault.tags)),
        ("charging_mode", charging),
        ("auto_renew", Value::Null(Type::String)),
        ("id", Value::string(id)),
        (protected::BY_ITSELF, words::texts::<&str>([])),
        ("allocated", words::optional_number(billing.allocated)),
        ("used", billing.used.map_or(Value::Null(Type::Number), gib)),
        ("spec_code", words::optional_text(billing.spec_code.as_ref())),
        ("status", words::optional_text(billing.status.as_ref())),
        ("storage", words::optional_text(billing.storage_unit.as_ref())),
        ("associated", Value::list(ASSOCIATED.to_type(), vault.resources.iter().map(associated))),
    ]);
    values.extend(words::object(labels::rules_from_wire(&rules)));
    Some(LiveObject { id: id.into(), identity: vault.name.as_deref().map(Arc::from), values })
}

fn associated(resource: &wire::Resource) -> Value {
    Value::object([
        ("id", words::optional_text(resource.id.as_ref())),
        ("name", words::optional_text(resource.name.as_ref())),
        ("type", words::optional_text(resource.kind.as_ref())),
        ("size", words::optional_number(resource.size)),
        ("status", words::optional_text(resource.protect_status.as_ref())),
        ("backup_count", words::optional_number(resource.backup_count)),
        ("backup_size", words::optional_number(resource.backup_size)),
    ])
}

/// MB as GB, to two places, as Terraform's provider has it.
fn gib(mib: i64) -> Value {
    let hundredths = (mib.saturating_mul(100) + 512) / 1024;
    let number = Number::from(hundredths).divide(&Number::from(100_i64));
    number.map_or(Value::Null(Type::Number), Value::from)
}

/// Says a live vault in the words of what is desired where both mean the same.
pub fn align(desired: &Object, live: &mut Object) {
    protected::align(desired, live);
    labels::align(desired, live);
    align_policies(desired, live);
    let grows = words::flag(desired, "auto_expand").or(words::flag(live, "auto_expand")) == Some(true);
    if let (Some(wanted), Some(size), true) =
        (words::number(desired, "size"), words::number(live, "size"), grows)
        && size > wanted
    {
        // What the vault has grown by itself is not to be taken away from it.
        live.insert("size".into(), Value::from(wanted));
    }
    // Whoever names no zone takes the one that it has.
    if words::text(desired, "availability_zone").is_none() {
        live.remove("availability_zone");
    }
    // Nobody told whether it is renewed: that is then no contradiction.
    if live.get("auto_renew").is_none_or(Value::is_null) {
        let wanted = desired.get_key_value("auto_renew").filter(|(_, value)| value.is_wholly_known());
        live.extend(wanted.map(|(name, value)| (name.clone(), value.clone())));
    }
}

fn align_policies(desired: &Object, live: &mut Object) {
    if let Some(wanted) = desired.get("policy").filter(|value| value.is_wholly_known() && !value.is_null())
        && policies_of(desired) == policies_of(live)
    {
        live.insert("policy".into(), wanted.clone());
    }
    let own =
        words::text(desired, "policy_id").filter(|id| policies_of(live).contains_key(*id)).map(Value::string);
    match own {
        Some(own) => {
            // Whoever writes the old argument writes no blocks; what these were is not to be kept against it.
            let blocks = desired.get_key_value("policy").filter(|(_, value)| value.is_wholly_known());
            live.extend(blocks.map(|(name, value)| (name.clone(), value.clone())));
            live.insert("policy_id".into(), own)
        }
        None => live.remove("policy_id"),
    };
}

/// All vaults of a region, with everything that they protect and the policies that are set on them: two calls, and one
/// more where any is prepaid. A vault that is being deleted is gone.
///
/// # Errors
///
/// When a listing fails or does not hold still.
pub async fn list(client: &Client, region: &str) -> Result<Vec<LiveObject>, Error> {
    let (vaults, listed) =
        futures_util::future::try_join(cbr::list_vaults(client, region), cbr::list_policies(client, region))
            .await?;
    let policies = policies(&listed);
    let present = vaults.iter().filter(|vault| !is_being_deleted(vault));
    let mut objects: Vec<LiveObject> =
        present.filter_map(|vault| from_wire(vault, region, &policies)).collect();
    order::add_renewal(client, region, &mut objects).await?;
    Ok(objects)
}

/// One vault, by its id or else by its name.
///
/// # Errors
///
/// When it cannot be had.
pub async fn read(
    client: &Client,
    region: &str,
    id: Option<&str>,
    identity: Option<&str>,
) -> Result<Option<LiveObject>, Error> {
    let Some(id) = id else {
        let named = |vault: &LiveObject| identity.is_some() && vault.identity.as_deref() == identity;
        return Ok(list(client, region).await?.into_iter().find(named));
    };
    let Some(vault) = cbr::show_vault(client, region, id).await?.filter(|vault| !is_being_deleted(vault))
    else {
        return Ok(None);
    };
    let policies = policies(&cbr::list_policies(client, region).await?);
    let mut objects: Vec<LiveObject> = from_wire(&vault, region, &policies).into_iter().collect();
    order::add_renewal(client, region, &mut objects).await?;
    Ok(objects.pop())
}

/// The ids of what is in a vault and not on its way out.
pub fn present(vault: &wire::Vault) -> BTreeSet<Arc<str>> {
    let present = vault.resources.iter().filter(|resource| !protected::is_being_removed(resource));
    present.filter_map(|resource| resource.id.as_deref()).map(Arc::from).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn vault(billing: &serde_json::Value, rest: &serde_json::Value) -> LiveObject {
        let mut body = json!({ "id": "v1", "name": "v", "billing": billing });
        for (name, value) in rest.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let vault: wire::Vault = serde_json::from_value(body).expect("the shape decodes");
        from_wire(&vault, "cn-north-4", &Policies::new()).expect("it has an id")
    }

    #[test]
    fn use_is_in_megabytes_and_allocation_in_gigabytes() {
        let object = vault(
            &json!({ "object_type": "server", "allocated": 140, "used": 1536, "size": 800 }),
            &json!({}),
        );
        assert_eq!(object.values["allocated"].as_i64(), Some(140));
        assert_eq!(object.values["used"], Value::from(Number::parse("1.5").expect("a number")));
    }

    #[test]
    fn what_a_vault_has_grown_by_itself_stays() {
        let check = |grows: bool, live: i64, wanted: i64, expected: i64| {
            let billing = json!({ "object_type": "server", "size": live });
            let mut values = vault(&billing, &json!({ "auto_expand": grows })).values;
            align(&words::object([("size", Value::from(wanted))]), &mut values);
            assert_eq!(words::number(&values, "size"), Some(expected), "{grows} {live} {wanted}");
        };
        check(true, 1000, 800, 800);
        check(false, 1000, 800, 1000);
        check(true, 500, 800, 500);
    }

    #[test]
    fn policies_of_an_organisation_are_not_ours() {
        let listed: Vec<wire::Policy> = serde_json::from_value(json!([
            { "id": "p1", "policy_type": "custom_policy", "associated_vaults": [{ "vault_id": "v1" }] },
            { "id": "p2", "associated_vaults": [{ "vault_id": "v1", "destination_vault_id": "w" }] },
            { "id": "p3", "policy_type": "organization_policy_v2", "associated_vaults": [{ "vault_id": "v1" }] }
        ]))
        .expect("the shape decodes");
        let found = policies(&listed);
        let expected = BTreeMap::from([("p1".to_owned(), None), ("p2".to_owned(), Some("w".to_owned()))]);
        assert_eq!(found["v1"], expected);
    }

    #[test]
    fn the_old_argument_for_a_policy_means_the_same() {
        let check = |set: &[&str], wanted: &str, expected: Option<&str>| {
            let blocks = set.iter().map(|id| {
                Value::object([
                    ("id", Value::string(id)),
                    ("destination_vault_id", Value::Null(Type::String)),
                ])
            });
            let mut live = words::object([("policy", Value::set(POLICY.to_type(), blocks))]);
            align(&words::object([("policy_id", Value::string(wanted))]), &mut live);
            assert_eq!(words::text(&live, "policy_id"), expected, "{set:?} {wanted}");
        };
        check(&["p1"], "p1", Some("p1"));
        check(&["p2"], "p1", None);
        check(&[], "p1", None);
    }
}
