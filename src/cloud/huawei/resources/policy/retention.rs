//! How long a policy keeps automatic backups: as arguments, as the wire has it, and which of some backups that means.
//!
//! Source: CBR API v3, "Creating a Policy", `operation_definition`. Backups that somebody made by hand never expire.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::cloud::huawei::resources::words;
use crate::model::schema::Kind;
use crate::model::types::Type;
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr::OperationDefinition;

/// The block `long_term_retention`.
pub const LONG_TERM: Kind = Kind::Object(&[
    ("daily", Kind::Number),
    ("weekly", Kind::Number),
    ("monthly", Kind::Number),
    ("yearly", Kind::Number),
    ("full_backup_interval", Kind::Number),
]);

const COUNTS: [&str; 4] = ["daily", "weekly", "monthly", "yearly"];

/// The counts of a block `long_term_retention`: one that is left out keeps nothing.
fn counts(value: Option<&Value>) -> [i64; 4] {
    let none = Object::new();
    let fields = value.and_then(Value::as_object).unwrap_or(&none);
    COUNTS.map(|name| words::number(fields, name).unwrap_or(0))
}

/// After how many backups a full one is made, where a block says so.
fn full_backup_interval(value: Option<&Value>) -> Option<i64> {
    words::number(value?.as_object()?, "full_backup_interval")
}

/// The interval that makes no full backups but the first one. A policy without an interval makes none either.
///
/// Source: CBR API v3, "Creating a Policy", `full_backup_interval`.
const NEVER: i64 = -1;

/// Whether a change of the block keeps fewer backups of some period. What is not known yet may.
pub fn keeps_fewer(before: Option<&Value>, after: Option<&Value>) -> bool {
    let unknown = after.is_some_and(|after| !after.is_wholly_known());
    unknown || counts(before).into_iter().zip(counts(after)).any(|(before, after)| after < before)
}

/// Whether two blocks mean the same. A full backup interval that the wanted one leaves out is nobody's business.
fn same(wanted: Option<&Value>, live: Option<&Value>) -> bool {
    let interval = full_backup_interval(wanted);
    let found = full_backup_interval(live).unwrap_or(NEVER);
    counts(wanted) == counts(live) && interval.is_none_or(|interval| interval == found)
}

/// Says live retention in the words of what is desired where both mean the same.
pub fn align(desired: &Object, live: &mut Object) {
    let wanted = desired.get("long_term_retention");
    if same(wanted, live.get("long_term_retention")) {
        match wanted {
            Some(wanted) => live.insert("long_term_retention".into(), wanted.clone()),
            None => live.remove("long_term_retention"),
        };
    }
}

/// The rules for the block by itself.
///
/// # Errors
///
/// The rule that it breaks, with what was found.
pub fn check_long_term(value: &Value) -> Result<(), String> {
    for (name, count) in COUNTS.into_iter().zip(counts(Some(value))) {
        if !(0..=100).contains(&count) {
            return Err(format!("`{name}` keeps 0 to 100 backups, and this one {count}."));
        }
    }
    match full_backup_interval(Some(value)) {
        Some(interval) if !(-1..=100).contains(&interval) => {
            Err(format!("`full_backup_interval` is -1 to 100, and this one is {interval}."))
        }
        _ => Ok(()),
    }
}

/// The rule for numbers of days and of backups.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_count(value: &Value) -> Result<(), String> {
    match value.as_i64() {
        Some(count) if (1..=99_999).contains(&count) => Ok(()),
        Some(count) => {
            Err(format!("It is 1 to 99999, and this one is {count}; leave it out to keep backups for ever."))
        }
        None if value.is_known() => Err("It is a whole number from 1 to 99999.".to_owned()),
        None => Ok(()),
    }
}

/// The rule for the zone.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_zone(value: &Value) -> Result<(), String> {
    match value.as_str() {
        Some(text) if minutes_ahead(text).is_none() => {
            Err(format!("A time zone is written like UTC+08:00, and {text:?} is not."))
        }
        _ => Ok(()),
    }
}

/// How many minutes a zone such as `UTC+08:00` is ahead of UTC.
pub fn minutes_ahead(zone: &str) -> Option<i64> {
    let rest = zone.strip_prefix("UTC")?;
    let (sign, rest) = match rest.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let part = |text: &str, most: i64| {
        let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| is_plain && *number <= most)
    };
    Some(sign * (part(hours, 14)? * 60 + part(minutes, 59)?))
}

/// Rules that need several arguments.
pub fn check(values: &Object) -> Vec<(&'static str, String)> {
    let given = |name: &str| values.get(name).is_some_and(|value| !value.is_null());
    let mut problems = Vec::new();
    if given("backup_quantity") && given("time_period") {
        problems.push((
            "time_period",
            "Backups are kept by number or by age: `backup_quantity` and `time_period` exclude each other."
                .to_owned(),
        ));
    }
    if given("long_term_retention") {
        let mut lack = |text: &str| problems.push(("long_term_retention", text.to_owned()));
        if !given("time_zone") {
            lack("Long-term retention counts the days of a zone: it needs `time_zone`.");
        }
        // Terraform's provider wants a number here, and its own documentation gives an age, which the service takes too.
        if !given("backup_quantity") && !given("time_period") {
            lack(
                "Long-term retention is for backups that would go otherwise, and without `backup_quantity` and `time_period` all stay.",
            );
        }
    }
    problems
}

