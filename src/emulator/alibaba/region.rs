//! What one account has in one region.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::instance::{Client, Disk, Instance};
use super::objects::{Edition, Vault};
use super::plan_book::{Plan, PlanBook, RecoveryPoint};
use super::run::Restore;
use crate::emulator::clock::{Pace, Time};
use crate::emulator::delay::Part;
use crate::emulator::table::Table;
use crate::emulator::world::{Ids, World};

/// What one account has in one region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The servers.
    #[serde(default)]
    pub instances: Table<Instance>,
    /// Plans of the Essential Edition.
    #[serde(default, skip_serializing_if = "PlanBook::is_empty")]
    pub basic: PlanBook,
    /// Plans of the Standard Edition.
    #[serde(default, skip_serializing_if = "PlanBook::is_empty")]
    pub standard: PlanBook,
    /// Restore jobs, oldest first.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub restores: Table<Restore>,
    /// Vaults of the Standard Edition.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub vaults: Table<Vault>,
    /// Recovery points of the Standard Edition whose plan is gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_points: Vec<KeptPoint>,
    /// What a call began and somebody may be waiting for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaited: Vec<Awaited>,
    /// Disks in the order of their instances: which instance, which of its disks.
    #[serde(skip)]
    pub disk_order: Vec<(usize, usize)>,
    /// The place of each disk in that order.
    #[serde(skip)]
    pub disk_places: BTreeMap<String, usize>,
    /// The instance of each backup client.
    #[serde(skip)]
    pub clients: BTreeMap<String, String>,
}

/// The end of something that takes time.
///
/// Where the world's clock stands still, nobody who polls would ever see it. There a number of readings takes the place
/// of time: after so many, the clock is turned to that end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Awaited {
    /// When it ends.
    pub until: Time,
    /// How many readings it still outlives.
    pub readings: u32,
}

/// The place of a region in the world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The account, by its place among the accounts.
    pub account: usize,
    /// The region's id.
    pub region_id: String,
}

impl Part for Place {
    type Held = Region;

    fn held(&self, world: &World) -> Region {
        world.alibaba.accounts[self.account].regions.get(&self.region_id).cloned().unwrap_or_default()
    }

    fn held_mut<'w>(&self, world: &'w mut World) -> &'w mut Region {
        world.alibaba.accounts[self.account].regions.entry(self.region_id.clone()).or_default()
    }
}

/// A recovery point that has outlived its plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptPoint {
    /// The plan that made it.
    pub plan: String,
    /// The instance whose files are in it.
    pub instance: String,
    /// The vault that holds it.
    pub vault: String,
    /// When it expires, at the latest.
    pub expires: Time,
    /// The point itself.
    pub point: RecoveryPoint,
}

impl Region {
    /// The plans of an edition.
    pub fn book(&self, edition: Edition) -> &PlanBook {
        match edition {
            Edition::Basic => &self.basic,
            Edition::Standard => &self.standard,
        }
    }

    /// The plans of an edition, to be changed.
    pub fn book_mut(&mut self, edition: Edition) -> &mut PlanBook {
        match edition {
            Edition::Basic => &mut self.basic,
            Edition::Standard => &mut self.standard,
        }
    }

    /// Names what has no name, and builds every index anew.
    pub fn index(&mut self, now: Time) {
        self.disk_order.clear();
        self.disk_places.clear();
        self.clients.clear();
        for (place, instance) in self.instances.iter_mut().enumerate() {
            complete_disks(instance);
            for (index, disk) in instance.disks.iter().enumerate() {
                self.disk_places.insert(disk.id.clone(), self.disk_order.len());
                self.disk_order.push((place, index));
            }
            if let Some(client) = &instance.client {
                self.clients.insert(client.id.clone(), instance.id.clone());
            }
        }
        self.basic.index(now);
        self.standard.index(now);
        self.supply_clients();
    }

    /// Gives a ready client to each instance that has a plan and, as the file has it, no client.
    fn supply_clients(&mut self) {
        for plan in self.basic.plans.iter().chain(self.standard.plans.iter()) {
            let Some(instance) = self.instances.get_mut(&plan.instance) else { continue };
            if instance.client.is_none() && instance.client_obstacle().is_none() {
                let id = format!("c-{}", instance.stem());
                self.clients.insert(id.clone(), instance.id.clone());
                instance.client = Some(Client { id, created: plan.created, ready: Some(plan.created) });
            }
        }
    }

