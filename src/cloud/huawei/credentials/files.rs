//! Keys from the vendor's files: the SDKs' sections and the CLI's profiles.
//!
//! Sources: `huaweicloudsdkcore` 3.1.219, `ProfileCredentialProvider`; `KooCLI`, `config.json`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Credentials, CredentialsError, Explicit, Found};
use crate::cloud::alibaba::credentials::{Outside, first_set};

/// Where the SDKs' file is, if not at home.
const SDK_FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";

/// Names of the CLI's file and of the profile in it. Source: terraform-provider-huaweicloud.
const CLI_FILE: &str = "HW_SHARED_CONFIG_FILE";
const PROFILE: &str = "HW_PROFILE";

/// The text of a file; `None` where there is no such file.
fn read(path: &Path, outside: &dyn Outside) -> Result<Option<String>, CredentialsError> {
    match outside.read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(malformed(path, error.kind().to_string())),
    }
}

fn malformed(path: &Path, reason: String) -> CredentialsError {
    CredentialsError::Malformed { path: path.to_owned(), reason }
}

/// A file of the environment's choice, or this one at home.
fn place(variable: &str, at_home: &str, outside: &dyn Outside) -> Option<PathBuf> {
    let named = first_set(&[variable], outside).map(|(_, path)| PathBuf::from(path));
    named.or_else(|| outside.home().map(|home| home.join(at_home)))
}

/// The key of the SDKs' file: section `basic`, and where there is none, `global`.
pub(super) fn of_sdk(outside: &dyn Outside) -> Result<Option<Found>, CredentialsError> {
    let Some(path) = place(SDK_FILE, ".huaweicloud/credentials", outside) else { return Ok(None) };
    let Some(text) = read(&path, outside)? else { return Ok(None) };
    let sections = sections(&path, &text)?;
    let section = ["basic", "global"].into_iter().find_map(|name| sections.get(name));
    section.map_or(Ok(None), |section| of_section(section, &path))
}

fn of_section(section: &BTreeMap<&str, &str>, path: &Path) -> Result<Option<Found>, CredentialsError> {
    let text = |name: &str| section.get(name).filter(|text| !text.is_empty()).map(|text| (*text).to_owned());
    let incomplete = |present: &str, missing: &str| CredentialsError::Incomplete {
        present: format!("in {}, {present}", path.display()),
        missing: vec![missing.to_owned()],
    };
    let (access_key, secret) = match (text("ak"), text("sk")) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(incomplete("ak", "sk")),
        (None, Some(_)) => return Err(incomplete("sk", "ak")),
        (Some(access_key), Some(secret)) => (access_key, secret),
    };
    let credentials = Credentials {
        access_key,
        secret: secret.into(),
        token: text("security_token").map(Into::into),
        source: format!("{}", path.display()),
    };
    Ok(Some(Found { credentials, region: None, project: text("project_id"), domain: text("domain_id") }))
}

/// Reads `[section]` and `name = value`. A line that is neither is named by its number and not repeated.
fn sections<'a>(
    path: &Path,
    text: &'a str,
) -> Result<BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>, CredentialsError> {
    let mut sections: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    let mut current = "";
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let wrong = || malformed(path, format!("line {} is neither a section nor a setting", number + 1));
        if let Some(rest) = line.strip_prefix('[') {
            current = rest.strip_suffix(']').ok_or_else(wrong)?.trim();
            sections.entry(current).or_default();
            continue;
        }
        let (name, value) = line.split_once('=').ok_or_else(wrong)?;
        sections.entry(current).or_default().insert(name.trim(), value.trim());
    }
    Ok(sections)
}

/// The configuration of the CLI, as far as it bears on credentials.
#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[derive(Default)]
struct Configuration {
    current: String,
    profiles: Vec<Profile>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Profile {
    name: String,
    region: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
    #[serde(flatten)]
    key: Words,
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
    access_key_id: String,
    secret_access_key: String,
    security_token: String,
}

/// The key of the CLI's profile: the one that is named, or the current one.
pub(super) fn of_cli(explicit: &Explicit, outside: &dyn Outside) -> Result<Option<Found>, CredentialsError> {
    let path = match &explicit.shared_config_file {
        Some(path) => Some(PathBuf::from(path)),
        None => place(CLI_FILE, ".hcloud/config.json", outside),
    };
    let Some(path) = path else { return Ok(None) };
    let is_named = explicit.shared_config_file.is_some() || explicit.profile.is_some();
    let missing = |what: String| if is_named { Err(CredentialsError::Missing { what }) } else { Ok(None) };
    let Some(text) = read(&path, outside)? else { return missing(path.display().to_string()) };
    let configuration: Configuration = serde_json::from_str(&text)
        .map_err(|error| malformed(&path, format!("line {} is not the JSON of the CLI", error.line())))?;
    let named = explicit.profile.clone().or_else(|| first_set(&[PROFILE], outside).map(|(_, name)| name));
    let name = named.unwrap_or(configuration.current);
    match configuration.profiles.into_iter().find(|profile| profile.name == name) {
        Some(profile) => of_profile(profile, &path),
        None => missing(format!("profile {name} in {}", path.display())),
    }
}

fn of_profile(profile: Profile, path: &Path) -> Result<Option<Found>, CredentialsError> {
    let key = profile.sso_auth.and_then(|sso| sso.sts_token).unwrap_or(profile.key);
    if key.access_key_id.is_empty() || key.secret_access_key.is_empty() {
        return Ok(None);
    }
    if is_encrypted(&key.access_key_id) {
        return Err(CredentialsError::Encrypted { path: path.to_owned() });
    }
    let credentials = Credentials {
        access_key: key.access_key_id,
        secret: key.secret_access_key.into(),
        token: Some(key.security_token).filter(|token| !token.is_empty()).map(Into::into),
        source: format!("profile {} of KooCLI", profile.name),
    };
    let (region, project, domain) = (profile.region, profile.project_id, profile.domain_id);
    Ok(Some(Found { credentials, region, project, domain }))
}

/// Whether this is no access key, but what the CLI has made of one: keys are short and of letters and digits.
fn is_encrypted(access_key: &str) -> bool {
    const LONGEST: usize = 40;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    access_key.len() > LONGEST || !access_key.chars().all(is_plain)
}
