//! Who calls: keys of arguments, environment and files, in the order of the vendor's tools.
//!
//! Explicit arguments, the environment in all its spellings, the SDKs' file of sections, the configuration of the CLI:
//! the first that has any wins. Finding reads environment and files and calls nobody. Values of secrets are never in an
//! error, a log or a `Debug`.
//!
//! Source: `huaweicloudsdkcore` 3.1.219, default chain; terraform-provider-huaweicloud; `KooCLI`.

mod environment;
mod files;

use std::fmt;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::cloud::alibaba::credentials::Outside;

/// A key, its secret, and the token that goes with a temporary key.
#[derive(Clone)]
pub struct Credentials {
    /// The access key. Not secret, and yet never printed.
    pub access_key: String,
    /// The secret that signs.
    pub secret: SecretString,
    /// Present for a temporary key.
    pub token: Option<SecretString>,
    /// Where they were found, in words: "the environment", "profile default of `KooCLI`".
    pub source: String,
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
    /// `shared_config_file`.
    pub shared_config_file: Option<String>,
    /// `region`.
    pub region: Option<String>,
    /// `project_id`.
    pub project: Option<String>,
}

/// A key, and what the place where it was found says besides.
#[derive(Clone, Debug)]
pub struct Found {
    /// The key.
    pub credentials: Credentials,
    /// The region to work in.
    pub region: Option<String>,
    /// The project to work in; without one it is the one named like the region.
    pub project: Option<String>,
    /// The account.
    pub domain: Option<String>,
}

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The CLI has encrypted what it keeps, and has the key to itself.
    #[error(
        "{} keeps its keys encrypted; `hcloud configure set --cli-auth-encrypt=false` lets others read them",
        path.display()
    )]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// One of two that belong together.
    #[error("{present} is set, and none of {}", missing.join(", "))]
    Incomplete {
        /// What there is.
        present: String,
        /// What would complete it.
        missing: Vec<String>,
    },
    /// A file is not what it should be.
    #[error("{} cannot be read: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it. Nothing of it is repeated.
        reason: String,
    },
    /// A profile or a file that was asked for is not there.
    #[error("there is no {what}")]
    Missing {
        /// Which one.
        what: String,
    },
    /// There are none anywhere.
    #[error("no credentials of Huawei Cloud were found; looked at {}", looked_at.join("; "))]
    None {
        /// The places, in words.
        looked_at: Vec<String>,
    },
}

