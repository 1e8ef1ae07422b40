//! Rules of long-term retention by weekday, day of the month and month: which backups they keep beyond all others.
//!
//! Source: `huaweicloudsdkcbr` 3.1.219, `PolicyAdvancedRetentionRules` and its parts: the backups of the days that a rule
//! names are kept for so many weeks, months or years; -1 switches a rule off.

use serde_json::Value;

use super::backup_policy::{day_of, month_of};
use super::schedule::weekday;

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    unit: Unit,
    /// How many of them.
    periods: i64,
    /// The months, January being 0. Empty: every month.
    months: Vec<i64>,
    /// Monday being 0. Empty: no rule by weekday.
    weekdays: Vec<i64>,
    /// The first week of the month being 1, and the last -1. Empty: every week.
    weeks: Vec<i64>,
    /// The days of the month, and the last being -1. Empty: no rule by day.
    days: Vec<i64>,
}

/// What a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Months,
    Weeks,
    Years,
}

/// The rules of a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// Reads what a policy holds.
    ///
    /// # Errors
    /// Says what the service does not take.
    pub fn read(rules: &Value) -> Result<Rules, String> {
        let known = [
            ("weekly_retention_rules", Unit::Weeks, 5200),
            ("monthly_retention_rules", Unit::Months, 1200),
            ("yearly_retention_rules", Unit::Years, 100),
        ];
        let mut read = Vec::new();
        for (name, unit, most) in known {
            let Some(rule) = rules.get(name).filter(|rule| !rule.is_null()) else { continue };
            read.extend(read_rule(rule, unit, most).map_err(|why| format!("{name}.{why}"))?);
        }
        Ok(Rules(read))
    }

    /// Whether they keep a backup made then until now; both in seconds of the policy's zone.
    pub fn keep(&self, created: i64, now: i64) -> bool {
        self.0.iter().any(|rule| rule.marks(created) && rule.lasts(created, now))
    }

    /// Whether there is any rule.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reads one rule; `None` for one that is switched off, which -1 says of it, not that it keeps for ever.
///
/// Source: `huaweicloudsdkcbr` 3.1.219, `PolicyWeeklyRetentionRules`, `retention_duration_periods`.
fn read_rule(rule: &Value, unit: Unit, most: i64) -> Result<Option<Rule>, String> {
    let periods = rule.get("retention_duration_periods").and_then(Value::as_i64);
    let in_range = |periods: &i64| *periods == -1 || (1..=most).contains(periods);
    let periods = periods
        .filter(in_range)
        .ok_or_else(|| format!("retention_duration_periods must be -1 or from 1 to {most}"))?;
    let kind = rule.get("retention_type").and_then(Value::as_str);
    let is_by_week = match (unit, kind) {
        (Unit::Weeks, _) | (_, Some("WEEKLY")) => true,
        (_, Some("MONTHLY")) => false,
        _ => return Err("retention_type must be WEEKLY or MONTHLY".to_owned()),
    };
    let weekdays = words(rule, "days_of_week", &WEEKDAYS)?;
    let months = words(rule, "retention_months", &MONTHS)?;
    let weeks: Vec<i64> = words(rule, "retention_weeks", &WEEKS)?
        .into_iter()
        .map(|week| if week == 4 { -1 } else { week + 1 })
        .collect();
    let days = numbers(rule, "days_of_month")?;
    let lacks = match (is_by_week, unit) {
        (true, Unit::Weeks) => weekdays.is_empty().then_some("days_of_week"),
        (true, _) => (weekdays.is_empty() || weeks.is_empty()).then_some("retention_weeks and days_of_week"),
        (false, _) => days.is_empty().then_some("days_of_month"),
    };
    if let Some(lacks) = lacks.filter(|_| periods != -1) {
        return Err(format!("{lacks} is required"));
    }
    if unit == Unit::Years && months.is_empty() && periods != -1 {
        return Err("retention_months is required".to_owned());
    }
    let none = Vec::new;
    let rule = Rule {
        unit,
        periods,
        months,
        weekdays: if is_by_week { weekdays } else { none() },
        weeks: if is_by_week { weeks } else { none() },
        days: if is_by_week { none() } else { days },
    };
    Ok((periods != -1).then_some(rule))
}

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const WEEKS: [&str; 5] = ["FIRST", "SECOND", "THIRD", "FOURTH", "LAST"];
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// Words of a list by their places among the known ones, which say how words begin: `MONDAY` as well as `MO`.
fn words(rule: &Value, name: &str, known: &[&str]) -> Result<Vec<i64>, String> {
    let list = rule.get(name).and_then(Value::as_array).into_iter().flatten();
    let place = |word: &Value| {
        let word = word.as_str().unwrap_or_default().to_ascii_uppercase();
        let place = known.iter().position(|known| word.starts_with(known));
        place
            .and_then(|place| i64::try_from(place).ok())
            .ok_or_else(|| format!("{name} must hold only {} and the like", known.join(", ")))
    };
    list.map(place).collect()
}

fn numbers(rule: &Value, name: &str) -> Result<Vec<i64>, String> {
    let list = rule.get(name).and_then(Value::as_array).into_iter().flatten();
    let number = |number: &Value| {
        let number = number.as_i64().filter(|number| *number == -1 || (1..=28).contains(number));
        number.ok_or_else(|| format!("{name} must hold -1 or numbers from 1 to 28"))
    };
    list.map(number).collect()
}

