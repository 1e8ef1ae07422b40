//! `alicloud_instances`: the ECS instances of a region, with Terraform's arguments and attributes.

use std::collections::BTreeMap;

use regex::Regex;

use crate::cloud::alibaba::client::Client;
use crate::cloud::error::Error;
use crate::model::desired::Scope;
use crate::model::schema::{Attribute, Home, Kind, Presence, Rule, Schema, align_nothing, check_nothing};
use crate::model::types::Type;
use crate::model::value::{Object, Value};
use crate::wire::alibaba::ecs::{DescribeInstancesRequest, Instance, TagFilter};

/// The data source's name.
pub const NAME: &str = "alicloud_instances";

/// One instance. Source: terraform-provider-alicloud, `alicloud_instances`; `cpu` and after are ours.
const INSTANCE: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("name", Kind::String),
    ("description", Kind::String),
    ("status", Kind::String),
    ("region_id", Kind::String),
    ("availability_zone", Kind::String),
    ("instance_type", Kind::String),
    ("instance_charge_type", Kind::String),
    ("image_id", Kind::String),
    ("vpc_id", Kind::String),
    ("vswitch_id", Kind::String),
    ("private_ip", Kind::String),
    ("resource_group_id", Kind::String),
    ("creation_time", Kind::String),
    ("tags", Kind::Map(&Kind::String)),
    ("cpu", Kind::Number),
    ("memory", Kind::Number),
    ("network_type", Kind::String),
    ("os_name", Kind::String),
    ("os_type", Kind::String),
]);

const ATTRIBUTES: &[Attribute] = &[
    Attribute::new(
        "ids",
        Kind::List(&Kind::String),
        Presence::Chosen,
        "Only these instances; all that were found.",
    ),
    Attribute::new("name_regex", Kind::String, Presence::Optional, "Only instances whose name matches.")
        .rules(&[Rule::Check(check_regex)]),
    Attribute::new("status", Kind::String, Presence::Optional, "Only instances in this state.")
        .rules(&[Rule::OneOf(&["Pending", "Running", "Starting", "Stopped", "Stopping"])]),
    Attribute::new("availability_zone", Kind::String, Presence::Optional, "Only instances in this zone."),
    Attribute::new("vpc_id", Kind::String, Presence::Optional, "Only instances in this network."),
    Attribute::new("vswitch_id", Kind::String, Presence::Optional, "Only instances at this switch."),
    Attribute::new("image_id", Kind::String, Presence::Optional, "Only instances of this image."),
    Attribute::new(
        "resource_group_id",
        Kind::String,
        Presence::Optional,
        "Only instances of this resource group.",
    ),
    Attribute::new(
        "tags",
        Kind::Map(&Kind::String),
        Presence::Optional,
        "Only instances with all of these tags.",
    ),
    Attribute::new("region", Kind::String, Presence::Chosen, "The region; the provider's where left out."),
    Attribute::new("id", Kind::String, Presence::Computed, "Stands for the whole reading: the region."),
    Attribute::new(
        "names",
        Kind::List(&Kind::String),
        Presence::Computed,
        "Their names, in the order of `ids`.",
    ),
    Attribute::new(
        "instances",
        Kind::List(&INSTANCE),
        Presence::Computed,
        "The instances, in the order of `ids`.",
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
    doc: "The ECS instances of a region.",
    ..Schema::PLAIN
};

/// A regular expression that can be read.
fn check_regex(value: &Value) -> Result<(), String> {
    match value.as_str().map(Regex::new) {
        Some(Err(error)) => Err(format!("This is no regular expression: {error}.")),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// Every attribute of the schema, instances sorted by id.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn read(client: &Client, scope: &Scope, arguments: &Object) -> Result<Object, Error> {
    let filters = filters(arguments);
    let mut instances = match ids(arguments) {
        Some(ids) => client.instances_by_id(&scope.region, &ids, &filters).await?,
        None => client.list_instances(&scope.region, &filters).await?,
    };
    instances.retain(|instance| is_wanted(instance, arguments));
    instances.sort_by(|left, right| left.instance_id.cmp(&right.instance_id));
    Ok(attributes(&instances, scope, arguments))
}

/// The argument of that name as text.
fn text<'a>(arguments: &'a Object, name: &str) -> Option<&'a str> {
    arguments.get(name).and_then(Value::as_str)
}

