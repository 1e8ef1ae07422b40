//! What the places say that hand out temporary keys: instance metadata, credential URIs, the CLI's sign-ins.
//!
//! Nothing here has a `Debug`: it is all secrets.

use serde::{Deserialize, Serialize};

use super::sts::TemporaryCredentials;

/// A temporary key from the metadata service, from a credential URI, or from `/v1/exchange` of the CLI's OAuth.
///
/// Source: Alibaba Cloud credentials library 1.0.12, providers `ecs_ram_role`, `credential_uri`, `oauth`.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct HandedKey {
    /// `Success`, or why there is no key; OAuth has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The key's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// Its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_secret: Option<String>,
    /// The token that goes with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_token: Option<String>,
    /// ISO 8601, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration: Option<String>,
}

/// Request of `POST /cloud-credentials`, in JSON.
///
/// Source: Alibaba Cloud credentials library 1.0.12, provider `cloud_sso`.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct CloudCredentialsRequest {
    /// The account to act in.
    pub account_id: String,
    /// The access configuration to act with.
    pub access_configuration_id: String,
}

/// Answer of `POST /cloud-credentials`.
///
/// Source: Alibaba Cloud credentials library 1.0.12, provider `cloud_sso`.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct CloudCredentialsAnswer {
    /// The temporary key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_credential: Option<TemporaryCredentials>,
}

/// Answer of `POST /v1/token`.
///
/// Source: Alibaba Cloud credentials library 1.0.12, provider `oauth`.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct OAuthTokens {
    /// What `/v1/exchange` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// What `/v1/token` takes the next time; the one that was sent is worth nothing any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Seconds; an hour where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
}

/// What an external command prints: a profile of the CLI, as far as it is of interest.
///
/// Source: Alibaba Cloud credentials library 1.0.12, provider `external`; aliyun-cli, mode `External`.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct CommandOutput {
    /// `AK` or `StsToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The key's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// Its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_secret: Option<String>,
    /// The token of a temporary key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sts_token: Option<String>,
    /// ISO 8601, UTC; a key without it is asked for again each time that it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration: Option<String>,
}
