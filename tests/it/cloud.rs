//! The client of Alibaba Cloud against the emulator: two readings of the vendor's documents, over real HTTP.
//!
//! Client and emulator share one clock, which moves only when somebody waits, so nothing here takes real time but the
//! connections that a fault holds for a moment.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use backform::cloud::alibaba::credentials::Credentials;
use backform::cloud::alibaba::provider::{Alibaba, Keys, Shared};
use backform::cloud::host::{Host, Pause, SharedHost};
use backform::cloud::http::{Http, HttpOptions};
use backform::cloud::rate::RateLimiter;
use backform::cloud::{Cloud, Error, ErrorKind};
use backform::emulator::{Emulator, OWN_KEY_ID, OWN_KEY_SECRET, Options, Running, World};
use backform::model::address::{BlockAddress, Key};
use backform::model::desired::{ProviderConfig, ProviderKey, Scope};
use backform::model::live::Candidate;
use backform::model::value::{Object, Value};
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
    let start = "2026-01-02T03:04:05Z".parse().expect("a time");
    let clock = Arc::new(Clock(Mutex::new((start, 0))));
    let wall = clock.clone();
    let options = Options {
        faults: fault.map(|fault| fault.parse().expect("a fault")).into_iter().collect(),
        wall: Arc::new(move || wall.now()),
        ..Options::default()
    };
    let emulator = Emulator::start(World::fleet(servers), options).await.expect("loopback has a port");
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
        arguments: Object::new(),
        declared_at: None,
    };
    let own = Credentials::new(OWN_KEY_ID.into(), secret.to_owned().into(), None, "the emulator".into());
    let cloud = Alibaba::connect(&config, Keys::Emulator(&own), &shared).expect("a provider");
    Setting { emulator, cloud }
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

fn candidate(number: u32) -> Candidate {
    let address = BlockAddress::managed(PLAN, format!("server{number}")).instance(Key::None);
    Candidate { address, scope: scope(), values: desired(number, &[]) }
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
    cloud.evidence(PLAN, &scope, std::slice::from_ref(&live)).await?;
    cloud.gates(PLAN, &scope, &[candidate(2)]).await?;
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
    let gates = cloud.gates(PLAN, &scope(), &[candidate(2), candidate(3)]).await.expect("a judgement");
    let rules: Vec<&str> = gates.values().flatten().map(|gate| gate.rule.as_str()).collect();
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
