//! The course of a job, and restore jobs.

use serde::{Deserialize, Serialize};

use super::objects::Edition;
use crate::emulator::clock::Time;
use crate::emulator::table::Identified;

/// The course of a job: when it was asked for, when it starts and ends, and what comes of it.
///
/// The state at any moment follows from these, so that turning the clock touches no job.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// When it was made.
    pub created: Time,
    /// When it starts. Left out: when it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Time>,
    /// When it ends. Left out: not foreseeable, it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<Time>,
    /// What comes of it.
    #[serde(default)]
    pub result: RunResult,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Bytes that it has to move.
    #[serde(default)]
    pub bytes: u64,
}

/// How a job ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the vendor's states, which explain themselves")]
pub enum RunResult {
    #[default]
    Complete,
    PartialComplete,
    Failed,
    Canceled,
    Expired,
}

impl Run {
    /// When it starts.
    pub fn starts(&self) -> Time {
        self.started.unwrap_or(self.created)
    }

    /// Whether it has ended at this time.
    pub fn is_over(&self, now: Time) -> bool {
        self.completed.is_some_and(|completed| completed <= now)
    }

    /// The state at this time, in the vendor's word.
    pub fn status(&self, now: Time) -> &'static str {
        if now < self.starts() {
            return "CREATED";
        }
        if !self.is_over(now) {
            return "RUNNING";
        }
        match self.result {
            RunResult::Complete => "COMPLETE",
            RunResult::PartialComplete => "PARTIAL_COMPLETE",
            RunResult::Failed => "FAILED",
            RunResult::Canceled => "CANCELED",
            RunResult::Expired => "EXPIRED",
        }
    }

    /// How much is done at this time, in hundredths of a per cent.
    ///
    /// Source: HBR API 2017-09-08, `DescribeBackupJobs2`, `Progress`.
    pub fn progress(&self, now: Time) -> u64 {
        const WHOLE: u64 = 10_000;
        let started = self.starts();
        match (self.result, self.completed) {
            (RunResult::Complete | RunResult::PartialComplete, Some(completed)) if completed <= now => WHOLE,
            (_, Some(completed)) => {
                let at = if completed <= now { completed } else { now };
                let length = u64::try_from(completed.unix() - started.unix()).unwrap_or(0).max(1);
                let gone = u64::try_from(at.unix() - started.unix()).unwrap_or(0).min(length);
                // A job that fails does so before its end.
                (gone * WHOLE / length).min(WHOLE - 1)
            }
            (_, None) => 0,
        }
    }

    /// Bytes moved at this time.
    pub fn bytes_done(&self, now: Time) -> u64 {
        let done = u128::from(self.bytes) * u128::from(self.progress(now)) / 10_000;
        u64::try_from(done).unwrap_or(self.bytes)
    }

    /// Ends it now.
    pub fn cancel(&mut self, now: Time) {
        self.started = Some(self.starts().min(now));
        self.completed = Some(now);
        self.result = RunResult::Canceled;
    }
}

/// A restore job.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// `r-...`.
    pub id: String,
    /// The edition it was asked of.
    #[serde(default)]
    pub edition: Edition,
    /// The vault of the recovery point.
    pub vault: String,
    /// The recovery point.
    pub recovery_point: String,
    /// Its hash.
    pub hash: String,
    /// Where the files came from.
    pub source_instance: String,
    /// Where they go.
    pub target_instance: String,
    /// The directory they go to.
    pub target_path: String,
    /// Which files; empty for all.
    #[serde(default)]
    pub include: String,
    /// Which files not.
    #[serde(default)]
    pub exclude: String,
    /// What to do with files that are there already, as it was sent.
    #[serde(default)]
    pub options: String,
    /// The token that makes a repetition harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_token: Option<String>,
    /// How it goes.
    pub run: Run,
}

impl Identified for Restore {
    fn id(&self) -> &str {
        &self.id
    }
}
