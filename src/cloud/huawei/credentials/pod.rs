//! The identity of the container that this runs in.
//!
//! Source: `huaweicloudsdkcore` 3.1.219, `PodIdentityAccessor`.

use std::path::PathBuf;

use serde_json::json;

use super::fetch::{Fresh, Question, handed, successful};
use super::{CredentialsError, read_token};
use crate::cloud::http::Endpoint;
use crate::cloud::huawei::client::Client;
use crate::cloud::outside::{Outside, first_set};

/// The address that hands out keys.
const ADDRESS: &str = "HC_CONTAINER_CREDENTIALS_FULL_URI";

/// The file with the token that it wants.
const TOKEN: &str = "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// An address that hands out keys to the container.
pub struct Pod {
    /// The place, in words.
    pub from: String,
    endpoint: Endpoint,
    path: String,
    query: String,
    token: PathBuf,
}

impl Pod {
    /// What the environment says of it; `None` where it says nothing, or one half.
    pub(super) fn of_environment(outside: &dyn Outside) -> Result<Option<Self>, CredentialsError> {
        let text = |name: &str| first_set(&[name], outside).map(|(_, text)| text);
        let (Some(address), Some(token)) = (text(ADDRESS), text(TOKEN)) else { return Ok(None) };
        let (endpoint, path, query) = Endpoint::parse_address(&address)
            .map_err(|source| CredentialsError::Address { setting: ADDRESS.to_owned(), source })?;
        let from = format!("the container's identity ({ADDRESS})");
        Ok(Some(Self { from, endpoint, path, query, token: token.into() }))
    }

    /// Asks for a key.
    pub(super) async fn fetch(
        &self,
        client: &Client,
        outside: &dyn Outside,
    ) -> Result<Fresh, CredentialsError> {
        let question = Question {
            headers: vec![("authorization", read_token(&self.token, outside)?)],
            query: &self.query,
            ..Question::post(&self.from, &self.endpoint, &self.path, json!({}))
        };
        let response = question.ask(client).await?;
        successful(&self.from, &response, "")?;
        handed(&self.from, &response.body)
    }
}

/// The names of the environment, for an error.
pub(super) fn looked_at() -> String {
    format!("the container's identity: {ADDRESS} and {TOKEN}")
}
