//! What people asked of a cloud, as tables and as JSON: one file for each command.

pub mod backups;
pub mod coverage;
pub mod doctor;
pub mod quota;
pub mod status;
pub mod table;

use serde::Serialize;

use super::words;

/// The version of the form that the reports have as JSON. New members do not change it.
const FORMAT_VERSION: &str = "1.0";

/// A server in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The object that protects it; `None` where none under management does.
    pub address: Option<String>,
    /// The provider configuration.
    pub provider: String,
    /// The region.
    pub region: String,
}

/// The same for programs.
#[derive(Serialize)]
struct SubjectJson<'a> {
    address: Option<&'a str>,
    provider: &'a str,
    region: &'a str,
}

impl Subject {
    fn json(&self) -> SubjectJson<'_> {
        SubjectJson { address: self.address.as_deref(), provider: &self.provider, region: &self.region }
    }
}

/// A time, or a hyphen where there is none.
fn moment(seconds: Option<i64>) -> String {
    seconds.map_or_else(|| "-".to_owned(), words::time)
}

/// A report as JSON, on one line, with the version of its form.
fn json(body: &impl Serialize) -> String {
    #[derive(Serialize)]
    struct Versioned<'a, T> {
        format_version: &'static str,
        #[serde(flatten)]
        body: &'a T,
    }
    super::json::line(&Versioned { format_version: FORMAT_VERSION, body }) + "\n"
}
