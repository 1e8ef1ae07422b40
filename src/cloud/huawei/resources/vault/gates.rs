//! The vendor's rules that only live facts can tell: what the resources of a vault are, where they are now, and whether they
//! fit in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::evidence::backups;
use super::order;
use super::protected::{self, Choice};
use crate::cloud::error::Error;
use crate::cloud::huawei::cbr;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::resources::facts::{self, Facts, Protected};
use crate::cloud::huawei::resources::words;
use crate::model::address::Address;
use crate::model::live::{Candidate, Gate, Intent, LiveObject};
use crate::model::number::Number;
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr as wire;

/// Source: Getting Started, "Step 3: Associate a Resource with the Vault": at most 256 resources.
pub const MOST_RESOURCES: usize = 256;

/// Source: Getting Started, "Step 3": more than 40 GB must be left for automatic association.
const LEAST_FOR_AUTO_BIND: u64 = 40;

/// AZ2 of CN North-Beijing1. Source: Getting Started, "Purchasing a Server Backup Vault".
const CLOSED_ZONE: &str = "cn-north-1b";

/// Where a resource is.
struct Holder {
    vault: String,
    name: String,
    is_being_removed: bool,
}

/// Live facts about everything that the candidates bring in.
struct World<'a> {
    region: &'a str,
    facts: BTreeMap<String, Facts>,
    holders: BTreeMap<String, Holder>,
    /// Backups of vaults that are to be deleted, by vault.
    backups: BTreeMap<String, Vec<wire::Backup>>,
    /// Servers without the agent of application consistency.
    without_agent: BTreeSet<String>,
}

fn gate(rule: &str, reason: String, alternative: &str, attribute: &str) -> Gate {
    Gate {
        rule: rule.to_owned(),
        reason,
        alternative: alternative.to_owned(),
        attribute: Some(attribute.to_owned()),
        acceptance: None,
        acknowledged: false,
        only_warns: false,
    }
}

fn warning(rule: &str, reason: String) -> Gate {
    Gate { only_warns: true, ..gate(rule, reason, "", protected::NAME) }
}

/// The rules that each candidate breaks; candidates that break none are left out. A handful of calls for whatever number
/// of them.
///
/// # Errors
///
/// When a call fails: a resource that could not be read is not one that is missing.
pub async fn gates(
    client: &Client,
    region: &str,
    candidates: &[Candidate],
) -> Result<BTreeMap<Address, Vec<Gate>>, Error> {
    let world = World::read(client, region, candidates).await?;
    let judged = candidates.iter().map(|candidate| (candidate.address.clone(), world.judge(candidate)));
    Ok(judged.filter(|(_, gates)| !gates.is_empty()).collect())
}

/// What a candidate brings into the vault.
fn added(candidate: &Candidate) -> BTreeMap<Arc<str>, Choice> {
    if candidate.intent == Intent::Delete {
        return BTreeMap::new();
    }
    let kept = candidate.live.as_ref().filter(|_| candidate.intent == Intent::Change);
    let kept = kept.map(|live| protected::of(&live.values)).unwrap_or_default();
    let mut wanted = protected::of(&candidate.values);
    wanted.retain(|id, choice| kept.get(id) != Some(choice));
    wanted
}

fn kind(candidate: &Candidate) -> Option<Protected> {
    words::text(&candidate.values, "type").and_then(Protected::of_vault)
}

/// The vault that goes: deleted, or replaced.
fn going(candidate: &Candidate) -> Option<&LiveObject> {
    candidate.live.as_ref().filter(|_| candidate.intent != Intent::Change)
}

