//! Times of day: as people write them, and as the wire has them.
//!
//! The cloud repeats a backup every 24 hours from a start, so a plan has one time of day in UTC all year. A zone with
//! daylight saving is therefore taken by its winter time. Nothing here asks the clock: the same text means the same
//! time of day whenever it is read.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

/// Seconds of one day.
const DAY: i64 = 86_400;

/// The zone in which live times of day are said until they are aligned with what is desired.
pub(super) const UTC: &str = "UTC";

/// Winter and summer, north and south, of the year whose rules are taken.
const WINTER_OR_SUMMER: [&str; 2] = ["2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z"];

/// The start of a daily schedule, in seconds after midnight UTC. `None` for a schedule that is not daily.
///
/// Source: HBR API 2017-09-08, `DescribeBackupPlans`, `Schedule`: `I|{start}|{interval}`. Two starts that differ by whole
/// days are the same schedule.
pub(in crate::cloud::alibaba) fn from_wire(schedule: &str) -> Option<i64> {
    let rest = schedule.strip_prefix("I|")?;
    let (start, interval) = rest.split_once('|')?;
    let daily = matches!(interval, "P1D" | "PT24H");
    daily.then(|| start.trim().parse::<i64>().ok().map(|start| start.rem_euclid(DAY)))?
}

/// The day on which every schedule begins: 2026-01-01 UTC. The cloud takes any start in the past and runs at the next such
/// time of day, so the same configuration is sent in the same bytes whenever it is applied.
///
/// Source: HBR API 2017-09-08, `CreateBackupPlan`, `Schedule`: runs that were missed before the plan was made are not
/// caught up.
const FIRST_DAY: i64 = 20_454 * DAY;

/// A daily schedule at such a time of day.
pub(super) fn to_wire(second_of_day: i64) -> String {
    format!("I|{}|P1D", FIRST_DAY + second_of_day)
}

/// The next such time of day, UNIX seconds; now itself counts.
pub(super) fn next(second_of_day: i64, now: Timestamp) -> i64 {
    let now = now.as_second();
    now + (second_of_day - now).rem_euclid(DAY)
}

/// The seconds after midnight UTC of a local time of day.
pub(super) fn to_utc(local: i64, offset: i64) -> i64 {
    (local - offset).rem_euclid(DAY)
}

/// The local time of day of seconds after midnight UTC.
pub(super) fn to_local(utc: i64, offset: i64) -> i64 {
    (utc + offset).rem_euclid(DAY)
}

/// Reads `HH:MM` or `HH:MM:SS`, hours 00 to 23.
pub(super) fn parse_time(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hours, minutes) = (two_digits(parts.next()?, 23)?, two_digits(parts.next()?, 59)?);
    let seconds = parts.next().map_or(Some(0), |part| two_digits(part, 59))?;
    parts.next().is_none().then_some(hours * 3600 + minutes * 60 + seconds)
}

/// Writes `HH:MM`, with seconds only where there are any.
pub(super) fn time_text(second_of_day: i64) -> String {
    let (hours, minutes, seconds) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    let mut text = format!("{hours:02}:{minutes:02}");
    if seconds != 0 {
        write!(text, ":{seconds:02}").expect("a string takes any text");
    }
    text
}

/// The zone's distance from UTC in winter, in seconds: `UTC`, `UTC+08:00`, `UTC-3`, or a name such as `Asia/Shanghai`.
///
/// Names are looked up in the tables that are part of the program, so that every machine knows the same ones.
pub(super) fn parse_zone(text: &str) -> Option<i64> {
    match text.strip_prefix(UTC) {
        Some("") => Some(0),
        Some(offset) => parse_offset(offset),
        None => winter_offset(text),
    }
}

/// Reads `+08:00`, `+8`, `-03:30`; no zone is further than 14 hours away.
fn parse_offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "00"));
    let hours = if hours.len() == 1 { two_digits(&format!("0{hours}"), 14)? } else { two_digits(hours, 14)? };
    let offset = hours * 3600 + two_digits(minutes, 59)? * 60;
    (offset <= 14 * 3600).then_some(sign * offset)
}

