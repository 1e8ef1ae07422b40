//! What there is in the emulated Alibaba Cloud as a whole.
//!
//! These are the words of the world's file too.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::account::Account;
use crate::emulator::clock::Time;
use crate::emulator::table::Identified;

/// All of the emulated Alibaba Cloud.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alibaba {
    /// The accounts; a key belongs to exactly one of them.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// What opening a service that is open already comes to.
    #[serde(default)]
    pub open_again: OpenAgain,
    /// Where the vendor's texts leave two readings, those that this world takes instead of the usual one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub other_readings: BTreeSet<Reading>,
    /// Whether the clouds' published rate limits are kept. Off unless said, so that tests need not wait.
    #[serde(default)]
    pub rate_limits: bool,
}

/// Two of the vendor's own texts disagree on what a second `OpenHbrService` answers; clients must bear both.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OpenAgain {
    /// `ORDER.OPEND`, as the Terraform provider expects.
    #[default]
    Refused,
    /// Success, as the Essential Edition's operations guide says.
    Accepted,
}

/// A reading of the vendor's texts that is possible and not the likelier one. Clients must bear both.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// `CreateRestoreJob` does not know `ClientToken`, which no SDK has.
    ClientTokenIgnored,
    /// `CreateBackupPlan` for an instance with a plan answers without a `PlanId`.
    CreateAgainAnswersNoId,
    /// `CreateBackupPlan` for an instance with a plan is refused.
    CreateAgainRefused,
    /// Keys of filters and searches are taken in exactly the spelling of their page.
    KeysAsDocumented,
    /// `DescribeBackupPlans` does not tell `Options`, of which no SDK knows `performanceLevel`.
    OptionsNotShown,
    /// `SearchHistoricalSnapshots` wants a `VaultId`, as its page says.
    SearchNeedsVault,
    /// An unknown access key is answered with HTTP 400, as an older table has it.
    UnknownKeyIs400,
    /// An unknown plan is `InvalidResourceId.NotFound`, as the Terraform provider has seen.
    UnknownPlanIsInvalidResource,
}

/// A vault of the Standard Edition.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vault {
    /// `v-...`.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// What it holds: `STANDARD` or `OTS_BACKUP`.
    #[serde(default = "standard", rename = "type")]
    pub kind: String,
    /// The resource group.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub resource_group: String,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// When it was made.
    #[serde(default)]
    pub created: Time,
}

impl Identified for Vault {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The two products that share the operations of HBR. What one has made the other does not see.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Edition {
    /// ECS File Backup Essential Edition.
    #[default]
    Basic,
    /// Everything else, and what a call means that does not say.
    Standard,
}

fn standard() -> String {
    "STANDARD".to_owned()
}
