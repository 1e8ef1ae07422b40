//! What a provider is connected with: what all providers of a run share, and where keys may come from.

use std::sync::Arc;

use super::host::SharedHost;
use super::http::Http;
use super::outside::Outside;
use super::rate::RateLimiter;

/// What all providers of a run share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The pool of connections.
    pub http: Arc<Http>,
    /// Time, nonces, waiting.
    pub host: SharedHost,
    /// Calls made so far.
    pub rates: Arc<RateLimiter>,
    /// Pages of one listing that are read at the same time.
    pub parallelism: usize,
}

/// Where credentials of a cloud, `K`, may come from besides the `provider` block.
pub enum Keys<'a, K> {
    /// The emulator has its own: nobody's environment and files are read.
    Emulator(&'a K),
    /// Environment and files of the user.
    Outside(&'a Arc<dyn Outside>),
}

// Copied whatever `K` is: only references to it are held.
impl<K> Clone for Keys<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Keys<'_, K> {}
