//! What every call passes before its operation runs: service, operation, signature or token, date, project, permission.

use std::ops::RangeInclusive;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::account::Account;
use super::body::{Page, Query};
use super::error::ApiError;
use super::permission::{self, Policy};
use super::project::{Place, Project};
use super::routes::{self, Operation, Target};
use super::sign::Claim;
use super::text::{hex, parse_query};
use crate::emulator::clock::{Clock, Pace, Time};
use crate::emulator::core::Core;
use crate::emulator::fault::{Fault, Kind};
use crate::emulator::request::{Reply, Request};
use crate::emulator::world::Ids;

/// What an operation answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body, if there is one.
    pub body: Option<Value>,
    /// Headers besides those that every answer has.
    pub headers: Vec<(&'static str, String)>,
}

impl Answer {
    /// Success with a body.
    ///
    /// # Errors
    /// Never.
    pub fn ok(body: Value) -> Result<Answer, ApiError> {
        Answer::with(200, body)
    }

    /// This status with a body.
    ///
    /// # Errors
    /// Never.
    pub fn with(status: u16, body: Value) -> Result<Answer, ApiError> {
        Ok(Answer { status, body: Some(body), headers: Vec::new() })
    }

    /// Success without a body.
    ///
    /// # Errors
    /// Never.
    pub fn empty() -> Result<Answer, ApiError> {
        Ok(Answer { status: 204, body: None, headers: Vec::new() })
    }
}

/// Who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The user's name.
    pub user: String,
    /// What the user may do; without a policy everything.
    pub policy: Option<Policy>,
}

/// A call that has passed the gateway, as its operation sees it.
pub struct Call<'a> {
    /// The caller's account.
    pub account: &'a mut Account,
    /// The caller.
    pub caller: &'a Caller,
    /// Makes ids.
    pub ids: &'a mut Ids,
    /// What the path names.
    pub params: Vec<(&'static str, String)>,
    /// The query.
    pub query: Query,
    /// The body; `null` when there is none.
    pub body: Value,
    /// World time.
    pub now: Time,
    /// Wall time.
    pub wall: Time,
    /// How quick things are done.
    pub pace: Pace,
    /// What reading an unknown backup comes to.
    pub unknown_backup: super::account::UnknownBackup,
    /// The headers of the request.
    pub headers: &'a [(String, String)],
}

impl Call<'_> {
    /// The header of that name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the path names, for instance the vault's id; empty for what the operation's path does not have.
    pub fn param(&self, name: &str) -> &str {
        self.params
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    }

    /// The project that the path names.
    pub fn project(&self) -> &Project {
        let project = self.account.projects.get(self.param("project_id"));
        project.expect("the gateway lets only calls to known projects come this far")
    }

    /// The project that the path names, to be changed, and the maker of ids.
    pub fn project_mut(&mut self) -> (&mut Project, &mut Ids) {
        let id = self.param("project_id").to_owned();
        let project = self.account.projects.get_mut(&id);
        (project.expect("the gateway lets only calls to known projects come this far"), self.ids)
    }

    /// The page that a listing of CBR is asked for.
    ///
    /// # Errors
    /// When a bound is broken.
    pub fn page(&self, most: i64) -> Result<Page, ApiError> {
        Page::of(&self.query, 1, most).map_err(ApiError::invalid)
    }

    /// A whole number of CBR's query.
    ///
    /// # Errors
    /// When it is none, or outside.
    pub fn number(&self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, ApiError> {
        self.query.integer(name, range).map_err(ApiError::invalid)
    }
}

/// How far a request came, whatever becomes of it.
#[derive(Default)]
struct Course {
    operation: Option<&'static str>,
    fault: Option<Fault>,
    wrote: bool,
}

