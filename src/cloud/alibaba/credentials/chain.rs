//! The places where credentials are looked for, in order. The first that has any wins.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::keyring::Keyring;
use super::metadata::{self, Metadata};
use super::oidc::Oidc;
use super::origin::{FirstOf, Origin};
use super::profile::{self, Search};
use super::uri::{self, CredentialsUri};
use super::{CredentialsError, Explicit, Found, Outside, PROFILE, environment, first_set, ini, is_on};

/// Variables that say where the file of profiles is. Source: terraform-provider-alicloud, credentials library 1.0.12.
const FILE: [&str; 2] = ["ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"];

/// Switches that keep the CLI's profiles out. Source: aliyun-cli; Alibaba Cloud credentials library 1.0.12.
const OFF: [&str; 2] = ["ALIBABA_CLOUD_IGNORE_PROFILE", "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"];

/// Finds where keys come from.
///
/// What the `provider` block names is explicit and wins over the environment, whatever it names.
///
/// # Errors
///
/// When there is no place at all, or the one that wins cannot be used: half a key is an error and not a reason to
/// look further.
pub fn find(explicit: &Explicit, outside: &Arc<dyn Outside>) -> Result<Found, CredentialsError> {
    let only = |origin: Origin| Found { origin, region: None, role: None };
    let keyed = explicit.access_key.is_some() || explicit.secret_key.is_some();
    if !keyed && let Some(oidc) = &explicit.oidc {
        return Ok(only(Origin::Oidc(oidc.clone())));
    }
    let mut looked_at = vec!["the provider's arguments".to_owned()];
    if keyed || !explicit.names_a_place() {
        if let Some(credentials) = environment::find(explicit, &**outside)? {
            return Ok(only(Origin::Key(Arc::new(credentials))));
        }
        looked_at.push(environment::looked_at());
        match Oidc::of_environment(&**outside) {
            Ok(oidc) => {
                let place = environment::sts_place(&**outside)?;
                return Ok(only(Origin::Oidc(Oidc { place, ..oidc })));
            }
            Err(lacking) => looked_at.push(lacking),
        }
    }
    if explicit.profile.is_some() || !explicit.names_a_place() {
        let files = Files { explicit, outside, looked_at: &mut looked_at };
        if let Some(found) = files.find()? {
            return Ok(found);
        }
    }
    answering(explicit, outside, looked_at).map(only)
}

impl Explicit {
    /// Whether the block names a place other than a key.
    fn names_a_place(&self) -> bool {
        self.profile.is_some() || self.ecs_role_name.is_some() || self.credentials_uri.is_some()
    }
}

/// The places that must be asked to know whether they have a key: the instance's role, then an address.
fn answering(
    explicit: &Explicit,
    outside: &Arc<dyn Outside>,
    mut looked_at: Vec<String>,
) -> Result<Origin, CredentialsError> {
    if let Some(role) = &explicit.ecs_role_name {
        return Ok(Origin::Metadata(Metadata::new(Some(role.clone()), Some("ecs_role_name"), &**outside)));
    }
    if let Some(uri) = &explicit.credentials_uri {
        return CredentialsUri::new(uri, "the provider's credentials_uri").map(Origin::Uri);
    }
    let mut places = Vec::new();
    if is_on(metadata::OFF, &**outside) {
        looked_at.push(format!("the metadata service, which {} switches off", metadata::OFF));
    } else {
        places.push(Origin::Metadata(Metadata::new(None, None, &**outside)));
    }
    match first_set(&uri::VARIABLES, &**outside) {
        Some((variable, uri)) => places.push(Origin::Uri(CredentialsUri::new(&uri, &variable)?)),
        None => looked_at.push(format!("{}, which is not set", uri::VARIABLES[0])),
    }
    if places.is_empty() {
        return Err(CredentialsError::Missing { looked_at });
    }
    let places = places.into_iter().map(|place| Arc::new(Keyring::new(place, outside.clone()))).collect();
    Ok(Origin::FirstOf(FirstOf { places, looked_at, winner: OnceLock::new() }))
}

/// The files of profiles and sections, while they are looked at.
struct Files<'a> {
    explicit: &'a Explicit,
    outside: &'a Arc<dyn Outside>,
    looked_at: &'a mut Vec<String>,
}

impl Files<'_> {
    /// The profile or section that argument, environment or the files themselves choose.
    fn find(mut self) -> Result<Option<Found>, CredentialsError> {
        let variable = || first_set(&PROFILE, &**self.outside).map(|(_, name)| name);
        let wanted = self.explicit.profile.clone().or_else(variable);
        let (paths, named) = self.paths();
        let mut unknown = None;
        for path in &paths {
            let text = match self.outside.read(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && !named => {
                    self.looked_at.push(format!("{}, which does not exist", path.display()));
                    continue;
                }
                text => text.map_err(|source| CredentialsError::FileRead { path: path.clone(), source })?,
            };
            if let Some(found) = self.look(path, &text, wanted.as_deref(), &mut unknown)? {
                return Ok(Some(found));
            }
        }
        match (unknown, wanted, paths.first()) {
            (Some(error), Some(_), _) => Err(error),
            // A profile that somebody asked for is not passed over, even where there is no file at all.
            (None, Some(profile), Some(path)) => {
                Err(CredentialsError::ProfileUnknown { path: path.clone(), profile, known: Vec::new() })
            }
            _ => Ok(None),
        }
    }

    /// The files in order, and whether somebody named the one of them.
    fn paths(&mut self) -> (Vec<PathBuf>, bool) {
        let variable = || first_set(&FILE, &**self.outside).map(|(_, path)| path);
        if let Some(path) = self.explicit.shared_credentials_file.clone().or_else(variable) {
            return (vec![self.at_home(&path)], true);
        }
        let off = OFF.iter().find(|name| is_on(name, &**self.outside));
        let off = off.filter(|_| self.explicit.profile.is_none());
        let cli = match (off, self.outside.home()) {
            (Some(name), _) => {
                self.looked_at.push(format!("no profiles, because {name} switches the CLI's profiles off"));
                None
            }
            (None, Some(home)) => Some(home.join(".aliyun").join("config.json")),
            (None, None) => {
                self.looked_at.push("no home directory to find .aliyun/config.json in".to_owned());
                None
            }
        };
        (cli.into_iter().chain(ini::places(&**self.outside)).collect(), false)
    }

    /// A path as a shell would read it.
    fn at_home(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.outside.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }

    /// Looks into one file, which tells by its first character whether it is the CLI's or the libraries'.
    fn look(
        &mut self,
        path: &Path,
        text: &str,
        wanted: Option<&str>,
        unknown: &mut Option<CredentialsError>,
    ) -> Result<Option<Found>, CredentialsError> {
        let shown = path.display();
        if !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
            let section = wanted.unwrap_or(ini::DEFAULT);
            let found = ini::find(path, text, section, self.outside)?;
            if found.is_none() {
                self.looked_at.push(format!("{shown}, which has no section {section}"));
            }
            return Ok(found);
        }
        match profile::find(path, text, wanted, self.outside)? {
            Search::Found(found) => return Ok(Some(*found)),
            Search::Unused(name) => {
                self.looked_at.push(format!("profile {name} in {shown}, which was never filled in"));
            }
            Search::Unknown(profile, known) => {
                self.looked_at.push(format!("{shown}, which has no profile {profile}"));
                let path = path.to_owned();
                unknown.get_or_insert(CredentialsError::ProfileUnknown { path, profile, known });
            }
        }
        Ok(None)
    }
}
