//! STS, API 2015-04-01: who is calling.

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
