//! Keys from explicit arguments and the environment, in the spellings of the vendor's SDKs and of Terraform.

use super::{Credentials, CredentialsError, Explicit, Found};
use crate::cloud::alibaba::credentials::{Outside, first_set};

/// The names of one spelling.
struct Family {
    access_key: &'static str,
    secret: &'static str,
    token: &'static str,
    project: &'static str,
    domain: &'static str,
}

/// Terraform's first, then those of the SDKs, then the old names of `OpenStack`.
///
/// Source: terraform-provider-huaweicloud, provider arguments; `huaweicloudsdkcore` 3.1.219, `EnvCredentialProvider`.
const FAMILIES: [Family; 3] = [
    Family {
        access_key: "HW_ACCESS_KEY",
        secret: "HW_SECRET_KEY",
        token: "HW_SECURITY_TOKEN",
        project: "HW_PROJECT_ID",
        domain: "HW_DOMAIN_ID",
    },
    Family {
        access_key: "HUAWEICLOUD_SDK_AK",
        secret: "HUAWEICLOUD_SDK_SK",
        token: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        project: "HUAWEICLOUD_SDK_PROJECT_ID",
        domain: "HUAWEICLOUD_SDK_DOMAIN_ID",
    },
    Family {
        access_key: "OS_ACCESS_KEY",
        secret: "OS_SECRET_KEY",
        token: "OS_SECURITY_TOKEN",
        project: "OS_PROJECT_ID",
        domain: "OS_DOMAIN_ID",
    },
];

/// Names of the region. Source: terraform-provider-huaweicloud.
const REGION: [&str; 2] = ["HW_REGION_NAME", "OS_REGION_NAME"];

/// The region that the environment names.
pub(super) fn region(outside: &dyn Outside) -> Option<String> {
    first_set(&REGION, outside).map(|(_, region)| region)
}

/// The key that the arguments give; `None` when they give no part of one.
pub(super) fn of_arguments(explicit: &Explicit) -> Result<Option<Found>, CredentialsError> {
    let (access_key, secret) = match (&explicit.access_key, &explicit.secret_key) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(incomplete("access_key", "secret_key")),
        (None, Some(_)) => return Err(incomplete("secret_key", "access_key")),
        (Some(access_key), Some(secret)) => (access_key.clone(), secret.clone()),
    };
    let credentials = Credentials {
        access_key,
        secret,
        token: explicit.security_token.clone(),
        source: "the provider's arguments".to_owned(),
    };
    Ok(Some(Found { credentials, region: None, project: None, domain: None }))
}

/// The key that the environment gives, of one family whole; `None` when it gives no part of one.
pub(super) fn find(outside: &dyn Outside) -> Result<Option<Found>, CredentialsError> {
    for family in &FAMILIES {
        if let Some(found) = of_family(family, outside)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A key of one family takes secret and token of the same family and of no other.
fn of_family(family: &Family, outside: &dyn Outside) -> Result<Option<Found>, CredentialsError> {
    let text = |name: &str| first_set(&[name], outside).map(|(_, text)| text);
    let (access_key, secret) = match (text(family.access_key), text(family.secret)) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(incomplete(family.access_key, family.secret)),
        (None, Some(_)) => return Err(incomplete(family.secret, family.access_key)),
        (Some(access_key), Some(secret)) => (access_key, secret),
    };
    let credentials = Credentials {
        access_key,
        secret: secret.into(),
        token: text(family.token).map(Into::into),
        source: "the environment".to_owned(),
    };
    let (project, domain) = (text(family.project), text(family.domain));
    Ok(Some(Found { credentials, region: None, project, domain }))
}

fn incomplete(present: &str, missing: &str) -> CredentialsError {
    CredentialsError::Incomplete { present: present.to_owned(), missing: vec![missing.to_owned()] }
}

/// The names of the environment, for an error.
pub(super) fn looked_at() -> String {
    let pair = |family: &Family| format!("{} and {}", family.access_key, family.secret);
    format!("the environment: {}", FAMILIES.iter().map(pair).collect::<Vec<_>>().join(", or "))
}
