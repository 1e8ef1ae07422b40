//! Sign-ins of the vendor's CLI in a browser: what it keeps of them serves here until somebody must sign in again.
//!
//! Source: Alibaba Cloud credentials library 1.0.12, providers `cloud_sso` and `oauth`; aliyun-cli, modes `CloudSSO`
//! and `OAuth`.

use std::path::PathBuf;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Mutex;

use super::fetch::{Fresh, Question, handed, json, successful, temporary};
use super::{Credentials, CredentialsError, Outside};
use crate::cloud::alibaba::client::Client;
use crate::cloud::alibaba::sign;
use crate::cloud::http::{Endpoint, Method};
use crate::wire::alibaba::credentials::{
    CloudCredentialsAnswer, CloudCredentialsRequest, HandedKey, OAuthTokens,
};
use crate::wire::alibaba::sts::TemporaryCredentials;

/// An access token with less than this left is renewed first, as the library does.
const ACCESS_TOKEN_SECONDS: i64 = 1200;

/// How long an access token lasts that does not say so.
const DEFAULT_SECONDS: i64 = 3600;

/// A key that the CLI has kept from its own last call, and when it expires.
pub(super) struct Kept {
    /// The key.
    pub key: TemporaryCredentials,
    /// UNIX seconds.
    pub expires: i64,
}

impl Kept {
    /// The key, if it is whole and still good.
    fn fresh(&self, from: &str, now: Timestamp) -> Option<Fresh> {
        let fresh = temporary(from, self.key.clone()).ok()?;
        let expires = Timestamp::from_second(self.expires).ok().filter(|expires| *expires > now)?;
        Some(Fresh { expires: Some(expires), ..fresh })
    }
}

/// A sign-in with `CloudSSO`.
pub struct CloudSso {
    /// The profile, in words.
    pub from: String,
    pub(super) endpoint: Endpoint,
    pub(super) request: CloudCredentialsRequest,
    pub(super) access_token: SecretString,
    pub(super) access_token_expires: i64,
    pub(super) kept: Kept,
    /// What signs in again.
    pub(super) command: String,
}

impl CloudSso {
    /// The kept key where it is good, or else one for the access token.
    pub(super) async fn fetch(&self, client: &Client, renewing: bool) -> Result<Fresh, CredentialsError> {
        if let Some(fresh) = self.kept.fresh(&self.from, client.now()).filter(|_| !renewing) {
            return Ok(fresh);
        }
        let expired = || CredentialsError::SignIn { from: self.from.clone(), command: self.command.clone() };
        if self.access_token_expires <= client.now().as_second() {
            return Err(expired());
        }
        let body = serde_json::to_string(&self.request).expect("two texts are always JSON");
        let question = Question {
            method: Method::Post,
            headers: vec![
                ("accept", "application/json".to_owned()),
                ("content-type", "application/json".to_owned()),
                ("authorization", format!("Bearer {}", self.access_token.expose_secret())),
            ],
            body,
            ..Question::get(&self.from, &self.endpoint, "/cloud-credentials", "")
        };
        let response = question.ask(client).await?;
        if response.status == 401 {
            return Err(expired());
        }
        successful(&self.from, &response, &format!("if it lasts, sign in again with `{}`", self.command))?;
        let answer: CloudCredentialsAnswer = json(&self.from, &response.body)?;
        temporary(&self.from, answer.cloud_credential.unwrap_or_default())
    }
}

/// A sign-in with OAuth.
pub struct OAuth {
    /// The profile, in words.
    pub from: String,
    pub(super) endpoint: Endpoint,
    /// The CLI's own id at the sign-in service.
    pub(super) client_id: &'static str,
    pub(super) kept: Kept,
    pub(super) tokens: Mutex<Tokens>,
    /// The CLI's file and the profile in it, to keep what was renewed.
    pub(super) path: PathBuf,
    pub(super) profile: String,
    /// What signs in again.
    pub(super) command: String,
}

/// What the sign-in service gave.
#[derive(Clone, Default)]
pub(super) struct Tokens {
    pub(super) access: SecretString,
    pub(super) access_expires: i64,
    pub(super) refresh: SecretString,
}

