//! A plan, an outcome, a diagnostic as text or JSON. Pure: returns strings and changes nothing.

pub mod escape;
pub mod theme;
pub mod words;

pub use theme::RenderOptions;
