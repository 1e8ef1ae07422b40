//! A plan's schedule: `I|start|interval`.
//!
//! Source: HBR API 2017-09-08, `CreateBackupPlan`, `Schedule`: the start in UNIX seconds, the interval in ISO 8601.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::emulator::clock::{Time, parse_duration};

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// The shortest interval that is taken, in seconds. The vendor prints none; without one a turn of the clock could make
/// jobs without end.
const SHORTEST: i64 = 3_600;

/// When a plan runs: from a start on, at an interval.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    start: i64,
    interval: String,
    every: i64,
}

impl Schedule {
    /// Once a day at the time of day of this instant.
    pub fn daily_from(start: Time) -> Schedule {
        Schedule { start: start.unix(), interval: "P1D".to_owned(), every: DAY }
    }

    /// The time that the service chooses when the caller names none: between 00:00 and 06:00 of the region.
    ///
    /// Spread by a number instead of by chance, so that the same world always comes out the same.
    /// Source: Essential Edition help page, defaults of activation.
    pub fn chosen_by_service(number: u64, region: &str, now: Time) -> Schedule {
        const WINDOW_MINUTES: u64 = 6 * 60;
        const STRIDE: u64 = 97;
        let minute = i64::try_from(number.wrapping_mul(STRIDE) % WINDOW_MINUTES).unwrap_or(0);
        let local_midnight = now.unix().div_euclid(DAY) * DAY - utc_offset_hours(region) * 3600;
        let today = Schedule::daily_from(Time::from_unix(local_midnight + minute * 60));
        Schedule::daily_from(today.next_after(now))
    }

    /// Whether it is the only interval that the Essential Edition takes, once a day.
    ///
    /// Source: Essential Edition operations guide, "Modify Scheduled Backup Time".
    pub fn is_daily(&self) -> bool {
        self.interval == "P1D"
    }

    /// The first run after this time.
    pub fn next_after(&self, now: Time) -> Time {
        if now.unix() < self.start {
            return Time::from_unix(self.start);
        }
        let runs = (now.unix() - self.start) / self.every + 1;
        Time::from_unix(self.start.saturating_add(runs.saturating_mul(self.every)))
    }
}

/// Hours by which a region's local time is ahead of UTC, in winter.
fn utc_offset_hours(region: &str) -> i64 {
    match region {
        "ap-northeast-1" | "ap-northeast-2" => 9,
        "ap-southeast-5" | "ap-southeast-7" => 7,
        "eu-central-1" => 1,
        "eu-west-1" => 0,
        "me-central-1" => 3,
        "me-east-1" => 4,
        "us-east-1" => -5,
        "us-west-1" => -8,
        _ => 8,
    }
}

impl Default for Schedule {
    fn default() -> Schedule {
        // Two o'clock in the morning in Shanghai.
        Schedule::daily_from(Time::from_unix(18 * 3600))
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "I|{}|{}", self.start, self.interval)
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Schedule, String> {
        let wrong = || format!("the schedule `{text}` does not have the form I|start|interval");
        let mut parts = text.split('|');
        let (Some("I"), Some(start), Some(interval), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        if !start.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let start: i64 = start.parse().map_err(|_| wrong())?;
        let every = parse_duration(interval).map_err(|_| wrong())?;
        let is_sensible =
            every >= SHORTEST && Time::from_unix(start).unix() == start && interval.starts_with('P');
        if is_sensible { Ok(Schedule { start, interval: interval.to_owned(), every }) } else { Err(wrong()) }
    }
}

impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Schedule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Schedule, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_vendors_form_is_taken() {
        let check = |text: &str, taken: bool| assert_eq!(text.parse::<Schedule>().is_ok(), taken, "{text}");
        check("I|1648647166|P1D", true);
        check("I|0|PT1H", true);
        check("I|1648647166|P1W", true);
        check("i|1648647166|P1D", false);
        check("I|1648647166", false);
        check("I|1648647166|P1D|", false);
        check("I|-5|P1D", false);
        check("I||P1D", false);
        check("I|1648647166|daily", false);
        check("I|1648647166|PT59M", false);
        check("I|1648647166|PT0S", false);
        check("I|99999999999999999|P1D", false);
        check("", false);
    }

    #[test]
    fn the_next_run_is_strictly_later() {
        let schedule: Schedule = "I|1000|P1D".parse().unwrap();
        let check = |now, expected| assert_eq!(schedule.next_after(Time::from_unix(now)).unix(), expected);
        check(0, 1000);
        check(999, 1000);
        check(1000, 1000 + DAY);
        check(1000 + DAY - 1, 1000 + DAY);
        check(1000 + 5 * DAY, 1000 + 6 * DAY);
    }

    #[test]
    fn the_service_chooses_the_small_hours_of_the_region() {
        let check = |region: &str, number: u64| {
            let now: Time = "2026-11-20T12:00:00Z".parse().unwrap();
            let run = Schedule::chosen_by_service(number, region, now).next_after(now).unix();
            let local = (run + utc_offset_hours(region) * 3600).rem_euclid(DAY);
            assert!((0..6 * 3600).contains(&local), "{region} {number}: {local}");
            assert!(run > now.unix() && run <= now.unix() + DAY, "{region} {number}: {run}");
        };
        for number in 0..100 {
            check("cn-hangzhou", number);
            check("us-west-1", number);
        }
    }
}
