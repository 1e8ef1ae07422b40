//! Backups: list, read, rename, delete, restore, replicate, share.
//!
//! Source: CBR API v3, "Backups" and "Backup sharing".

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::account::UnknownBackup;
use super::backup::{Backup, DiskBackup, Member, Pending};
use super::body::{Fields, Query};
use super::cbr_vaults::{in_enterprise_project, known};
use super::error::ApiError;
use super::estate::Kind;
use super::gateway::{Answer, Call};
use super::log::{Log, Subject};
use super::project::Project;
use super::replication::Replica;
use crate::emulator::clock::Time;
use crate::emulator::world::Ids;

/// How long a restoration takes in the cloud, in seconds.
const RESTORE_SECONDS: i64 = 900;

/// How long the deletion of a backup takes in the cloud, in seconds.
const DELETE_SECONDS: i64 = 60;

/// The backup that the path names.
fn named<'a>(call: &'a Call) -> Result<&'a Backup, ApiError> {
    let backup = call.project().backups.get(call.param("backup_id"));
    backup.ok_or_else(|| match call.unknown_backup {
        UnknownBackup::NotFound => ApiError::cbr(404, "6200", "The backup does not exist."),
        UnknownBackup::MalformedUrl => ApiError::malformed_url(),
    })
}

/// `ListBackups`, newest first unless asked otherwise.
pub fn list(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(1000)?;
    let project = call.project();
    let filter = Filter::read(call)?;
    let mut found: Vec<&Backup> =
        project.backups.iter().rev().filter(|backup| filter.passes(backup, &call.query, call.now)).collect();
    sort(&mut found, call.query.text("sort"), call.now)?;
    let count = found.len();
    if let Some(marker) = call.query.text("marker") {
        let place = found.iter().position(|backup| backup.id == marker);
        let place =
            place.ok_or_else(|| ApiError::invalid("Parameter marker names no backup of this listing."))?;
        found.drain(..=place);
    }
    let shown: Vec<Value> =
        page.cut(found).into_iter().map(|backup| backup.to_json(&project.id, call.now)).collect();
    Answer::ok(json!({ "backups": shown, "count": count, "limit": page.limit, "offset": page.offset }))
}

/// The filters that need more than a comparison.
struct Filter {
    from: Option<Time>,
    to: Option<Time>,
    incremental: Option<bool>,
}

impl Filter {
    fn read(call: &Call) -> Result<Filter, ApiError> {
        let time = |name: &str| {
            let wrong =
                |_| ApiError::invalid(format!("Parameter {name} must look like 2018-02-01T12:00:00Z."));
            call.query.text(name).map(|text| text.parse().map_err(wrong)).transpose()
        };
        call.number("used_percent", 1..=100)?;
        Ok(Filter {
            from: time("start_time")?,
            to: time("end_time")?,
            incremental: call.query.boolean("incremental").map_err(ApiError::invalid)?,
        })
    }

    fn passes(&self, backup: &Backup, query: &Query, now: Time) -> bool {
        let statuses = query.all("status");
        let has_name = |wanted: &str, name: &str| name.contains(wanted);
        let image_type = if backup.replica { "replication" } else { "backup" };
        (statuses.is_empty() || statuses.contains(&backup.status(now)))
            && query.admits("vault_id", &backup.vault)
            && query.admits("checkpoint_id", &backup.checkpoint)
            && query.admits("resource_id", &backup.resource)
            && query.admits("resource_type", backup.kind.as_str())
            && query.admits("resource_az", &backup.zone)
            && query.admits("image_type", image_type)
            && query.text("name").is_none_or(|name| has_name(name, &backup.name))
            && query.text("resource_name").is_none_or(|name| has_name(name, &backup.resource_name))
            && query.text("parent_id").is_none()
            && in_enterprise_project(query, &backup.enterprise_project)
            && self.from.is_none_or(|from| backup.created >= from)
            && self.to.is_none_or(|to| backup.created <= to)
            && self.incremental.is_none_or(|wanted| wanted == backup.incremental)
    }
}

