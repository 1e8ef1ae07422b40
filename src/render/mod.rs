//! A plan, an outcome, a diagnostic as text or JSON. Pure: returns strings and changes nothing.

pub mod adopted;
pub mod apply;
#[cfg(test)]
mod attack;
pub mod body;
pub mod called;
pub mod change;
pub mod collections;
pub mod comparison;
pub mod danger;
pub mod diagnostic;
pub mod diagnostic_json;
pub mod diff;
pub mod dossier;
pub mod drift;
pub mod escape;
pub mod fold;
pub mod graph;
pub mod html;
pub mod json;
pub mod json_checks;
pub mod json_configuration;
pub mod json_extra;
pub mod json_relevant;
pub mod json_v1;
pub mod json_value;
pub mod layout;
pub mod line_diff;
pub mod literal;
pub mod markdown;
pub mod outputs_json;
#[cfg(test)]
mod readers;
pub mod refusal;
pub mod report;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod scale;
pub mod sequence;
pub mod stale;
pub mod state;
pub mod stream;
pub mod strings;
pub mod summary;
pub mod symbols;
pub mod testing;
pub mod text;
pub mod theme;
pub mod value;
pub mod view;
pub mod words;

pub use called::Called;
pub use dossier::Dossier;
pub use theme::RenderOptions;
pub use view::View;
