//! Alibaba Cloud: Cloud Backup (HBR), and as much of ECS and STS as it needs.
//!
//! Left out: every other source than ECS files, replication between regions and accounts, containers, databases.

pub mod account;
pub mod capture;
mod ecs;
pub mod error;
mod filter;
pub mod gateway;
mod hbr_clients;
mod hbr_jobs;
mod hbr_plans;
mod hbr_restores;
mod hbr_service;
mod hbr_snapshots;
pub mod instance;
pub mod objects;
pub mod operations;
mod params;
pub mod plan_book;
pub mod ram;
pub mod region;
pub mod regions;
pub mod run;
pub mod schedule;
pub mod sign;
mod sts;
#[cfg(test)]
mod testing;
mod token;
