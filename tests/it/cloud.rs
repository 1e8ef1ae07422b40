//! The client of Alibaba Cloud against the emulator: two readings of the vendor's documents, over real HTTP.
//!
//! Client and emulator share one clock, which moves only when somebody waits, so nothing here takes real time but the
//! connections that a fault holds for a moment.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use backform::cloud::alibaba::acts::restore_once as restore;
use backform::cloud::alibaba::credentials::Credentials;
use backform::cloud::alibaba::doctor;
use backform::cloud::alibaba::permissions::NEEDS;
use backform::cloud::alibaba::provider::{Alibaba, Keys};
use backform::cloud::connection::Shared;
use backform::cloud::host::{Host, Pause, SharedHost};
use backform::cloud::http::{Http, HttpOptions};
use backform::cloud::outside::Outside;
use backform::cloud::permissions::{self, Stage};
use backform::cloud::rate::RateLimiter;
use backform::cloud::{Cloud, Error, ErrorKind};
use backform::emulator::{Emulator, OWN_KEY_ID, OWN_KEY_SECRET, Options, Running, World};
use backform::model::address::{BlockAddress, Key};
use backform::model::desired::{ProviderConfig, ProviderKey, Scope};
use backform::model::live::{Candidate, LiveObject, Stake};
use backform::model::report::Outcome;
use backform::model::value::{Object, Value};
use backform::wire::alibaba::hbr::CreateRestoreJobRequest;
use jiff::Timestamp;

const PLAN: &str = "alicloud_ecs_file_backup";

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

/// A fleet in an emulator, and a client of it.
struct Setting {
    emulator: Running,
    cloud: Alibaba,
}

async fn setting(servers: u32, fault: Option<&str>, secret: &str) -> Setting {
    let own = Credentials::new(OWN_KEY_ID.into(), secret.to_owned().into(), None, "the emulator".into());
    Scene { world: World::fleet(servers), fault, ahead: 0 }.play(Keys::Emulator(&own), &[]).await.0
}

/// What an emulator is started with.
struct Scene<'a> {
    world: World,
    fault: Option<&'a str>,
    /// Seconds by which the emulator's clock is ahead of the client's.
    ahead: i64,
}

impl Scene<'_> {
    /// The emulator, a client with these keys and arguments, and the clock that both go by.
    async fn play(self, keys: Keys<'_>, arguments: &[(&str, Value)]) -> (Setting, Arc<Clock>) {
        let start = "2026-01-02T03:04:05Z".parse().expect("a time");
        let clock = Arc::new(Clock(Mutex::new((start, 0))));
        let (wall, ahead) = (clock.clone(), Duration::from_secs(self.ahead.unsigned_abs()));
        let is_ahead = self.ahead >= 0;
        let options = Options {
            faults: self.fault.map(|fault| fault.parse().expect("a fault")).into_iter().collect(),
            wall: Arc::new(move || if is_ahead { wall.now() + ahead } else { wall.now() - ahead }),
            ..Options::default()
        };
        let emulator = Emulator::start(self.world, options).await.expect("loopback has a port");
        let cloud = connected(&emulator, clock.clone(), keys, arguments);
        (Setting { emulator, cloud }, clock)
    }
}

/// A client of the emulator.
fn connected(emulator: &Running, clock: Arc<Clock>, keys: Keys<'_>, arguments: &[(&str, Value)]) -> Alibaba {
    let http = HttpOptions {
        resolve: Some(emulator.addr()),
        read_timeout: Duration::from_secs(2),
        ..HttpOptions::default()
    };
    let shared = Shared {
        http: Arc::new(Http::new(http)),
        host: SharedHost(clock),
        rates: Arc::new(RateLimiter::default()),
        parallelism: 4,
    };
    let config = ProviderConfig {
        key: ProviderKey::default_of("alicloud"),
        arguments: arguments.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        declared_at: None,
    };
    Alibaba::connect(&config, keys, &shared).expect("a provider")
}

fn scope() -> Scope {
    Scope { provider: ProviderKey::default_of("alicloud"), region: "cn-hangzhou".into() }
}

fn server(number: u32) -> String {
    format!("i-fleet-{number:06}")
}

