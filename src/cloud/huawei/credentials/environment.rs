//! Keys from explicit arguments and the environment, in the spellings of the vendor's SDKs and of Terraform.

use std::sync::Arc;

use super::agency::Agency;
use super::federation::{Federation, IdToken};
use super::origin::Origin;
use super::password::{Domain, Password, User};
use super::{Credentials, CredentialsError, Explicit, Found, Token};
use crate::cloud::outside::{Outside, first_set};

/// The names of one spelling.
struct Family {
    access_key: &'static str,
    secret: &'static str,
    security_token: &'static str,
    project: &'static str,
    domain: &'static [&'static str],
    domain_name: &'static [&'static str],
    /// A token of IAM, which goes before a key; a user's name or id and password, which come after it.
    signed_in: Option<SignedIn>,
    /// An identity provider and the file with its token, which go before a key.
    identity: Option<(&'static str, &'static str)>,
}

/// Other ways to sign in than a key.
struct SignedIn {
    token: &'static str,
    user_name: &'static str,
    user_id: &'static str,
    password: &'static str,
}

/// Terraform's first, then those of the SDKs, then the old names of `OpenStack`.
///
/// Source: terraform-provider-huaweicloud, provider arguments; `huaweicloudsdkcore` 3.1.219, `EnvCredentialProvider`.
const FAMILIES: [Family; 3] = [
    Family {
        access_key: "HW_ACCESS_KEY",
        secret: "HW_SECRET_KEY",
        security_token: "HW_SECURITY_TOKEN",
        project: "HW_PROJECT_ID",
        domain: &["HW_DOMAIN_ID"],
        domain_name: &["HW_DOMAIN_NAME"],
        signed_in: Some(SignedIn {
            token: "HW_AUTH_TOKEN",
            user_name: "HW_USER_NAME",
            user_id: "HW_USER_ID",
            password: "HW_USER_PASSWORD",
        }),
        identity: None,
    },
    Family {
        access_key: "HUAWEICLOUD_SDK_AK",
        secret: "HUAWEICLOUD_SDK_SK",
        security_token: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        project: "HUAWEICLOUD_SDK_PROJECT_ID",
        domain: &["HUAWEICLOUD_SDK_DOMAIN_ID"],
        domain_name: &[],
        signed_in: None,
        identity: Some(("HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE")),
    },
    Family {
        access_key: "OS_ACCESS_KEY",
        secret: "OS_SECRET_KEY",
        security_token: "OS_SECURITY_TOKEN",
        project: "OS_PROJECT_ID",
        domain: &["OS_DOMAIN_ID", "OS_USER_DOMAIN_ID"],
        domain_name: &["OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME"],
        signed_in: Some(SignedIn {
            token: "OS_AUTH_TOKEN",
            user_name: "OS_USERNAME",
            user_id: "OS_USER_ID",
            password: "OS_PASSWORD",
        }),
        identity: None,
    },
];

/// Names of the region. Source: terraform-provider-huaweicloud.
const REGION: [&str; 2] = ["HW_REGION_NAME", "OS_REGION_NAME"];

/// Names of the project, where it is not the one named like the region. Source: terraform-provider-huaweicloud.
const PROJECT_NAME: [&str; 3] = ["HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"];

/// The region that the environment names.
pub fn region(outside: &dyn Outside) -> Option<String> {
    first_set(&REGION, outside).map(|(_, region)| region)
}

/// The name of the project that the environment names.
pub(super) fn project_name(outside: &dyn Outside) -> Option<String> {
    first_set(&PROJECT_NAME, outside).map(|(_, name)| name)
}

/// The agency that the block or the environment wants to call in.
///
/// Source: terraform-provider-huaweicloud, `assume_role`.
pub(super) fn agency(explicit: &Explicit, outside: &dyn Outside) -> Option<Agency> {
    if let Some(agency) = &explicit.agency {
        return Some(agency.clone());
    }
    let text = |name: &str| first_set(&[name], outside).map(|(_, text)| text);
    Some(Agency {
        name: text("HW_ASSUME_ROLE_AGENCY_NAME")?,
        domain: Domain::of(text("HW_ASSUME_ROLE_DOMAIN_ID"), text("HW_ASSUME_ROLE_DOMAIN_NAME"))?,
        seconds: text("HW_ASSUME_ROLE_DURATION").and_then(|text| text.trim().parse().ok()),
    })
}

/// An identity provider that the environment names in Terraform's way.
///
/// Source: terraform-provider-huaweicloud, `assume_role_with_oidc`.
pub(super) fn federation(outside: &dyn Outside) -> Option<Federation> {
    let text = |name: &str| first_set(&[name], outside).map(|(_, text)| text);
    let given = text("HW_ASSUME_ROLE_ID_TOKEN").map(|token| IdToken::Text(token.into()));
    Some(Federation {
        from: "the identity provider of the environment (HW_ASSUME_ROLE_IDP_ID)".to_owned(),
        provider: text("HW_ASSUME_ROLE_IDP_ID")?,
        token: given.or_else(|| Some(IdToken::File(text("HW_ASSUME_ROLE_ID_TOKEN_FILE")?.into())))?,
    })
}