    /// Runs everything that has become due by now.
    pub fn catch_up(&mut self, now: Time, pace: Pace, ids: &mut Ids) {
        self.basic.catch_up(now, pace, &self.instances, ids);
        self.standard.catch_up(now, pace, &self.instances, ids);
    }

    /// Somebody may wait for what ends at this time.
    pub fn await_end(&mut self, until: Time, now: Time) {
        const READINGS: u32 = 2;
        self.awaited.retain(|awaited| awaited.until > now);
        if until > now {
            self.awaited.push(Awaited { until, readings: READINGS });
        }
    }

    /// Counts a reading by somebody who waits; answers the time to which a clock that stands still is to be turned.
    pub fn look(&mut self, now: Time) -> Option<Time> {
        self.awaited.retain(|awaited| awaited.until > now);
        for awaited in &mut self.awaited {
            awaited.readings = awaited.readings.saturating_sub(1);
        }
        let over = self.awaited.iter().filter(|awaited| awaited.readings == 0);
        over.map(|awaited| awaited.until).max()
    }

    /// Shows every id that may have been made by counting.
    pub fn each_id(&self, seen: &mut impl FnMut(&str)) {
        self.clients.keys().for_each(|id| seen(id));
        self.restores.iter().for_each(|restore| seen(&restore.id));
        self.kept_points.iter().for_each(|kept| seen(&kept.point.id));
        self.basic.each_id(seen);
        self.standard.each_id(seen);
    }

    /// Begins to install the backup client, unless it is there.
    ///
    /// Source: Essential Edition help page: Cloud Assistant installs the client at activation; it takes minutes.
    pub fn install_client(&mut self, instance: &str, now: Time, pace: Pace, ids: &mut Ids) {
        const INSTALL_SECONDS: i64 = 180;
        let Some(instance) = self.instances.get_mut(instance) else { return };
        if instance.client.as_ref().is_some_and(|client| client.ready.is_some()) {
            return;
        }
        let ready = instance.client_obstacle().is_none().then(|| now.plus(pace.seconds(INSTALL_SECONDS)));
        let id = instance.client.take().map_or_else(|| ids.next("c"), |client| client.id);
        self.clients.insert(id.clone(), instance.id.clone());
        instance.client = Some(Client { id, created: now, ready });
        if let Some(ready) = ready {
            self.await_end(ready, now);
        }
    }

    /// Deletes a plan, and with it what its edition deletes.
    ///
    /// Sources: Essential Edition help page, cancellation: all backup data goes, and the client is removed. HBR API
    /// 2017-09-08, `DeleteBackupPlan`, which is written for the Standard Edition: jobs go, recovery points stay.
    pub fn delete_plan(&mut self, edition: Edition, id: &str, now: Time) {
        let Some(plan) = self.book_mut(edition).remove(id) else { return };
        match edition {
            Edition::Basic if self.standard.of_instance(&plan.instance).next().is_some() => (),
            Edition::Basic => self.uninstall_client(&plan.instance),
            Edition::Standard => self.keep_points(&plan, now),
        }
    }

    fn uninstall_client(&mut self, instance: &str) {
        let client = self.instances.get_mut(instance).and_then(|instance| instance.client.take());
        if let Some(client) = client {
            self.clients.remove(&client.id);
        }
    }

    fn keep_points(&mut self, plan: &Plan, now: Time) {
        let kept = plan.points(now).map(|point| KeptPoint {
            plan: plan.id.clone(),
            instance: plan.instance.clone(),
            vault: plan.vault.clone(),
            expires: point.expires(plan.retention_days),
            point: point.clone(),
        });
        self.kept_points.extend(kept);
    }
}

/// Gives an instance its system disk if the file names none, and every disk an id.
fn complete_disks(instance: &mut Instance) {
    const SYSTEM_GIB: u32 = 40;
    if instance.disks.is_empty() {
        instance.disks.push(Disk::of_size(SYSTEM_GIB));
    }
    let stem = instance.stem().to_owned();
    for (index, disk) in instance.disks.iter_mut().enumerate() {
        if disk.id.is_empty() {
            disk.id = format!("d-{stem}-{}", index + 1);
        }
    }
}