/// Answers a request of any of the vendor's services.
pub fn answer(core: &mut Core, request: &Request) -> Reply {
    let request_id = request_id(&core.next_request_id());
    let mut course = Course::default();
    let result = pass(core, request, &mut course);
    let error = result.as_ref().err().map(|error| error.code.to_string());
    core.stats.count(course.operation.unwrap_or("(unknown)"), error.as_deref());
    let mut headers = vec![("x-request-id", request_id.clone())];
    let (status, body) = match result {
        Ok(answer) => {
            headers.extend(answer.headers);
            (answer.status, answer.body)
        }
        Err(error) => {
            headers.extend(error.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
            (error.status, Some(error.to_body(&request_id)))
        }
    };
    let body = match body {
        // No service answers a text in JSON; the metadata service answers one that is not.
        Some(Value::String(text)) => text.into_bytes(),
        Some(body) => body.to_string().into_bytes(),
        None => Vec::new(),
    };
    Reply { status, body, headers, fault: course.fault, wrote: course.wrote }
}

/// The id of a request, as this vendor writes it: 32 hexadecimal digits.
fn request_id(id: &str) -> String {
    let mut digits = hex(&Sha256::digest(id.as_bytes()));
    digits.truncate(32);
    digits
}

/// Lets a request pass the gateway, and carries its operation out.
fn pass(core: &mut Core, request: &Request, course: &mut Course) -> Result<Answer, ApiError> {
    let target = routes::find(request)?;
    let name = target.operation.name;
    course.operation = Some(name);
    let (account, caller) =
        if target.operation.is_open { stranger(core, request) } else { authenticate(core, request, name)? };
    check_project(core, account, &target)?;
    if let Some(action) = target.operation.action {
        permission::authorize(caller.policy.as_ref(), action)?;
    }
    let query = parse_query(&request.query).ok_or_else(bad_request)?;
    let body = read_body(request)?;
    course.fault = core.faults.next(name);
    fail_before(course.fault.as_ref())?;
    course.wrote = target.operation.writes;
    core.changes += u64::from(target.operation.writes);
    let sent = Sent { account, caller, query: Query(query), body, headers: &request.headers };
    run(core, target, sent, course.fault.as_ref())
}

/// Whoever asks for a token or a key has nothing to show yet; the request names the account, or it is the first.
fn stranger(core: &Core, request: &Request) -> (usize, Caller) {
    let body = read_body(request).unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let domain = |field: &str| text(&format!("/auth/identity/password/user/domain/{field}"));
    let provider = request.header("x-idp-id");
    let is_meant = |account: &Account| {
        domain("name") == Some(account.name.as_str())
            || domain("id") == Some(account.id.as_str())
            || text("/agency_urn").is_some_and(|urn| urn.starts_with(&format!("iam::{}:", account.id)))
            || provider.is_some_and(|provider| account.identity_providers.get(provider).is_some())
            || request.path.starts_with("/openstack/") && account.server_agency.is_some()
    };
    let meant = core.world.huawei.accounts.iter().position(is_meant);
    (meant.unwrap_or(0), Caller { user: String::new(), policy: None })
}

fn bad_request() -> ApiError {
    ApiError::gateway(400, "0201", "Bad request")
}

fn read_body(request: &Request) -> Result<Value, ApiError> {
    if request.body.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_slice(&request.body).map_err(|_| bad_request())
    }
}

/// Who has signed the request or holds its token: the account, by its place, and the caller.
fn authenticate(core: &mut Core, request: &Request, operation: &str) -> Result<(usize, Caller), ApiError> {
    let gateway_time = core.wall().plus(core.faults.skew(operation));
    match (request.header("authorization"), request.header("x-auth-token")) {
        (Some(authorization), None) => {
            let claim = Claim::read(request, authorization)?;
            let (account, caller, secret) = identify(core, &claim, gateway_time)?;
            claim.verify(request, &secret)?;
            claim.check_date(gateway_time)?;
            Ok((account, caller))
        }
        (None, Some(token)) => by_token(core, token, gateway_time),
        // Source: IAM API v3, "Obtaining a Temporary Access Key": the token may stand in the body alone.
        (None, None) if operation == "CreateTemporaryAccessKey" => {
            let body = read_body(request)?;
            let token = body.pointer("/auth/identity/token/id").and_then(Value::as_str);
            by_token(core, token.unwrap_or_default(), gateway_time)
        }
        (None, None) => Err(ApiError::unauthenticated("token or authorization is missing")),
        (Some(_), Some(_)) => Err(ApiError::unauthenticated("either a token or a signature, and not both")),
    }
}

