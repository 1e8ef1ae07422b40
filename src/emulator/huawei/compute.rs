//! What vaults protect, as its own services show it: servers (ECS), disks (EVS), file systems (SFS Turbo), desktops
//! (Workspace).
//!
//! Sources: ECS API v1, "Querying Details About ECSs"; EVS API v2, "Querying Details About All Disks"; SFS Turbo API v1,
//! "Querying Details About All File Systems"; Workspace API v2, "Querying the Desktop Details List".

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::body::{Page, Query};
use super::cbr_vaults::in_enterprise_project;
use super::error::ApiError;
use super::estate::{Desktop, Disk, Server, Share};
use super::gateway::{Answer, Call};
use super::project::Project;

/// `ListServersDetails`. Here `offset` is the number of a page, from 1.
pub fn list_servers(call: &mut Call) -> Result<Answer, ApiError> {
    let (project, query) = (call.project(), &call.query);
    let wrong = |message: String| ApiError::ecs(400, "0005", message);
    let limit = query.integer("limit", 1..=1000).map_err(wrong)?.unwrap_or(25);
    let number = query.integer("offset", 0..=1_000_000).map_err(wrong)?.unwrap_or(1).max(1);
    let size = |number: i64| usize::try_from(number).unwrap_or(0);
    let found: Vec<&Server> = match query.text("server_id") {
        // Source: with ids all other filters are ignored, and what is not found is left out.
        Some(ids) => ids.split(',').filter_map(|id| project.servers.get(id)).collect(),
        None => project.servers.iter().filter(|server| server_passes(server, query)).collect(),
    };
    let count = found.len();
    let after = query.text("marker").and_then(|marker| found.iter().position(|server| server.id == marker));
    let skip = after.map_or(size(number - 1).saturating_mul(size(limit)), |place| place + 1);
    let shown: Vec<Value> =
        found.into_iter().skip(skip).take(size(limit)).map(|server| server_json(project, server)).collect();
    Answer::ok(json!({ "servers": shown, "count": count }))
}

fn server_passes(server: &Server, query: &Query) -> bool {
    let tags =
        |name: &str| query.text(name).map(|list| list.split(',').collect::<Vec<_>>()).unwrap_or_default();
    let has = |tag: &str| {
        let (key, value) = tag.split_once('=').map_or((tag, None), |(key, value)| (key, Some(value)));
        server.tags.get(key).is_some_and(|own| value.is_none_or(|value| value == own))
    };
    query.admits("status", &server.status)
        && query.text("name").is_none_or(|name| server.name().contains(name))
        && tags("tags").into_iter().all(has)
        && !tags("not-tags").into_iter().any(has)
        && in_enterprise_project(query, &server.enterprise_project)
}

/// Tags as ECS writes them: `key=value`.
fn joined(tags: &BTreeMap<String, String>) -> Vec<String> {
    tags.iter().map(|(key, value)| format!("{key}={value}")).collect()
}

fn server_json(project: &Project, server: &Server) -> Value {
    let attached: Vec<Value> = server
        .disks
        .iter()
        .enumerate()
        .map(|(place, disk)| {
            json!({
                "id": disk.id,
                "device": device(place),
                "bootIndex": if place == 0 { "0" } else { "-1" },
                "delete_on_termination": if place == 0 { "true" } else { "false" },
            })
        })
        .collect();
    json!({
        "id": server.id,
        "name": server.name(),
        "status": server.status,
        "tenant_id": project.id,
        "user_id": "u0000000000000000000000000000001",
        "created": server.created.to_string(),
        "updated": server.created.to_string(),
        "locked": false,
        "hostId": "",
        "accessIPv4": "",
        "accessIPv6": "",
        "key_name": "",
        "config_drive": "",
        "addresses": {},
        "flavor": { "id": "s6.large.2", "name": "s6.large.2", "vcpus": "2", "ram": "4096", "disk": "0" },
        "image": { "id": "00000000-0000-4000-8000-00000000c0de" },
        "metadata": { "charging_mode": "0", "os_type": "Linux", "image_name": "EulerOS 2.9 64bit" },
        "tags": joined(&server.tags),
        "sys_tags": [{ "key": "_sys_enterprise_project_id", "value": server.enterprise_project }],
        "enterprise_project_id": server.enterprise_project,
        "security_groups": [{ "id": "default", "name": "default" }],
        "OS-EXT-AZ:availability_zone": project.zone(server.zone.as_ref()),
        "OS-EXT-STS:vm_state": if server.status == "SHUTOFF" { "stopped" } else { "active" },
        "OS-EXT-STS:task_state": Value::Null,
        "OS-EXT-STS:power_state": if server.status == "SHUTOFF" { 4 } else { 1 },
        "os-extended-volumes:volumes_attached": attached,
        "OS-DCF:diskConfig": "MANUAL",
        "OS-EXT-SRV-ATTR:instance_name": server.name(),
    })
}