/// Source: CBR API v3, "Querying All Backups", `sort`: keys with `:asc` or `:desc`, the default being `desc`.
fn sort(found: &mut [&Backup], by: Option<&str>, now: Time) -> Result<(), ApiError> {
    let Some(by) = by else { return Ok(()) };
    let mut keys = Vec::new();
    for text in by.split(',') {
        let (key, direction) = text.split_once(':').unwrap_or((text, "desc"));
        let is_key = matches!(key, "created_at" | "updated_at" | "name" | "status" | "protected_at" | "id");
        if !is_key || !matches!(direction, "asc" | "desc") {
            return Err(ApiError::invalid("Parameter sort must be a list of key:asc or key:desc."));
        }
        keys.push((key, direction == "asc"));
    }
    let compare = |key: &str, a: &Backup, b: &Backup| match key {
        "name" => a.name.cmp(&b.name),
        "status" => a.status(now).cmp(b.status(now)),
        "id" => a.id.cmp(&b.id),
        _ => a.created.cmp(&b.created),
    };
    found.sort_by(|a, b| {
        keys.iter().fold(Ordering::Equal, |so_far, (key, ascending)| {
            let order = compare(key, a, b);
            so_far.then(if *ascending { order } else { order.reverse() })
        })
    });
    Ok(())
}

/// `ShowBackup`.
pub fn show(call: &mut Call) -> Result<Answer, ApiError> {
    let shown = named(call)?.to_json(&call.project().id, call.now);
    Answer::ok(json!({ "backup": shown }))
}

/// `UpdateBackup`: a new name.
pub fn update(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "backup")?;
    let name = fields.name()?.ok_or_else(|| fields.wrong("name", "is required"))?;
    let (id, now) = (named(call)?.id.clone(), call.now);
    let (project, _) = call.project_mut();
    if let Some(backup) = project.backups.get_mut(&id) {
        backup.name = name;
    }
    let shown = project.backups.get(&id).map(|backup| backup.to_json(&project.id, now));
    Answer::ok(json!({ "backup": shown }))
}

/// `DeleteBackup`.
pub fn delete(call: &mut Call) -> Result<Answer, ApiError> {
    let backup = named(call)?;
    let is_locked = call.project().vaults.get(&backup.vault).is_some_and(|vault| vault.locked);
    if !backup.images.is_empty() {
        return Err(ApiError::cbr(400, "6204", "The backup is used by an image. Delete the image first."));
    }
    if backup.automatic && is_locked {
        return Err(ApiError::cbr(400, "6220", "Automatic backups of a locked vault cannot be deleted."));
    }
    match backup.status(call.now) {
        "available" | "error" => (),
        "deleting" => return Answer::empty(),
        _ => return Err(ApiError::cbr(400, "6216", "The backup is in use.")),
    }
    let until = Pending::until(call.now.plus(call.pace.seconds(DELETE_SECONDS)));
    let (id, now) = (backup.id.clone(), call.now);
    let (project, ids) = call.project_mut();
    let log = project.backups.get(&id).map(|backup| task(project, backup, "delete", now, until, ids));
    project.logs.insert(log.expect("the backup was found above"));
    if let Some(backup) = project.backups.get_mut(&id) {
        backup.deleting = Some(until);
    }
    Answer::empty()
}

/// The log of something that is done to a backup.
fn task(
    project: &Project,
    backup: &Backup,
    operation: &str,
    now: Time,
    until: Pending,
    ids: &mut Ids,
) -> Log {
    let mut extra = serde_json::Map::new();
    let shown = json!({ "backup_id": backup.id, "backup_name": backup.name });
    extra.insert(operation.to_owned(), shown);
    let vault = project.vaults.get(&backup.vault);
    Log {
        id: ids.next_uuid(),
        operation: operation.to_owned(),
        vault: backup.vault.clone(),
        vault_name: vault.map(|vault| vault.name.clone()).unwrap_or_default(),
        policy: None,
        checkpoint: Some(backup.checkpoint.clone()),
        resource: Some(Subject {
            id: backup.resource.clone(),
            kind: backup.kind,
            name: backup.resource_name.clone(),
        }),
        started: now,
        running: Some(until),
        error: None,
        extra,
    }
}

/// `RestoreBackup`: the target's data is overwritten.
///
/// The answer's body is not documented; the Terraform provider reads `job_id` from it, the operation log's id.
pub fn restore(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "restore")?;
    fields.boolean("power_on")?;
    let backup = named(call)?;
    let target = check_can_be_restored(call.project(), backup, &fields, call.now)?;
    let until = Pending::until(call.now.plus(call.pace.seconds(RESTORE_SECONDS)));
    let (id, now) = (backup.id.clone(), call.now);
    let (project, ids) = call.project_mut();
    let log = project.backups.get(&id).map(|backup| task(project, backup, "restore", now, until, ids));
    let mut log = log.expect("the backup was found above");
    log.extra["restore"]["target_resource_id"] = json!(target);
    log.extra["restore"]["target_resource_name"] =
        json!(log.resource.as_ref().map(|resource| &resource.name));
    let job = log.id.clone();
    project.logs.insert(log);
    if let Some(backup) = project.backups.get_mut(&id) {
        backup.restoring = Some(until);
    }
    Answer::with(202, json!({ "job_id": job }))
}

