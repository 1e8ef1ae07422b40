//! The world: everything that the emulated clouds hold, as one readable JSON file.
//!
//! A world written by hand needs little; what it leaves out is filled in, and an unknown word in it is an error:
//!
//! ```json
//! {
//!   "format": 1,
//!   "clock": "2026-11-20T08:00:00Z",
//!   "alibaba": { "accounts": [ {
//!     "service_opened": false,
//!     "regions": { "cn-hangzhou": {
//!       "instances": [
//!         { "id": "i-web", "name": "web-1", "cpu": 2, "memory_mib": 4096, "disks": [40, 100] }
//!       ],
//!       "basic": { "plans": [
//!         { "id": "plan-1", "instance": "i-web", "schedule": "I|1760000000|P1D",
//!           "recovery_points": [ { "id": "s-1", "created": "2026-11-19T18:00:00Z" } ] }
//!       ] }
//!     } }
//!   } ] },
//!   "huawei": { "accounts": [ { "projects": [ {
//!     "id": "0123456789abcdef0123456789abcdef", "name": "cn-north-4",
//!     "servers": [ { "id": "server-1", "name": "web-1", "disks": [40, 100] } ],
//!     "vaults": [ { "id": "vault-1", "name": "daily", "size": 200, "resources": [ { "id": "server-1" } ] } ]
//!   } ] } ] },
//!   "faults": [ { "operation": "DescribeBackupPlans", "kind": "throttle", "times": 1 } ]
//! }
//! ```

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::alibaba::objects::Alibaba;
use super::alibaba::regions::is_known;
use super::clock::{Clock, Pace, Time};
use super::fault::Fault;
use super::huawei::account::Huawei;

/// The format that this version reads and writes.
const FORMAT: u32 = 1;

/// Everything that the emulated clouds hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// The version of this format.
    pub format: u32,
    /// World time. Left out: real time.
    #[serde(default)]
    pub clock: Clock,
    /// How many times quicker things are done than in the clouds. Left out: 200 times.
    #[serde(default)]
    pub pace: Pace,
    /// The number that the last id was made of.
    #[serde(default)]
    pub last_id: Ids,
    /// Alibaba Cloud.
    #[serde(default)]
    pub alibaba: Alibaba,
    /// Huawei Cloud.
    #[serde(default)]
    pub huawei: Huawei,
    /// What goes wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}

impl World {
    /// Reads a world from its file's text.
    ///
    /// # Errors
    /// When the text is no world of a known format, with the place of what is wrong.
    pub fn parse(text: &str) -> Result<World, Error> {
        let world: World = serde_json::from_str(text).map_err(Error::Syntax)?;
        if world.format != FORMAT {
            return Err(Error::Format { found: world.format });
        }
        world.check()?;
        Ok(world)
    }

    /// Refuses what the shape of the file allows and no cloud has.
    fn check(&self) -> Result<(), Error> {
        let mut keys = BTreeSet::new();
        for account in &self.alibaba.accounts {
            if let Some(key) = account.keys.iter().find(|key| !keys.insert(key.id.as_str())) {
                return Err(Error::KeyTwice { id: key.id.clone() });
            }
            if let Some(region) = account.regions.keys().find(|region| !is_known(region)) {
                return Err(Error::UnknownRegion { region: region.clone() });
            }
        }
        self.check_huawei()
    }

    /// The same for Huawei Cloud, whose keys are apart from the other's, and whose projects have ids of their own.
    fn check_huawei(&self) -> Result<(), Error> {
        let (mut keys, mut projects) = (BTreeSet::new(), BTreeSet::new());
        for account in &self.huawei.accounts {
            if let Some(key) = account.keys.iter().find(|key| !keys.insert(key.id.as_str())) {
                return Err(Error::KeyTwice { id: key.id.clone() });
            }
            if let Some(project) =
                account.projects.iter().find(|project| !projects.insert(project.id.as_str()))
            {
                return Err(Error::ProjectTwice { id: project.id.clone() });
            }
        }
        Ok(())
    }

    /// Whether Huawei Cloud has a project in this region.
    pub fn has_huawei_region(&self, region: &str) -> bool {
        let mut projects = self.huawei.accounts.iter().flat_map(|account| account.projects.iter());
        projects.any(|project| project.region() == region)
    }

