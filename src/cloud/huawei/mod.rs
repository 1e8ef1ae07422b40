//! Huawei Cloud: whose keys sign, where the services are, how a call is made, and what CBR is asked to do.

pub mod acts;
pub mod bss;
mod capture;
pub mod cbr;
pub mod checkpoint;
pub mod client;
pub mod credentials;
pub mod doctor;
pub mod ecs;
pub mod endpoint;
pub mod eps;
pub mod error;
pub mod evs;
mod paging;
pub mod permissions;
pub mod provider;
mod regions;
pub mod reports;
pub mod resources;
pub mod sfs_turbo;
pub mod sign;
mod time;
pub mod workspace;
