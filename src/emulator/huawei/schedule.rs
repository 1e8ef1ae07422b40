//! When a policy runs: the subset of iCalendar rules that CBR takes, in UTC.
//!
//! Source: CBR API v3, "Creating a Policy", `trigger.properties.pattern`: only FREQ, BYDAY, BYHOUR, BYMINUTE and
//! INTERVAL; at least an hour between runs, at most 24 runs a day.

use crate::emulator::clock::Time;

const DAY: i64 = 86_400;
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The days that a rule names.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Days {
    /// Every so many days, counted from the policy's first day.
    Every(i64),
    /// On these weekdays, Monday being 0.
    On(Vec<i64>),
}

/// One rule of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    days: Days,
    /// Seconds after midnight, in order.
    times: Vec<i64>,
}

impl Rule {
    /// Reads a rule such as `FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=14;BYMINUTE=00`.
    ///
    /// # Errors
    /// Says what of it CBR does not take.
    pub fn parse(text: &str) -> Result<Rule, String> {
        let mut fields = Fields::default();
        for field in text.split(';').filter(|field| !field.trim().is_empty()) {
            let (name, value) = field.split_once('=').ok_or_else(|| format!("`{field}` is no NAME=VALUE"))?;
            fields.set(name.trim(), value.trim())?;
        }
        fields.rule()
    }

    /// Its runs of one day, if it runs on it; days are counted from 1970, and `first` is the policy's first.
    fn on_day(&self, day: i64, first: i64) -> &[i64] {
        let runs = match &self.days {
            Days::Every(interval) => (day - first).rem_euclid(*interval) == 0,
            Days::On(weekdays) => weekdays.contains(&weekday(day)),
        };
        if runs { &self.times } else { &[] }
    }
}

/// The weekday of a day since 1970, Monday being 0; 1970 began on a Thursday.
pub fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

#[derive(Default)]
struct Fields {
    freq: Option<String>,
    interval: Option<i64>,
    days: Option<Vec<i64>>,
    hours: Vec<i64>,
    minutes: Vec<i64>,
}

impl Fields {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "FREQ" => self.freq = Some(value.to_owned()),
            "INTERVAL" => self.interval = Some(number(value, 1, 30)?),
            "BYDAY" => self.days = Some(value.split(',').map(day).collect::<Result<_, _>>()?),
            "BYHOUR" => {
                self.hours = value.split(',').map(|hour| number(hour, 0, 23)).collect::<Result<_, _>>()?;
            }
            "BYMINUTE" => {
                self.minutes =
                    value.split(',').map(|minute| number(minute, 0, 59)).collect::<Result<_, _>>()?;
            }
            _ => return Err(format!("`{name}` is not one of FREQ, BYDAY, BYHOUR, BYMINUTE, INTERVAL")),
        }
        Ok(())
    }

    fn rule(self) -> Result<Rule, String> {
        let days = match (self.freq.as_deref(), self.days, self.interval) {
            (Some("WEEKLY"), Some(days), None | Some(1)) => Days::On(days),
            (Some("DAILY"), None, interval) => Days::Every(interval.unwrap_or(1)),
            (Some("WEEKLY" | "DAILY"), _, _) => {
                return Err("BYDAY belongs to WEEKLY, INTERVAL to DAILY".to_owned());
            }
            (Some(freq), _, _) => return Err(format!("FREQ `{freq}` is not one of WEEKLY, DAILY")),
            (None, _, _) => return Err("FREQ is missing".to_owned()),
        };
        if self.hours.is_empty() || self.minutes.is_empty() {
            return Err("BYHOUR and BYMINUTE are needed".to_owned());
        }
        let at = |hour: &i64| {
            self.minutes.iter().map(move |minute| hour * 3_600 + minute * 60).collect::<Vec<_>>()
        };
        let mut times: Vec<i64> = self.hours.iter().flat_map(at).collect();
        times.sort_unstable();
        times.dedup();
        Ok(Rule { days, times })
    }
}

fn number(text: &str, least: i64, most: i64) -> Result<i64, String> {
    let number = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("`{text}` is not from {least} to {most}"))
}

fn day(text: &str) -> Result<i64, String> {
    let place = WEEKDAYS.iter().position(|weekday| *weekday == text.trim());
    let place = place.and_then(|place| i64::try_from(place).ok());
    place.ok_or_else(|| format!("`{text}` is not one of {}", WEEKDAYS.join(", ")))
}

/// The rules of a policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule(Vec<Rule>);

