//! A caller for the tests of this cloud: signs its requests, and reads the answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use serde_json::Value;

use super::gateway;
use super::operations::Product;
use super::params::percent_encode;
use super::sign::sign_v3;
use crate::emulator::Options;
use crate::emulator::clock::{Time, parse_duration};
use crate::emulator::core::Core;
use crate::emulator::request::{Reply, Request};
use crate::emulator::world::World;

/// Servers of every kind, a key of every kind, a clock that stands still at midnight in London.
const WORLD: &str = r#"{
  "format": 1,
  "clock": "2026-11-20T00:00:00Z",
  "pace": 1,
  "alibaba": { "accounts": [ {
    "keys": [
      { "id": "admin", "secret": "s" },
      { "id": "user", "secret": "s", "user": "anna" },
      { "id": "off", "secret": "s", "inactive": true },
      { "id": "reader", "secret": "s", "user": "ben",
        "policy": { "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "hbr:Describe*", "Resource": "*" } ] } },
      { "id": "STS.old", "secret": "s", "security_token": "t-old", "expires": "2026-11-19T00:00:00Z" },
      { "id": "STS.new", "secret": "s", "security_token": "t-new", "expires": "2026-11-21T00:00:00Z",
        "assumed": { "role": "ops", "name": "me" } } ],
    "roles": [ { "name": "ops" } ],
    "oidc_providers": [ { "name": "ci", "token": "e30.good" } ],
    "regions": { "cn-hangzhou": {
      "instances": [
        { "id": "i-web", "name": "web-1", "disks": [40, 100], "tags": { "env": "prod" }, "directories": ["/srv/www"] },
        { "id": "i-db", "name": "db-1", "disks": [40] },
        { "id": "i-old", "name": "old-1", "os_name": "CentOS  6.8 32 bit", "architecture": "i386", "image": "centos_6" },
        { "id": "i-mute", "name": "mute-1", "cloud_assistant": false },
        { "id": "i-off", "name": "off-1", "status": "Stopped" },
        { "id": "i-classic", "name": "classic-1", "network": "classic" },
        { "id": "i-bad", "name": "bad-1", "backup_error": "DISK_FULL" } ],
      "vaults": [ { "id": "v-1", "name": "first" } ] } } } ] } }"#;

/// An emulated cloud, and somebody who calls it.
pub struct Cloud {
    pub core: Core,
    pub key: (String, String, Option<String>),
    pub host: String,
    wall: Arc<AtomicI64>,
    nonce: u32,
}

impl Cloud {
    pub fn new() -> Cloud {
        Cloud::of(WORLD)
    }

    pub fn of(world: &str) -> Cloud {
        let midnight: Time = "2026-11-20T00:00:00Z".parse().unwrap();
        let wall = Arc::new(AtomicI64::new(midnight.unix()));
        let clock = Arc::clone(&wall);
        let source = Arc::new(move || Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap());
        Cloud {
            core: Core::new(
                World::parse(world).unwrap(),
                &Options { keys: Vec::new(), wall: source, ..Options::default() },
            ),
            key: ("admin".to_owned(), "s".to_owned(), None),
            host: "127.0.0.1:1".to_owned(),
            wall,
            nonce: 0,
        }
    }

    /// The same cloud, called with another key.
    pub fn with_key(mut self, id: &str, token: Option<&str>) -> Cloud {
        self.key = (id.to_owned(), "s".to_owned(), token.map(str::to_owned));
        self
    }

    /// Lets real time pass.
    pub fn wait(&mut self, seconds: i64) {
        self.wall.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Turns the world's clock.
    pub fn advance(&mut self, duration: &str) {
        let to = self.core.now().plus(parse_duration(duration).unwrap());
        self.core.turn_to(to).unwrap();
    }

    /// A request with parameters such as `Edition=BASIC PlanId=plan-1`, not signed yet.
    pub fn request(&mut self, product: Product, action: &str, params: &str) -> Request {
        self.nonce += 1;
        let mut query = String::new();
        for param in params.split_whitespace() {
            let (name, value) = param.split_once('=').unwrap();
            query.push_str(if query.is_empty() { "" } else { "&" });
            percent_encode(name, &mut query);
            query.push('=');
            percent_encode(value, &mut query);
        }
        let date = self.core.wall().to_string();
        let mut headers = vec![
            ("host", self.host.clone()),
            ("x-acs-action", action.to_owned()),
            ("x-acs-version", product.version().to_owned()),
            ("x-acs-date", date),
            ("x-acs-signature-nonce", self.nonce.to_string()),
            (
                "x-acs-content-sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
            ),
        ];
        headers.extend(self.key.2.clone().map(|token| ("x-acs-security-token", token)));
        Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            query,
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            body: Vec::new(),
        }
    }

    /// Signs a request and sends it.
    pub fn send(&mut self, mut request: Request) -> Reply {
        sign_v3(&mut request, &self.key.0, &self.key.1);
        gateway::answer(&mut self.core, &request)
    }

    fn call(&mut self, product: Product, action: &str, params: &str) -> Result<Value, String> {
        let request = self.request(product, action, params);
        let reply = self.send(request);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        let is_success = reply.status == 200 && body["Success"] != false;
        if is_success { Ok(body) } else { Err(body["Code"].as_str().unwrap().to_owned()) }
    }

    pub fn hbr(&mut self, action: &str, params: &str) -> Result<Value, String> {
        self.call(Product::Hbr, action, params)
    }

    pub fn ecs(&mut self, action: &str, params: &str) -> Result<Value, String> {
        self.call(Product::Ecs, action, params)
    }

    pub fn sts(&mut self, action: &str, params: &str) -> Result<Value, String> {
        self.call(Product::Sts, action, params)
    }

    /// Makes a plan of the Essential Edition, and answers its id.
    pub fn protect(&mut self, instance: &str) -> String {
        let params = format!("Edition=BASIC SourceType=ECS_FILE InstanceId={instance} Schedule=I|7200|P1D");
        self.hbr("CreateBackupPlan", &params).unwrap()["PlanId"].as_str().unwrap().to_owned()
    }

    /// The plan of this id, as the listing shows it.
    pub fn plan(&mut self, id: &str) -> Value {
        let params = format!("Edition=BASIC Filters.1.Key=planId Filters.1.Values.1={id}");
        self.hbr("DescribeBackupPlans", &params).unwrap()["BackupPlans"]["BackupPlan"][0].clone()
    }

    /// The jobs of the Essential Edition, newest first: id and state.
    pub fn jobs(&mut self) -> Vec<(String, String)> {
        let answer = self.hbr("DescribeBackupJobs2", "Edition=BASIC PageSize=99").unwrap();
        let jobs = answer["BackupJobs"]["BackupJob"].as_array().unwrap();
        let text = |job: &Value, name: &str| job[name].as_str().unwrap().to_owned();
        jobs.iter().map(|job| (text(job, "JobId"), text(job, "Status"))).collect()
    }

    /// The recovery points of an instance.
    pub fn points(&mut self, instance: &str) -> Vec<Value> {
        let query = format!(r#"[{{"field":"instanceId","value":"{instance}","operation":"MATCH_TERM"}}]"#);
        let params = format!("Edition=BASIC SourceType=ECS_FILE Limit=100 Query={query}");
        let answer = self.hbr("SearchHistoricalSnapshots", &params).unwrap();
        answer["Snapshots"]["Snapshot"].as_array().unwrap().clone()
    }
}

/// The code of a refusal, or `ok`.
pub fn code(answer: Result<Value, String>) -> String {
    answer.map_or_else(|code| code, |_| "ok".to_owned())
}
