//! Who calls: keys from explicit arguments, the environment, or the profiles of the vendor's CLI, in this order.
//!
//! Environment and files come in from outside. Values of secrets are never in an error, a log or a `Debug`.
//! OIDC and instance metadata are not there yet; a profile that asks for one is refused by name.

mod environment;
mod profile;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::role::Role;
pub use environment::{ENDPOINT_TYPE, PROFILE, REGION, role};

/// Environment and files, as far as credentials are looked for in them.
pub trait Outside {
    /// A variable of the environment; `None` when it is not set.
    fn variable(&self, name: &str) -> Option<String>;

    /// The text of a file.
    ///
    /// # Errors
    ///
    /// As reading a file fails; `NotFound` means that there is none.
    fn read(&self, path: &Path) -> io::Result<String>;

    /// The user's home directory.
    fn home(&self) -> Option<PathBuf>;
}

/// A key, its secret, and the token that goes with a temporary key.
#[derive(Clone)]
pub struct Credentials {
    /// The key's id. Not secret, and yet never printed.
    pub key_id: String,
    /// The secret that signs.
    pub secret: SecretString,
    /// Present for a temporary key.
    pub token: Option<SecretString>,
    /// Where they were found, in words: "the environment", "profile default of the Alibaba Cloud CLI".
    pub source: String,
}

impl Credentials {
    /// Puts the parts together.
    pub fn new(key_id: String, secret: SecretString, token: Option<SecretString>, source: String) -> Self {
        Self { key_id, secret, token, source }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials(from {})", self.source)
    }
}

/// What the `provider` block says of credentials.
#[derive(Clone, Default)]
pub struct Explicit {
    /// `access_key`.
    pub access_key: Option<String>,
    /// `secret_key`.
    pub secret_key: Option<SecretString>,
    /// `security_token`.
    pub security_token: Option<SecretString>,
    /// `profile`.
    pub profile: Option<String>,
    /// `shared_credentials_file`.
    pub shared_credentials_file: Option<String>,
}

/// Credentials, and the region that the place where they were found names.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who calls.
    pub credentials: Credentials,
    /// The profile's region.
    pub region: Option<String>,
    /// The role that the profile wants to call in.
    pub role: Option<Role>,
}

/// No credentials, or none that can be used. Names places and fields, never values.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The profile file is not what the vendor's CLI writes.
    #[error("{} is not a configuration of the Alibaba Cloud CLI (line {line}, column {column})", path.display())]
    FileFormat {
        /// The file.
        path: PathBuf,
        /// Where reading failed.
        line: usize,
        /// Where reading failed.
        column: usize,
    },
    /// The profile file cannot be read.
    #[error("{} could not be read", path.display())]
    FileRead {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// One half of a key is there.
    #[error("the access key is incomplete: {present} is set, and there is none of {}", missing.join(", "))]
    Incomplete {
        /// What is there.
        present: String,
        /// What could complete it.
        missing: Vec<String>,
    },
    /// Nothing was found anywhere.
    #[error(
        "no credentials for Alibaba Cloud; looked at {} (OIDC and instance metadata are not supported yet)",
        looked_at.join("; ")
    )]
    Missing {
        /// The places, in order.
        looked_at: Vec<String>,
    },
    /// A profile lacks what its mode needs.
    #[error("profile {profile:?} in {} has mode {mode} and no {field}", path.display())]
    ProfileField {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: String,
        /// Its mode.
        mode: String,
        /// What it lacks.
        field: &'static str,
    },
    /// A profile asks for something that is not there yet.
    #[error("profile {profile:?} in {} has mode {mode}, which is not supported yet: use AK, StsToken or RamRoleArn", path.display())]
    ProfileMode {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: String,
        /// Its mode.
        mode: String,
    },
    /// The profile that was asked for is not in the file.
    #[error("{} has no profile {profile:?}; it has {}", path.display(), if known.is_empty() { "none".to_owned() } else { known.join(", ") })]
    ProfileUnknown {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        profile: String,
        /// What is there.
        known: Vec<String>,
    },
}

/// Finds credentials: explicit arguments, environment, CLI profile. The first place that has any wins.
///
/// A profile that the `provider` block names is an explicit argument and wins over the environment.
///
/// # Errors
///
/// When there are none, or those found cannot be used: half a key is an error and not a reason to look further.
pub fn find(explicit: &Explicit, outside: &dyn Outside) -> Result<Found, CredentialsError> {
    let keyed = explicit.access_key.is_some() || explicit.secret_key.is_some();
    let mut looked_at = vec!["the provider's arguments access_key, secret_key and profile".to_owned()];
    if keyed || explicit.profile.is_none() {
        if let Some(credentials) = environment::find(explicit, outside)? {
            return Ok(Found { credentials, region: None, role: None });
        }
        looked_at.push(environment::looked_at());
    }
    match profile::find(explicit, outside)? {
        profile::Search::Found(found) => Ok(found),
        profile::Search::Nothing(place) => {
            looked_at.push(place);
            Err(CredentialsError::Missing { looked_at })
        }
    }
}

