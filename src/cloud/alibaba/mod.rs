//! Alibaba Cloud: Cloud Backup (HBR), ECS, STS.

pub mod acts;
mod capture;
pub mod client;
pub mod credentials;
pub mod doctor;
pub mod ecs;
pub mod endpoint;
pub mod hbr;
mod paging;
pub mod permissions;
pub mod provider;
pub mod reports;
pub mod resources;
pub mod role;
pub mod sign;
pub mod sts;
pub mod uncertain;