/// The account, the caller and the secret of the key that a claim names.
fn identify(core: &Core, claim: &Claim, gateway_time: Time) -> Result<(usize, Caller, String), ApiError> {
    let mut accounts = core.world.huawei.accounts.iter().enumerate();
    let known = accounts.find_map(|(at, account)| Some((at, account.keys.get(&claim.access_key)?)));
    let unknown = || ApiError::unauthenticated(&format!("ak {} not exist", claim.access_key));
    let (account, key) = known.ok_or_else(unknown)?;
    if key.inactive {
        return Err(ApiError::unauthenticated(&format!("ak {} is inactive", claim.access_key)));
    }
    match (&key.security_token, &claim.token) {
        (None, None) => (),
        // A temporary key without its token is no key.
        (Some(_), None) => return Err(unknown()),
        (Some(expected), Some(sent)) if expected == sent => (),
        (_, Some(_)) => {
            return Err(ApiError::unauthenticated("the security token does not belong to the key"));
        }
    }
    if key.expires.is_some_and(|expires| expires <= gateway_time) {
        return Err(ApiError::unauthenticated("the security token has expired"));
    }
    Ok((account, Caller { user: key.user.clone(), policy: key.policy.clone() }, key.secret.clone()))
}

fn by_token(core: &Core, token: &str, gateway_time: Time) -> Result<(usize, Caller), ApiError> {
    let mut accounts = core.world.huawei.accounts.iter().enumerate();
    let known = accounts.find_map(|(at, account)| Some((at, account.tokens.get(token)?)));
    let (account, token) = known.ok_or_else(|| ApiError::unauthenticated("decrypt token fail"))?;
    if token.expires <= gateway_time {
        return Err(ApiError::unauthenticated("token expires"));
    }
    Ok((account, Caller { user: token.user.clone(), policy: token.policy.clone() }))
}

/// Whether the path names a project of the caller's, in the region that the host names.
fn check_project(core: &Core, account: usize, target: &Target) -> Result<(), ApiError> {
    let Some(id) = target.param("project_id") else { return Ok(()) };
    let projects = core.world.huawei.accounts.get(account).map(|account| &account.projects);
    let project = projects.and_then(|projects| projects.get(id));
    let project = project.ok_or_else(|| ApiError::gateway(403, "0310", "The project is unavailable"))?;
    if target.region.as_ref().is_some_and(|region| region != project.region()) {
        let message = "Incorrect IAM authentication information: the project belongs to another region";
        return Err(ApiError::gateway(401, "0307", message));
    }
    Ok(())
}

fn fail_before(fault: Option<&Fault>) -> Result<(), ApiError> {
    let Some(fault) = fault else { return Ok(()) };
    match fault.kind {
        Kind::Throttle => Err(ApiError::throttled(fault.duration().as_secs())),
        Kind::Internal | Kind::Unsuccessful => Err(ApiError::internal()),
        Kind::Unavailable | Kind::TimeoutBefore => Err(ApiError::unavailable()),
        Kind::TimeoutAfter
        | Kind::Cut
        | Kind::Garbled
        | Kind::GatewayTimeout
        | Kind::Slow
        | Kind::Delayed
        | Kind::Skew => Ok(()),
    }
}

/// What came with a request, once it is believed.
struct Sent<'a> {
    account: usize,
    caller: Caller,
    query: Query,
    body: Value,
    headers: &'a [(String, String)],
}

fn run(core: &mut Core, target: Target, sent: Sent<'_>, fault: Option<&Fault>) -> Result<Answer, ApiError> {
    let wall = core.wall();
    core.world.catch_up(wall);
    let operation = target.operation;
    let now = core.world.now(wall);
    look(core, sent.account, operation, now);
    let place = target.param("project_id").map(|id| Place { account: sent.account, project: id.to_owned() });
    let delay =
        place.and_then(|place| core.delays_huawei.begin(&mut core.world, place, operation.writes, fault));
    let world = &mut core.world;
    let Some(account) = world.huawei.accounts.get_mut(sent.account) else {
        return Err(ApiError::unauthenticated("there is no account"));
    };
    let mut call = Call {
        account,
        caller: &sent.caller,
        ids: &mut world.last_id,
        params: target.params,
        query: sent.query,
        body: sent.body,
        now,
        wall,
        pace: world.pace,
        unknown_backup: world.huawei.unknown_backup,
        headers: sent.headers,
    };
    let result = (operation.run)(&mut call).map_err(|error| error.in_words_of(operation.service));
    if operation.writes {
        call.account.projects.iter_mut().for_each(Project::plan_ahead);
    }
    core.delays_huawei.end(&mut core.world, delay);
    result
}

