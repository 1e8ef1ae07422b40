//! A plan, an outcome, a diagnostic as text or JSON. Pure: returns strings and changes nothing.

pub mod diff;
pub mod escape;
pub mod layout;
pub mod sequence;
pub mod theme;
pub mod value;
pub mod words;

pub use theme::RenderOptions;
