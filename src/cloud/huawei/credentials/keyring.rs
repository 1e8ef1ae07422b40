//! Holds a key and renews it: before it expires, and once when the service refuses it. Callers that come together wait
//! for one key.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::fetch::{Failure, Fresh};
use super::origin::{FirstOf, Origin};
use super::{Authority, CredentialsError};
use crate::cloud::huawei::client::Client;
use crate::cloud::outside::{Outside, nowhere};
use crate::cloud::renewal::Renewal;
use crate::model::diagnostic::chain;

/// A key is renewed this long before it expires. Source: `huaweicloudsdkcore` 3.1.219, 40 minutes.
const MARGIN: Duration = Duration::from_secs(40 * 60);

/// Where keys come from, and the one that is good just now.
pub struct Keyring {
    origin: Origin,
    outside: Arc<dyn Outside>,
    held: Renewal<Authority>,
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
    pub fn of(authority: impl Into<Authority>) -> Self {
        Self::new(Origin::Authority(Arc::new(authority.into())), nowhere())
    }

    /// Where keys come from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What stands for the account where calls are counted: the key that stays, or else where keys come from.
    pub(in super::super) fn account(&self) -> String {
        match &self.origin {
            Origin::Authority(authority) => match &**authority {
                Authority::Key(key) => key.access_key.clone(),
                Authority::Token(token) => token.source.clone(),
            },
            origin => origin.to_string(),
        }
    }

    /// The key for a call that is made now.
    pub(in super::super) async fn current(
        &self,
        client: &Client,
        region: &str,
    ) -> Result<Arc<Authority>, Failure> {
        if let Origin::Authority(authority) = &self.origin {
            return Ok(authority.clone());
        }
        let fetch = |_| self.fetch(client, region);
        self.held.current(MARGIN, || client.time_there(), fetch).await
    }

    /// Another key than the one that the service refused; `None` where there is no other.
    pub(in super::super) async fn instead_of(
        &self,
        refused: &Authority,
        client: &Client,
        region: &str,
    ) -> Result<Option<Arc<Authority>>, Failure> {
        if matches!(self.origin, Origin::Authority(_)) {
            return Ok(None);
        }
        let is_refused = |authority: &Authority| is_same(authority, refused);
        let fetch = || self.fetch(client, region);
        self.held.instead_of(is_refused, MARGIN, || client.time_there(), fetch).await
    }

    /// Gets a key from where keys come from.
    fn fetch<'a>(
        &'a self,
        client: &'a Client,
        region: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Fresh, Failure>> + Send + 'a>> {
        Box::pin(async move {
            match &self.origin {
                Origin::Agency(assumed) => {
                    let asking = client.with_keys(assumed.base.clone());
                    assumed.agency.fetch(&asking, region, &self.origin.to_string()).await
                }
                Origin::Authority(authority) => Ok(Fresh { key: Authority::clone(authority), expires: None }),
                Origin::Federation(federation) => federation.fetch(client, region, &*self.outside).await,
                Origin::FirstOf(places) => first(places, client, region).await,
                Origin::Metadata(metadata) => Ok(metadata.fetch(client).await?),
                Origin::Oidc(oidc) => oidc.fetch(client, region, &*self.outside).await,
                Origin::Password(password) => password.fetch(client, region).await,
                Origin::Pod(pod) => Ok(pod.fetch(client, &*self.outside).await?),
            }
        })
    }
}

/// The key of the first place that has one; of the same place, once there is one.
async fn first(first: &FirstOf, client: &Client, region: &str) -> Result<Fresh, Failure> {
    if let Some(winner) = first.winner.get() {
        return first.places[*winner].fetch(client, region).await;
    }
    let mut looked_at = first.looked_at.clone();
    for (index, place) in first.places.iter().enumerate() {
        match place.fetch(client, region).await {
            Ok(fresh) => {
                first.winner.get_or_init(|| index);
                return Ok(fresh);
            }
            Err(Failure::Call(error)) => return Err(error.into()),
            Err(Failure::Place(error)) => looked_at.push(chain(&error)),
        }
    }
    Err(CredentialsError::None { looked_at }.into())
}

/// Whether two keys are the same one.
fn is_same(one: &Authority, other: &Authority) -> bool {
    match (one, other) {
        (Authority::Key(one), Authority::Key(other)) => {
            let token =
                |key: &super::Credentials| key.token.as_ref().map(|token| token.expose_secret().to_owned());
            one.access_key == other.access_key && token(one) == token(other)
        }
        (Authority::Token(one), Authority::Token(other)) => {
            one.token.expose_secret() == other.token.expose_secret()
        }
        (Authority::Key(_), Authority::Token(_)) | (Authority::Token(_), Authority::Key(_)) => false,
    }
}
