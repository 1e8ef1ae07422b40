//! STS, API 2015-04-01: who is calling, and becoming somebody else for a while.

use serde::{Deserialize, Serialize};

/// Who the key belongs to. The request has no parameters, and every identity may make it.
///
/// Source: STS API 2015-04-01, `GetCallerIdentity`, response.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct GetCallerIdentityAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The main account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// `acs:ram::<account>:root`, `:user/<name>` or `:assumed-role/<role>/<session>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// `Account`, `RAMUser` or `AssumedRoleUser`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_type: Option<String>,
    /// The principal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// The RAM user, or the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The role, when one is assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
}

/// Request of `AssumeRole`, in the query.
///
/// Source: STS API 2015-04-01, `AssumeRole`, request parameters.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct AssumeRoleRequest {
    /// `acs:ram::<account>:role/<name>`; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// 2 to 64 letters, digits and `.@-_`; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_session_name: Option<String>,
    /// From 900, default 3600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<i64>,
    /// JSON text that narrows what the role may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// What a third party and the role's owner agreed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// Request of `AssumeRoleWithOIDC`, in the body. It has no `Debug`: the token is a secret.
///
/// Source: STS API 2015-04-01, `AssumeRoleWithOIDC`, request parameters.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct AssumeRoleWithOidcRequest {
    /// `acs:ram::<account>:role/<name>`; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// `acs:ram::<account>:oidc-provider/<name>`; required.
    #[serde(rename = "OIDCProviderArn", skip_serializing_if = "Option::is_none")]
    pub oidc_provider_arn: Option<String>,
    /// What the provider issued; required.
    #[serde(rename = "OIDCToken", skip_serializing_if = "Option::is_none")]
    pub oidc_token: Option<String>,
    /// 2 to 64 letters, digits and `.@-_`; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_session_name: Option<String>,
    /// From 900, default 3600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<i64>,
    /// JSON text that narrows what the role may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// Answer of `AssumeRole` and of `AssumeRoleWithOIDC`. It has no `Debug`: it holds secrets.
///
/// Source: STS API 2015-04-01, `AssumeRole`, response.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct AssumeRoleAnswer {
    /// The id to quote to the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The temporary key.
    pub credentials: TemporaryCredentials,
}

/// A key that expires. It has no `Debug`: it is a secret.
///
/// Source: STS API 2015-04-01, `AssumeRole`, response, `Credentials`.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct TemporaryCredentials {
    /// The key's id.
    pub access_key_id: String,
    /// Its secret.
    pub access_key_secret: String,
    /// The token that goes with it.
    pub security_token: String,
    /// ISO 8601, UTC.
    pub expiration: String,
}
