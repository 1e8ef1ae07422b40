//! One pooled HTTP client for all clouds. The only user of reqwest; knows nothing of signatures and products.
//!
//! Never retries, never follows a redirect: both would repeat a signed request behind the caller's back.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// Names that reach this machine and nothing else.
const LOCALHOST: &str = "localhost";

/// Where an instance of Alibaba Cloud asks about itself: an address that no router passes on.
///
/// Source: Alibaba Cloud, "Instance metadata".
const METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);

/// The same of Huawei Cloud, as in `OpenStack`.
///
/// Source: Huawei Cloud ECS user guide, "Metadata".
const OPENSTACK_METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);

/// Limit for a connection to the metadata service, and for its answer: it is near, or it is not there.
///
/// Source: Alibaba Cloud credentials library 1.0.12.
const METADATA_TIMEOUT: Duration = Duration::from_secs(1);

/// How the client connects.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Limit for a connection to come about. The vendors' SDKs use 5 s.
    pub connect_timeout: Duration,
    /// Limit for silence while an answer is awaited. The vendor's skill runs every command with 60 s.
    pub read_timeout: Duration,
    /// Every host name is here, over plain HTTP: the embedded emulator.
    pub resolve: Option<SocketAddr>,
    /// Larger answers are refused, so that no server can fill the memory.
    pub max_answer_bytes: usize,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(60),
            resolve: None,
            max_answer_bytes: 64 << 20,
        }
    }
}

/// Where requests go: a scheme, and a host with the port if it is not the scheme's own.
///
/// Plain HTTP is possible only to loopback and to the metadata service; there is no other way to make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
}

impl Endpoint {
    /// Reads `https://host`, `http://127.0.0.1:PORT`, or a bare `host[:port]`, which means HTTPS unless it is loopback.
    ///
    /// # Errors
    ///
    /// When the text is no address, when it holds a user name, a path or a query, and when it is plain HTTP to
    /// another machine.
    pub fn parse(text: &str) -> Result<Self, HttpError> {
        let bad = |reason: &str| HttpError::Endpoint { endpoint: text.to_owned(), reason: reason.to_owned() };
        let text_has_scheme = text.contains("://");
        let candidate = if text_has_scheme { text.to_owned() } else { format!("https://{text}") };
        let mut url = Url::parse(&candidate).map_err(|_| bad("it is not an address"))?;
        without_user(&url)?;
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(bad("it must be a scheme and a host, nothing after them"));
        }
        if !text_has_scheme && is_loopback(&url) {
            url.set_scheme("http").map_err(|()| bad("it is not an address"))?;
        }
        match url.scheme() {
            "https" => Ok(Self { url }),
            "http" if is_loopback(&url) => Ok(Self { url }),
            "http" => Err(bad("plain HTTP is allowed only to this machine; use https")),
            _ => Err(bad("its scheme must be https")),
        }
    }

    /// Reads a whole address: the endpoint, the path and the query. Of the text, errors repeat the host alone: path
    /// and query of an address that hands out keys may themselves be what keeps others out.
    ///
    /// # Errors
    ///
    /// When the text is no address, holds a user name, or is plain HTTP to another machine than this one and its
    /// metadata service.
    pub fn parse_address(text: &str) -> Result<(Self, String, String), HttpError> {
        let bad = |host: &str, reason: &str| HttpError::Endpoint {
            endpoint: host.to_owned(),
            reason: reason.to_owned(),
        };
        let mut url = Url::parse(text).map_err(|_| bad("", "it is not an address"))?;
        without_user(&url)?;
        let (path, query) = (url.path().to_owned(), url.query().unwrap_or_default().to_owned());
        url.set_path("/");
        url.set_query(None);
        url.set_fragment(None);
        let host = url.host_str().unwrap_or_default().to_owned();
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) || is_metadata(&url) => {}
            "http" => return Err(bad(&host, "plain HTTP is allowed only to this machine; use https")),
            _ => return Err(bad(&host, "its scheme must be https")),
        }
        Ok((Self { url }, path, query))
    }

    /// The metadata service of the instance that this runs on: always this address, and always plain HTTP.
    pub fn metadata() -> Self {
        Self::at(METADATA)
    }

    /// The same where it is as in `OpenStack`: Huawei Cloud.
    pub fn openstack_metadata() -> Self {
        Self::at(OPENSTACK_METADATA)
    }

    /// Plain HTTP to that address.
    fn at(address: Ipv4Addr) -> Self {
        let url = Url::parse(&format!("http://{address}")).expect("a scheme and four numbers are an address");
        Self { url }
    }

    /// The `Host` header: with the port, if the endpoint has one that is not the scheme's own.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }
}

