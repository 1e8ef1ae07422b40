//! What one account has in one project, which is a region or a part of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::backup::{Backup, Checkpoint, Pending};
use super::backup_policy::Policy;
use super::estate::{Agent, Desktop, Disk, Kind, Server, Share};
use super::log::Log;
use super::replication::Outgoing;
use super::vault::{Resource, Vault};
use crate::emulator::clock::{Pace, Time};
use crate::emulator::delay::Part;
use crate::emulator::table::{Identified, Table};
use crate::emulator::world::{Ids, World};

/// How long operation logs are kept, in days.
///
/// Source: CBR user guide, "Managing tasks": the tasks of the last 30 days.
const LOG_DAYS: i64 = 30;

/// What one account has in one project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// The id, 32 hexadecimal digits.
    pub id: String,
    /// The region, or the region and a name of its own: `cn-north-4_test`.
    pub name: String,
    /// The servers.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub servers: Table<Server>,
    /// Disks that are attached to no server.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub volumes: Table<Disk>,
    /// SFS Turbo file systems.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub shares: Table<Share>,
    /// Workspace desktops.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub desktops: Table<Desktop>,
    /// Clients of file backup.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub agents: Table<Agent>,
    /// Policies.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub policies: Table<Policy>,
    /// Vaults.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub vaults: Table<Vault>,
    /// Checkpoints.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub checkpoints: Table<Checkpoint>,
    /// Backups, oldest first.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub backups: Table<Backup>,
    /// Operation logs, oldest first.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub logs: Table<Log>,
    /// The server and place of each attached disk.
    #[serde(skip)]
    pub disk_places: BTreeMap<String, (usize, usize)>,
    /// Backups that a policy wants in another project, until the account has carried them there.
    #[serde(skip)]
    pub outgoing: Vec<Outgoing>,
    /// When next something happens by itself.
    #[serde(skip)]
    next_due: Option<Time>,
}

/// Something that can be protected, whatever its kind.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "words that explain themselves")]
pub struct Found<'a> {
    pub kind: Kind,
    pub id: &'a str,
    pub name: &'a str,
    pub status: &'a str,
    pub zone: String,
    pub tags: &'a BTreeMap<String, String>,
    pub enterprise_project: &'a str,
    /// The disks of a server or desktop; of a disk it is the disk itself.
    pub disks: &'a [Disk],
    /// Capacity in GB.
    pub size: u64,
    /// Makes every backup fail with this message.
    pub backup_error: Option<&'a str>,
}

impl Found<'_> {
    /// Whether its state lets it be associated and backed up.
    ///
    /// Source: Getting Started, Table 4-1: servers running or stopped, disks available or in use, file systems available,
    /// desktops running or stopped.
    pub fn is_ready(&self) -> bool {
        match self.kind {
            Kind::Server => matches!(self.status, "ACTIVE" | "SHUTOFF"),
            Kind::Volume => matches!(self.status, "available" | "in-use"),
            Kind::Turbo => self.status == "200",
            Kind::Desktop => matches!(self.status, "ACTIVE" | "SHUTOFF" | "HIBERNATED"),
        }
    }
}

impl Project {
    /// An empty project of this name, which is a region's.
    pub fn new(id: &str, name: &str) -> Project {
        Project {
            id: id.to_owned(),
            name: name.to_owned(),
            servers: Table::default(),
            volumes: Table::default(),
            shares: Table::default(),
            desktops: Table::default(),
            agents: Table::default(),
            policies: Table::default(),
            vaults: Table::default(),
            checkpoints: Table::default(),
            backups: Table::default(),
            logs: Table::default(),
            disk_places: BTreeMap::new(),
            outgoing: Vec::new(),
            next_due: None,
        }
    }

    /// The region that it is in.
    pub fn region(&self) -> &str {
        self.name.split_once('_').map_or(&self.name, |(region, _)| region)
    }

    /// Names what has no name, and builds every index anew.
    pub fn index(&mut self, now: Time) {
        self.disk_places.clear();
        for (place, server) in self.servers.iter_mut().enumerate() {
            server.complete();
            for (index, disk) in server.disks.iter().enumerate() {
                self.disk_places.insert(disk.id.clone(), (place, index));
            }
        }
        self.desktops.iter_mut().for_each(Desktop::complete);
        for vault in self.vaults.iter_mut() {
            let policy = vault.policy.as_ref().and_then(|policy| self.policies.get(policy));
            vault.next_run = vault.next_run.or_else(|| policy?.next_run(now));
            if let Some(set) = &mut vault.replication {
                let policy = self.policies.get(&set.policy);
                set.next_run = set.next_run.or_else(|| policy?.next_run(now));
            }
        }
        self.plan_ahead();
    }

