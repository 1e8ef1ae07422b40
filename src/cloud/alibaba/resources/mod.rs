//! The resource types and data sources of Alibaba Cloud, one file each.

pub mod ecs_file_backup;
mod eligibility;
mod facts;
pub mod instances;
pub(super) mod schedule;
pub mod snapshots;

use crate::model::schema::Schema;

/// Types of `resource` blocks, sorted.
pub const RESOURCES: [&Schema; 1] = [&ecs_file_backup::SCHEMA];

/// Types of `data` blocks, sorted.
pub const DATA: [&Schema; 2] = [&snapshots::SCHEMA, &instances::SCHEMA];
