//! Makes one call: parameters to their places, signature, rate, repetition, and what the answer says.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use secrecy::ExposeSecret;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::credentials::origin::StsPlace;
use super::credentials::{Credentials, Failure, Keyring};
use super::endpoint::{Endpoints, Product};
use super::sign::{self, Parameters};
use crate::cloud::error::{self, ApiError, Call, Error, ErrorKind};
use crate::cloud::host::{SharedHost, since};
use crate::cloud::http::{Endpoint, Http, Method, Request, Response};
use crate::cloud::rate::{Key, RateLimiter};
use crate::cloud::retry::{self, Repeat};
use crate::wire::alibaba::ErrorBody;

/// One API action: where its parameters travel and what its answer must hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    /// The service.
    pub product: Product,
    /// The action's name.
    pub action: &'static str,
    /// Parameters of the form body, by the name before the first dot; all others travel in the query.
    pub in_body: &'static [&'static str],
    /// Members without which an answer is not one: a listing that lost its list must not be read as empty.
    pub must_answer: &'static [&'static str],
    /// What a second call would do.
    pub repeat: Repeat,
}

impl Operation {
    /// An action with all parameters in the query, whose answer may be the envelope alone.
    pub const fn new(product: Product, action: &'static str, repeat: Repeat) -> Self {
        Self { product, action, in_body: &[], must_answer: &["RequestId"], repeat }
    }

    /// The same, with some parameters in the body.
    pub const fn in_body(self, names: &'static [&'static str]) -> Self {
        Self { in_body: names, ..self }
    }

    /// The same, with members that the answer must hold.
    pub const fn must_answer(self, names: &'static [&'static str]) -> Self {
        Self { must_answer: names, ..self }
    }
}

/// How the client calls itself.
pub(super) const AGENT: &str = concat!("backform/", env!("CARGO_PKG_VERSION"));

/// Clocks that differ by less are not what a call was refused for: the service allows 15 minutes.
const CLOCK_TOLERANCE: u64 = 60;

/// The code for opening a service that is open already.
///
/// Source: terraform-provider-alicloud, `alicloud_hbr_service` data source.
pub(super) const OPENED: &str = "ORDER.OPEND";

/// How the text begins that says the same with a code of 500. Source: terraform-provider-alicloud.
const OPENED_ALREADY: &str = "您已开通过";

/// What a client is made of.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The pool of connections.
    pub http: Arc<Http>,
    /// Time, nonces, waiting.
    pub host: SharedHost,
    /// Calls made so far; shared by all clients of the run.
    pub rates: Arc<RateLimiter>,
    /// Who calls.
    pub keys: Arc<Keyring>,
    /// Where the services are.
    pub endpoints: Endpoints,
    /// Pages of one listing that are read at the same time.
    pub parallelism: usize,
}

/// A client of one account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<ClientOptions>,
    clock: Arc<Clock>,
}

/// What is known of the service's clock: its time less this machine's, in seconds.
#[derive(Debug)]
struct Clock {
    /// What is added to dates, once a call was refused for the difference.
    correction: AtomicI64,
    /// What the last answer told; [`UNTOLD`] before any has.
    told: AtomicI64,
}

/// No clock differs by as much.
const UNTOLD: i64 = i64::MIN;

impl Default for Clock {
    fn default() -> Self {
        Self { correction: AtomicI64::new(0), told: AtomicI64::new(UNTOLD) }
    }
}

/// How a call says who makes it.
#[derive(Clone, Copy)]
enum Caller<'a> {
    /// By a signature.
    Signed(&'a Credentials),
    /// By a token among its parameters.
    Token(&'a str),
}

/// A call on its way: all that its attempts have in common.
struct Prepared<'a> {
    operation: Operation,
    endpoint: &'a Endpoint,
    query: &'a Parameters,
    body: &'a [u8],
}

impl Client {
    /// A client that has not called anything yet.
    pub fn new(options: ClientOptions) -> Self {
        Self { inner: Arc::new(options), clock: Arc::default() }
    }

    /// The same client with other keys.
    #[must_use]
    pub fn with_keys(self, keys: Arc<Keyring>) -> Self {
        let options = ClientOptions { keys, ..(*self.inner).clone() };
        Self { inner: Arc::new(options), clock: self.clock }
    }