/// What is to be overwritten, if it may be.
fn check_can_be_restored(
    project: &Project,
    backup: &Backup,
    fields: &Fields,
    now: Time,
) -> Result<String, ApiError> {
    let vault = known(project, &backup.vault)?;
    if vault.status() != "available" {
        return Err(ApiError::cbr(400, "6202", "Restore only from an available vault."));
    }
    let same = |other: &&Backup| other.resource == backup.resource;
    if project.backups.iter().filter(same).any(|other| other.status(now) == "restoring") {
        return Err(ApiError::cbr(400, "2010", "A restoration is running already."));
    }
    if project.backups.iter().filter(same).any(|other| other.status(now) == "protecting") {
        return Err(ApiError::cbr(400, "2002", "The resource is being backed up."));
    }
    if backup.status(now) != "available" {
        return Err(ApiError::cbr(400, "2005", "The status of the backup does not allow a restoration."));
    }
    match backup.kind {
        Kind::Server => restored_server(project, backup, fields),
        Kind::Volume => restored_volume(project, backup, fields),
        Kind::Turbo => Err(ApiError::invalid("SFS Turbo backups cannot be restored in place.")),
        Kind::Desktop => Ok(fields.text("resource_id")?.unwrap_or(&backup.resource).to_owned()),
    }
}

fn restored_server(project: &Project, backup: &Backup, fields: &Fields) -> Result<String, ApiError> {
    let id = fields.required_text("server_id")?;
    let server = project.find(Kind::Server, id);
    let server = server.ok_or_else(|| ApiError::cbr(404, "2007", "The server does not exist."))?;
    if !server.is_ready() {
        return Err(ApiError::cbr(400, "2008", "The status of the server does not allow a restoration."));
    }
    fields.required_list("mappings", 1..=60)?;
    for mapping in fields.objects("mappings")?.unwrap_or_default() {
        let (part, volume) = (mapping.required_text("backup_id")?, mapping.required_text("volume_id")?);
        let part = backup.disks.iter().find(|disk| disk.id == part);
        let part = part.ok_or_else(|| mapping.wrong("backup_id", "is no disk backup of this backup"))?;
        let place = server.disks.iter().position(|disk| disk.id == volume);
        let place =
            place.ok_or_else(|| ApiError::cbr(404, "7000", "The disk is not attached to the server."))?;
        if server.disks[place].size_gib < part.size_gib {
            return Err(ApiError::cbr(400, "2001", "The target disk is too small."));
        }
        if place == 0 && !part.bootable {
            return Err(ApiError::cbr(
                400,
                "2013",
                "A data disk's backup cannot be restored to a system disk.",
            ));
        }
    }
    Ok(id.to_owned())
}

fn restored_volume(project: &Project, backup: &Backup, fields: &Fields) -> Result<String, ApiError> {
    let id = fields.required_text("volume_id")?;
    let volume = project.find(Kind::Volume, id);
    let volume = volume.ok_or_else(|| ApiError::cbr(404, "7000", "The disk does not exist."))?;
    if !volume.is_ready() {
        return Err(ApiError::cbr(400, "2011", "The status of the disk does not allow a restoration."));
    }
    if volume.size < u64::from(backup.size_gib) {
        return Err(ApiError::cbr(400, "2001", "The target disk is too small."));
    }
    Ok(id.to_owned())
}

