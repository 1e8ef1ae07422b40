//! `huaweicloud_evs_volumes`: the disks of a region, with Terraform's arguments and attributes.

use serde_json::{Value as Json, json};

use super::data::{self, ID, REGION, text_argument};
use crate::cloud::error::Error;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::evs;
use crate::model::desired::Scope;
use crate::model::schema::{Attribute, Kind, Presence, Schema};
use crate::model::value::{Object, Value};
use crate::wire::huawei::compute::Volume;

/// The data source's name.
pub const NAME: &str = "huaweicloud_evs_volumes";

const ATTACHMENT: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("attached_at", Kind::String),
    ("attached_mode", Kind::String),
    ("device_name", Kind::String),
    ("server_id", Kind::String),
]);

/// One disk. Source: terraform-provider-huaweicloud, `huaweicloud_evs_volumes`; `encrypted` is ours.
const VOLUME: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("attachments", Kind::List(&ATTACHMENT)),
    ("availability_zone", Kind::String),
    ("bootable", Kind::Bool),
    ("description", Kind::String),
    ("volume_type", Kind::String),
    ("enterprise_project_id", Kind::String),
    ("name", Kind::String),
    ("service_type", Kind::String),
    ("shareable", Kind::Bool),
    ("size", Kind::Number),
    ("status", Kind::String),
    ("create_at", Kind::String),
    ("update_at", Kind::String),
    ("tags", Kind::Map(&Kind::String)),
    ("wwn", Kind::String),
    ("encrypted", Kind::Bool),
]);

const ATTRIBUTES: &[Attribute] = &[
    text_argument("volume_id", "Only this disk."),
    text_argument("name", "Only disks with this in their names."),
    text_argument("volume_type_id", "Only disks of the type with this id."),
    text_argument("availability_zone", "Only disks in this zone."),
    text_argument("enterprise_project_id", "Only disks of this enterprise project."),
    Attribute::new(
        "shareable",
        Kind::Bool,
        Presence::Optional,
        "Only disks that several servers can hold, where true.",
    ),
    text_argument("server_id", "Only disks of this server."),
    text_argument("status", "Only disks in this state."),
    Attribute::new(
        "tags",
        Kind::Map(&Kind::String),
        Presence::Optional,
        "Only disks with all of these tags.",
    ),
    text_argument("service_type", "Only disks of this service: EVS, DSS or DESS."),
    REGION,
    ID,
    Attribute::new("volumes", Kind::List(&VOLUME), Presence::Computed, "The disks, by id."),
];

/// The data source.
pub const SCHEMA: Schema = data::source(NAME, ATTRIBUTES, "The EVS disks of a region.");

/// What EVS filters by itself. Source: EVS API v2, "Querying Details About All Disks".
const FILTERS: [(&str, &str); 8] = [
    ("volume_id", "id"),
    ("name", "name"),
    ("volume_type_id", "volume_type_id"),
    ("availability_zone", "availability_zone"),
    ("enterprise_project_id", "enterprise_project_id"),
    ("server_id", "server_id"),
    ("status", "status"),
    ("service_type", "service_type"),
];

/// Every attribute of the schema, disks sorted by id.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn read(client: &Client, scope: &Scope, arguments: &Object) -> Result<Object, Error> {
    let mut filters = data::filters(arguments, &FILTERS);
    // Source: terraform-provider-huaweicloud: `false` asks for nothing.
    let is_shared = arguments.get("shareable").and_then(Value::as_bool) == Some(true);
    filters.extend(is_shared.then_some(("multiattach", "true")));
    let mut volumes = evs::list_volumes(client, &scope.region, &filters).await?;
    volumes.retain(|volume| is_wanted(volume, arguments, is_shared));
    volumes.sort_by(|left, right| left.id.cmp(&right.id));
    let records = volumes.iter().map(record).collect();
    Ok(data::reading(ATTRIBUTES, arguments, scope, ("volumes", records)))
}

