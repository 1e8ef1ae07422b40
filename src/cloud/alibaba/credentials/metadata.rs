//! The role of the instance that this runs on.
//!
//! Source: Alibaba Cloud credentials library 1.0.12, provider `ecs_ram_role`; "Instance metadata", hardened mode.

use super::fetch::{Fresh, Question, handed, json, successful};
use super::{CredentialsError, Outside, first_set, is_on};
use crate::cloud::alibaba::client::Client;
use crate::cloud::http::{Endpoint, Method, Reached};

/// Switches the metadata service off. Source: Alibaba Cloud credentials library 1.0.12.
pub(super) const OFF: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";

/// Insists on hardened mode. Source: Alibaba Cloud credentials library 1.0.12.
const HARDENED: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";

/// Names of the instance's role; the library's first, then Terraform's.
const ROLE: [&str; 2] = ["ALIBABA_CLOUD_ECS_METADATA", "ALICLOUD_ECS_ROLE_NAME"];

/// Seconds for which a token is asked: the library's six hours.
const TOKEN_SECONDS: &str = "21600";

/// Where roles and their keys are.
const KEYS: &str = "/latest/meta-data/ram/security-credentials/";

/// The metadata service.
pub struct Metadata {
    /// The place, in words.
    pub from: String,
    role: Option<String>,
    hardened_only: bool,
}

impl Metadata {
    /// The service as the environment wants it, for that role or the one that the service names.
    pub(super) fn new(role: Option<String>, from: Option<&str>, outside: &dyn Outside) -> Self {
        let role = role.or_else(|| first_set(&ROLE, outside).map(|(_, role)| role));
        let of_role = role.as_ref().map(|role| format!(" (role {role})")).unwrap_or_default();
        let place = format!("the metadata service of this instance{of_role}");
        let from = from.map_or_else(|| place.clone(), |from| format!("{from}, {place}"));
        Self { from, role: role.filter(|role| !role.is_empty()), hardened_only: is_on(HARDENED, outside) }
    }

    /// Asks for a key.
    pub(super) async fn fetch(&self, client: &Client) -> Result<Fresh, CredentialsError> {
        let token = self.token(client).await?;
        match self.key(client, token.as_deref()).await {
            // Some instances take a token and still serve roles without one only.
            Err(_) if token.is_some() && !self.hardened_only => self.key(client, None).await,
            answer => answer,
        }
    }

    /// The token of hardened mode; `None` where the service knows none and may be asked without.
    async fn token(&self, client: &Client) -> Result<Option<String>, CredentialsError> {
        let endpoint = Endpoint::metadata();
        let question = Question {
            method: Method::Put,
            headers: vec![("x-aliyun-ecs-metadata-token-ttl-seconds", TOKEN_SECONDS.to_owned())],
            ..Question::get(&self.from, &endpoint, "/latest/api/token", "")
        };
        let answer = match question.ask(client).await {
            Ok(response) => self.text(&response.body).and_then(|token| {
                successful(&self.from, &response, "it has no token for hardened mode").map(|()| token)
            }),
            Err(error) => Err(error),
        };
        match answer {
            Ok(token) => Ok(Some(token)),
            Err(error) if self.hardened_only || is_absent(&error) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// The key of the role.
    async fn key(&self, client: &Client, token: Option<&str>) -> Result<Fresh, CredentialsError> {
        let role = match &self.role {
            Some(role) => role.clone(),
            None => self.text(&self.get(client, KEYS, token).await?)?,
        };
        // It becomes part of a path, and is a name of RAM: letters, digits and three signs.
        if role.is_empty() || !role.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        {
            let detail = "the name of the instance's role is none".to_owned();
            return Err(CredentialsError::Unreadable { from: self.from.clone(), detail });
        }
        let body = self.get(client, &format!("{KEYS}{role}"), token).await?;
        handed(&self.from, json(&self.from, &body)?)
    }

    async fn get(
        &self,
        client: &Client,
        path: &str,
        token: Option<&str>,
    ) -> Result<Vec<u8>, CredentialsError> {
        let endpoint = Endpoint::metadata();
        let token = token.map(|token| ("x-aliyun-ecs-metadata-token", token.to_owned()));
        let question = Question {
            headers: token.into_iter().collect(),
            ..Question::get(&self.from, &endpoint, path, "")
        };
        let response = question.ask(client).await?;
        let advice = if response.status == 404 {
            "attach a RAM role to the instance, or check the role's name"
        } else {
            ""
        };
        successful(&self.from, &response, advice)?;
        Ok(response.body)
    }

    fn text(&self, body: &[u8]) -> Result<String, CredentialsError> {
        let text = std::str::from_utf8(body).map(|text| text.trim().to_owned());
        text.map_err(|_| CredentialsError::Unreadable {
            from: self.from.clone(),
            detail: "it is no text".to_owned(),
        })
    }
}

/// Whether there is no such service: asking it anything else would only take longer.
fn is_absent(error: &CredentialsError) -> bool {
    matches!(error, CredentialsError::NoAnswer { source, .. } if source.reached() == Reached::No)
}