impl Rule {
    /// Whether it is of the day that a backup was made on.
    fn marks(&self, created: i64) -> bool {
        let day = day_of(created);
        let month = month_of(created);
        let of_month = day_of_month(day);
        let is_last = month_of((day + 1) * 86_400) != month;
        let is_last_week = month_of((day + 7) * 86_400) != month;
        let in_week = self.weeks.is_empty()
            || self.weeks.contains(&((of_month - 1) / 7 + 1))
            || is_last_week && self.weeks.contains(&-1);
        let by_week = self.weekdays.contains(&weekday(day)) && in_week;
        let by_day = self.days.contains(&of_month) || is_last && self.days.contains(&-1);
        (self.months.is_empty() || self.months.contains(&month.rem_euclid(12))) && (by_week || by_day)
    }

    /// Whether it still keeps what it marks.
    fn lasts(&self, created: i64, now: i64) -> bool {
        match self.unit {
            Unit::Weeks => now - created < self.periods * 7 * 86_400,
            Unit::Months => month_of(now) - month_of(created) < self.periods,
            Unit::Years => month_of(now) - month_of(created) < self.periods * 12,
        }
    }
}

/// The day of the month, from 1: days are counted back to where another month is.
fn day_of_month(day: i64) -> i64 {
    let month = month_of(day * 86_400);
    (1..=31).find(|back| month_of((day - back) * 86_400) != month).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::emulator::clock::Time;

    fn seconds(day: &str) -> i64 {
        format!("{day}T12:00:00Z").parse::<Time>().unwrap().unix()
    }

    #[test]
    fn rules_keep_what_they_mark_for_as_long_as_they_say() {
        let check = |rules: Value, created: &str, now: &str, expected: bool| {
            let read = Rules::read(&rules).unwrap();
            assert_eq!(read.keep(seconds(created), seconds(now)), expected, "{rules} {created} {now}");
        };
        // 20 November 2026 is a Friday, the third of its month.
        let weekly =
            json!({ "weekly_retention_rules": { "days_of_week": ["FR"], "retention_duration_periods": 2 } });
        check(weekly.clone(), "2026-11-20", "2026-12-03", true);
        check(weekly.clone(), "2026-11-20", "2026-12-04", false);
        check(weekly, "2026-11-19", "2026-11-20", false);
        let monthly = |rule: Value| json!({ "monthly_retention_rules": rule });
        let third = json!({ "retention_type": "WEEKLY", "retention_weeks": ["THIRD"], "days_of_week": ["FRIDAY"],
            "retention_duration_periods": 3 });
        check(monthly(third.clone()), "2026-11-20", "2027-01-31", true);
        check(monthly(third.clone()), "2026-11-20", "2027-02-01", false);
        check(monthly(third), "2026-11-27", "2026-11-28", false);
        let last = json!({ "retention_type": "WEEKLY", "retention_weeks": ["LAST"], "days_of_week": ["FR"],
            "retention_duration_periods": 1 });
        check(monthly(last), "2026-11-27", "2026-11-28", true);
        let end =
            json!({ "retention_type": "MONTHLY", "days_of_month": [1, -1], "retention_duration_periods": 1 });
        check(monthly(end.clone()), "2026-11-30", "2026-11-30", true);
        check(monthly(end.clone()), "2026-11-01", "2026-11-30", true);
        check(monthly(end), "2026-11-29", "2026-11-30", false);
        let yearly = json!({ "yearly_retention_rules": { "retention_type": "MONTHLY", "retention_months": ["JANUARY"],
            "days_of_month": [1], "retention_duration_periods": 2 } });
        check(yearly.clone(), "2026-01-01", "2027-12-31", true);
        check(yearly.clone(), "2026-01-01", "2028-01-01", false);
        check(yearly, "2026-02-01", "2026-02-02", false);
        let off =
            json!({ "weekly_retention_rules": { "days_of_week": ["FR"], "retention_duration_periods": -1 } });
        check(off, "2026-11-20", "2026-11-20", false);
        check(json!({}), "2026-11-20", "2026-11-20", false);
    }

    #[test]
    fn rules_that_say_too_little_or_too_much_are_refused() {
        let check = |rules: Value, expected: &str| {
            let error = Rules::read(&rules).unwrap_err();
            assert!(error.contains(expected), "{rules}: {error}");
        };
        let weekly = |rule: Value| json!({ "weekly_retention_rules": rule });
        check(weekly(json!({ "days_of_week": ["FR"] })), "retention_duration_periods");
        check(weekly(json!({ "days_of_week": ["FR"], "retention_duration_periods": 5201 })), "1 to 5200");
        check(weekly(json!({ "days_of_week": ["XX"], "retention_duration_periods": 1 })), "MO, TU");
        check(weekly(json!({ "retention_duration_periods": 1 })), "days_of_week is required");
        let monthly = |rule: Value| json!({ "monthly_retention_rules": rule });
        check(monthly(json!({ "retention_duration_periods": 1 })), "WEEKLY or MONTHLY");
        let late =
            json!({ "retention_type": "MONTHLY", "days_of_month": [29], "retention_duration_periods": 1 });
        check(monthly(late), "1 to 28");
    }
}
