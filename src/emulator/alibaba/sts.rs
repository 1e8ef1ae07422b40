//! Who is calling, and becoming somebody else for a while.
//!
//! Source: STS API 2015-04-01, `GetCallerIdentity`, `AssumeRole`, `AssumeRoleWithOIDC`.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::account::{Key, Session};
use super::error::ApiError;
use super::gateway::Call;
use super::ram::Policy;
use super::sign::hex;

/// `GetCallerIdentity`.
pub fn get_caller_identity(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let account = call.account.id.as_str();
    let (kind, name, role) = match (&call.key.assumed, &call.key.user) {
        (Some(session), _) => (
            "AssumedRoleUser",
            format!("assumed-role/{}/{}", session.role, session.name),
            Some(session.role.as_str()),
        ),
        (None, Some(user)) => ("RAMUser", format!("user/{user}"), None),
        (None, None) => ("Account", "root".to_owned(), None),
    };
    call.answer(Caller {
        account_id: account,
        arn: format!("acs:ram::{account}:{name}"),
        identity_type: kind,
        principal_id: call.key.assumed.as_ref().map_or_else(
            || call.key.user.clone().unwrap_or_else(|| account.to_owned()),
            |session| format!("{}:{}", session.role, session.name),
        ),
        user_id: if role.is_some() { None } else { Some(call.key.user.as_deref().unwrap_or(account)) },
        role_id: role,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Caller<'a> {
    account_id: &'a str,
    arn: String,
    identity_type: &'static str,
    principal_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_id: Option<&'a str>,
}

/// `AssumeRole`: a temporary key with the role's permissions. It ends in wall time, as the SDKs that hold it expect.
pub fn assume_role(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let wanted = Wanted::read(call)?;
    if call.key.user.is_none() && call.key.assumed.is_none() {
        return Err(ApiError::new(403, "NoPermission", "Roles may not be assumed by root accounts."));
    }
    wanted.hand_out(call)
}

/// `AssumeRoleWithOIDC`: the same for whoever has the token of an identity provider of the account.
///
/// Source: STS API 2015-04-01, `AssumeRoleWithOIDC`; the token is compared and not looked into.
pub fn assume_role_with_oidc(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let wanted = Wanted::read(call)?;
    let arn = call.params.required("OIDCProviderArn")?;
    let token = call.params.required("OIDCToken")?;
    let prefix = format!("acs:ram::{}:oidc-provider/", call.account.id);
    let provider = arn.strip_prefix(&prefix).and_then(|name| call.account.oidc_providers.get(name));
    let provider = provider.ok_or_else(|| {
        ApiError::new(404, "EntityNotExist.OIDCProvider", format!("The OIDC provider not exists: {arn}."))
    })?;
    if provider.token != token {
        let message = "This token is not accepted by the OIDC provider.";
        return Err(ApiError::new(400, "AuthenticationFail.OIDCToken.Invalid", message));
    }
    wanted.hand_out(call)
}

/// A session that somebody asks for.
struct Wanted {
    arn: String,
    session: String,
    seconds: i64,
}

impl Wanted {
    fn read(call: &Call) -> Result<Wanted, ApiError> {
        let arn = call.params.required("RoleArn")?.to_owned();
        Ok(Wanted { arn, session: session_name(call)?, seconds: duration(call)? })
    }

    /// Makes the key, and answers with it.
    fn hand_out(self, call: &mut Call) -> Result<Vec<u8>, ApiError> {
        let Wanted { arn, session, seconds } = self;
        let prefix = format!("acs:ram::{}:role/", call.account.id);
        let name = arn.strip_prefix(&prefix).ok_or_else(|| {
            ApiError::new(400, "InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed.")
        })?;
        let role = call.account.roles.get(name).ok_or_else(|| {
            ApiError::new(404, "EntityNotExist.Role", format!("The role not exists: {arn}."))
        })?;
        let policy = role.policy.clone();
        let key = temporary_key(call, name, &session, policy, seconds);
        let answer = call.answer(Assumed {
            request_role: AssumedRoleUser {
                arn: format!("acs:ram::{}:assumed-role/{name}/{session}", call.account.id),
                assumed_role_id: format!("{name}:{session}"),
            },
            credentials: Credentials {
                access_key_id: &key.id,
                access_key_secret: &key.secret,
                security_token: key.security_token.as_deref().unwrap_or_default(),
                expiration: call.wall.plus(seconds).to_string(),
            },
        });
        call.account.keys.insert(key);
        answer
    }
}

/// Source: `RoleSessionName`: 2 to 64 letters, digits and `.@-_`.
fn session_name(call: &Call) -> Result<String, ApiError> {
    let name = call.params.required("RoleSessionName")?;
    let is_good = (2..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".@-_".contains(&byte));
    let message = "The parameter RoleSessionName is wrongly formed.";
    if is_good {
        Ok(name.to_owned())
    } else {
        Err(ApiError::new(400, "InvalidParameter.RoleSessionName", message))
    }
}

/// Source: `DurationSeconds`: from 900, up to the role's longest session, which is an hour unless set; default 3600.
fn duration(call: &Call) -> Result<i64, ApiError> {
    let seconds = call.params.integer("DurationSeconds")?.unwrap_or(3600);
    let message = "The Min/Max value of DurationSeconds is 15min/1hr.";
    if (900..=3600).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(ApiError::new(400, "InvalidParameter.DurationSeconds", message))
    }
}

fn temporary_key(call: &mut Call, role: &str, session: &str, policy: Option<Policy>, seconds: i64) -> Key {
    let id = format!("STS.{}", call.ids.next("key"));
    let made_of = |what: &str| hex(&Sha256::digest(format!("{what} of {id} at {}", call.wall)));
    Key {
        secret: made_of("secret"),
        security_token: Some(made_of("token")),
        expires: Some(call.wall.plus(seconds)),
        assumed: Some(Session { role: role.to_owned(), name: session.to_owned() }),
        user: None,
        policy,
        inactive: false,
        id,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Assumed<'a> {
    #[serde(rename = "AssumedRoleUser")]
    request_role: AssumedRoleUser,
    credentials: Credentials<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssumedRoleUser {
    arn: String,
    assumed_role_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials<'a> {
    access_key_id: &'a str,
    access_key_secret: &'a str,
    security_token: &'a str,
    expiration: String,
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::gateway;
    use super::super::operations::Product;
    use super::super::testing::{Cloud, code};

    #[test]
    fn everybody_can_ask_who_they_are() {
        let check = |key: &str, token: Option<&str>, kind: &str, arn: &str| {
            let answer = Cloud::new().with_key(key, token).sts("GetCallerIdentity", "").unwrap();
            let shown = (answer["IdentityType"].as_str().unwrap(), answer["Arn"].as_str().unwrap());
            assert_eq!(shown, (kind, format!("acs:ram::1000000000000001:{arn}").as_str()));
        };
        check("admin", None, "Account", "root");
        check("user", None, "RAMUser", "user/anna");
        check("STS.new", Some("t-new"), "AssumedRoleUser", "assumed-role/ops/me");
    }

    #[test]
    fn roles_are_assumed_under_the_vendors_rules() {
        let check = |key: &str, params: &str, expected: &str| {
            let answer = Cloud::new().with_key(key, None).sts("AssumeRole", params);
            assert_eq!(code(answer), expected, "{key} {params}");
        };
        let role = |more: &str| format!("RoleArn=acs:ram::1000000000000001:role/ops {more}");
        check("user", &role("RoleSessionName=me"), "ok");
        check("user", &role("RoleSessionName=me DurationSeconds=900"), "ok");
        check("user", &role("RoleSessionName=me DurationSeconds=899"), "InvalidParameter.DurationSeconds");
        check("user", &role("RoleSessionName=me DurationSeconds=3601"), "InvalidParameter.DurationSeconds");
        check("user", &role("RoleSessionName=m"), "InvalidParameter.RoleSessionName");
        check("user", &role("RoleSessionName=m/e"), "InvalidParameter.RoleSessionName");
        check("user", &role(""), "MissingRoleSessionName");
        check("user", "RoleArn=ops RoleSessionName=me", "InvalidParameter.RoleArn");
        check(
            "user",
            "RoleArn=acs:ram::1000000000000001:role/none RoleSessionName=me",
            "EntityNotExist.Role",
        );
        check("admin", &role("RoleSessionName=me"), "NoPermission");
        check("reader", &role("RoleSessionName=me"), "NoPermission");
    }

    #[test]
    fn tokens_of_identity_providers_are_exchanged_without_a_signature() {
        let check = |params: &str, expected: &str| {
            let mut cloud = Cloud::new();
            let mut request = cloud.request(Product::Sts, "AssumeRoleWithOIDC", params);
            request.headers.retain(|(name, _)| name != "authorization");
            let reply = gateway::answer(&mut cloud.core, &request);
            let body: Value = serde_json::from_slice(&reply.body).unwrap();
            assert_eq!(body["Code"].as_str().unwrap_or("ok"), expected, "{params}");
        };
        let with = |role: &str, provider: &str, token: &str| {
            let of = |kind: &str, name: &str| format!("acs:ram::1000000000000001:{kind}/{name}");
            let (role, provider) = (of("role", role), of("oidc-provider", provider));
            format!("RoleArn={role} OIDCProviderArn={provider} OIDCToken={token} RoleSessionName=me")
        };
        check(&with("ops", "ci", "e30.good"), "ok");
        check(&with("ops", "ci", "e30.bad"), "AuthenticationFail.OIDCToken.Invalid");
        check(&with("ops", "none", "e30.good"), "EntityNotExist.OIDCProvider");
        check(&with("none", "ci", "e30.good"), "EntityNotExist.Role");
        check(&with("ops", "ci", "e30.good").replace("1000000000000001", "2"), "EntityNotExist.Role");
        check("RoleSessionName=me", "MissingRoleArn");
        check(&with("ops", "ci", ""), "MissingOIDCToken");
    }

    #[test]
    fn a_temporary_key_ends_in_real_time() {
        let mut cloud = Cloud::new().with_key("user", None);
        let params = "RoleArn=acs:ram::1000000000000001:role/ops RoleSessionName=me DurationSeconds=900";
        let credentials = cloud.sts("AssumeRole", params).unwrap()["Credentials"].clone();
        let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
        assert_eq!(text("Expiration"), "2026-11-20T00:15:00Z");
        cloud.key = (text("AccessKeyId"), text("AccessKeySecret"), Some(text("SecurityToken")));
        cloud.advance("P1D");
        assert_eq!(code(cloud.hbr("DescribeBackupPlans", "Edition=BASIC")), "ok");
        cloud.wait(900);
        assert_eq!(code(cloud.hbr("DescribeBackupPlans", "Edition=BASIC")), "InvalidSecurityToken.Expired");
    }
}
