//! STS, API 2015-04-01: who is calling, and becoming somebody else for a while.

use serde_json::json;

use super::client::{Client, Operation};
use super::endpoint::Product;
use crate::cloud::error::Error;
use crate::cloud::retry::Repeat;
use crate::wire::alibaba::sts::{
    AssumeRoleAnswer, AssumeRoleRequest, AssumeRoleWithOidcRequest, GetCallerIdentityAnswer,
};

const GET_CALLER_IDENTITY: Operation =
    Operation::new(Product::Sts, "GetCallerIdentity", Repeat::Harmless).must_answer(&["AccountId"]);

const ASSUME_ROLE: Operation =
    Operation::new(Product::Sts, "AssumeRole", Repeat::Harmless).must_answer(&["Credentials"]);

const ASSUME_ROLE_WITH_OIDC: Operation =
    Operation::new(Product::Sts, "AssumeRoleWithOIDC", Repeat::Harmless).must_answer(&["Credentials"]);

impl Client {
    /// `AssumeRole`, `POST /`, all in the query: a temporary key with the role's permissions, for whoever may assume it.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub(super) async fn assume_role(
        &self,
        region: &str,
        request: &AssumeRoleRequest,
    ) -> Result<AssumeRoleAnswer, Error> {
        self.call(ASSUME_ROLE, region, request).await
    }

    /// `AssumeRoleWithOIDC`, `POST /`, not signed, the action in the query and its parameters in the body: a temporary
    /// key with the role's permissions for whoever has a token of an identity provider.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub(super) async fn assume_role_with_oidc(
        &self,
        region: &str,
        request: &AssumeRoleWithOidcRequest,
    ) -> Result<AssumeRoleAnswer, Error> {
        let token = request.oidc_token.as_deref().unwrap_or_default();
        self.call_unsigned(ASSUME_ROLE_WITH_OIDC, region, request, token).await
    }

    /// `GetCallerIdentity`, `POST /`, no parameters: the account and the identity behind the key.
    ///
    /// # Errors
    ///
    /// When the call fails; no permission is needed for it.
    pub async fn get_caller_identity(&self, region: &str) -> Result<GetCallerIdentityAnswer, Error> {
        self.call(GET_CALLER_IDENTITY, region, &json!({})).await
    }
}
