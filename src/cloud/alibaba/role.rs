//! Roles: what is asked of STS to call in one.

use crate::wire::alibaba::sts::{AssumeRoleRequest, AssumeRoleWithOidcRequest};

/// The name that the cloud's own logs show for a session, where nobody chose one.
const SESSION_NAME: &str = "backform";

/// A role to call in.
///
/// Source: STS API 2015-04-01, `AssumeRole`; arguments as in terraform-provider-alicloud, `assume_role`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// `acs:ram::<account>:role/<name>`.
    pub arn: String,
    /// 2 to 64 letters, digits and `.@-_`; `backform` where left out.
    pub session_name: Option<String>,
    /// How long a key lasts; the cloud's default, an hour, where left out.
    pub session_seconds: Option<i64>,
    /// JSON text that narrows what the role may do.
    pub policy: Option<String>,
    /// What a third party and the role's owner agreed on.
    pub external_id: Option<String>,
}

impl Role {
    /// The request of somebody who may assume the role.
    pub(super) fn to_wire(&self) -> AssumeRoleRequest {
        AssumeRoleRequest {
            role_arn: Some(self.arn.clone()),
            role_session_name: Some(self.session()),
            duration_seconds: self.session_seconds,
            policy: self.policy.clone(),
            external_id: self.external_id.clone(),
        }
    }

    /// The request of somebody who has a token of an identity provider, which is still to be filled in.
    pub(super) fn to_oidc_wire(&self) -> AssumeRoleWithOidcRequest {
        AssumeRoleWithOidcRequest {
            role_arn: Some(self.arn.clone()),
            role_session_name: Some(self.session()),
            duration_seconds: self.session_seconds,
            policy: self.policy.clone(),
            ..AssumeRoleWithOidcRequest::default()
        }
    }

    fn session(&self) -> String {
        self.session_name.clone().unwrap_or_else(|| SESSION_NAME.to_owned())
    }
}