impl Schedule {
    /// Reads a pattern, and refuses one whose runs come too close.
    ///
    /// # Errors
    /// Says what CBR does not take.
    pub fn parse(pattern: &[String]) -> Result<Schedule, String> {
        const MOST: usize = 24;
        if pattern.is_empty() || pattern.len() > MOST {
            return Err(format!("it must have 1 to {MOST} rules"));
        }
        let rules: Vec<Rule> = pattern.iter().map(|text| Rule::parse(text)).collect::<Result<_, _>>()?;
        let mut times: Vec<i64> = rules.iter().flat_map(|rule| rule.times.clone()).collect();
        times.sort_unstable();
        times.dedup();
        if times.len() > MOST {
            return Err(format!("it must not run more than {MOST} times a day"));
        }
        let wraps = times
            .first()
            .zip(times.last())
            .is_some_and(|(first, last)| times.len() > 1 && first + DAY - last < 3_600);
        if wraps || times.windows(2).any(|pair| pair[1] - pair[0] < 3_600) {
            return Err("there must be at least an hour between two runs".to_owned());
        }
        Ok(Schedule(rules))
    }

    /// The first run after this instant; `since` is when the policy was made, from which intervals are counted.
    pub fn next(&self, after: Time, since: Time) -> Option<Time> {
        // No rule waits longer than its interval, which is 30 days at most, or a week.
        const HORIZON: i64 = 31;
        let (today, first) = (after.unix().div_euclid(DAY), since.unix().div_euclid(DAY));
        (today..=today + HORIZON).find_map(|day| {
            let times = self.0.iter().flat_map(|rule| rule.on_day(day, first));
            times.map(|time| day * DAY + time).filter(|run| *run > after.unix()).min().map(Time::from_unix)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(text: &str) -> Result<Schedule, String> {
        let rules: Vec<String> = text.split('|').map(str::to_owned).collect();
        Schedule::parse(&rules)
    }

    #[test]
    fn the_next_run_follows_the_rules() {
        let check = |text: &str, after: &str, expected: &str| {
            let since = "2026-11-20T09:00:00Z".parse().unwrap();
            let next = schedule(text).unwrap().next(after.parse().unwrap(), since).unwrap();
            assert_eq!(next.to_string(), expected, "{text} after {after}");
        };
        // 20 November 2026 is a Friday.
        check("FREQ=DAILY;INTERVAL=1;BYHOUR=06;BYMINUTE=00", "2026-11-20T05:59:59Z", "2026-11-20T06:00:00Z");
        check("FREQ=DAILY;BYHOUR=06;BYMINUTE=00", "2026-11-20T06:00:00Z", "2026-11-21T06:00:00Z");
        check("FREQ=DAILY;INTERVAL=3;BYHOUR=06;BYMINUTE=30", "2026-11-20T07:00:00Z", "2026-11-23T06:30:00Z");
        check(
            "FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=14;BYMINUTE=00",
            "2026-11-20T14:00:00Z",
            "2026-11-23T14:00:00Z",
        );
        check("FREQ=WEEKLY;BYDAY=FR;BYHOUR=14;BYMINUTE=00", "2026-11-20T14:00:00Z", "2026-11-27T14:00:00Z");
        check("FREQ=DAILY;BYHOUR=8,20;BYMINUTE=00", "2026-11-20T09:00:00Z", "2026-11-20T20:00:00Z");
        check(
            "FREQ=DAILY;BYHOUR=20;BYMINUTE=00|FREQ=WEEKLY;BYDAY=FR;BYHOUR=10;BYMINUTE=00",
            "2026-11-20T09:00:00Z",
            "2026-11-20T10:00:00Z",
        );
    }

    #[test]
    fn what_the_vendor_does_not_take_is_refused() {
        let check = |text: &str, expected: &str| {
            let error = schedule(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        };
        check("", "FREQ is missing");
        check("FREQ=HOURLY;BYHOUR=1;BYMINUTE=0", "not one of WEEKLY, DAILY");
        check("FREQ=WEEKLY;BYHOUR=1;BYMINUTE=0", "BYDAY belongs");
        check("FREQ=DAILY;BYDAY=MO;BYHOUR=1;BYMINUTE=0", "BYDAY belongs");
        check("FREQ=DAILY;INTERVAL=31;BYHOUR=1;BYMINUTE=0", "1 to 30");
        check("FREQ=DAILY;BYHOUR=24;BYMINUTE=0", "0 to 23");
        check("FREQ=DAILY;BYHOUR=1", "are needed");
        check("FREQ=DAILY;BYHOUR=1;BYMINUTE=0;COUNT=3", "`COUNT`");
        check("FREQ=WEEKLY;BYDAY=XX;BYHOUR=1;BYMINUTE=0", "not one of MO");
        check("nonsense", "NAME=VALUE");
        check("FREQ=DAILY;BYHOUR=1;BYMINUTE=0,30", "at least an hour");
        check("FREQ=DAILY;BYHOUR=0,23;BYMINUTE=30|FREQ=DAILY;BYHOUR=0;BYMINUTE=0", "at least an hour");
        check("FREQ=DAILY;BYHOUR=23;BYMINUTE=30|FREQ=DAILY;BYHOUR=0;BYMINUTE=0", "at least an hour");
        assert!(Schedule::parse(&vec!["FREQ=DAILY;BYHOUR=1;BYMINUTE=0".to_owned(); 25]).is_err());
    }
}
