//! Backup and replication policies, and which backups a policy keeps.
//!
//! Source: CBR API v3, "Creating a Policy".

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::is_default;
use super::retention::Rules;
use super::schedule::{Schedule, weekday};
use crate::emulator::clock::Time;
use crate::emulator::table::Identified;

/// A policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// What it does.
    #[serde(default)]
    pub operation: Operation,
    /// Whether it runs.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// How long backups are kept, and where replicas go.
    #[serde(default)]
    pub definition: Definition,
    /// When it runs: rules in UTC.
    pub pattern: Vec<String>,
    /// The window for the start, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_window_minutes: Option<i64>,
    /// When it was made.
    #[serde(default)]
    pub created: Time,
    /// Who has made it: the customer, or the organisation, whose policies cannot be changed here.
    #[serde(default = "custom", rename = "policy_type", skip_serializing_if = "is_custom")]
    pub owner: String,
}

/// What a policy does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    #[default]
    Backup,
    Replication,
}

impl Operation {
    /// The vendor's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Backup => "backup",
            Operation::Replication => "replication",
        }
    }
}

/// How long backups are kept, and where replicas go.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Definition {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_duration_days: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_backups: Option<i64>,
    #[serde(skip_serializing_if = "is_default")]
    pub day_backups: i64,
    #[serde(skip_serializing_if = "is_default")]
    pub week_backups: i64,
    #[serde(skip_serializing_if = "is_default")]
    pub month_backups: i64,
    #[serde(skip_serializing_if = "is_default")]
    pub year_backups: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_backup_interval: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_project_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_acceleration: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advanced_retention_rules: Option<Value>,
}

impl Definition {
    /// Days that a backup lives, if the rule is by days.
    pub fn days(&self) -> Option<i64> {
        self.retention_duration_days.filter(|days| *days > 0)
    }

    /// Which of these backups, newest first, are kept at this time.
    ///
    /// By days, by number, or all of them; and besides, the newest of each of the last so many days, weeks, months and
    /// years that have one, in the policy's zone. Source: CBR API v3, "Creating a Policy", `operation_definition`.
    pub fn keeps(&self, created: &[Time], now: Time) -> Vec<bool> {
        let most = self.max_backups.filter(|most| *most >= 0).and_then(|most| usize::try_from(most).ok());
        let is_kept = |(place, time): (usize, &Time)| match (most, self.days()) {
            (Some(most), _) => place < most,
            (None, Some(days)) => time.plus(days * 86_400) > now,
            (None, None) => true,
        };
        let mut kept: Vec<bool> = created.iter().enumerate().map(is_kept).collect();
        let zone = self.timezone.as_deref().map_or(0, zone_seconds);
        for (count, period) in self.periods() {
            let mut seen = BTreeSet::new();
            for (place, time) in created.iter().enumerate() {
                let is_new = seen.insert(period(time.unix() + zone));
                kept[place] |= is_new && seen.len() <= count;
            }
        }
        self.keep_by_rules(created, now.unix() + zone, zone, &mut kept);
        kept
    }

    /// Besides, the newest backup of each day that an advanced rule names, for as long as it says.
    fn keep_by_rules(&self, created: &[Time], now: i64, zone: i64, kept: &mut [bool]) {
        // What is in the world's file may be no rules; then there are none.
        let rules = self.advanced_retention_rules.as_ref().map(Rules::read);
        let Some(Ok(rules)) = rules.filter(|rules| rules.as_ref().is_ok_and(|rules| !rules.is_empty()))
        else {
            return;
        };
        let mut days = BTreeSet::new();
        for (place, time) in created.iter().enumerate() {
            let made = time.unix() + zone;
            let is_newest = days.insert(day_of(made));
            kept[place] |= is_newest && rules.keep(made, now);
        }
    }

    fn periods(&self) -> [(usize, Period); 4] {
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        [
            (count(self.day_backups), day_of),
            (count(self.week_backups), week_of),
            (count(self.month_backups), month_of),
            (count(self.year_backups), |seconds| month_of(seconds).div_euclid(12)),
        ]
    }

    fn to_json(&self) -> Value {
        json!({
            "retention_duration_days": self.retention_duration_days.unwrap_or(-1),
            "max_backups": self.max_backups.unwrap_or(-1),
            "day_backups": self.day_backups,
            "week_backups": self.week_backups,
            "month_backups": self.month_backups,
            "year_backups": self.year_backups,
            "timezone": self.timezone,
            "full_backup_interval": self.full_backup_interval,
            "destination_region": self.destination_region,
            "destination_project_id": self.destination_project_id,
            "enable_acceleration": self.enable_acceleration,
            "advanced_retention_rules": self.advanced_retention_rules,
        })
    }
}

/// The number of the period that an instant is in, in seconds of the policy's zone.
type Period = fn(i64) -> i64;

/// The day, counted from 1970.
pub fn day_of(seconds: i64) -> i64 {
    seconds.div_euclid(86_400)
}

