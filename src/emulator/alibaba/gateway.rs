//! What every call passes before its operation runs: product, signature, date, nonce, permission, rate.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::LazyLock;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::account::{Account, Key};
use super::error::ApiError;
use super::filter::Spelling;
use super::objects::{OpenAgain, Reading};
use super::operations::{Operation, Product};
use super::params::{Params, parse_form};
use super::ram;
use super::region::{Place, Region};
use super::regions::Host;
use super::sign::{Claim, form_of, hex};
use crate::emulator::clock::{Clock, Pace, Time};
use crate::emulator::core::Core;
use crate::emulator::fault::{Fault, Kind};
use crate::emulator::request::{Reply, Request};
use crate::emulator::world::Ids;

/// A call that has passed the gateway, as its operation sees it.
pub struct Call<'a> {
    /// The caller's account.
    pub account: &'a mut Account,
    /// The caller's key.
    pub key: &'a Key,
    /// Makes ids.
    pub ids: &'a mut Ids,
    /// The parameters.
    pub params: Params,
    /// The region that the host names, or the one configured.
    pub region_id: String,
    /// World time.
    pub now: Time,
    /// Wall time.
    pub wall: Time,
    /// How quick things are done.
    pub pace: Pace,
    /// The id of this request.
    pub request_id: String,
    /// What opening the open service comes to.
    pub open_again: OpenAgain,
    /// The readings that this world takes instead of the usual ones.
    pub other_readings: &'a BTreeSet<Reading>,
}

impl Call<'_> {
    /// Whether this world takes that reading of the vendor's texts.
    pub fn reads(&self, reading: Reading) -> bool {
        self.other_readings.contains(&reading)
    }

    /// How keys of filters and searches are compared.
    pub fn spelling(&self) -> Spelling {
        if self.reads(Reading::KeysAsDocumented) { Spelling::Documented } else { Spelling::Any }
    }

    /// What the account has in the call's region.
    pub fn region(&self) -> &Region {
        static EMPTY: LazyLock<Region> = LazyLock::new(Region::default);
        self.account.regions.get(&self.region_id).unwrap_or(&EMPTY)
    }

    /// What the account has in the call's region, to be changed, and the maker of ids.
    pub fn region_mut(&mut self) -> (&mut Region, &mut Ids) {
        (self.account.regions.entry(self.region_id.clone()).or_default(), self.ids)
    }

    /// An answer of ECS or STS: the request's id and the data.
    ///
    /// # Errors
    /// Never.
    pub fn answer<T: Serialize>(&self, data: T) -> Result<Vec<u8>, ApiError> {
        Ok(to_json(&Plain { request_id: &self.request_id, data }))
    }

    /// An answer of HBR, in its envelope.
    ///
    /// # Errors
    /// Never.
    pub fn hbr_answer<T: Serialize>(&self, data: T) -> Result<Vec<u8>, ApiError> {
        let request_id = &self.request_id;
        Ok(to_json(&Envelope { request_id, success: true, code: "200", message: "successful", data }))
    }
}

/// Data that an answer does not have.
#[derive(Serialize)]
pub struct Nothing {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Plain<'a, T> {
    request_id: &'a str,
    #[serde(flatten)]
    data: T,
}

/// Source: HBR API 2017-09-08, common to all operations; `Code` is a text.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<'a, T> {
    request_id: &'a str,
    success: bool,
    code: &'static str,
    message: &'static str,
    #[serde(flatten)]
    data: T,
}

fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("answers have text keys only, and nothing else can fail")
}

/// What is known of a call before it is believed.
struct Target {
    product: Product,
    operation: &'static Operation,
    region_id: String,
}

/// How far a request came, whatever becomes of it.
#[derive(Default)]
struct Course {
    /// The operation, once it is known.
    operation: Option<&'static str>,
    product: Option<Product>,
    fault: Option<Fault>,
    wrote: bool,
}

/// Answers a request of any of the vendor's products.
pub fn answer(core: &mut Core, request: &Request) -> Reply {
    let request_id = core.next_request_id();
    let host = request.header("host").unwrap_or_default();
    let mut course = Course::default();
    let result = pass(core, request, &request_id, &mut course);
    core.stats.count(
        course.operation.unwrap_or("(unknown)"),
        result.as_ref().err().map(|error| error.code.as_ref()),
    );
    let (status, body, retry_after_ms) = match result {
        Ok(body) => (200, body, None),
        Err(error) => {
            let product = course.product.map(Product::as_str).unwrap_or_default();
            (error.status, error.to_body(&request_id, host, product), error.retry_after_ms)
        }
    };
    let mut headers = vec![("x-acs-request-id", request_id)];
    headers.extend(retry_after_ms.map(|wait| ("x-acs-retry-after", wait.to_string())));
    Reply { status, body, headers, fault: course.fault, wrote: course.wrote }
}

