//! An agency that a key may assume, and the key that it then gets.
//!
//! Source: terraform-provider-huaweicloud, `assume_role`: with the account's id STS is asked, with its name IAM.

use serde_json::{Value, json};

use super::fetch::{Failure, Fresh, handed};
use super::password::Domain;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::endpoint::Service;

/// How long a key lasts where nobody says, in seconds. Source: terraform-provider-huaweicloud: 12 hours of IAM.
const SECONDS: i64 = 43_200;

/// An agency of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Its name.
    pub name: String,
    /// The account that it belongs to.
    pub domain: Domain,
    /// How long its keys last, in seconds.
    pub seconds: Option<i64>,
}

impl Agency {
    /// Asks for a key, in the name of whoever the client speaks for.
    pub(super) async fn fetch(&self, asking: &Client, region: &str, from: &str) -> Result<Fresh, Failure> {
        let (service, action, path, body) = match &self.domain {
            Domain::Id(id) => (Service::Sts, "AssumeAgency", ["v5", "agencies", "assume"], self.of_sts(id)),
            Domain::Name(name) => (
                Service::Iam,
                "CreateTemporaryAccessKeyByAgency",
                ["v3.0", "OS-CREDENTIAL", "securitytokens"],
                self.of_iam(name),
            ),
        };
        let answer: Value = asking.exchange(service, action, region, &path, &body).await?;
        Ok(handed(from, answer.to_string().as_bytes())?)
    }

    fn of_sts(&self, domain: &str) -> Value {
        let mut body = json!({
            "agency_urn": format!("iam::{domain}:agency:{}", self.name),
            "agency_session_name": self.name,
        });
        if let Some(seconds) = self.seconds {
            body["duration_seconds"] = Value::from(seconds);
        }
        body
    }

    fn of_iam(&self, domain: &str) -> Value {
        let agency = json!({
            "agency_name": self.name,
            "domain_name": domain,
            "duration_seconds": self.seconds.unwrap_or(SECONDS),
        });
        json!({ "auth": { "identity": { "methods": ["assume_role"], "assume_role": agency } } })
    }
}