/// The device of a disk at this place: `/dev/vda` and on.
fn device(place: usize) -> String {
    let letter = u8::try_from(place % 26).map_or('a', |place| char::from(b'a' + place));
    format!("/dev/vd{letter}")
}

/// `ShowServer`.
pub fn show_server(call: &mut Call) -> Result<Answer, ApiError> {
    let project = call.project();
    let server = project.servers.get(call.param("server_id"));
    let server = server.ok_or_else(|| ApiError::ecs(404, "0114", "The server does not exist."))?;
    Answer::ok(json!({ "server": server_json(project, server) }))
}

/// `ListVolumes`.
pub fn list_volumes(call: &mut Call) -> Result<Answer, ApiError> {
    let (project, query) = (call.project(), &call.query);
    let page = Page::of(query, 1, 1000).map_err(ApiError::evs)?;
    let ids = query.text("ids").map(read_ids).transpose()?;
    let is_wanted = |(disk, server): &(&Disk, Option<&Server>)| {
        let found = project.find(super::estate::Kind::Volume, &disk.id);
        ids.as_ref().is_none_or(|ids| ids.contains(&disk.id))
            && query.text("server_id").is_none_or(|id| server.is_some_and(|server| server.id == id))
            && query.text("name").is_none_or(|name| disk.name().contains(name))
            && found.is_none_or(|found| query.admits("status", found.status))
            && in_enterprise_project(query, &disk.enterprise_project)
    };
    let mut found: Vec<(&Disk, Option<&Server>)> = project.disks().filter(is_wanted).collect();
    let count = found.len();
    if let Some(marker) = query.text("marker") {
        let place = found.iter().position(|(disk, _)| disk.id == marker);
        found.drain(..=place.ok_or_else(|| ApiError::evs("marker names no disk of this listing"))?);
    }
    let shown: Vec<Value> =
        page.cut(found).into_iter().map(|(disk, server)| volume_json(project, disk, server)).collect();
    Answer::ok(json!({ "volumes": shown, "count": count }))
}

/// Reads `['id1','id2']`, the only form that EVS takes; unknown ids are ignored.
fn read_ids(text: &str) -> Result<Vec<String>, ApiError> {
    const MOST: usize = 60;
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let inner = inner.ok_or_else(|| ApiError::evs("ids must look like ['id1','id2']"))?;
    let ids: Vec<String> =
        inner.split(',').map(|id| id.trim().trim_matches(['\'', '"']).to_owned()).collect();
    if ids.len() > MOST {
        return Err(ApiError::evs(format!("ids must name at most {MOST}")));
    }
    Ok(ids)
}

fn volume_json(project: &Project, disk: &Disk, server: Option<&Server>) -> Value {
    let found = project.find(super::estate::Kind::Volume, &disk.id);
    let place = server.and_then(|server| server.disks.iter().position(|other| other.id == disk.id));
    let attachments: Vec<Value> = server
        .map(|server| {
            json!({ "server_id": server.id, "device": device(place.unwrap_or(0)), "volume_id": disk.id,
                "id": disk.id, "attachment_id": disk.id, "attached_at": server.created.to_vendor_text(), "host_name": Value::Null })
        })
        .into_iter()
        .collect();
    json!({
        "id": disk.id,
        "name": disk.name(),
        "description": "",
        "status": found.as_ref().map(|found| found.status),
        "size": disk.size_gib,
        "availability_zone": found.as_ref().map(|found| found.zone.as_str()),
        "attachments": attachments,
        // Source: a text, not a truth.
        "bootable": (place == Some(0)).to_string(),
        "multiattach": disk.shared,
        "shareable": disk.shared.to_string(),
        "volume_type": "SAS",
        "encrypted": disk.encrypted,
        "tags": disk.tags,
        "metadata": {},
        "enterprise_project_id": disk.enterprise_project,
        "service_type": "EVS",
        "created_at": "2025-01-01T00:00:00.000000",
        "updated_at": "2025-01-01T00:00:00.000000",
        "links": [],
        "os-vol-tenant-attr:tenant_id": project.id,
    })
}

