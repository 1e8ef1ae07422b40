//! What people asked of a cloud, as tables and as JSON: one file for each command.

pub mod doctor;
pub mod table;

use serde::Serialize;

/// The version of the form that the reports have as JSON. New members do not change it.
const FORMAT_VERSION: &str = "1.0";

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
