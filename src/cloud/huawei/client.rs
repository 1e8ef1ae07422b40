//! Makes one call: signature, rate, repetition, and what the answer says. And finds the project of a region.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use super::credentials::{Authority, Credentials, Failure, Keyring, Token};
use super::endpoint::{Endpoints, Service};
use super::error as refusal;
use super::sign::{self, Concern};
use crate::cloud::error::{self, ApiError, Call, Error, ErrorKind};
use crate::cloud::host::{SharedHost, since};
use crate::cloud::http::{Endpoint, Http, Method, Request, Response};
use crate::cloud::rate::{Key, Rate, RateLimiter};
use crate::cloud::retry::{self, Repeat};
use crate::wire::huawei::iam::{CallerIdentityAnswer, DomainsAnswer, ProjectsAnswer};

/// How the client calls itself.
pub(super) const AGENT: &str = concat!("backform/", env!("CARGO_PKG_VERSION"));

/// Clocks that differ by less are not what a call was refused for: the service allows 15 minutes.
const CLOCK_TOLERANCE: u64 = 60;

/// Reads in a second. The vendor publishes nothing for CBR; its gateway allows 200 by default, and far less where it does
/// not say so.
const READS: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// Writes in a minute; one a second.
const WRITES: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// One API action.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The service.
    pub service: Service,
    /// The action's name, as the vendor's SDKs have it.
    pub action: &'static str,
    /// What HTTP is asked to do.
    pub method: Method,
    /// The member without which an answer is not one: a listing that lost its list must not be read as empty.
    pub must_answer: Option<&'static str>,
    /// What a second call would do.
    pub repeat: Repeat,
}

impl Operation {
    /// A read, whose answer must hold this member.
    pub const fn read(service: Service, action: &'static str, must_answer: &'static str) -> Self {
        let (method, repeat) = (Method::Get, Repeat::Harmless);
        Self { service, action, method, must_answer: Some(must_answer), repeat }
    }

    /// A write that may be repeated.
    pub const fn write(service: Service, action: &'static str, method: Method) -> Self {
        Self { service, action, method, must_answer: None, repeat: Repeat::Harmless }
    }

    /// A write that makes a second object when it is repeated.
    pub const fn create(service: Service, action: &'static str) -> Self {
        Self { service, action, method: Method::Post, must_answer: None, repeat: Repeat::MakesAnother }
    }
}

/// What an action is called with.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// The parts of the path.
    pub path: Vec<String>,
    /// The query, in any order.
    pub query: Vec<(String, String)>,
    /// The body; empty means none.
    pub body: Vec<u8>,
}

impl Arguments {
    /// A path of these parts.
    pub fn at(parts: &[&str]) -> Self {
        Self { path: parts.iter().map(|part| (*part).to_owned()).collect(), ..Self::default() }
    }

    /// The same with a parameter of the query.
    #[must_use]
    pub fn query(mut self, name: &str, value: &impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// The same with a body.
    #[must_use]
    pub fn body<T: Serialize>(mut self, body: &T) -> Self {
        self.body = serde_json::to_vec(body).expect("shapes of the wire have text keys only");
        self
    }
}

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
    /// Projects that need not be looked up, by region.
    pub projects: BTreeMap<String, String>,
    /// The name of the project in the region that it begins with; in others it is the one named like the region.
    pub project_name: Option<String>,
    /// The account, where it need not be looked up.
    pub domain: Option<String>,
}

/// A client of one account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<ClientOptions>,
    /// Who calls: of the options, or for the moment somebody else.
    keys: Arc<Keyring>,
    /// What this machine's clock lacks, in seconds, once a service has refused a call for it.
    clock: Arc<AtomicI64>,
    /// The service's clock less this machine's, as the last answer told it.
    difference: Arc<std::sync::Mutex<Option<i64>>>,
    /// Projects that were looked up, by region.
    projects: Arc<Mutex<BTreeMap<String, Arc<str>>>>,
    /// The account, once anything has told.
    domain: Arc<Mutex<Option<Arc<str>>>>,
    /// Whether orders turned out to be on the international site.
    is_international: Arc<AtomicBool>,
    /// The orders that this run has placed.
    orders: Arc<Mutex<BTreeSet<String>>>,
}

impl Client {
    /// A client that has not called anything yet.
    pub fn new(options: ClientOptions) -> Self {
        let known = options.projects.iter();
        let projects = known.map(|(region, id)| (region.clone(), Arc::from(id.as_str()))).collect();
        let projects = Arc::new(Mutex::new(projects));
        let domain = Arc::new(Mutex::new(options.domain.as_deref().map(Arc::from)));
        let (clock, difference, is_international, orders) = Default::default();
        let keys = options.keys.clone();
        Self { inner: Arc::new(options), keys, clock, difference, projects, domain, is_international, orders }
    }