/// Lets a request pass the gateway, and carries its operation out.
fn pass(
    core: &mut Core,
    request: &Request,
    request_id: &str,
    course: &mut Course,
) -> Result<Vec<u8>, ApiError> {
    let query = parse_form(&request.query)?;
    let form = form_of(request)?;
    let mut all = query.clone();
    all.extend(form.iter().cloned());
    let params = Params::new(query, form);
    let action = request.header("x-acs-action").or(params.text("Action")).unwrap_or_default();
    let target = find_target(request, &params, action, &core.default_region)?;
    course.operation = Some(target.operation.name);
    course.product = Some(target.product);
    let (account, key) = if target.operation.anonymous {
        (addressed_account(core, &params)?, Key::of_nobody())
    } else {
        let (account, key) = authenticate(core, request, &all, action)?;
        let owner = &core.world.alibaba.accounts[account];
        ram::authorize(owner, &key, target.product, &target.region_id, target.operation.name)?;
        (account, key)
    };
    let owner = &core.world.alibaba.accounts[account];
    course.fault = core.faults.next(action);
    fail_before(course.fault.as_ref())?;
    if core.keeps_rate_limits() {
        let owner = owner.id.clone();
        let wall = core.wall();
        core.rates.admit(&owner, &target, wall)?;
    }
    course.wrote = target.operation.writes;
    core.changes += u64::from(target.operation.writes);
    run(core, account, &key, params, &target, request_id, course.fault.as_ref())
}

/// The account whose role a call without a signature is about, by its place.
fn addressed_account(core: &Core, params: &Params) -> Result<usize, ApiError> {
    let arn = params.required("RoleArn")?;
    let id = arn.split(':').nth(3).unwrap_or_default();
    let known = core.world.alibaba.accounts.iter().position(|account| account.id == id);
    known.ok_or_else(|| ApiError::new(404, "EntityNotExist.Role", format!("The role not exists: {arn}.")))
}

/// Who has signed the request: the account, by its place, and the key.
fn authenticate(
    core: &mut Core,
    request: &Request,
    params: &[(String, String)],
    action: &str,
) -> Result<(usize, Key), ApiError> {
    let gateway_time = core.wall().plus(core.faults.skew(action));
    let claim = Claim::read(request, params)?;
    let (account, key) = identify(core, &claim, gateway_time)?;
    claim.verify(request, &key.secret)?;
    check_date(&claim, gateway_time)?;
    core.nonces.use_once(&claim, gateway_time)?;
    Ok((account, key))
}

fn find_target(
    request: &Request,
    params: &Params,
    action: &str,
    default_region: &str,
) -> Result<Target, ApiError> {
    let version = request.header("x-acs-version").or(params.text("Version")).unwrap_or_default();
    let by_version = Product::ALL.into_iter().find(|product| product.version() == version);
    let (product, region) = match Host::parse(request.header("host").unwrap_or_default()) {
        Host::Product(product, region) => (product, region),
        Host::Address => (by_version.ok_or_else(|| wrong_version(version))?, None),
        Host::Unknown => {
            let message = "Cannot find product according to your specified domain.";
            return Err(ApiError::new(404, "InvalidProduct.NotFound", message));
        }
    };
    if by_version != Some(product) {
        return Err(wrong_version(version));
    }
    if action.is_empty() {
        return Err(ApiError::missing("Action"));
    }
    let operation = product.operation(action)?;
    match request.method.as_str() {
        "POST" => (),
        "GET" if operation.by_get => (),
        _ => return Err(ApiError::new(400, "UnsupportedHTTPMethod", "This http method is not supported.")),
    }
    let region_id = region.unwrap_or_else(|| default_region.to_owned());
    Ok(Target { product, operation, region_id })
}

fn wrong_version(version: &str) -> ApiError {
    if version.is_empty() {
        ApiError::missing("Version")
    } else {
        ApiError::new(400, "InvalidVersion", "Specified parameter Version is not valid.")
    }
}

