//! Backup clients.
//!
//! Source: HBR API 2017-09-08, `DescribeBackupClients`. The operation knows no edition.

use std::collections::BTreeMap;

use serde::Serialize;

use super::error::ApiError;
use super::filter::{Conditions, Field};
use super::gateway::Call;
use super::hbr_plans::PAGE_MAX;
use super::instance::{Client, Instance};
use super::params::Page;

const CLIENT_TYPES: [&str; 3] = ["CONTAINER_CLIENT", "ECS_CLIENT", "LOCAL_CLIENT"];

/// What clients can be filtered by.
const FILTER_KEYS: [&str; 5] = ["regionId", "clientId", "instanceId", "instanceName", "status"];

/// How many ids a call may name; the page size, since the vendor states no number.
const IDS_MAX: usize = 99;

/// `DescribeBackupClients`.
pub fn describe(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let kind = call.params.required("ClientType")?;
    call.params.one_of("ClientType", &CLIENT_TYPES)?;
    let page = Page::of(&call.params, PAGE_MAX)?;
    let instances = call.params.json_texts("InstanceIds", IDS_MAX)?;
    let clients = call.params.json_texts("ClientIds", IDS_MAX)?;
    let conditions = Conditions::of_filters(&call.params, &FILTER_KEYS, call.spelling())?;
    let tags = call.params.pairs("Tag");
    let region = call.region();
    let of_instance = |id: &String| client_of(call, id);
    let of_client = |id: &String| client_of(call, region.clients.get(id)?);
    let found: Vec<(&Instance, &Client)> = match (&instances, &clients) {
        _ if kind != "ECS_CLIENT" => Vec::new(),
        (Some(instances), Some(clients)) => instances
            .iter()
            .filter_map(of_instance)
            .filter(|(_, client)| clients.contains(&client.id))
            .collect(),
        (Some(instances), None) => instances.iter().filter_map(of_instance).collect(),
        (None, Some(clients)) => clients.iter().filter_map(of_client).collect(),
        (None, None) => region.clients.values().filter_map(of_instance).collect(),
    };
    let fulfils = |(instance, client): &(&Instance, &Client)| {
        has_tags(instance, &tags)
            && conditions.hold(|key| match key {
                "regionid" => Field::Text(&call.region_id),
                "clientid" => Field::Text(&client.id),
                "instanceid" => Field::Text(&instance.id),
                "instancename" => Field::Text(instance.name()),
                _ => Field::Text(client.status(call.now)),
            })
    };
    let found: Vec<_> = found.into_iter().filter(fulfils).collect();
    call.hbr_answer(Listing {
        page_number: page.number,
        page_size: page.size,
        total_count: found.len(),
        clients: page
            .cut(found.iter())
            .into_iter()
            .map(|(instance, client)| shown(call, instance, client))
            .collect(),
    })
}

fn client_of<'a>(call: &'a Call, instance: &str) -> Option<(&'a Instance, &'a Client)> {
    let instance = call.region().instances.get(instance)?;
    Some((instance, instance.client.as_ref()?))
}

/// Whether an instance has all of these tags.
pub fn has_tags(instance: &Instance, tags: &[(String, Option<String>)]) -> bool {
    pairs_match(&instance.tags, tags)
}

/// Whether all of these tags are among those; one without a value asks for the key alone.
pub fn pairs_match(found: &BTreeMap<String, String>, wanted: &[(String, Option<String>)]) -> bool {
    wanted.iter().all(|(key, value)| match (found.get(key), value) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(found), Some(value)) => found == value,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listing<'a> {
    page_number: usize,
    page_size: usize,
    total_count: usize,
    // Not wrapped a second time, unlike the other listings.
    clients: Vec<Shown<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown<'a> {
    client_id: &'a str,
    client_type: &'static str,
    client_version: &'static str,
    max_client_version: &'static str,
    instance_id: &'a str,
    instance_name: &'a str,
    hostname: &'a str,
    os_type: &'static str,
    arch_type: &'static str,
    private_ip_v4: &'a str,
    zone_id: String,
    status: &'static str,
    backup_status: &'static str,
    created_time: i64,
    updated_time: i64,
    last_heart_beat_time: i64,
    appliance: bool,
    tags: Vec<Tag<'a>>,
    settings: Settings,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<'a> {
    key: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Settings {
    data_network_type: &'static str,
    data_proxy_setting: &'static str,
    use_https: bool,
}

fn shown<'a>(call: &Call, instance: &'a Instance, client: &'a Client) -> Shown<'a> {
    const VERSION: &str = "2.12.0";
    let region = call.region();
    let mut plans = region.basic.of_instance(&instance.id).chain(region.standard.of_instance(&instance.id));
    let is_protected = plans.any(|plan| !plan.paused);
    let is_ready = client.ready.is_some_and(|ready| ready <= call.now);
    let updated = client.ready.filter(|_| is_ready).unwrap_or(client.created);
    Shown {
        client_id: &client.id,
        client_type: "ECS_CLIENT",
        client_version: if is_ready { VERSION } else { "" },
        max_client_version: VERSION,
        instance_id: &instance.id,
        instance_name: instance.name(),
        hostname: instance.name(),
        os_type: instance.os_type.as_str(),
        arch_type: instance.architecture.as_client_word(),
        private_ip_v4: &instance.private_ip,
        zone_id: instance.zone(&call.region_id),
        status: client.status(call.now),
        backup_status: if is_protected { "PROTECTED" } else { "UNPROTECTED" },
        created_time: client.created.unix(),
        updated_time: updated.unix(),
        last_heart_beat_time: if is_ready { call.now.unix() } else { 0 },
        appliance: false,
        tags: instance.tags.iter().map(|(key, value)| Tag { key, value }).collect(),
        settings: Settings { data_network_type: "VPC", data_proxy_setting: "DISABLE", use_https: true },
    }
}