/// What the arguments give; `None` when they give nothing. A token goes before a key, and a key before a password.
pub(super) fn of_arguments(explicit: &Explicit) -> Result<Option<Found>, CredentialsError> {
    let source = "the provider's arguments".to_owned();
    if let Some(federation) = &explicit.federation {
        return Ok(Some(Found::of(Origin::Federation(federation.clone()))));
    }
    if let Some(token) = &explicit.token {
        let token = Token { token: token.clone(), source };
        return Ok(Some(Found::of(Origin::Authority(Arc::new(token.into())))));
    }
    match (&explicit.access_key, &explicit.secret_key) {
        (Some(access_key), Some(secret)) => {
            let token = explicit.security_token.clone();
            let (access_key, secret) = (access_key.clone(), secret.clone());
            return Ok(Some(Found::of_key(Credentials { access_key, secret, token, source })));
        }
        (Some(_), None) => return Err(incomplete("access_key", "secret_key")),
        (None, Some(_)) => return Err(incomplete("secret_key", "access_key")),
        (None, None) => (),
    }
    let Some(password) = explicit.password.clone() else { return Ok(None) };
    let user = explicit.user_id.clone().map(User::Id).or(explicit.user_name.clone().map(User::Name));
    let user = user.ok_or_else(|| incomplete("password", "user_name"))?;
    let domain = Domain::of(explicit.domain.clone(), explicit.domain_name.clone());
    Ok(Some(Found::of(Origin::Password(Box::new(Password { from: source, user, secret: password, domain })))))
}

/// The key that the environment gives, of one family whole; `None` when it gives no part of one.
pub(super) fn find(outside: &dyn Outside) -> Result<Option<Found>, CredentialsError> {
    for family in &FAMILIES {
        if let Some(origin) = of_family(family, outside)? {
            let (project, domain) =
                (first_set(&[family.project], outside), first_set(family.domain, outside));
            let (project, domain) = (project.map(|(_, id)| id), domain.map(|(_, id)| id));
            return Ok(Some(Found { project, domain, ..Found::of(origin) }));
        }
    }
    Ok(None)
}

/// A key of one family takes secret and token of the same family and of no other.
fn of_family(family: &Family, outside: &dyn Outside) -> Result<Option<Origin>, CredentialsError> {
    let text = |name: &str| first_set(&[name], outside).map(|(_, text)| text);
    let source = || "the environment".to_owned();
    if let Some((provider, file)) = family.identity
        && let (Some(provider_id), Some(file)) = (text(provider), text(file))
    {
        let from = format!("the identity provider of the environment ({provider})");
        let token = IdToken::File(file.into());
        return Ok(Some(Origin::Federation(Federation { from, provider: provider_id, token })));
    }
    if let Some(token) = family.signed_in.as_ref().and_then(|names| text(names.token)) {
        let token = Token { token: token.into(), source: source() };
        return Ok(Some(Origin::Authority(Arc::new(token.into()))));
    }
    match (text(family.access_key), text(family.secret)) {
        (None, None) => (),
        (Some(_), None) => return Err(incomplete(family.access_key, family.secret)),
        (None, Some(_)) => return Err(incomplete(family.secret, family.access_key)),
        (Some(access_key), Some(secret)) => {
            let token = text(family.security_token).map(Into::into);
            let key = Credentials { access_key, secret: secret.into(), token, source: source() };
            return Ok(Some(Origin::Authority(Arc::new(key.into()))));
        }
    }
    let Some(names) = &family.signed_in else { return Ok(None) };
    let user = text(names.user_id).map(User::Id).or(text(names.user_name).map(User::Name));
    let (Some(user), Some(password)) = (user, text(names.password)) else { return Ok(None) };
    let domain = |names: &[&str]| first_set(names, outside).map(|(_, text)| text);
    Ok(Some(Origin::Password(Box::new(Password {
        from: source(),
        user,
        secret: password.into(),
        domain: Domain::of(domain(family.domain), domain(family.domain_name)),
    }))))
}

fn incomplete(present: &str, missing: &str) -> CredentialsError {
    CredentialsError::Incomplete { present: present.to_owned(), missing: vec![missing.to_owned()] }
}

/// The names of the environment, for an error.
pub(super) fn looked_at() -> String {
    let pair = |family: &Family| format!("{} and {}", family.access_key, family.secret);
    format!("the environment: {}", FAMILIES.iter().map(pair).collect::<Vec<_>>().join(", or "))
}
