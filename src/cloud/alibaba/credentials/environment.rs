//! Keys from explicit arguments and the environment, in the spellings of the vendor's CLI and of Terraform.

use super::origin::StsPlace;
use super::{Credentials, CredentialsError, Explicit, Outside, first_set, is_on, oidc};
use crate::cloud::alibaba::role::Role;
use crate::cloud::http::Endpoint;

/// Names of key id and secret, family by family; Terraform's first, then those of the vendor's CLI in its order.
///
/// Source: aliyun-cli, terraform-provider-alicloud: the two lists put one after the other.
const KEYS: [(&str, &str); 5] = [
    ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"),
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    ("ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET"),
    ("ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET"),
    ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET"),
];

/// Names of the token of a temporary key. Source: aliyun-cli.
const TOKENS: [&str; 4] = [
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABACLOUD_SECURITY_TOKEN",
    "ALICLOUD_SECURITY_TOKEN",
    "SECURITY_TOKEN",
];

/// Names of the region; Terraform's first, then those of the vendor's CLI.
pub const REGION: [&str; 7] = [
    "ALICLOUD_REGION",
    "ALIBABA_CLOUD_REGION",
    "ALIBABA_CLOUD_REGION_ID",
    "ALIBABACLOUD_REGION_ID",
    "ALICLOUD_REGION_ID",
    "REGION_ID",
    "REGION",
];

/// Names of the profile; Terraform's first, then the one that the vendor's CLI adds.
pub const PROFILE: [&str; 3] = ["ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE"];

/// Names of the role to call in; Terraform's first. Source: terraform-provider-alicloud, aliyun-cli.
const ROLE: [&str; 3] = ["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABACLOUD_ROLE_ARN"];

/// Names of the session in that role. Source: terraform-provider-alicloud, aliyun-cli.
const SESSION: [&str; 3] = [
    "ALICLOUD_ASSUME_ROLE_SESSION_NAME",
    "ALIBABA_CLOUD_ROLE_SESSION_NAME",
    "ALIBABACLOUD_ROLE_SESSION_NAME",
];

/// Names of what was agreed on with the role's owner. Source: aliyun-cli.
const EXTERNAL: [&str; 2] = ["ALIBABA_CLOUD_EXTERNAL_ID", "ALIBABACLOUD_EXTERNAL_ID"];

/// The variable that chooses endpoints of private networks by the value `vpc`. Source: aliyun-cli.
pub const ENDPOINT_TYPE: &str = "ALIBABA_CLOUD_ENDPOINT_TYPE";

/// Where STS is, for roles and OIDC. Source: aliyun-cli, credentials library 1.0.12.
const STS_ENDPOINT: &str = "ALIBABA_CLOUD_STS_ENDPOINT";

/// The region of STS, for roles and OIDC. Source: credentials library 1.0.12.
const STS_REGION: &str = "ALIBABA_CLOUD_STS_REGION";

/// Whether STS is called by its name in private networks. Source: credentials library 1.0.12.
const VPC: &str = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED";

/// The key that arguments and environment give together; `None` when they give no part of one.
pub(super) fn find(
    explicit: &Explicit,
    outside: &dyn Outside,
) -> Result<Option<Credentials>, CredentialsError> {
    let ids = KEYS.map(|(id, _)| id);
    let secrets = KEYS.map(|(_, secret)| secret);
    let id = match &explicit.access_key {
        Some(id) => Some(("access_key".to_owned(), id.clone())),
        None => first_set(&ids, outside),
    };
    let secret = match &explicit.secret_key {
        Some(secret) => Some(("secret_key".to_owned(), secret.clone())),
        None => partner(id.as_ref().map(|(name, _)| name.as_str()), outside)
            .or_else(|| first_set(&secrets, outside))
            .map(|(name, value)| (name, value.into())),
    };
    let incomplete = |present: String, argument: &str, names: [&str; 5]| {
        let missing = std::iter::once(argument).chain(names).map(str::to_owned).collect();
        Err(CredentialsError::Incomplete { present, missing })
    };
    match (id, secret) {
        (None, None) => Ok(None),
        (Some((present, _)), None) => incomplete(present, "secret_key", secrets),
        (None, Some((present, _))) => incomplete(present, "access_key", ids),
        (Some((_, key_id)), Some((_, secret))) => {
            // A token of the environment belongs to the key of the environment and to no other.
            let of_environment = || first_set(&TOKENS, outside).map(|(_, token)| token.into());
            let (token, source) = match explicit.access_key {
                Some(_) => (explicit.security_token.clone(), "the provider's arguments"),
                None => (explicit.security_token.clone().or_else(of_environment), "the environment"),
            };
            Ok(Some(Credentials::new(key_id, secret, token, source.to_owned())))
        }
    }
}

/// The secret of the family that the id was found in.
fn partner(id: Option<&str>, outside: &dyn Outside) -> Option<(String, String)> {
    let (_, secret) = KEYS.iter().find(|(name, _)| Some(*name) == id)?;
    first_set(&[secret], outside)
}

/// The role that the environment wants to call in.
pub fn role(outside: &dyn Outside) -> Option<Role> {
    // Together with an identity provider, the variable names the role that OIDC is exchanged for.
    if first_set(&oidc::PROVIDER, outside).is_some() {
        return None;
    }
    let text = |names: &[&str]| first_set(names, outside).map(|(_, text)| text);
    Some(Role {
        arn: text(&ROLE)?,
        session_name: text(&SESSION),
        external_id: text(&EXTERNAL),
        ..Role::default()
    })
}

/// What the environment says of the STS that hands out keys of roles. Source: credentials library 1.0.12.
///
/// # Errors
///
/// When the endpoint is no address.
pub fn sts_place(outside: &dyn Outside) -> Result<StsPlace, CredentialsError> {
    let text = |name: &str| first_set(&[name], outside).map(|(_, text)| text);
    let endpoint = text(STS_ENDPOINT).map(|text| Endpoint::parse(&text)).transpose();
    let endpoint =
        endpoint.map_err(|source| CredentialsError::Address { setting: STS_ENDPOINT.to_owned(), source })?;
    let vpc = is_on(VPC, outside).then_some(true);
    Ok(StsPlace { endpoint, region: text(STS_REGION), vpc })
}

/// The names of the environment, for an error.
pub(super) fn looked_at() -> String {
    // The rest are spellings of the same two.
    let pairs: Vec<String> = KEYS.iter().take(2).map(|(id, secret)| format!("{id} and {secret}")).collect();
    format!("the environment: {}", pairs.join(", or "))
}
