//! Keeps within the clouds' published rates: a call that would exceed one waits, it never fails.
//!
//! The clouds count calls in a window ("600 per 60 s"). A token bucket with a burst of the whole window lets almost
//! two windows' worth pass in the first one, and with a smaller burst makes a refresh of a hundred pages slow for
//! nothing; so this remembers the calls of the last window and waits for the oldest of them to leave it.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::host::{Host, since};

/// So many calls in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Calls in one window.
    pub calls: NonZeroU32,
    /// The window's length.
    pub window: Duration,
}

impl Rate {
    /// So many calls in a minute, which is how the vendors write their rates.
    pub const fn per_minute(calls: NonZeroU32) -> Self {
        Self { calls, window: Duration::from_secs(60) }
    }
}

/// What a rate is counted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The key's id, standing for the account.
    pub account: String,
    /// The region called.
    pub region: String,
    /// The operation, with its product: `hbr:DescribeBackupPlans`.
    pub action: String,
}

/// The calls of the last window, by account, region and action.
#[derive(Debug, Default)]
pub struct RateLimiter {
    recent: Mutex<BTreeMap<Key, VecDeque<Timestamp>>>,
}

impl RateLimiter {
    /// Waits until one more call is within the rate, and counts it.
    pub async fn wait(&self, key: &Key, rate: Rate, host: &dyn Host) {
        while let Some(pause) = self.admit(key, rate, host.now()) {
            host.sleep(pause).await;
        }
    }

    /// Counts a call made now, or says how long to wait before asking again.
    fn admit(&self, key: &Key, rate: Rate, now: Timestamp) -> Option<Duration> {
        // A poisoned lock means that a thread died between two pushes; the calls counted so far are still true.
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = recent.entry(key.clone()).or_default();
        // A clock that was set back would keep calls for longer than a window: they are forgotten instead.
        calls.retain(|call| *call <= now && since(*call, now) < rate.window);
        if calls.len() < rate.calls.get() as usize {
            calls.push_back(now);
            return None;
        }
        let oldest = calls.front().copied().unwrap_or(now);
        Some(rate.window.saturating_sub(since(oldest, now)).max(Duration::from_millis(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::host::fake::FakeHost;
    use super::*;

    fn rate(calls: u32) -> Rate {
        Rate::per_minute(NonZeroU32::new(calls).expect("not zero"))
    }

    fn key(action: &str) -> Key {
        Key { account: "a".into(), region: "cn-hangzhou".into(), action: action.into() }
    }

    async fn calls(limiter: &RateLimiter, action: &str, count: usize, host: &FakeHost) {
        for _ in 0..count {
            limiter.wait(&key(action), rate(3), host).await;
        }
    }

    #[tokio::test]
    async fn a_window_passes_at_once_and_the_next_call_waits() {
        let (limiter, host) = (RateLimiter::default(), FakeHost::new());
        calls(&limiter, "a", 3, &host).await;
        assert_eq!(host.sleeps(), []);
        calls(&limiter, "a", 1, &host).await;
        assert_eq!(host.sleeps(), [Duration::from_secs(60)]);
    }

    #[tokio::test]
    async fn actions_are_counted_apart() {
        let (limiter, host) = (RateLimiter::default(), FakeHost::new());
        calls(&limiter, "a", 3, &host).await;
        calls(&limiter, "b", 3, &host).await;
        assert_eq!(host.sleeps(), []);
    }

    #[tokio::test]
    async fn no_window_ever_holds_more_than_the_rate() {
        let (limiter, host) = (RateLimiter::default(), FakeHost::new());
        let mut times = Vec::new();
        for step in 0..30_u64 {
            limiter.wait(&key("a"), rate(3), host.as_ref()).await;
            times.push(host.now());
            host.sleep(Duration::from_secs(step * 7 % 25)).await;
        }
        for window in times.windows(4) {
            assert!(since(window[0], window[3]) >= Duration::from_secs(60), "{window:?}");
        }
    }
}
