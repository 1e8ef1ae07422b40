//! Profiles that the vendor's CLI keeps in `~/.aliyun/config.json`.
//!
//! Source: aliyun-cli; mode names are stored and matched in exactly their case.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::command::Command;
use super::keyring::Keyring;
use super::metadata::Metadata;
use super::oidc::Oidc;
use super::origin::{AssumedRole, Origin, StsPlace};
use super::sign_in::{CloudSso, OAuth, Tokens, kept};
use super::uri::{self, CredentialsUri};
use super::{Credentials, CredentialsError, Found, Outside, first_set, is_on};
use crate::cloud::alibaba::role::Role;
use crate::cloud::http::Endpoint;
use crate::wire::alibaba::credentials::CloudCredentialsRequest;

/// Keeps profiles from asking commands and addresses for keys. Source: aliyun-cli.
const NO_COMMANDS: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";

/// The sign-in services of the CLI's OAuth, by site, with the CLI's own id there.
///
/// Source: Alibaba Cloud credentials library 1.0.12, provider `cli_profile`.
const SITES: [(&str, &str, &str); 2] = [
    ("CN", "https://oauth.aliyun.com", "4038181954557748008"),
    ("INTL", "https://oauth.alibabacloud.com", "4103531455503354461"),
];

/// The file, as far as it is of interest.
#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    current: String,
    #[serde(default)]
    profiles: Vec<Profile>,
}

/// One profile. Holds secrets as text for the moment of reading; it has no `Debug`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Profile {
    name: String,
    mode: String,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    sts_token: Option<String>,
    sts_expiration: i64,
    sts_region: Option<String>,
    sts_endpoint: Option<String>,
    enable_vpc: Option<bool>,
    region_id: Option<String>,
    ram_role_name: Option<String>,
    ram_role_arn: Option<String>,
    ram_session_name: Option<String>,
    /// How the Python library spells `ram_session_name` for OIDC.
    role_session_name: Option<String>,
    expired_seconds: Option<i64>,
    policy: Option<String>,
    external_id: Option<String>,
    #[serde(rename = "source_profile")]
    source: Option<String>,
    process_command: Option<String>,
    credentials_uri: Option<String>,
    oidc_provider_arn: Option<String>,
    oidc_token_file: Option<String>,
    cloud_sso_sign_in_url: Option<String>,
    cloud_sso_account_id: Option<String>,
    cloud_sso_access_config: Option<String>,
    access_token: Option<String>,
    cloud_sso_access_token_expire: i64,
    oauth_site_type: Option<String>,
    oauth_access_token: Option<String>,
    oauth_refresh_token: Option<String>,
    oauth_access_token_expire: i64,
}

/// What came of looking for a profile.
pub(super) enum Search {
    /// A profile that can be used.
    Found(Box<Found>),
    /// The file has no profile of that name; it has these.
    Unknown(String, Vec<String>),
    /// The current profile was never filled in, and nobody asked for it by name.
    Unused(String),
}

/// Looks at the profile of that name, or else at the current one.
pub(super) fn find(
    path: &Path,
    text: &str,
    wanted: Option<&str>,
    outside: &Arc<dyn Outside>,
) -> Result<Search, CredentialsError> {
    // The parser's own words may quote a secret, so only the place is kept.
    let file: Configuration = serde_json::from_str(text).map_err(|error| CredentialsError::FileFormat {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
    })?;
    let current = if file.current.is_empty() { "default" } else { &file.current };
    let name = wanted.unwrap_or(current).to_owned();
    let reader = Reader { path, file: &file, outside };
    let Some(profile) = reader.profile(&name) else {
        return Ok(Search::Unknown(name, file.profiles.iter().map(|profile| profile.name.clone()).collect()));
    };
    if wanted.is_none() && profile.is_blank() {
        return Ok(Search::Unused(name));
    }
    reader.found(profile).map(|found| Search::Found(Box::new(found)))
}

impl Profile {
    /// The mode, or what the fields tell of it where it is left out.
    fn mode(&self) -> &str {
        let has = |field: &Option<String>| field.as_ref().is_some_and(|text| !text.is_empty());
        let has_key = has(&self.access_key_id) && has(&self.access_key_secret);
        match self.mode.as_str() {
            "" if has_key && has(&self.sts_token) => "StsToken",
            "" if has_key && has(&self.ram_role_arn) => "RamRoleArn",
            "" if has_key => "AK",
            "" if has(&self.ram_role_name) => "EcsRamRole",
            "" if has(&self.process_command) => "External",
            "" if has(&self.oidc_provider_arn) => "OIDC",
            "" if has(&self.cloud_sso_sign_in_url) => "CloudSSO",
            mode => mode,
        }
    }

    /// Whether it is as the CLI makes it before anybody has configured it.
    fn is_blank(&self) -> bool {
        let lacks = |field: &Option<String>| field.as_ref().is_none_or(String::is_empty);
        matches!(self.mode(), "" | "AK") && lacks(&self.access_key_id) && lacks(&self.access_key_secret)
    }

