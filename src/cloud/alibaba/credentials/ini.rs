//! Sections that the vendor's libraries keep in `~/.alibabacloud/credentials.ini`.
//!
//! Source: Alibaba Cloud credentials library 1.0.12, provider `profile`; the Go and Java libraries read the file
//! without the ending.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::keyring::Keyring;
use super::metadata::Metadata;
use super::oidc::Oidc;
use super::origin::{AssumedRole, Origin, StsPlace};
use super::{Credentials, CredentialsError, Found, Outside};
use crate::cloud::alibaba::role::Role;

/// The section of nobody in particular.
pub(super) const DEFAULT: &str = "default";

/// Names and values of each section; names in lower case.
type Sections = BTreeMap<String, BTreeMap<String, String>>;

/// The places of the file, in order.
pub(super) fn places(outside: &dyn Outside) -> Vec<PathBuf> {
    let folder = outside.home().map(|home| home.join(".alibabacloud"));
    folder
        .into_iter()
        .flat_map(|folder| ["credentials.ini", "credentials"].map(|name| folder.join(name)))
        .collect()
}

/// The section of that name; `None` where the file has none.
pub(super) fn find(
    path: &Path,
    text: &str,
    section: &str,
    outside: &Arc<dyn Outside>,
) -> Result<Option<Found>, CredentialsError> {
    let sections =
        sections(text).map_err(|line| CredentialsError::IniFormat { path: path.to_owned(), line })?;
    let Some(fields) = sections.get(section) else { return Ok(None) };
    let section = Section { path, name: section, fields, outside };
    section.origin().map(|origin| Some(Found { origin, region: None, role: None }))
}

/// Takes the text apart; what cannot be read is told by its line.
fn sections(text: &str) -> Result<Sections, usize> {
    let mut sections = Sections::new();
    let mut current: Option<String> = None;
    for (number, line) in (1_usize..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            sections.entry(name.0.trim().to_owned()).or_default();
            current = Some(name.0.trim().to_owned());
            continue;
        }
        let (name, value) = line.split_once(['=', ':']).ok_or(number)?;
        let section = current.as_ref().and_then(|name| sections.get_mut(name)).ok_or(number)?;
        let value = value.split('#').next().unwrap_or_default();
        let value = value.split(" ;").next().unwrap_or_default();
        section.insert(name.trim().to_lowercase(), value.trim().to_owned());
    }
    Ok(sections)
}

/// One section on its way to an origin.
struct Section<'a> {
    path: &'a Path,
    name: &'a str,
    fields: &'a BTreeMap<String, String>,
    outside: &'a Arc<dyn Outside>,
}

impl Section<'_> {
    fn origin(&self) -> Result<Origin, CredentialsError> {
        match self.kind() {
            "access_key" => Ok(Origin::Key(Arc::new(self.key()?))),
            "ram_role_arn" => Ok(Origin::Role(Box::new(AssumedRole {
                base: Arc::new(Keyring::of_key(self.key()?)),
                role: self.role()?,
                place: StsPlace::default(),
            }))),
            "oidc_role_arn" => Ok(Origin::Oidc(Oidc {
                from: self.from(),
                provider: self.needed("oidc_provider_arn")?,
                token_file: self.needed("oidc_token_file_path")?.into(),
                role: self.role()?,
                place: StsPlace::default(),
            })),
            "ecs_ram_role" => Ok(Origin::Metadata(Metadata::new(
                self.text("role_name"),
                Some(&self.from()),
                &**self.outside,
            ))),
            other => Err(CredentialsError::ProfileMode {
                path: self.path.to_owned(),
                profile: self.name.to_owned(),
                mode: other.to_owned(),
            }),
        }
    }

    fn kind(&self) -> &str {
        self.fields.get("type").map_or("", String::as_str)
    }

    fn from(&self) -> String {
        format!("section {} of {}", self.name, self.path.display())
    }

    fn text(&self, field: &str) -> Option<String> {
        self.fields.get(field).filter(|value| !value.is_empty()).cloned()
    }

    fn needed(&self, field: &'static str) -> Result<String, CredentialsError> {
        self.text(field).ok_or_else(|| CredentialsError::ProfileField {
            path: self.path.to_owned(),
            profile: self.name.to_owned(),
            mode: self.kind().to_owned(),
            field,
        })
    }

    fn key(&self) -> Result<Credentials, CredentialsError> {
        let id = self.needed("access_key_id")?;
        Ok(Credentials::new(id, self.needed("access_key_secret")?.into(), None, self.from()))
    }

    fn role(&self) -> Result<Role, CredentialsError> {
        Ok(Role {
            arn: self.needed("role_arn")?,
            session_name: self.text("role_session_name"),
            policy: self.text("policy"),
            ..Role::default()
        })
    }
}
