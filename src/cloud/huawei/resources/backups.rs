//! `huaweicloud_cbr_backups`: the backups of a region, with Terraform's arguments and attributes.

use std::cmp::Reverse;

use serde_json::{Value as Json, json};

use super::data::{self, ID, REGION, text_argument};
use crate::cloud::error::Error;
use crate::cloud::huawei::cbr;
use crate::cloud::huawei::client::Client;
use crate::model::desired::Scope;
use crate::model::schema::{Attribute, Kind, Presence, Schema};
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr::Backup;

/// The data source's name.
pub const NAME: &str = "huaweicloud_cbr_backups";

const EXTEND_INFO: Kind = Kind::Object(&[
    ("auto_trigger", Kind::Bool),
    ("bootable", Kind::Bool),
    ("snapshot_id", Kind::String),
    ("support_lld", Kind::Bool),
    ("supported_restore_mode", Kind::String),
    ("os_images_data", Kind::List(&Kind::Object(&[("image_id", Kind::String)]))),
    ("contain_system_disk", Kind::Bool),
    ("encrypted", Kind::Bool),
    ("system_disk", Kind::Bool),
    ("is_multi_az", Kind::Bool),
]);

/// `destinatio_vault_id` is Terraform's spelling.
const REPLICATION_INFO: Kind = Kind::Object(&[
    ("progress", Kind::Number),
    ("fail_code", Kind::String),
    ("fail_reason", Kind::String),
    ("auto_trigger", Kind::Bool),
    ("destinatio_vault_id", Kind::String),
]);

const REPLICATION: Kind = Kind::Object(&[
    ("created_at", Kind::String),
    ("destination_backup_id", Kind::String),
    ("destination_checkpoint_id", Kind::String),
    ("destination_project_id", Kind::String),
    ("destination_region", Kind::String),
    ("destination_vault_id", Kind::String),
    ("extra_info", Kind::List(&REPLICATION_INFO)),
    ("id", Kind::String),
    ("source_backup_id", Kind::String),
    ("source_checkpoint_id", Kind::String),
    ("source_project_id", Kind::String),
    ("source_region", Kind::String),
    ("status", Kind::String),
    ("vault_id", Kind::String),
]);

/// One backup; `children` is JSON, as in Terraform, for it holds backups again.
///
/// Source: terraform-provider-huaweicloud, `huaweicloud_cbr_backups`.
const BACKUP: Kind = Kind::Object(&[
    ("checkpoint_id", Kind::String),
    ("created_at", Kind::String),
    ("description", Kind::String),
    ("expired_at", Kind::String),
    ("extend_info", Kind::List(&EXTEND_INFO)),
    ("id", Kind::String),
    ("image_type", Kind::String),
    ("name", Kind::String),
    ("parent_id", Kind::String),
    ("project_id", Kind::String),
    ("protected_at", Kind::String),
    ("resource_az", Kind::String),
    ("resource_id", Kind::String),
    ("resource_name", Kind::String),
    ("resource_size", Kind::Number),
    ("resource_type", Kind::String),
    ("status", Kind::String),
    ("updated_at", Kind::String),
    ("vault_id", Kind::String),
    ("replication_records", Kind::List(&REPLICATION)),
    ("enterprise_project_id", Kind::String),
    ("provider_id", Kind::String),
    ("children", Kind::String),
    ("incremental", Kind::Bool),
    ("version", Kind::Number),
]);

const ATTRIBUTES: &[Attribute] = &[
    text_argument("checkpoint_id", "Only backups of this run."),
    Attribute::new("dec", Kind::Bool, Presence::Optional, "Only those of a dedicated cloud, where true."),
    text_argument("start_time", "Only backups made since, as 2018-02-01T12:00:00Z."),
    text_argument("end_time", "Only backups made until, as 2018-02-01T12:00:00Z."),
    text_argument("enterprise_project_id", "Only backups of this enterprise project."),
    text_argument("image_type", "Only backups of this sort: backup or replication."),
    Attribute::new(
        "incremental",
        Kind::Bool,
        Presence::Optional,
        "Only backups that hold what changed, where true.",
    ),
    text_argument("member_status", "Only shared backups in this state: pending, accepted or rejected."),
    text_argument("name", "Only the backup of this name."),
    text_argument("own_type", "Whose backups: private, shared or all_granted; private where left out."),
    text_argument("parent_id", "Only backups of disks that are part of this backup of a server."),
    text_argument("resource_az", "Only backups of resources in this zone."),
    text_argument("resource_id", "Only backups of this resource."),
    text_argument("resource_name", "Only backups of the resource of this name."),
    text_argument("resource_type", "Only backups of this sort of resources, for instance OS::Nova::Server."),
    Attribute::new(
        "show_replication",
        Kind::Bool,
        Presence::Optional,
        "Whether what became of replications is shown.",
    ),
    text_argument(
        "sort",
        "How the cloud sorts them, for instance created_at:asc; the newest first where left out.",
    ),
    text_argument("status", "Only backups in this state, or in one of these, with commas between."),
    text_argument("used_percent", "Only backups of vaults that are used to this per cent."),
    text_argument("vault_id", "Only backups in this vault."),
    REGION,
    ID,
    Attribute::new("backups", Kind::List(&BACKUP), Presence::Computed, "The backups."),
];

