//! Vaults: make, read, change, delete, buy.
//!
//! Source: CBR API v3, "Vaults"; the error codes are those of "Error codes".

use serde_json::{Value, json};

use super::backup::Pending;
use super::body::{Fields, Query, SIZE_MOST, check_unique};
use super::cbr_policies::check_can_be_set;
use super::cbr_resources::{Wanted, check_fits};
use super::error::ApiError;
use super::estate::Kind;
use super::gateway::{Answer, Call};
use super::log::Log;
use super::order::{Order, Purpose, State, end_of};
use super::project::Project;
use super::vault::{Subscription, Tally, Vault};
use crate::emulator::clock::{Pace, Time};
use crate::emulator::world::Ids;

/// How long the deletion of a vault takes in the cloud, in seconds.
const DELETE_SECONDS: i64 = 120;

/// How long an order takes in the cloud once it is paid, in seconds.
const ORDER_SECONDS: i64 = 120;

/// A vault that exists.
///
/// # Errors
/// When there is no such vault.
pub fn known<'a>(project: &'a Project, id: &str) -> Result<&'a Vault, ApiError> {
    project.vaults.get(id).ok_or_else(|| ApiError::cbr(404, "6105", "The vault does not exist."))
}

/// A vault that can be worked with.
///
/// # Errors
/// When there is no such vault, or its state does not allow it.
pub fn usable<'a>(project: &'a Project, id: &str) -> Result<&'a Vault, ApiError> {
    let vault = known(project, id)?;
    if vault.status() != "available" {
        let message = format!("The status of the vault does not allow this operation: {}.", vault.status());
        return Err(ApiError::cbr(400, "6112", message));
    }
    Ok(vault)
}

/// A vault, as the vendor shows it in an answer.
fn shown(project: &Project, id: &str, now: Time) -> Result<Answer, ApiError> {
    let tally = Tally::of(project, now);
    Answer::ok(json!({ "vault": known(project, id)?.to_json(project, &tally) }))
}

/// `ListVault`.
pub fn list(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(1000)?;
    let project = call.project();
    let tally = Tally::of(project, call.now);
    let found: Vec<&Vault> = project.vaults.iter().filter(|vault| passes(vault, &call.query)).collect();
    let count = found.len();
    let shown: Vec<Value> = page.cut(found).into_iter().map(|vault| vault.to_json(project, &tally)).collect();
    Answer::ok(json!({ "vaults": shown, "count": count, "limit": page.limit, "offset": page.offset }))
}

fn passes(vault: &Vault, query: &Query) -> bool {
    let ids = query.all("id");
    let resources = query.text("resource_ids").map(|ids| ids.split(',').collect::<Vec<_>>());
    let policy = query.text("policy_id");
    let has_policy = |id: &str| {
        vault.policy.as_deref() == Some(id) || vault.replication.as_ref().is_some_and(|set| set.policy == id)
    };
    (ids.is_empty() || ids.contains(&vault.id.as_str()))
        && query.admits("name", &vault.name)
        && query.admits("object_type", &vault.object_type)
        && query.admits("protect_type", &vault.protect_type)
        && query.admits("cloud_type", &vault.cloud_type)
        && query.admits("status", vault.status())
        && policy.is_none_or(has_policy)
        && resources.is_none_or(|ids| ids.iter().any(|id| vault.resources.get(id).is_some()))
        && in_enterprise_project(query, &vault.enterprise_project)
        && query.text("availability_zone").is_none_or(|zone| vault.availability_zone.as_deref() == Some(zone))
}

/// Whether something is in the enterprise project that is asked for; `all_granted_eps` asks for all.
pub fn in_enterprise_project(query: &Query, id: &str) -> bool {
    query.text("enterprise_project_id").is_none_or(|wanted| wanted == "all_granted_eps" || wanted == id)
}

/// `ListExternalVault`: the vaults of another project, for replication.
pub fn list_external(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(1000)?;
    let required = |name: &str| {
        call.query.text(name).ok_or_else(|| ApiError::invalid(format!("Parameter {name} is required.")))
    };
    let (region, id) = (required("region_id")?, required("external_project_id")?);
    let project = call.account.projects.get(id).filter(|project| project.region() == region);
    let project =
        project.ok_or_else(|| ApiError::cbr(404, "6119", "The destination project does not exist."))?;
    let tally = Tally::of(project, call.now);
    let query = &call.query;
    // The SDK misspells the one name of the filter; the service is said to have both.
    let object_type = query.text("objcet_type").or(query.text("object_type"));
    let is_wanted = |vault: &&Vault| {
        query.admits("vault_id", &vault.id)
            && query.admits("protect_type", &vault.protect_type)
            && query.admits("cloud_type", &vault.cloud_type)
            && object_type.is_none_or(|wanted| wanted == vault.object_type)
    };
    let found: Vec<&Vault> = project.vaults.iter().filter(is_wanted).collect();
    let count = found.len();
    let shown: Vec<Value> = page.cut(found).into_iter().map(|vault| vault.to_json(project, &tally)).collect();
    Answer::ok(json!({ "vaults": shown, "count": count, "limit": page.limit, "offset": page.offset }))
}