/// The smaller of the offsets of winter and summer.
fn winter_offset(name: &str) -> Option<i64> {
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    let offset =
        |time: &str| time.parse::<Timestamp>().ok().map(|time| i64::from(zone.to_offset(time).seconds()));
    WINTER_OR_SUMMER.into_iter().filter_map(offset).min()
}

/// Exactly two digits, up to a limit.
fn two_digits(text: &str, most: i64) -> Option<i64> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok().filter(|number| *number <= most))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_the_same_whatever_day_they_started() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(from_wire(text), expected, "{text}");
        check("I|1631685600|P1D", Some(6 * 3600));
        check("I|1631772000|P1D", Some(6 * 3600));
        check("I|0|P1D", Some(0));
        check("I|-3600|P1D", Some(23 * 3600));
        check("I|1631685600|PT24H", Some(6 * 3600));
        check("I|1631685600|P7D", None);
        check("I|x|P1D", None);
        check("1631685600", None);
        check("", None);
    }

    #[test]
    fn a_schedule_begins_on_the_first_day_whenever_it_is_made() {
        let check = |second: i64, expected: &str| {
            let start: Timestamp = expected.parse().expect("a time");
            assert_eq!(to_wire(second), format!("I|{}|P1D", start.as_second()));
            assert_eq!(from_wire(&to_wire(second)), Some(second));
        };
        check(0, "2026-01-01T00:00:00Z");
        check(9000, "2026-01-01T02:30:00Z");
    }

    #[test]
    fn the_next_run_is_at_the_next_such_time() {
        let check = |second: i64, now: &str, expected: &str| {
            let now: Timestamp = now.parse().expect("a time");
            let start: Timestamp = expected.parse().expect("a time");
            assert_eq!(next(second, now), start.as_second());
        };
        check(3600, "2026-01-02T00:30:00Z", "2026-01-02T01:00:00Z");
        check(3600, "2026-01-02T01:00:00Z", "2026-01-02T01:00:00Z");
        check(3600, "2026-01-02T01:00:01Z", "2026-01-03T01:00:00Z");
        check(0, "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z");
    }

    #[test]
    fn times_of_day_are_written_in_one_way() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(parse_time(text), expected, "{text}");
        check("02:30", Some(9000));
        check("00:00", Some(0));
        check("23:59:59", Some(86_399));
        for bad in
            ["24:00", "2:30", "02:60", "0230", "02:30:60", "02:30:00:00", "", "é2:30", "-1:00", "+2:30"]
        {
            check(bad, None);
        }
        assert_eq!(time_text(9000), "02:30");
        assert_eq!(time_text(9015), "02:30:15");
    }

    #[test]
    fn zones_are_named_or_measured() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(parse_zone(text), expected, "{text}");
        check("UTC", Some(0));
        check("UTC+08:00", Some(8 * 3600));
        check("UTC+8", Some(8 * 3600));
        check("UTC-03:30", Some(-(3 * 3600 + 1800)));
        check("UTC+14:00", Some(14 * 3600));
        check("Asia/Shanghai", Some(8 * 3600));
        check("Asia/Kolkata", Some(5 * 3600 + 1800));
        for bad in
            ["", "UTC+", "UTC+15", "UTC+14:01", "UTC+8:0", "UTC8", "Asia/Nowhere", "UTC+é", "../etc/passwd"]
        {
            check(bad, None);
        }
    }

    #[test]
    fn daylight_saving_is_not_followed() {
        assert_eq!(parse_zone("Europe/Berlin"), Some(3600));
        assert_eq!(parse_zone("Australia/Sydney"), Some(10 * 3600));
        assert_eq!(parse_zone("Europe/Dublin"), Some(0));
    }

    #[test]
    fn local_times_wrap_around_midnight() {
        assert_eq!(to_utc(9000, 8 * 3600), 18 * 3600 + 1800);
        assert_eq!(to_local(18 * 3600 + 1800, 8 * 3600), 9000);
        assert_eq!(to_utc(23 * 3600, -8 * 3600), 7 * 3600);
    }
}