impl OAuth {
    /// The kept key where it is good, or else one for the access token, which is renewed before it runs out.
    pub(super) async fn fetch(
        &self,
        client: &Client,
        outside: &dyn Outside,
        renewing: bool,
    ) -> Result<Fresh, CredentialsError> {
        if let Some(fresh) = self.kept.fresh(&self.from, client.now()).filter(|_| !renewing) {
            return Ok(fresh);
        }
        let mut tokens = self.tokens.lock().await;
        let left = tokens.access_expires.saturating_sub(client.now().as_second());
        if left <= ACCESS_TOKEN_SECONDS && !tokens.refresh.expose_secret().is_empty() {
            *tokens = self.renewed(client, outside, &tokens).await?;
        } else if left <= 0 {
            return Err(self.expired());
        }
        let question = Question {
            method: Method::Post,
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("authorization", format!("Bearer {}", tokens.access.expose_secret())),
            ],
            ..Question::get(&self.from, &self.endpoint, "/v1/exchange", "")
        };
        let response = question.ask(client).await?;
        if response.status == 401 {
            return Err(self.expired());
        }
        successful(&self.from, &response, &format!("if it lasts, sign in again with `{}`", self.command))?;
        handed(&self.from, json::<HandedKey>(&self.from, &response.body)?)
    }

    /// New tokens for the refresh token, which is worth nothing afterwards: so the CLI's file is written first as it
    /// is, to know that it can be, and then with the new ones.
    async fn renewed(
        &self,
        client: &Client,
        outside: &dyn Outside,
        old: &Tokens,
    ) -> Result<Tokens, CredentialsError> {
        self.keep(outside, None)?;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", old.refresh.expose_secret()),
            ("client_id", self.client_id),
            ("Timestamp", &sign::date(client.now())),
        ];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let question = Question {
            method: Method::Post,
            headers: vec![("content-type", sign::FORM.to_owned())],
            body: sign::encode(&form),
            ..Question::get(&self.from, &self.endpoint, "/v1/token", "")
        };
        let response = question.ask(client).await?;
        if (400..500).contains(&response.status) && response.status != 429 {
            return Err(self.expired());
        }
        successful(&self.from, &response, "")?;
        let OAuthTokens { access_token, refresh_token, expires_in } = json(&self.from, &response.body)?;
        let lacks = |name: &str| CredentialsError::Unreadable {
            from: self.from.clone(),
            detail: format!("it holds no {name}"),
        };
        let tokens = Tokens {
            access: access_token.ok_or_else(|| lacks("access_token"))?.into(),
            refresh: refresh_token.ok_or_else(|| lacks("refresh_token"))?.into(),
            access_expires: client.now().as_second() + expires_in.unwrap_or(DEFAULT_SECONDS),
        };
        self.keep(outside, Some(&tokens))?;
        Ok(tokens)
    }

    /// Writes the CLI's file: with these tokens in our profile, or just as it is.
    fn keep(&self, outside: &dyn Outside, tokens: Option<&Tokens>) -> Result<(), CredentialsError> {
        let failed =
            |source| CredentialsError::WriteBack { from: self.from.clone(), path: self.path.clone(), source };
        let text = outside.read(&self.path).map_err(failed)?;
        let Some(tokens) = tokens else {
            return outside.replace(&self.path, &text).map_err(failed);
        };
        // Whoever wrote the file meanwhile wrote JSON; of it, three fields of one profile change.
        let mut file: Value =
            serde_json::from_str(&text).map_err(|_| failed(std::io::ErrorKind::InvalidData.into()))?;
        let profiles = file.get_mut("profiles").and_then(Value::as_array_mut).into_iter().flatten();
        for profile in profiles.filter(|profile| profile["name"] == self.profile) {
            profile["oauth_access_token"] = tokens.access.expose_secret().into();
            profile["oauth_refresh_token"] = tokens.refresh.expose_secret().into();
            profile["oauth_access_token_expire"] = tokens.access_expires.into();
        }
        let text = serde_json::to_string_pretty(&file).expect("what was JSON is JSON");
        outside.replace(&self.path, &format!("{text}\n")).map_err(failed)
    }

    fn expired(&self) -> CredentialsError {
        CredentialsError::SignIn { from: self.from.clone(), command: self.command.clone() }
    }
}

/// A key that was kept, from the fields of a profile.
pub(super) fn kept(credentials: Option<Credentials>, expires: i64) -> Kept {
    let key = credentials.map(|credentials| TemporaryCredentials {
        access_key_id: credentials.key_id,
        access_key_secret: credentials.secret.expose_secret().to_owned(),
        security_token: credentials.token.map(|token| token.expose_secret().to_owned()).unwrap_or_default(),
        expiration: String::new(),
    });
    Kept { key: key.unwrap_or_default(), expires }
}
