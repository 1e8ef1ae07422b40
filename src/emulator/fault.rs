//! Faults: what goes wrong, with which operation, and when. Calls are counted from the start of the emulator.
//!
//! As text: `OPERATION:KIND` or `OPERATION:KIND:name=value,name=value`, for instance
//! `DescribeBackupPlans:throttle:times=2`, `Describe*:slow:seconds=3`, `CreateBackupPlan:timeout-after:nth=2`,
//! `*:unavailable:chance=0.1,seed=7`.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::wildcard;

/// One thing that goes wrong.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which operations; `*` stands for any text.
    pub operation: String,
    /// What goes wrong.
    pub kind: Kind,
    /// The first call it concerns, counted from 1. Given alone it concerns that call only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// How many calls it concerns, from the first on. Left out: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// The share of those calls that it strikes, from 0 to 1. Left out: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// Decides, with the call's number, which calls a chance strikes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seed: u64,
    /// How long: of a wait, of the pause asked for by a throttled answer, of a skew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// How many listings still show what was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<u32>,
}

/// What can go wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The answer is the vendor's throttling error.
    Throttle,
    /// The answer is HTTP 500.
    Internal,
    /// The answer is HTTP 200 and says that it was no success, as HBR does at times.
    Unsuccessful,
    /// The answer is HTTP 503.
    Unavailable,
    /// Nothing is done, and the connection closes without an answer after `seconds` (60).
    TimeoutBefore,
    /// It is done, and the connection closes without an answer after `seconds` (60).
    TimeoutAfter,
    /// It is done, and the connection closes in the middle of the answer.
    Cut,
    /// It is done, and the answer is damaged.
    Garbled,
    /// It is done, and the answer is the HTTP 504 of something on the way that would not wait.
    GatewayTimeout,
    /// The answer comes after `seconds` (5).
    Slow,
    /// It is done, and the next `reads` (2) listings do not show it yet.
    Delayed,
    /// The clock of the cloud is ahead by `seconds` (1200, may be negative), so that dates are refused.
    Skew,
}

impl Kind {
    const ALL: [(&'static str, Kind); 12] = [
        ("cut", Kind::Cut),
        ("delayed", Kind::Delayed),
        ("garbled", Kind::Garbled),
        ("gateway-timeout", Kind::GatewayTimeout),
        ("internal", Kind::Internal),
        ("skew", Kind::Skew),
        ("slow", Kind::Slow),
        ("throttle", Kind::Throttle),
        ("timeout-after", Kind::TimeoutAfter),
        ("timeout-before", Kind::TimeoutBefore),
        ("unavailable", Kind::Unavailable),
        ("unsuccessful", Kind::Unsuccessful),
    ];

    fn default_seconds(self) -> f64 {
        match self {
            Kind::TimeoutBefore | Kind::TimeoutAfter => 60.0,
            Kind::Slow => 5.0,
            Kind::Skew => 1200.0,
            Kind::Throttle => 1.0,
            Kind::Internal
            | Kind::Unavailable
            | Kind::Unsuccessful
            | Kind::Cut
            | Kind::Garbled
            | Kind::GatewayTimeout
            | Kind::Delayed => 0.0,
        }
    }
}

impl Fault {
    /// How long it lasts.
    pub fn duration(&self) -> Duration {
        Duration::try_from_secs_f64(self.seconds_or_default()).unwrap_or_default()
    }

    /// By how much the cloud's clock is ahead.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast of a float saturates, which is what is wanted"
    )]
    pub fn skew_seconds(&self) -> i64 {
        self.seconds_or_default() as i64
    }

    /// How many listings do not show the effect yet.
    pub fn delayed_reads(&self) -> u32 {
        self.reads.unwrap_or(2)
    }

    fn seconds_or_default(&self) -> f64 {
        self.seconds.unwrap_or_else(|| self.kind.default_seconds())
    }

    /// Whether it strikes the call of this number among those of its operations, counted from 1.
    fn strikes(&self, number: u64) -> bool {
        let first = self.nth.unwrap_or(1);
        let times = self.times.or(self.nth.map(|_| 1)).unwrap_or(u64::MAX);
        let is_due = number >= first && number - first < times;
        is_due && self.chance.is_none_or(|chance| share(self.seed, number) < chance)
    }
}

