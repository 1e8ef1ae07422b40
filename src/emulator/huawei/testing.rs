//! A caller for the tests of this cloud: signs its requests, and reads the answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::gateway;
use super::sign::sign;
use crate::emulator::Options;
use crate::emulator::clock::{Time, parse_duration};
use crate::emulator::core::Core;
use crate::emulator::fault::Faults;
use crate::emulator::request::{Reply, Request};
use crate::emulator::world::World;

/// The project of the tests.
pub const PROJECT: &str = "p1";

/// Resources of every kind, a key of every kind, a clock that stands still at midnight in London.
const WORLD: &str = r#"{
  "format": 1,
  "clock": "2026-11-20T00:00:00Z",
  "pace": 1,
  "huawei": { "accounts": [ {
    "id": "d1", "name": "acme",
    "keys": [
      { "id": "admin", "secret": "s" },
      { "id": "off", "secret": "s", "inactive": true },
      { "id": "reader", "secret": "s",
        "policy": { "Version": "1.1", "Statement": [ { "Effect": "Allow", "Action": [ "cbr:*:list*", "cbr:*:get*" ] } ] } },
      { "id": "temp", "secret": "s", "security_token": "t-new", "expires": "2026-11-21T00:00:00Z" },
      { "id": "late", "secret": "s", "security_token": "t-old", "expires": "2026-11-19T00:00:00Z" } ],
    "users": [ { "name": "anna", "password": "pw" } ],
    "agencies": [ { "name": "ops",
      "policy": { "Version": "1.1", "Statement": [ { "Effect": "Allow", "Action": [ "cbr:vaults:list" ] } ] } } ],
    "enterprise_projects": [ { "id": "e1", "name": "shop" } ],
    "projects": [
      { "id": "p1", "name": "cn-north-4",
        "servers": [
          { "id": "web", "name": "web-1", "disks": [40, 100], "tags": { "env": "prod" } },
          { "id": "db", "name": "db-1", "disks": [40], "agent": true },
          { "id": "stuck", "status": "ERROR" },
          { "id": "bare", "disks": [] },
          { "id": "bad", "backup_error": "The server cannot be frozen." } ],
        "volumes": [ { "id": "vol", "size_gib": 50 } ],
        "shares": [ { "id": "share", "name": "share", "size_gib": 500 } ],
        "desktops": [ { "id": "desk", "name": "desk" } ] },
      { "id": "p2", "name": "cn-south-1",
        "vaults": [ { "id": "copies", "name": "copies", "size": 1000, "protect_type": "replication" } ] } ] } ] } }"#;

/// An emulated cloud, and somebody who calls it.
pub struct Cloud {
    pub core: Core,
    pub key: (String, String, Option<String>),
    pub host: String,
    wall: Arc<AtomicI64>,
}

