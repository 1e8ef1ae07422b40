//! `huaweicloud_compute_instances`: the servers of a region, with Terraform's arguments and attributes.

use serde_json::{Value as Json, json};

use super::data::{self, ID, REGION, text_argument};
use super::facts::server_tags;
use crate::cloud::error::Error;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::{ecs, evs};
use crate::model::desired::Scope;
use crate::model::schema::{Attribute, Kind, Presence, Schema};
use crate::model::value::{Object, Value};
use crate::wire::huawei::compute::{Server, Volume};

/// The data source's name.
pub const NAME: &str = "huaweicloud_compute_instances";

const NETWORK: Kind = Kind::Object(&[
    ("uuid", Kind::String),
    ("port", Kind::String),
    ("mac", Kind::String),
    ("fixed_ip_v4", Kind::String),
    ("fixed_ip_v6", Kind::String),
]);

const VOLUME: Kind = Kind::Object(&[
    ("volume_id", Kind::String),
    ("is_sys_volume", Kind::Bool),
    ("boot_index", Kind::Number),
    ("size", Kind::Number),
    ("type", Kind::String),
]);

/// One server. Source: terraform-provider-huaweicloud, `huaweicloud_compute_instances`; `os_type` is ours.
const INSTANCE: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("name", Kind::String),
    ("image_id", Kind::String),
    ("image_name", Kind::String),
    ("flavor_id", Kind::String),
    ("flavor_name", Kind::String),
    ("enterprise_project_id", Kind::String),
    ("status", Kind::String),
    ("availability_zone", Kind::String),
    ("key_pair", Kind::String),
    ("security_group_ids", Kind::List(&Kind::String)),
    ("system_disk_id", Kind::String),
    ("public_ip", Kind::String),
    ("network", Kind::List(&NETWORK)),
    ("volume_attached", Kind::List(&VOLUME)),
    ("tags", Kind::Map(&Kind::String)),
    ("charging_mode", Kind::String),
    ("os_type", Kind::String),
]);

const ATTRIBUTES: &[Attribute] = &[
    text_argument("instance_id", "Only this server."),
    text_argument("name", "Only servers with this in their names."),
    text_argument("flavor_id", "Only servers of this size."),
    text_argument("flavor_name", "Only servers of the size of this name."),
    text_argument("fixed_ip_v4", "Only the server with this private address."),
    text_argument("enterprise_project_id", "Only servers of this enterprise project."),
    text_argument("status", "Only servers in this state."),
    text_argument("image_id", "Only servers of this image."),
    text_argument("availability_zone", "Only servers in this zone."),
    text_argument("key_pair", "Only servers with this key pair."),
    Attribute::new(
        "tags",
        Kind::Map(&Kind::String),
        Presence::Optional,
        "Only servers with all of these tags.",
    ),
    REGION,
    ID,
    Attribute::new("instances", Kind::List(&INSTANCE), Presence::Computed, "The servers, by id."),
];

/// The data source.
pub const SCHEMA: Schema = data::source(NAME, ATTRIBUTES, "The ECS servers of a region.");

/// What ECS filters by itself. Source: ECS API v1, "Querying Details About ECSs".
const FILTERS: [(&str, &str); 5] = [
    ("name", "name"),
    ("flavor_id", "flavor"),
    ("status", "status"),
    ("enterprise_project_id", "enterprise_project_id"),
    ("fixed_ip_v4", "ip_eq"),
];

/// Every attribute of the schema, servers sorted by id.
///
/// # Errors
///
/// When a page fails or the listing does not hold still.
pub async fn read(client: &Client, scope: &Scope, arguments: &Object) -> Result<Object, Error> {
    let mut servers = match data::text(arguments, "instance_id") {
        Some(id) => ecs::servers_by_id(client, &scope.region, &[id.to_owned()]).await?,
        None => {
            let joined = joined_tags(arguments);
            let mut filters = data::filters(arguments, &FILTERS);
            filters.extend(joined.as_deref().map(|tags| ("tags", tags)));
            ecs::list_servers(client, &scope.region, &filters).await?
        }
    };
    servers.retain(|server| is_wanted(server, arguments));
    servers.sort_by(|left, right| left.id.cmp(&right.id));
    let disks: Vec<String> = servers
        .iter()
        .flat_map(|server| &server.volumes_attached)
        .filter_map(|disk| disk.id.clone())
        .collect();
    let volumes = evs::volumes_by_id(client, &scope.region, &disks).await?;
    let records = servers.iter().map(|server| record(server, &volumes)).collect();
    Ok(data::reading(ATTRIBUTES, arguments, scope, ("instances", records)))
}

