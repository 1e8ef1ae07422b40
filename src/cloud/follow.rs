//! Follows a job that a cloud has begun to its end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::error::Error;
use crate::model::act::{Ending, Progress, Ran, Watch};

/// Seconds between two looks; the last one is for all further looks.
const PAUSES: [u64; 5] = [1, 2, 3, 5, 10];

/// Looks in a row that fail or do not show the job, before nobody waits any longer.
const PATIENCE: u32 = 12;

/// A job as the cloud shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is at work, or in a state that nobody has seen before.
    Working {
        /// The vendor's word.
        status: String,
        /// Hundredths of a per cent, where the cloud says it.
        done: Option<u64>,
    },
    /// It has ended.
    Ended(Ending),
}

/// Looks until the job has ended, or until nobody waits any more.
pub async fn follow<S, L>(
    id: String,
    watch: &dyn Watch,
    sleep: impl Fn(Duration) -> S,
    look: impl Fn(String) -> L,
) -> Ran
where
    S: Future<Output = ()>,
    L: Future<Output = Result<Option<Seen>, Error>>,
{
    let name: Arc<str> = id.as_str().into();
    let ran = |ending| Ran { id: name.clone(), ending };
    let (mut looks, mut in_vain) = (0, 0);
    loop {
        match look(id.clone()).await {
            Ok(Some(Seen::Ended(ending))) => return ran(ending),
            Ok(Some(Seen::Working { status, done })) => {
                in_vain = 0;
                watch.tell(Progress { id: name.clone(), status, done });
            }
            Ok(None) | Err(_) if in_vain < PATIENCE => in_vain += 1,
            Ok(None) => return ran(Ending::GoesOn("the cloud does not show it".to_owned())),
            Err(error) => return ran(Ending::GoesOn(format!("it cannot be looked at: {error}"))),
        }
        for _ in 0..PAUSES[looks.min(PAUSES.len() - 1)] {
            if watch.has_left() {
                return ran(Ending::GoesOn("nobody waited for its end".to_owned()));
            }
            sleep(Duration::from_secs(1)).await;
        }
        looks += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

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

    /// How a job ends that shows these states one after the other, `-` for not at all and `COMPLETE` for its end, and
    /// what was heard of it.
    async fn followed(states: &'static [&'static str], stays_for: usize) -> (Ending, Vec<String>) {
        let listener = Listener { heard: Mutex::default(), stays_for };
        let looks = AtomicUsize::new(0);
        let look = |_| {
            let state = states[looks.fetch_add(1, Ordering::SeqCst).min(states.len() - 1)];
            let seen = match state {
                "-" => None,
                "COMPLETE" => Some(Seen::Ended(Ending::Done)),
                _ => Some(Seen::Working { status: state.to_owned(), done: None }),
            };
            async move { Ok(seen) }
        };
        let ran = follow("r-1".to_owned(), &listener, |_| std::future::ready(()), look).await;
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
        check(&["-"], &[], Ending::GoesOn("the cloud does not show it".to_owned())).await;
    }

    #[tokio::test]
    async fn whoever_leaves_does_not_end_the_job() {
        let expected = Ending::GoesOn("nobody waited for its end".to_owned());
        assert_eq!(followed(&["RUNNING"], 2).await, (expected, vec!["RUNNING".to_owned(); 2]));
    }
}
