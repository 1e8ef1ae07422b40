//! `huaweicloud_cbr_restore`: a server, a disk, a desktop or files out of a backup, over what is there now.
//!
//! Source of the rules: CBR API v3, "Restoring Data Using a Backup", and its errors 2001 to 2015.

use std::collections::{BTreeMap, BTreeSet};

use super::disks::{Pair, pairs};
use super::order::Order;
use crate::cloud::error::Error;
use crate::cloud::follow::{Seen, follow};
use crate::cloud::host::utc;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::resources::facts::{self, Facts, Protected};
use crate::cloud::huawei::resources::words;
use crate::cloud::huawei::{cbr, reports};
use crate::model::act::{Asked, Draft, Drafted, Ending, Objection, Origin, Ran, Watch};
use crate::model::desired::Scope;
use crate::model::risk::{Risk, RiskKind};
use crate::model::schema::{Attribute, Kind, Presence, Schema};
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr::{
    Backup, OperationLog, Resource, Restore, RestoreDetails, RestoreMapping, Vault,
};

/// The act's name.
pub const NAME: &str = "huaweicloud_cbr_restore";

const MAPPING: Kind = Kind::Object(&[("backup_id", Kind::String), ("volume_id", Kind::String)]);

const DETAILS: Kind = Kind::Object(&[("destination_path", Kind::String)]);

const fn text(name: &'static str, presence: Presence, doc: &'static str) -> Attribute {
    Attribute::new(name, Kind::String, presence, doc)
}

/// Source of names: terraform-provider-huaweicloud, `huaweicloud_cbr_restore`; what is not there says what is restored.
const ATTRIBUTES: &[Attribute] = &[
    text("source_id", Presence::Required, "The server, disk, desktop or file client that the backup is of."),
    text("source_type", Presence::Required, "Its kind, in the cloud's words."),
    text("backup_id", Presence::Required, "The backup."),
    text("completed_at", Presence::Required, "The moment that the backup shows, UTC."),
    text("vault_id", Presence::Required, "The vault of the backup."),
    text("server_id", Presence::Optional, "The server that is overwritten."),
    text("volume_id", Presence::Optional, "The disk that is overwritten."),
    text("resource_id", Presence::Optional, "The desktop or file client that is overwritten."),
    Attribute::new(
        "mappings",
        Kind::List(&MAPPING),
        Presence::Optional,
        "Which disk of a server's backup goes to which disk.",
    ),
    Attribute::new("details", Kind::List(&DETAILS), Presence::Optional, "The directory that files go to."),
    Attribute::new(
        "power_on",
        Kind::Bool,
        Presence::Optional,
        "Whether the server or desktop is started afterwards.",
    ),
    text("region", Presence::Required, "The region of all of them."),
];

/// The act.
pub const SCHEMA: Schema = Schema {
    name: NAME,
    provider: "huaweicloud",
    id: "operation_id",
    attributes: ATTRIBUTES,
    doc: "Writes a backup of Cloud Backup and Recovery over a server, a disk, a desktop, or into a directory.",
    ..Schema::PLAIN
};

/// What is restored to, which decides what must be said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A Workspace desktop.
    Desktop,
    /// An EVS disk.
    Disk,
    /// A directory of a machine with a backup client.
    Files,
    /// A server with all its disks.
    Server,
}

impl Sort {
    /// The arguments that name the target.
    pub const TARGETS: [&'static str; 3] = ["server_id", "volume_id", "resource_id"];

    /// The sort of a backup; what cannot be restored in place says what to do instead.
    fn of(backup: &Backup) -> Result<Self, Objection> {
        // Source: CBR API v3, "Creating a Restore Point", `resource_details.type`.
        match backup.resource_type.as_deref().unwrap_or_default() {
            "OS::Cinder::Volume" => Ok(Self::Disk),
            "OS::Ironic::BareMetalServer" | "OS::Native::Server" | "OS::Nova::Server" => Ok(Self::Server),
            "OS::Sfs::Turbo" => Err(Objection(format!(
                "backups of SFS Turbo file systems cannot be restored in place: make a new file system from {} on the console (`Create File System`), and copy what is needed",
                id_of(backup)
            ))),
            "OS::Workspace::Desktop" | "OS::Workspace::DesktopV2" => Ok(Self::Desktop),
            _ => Ok(Self::Files),
        }
    }

    /// The argument that names its target.
    fn target(self) -> &'static str {
        match self {
            Self::Desktop | Self::Files => "resource_id",
            Self::Disk => "volume_id",
            Self::Server => "server_id",
        }
    }

