//! Where keys are found, from arguments to metadata. Nobody is called here.

use std::sync::Arc;

use secrecy::ExposeSecret;

use super::*;
use crate::cloud::outside::fake::FakeOutside;

const CONFIG: &str = "/home/u/.aliyun/config.json";
const INI: &str = "/home/u/.alibabacloud/credentials.ini";

/// Nothing answers that must be asked.
const NO_METADATA: (&str, &str) = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");

fn profiles(current: &str) -> String {
    format!(
        r#"{{"current":"{current}","profiles":[
          {{"name":"default","mode":"AK","access_key_id":"file-id","access_key_secret":"file-secret","region_id":"cn-beijing"}},
          {{"name":"sts","mode":"StsToken","access_key_id":"sts-id","access_key_secret":"sts-secret","sts_token":"sts-token"}},
          {{"name":"role","mode":"RamRoleArn","access_key_id":"x","access_key_secret":"y","ram_role_arn":"acs:ram::1:role/r"}},
          {{"name":"machine","mode":"EcsRamRole","ram_role_name":"x","region_id":"cn-beijing"}},
          {{"name":"old","mode":"RamRoleArnWithRoleName","ram_role_name":"x","ram_role_arn":"acs:ram::1:role/r"}},
          {{"name":"chain","mode":"ChainableRamRoleArn","source_profile":"role","ram_role_arn":"acs:ram::1:role/s"}},
          {{"name":"astray","mode":"ChainableRamRoleArn","source_profile":"nobody","ram_role_arn":"acs:ram::1:role/s"}},
          {{"name":"a","mode":"ChainableRamRoleArn","source_profile":"b","ram_role_arn":"r"}},
          {{"name":"b","mode":"ChainableRamRoleArn","source_profile":"a","ram_role_arn":"r"}},
          {{"name":"oidc","mode":"OIDC","oidc_provider_arn":"p","oidc_token_file":"/t","ram_role_arn":"r","sts_region":"cn-beijing"}},
          {{"name":"uri","mode":"CredentialsURI","credentials_uri":"http://localhost:6666/x?k=hunter2"}},
          {{"name":"far","mode":"CredentialsURI","credentials_uri":"http://example.com/hunter2"}},
          {{"name":"command","mode":"External","process_command":"keys --secret hunter2"}},
          {{"name":"open","mode":"External","process_command":"keys 'hunter2"}},
          {{"name":"sso","mode":"CloudSSO","cloud_sso_sign_in_url":"https://signin-x.example/start","cloud_sso_account_id":"1","cloud_sso_access_config":"ac"}},
          {{"name":"oauth","mode":"OAuth","oauth_site_type":"INTL"}},
          {{"name":"where","mode":"OAuth","oauth_site_type":"MARS"}},
          {{"name":"rsa","mode":"RsaKeyPair","private_key":"hunter2"}},
          {{"name":"half","mode":"AK","access_key_id":"hunter2"}},
          {{"name":"blank","mode":"AK","access_key_id":"","access_key_secret":""}},
          {{"name":"guess","access_key_id":"i","access_key_secret":"s","sts_token":"t"}}
        ],"meta_path":""}}"#
    )
}

fn shown(found: &Result<Found, CredentialsError>) -> String {
    match found {
        Ok(Found { origin, region, role }) => {
            let region = region.as_deref().unwrap_or("-");
            let role = role.as_ref().map(|(role, _)| format!(" {}", role.arn)).unwrap_or_default();
            let origin = match origin {
                Origin::Key(key) => {
                    let token = key.token.as_ref().map_or("-", |token| token.expose_secret());
                    format!("{} {} {token}", key.key_id, key.secret.expose_secret())
                }
                origin => origin.to_string(),
            };
            format!("{origin} {region}{role}")
        }
        Err(error) => {
            let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
            format!("error: {error}{}", cause.unwrap_or_default())
        }
    }
}