    /// The world as its file's text.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .expect("a world has text keys only, and nothing else can fail");
        text.push('\n');
        text
    }

    /// World time at this wall time.
    pub fn now(&self, wall: Time) -> Time {
        self.clock.now(wall)
    }

    /// Makes a world, as it was read or put together, ready for use: completes it and builds its indexes.
    pub fn index(&mut self, wall: Time) {
        let now = self.now(wall);
        let mut highest = self.last_id.0;
        for account in &mut self.alibaba.accounts {
            for region in account.regions.values_mut() {
                region.index(now);
                region.each_id(&mut |id| highest = highest.max(number_of(id)));
            }
        }
        for account in &mut self.huawei.accounts {
            for project in account.projects.iter_mut() {
                project.index(now);
                project.each_id(&mut |id| highest = highest.max(number_of(id)));
            }
        }
        self.last_id = Ids(highest);
    }

    /// Runs everything that has become due by this wall time.
    pub fn catch_up(&mut self, wall: Time) {
        let now = self.now(wall);
        for account in &mut self.alibaba.accounts {
            for region in account.regions.values_mut() {
                region.catch_up(now, self.pace, &mut self.last_id);
            }
        }
        for account in &mut self.huawei.accounts {
            account.catch_up(now, self.pace, &mut self.last_id);
        }
    }
}

impl Default for World {
    fn default() -> World {
        World {
            format: FORMAT,
            clock: Clock::default(),
            pace: Pace::default(),
            last_id: Ids::default(),
            alibaba: Alibaba::default(),
            huawei: Huawei::default(),
            faults: Vec::new(),
        }
    }
}

/// Makes ids by counting, so that the same calls always give the same ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ids(u64);

impl Ids {
    /// The next id of this kind, for instance `plan-000000000001`.
    pub fn next(&mut self, kind: &str) -> String {
        let mut id = String::with_capacity(kind.len() + 13);
        let number = self.next_number();
        write!(id, "{kind}-{number:012}").expect("writing to a text cannot fail");
        id
    }

    /// The next id in the form of a UUID, for instance `0000002a-0000-4000-8000-000000000042`.
    pub fn next_uuid(&mut self) -> String {
        let number = self.next_number();
        format!("{:08x}-0000-4000-8000-{number:012}", number & 0xffff_ffff)
    }

    /// The number that the next id will be made of.
    pub fn peek_number(self) -> u64 {
        self.0.wrapping_add(1)
    }

    /// The next number.
    pub fn next_number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        self.0
    }
}

/// The number that an id of ours ends in; 0 for ids that somebody else has written.
fn number_of(id: &str) -> u64 {
    let digits = id.rsplit('-').next().unwrap_or_default();
    if digits.len() == 12 { digits.parse().unwrap_or(0) } else { 0 }
}

