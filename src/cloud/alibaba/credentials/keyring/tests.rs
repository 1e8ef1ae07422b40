//! Keys that are asked for, held and renewed, against a server that plays all the places.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::super::{Explicit, find};
use super::*;
use crate::cloud::alibaba::client::fake::{client, ok};
use crate::cloud::error::Error;
use crate::cloud::host::Host as _;
use crate::cloud::host::fake::FakeHost;
use crate::cloud::http::fake::{Answer, FakeServer, answer, json as reply};
use crate::cloud::outside::fake::FakeOutside;

const CONFIG: &str = "/home/u/.aliyun/config.json";
const METADATA: &str = "/latest/meta-data/ram/security-credentials/";
const HOUR: &str = "2026-01-02T04:04:05Z";

/// What a request is about: the action that it names, or its method and path.
fn about(request: &str) -> String {
    let action = header(request, "x-acs-action").map(str::to_owned);
    let line: Vec<&str> = request.lines().next().unwrap_or_default().split(' ').collect();
    action.unwrap_or_else(|| format!("{} {}", line[0], line[1].split('?').next().unwrap_or_default()))
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
}

/// A temporary key with a number, as most places hand it out.
fn key(number: usize, expiration: &str) -> serde_json::Value {
    json!({"Code": "Success", "AccessKeyId": format!("STS.{number}"), "AccessKeySecret": format!("hunter2-{number}"),
        "SecurityToken": format!("hunter2-token-{number}"), "Expiration": expiration})
}

/// Answers what the closure knows, which is told how often it was asked the same, and listings with an empty one.
fn server(answers: impl Fn(&str, usize, &str) -> Option<Answer> + Send + 'static) -> FakeServer {
    let asked = std::sync::Mutex::new(std::collections::BTreeMap::<String, usize>::new());
    FakeServer::deciding(move |_, request| {
        let about = about(request);
        let mut asked = asked.lock().expect("no test panics inside");
        let count = asked.entry(about.clone()).or_default();
        *count += 1;
        answers(&about, *count - 1, request).unwrap_or_else(|| reply(200, &ok("\"TotalCount\":0")))
    })
}

/// A client whose keys come from where the outside says.
fn found(server: &FakeServer, outside: FakeOutside, profile: Option<&str>) -> (Client, Arc<FakeHost>) {
    let outside = outside.shared();
    let explicit = Explicit { profile: profile.map(str::to_owned), ..Explicit::default() };
    let found = find(&explicit, &outside).expect("a place");
    let base = Arc::new(Keyring::new(found.origin, outside.clone()));
    let keys = match found.role {
        None => base,
        Some((role, place)) => {
            Arc::new(Keyring::new(Origin::Role(Box::new(AssumedRole { base, role, place })), outside))
        }
    };
    let (client, host) = client(server);
    (client.with_keys(keys), host)
}

fn profile(fields: &serde_json::Value) -> FakeOutside {
    let mut profile = json!({"name": "p"});
    profile.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
    let file =
        json!({"current": "p", "profiles": [{"name": "other", "mode": "AK"}, profile], "meta_path": "x"});
    FakeOutside::default().file(CONFIG, &file.to_string())
}

async fn list(client: &Client) -> Result<(), Error> {
    client.list_backup_plans("cn-hangzhou", Vec::new()).await.map(drop)
}

/// What was asked, in order.
fn asked(server: &FakeServer) -> Vec<String> {
    server.requests().iter().map(|request| about(request)).collect()
}

/// The tokens of the listings, in order.
fn tokens(server: &FakeServer) -> Vec<String> {
    let requests = server.requests();
    let listings = requests.iter().filter(|request| about(request) == "DescribeBackupPlans");
    listings.map(|request| header(request, "x-acs-security-token").unwrap_or("-").to_owned()).collect()
}

/// The error with all its causes; no secret is in it.
fn told(result: Result<(), Error>) -> String {
    let text = chain(&result.expect_err("it fails"));
    assert!(!text.contains("hunter2"), "{text}");
    text
}

fn role_fields() -> serde_json::Value {
    json!({"mode": "RamRoleArn", "access_key_id": "i", "access_key_secret": "hunter2",
        "ram_role_arn": "acs:ram::1234:role/backup", "external_id": "x"})
}