/// The ids asked for, each once; none asked for is no restriction, an empty list is nothing at all.
fn ids(arguments: &Object) -> Option<Vec<String>> {
    let ids = arguments.get("ids").and_then(Value::as_slice)?;
    let ids: std::collections::BTreeSet<String> =
        ids.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    Some(ids.into_iter().collect())
}

/// What the cloud filters by itself.
fn filters(arguments: &Object) -> DescribeInstancesRequest {
    let text = |name: &str| text(arguments, name).map(str::to_owned);
    let tags = arguments.get("tags").and_then(Value::as_object);
    let tag = |(key, value): (&std::sync::Arc<str>, &Value)| TagFilter {
        key: key.to_string(),
        value: value.as_str().map(str::to_owned),
    };
    DescribeInstancesRequest {
        status: text("status"),
        zone_id: text("availability_zone"),
        vpc_id: text("vpc_id"),
        image_id: text("image_id"),
        resource_group_id: text("resource_group_id"),
        tag: tags.map(|tags| tags.iter().map(tag).collect()).unwrap_or_default(),
        ..DescribeInstancesRequest::default()
    }
}

/// What is filtered here.
fn is_wanted(instance: &Instance, arguments: &Object) -> bool {
    let name = instance.instance_name.as_deref().unwrap_or_default();
    let by_name = text(arguments, "name_regex").and_then(|regex| Regex::new(regex).ok());
    let switch = instance.vpc_attributes.as_ref().and_then(|network| network.v_switch_id.as_deref());
    by_name.is_none_or(|regex| regex.is_match(name))
        && text(arguments, "vswitch_id").is_none_or(|wanted| switch == Some(wanted))
}

/// Arguments and results as one object.
fn attributes(instances: &[Instance], scope: &Scope, arguments: &Object) -> Object {
    let texts = |of: fn(&Instance) -> &str| {
        Value::list(Type::String, instances.iter().map(|instance| Value::string(of(instance))))
    };
    let mut attributes: Object = ATTRIBUTES
        .iter()
        .map(|attribute| {
            let given = arguments.get(attribute.name).cloned();
            (attribute.name.into(), given.unwrap_or_else(|| Value::null_of(attribute.kind.to_type())))
        })
        .collect();
    attributes.extend([
        ("id".into(), Value::string(&*scope.region)),
        ("region".into(), Value::string(&*scope.region)),
        ("ids".into(), texts(|instance| &instance.instance_id)),
        ("names".into(), texts(|instance| instance.instance_name.as_deref().unwrap_or_default())),
        ("instances".into(), Value::list(INSTANCE.to_type(), instances.iter().map(instance_value))),
    ]);
    attributes
}

