//! What a running emulator holds: the world, and what only matters while it runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::Options;
use super::alibaba;
use super::alibaba::account::{Account, Key};
use super::alibaba::gateway::{Nonces, Rates, request_id};
use super::alibaba::region::Place;
use super::clock::{Time, Wall};
use super::delay::Delays;
use super::fault::{Fault, Faults};
use super::huawei;
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
    pub delays: Delays<Place>,
    /// The same for Huawei Cloud.
    pub delays_huawei: Delays<huawei::project::Place>,
    /// The region of calls whose host names none.
    pub default_region: String,
    /// How often the world has changed since the start.
    pub changes: u64,
    keys: Vec<(String, String)>,
    extra_faults: Vec<Fault>,
    rate_limits: bool,
    wall: Wall,
    seed: String,
    requests: u64,
}

impl Core {
    /// Puts a world to work.
    pub fn new(world: World, options: &Options) -> Core {
        let mut core = Core {
            world: World::default(),
            faults: Faults::default(),
            nonces: Nonces::default(),
            rates: Rates::default(),
            stats: Stats::default(),
            delays: Delays::default(),
            delays_huawei: Delays::default(),
            default_region: options.region.clone().unwrap_or_default(),
            changes: 0,
            keys: options.keys.clone(),
            extra_faults: options.faults.clone(),
            rate_limits: options.rate_limits,
            wall: Arc::clone(&options.wall),
            seed: String::new(),
            requests: 0,
        };
        core.install(world);
        core.seed = format!("{} {:?}", core.now(), core.world.last_id);
        if !alibaba::regions::is_known(&core.default_region) {
            core.default_region = core.first_region();
        }
        core
    }

    /// Makes a world the one that is served, with the keys and faults that this emulator was started with.
    fn install(&mut self, mut world: World) {
        add_keys(&mut world, &self.keys);
        world.index(self.wall());
        self.faults = Faults::new(world.faults.iter().chain(&self.extra_faults).cloned());
        self.delays = Delays::default();
        self.delays_huawei = Delays::default();
        self.world = world;
    }

    fn first_region(&self) -> String {
        let mut accounts = self.world.alibaba.accounts.iter();
        let first = accounts.find_map(|account| account.regions.keys().next().cloned());
        first.unwrap_or_else(|| "cn-hangzhou".to_owned())
    }

    /// Whether the clouds' rate limits are kept.
    pub fn keeps_rate_limits(&self) -> bool {
        self.rate_limits || self.world.alibaba.rate_limits
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
    pub fn replace(&mut self, world: World) {
        self.install(world);
        self.changes += 1;
    }

    /// The id of the next request.
    pub fn next_request_id(&mut self) -> String {
        self.requests += 1;
        request_id(&self.seed, self.requests)
    }
}

/// Gives the keys to the first account of each cloud; a cloud that has no account gets one.
fn add_keys(world: &mut World, keys: &[(String, String)]) {
    if world.alibaba.accounts.is_empty() {
        world.alibaba.accounts.push(Account::default());
    }
    if let Some(account) = world.alibaba.accounts.first_mut() {
        for (id, secret) in keys {
            account.keys.insert(Key::all_permissions(id, secret));
        }
    }
    if world.huawei.accounts.is_empty() {
        world.huawei.accounts.push(huawei::account::Account::default());
    }
    if let Some(account) = world.huawei.accounts.first_mut() {
        for (id, secret) in keys {
            account.keys.insert(huawei::account::Key::all_permissions(id, secret));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::OWN_KEY_ID;

    #[test]
    fn another_world_is_served_with_the_same_keys_and_faults() {
        let faults = vec!["DescribeRegions:cut".parse().unwrap()];
        let mut core = Core::new(World::fleet(1), &Options { faults, ..Options::default() });
        for round in 0..2 {
            assert!(core.world.alibaba.accounts[0].keys.get(OWN_KEY_ID).is_some(), "{round}");
            assert!(core.faults.next("DescribeRegions").is_some(), "{round}");
            core.replace(World::default());
        }
    }

    #[test]
    fn calls_without_a_region_go_to_the_first_of_the_world() {
        let check = |region: Option<&str>, world: &str, expected: &str| {
            let options = Options { region: region.map(str::to_owned), ..Options::default() };
            let core = Core::new(World::parse(world).unwrap(), &options);
            assert_eq!(core.default_region, expected);
        };
        let shanghai = r#"{"format":1,"alibaba":{"accounts":[{"regions":{"cn-shanghai":{}}}]}}"#;
        check(None, shanghai, "cn-shanghai");
        check(Some("cn-beijing"), shanghai, "cn-beijing");
        check(None, r#"{"format":1}"#, "cn-hangzhou");
    }

    #[test]
    fn the_clock_is_turned_by_years_and_not_by_ages() {
        let check = |days: i64, expected: bool| {
            let mut core = Core::new(World::fleet(1), &Options::default());
            let to = core.now().plus(days * 86_400);
            assert_eq!(core.turn_to(to).is_ok(), expected, "{days}");
        };
        check(0, true);
        check(3_600, true);
        check(3_700, false);
        check(-1, false);
    }
}