/// A plan for a server of the fleet, at 02:30 in Shanghai.
fn desired(number: u32, others: &[(&str, Value)]) -> Object {
    let mut values: Object = [
        ("instance_id".into(), Value::string(server(number))),
        ("priority".into(), Value::string("L1")),
        ("keep_latest_snapshot".into(), Value::from(true)),
        ("paused".into(), Value::from(false)),
        ("start_time".into(), Value::string("02:30")),
        ("time_zone".into(), Value::string("Asia/Shanghai")),
    ]
    .into();
    values.extend(others.iter().map(|(name, value)| ((*name).into(), value.clone())));
    values
}

/// Objects that go with everything in them.
fn stakes(objects: &[LiveObject]) -> Vec<Stake> {
    objects.iter().cloned().map(Stake::whole).collect()
}

fn candidate(number: u32) -> Candidate {
    let address = BlockAddress::managed(PLAN, format!("server{number}")).instance(Key::None);
    Candidate::to_be_made(address, scope(), desired(number, &[]))
}

/// Every operation that an apply makes of one plan; says how many plans there were in the end.
async fn whole_life(cloud: &Alibaba) -> Result<usize, Error> {
    let (scope, wanted) =
        (scope(), desired(1, &[("paused", Value::from(true)), ("start_time", Value::string("03:00"))]));
    let first = cloud.create(PLAN, &scope, &desired(1, &[])).await?;
    let again = cloud.create(PLAN, &scope, &desired(1, &[])).await?;
    assert_eq!(first, again, "no server gets a second plan");
    // A listing that lags shows the plan at the third look.
    for _ in 0..3 {
        cloud.list(PLAN, &scope, &BTreeSet::new()).await?;
    }
    let live = cloud.read(PLAN, &scope, Some(&first), None).await?.expect("the plan is there");
    cloud.update(PLAN, &scope, &live, &wanted).await?;
    cloud.evidence(PLAN, &scope, &[Stake::whole(live.clone())]).await?;
    cloud.judge(PLAN, &scope, &[candidate(2)]).await?;
    for _ in 0..3 {
        cloud.list(PLAN, &scope, &BTreeSet::new()).await?;
    }
    let live = cloud.read(PLAN, &scope, None, Some(&server(1))).await?.expect("the plan is there");
    assert_eq!(live.values["paused"], Value::from(true));
    assert_eq!(live.values["start_time"], Value::string("19:00"));
    cloud.delete(PLAN, &scope, &live).await?;
    cloud.delete(PLAN, &scope, &live).await?;
    for _ in 0..3 {
        cloud.list(PLAN, &scope, &BTreeSet::new()).await?;
    }
    Ok(cloud.list(PLAN, &scope, &BTreeSet::new()).await?.objects.len())
}

#[tokio::test]
async fn every_fault_at_every_operation_ends_well() {
    for operation in [
        "CreateBackupPlan",
        "DeleteBackupPlan",
        "DescribeBackupPlans",
        "DescribeInstances",
        "DisableBackupPlan",
        "SearchHistoricalSnapshots",
        "UpdateBackupPlan",
    ] {
        for kind in [
            "cut",
            "delayed",
            "garbled",
            "internal",
            "throttle",
            "timeout-after",
            "timeout-before",
            "unavailable",
        ] {
            let fault = format!("{operation}:{kind}:times=2,seconds=0.02");
            let Setting { cloud, emulator: _emulator } = setting(2, Some(&fault), OWN_KEY_SECRET).await;
            let left = whole_life(&cloud).await;
            assert_eq!(left.map_err(|error| error.to_string()), Ok(0), "{fault}");
        }
    }
}

#[tokio::test]
async fn a_refresh_takes_one_call_for_each_page_of_plans() {
    let Setting { cloud, emulator } = setting(250, None, OWN_KEY_SECRET).await;
    for number in 1..=250 {
        cloud.create(PLAN, &scope(), &desired(number, &[])).await.expect("a plan");
    }
    emulator.reset_stats();
    let listing = cloud.list(PLAN, &scope(), &BTreeSet::new()).await.expect("a listing");
    assert_eq!(listing.objects.len(), 250);
    assert_eq!(emulator.stats().requests, 3);
}

