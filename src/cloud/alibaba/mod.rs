//! Alibaba Cloud: Cloud Backup (HBR), ECS, STS.

pub mod credentials;
pub mod sign;
