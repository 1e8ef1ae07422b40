//! A token that an identity provider issued, exchanged for the key of a role without any key of our own.
//!
//! Source: STS API 2015-04-01, `AssumeRoleWithOIDC`; Alibaba Cloud credentials library 1.0.12, provider `oidc`.

use std::path::PathBuf;

use super::fetch::{Failure, Fresh, temporary};
use super::origin::StsPlace;
use super::{CredentialsError, Outside, first_set};
use crate::cloud::alibaba::client::Client;
use crate::cloud::alibaba::role::Role;

/// Names of the identity provider. Source: credentials library, aliyun-cli, terraform-provider-alicloud.
pub(super) const PROVIDER: [&str; 3] =
    ["ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABACLOUD_OIDC_PROVIDER_ARN", "ALICLOUD_OIDC_PROVIDER_ARN"];

/// Names of the file that holds the token.
pub(super) const TOKEN_FILE: [&str; 3] =
    ["ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABACLOUD_OIDC_TOKEN_FILE", "ALICLOUD_OIDC_TOKEN_FILE"];

/// Names of the role.
const ROLE: [&str; 3] = ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABACLOUD_ROLE_ARN", "ALICLOUD_ASSUME_ROLE_ARN"];

/// Names of the session.
const SESSION: [&str; 2] = ["ALIBABA_CLOUD_ROLE_SESSION_NAME", "ALIBABACLOUD_ROLE_SESSION_NAME"];

/// A token and the role that it is exchanged for.
#[derive(Clone)]
pub struct Oidc {
    /// The place, in words.
    pub from: String,
    /// The identity provider.
    pub provider: String,
    /// Read anew for each key, because it is replaced before it expires.
    pub token_file: PathBuf,
    /// The role.
    pub role: Role,
    /// The STS to ask.
    pub place: StsPlace,
}

impl Oidc {
    /// What the environment says of OIDC, if it says all of it; otherwise what it lacks.
    pub(super) fn of_environment(outside: &dyn Outside) -> Result<Self, String> {
        let text = |names: &[&str]| {
            let missing = || format!("OIDC, for which {} is not set", names[0]);
            first_set(names, outside).map(|(_, text)| text).ok_or_else(missing)
        };
        Ok(Self {
            from: "OIDC as the environment describes it".to_owned(),
            provider: text(&PROVIDER)?,
            token_file: text(&TOKEN_FILE)?.into(),
            role: Role { arn: text(&ROLE)?, session_name: text(&SESSION).ok(), ..Role::default() },
            place: StsPlace::default(),
        })
    }

    /// Exchanges the token.
    pub(super) async fn fetch(
        &self,
        client: &Client,
        region: &str,
        outside: &dyn Outside,
    ) -> Result<Fresh, Failure> {
        let token = outside.read(&self.token_file);
        let path = || self.token_file.clone();
        let token = token.map_err(|source| CredentialsError::FileRead { path: path(), source })?;
        let mut request = self.role.to_oidc_wire();
        request.oidc_provider_arn = Some(self.provider.clone());
        request.oidc_token = Some(token.trim().to_owned());
        let answer =
            client.at(&self.place).assume_role_with_oidc(self.place.region(region), &request).await?;
        let from = format!("role {}, by {}", self.role.arn, self.from);
        Ok(temporary(&from, answer.credentials)?)
    }
}