    /// As the facts have it; nothing is known of machines with a backup client.
    fn protected(self) -> Option<Protected> {
        match self {
            Self::Desktop => Some(Protected::Desktop),
            Self::Disk => Some(Protected::Disk),
            Self::Files => None,
            Self::Server => Some(Protected::Server),
        }
    }
}

fn id_of(backup: &Backup) -> &str {
    backup.id.as_deref().unwrap_or_default()
}

/// The moment that a backup shows.
fn moment(backup: &Backup) -> i64 {
    let text =
        backup.protected_at.as_deref().filter(|text| !text.is_empty()).or(backup.created_at.as_deref());
    text.and_then(words::instant).unwrap_or_default()
}

/// The restores that are asked for, with what live facts say of them.
///
/// # Errors
///
/// When a listing fails.
pub async fn draft(client: &Client, scope: &Scope, asked: &[Asked]) -> Result<Vec<Drafted>, Error> {
    let orders: Vec<Result<Order, Vec<Objection>>> = asked.iter().map(Order::of).collect();
    let sources: BTreeSet<&str> = orders.iter().flatten().map(|order| order.source.as_str()).collect();
    let backups = cbr::backups_of(client, &scope.region, &sources).await?;
    let vaults = cbr::list_vaults(client, &scope.region).await?;
    let chosen: Vec<Result<Chosen<'_>, Vec<Objection>>> = orders
        .iter()
        .map(|order| match order {
            Ok(order) => choose(order, &backups, &scope.region).map_err(|why| vec![why]),
            Err(against) => Err(against.clone()),
        })
        .collect();
    let targets = targets(client, &scope.region, chosen.iter().flatten()).await?;
    let region = Region { backups: &backups, vaults: &vaults, targets: &targets, scope };
    Ok(chosen.into_iter().map(|chosen| chosen.and_then(|chosen| region.draft(&chosen))).collect())
}

/// An order with the backup that it means.
struct Chosen<'a> {
    order: &'a Order,
    backup: &'a Backup,
    sort: Sort,
}

/// The backup that is meant: newer ones before older ones.
fn choose<'a>(order: &'a Order, backups: &'a [Backup], region: &str) -> Result<Chosen<'a>, Objection> {
    let own = backups.iter().filter(|backup| backup.resource_id.as_deref() == Some(&*order.source));
    let newest = |by: i64| {
        let whole = own.clone().filter(|backup| backup.status.as_deref() == Some("available"));
        whole.filter(|backup| moment(backup) <= by).max_by_key(|backup| (moment(backup), id_of(backup)))
    };
    let found = match &order.from {
        Origin::Latest => newest(i64::MAX),
        Origin::By(time) => newest(*time),
        Origin::Id(id) => own.clone().find(|backup| id_of(backup) == id),
    };
    let backup = found.ok_or_else(|| {
        let which = match &order.from {
            Origin::Latest => "no backup to restore from".to_owned(),
            Origin::By(time) => format!("no backup that was made by {}", utc(*time)),
            Origin::Id(id) => format!("no backup {id}, or it has expired"),
        };
        let source = &order.source;
        Objection(format!("in {region}, {source} has {which}; `backups {source}` lists those that there are"))
    })?;
    // Source: CBR API v3, error 2005.
    if let Some(status) = backup.status.as_deref().filter(|status| *status != "available") {
        let id = id_of(backup);
        return Err(Objection(format!(
            "the backup {id} is {status}, and only available ones can be restored"
        )));
    }
    Ok(Chosen { order, backup, sort: Sort::of(backup)? })
}

