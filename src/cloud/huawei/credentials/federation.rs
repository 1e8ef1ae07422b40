//! Tokens of identity providers, and what they are exchanged for: by STS for the key of an agency, by IAM for a token of
//! its own and then a key.
//!
//! Source: `huaweicloudsdkcore` 3.1.219, `OidcStsAccessor`, `FederalAccessor`; terraform-provider-huaweicloud,
//! `assume_role_with_oidc`.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::fetch::{Failure, Fresh, Question, handed, successful};
use super::{CredentialsError, read_token};
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::endpoint::Service;
use crate::cloud::outside::{Outside, first_set};

/// Where a token of an identity provider is.
#[derive(Clone)]
pub enum IdToken {
    /// In this file, which is read anew for each key: whoever wrote it renews it.
    File(PathBuf),
    /// Here.
    Text(SecretString),
}

impl IdToken {
    fn read(&self, outside: &dyn Outside) -> Result<String, CredentialsError> {
        match self {
            Self::File(path) => read_token(path, outside),
            Self::Text(token) => Ok(token.expose_secret().to_owned()),
        }
    }
}

impl fmt::Debug for IdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "IdToken(in {})", path.display()),
            Self::Text(_) => f.write_str("IdToken"),
        }
    }
}

/// How long a key lasts where nobody says, in seconds. Source: `huaweicloudsdkcore` 3.1.219.
const OIDC_SECONDS: i64 = 3600;

/// The same for IAM: six hours.
const FEDERATION_SECONDS: i64 = 21_600;

/// A token that STS exchanges for the key of an agency.
#[derive(Debug)]
pub struct Oidc {
    /// The place, in words.
    pub from: String,
    token: IdToken,
    provider: String,
    agency: String,
    session: String,
    seconds: i64,
    policy: Option<String>,
    policy_ids: Vec<String>,
}

impl Oidc {
    /// What the environment says of one, or what it lacks.
    ///
    /// Source: `huaweicloudsdkcore` 3.1.219, `OidcStsCredentialProvider`.
    pub(super) fn of_environment(outside: &dyn Outside) -> Result<Self, String> {
        let text = |name: &str| first_set(&[name], outside).map(|(_, text)| text);
        let need = |name: &str| text(name).ok_or_else(|| format!("OIDC: there is no {name}"));
        let provider = need("HUAWEICLOUD_OIDC_PROVIDER_URN")?;
        let agency = need("HUAWEICLOUD_OIDC_AGENCY_URN")?;
        let given = text("HUAWEICLOUD_OIDC_ID_TOKEN").map(|token| IdToken::Text(token.into()));
        let token = match given {
            Some(token) => token,
            None => IdToken::File(need("HUAWEICLOUD_OIDC_TOKEN_FILE")?.into()),
        };
        let ids = text("HUAWEICLOUD_OIDC_POLICY_IDS").unwrap_or_default();
        let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
        let seconds = text("HUAWEICLOUD_OIDC_DURATION_SECONDS").and_then(|text| text.trim().parse().ok());
        Ok(Self {
            from: "the identity provider of the environment (HUAWEICLOUD_OIDC_PROVIDER_URN)".to_owned(),
            token,
            provider,
            agency,
            session: text("HUAWEICLOUD_OIDC_SESSION_NAME").unwrap_or_else(|| "oidc-sts-session".to_owned()),
            seconds: seconds.unwrap_or(OIDC_SECONDS),
            policy: text("HUAWEICLOUD_OIDC_POLICY"),
            policy_ids: ids.map(str::to_owned).collect(),
        })
    }

    /// `POST /v5/agencies/assume-with-oidc`, which nobody signs.
    pub(super) async fn fetch(
        &self,
        client: &Client,
        region: &str,
        outside: &dyn Outside,
    ) -> Result<Fresh, Failure> {
        let mut body = json!({
            "provider_urn": self.provider,
            "agency_urn": self.agency,
            "agency_session_name": self.session,
            "id_token": self.token.read(outside)?,
            "duration_seconds": self.seconds,
        });
        if let Some(policy) = &self.policy {
            body["policy"] = Value::from(policy.as_str());
        }
        if !self.policy_ids.is_empty() {
            body["policy_ids"] = Value::from(self.policy_ids.clone());
        }
        let endpoint = client.address(Service::Sts, region)?;
        let question = Question::post(&self.from, &endpoint, "/v5/agencies/assume-with-oidc", body);
        let response = question.ask(client).await?;
        successful(
            &self.from,
            &response,
            "see that the token is not over, and that the agency trusts its issuer",
        )?;
        Ok(handed(&self.from, &response.body)?)
    }
}

/// A token that IAM exchanges for one of its own, and that for a key.
#[derive(Clone, Debug)]
pub struct Federation {
    /// The place, in words.
    pub from: String,
    /// The identity provider's id.
    pub provider: String,
    /// The token.
    pub token: IdToken,
}

impl Federation {
    /// `POST /v3.0/OS-AUTH/id-token/tokens`, then a key for the token.
    pub(super) async fn fetch(
        &self,
        client: &Client,
        region: &str,
        outside: &dyn Outside,
    ) -> Result<Fresh, Failure> {
        let endpoint = client.address(Service::Iam, region)?;
        let body = json!({ "auth": { "id_token": { "id": self.token.read(outside)? } } });
        let question = Question {
            headers: vec![("x-idp-id", self.provider.clone())],
            ..Question::post(&self.from, &endpoint, "/v3.0/OS-AUTH/id-token/tokens", body)
        };
        let response = question.ask(client).await?;
        successful(&self.from, &response, "see that the token is not over, and that IAM knows its issuer")?;
        let token = subject_token(&self.from, &response)?;
        key_of_token(&self.from, client, region, &token, FEDERATION_SECONDS).await
    }
}

/// The token that IAM has put into a header of its answer.
pub(super) fn subject_token(
    from: &str,
    response: &crate::cloud::http::Response,
) -> Result<String, CredentialsError> {
    response.header("x-subject-token").map(str::to_owned).ok_or_else(|| CredentialsError::Unreadable {
        from: from.to_owned(),
        detail: "it holds no X-Subject-Token".to_owned(),
    })
}

/// `POST /v3.0/OS-CREDENTIAL/securitytokens`: a key in exchange for a token of IAM.
///
/// Source: IAM API v3, "Obtaining a Temporary Access Key and Security Token Through a Token".
pub(super) async fn key_of_token(
    from: &str,
    client: &Client,
    region: &str,
    token: &str,
    seconds: i64,
) -> Result<Fresh, Failure> {
    let endpoint = client.address(Service::Iam, region)?;
    let identity = json!({ "methods": ["token"], "token": { "id": token, "duration_seconds": seconds } });
    let body = json!({ "auth": { "identity": identity } });
    let question = Question {
        headers: vec![("x-auth-token", token.to_owned())],
        ..Question::post(from, &endpoint, "/v3.0/OS-CREDENTIAL/securitytokens", body)
    };
    let response = question.ask(client).await?;
    successful(from, &response, "")?;
    Ok(handed(from, &response.body)?)
}
