//! What a running emulator holds: the world, and what only matters while it runs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::alibaba::gateway::{Nonces, Rates, request_id};
use super::alibaba::region::Region;
use super::clock::{Time, Wall};
use super::fault::{Fault, Faults, Kind};
use super::world::World;

/// What a running emulator holds.
pub struct Core {
    /// Everything that the clouds hold.
    pub world: World,
    /// What goes wrong.
    pub faults: Faults,
    /// Nonces that have been used.
    pub nonces: Nonces,
    /// Calls of the last minute.
    pub rates: Rates,
    /// Calls since the start.
    pub stats: Stats,
    /// Changes that listings do not show yet.
    pub delays: Delays,
    /// The region of calls whose host names none.
    pub default_region: String,
    /// How often the world has changed since the start.
    pub changes: u64,
    wall: Wall,
    seed: String,
    requests: u64,
}

impl Core {
    /// Puts a world to work.
    pub fn new(mut world: World, default_region: Option<String>, wall: Wall) -> Core {
        let time = Time::from(wall());
        world.index(time);
        let first = world.alibaba.accounts.iter().find_map(|account| account.regions.keys().next().cloned());
        Core {
            faults: Faults::new(world.faults.iter().cloned()),
            nonces: Nonces::default(),
            rates: Rates::default(),
            stats: Stats::default(),
            delays: Delays::default(),
            default_region: default_region.or(first).unwrap_or_else(|| "cn-hangzhou".to_owned()),
            seed: format!("{} {:?}", world.now(time), world.last_id),
            requests: 0,
            changes: 0,
            wall,
            world,
        }
    }

    /// Wall time.
    pub fn wall(&self) -> Time {
        Time::from((self.wall)())
    }

    /// World time.
    pub fn now(&self) -> Time {
        self.world.now(self.wall())
    }

    /// Turns the world's clock, and lets happen what happens until then.
    ///
    /// # Errors
    /// When that is in the world's past, or so far ahead that the jobs until then would fill the memory.
    pub fn turn_to(&mut self, to: Time) -> Result<(), String> {
        const MOST_DAYS: i64 = 3_660;
        let wall = self.wall();
        if to > self.now().plus(MOST_DAYS * 86_400) {
            return Err(format!("the world's clock is turned by {MOST_DAYS} days at most"));
        }
        self.world.clock.turn_to(wall, to)?;
        self.changes += 1;
        self.world.catch_up(wall);
        Ok(())
    }

    /// Lets happen what has become due.
    pub fn catch_up(&mut self) {
        let wall = self.wall();
        self.world.catch_up(wall);
    }

    /// Puts another world in the place of this one.
    pub fn replace(&mut self, mut world: World) {
        world.index(self.wall());
        self.faults = Faults::new(world.faults.iter().cloned());
        self.delays = Delays::default();
        self.changes += 1;
        self.world = world;
    }

    /// The id of the next request.
    pub fn next_request_id(&mut self) -> String {
        self.requests += 1;
        request_id(&self.seed, self.requests)
    }
}

/// How often what was called, and what was refused.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Stats {
    /// All requests.
    pub requests: u64,
    /// Requests by operation.
    pub by_operation: BTreeMap<String, u64>,
    /// Refusals by error code.
    pub errors: BTreeMap<String, u64>,
}

impl Stats {
    /// Counts a request.
    pub fn count(&mut self, operation: &str, error: Option<&str>) {
        self.requests += 1;
        *self.by_operation.entry(operation.to_owned()).or_default() += 1;
        if let Some(error) = error {
            *self.errors.entry(error.to_owned()).or_default() += 1;
        }
    }

    /// How often an operation was called.
    pub fn calls(&self, operation: &str) -> u64 {
        self.by_operation.get(operation).copied().unwrap_or(0)
    }
}

/// Regions as they were before a change that listings do not show yet.
#[derive(Debug, Default)]
pub struct Delays(Vec<Delay>);

#[derive(Debug)]
struct Delay {
    account: usize,
    region_id: String,
    before: Region,
    reads_left: u32,
}

impl Delays {
    /// Before a change that is to be delayed, keeps the region as it is; before a reading, shows it as it was.
    ///
    /// The answer is for [`Delays::end`]: the delay whose region is shown, if one is.
    pub fn begin(
        &mut self,
        world: &mut World,
        account: usize,
        region_id: &str,
        writes: bool,
        fault: Option<&Fault>,
    ) -> Option<usize> {
        let known = self.0.iter().position(|delay| delay.account == account && delay.region_id == region_id);
        let region = || world.alibaba.accounts[account].regions.get(region_id).cloned().unwrap_or_default();
        match (writes, fault.filter(|fault| fault.kind == Kind::Delayed), known) {
            (true, Some(fault), Some(at)) => self.0[at].reads_left = fault.delayed_reads(),
            (true, Some(fault), None) => {
                let (before, reads_left) = (region(), fault.delayed_reads());
                self.0.push(Delay { account, region_id: region_id.to_owned(), before, reads_left });
            }
            (false, _, Some(at)) if self.0[at].reads_left > 0 => {
                self.0[at].reads_left -= 1;
                self.swap(world, at);
                return Some(at);
            }
            (true, None, _) | (false, _, _) => (),
        }
        None
    }

    /// After the reading, puts the region back as it is.
    pub fn end(&mut self, world: &mut World, swapped: Option<usize>) {
        if let Some(at) = swapped {
            self.swap(world, at);
            if self.0[at].reads_left == 0 {
                self.0.remove(at);
            }
        }
    }

    fn swap(&mut self, world: &mut World, at: usize) {
        let delay = &mut self.0[at];
        let region =
            world.alibaba.accounts[delay.account].regions.entry(delay.region_id.clone()).or_default();
        std::mem::swap(region, &mut delay.before);
    }
}