/// The first credentials that there are.
///
/// # Errors
///
/// When there are none, or when what is found first cannot be used.
pub fn find(explicit: &Explicit, outside: &dyn Outside) -> Result<Found, CredentialsError> {
    // Source: terraform-provider-huaweicloud: a profile or a file that is named is meant, whatever else there is.
    let is_named = explicit.profile.is_some() || explicit.shared_config_file.is_some();
    let found = match environment::of_arguments(explicit)? {
        Some(found) => Some(found),
        None if is_named => files::of_cli(explicit, outside)?,
        None => match environment::find(outside)? {
            Some(found) => Some(found),
            None => match files::of_sdk(outside)? {
                Some(found) => Some(found),
                None => files::of_cli(explicit, outside)?,
            },
        },
    };
    let mut found = found.ok_or_else(|| CredentialsError::None {
        looked_at: vec![
            "the provider's arguments access_key and secret_key".to_owned(),
            environment::looked_at(),
            "~/.huaweicloud/credentials".to_owned(),
            "~/.hcloud/config.json".to_owned(),
        ],
    })?;
    found.region = explicit.region.clone().or(found.region).or_else(|| environment::region(outside));
    found.project = explicit.project.clone().or(found.project);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::cloud::alibaba::credentials::fake::FakeOutside;

    const SDK_FILE: &str = "/home/u/.huaweicloud/credentials";
    const CLI_FILE: &str = "/home/u/.hcloud/config.json";

    /// Key, secret, token, region and project, or the error.
    fn told(explicit: &Explicit, outside: &FakeOutside) -> String {
        match find(explicit, outside) {
            Ok(found) => {
                let key = &found.credentials;
                let token = key.token.as_ref().map_or("-", |token| token.expose_secret());
                let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
                let (region, project) = (text(&found.region), text(&found.project));
                format!("{} {} {token} {region} {project}", key.access_key, key.secret.expose_secret())
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_environment_has_three_spellings() {
        let check = |variables: &[(&str, &str)], expected: &str| {
            let outside = FakeOutside::variables(variables);
            assert_eq!(told(&Explicit::default(), &outside), expected, "{variables:?}");
        };
        check(&[("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s")], "a s - - -");
        check(
            &[("HW_ACCESS_KEY", "a"), ("HW_SECRET_KEY", "s"), ("HW_REGION_NAME", "cn-north-4")],
            "a s - cn-north-4 -",
        );
        check(&[("OS_ACCESS_KEY", "a"), ("OS_SECRET_KEY", "s"), ("OS_REGION_NAME", "r")], "a s - r -");
        check(
            &[
                ("HW_ACCESS_KEY", "a"),
                ("HW_SECRET_KEY", "s"),
                ("HW_SECURITY_TOKEN", "t"),
                ("HW_PROJECT_ID", "p"),
            ],
            "a s t - p",
        );
        check(
            &[
                ("HUAWEICLOUD_SDK_AK", "a"),
                ("HUAWEICLOUD_SDK_SK", "s"),
                ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "t"),
            ],
            "a s t - -",
        );
        check(
            &[("HW_ACCESS_KEY", "a"), ("HUAWEICLOUD_SDK_SK", "s")],
            "HW_ACCESS_KEY is set, and none of HW_SECRET_KEY",
        );
        check(
            &[("HW_SECRET_KEY", "s"), ("HUAWEICLOUD_SDK_AK", "b"), ("HUAWEICLOUD_SDK_SK", "c")],
            "HW_SECRET_KEY is set, and none of HW_ACCESS_KEY",
        );
        check(
            &[("HW_ACCESS_KEY", ""), ("HUAWEICLOUD_SDK_AK", "b"), ("HUAWEICLOUD_SDK_SK", "c")],
            "b c - - -",
        );
    }

    #[test]
    fn arguments_win_and_take_no_token_of_others() {
        let environment = [
            ("HW_ACCESS_KEY", "a"),
            ("HW_SECRET_KEY", "s"),
            ("HW_SECURITY_TOKEN", "t"),
            ("HW_REGION_NAME", "r"),
        ];
        let outside = FakeOutside::variables(&environment);
        let explicit = Explicit {
            access_key: Some("b".to_owned()),
            secret_key: Some("c".into()),
            project: Some("p".to_owned()),
            ..Explicit::default()
        };
        assert_eq!(told(&explicit, &outside), "b c - r p");
        let alone = Explicit { access_key: Some("b".to_owned()), ..Explicit::default() };
        assert_eq!(told(&alone, &outside), "access_key is set, and none of secret_key");
    }

    #[test]
    fn the_sdks_have_a_file_of_sections() {
        let check = |text: &str, expected: &str| {
            let outside = FakeOutside::default().file(SDK_FILE, text);
            let told = told(&Explicit::default(), &outside);
            assert!(told.contains(expected), "{text}: {told}");
        };
        check("[basic]\nak = a\nsk = s\n", "a s - - -");
        check(
            "# mine\n[basic]\nak=a\nsk=s\nsecurity_token=t\nproject_id=p\n[global]\nak=x\nsk=y",
            "a s t - p",
        );
        check("[global]\nak = a\nsk = s\ndomain_id = d\n", "a s - - -");
        check("[basic]\nak = a\n", "ak is set, and none of sk");
        check("[basic\nak = a\n", "cannot be read: line 1");
        check("[basic]\nnonsense\n", "cannot be read: line 2");
        check("", "no credentials");
        let elsewhere = FakeOutside::variables(&[("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/etc/hw")])
            .file("/etc/hw", "[basic]\nak=a\nsk=s");
        assert_eq!(told(&Explicit::default(), &elsewhere), "a s - - -");
    }

    #[test]
    fn the_cli_has_profiles() {
        let check = |profile: Option<&str>, text: &str, expected: &str| {
            let outside = FakeOutside::default().file(CLI_FILE, text);
            let explicit = Explicit { profile: profile.map(str::to_owned), ..Explicit::default() };
            let told = told(&explicit, &outside);
            assert!(told.contains(expected), "{text}: {told}");
        };
        let profile = |name: &str, key: &str| {
            format!(
                r#"{{"name":"{name}","mode":"AKSK","accessKeyId":"{key}","secretAccessKey":"s","region":"r","projectId":"p"}}"#
            )
        };
        let two =
            format!(r#"{{"current":"two","profiles":[{},{}]}}"#, profile("one", "a"), profile("two", "b"));
        check(None, &two, "b s - r p");
        check(Some("one"), &two, "a s - r p");
        check(Some("three"), &two, "there is no profile three");
        let encrypted = format!(r#"{{"current":"one","profiles":[{}]}}"#, profile("one", "Zm9v+YmFy/cXV4=="));
        check(None, &encrypted, "keeps its keys encrypted");
        let session = r#"{"current":"s","profiles":[{"name":"s","mode":"SSO","region":"r","ssoAuth":{"stsToken":
            {"accessKeyId":"a","secretAccessKey":"s","securityToken":"t"}}}]}"#;
        check(None, session, "a s t r -");
        check(None, r#"{"current":"s","profiles":[{"name":"s","mode":"ecsAgency"}]}"#, "no credentials");
        check(None, "{", "cannot be read");
        check(None, r#"{"profiles":[]}"#, "no credentials");
        check(Some("one"), "", "cannot be read");
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let explicit = Explicit { shared_config_file: Some("/nowhere".to_owned()), ..Explicit::default() };
        let outside = FakeOutside::variables(&[("HW_ACCESS_KEY", "a"), ("HW_SECRET_KEY", "s")]);
        assert_eq!(told(&explicit, &outside), "there is no /nowhere");
    }

    #[test]
    fn nothing_shows_a_secret() {
        let outside = FakeOutside::variables(&[("HW_ACCESS_KEY", "who"), ("HW_SECRET_KEY", "hush")]);
        let shown = format!("{:?}", find(&Explicit::default(), &outside).expect("there is a key"));
        assert!(
            shown.contains("the environment") && !shown.contains("hush") && !shown.contains("who"),
            "{shown}"
        );
        let file = FakeOutside::default().file(SDK_FILE, "[basic]\nhush\n");
        assert!(!told(&Explicit::default(), &file).contains("hush"));
    }
}
