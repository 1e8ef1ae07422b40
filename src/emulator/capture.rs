//! A world made of what was read from clouds: the part of an account that a configuration touches.
//!
//! Ids, names, sizes, tags and times stay as they are, since plans show them. Keys, users and addresses are left out:
//! whoever serves the world calls with keys of its own. The clock stands still at the moment of the reading.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::clock::{Clock, Time};
use super::world::World;
use super::{alibaba, huawei};
use crate::wire::Captured;

/// The world that these places make up, as it is at this time.
pub fn world(places: &[Captured], now: Time) -> World {
    let mut world = World { clock: Clock::Standing(now), ..World::default() };
    for place in places {
        match place {
            Captured::Alibaba(captured) => alibaba::capture::add(&mut world.alibaba, captured, now),
            Captured::Huawei(captured) => huawei::capture::add(&mut world.huawei, captured, now),
        }
    }
    alibaba::capture::settle(&mut world.alibaba, places, now);
    world
}

/// A word of a cloud as the world's own; its usual one where the world does not know it.
pub fn word<T: DeserializeOwned + Default>(text: Option<&String>) -> T {
    let known = text.map(|text| Value::String(text.clone()));
    known.and_then(|text| serde_json::from_value(text).ok()).unwrap_or_default()
}

/// An instant as ECS and CBR write it, with or without seconds and zone; what is not one is none.
pub fn instant(text: Option<&String>) -> Option<Time> {
    let text = text.filter(|text| !text.is_empty())?;
    let zoned = if text.ends_with('Z') { text.clone() } else { format!("{text}Z") };
    zoned.parse().ok().or_else(|| format!("{}:00Z", zoned.trim_end_matches('Z')).parse().ok())
}

/// A count that a cloud writes as a number which could be negative.
pub fn count<T: TryFrom<i64> + Default>(number: Option<i64>) -> T {
    number.and_then(|number| T::try_from(number).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_in_the_vendors_forms() {
        let check = |text: &str, expected: Option<&str>| {
            let found = instant(Some(&text.to_owned())).map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check("2017-12-10T04:04Z", Some("2017-12-10T04:04:00Z"));
        check("2019-05-23T12:51:10.071232", Some("2019-05-23T12:51:10Z"));
        check("2026-11-20T08:00:00Z", Some("2026-11-20T08:00:00Z"));
        check("", None);
        check("soon", None);
    }
}