/// `ShowVault`.
pub fn show(call: &mut Call) -> Result<Answer, ApiError> {
    shown(call.project(), call.param("vault_id"), call.now)
}

/// `ShowSummary`: capacity in GB, use in MB.
pub fn summary(call: &mut Call) -> Result<Answer, ApiError> {
    let project = call.project();
    let size: u64 = project.vaults.iter().map(|vault| vault.size).sum();
    let used: u64 = project.backups.iter().map(|backup| backup.mib).sum();
    Answer::ok(json!({ "size": size, "used_size": used }))
}

/// `CreateVault`.
pub fn create(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "vault")?;
    let billing = fields.required_object("billing")?;
    if billing.word("charging_mode", &["post_paid", "pre_paid"])? == Some("pre_paid") {
        return buy(call, &fields, &billing);
    }
    let vault = new_vault(call, &fields, &billing)?;
    let (id, now) = (vault.id.clone(), call.now);
    let (project, _) = call.project_mut();
    project.vaults.insert(vault);
    shown(project, &id, now)
}

/// `CreatePostPaidVault`, which in spite of its name places an order of a prepaid vault.
pub fn order(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "vault")?;
    let billing = fields.required_object("billing")?;
    billing.required_word("charging_mode", &["pre_paid"])?;
    buy(call, &fields, &billing)
}

fn buy(call: &mut Call, fields: &Fields, billing: &Fields) -> Result<Answer, ApiError> {
    let period = billing.required_word("period_type", &["month", "year"])?;
    let number = billing.integer("period_num", 1..=9)?;
    let number = number.ok_or_else(|| billing.wrong("period_num", "is required"))?;
    if fields.boolean("auto_expand")? == Some(true) {
        return Err(fields.wrong("auto_expand", "is not for prepaid vaults"));
    }
    let mut vault = new_vault(call, fields, billing)?;
    let order = format!("CS{:015}", call.ids.next_number());
    let subscription = Subscription {
        order: order.clone(),
        period: period.to_owned(),
        number,
        auto_renew: billing.boolean("is_auto_renew")?.unwrap_or(false),
        expires: end_of(call.now, period, number),
    };
    vault.subscription = Some(subscription);
    let vault_id = vault.id.clone();
    let is_paid = billing.boolean("is_auto_pay")?.unwrap_or(false);
    place(call, order.clone(), is_paid, Purpose::Vault(Box::new(vault)));
    let shown = json!({
        "orderId": order,
        "resourceId": vault_id,
        "cloudServiceId": "hws.service.type.cbr",
        "subscribeResult": 1,
    });
    Answer::ok(json!({ "orders": [shown], "retCode": 0, "errText": "success", "error_code": "0" }))
}

/// Places an order, which is carried out once it is paid.
fn place(call: &mut Call, id: String, is_paid: bool, purpose: Purpose) {
    let state = if is_paid { paid(call) } else { State::Unpaid };
    let project = call.param("project_id").to_owned();
    call.account.orders.insert(Order { id, placed: call.now, project, state, purpose });
}

/// The state of an order that was just paid.
pub fn paid(call: &Call) -> State {
    State::Processing(Pending::until(call.now.plus(call.pace.seconds(ORDER_SECONDS))))
}

