//! Calls in a role: a temporary key, asked for when it is first needed and again before it expires.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::client::Client;
use super::credentials::Credentials;
use crate::cloud::error::Error;
use crate::wire::alibaba::sts::AssumeRoleRequest;

/// The name that the cloud's own logs show for a session, where nobody chose one.
const SESSION_NAME: &str = "backform";

/// A key is replaced this long before it expires, so that a call which begins with it also ends with it.
const MARGIN: Duration = Duration::from_secs(300);

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
    /// The role's request.
    fn to_wire(&self) -> AssumeRoleRequest {
        AssumeRoleRequest {
            role_arn: Some(self.arn.clone()),
            role_session_name: Some(self.session_name.clone().unwrap_or_else(|| SESSION_NAME.to_owned())),
            duration_seconds: self.session_seconds,
            policy: self.policy.clone(),
            external_id: self.external_id.clone(),
        }
    }
}

/// A role, and the client that has its key just now.
pub(super) struct AssumedRole {
    role: Role,
    held: Mutex<Option<(Client, Timestamp)>>,
}

impl fmt::Debug for AssumedRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AssumedRole({})", self.role.arn)
    }
}

impl AssumedRole {
    /// A role that nobody has assumed yet.
    pub fn new(role: Role) -> Self {
        Self { role, held: Mutex::new(None) }
    }

    /// The client with the role's key. Callers that come together wait for one key.
    ///
    /// # Errors
    ///
    /// When the role cannot be assumed.
    pub async fn client(&self, base: &Client, region: &str) -> Result<Client, Error> {
        let mut held = self.held.lock().await;
        if let Some((client, expires)) = &*held
            && base.now() + MARGIN < *expires
        {
            return Ok(client.clone());
        }
        let answer = base.assume_role(region, &self.role.to_wire()).await?;
        let key = answer.credentials;
        // A time that cannot be read counts as past: the key serves this call, and the next one asks again.
        let expires = key.expiration.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let source = format!("role {}", self.role.arn);
        let token = Some(key.security_token.into());
        let client =
            base.with_key(Credentials::new(key.access_key_id, key.access_key_secret.into(), token, source));
        *held = Some((client.clone(), expires));
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::client::fake::{client, ok};
    use super::*;
    use crate::cloud::http::fake::{FakeServer, json as answer};

    fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
        request.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }

    /// Answers `AssumeRole` with keys that expire at the given times, and everything else with a success.
    fn server(expirations: &'static [&'static str]) -> FakeServer {
        let keys = std::sync::atomic::AtomicUsize::new(0);
        FakeServer::deciding(move |_, request| {
            if header(request, "x-acs-action") != Some("AssumeRole") {
                return answer(200, &ok("\"TotalCount\":0"));
            }
            let number = keys.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let key = json!({"AccessKeyId": format!("STS.{number}"), "AccessKeySecret": "s",
                "SecurityToken": format!("token-{number}"), "Expiration": expirations[number]});
            answer(200, &json!({"RequestId": "r", "Credentials": key}).to_string())
        })
    }

    fn role() -> Role {
        Role { arn: "acs:ram::1234:role/backup".into(), external_id: Some("x".into()), ..Role::default() }
    }

    #[tokio::test]
    async fn a_role_is_assumed_once_and_its_key_signs() {
        let server = server(&["2026-01-02T04:04:05Z"]);
        let client = client(&server).0.in_role(role());
        for _ in 0..2 {
            client.list_backup_plans("cn-hangzhou", Vec::new()).await.expect("a listing");
        }
        let requests = server.requests();
        assert_eq!(requests.len(), 3);
        assert!(requests[0].contains("RoleArn=acs%3Aram%3A%3A1234%3Arole%2Fbackup&RoleSessionName=backform"));
        for request in &requests[1..] {
            assert_eq!(header(request, "x-acs-security-token"), Some("token-0"));
            assert_eq!(header(request, "x-acs-accesskey-id"), Some("STS.0"));
        }
    }

    #[tokio::test]
    async fn a_key_is_replaced_before_it_expires() {
        // The clock stands at 03:04:05.
        let server = server(&["2026-01-02T03:09:00Z", "2026-01-02T04:04:05Z"]);
        let client = client(&server).0.in_role(role());
        for _ in 0..3 {
            client.list_backup_plans("cn-hangzhou", Vec::new()).await.expect("a listing");
        }
        let tokens: Vec<Option<String>> = server
            .requests()
            .iter()
            .filter(|request| header(request, "x-acs-action") == Some("DescribeBackupPlans"))
            .map(|request| header(request, "x-acs-security-token").map(str::to_owned))
            .collect();
        assert_eq!(tokens, ["token-0", "token-1", "token-1"].map(|token| Some(token.to_owned())));
    }

    #[tokio::test]
    async fn a_role_that_is_refused_is_the_error_of_the_call() {
        let body = r#"{"RequestId":"r","Code":"NoPermission","Message":"m"}"#;
        let server = FakeServer::in_order(vec![answer(403, body)]);
        let client = client(&server).0.in_role(role());
        let error = client.list_backup_plans("cn-hangzhou", Vec::new()).await.expect_err("it is refused");
        assert!(error.to_string().contains("the missing permission is sts:AssumeRole"), "{error}");
    }
}
