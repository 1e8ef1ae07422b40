//! What is only read: operation logs, protectable instances, agents, use, capabilities, features.
//!
//! Source: CBR API v3, "Tasks", "Protectable instances", "Clients", "Replication", "Features".

use serde_json::{Value, json};

use super::body::Fields;
use super::cbr_vaults::in_enterprise_project;
use super::error::ApiError;
use super::estate::Kind;
use super::gateway::{Answer, Call};
use super::log::Log;
use super::project::{Found, Project};
use super::vault::Tally;
use crate::emulator::clock::Time;

/// `ListOpLogs`, newest first.
pub fn list_logs(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(1000)?;
    let time = |name: &str| {
        let wrong = |_| ApiError::invalid(format!("Parameter {name} must look like 2018-02-01T12:00:00Z."));
        call.query.text(name).map(|text| text.parse::<Time>().map_err(wrong)).transpose()
    };
    let (from, to) = (time("start_time")?, time("end_time")?);
    let (project, query) = (call.project(), &call.query);
    let is_wanted = |log: &&Log| {
        let resource = log.resource.as_ref();
        query.admits("vault_id", &log.vault)
            && query.admits("vault_name", &log.vault_name)
            && query.admits("operation_type", &log.operation)
            && query.admits("status", log.status(call.now))
            && query.admits("resource_id", resource.map(|resource| resource.id.as_str()).unwrap_or_default())
            && query
                .admits("resource_name", resource.map(|resource| resource.name.as_str()).unwrap_or_default())
            && from.is_none_or(|from| log.started >= from)
            && to.is_none_or(|to| log.started <= to)
    };
    let found: Vec<&Log> = project.logs.iter().rev().filter(is_wanted).collect();
    let count = found.len();
    let shown: Vec<Value> =
        page.cut(found).into_iter().map(|log| log.to_json(&project.id, call.now)).collect();
    Answer::ok(json!({ "operation_logs": shown, "count": count, "limit": page.limit, "offset": page.offset }))
}

/// `ShowOpLog`.
pub fn show_log(call: &mut Call) -> Result<Answer, ApiError> {
    let project = call.project();
    let log = project.logs.get(call.param("operation_log_id"));
    let log = log.ok_or_else(|| ApiError::cbr(404, "6500", "The operation log does not exist."))?;
    Answer::ok(json!({ "operation_log": log.to_json(&project.id, call.now) }))
}

/// The kind that the path names.
fn protectable_kind(call: &Call) -> Result<Kind, ApiError> {
    match call.param("protectable_type") {
        "server" => Ok(Kind::Server),
        "disk" => Ok(Kind::Volume),
        "turbo" => Ok(Kind::Turbo),
        "workspace" | "workspace_v2" => Ok(Kind::Desktop),
        other => Err(ApiError::invalid(format!("Parameter protectable_type must not be {other}."))),
    }
}

/// `ListProtectable`: what can be associated, and what stands in the way.
pub fn list_protectables(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(50)?;
    let (kind, project, query) = (protectable_kind(call)?, call.project(), &call.query);
    let server = query.text("server_id");
    let is_wanted = |found: &Found| {
        query.admits("id", found.id)
            && query.admits("status", found.status)
            && query.text("name").is_none_or(|name| found.name.contains(name))
            && server.is_none_or(|id| {
                project.disk(found.id).and_then(|(_, server)| server).is_some_and(|server| server.id == id)
            })
            && in_enterprise_project(query, found.enterprise_project)
    };
    let mut found: Vec<Found> = project.all(kind).into_iter().filter(is_wanted).collect();
    if let Some(marker) = query.text("marker") {
        let place = found.iter().position(|found| found.id == marker);
        found.drain(
            ..=place
                .ok_or_else(|| ApiError::invalid("Parameter marker names no instance of this listing."))?,
        );
    }
    let tally = Tally::of(project, call.now);
    let shown: Vec<Value> = page.cut(found).iter().map(|found| protectable(project, found, &tally)).collect();
    Answer::ok(json!({ "instances": shown }))
}

/// `ShowProtectable`.
pub fn show_protectable(call: &mut Call) -> Result<Answer, ApiError> {
    let (kind, project) = (protectable_kind(call)?, call.project());
    let found = project.find(kind, call.param("instance_id"));
    let found = found.ok_or_else(|| ApiError::cbr(404, "6302", "The resource does not exist."))?;
    let tally = Tally::of(project, call.now);
    Answer::ok(json!({ "instance": protectable(project, &found, &tally) }))
}