/// A vault made of a request, not yet among the others.
fn new_vault(call: &mut Call, fields: &Fields, billing: &Fields) -> Result<Vault, ApiError> {
    let mut vault = described(fields)?;
    read_billing(&mut vault, billing)?;
    vault.demand_billing = fields.boolean("demand_billing")?.unwrap_or(false);
    if vault.demand_billing && billing.text("charging_mode")? != Some("pre_paid") {
        return Err(fields.wrong("demand_billing", "is for prepaid vaults only"));
    }
    read_rules(&mut vault, fields)?;
    let project = fields.text("enterprise_project_id")?.unwrap_or("0");
    if !call.account.has_enterprise_project(project) {
        return Err(fields.wrong("enterprise_project_id", "names no enterprise project"));
    }
    project.clone_into(&mut vault.enterprise_project);
    if let Some(policy) = fields.text("backup_policy_id")? {
        check_can_be_set(call.project(), &vault, policy)?;
        vault.policy = Some(policy.to_owned());
    }
    let wanted = fields.objects("resources")?.ok_or_else(|| fields.wrong("resources", "is required"))?;
    if wanted.len() > 256 {
        return Err(ApiError::cbr(400, "6100", "A vault can have at most 256 resources."));
    }
    let wanted = Wanted::read_all(&wanted)?;
    for resource in check_fits(call.project(), &vault, &wanted)? {
        vault.resources.insert(resource);
    }
    vault.created = call.now;
    let policy = vault.policy.as_ref().and_then(|policy| call.project().policies.get(policy));
    vault.next_run = policy.and_then(|policy| policy.next_run(call.now));
    vault.id = call.ids.next_uuid();
    Ok(vault)
}

/// Name, description and the like.
fn described(fields: &Fields) -> Result<Vault, ApiError> {
    let name = fields.name()?.ok_or_else(|| fields.wrong("name", "is required"))?;
    let tags = match fields.tags("tags")? {
        Some(tags) if tags.is_empty() => return Err(fields.wrong("tags", "must not be empty")),
        Some(tags) if tags.len() > 10 => {
            return Err(ApiError::cbr(400, "6600", "A vault can have at most 10 tags."));
        }
        tags => tags.unwrap_or_default(),
    };
    check_unique(&tags)?;
    let prefix = fields.bounded_text("backup_name_prefix", 0..=32)?.filter(|prefix| !prefix.is_empty());
    let lock = fields.word("sys_lock_source_service", &["", "SMB"])?.filter(|service| !service.is_empty());
    let minimal = json!({ "id": "", "name": name, "size": 0 });
    let mut vault: Vault =
        serde_json::from_value(minimal).expect("these are all the fields that a vault must have");
    vault.description = fields.description()?;
    vault.tags = tags;
    vault.backup_name_prefix = prefix.map(str::to_owned);
    vault.sys_lock_source_service = lock.map(str::to_owned);
    vault.locked = fields.boolean("locked")?.unwrap_or(false);
    vault.availability_zone = fields.bounded_text("availability_zone", 0..=32)?.map(str::to_owned);
    Ok(vault)
}

/// What is billed, and what kind of vault it is therefore.
fn read_billing(vault: &mut Vault, billing: &Fields) -> Result<(), ApiError> {
    const OBJECTS: [&str; 7] = ["server", "disk", "turbo", "workspace", "vmware", "rds", "file"];
    let object = billing.required_word("object_type", &OBJECTS)?;
    let protect = billing.required_word("protect_type", &["backup", "replication"])?;
    let consistent = billing.required_word("consistent_level", &["crash_consistent", "app_consistent"])?;
    let cloud = billing.word("cloud_type", &["public", "hybrid"])?.unwrap_or("public");
    let is_hybrid = matches!(object, "vmware" | "file");
    if is_hybrid != (cloud == "hybrid") {
        return Err(billing.wrong("cloud_type", "does not fit the object type"));
    }
    if protect == "replication" && matches!(object, "disk" | "workspace" | "file") {
        return Err(billing.wrong("protect_type", "must be backup for this object type"));
    }
    if consistent == "app_consistent" && object != "server" {
        return Err(billing.wrong("consistent_level", "must be crash_consistent for this object type"));
    }
    vault.size = size(billing, 10)?.ok_or_else(|| billing.wrong("size", "is required"))?;
    object.clone_into(&mut vault.object_type);
    protect.clone_into(&mut vault.protect_type);
    cloud.clone_into(&mut vault.cloud_type);
    vault.app_consistent = consistent == "app_consistent";
    vault.is_multi_az = billing.boolean("is_multi_az")?.unwrap_or(false);
    Ok(())
}

/// A capacity in GB.
fn size(billing: &Fields, least: u64) -> Result<Option<u64>, ApiError> {
    let Some(value) = billing.value("size") else { return Ok(None) };
    let size = value.as_i64().ok_or_else(|| billing.wrong("size", "must be an integer"))?;
    let size = u64::try_from(size).ok().filter(|size| (least..=SIZE_MOST).contains(size));
    let message = format!("The size of a vault must be from {least} to {SIZE_MOST} GB.");
    size.map(Some).ok_or_else(|| ApiError::cbr(400, "6101", message))
}