/// One instance in Terraform's words.
fn instance_value(instance: &Instance) -> Value {
    let text = |text: &Option<String>| Value::string(text.as_deref().unwrap_or_default());
    let number = |number: Option<i64>| number.map_or(Value::Null(Type::Number), Value::from);
    let network = instance.vpc_attributes.clone().unwrap_or_default();
    let address = network.private_ip_address.unwrap_or_default().ip_address.into_iter().next();
    let tags: BTreeMap<String, Value> = instance
        .tags
        .iter()
        .flat_map(|tags| &tags.tag)
        .map(|tag| (tag.tag_key.clone(), text(&tag.tag_value)))
        .collect();
    Value::object([
        ("id", Value::string(&instance.instance_id)),
        ("name", text(&instance.instance_name)),
        ("description", text(&instance.description)),
        ("status", text(&instance.status)),
        ("region_id", text(&instance.region_id)),
        ("availability_zone", text(&instance.zone_id)),
        ("instance_type", text(&instance.instance_type)),
        ("instance_charge_type", text(&instance.instance_charge_type)),
        ("image_id", text(&instance.image_id)),
        ("vpc_id", text(&network.vpc_id)),
        ("vswitch_id", text(&network.v_switch_id)),
        ("private_ip", text(&address)),
        ("resource_group_id", text(&instance.resource_group_id)),
        ("creation_time", text(&instance.creation_time)),
        ("tags", Value::map(Type::String, tags)),
        ("cpu", number(instance.cpu)),
        ("memory", number(instance.memory)),
        ("network_type", text(&instance.instance_network_type)),
        ("os_name", text(&instance.os_name)),
        ("os_type", text(&instance.os_type)),
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::alibaba::client::fake::client;
    use crate::cloud::http::fake::{FakeServer, json as answer};
    use crate::model::desired::ProviderKey;

    fn server() -> FakeServer {
        let instance = |id: &str, name: &str| {
            json!({"InstanceId": id, "InstanceName": name, "Cpu": 2, "Memory": 4096,
                "VpcAttributes": {"VSwitchId": "vsw-1", "PrivateIpAddress": {"IpAddress": ["10.0.0.1"]}},
                "Tags": {"Tag": [{"TagKey": "env", "TagValue": "prod"}]}})
        };
        let body = json!({"RequestId": "r", "NextToken": "",
            "Instances": {"Instance": [instance("i-2", "db"), instance("i-1", "web")]}});
        FakeServer::in_order(vec![answer(200, &body.to_string())])
    }

    async fn read_with(arguments: &[(&str, Value)]) -> (Object, Vec<String>) {
        let server = server();
        let scope = Scope { provider: ProviderKey::default_of("alicloud"), region: "cn-hangzhou".into() };
        let arguments = arguments.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
        let read = read(&client(&server).0, &scope, &arguments).await.expect("a reading");
        (read, server.requests())
    }

    fn texts(value: &Value) -> Vec<String> {
        value.as_slice().expect("a list").iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn every_attribute_has_a_value_of_its_type_and_instances_are_sorted() {
        let (read, requests) = read_with(&[]).await;
        for attribute in SCHEMA.attributes {
            assert_eq!(read[attribute.name].type_of(), attribute.kind.to_type(), "{}", attribute.name);
        }
        assert_eq!(
            (texts(&read["ids"]), texts(&read["names"])),
            (vec!["i-1".into(), "i-2".into()], vec!["web".into(), "db".into()])
        );
        assert_eq!(requests.len(), 1);
    }

    #[tokio::test]
    async fn filters_are_put_to_the_cloud_where_it_has_them() {
        let tags = Value::map(Type::String, [("env", Value::string("prod"))]);
        let (_, requests) = read_with(&[("status", Value::string("Running")), ("tags", tags)]).await;
        assert!(
            requests[0].contains("RegionId=cn-hangzhou&Status=Running&Tag.1.Key=env&Tag.1.Value=prod"),
            "{}",
            requests[0]
        );
    }

    #[tokio::test]
    async fn other_filters_are_applied_here() {
        let check = async |name: &str, value: &str, expected: &[&str]| {
            let (read, _) = read_with(&[(name, Value::string(value))]).await;
            assert_eq!(texts(&read["ids"]), expected, "{name} = {value}");
        };
        check("name_regex", "^w", &["i-1"]).await;
        check("name_regex", "^x", &[]).await;
        check("vswitch_id", "vsw-1", &["i-1", "i-2"]).await;
        check("vswitch_id", "vsw-2", &[]).await;
    }

    #[tokio::test]
    async fn no_ids_asked_for_is_no_call() {
        let (read, requests) = read_with(&[("ids", Value::list(Type::String, []))]).await;
        assert_eq!((texts(&read["ids"]), requests.len()), (Vec::new(), 0));
    }
}
