//! Functions on times, which are text in the form of RFC 3339.

use std::fmt;

use jiff::civil::{DateTime, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::{Args, Failure, Function, Kind, Outcome, Parameter, text};
use crate::model::types::Type;
use crate::model::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "formatdate",
        &[Parameter::string("format"), Parameter::string("time")],
        Kind::String,
        formatdate,
    ),
    Function::new("plantimestamp", &[], Kind::String, |args| now(args.scope().plan_time())),
    Function::new(
        "timeadd",
        &[Parameter::string("timestamp"), Parameter::string("duration")],
        Kind::String,
        timeadd,
    ),
    Function::new(
        "timecmp",
        &[Parameter::string("timestamp_a"), Parameter::string("timestamp_b")],
        Kind::Number,
        timecmp,
    ),
    Function::new("timestamp", &[], Kind::String, |args| now(args.scope().now())),
];

/// A time on the clock of some zone.
pub(super) struct Moment {
    local: DateTime,
    offset: i32,
}

impl Moment {
    /// From year, month, day, hour, minute and second, the second's parts, and the seconds that the clock is ahead of UTC.
    pub fn new(parts: [i32; 6], nanosecond: i32, offset: i32) -> Option<Self> {
        let [year, month, day, hour, minute, second] = parts;
        let small = |part: i32| i8::try_from(part).ok();
        let local = DateTime::new(
            i16::try_from(year).ok()?,
            small(month)?,
            small(day)?,
            small(hour)?,
            small(minute)?,
            small(second)?,
            nanosecond,
        );
        Some(Self { local: local.ok()?, offset })
    }

    /// Reads RFC 3339, strictly.
    fn parse(text: &str) -> Result<Self, String> {
        let refused = |what: &str| format!("not a valid RFC3339 timestamp: {what}");
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| -> Option<i32> {
            let digits = text.get(from..to)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let sign = |at: usize, sign: u8, name: &str, before: &str| {
            if bytes.get(at) == Some(&sign) {
                Ok(())
            } else {
                Err(refused(&format!("missing required {name} {:?} after {before}", char::from(sign))))
            }
        };
        let year = number(0, 4).ok_or_else(|| refused("a four-digit year is required"))?;
        sign(4, b'-', "date separator", "year")?;
        let month = number(5, 7).ok_or_else(|| refused("a two-digit month is required"))?;
        sign(7, b'-', "date separator", "month")?;
        let day = number(8, 10).ok_or_else(|| refused("a two-digit day is required"))?;
        sign(10, b'T', "time introducer", "date")?;
        let hour = number(11, 13).ok_or_else(|| refused("a two-digit hour between 00 and 23 is required"))?;
        sign(13, b':', "time separator", "hour")?;
        let minute = number(14, 16).ok_or_else(|| refused("a two-digit minute is required"))?;
        sign(16, b':', "time separator", "minute")?;
        let second = number(17, 19).ok_or_else(|| refused("a two-digit second is required"))?;
        let mut zone = &text[19..];
        let mut nanosecond = 0;
        if let Some(fraction) = zone.strip_prefix('.') {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return Err(refused("digits are required after the decimal point"));
            }
            let padded = format!("{:0<9.9}", &fraction[..digits]);
            nanosecond =
                padded.parse().map_err(|_| refused("digits are required after the decimal point"))?;
            zone = &fraction[digits..];
        }
        let offset =
            zone_offset(zone).ok_or_else(|| refused("a UTC offset, as \"Z\" or \"+01:00\", is required"))?;
        Self::new([year, month, day, hour, minute, second], nanosecond, offset)
            .ok_or_else(|| refused("there is no such day or time of day"))
    }

    fn from_timestamp(timestamp: Timestamp) -> Self {
        Self { local: Offset::UTC.to_datetime(timestamp), offset: 0 }
    }

    /// The same instant on the clock of UTC.
    fn utc(&self) -> Option<DateTime> {
        self.local.checked_sub(SignedDuration::from_secs(self.offset.into())).ok()
    }

    /// `+01:00`, or `Z`.
    fn zone(&self, colon: &str, zero: &str) -> String {
        if self.offset == 0 {
            return zero.to_owned();
        }
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }
}

fn zone_offset(zone: &str) -> Option<i32> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, digits) = match zone.as_bytes().first()? {
        b'+' => (1, &zone[1..]),
        b'-' => (-1, &zone[1..]),
        _ => return None,
    };
    let (hours, minutes) =
        digits.split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.local;
        write!(f, "{:04}-{:02}-{:02}", time.year(), time.month(), time.day())?;
        write!(f, "T{:02}:{:02}:{:02}{}", time.hour(), time.minute(), time.second(), self.zone(":", "Z"))
    }
}

fn now(timestamp: Option<Timestamp>) -> Outcome {
    match timestamp {
        Some(timestamp) => text(Moment::from_timestamp(timestamp).to_string()),
        None => Ok(Value::unknown_not_null(Type::String)),
    }
}

fn moment(args: &Args, index: usize) -> Result<Moment, Failure> {
    Moment::parse(args.text(index)).map_err(|message| Failure::at(index, message))
}

fn timeadd(args: &Args) -> Outcome {
    let moment = moment(args, 0)?;
    let duration = duration(args.text(1)).ok_or_else(|| {
        Failure::at(1, format!("{:?} is not a duration such as \"1h30m\", \"-10m\" or \"90s\"", args.text(1)))
    })?;
    let local = moment
        .local
        .checked_add(duration)
        .map_err(|_| Failure::at(1, "the result is not within years 0 to 9999"))?;
    text(Moment { local, ..moment }.to_string())
}

