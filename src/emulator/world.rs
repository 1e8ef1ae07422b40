//! The world: everything that the emulated clouds hold, as one readable JSON file.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::alibaba::objects::Alibaba;
use super::clock::{Clock, Time};
use super::fault::Fault;

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
    /// The number that the last id was made of.
    #[serde(default)]
    pub last_id: Ids,
    /// Alibaba Cloud.
    #[serde(default)]
    pub alibaba: Alibaba,
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
        if world.format == FORMAT { Ok(world) } else { Err(Error::Format { found: world.format }) }
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
        self.last_id = Ids(highest);
    }

    /// Runs everything that has become due by this wall time.
    pub fn catch_up(&mut self, wall: Time) {
        let now = self.now(wall);
        for account in &mut self.alibaba.accounts {
            for region in account.regions.values_mut() {
                region.catch_up(now, &mut self.last_id);
            }
        }
    }
}

impl Default for World {
    fn default() -> World {
        World {
            format: FORMAT,
            clock: Clock::default(),
            last_id: Ids::default(),
            alibaba: Alibaba::default(),
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
    /// Not JSON, or not the shape of a world. The inner error names line and column.
    #[error("the world cannot be read")]
    Syntax(#[source] serde_json::Error),
}