/// The part of the definition that says how long backups are kept.
///
/// With neither number nor age, backups are kept for ever. Counts of 0 are written out: the service takes a definition
/// whole, and one that is left out might stay.
pub fn to_wire(values: &Object) -> OperationDefinition {
    let long_term = values.get("long_term_retention");
    let [day, week, month, year] = counts(long_term).map(Some);
    OperationDefinition {
        retention_duration_days: words::number(values, "time_period").or(Some(-1)),
        max_backups: words::number(values, "backup_quantity").or(Some(-1)),
        day_backups: day,
        week_backups: week,
        month_backups: month,
        year_backups: year,
        timezone: words::text(values, "time_zone").map(str::to_owned),
        full_backup_interval: full_backup_interval(long_term),
        ..OperationDefinition::default()
    }
}

/// The arguments that say what the wire says.
pub fn from_wire(definition: &OperationDefinition) -> Object {
    let limit = |number: Option<i64>| words::optional_number(number.filter(|number| *number > 0));
    let count = |number: Option<i64>| number.unwrap_or(0);
    let counts = [
        count(definition.day_backups),
        count(definition.week_backups),
        count(definition.month_backups),
        count(definition.year_backups),
    ];
    let interval = definition.full_backup_interval.filter(|interval| *interval > 0);
    let long_term = if interval.is_some() || counts.iter().any(|count| *count > 0) {
        let [daily, weekly, monthly, yearly] = counts.map(Value::from);
        Value::object([
            ("daily", daily),
            ("weekly", weekly),
            ("monthly", monthly),
            ("yearly", yearly),
            ("full_backup_interval", words::optional_number(interval)),
        ])
    } else {
        Value::Null(Type::Any)
    };
    words::object([
        ("backup_quantity", limit(definition.max_backups)),
        ("time_period", limit(definition.retention_duration_days)),
        ("long_term_retention", long_term),
        ("time_zone", words::optional_text(definition.timezone.as_ref())),
    ])
}

/// Which of these backups of one resource, newest first and in seconds of UNIX time, these arguments keep at this time.
pub fn keeps(values: &Object, created: &[i64], now: i64) -> Vec<bool> {
    let most = words::number(values, "backup_quantity").and_then(|most| usize::try_from(most).ok());
    let days = words::number(values, "time_period");
    let is_kept = |(place, time): (usize, &i64)| match (most, days) {
        (Some(most), _) => place < most,
        (None, Some(days)) => time.saturating_add(days.saturating_mul(86_400)) > now,
        (None, None) => true,
    };
    let mut kept: Vec<bool> = created.iter().enumerate().map(is_kept).collect();
    let ahead = words::text(values, "time_zone").and_then(minutes_ahead).unwrap_or(0);
    let counts = counts(values.get("long_term_retention"));
    for (count, period) in counts.into_iter().zip([Period::Day, Period::Week, Period::Month, Period::Year]) {
        keep_newest_of_each(created, &mut kept, usize::try_from(count).unwrap_or(0), |time| {
            period.of(time, ahead)
        });
    }
    kept
}

/// Keeps the newest backup of each of the last so many periods that have one.
fn keep_newest_of_each(
    created: &[i64],
    kept: &mut [bool],
    count: usize,
    period: impl Fn(i64) -> Option<(i16, i16)>,
) {
    let mut seen = BTreeSet::new();
    for (place, time) in created.iter().enumerate() {
        if seen.len() < count && seen.insert(period(*time)) {
            kept[place] = true;
        }
    }
}

#[derive(Clone, Copy)]
enum Period {
    Day,
    Week,
    Month,
    Year,
}

