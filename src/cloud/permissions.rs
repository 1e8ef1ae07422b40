//! Which permissions it takes: what is the same for every cloud. Each provider has a table of its own.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{alibaba, huawei};

/// What somebody does who looks how backups run.
pub const STATUS: &str = "status";

/// What somebody does who looks at the free quota.
pub const QUOTA: &str = "quota";

/// What somebody does who restores files.
pub const RESTORE: &str = "restore";

/// What somebody does who backs up at once.
pub const BACKUP: &str = "backup";

/// What somebody does who looks for what can be restored.
pub const BACKUPS: &str = "backups";

/// What somebody does who looks which servers are covered.
pub const COVERAGE: &str = "coverage";

/// How far it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reads alone: refresh and plan.
    Plan,
    /// The writes of an apply too.
    Apply,
}

/// One permission, and what needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// `hbr:DescribeBackupPlans`.
    pub action: &'static str,
    /// The first stage that needs it.
    pub stage: Stage,
    /// The types and commands that need it.
    pub users: &'static [&'static str],
}

impl Need {
    /// A permission that looking takes.
    pub(super) const fn read(action: &'static str, users: &'static [&'static str]) -> Self {
        Self { action, stage: Stage::Plan, users }
    }

    /// A permission that changing takes.
    pub(super) const fn write(action: &'static str, users: &'static [&'static str]) -> Self {
        Self { action, stage: Stage::Apply, users }
    }
}

/// The actions of a table that these types and commands need, in its order.
pub fn actions(needs: &[Need], users: &BTreeSet<&str>, stage: Stage) -> Vec<&'static str> {
    let needed = |need: &&Need| need.stage <= stage && need.users.iter().any(|user| users.contains(user));
    needs.iter().filter(needed).map(|need| need.action).collect()
}

/// How a cloud writes a policy that allows these actions.
type Written = fn(&[&str]) -> Value;

/// The least policy of the provider of that name for these types and commands; `None` where they need nothing of it, or it
/// asks nobody.
pub fn policy(provider: &str, users: &BTreeSet<&str>, stage: Stage) -> Option<Value> {
    let (needs, policy): (&[Need], Written) = match provider {
        alibaba::provider::NAME => (alibaba::permissions::NEEDS, alibaba::permissions::policy),
        huawei::permissions::PROVIDER => (huawei::permissions::NEEDS, huawei::permissions::policy),
        _ => return None,
    };
    let actions = actions(needs, users, stage);
    (!actions.is_empty()).then(|| policy(&actions))
}