    /// The same client, which calls the STS of that place; endpoints of its own win.
    pub(super) fn at(&self, place: &StsPlace) -> Self {
        let own = &self.inner.endpoints;
        let endpoints = Endpoints {
            sts: own.sts.clone().or_else(|| place.endpoint.clone()),
            vpc: place.vpc.unwrap_or(own.vpc),
            ..own.clone()
        };
        let options = ClientOptions { endpoints, ..(*self.inner).clone() };
        Self { inner: Arc::new(options), clock: self.clock.clone() }
    }

    /// Where the keys come from.
    pub fn keys(&self) -> &Arc<Keyring> {
        &self.inner.keys
    }

    /// Where the key comes from that signs just now, in words. Asks for one, if there is none yet.
    ///
    /// # Errors
    ///
    /// When there is none to be had.
    pub async fn source(&self, region: &str) -> Result<String, Error> {
        let operation = Operation::new(Product::Sts, "GetCallerIdentity", Repeat::Harmless);
        let call = self.name(operation, region)?;
        let key = self.inner.keys.current(self, region).await;
        key.map(|key| key.source.clone()).map_err(|failure| failure.of(call))
    }

    /// What this machine's clock lacks, in seconds, where the service has refused a call for it.
    pub fn clock_correction(&self) -> Option<i64> {
        Some(self.clock.correction.load(Ordering::Relaxed)).filter(|seconds| *seconds != 0)
    }

    /// The service's clock less this machine's, in seconds, as the last answer told it.
    pub fn clock_difference(&self) -> Option<i64> {
        Some(self.clock.told.load(Ordering::Relaxed)).filter(|seconds| *seconds != UNTOLD)
    }

    /// The pool of connections.
    pub(super) fn http(&self) -> &Http {
        &self.inner.http
    }

    /// Pages of one listing that are read at the same time.
    pub(super) fn parallelism(&self) -> usize {
        self.inner.parallelism.max(1)
    }

    /// What the clock says.
    pub(super) fn now(&self) -> Timestamp {
        self.inner.host.now()
    }

    /// What the service's clock says, as far as that is known.
    pub(super) fn time_there(&self) -> Timestamp {
        let correction = jiff::SignedDuration::from_secs(self.clock.correction.load(Ordering::Relaxed));
        self.now().checked_add(correction).unwrap_or_else(|_| self.now())
    }

    /// Waits.
    pub(super) async fn sleep(&self, pause: Duration) {
        self.inner.host.sleep(pause).await;
    }

    /// How errors name a call of this operation in that region.
    pub(super) fn name(&self, operation: Operation, region: &str) -> Result<Call, Error> {
        Ok(call_name(operation, &self.endpoint(operation, region)?))
    }

    /// Makes the call, again where that helps, and reads the answer.
    ///
    /// A key that the service refuses is renewed once, and a clock that it refuses is corrected once: neither call
    /// had an effect.
    pub(super) async fn call<R, A>(&self, operation: Operation, region: &str, request: &R) -> Result<A, Error>
    where
        R: Serialize + Sync,
        A: DeserializeOwned,
    {
        let endpoint = self.endpoint(operation, region)?;
        let (query, body) = split(flatten(request), operation.in_body);
        let body = sign::encode(&body).into_bytes();
        let call = Prepared { operation, endpoint: &endpoint, query: &query, body: &body };
        let no_key = |failure: Failure| failure.of(call_name(operation, &endpoint));
        let mut key = self.inner.keys.current(self, region).await.map_err(no_key)?;
        let mut is_renewed = false;
        let mut attempts = Attempts::new(operation.repeat);
        loop {
            self.wait_for_rate(operation, region, &endpoint).await;
            let begun = self.now();
            let failure = match self.attempt(&call, Caller::Signed(&key)).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            attempts.spent += since(begun, self.now());
            if !is_renewed && is_refused_key(&failure) {
                is_renewed = true;
                if let Some(other) = self.inner.keys.instead_of(&key, self, region).await.map_err(no_key)? {
                    key = other;
                    continue;
                }
            }
            self.pause(failure, &mut attempts).await?;
            // A long wait for a throttled call may outlive the key.
            key = self.inner.keys.current(self, region).await.map_err(no_key)?;
        }
    }