/// Refuses a user name and a password in an address, without repeating them.
fn without_user(url: &Url) -> Result<(), HttpError> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(());
    }
    Err(HttpError::Endpoint {
        endpoint: url.host_str().unwrap_or_default().to_owned(),
        reason: "it must not hold a user name or password".to_owned(),
    })
}

/// Whether the address is that of the metadata service.
fn is_metadata(url: &Url) -> bool {
    let address = url.host_str().and_then(|host| host.parse().ok());
    address.is_some_and(|address| [METADATA, OPENSTACK_METADATA].contains(&address)) && url.port().is_none()
}

/// Whether the address is on this machine, by number or by the one name that always is.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == LOCALHOST || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// What HTTP is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Remove.
    Delete,
    /// Read.
    Get,
    /// Whatever the body or the headers say.
    Post,
    /// Write.
    Put,
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Delete => Self::DELETE,
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
        }
    }
}

/// One request, ready to be sent.
#[derive(Clone)]
pub struct Request {
    /// Where to.
    pub endpoint: Endpoint,
    /// What to do.
    pub method: Method,
    /// Begins with a slash.
    pub path: String,
    /// Encoded, without the question mark.
    pub query: String,
    /// All of them, `host` included.
    pub headers: Vec<(String, String)>,
    /// Empty means none.
    pub body: Vec<u8>,
}

/// Shows where the request goes. Headers and body hold signatures and tokens, and the query may hold names of people.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({:?} {}{})", self.method, self.endpoint.host(), self.path)
    }
}

/// One answer, whole.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case; of values, those that are text.
    pub headers: Vec<(String, String)>,
    /// The bytes, complete.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// Whether a request that failed may have reached the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// No connection came about.
    No,
    /// It was sent; what became of it is not known.
    Maybe,
}

/// No answer was had.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The TLS library could not be set up, for instance for want of root certificates.
    #[error("the HTTPS client could not be set up")]
    Client {
        /// What the library says.
        #[source]
        source: reqwest::Error,
    },
    /// An endpoint that will not be called.
    #[error("endpoint {endpoint:?} cannot be used: {reason}")]
    Endpoint {
        /// What was given.
        endpoint: String,
        /// Why not.
        reason: String,
    },
    /// A header that HTTP cannot carry. Its value is not shown: it may be a secret.
    #[error("header {name} holds characters that HTTP cannot carry")]
    Header {
        /// Which one.
        name: String,
    },
    /// More than the client is willing to hold.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// How much it would have held.
        limit: usize,
    },
    /// The connection failed, broke, or took too long.
    #[error("{what}")]
    Transport {
        /// In words.
        what: &'static str,
        /// Whether the service may have acted.
        reached: Reached,
        /// What the library says.
        #[source]
        source: reqwest::Error,
    },
}

impl HttpError {
    /// Whether the service may have acted on the request.
    pub fn reached(&self) -> Reached {
        match self {
            Self::Client { .. } | Self::Endpoint { .. } | Self::Header { .. } => Reached::No,
            Self::TooLarge { .. } => Reached::Maybe,
            Self::Transport { reached, .. } => *reached,
        }
    }

    /// Whether the same request may well succeed a moment later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transport { .. })
    }
}

/// The client: connections are kept and shared.
#[derive(Debug)]
pub struct Http {
    options: HttpOptions,
    /// For this machine: no proxy, no certificates.
    near: OnceLock<reqwest::Client>,
    /// For the metadata service: no proxy may see its keys, and where there is none, that shows quickly.
    metadata: OnceLock<reqwest::Client>,
    /// For the clouds: proxies of the environment, system certificates, loaded when first needed.
    far: OnceLock<reqwest::Client>,
}

/// Which of the pools.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pool {
    Far,
    Metadata,
    Near,
}

impl Http {
    /// A client that has not connected to anything yet.
    pub fn new(options: HttpOptions) -> Self {
        Self { options, near: OnceLock::new(), metadata: OnceLock::new(), far: OnceLock::new() }
    }

    /// Whether the endpoint is answered by this machine: loopback, or everything while the emulator is embedded.
    pub fn is_local(&self, endpoint: &Endpoint) -> bool {
        self.options.resolve.is_some() || endpoint.is_loopback()
    }

