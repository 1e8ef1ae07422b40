//! `backup_cycle`: on which days and at what times a policy runs, as people write it and as the wire has it.
//!
//! Source: CBR API v3, "Creating a Policy", `trigger.properties.pattern`: rules of iCalendar with FREQ, BYDAY, INTERVAL,
//! BYHOUR and BYMINUTE, in UTC; at least an hour between two runs, at most 24 runs a day.

use std::collections::BTreeSet;

use crate::cloud::huawei::resources::words;
use crate::model::schema::Kind;
use crate::model::types::Type;
use crate::model::value::{Object, Value};

/// The block.
pub const KIND: Kind = Kind::Object(&[
    ("frequency", Kind::String),
    ("interval", Kind::Number),
    ("days", Kind::String),
    ("execution_times", Kind::List(&Kind::String)),
]);

const WEEK: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const DAY: i64 = 24 * 60;
const MOST_RUNS: usize = 24;

/// When a policy runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    days: Days,
    /// Minutes after midnight UTC, in order.
    times: BTreeSet<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Days {
    /// Every so many days.
    Every(i64),
    /// On these days of the week, Monday being 0.
    On(BTreeSet<usize>),
}

impl Cycle {
    /// Reads the block.
    ///
    /// # Errors
    ///
    /// The rule that it breaks, with what was found.
    pub fn read(value: &Value) -> Result<Self, String> {
        let none = Object::new();
        let fields = value.as_object().unwrap_or(&none);
        let days = days(fields)?;
        let mut times = BTreeSet::new();
        let given = words::elements(fields, "execution_times");
        for time in given {
            times.insert(minute(time.as_str().unwrap_or_default())?);
        }
        if given.is_empty() || given.len() > MOST_RUNS {
            return Err(format!(
                "A cycle has 1 to {MOST_RUNS} execution times, and this one has {}.",
                given.len()
            ));
        }
        if times.len() < given.len() {
            return Err("An execution time stands there twice.".to_owned());
        }
        let cycle = Self { days, times };
        match cycle.shortest_pause() {
            Some(pause) if pause < 60 => Err(format!(
                "There is at least an hour between two runs, and two of these are {pause} minutes apart."
            )),
            _ => Ok(cycle),
        }
    }

    /// Reads what the wire has; `None` where it is more than one block can say.
    pub fn from_wire(pattern: &[String]) -> Option<Self> {
        let mut days = None;
        let mut times = BTreeSet::new();
        for rule in pattern {
            let (own, minutes) = rule_of(rule)?;
            if days.as_ref().is_some_and(|days| *days != own) {
                return None;
            }
            days = Some(own);
            times.extend(minutes);
        }
        Some(Self { days: days?, times })
    }

    /// One rule for each time, as the vendor's console and Terraform's provider write them.
    pub fn to_wire(&self) -> Vec<String> {
        let days = match &self.days {
            Days::Every(interval) => format!("FREQ=DAILY;INTERVAL={interval}"),
            Days::On(days) => format!("FREQ=WEEKLY;BYDAY={}", names(days)),
        };
        let rule = |minute: &i64| format!("{days};BYHOUR={:02};BYMINUTE={:02}", minute / 60, minute % 60);
        self.times.iter().map(rule).collect()
    }

    /// The block that says it.
    pub fn value(&self) -> Value {
        let (interval, days) = match &self.days {
            Days::Every(interval) => (Value::from(*interval), Value::Null(Type::String)),
            Days::On(days) => (Value::Null(Type::Number), Value::string(names(days))),
        };
        let times = self.times.iter().map(|minute| Value::string(clock(*minute)));
        Value::object([
            ("frequency", Value::Null(Type::String)),
            ("interval", interval),
            ("days", days),
            ("execution_times", Value::list(Type::String, times)),
        ])
    }

    /// The fewest minutes between two runs.
    fn shortest_pause(&self) -> Option<i64> {
        let times: Vec<i64> = self.times.iter().copied().collect();
        let within = times.windows(2).map(|pair| pair[1] - pair[0]).min();
        let follows = match &self.days {
            Days::Every(interval) => *interval == 1,
            Days::On(days) => days.iter().any(|day| days.contains(&((day + 1) % WEEK.len()))),
        };
        let over_night = times.first().zip(times.last()).filter(|_| follows);
        let over_night = over_night.map(|(first, last)| first + DAY - last);
        within.into_iter().chain(over_night).min()
    }