    /// Makes a call that says by a token among its parameters who makes it, again where that helps.
    ///
    /// Source: STS API 2015-04-01; the vendor's Go credentials library sends the action in the query and the rest in
    /// the body, where no access log has it.
    pub(super) async fn call_unsigned<R, A>(
        &self,
        operation: Operation,
        region: &str,
        request: &R,
        token: &str,
    ) -> Result<A, Error>
    where
        R: Serialize + Sync,
        A: DeserializeOwned,
    {
        let endpoint = self.endpoint(operation, region)?;
        let body = sign::encode(&flatten(request)).into_bytes();
        let mut attempts = Attempts::new(operation.repeat);
        loop {
            let begun = self.now();
            let query = [
                ("Action", operation.action),
                ("Format", "JSON"),
                ("SignatureNonce", &self.inner.host.nonce()),
                ("Timestamp", &sign::date(self.time_there())),
                ("Version", operation.product.version()),
            ];
            let query = query.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            let call = Prepared { operation, endpoint: &endpoint, query: &query, body: &body };
            let failure = match self.attempt(&call, Caller::Token(token)).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            attempts.spent += since(begun, self.now());
            self.pause(failure, &mut attempts).await?;
        }
    }

    /// Waits before the next attempt, or returns the failure where none can help.
    async fn pause(&self, failure: Error, attempts: &mut Attempts) -> Result<(), Error> {
        if !attempts.is_corrected && self.correct_clock(&failure) {
            attempts.is_corrected = true;
            return Ok(());
        }
        let Attempts { repeat, number, spent, .. } = *attempts;
        let Some(pause) = retry::pause(&failure, repeat, number, spent, self.spread()) else {
            return Err(failure);
        };
        self.inner.host.sleep(pause).await;
        attempts.spent += pause;
        attempts.number += 1;
        Ok(())
    }

    /// Takes the service's time for ours, where it refused a call for the difference and told its own.
    fn correct_clock(&self, failure: &Error) -> bool {
        let Error::Api(error) = failure else { return false };
        let Some(difference) = error.clock_difference.filter(|_| error.code == "InvalidTimeStamp.Expired")
        else {
            return false;
        };
        let known = self.clock.correction.load(Ordering::Relaxed);
        let is_news = difference.abs_diff(known) > CLOCK_TOLERANCE;
        if is_news {
            self.clock.correction.store(difference, Ordering::Relaxed);
        }
        is_news
    }

    /// Signs with a new date and nonce, sends once, and reads the answer.
    async fn attempt<A: DeserializeOwned>(
        &self,
        call: &Prepared<'_>,
        caller: Caller<'_>,
    ) -> Result<A, Error> {
        let request = self.request(call, caller);
        let response = self.inner.http.send(&request).await;
        let name = call_name(call.operation, call.endpoint);
        let response = response.map_err(|source| Error::Transport { call: name.clone(), source })?;
        if let Some(difference) = clock_difference(&response, self.now()) {
            self.clock.told.store(difference, Ordering::Relaxed);
        }
        self.read(name, call.operation, caller, &response)
    }

    /// The request as it goes out.
    fn request(&self, call: &Prepared<'_>, caller: Caller<'_>) -> Request {
        let Prepared { operation, endpoint, query, body } = *call;
        let host = endpoint.host();
        let mut headers = match caller {
            Caller::Signed(key) => {
                let named = sign::Operation {
                    host: &host,
                    action: operation.action,
                    version: operation.product.version(),
                };
                let unsigned = sign::Request { method: "POST", path: "/", query, body };
                sign::headers(named, unsigned, key, self.time_there(), &self.inner.host.nonce())
            }
            Caller::Token(_) => {
                vec![("host".into(), host), ("content-type".into(), sign::FORM.into())]
            }
        };
        headers.push(("accept".into(), "application/json".into()));
        headers.push(("user-agent".into(), AGENT.into()));
        Request {
            endpoint: endpoint.clone(),
            method: Method::Post,
            path: "/".into(),
            query: sign::encode(query),
            headers,
            body: body.to_vec(),
        }
    }

