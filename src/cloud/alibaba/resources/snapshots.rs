//! `alicloud_hbr_snapshots`: the recovery points of one instance, with Terraform's arguments and attributes.

use crate::cloud::alibaba::client::Client;
use crate::cloud::error::Error;
use crate::model::desired::Scope;
use crate::model::schema::{
    Attribute, Fallback, Home, Kind, Presence, Rule, Schema, align_nothing, check_nothing,
};
use crate::model::types::Type;
use crate::model::value::{Object, Value};
use crate::wire::alibaba::hbr::Snapshot;

/// The data source's name.
pub const NAME: &str = "alicloud_hbr_snapshots";

/// One recovery point; numbers and times, which are UNIX seconds, are text as in Terraform.
///
/// Source: terraform-provider-alicloud, `alicloud_hbr_snapshots`; `vault_id` and after are ours.
const SNAPSHOT: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("snapshot_id", Kind::String),
    ("snapshot_hash", Kind::String),
    ("parent_snapshot_hash", Kind::String),
    ("source_type", Kind::String),
    ("instance_id", Kind::String),
    ("client_id", Kind::String),
    ("job_id", Kind::String),
    ("status", Kind::String),
    ("backup_type", Kind::String),
    ("retention", Kind::String),
    ("path", Kind::String),
    ("error_file", Kind::String),
    ("created_time", Kind::String),
    ("start_time", Kind::String),
    ("complete_time", Kind::String),
    ("updated_time", Kind::String),
    ("bytes_total", Kind::String),
    ("bytes_done", Kind::String),
    ("actual_bytes", Kind::String),
    ("items_total", Kind::String),
    ("items_done", Kind::String),
    ("actual_items", Kind::String),
    ("vault_id", Kind::String),
    ("expire_time", Kind::String),
    ("protected_data_size", Kind::String),
]);

const ATTRIBUTES: &[Attribute] = &[
    Attribute::new(
        "instance_id",
        Kind::String,
        Presence::Required,
        "The instance whose recovery points are meant.",
    ),
    Attribute::new(
        "source_type",
        Kind::String,
        Presence::Defaulted(Fallback::String("ECS_FILE")),
        "What was backed up: files of an instance.",
    )
    .rules(&[Rule::OneOf(&["ECS_FILE"])]),
    Attribute::new("vault_id", Kind::String, Presence::Optional, "Only recovery points in this vault."),
    Attribute::new("status", Kind::String, Presence::Optional, "Only recovery points in this state.")
        .rules(&[Rule::OneOf(&["COMPLETE", "PARTIAL_COMPLETE"])]),
    Attribute::new("ids", Kind::List(&Kind::String), Presence::Chosen, "Only these; all that were found."),
    Attribute::new("region", Kind::String, Presence::Chosen, "The region; the provider's where left out."),
    Attribute::new("id", Kind::String, Presence::Computed, "Stands for the whole reading: the instance."),
    Attribute::new(
        "snapshots",
        Kind::List(&SNAPSHOT),
        Presence::Computed,
        "The recovery points, the newest first.",
    ),
];

/// The data source.
pub const SCHEMA: Schema = Schema {
    name: NAME,
    provider: "alicloud",
    home: Home::Cloud,
    id: "id",
    identity: None,
    attributes: ATTRIBUTES,
    protection: None,
    align: align_nothing,
    check: check_nothing,
    doc: "The recovery points of an ECS instance.",
    ..Schema::PLAIN
};

/// Every attribute of the schema, recovery points from the newest to the oldest.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn read(client: &Client, scope: &Scope, arguments: &Object) -> Result<Object, Error> {
    let instance_id = text(arguments, "instance_id").unwrap_or_default().to_owned();
    let mut snapshots = client.list_snapshots(&scope.region, std::slice::from_ref(&instance_id)).await?;
    snapshots.retain(|snapshot| is_wanted(snapshot, arguments));
    snapshots.sort_by(|left, right| {
        (right.complete_time, &right.snapshot_id).cmp(&(left.complete_time, &left.snapshot_id))
    });
    Ok(attributes(&snapshots, scope, arguments))
}

/// The argument of that name as text.
fn text<'a>(arguments: &'a Object, name: &str) -> Option<&'a str> {
    arguments.get(name).and_then(Value::as_str)
}

/// Whether a recovery point passes the filters.
fn is_wanted(snapshot: &Snapshot, arguments: &Object) -> bool {
    let is =
        |name: &str, actual: Option<&str>| text(arguments, name).is_none_or(|wanted| actual == Some(wanted));
    let ids = arguments.get("ids").and_then(Value::as_slice);
    is("vault_id", snapshot.vault_id.as_deref())
        && is("status", snapshot.status.as_deref())
        && ids.is_none_or(|ids| ids.iter().any(|id| id.as_str() == Some(&snapshot.snapshot_id)))
}

