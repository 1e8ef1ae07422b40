//! An address that hands out keys.
//!
//! Source: Alibaba Cloud credentials library 1.0.12, provider `credential_uri`; aliyun-cli, mode `CredentialsURI`.

use super::CredentialsError;
use super::fetch::{Fresh, Question, handed, json, successful};
use crate::cloud::alibaba::client::Client;
use crate::cloud::http::Endpoint;

/// The variables that name the address; the library's first, then Terraform's.
pub(super) const VARIABLES: [&str; 2] = ["ALIBABA_CLOUD_CREDENTIALS_URI", "ALICLOUD_CREDENTIALS_URI"];

/// The address.
pub struct CredentialsUri {
    /// The place, in words.
    pub from: String,
    endpoint: Endpoint,
    path: String,
    query: String,
}

impl CredentialsUri {
    /// The address that a setting holds.
    pub(super) fn new(text: &str, setting: &str) -> Result<Self, CredentialsError> {
        let parsed = Endpoint::parse_address(text);
        let (endpoint, path, query) =
            parsed.map_err(|source| CredentialsError::Address { setting: setting.to_owned(), source })?;
        let from = format!("the credentials URI of {setting}, at {}", endpoint.host());
        Ok(Self { from, endpoint, path, query })
    }

    /// Asks for a key.
    pub(super) async fn fetch(&self, client: &Client) -> Result<Fresh, CredentialsError> {
        let question = Question::get(&self.from, &self.endpoint, &self.path, &self.query);
        let response = question.ask(client).await?;
        successful(&self.from, &response, "")?;
        handed(&self.from, json(&self.from, &response.body)?)
    }
}
