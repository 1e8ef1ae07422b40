//! What the clients need of the outside world besides the network: time, nonces, waiting.
//!
//! The command line gives the real ones, tests give ones that they turn by hand.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

/// A pause that has begun.
pub type Pause<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Time, nonces and waiting.
pub trait Host: Send + Sync {
    /// What the clock says.
    fn now(&self) -> Timestamp;

    /// 32 random hexadecimal digits, never the same twice.
    fn nonce(&self) -> String;

    /// Waits that long.
    fn sleep(&self, pause: Duration) -> Pause<'_>;
}

/// A [`Host`] that many clients share.
#[derive(Clone)]
pub struct SharedHost(pub Arc<dyn Host>);

impl fmt::Debug for SharedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedHost")
    }
}

impl std::ops::Deref for SharedHost {
    type Target = dyn Host;

    fn deref(&self) -> &Self::Target {
        self.0.as_ref()
    }
}

/// How far time has moved on since `start`; zero when the clock was set back.
pub fn since(start: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(start)).unwrap_or(Duration::ZERO)
}

/// UNIX seconds as `2026-11-20T02:14:00Z`; empty for a time that no calendar has.
pub fn utc(unix: i64) -> String {
    Timestamp::from_second(unix)
        .map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod fake {
    use std::sync::Mutex;

    use super::{Arc, Duration, Host, Pause, SharedHost, Timestamp};

    /// A clock that moves only when somebody sleeps, and nonces that count.
    #[derive(Debug)]
    pub(crate) struct FakeHost(Mutex<Inner>);

    #[derive(Debug)]
    struct Inner {
        now: Timestamp,
        nonces: u64,
        sleeps: Vec<Duration>,
    }

    impl FakeHost {
        /// Starts at the second day of 2026.
        pub(crate) fn new() -> Arc<Self> {
            let now = "2026-01-02T03:04:05Z".parse().expect("a time");
            Arc::new(Self(Mutex::new(Inner { now, nonces: 0, sleeps: Vec::new() })))
        }

        /// The same, for a client.
        pub(crate) fn shared(self: &Arc<Self>) -> SharedHost {
            SharedHost(self.clone())
        }

        /// How long each pause was.
        pub(crate) fn sleeps(&self) -> Vec<Duration> {
            self.0.lock().expect("no test panics inside").sleeps.clone()
        }
    }

    impl Host for FakeHost {
        fn now(&self) -> Timestamp {
            self.0.lock().expect("no test panics inside").now
        }

        fn nonce(&self) -> String {
            let mut inner = self.0.lock().expect("no test panics inside");
            inner.nonces += 1;
            format!("{:032x}", inner.nonces)
        }

        fn sleep(&self, pause: Duration) -> Pause<'_> {
            let mut inner = self.0.lock().expect("no test panics inside");
            inner.now += pause;
            inner.sleeps.push(pause);
            Box::pin(std::future::ready(()))
        }
    }
}
