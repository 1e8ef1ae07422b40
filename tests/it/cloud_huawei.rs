//! The client of Huawei Cloud against the emulator: two readings of the vendor's documents, over real HTTP.
//!
//! Client and emulator share one clock, which moves only when somebody waits, so nothing here takes real time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use backform::cloud::host::{Host, Pause, SharedHost};
use backform::cloud::http::{Http, HttpOptions};
use backform::cloud::huawei::bss::{self, OrderState};
use backform::cloud::huawei::client::{Client, ClientOptions};
use backform::cloud::huawei::credentials::{self, Credentials, Explicit, Keyring};
use backform::cloud::huawei::endpoint::Endpoints;
use backform::cloud::huawei::resources::facts::{self, Protected};
use backform::cloud::huawei::{cbr, checkpoint, ecs};
use backform::cloud::outside::Outside;
use backform::cloud::{Error, ErrorKind};
use backform::emulator::{Emulator, OWN_KEY_ID, OWN_KEY_SECRET, Options, Running, World};
use backform::model::act::Ending;
use backform::wire::huawei::{Tag, cbr as wire};
use jiff::Timestamp;

const REGION: &str = "cn-north-4";

/// A clock that moves when somebody waits, and nonces that count.
struct Clock(Mutex<(Timestamp, u64)>);

impl Host for Clock {
    fn now(&self) -> Timestamp {
        self.0.lock().expect("no test panics inside").0
    }

    fn nonce(&self) -> String {
        let mut inner = self.0.lock().expect("no test panics inside");
        inner.1 += 1;
        format!("{:032x}", inner.1)
    }

    fn sleep(&self, pause: Duration) -> Pause<'_> {
        self.0.lock().expect("no test panics inside").0 += pause;
        Box::pin(std::future::ready(()))
    }
}

/// A fleet in an emulator, and a client of it that calls the vendor's own names.
async fn setting(servers: u32, faults: &[&str], secret: &str) -> (Running, Client) {
    let start = "2026-01-02T03:04:05Z".parse().expect("a time");
    let clock = Arc::new(Clock(Mutex::new((start, 0))));
    let wall = clock.clone();
    let options = Options {
        faults: faults.iter().map(|fault| fault.parse().expect("a fault")).collect(),
        wall: Arc::new(move || wall.now()),
        ..Options::default()
    };
    let emulator = Emulator::start(World::fleet(servers), options).await.expect("loopback has a port");
    let http = HttpOptions { resolve: Some(emulator.addr()), ..HttpOptions::default() };
    let credentials = Credentials {
        access_key: OWN_KEY_ID.to_owned(),
        secret: secret.into(),
        token: None,
        source: "a test".to_owned(),
    };
    let client = Client::new(ClientOptions {
        http: Arc::new(Http::new(http)),
        host: SharedHost(clock),
        rates: Arc::default(),
        keys: Arc::new(Keyring::of(credentials)),
        endpoints: Endpoints::default(),
        projects: BTreeMap::new(),
        project_name: None,
        domain: None,
    });
    (emulator, client)
}

fn new_vault(name: &str, servers: &[String]) -> wire::NewVault {
    let text = |text: &str| Some(text.to_owned());
    let resource = |id: &String| wire::Resource {
        id: Some(id.clone()),
        kind: text("OS::Nova::Server"),
        ..wire::Resource::default()
    };
    wire::NewVault {
        name: text(name),
        billing: Some(wire::NewBilling {
            object_type: text("server"),
            protect_type: text("backup"),
            consistent_level: text("crash_consistent"),
            size: Some(1000),
            ..wire::NewBilling::default()
        }),
        resources: servers.iter().map(resource).collect(),
        ..wire::NewVault::default()
    }
}