    /// Where the operation is served for that region.
    fn endpoint(&self, operation: Operation, region: &str) -> Result<Endpoint, Error> {
        let endpoints = &self.inner.endpoints;
        endpoints.of(operation.product, region).map_err(|source| Error::Transport {
            call: Call {
                product: operation.product.code(),
                action: operation.action,
                host: format!("region {}", error::readable(region)),
            },
            source,
        })
    }

    /// Waits for the published rate. An emulator on this machine has none; if it throttles, that is heeded.
    async fn wait_for_rate(&self, operation: Operation, region: &str, endpoint: &Endpoint) {
        if self.inner.http.is_local(endpoint) {
            return;
        }
        let key = Key {
            account: self.inner.keys.account(),
            region: region.to_owned(),
            action: format!("{}:{}", operation.product.code(), operation.action),
        };
        self.inner.rates.wait(&key, operation.product.rate(), &*self.inner.host).await;
    }

    /// A number between 0 and 1 that differs from caller to caller: nonces are random already.
    fn spread(&self) -> f64 {
        let nonce = self.inner.host.nonce();
        let digits = nonce.get(..4).unwrap_or_default();
        f64::from(u16::from_str_radix(digits, 16).unwrap_or(0)) / f64::from(u16::MAX)
    }

    /// Tells a success from a failure, whatever the HTTP status says.
    fn read<A: DeserializeOwned>(
        &self,
        call: Call,
        operation: Operation,
        caller: Caller<'_>,
        response: &Response,
    ) -> Result<A, Error> {
        if !(200..300).contains(&response.status) {
            return Err(self.refusal(call, caller, response));
        }
        let unreadable = |id: Option<String>, error: &serde_json::Error| Error::Garbled {
            call: call.clone(),
            detail: unreadable(response, error),
            id,
        };
        let envelope: Envelope =
            serde_json::from_slice(&response.body).map_err(|error| unreadable(None, &error))?;
        let id = envelope.request_id.as_deref().map(error::readable);
        if envelope.success == Some(false) {
            return Err(self.refusal(call, caller, response));
        }
        #[expect(
            clippy::zero_sized_map_values,
            reason = "values are skipped, not read: only the names matter"
        )]
        let members: BTreeMap<Cow<'_, str>, IgnoredAny> =
            serde_json::from_slice(&response.body).map_err(|error| unreadable(id.clone(), &error))?;
        if let Some(missing) = operation.must_answer.iter().find(|name| !members.contains_key(**name)) {
            return Err(Error::Garbled { call, detail: format!("it holds no {missing}"), id });
        }
        serde_json::from_slice(&response.body).map_err(|error| unreadable(id, &error))
    }

    /// The error that a refused call becomes.
    fn refusal(&self, call: Call, caller: Caller<'_>, response: &Response) -> Error {
        let Some(body) = error_body(response) else {
            return self.unexplained(call, response);
        };
        let said = body.message.as_deref().unwrap_or_default();
        let code = if said.starts_with(OPENED_ALREADY) { Some(OPENED.to_owned()) } else { body.code };
        let code = code.unwrap_or_else(|| "no error code".to_owned());
        let retry_after = retry_after(response);
        let kind = match retry_after {
            Some(_) => ErrorKind::Throttled,
            None => error::classify(response.status, &code),
        };
        let missing_permission = (kind == ErrorKind::Permission).then(|| {
            let named = body.access_denied_detail.and_then(|detail| detail.auth_action);
            named.map_or_else(
                || format!("{}:{}", call.product, call.action),
                |action| error::readable(&action),
            )
        });
        // The vendor's text quotes the whole signed request here, security token included.
        let message =
            if code == "SignatureDoesNotMatch" { String::new() } else { body.message.unwrap_or_default() };
        Error::Api(Box::new(ApiError {
            status: response.status,
            message: caller.explained(kind, &code, error::readable(&caller.without_secrets(&message))),
            code: error::readable(&code),
            request_id: body.request_id.map(|id| error::readable(&id)),
            retry_after,
            missing_permission,
            kind,
            clock_difference: clock_difference(response, self.now()),
            call,
        }))
    }

    /// A failure whose body nobody can read: a gateway's page, or one that was cut or changed on the way.
    fn unexplained(&self, call: Call, response: &Response) -> Error {
        let code = "no error code";
        let kind = match retry_after(response) {
            Some(_) => ErrorKind::Throttled,
            None => error::classify(response.status, code),
        };
        if !matches!(kind, ErrorKind::Throttled | ErrorKind::Transient) {
            let detail = format!("HTTP {} and a body that is not an error of the service", response.status);
            return Error::Garbled { call, detail, id: None };
        }
        Error::Api(Box::new(ApiError {
            call,
            status: response.status,
            code: code.into(),
            message: String::new(),
            request_id: None,
            retry_after: retry_after(response),
            missing_permission: None,
            kind,
            clock_difference: clock_difference(response, self.now()),
        }))
    }
}

