//! `huaweicloud_cbr_vaults`: the vaults of a region, with Terraform's arguments and attributes.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::data::{self, ID, REGION, text_argument};
use crate::cloud::error::Error;
use crate::cloud::huawei::cbr;
use crate::cloud::huawei::client::Client;
use crate::model::desired::Scope;
use crate::model::schema::{Attribute, Kind, Presence, Schema};
use crate::model::value::{Object, Value};
use crate::wire::huawei::Tag;
use crate::wire::huawei::cbr::{Policy, Resource, Vault};

/// The data source's name.
pub const NAME: &str = "huaweicloud_cbr_vaults";

/// What a vault protects: of servers each with what is left out and put in, of anything else one entry with all ids.
const RESOURCE: Kind = Kind::Object(&[
    ("server_id", Kind::String),
    ("excludes", Kind::List(&Kind::String)),
    ("includes", Kind::List(&Kind::String)),
]);

/// One vault. Source: terraform-provider-huaweicloud, `huaweicloud_cbr_vaults`; `locked`, `charging_mode`, `is_multi_az`,
/// `created_at` and `description` are ours.
const VAULT: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("name", Kind::String),
    ("type", Kind::String),
    ("consistent_level", Kind::String),
    ("protection_type", Kind::String),
    ("size", Kind::Number),
    ("auto_expand_enabled", Kind::Bool),
    ("enterprise_project_id", Kind::String),
    ("policy_id", Kind::String),
    ("allocated", Kind::Number),
    ("used", Kind::Number),
    ("spec_code", Kind::String),
    ("status", Kind::String),
    ("storage", Kind::String),
    ("tags", Kind::Map(&Kind::String)),
    ("resources", Kind::List(&RESOURCE)),
    ("auto_bind", Kind::Bool),
    ("bind_rules", Kind::Map(&Kind::String)),
    ("locked", Kind::Bool),
    ("charging_mode", Kind::String),
    ("is_multi_az", Kind::Bool),
    ("created_at", Kind::String),
    ("description", Kind::String),
]);

const ATTRIBUTES: &[Attribute] = &[
    text_argument("name", "Only the vault of this name."),
    text_argument("type", "Only vaults for this sort of resources."),
    text_argument("consistent_level", "Only vaults of this consistency."),
    text_argument("protection_type", "Only vaults of this protection: backup or replication."),
    Attribute::new("size", Kind::Number, Presence::Optional, "Only vaults of this capacity, in GB."),
    Attribute::new(
        "auto_expand_enabled",
        Kind::Bool,
        Presence::Optional,
        "Only vaults that grow by themselves, where true.",
    ),
    text_argument("enterprise_project_id", "Only vaults of this enterprise project."),
    text_argument("policy_id", "Only vaults that this policy is set on."),
    text_argument("status", "Only vaults in this state."),
    REGION,
    ID,
    Attribute::new("vaults", Kind::List(&VAULT), Presence::Computed, "The vaults, by id."),
];

/// The data source.
pub const SCHEMA: Schema = data::source(NAME, ATTRIBUTES, "The CBR vaults of a region.");

/// Every attribute of the schema, vaults sorted by id. Two calls for up to a thousand of them: policies say which vaults
/// they are set on.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn read(client: &Client, scope: &Scope, arguments: &Object) -> Result<Object, Error> {
    let mut vaults = cbr::list_vaults(client, &scope.region).await?;
    let policies = cbr::list_policies(client, &scope.region).await?;
    vaults.retain(|vault| is_wanted(vault, &policies, arguments));
    vaults.sort_by(|left, right| left.id.cmp(&right.id));
    let records = vaults.iter().map(|vault| record(vault, &policies)).collect();
    Ok(data::reading(ATTRIBUTES, arguments, scope, ("vaults", records)))
}

fn is_wanted(vault: &Vault, policies: &[Policy], arguments: &Object) -> bool {
    let billing = vault.billing.clone().unwrap_or_default();
    let is = |name: &str, value: &Option<String>| data::admits(arguments, name, value.as_deref());
    let size = arguments.get("size").and_then(Value::as_i64);
    let grows = arguments.get("auto_expand_enabled").and_then(Value::as_bool) == Some(true);
    is("name", &vault.name)
        && is("type", &billing.object_type)
        && is("consistent_level", &billing.consistent_level)
        && is("protection_type", &billing.protect_type)
        && is("enterprise_project_id", &vault.enterprise_project_id)
        && is("status", &billing.status)
        && size.is_none_or(|size| billing.size == Some(size))
        && (!grows || vault.auto_expand == Some(true))
        && data::text(arguments, "policy_id").is_none_or(|wanted| {
            policies_of(vault, policies).any(|policy| policy.id.as_deref() == Some(wanted))
        })
}

/// The policies that are set on a vault, backup before replication.
fn policies_of<'a>(vault: &'a Vault, policies: &'a [Policy]) -> impl Iterator<Item = &'a Policy> {
    let of = move |kind: &'static str| {
        let is_of = move |policy: &&Policy| policy.operation_type.as_deref() == Some(kind);
        policies.iter().filter(is_of).filter(|policy| cbr::is_set_on(policy, vault))
    };
    of("backup").chain(of("replication"))
}