/// The fleet's server of this number.
fn server(number: u32) -> String {
    format!("f1ee7000-0000-4000-8001-f{number:011}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_lives_its_whole_life() {
    let (_emulator, client) = setting(3, &[], OWN_KEY_SECRET).await;
    let servers = [server(1), server(2)];
    let made = cbr::create_vault(&client, REGION, new_vault("daily", &servers)).await.expect("it is made");
    let id = made.vault.and_then(|vault| vault.id).expect("a vault has an id");
    let change = wire::VaultChange { name: Some("nightly".to_owned()), ..wire::VaultChange::default() };
    let changed = cbr::update_vault(&client, REGION, &id, change).await.expect("it is changed");
    assert_eq!(changed.and_then(|vault| vault.name).as_deref(), Some("nightly"));
    let wanted = wire::NewCheckpoint { vault_id: Some(id.clone()), parameters: None };
    let point = cbr::create_checkpoint(&client, REGION, wanted).await.expect("it is backed up");
    let point = point.and_then(|point| point.id).expect("a checkpoint has an id");
    let minutes = Duration::from_secs(3600);
    let ended = checkpoint::until_ended(&client, REGION, &point, minutes).await.expect("it can be read");
    assert_eq!(ended, Some(Ending::Done));
    assert_eq!(cbr::list_backups(&client, REGION, &id).await.expect("they can be read").len(), 2);
    let gone = vec![server(2)];
    cbr::remove_resources(&client, REGION, &id, gone.clone()).await.expect("it is removed");
    assert!(cbr::until_removed(&client, REGION, &id, &gone, minutes).await.expect("it can be read"));
    assert_eq!(cbr::list_backups(&client, REGION, &id).await.expect("they can be read").len(), 1);
    cbr::delete_vault(&client, REGION, &id).await.expect("it is deleted");
    assert!(cbr::until_vault_is_gone(&client, REGION, &id, minutes).await.expect("it can be read"));
    cbr::delete_vault(&client, REGION, &id).await.expect("what is gone is as it should be");
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_and_tags_come_and_go() {
    let (_emulator, client) = setting(1, &[], OWN_KEY_SECRET).await;
    let made = cbr::create_vault(&client, REGION, new_vault("daily", &[])).await.expect("it is made");
    let vault = made.vault.and_then(|vault| vault.id).expect("a vault has an id");
    let properties = wire::TriggerProperties {
        pattern: vec!["FREQ=DAILY;INTERVAL=1;BYHOUR=02;BYMINUTE=00".to_owned()],
        ..wire::TriggerProperties::default()
    };
    let wanted = wire::NewPolicy {
        name: Some("nightly".to_owned()),
        operation_type: Some("backup".to_owned()),
        operation_definition: Some(wire::OperationDefinition { max_backups: Some(7), ..Default::default() }),
        trigger: Some(wire::Trigger { properties: Some(properties), ..wire::Trigger::default() }),
        ..wire::NewPolicy::default()
    };
    let policy = cbr::create_policy(&client, REGION, wanted).await.expect("it is made");
    let policy = policy.and_then(|policy| policy.id).expect("a policy has an id");
    let change = wire::NewPolicy { enabled: Some(false), ..wire::NewPolicy::default() };
    let changed = cbr::update_policy(&client, REGION, &policy, change).await.expect("it is changed");
    assert_eq!(changed.and_then(|policy| policy.enabled), Some(false));
    cbr::associate_policy(&client, REGION, &vault, &policy, None).await.expect("it is set");
    let policies = cbr::list_policies(&client, REGION).await.expect("they can be read");
    assert_eq!(policies[0].associated_vaults[0].vault_id.as_deref(), Some(vault.as_str()));
    for _ in 0..2 {
        cbr::dissociate_policy(&client, REGION, &vault, &policy)
            .await
            .expect("what is not set is as it should be");
        cbr::delete_policy(&client, REGION, &policy).await.expect("what is gone is as it should be");
    }
    let tag = |key: &str| Tag { key: key.to_owned(), value: "v".to_owned() };
    cbr::tags_action(&client, REGION, &vault, cbr::TagsAction::Create, vec![tag("a"), tag("b")])
        .await
        .expect("added");
    cbr::tags_action(&client, REGION, &vault, cbr::TagsAction::Delete, vec![tag("a")])
        .await
        .expect("taken away");
    let shown = cbr::show_vault(&client, REGION, &vault).await.expect("it can be read").expect("it is there");
    assert_eq!(shown.tags, [tag("b")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_costs_the_least_that_its_pages_allow() {
    let (emulator, client) = setting(1, &[], OWN_KEY_SECRET).await;
    for number in 0..3 {
        let vault = new_vault(&format!("vault-{number}"), &[]);
        cbr::create_vault(&client, REGION, vault).await.expect("it is made");
    }
    emulator.reset_stats();
    assert_eq!(cbr::list_vaults(&client, REGION).await.expect("they can be read").len(), 3);
    assert_eq!(cbr::list_policies(&client, REGION).await.expect("they can be read").len(), 0);
    let stats = emulator.stats();
    let calls = ["ListVault", "ListPolicies", "KeystoneListProjects"].map(|operation| stats.calls(operation));
    assert_eq!((calls, stats.requests), ([1, 1, 0], 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_waited_for_and_what_does_not_is_told() {
    let check = async |fault: &str, secret: &str, expected: Option<ErrorKind>| {
        let (_emulator, client) = setting(1, &[fault], secret).await;
        let answer = cbr::list_vaults(&client, REGION).await;
        assert_eq!(answer.err().map(|error| error.kind()), expected, "{fault}");
    };
    check("ListVault:throttle:times=3", OWN_KEY_SECRET, None).await;
    check("ListVault:unavailable:times=2", OWN_KEY_SECRET, None).await;
    check("ListVault:garbled:times=1", OWN_KEY_SECRET, None).await;
    check("ListVault:cut:times=1", OWN_KEY_SECRET, None).await;
    check("ListVault:internal", OWN_KEY_SECRET, Some(ErrorKind::Transient)).await;
    check("ListPolicies:cut", "wrong", Some(ErrorKind::Auth)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_not_made_twice() {
    let check = async |fault: &str, is_made: bool, expected: usize| {
        let (_emulator, client) = setting(1, &[fault], OWN_KEY_SECRET).await;
        let answer = cbr::create_vault(&client, REGION, new_vault("once", &[])).await;
        assert_eq!(answer.is_ok(), is_made, "{fault}");
        assert!(answer.err().is_none_or(|error| error.may_have_happened()), "{fault}");
        assert_eq!(
            cbr::list_vaults(&client, REGION).await.expect("they can be read").len(),
            expected,
            "{fault}"
        );
    };
    check("CreateVault:throttle:times=2", true, 1).await;
    check("CreateVault:cut:times=1", false, 1).await;
    check("CreateVault:timeout-after:seconds=0,times=1", false, 1).await;
    check("CreateVault:gateway-timeout:times=1", false, 1).await;
    check("CreateVault:internal:times=1", false, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_waited_for() {
    let (_emulator, client) = setting(1, &[], OWN_KEY_SECRET).await;
    let made =
        cbr::create_vault(&client, REGION, new_vault("daily", &[server(1)])).await.expect("it is made");
    let id = made.vault.and_then(|vault| vault.id).expect("a vault has an id");
    let wanted = wire::NewCheckpoint { vault_id: Some(id.clone()), parameters: None };
    cbr::create_checkpoint(&client, REGION, wanted).await.expect("it is backed up");
    cbr::remove_resources(&client, REGION, &id, vec![server(1)]).await.expect("it is removed in the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_name_code_request_and_no_secret() {
    let (_emulator, client) = setting(1, &[], "not-the-secret").await;
    let error = cbr::list_vaults(&client, REGION).await.expect_err("the secret is wrong");
    let text = error.to_string();
    assert!(text.contains("APIGW.0301") && text.contains("request"), "{text}");
    assert!(
        !text.contains("canonicalRequest") && !text.contains(OWN_KEY_ID) && !text.contains("not-the-secret"),
        "{text}"
    );
    let (_emulator, client) = setting(1, &[], OWN_KEY_SECRET).await;
    let error = cbr::list_vaults(&client, "cn-atlantis").await.expect_err("there is no such project");
    assert!(matches!(error, Error::Garbled { .. }), "{error}");
    let absent = cbr::show_vault(&client, REGION, "ghost").await.expect("what is not there is no error");
    assert_eq!(absent, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepaid_vault_is_ordered_paid_renewed_and_given_back() {
    let (_emulator, client) = setting(1, &[], OWN_KEY_SECRET).await;
    let mut wanted = new_vault("paid", &[]);
    let billing = wanted.billing.get_or_insert_default();
    billing.charging_mode = Some("pre_paid".to_owned());
    billing.period_type = Some("month".to_owned());
    billing.period_num = Some(1);
    let made = cbr::create_vault(&client, REGION, wanted).await.expect("it is ordered");
    let order = made.orders.and_then(|orders| orders[0].order_id.clone()).expect("an order has an id");
    let patience = Duration::from_secs(600);
    let state = async || bss::follow_order(&client, REGION, &order, patience).await.expect("it can be read");
    assert_eq!(state().await, OrderState::Unpaid);
    bss::pay_order(&client, REGION, &order).await.expect("it is paid");
    assert_eq!(state().await, OrderState::Completed);
    let again = bss::pay_order(&client, REGION, &order).await.expect_err("it is paid already");
    assert_eq!(again.kind(), ErrorKind::Invalid);
    let bought = bss::resources_of_order(&client, REGION, &order).await.expect("they can be read");
    let [vault] = bought.as_slice() else { panic!("{bought:?}") };
    let id = vault.resource_id.clone().expect("a vault has an id");
    assert!(!bss::is_renewed(vault));
    for renewed in [true, false] {
        bss::renew_by_itself(&client, REGION, &id, renewed).await.expect("it is set");
        let ids = [id.clone()];
        let bought = bss::resources_by_id(&client, REGION, &ids).await.expect("they can be read");
        assert_eq!(bss::is_renewed(&bought[0]), renewed);
    }
    let refused = cbr::delete_vault(&client, REGION, &id).await.expect_err("it is paid for");
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert_eq!(bss::unsubscribe(&client, REGION, vec![id.clone()]).await.expect("it goes").len(), 1);
    assert!(cbr::until_vault_is_gone(&client, REGION, &id, patience).await.expect("it can be read"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_paid_can_be_cancelled() {
    let (_emulator, client) = setting(1, &[], OWN_KEY_SECRET).await;
    let mut wanted = new_vault("unpaid", &[]);
    let billing = wanted.billing.get_or_insert_default();
    billing.charging_mode = Some("pre_paid".to_owned());
    billing.period_type = Some("year".to_owned());
    billing.period_num = Some(1);
    let made = cbr::create_vault(&client, REGION, wanted).await.expect("it is ordered");
    let order = made.orders.and_then(|orders| orders[0].order_id.clone()).expect("an order has an id");
    bss::cancel_order(&client, REGION, &order).await.expect("it is cancelled");
    assert_eq!(bss::show_order(&client, REGION, &order).await.expect("it is there"), OrderState::Cancelled);
    assert_eq!(cbr::list_vaults(&client, REGION).await.expect("they can be read").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_and_deleted() {
    let (_emulator, client) = setting(1, &[], OWN_KEY_SECRET).await;
    let made =
        cbr::create_vault(&client, REGION, new_vault("daily", &[server(1)])).await.expect("it is made");
    let id = made.vault.and_then(|vault| vault.id).expect("a vault has an id");
    let wanted = wire::NewCheckpoint { vault_id: Some(id.clone()), parameters: None };
    let point = cbr::create_checkpoint(&client, REGION, wanted).await.expect("it is backed up");
    let point = point.and_then(|point| point.id).expect("a checkpoint has an id");
    let patience = Duration::from_secs(7200);
    let ended = checkpoint::until_ended(&client, REGION, &point, patience).await.expect("it can be read");
    assert_eq!(ended, Some(Ending::Done));
    let backups =
        cbr::find_backups(&client, REGION, &[("resource_id", &server(1))]).await.expect("a listing");
    let backup = backups[0].id.clone().expect("a backup has an id");
    let logs = cbr::list_operation_logs(&client, REGION, &[("vault_id", &id)]).await.expect("a listing");
    let kinds: Vec<&str> = logs.iter().filter_map(|log| log.operation_type.as_deref()).collect();
    assert_eq!(kinds, ["backup"]);
    cbr::delete_backup(&client, REGION, &backup).await.expect("it is deleted");
    cbr::delete_backup(&client, REGION, &backup).await.expect("what is gone is as it should be");
    assert_eq!(cbr::show_backup(&client, REGION, "ghost").await.expect("no error"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_about_many_servers_cost_two_calls() {
    let check = async |servers: u32, asked: u32, calls: [u64; 2]| {
        let (emulator, client) = setting(servers, &[], OWN_KEY_SECRET).await;
        client.project(REGION).await.expect("there is one");
        emulator.reset_stats();
        let ids: Vec<String> = (1..=asked).map(server).collect();
        let found = facts::by_id(&client, REGION, Protected::Server, &ids).await.expect("facts");
        assert_eq!(found.len(), asked.min(servers) as usize);
        assert!(found.values().all(|facts| facts.is_ready && facts.size_gib > 0), "{found:?}");
        let stats = emulator.stats();
        assert_eq!(["ListServersDetails", "ListVolumes"].map(|operation| stats.calls(operation)), calls);
        assert_eq!(stats.requests, calls.iter().sum::<u64>());
    };
    check(3, 0, [0, 0]).await;
    check(3, 2, [1, 1]).await;
    check(3, 5, [1, 1]).await;
    check(200, 200, [1, 1]).await;
    // With their 1,466 disks: two pages of each.
    check(1100, 1100, [2, 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_protected_is_told_page_by_page() {
    let (_emulator, client) = setting(101, &[], OWN_KEY_SECRET).await;
    let found = cbr::list_protectables(&client, REGION, "server", &[]).await.expect("a listing");
    assert_eq!(found.len(), 101);
    let agents = facts::agents(&client, REGION, &[server(1), server(2)]).await.expect("an answer");
    assert_eq!(agents.len(), 2);
    assert_eq!(cbr::list_file_clients(&client, REGION).await.expect("a listing").len(), 0);
    assert_eq!(
        ecs::list_servers(&client, REGION, &[("status", "SHUTOFF")]).await.expect("a listing").len(),
        0
    );
}

/// An account that a server, an identity provider, a user and an agency can enter.
const DOORS: &str = r#"{ "format": 1, "clock": "2026-01-02T03:04:05Z", "huawei": { "accounts": [ { "id": "d1", "name": "acme",
  "keys": [ { "id": "AK", "secret": "sk" } ],
  "users": [ { "name": "anna", "password": "pw" } ],
  "agencies": [ { "name": "ops" } ],
  "identity_providers": [ { "id": "corp", "tokens": ["their-token"] } ],
  "server_agency": "ops",
  "projects": [ { "id": "p1", "name": "cn-north-4" }, { "id": "p2", "name": "cn-north-4_team" } ] } ] } }"#;

/// Variables of the environment, and one file that holds a token.
struct Environment(&'static [(&'static str, &'static str)]);

impl Outside for Environment {
    fn variable(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    }

    fn read(&self, path: &std::path::Path) -> std::io::Result<String> {
        let is_token = path == std::path::Path::new("/token");
        is_token.then(|| "their-token".to_owned()).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }

    fn home(&self) -> Option<std::path::PathBuf> {
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_of_an_account_opens() {
    let check = async |variables: &'static [(&'static str, &'static str)], calls: &[&str], caller: &str| {
        let clock = Arc::new(Clock(Mutex::new(("2026-01-02T03:04:05Z".parse().expect("a time"), 0))));
        let wall = clock.clone();
        let options = Options { wall: Arc::new(move || wall.now()), ..Options::default() };
        let world = World::parse(DOORS).expect("a world");
        let emulator = Emulator::start(world, options).await.expect("loopback has a port");
        let outside: Arc<dyn Outside> = Arc::new(Environment(variables));
        let found = credentials::find(&Explicit::default(), &outside).expect("there is a place");
        let client = Client::new(ClientOptions {
            http: Arc::new(Http::new(HttpOptions {
                resolve: Some(emulator.addr()),
                ..HttpOptions::default()
            })),
            host: SharedHost(clock),
            rates: Arc::default(),
            keys: Arc::new(Keyring::new(found.origin, outside)),
            endpoints: Endpoints::default(),
            projects: BTreeMap::new(),
            project_name: found.project_name,
            domain: None,
        });
        assert_eq!(cbr::list_vaults(&client, REGION).await.expect("a listing").len(), 0, "{variables:?}");
        let project =
            if client.project(REGION).await.expect("a project").as_ref() == "p2" { "team" } else { "main" };
        let who = client.caller(REGION).await.expect("somebody").principal_id.expect("a name");
        assert_eq!(format!("{who} {project}"), caller, "{variables:?}");
        for call in calls {
            assert_eq!(emulator.stats().calls(call), 1, "{call}");
        }
    };
    check(&[], &["MetadataToken", "MetadataSecurityKey"], "agency/ops main").await;
    check(
        &[("HW_USER_NAME", "anna"), ("HW_USER_PASSWORD", "pw"), ("HW_DOMAIN_NAME", "acme")],
        &["KeystoneCreateUserTokenByPassword", "CreateTemporaryAccessKey"],
        "anna main",
    )
    .await;
    check(
        &[("HUAWEICLOUD_SDK_IDP_ID", "corp"), ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/token")],
        &["CreateTokenByIdToken", "CreateTemporaryAccessKey"],
        "federated/corp main",
    )
    .await;
    check(
        &[
            ("HUAWEICLOUD_OIDC_PROVIDER_URN", "iam::d1:oidc-provider:corp"),
            ("HUAWEICLOUD_OIDC_AGENCY_URN", "iam::d1:agency:ops"),
            ("HUAWEICLOUD_OIDC_ID_TOKEN", "their-token"),
            ("HW_PROJECT_NAME", "cn-north-4_team"),
        ],
        &["AssumeAgencyWithOidc"],
        "agency/ops/oidc-sts-session team",
    )
    .await;
    check(
        &[
            ("HW_ACCESS_KEY", "AK"),
            ("HW_SECRET_KEY", "sk"),
            ("HW_ASSUME_ROLE_AGENCY_NAME", "ops"),
            ("HW_ASSUME_ROLE_DOMAIN_NAME", "acme"),
        ],
        &["CreateTemporaryAccessKey"],
        "agency/ops main",
    )
    .await;
    check(
        &[
            ("OS_ACCESS_KEY", "AK"),
            ("OS_SECRET_KEY", "sk"),
            ("HW_ASSUME_ROLE_AGENCY_NAME", "ops"),
            ("HW_ASSUME_ROLE_DOMAIN_ID", "d1"),
        ],
        &["AssumeAgency"],
        "agency/ops/ops main",
    )
    .await;
}