/// `ShowVolume`.
pub fn show_volume(call: &mut Call) -> Result<Answer, ApiError> {
    let project = call.project();
    let found = project.disk(call.param("volume_id"));
    let (disk, server) = found.ok_or_else(ApiError::no_volume)?;
    Answer::ok(json!({ "volume": volume_json(project, disk, server) }))
}

/// Tags as most services write them.
fn listed(tags: &BTreeMap<String, String>) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

/// `ListShares`.
pub fn list_shares(call: &mut Call) -> Result<Answer, ApiError> {
    let page = Page::of(&call.query, 1, 1000).map_err(ApiError::sfs)?;
    let project = call.project();
    let shown: Vec<Value> =
        page.cut(project.shares.iter()).into_iter().map(|share| share_json(project, share)).collect();
    Answer::ok(json!({ "shares": shown, "count": project.shares.len() }))
}

fn share_json(project: &Project, share: &Share) -> Value {
    json!({
        "id": share.id,
        "name": share.name,
        // Source: a text with two digits after the point.
        "size": format!("{}.00", share.size_gib),
        "avail_capacity": format!("{}.00", share.size_gib),
        "status": share.status,
        "sub_status": Value::Null,
        "availability_zone": project.zone(share.zone.as_ref()),
        "region": project.region(),
        "enterprise_project_id": share.enterprise_project,
        "tags": listed(&share.tags),
        "crypt_key_id": Value::Null,
        "share_proto": "NFS",
        "share_type": "STANDARD",
        "created_at": "2025-01-01T00:00:00",
    })
}

/// `ShowShare`.
pub fn show_share(call: &mut Call) -> Result<Answer, ApiError> {
    let project = call.project();
    let share = project.shares.get(call.param("share_id"));
    let share = share.ok_or_else(|| ApiError::no_share("The file system does not exist."))?;
    Answer::ok(share_json(project, share))
}

/// `ListDesktopsDetail`.
pub fn list_desktops(call: &mut Call) -> Result<Answer, ApiError> {
    let (project, query) = (call.project(), &call.query);
    let page = Page::of(query, 0, 500).map_err(ApiError::workspace)?;
    let ids = query.all("desktop_id");
    let tags = query.all("tag");
    let has = |desktop: &Desktop, tag: &str| {
        let (key, value) = tag.split_once('=').unwrap_or((tag, ""));
        desktop.tags.get(key).is_some_and(|own| own == value)
    };
    let is_wanted = |desktop: &&Desktop| {
        (ids.is_empty() || ids.contains(&desktop.id.as_str()))
            && tags.iter().all(|tag| has(desktop, tag))
            && query.admits("status", &desktop.status)
            && query.text("computer_name").is_none_or(|name| desktop.name.contains(name))
            && in_enterprise_project(query, &desktop.enterprise_project)
    };
    let found: Vec<&Desktop> = project.desktops.iter().filter(is_wanted).collect();
    let count = found.len();
    let shown: Vec<Value> =
        page.cut(found).into_iter().map(|desktop| desktop_json(project, desktop)).collect();
    Answer::ok(json!({ "desktops": shown, "total_count": count }))
}

fn desktop_json(project: &Project, desktop: &Desktop) -> Value {
    let volume = |place: usize, disk: &Disk| json!({ "volume_id": disk.id, "size": disk.size_gib, "type": "SAS", "device": device(place) });
    let mut volumes = desktop.disks.iter().enumerate().map(|(place, disk)| volume(place, disk));
    let root = volumes.next();
    json!({
        "desktop_id": desktop.id,
        "computer_name": desktop.name,
        "status": desktop.status,
        "task_status": Value::Null,
        "root_volume": root,
        "data_volumes": volumes.collect::<Vec<_>>(),
        "availability_zone": project.zone(desktop.zone.as_ref()),
        "enterprise_project_id": desktop.enterprise_project,
        "tags": listed(&desktop.tags),
        "is_freeze": false,
        "metadata": Value::Object(Map::new()),
        "created": "2025-01-01T00:00:00Z",
    })
}

/// `ShowDesktopDetail`.
pub fn show_desktop(call: &mut Call) -> Result<Answer, ApiError> {
    let project = call.project();
    let desktop = project.desktops.get(call.param("desktop_id"));
    let desktop = desktop.ok_or_else(|| ApiError::no_desktop("The desktop does not exist."))?;
    Answer::ok(json!({ "desktop": desktop_json(project, desktop) }))
}