#[tokio::test]
async fn what_jobs_clients_and_recovery_points_say_is_read_when_asked_for() {
    let Setting { cloud, emulator } = setting(2, None, OWN_KEY_SECRET).await;
    cloud.create(PLAN, &scope(), &desired(1, &[])).await.expect("a plan");
    let asked: BTreeSet<Arc<str>> =
        ["client_status", "latest_job", "next_run", "recovery_points", "status"].map(Arc::from).into();
    let seen = async |name: &str| {
        let listing = cloud.list(PLAN, &scope(), &asked).await.expect("a listing");
        listing.objects[0].values[name].clone()
    };
    assert_eq!(seen("status").await, Value::string("preparing"));
    assert_eq!(seen("next_run").await, Value::string("2026-01-02T18:30:00Z"));
    emulator.advance("P3D").expect("a duration");
    assert_eq!(seen("status").await, Value::string("normal"));
    assert_eq!(seen("client_status").await, Value::string("ACTIVATED"));
    assert_eq!(seen("recovery_points").await, Value::from(3_i64));
    assert_eq!(seen("latest_job").await.attribute("status"), Some(Value::string("COMPLETE")));
}

#[tokio::test]
async fn a_server_that_does_not_exist_is_a_gate() {
    let Setting { cloud, emulator: _emulator } = setting(2, None, OWN_KEY_SECRET).await;
    let judged = cloud.judge(PLAN, &scope(), &[candidate(2), candidate(3)]).await.expect("a judgement");
    let rules: Vec<&str> = judged.values().flat_map(|of| &of.gates).map(|gate| gate.rule.as_str()).collect();
    assert_eq!(rules, ["instance missing"]);
}

#[tokio::test]
async fn a_wrong_secret_is_named_and_never_shown() {
    let Setting { cloud, emulator: _emulator } = setting(1, None, "not-the-secret").await;
    let error = cloud.list(PLAN, &scope(), &BTreeSet::new()).await.expect_err("the signature differs");
    assert_eq!(error.kind(), ErrorKind::Auth);
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("not-the-secret") && !text.contains(OWN_KEY_ID), "{text}");
    }
    assert!(error.to_string().contains("the secret does not belong to the key id"), "{error}");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_said_to_be() {
    let Setting { cloud, emulator: _emulator } = setting(1, Some("*:skew"), OWN_KEY_SECRET).await;
    let error = cloud.list(PLAN, &scope(), &BTreeSet::new()).await.expect_err("the date is refused");
    assert_eq!(error.kind(), ErrorKind::ClockSkew);
}

/// Somebody's environment, and a file with a token.
struct Somebody(Vec<(&'static str, &'static str)>);

impl Outside for Somebody {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    fn read(&self, path: &Path) -> std::io::Result<String> {
        let is_token = path == Path::new("/token");
        is_token.then(|| "e30.good\n".to_owned()).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }

    fn home(&self) -> Option<PathBuf> {
        None
    }
}

/// A fleet, and keys of users with different permissions.
fn world_of_users() -> World {
    World::parse(
        r#"{ "format": 1, "clock": "2026-01-02T03:04:05Z", "alibaba": { "accounts": [ {
            "id": "1000000000000001",
            "keys": [
              { "id": "anna", "secret": "s-anna", "user": "anna" },
              { "id": "ben", "secret": "s-ben", "user": "ben", "policy": { "Version": "1", "Statement": [
                { "Effect": "Allow", "Action": ["hbr:Describe*", "hbr:CreateBackupPlan"], "Resource": "*" } ] } } ],
            "roles": [ { "name": "backup" } ],
            "oidc_providers": [ { "name": "ci", "token": "e30.good" } ],
            "regions": { "cn-hangzhou": { "instances": [ { "id": "i-fleet-000001" }, { "id": "i-fleet-000002" } ] } } } ] } }"#,
    )
    .expect("a world")
}

const ROLE: &str = "acs:ram::1000000000000001:role/backup";

fn anna() -> Arc<dyn Outside> {
    Arc::new(Somebody(vec![
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "anna"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s-anna"),
        ("ALICLOUD_ASSUME_ROLE_ARN", ROLE),
    ]))
}

fn from_ci() -> Arc<dyn Outside> {
    Arc::new(Somebody(vec![
        ("ALIBABA_CLOUD_ROLE_ARN", ROLE),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1000000000000001:oidc-provider/ci"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token"),
    ]))
}

