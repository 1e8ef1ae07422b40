//! `timeouts`: how long somebody wants a vault or a checkpoint to be waited for, written as for Terraform's provider.
//!
//! Source: terraform-provider-huaweicloud, `huaweicloud_cbr_vault`, `create` (10 minutes) and `delete` (5 minutes).
//! `update` is ours: what is taken out of a vault goes with all its backups, and that takes its time.

use std::time::Duration;

use jiff::SignedDuration;

use crate::cloud::error::Error;
use crate::cloud::huawei::resources::words;
use crate::model::schema::Kind;
use crate::model::value::{Object, Value};

/// The block.
pub const NAME: &str = "timeouts";

/// What the block holds.
pub const BLOCK: Kind =
    Kind::Object(&[("create", Kind::String), ("update", Kind::String), ("delete", Kind::String)]);

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// An order, until the vault of it is there.
    Create,
    /// Resources that are taken out with their backups, until they are gone; those that are migrated, until they are there.
    Update,
    /// A vault with all its backups, until it is gone.
    Delete,
}

impl Work {
    const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Delete];

    const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// How long it may take where nobody says so. Deleting many backups is slow, so this waits longer than Terraform does.
    const fn usual(self) -> Duration {
        match self {
            Self::Create => Duration::from_secs(10 * 60),
            Self::Update | Self::Delete => Duration::from_secs(15 * 60),
        }
    }
}

/// How long a vault with these arguments may be waited for.
pub fn patience(values: &Object, work: Work) -> Duration {
    given(values, work).unwrap_or(work.usual())
}

/// What the block says of it, where it says something.
pub fn given(values: &Object, work: Work) -> Option<Duration> {
    let block = values.get(NAME).and_then(Value::as_object)?;
    words::text(block, work.name()).and_then(read)
}

/// A duration such as `20m` or `1h30m`, as Terraform takes it.
fn read(text: &str) -> Option<Duration> {
    let duration: SignedDuration = text.parse().ok()?;
    Duration::try_from(duration).ok().filter(|duration| !duration.is_zero())
}

/// The rule for the block.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check(value: &Value) -> Result<(), String> {
    let Some(block) = value.as_object() else { return Ok(()) };
    for work in Work::ALL {
        let name = work.name();
        if let Some(text) = block.get(name).and_then(Value::as_str)
            && read(text).is_none()
        {
            return Err(format!(
                "`{name}` is a duration such as \"20m\" or \"1h30m\", and {text:?} is none."
            ));
        }
    }
    Ok(())
}

/// What had not ended in its time.
pub fn unfinished(what: &str, patience: Duration) -> Error {
    Error::Unfinished { what: format!("{what} had not ended after {}", said(patience)) }
}

/// A duration for people.
pub fn said(duration: Duration) -> String {
    let (count, unit) = match duration.as_secs() {
        seconds if seconds >= 60 && seconds % 60 == 0 => (seconds / 60, "minute"),
        seconds => (seconds, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_terraform_writes_them() {
        let check = |text: &str, expected: Option<u64>| {
            let block = Value::object([("delete", Value::string(text))]);
            assert_eq!(check(&block).is_ok(), expected.is_some(), "{text}");
            let usual = Work::Delete.usual().as_secs();
            let found = patience(&words::object([(NAME, block)]), Work::Delete);
            assert_eq!(found.as_secs(), expected.unwrap_or(usual), "{text}");
        };
        check("20m", Some(1200));
        check("1h30m", Some(5400));
        check("90s", Some(90));
        check("1.5h", Some(5400));
        check("20", None);
        check("soon", None);
        check("0s", None);
        check("-5m", None);
    }

    #[test]
    fn what_nobody_says_has_its_own_time() {
        let check = |work: Work, expected: &str| {
            assert_eq!(said(patience(&Object::new(), work)), expected);
        };
        check(Work::Create, "10 minutes");
        check(Work::Update, "15 minutes");
        check(Work::Delete, "15 minutes");
    }

    #[test]
    fn durations_are_said_in_whole_units() {
        let check = |seconds: u64, expected: &str| {
            assert_eq!(said(Duration::from_secs(seconds)), expected);
        };
        check(1, "1 second");
        check(60, "1 minute");
        check(90, "90 seconds");
        check(3600, "60 minutes");
    }
}
