//! The resource types and data sources of this cloud, and the facts about what they protect.

pub mod backups;
pub mod checkpoint;
mod data;
pub mod facts;
pub mod instances;
pub mod policies;
pub mod policy;
mod timeouts;
pub mod vault;
pub mod vaults;
pub mod volumes;
pub(super) mod words;
mod zones;

use crate::model::schema::Schema;

/// The data sources, by name.
pub const DATA: [&Schema; 5] =
    [&backups::SCHEMA, &policies::SCHEMA, &vaults::SCHEMA, &instances::SCHEMA, &volumes::SCHEMA];

/// Types of `resource` blocks, sorted.
pub const RESOURCES: [&Schema; 3] = [&checkpoint::SCHEMA, &policy::SCHEMA, &vault::SCHEMA];