/// A number from 0 up to 1 that looks like chance and is none: the mixing function `SplitMix64` of seed and number.
#[expect(clippy::cast_precision_loss, reason = "53 bits are exactly what a double holds")]
fn share(seed: u64, number: u64) -> f64 {
    let mut x = seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((x ^ (x >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        let mut parts = text.splitn(3, ':');
        let (Some(operation), Some(kind)) = (parts.next(), parts.next()) else {
            return Err(format!("the fault `{text}` does not have the form OPERATION:KIND"));
        };
        let mut fault = Fault {
            operation: operation.to_owned(),
            kind: parse_kind(kind)?,
            nth: None,
            times: None,
            chance: None,
            seed: 0,
            seconds: None,
            reads: None,
        };
        for setting in parts.next().unwrap_or_default().split(',').filter(|setting| !setting.is_empty()) {
            fault.set(setting)?;
        }
        Ok(fault)
    }
}

impl Fault {
    fn set(&mut self, setting: &str) -> Result<(), String> {
        let (name, value) = setting
            .split_once('=')
            .ok_or_else(|| format!("`{setting}` does not have the form name=value"))?;
        match name {
            "chance" => self.chance = Some(parse_number(name, value)?),
            "nth" => self.nth = Some(parse_number(name, value)?),
            "reads" => self.reads = Some(parse_number(name, value)?),
            "seconds" => self.seconds = Some(parse_number(name, value)?),
            "seed" => self.seed = parse_number(name, value)?,
            "times" => self.times = Some(parse_number(name, value)?),
            _ => return Err(format!("a fault has no `{name}`: chance, nth, reads, seconds, seed, times")),
        }
        Ok(())
    }
}

fn parse_kind(text: &str) -> Result<Kind, String> {
    let known = Kind::ALL.iter().find(|(name, _)| *name == text);
    known.map(|(_, kind)| *kind).ok_or_else(|| {
        let names: Vec<&str> = Kind::ALL.iter().map(|(name, _)| *name).collect();
        format!("`{text}` is no kind of fault: {}", names.join(", "))
    })
}

fn parse_number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{value}` is not a number that `{name}` can have"))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The faults of a running emulator, each with the number of calls it has seen.
#[derive(Debug, Default)]
pub struct Faults(Vec<(Fault, u64)>);

impl Faults {
    /// Faults that have seen no call yet.
    pub fn new(faults: impl IntoIterator<Item = Fault>) -> Faults {
        Faults(faults.into_iter().map(|fault| (fault, 0)).collect())
    }

    /// The skew of the cloud's clock during this call, in seconds.
    pub fn skew(&mut self, operation: &str) -> i64 {
        self.strike(operation, |kind| kind == Kind::Skew).map_or(0, |fault| fault.skew_seconds())
    }

    /// What else goes wrong with this call: the first fault that strikes. All count it.
    pub fn next(&mut self, operation: &str) -> Option<Fault> {
        self.strike(operation, |kind| kind != Kind::Skew)
    }

    fn strike(&mut self, operation: &str, concerns: impl Fn(Kind) -> bool) -> Option<Fault> {
        let mut struck = None;
        for (fault, seen) in &mut self.0 {
            if !concerns(fault.kind) || !wildcard::matches(&fault.operation, operation) {
                continue;
            }
            *seen += 1;
            if struck.is_none() && fault.strikes(*seen) {
                struck = Some(fault.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_from_text() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let read = text.parse::<Fault>().map(|fault| serde_json::to_string(&fault).unwrap());
            match (&read, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
                (Err(found), Err(expected)) => assert!(found.contains(expected), "{text}: {found}"),
                _ => panic!("{text}: {read:?}"),
            }
        };
        check("A:throttle", Ok(r#"{"operation":"A","kind":"throttle"}"#));
        check("A*:slow:seconds=0.5,nth=3", Ok(r#"{"operation":"A*","kind":"slow","nth":3,"seconds":0.5}"#));
        check("A:cut:times=2,", Ok(r#"{"operation":"A","kind":"cut","times":2}"#));
        check("A", Err("OPERATION:KIND"));
        check("A:explode", Err("no kind of fault"));
        check("A:cut:times=many", Err("not a number"));
        check("A:cut:colour=1", Err("has no `colour`"));
        check("A:cut:times", Err("name=value"));
    }

    #[test]
    fn every_kind_is_named_alike_in_text_and_json() {
        for (name, kind) in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
        }
    }

    #[test]
    fn faults_strike_by_operation_and_count() {
        let check = |text: &str, expected: &str| {
            let mut faults = Faults::new([text.parse().unwrap()]);
            let struck: String =
                (0..5).map(|_| if faults.next("Describe").is_some() { 'x' } else { '.' }).collect();
            assert_eq!(struck, expected, "{text}");
        };
        check("Describe:cut", "xxxxx");
        check("Desc*:cut:times=2", "xx...");
        check("*:cut:nth=3", "..x..");
        check("*:cut:nth=3,times=2", "..xx.");
        check("Create:cut", ".....");
        check("*:skew", ".....");
        check("*:cut:chance=0", ".....");
        check("*:cut:chance=1", "xxxxx");
    }

    #[test]
    fn a_seed_always_strikes_the_same_calls() {
        let struck =
            |seed: u64| -> Vec<u64> { (1..100).filter(|number| share(seed, *number) < 0.5).collect() };
        assert_eq!(struck(7), struck(7));
        assert_ne!(struck(7), struck(8));
        assert!((30..70).contains(&struck(7).len()), "{}", struck(7).len());
    }
}