/// `ShowMetadata`: what the server was like when it was backed up.
pub fn metadata(call: &mut Call) -> Result<Answer, ApiError> {
    let backup = named(call)?;
    if backup.kind != Kind::Server {
        return Err(ApiError::invalid("Only backups of servers have metadata."));
    }
    let text = |value: Value| value.to_string();
    let volume = |disk: &DiskBackup| {
        text(json!({ "id": disk.disk, "size": disk.size_gib, "bootable": disk.bootable.to_string() }))
    };
    // Source: the vendor's SDK reads every part as a text, of JSON (huaweicloudsdkcbr 3.1.219, ShowMetadataResponse).
    Answer::ok(json!({
        "backup_id": backup.id,
        "backups": text(json!([])),
        "flavor": text(json!({ "vcpus": "2", "ram": "4096", "id": "s6.large.2", "name": "s6.large.2" })),
        "floatingips": [],
        "interface": "",
        "ports": [],
        "server": text(json!({ "id": backup.resource, "name": backup.resource_name, "tenant_id": call.project().id })),
        "volumes": backup.disks.iter().map(volume).collect::<Vec<_>>(),
    }))
}

/// Where replicas go.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The project.
    pub project: String,
    /// The region.
    pub region: String,
    /// The vault.
    pub vault: String,
}

impl Destination {
    /// Reads where replicas are to go.
    ///
    /// # Errors
    /// When something is missing.
    pub fn read(fields: &Fields) -> Result<Destination, ApiError> {
        Ok(Destination {
            project: fields.required_text("destination_project_id")?.to_owned(),
            region: fields.required_text("destination_region")?.to_owned(),
            vault: fields.required_text("destination_vault_id")?.to_owned(),
        })
    }
}

/// `CopyBackup`.
pub fn replicate(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "replicate")?;
    fields.description()?;
    let destination = Destination::read(&fields)?;
    let id = named(call)?.id.clone();
    let record = replicate_one(call, &id, &destination)?;
    let backup = named(call)?;
    Answer::ok(json!({ "replication": {
        "backup_id": backup.id,
        "destination_project_id": destination.project,
        "destination_region": destination.region,
        "destination_vault_id": destination.vault,
        "project_id": call.project().id,
        "provider_id": super::vault::provider_id(backup.kind),
        "replication_record_id": record,
        "source_region": call.project().region(),
    } }))
}

/// Makes a replica of a backup in another project, and answers the record's id.
///
/// # Errors
/// When there is no such project or vault, or it does not take the replica.
pub fn replicate_one(call: &mut Call, id: &str, destination: &Destination) -> Result<String, ApiError> {
    let now = call.now;
    let (source, source_region) = (call.project().id.clone(), call.project().region().to_owned());
    let backup = call.project().backups.get(id).filter(|backup| backup.status(now) == "available");
    let backup = backup.ok_or_else(|| ApiError::cbr(400, "6216", "The backup is in use."))?.clone();
    let vault_name = known(call.project(), &backup.vault)?.name.clone();
    let project = call.account.projects.get_mut(&destination.project);
    let project = project.filter(|project| project.region() == destination.region && project.id != source);
    let project =
        project.ok_or_else(|| ApiError::cbr(404, "6119", "The destination project does not exist."))?;
    let vault = known(project, &destination.vault)?;
    let fits =
        vault.protect_type == "replication" && Kind::of_object_type(&vault.object_type) == Some(backup.kind);
    if !fits {
        return Err(ApiError::cbr(400, "6122", "The destination vault does not take these replicas."));
    }
    let replica = Replica {
        backup: &backup,
        source: &source,
        source_region: &source_region,
        destination,
        automatic: false,
    };
    let (copy, record) = replica.make(now, call.ids);
    let log = replica.log(&vault_name, &record, now, call.ids);
    let record_id = record["id"].as_str().unwrap_or_default().to_owned();
    project.backups.insert(copy);
    let (project, _) = call.project_mut();
    project.logs.insert(log);
    if let Some(original) = project.backups.get_mut(id) {
        original.replicas.push(record);
    }
    Ok(record_id)
}

fn member_json(member: &Member, backup: &str) -> Value {
    json!({
        "id": member.id,
        "status": member.status,
        "backup_id": backup,
        "image_id": Value::Null,
        "vault_id": member.vault,
        "dest_project_id": member.project,
        "created_at": member.created.to_vendor_text(),
        "updated_at": member.created.to_vendor_text(),
    })
}

/// The sharing that the path names, by its project or its id.
fn named_member<'a>(call: &'a Call) -> Result<&'a Member, ApiError> {
    let id = call.param("member_id");
    let member = named(call)?.members.iter().find(|member| member.project == id || member.id == id);
    member.ok_or_else(|| ApiError::cbr(404, "6701", "The member does not exist."))
}