    /// Sends the request once and reads the whole answer.
    ///
    /// # Errors
    ///
    /// When there is no complete answer. An answer that reports a failure is an answer.
    pub async fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let client = self.client(&request.endpoint)?;
        let outgoing = client
            .request(request.method.into(), self.url(request))
            .headers(header_map(&request.headers)?)
            .timeout(self.options.read_timeout * 2)
            .body(request.body.clone());
        let answer = outgoing.send().await.map_err(transport)?;
        self.read(answer).await
    }

    /// The address to connect to; the `Host` header keeps the real name.
    fn url(&self, request: &Request) -> Url {
        let mut url = request.endpoint.url.clone();
        if let Some(address) = self.options.resolve {
            // Both cannot fail: the scheme is special, and an address is a host.
            let _ = url.set_scheme("http");
            let _ = url.set_ip_host(address.ip());
            let _ = url.set_port(Some(address.port()));
        }
        url.set_path(&request.path);
        url.set_query((!request.query.is_empty()).then_some(&request.query));
        url
    }

    /// Reads the body as it comes, up to the limit.
    async fn read(&self, mut answer: reqwest::Response) -> Result<Response, HttpError> {
        let limit = self.options.max_answer_bytes;
        let status = answer.status().as_u16();
        let headers = header_list(answer.headers());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(transport)? {
            if body.len() + chunk.len() > limit {
                return Err(HttpError::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body })
    }

    /// The pool that serves the endpoint.
    fn client(&self, endpoint: &Endpoint) -> Result<reqwest::Client, HttpError> {
        let (which, pool) = match endpoint {
            endpoint if self.is_local(endpoint) => (Pool::Near, &self.near),
            endpoint if is_metadata(&endpoint.url) => (Pool::Metadata, &self.metadata),
            _ => (Pool::Far, &self.far),
        };
        if let Some(client) = pool.get() {
            return Ok(client.clone());
        }
        let client = self.build(which).map_err(|source| HttpError::Client { source })?;
        Ok(pool.get_or_init(|| client).clone())
    }

    /// Sets up a pool.
    fn build(&self, pool: Pool) -> reqwest::Result<reqwest::Client> {
        // Fails only if a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .connect_timeout(self.options.connect_timeout)
            .read_timeout(self.options.read_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        match pool {
            Pool::Far => builder.https_only(true).build(),
            Pool::Metadata => {
                let near = builder.no_proxy().http1_only();
                near.connect_timeout(METADATA_TIMEOUT).read_timeout(METADATA_TIMEOUT).build()
            }
            Pool::Near => on_this_machine(builder).build(),
        }
    }
}

/// No proxy sees loopback, `localhost` is loopback whatever the resolver says, and no certificate is needed.
fn on_this_machine(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    builder.no_proxy().http1_only().resolve_to_addrs(LOCALHOST, &here.map(|ip| SocketAddr::new(ip, 0)))
}

/// Headers as the library wants them.
fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, HttpError> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let bad = || HttpError::Header { name: name.clone() };
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        map.append(header, HeaderValue::from_str(value).map_err(|_| bad())?);
    }
    Ok(map)
}

/// Headers as text; what is not text is of no use to us.
fn header_list(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect()
}

/// Says what went wrong, without the address: its query may be long, and the caller names host and action.
fn transport(error: reqwest::Error) -> HttpError {
    let (what, reached) = if error.is_connect() {
        ("no connection could be made", Reached::No)
    } else if error.is_timeout() {
        ("no answer came in time", Reached::Maybe)
    } else if error.is_body() || error.is_decode() {
        ("the answer was cut off", Reached::Maybe)
    } else {
        ("the connection broke before an answer came", Reached::Maybe)
    };
    HttpError::Transport { what, reached, source: error.without_url() }
}

#[cfg(test)]
pub(crate) mod fake {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::sync::{Arc, Mutex};
    use std::thread;

    /// What the server says, byte for byte; the connection is closed after it.
    pub(crate) type Answer = Vec<u8>;

    /// A server that decides on each answer by the request, and remembers the requests.
    pub(crate) struct FakeServer {
        pub(crate) address: SocketAddr,
        requests: Arc<Mutex<Vec<String>>>,
    }

    impl FakeServer {
        /// Answers the requests in order; the last answer serves all further ones.
        pub(crate) fn in_order(answers: Vec<Answer>) -> Self {
            Self::deciding(move |number, _| answers[number.min(answers.len() - 1)].clone())
        }

        /// Answers by the number of the request, from 0, and its text.
        pub(crate) fn deciding(decide: impl Fn(usize, &str) -> Answer + Send + 'static) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
            let address = listener.local_addr().expect("it is bound");
            let requests = Arc::new(Mutex::new(Vec::new()));
            let seen = requests.clone();
            thread::spawn(move || {
                for stream in listener.incoming() {
                    let mut stream = stream.expect("loopback works");
                    let request = read_request(&mut stream);
                    let number = {
                        let mut seen = seen.lock().expect("no test panics inside");
                        seen.push(request.clone());
                        seen.len() - 1
                    };
                    let _ = stream.write_all(&decide(number, &request));
                }
            });
            Self { address, requests }
        }

