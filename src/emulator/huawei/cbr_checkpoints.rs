//! Checkpoints: back up now, and look how far it is.
//!
//! Source: CBR API v3, "Restore points".

use serde_json::{Value, json};

use super::account::UnknownBackup;
use super::backup::{Backup, Checkpoint};
use super::body::Fields;
use super::cbr_backups::{Destination, replicate_one};
use super::cbr_vaults::known;
use super::error::ApiError;
use super::gateway::{Answer, Call};
use super::project::Project;
use super::protect::Wish;
use super::vault::{Tally, Vault};
use crate::emulator::clock::Time;

/// `CreateCheckpoint`.
pub fn create(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "checkpoint")?;
    let id = fields.required_text("vault_id")?.to_owned();
    let project = call.project();
    let vault = known(project, &id)?;
    check_takes_backups(project, vault, call.now)?;
    let wish = read_wish(vault, fields.object("parameters")?.as_ref())?;
    let (now, pace) = (call.now, call.pace);
    let (project, ids) = call.project_mut();
    let checkpoint = project.back_up(&wish, now, pace, ids);
    shown(project, &checkpoint, now)
}

fn check_takes_backups(project: &Project, vault: &Vault, now: Time) -> Result<(), ApiError> {
    if vault.kind().is_none() {
        return Err(ApiError::cbr(400, "6124", "This type of vault takes no backups."));
    }
    if vault.status() != "available" {
        let message = format!("The status of the vault does not allow a backup: {}.", vault.status());
        return Err(ApiError::cbr(400, "6113", message));
    }
    let used = Tally::of(project, now).used_mib(&vault.id);
    if used >= vault.size * 1024 && !vault.auto_expand && !vault.demand_billing {
        return Err(ApiError::cbr(400, "6114", "The vault is full."));
    }
    if vault.resources.is_empty() {
        return Err(ApiError::cbr(400, "0001", "There is nothing to back up in the vault."));
    }
    Ok(())
}

fn read_wish(vault: &Vault, parameters: Option<&Fields>) -> Result<Wish, ApiError> {
    let all = || vault.resources.iter().map(|resource| resource.id.clone()).collect();
    let Some(parameters) = parameters else {
        return Ok(Wish { vault: vault.id.clone(), resources: all(), ..Wish::default() });
    };
    let automatic = parameters.boolean("auto_trigger")?.unwrap_or(false);
    let days = parameters.integer("retention_duration_days", -1..=36_500)?;
    if days == Some(0) || automatic && days.is_some() {
        return Err(parameters
            .wrong("retention_duration_days", "must be -1 or from 1 to 36500, and not with auto_trigger"));
    }
    let resources = wanted_resources(parameters)?;
    if let Some(stranger) = resources.iter().flatten().find(|id| vault.resources.get(id).is_none()) {
        return Err(ApiError::cbr(400, "6135", format!("The resource {stranger} is not in this vault.")));
    }
    Ok(Wish {
        vault: vault.id.clone(),
        resources: resources.unwrap_or_else(all),
        name: parameters.name()?,
        description: parameters.description()?,
        automatic,
        policy: parameters.text("policy_id")?.map(str::to_owned),
        full: parameters.boolean("incremental")? == Some(false),
        retention_days: days,
    })
}

/// The resources that are named in either of the two ways.
fn wanted_resources(parameters: &Fields) -> Result<Option<Vec<String>>, ApiError> {
    let Some(details) = parameters.objects("resource_details")?.filter(|details| !details.is_empty()) else {
        return Ok(parameters.texts("resources")?.filter(|ids| !ids.is_empty()));
    };
    if details.len() > 256 {
        return Err(parameters.wrong("resource_details", "must have at most 256 members"));
    }
    let id = |fields: &Fields| {
        fields.required_text("type")?;
        Ok(fields.required_text("id")?.to_owned())
    };
    details.iter().map(id).collect::<Result<Vec<String>, ApiError>>().map(Some)
}