impl Caller<'_> {
    /// The text without anything that only we and the cloud should know, should a message ever quote it.
    fn without_secrets(self, text: &str) -> String {
        let secrets = match self {
            Self::Signed(Credentials { key_id, secret, token, source: _ }) => vec![
                secret.expose_secret(),
                token.as_ref().map_or("", |token| token.expose_secret()),
                key_id.as_str(),
            ],
            Self::Token(token) => vec![token],
        };
        let secrets = secrets.into_iter().filter(|secret| !secret.is_empty());
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "(hidden)"))
    }

    /// The vendor's text, and for a refused key where the key is from.
    fn explained(self, kind: ErrorKind, code: &str, message: String) -> String {
        let Self::Signed(key) = self else { return message };
        if kind != ErrorKind::Auth || code == "IncompleteSignature" {
            return message;
        }
        let from = format!("the key is from {}", key.source);
        if message.is_empty() { from } else { format!("{message} ({from})") }
    }
}

/// How often a call was made, and how long that took.
struct Attempts {
    repeat: Repeat,
    number: u32,
    spent: Duration,
    is_corrected: bool,
}

impl Attempts {
    fn new(repeat: Repeat) -> Self {
        Self { repeat, number: 1, spent: Duration::ZERO, is_corrected: false }
    }
}

/// Whether the service refused the key, rather than what it was used for.
///
/// Source: Alibaba Cloud, common error codes: a key that has run out is unknown or its token has expired.
fn is_refused_key(failure: &Error) -> bool {
    let refused = ["InvalidSecurityToken", "InvalidAccessKeyId"];
    failure.code().is_some_and(|code| refused.iter().any(|name| code.starts_with(name)))
}

/// What tells success from failure.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    success: Option<bool>,
    request_id: Option<String>,
}

/// How errors name a call.
fn call_name(operation: Operation, endpoint: &Endpoint) -> Call {
    Call { product: operation.product.code(), action: operation.action, host: endpoint.host() }
}

/// What is wrong with a body, without quoting it.
fn unreadable(response: &Response, error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "JSON that ends too early",
        serde_json::error::Category::Data => "JSON of an unexpected shape",
        serde_json::error::Category::Io | serde_json::error::Category::Syntax => "something that is not JSON",
    };
    format!("{what}, at line {} column {} of {} bytes", error.line(), error.column(), response.body.len())
}

/// The body of a failure, as JSON or as the XML that some gateways still write.
///
/// Source: Alibaba Cloud SDK core (tea-openapi 0.4.6): `text/xml;charset=utf-8` has an `Error` root.
fn error_body(response: &Response) -> Option<ErrorBody> {
    let json = serde_json::from_slice::<ErrorBody>(&response.body).ok();
    json.or_else(|| {
        let text = std::str::from_utf8(&response.body).ok()?;
        let element = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            rest.split_once(&format!("</{name}>")).map(|(value, _)| value.to_owned())
        };
        Some(ErrorBody {
            code: Some(element("Code")?),
            message: element("Message"),
            request_id: element("RequestId"),
            ..ErrorBody::default()
        })
    })
    .filter(|body| body.code.is_some())
}