impl<'a> World<'a> {
    async fn read(client: &Client, region: &'a str, candidates: &[Candidate]) -> Result<Self, Error> {
        let mut wanted: BTreeMap<Protected, BTreeSet<String>> = BTreeMap::new();
        for candidate in candidates {
            if let Some(kind) = kind(candidate) {
                let ids = added(candidate).into_keys().map(|id| id.to_string());
                wanted.entry(kind).or_default().extend(ids);
            }
        }
        wanted.retain(|_, ids| !ids.is_empty());
        let mut found = BTreeMap::new();
        for (kind, ids) in &wanted {
            let ids: Vec<String> = ids.iter().cloned().collect();
            found.extend(facts::by_id(client, region, *kind, &ids).await?);
        }
        let vaults = if wanted.is_empty() { Vec::new() } else { cbr::list_vaults(client, region).await? };
        let doomed: Vec<&str> = candidates.iter().filter_map(going).map(|live| &*live.id).collect();
        Ok(Self {
            region,
            facts: found,
            holders: holders(&vaults),
            backups: if doomed.is_empty() {
                BTreeMap::new()
            } else {
                backups(client, region, &doomed).await?
            },
            without_agent: without_agent(client, region, candidates).await?,
        })
    }

    fn judge(&self, candidate: &Candidate) -> Vec<Gate> {
        let mut gates = Vec::new();
        if let Some(live) = going(candidate) {
            gates.extend(self.deletion(live));
        }
        if candidate.intent == Intent::Delete {
            return gates;
        }
        for (id, choice) in added(candidate) {
            gates.extend(self.resource(candidate, &id, &choice));
        }
        gates.extend(self.room(candidate));
        gates.extend(self.automatic(candidate));
        gates.extend(self.agents(candidate));
        if let (Some(live), Intent::Change) = (&candidate.live, candidate.intent) {
            gates.extend(locked(live, candidate));
            gates.extend(shrinking(live, candidate));
        }
        gates
    }

    /// Whether one resource may be associated.
    fn resource(&self, candidate: &Candidate, id: &str, choice: &Choice) -> Vec<Gate> {
        let Some(kind) = kind(candidate) else { return Vec::new() };
        let what = noun(kind);
        let Some(facts) = self.facts.get(id) else {
            return vec![gate(
                "Resources are in the region of their vault",
                format!("There is no {what} {id} in {}.", self.region),
                "A vault protects resources of its own region; check the id, or make a vault where the resource is.",
                protected::NAME,
            )];
        };
        let mut gates: Vec<Gate> = self.holder(candidate, id, what).into_iter().collect();
        if !facts.is_ready {
            gates.push(gate(
                "Only resources in certain states can be associated",
                format!("The {what} {id} is {}, and {} is needed.", facts.status, states(kind)),
                "Wait until it is in such a state, or repair it.",
                protected::NAME,
            ));
        }
        if facts.zone.as_deref() == Some(CLOSED_ZONE) {
            gates.push(gate(
                "No new associations in AZ2 of CN North-Beijing1",
                format!("The {what} {id} is in the zone {CLOSED_ZONE}, which takes no new associations."),
                "What is associated already stays so; other resources must be in another zone.",
                protected::NAME,
            ));
        }
        if kind == Protected::Server {
            gates.extend(disks(id, facts, choice));
        }
        gates
    }

    /// Whether another vault has it.
    fn holder(&self, candidate: &Candidate, id: &str, what: &str) -> Option<Gate> {
        let holder = self.holders.get(id)?;
        let own = candidate.live.as_ref().is_some_and(|live| *live.id == *holder.vault);
        if own && holder.is_being_removed {
            let reason = format!(
                "the {what} {id} is still being removed from this vault, and is associated again when that is done"
            );
            return Some(warning("Resources that are being removed", reason));
        }
        if own || candidate.joining.contains(id) {
            return None;
        }
        let removing =
            if holder.is_being_removed { ", which is just removing it with its backups" } else { "" };
        Some(gate(
            "A resource is in one vault only",
            format!("The {what} {id} is in the vault {} ({}) already{removing}.", holder.name, holder.vault),
            "To migrate it with its backups, bring that vault under management (`import`) and move the resource from the one block to the other.",
            protected::NAME,
        ))
    }