/// The tags asked for, as ECS wants them: `key=value`, with commas between.
fn joined_tags(arguments: &Object) -> Option<String> {
    let tags = arguments.get("tags").and_then(Value::as_object).filter(|tags| !tags.is_empty())?;
    let joined = tags.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
    Some(joined.collect::<Vec<_>>().join(","))
}

/// What is filtered here, and once more what ECS has filtered: with an id it filters nothing.
fn is_wanted(server: &Server, arguments: &Object) -> bool {
    let flavor = server.flavor.as_ref();
    let is = |name: &str, value: Option<&String>| data::admits(arguments, name, value.map(String::as_str));
    let name = server.name.as_deref().unwrap_or_default();
    data::text(arguments, "name").is_none_or(|part| name.contains(part))
        && is("flavor_id", flavor.and_then(|flavor| flavor.id.as_ref()))
        && is("flavor_name", flavor.and_then(|flavor| flavor.name.as_ref()))
        && is("status", server.status.as_ref())
        && is("image_id", server.image.id.as_ref())
        && is("availability_zone", server.availability_zone.as_ref())
        && is("key_pair", server.key_name.as_ref())
        && data::admits_tags(arguments, &server_tags(&server.tags))
        && data::text(arguments, "fixed_ip_v4").is_none_or(|ip| {
            server.addresses.values().flatten().any(|address| address.addr.as_deref() == Some(ip))
        })
}

/// One server in Terraform's words.
fn record(server: &Server, volumes: &[Volume]) -> Json {
    let metadata = server.metadata.clone().unwrap_or_default();
    let flavor = server.flavor.clone().unwrap_or_default();
    let system = server.volumes_attached.iter().find(|disk| disk.boot_index.as_deref() == Some("0"));
    let addresses = server.addresses.values().flatten();
    let public = addresses.clone().find(|address| address.kind.as_deref() == Some("floating"));
    json!({
        "id": text(server.id.as_ref()),
        "name": text(server.name.as_ref()),
        "image_id": text(server.image.id.as_ref()),
        "image_name": text(metadata.image_name.as_ref()),
        "flavor_id": text(flavor.id.as_ref()),
        "flavor_name": text(flavor.name.as_ref()),
        "enterprise_project_id": text(server.enterprise_project_id.as_ref()),
        "status": text(server.status.as_ref()),
        "availability_zone": text(server.availability_zone.as_ref()),
        "key_pair": text(server.key_name.as_ref()),
        "security_group_ids": server.security_groups.iter().filter_map(|group| group.id.as_ref()).collect::<Vec<_>>(),
        "system_disk_id": text(system.and_then(|disk| disk.id.as_ref())),
        "public_ip": text(public.and_then(|address| address.addr.as_ref())),
        "network": networks(server),
        "volume_attached": attached(server, volumes),
        "tags": server_tags(&server.tags),
        // Source: terraform-provider-huaweicloud, `normalizeChargingMode`.
        "charging_mode": match metadata.charging_mode.as_deref() {
            Some("1") => "prePaid",
            Some("2") => "spot",
            _ => "postPaid",
        },
        "os_type": text(metadata.os_type.as_ref()),
    })
}

/// A text, empty where there is none.
fn text(text: Option<&String>) -> &str {
    text.map_or("", String::as_str)
}

/// The private addresses of a server, one entry for each port. Which subnet a port is in only the network's own service
/// knows, which is not asked.
fn networks(server: &Server) -> Vec<Json> {
    let mut ports: Vec<(&str, Json)> = Vec::new();
    let fixed =
        server.addresses.values().flatten().filter(|address| address.kind.as_deref() != Some("floating"));
    for address in fixed {
        let port = text(address.port.as_ref());
        let place = ports.iter().position(|(known, _)| *known == port).unwrap_or_else(|| {
            let entry = json!({ "uuid": null, "port": port, "mac": text(address.mac.as_ref()) });
            ports.push((port, entry));
            ports.len() - 1
        });
        let name = if address.version.as_deref() == Some("6") { "fixed_ip_v6" } else { "fixed_ip_v4" };
        ports[place].1[name] = Json::from(text(address.addr.as_ref()));
    }
    ports.into_iter().map(|(_, entry)| entry).collect()
}

