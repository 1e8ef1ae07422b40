//! Consent: who may apply what. The command line asks; this decides.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use super::risk::Tier;

/// The intent digest of a plan: 64 hexadecimal digits, the same for the same effects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub String);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// By which means somebody consented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// `--auto-approve`: covers what can be undone, and nothing else.
    Auto,
    /// `--approve DIGEST`: covers exactly the plan with this digest.
    Digest(String),
    /// `yes` on a terminal, under the plan.
    Prompt,
}

/// Consent to a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// How it was given.
    pub means: Means,
    /// The ids of things to be lost, as somebody typed them.
    pub confirmed: BTreeSet<String>,
}

/// Why a plan may not be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Something stands in the way of a change; no consent removes it.
    #[error("the plan holds changes that are blocked: {}", addresses.join(", "))]
    Blocked {
        /// The changes.
        addresses: Vec<String>,
    },
    /// The consent is for another plan.
    #[error("the approval is for the plan {approved}, and this plan is {actual}")]
    OtherPlan {
        /// What was approved.
        approved: String,
        /// What would be applied.
        actual: Digest,
    },
    /// The consent does not reach far enough.
    #[error("this plan needs consent of tier {}, and {means} covers tier {} only", needed.number(), covered.number())]
    TierTooHigh {
        /// What the plan needs.
        needed: Tier,
        /// What the consent covers.
        covered: Tier,
        /// The consent's name on the command line.
        means: &'static str,
    },
    /// Things would be lost whose ids nobody typed.
    #[error("irreversible losses are not confirmed: {}", ids.join(", "))]
    Unconfirmed {
        /// The ids.
        ids: Vec<String>,
    },
    /// Ids were typed that this plan does not lose: somebody has another plan in mind.
    #[error("this plan does not destroy {}", ids.join(", "))]
    UnknownConfirmation {
        /// The ids.
        ids: Vec<String>,
    },
}

/// A plan that may be applied. There is no other way to make one than [`ApprovedPlan::new`].
#[derive(Clone, Debug)]
pub struct ApprovedPlan {
    plan: Plan,
    digest: Digest,
}

impl ApprovedPlan {
    /// Decides whether the consent covers the plan, whose digest is `digest`.
    ///
    /// # Errors
    ///
    /// [`Refusal`] where it does not.
    pub fn new(plan: Plan, digest: Digest, approval: &Approval) -> Result<Self, Refusal> {
        let addresses: Vec<String> = plan.blocked().map(|change| change.address.to_string()).collect();
        if !addresses.is_empty() {
            return Err(Refusal::Blocked { addresses });
        }
        let (covered, means) = match &approval.means {
            Means::Auto => (Tier::Reversible, "--auto-approve"),
            Means::Digest(approved) if *approved != digest.0 => {
                return Err(Refusal::OtherPlan { approved: approved.clone(), actual: digest });
            }
            Means::Digest(_) => (Tier::Irreversible, "--approve"),
            Means::Prompt => (Tier::Irreversible, "the prompt"),
        };
        let needed = plan.tier();
        if needed > covered {
            return Err(Refusal::TierTooHigh { needed, covered, means });
        }
        let needed: BTreeSet<String> = plan.confirmations().map(|(id, _)| id).collect();
        let ids: Vec<String> = needed.difference(&approval.confirmed).cloned().collect();
        if !ids.is_empty() {
            return Err(Refusal::Unconfirmed { ids });
        }
        let ids: Vec<String> = approval.confirmed.difference(&needed).cloned().collect();
        if !ids.is_empty() {
            return Err(Refusal::UnknownConfirmation { ids });
        }
        Ok(Self { plan, digest })
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Its intent digest.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }
}