/// What EVS does not filter, and once more what it does.
fn is_wanted(volume: &Volume, arguments: &Object, is_shared: bool) -> bool {
    let is = |name: &str, value: Option<&String>| data::admits(arguments, name, value.map(String::as_str));
    let name = volume.name.as_deref().unwrap_or_default();
    data::text(arguments, "name").is_none_or(|part| name.contains(part))
        && is("volume_id", volume.id.as_ref())
        && is("availability_zone", volume.availability_zone.as_ref())
        && is("status", volume.status.as_ref())
        && is("service_type", volume.service_type.as_ref())
        && data::text(arguments, "server_id").is_none_or(|server| {
            volume.attachments.iter().any(|attachment| attachment.server_id.as_deref() == Some(server))
        })
        && (!is_shared || volume.multiattach == Some(true))
        && data::admits_tags(arguments, &volume.tags.clone().unwrap_or_default())
}

/// One disk in Terraform's words.
fn record(volume: &Volume) -> Json {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mode =
        volume.metadata.as_ref().and_then(|metadata| metadata.attached_mode.clone()).unwrap_or_default();
    let attachment = |of: &crate::wire::huawei::compute::VolumeAttachment| {
        json!({ "id": text(&of.attachment_id), "attached_at": text(&of.attached_at), "attached_mode": mode,
            "device_name": text(&of.device), "server_id": text(&of.server_id) })
    };
    json!({
        "id": text(&volume.id),
        "attachments": volume.attachments.iter().map(attachment).collect::<Vec<_>>(),
        "availability_zone": text(&volume.availability_zone),
        "bootable": volume.bootable.as_deref() == Some("true"),
        "description": text(&volume.description),
        "volume_type": text(&volume.volume_type),
        "enterprise_project_id": text(&volume.enterprise_project_id),
        "name": text(&volume.name),
        "service_type": text(&volume.service_type),
        "shareable": volume.multiattach.unwrap_or(false),
        "size": volume.size.unwrap_or(0),
        "status": text(&volume.status),
        "create_at": text(&volume.created_at),
        "update_at": text(&volume.updated_at),
        "tags": volume.tags.clone().unwrap_or_default(),
        "wwn": text(&volume.wwn),
        "encrypted": volume.encrypted.unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::huawei::client::fake::client;
    use crate::cloud::huawei::resources::data::testing::{answering, arguments, ids, is_whole, scope};

    fn volumes() -> Json {
        json!({ "count": 2, "volumes": [
            { "id": "d2", "name": "data", "status": "available", "size": 100, "multiattach": true, "tags": { "env": "prod" } },
            { "id": "d1", "name": "root", "status": "in-use", "size": 40, "bootable": "true",
                "attachments": [{ "attachment_id": "a", "server_id": "s1", "device": "/dev/vda" }] }] })
    }

    #[tokio::test]
    async fn every_attribute_has_a_value_and_disks_are_sorted() {
        let server = answering(&volumes());
        let read = read(&client(&server), &scope(), &Object::new()).await.expect("a reading");
        is_whole(&SCHEMA, &read);
        assert_eq!((ids(&read, "volumes"), server.requests().len()), (vec!["d1".into(), "d2".into()], 1));
    }

    #[tokio::test]
    async fn filters_are_put_to_the_cloud_and_applied_here() {
        let check = async |name: &str, value: Value, sent: &str, expected: &[&str]| {
            let server = answering(&volumes());
            let read = read(&client(&server), &scope(), &arguments(&[(name, value)])).await;
            assert_eq!(ids(&read.expect("a reading"), "volumes"), expected, "{name}");
            assert!(server.requests()[0].contains(sent), "{}", server.requests()[0]);
        };
        check("volume_id", "d2".into(), "id=d2", &["d2"]).await;
        check("server_id", "s1".into(), "server_id=s1", &["d1"]).await;
        check("shareable", true.into(), "multiattach=true", &["d2"]).await;
        check("shareable", false.into(), "limit=1000", &["d1", "d2"]).await;
        check("status", "in-use".into(), "status=in-use", &["d1"]).await;
    }
}