    /// Shows every id that may have been made by counting.
    pub fn each_id(&self, seen: &mut impl FnMut(&str)) {
        self.policies.iter().for_each(|policy| seen(&policy.id));
        self.vaults.iter().for_each(|vault| seen(&vault.id));
        self.checkpoints.iter().for_each(|checkpoint| seen(&checkpoint.id));
        self.logs.iter().for_each(|log| seen(&log.id));
        for backup in self.backups.iter() {
            seen(&backup.id);
            backup.disks.iter().for_each(|disk| seen(&disk.id));
            backup.members.iter().for_each(|member| seen(&member.id));
        }
        for agent in self.agents.iter() {
            seen(&agent.id);
            agent.paths.iter().for_each(|path| seen(&path.id));
        }
    }

    /// Something that can be protected.
    pub fn find(&self, kind: Kind, id: &str) -> Option<Found<'_>> {
        match kind {
            Kind::Server => self.servers.get(id).map(|server| self.server(server)),
            Kind::Volume => self.disk(id).map(|(disk, server)| self.volume(disk, server)),
            Kind::Turbo => self.shares.get(id).map(|share| self.share(share)),
            Kind::Desktop => self.desktops.get(id).map(|desktop| self.desktop(desktop)),
        }
    }

    /// Everything of this kind, in order.
    pub fn all(&self, kind: Kind) -> Vec<Found<'_>> {
        match kind {
            Kind::Server => self.servers.iter().map(|server| self.server(server)).collect(),
            Kind::Volume => self.disks().map(|(disk, server)| self.volume(disk, server)).collect(),
            Kind::Turbo => self.shares.iter().map(|share| self.share(share)).collect(),
            Kind::Desktop => self.desktops.iter().map(|desktop| self.desktop(desktop)).collect(),
        }
    }

    /// Every disk with the server it is attached to: those of the servers first.
    pub fn disks(&self) -> impl Iterator<Item = (&Disk, Option<&Server>)> {
        let attached =
            self.servers.iter().flat_map(|server| server.disks.iter().map(move |disk| (disk, Some(server))));
        attached.chain(self.volumes.iter().map(|disk| (disk, None)))
    }

    /// A disk with the server it is attached to.
    pub fn disk(&self, id: &str) -> Option<(&Disk, Option<&Server>)> {
        let attached = self.disk_places.get(id).and_then(|(place, index)| {
            let server = self.servers.at(*place)?;
            Some((server.disks.get(*index)?, Some(server)))
        });
        attached.or_else(|| self.volumes.get(id).map(|disk| (disk, None)))
    }

    /// The zone of a thing that names none.
    pub fn zone(&self, zone: Option<&String>) -> String {
        zone.cloned().unwrap_or_else(|| format!("{}a", self.region()))
    }

    fn server<'a>(&self, server: &'a Server) -> Found<'a> {
        Found {
            kind: Kind::Server,
            id: &server.id,
            name: server.name(),
            status: &server.status,
            zone: self.zone(server.zone.as_ref()),
            tags: &server.tags,
            enterprise_project: &server.enterprise_project,
            disks: &server.disks,
            size: total(&server.disks),
            backup_error: server.backup_error.as_deref(),
        }
    }

    fn volume<'a>(&self, disk: &'a Disk, server: Option<&'a Server>) -> Found<'a> {
        let zone = server.map_or(disk.zone.as_ref(), |server| server.zone.as_ref());
        let usual = if server.is_some() { "in-use" } else { "available" };
        Found {
            kind: Kind::Volume,
            id: &disk.id,
            name: disk.name(),
            status: disk.status.as_deref().unwrap_or(usual),
            zone: self.zone(zone),
            tags: &disk.tags,
            enterprise_project: &disk.enterprise_project,
            disks: std::slice::from_ref(disk),
            size: u64::from(disk.size_gib),
            backup_error: disk.backup_error.as_deref(),
        }
    }

    fn share<'a>(&self, share: &'a Share) -> Found<'a> {
        Found {
            kind: Kind::Turbo,
            id: &share.id,
            name: &share.name,
            status: &share.status,
            zone: self.zone(share.zone.as_ref()),
            tags: &share.tags,
            enterprise_project: &share.enterprise_project,
            disks: &[],
            size: u64::from(share.size_gib),
            backup_error: None,
        }
    }

    fn desktop<'a>(&self, desktop: &'a Desktop) -> Found<'a> {
        Found {
            kind: Kind::Desktop,
            id: &desktop.id,
            name: &desktop.name,
            status: &desktop.status,
            zone: self.zone(desktop.zone.as_ref()),
            tags: &desktop.tags,
            enterprise_project: &desktop.enterprise_project,
            disks: &desktop.disks,
            size: total(&desktop.disks),
            backup_error: None,
        }
    }

    /// The capacity of what a vault protects, in GB: of a server the disks that are taken. What is gone counts as it was.
    pub fn size_of(&self, kind: Option<Kind>, resource: &Resource) -> u64 {
        let Some(found) = kind.and_then(|kind| self.find(kind, &resource.id)) else { return resource.size };
        match found.kind {
            Kind::Server => total(found.disks.iter().filter(|disk| resource.takes(&disk.id))),
            Kind::Volume | Kind::Turbo | Kind::Desktop => found.size,
        }
    }

    /// The vault that protects this, even if it is being removed from it.
    pub fn vault_of(&self, resource: &str) -> Option<&Vault> {
        self.vaults.iter().find(|vault| vault.resources.get(resource).is_some())
    }

    /// Works out when next something happens by itself. To be called after every change.
    pub fn plan_ahead(&mut self) {
        let ends = |pending: &Option<Pending>| pending.map(|pending| pending.until);
        let vaults = self.vaults.iter().flat_map(|vault| {
            let removals = vault.resources.iter().filter_map(move |resource| ends(&resource.removing));
            let replication = vault.replication.as_ref().and_then(|set| set.next_run);
            removals.chain(vault.next_run).chain(replication).chain(ends(&vault.deleting))
        });
        let backups = self.backups.iter().flat_map(|backup| {
            ends(&backup.deleting).into_iter().chain(backup.expires.filter(|_| backup.images.is_empty()))
        });
        self.next_due = vaults.chain(backups).min();
    }

    /// Runs everything that has become due by now.
    pub fn catch_up(&mut self, now: Time, pace: Pace, ids: &mut Ids) {
        while let Some(due) = self.next_due.filter(|due| *due <= now) {
            self.finish(due);
            self.run_policies(due, pace, ids);
            self.run_replications(due);
            self.plan_ahead();
        }
    }

    /// Counts a reading of everything that is under way, while the clock stands still.
    pub fn look(&mut self, now: Time) {
        let look = |pending: &mut Option<Pending>| pending.as_mut().is_some_and(|pending| pending.look(now));
        let mut ended = false;
        for vault in self.vaults.iter_mut() {
            ended |= look(&mut vault.deleting);
            for resource in vault.resources.iter_mut() {
                ended |= look(&mut resource.removing);
            }
        }
        for backup in self.backups.iter_mut() {
            ended |= look(&mut backup.making) | look(&mut backup.restoring) | look(&mut backup.deleting);
        }
        for log in self.logs.iter_mut() {
            look(&mut log.running);
        }
        if ended {
            self.plan_ahead();
        }
    }

    /// Ends what has been deleted, removed or kept long enough.
    fn finish(&mut self, now: Time) {
        let is_over = |pending: Option<Pending>| pending.is_some_and(|pending| pending.is_over(now));
        let gone: Vec<String> = self
            .vaults
            .iter()
            .filter(|vault| is_over(vault.deleting))
            .map(|vault| vault.id.clone())
            .collect();
        let mut removed: Vec<(String, String)> = Vec::new();
        for vault in self.vaults.iter_mut() {
            let over = vault.resources.iter().filter(|resource| is_over(resource.removing));
            removed.extend(over.map(|resource| (vault.id.clone(), resource.id.clone())));
            vault.resources.retain(|resource| !is_over(resource.removing));
        }
        self.vaults.retain(|vault| !gone.contains(&vault.id));
        self.checkpoints.retain(|checkpoint| !gone.contains(&checkpoint.vault));
        self.backups.retain(|backup| {
            let is_expired = backup.images.is_empty() && backup.expires.is_some_and(|expires| expires <= now);
            let is_removed = removed
                .iter()
                .any(|(vault, resource)| *vault == backup.vault && *resource == backup.resource);
            !(is_expired || is_removed || is_over(backup.deleting) || gone.contains(&backup.vault))
        });
        self.logs.retain(|log| log.started.plus(LOG_DAYS * 86_400) > now);
    }
}

/// The capacity of disks together, in GB.
fn total<'a>(disks: impl IntoIterator<Item = &'a Disk>) -> u64 {
    disks.into_iter().map(|disk| u64::from(disk.size_gib)).sum()
}

impl Identified for Project {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The place of a project in the world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The account, by its place among the accounts.
    pub account: usize,
    /// The project's id.
    pub project: String,
}

impl Part for Place {
    type Held = Project;

    fn held(&self, world: &World) -> Project {
        let project = world.huawei.accounts[self.account].projects.get(&self.project);
        project.cloned().unwrap_or_else(|| Project::new(&self.project, ""))
    }

    fn held_mut<'w>(&self, world: &'w mut World) -> &'w mut Project {
        let projects = &mut world.huawei.accounts[self.account].projects;
        projects.get_mut(&self.project).expect("the gateway lets only calls to known projects come this far")
    }
}