/// `ShowMembersDetail`.
pub fn list_members(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(1000)?;
    let backup = named(call)?;
    let shown: Vec<Value> =
        page.cut(&backup.members).into_iter().map(|member| member_json(member, &backup.id)).collect();
    Answer::ok(json!({ "members": shown, "count": backup.members.len() }))
}

/// `AddMember`: shares a server's backup with other projects.
pub fn add_members(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let projects = Fields::of(&body, "body")?.required_texts("members", 1..=10)?;
    let backup = named(call)?;
    if backup.kind != Kind::Server {
        return Err(ApiError::cbr(400, "6700", "Only backups of servers can be shared."));
    }
    if let Some(project) =
        projects.iter().find(|project| backup.members.iter().any(|member| member.project == **project))
    {
        return Err(ApiError::cbr(400, "6702", format!("The backup is shared with {project} already.")));
    }
    let (id, now) = (backup.id.clone(), call.now);
    let (project, ids) = call.project_mut();
    let member = |project: String| Member {
        id: ids.next_uuid(),
        project,
        status: "pending".to_owned(),
        vault: None,
        created: now,
    };
    let new: Vec<Member> = projects.into_iter().map(member).collect();
    let shown: Vec<Value> = new.iter().map(|member| member_json(member, &id)).collect();
    if let Some(backup) = project.backups.get_mut(&id) {
        backup.members.extend(new);
    }
    Answer::ok(json!({ "members": shown }))
}

/// `ShowMemberDetail`.
pub fn show_member(call: &mut Call) -> Result<Answer, ApiError> {
    Answer::ok(json!({ "member": member_json(named_member(call)?, call.param("backup_id")) }))
}

/// `UpdateMemberStatus`.
pub fn update_member(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let status = fields.required_word("status", &["accepted", "pending", "rejected"])?.to_owned();
    let vault = fields.text("vault_id")?.map(str::to_owned);
    let (id, backup) = (named_member(call)?.id.clone(), call.param("backup_id").to_owned());
    let (project, _) = call.project_mut();
    let backup = project.backups.get_mut(&backup).expect("the backup was found above");
    let member =
        backup.members.iter_mut().find(|member| member.id == id).expect("the member was found above");
    (member.status, member.vault) = (status, vault);
    Answer::ok(json!({ "member": member_json(member, &backup.id) }))
}

