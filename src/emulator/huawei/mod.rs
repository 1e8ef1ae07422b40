//! Huawei Cloud: Cloud Backup and Recovery (CBR), and as much of its neighbours as CBR needs: what it protects (ECS, EVS,
//! SFS Turbo, Workspace), who calls (IAM, STS, EPS), and orders (BSS).
//!
//! Left out: organization policies, the synchronisation of on-premises backups, the old services, prices.

pub mod account;
mod backup;
mod backup_policy;
mod body;
mod bss;
mod cbr_agents;
mod cbr_backups;
mod cbr_checkpoints;
mod cbr_policies;
mod cbr_queries;
mod cbr_resources;
mod cbr_tags;
mod cbr_vaults;
mod compute;
mod error;
pub mod estate;
pub mod gateway;
mod iam;
mod log;
mod order;
mod permission;
pub mod project;
mod protect;
mod routes;
mod schedule;
mod sign;
#[cfg(test)]
mod testing;
mod text;
pub mod vault;