    /// The size of all that will be in the vault, in GB.
    fn total(&self, candidate: &Candidate) -> u64 {
        let sizes = candidate.live.as_ref().map(|live| sizes(&live.values)).unwrap_or_default();
        let by_itself: BTreeSet<Arc<str>> = match (&candidate.live, candidate.intent) {
            (Some(live), Intent::Change) => {
                let known = protected::of(&live.values);
                let recorded =
                    words::elements(&candidate.values, protected::BY_ITSELF).iter().filter_map(Value::as_str);
                recorded.map(Arc::from).filter(|id: &Arc<str>| known.contains_key(id)).collect()
            }
            _ => BTreeSet::new(),
        };
        let named = protected::of(&candidate.values);
        let of_facts = |id: &str, choice: &Choice| {
            let facts = self.facts.get(id)?;
            if facts.kind != Protected::Server {
                return Some(facts.size_gib);
            }
            let taken = facts.disks.iter().filter(|disk| takes(choice, &disk.id));
            Some(taken.fold(0_u64, |total, disk| total.saturating_add(disk.size_gib)))
        };
        let named_sizes = named
            .iter()
            .map(|(id, choice)| of_facts(id, choice).or_else(|| sizes.get(&**id).copied()).unwrap_or(0));
        let others = by_itself.iter().filter(|id| !named.contains_key(*id));
        let other_sizes = others.map(|id| sizes.get(&**id).copied().unwrap_or(0));
        named_sizes.chain(other_sizes).fold(0, u64::saturating_add)
    }

    /// Source: Getting Started, "Step 3": the total size of the resources cannot be greater than the vault's capacity.
    fn room(&self, candidate: &Candidate) -> Option<Gate> {
        let changes =
            candidate.live.as_ref().filter(|_| candidate.intent == Intent::Change).is_none_or(|live| {
                words::number(&live.values, "size") != words::number(&candidate.values, "size")
                    || !added(candidate).is_empty()
            });
        let capacity = words::number(&candidate.values, "size").and_then(|size| u64::try_from(size).ok())?;
        let total = self.total(candidate);
        (changes && total > capacity).then(|| {
            gate(
                "The capacity is at least the size of the resources",
                format!("The resources have {total} GB together, and the vault has {capacity} GB."),
                "Make the vault larger, leave disks out, or put some of the resources into another vault.",
                "size",
            )
        })
    }

    /// Source: Getting Started, "Step 3": what remains must be more than 40 GB, and more than what is associated.
    fn automatic(&self, candidate: &Candidate) -> Option<Gate> {
        let on = |values: &Object| words::flag(values, "auto_bind") == Some(true);
        let live = candidate.live.as_ref().filter(|_| candidate.intent == Intent::Change);
        if !on(&candidate.values) || live.is_some_and(|live| on(&live.values)) {
            return None;
        }
        let capacity = words::number(&candidate.values, "size").and_then(|size| u64::try_from(size).ok())?;
        let total = self.total(candidate);
        room_for_automatic_association(capacity, total).err().map(|reason| {
            gate(
                "Room for automatic association",
                reason,
                "Make the vault larger, or associate fewer resources yourself.",
                "auto_bind",
            )
        })
    }

    /// Source: Getting Started, step "application-consistent backup": without its agent a backup falls back.
    fn agents(&self, candidate: &Candidate) -> Option<Gate> {
        let named = protected::of(&candidate.values);
        let missing: Vec<&str> =
            named.keys().map(|id| &**id).filter(|id| self.without_agent.contains(*id)).collect();
        if missing.is_empty() || words::text(&candidate.values, "consistent_level") != Some("app_consistent")
        {
            return None;
        }
        let reason = format!(
            "without the agent of application consistency these servers get crash-consistent backups: {}",
            missing.join(", ")
        );
        Some(warning("Application consistency needs an agent", reason))
    }

    /// Whether a vault may be deleted.
    fn deletion(&self, live: &LiveObject) -> Vec<Gate> {
        let backups = self.backups.get(&*live.id).map(Vec::as_slice).unwrap_or_default();
        let info = |backup: &wire::Backup| backup.extend_info.clone().unwrap_or_default();
        let automatic = backups.iter().filter(|backup| info(backup).auto_trigger == Some(true)).count();
        let mut gates = Vec::new();
        if words::flag(&live.values, "locked") == Some(true) && automatic > 0 {
            gates.push(gate(
                "A locked vault keeps its automatic backups",
                format!("The vault is locked and holds {automatic} automatic backups, and 0 are allowed in a locked vault that is deleted."),
                "Wait until they expire by their policy; a vault cannot be unlocked.",
                "locked",
            ));
        }
        for backup in backups {
            for image in &info(backup).os_images_data {
                gates.push(gate(
                    "Backups that images are made of cannot be deleted",
                    format!(
                        "The backup {} is used by the image {}.",
                        text(backup.id.as_ref()),
                        text(image.image_id.as_ref())
                    ),
                    "Delete the image first.",
                    "id",
                ));
            }
        }
        let status = words::text(&live.values, "status").unwrap_or("available");
        if !order::is_prepaid(&live.values) && !matches!(status, "available" | "error") {
            gates.push(gate(
                "Only an available vault can be deleted",
                format!("The vault is {status}, and available or error is needed."),
                "Wait until it is available; a frozen vault must be paid for.",
                "id",
            ));
        }
        gates
    }
}

