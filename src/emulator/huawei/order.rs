//! Orders of prepaid vaults.
//!
//! Source: Customer Operation Capabilities (BSS) API v2, "Querying Order Details".

use serde::{Deserialize, Serialize};

use super::backup::Pending;
use super::vault::Vault;
use crate::emulator::clock::Time;
use crate::emulator::table::Identified;

/// An order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The id.
    pub id: String,
    /// When it was placed.
    pub placed: Time,
    /// The project that it is for.
    pub project: String,
    /// How far it is.
    pub state: State,
    /// What it brings about.
    pub purpose: Purpose,
}

/// How far an order is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for its payment.
    Unpaid,
    /// It was paid and is carried out.
    Processing(Pending),
    /// It was carried out.
    Completed,
    /// It was given up.
    Cancelled,
}

/// What an order brings about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A new vault, as it will be.
    Vault(Box<Vault>),
    /// More room in a vault.
    Grow {
        /// The vault.
        vault: String,
        /// Its capacity afterwards, in GB.
        size: u64,
    },
    /// Yearly or monthly billing for vaults that are billed by use.
    Subscribe {
        /// The vaults.
        vaults: Vec<String>,
        /// `month` or `year`.
        period: String,
        /// How many of them.
        number: i64,
        /// Whether they are renewed by themselves.
        auto_renew: bool,
    },
}

impl Order {
    /// The vaults that it is about.
    pub fn vaults(&self) -> Vec<&str> {
        match &self.purpose {
            Purpose::Vault(vault) => vec![&vault.id],
            Purpose::Grow { vault, .. } => vec![vault],
            Purpose::Subscribe { vaults, .. } => vaults.iter().map(String::as_str).collect(),
        }
    }

    /// The vendor's number for what it is.
    ///
    /// Source: BSS API v2, "Querying Orders", `order_type`: 1 new, 3 changed, 11 from pay-per-use to yearly/monthly.
    pub fn kind(&self) -> u8 {
        match self.purpose {
            Purpose::Vault(_) => 1,
            Purpose::Grow { .. } => 3,
            Purpose::Subscribe { .. } => 11,
        }
    }

    /// The vendor's number for how far it is.
    ///
    /// Source: BSS API v2, "Querying Order Details", `status`: 3 processing, 4 cancelled, 5 completed, 6 to be paid.
    pub fn status(&self) -> u8 {
        match self.state {
            State::Processing(_) => 3,
            State::Cancelled => 4,
            State::Completed => 5,
            State::Unpaid => 6,
        }
    }
}

impl Identified for Order {
    fn id(&self) -> &str {
        &self.id
    }
}

/// When a subscription that begins now ends.
pub fn end_of(now: Time, period: &str, number: i64) -> Time {
    let days = if period == "year" { 365 } else { 30 };
    now.plus(number.saturating_mul(days) * 86_400)
}