    /// The same client in the name of somebody else.
    pub(super) fn with_keys(&self, keys: Arc<Keyring>) -> Self {
        Self { keys, ..self.clone() }
    }

    /// The pool of connections.
    pub(super) fn http(&self) -> &Http {
        &self.inner.http
    }

    /// Where a service is that hands out keys.
    pub(super) fn address(&self, service: Service, region: &str) -> Result<Endpoint, Error> {
        self.endpoint(Operation::read(service, "credentials", ""), region)
    }

    /// Asks for a key with a signed call that concerns nobody else.
    pub(super) async fn exchange(
        &self,
        service: Service,
        action: &'static str,
        region: &str,
        path: &[&str],
        body: &Value,
    ) -> Result<Value, Error> {
        let operation = Operation::write(service, action, Method::Post);
        // It leads back to who calls, and from there, for an agency that assumes another, to here.
        Box::pin(self.send(operation, region, Concern::Nobody, &Arguments::at(path).body(body))).await
    }

    /// The service's clock less this machine's, in seconds, as the last answer told it.
    pub fn clock_difference(&self) -> Option<i64> {
        *self.difference.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The host that serves a service for the region.
    ///
    /// # Errors
    ///
    /// When the region's name cannot be part of a host's.
    pub fn host_of(&self, service: Service, region: &str) -> Result<String, Error> {
        Ok(self.address(service, region)?.host())
    }

    /// Where the key that is good just now came from, in words; it is asked for where there is none yet.
    ///
    /// # Errors
    ///
    /// When there is none to be had.
    pub async fn source(&self, region: &str) -> Result<String, Error> {
        let operation = Operation::read(Service::Iam, "credentials", "");
        Ok(self.authority(operation, region).await?.source().to_owned())
    }

    /// What a call that is made now is made with.
    async fn authority(&self, operation: Operation, region: &str) -> Result<Arc<Authority>, Error> {
        let failed = |failure: Failure| match self.name(operation, region) {
            Ok(call) => failure.of(call),
            Err(error) => error,
        };
        self.keys.current(self, region).await.map_err(failed)
    }

    /// Whose project of the region it is: the one of that name, or the one named like the region.
    pub fn project_name<'a>(&'a self, region: &'a str) -> &'a str {
        let named = self.inner.project_name.as_deref();
        // Source: IAM API v3: a project within a region is named after it and an underscore.
        let is_there = |name: &&str| {
            name.strip_prefix(region).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        named.filter(is_there).unwrap_or(region)
    }

    /// The orders that this run has placed. Whoever holds them is the only one that places any.
    pub(super) async fn orders(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.orders.lock().await
    }

    /// Waits.
    pub(super) async fn sleep(&self, pause: Duration) {
        self.inner.host.sleep(pause).await;
    }

    /// The project of a region: the one named like it, looked up once.
    ///
    /// Source: IAM API v3, "Querying the Project List"; `huaweicloudsdkcore` 3.1.219, which refuses none and several.
    ///
    /// # Errors
    ///
    /// When the call fails, or the account has no such project, or more than one.
    pub async fn project(&self, region: &str) -> Result<Arc<str>, Error> {
        let mut projects = self.projects.lock().await;
        if let Some(project) = projects.get(region) {
            return Ok(project.clone());
        }
        let operation = Operation::read(Service::Iam, "KeystoneListProjects", "projects");
        let name = self.project_name(region);
        let arguments = Arguments::at(&["v3", "projects"]).query("name", &name);
        let answer: ProjectsAnswer = self.send(operation, region, Concern::Nobody, &arguments).await?;
        let mut found =
            answer.projects.into_iter().filter_map(|project| Some((project.id?, project.domain_id)));
        let (Some((id, domain)), None) = (found.next(), found.next()) else {
            let detail = format!("there is not exactly one project named {}", error::readable(name));
            return Err(Error::Garbled { call: self.name(operation, region)?, detail, id: None });
        };
        let id: Arc<str> = id.into();
        projects.insert(region.to_owned(), id.clone());
        let mut known = self.domain.lock().await;
        if known.is_none() {
            *known = domain.map(Arc::from);
        }
        Ok(id)
    }

    /// The id of the account.
    ///
    /// Source: `huaweicloudsdkcore` 3.1.219, `GlobalCredentials`: the accounts that the identity may enter, and where
    /// that list is empty, what STS says of who calls.
    ///
    /// # Errors
    ///
    /// When a call fails, or nobody tells.
    pub async fn domain(&self, region: &str) -> Result<Arc<str>, Error> {
        let mut known = self.domain.lock().await;
        if let Some(domain) = &*known {
            return Ok(domain.clone());
        }
        let operation = Operation::read(Service::Iam, "KeystoneListAuthDomains", "domains");
        let arguments = Arguments::at(&["v3", "auth", "domains"]);
        let answer: DomainsAnswer = self.send(operation, region, Concern::Nobody, &arguments).await?;
        let listed = answer.domains.into_iter().find_map(|domain| domain.id);
        let id = match listed {
            Some(id) => Some(id),
            None => self.caller(region).await?.account_id,
        };
        let Some(id) = id else {
            let detail = "it does not say which account calls".to_owned();
            return Err(Error::Garbled { call: self.name(operation, region)?, detail, id: None });
        };
        Ok(known.insert(id.into()).clone())
    }

    /// `GetCallerIdentity`, `GET /v5/caller-identity`: who calls.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn caller(&self, region: &str) -> Result<CallerIdentityAnswer, Error> {
        let operation = Operation::read(Service::Sts, "GetCallerIdentity", "account_id");
        self.send(operation, region, Concern::Nobody, &Arguments::at(&["v5", "caller-identity"])).await
    }

    /// Calls an action of the billing service, on the site that the account belongs to: the Chinese one, until it says
    /// that the customer belongs to the other.
    ///
    /// Source: terraform-provider-huaweicloud, `config`: `CBC.0150` and `CBC.0156` mean the other site.
    ///
    /// # Errors
    ///
    /// When the call fails, and repeating it cannot help.
    pub(super) async fn bill<A: DeserializeOwned>(
        &self,
        operation: Operation,
        region: &str,
        arguments: Arguments,
    ) -> Result<A, Error> {
        let domain = self.domain(region).await?;
        let concern = Concern::Domain(&domain);
        let is_explicit = self.inner.endpoints.explicit.contains_key(&Service::Bss);
        let abroad = Operation { service: Service::BssIntl, ..operation };
        if self.is_international.load(Ordering::Relaxed) {
            return self.send(abroad, region, concern, &arguments).await;
        }
        match self.send(operation, region, concern, &arguments).await {
            Err(Error::Api(error))
                if !is_explicit && matches!(error.code.as_str(), "CBC.0150" | "CBC.0156") =>
            {
                self.is_international.store(true, Ordering::Relaxed);
                self.send(abroad, region, concern, &arguments).await
            }
            answer => answer,
        }
    }

    /// Calls an action of a service for the whole account.
    ///
    /// # Errors
    ///
    /// When the call fails, and repeating it cannot help.
    pub(super) async fn of_account<A: DeserializeOwned>(
        &self,
        operation: Operation,
        region: &str,
        arguments: Arguments,
    ) -> Result<A, Error> {
        let domain = self.domain(region).await?;
        self.send(operation, region, Concern::Domain(&domain), &arguments).await
    }

    /// Calls an action of a regional service, whose path begins with version and project.
    ///
    /// # Errors
    ///
    /// When the call fails, and repeating it cannot help.
    pub(super) async fn call<A: DeserializeOwned>(
        &self,
        operation: Operation,
        region: &str,
        version: &str,
        arguments: Arguments,
    ) -> Result<A, Error> {
        let project = self.project(region).await?;
        let mut path = vec![version.to_owned(), project.to_string()];
        path.extend(arguments.path);
        let arguments = Arguments { path, ..arguments };
        self.send(operation, region, Concern::Project(&project), &arguments).await
    }

    /// Makes the call, again where that helps, and reads the answer.
    async fn send<A: DeserializeOwned>(
        &self,
        operation: Operation,
        region: &str,
        concern: Concern<'_>,
        arguments: &Arguments,
    ) -> Result<A, Error> {
        let endpoint = self.endpoint(operation, region)?;
        let (mut number, mut spent, mut is_corrected, mut is_renewed) = (1, Duration::ZERO, false, false);
        loop {
            self.wait_for_rate(operation, region, &endpoint).await;
            let authority = self.authority(operation, region).await?;
            let begun = self.inner.host.now();
            let failure = match self.attempt(operation, &endpoint, concern, &authority, arguments).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            spent += since(begun, self.inner.host.now());
            if !is_corrected && self.correct_clock(&failure) {
                is_corrected = true;
                continue;
            }
            if !is_renewed && failure.kind() == ErrorKind::Auth {
                is_renewed = true;
                // A key that ended before its time is replaced once; where there is no other, the refusal stands.
                if let Ok(Some(_)) = self.keys.instead_of(&authority, self, region).await {
                    continue;
                }
            }
            let pause = retry::pause(&failure, operation.repeat, number, spent, self.spread());
            let Some(pause) = pause else { return Err(failure) };
            self.inner.host.sleep(pause).await;
            spent += pause;
            number += 1;
        }
    }

    /// Signs with a new date, sends once, and reads the answer.
    async fn attempt<A: DeserializeOwned>(
        &self,
        operation: Operation,
        endpoint: &Endpoint,
        concern: Concern<'_>,
        authority: &Authority,
        arguments: &Arguments,
    ) -> Result<A, Error> {
        let call = call_name(operation, endpoint);
        let request = self.request(operation, endpoint, concern, authority, arguments);
        let response = self.inner.http.send(&request).await;
        let response = response.map_err(|source| Error::Transport { call: call.clone(), source })?;
        if let Some(difference) = clock_difference(&response, self.inner.host.now()) {
            *self.difference.lock().unwrap_or_else(PoisonError::into_inner) = Some(difference);
        }
        if !(200..300).contains(&response.status) {
            return Err(self.refusal(call, authority, &response));
        }
        read(call, operation, &response)
    }

    /// The request as it goes out.
    fn request(
        &self,
        operation: Operation,
        endpoint: &Endpoint,
        concern: Concern<'_>,
        authority: &Authority,
        arguments: &Arguments,
    ) -> Request {
        let (host, parts) = (endpoint.host(), arguments.path.iter().map(String::as_str).collect::<Vec<_>>());
        let path = sign::path(&parts);
        let unsigned = sign::Request {
            method: method(operation.method),
            host: &host,
            path: &path,
            query: &arguments.query,
            body: &arguments.body,
        };
        let mut headers = sign::headers(unsigned, concern, authority, self.time_there());
        headers.push(("accept".into(), "application/json".into()));
        headers.push(("user-agent".into(), AGENT.into()));
        Request {
            endpoint: endpoint.clone(),
            method: operation.method,
            query: sign::query(&arguments.query),
            path,
            headers,
            body: arguments.body.clone(),
        }
    }

    /// What the clock says.
    pub(super) fn now(&self) -> Timestamp {
        self.inner.host.now()
    }

    /// What the service's clock says, as far as that is known.
    pub(super) fn time_there(&self) -> Timestamp {
        let (now, lacking) = (self.inner.host.now(), self.clock.load(Ordering::Relaxed));
        now.checked_add(jiff::SignedDuration::from_secs(lacking)).unwrap_or(now)
    }

    /// Takes the service's time for ours, where it refused a call for the difference and told its own.
    fn correct_clock(&self, failure: &Error) -> bool {
        let Error::Api(error) = failure else { return false };
        let difference = error.clock_difference.filter(|_| error.kind == ErrorKind::ClockSkew);
        let Some(difference) = difference else { return false };
        let is_news = difference.abs_diff(self.clock.load(Ordering::Relaxed)) > CLOCK_TOLERANCE;
        if is_news {
            self.clock.store(difference, Ordering::Relaxed);
        }
        is_news
    }

    /// Where the operation is served for that region.
    fn endpoint(&self, operation: Operation, region: &str) -> Result<Endpoint, Error> {
        self.inner.endpoints.of(operation.service, region).map_err(|source| Error::Transport {
            call: Call {
                product: operation.service.code(),
                action: operation.action,
                host: format!("region {}", error::readable(region)),
            },
            source,
        })
    }

    /// How errors name a call of this operation in that region.
    pub(super) fn name(&self, operation: Operation, region: &str) -> Result<Call, Error> {
        Ok(call_name(operation, &self.endpoint(operation, region)?))
    }

    /// Waits for a rate that the service bears. An emulator on this machine has none.
    async fn wait_for_rate(&self, operation: Operation, region: &str, endpoint: &Endpoint) {
        if self.inner.http.is_local(endpoint) {
            return;
        }
        let (kind, rate) = match operation.method {
            Method::Get => ("read", Rate { calls: READS, window: Duration::from_secs(1) }),
            Method::Delete | Method::Post | Method::Put => ("write", Rate::per_minute(WRITES)),
        };
        let key = Key {
            account: self.keys.account(),
            region: region.to_owned(),
            action: format!("{}:{kind}", operation.service.code()),
        };
        self.inner.rates.wait(&key, rate, &*self.inner.host).await;
    }

    /// A number between 0 and 1 that differs from caller to caller: nonces are random already.
    fn spread(&self) -> f64 {
        let nonce = self.inner.host.nonce();
        let digits = nonce.get(..4).unwrap_or_default();
        f64::from(u16::from_str_radix(digits, 16).unwrap_or(0)) / f64::from(u16::MAX)
    }

    /// The error that a refused call becomes.
    fn refusal(&self, call: Call, authority: &Authority, response: &Response) -> Error {
        let said = refusal::read(&response.body);
        let kind = refusal::classify(response.status, &said);
        let missing_permission =
            if kind == ErrorKind::Permission { refusal::missing_permission(&said.message) } else { None };
        let id = response.header("x-request-id").map(str::to_owned).or(said.request_id);
        let code = if said.code.is_empty() { "no error code" } else { &said.code };
        Error::Api(Box::new(ApiError {
            status: response.status,
            code: error::readable(code),
            message: error::readable(&without_secrets(&said.message, authority)),
            request_id: id.map(|id| error::readable(&id)),
            retry_after: retry_after(response),
            missing_permission,
            kind,
            clock_difference: clock_difference(response, self.inner.host.now()),
            call,
        }))
    }
}

/// The vendor's sentence without what only we and the cloud should know: it quotes the signed request, token included,
/// where a signature is wrong.
fn without_secrets(message: &str, authority: &Authority) -> String {
    let message = message.split(", canonicalRequest").next().unwrap_or_default();
    let secrets = match authority {
        Authority::Key(Credentials { access_key, secret, token, source: _ }) => {
            let token = token.as_ref().map_or("", |token| token.expose_secret());
            [secret.expose_secret(), token, access_key.as_str()]
        }
        Authority::Token(Token { token, source: _ }) => [token.expose_secret(), "", ""],
    };
    let secrets = secrets.into_iter().filter(|secret| !secret.is_empty());
    secrets.fold(message.to_owned(), |text, secret| text.replace(secret, "(hidden)"))
}

/// The method as the signature has it.
fn method(method: Method) -> &'static str {
    match method {
        Method::Delete => "DELETE",
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
    }
}