fn text(text: Option<&String>) -> &str {
    text.map_or("without id", String::as_str)
}

/// Which vault has which resource.
fn holders(vaults: &[wire::Vault]) -> BTreeMap<String, Holder> {
    let mut found = BTreeMap::new();
    for vault in vaults {
        for resource in &vault.resources {
            let holder = Holder {
                vault: vault.id.clone().unwrap_or_default(),
                name: vault.name.clone().unwrap_or_default(),
                is_being_removed: protected::is_being_removed(resource),
            };
            found.extend(resource.id.clone().map(|id| (id, holder)));
        }
    }
    found
}

/// Servers whose backups cannot be as consistent as their vault wants them.
async fn without_agent(
    client: &Client,
    region: &str,
    candidates: &[Candidate],
) -> Result<BTreeSet<String>, Error> {
    let is_consistent = |values: &Object| words::text(values, "consistent_level") == Some("app_consistent");
    let mut servers: BTreeSet<String> = BTreeSet::new();
    for candidate in candidates.iter().filter(|candidate| candidate.intent != Intent::Delete) {
        if is_consistent(&candidate.values) {
            let was = candidate.live.as_ref().is_some_and(|live| is_consistent(&live.values));
            let asked = if was { added(candidate) } else { protected::of(&candidate.values) };
            servers.extend(asked.into_keys().map(|id| id.to_string()));
        }
    }
    if servers.is_empty() {
        return Ok(BTreeSet::new());
    }
    let servers: Vec<String> = servers.into_iter().collect();
    let agents = cbr::check_agents(client, region, &servers).await?;
    let missing = agents.into_iter().filter(|agent| agent.installed != Some(true));
    Ok(missing.filter_map(|agent| agent.resource_id).collect())
}

/// Whether the disks of a server are such that it can be backed up.
///
/// Source: Getting Started, "Step 3": a server must have at least one disk; CBR API v3, `BackupService.7108`.
fn disks(id: &str, facts: &Facts, choice: &Choice) -> Vec<Gate> {
    let has = |disk: &String| facts.disks.iter().any(|own| own.id == *disk);
    let strangers: Vec<&str> = choice
        .excludes
        .iter()
        .chain(&choice.includes)
        .filter(|disk| !has(disk))
        .map(String::as_str)
        .collect();
    let mut gates = Vec::new();
    if !strangers.is_empty() {
        gates.push(gate(
            "Disks that are chosen are attached to their server",
            format!("These disks are not attached to the server {id}: {}.", strangers.join(", ")),
            "Name disks that the server has.",
            protected::NAME,
        ));
    }
    if !facts.disks.iter().any(|disk| takes(choice, &disk.id)) {
        let found = facts.disks.len();
        gates.push(gate(
            "At least one disk of a server is backed up",
            format!("The server {id} has {found} disks, and none of them would be backed up; 1 is needed."),
            "Attach a disk to the server, or leave fewer disks out.",
            protected::NAME,
        ));
    }
    gates
}

/// Whether backups of a server take this disk.
fn takes(choice: &Choice, disk: &str) -> bool {
    let is_included = choice.includes.is_empty() || choice.includes.contains(disk);
    is_included && !choice.excludes.contains(disk)
}

/// What the vault says of the size of each resource, in GB.
fn sizes(values: &Object) -> BTreeMap<String, u64> {
    let associated = words::elements(values, "associated").iter().filter_map(Value::as_object);
    let sized = associated.filter_map(|resource| {
        let size = words::number(resource, "size").and_then(|size| u64::try_from(size).ok())?;
        Some((words::text(resource, "id")?.to_owned(), size))
    });
    sized.collect()
}

