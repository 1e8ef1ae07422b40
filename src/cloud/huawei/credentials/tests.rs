use secrecy::ExposeSecret as _;

use super::*;
use crate::cloud::outside::fake::FakeOutside;

const SDK_FILE: &str = "/home/u/.huaweicloud/credentials";
const CLI_FILE: &str = "/home/u/.hcloud/config.json";

/// What is left when nothing says anything: asking the server and the container.
const NOWHERE: &str = "the metadata service of this server, whichever answers first - -";

/// Key, secret, token, region and project, or where else keys come from, or the error.
fn told(explicit: &Explicit, outside: FakeOutside) -> String {
    match find(explicit, &outside.shared()) {
        Ok(found) => {
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            let (region, project) = (text(&found.region), text(&found.project));
            let key = match &found.origin {
                Origin::Authority(authority) => match &**authority {
                    Authority::Key(key) => {
                        let token = key.token.as_ref().map_or("-", |token| token.expose_secret());
                        format!("{} {} {token}", key.access_key, key.secret.expose_secret())
                    }
                    Authority::Token(token) => format!("token {}", token.token.expose_secret()),
                },
                origin => origin.to_string(),
            };
            format!("{key} {region} {project}")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_environment_has_three_spellings() {
    let check = |variables: &[(&str, &str)], expected: &str| {
        let outside = FakeOutside::variables(variables);
        assert_eq!(told(&Explicit::default(), outside), expected, "{variables:?}");
    };
    check(&[("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s")], "a s - - -");
    check(
        &[("HW_ACCESS_KEY", "a"), ("HW_SECRET_KEY", "s"), ("HW_REGION_NAME", "cn-north-4")],
        "a s - cn-north-4 -",
    );
    check(&[("OS_ACCESS_KEY", "a"), ("OS_SECRET_KEY", "s"), ("OS_REGION_NAME", "r")], "a s - r -");
    check(
        &[("HW_ACCESS_KEY", "a"), ("HW_SECRET_KEY", "s"), ("HW_SECURITY_TOKEN", "t"), ("HW_PROJECT_ID", "p")],
        "a s t - p",
    );
    check(
        &[("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s"), ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "t")],
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
    check(&[("HW_ACCESS_KEY", ""), ("HUAWEICLOUD_SDK_AK", "b"), ("HUAWEICLOUD_SDK_SK", "c")], "b c - - -");
}

#[test]
fn arguments_win_and_take_no_token_of_others() {
    let environment =
        [("HW_ACCESS_KEY", "a"), ("HW_SECRET_KEY", "s"), ("HW_SECURITY_TOKEN", "t"), ("HW_REGION_NAME", "r")];
    let outside = FakeOutside::variables(&environment);
    let explicit = Explicit {
        access_key: Some("b".to_owned()),
        secret_key: Some("c".into()),
        project: Some("p".to_owned()),
        ..Explicit::default()
    };
    assert_eq!(told(&explicit, outside), "b c - r p");
    let alone = Explicit { access_key: Some("b".to_owned()), ..Explicit::default() };
    assert_eq!(
        told(&alone, FakeOutside::variables(&environment)),
        "access_key is set, and none of secret_key"
    );
}

#[test]
fn the_sdks_have_a_file_of_sections() {
    let check = |text: &str, expected: &str| {
        let outside = FakeOutside::default().file(SDK_FILE, text);
        let told = told(&Explicit::default(), outside);
        assert!(told.contains(expected), "{text}: {told}");
    };
    check("[basic]\nak = a\nsk = s\n", "a s - - -");
    check("# mine\n[basic]\nak=a\nsk=s\nsecurity_token=t\nproject_id=p\n[global]\nak=x\nsk=y", "a s t - p");
    check("[global]\nak = a\nsk = s\ndomain_id = d\n", "a s - - -");
    check("[basic]\nak = a\n", "ak is set, and none of sk");
    check("[basic\nak = a\n", "cannot be read: line 1");
    check("[basic]\nnonsense\n", "cannot be read: line 2");
    check("", NOWHERE);
    check(
        "[basic]\nidp_id = i\nid_token_file = /t\nak = a\nsk = s\n",
        "the identity provider of /home/u/.huaweicloud/credentials - -",
    );
    let elsewhere = FakeOutside::variables(&[("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/etc/hw")])
        .file("/etc/hw", "[basic]\nak=a\nsk=s");
    assert_eq!(told(&Explicit::default(), elsewhere), "a s - - -");
}

#[test]
fn the_cli_has_profiles() {
    let check = |profile: Option<&str>, text: &str, expected: &str| {
        let outside = FakeOutside::default().file(CLI_FILE, text);
        let explicit = Explicit { profile: profile.map(str::to_owned), ..Explicit::default() };
        let told = told(&explicit, outside);
        assert!(told.contains(expected), "{text}: {told}");
    };
    let profile = |name: &str, key: &str| {
        format!(
            r#"{{"name":"{name}","mode":"AKSK","accessKeyId":"{key}","secretAccessKey":"s","region":"r","projectId":"p"}}"#
        )
    };
    let two = format!(r#"{{"current":"two","profiles":[{},{}]}}"#, profile("one", "a"), profile("two", "b"));
    check(None, &two, "b s - r p");
    check(Some("one"), &two, "a s - r p");
    check(Some("three"), &two, "there is no profile three");
    let encrypted = format!(r#"{{"current":"one","profiles":[{}]}}"#, profile("one", "Zm9v+YmFy/cXV4=="));
    check(None, &encrypted, "keeps its keys encrypted");
    let session = r#"{"current":"s","profiles":[{"name":"s","mode":"SSO","region":"r","ssoAuth":{"stsToken":
        {"accessKeyId":"a","secretAccessKey":"s","securityToken":"t"}}}]}"#;
    check(None, session, "a s t r -");
    check(None, "{", "cannot be read");
    check(None, r#"{"profiles":[]}"#, NOWHERE);
    check(Some("one"), "", "cannot be read");
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let explicit = Explicit { shared_config_file: Some("/nowhere".to_owned()), ..Explicit::default() };
    let outside = FakeOutside::variables(&[("HW_ACCESS_KEY", "a"), ("HW_SECRET_KEY", "s")]);
    assert_eq!(told(&explicit, outside), "there is no /nowhere");
}

#[test]
fn nothing_shows_a_secret() {
    let outside = FakeOutside::variables(&[("HW_ACCESS_KEY", "who"), ("HW_SECRET_KEY", "hush")]);
    let shown = format!("{:?}", find(&Explicit::default(), &outside.shared()).expect("there is a key"));
    assert!(
        shown.contains("the environment") && !shown.contains("hush") && !shown.contains("who"),
        "{shown}"
    );
    let file = FakeOutside::default().file(SDK_FILE, "[basic]\nhush\n");
    assert!(!told(&Explicit::default(), file).contains("hush"));
}

#[test]
fn tokens_go_before_keys_and_keys_before_passwords() {
    let check = |variables: &[(&str, &str)], expected: &str| {
        assert_eq!(told(&Explicit::default(), FakeOutside::variables(variables)), expected, "{variables:?}");
    };
    let all = [
        ("HW_USER_NAME", "u"),
        ("HW_USER_PASSWORD", "p"),
        ("HW_DOMAIN_NAME", "d"),
        ("HW_ACCESS_KEY", "a"),
        ("HW_SECRET_KEY", "s"),
        ("HW_AUTH_TOKEN", "t"),
    ];
    check(&all[..3], "the environment - -");
    check(&all[..5], "a s - - -");
    check(&all, "token t - -");
    check(&[("OS_USERNAME", "u")], NOWHERE);
    check(&[("OS_AUTH_TOKEN", "t"), ("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s")], "a s - - -");
}

#[test]
fn identity_providers_go_before_keys() {
    let key = [("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s")];
    let check = |more: &[(&str, &str)], expected: &str| {
        let variables: Vec<(&str, &str)> = key.iter().chain(more).copied().collect();
        assert_eq!(told(&Explicit::default(), FakeOutside::variables(&variables)), expected, "{more:?}");
    };
    check(
        &[
            ("HUAWEICLOUD_OIDC_PROVIDER_URN", "p"),
            ("HUAWEICLOUD_OIDC_AGENCY_URN", "a"),
            ("HUAWEICLOUD_OIDC_ID_TOKEN", "t"),
        ],
        "the identity provider of the environment (HUAWEICLOUD_OIDC_PROVIDER_URN) - -",
    );
    check(&[("HUAWEICLOUD_OIDC_PROVIDER_URN", "p"), ("HUAWEICLOUD_OIDC_AGENCY_URN", "a")], "a s - - -");
    check(
        &[("HUAWEICLOUD_SDK_IDP_ID", "i"), ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/t")],
        "the identity provider of the environment (HUAWEICLOUD_SDK_IDP_ID) - -",
    );
    check(&[("HUAWEICLOUD_SDK_IDP_ID", "i")], "a s - - -");
    check(
        &[("HW_ASSUME_ROLE_IDP_ID", "i"), ("HW_ASSUME_ROLE_ID_TOKEN", "t")],
        "the identity provider of the environment (HW_ASSUME_ROLE_IDP_ID) - -",
    );
}

#[test]
fn an_agency_is_assumed_with_whatever_was_found() {
    let check = |more: &[(&str, &str)], expected: &str| {
        let key = [("HW_ACCESS_KEY", "a"), ("HW_SECRET_KEY", "s"), ("HW_PROJECT_ID", "p")];
        let variables: Vec<(&str, &str)> = key.iter().chain(more).copied().collect();
        assert_eq!(told(&Explicit::default(), FakeOutside::variables(&variables)), expected, "{more:?}");
    };
    check(&[("HW_ASSUME_ROLE_AGENCY_NAME", "g")], "a s - - p");
    check(
        &[("HW_ASSUME_ROLE_AGENCY_NAME", "g"), ("HW_ASSUME_ROLE_DOMAIN_NAME", "d")],
        "agency g, assumed by the environment - -",
    );
}

#[test]
fn profiles_have_modes() {
    let check = |profiles: &str, expected: &str| {
        let text = format!(r#"{{"current":"s","profiles":[{profiles}]}}"#);
        let outside = FakeOutside::default().file(CLI_FILE, &text);
        assert_eq!(told(&Explicit::default(), outside), expected, "{profiles}");
    };
    check(
        r#"{"name":"s","mode":"ecsAgency","region":"r"}"#,
        "profile s of KooCLI, the metadata service of this server r -",
    );
    check(r#"{"name":"s","mode":"AKSK","xAuthToken":"t"}"#, "token t - -");
    check(r#"{"name":"s","username":"u","password":"p","domainId":"d"}"#, "profile s of KooCLI - -");
    check(r#"{"name":"s","mode":"SSO","ssoAuth":{}}"#, NOWHERE);
    check(r#"{"name":"s","mode":"AKSK","accessKeyId":"","secretAccessKey":"","xAuthToken":""}"#, NOWHERE);
    check(
        r#"{"name":"s","mode":"smoke"}"#,
        "profile s of KooCLI has mode \"smoke\", which cannot sign calls here: use another profile, or change it with `hcloud configure set`",
    );
    let base = r#"{"name":"b","accessKeyId":"a","secretAccessKey":"s"}"#;
    let agency = r#""mode":"AssumeRole","agencyName":"g","agencyDomainId":"d""#;
    check(
        &format!(r#"{base},{{"name":"s",{agency},"sourceProfile":"b","region":"r"}}"#),
        "agency g, assumed by profile b of KooCLI r -",
    );
    check(
        &format!(r#"{{"name":"s",{agency},"sourceProfile":"b"}}"#),
        "there is no profile b in /home/u/.hcloud/config.json, or no key in it",
    );
    check(
        &format!(
            r#"{{"name":"s",{agency},"sourceProfile":"t"}},{{"name":"t",{agency},"sourceProfile":"s"}}"#
        ),
        "profiles in /home/u/.hcloud/config.json are each other's source: s -> t -> s; one of them needs a key of its own",
    );
    check(
        r#"{"name":"s","mode":"AssumeRole","agencyName":"g","agencyDomainName":"d"}"#,
        "mode AssumeRole of profile s of KooCLI is set, and none of sourceProfile",
    );
}

mod over_http {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::cloud::host::fake::FakeHost;
    use crate::cloud::http::fake::{Answer, FakeServer, json as answer};
    use crate::cloud::http::{Http, HttpOptions};
    use crate::cloud::huawei::client::{Client, ClientOptions};
    use crate::cloud::huawei::endpoint::Endpoints;

    /// A key that ends at this hour of the day that clients begin at, a little after three.
    fn key(id: &str, hour: u8) -> String {
        let expires = format!("2026-01-02T{hour:02}:00:00.000000Z");
        json!({ "credential": { "access": id, "secret": "hush", "securitytoken": "quiet", "expires_at": expires } })
            .to_string()
    }

    /// A client of the server with keys as the environment has them.
    fn client(server: &FakeServer, outside: FakeOutside) -> (Client, Arc<FakeHost>) {
        let (host, outside) = (FakeHost::new(), outside.shared());
        let found = find(&Explicit::default(), &outside).expect("there is a place");
        let http = HttpOptions { resolve: Some(server.address), ..HttpOptions::default() };
        let client = Client::new(ClientOptions {
            http: Arc::new(Http::new(http)),
            host: host.shared(),
            rates: Arc::default(),
            keys: Arc::new(Keyring::new(found.origin, outside)),
            endpoints: Endpoints::default(),
            projects: [("cn-north-4".to_owned(), "p1".to_owned())].into(),
            project_name: None,
            domain: None,
        });
        (client, host)
    }

    /// The first line of each request, and of its headers those that say who asks.
    fn told(server: &FakeServer) -> Vec<String> {
        let of = |request: &String| {
            let line = request.lines().next().unwrap_or_default().replace(" HTTP/1.1", "");
            let host = request.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
            let names = ["x-auth-token", "x-metadata-token", "x-idp-id", "authorization"];
            let who = request.lines().filter_map(|line| {
                let (name, value) = line.split_once(": ")?;
                let value = value.strip_prefix("SDK-HMAC-SHA256 ").unwrap_or(value);
                names.contains(&name).then(|| value.split(',').next().unwrap_or_default().to_owned())
            });
            let who: Vec<String> = who.collect();
            format!("{line} {host} {}", who.join(" ")).trim_end().to_owned()
        };
        server.requests().iter().map(of).collect()
    }

    async fn call(client: &Client) -> Result<(), String> {
        let found = crate::cloud::huawei::cbr::list_policies(client, "cn-north-4").await;
        found.map(drop).map_err(|error| {
            let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
            std::iter::once(error.to_string())
                .chain(causes.map(ToString::to_string))
                .collect::<Vec<_>>()
                .join(": ")
        })
    }

    fn policies() -> Answer {
        answer(200, r#"{"policies":[]}"#)
    }

    const POLICIES: &str = "GET /v3/p1/policies cbr.cn-north-4.myhuaweicloud.com";

    #[tokio::test]
    async fn a_servers_agency_is_asked_for_with_a_token_where_there_are_tokens() {
        let check = async |answers: Vec<Answer>, expected: &[&str]| {
            let server = FakeServer::in_order(answers);
            let (client, _) = client(&server, FakeOutside::default());
            call(&client).await.expect("there is a key");
            assert_eq!(told(&server), expected);
        };
        let (put, get) = (
            "PUT /meta-data/latest/api/token 169.254.169.254",
            "GET /openstack/latest/securitykey 169.254.169.254",
        );
        let signed = format!("{POLICIES} Access=AK1");
        check(
            vec![answer(200, "tok"), answer(200, &key("AK1", 23)), policies()],
            &[put, &format!("{get} tok"), &signed],
        )
        .await;
        check(vec![answer(404, "no"), answer(200, &key("AK1", 23)), policies()], &[put, get, &signed]).await;
        check(
            vec![
                answer(404, "no"),
                answer(401, "who"),
                answer(200, "tok"),
                answer(200, &key("AK1", 23)),
                policies(),
            ],
            &[put, get, put, &format!("{get} tok"), &signed],
        )
        .await;
    }

    #[tokio::test]
    async fn a_server_without_agency_is_told_what_to_do() {
        let server = FakeServer::in_order(vec![
            answer(404, "no"),
            answer(401, "Please configure Cloud Service Agency first"),
        ]);
        let error = call(&client(&server, FakeOutside::default()).0).await.expect_err("there is no key");
        assert!(error.contains("give the server an agency"), "{error}");
        assert!(
            error.contains("HW_ACCESS_KEY") && error.contains("HC_CONTAINER_CREDENTIALS_FULL_URI"),
            "{error}"
        );
        assert_eq!(server.requests().len(), 2);
    }

    #[tokio::test]
    async fn a_key_is_renewed_before_it_ends() {
        let server = FakeServer::deciding(|number, request| match request {
            request if request.starts_with("PUT") => answer(404, "no"),
            request if request.contains("securitykey") => {
                answer(200, &key("AK", if number < 2 { 7 } else { 23 }))
            }
            _ => policies(),
        });
        let (client, host) = client(&server, FakeOutside::default());
        let asked = async |minutes: u64| {
            use crate::cloud::host::Host as _;
            host.sleep(Duration::from_secs(minutes * 60)).await;
            let before = server.requests().len();
            call(&client).await.expect("there is a key");
            server.requests().len() - before
        };
        // At 3:04, 6:04 and 6:24, with a key until 7:00.
        assert_eq!((asked(0).await, asked(180).await, asked(20).await), (3, 1, 3));
    }

    #[tokio::test]
    async fn a_key_that_is_refused_is_renewed_once() {
        let server = FakeServer::deciding(|number, request| match request {
            request if request.starts_with("PUT") => answer(404, "no"),
            request if request.contains("securitykey") => answer(200, &key(&format!("AK{number}"), 23)),
            request if request.contains("AK1") => {
                answer(401, r#"{"error_code":"APIGW.0307","error_msg":"The token must be updated."}"#)
            }
            _ => policies(),
        });
        call(&client(&server, FakeOutside::default()).0).await.expect("the other key is good");
        let gets = server.requests().iter().filter(|request| request.contains("securitykey")).count();
        assert_eq!((gets, server.requests().len()), (2, 6));
    }

    #[tokio::test]
    async fn passwords_and_tokens_of_others_become_keys() {
        const IAM: &str = "iam.cn-north-4.myhuaweicloud.com";
        let check = async |variables: &[(&str, &str)], expected: &[&str]| {
            let server = FakeServer::deciding(|_, request| match request {
                request if request.contains("/policies") => policies(),
                request if request.contains("OS-CREDENTIAL") => answer(201, &key("AK1", 23)),
                request if request.contains("/v5/") || request.contains("/keys") => {
                    answer(200, &key("AK1", 23))
                }
                request if request.contains("169.254") => answer(404, "no"),
                _ => {
                    let body = "HTTP/1.1 201 Created\r\nX-Subject-Token: sub\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
                    body.as_bytes().to_vec()
                }
            });
            let outside = FakeOutside::variables(variables).file("/t", "their token\n");
            call(&client(&server, outside).0).await.expect("there is a key");
            let signed = format!("{POLICIES} Access=AK1");
            let expected: Vec<&str> = expected.iter().copied().chain([&*signed]).collect();
            assert_eq!(told(&server), expected);
            let all = server.requests().concat();
            assert!(all.contains("their token") || all.contains("hunter2"), "{all}");
        };
        let exchange = format!("POST /v3.0/OS-CREDENTIAL/securitytokens {IAM} sub");
        check(
            &[("HW_USER_NAME", "u"), ("HW_USER_PASSWORD", "hunter2"), ("HW_DOMAIN_NAME", "d")],
            &[&format!("POST /v3/auth/tokens?nocatalog=true {IAM}"), &exchange],
        )
        .await;
        check(
            &[("HUAWEICLOUD_SDK_IDP_ID", "idp"), ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/t")],
            &[&format!("POST /v3.0/OS-AUTH/id-token/tokens {IAM} idp"), &exchange],
        )
        .await;
        check(
            &[
                ("HUAWEICLOUD_OIDC_PROVIDER_URN", "p"),
                ("HUAWEICLOUD_OIDC_AGENCY_URN", "a"),
                ("HUAWEICLOUD_OIDC_TOKEN_FILE", "/t"),
            ],
            &["POST /v5/agencies/assume-with-oidc sts.cn-north-4.myhuaweicloud.com"],
        )
        .await;
        check(
            &[
                ("HC_CONTAINER_CREDENTIALS_FULL_URI", "https://pod.example/keys"),
                ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/t"),
            ],
            &[
                "PUT /meta-data/latest/api/token 169.254.169.254",
                "GET /openstack/latest/securitykey 169.254.169.254",
                "POST /keys pod.example their token",
            ],
        )
        .await;
    }

    #[tokio::test]
    async fn an_agency_is_assumed_at_sts_by_id_and_at_iam_by_name() {
        let check = async |domain: (&str, &str), expected: &str| {
            let server = FakeServer::in_order(vec![answer(201, &key("AK2", 23)), policies()]);
            let outside = FakeOutside::variables(&[
                ("HW_ACCESS_KEY", "AK1"),
                ("HW_SECRET_KEY", "s"),
                ("HW_ASSUME_ROLE_AGENCY_NAME", "g"),
                domain,
            ]);
            call(&client(&server, outside).0).await.expect("there is a key");
            assert_eq!(told(&server), [expected.to_owned(), format!("{POLICIES} Access=AK2")]);
        };
        check(
            ("HW_ASSUME_ROLE_DOMAIN_ID", "d"),
            "POST /v5/agencies/assume sts.cn-north-4.myhuaweicloud.com Access=AK1",
        )
        .await;
        check(
            ("HW_ASSUME_ROLE_DOMAIN_NAME", "d"),
            "POST /v3.0/OS-CREDENTIAL/securitytokens iam.cn-north-4.myhuaweicloud.com Access=AK1",
        )
        .await;
    }

    #[tokio::test]
    async fn what_is_refused_names_the_place_and_no_secret() {
        let server =
            FakeServer::in_order(vec![answer(401, r#"{"error":{"code":401,"message":"hunter2 is wrong"}}"#)]);
        let outside = FakeOutside::variables(&[("HW_USER_NAME", "u"), ("HW_USER_PASSWORD", "hunter2")]);
        let error = call(&client(&server, outside).0).await.expect_err("it is refused");
        assert!(
            error.ends_with(
                "the environment gave no key: HTTP 401 401; see that user, account and password are right"
            ),
            "{error}"
        );
    }
}
