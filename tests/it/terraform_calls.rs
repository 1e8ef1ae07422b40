//! The calls that Terraform makes with the vendor's own provider, in its order and with its bodies, against the emulator.
//!
//! Source: terraform-provider-huaweicloud, `services/cbr/*`, `config/eps_management.go` and `common/common.go` at
//! 2026-08-21: what each of its operations sends, and what of the answers it goes by.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use backform::cloud::http::{Endpoint, Http, HttpOptions, Method, Request};
use backform::cloud::huawei::credentials::{Authority, Credentials};
use backform::cloud::huawei::sign::{self, Concern};
use backform::emulator::{Emulator, Options, Running, World};
use jiff::Timestamp;
use serde_json::{Value, json};

const WORLD: &str = r#"{ "format": 1, "clock": "2026-01-02T03:04:05Z", "huawei": { "accounts": [ { "id": "d1", "name": "acme",
  "keys": [ { "id": "AK", "secret": "sk" } ],
  "enterprise_projects": [ { "id": "e1", "name": "shop" } ],
  "projects": [ { "id": "p1", "name": "cn-north-4", "servers": [
    { "id": "web", "name": "web", "disks": [40, 100] }, { "id": "db", "name": "db", "disks": [40] } ],
    "shares": [ { "id": "share", "name": "share", "size_gib": 500 } ] } ] } ] } }"#;

/// Terraform, as far as the emulator sees it.
struct Terraform {
    http: Http,
    endpoint: Endpoint,
    wall: Arc<Mutex<Timestamp>>,
    _emulator: Running,
}

impl Terraform {
    async fn start() -> Self {
        let start: Timestamp = "2026-01-02T03:04:05Z".parse().expect("a time");
        let wall = Arc::new(Mutex::new(start));
        let clock = wall.clone();
        let options = Options {
            wall: Arc::new(move || *clock.lock().expect("no test panics inside")),
            ..Options::default()
        };
        let emulator = Emulator::start(World::parse(WORLD).expect("a world"), options).await.expect("a port");
        let endpoint = Endpoint::parse(&format!("http://{}", emulator.addr())).expect("an address");
        Self { http: Http::new(HttpOptions::default()), endpoint, wall, _emulator: emulator }
    }

    /// One call; the status and the body.
    async fn call(&self, line: &str, body: Option<&Value>) -> (u16, Value) {
        let (method, target) = line.split_once(' ').expect("a method and a path");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let host = self.endpoint.host();
        let key = Credentials {
            access_key: "AK".to_owned(),
            secret: "sk".into(),
            token: None,
            source: "a test".to_owned(),
        };
        let unsigned = sign::Request { method, host: &host, path, query: &pairs, body: &body };
        let now = *self.wall.lock().expect("no test panics inside");
        let headers = sign::headers(unsigned, Concern::Project("p1"), &Authority::Key(key), now);
        let method = match method {
            "DELETE" => Method::Delete,
            "GET" => Method::Get,
            "POST" => Method::Post,
            _ => Method::Put,
        };
        let (endpoint, path, query) = (self.endpoint.clone(), path.to_owned(), sign::query(&pairs));
        let request = Request { endpoint, method, path, query, headers, body };
        let response = self.http.send(&request).await.expect("loopback answers");
        let body = serde_json::from_slice(&response.body).unwrap_or_default();
        (response.status, body)
    }

    /// A call that must succeed.
    async fn does(&self, line: &str, body: Value) -> Value {
        let body = Some(body).filter(|body| !body.is_null());
        let (status, answer) = self.call(line, body.as_ref()).await;
        assert!((200..300).contains(&status), "{line}: {status} {answer}");
        answer
    }

    async fn reads(&self, line: &str) -> Value {
        self.does(&format!("GET {line}"), Value::Null).await
    }

    /// Waits as the provider's state machines do: the first look after a pause, others after the next ones.
    async fn until(&self, line: &str, is_done: impl Fn(u16, &Value) -> bool) -> Value {
        for _ in 0..100 {
            let (status, answer) = self.call(&format!("GET {line}"), None).await;
            if is_done(status, &answer) {
                return answer;
            }
            *self.wall.lock().expect("no test panics inside") += Duration::from_secs(20);
        }
        panic!("{line} never came to its end");
    }