/// The vendor's rule for automatic association, for a vault of so many GB with so many associated.
///
/// Source: Getting Started, "Step 3": 800 GB with two servers of 100 GB leave 600 GB, more than 40 and more than 200.
///
/// # Errors
///
/// What is found and what is needed.
fn room_for_automatic_association(capacity: u64, associated: u64) -> Result<(), String> {
    let remaining = capacity.saturating_sub(associated);
    let needed = LEAST_FOR_AUTO_BIND.max(associated);
    if remaining > needed {
        return Ok(());
    }
    Err(format!(
        "Of {capacity} GB {associated} GB are associated and {remaining} GB remain, and more than {needed} GB must: more than {LEAST_FOR_AUTO_BIND} GB, and more than what is associated."
    ))
}

/// Nothing is taken out of a locked vault.
fn locked(live: &LiveObject, candidate: &Candidate) -> Option<Gate> {
    let wanted = protected::of(&candidate.values);
    let by_itself = words::elements(&candidate.values, protected::BY_ITSELF);
    let stays = |id: &str| wanted.contains_key(id) || by_itself.iter().any(|own| own.as_str() == Some(id));
    let gone: Vec<String> =
        protected::of(&live.values).into_keys().filter(|id| !stays(id)).map(|id| id.to_string()).collect();
    if words::flag(&live.values, "locked") != Some(true) || gone.is_empty() {
        return None;
    }
    Some(gate(
        "Nothing is taken out of a locked vault",
        format!("The vault is locked, and {} would be taken out of it.", gone.join(", ")),
        "Leave it in the vault; its automatic backups expire by their policy.",
        protected::NAME,
    ))
}

/// Source: CBR API v3, "Modifying a Vault", `BackupService.6107`: not below what is used, and not at all when prepaid.
fn shrinking(live: &LiveObject, candidate: &Candidate) -> Option<Gate> {
    let size = |values: &Object| words::number(values, "size");
    let mut aligned = live.values.clone();
    super::shape::align(&candidate.values, &mut aligned);
    let (old, new) = (size(&aligned)?, size(&candidate.values)?);
    if new >= old {
        return None;
    }
    let used = live
        .values
        .get("used")
        .and_then(Value::as_number)
        .map(Number::ceiling)
        .and_then(|used| used.to_i64());
    let used = used.unwrap_or(0);
    let (reason, alternative) = if order::is_prepaid(&live.values) {
        (
            format!("The vault is prepaid and has {old} GB, and {new} GB are less."),
            "Keep the capacity until the subscription ends.",
        )
    } else if new < used {
        (
            format!("The backups take up {used} GB, and the vault would have {new} GB."),
            "Delete backups, shorten their retention, or keep the capacity.",
        )
    } else {
        return None;
    };
    Some(gate("A vault cannot become smaller than what it holds", reason, alternative, "size"))
}

fn noun(kind: Protected) -> &'static str {
    match kind {
        Protected::Desktop => "desktop",
        Protected::Disk => "disk",
        Protected::Server => "server",
        Protected::Share => "file system",
    }
}

fn states(kind: Protected) -> &'static str {
    match kind {
        Protected::Desktop | Protected::Server => "ACTIVE or SHUTOFF",
        Protected::Disk => "available or in-use",
        Protected::Share => "200 (available)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automatic_association_needs_room() {
        let check = |capacity: u64, associated: u64, expected: Result<(), &str>| {
            let found = room_for_automatic_association(capacity, associated);
            match expected {
                Ok(()) => assert_eq!(found, Ok(()), "{capacity} {associated}"),
                Err(part) => {
                    assert!(found.expect_err("it is refused").contains(part), "{capacity} {associated}");
                }
            }
        };
        check(800, 200, Ok(()));
        check(300, 200, Err("100 GB remain, and more than 200 GB must"));
        check(100, 50, Err("50 GB remain, and more than 50 GB must"));
        check(40, 0, Err("40 GB remain, and more than 40 GB must"));
        check(41, 0, Ok(()));
    }
}