        /// What was asked so far, each request as its text.
        pub(crate) fn requests(&self) -> Vec<String> {
            self.requests.lock().expect("no test panics inside").clone()
        }
    }

    fn read_request(stream: &mut TcpStream) -> String {
        let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.eq_ignore_ascii_case("content-length")
                        .then(|| value.trim().parse().expect("a number"))
                });
                if body.len() >= length.unwrap_or(0) {
                    return text;
                }
            }
            match stream.read(&mut chunk) {
                Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
                _ => return String::from_utf8_lossy(&bytes).into_owned(),
            }
        }
    }

    /// An answer with that status, those further header lines, and that body.
    pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Answer {
        format!(
            "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            body.len()
        )
        .into_bytes()
    }

    /// A JSON answer.
    pub(crate) fn json(status: u16, body: &str) -> Answer {
        answer(status, "content-type: application/json\r\n", body)
    }

    /// An answer that ends before its announced length.
    pub(crate) fn cut(body: &str) -> Answer {
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len() + 10)
            .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::fake::{FakeServer, answer, cut, json};
    use super::*;

    fn request(endpoint: &str) -> Request {
        let endpoint = Endpoint::parse(endpoint).expect("an endpoint");
        Request {
            method: Method::Post,
            path: "/".into(),
            query: "Edition=BASIC".into(),
            headers: vec![("host".into(), endpoint.host()), ("x-acs-action".into(), "A".into())],
            body: b"InstanceId=i-1".to_vec(),
            endpoint,
        }
    }

    fn emulated(server: &FakeServer) -> Http {
        Http::new(HttpOptions { resolve: Some(server.address), ..HttpOptions::default() })
    }

    #[test]
    fn endpoints_are_https_or_loopback() {
        let check = |text: &str, expected: Option<&str>| {
            let endpoint = Endpoint::parse(text);
            assert_eq!(
                endpoint.as_ref().ok().map(|endpoint| endpoint.url.as_str()),
                expected,
                "{text}: {endpoint:?}"
            );
        };
        check("hbr.cn-hangzhou.aliyuncs.com", Some("https://hbr.cn-hangzhou.aliyuncs.com/"));
        check("https://hbr.aliyuncs.com", Some("https://hbr.aliyuncs.com/"));
        check("127.0.0.1:8080", Some("http://127.0.0.1:8080/"));
        check("http://localhost:8080", Some("http://localhost:8080/"));
        check("http://[::1]:8080/", Some("http://[::1]:8080/"));
        check("http://hbr.aliyuncs.com", None);
        check("http://127.0.0.1.evil.example", None);
        check("http://localhost.evil.example", None);
        check("ftp://127.0.0.1", None);
        check("https://user:secret@hbr.aliyuncs.com", None);
        check("https://hbr.aliyuncs.com/path", None);
        check("https://hbr.aliyuncs.com?a=b", None);
        check("", None);
        check("a b", None);
    }

    #[test]
    fn whole_addresses_are_https_loopback_or_metadata() {
        let check = |text: &str, expected: Option<(&str, &str, &str)>| {
            let read = Endpoint::parse_address(text).ok();
            let read = read.map(|(endpoint, path, query)| (endpoint.url.to_string(), path, query));
            let expected = expected.map(|(url, path, query)| (url.into(), path.into(), query.into()));
            assert_eq!(read, expected, "{text}");
        };
        check("https://a.example/b/c?d=e", Some(("https://a.example/", "/b/c", "d=e")));
        check("http://127.0.0.1:8080/b", Some(("http://127.0.0.1:8080/", "/b", "")));
        check("http://localhost", Some(("http://localhost/", "/", "")));
        check("http://100.100.100.200/latest", Some(("http://100.100.100.200/", "/latest", "")));
        check("http://100.100.100.200:81/latest", None);
        check("http://100.100.100.201/latest", None);
        check("http://169.254.169.254/latest", Some(("http://169.254.169.254/", "/latest", "")));
        check("http://169.254.169.253/latest", None);
        check("http://a.example/", None);
        check("https://user:hunter2@a.example/", None);
        check("file:///etc/passwd", None);
        check("a.example/b", None);
        assert_eq!(Endpoint::metadata().host(), "100.100.100.200");
        assert_eq!(Endpoint::openstack_metadata().host(), "169.254.169.254");
    }

    #[test]
    fn a_refused_address_repeats_its_host_alone() {
        for text in ["http://a.example/hunter2?k=hunter2", "http://u:hunter2@127.0.0.1/", "hunter2"] {
            let error = Endpoint::parse_address(text).expect_err("it is refused");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_refused_endpoint_does_not_repeat_a_password() {
        let error =
            Endpoint::parse("https://user:hunter2@hbr.aliyuncs.com").expect_err("it holds a password");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn the_host_header_has_the_port_only_where_it_is_not_the_schemes_own() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Endpoint::parse(text).expect("an endpoint").host(), expected);
        };
        check("hbr.aliyuncs.com:443", "hbr.aliyuncs.com");
        check("hbr.aliyuncs.com:8443", "hbr.aliyuncs.com:8443");
        check("127.0.0.1:8080", "127.0.0.1:8080");
    }

    #[tokio::test]
    async fn an_emulated_host_keeps_its_name() {
        let server = FakeServer::in_order(vec![answer(200, "X-Acs-Request-Id: r\r\n", "{}")]);
        let response =
            emulated(&server).send(&request("hbr.cn-hangzhou.aliyuncs.com")).await.expect("an answer");
        assert_eq!((response.status, response.body.as_slice()), (200, b"{}".as_slice()));
        assert_eq!(response.header("x-acs-request-id"), Some("r"));
        let seen = server.requests().remove(0);
        assert!(seen.starts_with("POST /?Edition=BASIC HTTP/1.1\r\n"), "{seen}");
        assert!(seen.contains("host: hbr.cn-hangzhou.aliyuncs.com\r\n"), "{seen}");
        assert!(seen.ends_with("InstanceId=i-1"), "{seen}");
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let server = FakeServer::in_order(vec![answer(302, "location: http://127.0.0.1:1/\r\n", "")]);
        let response = emulated(&server).send(&request("hbr.aliyuncs.com")).await.expect("an answer");
        assert_eq!(response.status, 302);
        assert_eq!(server.requests().len(), 1);
    }

    #[tokio::test]
    async fn an_answer_cut_short_may_have_had_its_effect() {
        let server = FakeServer::in_order(vec![cut("{\"Success\":true")]);
        let error = emulated(&server).send(&request("hbr.aliyuncs.com")).await.expect_err("it is cut");
        assert_eq!((error.reached(), error.is_transient()), (Reached::Maybe, true), "{error}");
        assert_eq!(server.requests().len(), 1);
    }

    #[tokio::test]
    async fn silence_ends_at_the_limit() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
        let http = Http::new(HttpOptions {
            resolve: Some(listener.local_addr().expect("it is bound")),
            read_timeout: Duration::from_millis(50),
            ..HttpOptions::default()
        });
        let error = http.send(&request("hbr.aliyuncs.com")).await.expect_err("nobody answers");
        assert_eq!((error.to_string().as_str(), error.reached()), ("no answer came in time", Reached::Maybe));
    }

    #[tokio::test]
    async fn a_refused_connection_had_no_effect() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
        let address = listener.local_addr().expect("it is bound");
        drop(listener);
        let http = Http::new(HttpOptions { resolve: Some(address), ..HttpOptions::default() });
        let error = http.send(&request("hbr.aliyuncs.com")).await.expect_err("nobody listens");
        assert_eq!(error.reached(), Reached::No, "{error}");
    }

    #[tokio::test]
    async fn an_answer_without_end_is_refused() {
        let server = FakeServer::in_order(vec![json(200, &"x".repeat(2000))]);
        let http = Http::new(HttpOptions {
            resolve: Some(server.address),
            max_answer_bytes: 1000,
            ..HttpOptions::default()
        });
        let error = http.send(&request("hbr.aliyuncs.com")).await.expect_err("it is too large");
        assert_eq!(error.to_string(), "the answer is larger than 1000 bytes");
    }

    #[tokio::test]
    async fn a_header_that_cannot_be_sent_is_named_without_its_value() {
        let mut request = request("127.0.0.1:1");
        request.headers.push(("x-acs-security-token".into(), "hunter2\n".into()));
        let error =
            Http::new(HttpOptions::default()).send(&request).await.expect_err("no header has a line break");
        assert_eq!(error.to_string(), "header x-acs-security-token holds characters that HTTP cannot carry");
    }

    #[test]
    fn a_request_shows_neither_headers_nor_body() {
        let shown = format!("{:?}", request("hbr.aliyuncs.com"));
        assert_eq!(shown, "Request(Post hbr.aliyuncs.com/)");
    }
}
