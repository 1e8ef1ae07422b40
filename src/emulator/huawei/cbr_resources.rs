//! What vaults protect: associate, remove, migrate, suspend.
//!
//! Source: CBR API v3, "Vaults" (associating, removing, migrating resources); Getting Started, "Step 3".

use serde_json::json;

use super::backup::Pending;
use super::body::Fields;
use super::cbr_vaults::usable;
use super::error::ApiError;
use super::estate::Kind;
use super::gateway::{Answer, Call};
use super::log::{Log, Subject};
use super::project::{Found, Project};
use super::vault::{Included, Resource, Vault};
use crate::emulator::clock::Time;
use crate::emulator::table::Table;

/// The most that a vault protects.
///
/// Source: Getting Started, "Step 3": at most 256 resources.
const MOST: usize = 256;

/// How long the removal of a resource with its backups takes in the cloud, in seconds.
const REMOVE_SECONDS: i64 = 180;

/// A resource that a caller wants to associate.
pub struct Wanted {
    id: String,
    kind: String,
    name: Option<String>,
    exclude_volumes: Vec<String>,
    include_volumes: Vec<Included>,
}

impl Wanted {
    /// Reads a list of them.
    ///
    /// # Errors
    /// When one is not of the form, or is there twice.
    pub fn read_all(list: &[Fields]) -> Result<Vec<Wanted>, ApiError> {
        let wanted: Vec<Wanted> = list.iter().map(Wanted::read).collect::<Result<_, _>>()?;
        let is_double =
            |(place, one): (usize, &Wanted)| wanted[..place].iter().any(|other| other.id == one.id);
        if wanted.iter().enumerate().any(is_double) {
            return Err(ApiError::cbr(400, "6104", "The same resource is given twice."));
        }
        Ok(wanted)
    }

    fn read(fields: &Fields) -> Result<Wanted, ApiError> {
        let extra = fields.object("extra_info")?;
        let included = extra.as_ref().map(|extra| extra.objects("include_volumes")).transpose()?.flatten();
        let include = |fields: &Fields| {
            let os_version = fields.text("os_version")?.map(str::to_owned);
            Ok(Included { id: fields.required_text("id")?.to_owned(), os_version })
        };
        Ok(Wanted {
            id: fields.required_text("id")?.to_owned(),
            kind: fields.required_text("type")?.to_owned(),
            name: fields.bounded_text("name", 0..=255)?.map(str::to_owned),
            exclude_volumes: extra
                .map(|extra| extra.texts("exclude_volumes"))
                .transpose()?
                .flatten()
                .unwrap_or_default(),
            include_volumes: included
                .unwrap_or_default()
                .iter()
                .map(include)
                .collect::<Result<_, ApiError>>()?,
        })
    }

    /// The resource as the vault will have it.
    fn to_resource(&self, found: &Found, project: &Project) -> Result<Resource, ApiError> {
        let mut resource = Resource::new(self.id.clone());
        resource.name = self.name.clone().unwrap_or_else(|| found.name.to_owned());
        resource.exclude_volumes.clone_from(&self.exclude_volumes);
        resource.include_volumes.clone_from(&self.include_volumes);
        if found.kind == Kind::Server {
            let named =
                self.exclude_volumes.iter().chain(self.include_volumes.iter().map(|included| &included.id));
            if let Some(stranger) =
                named.into_iter().find(|id| found.disks.iter().all(|disk| disk.id != **id))
            {
                return Err(ApiError::invalid(format!(
                    "The disk {stranger} is not attached to the server {}.",
                    self.id
                )));
            }
            if !found.disks.iter().any(|disk| resource.takes(&disk.id)) {
                return Err(ApiError::cbr(
                    400,
                    "7108",
                    "The server must have at least one disk that is backed up.",
                ));
            }
        }
        resource.size = project.size_of(Some(found.kind), &resource);
        Ok(resource)
    }
}