/// `DeleteMember`.
pub fn delete_member(call: &mut Call) -> Result<Answer, ApiError> {
    let (id, backup) = (named_member(call)?.id.clone(), call.param("backup_id").to_owned());
    let (project, _) = call.project_mut();
    if let Some(backup) = project.backups.get_mut(&backup) {
        backup.members.retain(|member| member.id != id);
    }
    Answer::empty()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Cloud, code, vault};
    use super::*;

    #[test]
    fn what_is_not_there_is_answered_in_two_ways() {
        let check = |quirk: UnknownBackup, expected: &str| {
            let mut cloud = Cloud::new();
            cloud.core.world.huawei.unknown_backup = quirk;
            assert_eq!(code(cloud.get("~/backups/ghost")), expected);
            assert!(code(cloud.get("~/checkpoints/ghost")).starts_with(&expected[..3]));
        };
        check(UnknownBackup::NotFound, "404 6200");
        check(UnknownBackup::MalformedUrl, "401 401");
    }

    #[test]
    fn a_restoration_overwrites_disks_that_fit() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &["web"]);
        cloud.back_up(&id);
        let backup = cloud.backups("")[0].clone();
        let parts: Vec<String> =
            (0..2).map(|part| backup["children"][part]["id"].as_str().unwrap().to_owned()).collect();
        let line = format!("~/backups/{}/restore", backup["id"].as_str().unwrap());
        let mut check = |part: &str, volume: &str, expected: &str| {
            let mapping = json!([{ "backup_id": part, "volume_id": volume }]);
            let body = json!({ "restore": { "server_id": "web", "mappings": mapping } });
            assert_eq!(code(cloud.post(&line, body)), expected, "{part} to {volume}");
        };
        check("ghost", "web-disk-1", "400 9900");
        check(&parts[1], "web-disk-1", "400 2001");
        check(&parts[0], "db-disk-1", "404 7000");
        check(&parts[0], "web-disk-1", "ok");
        check(&parts[0], "web-disk-1", "400 2010");
        cloud.advance("PT1H");
        assert_eq!(cloud.backups("")[0]["status"], "available");
        assert_eq!(
            cloud.get("~/operation-logs?operation_type=restore").unwrap()["operation_logs"][0]["status"],
            "success"
        );
        let missing = json!({ "restore": { "server_id": "web" } });
        assert_eq!(code(cloud.post(&line, missing)), "400 9900");
        assert_eq!(
            code(cloud.post(&line, json!({ "restore": { "server_id": "ghost", "mappings": [{}] } }))),
            "404 2007"
        );
    }

    #[test]
    fn file_systems_are_not_restored_in_place() {
        let mut cloud = Cloud::new();
        let mut body = vault("v", &[], json!({ "object_type": "turbo" }));
        body["vault"]["resources"] = json!([{ "id": "share", "type": "OS::Sfs::Turbo" }]);
        let id = cloud.post("~/vaults", body).unwrap()["vault"]["id"].as_str().unwrap().to_owned();
        cloud.back_up(&id);
        let line = format!("~/backups/{}/restore", cloud.backups("")[0]["id"].as_str().unwrap());
        assert_eq!(code(cloud.post(&line, json!({ "restore": { "resource_id": "share" } }))), "400 9900");
    }

    #[test]
    fn a_backup_is_deleted_unless_something_holds_it() {
        let mut cloud = Cloud::new();
        let (id, policy) = (cloud.vault("v", &["web"]), cloud.policy(json!({})));
        cloud.back_up(&id);
        cloud.set(&id, &policy);
        cloud.advance("P1D");
        cloud.put(&format!("~/vaults/{id}"), json!({ "vault": { "locked": true } })).unwrap();
        let ids: Vec<String> =
            cloud.backups("").iter().map(|backup| backup["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(code(cloud.delete(&format!("~/backups/{}", ids[0]))), "400 6220");
        assert_eq!(code(cloud.delete(&format!("~/backups/{}", ids[1]))), "ok");
        assert_eq!(cloud.get(&format!("~/backups/{}", ids[1])).unwrap()["backup"]["status"], "deleting");
        cloud.advance("PT10M");
        assert_eq!(code(cloud.get(&format!("~/backups/{}", ids[1]))), "404 6200");
    }

    #[test]
    fn replicas_go_to_another_region() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &["web"]);
        cloud.back_up(&id);
        let backup = cloud.backups("")[0]["id"].as_str().unwrap().to_owned();
        let mut check = |project: &str, region: &str, vault: &str, expected: &str| {
            let to = json!({ "destination_project_id": project, "destination_region": region, "destination_vault_id": vault });
            assert_eq!(
                code(cloud.post(&format!("~/backups/{backup}/replicate"), json!({ "replicate": to }))),
                expected
            );
        };
        check("p9", "cn-south-1", "copies", "404 6119");
        check("p1", "cn-north-4", "copies", "404 6119");
        check("p2", "cn-south-1", "ghost", "404 6105");
        check("p2", "cn-south-1", "copies", "ok");
        assert_eq!(cloud.backups("")[0]["replication_records"][0]["status"], "success");
        let copies = cloud.get("/v3/p2/backups?image_type=replication").unwrap();
        assert_eq!((&copies["count"], &copies["backups"][0]["vault_id"]), (&json!(1), &json!("copies")));
    }

    #[test]
    fn listings_are_filtered_sorted_and_paged() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &["web", "db"]);
        cloud.back_up(&id);
        cloud.back_up(&id);
        let mut check = |query: &str, expected: (usize, u64)| {
            let answer = cloud.get(&format!("~/backups?{query}")).unwrap();
            let found = (answer["backups"].as_array().unwrap().len(), answer["count"].as_u64().unwrap());
            assert_eq!(found, expected, "{query}");
        };
        check("", (4, 4));
        check("limit=3", (3, 4));
        check("limit=3&offset=3", (1, 4));
        check("resource_id=web", (2, 2));
        check("incremental=true", (2, 2));
        check("start_time=2026-11-20T00:30:00Z", (2, 2));
        check("status=error&status=protecting", (0, 0));
        check("image_type=replication", (0, 0));
        let first = cloud.backups("sort=created_at:asc,name:asc")[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(cloud.backups(&format!("sort=created_at:asc,name:asc&marker={first}")).len(), 3);
        let mut refused =
            |query: &str| assert_eq!(code(cloud.get(&format!("~/backups?{query}"))), "400 9900", "{query}");
        refused("limit=0");
        refused("sort=colour");
        refused("start_time=yesterday");
        refused("marker=ghost");
        refused("incremental=perhaps");
    }
}