/// What can be set at creation and changed later alike; what is not sent stays.
fn read_rules(vault: &mut Vault, fields: &Fields) -> Result<(), ApiError> {
    if let Some(auto_bind) = fields.boolean("auto_bind")? {
        vault.auto_bind = auto_bind;
    }
    if let Some(rules) = fields.object("bind_rules")? {
        let tags = rules.tags("tags")?.unwrap_or_default();
        if tags.len() > 5 {
            return Err(rules.wrong("tags", "must have at most 5 members"));
        }
        vault.bind_rules = tags;
    }
    if let Some(auto_expand) = fields.boolean("auto_expand")? {
        vault.auto_expand = auto_expand;
    }
    if let Some(notify) = fields.boolean("smn_notify")? {
        vault.smn_notify = notify;
    }
    if let Some(threshold) = fields.integer("threshold", 1..=100)? {
        vault.threshold = threshold;
    }
    if vault.auto_bind && Kind::of_object_type(&vault.object_type).is_none() {
        return Err(fields.wrong("auto_bind", "is not for this object type"));
    }
    Ok(())
}

/// `UpdateVault`: only what is sent changes.
pub fn update(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "vault")?;
    let id = call.param("vault_id").to_owned();
    let now = call.now;
    let mut vault = usable(call.project(), &id)?.clone();
    if let Some(name) = fields.name()? {
        vault.name = name;
    }
    match fields.boolean("locked")? {
        Some(false) if vault.locked => {
            return Err(ApiError::cbr(
                400,
                "6110",
                "The vault cannot be updated: a locked vault cannot be unlocked.",
            ));
        }
        Some(locked) => vault.locked = locked,
        None => (),
    }
    read_rules(&mut vault, &fields)?;
    if vault.auto_expand && vault.is_prepaid() {
        return Err(fields.wrong("auto_expand", "is not for prepaid vaults"));
    }
    if let Some(billing) = fields.object("billing")? {
        change_billing(&mut vault, &billing, call.project(), now)?;
    }
    let (project, _) = call.project_mut();
    project.vaults.insert(vault);
    shown(project, &id, now)
}

fn change_billing(vault: &mut Vault, billing: &Fields, project: &Project, now: Time) -> Result<(), ApiError> {
    match billing.word("consistent_level", &["crash_consistent", "app_consistent"])? {
        Some("crash_consistent") if vault.app_consistent => {
            let message = "The vault cannot be updated: it cannot become crash consistent again.";
            return Err(ApiError::cbr(400, "6110", message));
        }
        Some("app_consistent") if vault.object_type != "server" => {
            return Err(billing.wrong("consistent_level", "must be crash_consistent for this object type"));
        }
        Some(level) => vault.app_consistent = level == "app_consistent",
        None => (),
    }
    let Some(size) = size(billing, 1)?.filter(|size| *size != vault.size) else { return Ok(()) };
    let used_mib = Tally::of(project, now).used_mib(&vault.id);
    if vault.is_prepaid() || size * 1024 < used_mib || size < vault.allocated(project) {
        return Err(ApiError::cbr(400, "6107", "The capacity of the vault cannot be changed like this."));
    }
    vault.size = size;
    Ok(())
}

/// `BatchUpdateVault`: every vault of the project.
pub fn batch_update(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "vault")?;
    let (notify, threshold) = (fields.boolean("smn_notify")?, fields.integer("threshold", 1..=100)?);
    let (project, _) = call.project_mut();
    for vault in project.vaults.iter_mut() {
        vault.smn_notify = notify.unwrap_or(vault.smn_notify);
        vault.threshold = threshold.unwrap_or(vault.threshold);
    }
    let ids: Vec<&str> = project.vaults.iter().map(|vault| vault.id.as_str()).collect();
    Answer::ok(json!({ "updated_vaults_id": ids }))
}

/// `DeleteVault`, and with it every backup in it.
pub fn delete(call: &mut Call) -> Result<Answer, ApiError> {
    let id = call.param("vault_id").to_owned();
    check_can_be_deleted(call.project(), &id, call.now)?;
    let (now, pace) = (call.now, call.pace);
    let (project, ids) = call.project_mut();
    begin_deletion(project, &id, now, pace, ids);
    Answer::empty()
}

