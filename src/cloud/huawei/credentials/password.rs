//! The name and password of a user: IAM gives a token for them, and for the token a key, which signs for every region.
//!
//! Source: IAM API v3, "Obtaining a User Token Through Password Authentication"; terraform-provider-huaweicloud,
//! `user_name`, `password`, `domain_name`.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::federation::{key_of_token, subject_token};
use super::fetch::{Failure, Fresh, Question, successful};
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::endpoint::Service;

/// How long the key lasts, in seconds: as long as the token, which lasts a day.
const SECONDS: i64 = 86_400;

/// Who signs in.
#[derive(Clone, PartialEq, Eq)]
pub enum User {
    /// The user's id.
    Id(String),
    /// The user's name.
    Name(String),
}

/// An account, by what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Domain {
    /// The account's id.
    Id(String),
    /// The account's name.
    Name(String),
}

impl Domain {
    /// As IAM wants it.
    fn wire(&self) -> Value {
        match self {
            Self::Id(id) => json!({ "id": id }),
            Self::Name(name) => json!({ "name": name }),
        }
    }

    /// The one that is known by id, or else by name.
    pub(super) fn of(id: Option<String>, name: Option<String>) -> Option<Self> {
        id.map(Self::Id).or(name.map(Self::Name))
    }
}

/// The name and password of a user.
pub struct Password {
    /// The place, in words.
    pub from: String,
    /// Who signs in.
    pub user: User,
    /// The password.
    pub secret: SecretString,
    /// The user's account.
    pub domain: Option<Domain>,
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Password(of {})", self.from)
    }
}

impl Password {
    /// `POST /v3/auth/tokens`, then a key for the token.
    pub(super) async fn fetch(&self, client: &Client, region: &str) -> Result<Fresh, Failure> {
        let endpoint = client.address(Service::Iam, region)?;
        let question = Question {
            query: "nocatalog=true",
            ..Question::post(&self.from, &endpoint, "/v3/auth/tokens", self.body())
        };
        let response = question.ask(client).await?;
        successful(&self.from, &response, "see that user, account and password are right")?;
        let token = subject_token(&self.from, &response)?;
        key_of_token(&self.from, client, region, &token, SECONDS).await
    }

    fn body(&self) -> Value {
        let mut user = json!({ "password": self.secret.expose_secret() });
        match &self.user {
            User::Id(id) => user["id"] = Value::from(id.as_str()),
            User::Name(name) => user["name"] = Value::from(name.as_str()),
        }
        let mut auth = json!({ "identity": { "methods": ["password"] } });
        if let Some(domain) = &self.domain {
            auth["scope"] = json!({ "domain": domain.wire() });
            if matches!(self.user, User::Name(_)) {
                user["domain"] = domain.wire();
            }
        }
        auth["identity"]["password"] = json!({ "user": user });
        json!({ "auth": auth })
    }
}