/// Arguments and results as one object.
fn attributes(snapshots: &[Snapshot], scope: &Scope, arguments: &Object) -> Object {
    let mut attributes: Object = ATTRIBUTES
        .iter()
        .map(|attribute| {
            let given = arguments.get(attribute.name).cloned();
            (attribute.name.into(), given.unwrap_or_else(|| Value::null_of(attribute.kind.to_type())))
        })
        .collect();
    let ids = snapshots.iter().map(|snapshot| Value::string(&snapshot.snapshot_id));
    attributes.extend([
        ("id".into(), Value::string(text(arguments, "instance_id").unwrap_or_default())),
        ("region".into(), Value::string(&*scope.region)),
        ("ids".into(), Value::list(Type::String, ids)),
        ("snapshots".into(), Value::list(SNAPSHOT.to_type(), snapshots.iter().map(snapshot_value))),
    ]);
    attributes
}

/// One recovery point in Terraform's words.
fn snapshot_value(snapshot: &Snapshot) -> Value {
    let text = |text: &Option<String>| Value::string(text.as_deref().unwrap_or_default());
    let number =
        |number: Option<i64>| Value::string(number.map(|number| number.to_string()).unwrap_or_default());
    Value::object([
        ("id", Value::string(&snapshot.snapshot_id)),
        ("snapshot_id", Value::string(&snapshot.snapshot_id)),
        ("snapshot_hash", text(&snapshot.snapshot_hash)),
        ("parent_snapshot_hash", text(&snapshot.parent_snapshot_hash)),
        ("source_type", text(&snapshot.source_type)),
        ("instance_id", text(&snapshot.instance_id)),
        ("client_id", text(&snapshot.client_id)),
        ("job_id", text(&snapshot.job_id)),
        ("status", text(&snapshot.status)),
        ("backup_type", text(&snapshot.backup_type)),
        ("retention", number(snapshot.retention)),
        ("path", text(&snapshot.path)),
        ("error_file", text(&snapshot.error_file)),
        ("created_time", number(snapshot.created_time)),
        ("start_time", number(snapshot.start_time)),
        ("complete_time", number(snapshot.complete_time)),
        ("updated_time", number(snapshot.updated_time)),
        ("bytes_total", number(snapshot.bytes_total)),
        ("bytes_done", number(snapshot.bytes_done)),
        ("actual_bytes", number(snapshot.actual_bytes)),
        ("items_total", number(snapshot.items_total)),
        ("items_done", number(snapshot.items_done)),
        ("actual_items", number(snapshot.actual_items)),
        ("vault_id", text(&snapshot.vault_id)),
        ("expire_time", number(snapshot.expire_time)),
        ("protected_data_size", number(snapshot.protected_data_size)),
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::alibaba::client::fake::{client, ok};
    use crate::cloud::http::fake::{FakeServer, json as answer};
    use crate::model::desired::ProviderKey;

    async fn read_with(arguments: &[(&str, Value)]) -> (Object, Vec<String>) {
        let points = json!([
            {"SnapshotId": "s-1", "VaultId": "v-1", "Status": "COMPLETE", "CompleteTime": 10, "BytesTotal": 5},
            {"SnapshotId": "s-2", "VaultId": "v-1", "Status": "PARTIAL_COMPLETE", "CompleteTime": 20},
            {"SnapshotId": "s-3", "VaultId": "v-2", "Status": "COMPLETE", "CompleteTime": 30}
        ]);
        let body = ok(&format!("\"TotalCount\":3,\"Snapshots\":{{\"Snapshot\":{points}}}"));
        let server = FakeServer::in_order(vec![answer(200, &body)]);
        let scope = Scope { provider: ProviderKey::default_of("alicloud"), region: "cn-hangzhou".into() };
        let mut values: Object = [("instance_id".into(), Value::string("i-1"))].into();
        values.extend(arguments.iter().map(|(name, value)| ((*name).into(), value.clone())));
        let read = read(&client(&server).0, &scope, &values).await.expect("a reading");
        (read, server.requests())
    }

    #[tokio::test]
    async fn every_attribute_has_a_value_of_its_type_and_the_newest_comes_first() {
        let (read, requests) = read_with(&[]).await;
        for attribute in SCHEMA.attributes {
            assert_eq!(read[attribute.name].type_of(), attribute.kind.to_type(), "{}", attribute.name);
        }
        assert_eq!(requests.len(), 1);
        let oldest = &read["snapshots"].as_slice().expect("a list")[2];
        assert_eq!(oldest.attribute("complete_time"), Some(Value::string("10")));
        assert_eq!(oldest.attribute("bytes_total"), Some(Value::string("5")));
        assert_eq!(oldest.attribute("bytes_done"), Some(Value::string("")));
    }

    #[tokio::test]
    async fn filters_narrow_what_was_found() {
        let check = async |name: &str, value: Value, expected: &[&str]| {
            let (read, _) = read_with(&[(name, value)]).await;
            let ids: Vec<&str> =
                read["ids"].as_slice().expect("a list").iter().filter_map(Value::as_str).collect();
            assert_eq!(ids, expected, "{name}");
        };
        check("status", Value::null(), &["s-3", "s-2", "s-1"]).await;
        check("status", Value::string("COMPLETE"), &["s-3", "s-1"]).await;
        check("vault_id", Value::string("v-1"), &["s-2", "s-1"]).await;
        check("ids", Value::list(Type::String, [Value::string("s-2")]), &["s-2"]).await;
    }
}