/// The first of the variables that is set and not empty.
pub fn first_set(names: &[&str], outside: &dyn Outside) -> Option<(String, String)> {
    let set = |name: &&str| outside.variable(name).filter(|value| !value.is_empty());
    names.iter().find_map(|name| Some(((*name).to_owned(), set(name)?)))
}

/// Whether a switch of the environment is on.
fn is_on(name: &str, outside: &dyn Outside) -> bool {
    outside.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
}

#[cfg(test)]
pub(crate) mod fake {
    use std::collections::BTreeMap;

    use super::{Outside, Path, PathBuf, io};

    /// Variables and files by name; home is `/home/u`.
    #[derive(Default)]
    pub(crate) struct FakeOutside {
        pub(crate) variables: BTreeMap<String, String>,
        pub(crate) files: BTreeMap<PathBuf, String>,
    }

    impl FakeOutside {
        pub(crate) fn variables(pairs: &[(&str, &str)]) -> Self {
            let variables = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            Self { variables, ..Self::default() }
        }

        pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
            self.files.insert(path.into(), text.into());
            self
        }
    }

    impl Outside for FakeOutside {
        fn variable(&self, name: &str) -> Option<String> {
            self.variables.get(name).cloned()
        }

        fn read(&self, path: &Path) -> io::Result<String> {
            self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
        }

        fn home(&self) -> Option<PathBuf> {
            Some("/home/u".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::fake::FakeOutside;
    use super::*;

    const CONFIG: &str = "/home/u/.aliyun/config.json";

    fn profiles(current: &str) -> String {
        format!(
            r#"{{"current":"{current}","profiles":[
              {{"name":"default","mode":"AK","access_key_id":"file-id","access_key_secret":"file-secret","region_id":"cn-beijing"}},
              {{"name":"sts","mode":"StsToken","access_key_id":"sts-id","access_key_secret":"sts-secret","sts_token":"sts-token"}},
              {{"name":"role","mode":"RamRoleArn","access_key_id":"x","access_key_secret":"y","ram_role_arn":"acs:ram::1:role/r"}},
              {{"name":"machine","mode":"EcsRamRole","ram_role_name":"x"}},
              {{"name":"half","mode":"AK","access_key_id":"hunter2"}}
            ],"meta_path":""}}"#
        )
    }

    fn shown(found: &Result<Found, CredentialsError>) -> String {
        match found {
            Ok(Found { credentials: Credentials { key_id, secret, token, .. }, region, role }) => {
                let token = token.as_ref().map_or("-", |token| token.expose_secret());
                let region = region.as_deref().unwrap_or("-");
                let role = role.as_ref().map(|role| format!(" {}", role.arn)).unwrap_or_default();
                format!("{key_id} {} {token} {region}{role}", secret.expose_secret())
            }
            Err(error) => format!("error: {error}"),
        }
    }

    fn check(explicit: &Explicit, outside: &FakeOutside, expected: &str) {
        assert_eq!(shown(&find(explicit, outside)), expected);
    }

    fn keys(access_key: &str, secret_key: Option<&str>) -> Explicit {
        Explicit {
            access_key: Some(access_key.into()),
            secret_key: secret_key.map(|secret| secret.to_owned().into()),
            ..Explicit::default()
        }
    }

    fn named(profile: &str) -> Explicit {
        Explicit { profile: Some(profile.into()), ..Explicit::default() }
    }

    #[test]
    fn explicit_arguments_win_over_the_environment_and_that_over_the_profile() {
        let file = FakeOutside::default().file(CONFIG, &profiles("default"));
        check(&Explicit::default(), &file, "file-id file-secret - cn-beijing");
        let both = FakeOutside::variables(&[
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret"),
            ("ALIBABA_CLOUD_SECURITY_TOKEN", "env-token"),
        ])
        .file(CONFIG, &profiles("default"));
        check(&Explicit::default(), &both, "env-id env-secret env-token -");
        check(&keys("my-id", Some("my-secret")), &both, "my-id my-secret - -");
        check(&named("sts"), &both, "sts-id sts-secret sts-token -");
    }

    #[test]
    fn every_spelling_of_the_environment_is_read() {
        for (id, secret) in [
            ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
            ("ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET"),
            ("ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET"),
            ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET"),
        ] {
            check(
                &Explicit::default(),
                &FakeOutside::variables(&[(id, "id"), (secret, "secret")]),
                "id secret - -",
            );
        }
        for token in [
            "ALIBABA_CLOUD_SECURITY_TOKEN",
            "ALIBABACLOUD_SECURITY_TOKEN",
            "ALICLOUD_SECURITY_TOKEN",
            "SECURITY_TOKEN",
        ] {
            let outside = FakeOutside::variables(&[
                ("ACCESS_KEY_ID", "id"),
                ("ACCESS_KEY_SECRET", "secret"),
                (token, "token"),
            ]);
            check(&Explicit::default(), &outside, "id secret token -");
        }
    }

    #[test]
    fn a_secret_is_taken_from_the_family_of_its_key() {
        let outside = FakeOutside::variables(&[
            ("ALICLOUD_SECRET_KEY", "other-secret"),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"),
        ]);
        check(&Explicit::default(), &outside, "id secret - -");
    }

    #[test]
    fn an_explicit_key_may_leave_its_secret_to_the_environment() {
        let outside = FakeOutside::variables(&[("ALICLOUD_SECRET_KEY", "env-secret")]);
        check(&keys("my-id", None), &outside, "my-id env-secret - -");
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        let outside = FakeOutside::variables(&[("ALICLOUD_ACCESS_KEY", "")]).file(CONFIG, &profiles("sts"));
        check(&Explicit::default(), &outside, "sts-id sts-secret sts-token -");
    }

    #[test]
    fn half_a_key_is_an_error_and_does_not_fall_back() {
        let outside =
            FakeOutside::variables(&[("ALICLOUD_ACCESS_KEY", "hunter2")]).file(CONFIG, &profiles("default"));
        let text = shown(&find(&Explicit::default(), &outside));
        assert!(
            text.contains("ALICLOUD_ACCESS_KEY is set") && text.contains("ALICLOUD_SECRET_KEY"),
            "{text}"
        );
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[test]
    fn profiles_are_chosen_by_argument_variable_and_current() {
        let outside =
            |pairs: &[(&str, &str)]| FakeOutside::variables(pairs).file(CONFIG, &profiles("default"));
        check(&named("sts"), &outside(&[("ALICLOUD_PROFILE", "default")]), "sts-id sts-secret sts-token -");
        for name in ["ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE"] {
            check(&Explicit::default(), &outside(&[(name, "sts")]), "sts-id sts-secret sts-token -");
        }
    }

    #[test]
    fn profiles_can_be_switched_off() {
        for (name, value) in
            [("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE"), ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")]
        {
            let outside = FakeOutside::variables(&[(name, value)]).file(CONFIG, &profiles("default"));
            let text = shown(&find(&Explicit::default(), &outside));
            assert!(text.contains(&format!("{name} switches the CLI's profiles off")), "{text}");
            check(&named("sts"), &outside, "sts-id sts-secret sts-token -");
        }
    }

    #[test]
    fn the_profile_file_can_be_elsewhere() {
        let outside = FakeOutside::default().file("/home/u/other.json", &profiles("sts"));
        let explicit =
            Explicit { shared_credentials_file: Some("~/other.json".into()), ..Explicit::default() };
        check(&explicit, &outside, "sts-id sts-secret sts-token -");
        for name in ["ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"] {
            let outside = FakeOutside::variables(&[(name, "/x.json")]).file("/x.json", &profiles("sts"));
            check(&Explicit::default(), &outside, "sts-id sts-secret sts-token -");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_without_values() {
        let file = FakeOutside::default().file(CONFIG, &profiles("default"));
        check(
            &named("machine"),
            &file,
            "error: profile \"machine\" in /home/u/.aliyun/config.json has mode EcsRamRole, which is not supported yet: use AK, StsToken or RamRoleArn",
        );
        check(
            &named("half"),
            &file,
            "error: profile \"half\" in /home/u/.aliyun/config.json has mode AK and no access_key_secret",
        );
        check(
            &named("nobody"),
            &file,
            "error: /home/u/.aliyun/config.json has no profile \"nobody\"; it has default, sts, role, machine, half",
        );
        let broken =
            FakeOutside::default().file(CONFIG, "{\"current\": \"hunter2\", \"profiles\": \"hunter2\"}");
        check(
            &Explicit::default(),
            &broken,
            "error: /home/u/.aliyun/config.json is not a configuration of the Alibaba Cloud CLI (line 1, column 44)",
        );
    }

    #[test]
    fn a_role_comes_from_a_profile_or_from_the_environment() {
        let file = FakeOutside::default().file(CONFIG, &profiles("role"));
        check(&Explicit::default(), &file, "x y - - acs:ram::1:role/r");
        for name in ["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABACLOUD_ROLE_ARN"] {
            let outside = FakeOutside::variables(&[(name, "arn"), ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "me")]);
            let expected = Role { arn: "arn".into(), session_name: Some("me".into()), ..Role::default() };
            assert_eq!(role(&outside), Some(expected), "{name}");
        }
        // Together with a provider's ARN and a token file, the variable means OIDC.
        let oidc = [("ALIBABA_CLOUD_ROLE_ARN", "arn"), ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p")];
        assert_eq!(role(&FakeOutside::variables(&oidc)), None);
    }

    #[test]
    fn missing_credentials_list_what_was_looked_at() {
        let text = shown(&find(&Explicit::default(), &FakeOutside::default()));
        for place in ["access_key", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_SECRET_KEY", CONFIG] {
            assert!(text.contains(place), "{text}");
        }
    }

    #[test]
    fn credentials_show_where_they_are_from_and_nothing_else() {
        let credentials =
            Credentials::new("hunter2".into(), "hunter3".to_owned().into(), None, "a test".into());
        assert_eq!(format!("{credentials:?}"), "Credentials(from a test)");
    }
}