/// Why a text is not a world.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Of a format that this version does not know.
    #[error("the world's format is {found}, and this version reads format {FORMAT}")]
    Format {
        /// The format that the file names.
        found: u32,
    },
    /// Two accounts with the same key.
    #[error("the access key `{id}` belongs to two accounts of the world")]
    KeyTwice {
        /// The key's id.
        id: String,
    },
    /// Two accounts with the same project.
    #[error("the project `{id}` belongs to two accounts of the world")]
    ProjectTwice {
        /// The project's id.
        id: String,
    },
    /// Not JSON, or not the shape of a world. The inner error names line and column.
    #[error("the world cannot be read")]
    Syntax(#[source] serde_json::Error),
    /// A region that does not exist.
    #[error("the world has objects in the region `{region}`, and there is no such region")]
    UnknownRegion {
        /// The region.
        region: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_no_world_is_refused_with_its_place() {
        let check = |text: &str, expected: &str| {
            let error = World::parse(text).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            let found = format!("{error} {source}");
            assert!(found.contains(expected), "{text}: {found}");
        };
        check("", "line 1 column 0");
        check("{}", "missing field `format`");
        check(r#"{"format":2}"#, "format is 2");
        check("{\"format\":1,\n\"colour\":1}", "unknown field `colour`, expected one of");
        check("{\"format\":1,\n\"colour\":1}", "line 2 column 8");
        check(r#"{"format":1,"clock":"noon"}"#, "`noon` is not an instant");
        let region = |name: &str, text: &str| {
            format!(r#"{{"format":1,"alibaba":{{"accounts":[{{"regions":{{"{name}":{text}}}}}]}}}}"#)
        };
        check(&region("cn-atlantis", "{}"), "no such region");
        check(&region("cn-hangzhou", r#"{"instances":[{"id":"i-1"},{"id":"i-1"}]}"#), "`i-1` is given twice");
        check(&region("cn-hangzhou", r#"{"instances":[{"id":"i-1","cpus":2}]}"#), "unknown field `cpus`");
        check(
            &region("cn-hangzhou", r#"{"basic":{"plans":[{"id":"p","instance":"i","schedule":"x"}]}}"#),
            "schedule",
        );
        let keys = r#"{"keys":[{"id":"k","secret":"s"}]}"#;
        check(
            &format!(r#"{{"format":1,"alibaba":{{"accounts":[{keys},{keys}]}}}}"#),
            "`k` belongs to two accounts",
        );
    }

    #[test]
    fn the_example_of_this_page_is_a_world() {
        let lines = include_str!("world.rs").lines();
        let page: Vec<&str> = lines.skip_while(|line| *line != "//! ```json").skip(1).collect();
        let page = page.into_iter().take_while(|line| *line != "//! ```");
        let text: String = page.filter_map(|line| line.strip_prefix("//!")).collect();
        assert!(World::parse(&text).is_ok(), "{text}");
    }

    const SHORT: &str = r#"{
      "format": 1,
      "clock": "2026-11-20T12:00:00Z",
      "alibaba": { "accounts": [ { "regions": { "cn-hangzhou": {
        "instances": [ { "id": "i-web", "disks": [40] } ],
        "basic": { "plans": [ { "id": "plan-000000000007", "instance": "i-web",
          "recovery_points": [ { "id": "s-1", "created": "2026-11-19T18:00:00Z" } ] } ] }
      } } } ] } }"#;

    #[test]
    fn what_a_short_world_leaves_out_is_filled_in() {
        let mut world = World::parse(SHORT).unwrap();
        world.index(at("2026-01-01T00:00:00Z"));
        let region = &world.alibaba.accounts[0].regions["cn-hangzhou"];
        let plan = region.basic.plans.at(0).unwrap();
        assert_eq!(plan.next_run, Some(at("2026-11-20T18:00:00Z")));
        assert_eq!(plan.points(at("2026-11-20T12:00:00Z")).count(), 1);
        assert_eq!(
            region.instances.at(0).unwrap().client.as_ref().map(|client| client.id.as_str()),
            Some("c-web")
        );
        assert_eq!(world.last_id.next("plan"), "plan-000000000008");
    }

    #[test]
    fn a_world_goes_on_where_it_was_written() {
        let wall = at("2026-01-01T00:00:00Z");
        let mut world = World::parse(SHORT).unwrap();
        world.index(wall);
        world.clock.turn_to(wall, at("2026-11-25T12:00:00Z")).unwrap();
        world.catch_up(wall);
        let text = world.to_json();
        let mut again = World::parse(&text).unwrap();
        again.index(wall);
        assert_eq!(again.to_json(), text);
        assert_eq!(again.alibaba.accounts[0].regions["cn-hangzhou"].basic.jobs().count(), 5);
    }

    #[test]
    fn a_clock_that_was_changed_in_the_file_lets_happen_what_was_due() {
        let wall = at("2026-01-01T00:00:00Z");
        let mut world = World::parse(SHORT).unwrap();
        world.index(wall);
        let text = world.to_json().replace("2026-11-20T12:00:00Z", "2026-11-22T12:00:00Z");
        let mut again = World::parse(&text).unwrap();
        again.index(wall);
        again.catch_up(wall);
        assert_eq!(again.alibaba.accounts[0].regions["cn-hangzhou"].basic.jobs().count(), 2);
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let text = r#"{"format":1,"alibaba":{"accounts":[{"keys":[{"id":"k","secret":"hush","security_token":"quiet"}]}]}}"#;
        let shown = format!("{:?}", World::parse(text).unwrap());
        assert!(!shown.contains("hush") && !shown.contains("quiet"), "{shown}");
    }
}
