//! The agency of the server that this runs on.
//!
//! Source: `huaweicloudsdkcore` 3.1.219, `MetadataAccessor`; ECS user guide, "Metadata", `securitykey`.

use super::CredentialsError;
use super::fetch::{Fresh, Question, handed, successful};
use crate::cloud::http::{Endpoint, Method, Response};
use crate::cloud::huawei::client::Client;

/// Seconds for which a token is asked: the SDK's six hours.
const TOKEN_SECONDS: &str = "21600";

const TOKEN: &str = "/meta-data/latest/api/token";

const KEY: &str = "/openstack/latest/securitykey";

/// What the service says where the server has no agency; a token would change nothing.
const NO_AGENCY: &str = "Please configure Cloud Service Agency first";

/// The metadata service.
pub struct Metadata {
    /// The place, in words.
    pub from: String,
}

impl Default for Metadata {
    fn default() -> Self {
        Self { from: "the metadata service of this server".to_owned() }
    }
}

impl Metadata {
    /// Asks for a key: with a token where the service gives one, and without where it knows none.
    pub(super) async fn fetch(&self, client: &Client) -> Result<Fresh, CredentialsError> {
        let token = self.token(client, Refusal::Passes).await?;
        let mut response = self.key(client, token.as_deref()).await?;
        let says_no_agency = String::from_utf8_lossy(&response.body).contains(NO_AGENCY);
        if response.status == 401 && !says_no_agency {
            let token = self.token(client, Refusal::Fails).await?;
            response = self.key(client, token.as_deref()).await?;
        }
        let advice = if matches!(response.status, 401 | 404) {
            "give the server an agency of the service ECS with permissions for Cloud Backup and Recovery"
        } else {
            ""
        };
        successful(&self.from, &response, advice)?;
        handed(&self.from, &response.body)
    }

    /// The token that guards keys against requests which somebody else makes the server send.
    async fn token(&self, client: &Client, refusal: Refusal) -> Result<Option<String>, CredentialsError> {
        let endpoint = Endpoint::openstack_metadata();
        let question = Question {
            method: Method::Put,
            headers: vec![("x-metadata-token-ttl-seconds", TOKEN_SECONDS.to_owned())],
            ..Question::get(&self.from, &endpoint, TOKEN)
        };
        let response = question.ask(client).await?;
        if refusal == Refusal::Passes && matches!(response.status, 404 | 405 | 503) {
            return Ok(None);
        }
        successful(&self.from, &response, "")?;
        let text = String::from_utf8(response.body).map(|text| text.trim().to_owned());
        text.map(Some).map_err(|_| CredentialsError::Unreadable {
            from: self.from.clone(),
            detail: "its token is no text".to_owned(),
        })
    }

    async fn key(&self, client: &Client, token: Option<&str>) -> Result<Response, CredentialsError> {
        let endpoint = Endpoint::openstack_metadata();
        let token = token.map(|token| ("x-metadata-token", token.to_owned()));
        let question =
            Question { headers: token.into_iter().collect(), ..Question::get(&self.from, &endpoint, KEY) };
        question.ask(client).await
    }
}

/// What it means that the service knows no tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// It is asked with one all the same.
    Fails,
    /// It is asked without one.
    Passes,
}
