//! What came of the test runs of a configuration.

use std::sync::Arc;

use super::diagnostic::Diagnostics;

/// How a run ended, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunStatus {
    /// Everything is as the run says.
    Pass,
    /// The plan is not as the run says.
    Fail,
    /// There is no plan to be judged.
    Error,
}

impl RunStatus {
    /// The word for it, as Terraform's events have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

/// What a stored snapshot says of what a run shows now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The run keeps no snapshot, or there is nothing to compare.
    None,
    /// The same.
    Same,
    /// Written just now, since that was asked for.
    Written {
        /// The file, as users see it.
        path: String,
    },
    /// Nothing is stored.
    Missing {
        /// The file that would hold it, as users see it.
        path: String,
    },
    /// Something else is stored.
    Differs {
        /// The file, as users see it.
        path: String,
        /// What it holds.
        stored: String,
        /// What the run shows.
        shown: String,
    },
}

impl Comparison {
    /// Whether it stands against the run.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::Differs { .. })
    }
}

/// What came of one run.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The file that the run stands in.
    pub file: Arc<str>,
    /// Its name.
    pub run: Arc<str>,
    /// How it ended.
    pub status: RunStatus,
    /// What is wrong, where it can be shown in the user's text.
    pub problems: Diagnostics,
    /// What is wrong otherwise, in words that are ready to be printed; empty where nothing is.
    pub words: String,
    /// Its snapshot.
    pub comparison: Comparison,
}

/// How many runs ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Runs that passed.
    pub passed: usize,
    /// Runs that failed.
    pub failed: usize,
    /// Runs without a plan.
    pub errored: usize,
}

impl RunCounts {
    /// Counts verdicts.
    pub fn of(verdicts: &[Verdict]) -> Self {
        let count = |status: RunStatus| verdicts.iter().filter(|verdict| verdict.status == status).count();
        Self {
            passed: count(RunStatus::Pass),
            failed: count(RunStatus::Fail),
            errored: count(RunStatus::Error),
        }
    }

    /// Whether every run passed.
    pub fn is_success(self) -> bool {
        self.failed == 0 && self.errored == 0
    }
}