/// Where the clock stands still, every reading brings what is under way nearer to its end.
fn look(core: &mut Core, account: usize, operation: &Operation, now: Time) {
    if operation.writes || !matches!(core.world.clock, Clock::Standing(_)) {
        return;
    }
    let (pace, world) = (core.world.pace, &mut core.world);
    if let Some(account) = world.huawei.accounts.get_mut(account) {
        account.look(now);
        account.catch_up(now, pace, &mut world.last_id);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{Cloud, code, vault};
    use super::*;

    #[test]
    fn keys_are_known_active_and_in_time() {
        let check = |id: &str, token: Option<&str>, expected: &str| {
            let mut cloud = Cloud::new().with_key(id, token);
            assert_eq!(code(cloud.get("~/vaults")), expected, "{id} {token:?}");
        };
        check("admin", None, "ok");
        check("nobody", None, "401 APIGW.0301");
        check("off", None, "401 APIGW.0301");
        check("temp", Some("t-new"), "ok");
        check("temp", None, "401 APIGW.0301");
        check("temp", Some("t-old"), "401 APIGW.0301");
        check("late", Some("t-old"), "401 APIGW.0301");
        check("admin", Some("t-new"), "401 APIGW.0301");
    }

    #[test]
    fn refusals_say_why_and_carry_the_id_of_the_request() {
        let message = |cloud: &mut Cloud| {
            let request = cloud.request("GET ~/vaults", None);
            let reply = cloud.send(request);
            let body: Value = serde_json::from_slice(&reply.body).unwrap();
            assert_eq!(reply.headers[0], ("x-request-id", body["request_id"].as_str().unwrap().to_owned()));
            body["error_msg"].as_str().unwrap().to_owned()
        };
        let mut cloud = Cloud::new().with_key("nobody", None);
        assert_eq!(message(&mut cloud), "Incorrect IAM authentication information: ak nobody not exist");
        let mut cloud = Cloud::new();
        cloud.key.1 = "wrong".to_owned();
        assert!(
            message(&mut cloud)
                .contains("verify aksk signature fail, canonicalRequest: GET|/v3/p1/vaults/||host")
        );
    }

    #[test]
    fn dates_are_checked_against_the_cloud_s_clock() {
        let check = |skew: i64, expected: &str| {
            let mut cloud = Cloud::new();
            cloud.fault(&format!("ListVault:skew:seconds={skew}"));
            assert_eq!(code(cloud.get("~/vaults")), expected, "{skew}");
        };
        check(900, "ok");
        check(901, "401 APIGW.0301");
        check(-901, "401 APIGW.0301");
    }

    #[test]
    fn a_missing_permission_is_named() {
        let mut cloud = Cloud::new().with_key("reader", None);
        assert_eq!(code(cloud.get("~/vaults")), "ok");
        let body = vault("v", &[], json!({}));
        let request = cloud.request("POST ~/vaults", Some(&body));
        let reply = cloud.send(request);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(reply.status, 403);
        assert_eq!(body["error_msg"], "Policy doesn't allow cbr:vaults:create to be performed.");
        assert_eq!(code(cloud.get("/v1/p1/cloudservers/detail")), "403 Forbidden");
        assert_eq!(code(cloud.get("/v3/projects")), "ok");
    }

    #[test]
    fn a_project_is_the_caller_s_and_of_the_host_s_region() {
        let check = |host: &str, project: &str, expected: &str| {
            let mut cloud = Cloud::new();
            cloud.host = host.to_owned();
            assert_eq!(code(cloud.get(&format!("/v3/{project}/vaults"))), expected, "{host} {project}");
        };
        check("127.0.0.1:1", "p1", "ok");
        check("127.0.0.1:1", "p9", "403 APIGW.0310");
        check("cbr.cn-north-4.myhuaweicloud.com", "p1", "ok");
        check("cbr.cn-south-1.myhuaweicloud.com", "p1", "401 APIGW.0307");
        check("cbr.cn-south-1.myhuaweicloud.com", "p2", "ok");
    }

    #[test]
    fn a_token_stands_for_a_signature() {
        let mut cloud = Cloud::new();
        let auth = |password: &str| {
            json!({ "auth": { "identity": { "methods": ["password"], "password": { "user": {
                "name": "anna", "password": password, "domain": { "name": "acme" } } } },
                "scope": { "project": { "name": "cn-north-4" } } } })
        };
        let mut request = cloud.request("POST /v3/auth/tokens?nocatalog=true", Some(&auth("pw")));
        request.headers.retain(|(name, _)| name == "host");
        let reply = answer(&mut cloud.core, &request);
        let token = reply.headers.iter().find(|(name, _)| *name == "x-subject-token").unwrap().1.clone();
        assert_eq!(reply.status, 201);
        let mut with = |token: &str| {
            let mut request = cloud.request("GET ~/vaults", None);
            request.headers.push(("x-auth-token".to_owned(), token.to_owned()));
            answer(&mut cloud.core, &request).status
        };
        assert_eq!((with(&token), with("another")), (200, 401));
        cloud.wait(86_400);
        let mut request = cloud.request("GET ~/vaults", None);
        request.headers.push(("x-auth-token".to_owned(), token));
        assert_eq!(answer(&mut cloud.core, &request).status, 401);
        let request = cloud.request("POST /v3/auth/tokens", Some(&auth("wrong")));
        assert_eq!(answer(&mut cloud.core, &request).status, 401);
        let request = cloud.request("GET ~/vaults", None);
        assert_eq!(answer(&mut cloud.core, &request).status, 401);
    }

    #[test]
    fn an_agency_can_do_what_it_may() {
        let mut cloud = Cloud::new();
        let identity = json!({ "methods": ["assume_role"],
            "assume_role": { "agency_name": "ops", "domain_name": "acme", "duration_seconds": 900 } });
        let answer = cloud
            .post("/v3.0/OS-CREDENTIAL/securitytokens", json!({ "auth": { "identity": identity } }))
            .unwrap();
        let text = |name: &str| answer["credential"][name].as_str().unwrap().to_owned();
        cloud.key = (text("access"), text("secret"), Some(text("securitytoken")));
        assert_eq!(code(cloud.get("~/vaults")), "ok");
        assert_eq!(code(cloud.get("~/policies")), "403 0403");
        cloud.wait(900);
        assert_eq!(code(cloud.get("~/vaults")), "401 APIGW.0301");
    }

    #[test]
    fn faults_strike_before_or_after_the_effect() {
        let check = |fault: &str, expected: &str, made: usize| {
            let mut cloud = Cloud::new();
            cloud.fault(fault);
            assert_eq!(code(cloud.post("~/vaults", vault("v", &[], json!({})))), expected, "{fault}");
            assert_eq!(cloud.get("~/vaults").unwrap()["count"], made, "{fault}");
        };
        check("CreateVault:throttle", "429 APIGW.0308", 0);
        check("CreateVault:internal", "500 APIGW.0601", 0);
        check("Create*:unavailable", "503 APIGW.0608", 0);
        check("CreateVault:timeout-before", "503 APIGW.0608", 0);
        check("CreateVault:timeout-after", "ok", 1);
        check("DeleteVault:internal", "ok", 1);
    }

    #[test]
    fn a_delayed_change_shows_after_so_many_readings() {
        let mut cloud = Cloud::new();
        cloud.fault("CreateVault:delayed:reads=2");
        cloud.vault("v", &[]);
        let mut count = || cloud.get("~/vaults").unwrap()["count"].clone();
        assert_eq!([count(), count(), count(), count()], [0, 0, 1, 1]);
    }

    #[test]
    fn bodies_are_json() {
        let mut cloud = Cloud::new();
        let mut request = cloud.request("POST ~/vaults", None);
        request.body = b"{".to_vec();
        assert_eq!(cloud.send(request).status, 400);
        assert_eq!(code(cloud.post("~/vaults", json!([]))), "400 9900");
        assert_eq!(code(cloud.post("/v3/orders/customer-orders/pay", json!({}))), "400 CBC.0100");
    }
}
