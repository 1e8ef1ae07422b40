//! What the vendor's texts leave open, how the client bears either reading, and what to look at on first contact with
//! the real service.
//!
//! `tests/it/cloud.rs` lives a whole life of a backup under each reading that an emulated world can take
//! (`other_readings` and `open_again` in its file).

/// One question that the vendor's texts do not settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uncertain {
    /// The question.
    pub question: &'static str,
    /// How either answer is borne.
    pub handled: &'static str,
    /// What shows the answer.
    pub look_at: &'static str,
}

const fn uncertain(question: &'static str, handled: &'static str, look_at: &'static str) -> Uncertain {
    Uncertain { question, handled, look_at }
}

/// All of them, in the order in which a first contact meets them.
///
/// Sources: the vendor's Essential Edition skill against HBR API 2017-09-08, the SDKs and terraform-provider-alicloud.
pub const UNCERTAIN: [Uncertain; 18] = [
    uncertain(
        "whether an unknown access key is answered with HTTP 404 or 400",
        "errors are told apart by their code, and by their status only where the code is not known",
        "the status of a call with a made-up key id",
    ),
    uncertain(
        "which codes Cloud Backup has besides those of its partly published table",
        "a code that nobody announced is judged by its ending and its HTTP status, and shown as it is",
        "codes in the audit log that the table of the client does not have",
    ),
    uncertain(
        "what the rate limits of the reads are, of which the tables could not be read",
        "600 calls a minute for Cloud Backup and 500 for ECS are kept to, and throttling is waited out in any case",
        "throttled calls in the log of a large refresh",
    ),
    uncertain(
        "whether opening the service twice succeeds or is refused with ORDER.OPEND, or with a code of 500",
        "all three count as opened",
        "the answer of OpenHbrService on an account that has the service",
    ),
    uncertain(
        "whether any regional endpoint answers for the whole account in GetBasicStatistics",
        "it is asked in the provider's region, and the figures by region come with the answer",
        "the same call in two regions",
    ),
    uncertain(
        "what a second CreateBackupPlan for an instance answers: the plan's id, none, or a refusal",
        "after a lost answer the instance's plan is looked for before anything is repeated; an answer without an id, or \
         a repetition that is refused, leads to the same look",
        "the answer of a second call for one instance",
    ),
    uncertain(
        "whether Options of DescribeBackupPlans tells performanceLevel, which no SDK knows",
        "a plan that does not tell it counts as L0 in a refresh, which shows L1 as a change each time; reading back after \
         a write does not contradict what was written",
        "Options of a plan that was made with L1",
    ),
    uncertain(
        "whether Options of UpdateBackupPlan replaces what is there or is merged into it",
        "the complete object is sent each time",
        "Options after an update that names one member",
    ),
    uncertain(
        "whether Retention and Schedule of plans of this edition are reported as 30 and I|start|P1D",
        "retention is read back and never sent; a start is compared by its time of day, whatever its date",
        "a plan that was made without a Schedule",
    ),
    uncertain(
        "how keys of filters are spelt: plans in lower camel case, jobs in upper, the skill in lower for both",
        "each page's own spelling is sent, searches try the other one where the first is refused, and what comes is \
         checked again here",
        "the number of plans in an answer to a filter for one instance",
    ),
    uncertain(
        "whether several values of a filter are alternatives and several filters conditions",
        "one filter with alternatives is sent at most, and what comes is checked again here",
        "a filter with two instances",
    ),
    uncertain(
        "which states a job has besides COMPLETE, PARTIAL_COMPLETE and FAILED",
        "the skill's and Terraform's states are known, and any other is shown as `unknown`",
        "states in the job lists of a busy day",
    ),
    uncertain(
        "which values BusinessStatus and TriggerMode have besides ACTIVE",
        "nothing depends on them",
        "both fields of a plan and of a job",
    ),
    uncertain(
        "whether times of jobs are seconds in filters too",
        "no filter by time is sent; times that are compared here may be seconds or milliseconds",
        "CreatedTime of a job",
    ),
    uncertain(
        "whether SearchHistoricalSnapshots wants a VaultId for this edition",
        "it is asked without one, and with the vault of each plan where that is refused",
        "the answer to a search by instanceId alone",
    ),
    uncertain(
        "which code an unknown plan has in Update, Enable, Disable and Delete",
        "any code that ends in NotFound or NotExist, and any HTTP 404, means that it is not there",
        "the answer to DisableBackupPlan for a made-up id",
    ),
    uncertain(
        "whether deleting a plan keeps its recovery points, and whether it leaves the list at once",
        "a delete counts as the loss of them all, and is read back until the plan is gone",
        "a search for an instance's recovery points after its plan was deleted",
    ),
    uncertain(
        "whether restores know ClientToken, and whether the policy is spelt ConflictPolicy or conflictPolicy",
        "the token is sent, and after a lost answer the restore is looked for all the same; both spellings are sent",
        "the restores after CreateRestoreJob was called twice with one token",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_is_asked_once_and_says_what_to_look_at() {
        for (index, one) in UNCERTAIN.iter().enumerate() {
            assert!(!one.handled.is_empty() && !one.look_at.is_empty(), "{}", one.question);
            assert!(
                UNCERTAIN[..index].iter().all(|other| other.question != one.question),
                "{}",
                one.question
            );
        }
    }
}