impl Period {
    /// Which one an instant is in, in a zone so many minutes ahead of UTC.
    fn of(self, time: i64, ahead: i64) -> Option<(i16, i16)> {
        let offset = Offset::from_seconds(i32::try_from(ahead * 60).ok()?).ok()?;
        let date = Timestamp::from_second(time).ok()?.to_zoned(TimeZone::fixed(offset)).date();
        let week = date.iso_week_date();
        Some(match self {
            Self::Day => (date.year(), date.day_of_year()),
            Self::Week => (week.year(), i16::from(week.week())),
            Self::Month => (date.year(), i16::from(date.month())),
            Self::Year => (date.year(), 0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_term(counts: [i64; 4]) -> Value {
        let [daily, weekly, monthly, yearly] = counts.map(Value::from);
        let interval = ("full_backup_interval", Value::Null(Type::Number));
        Value::object([
            ("daily", daily),
            ("weekly", weekly),
            ("monthly", monthly),
            ("yearly", yearly),
            interval,
        ])
    }

    #[test]
    fn what_is_left_out_of_the_wire_is_kept_for_ever() {
        let check = |days: i64, most: i64, expected: (Option<i64>, Option<i64>)| {
            let definition = OperationDefinition {
                retention_duration_days: Some(days),
                max_backups: Some(most),
                ..OperationDefinition::default()
            };
            let values = from_wire(&definition);
            let found = (words::number(&values, "time_period"), words::number(&values, "backup_quantity"));
            assert_eq!(found, expected);
            let back = to_wire(&values);
            assert_eq!((back.retention_duration_days, back.max_backups), (Some(days), Some(most)));
        };
        check(-1, -1, (None, None));
        check(30, -1, (Some(30), None));
        check(-1, 7, (None, Some(7)));
    }

    #[test]
    fn no_full_backups_are_none_however_that_is_said() {
        let check = |wanted: Option<i64>, live: Option<i64>, counted: i64, expected: bool| {
            let definition = OperationDefinition {
                max_backups: Some(7),
                day_backups: Some(counted),
                full_backup_interval: live,
                ..OperationDefinition::default()
            };
            let interval = ("full_backup_interval", words::optional_number(wanted));
            let block = Value::object([("daily", Value::from(counted)), interval]);
            let desired = words::object([("long_term_retention", block)]);
            let mut found = from_wire(&definition);
            align(&desired, &mut found);
            let same = desired.get("long_term_retention") == found.get("long_term_retention");
            assert_eq!(same, expected, "{wanted:?} {live:?} {counted}");
        };
        check(Some(-1), Some(-1), 5, true);
        check(Some(-1), None, 5, true);
        check(Some(-1), Some(10), 5, false);
        check(Some(10), Some(-1), 5, false);
        check(None, Some(10), 5, true);
        check(Some(10), Some(10), 0, true);
        check(Some(-1), Some(-1), 0, true);
    }

    #[test]
    fn counts_of_zero_are_written_out() {
        let values = words::object([("backup_quantity", Value::from(7_i64))]);
        let written = to_wire(&values);
        assert_eq!((written.day_backups, written.year_backups, written.timezone), (Some(0), Some(0), None));
    }

    #[test]
    fn a_rule_that_keeps_less_is_noticed() {
        let check = |before: [i64; 4], after: Option<[i64; 4]>, expected: bool| {
            let after = after.map(long_term);
            assert_eq!(
                keeps_fewer(Some(&long_term(before)), after.as_ref()),
                expected,
                "{before:?} {after:?}"
            );
        };
        check([5, 0, 0, 0], Some([4, 9, 9, 9]), true);
        check([5, 0, 0, 0], None, true);
        check([5, 0, 0, 0], Some([5, 1, 0, 0]), false);
        check([0, 0, 0, 0], None, false);
    }

    #[test]
    fn arguments_that_exclude_or_need_each_other() {
        let check = |given: &[&str], problems: usize| {
            let values: Object = given.iter().map(|name| ((*name).into(), Value::from(7_i64))).collect();
            assert_eq!(check(&values).len(), problems, "{given:?}");
        };
        check(&[], 0);
        check(&["time_period"], 0);
        check(&["time_period", "backup_quantity"], 1);
        check(&["long_term_retention"], 2);
        check(&["long_term_retention", "backup_quantity"], 1);
        check(&["long_term_retention", "backup_quantity", "time_zone"], 0);
        check(&["long_term_retention", "time_period", "time_zone"], 0);
    }

    #[test]
    fn zones_are_offsets() {
        let check = |zone: &str, expected: Option<i64>| assert_eq!(minutes_ahead(zone), expected, "{zone}");
        check("UTC+08:00", Some(480));
        check("UTC-03:30", Some(-210));
        check("UTC+00:00", Some(0));
        check("UTC", None);
        check("UTC+8:00", None);
        check("UTC+15:00", None);
        check("Asia/Shanghai", None);
    }

    /// Backups of every day at noon, newest first, the last on 2026-12-31.
    fn daily(count: i64) -> Vec<i64> {
        let last = words::instant("2026-12-31T12:00:00Z").expect("an instant");
        (0..count).map(|day| last - day * 86_400).collect()
    }

    #[test]
    fn a_policy_keeps_what_it_says() {
        let check = |quantity: Option<i64>, period: Option<i64>, counts: [i64; 4], expected: usize| {
            let values = words::object([
                ("backup_quantity", words::optional_number(quantity)),
                ("time_period", words::optional_number(period)),
                ("long_term_retention", long_term(counts)),
                ("time_zone", Value::string("UTC+00:00")),
            ]);
            let kept = keeps(&values, &daily(100), daily(1)[0] + 3600);
            assert_eq!(
                kept.iter().filter(|kept| **kept).count(),
                expected,
                "{quantity:?} {period:?} {counts:?}"
            );
        };
        check(None, None, [0; 4], 100);
        check(Some(7), None, [0; 4], 7);
        check(None, Some(7), [0; 4], 7);
        check(Some(7), None, [10, 0, 0, 0], 10);
        // The week of 28 December is among the last seven days, that of 21 December just so.
        check(Some(7), None, [0, 3, 0, 0], 8);
        check(Some(7), None, [0, 0, 3, 0], 9);
        check(Some(7), None, [0, 0, 0, 5], 7);
    }
}
