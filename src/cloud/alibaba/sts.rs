//! STS, API 2015-04-01: who is calling, and becoming somebody else for a while.

use serde_json::json;

use super::client::{Client, Operation};
use super::endpoint::Product;
use crate::cloud::error::Error;
use crate::cloud::retry::Repeat;
use crate::wire::alibaba::sts::{AssumeRoleAnswer, AssumeRoleRequest, GetCallerIdentityAnswer};

const GET_CALLER_IDENTITY: Operation =
    Operation::new(Product::Sts, "GetCallerIdentity", Repeat::Harmless).must_answer(&["AccountId"]);

const ASSUME_ROLE: Operation =
    Operation::new(Product::Sts, "AssumeRole", Repeat::Harmless).must_answer(&["Credentials"]);

impl Client {
    /// `AssumeRole`, `POST /`, all in the query: a temporary key with the role's permissions, asked for with the
    /// client's own key.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub(super) async fn assume_role(
        &self,
        region: &str,
        request: &AssumeRoleRequest,
    ) -> Result<AssumeRoleAnswer, Error> {
        self.call_with_own_key(ASSUME_ROLE, region, request).await
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
