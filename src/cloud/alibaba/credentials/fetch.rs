//! Asking for a key over HTTP, once, and reading what comes.

use serde::de::DeserializeOwned;

use super::{Credentials, CredentialsError};
use crate::cloud::alibaba::client::Client;
use crate::cloud::error::{self, Call, Error};
use crate::cloud::http::{Endpoint, Method, Request, Response};
use crate::cloud::renewal;
use crate::wire::alibaba::credentials::HandedKey;
use crate::wire::alibaba::sts::TemporaryCredentials;

/// What was just handed out.
pub(super) type Fresh = renewal::Fresh<Credentials>;

/// No key: the place says no, or the call that asks for it failed.
#[derive(Debug, thiserror::Error)]
pub(in super::super) enum Failure {
    /// The call of STS failed.
    #[error(transparent)]
    Call(#[from] Error),
    /// The place has none.
    #[error(transparent)]
    Place(#[from] CredentialsError),
}

impl Failure {
    /// The error of the call that wanted a key.
    pub fn of(self, call: Call) -> Error {
        match self {
            Self::Call(error) => error,
            Self::Place(error) => Error::Credentials { call, source: Box::new(error) },
        }
    }
}

/// A question to a place that hands out keys.
pub(super) struct Question<'a> {
    /// The place, in words.
    pub from: &'a str,
    /// Where it is.
    pub endpoint: &'a Endpoint,
    /// What to do.
    pub method: Method,
    /// Begins with a slash.
    pub path: &'a str,
    /// Encoded.
    pub query: &'a str,
    /// Besides `host` and `user-agent`.
    pub headers: Vec<(&'static str, String)>,
    /// Empty means none.
    pub body: String,
}

impl<'a> Question<'a> {
    /// A question without headers and body.
    pub fn get(from: &'a str, endpoint: &'a Endpoint, path: &'a str, query: &'a str) -> Self {
        Self { from, endpoint, method: Method::Get, path, query, headers: Vec::new(), body: String::new() }
    }

    /// Asks, once.
    ///
    /// # Errors
    ///
    /// [`CredentialsError::NoAnswer`]; an answer that says no is an answer.
    pub async fn ask(self, client: &Client) -> Result<Response, CredentialsError> {
        let own = [("host", self.endpoint.host()), ("user-agent", super::super::client::AGENT.to_owned())];
        let headers = own.into_iter().chain(self.headers);
        let request = Request {
            endpoint: self.endpoint.clone(),
            method: self.method,
            path: self.path.to_owned(),
            query: self.query.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value)).collect(),
            body: self.body.into_bytes(),
        };
        let answer = client.http().send(&request).await;
        answer.map_err(|source| CredentialsError::NoAnswer { from: self.from.to_owned(), source })
    }
}

/// Reads a JSON body; nothing of it gets into the error.
pub(super) fn json<T: DeserializeOwned>(from: &str, body: &[u8]) -> Result<T, CredentialsError> {
    serde_json::from_slice(body).map_err(|error| CredentialsError::Unreadable {
        from: from.to_owned(),
        detail: format!(
            "no JSON of the expected shape, at line {} column {} of {} bytes",
            error.line(),
            error.column(),
            body.len()
        ),
    })
}

/// Refuses an answer that is no success, with the code that it may hold.
pub(super) fn successful(from: &str, response: &Response, advice: &str) -> Result<(), CredentialsError> {
    if response.status == 200 {
        return Ok(());
    }
    let code = serde_json::from_slice::<serde_json::Value>(&response.body).ok().and_then(|body| {
        let named = ["Code", "code", "ErrorCode", "error"].into_iter().find_map(|name| body.get(name));
        named.and_then(|code| code.as_str()).map(error::readable)
    });
    let advice = if advice.is_empty() { String::new() } else { format!("; {advice}") };
    Err(CredentialsError::Refused { from: from.to_owned(), status: response.status, code, advice })
}

/// The key that an answer hands out.
pub(super) fn handed(from: &str, key: HandedKey) -> Result<Fresh, CredentialsError> {
    if let Some(code) = key.code.filter(|code| code != "Success") {
        return Err(CredentialsError::Refused {
            from: from.to_owned(),
            status: 200,
            code: Some(error::readable(&code)),
            advice: String::new(),
        });
    }
    temporary(
        from,
        TemporaryCredentials {
            access_key_id: key.access_key_id.unwrap_or_default(),
            access_key_secret: key.access_key_secret.unwrap_or_default(),
            security_token: key.security_token.unwrap_or_default(),
            expiration: key.expiration.unwrap_or_default(),
        },
    )
}

/// A temporary key, if it is whole.
pub(super) fn temporary(from: &str, key: TemporaryCredentials) -> Result<Fresh, CredentialsError> {
    let members = [
        ("AccessKeyId", &key.access_key_id),
        ("AccessKeySecret", &key.access_key_secret),
        ("SecurityToken", &key.security_token),
    ];
    if let Some((name, _)) = members.iter().find(|(_, value)| value.is_empty()) {
        let detail = format!("it holds no {name}");
        return Err(CredentialsError::Unreadable { from: from.to_owned(), detail });
    }
    Ok(Fresh {
        expires: key.expiration.parse().ok(),
        key: Credentials::new(
            key.access_key_id,
            key.access_key_secret.into(),
            Some(key.security_token.into()),
            from.to_owned(),
        ),
    })
}