/// Numbers with units from hours to nanoseconds, one after the other.
fn duration(text: &str) -> Option<SignedDuration> {
    let (is_negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(SignedDuration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut nanoseconds: i128 = 0;
    while !rest.is_empty() {
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(length);
        let (unit, length) = unit(after)?;
        nanoseconds = nanoseconds.checked_add(scaled(number, unit)?)?;
        rest = &after[length..];
    }
    let nanoseconds = i64::try_from(nanoseconds).ok()?;
    Some(SignedDuration::from_nanos(if is_negative { -nanoseconds } else { nanoseconds }))
}

/// Nanoseconds of the unit at the beginning of `text`, and the unit's length.
fn unit(text: &str) -> Option<(i128, usize)> {
    const UNITS: &[(&str, i128)] = &[
        ("ns", 1),
        ("us", 1_000),
        ("\u{b5}s", 1_000),
        ("\u{3bc}s", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];
    let found = UNITS.iter().find(|(name, _)| text.starts_with(name))?;
    Some((found.1, found.0.len()))
}

/// `1.5` of a unit, cut to whole nanoseconds.
fn scaled(number: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: String = fraction.chars().take(15).collect();
    let places = u32::try_from(fraction.len()).ok()?;
    let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    whole.checked_mul(unit)?.checked_add(part * unit / 10i128.pow(places))
}

fn timecmp(args: &Args) -> Outcome {
    let (left, right) = (moment(args, 0)?, moment(args, 1)?);
    let order = left.utc().cmp(&right.utc());
    Ok(Value::from(order as i64))
}

fn formatdate(args: &Args) -> Outcome {
    let moment = moment(args, 1)?;
    let mut out = String::new();
    let mut rest = args.text(0);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest, &mut out)?,
            c if c.is_ascii_alphabetic() => {
                let length = rest.find(|other| other != c).unwrap_or(rest.len());
                out.push_str(&field(&rest[..length], &moment).map_err(|message| Failure::at(0, message))?);
                length
            }
            c => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    text(out)
}

/// Text between single quotes, in which two of them stand for one.
fn quoted(source: &str, out: &mut String) -> Result<usize, Failure> {
    let mut at = 1;
    loop {
        let Some(quote) = source[at..].find('\'') else {
            return Err(Failure::at(0, "unterminated literal '"));
        };
        out.push_str(&source[at..at + quote]);
        at += quote + 1;
        if !source[at..].starts_with('\'') {
            return Ok(at);
        }
        out.push('\'');
        at += 1;
    }
}

/// One run of equal letters.
fn field(letters: &str, moment: &Moment) -> Result<String, String> {
    let time = moment.local;
    let hour = i32::from(time.hour());
    let half = if hour % 12 == 0 { 12 } else { hour % 12 };
    let number = |value: i32, width: usize| format!("{value:0width$}");
    let one = |value: i8| number(i32::from(value), 1);
    let two = |value: i8| number(i32::from(value), 2);
    Ok(match letters {
        "YYYY" => number(i32::from(time.year()), 4),
        "YY" => number(i32::from(time.year()) % 100, 2),
        "MMMM" => month_name(time.month()).to_owned(),
        "MMM" => month_name(time.month())[..3].to_owned(),
        "MM" => two(time.month()),
        "M" => one(time.month()),
        "DD" => two(time.day()),
        "D" => one(time.day()),
        "EEEE" => weekday_name(time.weekday()).to_owned(),
        "EEE" => weekday_name(time.weekday())[..3].to_owned(),
        "hh" => number(hour, 2),
        "h" => number(hour, 1),
        "HH" => number(half, 2),
        "H" => number(half, 1),
        "AA" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "mm" => two(time.minute()),
        "m" => one(time.minute()),
        "ss" => two(time.second()),
        "s" => one(time.second()),
        "ZZZZZ" => moment.zone(":", "+00:00"),
        "ZZZZ" => moment.zone("", "+0000"),
        "ZZZ" => moment.zone("", "UTC"),
        "Z" => moment.zone(":", "Z"),
        _ => return Err(unknown_field(letters)),
    })
}

fn unknown_field(letters: &str) -> String {
    let advice = match letters.chars().next() {
        Some('Y') => "year must either be \"YYYY\" or \"YY\"",
        Some('M') => "month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"",
        Some('D') => "day of month must either be \"D\" or \"DD\"",
        Some('E') => "day of week must either be \"EEE\" or \"EEEE\"",
        Some('h') => "24-hour must either be \"h\" or \"hh\"",
        Some('H') => "12-hour must either be \"H\" or \"HH\"",
        Some('A' | 'a') => "must be \"AA\" or \"aa\" for AM and PM",
        Some('m') => "minute must either be \"m\" or \"mm\"",
        Some('s') => "second must either be \"s\" or \"ss\"",
        Some('Z') => "timezone must be Z, ZZZ, ZZZZ, or ZZZZZ",
        _ => "only letters of the known fields can stand outside of quotes",
    };
    format!("invalid date format verb {letters:?}: {advice}")
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let index = usize::try_from(month - 1).expect("months are counted from 1");
    NAMES[index]
}

fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