/// Answers `AssumeRole` with keys that expire at the given times.
fn roles(expirations: &'static [&'static str]) -> FakeServer {
    server(move |about, count, _| {
        let key = || key(count, expirations.get(count).unwrap_or(&HOUR));
        (about == "AssumeRole")
            .then(|| reply(200, &json!({"RequestId": "r", "Credentials": key()}).to_string()))
    })
}

#[tokio::test]
async fn a_role_is_assumed_once_and_its_key_signs() {
    let server = roles(&[HOUR]);
    let (client, _) = found(&server, profile(&role_fields()), None);
    for _ in 0..2 {
        list(&client).await.expect("a listing");
    }
    assert_eq!(asked(&server), ["AssumeRole", "DescribeBackupPlans", "DescribeBackupPlans"]);
    let requests = server.requests();
    assert!(requests[0].contains("RoleArn=acs%3Aram%3A%3A1234%3Arole%2Fbackup&RoleSessionName=backform"));
    assert_eq!(header(&requests[1], "x-acs-accesskey-id"), Some("STS.0"));
    assert_eq!(tokens(&server), ["hunter2-token-0", "hunter2-token-0"]);
    let source = client.source("cn-hangzhou").await.expect("a source");
    assert_eq!(source, "role acs:ram::1234:role/backup, assumed by profile p of the Alibaba Cloud CLI");
}

#[tokio::test]
async fn a_key_is_renewed_before_it_expires() {
    let server = roles(&[HOUR, "2026-01-02T05:04:05Z"]);
    let (client, host) = found(&server, profile(&role_fields()), None);
    for minutes in [0, 54, 2] {
        host.sleep(Duration::from_secs(minutes * 60)).await;
        list(&client).await.expect("a listing");
    }
    assert_eq!(tokens(&server), ["hunter2-token-0", "hunter2-token-0", "hunter2-token-1"]);
}

#[tokio::test]
async fn a_short_key_is_not_renewed_with_each_call() {
    let server = roles(&["2026-01-02T03:08:05Z"]);
    let (client, host) = found(&server, profile(&role_fields()), None);
    for _ in 0..3 {
        host.sleep(Duration::from_secs(50)).await;
        list(&client).await.expect("a listing");
    }
    assert_eq!(tokens(&server), ["hunter2-token-0", "hunter2-token-0", "hunter2-token-0"]);
}

#[tokio::test]
async fn calls_that_come_together_renew_once() {
    let server = roles(&[HOUR]);
    let (client, host) = found(&server, profile(&role_fields()), None);
    for expected in [1, 2] {
        let calls = (0..8).map(|_| list(&client));
        for result in futures_util::future::join_all(calls).await {
            result.expect("a listing");
        }
        let assumed = asked(&server).iter().filter(|about| *about == "AssumeRole").count();
        assert_eq!(assumed, expected);
        host.sleep(Duration::from_secs(3500)).await;
    }
}