/// The resources as the vault will have them, if all of them may be associated with it.
///
/// # Errors
/// The first obstacle.
pub fn check_fits(project: &Project, vault: &Vault, wanted: &[Wanted]) -> Result<Vec<Resource>, ApiError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let kind =
        vault.kind().ok_or_else(|| ApiError::cbr(400, "6108", "This kind of vault takes no resources."))?;
    let new: Vec<Resource> =
        wanted.iter().map(|one| check_one(project, vault, kind, one)).collect::<Result<_, _>>()?;
    let mut after = vault.resources.clone();
    for resource in &new {
        after.insert(resource.clone());
    }
    check_room(project, vault, &after)?;
    Ok(new)
}

fn check_room(project: &Project, vault: &Vault, after: &Table<Resource>) -> Result<(), ApiError> {
    if after.len() > MOST {
        return Err(ApiError::cbr(400, "6100", "A vault can have at most 256 resources."));
    }
    // Source: Getting Started, "Step 3": the total size of the resources cannot be greater than the vault's capacity.
    let total: u64 = after.iter().map(|resource| project.size_of(vault.kind(), resource)).sum();
    if total > vault.size {
        let message = format!("The resources have {total} GB together, and the vault has {} GB.", vault.size);
        return Err(ApiError::cbr(400, "6107", message));
    }
    Ok(())
}

fn check_one(project: &Project, vault: &Vault, kind: Kind, wanted: &Wanted) -> Result<Resource, ApiError> {
    if wanted.kind != kind.as_str() {
        let message = format!("The resource type {} does not fit the vault.", wanted.kind);
        return Err(ApiError::cbr(400, "6102", message));
    }
    let found = project.find(kind, &wanted.id).ok_or_else(|| not_found(kind, &wanted.id))?;
    if !found.is_ready() {
        let number = if kind == Kind::Volume { "7003" } else { "7101" };
        let message = format!("The status {} of the resource {} does not allow it.", found.status, wanted.id);
        return Err(ApiError::cbr(400, number, message));
    }
    match project.vault_of(&wanted.id) {
        Some(other) if other.id != vault.id => {
            let message = format!("The resource {} is in the vault {} already.", wanted.id, other.id);
            return Err(ApiError::cbr(400, "6103", message));
        }
        Some(own) if own.resources.get(&wanted.id).is_some_and(|resource| resource.removing.is_some()) => {
            return Err(ApiError::cbr(400, "6134", "The resource is being removed. Try again later."));
        }
        _ => (),
    }
    if kind == Kind::Server && found.disks.is_empty() {
        return Err(ApiError::cbr(400, "7108", format!("The server {} has no disk.", wanted.id)));
    }
    wanted.to_resource(&found, project)
}

fn not_found(kind: Kind, id: &str) -> ApiError {
    let number = match kind {
        Kind::Server => "7100",
        Kind::Volume => "7000",
        Kind::Turbo | Kind::Desktop => "6302",
    };
    ApiError::cbr(404, number, format!("The resource {id} does not exist."))
}

/// `AddVaultResource`. A server that is there already gets the new choice of disks.
pub fn add(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    fields.required_list("resources", 1..=MOST)?;
    let wanted = Wanted::read_all(&fields.objects("resources")?.unwrap_or_default())?;
    let id = call.param("vault_id").to_owned();
    let project = call.project();
    let new = check_fits(project, usable(project, &id)?, &wanted)?;
    let ids: Vec<String> = new.iter().map(|resource| resource.id.clone()).collect();
    let (project, _) = call.project_mut();
    if let Some(vault) = project.vaults.get_mut(&id) {
        for resource in new {
            vault.resources.insert(resource);
        }
    }
    Answer::ok(json!({ "add_resource_ids": ids }))
}

/// Refuses ids that are not in the vault, or on their way out of it.
fn check_members(vault: &Vault, ids: &[String]) -> Result<(), ApiError> {
    for id in ids {
        let resource = vault.resources.get(id);
        let missing = || ApiError::cbr(400, "6135", format!("The resource {id} is not in this vault."));
        if resource.ok_or_else(missing)?.removing.is_some() {
            return Err(ApiError::cbr(400, "6134", "The resource is being removed. Try again later."));
        }
    }
    Ok(())
}