fn check(explicit: &Explicit, outside: &Arc<dyn Outside>, expected: &str) {
    let text = shown(&find(explicit, outside));
    assert_eq!(text, expected);
    assert!(!text.contains("hunter2"), "{text}");
}

fn nobody() -> Explicit {
    Explicit::default()
}

fn variables(pairs: &[(&str, &str)]) -> FakeOutside {
    FakeOutside::variables(pairs)
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

fn file() -> Arc<dyn Outside> {
    FakeOutside::default().file(CONFIG, &profiles("default")).shared()
}

#[test]
fn explicit_arguments_win_over_the_environment_and_that_over_the_profile() {
    check(&nobody(), &file(), "file-id file-secret - cn-beijing");
    let both = variables(&[
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "env-token"),
    ]);
    let both = both.file(CONFIG, &profiles("default")).shared();
    check(&nobody(), &both, "env-id env-secret env-token -");
    check(&keys("my-id", Some("my-secret")), &both, "my-id my-secret - -");
    check(&named("sts"), &both, "sts-id sts-secret sts-token -");
    let machine = Explicit { ecs_role_name: Some("r".into()), ..nobody() };
    check(&machine, &both, "ecs_role_name, the metadata service of this instance (role r) -");
    let uri = Explicit { credentials_uri: Some("http://127.0.0.1:1/hunter2".into()), ..nobody() };
    check(&uri, &both, "the credentials URI of the provider's credentials_uri, at 127.0.0.1:1 -");
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
        check(&nobody(), &variables(&[(id, "id"), (secret, "secret")]).shared(), "id secret - -");
    }
    for token in [
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        "ALIBABACLOUD_SECURITY_TOKEN",
        "ALICLOUD_SECURITY_TOKEN",
        "SECURITY_TOKEN",
    ] {
        let pairs = [("ACCESS_KEY_ID", "id"), ("ACCESS_KEY_SECRET", "secret"), (token, "token")];
        check(&nobody(), &variables(&pairs).shared(), "id secret token -");
    }
}

#[test]
fn a_secret_is_taken_from_the_family_of_its_key() {
    let outside = variables(&[
        ("ALICLOUD_SECRET_KEY", "other-secret"),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"),
    ]);
    check(&nobody(), &outside.shared(), "id secret - -");
}

#[test]
fn an_explicit_key_may_leave_its_secret_to_the_environment() {
    let outside = variables(&[("ALICLOUD_SECRET_KEY", "env-secret")]).shared();
    check(&keys("my-id", None), &outside, "my-id env-secret - -");
}

#[test]
fn an_empty_variable_is_not_set() {
    let outside = variables(&[("ALICLOUD_ACCESS_KEY", "")]).file(CONFIG, &profiles("sts")).shared();
    check(&nobody(), &outside, "sts-id sts-secret sts-token -");
}