#[tokio::test]
async fn temporary_keys_last_through_a_long_run() {
    for outside in [anna(), from_ci()] {
        let scene = Scene { world: world_of_users(), fault: None, ahead: 0 };
        let (Setting { cloud, emulator }, clock) = scene.play(Keys::Outside(&outside), &[]).await;
        for _ in 0..4 {
            cloud.list(PLAN, &scope(), &BTreeSet::new()).await.expect("a listing");
            clock.sleep(Duration::from_secs(1200)).await;
        }
        // A key lasts an hour, and is renewed before the fourth call.
        let stats = emulator.stats();
        assert_eq!(stats.calls("AssumeRole") + stats.calls("AssumeRoleWithOIDC"), 2);
        assert_eq!(stats.errors, [].into());
    }
}

#[tokio::test]
async fn a_temporary_key_that_is_revoked_in_mid_run_is_replaced_by_another() {
    let outside = anna();
    let scene = Scene { world: world_of_users(), fault: None, ahead: 0 };
    let (Setting { cloud, emulator }, _) = scene.play(Keys::Outside(&outside), &[]).await;
    let id = cloud.create(PLAN, &scope(), &desired(1, &[])).await.expect("a plan");
    revoke_temporary_keys(&emulator);
    let again = cloud.create(PLAN, &scope(), &desired(1, &[])).await.expect("a plan");
    assert_eq!(id, again);
    assert_eq!(emulator.stats().errors.get("InvalidAccessKeyId.NotFound"), Some(&1));
    assert_eq!(emulator.stats().calls("AssumeRole"), 2);
}

/// The same world without the keys that were handed out.
fn revoke_temporary_keys(emulator: &Running) {
    let mut world: serde_json::Value = serde_json::from_str(&emulator.world()).expect("JSON");
    let keys = world["alibaba"]["accounts"][0]["keys"].as_array_mut().expect("a list");
    let before = keys.len();
    keys.retain(|key| !key["id"].as_str().unwrap_or_default().starts_with("STS."));
    assert!(keys.len() < before, "a key was handed out");
    emulator.replace_world(World::parse(&world.to_string()).expect("a world"));
}

#[tokio::test]
async fn a_clock_20_minutes_off_is_corrected_by_the_services_own() {
    for ahead in [1200, -1200] {
        let own = Credentials::new(
            OWN_KEY_ID.into(),
            OWN_KEY_SECRET.to_owned().into(),
            None,
            "the emulator".into(),
        );
        let scene = Scene { world: World::fleet(1), fault: None, ahead };
        let (Setting { cloud, emulator }, _) = scene.play(Keys::Emulator(&own), &[]).await;
        cloud.create(PLAN, &scope(), &desired(1, &[])).await.expect("a plan");
        assert_eq!(cloud.client().clock_correction(), Some(ahead));
        assert_eq!(emulator.stats().errors.get("InvalidTimeStamp.Expired"), Some(&1));
    }
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let ben: Arc<dyn Outside> = Arc::new(Somebody(vec![
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ben"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s-ben"),
    ]));
    let scene = Scene { world: world_of_users(), fault: None, ahead: 0 };
    let (Setting { cloud, emulator: _emulator }, _) = scene.play(Keys::Outside(&ben), &[]).await;
    let id = cloud.create(PLAN, &scope(), &desired(1, &[])).await.expect("he may create");
    let live = cloud.read(PLAN, &scope(), Some(&id), None).await.expect("he may look").expect("it is there");
    let error = cloud.delete(PLAN, &scope(), &live).await.expect_err("he may not delete");
    assert_eq!(error.kind(), ErrorKind::Permission);
    assert!(error.to_string().contains("the missing permission is hbr:DeleteBackupPlan"), "{error}");
    let error = cloud.judge(PLAN, &scope(), &[candidate(2)]).await.expect_err("he may not see servers");
    assert!(error.to_string().contains("the missing permission is ecs:DescribeInstances"), "{error}");
}

/// A fleet whose cloud takes another reading of the vendor's texts.
fn fleet_that_reads(reading: &str) -> World {
    let mut world: serde_json::Value = serde_json::from_str(&World::fleet(3).to_json()).expect("JSON");
    match reading {
        "open-again" => world["alibaba"]["open_again"] = "accepted".into(),
        reading => world["alibaba"]["other_readings"] = [reading].into(),
    }
    World::parse(&world.to_string()).expect("a world")
}

