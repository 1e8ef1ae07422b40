//! A restore that is made once, whether or not the service knows client tokens.
//!
//! The vendor's skill and Terraform's provider send a `ClientToken`; no SDK and no metadata has it. So the token is
//! sent, and yet nothing is repeated blindly: after a lost answer the restore is looked for first.

use std::time::Duration;

use jiff::Timestamp;

use super::super::client::Client;
use crate::cloud::error::Error;
use crate::wire::alibaba::hbr::{CreateRestoreJobRequest, RestoreJob};

/// How often a restore is asked for whose answer is lost and that does not show.
const ATTEMPTS: u32 = 3;

/// A restore that was begun shows in the listing after this.
const APPEARS_WITHIN: Duration = Duration::from_secs(5);

/// Clocks here and there may differ by this much, and a restore still counts as begun after we asked for it.
const TOLERANCE: Duration = Duration::from_secs(60);

impl Client {
    /// Restores once, and returns the restore's id.
    ///
    /// # Errors
    ///
    /// When the cloud refuses, or stays silent after several attempts.
    pub async fn restore_once(
        &self,
        region: &str,
        request: &CreateRestoreJobRequest,
    ) -> Result<String, Error> {
        let begun = self.time_there();
        let mut attempt = 1;
        loop {
            let failure = match self.create_restore_job(region, request).await {
                Ok(answer) => match answer.restore_id.filter(|id| !id.is_empty()) {
                    Some(id) => return Ok(id),
                    None => self.unreadable_restore(region),
                },
                Err(error) if error.may_have_happened() => error,
                Err(error) => return Err(error),
            };
            self.sleep(APPEARS_WITHIN).await;
            if let Some(id) = self.restore_since(region, request, begun).await? {
                return Ok(id);
            }
            if attempt == ATTEMPTS {
                return Err(failure);
            }
            attempt += 1;
        }
    }

    /// The restore that was asked for, if it was begun since then.
    async fn restore_since(
        &self,
        region: &str,
        request: &CreateRestoreJobRequest,
        begun: Timestamp,
    ) -> Result<Option<String>, Error> {
        let jobs = self.list_restore_jobs(region, Vec::new()).await?;
        let earliest = begun.as_second() - i64::try_from(TOLERANCE.as_secs()).unwrap_or(0);
        let is_it = |job: &&RestoreJob| {
            asks_for(request, job) && job.created_time.is_some_and(|created| seconds(created) >= earliest)
        };
        Ok(jobs.iter().find(is_it).map(|job| job.restore_id.clone()))
    }
}

/// Whether the job restores what the request asks for.
fn asks_for(request: &CreateRestoreJobRequest, job: &RestoreJob) -> bool {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    given(&job.snapshot_id) == given(&request.snapshot_id)
        && given(&job.target_instance_id) == given(&request.target_instance_id)
        && given(&job.target_path) == given(&request.target_path)
        && given(&job.include) == given(&request.include)
}

/// A time in seconds; the vendor's listings write seconds, and a number that large is in milliseconds.
pub(in crate::cloud::alibaba) fn seconds(time: i64) -> i64 {
    /// No time in seconds is as large before the year 5138.
    const LARGEST: i64 = 100_000_000_000;
    if time > LARGEST { time / 1000 } else { time }
}

/// The `Options` of a restore: the policy for files that are there already, in both of the vendor's spellings.
///
/// Source: the vendor's Essential Edition skill has `ConflictPolicy`, the help page's example `conflictPolicy`.
pub fn options(conflict_policy: &str) -> String {
    serde_json::json!({"ConflictPolicy": conflict_policy, "conflictPolicy": conflict_policy}).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::super::client::fake::{client, ok};
    use super::*;
    use crate::cloud::http::fake::{FakeServer, cut, json};

    fn request() -> CreateRestoreJobRequest {
        CreateRestoreJobRequest {
            snapshot_id: Some("s-1".into()),
            target_instance_id: Some("i-1".into()),
            target_path: Some("/tmp".into()),
            include: Some("[\"/home\"]".into()),
            client_token: Some("token".into()),
            ..Default::default()
        }
    }

    /// A service that loses the first answers, and whose listing shows what it has made at those times.
    async fn restored(lost: usize, shown: &'static [(&'static str, i64)]) -> (Result<String, Error>, usize) {
        let creates = AtomicUsize::new(0);
        let server = FakeServer::deciding(move |_, request| {
            if request.contains("x-acs-action: DescribeRestoreJobs2") {
                let jobs: Vec<_> = shown
                    .iter()
                    .map(|(include, created)| {
                        serde_json::json!({"RestoreId": "r-shown", "SnapshotId": "s-1", "TargetInstanceId": "i-1",
                            "TargetPath": "/tmp", "Include": include, "CreatedTime": created})
                    })
                    .collect();
                let list = serde_json::json!({"RestoreJob": jobs});
                return json(200, &ok(&format!("\"TotalCount\":{},\"RestoreJobs\":{list}", shown.len())));
            }
            let made = creates.fetch_add(1, Ordering::SeqCst);
            if made < lost { cut("{") } else { json(200, &ok("\"RestoreId\":\"r-answered\"")) }
        });
        let client = client(&server).0;
        let result = client.restore_once("cn-hangzhou", &request()).await;
        let creates = server.requests().iter().filter(|request| request.contains("CreateRestoreJob")).count();
        (result, creates)
    }

    /// The second at which the tests' clock starts.
    const NOW: i64 = 1_767_323_045;

    #[tokio::test]
    async fn a_lost_answer_is_looked_for_before_anything_is_repeated() {
        let check = async |lost: usize, shown, expected: (&str, usize)| {
            let (result, creates) = restored(lost, shown).await;
            assert_eq!((result.expect("a restore").as_str(), creates), expected);
        };
        check(0, &[], ("r-answered", 1)).await;
        check(1, &[("[\"/home\"]", NOW + 1)], ("r-shown", 1)).await;
        check(1, &[("[\"/home\"]", (NOW + 1) * 1000)], ("r-shown", 1)).await;
        check(1, &[("[\"/home\"]", NOW - 600)], ("r-answered", 2)).await;
        check(1, &[("[\"/other\"]", NOW + 1)], ("r-answered", 2)).await;
        check(2, &[], ("r-answered", 3)).await;
        let (result, creates) = restored(9, &[]).await;
        assert_eq!((result.is_err(), creates), (true, 3));
    }

    #[test]
    fn the_policy_is_told_in_both_spellings() {
        assert_eq!(
            options("SKIP_THE_FILE"),
            r#"{"ConflictPolicy":"SKIP_THE_FILE","conflictPolicy":"SKIP_THE_FILE"}"#
        );
    }
}