    /// What the provider reads of a vault after every operation: the vault, and by it its policies.
    async fn reads_vault(&self, id: &str) -> (Value, Vec<Value>) {
        let vault = self.reads(&format!("/v3/p1/vaults/{id}")).await["vault"].take();
        let policies = self.reads(&format!("/v3/p1/policies?vault_id={id}")).await["policies"].take();
        let billing = &vault["billing"];
        for number in ["allocated", "used", "size"] {
            assert!(
                billing[number].is_number(),
                "{number} must be a number, or the provider panics: {billing}"
            );
        }
        assert!(vault["resources"].is_array() && vault["tags"].is_array(), "{vault}");
        (vault, policies.as_array().expect("a list").clone())
    }

    async fn policy(&self) -> String {
        let body = json!({ "policy": { "name": "daily", "operation_type": "backup", "enabled": true,
            "operation_definition": { "max_backups": 20, "day_backups": 0, "week_backups": 10, "timezone": "UTC+08:00" },
            "trigger": { "properties": { "pattern": ["FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=06;BYMINUTE=00",
                "FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=18;BYMINUTE=00"] } } } });
        let made = self.does("POST /v3/p1/policies", body).await["policy"].take();
        text(&made["id"])
    }

    async fn vault(&self, resources: Value) -> String {
        let body = json!({ "vault": { "name": "tf", "auto_bind": false, "auto_expand": false, "locked": false,
            "resources": resources, "billing": { "cloud_type": "public", "object_type": "server",
                "consistent_level": "crash_consistent", "protect_type": "backup", "size": 500, "is_multi_az": false } } });
        text(&self.does("POST /v3/p1/vaults", body).await["vault"]["id"])
    }