#[tokio::test]
async fn either_reading_of_the_vendors_texts_works() {
    for reading in [
        "client-token-ignored",
        "create-again-answers-no-id",
        "create-again-refused",
        "keys-as-documented",
        "open-again",
        "options-not-shown",
        "search-needs-vault",
        "unknown-key-is400",
        "unknown-plan-is-invalid-resource",
    ] {
        for fault in [None, Some("CreateBackupPlan:timeout-after:times=1,seconds=0.02")] {
            let own = Credentials::new(
                OWN_KEY_ID.into(),
                OWN_KEY_SECRET.to_owned().into(),
                None,
                "the emulator".into(),
            );
            let scene = Scene { world: fleet_that_reads(reading), fault, ahead: 0 };
            let (Setting { cloud, emulator }, _) = scene.play(Keys::Emulator(&own), &[]).await;
            let told = format!("{reading} {fault:?}");
            lives_with(&cloud, &emulator).await.unwrap_or_else(|error| panic!("{told}: {error}"));
        }
    }
}

/// What an apply makes of two plans: none is made twice, losses are seen, and reading back agrees.
async fn lives_with(cloud: &Alibaba, emulator: &Running) -> Result<(), Error> {
    let scope = scope();
    cloud.prepare("open-cloud-backup").await?;
    for number in [1, 2] {
        let id = cloud.create(PLAN, &scope, &desired(number, &[])).await?;
        let live = cloud.read(PLAN, &scope, Some(&id), None).await?.expect("the plan is there");
        let schemas = backform::cloud::schemas();
        let mut values = live.values.clone();
        (schemas.resources[PLAN].align)(&desired(number, &[]), &mut values);
        assert_eq!(values["priority"], Value::string("L1"));
    }
    emulator.advance("P3D").expect("a duration");
    let listed = cloud.list(PLAN, &scope, &BTreeSet::new()).await?.objects;
    assert_eq!(listed.len(), 2);
    let evidence = cloud.evidence(PLAN, &scope, &stakes(&listed)).await?;
    assert!(evidence.values().all(|evidence| evidence.recovery_points == 3), "{evidence:?}");
    for live in &listed {
        cloud.delete(PLAN, &scope, live).await?;
        cloud.delete(PLAN, &scope, live).await?;
    }
    assert_eq!(cloud.list(PLAN, &scope, &BTreeSet::new()).await?.objects.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_restore_whose_answer_is_lost_is_made_once_whether_or_not_tokens_are_known() {
    for reading in ["open-again", "client-token-ignored"] {
        let own = Credentials::new(
            OWN_KEY_ID.into(),
            OWN_KEY_SECRET.to_owned().into(),
            None,
            "the emulator".into(),
        );
        let fault = Some("CreateRestoreJob:timeout-after:times=1,seconds=0.02");
        let scene = Scene { world: fleet_that_reads(reading), fault, ahead: 0 };
        let (Setting { cloud, emulator }, _) = scene.play(Keys::Emulator(&own), &[]).await;
        cloud.create(PLAN, &scope(), &desired(1, &[])).await.expect("a plan");
        emulator.advance("P2D").expect("a duration");
        let client = cloud.client();
        let points = client.list_snapshots("cn-hangzhou", &[server(1)]).await.expect("recovery points");
        let request = CreateRestoreJobRequest {
            vault_id: points[0].vault_id.clone(),
            snapshot_id: Some(points[0].snapshot_id.clone()),
            snapshot_hash: points[0].snapshot_hash.clone(),
            options: Some(restore::options("SKIP_THE_FILE")),
            target_instance_id: Some(server(2)),
            target_path: Some("/tmp".into()),
            client_token: Some("550e8400-e29b-41d4-a716-446655440000".into()),
            ..CreateRestoreJobRequest::default()
        };
        let id = client.restore_once("cn-hangzhou", &request).await.expect("a restore");
        let jobs = client.list_restore_jobs("cn-hangzhou", Vec::new()).await.expect("a listing");
        assert_eq!(jobs.iter().map(|job| job.restore_id.as_str()).collect::<Vec<_>>(), [id], "{reading}");
    }
}

/// A world in which ben may do these actions and nothing else.
fn world_in_which_ben_may(actions: &[&str]) -> World {
    let mut world: serde_json::Value = serde_json::from_str(&world_of_users().to_json()).expect("JSON");
    world["alibaba"]["accounts"][0]["keys"][1]["policy"]["Statement"] =
        serde_json::json!([{ "Effect": "Allow", "Action": actions, "Resource": "*" }]);
    World::parse(&world.to_string()).expect("a world")
}

/// A client with the key of ben.
async fn of_ben(world: World) -> Setting {
    let ben: Arc<dyn Outside> = Arc::new(Somebody(vec![
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ben"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s-ben"),
    ]));
    Scene { world, fault: None, ahead: 0 }.play(Keys::Outside(&ben), &[]).await.0
}

/// What a plan reads.
async fn planned(cloud: &Alibaba) -> Result<(), Error> {
    let listed = cloud.list(PLAN, &scope(), &BTreeSet::new()).await?.objects;
    cloud.evidence(PLAN, &scope(), &stakes(&listed)).await?;
    cloud.usage(&scope().region).await?;
    cloud.judge(PLAN, &scope(), &[candidate(1)]).await.map(drop)
}

#[tokio::test]
async fn the_least_policy_is_enough_and_nothing_in_it_is_idle() {
    let users: BTreeSet<&str> = [PLAN].into();
    let of_plan = permissions::actions(NEEDS, &users, Stage::Plan);
    let Setting { cloud, emulator: _emulator } = of_ben(world_in_which_ben_may(&of_plan)).await;
    planned(&cloud).await.expect("a plan needs no more");
    let error = cloud.create(PLAN, &scope(), &desired(1, &[])).await.expect_err("and it cannot write");
    assert!(error.to_string().contains("the missing permission is hbr:CreateBackupPlan"), "{error}");
    let of_apply = permissions::actions(NEEDS, &users, Stage::Apply);
    let Setting { cloud, emulator } = of_ben(world_in_which_ben_may(&of_apply)).await;
    planned(&cloud).await.expect("a plan");
    cloud.prepare("open-cloud-backup").await.expect("the service");
    assert_eq!(whole_life(&cloud).await.expect("an apply needs no more"), 0);
    let id =
        cloud.create(PLAN, &scope(), &desired(1, &[("paused", Value::from(true))])).await.expect("a plan");
    let live = cloud.read(PLAN, &scope(), Some(&id), None).await.expect("a look").expect("it is there");
    cloud.update(PLAN, &scope(), &live, &desired(1, &[])).await.expect("it is resumed");
    let called = emulator.stats().by_operation;
    // The service makes its own role, and an image is asked for only where a system's name does not tell.
    let elsewhere = ["ram:CreateServiceLinkedRole", "ecs:DescribeImages"];
    for action in of_apply.iter().filter(|action| !elsewhere.contains(action)) {
        let operation = action.split(':').nth(1).expect("a product and an operation");
        assert!(called.contains_key(operation), "{action} is not needed");
    }
}

#[tokio::test]
async fn a_doctor_says_who_calls_and_what_is_missing() {
    let Setting { cloud, emulator: _emulator } =
        of_ben(world_in_which_ben_may(&["hbr:Describe*", "ecs:DescribeInstances"])).await;
    let actions = permissions::actions(NEEDS, &[PLAN].into(), Stage::Apply);
    let findings = doctor::examine(&cloud, "cn-hangzhou", &actions).await;
    let of = |subject: &str| {
        let finding = findings.iter().find(|finding| finding.subject == subject);
        finding.unwrap_or_else(|| panic!("{subject} is looked at")).outcome.clone()
    };
    assert_eq!(of("credentials"), Outcome::Fine("the environment".into()));
    assert_eq!(of("identity"), Outcome::Fine("acs:ram::1000000000000001:user/ben".into()));
    assert_eq!(of("clock"), Outcome::Fine("it agrees with the service's".into()));
    assert_eq!(of("service"), Outcome::Fine("Cloud Backup is open for the account".into()));
    assert_eq!(of("hbr:DescribeBackupPlans"), Outcome::Fine("allowed".into()));
    assert_eq!(of("hbr:DeleteBackupPlan"), Outcome::Unknown("it writes, so it is not tried".into()));
    for missing in ["ecs:DescribeDisks", "hbr:SearchHistoricalSnapshots"] {
        let told = format!("the missing permission is {missing}");
        assert!(matches!(of(missing), Outcome::Wrong(text) if text.contains(&told)), "{missing}");
    }
    let text = format!("{findings:?}");
    assert!(!text.contains("s-ben"), "{text}");
}
