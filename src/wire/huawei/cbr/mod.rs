//! Cloud Backup and Recovery, API v3: vaults, policies, checkpoints, backups, and what is only read.
//!
//! Sizes are in GB where they are capacities and in MB where they are what backups take up; each field says which.
//!
//! Source: CBR API v3; each shape names its page.

mod agents;
mod backups;
mod checkpoints;
mod logs;
mod members;
mod orders;
mod policies;
mod vaults;

pub use agents::*;
pub use backups::*;
pub use checkpoints::*;
pub use logs::*;
pub use members::*;
pub use orders::*;
pub use policies::*;
pub use vaults::*;