/// How errors name a call.
fn call_name(operation: Operation, endpoint: &Endpoint) -> Call {
    Call { product: operation.service.code(), action: operation.action, host: endpoint.host() }
}

/// Reads a success; no body is `null`.
fn read<A: DeserializeOwned>(call: Call, operation: Operation, response: &Response) -> Result<A, Error> {
    let id = response.header("x-request-id").map(error::readable);
    let body: &[u8] = if response.body.is_empty() { b"null" } else { &response.body };
    let garbled = |detail: String| Error::Garbled { call, detail, id };
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => {
            return Err(garbled(format!("no JSON, at line {} column {}", error.line(), error.column())));
        }
    };
    if let Some(missing) = operation.must_answer.filter(|name| value.get(name).is_none()) {
        return Err(garbled(format!("it holds no {missing}")));
    }
    serde_json::from_value(value).map_err(|_| garbled("JSON of an unexpected shape".to_owned()))
}

/// How long the service asks us to wait, in seconds; it need not say so.
fn retry_after(response: &Response) -> Option<Duration> {
    response.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// The service's clock less ours, in seconds.
fn clock_difference(response: &Response, now: Timestamp) -> Option<i64> {
    let there = DateTimeParser::new().parse_timestamp(response.header("date")?).ok()?;
    Some(there.as_second() - now.as_second())
}

#[cfg(test)]
pub(crate) mod fake {
    use super::{Arc, BTreeMap, Client, ClientOptions, Credentials, Endpoints, Http, Keyring};
    use crate::cloud::host::fake::FakeHost;
    use crate::cloud::http::HttpOptions;
    use crate::cloud::http::fake::FakeServer;

    /// A client of this server, who knows account `d1` and, for every region that tests use, project `p1`.
    pub(crate) fn client(server: &FakeServer) -> Client {
        let http = HttpOptions { resolve: Some(server.address), ..HttpOptions::default() };
        Client::new(ClientOptions {
            http: Arc::new(Http::new(http)),
            host: FakeHost::new().shared(),
            rates: Arc::default(),
            keys: Arc::new(Keyring::of(Credentials {
                access_key: "AK-EXAMPLE".to_owned(),
                secret: "not-a-secret".into(),
                token: None,
                source: "a test".to_owned(),
            })),
            endpoints: Endpoints::default(),
            projects: BTreeMap::from([("cn-north-4".to_owned(), "p1".to_owned())]),
            project_name: None,
            domain: Some("d1".to_owned()),
        })
    }
}