    /// Runs in 210 days, in which every interval up to 7 days and every week is whole.
    fn runs(&self) -> i64 {
        const SPAN: i64 = 210;
        let times = i64::try_from(self.times.len()).unwrap_or(i64::MAX);
        match &self.days {
            Days::Every(interval) => times * SPAN / (*interval).max(1),
            Days::On(days) => times * (SPAN / 7) * i64::try_from(days.len()).unwrap_or(7),
        }
    }

    /// The runs, as times of day in a zone so many minutes ahead of UTC, that are in the service's peak hours.
    ///
    /// Source: Getting Started, "Creating a Cloud Server Backup": 22:00 to 08:00, during which there may be delays.
    pub fn in_peak_hours(&self, ahead: i64) -> Vec<String> {
        let local = self.times.iter().map(|minute| (minute + ahead).rem_euclid(DAY));
        local.filter(|minute| !(8 * 60..22 * 60).contains(minute)).map(clock).collect()
    }
}

/// Whether a change of the block makes it run less often.
pub fn runs_less_often(before: Option<&Value>, after: Option<&Value>) -> bool {
    let runs =
        |value: Option<&Value>| value.and_then(|value| Cycle::read(value).ok()).map(|cycle| cycle.runs());
    match (runs(before), runs(after)) {
        (Some(before), Some(after)) => after < before,
        (before, after) => before.is_some() && after.is_none(),
    }
}

/// The days that the block names: exactly one of interval and days.
fn days(fields: &Object) -> Result<Days, String> {
    let frequency = words::text(fields, "frequency");
    let found = match (words::number(fields, "interval"), words::text(fields, "days")) {
        (Some(interval), None) if (1..=30).contains(&interval) => Days::Every(interval),
        (Some(interval), None) => {
            return Err(format!("The interval is 1 to 30 days, and this one is {interval}."));
        }
        (None, Some(days)) => Days::On(week_days(days)?),
        (Some(_), Some(_)) => {
            return Err("A cycle has an interval or days, and this one has both.".to_owned());
        }
        (None, None) => return Err("A cycle has an interval or days, and this one has neither.".to_owned()),
    };
    match (frequency, &found) {
        (None, _) | (Some("DAILY"), Days::Every(_)) | (Some("WEEKLY"), Days::On(_)) => Ok(found),
        (Some(frequency), _) => Err(format!(
            "The frequency is DAILY with an interval, WEEKLY with days, and this one is {frequency:?}."
        )),
    }
}

fn week_days(text: &str) -> Result<BTreeSet<usize>, String> {
    let day = |name: &str| {
        let found = WEEK.iter().position(|day| *day == name);
        found.ok_or_else(|| {
            format!("Days are among {} with commas between them, and {name:?} is none.", WEEK.join(","))
        })
    };
    text.split(',').map(day).collect()
}

fn names(days: &BTreeSet<usize>) -> String {
    days.iter().map(|day| WEEK[*day]).collect::<Vec<_>>().join(",")
}

/// Minutes after midnight of `HH:MM`.
fn minute(text: &str) -> Result<i64, String> {
    let part = |part: &str, most: i64| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i64>().ok().filter(|number| digits && *number <= most)
    };
    let parsed =
        text.split_once(':').and_then(|(hour, minute)| Some(part(hour, 23)? * 60 + part(minute, 59)?));
    parsed.ok_or_else(|| format!("An execution time is written as 00:00 to 23:59, and {text:?} is none."))
}

fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The days and times of one rule.
fn rule_of(rule: &str) -> Option<(Days, BTreeSet<i64>)> {
    let field = |name: &str| rule.split(';').find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
    let numbers = |name: &str, most: i64| -> Option<Vec<i64>> {
        let parse = |text: &str| text.trim().parse().ok().filter(|number| (0..=most).contains(number));
        field(name)?.split(',').map(parse).collect()
    };
    let days = match field("FREQ")? {
        "DAILY" => Days::Every(field("INTERVAL").map_or(Some(1), |interval| interval.parse().ok())?),
        "WEEKLY" => Days::On(week_days(field("BYDAY")?).ok()?),
        _ => return None,
    };
    let minutes = numbers("BYMINUTE", 59)?;
    let hours = numbers("BYHOUR", 23)?;
    let times = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute));
    Some((days, times.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(interval: Option<i64>, days: Option<&str>, times: &[&str]) -> Value {
        Value::object([
            ("frequency", Value::Null(Type::String)),
            ("interval", words::optional_number(interval)),
            ("days", words::optional_text(days.map(str::to_owned).as_ref())),
            ("execution_times", Value::list(Type::String, times.iter().map(Value::string))),
        ])
    }

    #[test]
    fn a_cycle_is_what_the_service_takes() {
        let check =
            |interval: Option<i64>, days: Option<&str>, times: &[&str], expected: Result<&str, &str>| match (
                Cycle::read(&block(interval, days, times)),
                expected,
            ) {
                (Ok(cycle), Ok(rules)) => assert_eq!(cycle.to_wire().join(" "), rules),
                (Err(problem), Err(part)) => assert!(problem.contains(part), "{problem}"),
                (found, expected) => panic!("{found:?}, not {expected:?}"),
            };
        check(Some(1), None, &["06:00"], Ok("FREQ=DAILY;INTERVAL=1;BYHOUR=06;BYMINUTE=00"));
        check(
            None,
            Some("TH,MO"),
            &["18:30", "06:00"],
            Ok("FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=06;BYMINUTE=00 FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=18;BYMINUTE=30"),
        );
        check(Some(0), None, &["06:00"], Err("1 to 30 days, and this one is 0"));
        check(Some(31), None, &["06:00"], Err("this one is 31"));
        check(Some(1), Some("MO"), &["06:00"], Err("has both"));
        check(None, None, &["06:00"], Err("has neither"));
        check(None, Some("mo"), &["06:00"], Err("\"mo\" is none"));
        check(Some(1), None, &[], Err("this one has 0"));
        check(Some(1), None, &["06:00"; 25], Err("this one has 25"));
        check(Some(1), None, &["06:00", "06:00"], Err("twice"));
        check(Some(1), None, &["6:00"], Err("\"6:00\" is none"));
        check(Some(1), None, &["24:00"], Err("\"24:00\" is none"));
        check(Some(1), None, &["06:00", "06:59"], Err("59 minutes apart"));
        check(Some(1), None, &["23:30", "00:15"], Err("45 minutes apart"));
        check(None, Some("SU,MO"), &["23:30", "00:15"], Err("45 minutes apart"));
        check(
            Some(2),
            None,
            &["23:30", "00:15"],
            Ok("FREQ=DAILY;INTERVAL=2;BYHOUR=00;BYMINUTE=15 FREQ=DAILY;INTERVAL=2;BYHOUR=23;BYMINUTE=30"),
        );
    }

    #[test]
    fn the_wire_is_read_as_it_is_written() {
        let check = |rules: &[&str], expected: Option<&str>| {
            let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
            let read = Cycle::from_wire(&rules).map(|cycle| cycle.to_wire().join(" "));
            assert_eq!(read.as_deref(), expected, "{rules:?}");
        };
        let daily = "FREQ=DAILY;INTERVAL=1;BYHOUR=06;BYMINUTE=00";
        check(&[daily], Some(daily));
        check(&["FREQ=DAILY;BYHOUR=6;BYMINUTE=0"], Some(daily));
        check(
            &["FREQ=DAILY;INTERVAL=1;BYHOUR=06,18;BYMINUTE=00"],
            Some("FREQ=DAILY;INTERVAL=1;BYHOUR=06;BYMINUTE=00 FREQ=DAILY;INTERVAL=1;BYHOUR=18;BYMINUTE=00"),
        );
        check(&[daily, "FREQ=WEEKLY;BYDAY=MO;BYHOUR=06;BYMINUTE=00"], None);
        check(&["FREQ=MONTHLY;BYHOUR=06;BYMINUTE=00"], None);
        check(&[], None);
    }

    #[test]
    fn running_less_often_is_noticed() {
        let check = |before: Value, after: Value, expected: bool| {
            assert_eq!(runs_less_often(Some(&before), Some(&after)), expected, "{before:?} {after:?}");
        };
        let daily = || block(Some(1), None, &["06:00"]);
        check(daily(), block(Some(2), None, &["06:00"]), true);
        check(daily(), block(None, Some("MO,TU,WE,TH,FR,SA"), &["06:00"]), true);
        check(daily(), block(Some(1), None, &["06:00", "18:00"]), false);
        check(daily(), block(Some(1), None, &["07:00"]), false);
        check(daily(), Value::unknown(KIND.to_type()), true);
    }

    #[test]
    fn peak_hours_are_from_22_to_8_where_the_servers_are() {
        let check = |time: &str, ahead: i64, expected: &[&str]| {
            let cycle = Cycle::read(&block(Some(1), None, &[time])).expect("a cycle");
            assert_eq!(cycle.in_peak_hours(ahead), expected, "{time} {ahead}");
        };
        check("07:59", 0, &["07:59"]);
        check("08:00", 0, &[]);
        check("21:59", 0, &[]);
        check("22:00", 0, &["22:00"]);
        check("18:00", 8 * 60, &["02:00"]);
        check("06:00", 8 * 60, &[]);
        check("14:00", -6 * 60, &[]);
        check("04:00", -6 * 60, &["22:00"]);
    }
}