/// Refuses while one of the resources is being backed up or restored.
fn check_idle(project: &Project, vault: &str, ids: &[String], now: Time) -> Result<(), ApiError> {
    let is_busy = |backup: &super::backup::Backup| {
        backup.vault == vault
            && ids.contains(&backup.resource)
            && matches!(backup.status(now), "protecting" | "restoring")
    };
    if project.backups.iter().any(is_busy) {
        return Err(ApiError::cbr(400, "6125", "A backup task is running. Try again later."));
    }
    Ok(())
}

/// `RemoveVaultResource`: the backups of the resource in this vault go with it, which takes its time.
pub fn remove(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let ids = Fields::of(&body, "body")?.required_texts("resource_ids", 1..=MOST)?;
    let id = call.param("vault_id").to_owned();
    let (now, until) = (call.now, Pending::until(call.now.plus(call.pace.seconds(REMOVE_SECONDS))));
    let vault = usable(call.project(), &id)?;
    if vault.locked {
        return Err(ApiError::cbr(400, "6110", "The vault cannot be updated: it is locked."));
    }
    check_members(vault, &ids)?;
    check_idle(call.project(), &id, &ids, now)?;
    let (project, maker) = call.project_mut();
    for resource in &ids {
        let count = project
            .backups
            .iter()
            .filter(|backup| backup.vault == id && backup.resource == *resource)
            .count();
        if let Some(log) = removal(project, &id, resource, count, now, until, maker.next_uuid()) {
            project.logs.insert(log);
        }
        let Some(vault) = project.vaults.get_mut(&id) else { continue };
        if count == 0 {
            vault.resources.remove(resource);
        } else if let Some(resource) = vault.resources.get_mut(resource) {
            resource.removing = Some(until);
        }
    }
    Answer::ok(json!({ "remove_resource_ids": ids }))
}

fn removal(
    project: &Project,
    vault: &str,
    id: &str,
    count: usize,
    now: Time,
    until: Pending,
    log: String,
) -> Option<Log> {
    let vault = project.vaults.get(vault)?;
    let (resource, kind) = (vault.resources.get(id)?, vault.kind()?);
    let mut extra = serde_json::Map::new();
    let subject = json!({ "id": id, "type": kind.as_str(), "name": resource.name });
    let shown = json!({ "fail_count": 0, "total_count": count, "resources": [subject] });
    extra.insert("remove_resources".to_owned(), shown);
    Some(Log {
        id: log,
        operation: "remove_resource".to_owned(),
        vault: vault.id.clone(),
        vault_name: vault.name.clone(),
        policy: None,
        checkpoint: None,
        resource: Some(Subject { id: id.to_owned(), kind, name: resource.name.clone() }),
        started: now,
        running: (count > 0).then_some(until),
        error: None,
        extra,
    })
}

/// `MigrateVaultResource`: the backups of the resources move along.
pub fn migrate(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let to = fields.required_text("destination_vault_id")?.to_owned();
    let ids = fields.required_texts("resource_ids", 1..=MOST)?;
    let from = call.param("vault_id").to_owned();
    check_can_migrate(call.project(), &from, &to, &ids, call.now)?;
    let (project, _) = call.project_mut();
    for id in &ids {
        let moved = project.vaults.get_mut(&from).and_then(|vault| vault.resources.remove(id));
        if let (Some(resource), Some(vault)) = (moved, project.vaults.get_mut(&to)) {
            vault.resources.insert(resource);
        }
    }
    for backup in
        project.backups.iter_mut().filter(|backup| backup.vault == from && ids.contains(&backup.resource))
    {
        backup.vault.clone_from(&to);
    }
    Answer::ok(json!({ "migrated_resources": ids }))
}

