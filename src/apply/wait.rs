//! Reading back: what a cloud answers is a claim, and the object is the evidence.

use std::time::Duration;

use crate::cloud::{Cloud, Error};
use crate::model::desired::Scope;
use crate::model::live::LiveObject;

/// Pauses between looks; the clouds' listings may lag behind a write by seconds.
const PAUSES: &[u64] = &[0, 200, 500, 1000, 2000, 4000, 8000, 16000];

/// Which object to look at.
pub struct Target<'a> {
    /// Its type.
    pub kind: &'a str,
    /// Its place.
    pub scope: &'a Scope,
    /// Its id, where it is known.
    pub id: Option<&'a str>,
    /// Its identity, where the type has one.
    pub identity: Option<&'a str>,
}

impl Target<'_> {
    /// Looks once.
    ///
    /// # Errors
    ///
    /// When the read fails.
    pub async fn look(&self, cloud: &dyn Cloud) -> Result<Option<LiveObject>, Error> {
        cloud.read(self.kind, self.scope, self.id, self.identity).await
    }

    /// Looks until the object is as it should be, or until patience ends; returns what was seen last.
    ///
    /// # Errors
    ///
    /// When a read fails.
    pub async fn until(
        &self,
        cloud: &dyn Cloud,
        good: impl Fn(Option<&LiveObject>) -> bool,
    ) -> Result<Option<LiveObject>, Error> {
        let mut seen = None;
        for pause in PAUSES {
            tokio::time::sleep(Duration::from_millis(*pause)).await;
            seen = self.look(cloud).await?;
            if good(seen.as_ref()) {
                break;
            }
        }
        Ok(seen)
    }
}