/// How long the service asks us to wait; any failure with it is throttling.
///
/// Source: Alibaba Cloud SDK core (tea-openapi 0.4.6), header `x-acs-retry-after`, milliseconds.
fn retry_after(response: &Response) -> Option<Duration> {
    let milliseconds: u64 = response.header("x-acs-retry-after")?.trim().parse().ok()?;
    (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
}

/// The service's clock less ours, in seconds.
fn clock_difference(response: &Response, now: Timestamp) -> Option<i64> {
    let theirs = DateTimeParser::new().parse_timestamp(response.header("date")?).ok()?;
    Some(theirs.as_second() - now.as_second())
}

/// A request as names and values: lists count from 1, members are joined by dots, absent ones are left out.
///
/// Source: Alibaba Cloud SDK core (tea-openapi 0.4.6), flattening of query and form parameters.
fn flatten(request: &impl Serialize) -> Parameters {
    let value = serde_json::to_value(request).expect("a request of plain fields is always JSON");
    let mut parameters = Parameters::new();
    flatten_into(String::new(), value, &mut parameters);
    parameters
}

/// Adds one value under its name; the depth is that of our own request types.
fn flatten_into(name: String, value: Value, parameters: &mut Parameters) {
    let member = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Null => {}
        Value::Bool(flag) => drop(parameters.insert(name, flag.to_string())),
        Value::Number(number) => drop(parameters.insert(name, number.to_string())),
        Value::String(text) => drop(parameters.insert(name, text)),
        Value::Array(values) => {
            for (index, value) in values.into_iter().enumerate() {
                flatten_into(member(&(index + 1).to_string()), value, parameters);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                flatten_into(member(&key), value, parameters);
            }
        }
    }
}

/// Query and body: the names of the body are told before their first dot.
fn split(parameters: Parameters, in_body: &[&str]) -> (Parameters, Parameters) {
    parameters.into_iter().partition(|(name, _)| {
        let top = name.split('.').next().unwrap_or_default();
        !in_body.contains(&top)
    })
}

#[cfg(test)]
pub(super) mod fake {
    use super::*;
    use crate::cloud::host::fake::FakeHost;
    use crate::cloud::http::HttpOptions;
    use crate::cloud::http::fake::FakeServer;

    /// The secret that no test may ever see again.
    pub const SECRET: &str = "the-secret-itself";
    /// The token that no test may ever see again.
    pub const TOKEN: &str = "the-token-itself";

    /// A client for which the server is the whole cloud.
    pub fn client(server: &FakeServer) -> (Client, Arc<FakeHost>) {
        let host = FakeHost::new();
        let http = Http::new(HttpOptions { resolve: Some(server.address), ..HttpOptions::default() });
        let token = Some(TOKEN.to_owned().into());
        let credentials =
            Credentials::new("LTAI-EXAMPLE".into(), SECRET.to_owned().into(), token, "a test".into());
        let client = Client::new(ClientOptions {
            http: Arc::new(http),
            host: host.shared(),
            rates: Arc::new(RateLimiter::default()),
            keys: Arc::new(Keyring::of_key(credentials)),
            endpoints: Endpoints::default(),
            parallelism: 2,
        });
        (client, host)
    }