fn check_can_be_deleted(project: &Project, id: &str, now: Time) -> Result<(), ApiError> {
    let vault = known(project, id)?;
    if vault.is_prepaid() {
        return Err(ApiError::cbr(400, "6111", "A yearly/monthly vault must be unsubscribed from."));
    }
    if !matches!(vault.status(), "available" | "error") {
        let message = format!("The status of the vault does not allow this operation: {}.", vault.status());
        return Err(ApiError::cbr(400, "6112", message));
    }
    let backups = || project.backups.iter().filter(|backup| backup.vault == id);
    if vault.locked && backups().any(|backup| backup.automatic) {
        return Err(ApiError::cbr(
            400,
            "6111",
            "A locked vault that holds automatic backups cannot be deleted.",
        ));
    }
    if backups().any(|backup| matches!(backup.status(now), "protecting" | "restoring")) {
        return Err(ApiError::cbr(400, "6203", "A backup task is running."));
    }
    if backups().any(|backup| !backup.images.is_empty()) {
        return Err(ApiError::cbr(
            400,
            "6204",
            "A backup of the vault is used by an image. Delete the image first.",
        ));
    }
    Ok(())
}

/// Begins to delete a vault; it is seen as `deleting` until it is gone.
pub fn begin_deletion(project: &mut Project, id: &str, now: Time, pace: Pace, ids: &mut Ids) {
    let until = Pending::until(now.plus(pace.seconds(DELETE_SECONDS)));
    let total = project.backups.iter().filter(|backup| backup.vault == id).count();
    let Some(vault) = project.vaults.get_mut(id) else { return };
    vault.deleting = Some(until);
    let mut extra = serde_json::Map::new();
    extra.insert("vault_delete".to_owned(), json!({ "total_count": total, "fail_count": 0 }));
    let log = Log {
        id: ids.next_uuid(),
        operation: "vault_delete".to_owned(),
        vault: id.to_owned(),
        vault_name: vault.name.clone(),
        policy: None,
        checkpoint: None,
        resource: None,
        started: now,
        running: Some(until),
        error: None,
        extra,
    };
    project.logs.insert(log);
}

/// `UpdateExpirationTime`: a new last day for all backups of a vault.
pub fn update_expiration(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let day = fields.required_text("expect_expiration_date")?;
    let zone = fields.required_text("time_zone")?;
    let sign = zone.strip_prefix("UTC").filter(|rest| rest.len() == "+08:00".len());
    let sign = sign.ok_or_else(|| fields.wrong("time_zone", "must look like UTC+08:00"))?;
    let parsed: Result<Time, String> = format!("{day}T00:00:00{sign}").parse();
    let expires = parsed.map_err(|_| fields.wrong("expect_expiration_date", "must look like 2026-11-20"))?;
    if expires <= call.now {
        return Err(fields.wrong("expect_expiration_date", "must be in the future"));
    }
    let (id, now) = (call.param("vault_id").to_owned(), call.now);
    usable(call.project(), &id)?;
    let (project, ids) = call.project_mut();
    let mut affected = 0;
    for backup in project.backups.iter_mut().filter(|backup| backup.vault == id) {
        backup.expires = Some(expires);
        affected += 1;
    }
    let vault_name = project.vaults.get(&id).map(|vault| vault.name.clone()).unwrap_or_default();
    let mut extra = serde_json::Map::new();
    let shown = json!({ "affected_backups_count": affected, "expiration_day": day });
    extra.insert("update_expiration_time".to_owned(), shown);
    let log = Log {
        id: ids.next_uuid(),
        operation: "update_expiration_time".to_owned(),
        vault: id,
        vault_name,
        policy: None,
        checkpoint: None,
        resource: None,
        started: now,
        running: None,
        error: None,
        extra,
    };
    let log_id = log.id.clone();
    project.logs.insert(log);
    Answer::ok(
        json!({ "affected_backups_count": affected, "new_expiration_day": day, "operation_log_id": log_id }),
    )
}

/// `ChangeVaultChargeMode`: yearly or monthly billing for vaults that are billed by use.
pub fn change_charge_mode(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    fields.required_word("charging_mode", &["pre_paid"])?;
    let period = fields.required_word("period_type", &["month", "year"])?.to_owned();
    let number = fields.integer("period_num", 1..=9)?;
    let number = number.ok_or_else(|| fields.wrong("period_num", "is required"))?;
    let vaults = fields.required_texts("vault_ids", 1..=60)?;
    for id in &vaults {
        if usable(call.project(), id)?.is_prepaid() {
            return Err(ApiError::cbr(
                400,
                "6110",
                "The vault cannot be updated: it is billed yearly/monthly already.",
            ));
        }
    }
    let auto_renew = fields.boolean("is_auto_renew")?.unwrap_or(false);
    let is_paid = fields.boolean("is_auto_pay")?.unwrap_or(false);
    let order = format!("CS{:015}", call.ids.next_number());
    place(call, order.clone(), is_paid, Purpose::Subscribe { vaults, period, number, auto_renew });
    Answer::ok(json!({ "orderId": order, "retCode": 0, "retMsg": "success" }))
}

