//! Backup protection of cloud servers as code.
//!
//! A run is a chain of values; each stage is a function from values to a value:
//!
//! ```text
//! *.hcl ──load─▶ Sources ─parse─▶ Config ─evaluate─▶ Desired ─┐
//! state file ──open──────────────────────────────▶ State ─────┼─plan─▶ Plan ─render─▶ text, JSON
//! clouds ──refresh (reads only)──────────────────▶ Live ──────┘          │
//!                                                                     approve
//!                                                                        ▼
//! Outcome (the new State, the AuditRecord) ◀─apply (the only writes)─ ApprovedPlan
//! ```
//!
//! The nouns are in [`model`]; start reading there. Stages never import stages: they meet in [`model`],
//! and only [`cli`] puts one after another. `tests/it/tidy.rs` holds these layers.

pub mod apply;
pub mod cli;
pub mod cloud;
pub mod config;
pub mod emulator;
pub mod lang;
pub mod model;
pub mod plan;
pub mod refresh;
pub mod render;
pub mod store;
pub mod testing;
pub mod wire;