/// The disks of a server.
fn attached(server: &Server, volumes: &[Volume]) -> Vec<Json> {
    let one = |disk: &crate::wire::huawei::compute::AttachedVolume| {
        let volume = volumes.iter().find(|volume| volume.id == disk.id);
        let index: i64 = disk.boot_index.as_deref().and_then(|index| index.parse().ok()).unwrap_or(-1);
        json!({
            "volume_id": text(disk.id.as_ref()),
            "is_sys_volume": index == 0,
            "boot_index": index,
            "size": volume.and_then(|volume| volume.size),
            "type": text(volume.and_then(|volume| volume.volume_type.as_ref())),
        })
    };
    server.volumes_attached.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::huawei::client::fake::client;
    use crate::cloud::huawei::resources::data::testing::{answering, arguments, ids, is_whole, scope};
    use crate::model::types::Type;

    fn servers() -> Json {
        let server = |id: &str, name: &str, zone: &str| {
            json!({ "id": id, "name": name, "status": "ACTIVE", "OS-EXT-AZ:availability_zone": zone,
                "tags": ["env=prod"], "flavor": { "id": "s6", "name": "s6" }, "metadata": { "charging_mode": "1" },
                "os-extended-volumes:volumes_attached": [{ "id": format!("{id}-d"), "bootIndex": "0" }],
                "addresses": { "vpc": [
                    { "addr": "10.0.0.1", "version": "4", "OS-EXT-IPS:type": "fixed", "OS-EXT-IPS:port_id": "p" },
                    { "addr": "fd00::1", "version": "6", "OS-EXT-IPS:type": "fixed", "OS-EXT-IPS:port_id": "p" },
                    { "addr": "1.2.3.4", "version": "4", "OS-EXT-IPS:type": "floating", "OS-EXT-IPS:port_id": "p" }] } })
        };
        // One answer serves both calls: each reads its own list.
        json!({ "count": 2, "servers": [server("s2", "db", "z1"), server("s1", "web", "z2")],
            "volumes": [{ "id": "s1-d", "size": 40, "volume_type": "SSD" }, { "id": "s2-d", "size": 80 }] })
    }

    #[tokio::test]
    async fn every_attribute_has_a_value_and_servers_are_sorted() {
        let server = answering(&servers());
        let read = read(&client(&server), &scope(), &Object::new()).await.expect("a reading");
        is_whole(&SCHEMA, &read);
        assert_eq!(ids(&read, "instances"), ["s1", "s2"]);
        assert_eq!(server.requests().len(), 2);
        let one = &read["instances"].as_slice().expect("a list")[0];
        let text = |name: &str| one.attribute(name).and_then(|value| value.as_str().map(str::to_owned));
        assert_eq!(text("public_ip").as_deref(), Some("1.2.3.4"));
        assert_eq!(text("system_disk_id").as_deref(), Some("s1-d"));
        assert_eq!(text("charging_mode").as_deref(), Some("prePaid"));
        let network = one.attribute("network").expect("networks");
        let network = &network.as_slice().expect("a list")[0];
        assert_eq!(network.attribute("fixed_ip_v6").expect("an address").as_str(), Some("fd00::1"));
        let disk = one.attribute("volume_attached").expect("disks");
        assert_eq!(disk.as_slice().expect("a list")[0].attribute("size").expect("a size").as_i64(), Some(40));
    }

    #[tokio::test]
    async fn filters_are_put_to_the_cloud_and_applied_here() {
        let check = async |name: &str, value: Value, sent: &str, expected: &[&str]| {
            let server = answering(&servers());
            let read = read(&client(&server), &scope(), &arguments(&[(name, value)])).await;
            assert_eq!(ids(&read.expect("a reading"), "instances"), expected, "{name}");
            let requests = server.requests();
            assert!(requests[0].contains(sent), "{}", requests[0]);
        };
        let tags = |value: &str| Value::map(Type::String, [("env", Value::string(value))]);
        check("name", "w".into(), "name=w", &["s1"]).await;
        check("availability_zone", "z1".into(), "limit=1000", &["s2"]).await;
        check("instance_id", "s2".into(), "server_id=s2", &["s2"]).await;
        check("tags", tags("prod"), "tags=env%3Dprod", &["s1", "s2"]).await;
        check("tags", tags("test"), "tags=env%3Dtest", &[]).await;
        check("fixed_ip_v4", "10.0.0.9".into(), "ip_eq=10.0.0.9", &[]).await;
        check("status", "".into(), "limit=1000&offset=1", &["s1", "s2"]).await;
    }
}