/// What is known of the targets: one reading for all of a sort.
async fn targets<'a>(
    client: &Client,
    region: &str,
    chosen: impl Iterator<Item = &'a Chosen<'a>>,
) -> Result<BTreeMap<String, Facts>, Error> {
    let mut ids: BTreeMap<Protected, BTreeSet<String>> = BTreeMap::new();
    for one in chosen {
        if let Some(sort) = one.sort.protected() {
            ids.entry(sort).or_default().insert(one.order.target().to_owned());
        }
    }
    let mut found = BTreeMap::new();
    for (sort, ids) in ids {
        let ids: Vec<String> = ids.into_iter().collect();
        found.extend(facts::by_id(client, region, sort, &ids).await?);
    }
    Ok(found)
}

/// What a region has that restores need to know.
struct Region<'a> {
    backups: &'a [Backup],
    vaults: &'a [Vault],
    targets: &'a BTreeMap<String, Facts>,
    scope: &'a Scope,
}

impl Region<'_> {
    fn draft(&self, chosen: &Chosen<'_>) -> Drafted {
        let Chosen { order, backup, sort } = chosen;
        let mut against = self.of_the_vault(chosen);
        against.extend(unfitting(order, *sort));
        let facts = self.targets.get(order.target());
        against.extend(self.of_the_target(chosen, facts));
        let disks = match (sort, facts) {
            (Sort::Server, Some(facts)) => {
                pairs(backup, &order.disks, order.target(), facts).unwrap_or_else(|more| {
                    against.extend(more);
                    Vec::new()
                })
            }
            _ => Vec::new(),
        };
        if !against.is_empty() {
            return Err(against);
        }
        Ok(Draft {
            target: order.target().into(),
            values: values(chosen, &disks, self.scope),
            risks: vec![risk(chosen, &disks)],
            gates: Vec::new(),
            advice: self.advice(chosen, facts, &disks),
        })
    }

    /// Source: CBR API v3, errors 6202, 2002 and 2010.
    fn of_the_vault(&self, chosen: &Chosen<'_>) -> Vec<Objection> {
        let id = chosen.backup.vault_id.as_deref().unwrap_or_default();
        let vault = self.vaults.iter().find(|vault| vault.id.as_deref() == Some(id));
        let status = vault.and_then(|vault| vault.billing.as_ref()?.status.as_deref());
        let mut against = Vec::new();
        if let Some(status) = status.filter(|status| *status != "available") {
            against.push(Objection(format!(
                "the vault {id} is {status}, and only an available vault can be restored from"
            )));
        }
        let resources = self.vaults.iter().flat_map(|vault| &vault.resources);
        let is_involved = |resource: &&Resource| {
            resource.id.as_deref().is_some_and(|id| id == chosen.order.source || id == chosen.order.target())
        };
        for resource in resources.filter(is_involved) {
            if let Some(state @ ("protecting" | "restoring")) = resource.protect_status.as_deref() {
                let id = resource.id.as_deref().unwrap_or_default();
                against.push(Objection(format!(
                    "{id} is {state} just now, and the service does one thing at a time with it; wait for its end"
                )));
            }
        }
        against
    }

    /// Source: CBR API v3, errors 2007, 2008 and 2011.
    fn of_the_target(&self, chosen: &Chosen<'_>, facts: Option<&Facts>) -> Option<Objection> {
        let target = chosen.order.target();
        let what = match chosen.sort {
            Sort::Desktop => "desktop",
            Sort::Disk => "disk",
            Sort::Files => return None,
            Sort::Server => "server",
        };
        let Some(facts) = facts else {
            return Some(Objection(format!(
                "there is no {what} {target} in {}; name with `--to-instance` one that there is",
                self.scope.region
            )));
        };
        let status = &facts.status;
        if !facts.is_ready {
            return Some(Objection(format!(
                "the {what} {target} is {status}, which lets nothing be restored to it"
            )));
        }
        let task = facts.task.as_ref()?;
        Some(Objection(format!("{task} is under way with {target}; wait for its end")))
    }

    fn advice(&self, chosen: &Chosen<'_>, facts: Option<&Facts>, disks: &[Pair<'_>]) -> Vec<String> {
        let (order, target) = (chosen.order, chosen.order.target());
        let mut advice = Vec::new();
        let own = self.backups.iter().filter(|backup| backup.resource_id.as_deref() == Some(target));
        let newest = own.filter(|backup| backup.status.as_deref() == Some("available")).map(moment).max();
        advice.push(match newest {
            Some(newest) if target == order.source => format!(
                "what was written to {target} since its newest backup, {}, is in no backup; `backup {target}` first keeps it",
                utc(newest)
            ),
            _ => format!("what {target} holds now is kept only where it has a backup of its own"),
        });
        let is_left = |disk: &&facts::DiskFacts| !disks.iter().any(|pair| pair.disk.id == disk.id);
        let left: Vec<&str> = facts
            .filter(|_| chosen.sort == Sort::Server)
            .iter()
            .flat_map(|facts| facts.disks.iter().filter(is_left).map(|disk| disk.id.as_str()))
            .collect();
        if !left.is_empty() {
            // Source: Getting Started, "Step 1": disks that are not in the backup keep their data of today.
            advice.push(format!(
                "{} of {target} is not in the backup and stays as it is; data that is spread over disks may not fit together",
                left.join(", ")
            ));
        }
        if chosen.sort == Sort::Disk && facts.is_some_and(|facts| facts.status == "in-use") {
            advice.push(format!(
                "{target} is in use; stop the server that it is attached to, or detach it first"
            ));
        }
        advice
    }
}

