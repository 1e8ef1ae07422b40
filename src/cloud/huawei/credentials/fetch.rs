//! Asking for a key over HTTP, once, and reading what comes.

use serde_json::Value;

use super::{Authority, Credentials, CredentialsError};
use crate::cloud::error::{self, Call, Error};
use crate::cloud::http::{Endpoint, Method, Request, Response};
use crate::cloud::huawei::client::{AGENT, Client};
use crate::cloud::huawei::{error as refusal, time};
use crate::cloud::renewal;

/// What was just handed out.
pub(super) type Fresh = renewal::Fresh<Authority>;

/// No key: the place says no, or the call that asks for it failed.
#[derive(Debug, thiserror::Error)]
pub(in super::super) enum Failure {
    /// The call that asks for it failed.
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
    /// JSON; none where there is none.
    pub body: Option<Value>,
}

impl<'a> Question<'a> {
    /// A question without headers and body.
    pub fn get(from: &'a str, endpoint: &'a Endpoint, path: &'a str) -> Self {
        Self { from, endpoint, method: Method::Get, path, query: "", headers: Vec::new(), body: None }
    }

    /// A question with a body.
    pub fn post(from: &'a str, endpoint: &'a Endpoint, path: &'a str, body: Value) -> Self {
        Self { method: Method::Post, body: Some(body), ..Self::get(from, endpoint, path) }
    }

    /// Asks, once.
    ///
    /// # Errors
    ///
    /// [`CredentialsError::NoAnswer`]; an answer that says no is an answer.
    pub async fn ask(self, client: &Client) -> Result<Response, CredentialsError> {
        let mut headers: Vec<(String, String)> =
            vec![("host".to_owned(), self.endpoint.host()), ("user-agent".to_owned(), AGENT.to_owned())];
        if self.body.is_some() {
            headers.push(("content-type".to_owned(), "application/json;charset=UTF-8".to_owned()));
        }
        headers.extend(self.headers.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let request = Request {
            endpoint: self.endpoint.clone(),
            method: self.method,
            path: self.path.to_owned(),
            query: self.query.to_owned(),
            headers,
            body: self.body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        };
        let answer = client.http().send(&request).await;
        answer.map_err(|source| CredentialsError::NoAnswer { from: self.from.to_owned(), source })
    }
}

/// Refuses an answer that is no success, with the code that it may hold.
pub(super) fn successful(from: &str, response: &Response, advice: &str) -> Result<(), CredentialsError> {
    if (200..300).contains(&response.status) {
        return Ok(());
    }
    let code = Some(refusal::read(&response.body).code).filter(|code| !code.is_empty());
    let advice = if advice.is_empty() { String::new() } else { format!("; {advice}") };
    Err(CredentialsError::Refused {
        from: from.to_owned(),
        status: response.status,
        code: code.map(|code| error::readable(&code)),
        advice,
    })
}

/// The key that a body hands out, in whichever of the vendor's spellings.
///
/// Source: `huaweicloudsdkcore` 3.1.219, `StsAccessor`: IAM, STS, metadata and pod identity each have their own.
pub(super) fn handed(from: &str, body: &[u8]) -> Result<Fresh, CredentialsError> {
    let unreadable = |detail: &str| CredentialsError::Unreadable {
        from: from.to_owned(),
        detail: format!("{detail}, of {} bytes", body.len()),
    };
    let value: Value = serde_json::from_slice(body).map_err(|_| unreadable("no JSON"))?;
    let key = value.get("credential").or_else(|| value.get("credentials")).unwrap_or(&value);
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| key.get(name)?.as_str());
        found.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let need = |names: &[&str]| text(names).ok_or_else(|| unreadable(&format!("it holds no {}", names[0])));
    let access_key = need(&["access", "accessKeyId", "access_key_id"])?;
    let secret = need(&["secret", "secretAccessKey", "secret_access_key"])?;
    let token = text(&["securitytoken", "securityToken", "security_token"]);
    let expires = text(&["expires_at", "expiration", "expiresAt"]);
    Ok(Fresh {
        key: Authority::Key(Credentials {
            access_key,
            secret: secret.into(),
            token: token.map(Into::into),
            source: from.to_owned(),
        }),
        expires: expires.and_then(|text| time::read(&text)),
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn keys_come_in_three_spellings() {
        let check = |body: &str, expected: &str| {
            let told = match handed("the place", body.as_bytes()) {
                Ok(Fresh { key: Authority::Key(key), expires }) => format!(
                    "{} {} {} {}",
                    key.access_key,
                    key.secret.expose_secret(),
                    key.token.as_ref().map_or("-", |token| token.expose_secret()),
                    expires.map_or("-".to_owned(), |expires| expires.to_string())
                ),
                Ok(_) => "a token".to_owned(),
                Err(error) => error.to_string(),
            };
            assert_eq!(told, expected, "{body}");
        };
        check(
            r#"{"credential":{"access":"a","secret":"s","securitytoken":"t","expires_at":"2026-01-08T02:56:19.587000Z"}}"#,
            "a s t 2026-01-08T02:56:19.587Z",
        );
        check(
            r#"{"credentials":{"access_key_id":"a","secret_access_key":"s","security_token":"t","expiration":"2026-01-08T02:56:19Z"}}"#,
            "a s t 2026-01-08T02:56:19Z",
        );
        check(r#"{"accessKeyId":"a","secretAccessKey":"s","securityToken":"t"}"#, "a s t -");
        check(
            r#"{"access":"a","secret":"s","expires_at":"2026-01-08T02:56:19.587000"}"#,
            "a s - 2026-01-08T02:56:19.587Z",
        );
        check(
            r#"{"credential":{"access":"a","secret":""}}"#,
            "the place answered what cannot be read as a key: it holds no secret, of 41 bytes",
        );
        check("hush", "the place answered what cannot be read as a key: no JSON, of 4 bytes");
    }
}
