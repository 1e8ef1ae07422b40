//! A key that is good for a time: kept while it is, renewed before it expires, and once when the service refuses it.
//! Callers that come together wait for one key.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::host::since;

/// A renewal that fails while the key is still good is tried again after this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A key that was just handed out.
pub struct Fresh<K> {
    /// The key.
    pub key: K,
    /// When it stops to be good, where that is known.
    pub expires: Option<Timestamp>,
}

/// The key that is good just now, once somebody has asked for one.
pub struct Renewal<K>(Mutex<Option<Held<K>>>);

/// A key that was handed out.
struct Held<K> {
    key: Arc<K>,
    expires: Option<Timestamp>,
    renew_at: Option<Timestamp>,
}

impl<K> Default for Renewal<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K> Renewal<K> {
    /// The key for a call that is made now. `margin` before it expires it is renewed; `fetch` hears whether a key was
    /// there before.
    ///
    /// # Errors
    ///
    /// When there is no key, or none that is still good, and `fetch` brings none.
    pub async fn current<E, F: Future<Output = Result<Fresh<K>, E>>>(
        &self,
        margin: Duration,
        time: impl Fn() -> Timestamp,
        fetch: impl FnOnce(bool) -> F,
    ) -> Result<Arc<K>, E> {
        let mut held = self.0.lock().await;
        let now = time();
        if let Some(held) = &*held
            && held.renew_at.is_none_or(|at| now < at)
        {
            return Ok(held.key.clone());
        }
        match fetch(held.is_some()).await {
            Ok(fresh) => Ok(held.insert(Held::of(fresh, margin, time())).key.clone()),
            Err(failure) => match &mut *held {
                Some(held) if held.expires.is_some_and(|expires| now < expires) => {
                    held.renew_at = now.checked_add(PATIENCE).ok();
                    Ok(held.key.clone())
                }
                _ => Err(failure),
            },
        }
    }

    /// Another key than the one that the service refused; `None` where there is no other.
    ///
    /// # Errors
    ///
    /// When `fetch` brings none.
    pub async fn instead_of<E, F: Future<Output = Result<Fresh<K>, E>>>(
        &self,
        is_refused: impl Fn(&K) -> bool,
        margin: Duration,
        time: impl Fn() -> Timestamp,
        fetch: impl FnOnce() -> F,
    ) -> Result<Option<Arc<K>>, E> {
        let mut held = self.0.lock().await;
        if let Some(held) = &*held
            && !is_refused(&held.key)
        {
            return Ok(Some(held.key.clone()));
        }
        let fresh = fetch().await?;
        let held = held.insert(Held::of(fresh, margin, time()));
        Ok((!is_refused(&held.key)).then(|| held.key.clone()))
    }
}

impl<K> Held<K> {
    /// A key is to be renewed some time before it expires, though never in the first three quarters of its life.
    fn of(fresh: Fresh<K>, margin: Duration, now: Timestamp) -> Self {
        let renew_at = fresh.expires.map(|expires| {
            let margin = margin.min(since(now, expires) / 4);
            expires.checked_sub(margin).unwrap_or(expires)
        });
        Self { key: Arc::new(fresh.key), expires: fresh.expires, renew_at }
    }
}