#[tokio::test]
async fn a_renewal_that_fails_is_no_error_while_the_key_is_good() {
    let server = server(|about, count, _| match (about, count) {
        ("AssumeRole", 0 | 2) => {
            Some(reply(200, &json!({"RequestId": "r", "Credentials": key(count, HOUR)}).to_string()))
        }
        ("AssumeRole", _) => Some(reply(403, r#"{"Code":"NoPermission","RequestId":"r"}"#)),
        _ => None,
    });
    let (client, host) = found(&server, profile(&role_fields()), None);
    for seconds in [0, 3360, 1, 40] {
        host.sleep(Duration::from_secs(seconds)).await;
        list(&client).await.expect("a listing");
    }
    let of_keys: Vec<String> = asked(&server).into_iter().filter(|about| about == "AssumeRole").collect();
    assert_eq!(of_keys.len(), 3);
    assert_eq!(tokens(&server).last().map(String::as_str), Some("hunter2-token-2"));
    host.sleep(Duration::from_secs(7200)).await;
    let text = told(list(&client).await);
    assert!(text.contains("the missing permission is sts:AssumeRole"), "{text}");
}

#[tokio::test]
async fn a_refused_key_is_renewed_once() {
    for code in [
        "InvalidSecurityToken.Expired",
        "InvalidSecurityToken.MismatchWithAccessKey",
        "InvalidAccessKeyId.NotFound",
    ] {
        let server = server(move |about, count, request| match about {
            "AssumeRole" => {
                Some(reply(200, &json!({"RequestId": "r", "Credentials": key(count, HOUR)}).to_string()))
            }
            _ if request.contains("hunter2-token-0") => {
                Some(reply(400, &json!({"Code": code, "Message": "m", "RequestId": "r"}).to_string()))
            }
            _ => None,
        });
        let (client, _) = found(&server, profile(&role_fields()), None);
        list(&client).await.expect("a listing");
        assert_eq!(tokens(&server), ["hunter2-token-0", "hunter2-token-1"], "{code}");
    }
}

#[tokio::test]
async fn a_key_that_stays_refused_is_an_error_that_names_its_place() {
    let refusing = || {
        server(|about, count, _| match about {
            "AssumeRole" => {
                Some(reply(200, &json!({"RequestId": "r", "Credentials": key(count, HOUR)}).to_string()))
            }
            _ => {
                Some(reply(400, r#"{"Code":"InvalidSecurityToken.Expired","Message":"m.","RequestId":"r"}"#))
            }
        })
    };
    let server = refusing();
    let (client, _) = found(&server, profile(&role_fields()), None);
    let text = told(list(&client).await);
    assert_eq!(tokens(&server).len(), 2, "renewed once and no more");
    assert_eq!(
        text,
        "hbr:DescribeBackupPlans at hbr.cn-hangzhou.aliyuncs.com failed with InvalidSecurityToken.Expired (HTTP 400): \
         m (the key is from role acs:ram::1234:role/backup, assumed by profile p of the Alibaba Cloud CLI); \
         the temporary credentials have expired: get new ones; request id r"
    );
    // A key of the environment cannot be renewed, so nothing is tried twice.
    let server = refusing();
    let outside = FakeOutside::variables(&[
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.x"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hunter2"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "hunter2"),
    ]);
    let text = told(list(&found(&server, outside, None).0).await);
    assert!(text.contains("the key is from the environment"), "{text}");
    assert_eq!(asked(&server).len(), 1);
}

#[tokio::test]
async fn a_long_wait_may_outlive_the_key() {
    let server = server(|about, count, _| match (about, count) {
        ("AssumeRole", _) => Some(reply(
            200,
            &json!({"RequestId": "r", "Credentials": key(count, "2026-01-02T03:05:35Z")}).to_string(),
        )),
        (_, 0 | 1) => Some(answer(400, "x-acs-retry-after: 60000\r\n", r#"{"Code":"Throttling"}"#)),
        _ => None,
    });
    let (client, _) = found(&server, profile(&role_fields()), None);
    list(&client).await.expect("a listing");
    assert_eq!(tokens(&server), ["hunter2-token-0", "hunter2-token-0", "hunter2-token-1"]);
}

#[tokio::test]
async fn roles_are_chained() {
    let file = json!({"current": "c", "profiles": [
        {"name": "k", "mode": "AK", "access_key_id": "i", "access_key_secret": "hunter2"},
        {"name": "b", "mode": "ChainableRamRoleArn", "source_profile": "k", "ram_role_arn": "first"},
        {"name": "c", "mode": "ChainableRamRoleArn", "source_profile": "b", "ram_role_arn": "second", "sts_region": "cn-beijing"}]});
    let server = roles(&[HOUR]);
    let (client, _) = found(&server, FakeOutside::default().file(CONFIG, &file.to_string()), None);
    list(&client).await.expect("a listing");
    let requests = server.requests();
    assert!(requests[0].contains("RoleArn=first") && header(&requests[0], "x-acs-security-token").is_none());
    assert!(requests[1].contains("RoleArn=second"));
    assert_eq!(header(&requests[1], "x-acs-security-token"), Some("hunter2-token-0"));
    assert_eq!(header(&requests[1], "host"), Some("sts.cn-beijing.aliyuncs.com"));
    assert_eq!(tokens(&server), ["hunter2-token-1"]);
}

/// The metadata service: whether it has tokens, and whether it insists on them.
fn metadata(has_tokens: bool, insists: bool) -> FakeServer {
    server(move |about, count, request| {
        let with_token = header(request, "x-aliyun-ecs-metadata-token") == Some("hunter2");
        Some(match about {
            "PUT /latest/api/token" if has_tokens => answer(200, "", "hunter2"),
            "PUT /latest/api/token" => answer(404, "", "no"),
            about if !about.starts_with(&format!("GET {METADATA}")) => return None,
            _ if insists && !with_token => answer(403, "", "no"),
            about if about.ends_with('/') => answer(200, "", "backup-role\n"),
            _ => reply(200, &key(count, HOUR).to_string()),
        })
    })
}

#[tokio::test]
async fn an_instance_has_the_key_of_its_role() {
    let server = metadata(true, true);
    let (client, host) = found(&server, FakeOutside::default(), None);
    list(&client).await.expect("a listing");
    let of_role = format!("GET {METADATA}backup-role");
    let expected = ["PUT /latest/api/token", &format!("GET {METADATA}"), &of_role, "DescribeBackupPlans"];
    assert_eq!(asked(&server), expected);
    let requests = server.requests();
    assert_eq!(header(&requests[0], "x-aliyun-ecs-metadata-token-ttl-seconds"), Some("21600"));
    assert_eq!(header(&requests[0], "host"), Some("100.100.100.200"));
    assert_eq!(
        client.source("cn-hangzhou").await.expect("a source"),
        "the metadata service of this instance"
    );
    // Fifteen minutes before the key expires it is renewed.
    host.sleep(Duration::from_secs(46 * 60)).await;
    list(&client).await.expect("a listing");
    assert_eq!(tokens(&server), ["hunter2-token-0", "hunter2-token-1"]);
}

#[tokio::test]
async fn an_instance_without_tokens_is_asked_without_unless_that_is_switched_off() {
    let known = [("ALIBABA_CLOUD_ECS_METADATA", "r")];
    let server = metadata(false, false);
    let (client, _) = found(&server, FakeOutside::variables(&known), None);
    list(&client).await.expect("a listing");
    assert_eq!(asked(&server)[1], format!("GET {METADATA}r"));
    let server = metadata(false, false);
    let hardened = [known[0], ("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")];
    let text = told(list(&found(&server, FakeOutside::variables(&hardened), None).0).await);
    assert!(
        text.contains("the metadata service of this instance (role r) refused to hand out a key (HTTP 404); it has no token for hardened mode"),
        "{text}"
    );
    assert_eq!(asked(&server), ["PUT /latest/api/token"]);
}

#[tokio::test]
async fn a_role_name_cannot_lead_elsewhere() {
    let server = server(|about, _, _| {
        (about == format!("GET {METADATA}")).then(|| answer(200, "", "../../user-data"))
    });
    let fields = json!({"mode": "EcsRamRole"});
    let text = told(list(&found(&server, profile(&fields), None).0).await);
    assert!(text.ends_with("answered what is no key: the name of the instance's role is none"), "{text}");
}

#[tokio::test]
async fn an_instance_without_a_role_is_told_what_to_do() {
    let server = server(|about, _, _| about.starts_with("GET").then(|| answer(404, "", "no")));
    let fields = json!({"mode": "EcsRamRole", "ram_role_name": "r"});
    let text = told(list(&found(&server, profile(&fields), None).0).await);
    assert!(
        text.ends_with(
            "hbr:DescribeBackupPlans at hbr.cn-hangzhou.aliyuncs.com could not be made for want of credentials: \
             profile p of the Alibaba Cloud CLI, the metadata service of this instance (role r) refused to hand out a key \
             (HTTP 404); attach a RAM role to the instance, or check the role's name"
        ),
        "{text}"
    );
}

#[tokio::test]
async fn the_first_place_that_answers_wins() {
    let server = server(|about, count, _| {
        Some(match about {
            "GET /keys" => reply(200, &key(count, HOUR).to_string()),
            "DescribeBackupPlans" => return None,
            _ => answer(404, "", "no"),
        })
    });
    let outside = FakeOutside::variables(&[("ALIBABA_CLOUD_CREDENTIALS_URI", "https://a.example/keys?k=v")]);
    let (client, host) = found(&server, outside, None);
    list(&client).await.expect("a listing");
    assert!(server.requests().iter().any(|request| request.starts_with("GET /keys?k=v ")));
    // It is remembered: the other one is not asked again.
    let before = asked(&server).len();
    host.sleep(Duration::from_secs(3500)).await;
    list(&client).await.expect("a listing");
    assert_eq!(asked(&server)[before..], ["GET /keys", "DescribeBackupPlans"]);
    let source = client.source("cn-hangzhou").await.expect("a source");
    assert_eq!(source, "the credentials URI of ALIBABA_CLOUD_CREDENTIALS_URI, at a.example");
}

#[tokio::test]
async fn when_no_place_answers_all_that_were_asked_are_named() {
    let server = server(|_, _, _| Some(answer(404, "", "hunter2")));
    let text = told(list(&found(&server, FakeOutside::default(), None).0).await);
    for place in
        ["ALIBABA_CLOUD_ACCESS_KEY_ID", CONFIG, "the metadata service of this instance refused", "--emulator"]
    {
        assert!(text.contains(place), "{text}");
    }
}

#[tokio::test]
async fn an_address_that_hands_out_no_key_is_told_without_quoting_it() {
    let check = async |status: u16, body: &'static str, expected: &str| {
        let server = server(move |about, _, _| (about == "GET /k").then(|| reply(status, body)));
        let fields = json!({"mode": "CredentialsURI", "credentials_uri": "http://127.0.0.1:1/k"});
        let text = told(list(&found(&server, profile(&fields), None).0).await);
        assert!(text.ends_with(expected), "{text}");
    };
    check(500, r#"{"Code":"Trouble","x":"hunter2"}"#, "refused to hand out a key (HTTP 500, Trouble)").await;
    check(200, r#"{"Code":"Failed"}"#, "refused to hand out a key (HTTP 200, Failed)").await;
    check(
        200,
        r#"{"Code":"Success","AccessKeyId":"hunter2"}"#,
        "what is no key: it holds no AccessKeySecret",
    )
    .await;
    check(200, "hunter2", "no JSON of the expected shape, at line 1 column 1 of 7 bytes").await;
}

#[tokio::test]
async fn a_token_of_an_identity_provider_is_exchanged_unsigned_and_in_the_body() {
    let server = server(|about, count, _| {
        let key = || json!({"RequestId": "r", "Credentials": key(count, HOUR)}).to_string();
        (about == "POST /").then(|| reply(200, &key()))
    });
    let outside = FakeOutside::variables(&[
        ("ALIBABA_CLOUD_ROLE_ARN", "arn"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token"),
        ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "me"),
        ("ALIBABA_CLOUD_STS_REGION", "cn-beijing"),
    ]);
    let (client, _) = found(&server, outside.file("/token", "e30.hunter2\n"), None);
    list(&client).await.expect("a listing");
    let request = &server.requests()[0];
    let (head, body) = request.split_once("\r\n\r\n").expect("a body");
    assert!(head.contains("?Action=AssumeRoleWithOIDC&Format=JSON&SignatureNonce="), "{head}");
    assert!(head.contains("&Timestamp=2026-01-02T03%3A04%3A05Z&Version=2015-04-01 "), "{head}");
    assert!(!head.contains("hunter2") && header(request, "authorization").is_none(), "{head}");
    assert_eq!(header(request, "host"), Some("sts.cn-beijing.aliyuncs.com"));
    assert_eq!(body, "OIDCProviderArn=p&OIDCToken=e30.hunter2&RoleArn=arn&RoleSessionName=me");
}

#[tokio::test]
async fn a_token_that_is_refused_is_not_repeated() {
    let body = r#"{"Code":"AuthenticationFail.OIDCToken.Expired","Message":"token e30.hunter2 expired","RequestId":"r"}"#;
    let server = server(move |about, _, _| (about == "POST /").then(|| reply(400, body)));
    let fields =
        json!({"mode": "OIDC", "oidc_provider_arn": "p", "oidc_token_file": "/token", "ram_role_arn": "arn"});
    let text = told(list(&found(&server, profile(&fields).file("/token", "e30.hunter2"), None).0).await);
    assert!(text.contains("sts:AssumeRoleWithOIDC at sts.cn-hangzhou.aliyuncs.com failed with"), "{text}");
    assert!(text.contains("token (hidden) expired"), "{text}");
    let text = told(list(&found(&server, profile(&fields), None).0).await);
    assert!(text.contains("for want of credentials: /token could not be read"), "{text}");
}

#[tokio::test]
async fn a_command_prints_keys() {
    let check = async |printed: Option<&str>, expected: Result<&str, &str>| {
        let server = server(|_, _, _| None);
        let mut outside = profile(&json!({"mode": "External", "process_command": "keys --of 'my team'"}));
        let words = ["keys", "--of", "my team"].map(str::to_owned).to_vec();
        outside.printed.extend(printed.map(|printed| (words, printed.to_owned())));
        let result = list(&found(&server, outside, None).0).await;
        match expected {
            Ok(token) => {
                result.expect("a listing");
                assert_eq!(tokens(&server), [token]);
            }
            Err(expected) => {
                let text = told(result);
                assert!(text.contains(expected), "{text}");
            }
        }
    };
    let key = r#"{"mode":"StsToken","access_key_id":"i","access_key_secret":"hunter2","sts_token":"t","expiration":"2026-01-02T04:04:05Z"}"#;
    check(Some(key), Ok("t")).await;
    check(Some(r#"{"mode":"AK","access_key_id":"i","access_key_secret":"hunter2"}"#), Ok("-")).await;
    check(Some(r#"{"mode":"OAuth"}"#), Err("its mode is neither AK nor StsToken")).await;
    check(
        Some(r#"{"mode":"StsToken","access_key_id":"i","access_key_secret":"hunter2"}"#),
        Err("it holds no sts_token"),
    )
    .await;
    check(Some("hunter2"), Err("no JSON of the expected shape")).await;
    check(None, Err("the command of profile p of the Alibaba Cloud CLI gave no key")).await;
}

fn sso(expires: &str, kept_until: i64) -> FakeOutside {
    let expires: jiff::Timestamp = expires.parse().expect("a time");
    profile(&json!({"mode": "CloudSSO", "cloud_sso_sign_in_url": "https://signin-x.example/login",
        "cloud_sso_account_id": "1", "cloud_sso_access_config": "ac", "access_token": "hunter2",
        "cloud_sso_access_token_expire": expires.as_second(), "access_key_id": "STS.kept",
        "access_key_secret": "hunter2", "sts_token": "hunter2-kept", "sts_expiration": kept_until}))
}

#[tokio::test]
async fn a_sign_in_with_cloud_sso_serves_until_it_expires() {
    let places = || {
        server(|about, count, _| {
            let key = || json!({"CloudCredential": key(count, HOUR)}).to_string();
            (about == "POST /cloud-credentials").then(|| reply(200, &key()))
        })
    };
    // The key that the CLI keeps serves first.
    let server = places();
    let (client, host) = found(&server, sso("2026-01-02T12:00:00Z", 1_767_326_645), None);
    list(&client).await.expect("a listing");
    host.sleep(Duration::from_secs(3600)).await;
    list(&client).await.expect("a listing");
    assert_eq!(tokens(&server), ["hunter2-kept", "hunter2-token-0"]);
    let request = &server.requests()[1];
    assert_eq!(header(request, "authorization"), Some("Bearer hunter2"));
    assert_eq!(header(request, "host"), Some("signin-x.example"));
    assert!(request.ends_with(r#"{"AccountId":"1","AccessConfigurationId":"ac"}"#), "{request}");
    // Nobody can sign in but a person.
    let server = places();
    let text = told(list(&found(&server, sso("2026-01-02T03:00:00Z", 0), None).0).await);
    let expected = "the sign-in of profile p of the Alibaba Cloud CLI has expired; sign in again with `aliyun configure --profile p`";
    assert!(text.ends_with(expected), "{text}");
    assert_eq!(asked(&server), Vec::<String>::new());
}

fn oauth(access_expires: &str) -> FakeOutside {
    let expires: jiff::Timestamp = access_expires.parse().expect("a time");
    profile(&json!({"mode": "OAuth", "oauth_site_type": "INTL", "oauth_access_token": "hunter2-a",
        "oauth_refresh_token": "hunter2-r", "oauth_access_token_expire": expires.as_second(), "region_id": "cn-beijing"}))
}

fn oauth_service() -> FakeServer {
    server(|about, count, request| {
        Some(match about {
            "POST /v1/exchange" => {
                let mut key = key(count, HOUR);
                key.as_object_mut().expect("an object").remove("Code");
                reply(200, &key.to_string())
            }
            "POST /v1/token"
                if request.contains("refresh_token=hunter2-r&")
                    || request.ends_with("refresh_token=hunter2-r") =>
            {
                reply(200, r#"{"access_token":"hunter2-a2","refresh_token":"hunter2-r2","expires_in":3600}"#)
            }
            "POST /v1/token" => reply(400, r#"{"error":"invalid_grant"}"#),
            _ => return None,
        })
    })
}

/// A keyring over an outside that the test looks at afterwards.
fn watched(server: &FakeServer, outside: FakeOutside) -> (Client, Arc<FakeOutside>) {
    let outside = Arc::new(outside);
    let shared: Arc<dyn Outside> = outside.clone();
    let found = find(&Explicit::default(), &shared).expect("a place");
    (client(server).0.with_keys(Arc::new(Keyring::new(found.origin, shared))), outside)
}

#[tokio::test]
async fn a_sign_in_with_oauth_is_exchanged() {
    let server = oauth_service();
    let (client, outside) = watched(&server, oauth("2026-01-02T12:00:00Z"));
    let before = outside.text(CONFIG);
    list(&client).await.expect("a listing");
    assert_eq!(asked(&server), ["POST /v1/exchange", "DescribeBackupPlans"]);
    assert_eq!(header(&server.requests()[0], "authorization"), Some("Bearer hunter2-a"));
    assert_eq!(header(&server.requests()[0], "host"), Some("oauth.alibabacloud.com"));
    assert_eq!(outside.text(CONFIG), before);
}

#[tokio::test]
async fn a_sign_in_with_oauth_is_renewed_and_kept_for_the_cli() {
    let server = oauth_service();
    let (client, outside) = watched(&server, oauth("2026-01-02T03:10:00Z"));
    list(&client).await.expect("a listing");
    assert_eq!(asked(&server), ["POST /v1/token", "POST /v1/exchange", "DescribeBackupPlans"]);
    assert!(server.requests()[0].contains("client_id=4103531455503354461"));
    let kept: serde_json::Value = serde_json::from_str(&outside.text(CONFIG)).expect("JSON");
    let profile = &kept["profiles"][1];
    assert_eq!(profile["oauth_refresh_token"], "hunter2-r2");
    assert_eq!(profile["oauth_access_token"], "hunter2-a2");
    assert_eq!(profile["oauth_access_token_expire"], 1_767_326_645);
    assert_eq!((&profile["region_id"], &kept["meta_path"]), (&json!("cn-beijing"), &json!("x")));
    assert_eq!(kept["profiles"][0], json!({"name": "other", "mode": "AK"}));
}

#[tokio::test]
async fn a_sign_in_that_could_not_be_kept_is_not_used_up() {
    let server = oauth_service();
    let outside = FakeOutside { read_only: true, ..oauth("2026-01-02T03:10:00Z") };
    let (client, _) = watched(&server, outside);
    let text = told(list(&client).await);
    assert!(
        text.contains("cannot be renewed, because /home/u/.aliyun/config.json cannot be written"),
        "{text}"
    );
    assert_eq!(asked(&server), Vec::<String>::new());
}

#[tokio::test]
async fn a_sign_in_that_is_over_says_how_to_sign_in_again() {
    let server =
        server(|about, _, _| (about == "POST /v1/token").then(|| reply(400, r#"{"error":"hunter2"}"#)));
    let (client, _) = watched(&server, oauth("2026-01-02T03:00:00Z"));
    let text = told(list(&client).await);
    let expected = "has expired; sign in again with `aliyun configure --profile p --mode OAuth`";
    assert!(text.ends_with(expected), "{text}");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_corrected_by_the_services_date() {
    let refused = AtomicUsize::new(0);
    let server = server(move |_, _, request| {
        let late = header(request, "x-acs-date") != Some("2026-01-02T03:24:05Z");
        late.then(|| {
            refused.fetch_add(1, Ordering::SeqCst);
            answer(400, "date: Fri, 02 Jan 2026 03:24:05 GMT\r\n", r#"{"Code":"InvalidTimeStamp.Expired"}"#)
        })
    });
    let (client, host) = client(&server);
    assert_eq!(client.clock_correction(), None);
    list(&client).await.expect("a listing");
    list(&client).await.expect("a listing");
    assert_eq!(asked(&server).len(), 3, "refused once, and never again");
    assert_eq!((client.clock_correction(), host.sleeps().len()), (Some(1200), 0));
}