fn check_can_migrate(
    project: &Project,
    from: &str,
    to: &str,
    ids: &[String],
    now: Time,
) -> Result<(), ApiError> {
    // Source: CBR API v3, "Migrating a Resource": both vaults must be available or locked by a service.
    let in_state = |id: &str| {
        let vault = super::cbr_vaults::known(project, id)?;
        if matches!(vault.status(), "available" | "lock") { Ok(vault) } else { usable(project, id) }
    };
    let (source, destination) = (in_state(from)?, in_state(to)?);
    let is_alike = source.object_type == destination.object_type
        && source.protect_type == destination.protect_type
        && source.app_consistent == destination.app_consistent;
    if from == to || !is_alike {
        return Err(ApiError::cbr(400, "6102", "The resources do not fit the destination vault."));
    }
    if source.locked || destination.locked {
        return Err(ApiError::cbr(400, "6110", "The vault cannot be updated: it is locked."));
    }
    check_members(source, ids)?;
    check_idle(project, from, ids, now)?;
    let mut after = destination.resources.clone();
    ids.iter().filter_map(|id| source.resources.get(id)).for_each(|resource| after.insert(resource.clone()));
    check_room(project, destination, &after)?;
    let is_moved = |backup: &&super::backup::Backup| {
        backup.vault == to || backup.vault == from && ids.contains(&backup.resource)
    };
    let mib: u64 = project.backups.iter().filter(is_moved).map(|backup| backup.mib).sum();
    if mib > destination.size * 1024 {
        return Err(ApiError::cbr(400, "6114", "The backups do not fit into the destination vault."));
    }
    Ok(())
}