#[test]
fn half_a_key_is_an_error_and_does_not_fall_back() {
    let outside = variables(&[("ALICLOUD_ACCESS_KEY", "hunter2")]).file(CONFIG, &profiles("default"));
    let text = shown(&find(&nobody(), &outside.shared()));
    assert!(text.contains("ALICLOUD_ACCESS_KEY is set") && text.contains("ALICLOUD_SECRET_KEY"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn oidc_is_taken_when_the_environment_has_all_of_it() {
    let all = [
        ("ALIBABA_CLOUD_ROLE_ARN", "r"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/t"),
    ];
    let outside = |pairs: &[(&str, &str)]| variables(pairs).file(CONFIG, &profiles("default")).shared();
    check(&nobody(), &outside(&all), "OIDC as the environment describes it -");
    check(&nobody(), &outside(&all[..2]), "file-id file-secret - cn-beijing");
    check(&named("sts"), &outside(&all), "sts-id sts-secret sts-token -");
    let other = all.map(|(name, value)| (name.replace("ALIBABA_CLOUD", "ALIBABACLOUD"), value));
    let other = other.each_ref().map(|(name, value)| (name.as_str(), *value));
    check(&nobody(), &outside(&other), "OIDC as the environment describes it -");
}

#[test]
fn profiles_are_chosen_by_argument_variable_and_current() {
    let outside = |pairs: &[(&str, &str)]| variables(pairs).file(CONFIG, &profiles("default")).shared();
    check(&named("sts"), &outside(&[("ALICLOUD_PROFILE", "default")]), "sts-id sts-secret sts-token -");
    for name in ["ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE"] {
        check(&nobody(), &outside(&[(name, "sts")]), "sts-id sts-secret sts-token -");
    }
}

#[test]
fn every_mode_of_a_profile_says_where_its_keys_come_from() {
    let check = |profile: &str, expected: &str| check(&named(profile), &file(), expected);
    check("default", "file-id file-secret - cn-beijing");
    check("sts", "sts-id sts-secret sts-token -");
    check("role", "x y - - acs:ram::1:role/r");
    let machine = |profile: &str| {
        format!("profile {profile} of the Alibaba Cloud CLI, the metadata service of this instance (role x)")
    };
    check("machine", &format!("{} cn-beijing", machine("machine")));
    check("old", &format!("role acs:ram::1:role/r, assumed by {} -", machine("old")));
    check(
        "chain",
        "role acs:ram::1:role/s, assumed by role acs:ram::1:role/r, assumed by profile role of the Alibaba Cloud CLI -",
    );
    check("oidc", "profile oidc of the Alibaba Cloud CLI -");
    check("uri", "the credentials URI of profile uri of the Alibaba Cloud CLI, at localhost:6666 -");
    check("command", "profile command of the Alibaba Cloud CLI -");
    check("sso", "profile sso of the Alibaba Cloud CLI -");
    check("oauth", "profile oauth of the Alibaba Cloud CLI -");
    check("guess", "i s t -");
}

#[test]
fn what_cannot_be_used_is_named_without_values() {
    let check = |profile: &str, expected: &str| check(&named(profile), &file(), expected);
    check(
        "half",
        "error: profile \"half\" in /home/u/.aliyun/config.json has mode AK and no access_key_secret",
    );
    check(
        "rsa",
        "error: profile \"rsa\" in /home/u/.aliyun/config.json has mode \"RsaKeyPair\", which cannot sign calls to Cloud Backup: use another profile, or change it with `aliyun configure`",
    );
    check(
        "a",
        "error: profiles in /home/u/.aliyun/config.json are each other's source: a -> b -> a; one of them needs a key of its own",
    );
    check(
        "where",
        "error: profile \"where\" in /home/u/.aliyun/config.json has mode OAuth and no oauth_site_type of CN or INTL",
    );
    check(
        "open",
        "error: the command of profile open of the Alibaba Cloud CLI gave no key: a quote in process_command is not closed",
    );
    check(
        "far",
        "error: profile far of the Alibaba Cloud CLI is not an address to ask for credentials: endpoint \"example.com\" cannot be used: plain HTTP is allowed only to this machine; use https",
    );
    for profile in ["nobody", "astray"] {
        let text = shown(&find(&named(profile), &file()));
        let expected =
            "error: /home/u/.aliyun/config.json has no profile \"nobody\"; it has default, sts, role,";
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
fn a_file_that_is_none_is_told_by_its_place() {
    let broken = |text: &str| FakeOutside::default().file(CONFIG, text).shared();
    check(
        &nobody(),
        &broken("{\"current\": \"hunter2\", \"profiles\": \"hunter2\"}"),
        "error: /home/u/.aliyun/config.json is not a configuration of the Alibaba Cloud CLI (line 1, column 44)",
    );
    check(
        &nobody(),
        &FakeOutside::default().file(INI, "[default]\ntype = access_key\nhunter2\n").shared(),
        "error: /home/u/.alibabacloud/credentials.ini is not a file of sections and `name = value` (line 3)",
    );
}

#[test]
fn commands_and_addresses_of_profiles_can_be_switched_off() {
    for profile in ["command", "uri"] {
        let outside = variables(&[("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1")]);
        check(
            &named(profile),
            &outside.file(CONFIG, &profiles("default")).shared(),
            &format!(
                "error: profile {profile} of the Alibaba Cloud CLI needs what ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS switches off; unset it, or use another profile"
            ),
        );
    }
}

#[test]
fn profiles_can_be_switched_off() {
    for (name, value) in
        [("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE"), ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")]
    {
        let outside = variables(&[(name, value), NO_METADATA]).file(CONFIG, &profiles("default")).shared();
        let text = shown(&find(&nobody(), &outside));
        assert!(text.contains(&format!("{name} switches the CLI's profiles off")), "{text}");
        check(&named("sts"), &outside, "sts-id sts-secret sts-token -");
    }
}

#[test]
fn a_current_profile_that_was_never_filled_in_is_passed_over() {
    let outside = FakeOutside::default()
        .file(CONFIG, &profiles("blank"))
        .file(INI, "[default]\ntype=access_key\naccess_key_id=i\naccess_key_secret=s");
    check(&nobody(), &outside.shared(), "i s - -");
    let text = shown(&find(&named("blank"), &file()));
    assert!(text.ends_with("has mode AK and no access_key_id"), "{text}");
}

#[test]
fn sections_of_the_libraries_file_say_where_keys_come_from() {
    let ini = "# keys\n[default]\ntype = access_key            ; the usual\naccess_key_id = i # of mine\naccess_key_secret: s\n\
        [r]\ntype=ram_role_arn\naccess_key_id=i\naccess_key_secret=s\nrole_arn=arn\n\
        [o]\ntype=oidc_role_arn\nrole_arn=arn\noidc_provider_arn=p\noidc_token_file_path=/t\n\
        [m]\ntype=ecs_ram_role\nrole_name=x\n[k]\ntype=rsa_key_pair\n[n]\ntype=access_key\naccess_key_id=hunter2\n";
    let check_section = |section: Option<&str>, expected: &str| {
        let pairs: Vec<_> = section.map(|name| ("ALIBABA_CLOUD_PROFILE", name)).into_iter().collect();
        check(&nobody(), &variables(&pairs).file(INI, ini).shared(), expected);
    };
    check_section(None, "i s - -");
    check_section(Some("r"), "role arn, assumed by section r of /home/u/.alibabacloud/credentials.ini -");
    check_section(Some("o"), "section o of /home/u/.alibabacloud/credentials.ini -");
    check_section(
        Some("m"),
        "section m of /home/u/.alibabacloud/credentials.ini, the metadata service of this instance (role x) -",
    );
    check_section(
        Some("k"),
        "error: profile \"k\" in /home/u/.alibabacloud/credentials.ini has mode \"rsa_key_pair\", which cannot sign calls to Cloud Backup: use another profile, or change it with `aliyun configure`",
    );
    check_section(
        Some("n"),
        "error: profile \"n\" in /home/u/.alibabacloud/credentials.ini has mode access_key and no access_key_secret",
    );
    // The Go and Java libraries' name, and a profile that only the second file has.
    let other = FakeOutside::default().file("/home/u/.alibabacloud/credentials", ini);
    check(&nobody(), &other.shared(), "i s - -");
    let both = variables(&[("ALIBABA_CLOUD_PROFILE", "r")]).file(CONFIG, &profiles("default")).file(INI, ini);
    check(
        &nobody(),
        &both.shared(),
        "role arn, assumed by section r of /home/u/.alibabacloud/credentials.ini -",
    );
}

#[test]
fn the_file_can_be_elsewhere_and_tells_by_itself_what_it_is() {
    let json = FakeOutside::default().file("/home/u/other", &profiles("sts")).shared();
    let explicit = Explicit { shared_credentials_file: Some("~/other".into()), ..nobody() };
    check(&explicit, &json, "sts-id sts-secret sts-token -");
    for name in ["ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"] {
        let outside = |text: &str| variables(&[(name, "/x")]).file("/x", text).shared();
        check(&nobody(), &outside(&profiles("sts")), "sts-id sts-secret sts-token -");
        let ini = "[default]\ntype=access_key\naccess_key_id=i\naccess_key_secret=s";
        check(&nobody(), &outside(ini), "i s - -");
        let text = shown(&find(&nobody(), &variables(&[(name, "/none")]).shared()));
        assert!(text.starts_with("error: /none could not be read"), "{text}");
    }
}

#[test]
fn a_role_comes_from_a_profile_or_from_the_environment() {
    for name in ["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABACLOUD_ROLE_ARN"] {
        let outside = variables(&[(name, "arn"), ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "me")]);
        let expected = Role { arn: "arn".into(), session_name: Some("me".into()), ..Role::default() };
        assert_eq!(role(&outside), Some(expected), "{name}");
    }
    // Together with a provider's ARN and a token file, the variable means OIDC.
    let oidc = [("ALIBABA_CLOUD_ROLE_ARN", "arn"), ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p")];
    assert_eq!(role(&variables(&oidc)), None);
}

#[test]
fn the_sts_of_roles_comes_from_the_environment() {
    let place = sts_place(&variables(&[
        ("ALIBABA_CLOUD_STS_ENDPOINT", "sts.example.com"),
        ("ALIBABA_CLOUD_STS_REGION", "cn-beijing"),
        ("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true"),
    ]));
    let place = place.expect("an address");
    assert_eq!(place.endpoint.map(|endpoint| endpoint.host()).as_deref(), Some("sts.example.com"));
    assert_eq!((place.region.as_deref(), place.vpc), (Some("cn-beijing"), Some(true)));
    let bad = sts_place(&variables(&[("ALIBABA_CLOUD_STS_ENDPOINT", "http://sts.example.com")]));
    assert!(bad.is_err_and(|error| error.to_string().starts_with("ALIBABA_CLOUD_STS_ENDPOINT is not")));
}

#[test]
fn what_must_be_asked_comes_last() {
    check(
        &nobody(),
        &FakeOutside::default().shared(),
        "the metadata service of this instance, whichever answers first -",
    );
    let role = variables(&[
        ("ALIBABA_CLOUD_ECS_METADATA", "r"),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", "https://a.example/b"),
    ]);
    check(
        &nobody(),
        &role.shared(),
        "the metadata service of this instance (role r) or the credentials URI of ALIBABA_CLOUD_CREDENTIALS_URI, at a.example, whichever answers first -",
    );
    let bad = variables(&[("ALIBABA_CLOUD_CREDENTIALS_URI", "http://a.example/b")]).shared();
    check(
        &nobody(),
        &bad,
        "error: ALIBABA_CLOUD_CREDENTIALS_URI is not an address to ask for credentials: endpoint \"a.example\" cannot be used: plain HTTP is allowed only to this machine; use https",
    );
}

#[test]
fn missing_credentials_list_what_was_looked_at() {
    let text = shown(&find(&nobody(), &variables(&[NO_METADATA]).shared()));
    let places = [
        "the provider's arguments",
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALICLOUD_SECRET_KEY",
        "OIDC, for which ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set",
        CONFIG,
        INI,
        "the metadata service, which ALIBABA_CLOUD_ECS_METADATA_DISABLED switches off",
        "ALIBABA_CLOUD_CREDENTIALS_URI, which is not set",
    ];
    for place in places {
        assert!(text.contains(place), "{text}");
    }
}

#[test]
fn credentials_show_where_they_are_from_and_nothing_else() {
    let credentials = Credentials::new("hunter2".into(), "hunter3".to_owned().into(), None, "a test".into());
    assert_eq!(format!("{credentials:?}"), "Credentials(from a test)");
    let keyring = Keyring::of_key(credentials);
    assert_eq!(format!("{keyring:?}"), "Keyring(a test)");
}