/// Arguments that a restore of this sort has no place for, or lacks.
fn unfitting(order: &Order, sort: Sort) -> Vec<Objection> {
    let mut against = Vec::new();
    let mut say = |text: String| against.push(Objection(text));
    match (sort, &order.path) {
        (Sort::Files, None) => {
            say("say with `--to-path` into which directory the files go".to_owned());
        }
        (Sort::Desktop | Sort::Disk | Sort::Server, Some(_)) => {
            say(format!("`--to-path` is for files, and this is a backup of all of {}", order.source));
        }
        _ => {}
    }
    if sort != Sort::Server && !order.disks.is_empty() {
        say("`--disk` is for backups of servers, which have several disks".to_owned());
    }
    if matches!(sort, Sort::Disk | Sort::Files) && order.stays_off {
        say("`--no-power-on` is for servers and desktops, which are shut down for a restore".to_owned());
    }
    against
}

fn values(chosen: &Chosen<'_>, disks: &[Pair<'_>], scope: &Scope) -> Object {
    let Chosen { order, backup, sort } = chosen;
    let mut values = words::object([
        ("source_id", Value::string(&order.source)),
        ("source_type", words::optional_text(backup.resource_type.as_ref())),
        ("backup_id", Value::string(id_of(backup))),
        ("completed_at", Value::string(utc(moment(backup)))),
        ("vault_id", words::optional_text(backup.vault_id.as_ref())),
        ("region", Value::string(&scope.region)),
        (sort.target(), Value::string(order.target())),
    ]);
    if *sort == Sort::Server {
        let mapping = |pair: &Pair<'_>| {
            let part =
                [("backup_id", Value::string(id_of(pair.part))), ("volume_id", Value::string(&pair.disk.id))];
            Value::object(part)
        };
        values.insert("mappings".into(), Value::list(MAPPING.to_type(), disks.iter().map(mapping)));
    }
    if let Some(path) = &order.path {
        let details = Value::object([("destination_path", Value::string(path))]);
        values.insert("details".into(), Value::list(DETAILS.to_type(), [details]));
    }
    if matches!(sort, Sort::Desktop | Sort::Server) {
        values.insert("power_on".into(), Value::from(!order.stays_off));
    }
    values
}

/// A restore always overwrites.
fn risk(chosen: &Chosen<'_>, disks: &[Pair<'_>]) -> Risk {
    let (target, time) = (chosen.order.target(), utc(moment(chosen.backup)));
    let power =
        if chosen.order.stays_off { "stays shut down" } else { "is shut down for it and started again" };
    let effect = match chosen.sort {
        Sort::Server => {
            let disks: Vec<String> =
                disks.iter().map(|pair| format!("{} ({} GB)", pair.disk.id, pair.disk.size_gib)).collect();
            format!(
                "overwrites {} of the server {target} with what was there at {time}; what they hold now is lost, and the server {power}",
                disks.join(", ")
            )
        }
        Sort::Desktop => format!(
            "overwrites the desktop {target} with what was there at {time}; what it holds now is lost, and the desktop {power}"
        ),
        Sort::Disk => {
            format!("overwrites the disk {target} with what was there at {time}; what it holds now is lost")
        }
        Sort::Files => format!(
            "overwrites files below {} on {target} with those of {time}; what they hold now is lost",
            chosen.order.path.as_deref().unwrap_or_default()
        ),
    };
    let attribute = Some(chosen.sort.target().to_owned());
    Risk { kind: RiskKind::OverwritesFiles, effect, attribute, evidence: None }
}