impl Cloud {
    pub fn new() -> Cloud {
        let midnight: Time = "2026-11-20T00:00:00Z".parse().unwrap();
        let wall = Arc::new(AtomicI64::new(midnight.unix()));
        let clock = Arc::clone(&wall);
        let source = Arc::new(move || Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap());
        let options = Options { keys: Vec::new(), wall: source, ..Options::default() };
        Cloud {
            core: Core::new(World::parse(WORLD).unwrap(), &options),
            key: ("admin".to_owned(), "s".to_owned(), None),
            host: "127.0.0.1:1".to_owned(),
            wall,
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

    pub fn fault(&mut self, fault: &str) {
        self.core.faults = Faults::new([fault.parse().unwrap()]);
    }

    /// A request such as `GET /v3/p1/vaults?limit=1`, not signed yet. Of a path that begins with `~` this stands for the
    /// project.
    pub fn request(&self, line: &str, body: Option<&Value>) -> Request {
        let (method, target) = line.split_once(' ').unwrap();
        let target = target.replacen('~', &format!("/v3/{PROJECT}"), 1);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let date: String = self.core.wall().to_string().chars().filter(|c| !"-:".contains(*c)).collect();
        let mut headers = vec![("host".to_owned(), self.host.clone()), ("x-sdk-date".to_owned(), date)];
        headers.extend(self.key.2.clone().map(|token| ("x-security-token".to_owned(), token)));
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        }
    }

    /// Signs a request and sends it.
    pub fn send(&mut self, mut request: Request) -> Reply {
        sign(&mut request, &self.key.0, &self.key.1);
        gateway::answer(&mut self.core, &request)
    }

    /// The body of a success, or status and code of a refusal.
    pub fn call(&mut self, line: &str, body: Value) -> Result<Value, String> {
        let body = Some(body).filter(|body| !body.is_null());
        let request = self.request(line, body.as_ref());
        read(&self.send(request))
    }

    pub fn get(&mut self, line: &str) -> Result<Value, String> {
        self.call(&format!("GET {line}"), Value::Null)
    }

    pub fn post(&mut self, line: &str, body: Value) -> Result<Value, String> {
        self.call(&format!("POST {line}"), body)
    }

    pub fn put(&mut self, line: &str, body: Value) -> Result<Value, String> {
        self.call(&format!("PUT {line}"), body)
    }

    pub fn delete(&mut self, line: &str) -> Result<Value, String> {
        self.call(&format!("DELETE {line}"), Value::Null)
    }

    /// Makes a server vault of 1000 GB with these servers, and answers its id.
    pub fn vault(&mut self, name: &str, servers: &[&str]) -> String {
        let answer = self.post("~/vaults", vault(name, servers, json!({}))).unwrap();
        answer["vault"]["id"].as_str().unwrap().to_owned()
    }

    /// Makes a backup policy of daily runs at two, and answers its id.
    pub fn policy(&mut self, definition: Value) -> String {
        let answer = self.post("~/policies", policy(definition)).unwrap();
        answer["policy"]["id"].as_str().unwrap().to_owned()
    }

    /// Sets a policy on a vault.
    pub fn set(&mut self, vault: &str, policy: &str) {
        self.post(&format!("~/vaults/{vault}/associatepolicy"), json!({ "policy_id": policy })).unwrap();
    }

    /// The backups of this filter, newest first.
    pub fn backups(&mut self, filter: &str) -> Vec<Value> {
        self.get(&format!("~/backups?{filter}")).unwrap()["backups"].as_array().unwrap().clone()
    }

    /// Backs everything in a vault up, and waits for the end.
    pub fn back_up(&mut self, vault: &str) {
        self.post("~/checkpoints", json!({ "checkpoint": { "vault_id": vault } })).unwrap();
        self.advance("PT1H");
    }
}

fn read(reply: &Reply) -> Result<Value, String> {
    let body: Value =
        if reply.body.is_empty() { Value::Null } else { serde_json::from_slice(&reply.body).unwrap() };
    if reply.status < 300 {
        return Ok(body);
    }
    let inner = body.as_object().and_then(|body| body.values().next()).cloned().unwrap_or_default();
    let code =
        [&body["error_code"], &inner["code"], &body["errCode"]].into_iter().find(|code| !code.is_null());
    let code =
        code.map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned)).unwrap_or_default();
    Err(format!("{} {}", reply.status, code.trim_start_matches("BackupService.")))
}

/// The body that makes a server vault, with changes to what is billed.
#[expect(clippy::needless_pass_by_value, reason = "so the calls are easier to read")]
pub fn vault(name: &str, servers: &[&str], billing: Value) -> Value {
    let resources: Vec<Value> =
        servers.iter().map(|id| json!({ "id": id, "type": "OS::Nova::Server" })).collect();
    let mut body = json!({ "vault": { "name": name, "resources": resources, "billing": {
        "object_type": "server", "protect_type": "backup", "consistent_level": "crash_consistent", "size": 1000 } } });
    for (key, value) in billing.as_object().unwrap() {
        body["vault"]["billing"][key] = value.clone();
    }
    body
}

/// The body that makes a backup policy of daily runs at two.
#[expect(clippy::needless_pass_by_value, reason = "so the calls are easier to read")]
pub fn policy(definition: Value) -> Value {
    json!({ "policy": { "name": "daily", "operation_type": "backup", "operation_definition": definition,
        "trigger": { "properties": { "pattern": ["FREQ=DAILY;INTERVAL=1;BYHOUR=02;BYMINUTE=00"] } } } })
}

/// Status and code of a refusal, or `ok`.
pub fn code(answer: Result<Value, String>) -> String {
    answer.map_or_else(|code| code, |_| "ok".to_owned())
}