fn protectable(project: &Project, found: &Found, tally: &Tally) -> Value {
    let vault = project.vault_of(found.id);
    let obstacle = if vault.is_some() {
        Some(("BackupService.6103", "The resource is in a vault already."))
    } else if !found.is_ready() {
        Some(("BackupService.7101", "The status of the resource does not allow it."))
    } else if found.kind == Kind::Server && found.disks.is_empty() {
        Some(("BackupService.7108", "The server has no disk."))
    } else {
        None
    };
    let disk = |disk: &super::estate::Disk| json!({ "id": disk.id, "size": disk.size_gib, "type": Kind::Volume.as_str() });
    let children: Vec<Value> =
        if found.kind == Kind::Server { found.disks.iter().map(disk).collect() } else { Vec::new() };
    json!({
        "id": found.id,
        "name": found.name,
        "type": found.kind.as_str(),
        "size": found.size,
        "status": found.status,
        "children": children,
        "detail": { "availability_zone": found.zone, "tags": found.tags },
        "protectable": {
            "result": obstacle.is_none(),
            "code": obstacle.map(|(code, _)| code),
            "reason": obstacle.map(|(_, reason)| reason),
            "message": obstacle.map(|(_, reason)| reason),
            "vault": vault.map(|vault| vault.to_json(project, tally)),
        },
    })
}

/// `CheckAgent`: whether the agent of application consistency is installed.
pub fn check_agent(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    fields.required_list("agent_status", 1..=256)?;
    let mut shown = Vec::new();
    for asked in fields.objects("agent_status")?.unwrap_or_default() {
        let id = asked.required_text("resource_id")?;
        asked.required_word("resource_type", &["OS::Nova::Server", "OS::Ironic::BareMetalServer"])?;
        let server = call.project().servers.get(id);
        let is_installed = server.is_some_and(|server| server.agent);
        let (code, message) = match (server.is_some(), is_installed) {
            // Source: here the code is a number (huaweicloudsdkcbr 3.1.219, ProtectableAgentStatus).
            (true, true) => (0, ""),
            (true, false) => (7200, "The agent is not installed."),
            (false, _) => (7100, "The server does not exist."),
        };
        shown.push(json!({
            "resource_id": id,
            "installed": is_installed,
            "is_old": false,
            "version": if is_installed { "2.1.0" } else { "" },
            "code": code,
            "message": message,
        }));
    }
    Answer::ok(json!({ "agent_status": shown }))
}

/// `ShowStorageUsage`: backups by resource.
pub fn storage_usage(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(1000)?;
    let (project, query) = (call.project(), &call.query);
    let mut sums: indexmap::IndexMap<&str, (Kind, &str, u64, u64)> = indexmap::IndexMap::new();
    for backup in project.backups.iter() {
        if query.admits("resource_id", &backup.resource)
            && query.admits("resource_type", backup.kind.as_str())
        {
            let sum = sums.entry(&backup.resource).or_insert((backup.kind, &backup.resource_name, 0, 0));
            sum.2 += 1;
            sum.3 += backup.mib;
        }
    }
    let count = sums.len();
    let usage = |(id, (kind, name, count, mib)): (&str, (Kind, &str, u64, u64))| {
        json!({
            "resource_id": id,
            "resource_name": name,
            "resource_type": kind.as_str(),
            "backup_count": count,
            "backup_size": mib,
            "backup_size_multiaz": 0,
        })
    };
    let shown: Vec<Value> = page.cut(sums).into_iter().map(usage).collect();
    Answer::ok(json!({ "resource_count": count, "storage_usage": shown }))
}

/// The regions that replicas of this project's backups can go to: those of the account's other projects.
fn destinations(call: &Call) -> Vec<String> {
    let own = call.project().region().to_owned();
    let mut regions: Vec<String> = call
        .account
        .projects
        .iter()
        .map(|project| project.region().to_owned())
        .filter(|region| *region != own)
        .collect();
    regions.sort();
    regions.dedup();
    regions
}

/// `ShowReplicationCapabilities`.
pub fn replication_capabilities(call: &mut Call) -> Result<Answer, ApiError> {
    let shown = json!({ "name": call.project().region(), "replication_destinations": destinations(call) });
    Answer::ok(json!({ "regions": [shown] }))
}

/// `ListFeatures`.
pub fn list_features(call: &mut Call) -> Result<Answer, ApiError> {
    Answer::ok(features(call))
}

fn features(call: &Call) -> Value {
    json!({
        "replication.enable": !destinations(call).is_empty(),
        "replication.source_region": call.project().region(),
        "replication.destination_regions": destinations(call),
        "features.backup_double_az": true,
    })
}

/// `ShowFeature`.
pub fn show_feature(call: &mut Call) -> Result<Answer, ApiError> {
    let key = call.param("feature_key");
    match features(call).get(key) {
        Some(value) => Answer::ok(json!({ key: value })),
        None => Err(ApiError::cbr(404, "8500", "The feature does not exist.")),
    }
}

/// `ListProjects`: the account's projects of all regions.
pub fn region_projects(call: &mut Call) -> Result<Answer, ApiError> {
    let account = &call.account;
    let project = |project: &Project| {
        json!({ "id": project.id, "name": project.name, "domain_id": account.id, "parent_id": account.id,
            "enabled": true, "is_domain": false, "description": "", "links": {} })
    };
    let projects: Vec<Value> = account.projects.iter().map(project).collect();
    Answer::ok(json!({ "projects": projects, "links": {} }))
}

/// `ShowMigrateStatus`: nothing was ever in the old services.
pub fn migrate_status(_: &mut Call) -> Result<Answer, ApiError> {
    Answer::ok(json!({ "status": "success", "project_status": [] }))
}
