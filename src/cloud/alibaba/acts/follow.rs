//! Follows a job that the cloud has begun to its end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::cloud::alibaba::client::Client;
use crate::cloud::error::Error;
use crate::model::act::{Ending, Progress, Ran, Watch};

/// Seconds between two looks; the last one is for all further looks.
const PAUSES: [u64; 5] = [1, 2, 3, 5, 10];

/// Looks in a row that fail or do not show the job, before nobody waits any longer.
const PATIENCE: u32 = 12;

/// A job as a listing shows it.
pub struct Seen {
    /// The vendor's word.
    pub status: String,
    /// Hundredths of a per cent.
    pub done: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Looks until the job has ended, or until nobody waits any more.
pub async fn follow<F: Future<Output = Result<Option<Seen>, Error>>>(
    client: &Client,
    id: String,
    watch: &dyn Watch,
    look: impl Fn(String) -> F,
) -> Ran {
    let name: Arc<str> = id.as_str().into();
    let ran = |ending| Ran { id: name.clone(), ending };
    let (mut looks, mut in_vain) = (0, 0);
    loop {
        match look(id.clone()).await {
            Ok(Some(seen)) => {
                in_vain = 0;
                if let Some(ending) = ending(&seen) {
                    return ran(ending);
                }
                watch.tell(Progress { id: name.clone(), status: seen.status, done: seen.done });
            }
            Ok(None) | Err(_) if in_vain < PATIENCE => in_vain += 1,
            Ok(None) => return ran(Ending::GoesOn("the cloud does not show it".to_owned())),
            Err(error) => return ran(Ending::GoesOn(format!("it cannot be looked at: {error}"))),
        }
        for _ in 0..PAUSES[looks.min(PAUSES.len() - 1)] {
            if watch.has_left() {
                return ran(Ending::GoesOn("nobody waited for its end".to_owned()));
            }
            client.sleep(Duration::from_secs(1)).await;
        }
        looks += 1;
    }
}

/// How a job came out; `None` while it is at work, and for words that nobody has seen before.
///
/// Source: HBR API 2017-09-08, `DescribeBackupJobs2` and `DescribeRestoreJobs2`, `Status`; the vendor's Essential
/// Edition skill, "Status Determination Logic".
fn ending(seen: &Seen) -> Option<Ending> {
    let why = |otherwise: &str| seen.error.clone().unwrap_or_else(|| otherwise.to_owned());
    match seen.status.as_str() {
        "COMPLETE" => Some(Ending::Done),
        "PARTIAL_COMPLETE" => Some(Ending::Partial(why("the cloud does not say what is missing"))),
        "FAILED" => Some(Ending::Failed(why("the cloud does not say why"))),
        "CANCELED" => Some(Ending::Failed("somebody cancelled it".to_owned())),
        "EXPIRED" => Some(Ending::Failed(why("it was not begun in time"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::super::client::fake::client;
    use super::*;
    use crate::cloud::http::fake::FakeServer;

    /// Listens, and leaves after so many words.
    struct Listener {
        heard: Mutex<Vec<String>>,
        stays_for: usize,
    }

    impl Watch for Listener {
        fn tell(&self, progress: Progress) {
            self.heard.lock().expect("nobody panics with it").push(progress.status);
        }

        fn has_left(&self) -> bool {
            self.heard.lock().expect("nobody panics with it").len() >= self.stays_for
        }
    }

    /// How a job ends that shows these states one after the other, `-` for not at all, and what was heard of it.
    async fn followed(states: &'static [&'static str], stays_for: usize) -> (Ending, Vec<String>) {
        let server = FakeServer::in_order(Vec::new());
        let listener = Listener { heard: Mutex::default(), stays_for };
        let looks = AtomicUsize::new(0);
        let look = |_| {
            let state = states[looks.fetch_add(1, Ordering::SeqCst).min(states.len() - 1)];
            let seen = Seen { status: state.to_owned(), done: None, error: None };
            async move { Ok((state != "-").then_some(seen)) }
        };
        let ran = follow(&client(&server).0, "r-1".to_owned(), &listener, look).await;
        (ran.ending, listener.heard.into_inner().expect("nobody panics with it"))
    }

    #[tokio::test]
    async fn a_job_is_followed_to_its_end() {
        let check = async |states, heard: &[&str], ending: Ending| {
            assert_eq!(
                followed(states, 99).await,
                (ending, heard.iter().map(ToString::to_string).collect::<Vec<_>>())
            );
        };
        check(&["COMPLETE"], &[], Ending::Done).await;
        check(&["CREATED", "QUEUED", "RUNNING", "COMPLETE"], &["CREATED", "QUEUED", "RUNNING"], Ending::Done)
            .await;
        check(&["-", "SOMETHING_NEW", "-", "COMPLETE"], &["SOMETHING_NEW"], Ending::Done).await;
        check(&["FAILED"], &[], Ending::Failed("the cloud does not say why".to_owned())).await;
        check(&["CANCELING", "CANCELED"], &["CANCELING"], Ending::Failed("somebody cancelled it".to_owned()))
            .await;
        let missing = "the cloud does not say what is missing".to_owned();
        check(&["PARTIAL_COMPLETE"], &[], Ending::Partial(missing)).await;
        check(&["-"], &[], Ending::GoesOn("the cloud does not show it".to_owned())).await;
    }

    #[tokio::test]
    async fn whoever_leaves_does_not_end_the_job() {
        let expected = Ending::GoesOn("nobody waited for its end".to_owned());
        assert_eq!(followed(&["RUNNING"], 2).await, (expected, vec!["RUNNING".to_owned(); 2]));
    }
}