    /// A success of Cloud Backup with further members.
    pub fn ok(members: &str) -> String {
        format!(r#"{{"RequestId":"r","Success":true,"Code":"200","Message":"successful",{members}}}"#)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json as value;

    use super::fake::{SECRET, TOKEN, client, ok};
    use super::*;
    use crate::cloud::http::fake::{Answer, FakeServer, answer, cut, json};
    use crate::wire::alibaba::hbr::{Answer as Empty, CreateBackupPlanAnswer};

    const READ: Operation = Operation::new(Product::Hbr, "DescribeBackupPlans", Repeat::Harmless);
    const CREATE: Operation = Operation::new(Product::Hbr, "CreateBackupPlan", Repeat::MakesAnother);

    async fn call(
        operation: Operation,
        answers: Vec<Answer>,
    ) -> (Result<Empty, Error>, Vec<String>, Vec<Duration>) {
        let server = FakeServer::in_order(answers);
        let (client, host) = client(&server);
        let result = client.call(operation, "cn-hangzhou", &value!({})).await;
        (result, server.requests(), host.sleeps())
    }

    fn success() -> Answer {
        json(200, &ok("\"X\":1"))
    }

    fn header<'a>(request: &'a str, name: &str) -> &'a str {
        let line = request.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("{request} has {name}"))
    }

    #[tokio::test]
    async fn a_throttled_call_waits_as_asked_and_is_signed_anew() {
        let throttled =
            || answer(400, "x-acs-retry-after: 2500\r\n", r#"{"Code":"Throttling.User","Message":"m"}"#);
        let (result, requests, sleeps) = call(CREATE, vec![throttled(), throttled(), success()]).await;
        result.expect("it goes through in the end");
        assert_eq!(requests.len(), 3);
        assert!(sleeps.iter().all(|pause| (2500..2700).contains(&pause.as_millis())), "{sleeps:?}");
        for name in ["x-acs-signature-nonce", "x-acs-date", "authorization"] {
            let values: BTreeSet<&str> = requests.iter().map(|request| header(request, name)).collect();
            assert_eq!(values.len(), 3, "{name}");
        }
    }

    #[tokio::test]
    async fn every_form_of_throttling_is_waited_out() {
        for (status, headers, body) in [
            (400, "", r#"{"Code":"Throttling"}"#),
            (400, "", r#"{"Code":"Throttling.User","Message":"m"}"#),
            (400, "", r#"{"Code":"Throttling.Api"}"#),
            (429, "", r#"{"Code":"Rejected.Throttling"}"#),
            (429, "", r#"{"Code":"TooManyRequests"}"#),
            (429, "", "<html>"),
            (200, "", r#"{"Success":false,"Code":"Throttling.User"}"#),
            (503, "x-acs-retry-after: 100\r\n", r#"{"Code":"ServiceUnavailable"}"#),
            (400, "x-acs-retry-after: 100\r\n", r#"{"Code":"Busy"}"#),
            (429, "content-type: text/xml;charset=utf-8\r\n", "<Error><Code>Throttling</Code></Error>"),
        ] {
            let throttled = || answer(status, headers, body);
            let (result, requests, sleeps) = call(CREATE, vec![throttled(), throttled(), success()]).await;
            assert_eq!((result.is_ok(), requests.len(), sleeps.len()), (true, 3, 2), "{status} {body}");
        }
    }

    #[tokio::test]
    async fn only_what_is_harmless_is_repeated_after_an_unknown_outcome() {
        let trouble = || json(500, r#"{"Code":"InternalError","Message":"m","RequestId":"r"}"#);
        let check = async |operation: Operation, first: Answer, expected: usize| {
            let (result, requests, _) = call(operation, vec![first, success()]).await;
            assert_eq!((requests.len(), result.is_ok()), (expected, expected == 2), "{result:?}");
        };
        check(READ, trouble(), 2).await;
        check(CREATE, trouble(), 1).await;
        check(READ, cut("{\"Success\":true"), 2).await;
        check(CREATE, cut("{\"Success\":true"), 1).await;
        check(READ, json(200, "{\"Success\":tr"), 2).await;
        check(CREATE, json(200, "{\"Success\":tr"), 1).await;
        check(READ, answer(502, "", "<html>"), 2).await;
        check(READ, json(400, r#"{"Code":"BadRequest"}"#), 1).await;
    }

    #[tokio::test]
    async fn a_failure_at_http_200_is_a_failure() {
        let body =
            r#"{"RequestId":"r-1","Success":false,"Code":"ResourceNotFound","Message":"plan not found."}"#;
        let (result, _, _) = call(READ, vec![json(200, body)]).await;
        let error = result.expect_err("it says so");
        assert!(error.is_not_found());
        assert_eq!(
            error.to_string(),
            "hbr:DescribeBackupPlans at hbr.cn-hangzhou.aliyuncs.com failed with ResourceNotFound (HTTP 200): \
             plan not found; request id r-1"
        );
    }

    #[tokio::test]
    async fn a_refused_permission_is_named_by_the_service_or_by_the_call() {
        let check = async |body: &str, expected: &str| {
            let (result, _, _) = call(READ, vec![json(403, body)]).await;
            let error = result.expect_err("it is refused").to_string();
            assert!(error.contains(&format!("the missing permission is {expected}")), "{error}");
        };
        check(r#"{"Code":"NoPermission"}"#, "hbr:DescribeBackupPlans").await;
        check(r#"{"Code":"Forbidden.RAM","AccessDeniedDetail":{"AuthAction":"hbr:Other"}}"#, "hbr:Other")
            .await;
    }

    #[tokio::test]
    async fn a_wrong_clock_is_measured_by_the_answers_date() {
        let date = "date: Fri, 02 Jan 2026 03:24:05 GMT\r\n";
        let (result, _, _) =
            call(READ, vec![answer(400, date, r#"{"Code":"InvalidTimeStamp.Expired"}"#)]).await;
        let error = result.expect_err("it is refused").to_string();
        assert!(error.contains("this machine's clock is 1200 s behind the service's"), "{error}");
    }

    #[tokio::test]
    async fn no_error_repeats_a_credential() {
        let quoting = |code: &str| {
            let body = value!({"Code": code, "Message": format!("canonical: LTAI-EXAMPLE {SECRET} {TOKEN}"), "RequestId": "r"});
            json(400, &body.to_string())
        };
        for code in ["SignatureDoesNotMatch", "BadRequest"] {
            let (result, _, _) = call(READ, vec![quoting(code)]).await;
            let error = result.expect_err("it is refused");
            for text in [error.to_string(), format!("{error:?}")] {
                for secret in [SECRET, TOKEN, "LTAI-EXAMPLE"] {
                    assert!(!text.contains(secret), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_client_shows_no_credential() {
        let server = FakeServer::in_order(vec![success()]);
        let shown = format!("{:?}", client(&server).0);
        assert!(![SECRET, TOKEN, "LTAI-EXAMPLE"].iter().any(|secret| shown.contains(secret)), "{shown}");
    }

    #[tokio::test]
    async fn errors_in_xml_are_read_too() {
        let body =
            "<?xml version='1.0'?><Error><RequestId>r</RequestId><Code>InvalidApi.NotFound</Code></Error>";
        let (result, _, _) =
            call(READ, vec![answer(404, "content-type: text/xml;charset=utf-8\r\n", body)]).await;
        assert_eq!(result.expect_err("it is refused").code(), Some("InvalidApi.NotFound"));
    }

    #[tokio::test]
    async fn an_answer_of_another_shape_says_so_without_quoting_it() {
        let server = FakeServer::in_order(vec![json(200, &ok("\"PlanId\":{\"secret\":1}"))]);
        let (client, _) = client(&server);
        let result: Result<CreateBackupPlanAnswer, Error> =
            client.call(CREATE, "cn-hangzhou", &value!({})).await;
        let error = result.expect_err("an id is text").to_string();
        assert!(error.contains("JSON of an unexpected shape") && !error.contains("secret"), "{error}");
        assert!(error.ends_with("request id r"), "{error}");
    }

    #[tokio::test]
    async fn a_temporary_key_sends_its_token() {
        let (_, requests, _) = call(READ, vec![success()]).await;
        assert_eq!(header(&requests[0], "x-acs-security-token"), TOKEN);
        assert!(header(&requests[0], "authorization").contains("x-acs-security-token"));
        assert!(!header(&requests[0], "authorization").contains("user-agent"));
    }

    #[test]
    fn requests_flatten_as_the_vendor_does() {
        let request = value!({"Filters": [{"Key": "a", "Values": ["x", "y"]}, {"Key": "b", "Values": []}],
            "Disabled": false, "N": 7, "None": null, "Empty": ""});
        let expected = [
            ("Disabled", "false"),
            ("Empty", ""),
            ("Filters.1.Key", "a"),
            ("Filters.1.Values.1", "x"),
            ("Filters.1.Values.2", "y"),
            ("Filters.2.Key", "b"),
            ("N", "7"),
        ];
        let expected: Parameters = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(flatten(&request), expected);
    }

    #[test]
    fn the_body_takes_a_name_with_all_its_members() {
        let parameters: Parameters =
            ["Path.1", "Paths", "Options"].map(|name| (name.to_owned(), String::new())).into();
        let (query, body) = split(parameters, &["Path", "Options"]);
        assert_eq!(query.into_keys().collect::<Vec<_>>(), ["Paths"]);
        assert_eq!(body.into_keys().collect::<Vec<_>>(), ["Options", "Path.1"]);
    }
}
