//! Keys from the SDKs' file of sections.
//!
//! Source: `huaweicloudsdkcore` 3.1.219, `ProfileCredentialProvider`.

use std::collections::BTreeMap;
use std::path::Path;

use super::federation::{Federation, IdToken};
use super::origin::Origin;
use super::{Credentials, CredentialsError, Found, malformed, place, read};
use crate::cloud::outside::Outside;

/// Where the SDKs' file is, if not at home.
const SDK_FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";

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
    let (project, domain) = (text("project_id"), text("domain_id"));
    if let (Some(provider), Some(file)) = (text("idp_id"), text("id_token_file")) {
        let from = format!("the identity provider of {}", path.display());
        let origin = Origin::Federation(Federation { from, provider, token: IdToken::File(file.into()) });
        return Ok(Some(Found { project, domain, ..Found::of(origin) }));
    }
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
    Ok(Some(Found { project, domain, ..Found::of_key(credentials) }))
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
