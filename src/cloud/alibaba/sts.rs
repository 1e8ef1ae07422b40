//! STS, API 2015-04-01: who is calling.

use serde_json::json;

use super::client::{Client, Operation};
use super::endpoint::Product;
use crate::cloud::error::Error;
use crate::cloud::retry::Repeat;
use crate::wire::alibaba::sts::GetCallerIdentityAnswer;

const GET_CALLER_IDENTITY: Operation =
    Operation::new(Product::Sts, "GetCallerIdentity", Repeat::Harmless).must_answer(&["AccountId"]);

impl Client {
    /// `GetCallerIdentity`, `POST /`, no parameters: the account and the identity behind the key.
    ///
    /// # Errors
    ///
    /// When the call fails; no permission is needed for it.
    pub async fn get_caller_identity(&self, region: &str) -> Result<GetCallerIdentityAnswer, Error> {
        self.call(GET_CALLER_IDENTITY, region, &json!({})).await
    }
}