fn week_of(seconds: i64) -> i64 {
    let day = day_of(seconds);
    (day - weekday(day)).div_euclid(7)
}

/// Months since the year 0, by the calendar.
pub fn month_of(seconds: i64) -> i64 {
    let text = Time::from_unix(seconds).to_string();
    let part =
        |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<i64>().ok()).unwrap_or(0);
    part(0, 4) * 12 + part(5, 7) - 1
}

/// Seconds ahead of UTC of a zone such as `UTC+08:00`; 0 for what is no zone.
fn zone_seconds(zone: &str) -> i64 {
    let Some((sign, rest)) = zone.strip_prefix("UTC").and_then(|rest| rest.split_at_checked(1)) else {
        return 0;
    };
    let Some((hours, minutes)) = rest.split_once(':') else { return 0 };
    let seconds = hours.parse::<i64>().unwrap_or(0) * 3_600 + minutes.parse::<i64>().unwrap_or(0) * 60;
    if sign == "-" { -seconds } else { seconds }
}

impl Policy {
    /// When it runs; `None` for a pattern of the world's file that is none, which then never runs.
    pub fn schedule(&self) -> Option<Schedule> {
        Schedule::parse(&self.pattern).ok()
    }

    /// The first run after this instant, unless it is disabled.
    pub fn next_run(&self, after: Time) -> Option<Time> {
        self.schedule().filter(|_| self.enabled)?.next(after, self.created)
    }

    /// As the vendor shows it, with the vaults it is set on.
    pub fn to_json(&self, vaults: &[Value]) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "enabled": self.enabled,
            "operation_type": self.operation.as_str(),
            "policy_type": self.owner,
            "operation_definition": self.definition.to_json(),
            "trigger": {
                "id": format!("{}-trigger", self.id),
                "name": "default",
                "type": "time",
                "properties": {
                    "pattern": self.pattern,
                    "start_time": self.created.to_vendor_text(),
                    "start_window_minutes": self.start_window_minutes,
                },
            },
            "associated_vaults": vaults,
        })
    }
}

impl Identified for Policy {
    fn id(&self) -> &str {
        &self.id
    }
}

fn yes() -> bool {
    true
}

fn custom() -> String {
    "custom_policy".to_owned()
}

fn is_custom(policy_type: &str) -> bool {
    policy_type == "custom_policy"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Backups of every day at noon, newest first, up to and with the last of 2026.
    fn daily(count: i64) -> Vec<Time> {
        let last: Time = "2026-12-31T12:00:00Z".parse().unwrap();
        (0..count).map(|day| last.plus(-day * 86_400)).collect()
    }

    #[test]
    fn a_policy_keeps_what_it_says() {
        let check = |definition: Definition, expected: usize| {
            let kept = definition.keeps(&daily(100), "2026-12-31T13:00:00Z".parse().unwrap());
            assert_eq!(kept.iter().filter(|kept| **kept).count(), expected, "{definition:?}");
        };
        let none = Definition::default();
        check(none.clone(), 100);
        check(Definition { max_backups: Some(-1), retention_duration_days: Some(-1), ..none.clone() }, 100);
        check(Definition { max_backups: Some(7), ..none.clone() }, 7);
        check(Definition { max_backups: Some(0), ..none.clone() }, 0);
        check(Definition { retention_duration_days: Some(7), ..none.clone() }, 7);
        let seven = Definition { max_backups: Some(7), ..none };
        check(Definition { day_backups: 10, ..seven.clone() }, 10);
        // The weeks of 21 and 28 December are among the last seven days; that of 14 December is not.
        check(Definition { week_backups: 3, ..seven.clone() }, 8);
        check(Definition { month_backups: 3, ..seven.clone() }, 9);
        check(Definition { year_backups: 5, ..seven.clone() }, 7);
        // Of the Fridays in the last three weeks, that of 25 December is among the last seven days.
        let rules =
            json!({ "weekly_retention_rules": { "days_of_week": ["FR"], "retention_duration_periods": 3 } });
        check(Definition { advanced_retention_rules: Some(rules), ..seven.clone() }, 9);
        check(Definition { advanced_retention_rules: Some(json!("nonsense")), ..seven }, 7);
    }

    #[test]
    fn days_begin_in_the_zone_of_the_policy() {
        let check = |zone: &str, expected: [bool; 3]| {
            let times = ["2026-11-20T20:00:00Z", "2026-11-20T12:00:00Z", "2026-11-20T02:00:00Z"];
            let created: Vec<Time> = times.iter().map(|time| time.parse().unwrap()).collect();
            let definition = Definition {
                max_backups: Some(0),
                day_backups: 9,
                timezone: Some(zone.to_owned()),
                ..Definition::default()
            };
            assert_eq!(definition.keeps(&created, created[0]), expected, "{zone}");
        };
        check("UTC+00:00", [true, false, false]);
        check("UTC+08:00", [true, true, false]);
        check("UTC-05:00", [true, false, true]);
    }
}