/// The data source.
pub const SCHEMA: Schema = data::source(NAME, ATTRIBUTES, "The CBR backups of a region.");

/// What CBR filters by itself, under the same names. Source: CBR API v3, "Querying All Backups".
const FILTERS: [&str; 16] = [
    "checkpoint_id",
    "start_time",
    "end_time",
    "enterprise_project_id",
    "image_type",
    "member_status",
    "name",
    "own_type",
    "parent_id",
    "resource_az",
    "resource_id",
    "resource_name",
    "resource_type",
    "sort",
    "used_percent",
    "vault_id",
];

/// Every attribute of the schema, backups in the order that was asked for, or the newest first.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn read(client: &Client, scope: &Scope, arguments: &Object) -> Result<Object, Error> {
    let names = FILTERS.map(|name| (name, name));
    let mut filters = data::filters(arguments, &names);
    for name in ["dec", "incremental", "show_replication"] {
        // Source: terraform-provider-huaweicloud: `false` asks for nothing.
        let is_set = arguments.get(name).and_then(Value::as_bool) == Some(true);
        filters.extend(is_set.then_some((name, "true")));
    }
    let states = data::text(arguments, "status").into_iter().flat_map(|states| states.split(','));
    filters.extend(states.map(|state| ("status", state.trim())));
    let mut backups = cbr::find_backups(client, &scope.region, &filters).await?;
    if data::text(arguments, "sort").is_none() {
        backups.sort_by_cached_key(|backup| Reverse((backup.created_at.clone(), backup.id.clone())));
    }
    let records = backups.iter().map(record).collect();
    Ok(data::reading(ATTRIBUTES, arguments, scope, ("backups", records)))
}

/// One backup in Terraform's words, which for the most part are the service's own.
fn record(backup: &Backup) -> Json {
    let mut record = serde_json::to_value(backup).expect("shapes of the wire have text keys only");
    record["extend_info"] = listed(&record["extend_info"]);
    let children = record["children"].take();
    let none = children.as_array().is_none_or(Vec::is_empty);
    record["children"] = if none { Json::from("") } else { Json::from(children.to_string()) };
    for replication in record["replication_records"].as_array_mut().into_iter().flatten() {
        let mut info = replication["extra_info"].take();
        if let Some(info) = info.as_object_mut() {
            let vault = info.remove("destination_vault_id").unwrap_or_default();
            info.insert("destinatio_vault_id".to_owned(), vault);
        }
        replication["extra_info"] = listed(&info);
    }
    record
}

/// An object as the only one of a list, which is how Terraform has objects.
fn listed(object: &Json) -> Json {
    if object.is_null() { json!([]) } else { json!([object]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::huawei::client::fake::client;
    use crate::cloud::huawei::resources::data::testing::{answering, arguments, ids, is_whole, scope};

    fn backups() -> Json {
        json!({ "count": 2, "backups": [
            { "id": "b1", "created_at": "2026-01-01T00:00:00.000000", "children": [{ "id": "c1" }],
                "extend_info": { "auto_trigger": true, "os_images_data": [{ "image_id": "i" }] },
                "replication_records": [{ "id": "r", "extra_info": { "progress": 50, "destination_vault_id": "v" } }] },
            { "id": "b2", "created_at": "2026-01-02T00:00:00.000000", "resource_size": 40 }] })
    }

    #[tokio::test]
    async fn every_attribute_has_a_value_and_the_newest_comes_first() {
        let server = answering(&backups());
        let read = read(&client(&server), &scope(), &Object::new()).await.expect("a reading");
        is_whole(&SCHEMA, &read);
        assert_eq!(ids(&read, "backups"), ["b2", "b1"]);
        let old = &read["backups"].as_slice().expect("a list")[1];
        let children = old.attribute("children").expect("a text");
        assert!(children.as_str().is_some_and(|text| text.contains("\"id\":\"c1\"")), "{children:?}");
        let records = old.attribute("replication_records").expect("records");
        let info = records.as_slice().expect("a list")[0].attribute("extra_info").expect("infos");
        let vault = info.as_slice().expect("a list")[0].attribute("destinatio_vault_id").expect("a vault");
        assert_eq!(vault.as_str(), Some("v"));
    }

    #[tokio::test]
    async fn filters_are_put_to_the_cloud() {
        let check = async |name: &str, value: Value, sent: &str| {
            let server = answering(&backups());
            let read = read(&client(&server), &scope(), &arguments(&[(name, value)])).await;
            assert_eq!(read.expect("a reading")["backups"].as_slice().map(<[_]>::len), Some(2));
            assert!(server.requests()[0].contains(sent), "{}", server.requests()[0]);
        };
        check("vault_id", "v".into(), "vault_id=v").await;
        check("status", "available,error".into(), "status=available&status=error").await;
        check("incremental", true.into(), "incremental=true").await;
        check("incremental", false.into(), "backups?limit=1000&offset=0 ").await;
        check("name", "".into(), "backups?limit=1000&offset=0 ").await;
    }
}