/// Restores once, and follows it.
///
/// # Errors
///
/// When the cloud refuses, or nobody can tell whether it has begun.
pub async fn run(client: &Client, scope: &Scope, values: &Object, watch: &dyn Watch) -> Result<Ran, Error> {
    let region = &*scope.region;
    let id = restore_once(client, region, values).await?;
    let look = |id: String| async move {
        let log = cbr::show_operation_log(client, region, &id).await?;
        Ok(log.map(|log| seen(&log)))
    };
    Ok(follow(id, watch, |pause| client.sleep(pause), look).await)
}

/// Looks for a restore that an answer does not name.
const LOOKS: u32 = 4;

/// `RestoreBackup`, begun once: the operation log's id. Where the answer is lost or names none, a restore of this backup
/// that is newer than the call is taken for it. Nothing is repeated.
async fn restore_once(client: &Client, region: &str, values: &Object) -> Result<String, Error> {
    let text = |name: &str| words::text(values, name).unwrap_or_default();
    let (source, backup) = (text("source_id"), text("backup_id"));
    let before = restores(client, region, source, backup).await?;
    let failure = match cbr::restore_backup(client, region, backup, request(values)).await {
        Ok(Some(job)) => return Ok(job),
        Ok(None) => Error::Unfinished {
            what: format!("the restore of {backup} was accepted, and the cloud does not show it"),
        },
        Err(error) if error.may_have_happened() => error,
        Err(error) => return Err(error),
    };
    for look in 0..LOOKS {
        client.sleep(cbr::pause(look)).await;
        let after = restores(client, region, source, backup).await?;
        if let Some(new) = after.into_iter().find(|id| !before.contains(id)) {
            return Ok(new);
        }
    }
    Err(failure)
}

/// The restores of a backup that the cloud remembers, newest first.
async fn restores(client: &Client, region: &str, source: &str, backup: &str) -> Result<Vec<String>, Error> {
    let filters = [("operation_type", "restore"), ("resource_id", source)];
    let logs = cbr::list_operation_logs(client, region, &filters).await?;
    let is_own = |log: &OperationLog| {
        let restore = log.extra_info.as_ref().and_then(|info| info.restore.as_ref());
        restore.is_none_or(|restore| restore.backup_id.as_deref().is_none_or(|id| id == backup))
    };
    Ok(logs.into_iter().filter(is_own).filter_map(|log| log.id).collect())
}

fn request(values: &Object) -> Restore {
    let text = |name: &str| words::text(values, name).map(str::to_owned);
    let Order { disks, path, .. } = Order::of_values(values);
    let mapping = |(backup, volume): (String, String)| RestoreMapping {
        backup_id: Some(backup),
        volume_id: Some(volume),
    };
    Restore {
        server_id: text("server_id"),
        mappings: (!disks.is_empty()).then(|| disks.into_iter().map(mapping).collect()),
        volume_id: text("volume_id"),
        resource_id: text("resource_id"),
        power_on: words::flag(values, "power_on"),
        details: path.map(|path| RestoreDetails { destination_path: Some(path) }),
    }
}