/// `ShowCheckpoint`.
pub fn show(call: &mut Call) -> Result<Answer, ApiError> {
    let id = call.param("checkpoint_id");
    // Source: terraform-provider-huaweicloud, `huaweicloud_cbr_checkpoint`: a checkpoint goes with the last of its backups.
    let is_there = |checkpoint: &Checkpoint| {
        let mut backups = checkpoint.backups.iter();
        checkpoint.backups.is_empty() || backups.any(|id| call.project().backups.get(id).is_some())
    };
    if !call.project().checkpoints.get(id).is_some_and(is_there) {
        return Err(match call.unknown_backup {
            UnknownBackup::NotFound => ApiError::cbr(404, "6217", "The checkpoint does not exist."),
            UnknownBackup::MalformedUrl => ApiError::malformed_url(),
        });
    }
    shown(call.project(), id, call.now)
}

fn shown(project: &Project, id: &str, now: Time) -> Result<Answer, ApiError> {
    let checkpoint = project.checkpoints.get(id);
    let checkpoint =
        checkpoint.ok_or_else(|| ApiError::cbr(404, "6217", "The checkpoint does not exist."))?;
    let tally = Tally::of(project, now);
    let backups: Vec<&Backup> = checkpoint.backups.iter().filter_map(|id| project.backups.get(id)).collect();
    let resources: Vec<Value> = backups.iter().map(|backup| resource(backup, &tally, now)).collect();
    Answer::ok(json!({ "checkpoint": {
        "id": checkpoint.id,
        "project_id": project.id,
        "status": status(checkpoint, &backups, now),
        "created_at": checkpoint.created.to_vendor_text(),
        "extra_info": {
            "name": checkpoint.name,
            "description": checkpoint.description,
            "retention_duration": checkpoint.retention_days,
        },
        "vault": {
            "id": checkpoint.vault,
            "name": project.vaults.get(&checkpoint.vault).map(|vault| &vault.name),
            "resources": resources,
            "skipped_resources": checkpoint.skipped,
        },
    } }))
}

/// One resource of a checkpoint. The size is a text here, and here only.
fn resource(backup: &Backup, tally: &Tally, now: Time) -> Value {
    let sum = tally.sum(&backup.vault, &backup.resource);
    let status = backup.status(now);
    json!({
        "id": backup.resource,
        "type": backup.kind.as_str(),
        "name": backup.resource_name,
        "resource_size": backup.size_gib.to_string(),
        "protect_status": if matches!(status, "protecting" | "restoring" | "error") { status } else { "available" },
        "backup_size": sum.mib,
        "backup_count": sum.count,
        "extra_info": { "exclude_volumes": [] },
    })
}

fn status(checkpoint: &Checkpoint, backups: &[&Backup], now: Time) -> &'static str {
    let any = |status: &str| backups.iter().any(|backup| backup.status(now) == status);
    if any("protecting") {
        "protecting"
    } else if any("error") || backups.is_empty() && !checkpoint.skipped.is_empty() {
        "error"
    } else if backups.is_empty() {
        "deleted"
    } else {
        "available"
    }
}

/// `CopyCheckpoint`: replicates every backup of a vault, or those of one checkpoint.
pub fn replicate(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "replicate")?;
    let vault = fields.required_text("vault_id")?.to_owned();
    known(call.project(), &vault)?;
    let destination = Destination::read(&fields)?;
    let now = call.now;
    let is_wanted =
        |backup: &&Backup| backup.vault == vault && backup.status(now) == "available" && !backup.replica;
    let ids: Vec<String> =
        call.project().backups.iter().filter(is_wanted).map(|backup| backup.id.clone()).collect();
    let mut backups = Vec::new();
    for id in &ids {
        let record = replicate_one(call, id, &destination)?;
        backups.push(json!({ "backup_id": id, "replication_record_id": record }));
    }
    Answer::ok(json!({ "replication": {
        "backups": backups,
        "destination_project_id": destination.project,
        "destination_region": destination.region,
        "destination_vault_id": destination.vault,
        "project_id": call.project().id,
        "provider_id": super::vault::provider_id(known(call.project(), &vault)?.kind().unwrap_or(super::estate::Kind::Server)),
        "source_region": call.project().region(),
        "vault_id": vault,
    } }))
}
