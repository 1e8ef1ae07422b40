//! Files: state, saved plans, the journal of an apply, locks. Every format has a version.
//!
//! | file | written | holds |
//! |---|---|---|
//! | `backform.state.json` | whole, after each apply | the state; the version before it is beside it as `.backup` |
//! | `backform.state.json.journal` | a line for each event of an apply | what happened since the state was written |
//! | `backform.state.json.lock` | while a run holds it | who it is |
//! | a saved plan | whole, by `plan --out` | the plan, without any secret |
//!
//! The state and its journal together are the memory: [`journal::load`] reads both. Nothing here knows what the
//! clouds or the screen are; times, ids and names of people come from the caller.

pub mod atomic;
pub mod error;
pub mod journal;
pub mod lock;
pub mod plan_file;
pub mod state;
pub mod workspace;

pub use error::Error;