/// Source: CBR API v3, "Querying a Task", `status`.
fn seen(log: &OperationLog) -> Seen {
    let status = log.status.clone().unwrap_or_default();
    let why = || reports::error_of(log).unwrap_or_else(|| "the cloud does not say why".to_owned());
    Seen::Ended(match status.as_str() {
        "success" => Ending::Done,
        "failed" => Ending::Failed(why()),
        "skipped" => Ending::Failed(format!("the cloud skipped it: {}", why())),
        "timeout" => Ending::Failed(format!("the cloud gave it up after too long a time: {}", why())),
        _ => {
            let progress = log.extra_info.as_ref().and_then(|info| info.common.as_ref()?.progress);
            let done = progress.and_then(|progress| u64::try_from(progress).ok());
            return Seen::Working { status, done: done.map(|done| done.saturating_mul(100)) };
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serde_json::{Value as Json, json};

    use super::*;
    use crate::cloud::http::fake::{FakeServer, cut, json as answer};
    use crate::cloud::huawei::client::fake::client;
    use crate::model::act::{RestoreWish, What, Wish};
    use crate::model::desired::ProviderKey;

    fn scope() -> Scope {
        Scope { provider: ProviderKey::default_of("huaweicloud"), region: "cn-north-4".into() }
    }

    fn wish(source: &str, change: impl FnOnce(&mut RestoreWish)) -> Asked {
        let mut restore = RestoreWish::default();
        change(&mut restore);
        let servers = vec![source.to_owned()];
        Asked::Wish(Wish { servers, whole: false, object: None, what: What::Restore(restore) })
    }

    fn backup(id: &str, resource: &str, kind: &str, day: u32, status: &str) -> Json {
        let child = json!([{ "id": format!("{id}-s"), "resource_id": format!("{resource}-s"), "resource_size": 40,
            "extend_info": { "bootable": true } }]);
        json!({ "id": id, "resource_id": resource, "resource_type": kind, "status": status, "vault_id": "v",
            "protected_at": format!("1970-01-{day:02}T00:00:00"), "children": child })
    }

    /// A region with backups of a server a, a disk d, a file system f, a desktop p and a file client c; a and t can be
    /// restored to, the server off cannot. The vault has this status, and a this one in it.
    fn region(vault: &str, of_a: &str) -> FakeServer {
        let backups = [
            backup("a-old", "a", "OS::Nova::Server", 1, "available"),
            backup("a-new", "a", "OS::Nova::Server", 2, "available"),
            backup("a-bad", "a", "OS::Nova::Server", 3, "error"),
            backup("d-1", "d", "OS::Cinder::Volume", 1, "available"),
            backup("f-1", "f", "OS::Sfs::Turbo", 1, "available"),
            backup("p-1", "p", "OS::Workspace::DesktopV2", 1, "available"),
            backup("c-1", "c", "OS::Client::Files", 1, "available"),
        ];
        let server = |id: &str, status: &str, task: &str| {
            json!({ "id": id, "status": status, "OS-EXT-STS:task_state": task, "os-extended-volumes:volumes_attached":
                [{ "id": format!("{id}-s"), "bootIndex": "0" }, { "id": format!("{id}-e") }] })
        };
        let servers = [
            server("a", "ACTIVE", ""),
            server("t", "SHUTOFF", ""),
            server("off", "ERROR", ""),
            server("busy", "ACTIVE", "rebooting"),
        ];
        let volume = |id: &str, size: u32, boots: &str| json!({ "id": id, "size": size, "bootable": boots, "status": "in-use" });
        let mut volumes = vec![volume("d", 10, "false"), volume("d2", 10, "false")];
        for of in ["a", "t", "off", "busy"] {
            volumes.extend([volume(&format!("{of}-s"), 40, "true"), volume(&format!("{of}-e"), 10, "false")]);
        }
        let vaults = json!([{ "id": "v", "billing": { "status": vault }, "resources": [{ "id": "a", "protect_status": of_a }] }]);
        let desktops = json!([{ "desktop_id": "p", "status": "ACTIVE" }]);
        FakeServer::deciding(move |_, request| {
            let line = request.lines().next().unwrap_or_default();
            let asked = line.split(['?', '&', ' ']).find_map(|part| part.strip_prefix("resource_id="));
            let named = |id: &Json| asked == id.as_str();
            let body = if line.contains("/backups") {
                let own: Vec<&Json> = backups.iter().filter(|backup| named(&backup["resource_id"])).collect();
                json!({ "backups": own, "count": own.len() })
            } else if line.contains("/vaults") {
                json!({ "vaults": vaults, "count": 1 })
            } else if line.contains("/cloudservers") {
                json!({ "servers": servers, "count": servers.len() })
            } else if line.contains("/cloudvolumes") {
                json!({ "volumes": volumes, "count": volumes.len() })
            } else {
                json!({ "desktops": desktops, "total_count": 1 })
            };
            answer(200, &body.to_string())
        })
    }

    async fn drafted_in(server: &FakeServer, asked: &Asked) -> Result<Draft, String> {
        let mut drafts =
            draft(&client(server), &scope(), std::slice::from_ref(asked)).await.expect("an answer");
        let drafted = drafts.pop().expect("one for each");
        drafted.map_err(|why| why.into_iter().map(|why| why.0).collect::<Vec<_>>().join("; "))
    }

    async fn drafted(asked: &Asked) -> Result<Draft, String> {
        drafted_in(&region("available", "available"), asked).await
    }

    #[tokio::test]
    async fn newer_backups_come_first_and_only_whole_ones() {
        let check = async |from: Origin, expected: &str| {
            let draft = drafted(&wish("a", |wish| wish.from = from)).await.expect("a draft");
            assert_eq!(words::text(&draft.values, "backup_id"), Some(expected));
        };
        check(Origin::Latest, "a-new").await;
        check(Origin::By(86_400), "a-new").await;
        check(Origin::By(86_399), "a-old").await;
        check(Origin::Id("a-old".to_owned()), "a-old").await;
    }

    #[tokio::test]
    async fn each_sort_is_restored_in_its_own_words() {
        let check = async |asked: Asked, expected: Json| {
            let draft = drafted(&asked).await.expect("a draft");
            assert_eq!(serde_json::to_value(request(&draft.values)).expect("it encodes"), expected);
            let kinds: Vec<RiskKind> = draft.risks.iter().map(|risk| risk.kind).collect();
            assert_eq!(kinds, [RiskKind::OverwritesFiles]);
        };
        let own = json!([{ "backup_id": "a-new-s", "volume_id": "a-s" }]);
        check(wish("a", |_| ()), json!({ "server_id": "a", "mappings": own, "power_on": true })).await;
        let other = json!([{ "backup_id": "a-new-s", "volume_id": "t-s" }]);
        let to = wish("a", |wish| {
            wish.target = Some("t".to_owned());
            wish.stays_off = true;
        });
        check(to, json!({ "server_id": "t", "mappings": other, "power_on": false })).await;
        check(wish("d", |_| ()), json!({ "volume_id": "d" })).await;
        check(wish("d", |wish| wish.target = Some("d2".to_owned())), json!({ "volume_id": "d2" })).await;
        check(wish("p", |_| ()), json!({ "resource_id": "p", "power_on": true })).await;
        let files = json!({ "resource_id": "c", "details": { "destination_path": "/back" } });
        check(wish("c", |wish| wish.path = Some("/back".to_owned())), files).await;
    }

    #[tokio::test]
    async fn what_stands_against_a_restore_is_said_before_it_is_begun() {
        let check = async |asked: Asked, expected: &str| {
            let found = drafted(&asked).await.expect_err("something stands against it");
            assert!(found.contains(expected), "{found}");
        };
        let to = |source: &str, target: &str| wish(source, |wish| wish.target = Some(target.to_owned()));
        check(wish("none", |_| ()), "in cn-north-4, none has no backup to restore from").await;
        check(
            wish("a", |wish| wish.from = Origin::By(-1)),
            "no backup that was made by 1969-12-31T23:59:59Z",
        )
        .await;
        check(wish("a", |wish| wish.from = Origin::Id("d-1".to_owned())), "no backup d-1").await;
        check(wish("a", |wish| wish.from = Origin::Id("a-bad".to_owned())), "a-bad is error").await;
        check(wish("f", |_| ()), "cannot be restored in place").await;
        check(to("a", "nobody"), "no server nobody").await;
        check(to("a", "off"), "off is ERROR").await;
        check(to("a", "busy"), "rebooting is under way").await;
        check(to("d", "nothing"), "no disk nothing").await;
        check(wish("c", |_| ()), "`--to-path`").await;
        check(wish("a", |wish| wish.path = Some("/x".to_owned())), "`--to-path` is for files").await;
        check(wish("d", |wish| wish.disks = vec![("d".to_owned(), "d".to_owned())]), "`--disk`").await;
        check(wish("d", |wish| wish.stays_off = true), "`--no-power-on`").await;
        let frozen = drafted_in(&region("frozen", "available"), &wish("a", |_| ())).await;
        assert!(frozen.is_err_and(|why| why.contains("the vault v is frozen")));
        let busy = drafted_in(&region("available", "restoring"), &wish("a", |_| ())).await;
        assert!(busy.is_err_and(|why| why.contains("a is restoring just now")));
    }

    #[tokio::test]
    async fn a_restore_says_what_it_overwrites_and_what_it_leaves() {
        let check = async |asked: Asked, effect: &str, advice: &[&str]| {
            let draft = drafted(&asked).await.expect("a draft");
            assert!(draft.risks[0].effect.contains(effect), "{}", draft.risks[0].effect);
            assert_eq!(draft.advice.len(), advice.len(), "{:?}", draft.advice);
            let says = |(said, expected): (&String, &&str)| said.contains(*expected);
            assert!(draft.advice.iter().zip(advice).all(says), "{:?}", draft.advice);
        };
        let server = "overwrites a-s (40 GB) of the server a with what was there at 1970-01-02T00:00:00Z";
        let since = "since its newest backup, 1970-01-02T00:00:00Z";
        check(wish("a", |_| ()), server, &[since, "a-e of a is not in the backup"]).await;
        let other = wish("a", |wish| wish.target = Some("t".to_owned()));
        check(other, "the server t", &["only where it has a backup", "t-e of t"]).await;
        check(wish("d", |_| ()), "overwrites the disk d", &["since its newest", "d is in use"]).await;
    }

    #[tokio::test]
    async fn what_was_planned_is_planned_again() {
        let server = region("available", "available");
        let asked = wish("a", |wish| wish.target = Some("t".to_owned()));
        let first = drafted_in(&server, &asked).await.expect("a draft");
        let again = drafted_in(&server, &Asked::Again(first.values.clone())).await.expect("a draft");
        assert_eq!(again, first);
    }

    /// Which restore a call is taken for, with this answer, and how many were asked for.
    async fn begun(reply: &'static str, shows_new: bool) -> (Option<String>, usize) {
        let restores = AtomicUsize::new(0);
        let server = FakeServer::deciding(move |_, request| {
            if request.starts_with("POST") {
                restores.fetch_add(1, Ordering::SeqCst);
                return if reply == "lost" { cut("{") } else { answer(202, reply) };
            }
            let log = |id: &str, backup: &str| json!({ "id": id, "extra_info": { "restore": { "backup_id": backup } } });
            let mut logs = vec![log("r-old", "a-new"), log("r-other", "a-old")];
            if shows_new && restores.load(Ordering::SeqCst) > 0 {
                logs.insert(0, log("r-new", "a-new"));
            }
            answer(200, &json!({ "operation_logs": logs, "count": logs.len() }).to_string())
        });
        let values = drafted(&wish("a", |_| ())).await.expect("a draft").values;
        let id = restore_once(&client(&server), "cn-north-4", &values).await.ok();
        (id, server.requests().iter().filter(|request| request.starts_with("POST")).count())
    }

    #[tokio::test]
    async fn a_restore_is_begun_once() {
        assert_eq!(begun(r#"{"job_id": "r-answered"}"#, true).await, (Some("r-answered".to_owned()), 1));
        assert_eq!(begun("", true).await, (Some("r-new".to_owned()), 1));
        assert_eq!(begun("lost", true).await, (Some("r-new".to_owned()), 1));
        assert_eq!(begun("lost", false).await, (None, 1));
    }

    #[test]
    fn a_restore_has_ended_when_its_word_says_so() {
        let check = |status: &str, expected: Seen| {
            let log = json!({ "id": "r", "status": status, "error_info": { "code": "c", "message": "why" },
                "extra_info": { "common": { "progress": 30 } } });
            assert_eq!(seen(&serde_json::from_value(log).expect("a log")), expected);
        };
        let failed = |why: &str| Seen::Ended(Ending::Failed(why.to_owned()));
        check("running", Seen::Working { status: "running".to_owned(), done: Some(3000) });
        check("success", Seen::Ended(Ending::Done));
        check("failed", failed("why"));
        check("skipped", failed("the cloud skipped it: why"));
        check("timeout", failed("the cloud gave it up after too long a time: why"));
    }
}