/// `SetVaultResource`: whether policies back the resources up.
pub fn set(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let ids = fields.required_texts("resource_ids", 1..=MOST)?;
    let is_on = fields.required_word("action", &["suspend", "unsuspend"])? == "unsuspend";
    let id = call.param("vault_id").to_owned();
    check_members(usable(call.project(), &id)?, &ids)?;
    let (project, _) = call.project_mut();
    if let Some(vault) = project.vaults.get_mut(&id) {
        for resource in vault.resources.iter_mut().filter(|resource| ids.contains(&resource.id)) {
            resource.auto_protect = is_on;
        }
    }
    Answer::ok(json!({ "set_resource_ids": ids }))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::testing::{Cloud, code, vault};
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "so the calls are easier to read")]
    fn add(cloud: &mut Cloud, vault: &str, resources: Value) -> String {
        code(cloud.post(&format!("~/vaults/{vault}/addresources"), json!({ "resources": resources })))
    }

    fn server(id: &str) -> Value {
        json!([{ "id": id, "type": "OS::Nova::Server" }])
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        let mut cloud = Cloud::new();
        let (first, second) = (cloud.vault("first", &["db"]), cloud.vault("second", &[]));
        let mut check = |vault: &str, resources: Value, expected: &str| {
            assert_eq!(add(&mut cloud, vault, resources.clone()), expected, "{resources}");
        };
        check(&second, server("web"), "ok");
        check(&second, server("web"), "ok");
        check(&second, server("db"), "400 6103");
        check(&second, server("ghost"), "404 7100");
        check(&second, server("stuck"), "400 7101");
        check(&second, server("bare"), "400 7108");
        check(&second, json!([{ "id": "vol", "type": "OS::Cinder::Volume" }]), "400 6102");
        check(&second, json!([]), "400 9900");
        check(&second, json!([{ "id": "web" }]), "400 9900");
        let twice =
            json!([{ "id": "bad", "type": "OS::Nova::Server" }, { "id": "bad", "type": "OS::Nova::Server" }]);
        check(&first, twice, "400 6104");
        check("ghost", server("bad"), "404 6105");
        let hybrid = vault("h", &[], json!({ "object_type": "vmware", "cloud_type": "hybrid" }));
        let hybrid = cloud.post("~/vaults", hybrid).unwrap()["vault"]["id"].as_str().unwrap().to_owned();
        assert_eq!(add(&mut cloud, &hybrid, server("bad")), "400 6108");
    }

    #[test]
    fn disks_are_chosen_and_count() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &[]);
        let mut check = |extra: Value, expected: &str, allocated: u64| {
            let resources = json!([{ "id": "web", "type": "OS::Nova::Server", "extra_info": extra }]);
            assert_eq!(add(&mut cloud, &id, resources), expected, "{extra}");
            let vault = cloud.get(&format!("~/vaults/{id}")).unwrap();
            assert_eq!(vault["vault"]["billing"]["allocated"], allocated, "{extra}");
        };
        check(json!({}), "ok", 140);
        check(json!({ "exclude_volumes": ["web-disk-2"] }), "ok", 40);
        check(json!({ "exclude_volumes": ["web-disk-1", "web-disk-2"] }), "400 7108", 40);
        check(json!({ "exclude_volumes": ["db-disk-1"] }), "400 9900", 40);
        check(json!({ "include_volumes": [{ "id": "web-disk-2" }] }), "ok", 100);
        check(json!({ "include_volumes": [], "exclude_volumes": [] }), "ok", 140);
    }

    #[test]
    fn resources_fit_into_the_vault_together() {
        let check = |size: u64, expected: &str| {
            let body = vault("v", &["web", "db"], json!({ "size": size }));
            assert_eq!(code(Cloud::new().post("~/vaults", body)), expected, "{size}");
        };
        check(180, "ok");
        check(179, "400 6107");
    }

    #[test]
    fn a_removal_takes_its_time_and_the_backups() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &["web", "db"]);
        cloud.back_up(&id);
        let remove = |cloud: &mut Cloud, ids: &[&str]| {
            code(cloud.post(&format!("~/vaults/{id}/removeresources"), json!({ "resource_ids": ids })))
        };
        assert_eq!(remove(&mut cloud, &["ghost"]), "400 6135");
        assert_eq!(remove(&mut cloud, &["web"]), "ok");
        assert_eq!(remove(&mut cloud, &["web"]), "400 6134");
        let other = cloud.vault("other", &[]);
        assert_eq!(add(&mut cloud, &other, server("web")), "400 6103");
        cloud.advance("PT10M");
        assert_eq!(cloud.backups("resource_id=web").len(), 0);
        assert_eq!(cloud.backups("resource_id=db").len(), 1);
        assert_eq!(add(&mut cloud, &other, server("web")), "ok");
    }

    #[test]
    fn what_is_migrated_keeps_its_backups() {
        let mut cloud = Cloud::new();
        let (from, to) = (cloud.vault("from", &["web"]), cloud.vault("to", &[]));
        cloud.back_up(&from);
        let migrate = |cloud: &mut Cloud, to: &str| {
            let body = json!({ "destination_vault_id": to, "resource_ids": ["web"] });
            code(cloud.post(&format!("~/vaults/{from}/migrateresources"), body))
        };
        let small = cloud.post("~/vaults", vault("small", &[], json!({ "size": 139 }))).unwrap();
        let app = cloud
            .post("~/vaults", vault("app", &[], json!({ "consistent_level": "app_consistent" })))
            .unwrap();
        assert_eq!(migrate(&mut cloud, &from.clone()), "400 6102");
        assert_eq!(migrate(&mut cloud, small["vault"]["id"].as_str().unwrap()), "400 6107");
        assert_eq!(migrate(&mut cloud, app["vault"]["id"].as_str().unwrap()), "400 6102");
        assert_eq!(migrate(&mut cloud, &to), "ok");
        assert_eq!(cloud.backups(&format!("vault_id={to}")).len(), 1);
        assert_eq!(cloud.backups(&format!("vault_id={from}")).len(), 0);
        let lock = json!({ "vault": { "locked": true } });
        cloud.put(&format!("~/vaults/{to}"), lock).unwrap();
        assert_eq!(migrate(&mut cloud, &to), "400 6110");
    }
}
