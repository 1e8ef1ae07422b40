//! The vendor's errors, with its codes, its words and its HTTP statuses.
//!
//! Sources: the gateway's common error codes (API reference of ECS and of Cloud Backup, "Error codes"), and the errors
//! that the Terraform provider of Alibaba Cloud recognises.

use std::borrow::Cow;

use serde::Serialize;

/// A refusal.
#[derive(Clone, PartialEq, Debug)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The vendor's code.
    pub code: Cow<'static, str>,
    /// The vendor's sentence.
    pub message: String,
    /// How long to wait before the next attempt.
    pub retry_after_ms: Option<u64>,
    /// Which permission is missing, and whose.
    pub denied: Option<Box<Denied>>,
}

/// The details of a denied access.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Denied {
    /// The missing permission, for instance `hbr:CreateBackupPlan`.
    pub auth_action: String,
    /// Who lacks it.
    pub auth_principal_display_name: String,
    /// The account of the one who lacks it.
    pub auth_principal_owner_id: String,
    /// What the one who lacks it is.
    pub auth_principal_type: &'static str,
    /// Whether nothing allows it, or something denies it.
    pub no_permission_type: &'static str,
    /// The kind of policy that decided.
    pub policy_type: &'static str,
}

impl ApiError {
    /// A refusal of this status, code and sentence.
    pub fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> ApiError {
        ApiError { status, code: code.into(), message: message.into(), retry_after_ms: None, denied: None }
    }

    /// HBR does not take the value of a parameter.
    pub fn bad_request(message: impl Into<String>) -> ApiError {
        ApiError::new(400, "BadRequest", message)
    }

    /// HBR knows no such plan, job or recovery point.
    pub fn not_found(what: &str, id: &str) -> ApiError {
        ApiError::new(404, "ResourceNotFound", format!("The specified {what} {id} does not exist."))
    }

    /// The gateway misses a parameter.
    pub fn missing(name: &str) -> ApiError {
        ApiError::new(400, format!("Missing{name}"), format!("{name} is mandatory for this action."))
    }

    /// The gateway cannot read a parameter.
    pub fn invalid(name: &str, why: &str) -> ApiError {
        ApiError::new(
            400,
            format!("InvalidParameter.{name}"),
            format!("The specified parameter {name} is not valid: {why}."),
        )
    }

    /// Too many calls.
    pub fn throttled(retry_after_ms: u64) -> ApiError {
        let message = "Request was denied due to user flow control.";
        ApiError { retry_after_ms: Some(retry_after_ms), ..ApiError::new(400, "Throttling.User", message) }
    }

    /// The service fails for a moment.
    pub fn unavailable() -> ApiError {
        ApiError::new(
            503,
            "ServiceUnavailable",
            "The request has failed due to a temporary failure of the server.",
        )
    }

    /// The service fails.
    pub fn internal() -> ApiError {
        ApiError::new(500, "InternalError", "The request processing has failed due to some unknown error.")
    }

    /// The service fails, and HTTP does not say so.
    pub fn unsuccessful() -> ApiError {
        ApiError { status: 200, ..ApiError::internal() }
    }

    /// The body of the answer.
    pub fn to_body(&self, request_id: &str, host: &str, product: &str) -> Vec<u8> {
        let body = Body {
            request_id,
            host_id: host,
            code: &self.code,
            message: &self.message,
            success: (self.status == 200).then_some(false),
            recommend: format!(
                "https://api.aliyun.com/troubleshoot?q={}&product={product}&requestId={request_id}",
                self.code
            ),
            access_denied_detail: self.denied.as_deref(),
        };
        serde_json::to_vec(&body).expect("texts can always be written as JSON")
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    request_id: &'a str,
    host_id: &'a str,
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
    recommend: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_denied_detail: Option<&'a Denied>,
}