    async fn destroys_vault(&self, id: &str) {
        self.does(&format!("DELETE /v3/p1/vaults/{id}"), Value::Null).await;
        let pending = ["available", "deleting"];
        self.until(&format!("/v3/p1/vaults/{id}"), |status, body| {
            let state = body["vault"]["billing"]["status"].as_str().unwrap_or_default();
            assert!(status == 404 || pending.contains(&state), "{status} {body}");
            status == 404
        })
        .await;
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_finds_account_project_and_catalog() {
    let terraform = Terraform::start().await;
    let projects = terraform.reads("/v3/projects?name=cn-north-4").await;
    assert_eq!(projects["projects"][0]["id"], "p1");
    assert_eq!(terraform.reads("/v3/auth/domains").await["domains"][0]["id"], "d1");
    assert!(terraform.reads("/v3/auth/catalog").await["catalog"].is_array());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_made_read_changed_and_destroyed() {
    let terraform = Terraform::start().await;
    let id = terraform.policy().await;
    let read = terraform.reads(&format!("/v3/p1/policies/{id}")).await["policy"].take();
    // The provider takes the days and the times out of the patterns with these very forms.
    let form = regex::Regex::new(r"BYHOUR=(\d+);BYMINUTE=(\d+)").expect("a regex");
    for pattern in read["trigger"]["properties"]["pattern"].as_array().expect("patterns") {
        assert!(form.is_match(&text(pattern)) && text(pattern).contains("BYDAY=MO,TU;"), "{pattern}");
    }
    let rules = &read["operation_definition"];
    assert_eq!((&rules["max_backups"], &rules["retention_duration_days"]), (&json!(20), &json!(-1)));
    let change =
        json!({ "policy": { "enabled": false, "operation_definition": { "retention_duration_days": 30 } } });
    terraform.does(&format!("PUT /v3/p1/policies/{id}"), change).await;
    let read = terraform.reads(&format!("/v3/p1/policies/{id}")).await["policy"].take();
    let rules = &read["operation_definition"];
    assert_eq!((&rules["max_backups"], &rules["retention_duration_days"]), (&json!(-1), &json!(30)));
    terraform.does(&format!("DELETE /v3/p1/policies/{id}"), Value::Null).await;
    assert_eq!(terraform.call(&format!("GET /v3/p1/policies/{id}"), None).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_made_with_policy_and_tags_changed_and_destroyed() {
    let terraform = Terraform::start().await;
    let policy = terraform.policy().await;
    let excluded = json!([{ "id": "web", "type": "OS::Nova::Server", "extra_info": { "exclude_volumes": ["web-disk-2"] } }]);
    let id = terraform.vault(excluded).await;
    terraform.does(&format!("POST /v3/p1/vaults/{id}/associatepolicy"), json!({ "policy_id": policy })).await;
    let tags = |action: &str| json!({ "action": action, "tags": [{ "key": "foo", "value": "bar" }] });
    terraform.does(&format!("POST /v3/p1/vault/{id}/tags/action"), tags("create")).await;
    let (vault, policies) = terraform.reads_vault(&id).await;
    assert_eq!((&vault["tags"][0]["key"], &policies[0]["id"]), (&json!("foo"), &json!(policy)));
    assert_eq!(vault["resources"][0]["extra_info"]["exclude_volumes"], json!(["web-disk-2"]));
    // A refresh before the plan and one after the apply: the same twice.
    assert_eq!(terraform.reads_vault(&id).await, (vault, policies));
    let change = json!({ "vault": { "name": "renamed", "auto_expand": true, "auto_bind": true,
        "bind_rules": { "tags": [{ "key": "k", "value": "v" }] }, "billing": { "size": 600 } } });
    terraform.does(&format!("PUT /v3/p1/vaults/{id}"), change).await;
    terraform
        .does(&format!("POST /v3/p1/vaults/{id}/removeresources"), json!({ "resource_ids": ["web"] }))
        .await;
    let line = format!("/v3/p1/vaults/{id}");
    terraform.until(&line, |_, body| body["vault"]["resources"].as_array().is_some_and(Vec::is_empty)).await;
    let more = json!({ "resources": [{ "id": "db", "type": "OS::Nova::Server" }] });
    terraform.does(&format!("POST /v3/p1/vaults/{id}/addresources"), more).await;
    terraform.reads(&line).await;
    terraform
        .does(&format!("POST /v3/p1/vaults/{id}/dissociatepolicy"), json!({ "policy_id": policy }))
        .await;
    terraform.does(&format!("POST /v3/p1/vault/{id}/tags/action"), tags("delete")).await;
    let cleared = json!({ "vault": { "bind_rules": { "tags": [] } } });
    terraform.does(&format!("PUT /v3/p1/vaults/{id}"), cleared).await;
    let (vault, policies) = terraform.reads_vault(&id).await;
    assert_eq!((&vault["tags"], policies.len(), &vault["name"]), (&json!([]), 0, &json!("renamed")));
    assert_eq!(vault["resources"][0]["id"], "db");
    terraform.destroys_vault(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_moves_to_another_enterprise_project() {
    let terraform = Terraform::start().await;
    let id = terraform.vault(json!([])).await;
    let move_it =
        json!({ "resource_type": "vault", "resource_id": id, "project_id": "p1", "region_id": "cn-north-4" });
    let (status, _) =
        terraform.call("POST /v1.0/enterprise-projects/e1/resources-migrate", Some(&move_it)).await;
    assert_eq!(status, 204);
    let page = |offset: u64| json!({ "limit": 1000, "offset": offset, "projects": ["p1"], "resource_types": ["vault"] });
    let line = "POST /v1.0/enterprise-projects/e1/resources/filter";
    let first = terraform.does(line, page(0)).await;
    assert_eq!(first["resources"][0]["resource_id"], json!(id));
    assert_eq!(terraform.does(line, page(1)).await["resources"], json!([]));
    let (vault, _) = terraform.reads_vault(&id).await;
    assert_eq!(vault["enterprise_project_id"], "e1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepaid_vault_is_ordered_and_given_back() {
    let terraform = Terraform::start().await;
    let body = json!({ "vault": { "name": "paid", "auto_bind": false, "auto_expand": false, "locked": false, "resources": [],
        "billing": { "cloud_type": "public", "object_type": "turbo", "consistent_level": "crash_consistent",
            "protect_type": "backup", "size": 800, "is_multi_az": false, "charging_mode": "pre_paid",
            "period_type": "month", "period_num": 1, "is_auto_renew": false, "is_auto_pay": true } } });
    let made = terraform.does("POST /v3/p1/vaults", body).await;
    let order = text(&made["orders"][0]["orderId"]);
    terraform
        .until(&format!("/v2/orders/customer-orders/details/{order}"), |_, body| {
            body["order_info"]["status"] == 5
        })
        .await;
    let query = json!({ "order_id": order, "only_main_resource": 1 });
    let found = terraform.does("POST /v2/orders/suscriptions/resources/query", query).await;
    let id = text(&found["data"][0]["resource_id"]);
    terraform.reads_vault(&id).await;
    terraform.does(&format!("POST /v2/orders/subscriptions/resources/autorenew/{id}"), Value::Null).await;
    let back = json!({ "resource_ids": [id], "unsubscribe_type": 1 });
    terraform.does("POST /v2/orders/subscriptions/resources/unsubscribe", back).await;
    terraform.until(&format!("/v3/p1/vaults/{id}"), |status, _| status == 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_made_restored_from_and_destroyed() {
    let terraform = Terraform::start().await;
    let vault = terraform.vault(json!([{ "id": "db", "type": "OS::Nova::Server" }])).await;
    let body = json!({ "checkpoint": { "vault_id": vault, "parameters": { "name": "now", "description": "",
        "incremental": false, "resource_details": [{ "id": "db", "type": "OS::Nova::Server" }] } } });
    let point = text(&terraform.does("POST /v3/p1/checkpoints", body).await["checkpoint"]["id"]);
    let line = format!("/v3/p1/checkpoints/{point}");
    let read = terraform.until(&line, |_, body| body["checkpoint"]["status"] == "available").await;
    assert_eq!(read["checkpoint"]["vault"]["resources"][0]["protect_status"], "available");
    let backups = terraform.reads(&format!("/v3/p1/backups?checkpoint_id={point}")).await;
    let backup = &backups["backups"][0];
    let id = text(&backup["id"]);
    let child = &backup["children"][0];
    let restore = json!({ "restore": { "power_on": false, "server_id": "db",
        "mappings": [{ "backup_id": child["id"], "volume_id": child["resource_id"] }] } });
    let (status, begun) = terraform.call(&format!("POST /v3/p1/backups/{id}/restore"), Some(&restore)).await;
    assert_eq!(status, 202, "{begun}");
    let job = text(&begun["job_id"]);
    terraform
        .until(&format!("/v3/p1/operation-logs/{job}"), |_, body| {
            body["operation_log"]["status"] == "success"
        })
        .await;
    terraform.does(&format!("DELETE /v3/p1/backups/{id}"), Value::Null).await;
    // The provider waits for the checkpoint itself to be gone, and takes one without resources for a failure.
    terraform
        .until(&line, |status, body| {
            let resources = &body["checkpoint"]["vault"]["resources"];
            assert!(
                status == 404 || resources.as_array().is_some_and(|of| !of.is_empty()),
                "{status} {body}"
            );
            status == 404
        })
        .await;
    terraform.destroys_vault(&vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listings_are_read_until_a_page_is_empty() {
    let terraform = Terraform::start().await;
    for _ in 0..3 {
        terraform.vault(json!([])).await;
    }
    let (mut offset, mut found, mut pages) = (0, 0, 0);
    loop {
        let line = format!("/v3/p1/vaults?limit=100&cloud_type=public&offset={offset}");
        let page = terraform.reads(&line).await["vaults"].as_array().expect("a list").len();
        pages += 1;
        if page == 0 {
            break;
        }
        found += page;
        offset += page;
    }
    assert_eq!((found, pages), (3, 2));
    assert_eq!(terraform.reads("/v3/p1/backups?offset=0").await["backups"], json!([]));
    assert_eq!(terraform.reads("/v2/p1/cloudvolumes/detail?offset=3").await["volumes"], json!([]));
}