/// The key that a claim names, and its account, if the key is in use and its token is the right one.
fn identify(core: &Core, claim: &Claim, gateway_time: Time) -> Result<(usize, Key), ApiError> {
    let accounts = &core.world.alibaba.accounts;
    let known =
        accounts.iter().enumerate().find_map(|(at, account)| Some((at, account.keys.get(&claim.key_id)?)));
    let status =
        if core.world.alibaba.other_readings.contains(&Reading::UnknownKeyIs400) { 400 } else { 404 };
    let unknown =
        || ApiError::new(status, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
    let (account, key) = known.ok_or_else(unknown)?;
    if key.inactive {
        return Err(ApiError::new(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled."));
    }
    let token = |code: &'static str, message: &str| Err(ApiError::new(400, code, message));
    match (&key.security_token, &claim.token) {
        (None, None) => (),
        // A temporary key without its token is no key.
        (Some(_), None) => return Err(unknown()),
        (Some(expected), Some(sent)) if expected == sent => (),
        (_, Some(sent)) => {
            let belongs_to = |key: &Key| key.security_token.as_ref() == Some(sent);
            return if accounts.iter().any(|account| account.keys.iter().any(belongs_to)) {
                token(
                    "InvalidSecurityToken.MismatchWithAccessKey",
                    "Specified SecurityToken mismatch with the AccessKey.",
                )
            } else {
                token("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
            };
        }
    }
    if key.expires.is_some_and(|expires| expires <= gateway_time) {
        return token("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
    }
    Ok((account, key.clone()))
}

/// Seconds by which a signature's date may be off.
///
/// Source: the gateway's common error codes, `InvalidTimeStamp.Expired`: 15 minutes.
const DATE_WINDOW: i64 = 15 * 60;

fn check_date(claim: &Claim, gateway_time: Time) -> Result<(), ApiError> {
    let is_written_well = claim.date.len() == "2026-01-02T03:04:05Z".len() && claim.date.ends_with('Z');
    let date: Option<Time> = if is_written_well { claim.date.parse().ok() } else { None };
    let message = "Specified time stamp or date value is not well formatted.";
    let date = date.ok_or_else(|| ApiError::new(400, "InvalidTimeStamp.Format", message))?;
    if (gateway_time.unix() - date.unix()).abs() > DATE_WINDOW {
        let message = "Specified time stamp or date value is expired.";
        return Err(ApiError::new(400, "InvalidTimeStamp.Expired", message));
    }
    Ok(())
}

/// Nonces that have been used, for as long as a date could still pass with them.
#[derive(Debug, Default)]
pub struct Nonces {
    used: BTreeMap<(String, String), Time>,
    by_age: VecDeque<(Time, (String, String))>,
}

impl Nonces {
    fn use_once(&mut self, claim: &Claim, gateway_time: Time) -> Result<(), ApiError> {
        while self.by_age.front().is_some_and(|(used, _)| used.plus(2 * DATE_WINDOW) < gateway_time) {
            if let Some((_, nonce)) = self.by_age.pop_front() {
                self.used.remove(&nonce);
            }
        }
        let nonce = (claim.key_id.clone(), claim.nonce.clone());
        if self.used.insert(nonce.clone(), gateway_time).is_some() {
            let message = "Specified signature nonce was used already.";
            return Err(ApiError::new(400, "SignatureNonceUsed", message));
        }
        self.by_age.push_back((gateway_time, nonce));
        Ok(())
    }
}

/// Counts calls by account, region and operation.
#[derive(Debug, Default)]
pub struct Rates(BTreeMap<(String, String, &'static str), (Time, u32)>);

impl Rates {
    /// Counts a call, unless there have been too many since its window began, with its first call.
    fn admit(&mut self, account: &str, target: &Target, wall: Time) -> Result<(), ApiError> {
        const WINDOW_SECONDS: i64 = 60;
        let key = (account.to_owned(), target.region_id.clone(), target.operation.name);
        let (began, calls) = self.0.entry(key).or_insert((wall, 0));
        if wall.unix() - began.unix() >= WINDOW_SECONDS {
            (*began, *calls) = (wall, 0);
        }
        if *calls >= target.product.calls_per_minute() {
            let left = WINDOW_SECONDS - (wall.unix() - began.unix());
            return Err(ApiError::throttled(u64::try_from(left).unwrap_or(1) * 1000));
        }
        *calls += 1;
        Ok(())
    }
}

fn fail_before(fault: Option<&Fault>) -> Result<(), ApiError> {
    let Some(fault) = fault else { return Ok(()) };
    match fault.kind {
        Kind::Throttle => {
            let wait = u64::try_from(fault.duration().as_millis()).unwrap_or(u64::MAX);
            Err(ApiError::throttled(wait))
        }
        Kind::Internal => Err(ApiError::internal()),
        Kind::Unsuccessful => Err(ApiError::unsuccessful()),
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

fn run(
    core: &mut Core,
    account: usize,
    key: &Key,
    params: Params,
    target: &Target,
    request_id: &str,
    fault: Option<&Fault>,
) -> Result<Vec<u8>, ApiError> {
    let wall = core.wall();
    core.world.catch_up(wall);
    look(core, account, target, wall);
    let now = core.world.now(wall);
    let place = Place { account, region_id: target.region_id.clone() };
    let delay = core.delays.begin(&mut core.world, place, target.operation.writes, fault);
    let world = &mut core.world;
    let mut call = Call {
        account: &mut world.alibaba.accounts[account],
        key,
        ids: &mut world.last_id,
        params,
        region_id: target.region_id.clone(),
        now,
        wall,
        pace: world.pace,
        request_id: request_id.to_owned(),
        open_again: world.alibaba.open_again,
        other_readings: &world.alibaba.other_readings,
    };
    let result = check_opened(&call, target).and_then(|()| (target.operation.run)(&mut call));
    core.delays.end(&mut core.world, delay);
    result
}

/// Where the clock stands still, whoever polls for an end brings it nearer.
fn look(core: &mut Core, account: usize, target: &Target, wall: Time) {
    const POLLED: [&str; 3] = ["DescribeBackupClients", "DescribeBackupJobs2", "DescribeRestoreJobs2"];
    let Clock::Standing(now) = core.world.clock else { return };
    if !POLLED.contains(&target.operation.name) {
        return;
    }
    let region = core.world.alibaba.accounts[account].regions.get_mut(&target.region_id);
    if let Some(end) = region.and_then(|region| region.look(now)) {
        core.world.clock = Clock::Standing(end);
        core.world.catch_up(wall);
        core.changes += 1;
    }
}

/// Source: HBR's table of errors, `ServiceNotActivated`.
fn check_opened(call: &Call, target: &Target) -> Result<(), ApiError> {
    let needs_service = target.product == Product::Hbr
        && !matches!(target.operation.name, "OpenHbrService" | "DescribeRegions");
    if call.account.service_opened || !needs_service {
        return Ok(());
    }
    let message = "Cloud Backup is not activated for this account. Call OpenHbrService first.";
    Err(ApiError::new(403, "ServiceNotActivated", message))
}

/// The vendor's form of a request id, made of a number.
pub fn request_id(seed: &str, number: u64) -> String {
    let digits = hex(&Sha256::digest(format!("{seed} {number}"))).to_ascii_uppercase();
    let part = |from: usize, to: usize| &digits[from..to];
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::testing::{Cloud, code};
    use super::*;

    fn sent(cloud: &mut Cloud, change: impl FnOnce(&mut Request)) -> (u16, Value) {
        let mut request = cloud.request(Product::Hbr, "DescribeBackupPlans", "Edition=BASIC");
        change(&mut request);
        let reply = cloud.send(request);
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    fn set(request: &mut Request, name: &str, value: &str) {
        request.headers.retain(|(known, _)| known != name);
        request.headers.push((name.to_owned(), value.to_owned()));
    }

    #[test]
    fn what_does_not_pass_is_refused_in_the_vendors_words() {
        let check = |change: fn(&mut Request), status: u16, code: &str| {
            let (found, body) = sent(&mut Cloud::new(), change);
            let shown = body["Code"].as_str().unwrap_or("200");
            assert_eq!((found, shown), (status, code), "{body}");
            assert!(body["RequestId"].is_string());
        };
        check(|_| (), 200, "200");
        check(|request| request.method = "GET".to_owned(), 200, "200");
        check(|request| request.method = "PUT".to_owned(), 400, "UnsupportedHTTPMethod");
        check(|request| set(request, "x-acs-action", "DescribeUnicorns"), 404, "InvalidApi.NotFound");
        check(|request| set(request, "x-acs-action", "CreatePolicyV2"), 501, "Emulator.NotImplemented");
        check(|request| set(request, "x-acs-action", ""), 400, "MissingAction");
        check(|request| set(request, "x-acs-version", "1999-01-01"), 400, "InvalidVersion");
        check(|request| set(request, "x-acs-version", ""), 400, "MissingVersion");
        check(|request| set(request, "host", "hbr.cn-hangzhou.aliyuncs.com"), 200, "200");
        check(|request| set(request, "host", "ecs.cn-hangzhou.aliyuncs.com"), 400, "InvalidVersion");
        check(|request| set(request, "host", "hbr.cn-atlantis.aliyuncs.com"), 404, "InvalidProduct.NotFound");
        check(|request| set(request, "x-acs-date", "yesterday"), 400, "InvalidTimeStamp.Format");
        check(
            |request| set(request, "x-acs-date", "2026-11-20T00:00:00+00:00"),
            400,
            "InvalidTimeStamp.Format",
        );
        check(|request| set(request, "x-acs-date", "2026-11-20T00:14:59Z"), 200, "200");
        check(|request| set(request, "x-acs-date", "2026-11-20T00:15:01Z"), 400, "InvalidTimeStamp.Expired");
        check(|request| set(request, "x-acs-date", "2026-11-19T23:44:59Z"), 400, "InvalidTimeStamp.Expired");
    }

    #[test]
    fn keys_are_known_active_and_in_time() {
        let check = |id: &str, token: Option<&str>, expected: &str| {
            let mut cloud = Cloud::new().with_key(id, token);
            assert_eq!(code(cloud.hbr("DescribeBackupPlans", "Edition=BASIC")), expected, "{id} {token:?}");
        };
        check("admin", None, "ok");
        check("nobody", None, "InvalidAccessKeyId.NotFound");
        check("off", None, "InvalidAccessKeyId.Inactive");
        check("STS.new", Some("t-new"), "ok");
        check("STS.new", None, "InvalidAccessKeyId.NotFound");
        check("STS.new", Some("t-old"), "InvalidSecurityToken.MismatchWithAccessKey");
        check("STS.new", Some("t-none"), "InvalidSecurityToken.Malformed");
        check("STS.old", Some("t-old"), "InvalidSecurityToken.Expired");
        check("admin", Some("t-new"), "InvalidSecurityToken.MismatchWithAccessKey");
    }

    #[test]
    fn a_wrong_secret_is_told_what_should_have_been_signed() {
        let mut cloud = Cloud::new();
        cloud.key.1 = "wrong".to_owned();
        let (status, body) = sent(&mut cloud, |_| ());
        assert_eq!(status, 400);
        assert_eq!(body["Code"], "SignatureDoesNotMatch");
        assert!(body["Message"].as_str().unwrap().contains("POST\n/\nEdition=BASIC\n"));
        assert_eq!(body["HostId"], "127.0.0.1:1");
    }

    #[test]
    fn a_nonce_is_good_once_while_its_date_could_pass() {
        let mut cloud = Cloud::new();
        let mut check = |wait: i64, expected: &str| {
            cloud.wait(wait);
            let (_, body) = sent(&mut cloud, |request| set(request, "x-acs-signature-nonce", "n"));
            assert_eq!(body["Code"], expected, "after {wait} s");
        };
        check(0, "200");
        check(0, "SignatureNonceUsed");
        check(15 * 60, "SignatureNonceUsed");
        check(2 * 15 * 60 + 1, "200");
    }

    #[test]
    fn a_refused_request_does_not_use_its_nonce_up() {
        let mut cloud = Cloud::new();
        let with_nonce = |request: &mut Request| set(request, "x-acs-signature-nonce", "n");
        cloud.key.1 = "wrong".to_owned();
        assert_eq!(sent(&mut cloud, with_nonce).1["Code"], "SignatureDoesNotMatch");
        cloud.key.1 = "s".to_owned();
        assert_eq!(sent(&mut cloud, with_nonce).1["Code"], "200");
    }

    #[test]
    fn a_missing_permission_is_named() {
        let mut cloud = Cloud::new().with_key("reader", None);
        assert_eq!(code(cloud.hbr("DescribeBackupPlans", "Edition=BASIC")), "ok");
        let request = cloud.request(Product::Hbr, "DeleteBackupPlan", "Edition=BASIC PlanId=plan-1");
        let reply = cloud.send(request);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((reply.status, body["Code"].as_str()), (403, Some("NoPermission")));
        assert_eq!(body["AccessDeniedDetail"]["AuthAction"], "hbr:DeleteBackupPlan");
        assert_eq!(code(cloud.ecs("DescribeDisks", "RegionId=cn-hangzhou")), "Forbidden.RAM");
        assert_eq!(code(cloud.sts("GetCallerIdentity", "")), "ok");
    }

    #[test]
    fn nothing_but_opening_works_before_the_service_is_opened() {
        let mut cloud = Cloud::new();
        cloud.core.world.alibaba.accounts[0].service_opened = false;
        let mut check = |action: &str, params: &str, expected: &str| {
            assert_eq!(code(cloud.hbr(action, params)), expected, "{action}");
        };
        check("DescribeBackupPlans", "Edition=BASIC", "ServiceNotActivated");
        check(
            "CreateBackupPlan",
            "Edition=BASIC SourceType=ECS_FILE InstanceId=i-web",
            "ServiceNotActivated",
        );
        check("DescribeRegions", "", "ok");
        check("OpenHbrService", "", "ok");
        check("OpenHbrService", "", "ORDER.OPEND");
        check("DescribeBackupPlans", "Edition=BASIC", "ok");
    }

    #[test]
    fn opening_again_can_be_a_success() {
        let mut cloud = Cloud::new();
        cloud.core.world.alibaba.open_again = OpenAgain::Accepted;
        assert_eq!(code(cloud.hbr("OpenHbrService", "")), "ok");
    }

    #[test]
    fn rates_are_limited_by_operation_and_minute() {
        let mut cloud = Cloud::new();
        cloud.core.world.alibaba.rate_limits = true;
        for _ in 0..600 {
            assert_eq!(code(cloud.hbr("DescribeVaults", "")), "ok");
        }
        cloud.wait(20);
        let request = cloud.request(Product::Hbr, "DescribeVaults", "");
        let reply = cloud.send(request);
        assert_eq!(reply.status, 400);
        assert_eq!(reply.headers.last(), Some(&("x-acs-retry-after", "40000".to_owned())));
        assert_eq!(code(cloud.hbr("DescribeVaults", "")), "Throttling.User");
        assert_eq!(code(cloud.hbr("DescribeRegions", "")), "ok");
        cloud.host = "hbr.cn-shanghai.aliyuncs.com".to_owned();
        assert_eq!(code(cloud.hbr("DescribeVaults", "")), "ok");
        cloud.host = "hbr.cn-hangzhou.aliyuncs.com".to_owned();
        cloud.wait(40);
        assert_eq!(code(cloud.hbr("DescribeVaults", "")), "ok");
    }

    #[test]
    fn faults_strike_before_or_after_the_effect() {
        let check = |fault: &str, expected: &str, paused: bool| {
            let mut cloud = Cloud::new();
            let plan = cloud.protect("i-web");
            cloud.core.faults = crate::emulator::fault::Faults::new([fault.parse().unwrap()]);
            let answer = code(cloud.hbr("DisableBackupPlan", &format!("Edition=BASIC PlanId={plan}")));
            assert_eq!(answer, expected, "{fault}");
            assert_eq!(cloud.plan(&plan)["Disabled"], paused, "{fault}");
        };
        check("DisableBackupPlan:throttle", "Throttling.User", false);
        check("DisableBackupPlan:internal", "InternalError", false);
        check("Disable*:unavailable", "ServiceUnavailable", false);
        check("DisableBackupPlan:unsuccessful", "InternalError", false);
        check("DisableBackupPlan:timeout-before", "ServiceUnavailable", false);
        check("DisableBackupPlan:timeout-after", "ok", true);
        check("DisableBackupPlan:cut", "ok", true);
        check("DisableBackupPlan:skew", "InvalidTimeStamp.Expired", false);
        check("EnableBackupPlan:internal", "ok", true);
    }

    #[test]
    fn a_delayed_change_shows_after_so_many_listings() {
        let mut cloud = Cloud::new();
        cloud.core.faults =
            crate::emulator::fault::Faults::new(["CreateBackupPlan:delayed:reads=2".parse().unwrap()]);
        cloud.protect("i-web");
        let mut count = || cloud.hbr("DescribeBackupPlans", "Edition=BASIC").unwrap()["TotalCount"].clone();
        assert_eq!([count(), count(), count(), count()], [0, 0, 1, 1]);
    }

    #[test]
    fn the_same_calls_have_the_same_request_ids() {
        let ids = || {
            let mut cloud = Cloud::new();
            let mut id =
                || cloud.hbr("DescribeRegions", "").unwrap()["RequestId"].as_str().unwrap().to_owned();
            [id(), id()]
        };
        assert_eq!(ids(), ids());
        assert_ne!(ids()[0], ids()[1]);
    }
}
