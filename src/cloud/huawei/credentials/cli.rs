//! Keys from the profiles of the vendor's CLI, `KooCLI`.
//!
//! Sources: `KooCLI`, `config.json` and "Authentication Mode"; terraform-provider-huaweicloud, `SharedConfig`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::agency::Agency;
use super::keyring::Keyring;
use super::metadata::Metadata;
use super::origin::{AssumedAgency, Origin};
use super::password::{Domain, Password, User};
use super::{Credentials, CredentialsError, Explicit, Found, Token, malformed, place, read};
use crate::cloud::outside::{Outside, first_set};

/// Names of the CLI's file and of the profile in it. Source: terraform-provider-huaweicloud.
const FILE: &str = "HW_SHARED_CONFIG_FILE";
const PROFILE: &str = "HW_PROFILE";

/// The configuration of the CLI, as far as it bears on credentials.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Configuration {
    current: String,
    profiles: Vec<Profile>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Profile {
    name: String,
    mode: Option<String>,
    region: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
    domain_name: Option<String>,
    #[serde(flatten)]
    key: Words,
    x_auth_token: Option<String>,
    username: Option<String>,
    password: Option<String>,
    agency_name: Option<String>,
    agency_domain_id: Option<String>,
    agency_domain_name: Option<String>,
    #[serde(rename = "sourceProfile")]
    source: Option<String>,
    sso_auth: Option<SsoAuth>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SsoAuth {
    sts_token: Option<Words>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Words {
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    security_token: Option<String>,
}

/// What a profile, or a file, must be for somebody to have asked for it.
pub(super) fn is_named(explicit: &Explicit, outside: &dyn Outside) -> bool {
    explicit.shared_config_file.is_some()
        || explicit.profile.is_some()
        || first_set(&[FILE, PROFILE], outside).is_some()
}

/// What the CLI's profile says: the one that is named, or the current one.
pub(super) fn find(
    explicit: &Explicit,
    outside: &Arc<dyn Outside>,
) -> Result<Option<Found>, CredentialsError> {
    let path = match &explicit.shared_config_file {
        Some(path) => Some(at_home(path, &**outside)),
        None => place(FILE, ".hcloud/config.json", &**outside),
    };
    let Some(path) = path else { return Ok(None) };
    let is_named = is_named(explicit, &**outside);
    let missing = |what: String| if is_named { Err(CredentialsError::Missing { what }) } else { Ok(None) };
    let Some(text) = read(&path, &**outside)? else { return missing(path.display().to_string()) };
    let configuration: Configuration = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| malformed(&path, format!("line {} is not the JSON of the CLI", error.line())))?;
    let named = explicit.profile.clone().or_else(|| first_set(&[PROFILE], &**outside).map(|(_, name)| name));
    let name = named.unwrap_or_else(|| configuration.current.clone());
    let file = File { path: &path, configuration: &configuration, outside };
    match file.profile(&name) {
        Some(profile) => file.found(profile, &mut Vec::new()),
        None => missing(format!("profile {name} in {}", path.display())),
    }
}

/// A path as a shell would read it.
fn at_home(path: &str, outside: &dyn Outside) -> PathBuf {
    match (path.strip_prefix("~/"), outside.home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// The CLI's file.
struct File<'a> {
    path: &'a Path,
    configuration: &'a Configuration,
    outside: &'a Arc<dyn Outside>,
}

impl File<'_> {
    fn profile(&self, name: &str) -> Option<&Profile> {
        self.configuration.profiles.iter().find(|profile| profile.name == name)
    }

    /// What a profile says; `None` for one that was never filled in. `way` is the profiles that led here.
    fn found(&self, profile: &Profile, way: &mut Vec<String>) -> Result<Option<Found>, CredentialsError> {
        way.push(profile.name.clone());
        if way.iter().filter(|name| **name == profile.name).count() > 1 {
            return Err(CredentialsError::Loop { path: self.path.to_owned(), profiles: way.clone() });
        }
        let Some(origin) = self.origin(profile, way)? else { return Ok(None) };
        let set = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let agency_domain = matches!(origin, Origin::Agency(_)).then(|| set(&profile.agency_domain_id));
        Ok(Some(Found {
            region: set(&profile.region),
            project: set(&profile.project_id),
            domain: agency_domain.unwrap_or_else(|| set(&profile.domain_id)),
            ..Found::of(origin)
        }))
    }

    /// Where the keys of a profile come from, by its mode.
    fn origin(&self, profile: &Profile, way: &mut Vec<String>) -> Result<Option<Origin>, CredentialsError> {
        let from = format!("profile {} of KooCLI", profile.name);
        let mode = profile.mode.clone().unwrap_or_default();
        match mode.to_ascii_lowercase().as_str() {
            "" | "aksk" | "token" | "password" => match self.key(&profile.key, &from)? {
                Some(key) => Ok(Some(Origin::Authority(Arc::new(key.into())))),
                None => Ok(signed_in(profile, &from)),
            },
            "sso" => {
                let key = profile.sso_auth.as_ref().and_then(|sso| sso.sts_token.as_ref());
                let key = key.map_or(Ok(None), |key| self.key(key, &from))?;
                Ok(key.map(|key| Origin::Authority(Arc::new(key.into()))))
            }
            "ecsagency" => {
                let from = format!("{from}, {}", Metadata::default().from);
                Ok(Some(Origin::Metadata(Metadata { from })))
            }
            "assumerole" | "agency" => self.agency(profile, way).map(Some),
            _ => Err(CredentialsError::Mode { profile: from, mode }),
        }
    }

    /// A key; `None` where a half is missing, as it is in a profile that was never filled in.
    fn key(&self, key: &Words, from: &str) -> Result<Option<Credentials>, CredentialsError> {
        let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (Some(access_key), Some(secret)) = (text(&key.access_key_id), text(&key.secret_access_key))
        else {
            return Ok(None);
        };
        if is_encrypted(&access_key) {
            return Err(CredentialsError::Encrypted { path: self.path.to_owned() });
        }
        let token = text(&key.security_token).map(Into::into);
        Ok(Some(Credentials { access_key, secret: secret.into(), token, source: from.to_owned() }))
    }

    /// The agency of a profile, which the key of another profile assumes.
    fn agency(&self, profile: &Profile, way: &mut Vec<String>) -> Result<Origin, CredentialsError> {
        let set = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let lacks = |what: &str| CredentialsError::Incomplete {
            present: format!("mode AssumeRole of profile {} of KooCLI", profile.name),
            missing: vec![what.to_owned()],
        };
        let name = set(&profile.agency_name).ok_or_else(|| lacks("agencyName"))?;
        let domain = Domain::of(set(&profile.agency_domain_id), set(&profile.agency_domain_name));
        let domain = domain.ok_or_else(|| lacks("agencyDomainId"))?;
        let source = set(&profile.source).ok_or_else(|| lacks("sourceProfile"))?;
        let what = || format!("profile {source} in {}, or no key in it", self.path.display());
        let missing = || CredentialsError::Missing { what: what() };
        let base = self.found(self.profile(&source).ok_or_else(missing)?, way)?.ok_or_else(missing)?;
        let base = Arc::new(Keyring::new(base.origin, self.outside.clone()));
        let agency = Agency { name, domain, seconds: None };
        Ok(Origin::Agency(Box::new(AssumedAgency { base, agency })))
    }
}

/// A token, or a user's name and password, of a profile.
fn signed_in(profile: &Profile, from: &str) -> Option<Origin> {
    let set = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    if let Some(token) = set(&profile.x_auth_token) {
        let token = Token { token: token.into(), source: from.to_owned() };
        return Some(Origin::Authority(Arc::new(token.into())));
    }
    let (user, password) = (set(&profile.username)?, set(&profile.password)?);
    Some(Origin::Password(Box::new(Password {
        from: from.to_owned(),
        user: User::Name(user),
        secret: password.into(),
        domain: Domain::of(set(&profile.domain_id), set(&profile.domain_name)),
    })))
}

/// Whether this is no access key, but what the CLI has made of one: keys are short and of letters and digits.
fn is_encrypted(access_key: &str) -> bool {
    const LONGEST: usize = 40;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    access_key.len() > LONGEST || !access_key.chars().all(is_plain)
}
