//! What was read of one project of an account, together, so that a world can be made of it.
//!
//! Source: each body names its own page.

use super::bss::BoughtResource;
use super::cbr::{Agent, AgentStatus, Backup, Policy, Vault};
use super::compute::{Desktop, Server, Share, Volume};

/// One project of an account. It holds no keys, for no body has any.
#[derive(Clone, Debug, Default)]
pub struct Captured {
    /// The id of the account.
    pub domain: String,
    /// The id of the project.
    pub project: String,
    /// Its name: the region, or a part of one.
    pub project_name: String,
    /// Servers.
    pub servers: Vec<Server>,
    /// Disks, attached or not.
    pub volumes: Vec<Volume>,
    /// File systems.
    pub shares: Vec<Share>,
    /// Desktops.
    pub desktops: Vec<Desktop>,
    /// Whether the agent of application consistency is installed on the servers.
    pub agents: Vec<AgentStatus>,
    /// Clients of file backup.
    pub file_clients: Vec<Agent>,
    /// Policies.
    pub policies: Vec<Policy>,
    /// Vaults.
    pub vaults: Vec<Vault>,
    /// Backups in these vaults.
    pub backups: Vec<Backup>,
    /// What is paid for in advance.
    pub bought: Vec<BoughtResource>,
}