    /// The profile in words.
    fn from(&self) -> String {
        format!("profile {} of the Alibaba Cloud CLI", self.name)
    }

    /// Which STS hands out the key of the profile's role.
    fn place(&self) -> Result<StsPlace, CredentialsError> {
        let endpoint = self.sts_endpoint.as_deref().filter(|text| !text.is_empty());
        let setting = || format!("sts_endpoint of profile {}", self.name);
        Ok(StsPlace {
            endpoint: endpoint
                .map(Endpoint::parse)
                .transpose()
                .map_err(|source| CredentialsError::Address { setting: setting(), source })?,
            region: self.sts_region.clone().filter(|region| !region.is_empty()),
            vpc: self.enable_vpc,
        })
    }
}

/// The file on its way to an origin.
struct Reader<'a> {
    path: &'a Path,
    file: &'a Configuration,
    outside: &'a Arc<dyn Outside>,
}

impl Reader<'_> {
    fn profile(&self, name: &str) -> Option<&Profile> {
        self.file.profiles.iter().find(|profile| profile.name == name)
    }

    /// What a profile gives. The role of `RamRoleArn` stays apart, because a `provider` block may name another one.
    fn found(&self, profile: &Profile) -> Result<Found, CredentialsError> {
        let region = profile.region_id.clone().filter(|region| !region.is_empty());
        if profile.mode() == "RamRoleArn" {
            let origin = Origin::Key(Arc::new(self.key(profile, profile.sts_token.clone())?));
            return Ok(Found { origin, region, role: Some((self.role(profile)?, profile.place()?)) });
        }
        let origin = self.origin(profile, &mut Vec::new())?;
        Ok(Found { origin, region, role: None })
    }

    /// Where the profile's keys come from; `path` are the profiles on the way to this one.
    fn origin(&self, profile: &Profile, path: &mut Vec<String>) -> Result<Origin, CredentialsError> {
        let again = path.contains(&profile.name);
        path.push(profile.name.clone());
        if again {
            return Err(CredentialsError::Loop { path: self.path.to_owned(), profiles: path.clone() });
        }
        match profile.mode() {
            "AK" => Ok(Origin::Key(Arc::new(self.key(profile, None)?))),
            "StsToken" => {
                let token = self.needed(profile, "sts_token", profile.sts_token.as_ref())?;
                Ok(Origin::Key(Arc::new(self.key(profile, Some(token))?)))
            }
            "RamRoleArn" => {
                let key = self.key(profile, profile.sts_token.clone())?;
                self.assumed(profile, Keyring::of_key(key))
            }
            "EcsRamRole" => Ok(Origin::Metadata(self.metadata(profile))),
            "RamRoleArnWithRoleName" => {
                let base = Origin::Metadata(self.metadata(profile));
                self.assumed(profile, Keyring::new(base, self.outside.clone()))
            }
            "ChainableRamRoleArn" => self.chained(profile, path),
            "OIDC" => self.oidc(profile).map(Origin::Oidc),
            "CredentialsURI" => self.uri(profile).map(Origin::Uri),
            "External" => self.command(profile).map(Origin::Command),
            "CloudSSO" => self.cloud_sso(profile).map(Origin::CloudSso),
            "OAuth" => self.oauth(profile).map(Origin::OAuth),
            mode => Err(CredentialsError::ProfileMode {
                path: self.path.to_owned(),
                profile: profile.name.clone(),
                mode: mode.to_owned(),
            }),
        }
    }

    fn needed(
        &self,
        profile: &Profile,
        field: &'static str,
        value: Option<&String>,
    ) -> Result<String, CredentialsError> {
        value.filter(|value| !value.is_empty()).cloned().ok_or_else(|| CredentialsError::ProfileField {
            path: self.path.to_owned(),
            profile: profile.name.clone(),
            mode: profile.mode().to_owned(),
            field,
        })
    }

    fn key(&self, profile: &Profile, token: Option<String>) -> Result<Credentials, CredentialsError> {
        let id = self.needed(profile, "access_key_id", profile.access_key_id.as_ref())?;
        let secret = self.needed(profile, "access_key_secret", profile.access_key_secret.as_ref())?;
        let token = token.filter(|token| !token.is_empty()).map(Into::into);
        Ok(Credentials::new(id, secret.into(), token, profile.from()))
    }

    fn role(&self, profile: &Profile) -> Result<Role, CredentialsError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(Role {
            arn: self.needed(profile, "ram_role_arn", profile.ram_role_arn.as_ref())?,
            session_name: given(&profile.ram_session_name).or_else(|| given(&profile.role_session_name)),
            session_seconds: profile.expired_seconds.filter(|seconds| *seconds > 0),
            policy: given(&profile.policy),
            external_id: given(&profile.external_id),
        })
    }

    fn assumed(&self, profile: &Profile, base: Keyring) -> Result<Origin, CredentialsError> {
        let (role, place) = (self.role(profile)?, profile.place()?);
        Ok(Origin::Role(Box::new(AssumedRole { base: Arc::new(base), role, place })))
    }

    fn metadata(&self, profile: &Profile) -> Metadata {
        Metadata::new(profile.ram_role_name.clone(), Some(&profile.from()), &**self.outside)
    }

    fn chained(&self, profile: &Profile, path: &mut Vec<String>) -> Result<Origin, CredentialsError> {
        let name = self.needed(profile, "source_profile", profile.source.as_ref())?;
        let Some(source) = self.profile(&name) else {
            return Err(CredentialsError::ProfileUnknown {
                path: self.path.to_owned(),
                profile: name,
                known: self.file.profiles.iter().map(|profile| profile.name.clone()).collect(),
            });
        };
        let base = self.origin(source, path)?;
        self.assumed(profile, Keyring::new(base, self.outside.clone()))
    }

    fn oidc(&self, profile: &Profile) -> Result<Oidc, CredentialsError> {
        Ok(Oidc {
            from: profile.from(),
            provider: self.needed(profile, "oidc_provider_arn", profile.oidc_provider_arn.as_ref())?,
            token_file: self.needed(profile, "oidc_token_file", profile.oidc_token_file.as_ref())?.into(),
            role: self.role(profile)?,
            place: profile.place()?,
        })
    }

    fn uri(&self, profile: &Profile) -> Result<CredentialsUri, CredentialsError> {
        self.may_ask_others(profile)?;
        let variable = || first_set(&uri::VARIABLES, &**self.outside).map(|(_, uri)| uri);
        let uri = profile.credentials_uri.clone().filter(|uri| !uri.is_empty()).or_else(variable);
        let uri = self.needed(profile, "credentials_uri", uri.as_ref())?;
        CredentialsUri::new(&uri, &profile.from())
    }

    fn command(&self, profile: &Profile) -> Result<Command, CredentialsError> {
        self.may_ask_others(profile)?;
        let line = self.needed(profile, "process_command", profile.process_command.as_ref())?;
        Command::new(&line, profile.from())
    }

    /// Refuses what runs commands or calls addresses where the user has switched that off.
    fn may_ask_others(&self, profile: &Profile) -> Result<(), CredentialsError> {
        if is_on(NO_COMMANDS, &**self.outside) {
            return Err(CredentialsError::Disabled { from: profile.from(), variable: NO_COMMANDS });
        }
        Ok(())
    }

    fn cloud_sso(&self, profile: &Profile) -> Result<CloudSso, CredentialsError> {
        let url = self.needed(profile, "cloud_sso_sign_in_url", profile.cloud_sso_sign_in_url.as_ref())?;
        let setting = || format!("cloud_sso_sign_in_url of {}", profile.from());
        let (endpoint, _, _) = Endpoint::parse_address(&url)
            .map_err(|source| CredentialsError::Address { setting: setting(), source })?;
        Ok(CloudSso {
            from: profile.from(),
            endpoint,
            request: CloudCredentialsRequest {
                account_id: self.needed(
                    profile,
                    "cloud_sso_account_id",
                    profile.cloud_sso_account_id.as_ref(),
                )?,
                access_configuration_id: self.needed(
                    profile,
                    "cloud_sso_access_config",
                    profile.cloud_sso_access_config.as_ref(),
                )?,
            },
            access_token: profile.access_token.clone().unwrap_or_default().into(),
            access_token_expires: profile.cloud_sso_access_token_expire,
            kept: kept(self.key(profile, profile.sts_token.clone()).ok(), profile.sts_expiration),
            command: format!("aliyun configure --profile {}", profile.name),
        })
    }

    fn oauth(&self, profile: &Profile) -> Result<OAuth, CredentialsError> {
        let site = profile.oauth_site_type.clone().filter(|site| !site.is_empty()).unwrap_or("CN".to_owned());
        let known = SITES.iter().find(|(name, _, _)| name.eq_ignore_ascii_case(&site));
        let (_, address, client_id) = known.ok_or_else(|| CredentialsError::ProfileField {
            path: self.path.to_owned(),
            profile: profile.name.clone(),
            mode: profile.mode().to_owned(),
            field: "oauth_site_type of CN or INTL",
        })?;
        Ok(OAuth {
            from: profile.from(),
            endpoint: Endpoint::parse(address).expect("the addresses of the table are addresses"),
            client_id,
            kept: kept(self.key(profile, profile.sts_token.clone()).ok(), profile.sts_expiration),
            tokens: tokio::sync::Mutex::new(Tokens {
                access: profile.oauth_access_token.clone().unwrap_or_default().into(),
                access_expires: profile.oauth_access_token_expire,
                refresh: profile.oauth_refresh_token.clone().unwrap_or_default().into(),
            }),
            path: PathBuf::from(self.path),
            profile: profile.name.clone(),
            command: format!("aliyun configure --profile {} --mode OAuth", profile.name),
        })
    }
}
