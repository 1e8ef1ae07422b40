//! Profiles that the vendor's CLI keeps in `~/.aliyun/config.json`.
//!
//! Source: aliyun-cli; mode names are stored and matched in exactly their case.

use std::io;
use std::path::PathBuf;

use serde::Deserialize;

use super::environment::PROFILE;
use super::{Credentials, CredentialsError, Explicit, Found, Outside, first_set, is_on};
use crate::cloud::alibaba::role::Role;

/// Variables that say where the file is. Source: terraform-provider-alicloud.
const FILE: [&str; 2] = ["ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"];

/// Switches that keep the profiles out. Source: aliyun-cli; Alibaba Cloud credentials library 1.0.12.
const OFF: [&str; 2] = ["ALIBABA_CLOUD_IGNORE_PROFILE", "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"];

/// What came of looking at the profiles.
pub(super) enum Search {
    /// A profile that can be used.
    Found(Found),
    /// No profile: where it was looked for, in words.
    Nothing(String),
}

/// The file, as far as it is of interest.
#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    current: String,
    #[serde(default)]
    profiles: Vec<Profile>,
}

/// One profile. Holds secrets as text for the moment of reading; it has no `Debug`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Profile {
    name: String,
    mode: String,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    sts_token: Option<String>,
    region_id: Option<String>,
    ram_role_arn: Option<String>,
    ram_session_name: Option<String>,
    expired_seconds: Option<i64>,
    policy: Option<String>,
    external_id: Option<String>,
}

/// Looks at the profile that argument, environment or the file itself chooses.
pub(super) fn find(explicit: &Explicit, outside: &dyn Outside) -> Result<Search, CredentialsError> {
    if explicit.profile.is_none()
        && let Some(name) = OFF.iter().find(|name| is_on(name, outside))
    {
        return Ok(Search::Nothing(format!("{name} switches the CLI's profiles off")));
    }
    let Some(path) = path(explicit, outside) else {
        return Ok(Search::Nothing("no home directory to find .aliyun/config.json in".to_owned()));
    };
    let wanted = explicit.profile.clone().or_else(|| first_set(&PROFILE, outside).map(|(_, name)| name));
    let text = match outside.read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && wanted.is_none() => {
            return Ok(Search::Nothing(format!("{}, which does not exist", path.display())));
        }
        text => text.map_err(|source| CredentialsError::FileRead { path: path.clone(), source })?,
    };
    // The parser's own words may quote a secret, so only the place is kept.
    let file: Configuration = serde_json::from_str(&text).map_err(|error| CredentialsError::FileFormat {
        path: path.clone(),
        line: error.line(),
        column: error.column(),
    })?;
    choose(file, wanted, path).map(Search::Found)
}

/// The file's place: argument, environment, home.
fn path(explicit: &Explicit, outside: &dyn Outside) -> Option<PathBuf> {
    let named =
        explicit.shared_credentials_file.clone().or_else(|| first_set(&FILE, outside).map(|(_, path)| path));
    match named {
        Some(path) => Some(match (path.strip_prefix("~/"), outside.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }),
        None => Some(outside.home()?.join(".aliyun").join("config.json")),
    }
}

/// The profile of that name, or the current one.
fn choose(file: Configuration, wanted: Option<String>, path: PathBuf) -> Result<Found, CredentialsError> {
    let current = if file.current.is_empty() { "default".to_owned() } else { file.current };
    let wanted = wanted.unwrap_or(current);
    let known = file.profiles.iter().map(|profile| profile.name.clone()).collect();
    match file.profiles.into_iter().find(|profile| profile.name == wanted) {
        Some(profile) => credentials(profile, path),
        None => Err(CredentialsError::ProfileUnknown { path, profile: wanted, known }),
    }
}

/// What a profile gives.
fn credentials(profile: Profile, path: PathBuf) -> Result<Found, CredentialsError> {
    let Profile { name, mode, access_key_id, access_key_secret, sts_token, region_id, .. } = profile;
    if !["AK", "StsToken", "RamRoleArn"].contains(&mode.as_str()) {
        return Err(CredentialsError::ProfileMode { path, profile: name, mode });
    }
    let lacks = |field: &'static str| CredentialsError::ProfileField {
        path: path.clone(),
        profile: name.clone(),
        mode: mode.clone(),
        field,
    };
    let key_id = access_key_id.filter(|id| !id.is_empty()).ok_or_else(|| lacks("access_key_id"))?;
    let secret =
        access_key_secret.filter(|secret| !secret.is_empty()).ok_or_else(|| lacks("access_key_secret"))?;
    let token = match mode.as_str() {
        "StsToken" => Some(sts_token.ok_or_else(|| lacks("sts_token"))?.into()),
        _ => None,
    };
    let role = match mode.as_str() {
        "RamRoleArn" => Some(Role {
            arn: profile.ram_role_arn.ok_or_else(|| lacks("ram_role_arn"))?,
            session_name: profile.ram_session_name.filter(|name| !name.is_empty()),
            session_seconds: profile.expired_seconds.filter(|seconds| *seconds > 0),
            policy: profile.policy.filter(|policy| !policy.is_empty()),
            external_id: profile.external_id.filter(|id| !id.is_empty()),
        }),
        _ => None,
    };
    let source = format!("profile {name} of the Alibaba Cloud CLI");
    Ok(Found {
        credentials: Credentials::new(key_id, secret.into(), token, source),
        region: region_id.filter(|region| !region.is_empty()),
        role,
    })
}