/// `ChangeOrder`: more room in a prepaid vault.
pub fn change_order(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let id = fields.required_text("resource_id")?.to_owned();
    let product = fields.required_object("product_info")?;
    let most = i64::try_from(SIZE_MOST).unwrap_or(i64::MAX);
    let size = product.integer("resource_size", 10..=most)?;
    let size = size.and_then(|size| u64::try_from(size).ok());
    let size = size.ok_or_else(|| product.wrong("resource_size", "is required"))?;
    let vault = usable(call.project(), &id)?;
    if !vault.is_prepaid() || size <= vault.size {
        return Err(ApiError::cbr(400, "6107", "The capacity of the vault cannot be changed like this."));
    }
    let has_open_order = |order: &Order| {
        matches!(order.state, State::Unpaid | State::Processing(_)) && order.vaults().contains(&id.as_str())
    };
    if call.account.orders.iter().any(has_open_order) {
        return Err(ApiError::cbr(400, "6123", "The vault has an order that is not completed."));
    }
    let is_paid = fields.boolean("is_auto_pay")?.unwrap_or(false);
    let order = format!("CS{:015}", call.ids.next_number());
    place(call, order.clone(), is_paid, Purpose::Grow { vault: id, size });
    Answer::ok(json!({ "orderId": order, "retCode": 0, "retMsg": "success" }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Cloud, code, vault};
    use super::*;

    #[test]
    fn what_is_billed_keeps_the_vendors_rules() {
        let check = |billing: Value, expected: &str| {
            let answer = Cloud::new().post("~/vaults", vault("v", &[], billing.clone()));
            assert_eq!(code(answer), expected, "{billing}");
        };
        check(json!({}), "ok");
        check(json!({ "size": 10 }), "ok");
        check(json!({ "size": 10_485_760 }), "ok");
        check(json!({ "size": 9 }), "400 6101");
        check(json!({ "size": 10_485_761 }), "400 6101");
        check(json!({ "size": "10" }), "400 9900");
        check(json!({ "object_type": "unicorn" }), "400 9900");
        check(json!({ "object_type": "vmware" }), "400 9900");
        check(json!({ "object_type": "vmware", "cloud_type": "hybrid" }), "ok");
        check(json!({ "object_type": "file", "cloud_type": "hybrid" }), "ok");
        check(json!({ "cloud_type": "hybrid" }), "400 9900");
        check(json!({ "object_type": "turbo", "protect_type": "replication" }), "ok");
        check(json!({ "object_type": "disk", "protect_type": "replication" }), "400 9900");
        check(json!({ "object_type": "workspace", "protect_type": "replication" }), "400 9900");
        check(json!({ "protect_type": "hybrid" }), "400 9900");
        check(json!({ "consistent_level": "app_consistent" }), "ok");
        check(json!({ "object_type": "disk", "consistent_level": "app_consistent" }), "400 9900");
        check(json!({ "charging_mode": "pre_paid" }), "400 9900");
        check(json!({ "charging_mode": "pre_paid", "period_type": "month", "period_num": 9 }), "ok");
        check(json!({ "charging_mode": "pre_paid", "period_type": "month", "period_num": 10 }), "400 9900");
    }

    #[test]
    fn the_other_arguments_keep_theirs() {
        let check = |argument: &str, value: Value, expected: &str| {
            let mut body = vault("v", &[], json!({}));
            body["vault"][argument] = value.clone();
            assert_eq!(code(Cloud::new().post("~/vaults", body)), expected, "{argument}: {value}");
        };
        let tags = |count: usize| {
            (0..count).map(|n| json!({ "key": format!("k{n}"), "value": "" })).collect::<Vec<_>>()
        };
        check("name", json!("a b"), "400 9900");
        check("name", Value::Null, "400 9900");
        check("description", json!("x".repeat(255)), "ok");
        check("description", json!("x".repeat(256)), "400 9900");
        check("description", json!("<b>"), "400 9900");
        check("tags", json!(tags(10)), "ok");
        check("tags", json!(tags(11)), "400 6600");
        check("tags", json!([]), "400 9900");
        check("tags", json!([{ "key": "k" }, { "key": "k" }]), "400 9900");
        check("bind_rules", json!({ "tags": tags(5) }), "ok");
        check("bind_rules", json!({ "tags": tags(6) }), "400 9900");
        check("threshold", json!(100), "ok");
        check("threshold", json!(101), "400 9900");
        check("backup_name_prefix", json!("x".repeat(32)), "ok");
        check("backup_name_prefix", json!("x".repeat(33)), "400 9900");
        check("enterprise_project_id", json!("e1"), "ok");
        check("enterprise_project_id", json!("e9"), "400 9900");
        check("backup_policy_id", json!("x"), "404 6000");
        check("demand_billing", json!(true), "400 9900");
        check("sys_lock_source_service", json!("SMB"), "ok");
        check("sys_lock_source_service", json!("NFS"), "400 9900");
        check("resources", Value::Null, "400 9900");
    }

    #[test]
    fn unset_values_are_null_and_rules_an_empty_object() {
        let answer = Cloud::new().post("~/vaults", vault("v", &[], json!({}))).unwrap();
        let vault = &answer["vault"];
        for name in ["description", "availability_zone", "sys_lock_source_service"] {
            assert_eq!(vault[name], Value::Null, "{name}");
        }
        assert_eq!(vault["bind_rules"], json!({}));
        assert_eq!((&vault["tags"], &vault["resources"]), (&json!([]), &json!([])));
        assert_eq!(vault["enterprise_project_id"], "0");
        assert_eq!(vault["created_at"], "2026-11-20T00:00:00.000000");
        assert_eq!(vault["billing"]["order_id"], Value::Null);
    }

    #[test]
    fn only_what_is_sent_changes() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &["web"]);
        let mut check = |change: Value, expected: &str, shown: Value| {
            let answer = cloud.put(&format!("~/vaults/{id}"), json!({ "vault": change }));
            assert_eq!(code(answer), expected, "{change}");
            let vault = cloud.get(&format!("~/vaults/{id}")).unwrap()["vault"].take();
            let found = json!([
                vault["name"],
                vault["billing"]["size"],
                vault["billing"]["consistent_level"],
                vault["locked"]
            ]);
            assert_eq!(found, shown, "{change}");
        };
        check(json!({}), "ok", json!(["v", 1000, "crash_consistent", false]));
        check(json!({ "name": "w" }), "ok", json!(["w", 1000, "crash_consistent", false]));
        check(json!({ "billing": { "size": 140 } }), "ok", json!(["w", 140, "crash_consistent", false]));
        check(
            json!({ "billing": { "size": 139 } }),
            "400 6107",
            json!(["w", 140, "crash_consistent", false]),
        );
        let app = json!({ "billing": { "consistent_level": "app_consistent" } });
        check(app, "ok", json!(["w", 140, "app_consistent", false]));
        let crash = json!({ "billing": { "consistent_level": "crash_consistent" } });
        check(crash, "400 6110", json!(["w", 140, "app_consistent", false]));
        check(json!({ "locked": true }), "ok", json!(["w", 140, "app_consistent", true]));
        check(json!({ "locked": false }), "400 6110", json!(["w", 140, "app_consistent", true]));
    }

    #[test]
    fn a_deletion_takes_its_time_and_the_backups() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &["web"]);
        cloud.back_up(&id);
        cloud.delete(&format!("~/vaults/{id}")).unwrap();
        let mut state = |advance: &str| {
            cloud.advance(advance);
            let vault = cloud.get(&format!("~/vaults/{id}"));
            vault.map_or_else(
                |code| code,
                |vault| vault["vault"]["billing"]["status"].as_str().unwrap().to_owned(),
            )
        };
        assert_eq!(state("PT0S"), "deleting");
        assert_eq!(state("PT2M"), "404 6105");
        assert_eq!(cloud.backups("").len(), 0);
        assert_eq!(code(cloud.delete(&format!("~/vaults/{id}"))), "404 6105");
    }

    #[test]
    fn where_the_clock_stands_still_polling_leads_to_the_end() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &[]);
        cloud.delete(&format!("~/vaults/{id}")).unwrap();
        let mut read = || code(cloud.get(&format!("~/vaults/{id}")));
        assert_eq!([read(), read()], ["ok", "404 6105"]);
    }

    #[test]
    fn what_holds_a_vault_is_named() {
        let check = |prepare: fn(&mut Cloud, &str), expected: &str| {
            let mut cloud = Cloud::new();
            let id = cloud.vault("v", &["web"]);
            prepare(&mut cloud, &id);
            assert_eq!(code(cloud.delete(&format!("~/vaults/{id}"))), expected);
        };
        let with_vault = |cloud: &mut Cloud, change: fn(&mut Vault)| {
            let project = cloud.core.world.huawei.accounts[0].projects.get_mut("p1").unwrap();
            for vault in project.vaults.iter_mut() {
                change(vault);
            }
        };
        check(|_, _| (), "ok");
        check(Cloud::back_up, "ok");
        check(
            |cloud, id| {
                cloud.post("~/checkpoints", json!({ "checkpoint": { "vault_id": id } })).unwrap();
            },
            "400 6203",
        );
        check(
            |cloud, id| {
                cloud.back_up(id);
                let project = cloud.core.world.huawei.accounts[0].projects.get_mut("p1").unwrap();
                project.backups.iter_mut().for_each(|backup| backup.images.push("image".to_owned()));
            },
            "400 6204",
        );
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &[]);
        with_vault(&mut cloud, |vault| vault.status = "frozen".to_owned());
        assert_eq!(code(cloud.delete(&format!("~/vaults/{id}"))), "400 6112");
        with_vault(&mut cloud, |vault| vault.status = "error".to_owned());
        assert_eq!(code(cloud.delete(&format!("~/vaults/{id}"))), "ok");
    }

    #[test]
    fn an_order_brings_the_vault_once_it_is_paid() {
        let mut cloud = Cloud::new();
        let order = |cloud: &mut Cloud, pays: bool| {
            let billing = json!({ "charging_mode": "pre_paid", "period_type": "year", "period_num": 1, "is_auto_pay": pays });
            cloud.post("~/vaults", vault("v", &[], billing)).unwrap()["orders"][0].clone()
        };
        let status = |cloud: &mut Cloud, order: &Value| {
            let id = order["orderId"].as_str().unwrap();
            cloud.get(&format!("/v2/orders/customer-orders/details/{id}")).unwrap()["order_info"]["status"]
                .clone()
        };
        let paid = order(&mut cloud, true);
        assert_eq!(status(&mut cloud, &paid), 3);
        cloud.advance("PT5M");
        assert_eq!(status(&mut cloud, &paid), 5);
        let vault = paid["resourceId"].as_str().unwrap().to_owned();
        assert_eq!(code(cloud.get(&format!("~/vaults/{vault}"))), "ok");
        assert_eq!(code(cloud.delete(&format!("~/vaults/{vault}"))), "400 6111");
        let unpaid = order(&mut cloud, false);
        cloud.advance("P1D");
        assert_eq!(status(&mut cloud, &unpaid), 6);
        let listed = |cloud: &mut Cloud, query: &str| {
            let answer = cloud.get(&format!("/v2/orders/customer-orders?{query}")).unwrap();
            let orders = answer["order_infos"].as_array().unwrap().clone();
            assert_eq!(answer["total_count"], orders.len());
            orders.into_iter().map(|order| order["order_id"].clone()).collect::<Vec<_>>()
        };
        let (first, second) = (paid["orderId"].clone(), unpaid["orderId"].clone());
        assert_eq!(listed(&mut cloud, ""), [second.clone(), first]);
        assert_eq!(
            listed(&mut cloud, "status=6&order_type=1&service_type_code=HWS.service.type.cbr"),
            [second]
        );
        assert_eq!(listed(&mut cloud, "service_type_code=hws.service.type.ec2").len(), 0);
        assert_eq!(listed(&mut cloud, "order_type=2,3").len(), 0);
        assert_eq!(code(cloud.get("/v2/orders/customer-orders?limit=101")), "400 CBC.0100");
        let id = unpaid["orderId"].clone();
        assert_eq!(code(cloud.post("/v2/orders/customer-orders/cancel", json!({ "order_id": id }))), "ok");
        assert_eq!(status(&mut cloud, &unpaid), 4);
        assert_eq!(
            code(cloud.post("/v3/orders/customer-orders/pay", json!({ "order_id": id }))),
            "400 CBC.30010002"
        );
    }

    #[test]
    fn a_prepaid_vault_grows_by_an_order() {
        let mut cloud = Cloud::new();
        let id = cloud.vault("v", &[]);
        let body = json!({ "charging_mode": "pre_paid", "period_type": "month", "period_num": 1, "is_auto_pay": true,
            "vault_ids": [id] });
        cloud.post("~/vaults/change-charge-mode", body).unwrap();
        cloud.advance("PT5M");
        let resize = json!({ "vault": { "billing": { "size": 2000 } } });
        assert_eq!(code(cloud.put(&format!("~/vaults/{id}"), resize)), "400 6107");
        let order = |size: u64| json!({ "resource_id": id, "product_info": { "resource_size": size }, "is_auto_pay": true });
        assert_eq!(code(cloud.post("~/orders/change", order(900))), "400 6107");
        assert_eq!(code(cloud.post("~/orders/change", order(2000))), "ok");
        assert_eq!(code(cloud.post("~/orders/change", order(3000))), "400 6123");
        cloud.advance("PT5M");
        assert_eq!(cloud.get(&format!("~/vaults/{id}")).unwrap()["vault"]["billing"]["size"], 2000);
    }
}
