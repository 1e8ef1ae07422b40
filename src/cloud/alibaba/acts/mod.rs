//! What is done once: a backup now, a restore. Each is worked out against live facts first, begun once whatever becomes
//! of the answer, and followed to its end.

pub mod backup;
mod job;
pub mod restore;
pub mod restore_once;

use crate::model::schema::Schema;

/// The acts, sorted.
pub const ACTS: [&Schema; 2] = [&backup::SCHEMA, &restore::SCHEMA];