/// One vault in Terraform's words.
fn record(vault: &Vault, policies: &[Policy]) -> Json {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let billing = vault.billing.clone().unwrap_or_default();
    let rules =
        vault.bind_rules.as_ref().and_then(|rules| rules.tags.as_deref()).map(tags).unwrap_or_default();
    let policy = policies_of(vault, policies).next();
    json!({
        "id": text(&vault.id),
        "name": text(&vault.name),
        "type": text(&billing.object_type),
        "consistent_level": text(&billing.consistent_level),
        "protection_type": text(&billing.protect_type),
        "size": billing.size.unwrap_or(0),
        "auto_expand_enabled": vault.auto_expand.unwrap_or(false),
        "enterprise_project_id": text(&vault.enterprise_project_id),
        "policy_id": policy.map(|policy| text(&policy.id)).unwrap_or_default(),
        "allocated": billing.allocated.unwrap_or(0),
        "used": gib(billing.used.unwrap_or(0)),
        "spec_code": text(&billing.spec_code),
        "status": text(&billing.status),
        "storage": text(&billing.storage_unit),
        "tags": tags(&vault.tags),
        "resources": resources(&text(&billing.object_type), &vault.resources),
        "auto_bind": vault.auto_bind.unwrap_or(false),
        "bind_rules": rules,
        "locked": vault.locked.unwrap_or(false),
        "charging_mode": text(&billing.charging_mode),
        "is_multi_az": billing.is_multi_az.unwrap_or(false),
        "created_at": text(&vault.created_at),
        "description": text(&vault.description),
    })
}

fn tags(tags: &[Tag]) -> BTreeMap<&str, &str> {
    tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect()
}

/// MB, in which the service counts what is used, as GB.
///
/// Source: CBR API v3, "Querying a Vault", `billing.used`; terraform-provider-huaweicloud documents GB.
fn gib(mib: i64) -> Json {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a vault of ten petabytes has fewer MB than 52 bits count"
    )]
    let gib = mib as f64 / 1024.0;
    Json::from(gib)
}

/// Source: terraform-provider-huaweicloud, `flattenVaultResources`.
fn resources(object_type: &str, resources: &[Resource]) -> Vec<Json> {
    if resources.is_empty() {
        return Vec::new();
    }
    if object_type != "server" {
        let ids: Vec<&String> = resources.iter().filter_map(|resource| resource.id.as_ref()).collect();
        return vec![json!({ "includes": ids })];
    }
    let of_server = |server: &Resource| {
        let extra = server.extra_info.clone().unwrap_or_default();
        let included: Vec<String> =
            extra.include_volumes.unwrap_or_default().into_iter().filter_map(|volume| volume.id).collect();
        json!({ "server_id": server.id, "excludes": extra.exclude_volumes.unwrap_or_default(), "includes": included })
    };
    resources.iter().map(of_server).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::huawei::client::fake::client;
    use crate::cloud::huawei::resources::data::testing::{answering, arguments, ids, is_whole, scope};

    fn vaults() -> Json {
        let billing = json!({ "object_type": "disk", "protect_type": "backup", "consistent_level": "crash_consistent",
            "size": 100, "allocated": 40, "used": 1536, "status": "available" });
        json!({ "count": 2, "vaults": [
            { "id": "v2", "name": "disks", "billing": billing, "resources": [{ "id": "d1" }, { "id": "d2" }] },
            { "id": "v1", "name": "servers", "auto_expand": true, "bind_rules": { "tags": [{ "key": "a", "value": "b" }] },
                "billing": { "object_type": "server", "size": 200 },
                "resources": [{ "id": "s1", "extra_info": { "exclude_volumes": ["d9"] } }] }],
            "policies": [
                { "id": "p2", "operation_type": "replication", "associated_vaults": [{ "vault_id": "v1" }] },
                { "id": "p1", "operation_type": "backup", "associated_vaults": [{ "vault_id": "v1" }] }] })
    }

    #[tokio::test]
    async fn every_attribute_has_a_value_and_vaults_are_sorted() {
        let server = answering(&vaults());
        let read = read(&client(&server), &scope(), &Object::new()).await.expect("a reading");
        is_whole(&SCHEMA, &read);
        assert_eq!((ids(&read, "vaults"), server.requests().len()), (vec!["v1".into(), "v2".into()], 2));
        let vaults = read["vaults"].as_slice().expect("a list");
        assert_eq!(vaults[0].attribute("policy_id").expect("a policy").as_str(), Some("p1"));
        let used = vaults[1].attribute("used").expect("a number");
        assert_eq!(used.as_number().map(crate::model::number::Number::to_f64), Some(1.5));
        let disks = vaults[1].attribute("resources").expect("resources");
        let [all] = disks.as_slice().expect("a list") else { panic!("{disks:?}") };
        assert_eq!(all.attribute("includes").expect("ids").as_slice().map(<[_]>::len), Some(2));
    }

    #[tokio::test]
    async fn filters_are_applied_here() {
        let check = async |name: &str, value: Value, expected: &[&str]| {
            let server = answering(&vaults());
            let read = read(&client(&server), &scope(), &arguments(&[(name, value)])).await;
            assert_eq!(ids(&read.expect("a reading"), "vaults"), expected, "{name}");
        };
        check("name", "disks".into(), &["v2"]).await;
        check("name", "disk".into(), &[]).await;
        check("type", "server".into(), &["v1"]).await;
        check("size", 100_i64.into(), &["v2"]).await;
        check("auto_expand_enabled", true.into(), &["v1"]).await;
        check("auto_expand_enabled", false.into(), &["v1", "v2"]).await;
        check("policy_id", "p2".into(), &["v1"]).await;
        check("status", "available".into(), &["v2"]).await;
    }
}
