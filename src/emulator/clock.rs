//! Time in the emulator, of which there are two.
//!
//! *Wall time* is what the gateway goes by: the date of a signature, the life of a nonce, of a temporary key and of a
//! rate limit's window. Official SDKs stamp their requests with the machine's time, so it is the machine's time unless
//! the caller gives another ([`Wall`]).
//!
//! *World time* is what the world goes by: schedules, jobs, recovery points. It either stands still and moves when it is
//! turned, which is what tests and examples want, or follows wall time, ahead of it by as much as it was turned.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::{Span, SpanRelativeTo, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A source of wall time.
pub type Wall = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The wall time of the machine.
pub fn system() -> Wall {
    #[expect(
        clippy::disallowed_methods,
        reason = "the emulator's clock is one of the two places that read the time"
    )]
    Arc::new(Timestamp::now)
}

/// An instant, in whole seconds: the clouds count in nothing smaller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Time(i64);

impl Time {
    /// The instant this many seconds after 1970, held within the years that can be written.
    pub fn from_unix(seconds: i64) -> Time {
        Time(seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second()))
    }

    /// Seconds since 1970.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// This instant and so many seconds.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Time {
        Time::from_unix(self.0.saturating_add(seconds))
    }

    /// As ECS writes creation times: UTC without seconds, `2017-12-10T04:04Z`.
    ///
    /// Source: ECS API 2014-05-26, `DescribeInstances`, `CreationTime`.
    pub fn to_minute(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%MZ").to_string()
    }

    /// As Huawei Cloud writes times: UTC without a zone, microseconds, `2019-05-23T12:51:10.071232`.
    ///
    /// Source: CBR API v3, "Querying a Vault", `created_at`.
    pub fn to_vendor_text(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%S.000000").to_string()
    }

    /// As HTTP writes its `Date` header.
    pub fn to_http_date(self) -> String {
        self.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.0).expect("the constructor keeps instants within range")
    }
}

impl From<Timestamp> for Time {
    fn from(timestamp: Timestamp) -> Time {
        Time(timestamp.as_second())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").fmt(f)
    }
}

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Time, String> {
        let timestamp: Timestamp =
            text.parse().map_err(|_| format!("`{text}` is not an instant such as 2026-11-20T08:00:00Z"))?;
        Ok(timestamp.into())
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// World time, as the world's file says it.
///
/// `"2026-11-20T08:00:00Z"` stands still; `"real"` follows wall time; `"real+PT48H"` has been turned two days ahead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clock {
    /// Moves only when it is turned.
    Standing(Time),
    /// Follows wall time.
    Real {
        /// How far it has been turned ahead, in seconds.
        ahead: i64,
    },
}

impl Clock {
    /// World time at this wall time.
    pub fn now(self, wall: Time) -> Time {
        match self {
            Clock::Standing(time) => time,
            Clock::Real { ahead } => wall.plus(ahead),
        }
    }

    /// Turns the clock to a later instant.
    ///
    /// # Errors
    /// When that is in the world's past: what has happened cannot be undone by turning a clock.
    pub fn turn_to(&mut self, wall: Time, to: Time) -> Result<(), String> {
        let now = self.now(wall);
        if to < now {
            return Err(format!("the world's clock is at {now} and cannot be turned back to {to}"));
        }
        *self = match *self {
            Clock::Standing(_) => Clock::Standing(to),
            Clock::Real { .. } => Clock::Real { ahead: to.unix() - wall.unix() },
        };
        Ok(())
    }
}

impl Default for Clock {
    fn default() -> Clock {
        Clock::Real { ahead: 0 }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Clock::Standing(time) => time.fmt(f),
            Clock::Real { ahead: 0 } => f.write_str("real"),
            Clock::Real { ahead } => write!(f, "real+PT{ahead}S"),
        }
    }
}

impl FromStr for Clock {
    type Err = String;

    fn from_str(text: &str) -> Result<Clock, String> {
        match text.strip_prefix("real") {
            Some("") => Ok(Clock::Real { ahead: 0 }),
            Some(rest) => {
                let ahead = rest.strip_prefix('+').unwrap_or(rest);
                Ok(Clock::Real { ahead: parse_duration(ahead)? })
            }
            None => Ok(Clock::Standing(text.parse()?)),
        }
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Clock, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// How many times quicker than in the clouds installations, backups and restores are; 1 is true to life.
///
/// In the clouds they take minutes or hours. Whoever tries something out by hand, without turning the clock, should see
/// the end of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pace(u32);

impl Pace {
    /// The seconds that something takes which takes so many in a cloud: at least one.
    pub fn seconds(self, in_the_cloud: i64) -> i64 {
        (in_the_cloud / i64::from(self.0.max(1))).max(1)
    }
}

impl Default for Pace {
    fn default() -> Pace {
        Pace(200)
    }
}

/// Seconds of an ISO 8601 duration such as `P1D` or `PT90M`; a day is 24 hours.
///
/// # Errors
/// When the text is no duration, is negative, or speaks of months or years, which have no fixed length.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is not a duration such as P1D or PT90M");
    let span: Span = text.parse().map_err(|_| wrong())?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    if duration.is_negative() { Err(wrong()) } else { Ok(duration.as_secs()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_and_written_alike() {
        let check = |text: &str| assert_eq!(text.parse::<Clock>().unwrap().to_string(), text);
        check("real");
        check("real+PT3600S");
        check("2026-11-20T08:00:00Z");
    }

    #[test]
    fn durations_are_counted_in_seconds() {
        let check =
            |text: &str, expected: Option<i64>| assert_eq!(parse_duration(text).ok(), expected, "{text}");
        check("P1D", Some(86_400));
        check("P30D", Some(30 * 86_400));
        check("P1W", Some(7 * 86_400));
        check("PT90M", Some(5_400));
        check("PT0.5S", Some(0));
        check("-PT1S", None);
        check("P1M", None);
        check("tomorrow", None);
        check("", None);
    }

    #[test]
    fn a_pace_shortens_what_takes_long() {
        let check =
            |pace: u32, seconds: i64, expected: i64| assert_eq!(Pace(pace).seconds(seconds), expected);
        check(1, 180, 180);
        check(200, 1_000, 5);
        check(200, 60, 1);
        check(0, 60, 60);
    }

    #[test]
    fn a_clock_is_turned_forward_only() {
        let wall = Time::from_unix(1_000);
        let check = |mut clock: Clock, to: i64, expected: Option<Clock>| {
            let turned = clock.turn_to(wall, Time::from_unix(to));
            assert_eq!(turned.ok().map(|()| clock), expected);
        };
        check(Clock::Real { ahead: 0 }, 1_060, Some(Clock::Real { ahead: 60 }));
        check(Clock::Real { ahead: 0 }, 999, None);
        check(Clock::Standing(Time::from_unix(5)), 6, Some(Clock::Standing(Time::from_unix(6))));
        check(Clock::Standing(Time::from_unix(5)), 4, None);
    }

    #[test]
    fn instants_are_written_as_each_reader_expects() {
        let time: Time = "2026-11-20T08:05:09Z".parse().unwrap();
        assert_eq!(time.to_string(), "2026-11-20T08:05:09Z");
        assert_eq!(time.to_minute(), "2026-11-20T08:05Z");
        assert_eq!(time.to_vendor_text(), "2026-11-20T08:05:09.000000");
        assert_eq!(time.to_http_date(), "Fri, 20 Nov 2026 08:05:09 GMT");
    }
}
