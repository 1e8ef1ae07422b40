//! Holds a key and renews it: before it expires, and once when the service refuses it. Callers that come together
//! wait for one key.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::fetch::{Failure, Fresh, temporary};
use super::origin::{AssumedRole, FirstOf, Origin};
use super::{Credentials, CredentialsError, Outside};
use crate::cloud::alibaba::client::Client;
use crate::cloud::outside::nowhere;
use crate::cloud::renewal::Renewal;
use crate::model::diagnostic::chain;

/// A key is renewed this long before it expires, so that a call which begins with it also ends with it.
const MARGIN: Duration = Duration::from_secs(300);

/// The same for places that have the next key ready well before. Source: credentials library 1.0.12, 15 minutes.
const EARLY_MARGIN: Duration = Duration::from_secs(900);

/// Where keys come from, and the one that is good just now.
pub struct Keyring {
    origin: Origin,
    outside: Arc<dyn Outside>,
    held: Renewal<Credentials>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({})", self.origin)
    }
}

impl Keyring {
    /// A keyring that has asked nobody yet.
    pub fn new(origin: Origin, outside: Arc<dyn Outside>) -> Self {
        Self { origin, outside, held: Renewal::default() }
    }

    /// A keyring with one key that stays what it is.
    pub fn of_key(key: Credentials) -> Self {
        Self::new(Origin::Key(Arc::new(key)), nowhere())
    }

    /// Where keys come from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What stands for the account where calls are counted: the key that stays, or else where keys come from.
    pub(in super::super) fn account(&self) -> String {
        match &self.origin {
            Origin::Key(key) => key.key_id.clone(),
            origin => origin.to_string(),
        }
    }

    /// The key for a call that is made now.
    pub(in super::super) async fn current(
        &self,
        client: &Client,
        region: &str,
    ) -> Result<Arc<Credentials>, Failure> {
        if let Origin::Key(key) = &self.origin {
            return Ok(key.clone());
        }
        let fetch = |renewing| self.fetch(client, region, renewing);
        self.held.current(self.margin(), || client.time_there(), fetch).await
    }

    /// Another key than the one that the service refused; `None` where there is no other.
    pub(in super::super) async fn instead_of(
        &self,
        refused: &Credentials,
        client: &Client,
        region: &str,
    ) -> Result<Option<Arc<Credentials>>, Failure> {
        if matches!(self.origin, Origin::Key(_)) {
            return Ok(None);
        }
        let is_refused = |key: &Credentials| is_same(key, refused);
        let fetch = || self.fetch(client, region, true);
        self.held.instead_of(is_refused, self.margin(), || client.time_there(), fetch).await
    }

    /// How long before it expires a key is renewed.
    fn margin(&self) -> Duration {
        match &self.origin {
            Origin::CloudSso(_) | Origin::FirstOf(_) | Origin::Metadata(_) | Origin::Uri(_) => EARLY_MARGIN,
            Origin::Command(_) | Origin::Key(_) | Origin::OAuth(_) | Origin::Oidc(_) | Origin::Role(_) => {
                MARGIN
            }
        }
    }

    /// Gets a key from where keys come from. `renewing` passes over what others have kept.
    fn fetch<'a>(
        &'a self,
        client: &'a Client,
        region: &'a str,
        renewing: bool,
    ) -> Pin<Box<dyn Future<Output = Result<Fresh, Failure>> + Send + 'a>> {
        Box::pin(async move {
            match &self.origin {
                Origin::CloudSso(sign_in) => Ok(sign_in.fetch(client, renewing).await?),
                Origin::Command(command) => Ok(command.fetch(&self.outside).await?),
                Origin::FirstOf(places) => first(places, client, region).await,
                Origin::Key(key) => Ok(Fresh { key: Credentials::clone(key), expires: None }),
                Origin::Metadata(metadata) => Ok(metadata.fetch(client).await?),
                Origin::OAuth(sign_in) => Ok(sign_in.fetch(client, &*self.outside, renewing).await?),
                Origin::Oidc(oidc) => oidc.fetch(client, region, &*self.outside).await,
                Origin::Role(role) => assume(role, client, region).await,
                Origin::Uri(uri) => Ok(uri.fetch(client).await?),
            }
        })
    }
}

/// The key of the first place that has one; of the same place, once there is one.
async fn first(first: &FirstOf, client: &Client, region: &str) -> Result<Fresh, Failure> {
    if let Some(winner) = first.winner.get() {
        return first.places[*winner].fetch(client, region, true).await;
    }
    let mut looked_at = first.looked_at.clone();
    for (index, place) in first.places.iter().enumerate() {
        match place.fetch(client, region, true).await {
            Ok(fresh) => {
                first.winner.get_or_init(|| index);
                return Ok(fresh);
            }
            Err(Failure::Call(error)) => return Err(error.into()),
            Err(Failure::Place(error)) => looked_at.push(chain(&error)),
        }
    }
    Err(CredentialsError::Missing { looked_at }.into())
}

/// The key of a role, asked for with the key of who may assume it.
async fn assume(assumed: &AssumedRole, client: &Client, region: &str) -> Result<Fresh, Failure> {
    let AssumedRole { base, role, place } = assumed;
    let asking = client.at(place).with_keys(base.clone());
    let answer = asking.assume_role(place.region(region), &role.to_wire()).await?;
    Ok(temporary(&format!("role {}, assumed by {}", role.arn, base.origin()), answer.credentials)?)
}

/// Whether two keys are the same one.
fn is_same(one: &Credentials, other: &Credentials) -> bool {
    let token = |key: &Credentials| key.token.as_ref().map(|token| token.expose_secret().to_owned());
    one.key_id == other.key_id && token(one) == token(other)
}

#[cfg(test)]
mod tests;
