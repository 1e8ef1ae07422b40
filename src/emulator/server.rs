//! The HTTP server: reads requests whole, hands them to the cloud they are for, and sends the answers, or does not.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request as HttpRequest, StatusCode, header};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::alibaba;
use super::clock::{Time, parse_duration};
use super::core::{Core, Stats};
use super::fault::Kind;
use super::huawei;
use super::request::{Reply, Request};
use super::world::World;
use super::{Options, Sink, control};

/// The largest body that is read; requests of these clouds are far smaller.
const BODY_MAX: usize = 1 << 20;

/// The largest world that is taken over HTTP.
const WORLD_MAX: usize = 256 << 20;

/// The most that the headers of a request may hold.
const HEADERS_MAX: usize = 64 << 10;

/// What the requests share.
pub struct Shared {
    core: Mutex<Core>,
    latency: Duration,
    sink: Option<Sink>,
    /// How many changes the sink has seen. Held while the world is written, so that an older text never replaces a
    /// newer one.
    saved: tokio::sync::Mutex<u64>,
}

impl Shared {
    /// The world and what belongs to it, for one thing at a time.
    pub fn core(&self) -> MutexGuard<'_, Core> {
        // A panic elsewhere must not silence the server: the world is changed in steps that are whole.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands the world to the sink, if there is one and it has not seen all that has changed so far.
    pub async fn save(&self) -> std::io::Result<()> {
        let Some(sink) = self.sink.clone() else { return Ok(()) };
        let wanted = self.core().changes;
        let mut saved = self.saved.lock().await;
        // Calls that wait here are served together by the first that gets through.
        if *saved >= wanted {
            return Ok(());
        }
        let (changes, text) = {
            let core = self.core();
            (core.changes, core.world.to_json())
        };
        tokio::task::spawn_blocking(move || sink(&text)).await.unwrap_or_else(|error| Err(error.into()))?;
        *saved = changes;
        Ok(())
    }
}

/// An emulator that is running. It stops when this is dropped.
pub struct Running {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as an endpoint.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was called how often.
    pub fn stats(&self) -> Stats {
        self.shared.core().stats.clone()
    }

    /// Counts from zero again.
    pub fn reset_stats(&self) {
        self.shared.core().stats = Stats::default();
    }

    /// World time.
    pub fn now(&self) -> Time {
        self.shared.core().now()
    }

    /// Turns the world's clock by an ISO 8601 duration such as `P1D`, and lets happen what happens until then.
    ///
    /// # Errors
    /// When the text is no duration.
    pub fn advance(&self, duration: &str) -> Result<(), String> {
        let seconds = parse_duration(duration)?;
        let mut core = self.shared.core();
        let to = core.now().plus(seconds);
        core.turn_to(to)
    }

    /// The world as it is now, as its file's text.
    pub fn world(&self) -> String {
        let mut core = self.shared.core();
        core.catch_up();
        core.world.to_json()
    }

    /// Puts another world in the place of this one.
    pub fn replace_world(&self, world: World) {
        self.shared.core().replace(world);
    }

    /// Stops listening, lets answers in flight go out for a second, and keeps the world a last time.
    ///
    /// # Errors
    /// When the sink cannot keep the world.
    pub async fn shutdown(mut self) -> std::io::Result<()> {
        const GRACE: Duration = Duration::from_secs(1);
        if let Some(stop) = self.stop.take() {
            // Nobody to tell means that it has stopped already.
            let _ = stop.send(());
        }
        // Connections that a fault keeps open are not waited for.
        let _ = tokio::time::timeout(GRACE, &mut self.task).await;
        self.shared.save().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a world on a listener.
pub fn serve(listener: TcpListener, address: SocketAddr, world: World, options: &Options) -> Running {
    let shared = Arc::new(Shared {
        core: Mutex::new(Core::new(world, options)),
        latency: options.latency,
        sink: options.sink.clone(),
        saved: tokio::sync::Mutex::new(0),
    });
    let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
    let (stop, stopped) = oneshot::channel::<()>();
    // Small answers must not wait for the acknowledgement of the one before. Failing to set this makes it slow, not wrong.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let task = tokio::spawn(async move {
        let stopped = async move {
            // The sender gone without a word is a stop as well.
            let _ = stopped.await;
        };
        // The future of a listener that accepts again after every failure never fails.
        let _ = axum::serve(listener, app).with_graceful_shutdown(stopped).await;
    });
    Running { address, shared, stop: Some(stop), task }
}

async fn answer(State(shared): State<Arc<Shared>>, request: HttpRequest<Body>) -> Response {
    let request = match read(request).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    if let Some(path) = request.path.strip_prefix("/_emulator/") {
        return control::answer(&shared, &request, path).await;
    }
    if !shared.latency.is_zero() {
        tokio::time::sleep(shared.latency).await;
    }
    let (mut reply, date) = {
        let mut core = shared.core();
        let answer =
            if is_for_alibaba(&request) { alibaba::gateway::answer } else { huawei::gateway::answer };
        (answer(&mut core, &request), core.wall())
    };
    if reply.wrote && shared.save().await.is_err() {
        // A change that would be forgotten must not be reported as done.
        reply.status = 500;
        reply.body =
            br#"{"Code":"InternalError","Message":"The emulator cannot save its world.","error_code":"APIGW.0601","error_msg":"The emulator cannot save its world."}"#.to_vec();
    }
    send(reply, date).await
}

/// The whole request, or the refusal of one that is too large.
async fn read(request: HttpRequest<Body>) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let size: usize = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > HEADERS_MAX {
        return Err(plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too large"));
    }
    let most = if parts.uri.path().starts_with("/_emulator/") { WORLD_MAX } else { BODY_MAX };
    let body = axum::body::to_bytes(body, most)
        .await
        .map_err(|_| plain(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large or was cut off"))?;
    Ok(Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers(&parts.headers),
        body: body.to_vec(),
    })
}

/// The headers as text; bytes that are no text become replacement characters, which no signature can be made of.
fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    map.iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

/// Alibaba Cloud's products here are all of the RPC style, at `/`; Huawei Cloud's resources have paths.
fn is_for_alibaba(request: &Request) -> bool {
    let is_huawei_host = request
        .header("host")
        .is_some_and(|host| host.contains(".myhuaweicloud.") || host.contains(".huaweicloud."));
    !is_huawei_host && (request.path == "/" || request.header("x-acs-action").is_some())
}

/// A JSON answer.
pub fn json(status: StatusCode, value: &serde_json::Value) -> Response {
    response(status, value.to_string().into(), "application/json")
}

/// A plain answer.
pub fn plain(status: StatusCode, text: &str) -> Response {
    response(status, text.to_owned().into(), "text/plain; charset=utf-8")
}

fn response(status: StatusCode, body: Body, content_type: &'static str) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Sends a reply, or what its fault leaves of it.
async fn send(reply: Reply, date: Time) -> Response {
    let kind = reply.fault.as_ref().map(|fault| fault.kind);
    let wait = reply.fault.as_ref().map(super::fault::Fault::duration).unwrap_or_default();
    match kind {
        Some(Kind::TimeoutBefore | Kind::TimeoutAfter) => {
            tokio::time::sleep(wait).await;
            broken_off(reply, date, 0)
        }
        Some(Kind::Cut) => {
            let half = reply.body.len() / 2;
            broken_off(reply, date, half)
        }
        Some(Kind::Garbled) => {
            let body = garbled(&reply.body);
            whole(Reply { body, ..reply }, date)
        }
        Some(Kind::GatewayTimeout) => {
            let body = b"<html><body>504 Gateway Time-out</body></html>".to_vec();
            whole(Reply { status: 504, body, ..reply }, date)
        }
        Some(Kind::Slow) => {
            tokio::time::sleep(wait).await;
            whole(reply, date)
        }
        Some(
            Kind::Throttle
            | Kind::Internal
            | Kind::Unavailable
            | Kind::Unsuccessful
            | Kind::Delayed
            | Kind::Skew,
        )
        | None => whole(reply, date),
    }
}

fn whole(mut reply: Reply, date: Time) -> Response {
    let body = std::mem::take(&mut reply.body);
    with_headers(&reply, date, body.into())
}

/// The first bytes of the body, and then the end of the connection. With none, the client sees no answer at all.
fn broken_off(mut reply: Reply, date: Time, length: usize) -> Response {
    let body = std::mem::take(&mut reply.body);
    let total = body.len();
    let start = Bytes::copy_from_slice(&body[..length]);
    let pieces = stream::unfold(Some(start), |start| async move {
        let piece = match start {
            Some(start) if !start.is_empty() => (Ok(start), None),
            _ => {
                // Time for what was sent before to leave the buffer; without it nothing would arrive.
                tokio::time::sleep(Duration::from_millis(20)).await;
                (Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)), None)
            }
        };
        Some(piece)
    });
    if length == 0 {
        let nothing = stream::once(async {
            Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
        });
        return with_headers(&reply, date, Body::from_stream(nothing));
    }
    let mut response = with_headers(&reply, date, Body::from_stream(pieces));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(total));
    response
}

/// The first half of the body, and then something that is no JSON.
fn garbled(body: &[u8]) -> Vec<u8> {
    [&body[..body.len() / 2], b"\x00\xff<garbled>"].concat()
}

fn with_headers(reply: &Reply, date: Time, body: Body) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = response(status, body, "application/json;charset=utf-8");
    let headers = response.headers_mut();
    let mut insert = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    insert("date", &date.to_http_date());
    for (name, value) in &reply.headers {
        insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::sync::Mutex as StdMutex;

    use serde_json::Value;

    use super::*;
    use crate::emulator::Emulator;

    const VECTORS: &str = include_str!("../../tests/it/vectors/alibabacloud-signing.json");

    /// What the recorded requests speak of.
    const RECORDED_WORLD: &str = r#"{
      "format": 1,
      "alibaba": { "accounts": [ { "regions": { "cn-hangzhou": {
        "instances": [ { "id": "i-bp1abc123def456" } ],
        "basic": { "plans": [ { "id": "plan-abc123", "instance": "i-bp1abc123def456" } ] }
      } } } ] } }"#;

    /// Sends a request as text and reads all that comes back until the connection ends.
    fn exchange(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A connection that is broken off ends in an error, and what came before it is what is looked at.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn status(answer: &str) -> &str {
        answer.split(' ').nth(1).unwrap_or_default()
    }

    fn body(answer: &str) -> &str {
        answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default()
    }

    fn plain_request(method: &str, path: &str, body: &str) -> String {
        format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// A recorded request as it went over the wire.
    fn recorded(vector: &Value) -> String {
        let request = &vector["request"];
        let text = |name: &str| request[name].as_str().unwrap();
        let query = if text("query").is_empty() { String::new() } else { format!("?{}", text("query")) };
        let mut lines =
            format!("{} {}{query} HTTP/1.1\r\nConnection: close\r\n", text("method"), text("path"));
        for (name, value) in request["headers"].as_object().unwrap() {
            lines = lines + name + ": " + value.as_str().unwrap() + "\r\n";
        }
        format!("{lines}\r\n{}", text("body"))
    }

    /// An emulator that knows the keys of the recorded requests, at the time when they were made.
    async fn recorded_cloud(vectors: &Value, faults: &[&str]) -> Running {
        let mut world = World::parse(RECORDED_WORLD).unwrap();
        let account = &mut world.alibaba.accounts[0];
        for vector in vectors["vectors"].as_array().unwrap() {
            let text = |name: &str| vector[name].as_str().map(str::to_owned);
            let mut key = crate::emulator::alibaba::account::Key::all_permissions(
                &text("access_key_id").unwrap(),
                &text("access_key_secret").unwrap(),
            );
            key.security_token = text("security_token");
            account.keys.insert(key);
        }
        let date = "2026-01-02T03:04:05Z".parse::<jiff::Timestamp>().unwrap();
        let wall: super::super::clock::Wall = Arc::new(move || date);
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        Emulator::start(world, Options { faults, wall, ..Options::default() }).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn recorded_requests_of_the_vendors_sdk_are_understood() {
        let vectors: Value = serde_json::from_str(VECTORS).unwrap();
        let running = recorded_cloud(&vectors, &[]).await;
        for vector in vectors["vectors"].as_array().unwrap() {
            let answer = exchange(running.addr(), &recorded(vector));
            let value: Value = serde_json::from_str(body(&answer)).unwrap();
            let name = vector["name"].as_str().unwrap();
            let expected = match name {
                "open_service_empty" => "ORDER.OPEND",
                // Restores a recovery point that does not exist.
                "create_restore" => "ResourceNotFound",
                // The one asks for a field, `path`, that the vendor does not document; the other for a plan of the
                // Standard Edition without a vault.
                "search_snapshots" | "create_plan_nested_unicode" => "BadRequest",
                _ if name.starts_with("ecs_") || name.starts_with("sts_") => "none",
                _ => "200",
            };
            assert_eq!(value["Code"].as_str().unwrap_or("none"), expected, "{name}: {answer}");
        }
        assert_eq!(running.stats().requests, vectors["vectors"].as_array().unwrap().len() as u64);
        running.shutdown().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn faults_break_the_answer_and_not_the_emulator() {
        let vectors: Value = serde_json::from_str(VECTORS).unwrap();
        let request = recorded(&vectors["vectors"][1]);
        let check = async |fault: &str, is_expected: fn(&str) -> bool| {
            let running = recorded_cloud(&vectors, &[&format!("DescribeBackupPlans:{fault}")]).await;
            let answer = exchange(running.addr(), &request);
            assert!(is_expected(&answer), "{fault}: {answer}");
            assert_eq!(running.stats().calls("DescribeBackupPlans"), 1);
            assert_eq!(
                status(&exchange(running.addr(), &plain_request("GET", "/_emulator/clock", ""))),
                "200"
            );
        };
        let is_json = |answer: &str| serde_json::from_str::<Value>(body(answer)).is_ok();
        assert!(is_json("\r\n\r\n{}"));
        check("throttle:seconds=3", |answer| {
            answer.contains("x-acs-retry-after: 3000\r\n") && status(answer) == "400"
        })
        .await;
        check("internal", |answer| status(answer) == "500").await;
        check("unavailable", |answer| status(answer) == "503").await;
        check("timeout-before:seconds=0", str::is_empty).await;
        check("timeout-after:seconds=0", str::is_empty).await;
        check("cut", |answer| status(answer) == "200" && !answer.ends_with('}')).await;
        check("garbled", |answer| status(answer) == "200" && answer.ends_with("<garbled>")).await;
        check("slow:seconds=0", |answer| status(answer) == "200" && answer.ends_with('}')).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_control_paths_answer() {
        let world = World::parse(r#"{"format":1,"clock":"2026-11-20T00:00:00Z"}"#).unwrap();
        let running = Emulator::start(world, Options::default()).await.unwrap();
        let check = |method: &str, path: &str, sent: &str, expected: (&str, &str)| {
            let answer = exchange(running.addr(), &plain_request(method, path, sent));
            assert_eq!(status(&answer), expected.0, "{method} {path} {sent}: {answer}");
            assert!(body(&answer).contains(expected.1), "{method} {path} {sent}: {answer}");
        };
        check("GET", "/_emulator/clock", "", ("200", "2026-11-20T00:00:00Z"));
        check("POST", "/_emulator/clock", r#"{"advance":"P1D"}"#, ("200", "2026-11-21T00:00:00Z"));
        check(
            "POST",
            "/_emulator/clock",
            r#"{"set":"2026-11-22T00:00:00Z"}"#,
            ("200", "2026-11-22T00:00:00Z"),
        );
        check(
            "POST",
            "/_emulator/clock",
            r#"{"set":"2026-11-21T00:00:00Z"}"#,
            ("400", "cannot be turned back"),
        );
        check("POST", "/_emulator/clock", r#"{"advance":"soon"}"#, ("400", "not a duration"));
        check("POST", "/_emulator/clock", "{}", ("400", "either"));
        check("GET", "/_emulator/stats", "", ("200", r#""requests":0"#));
        check("DELETE", "/_emulator/stats", "", ("200", r#""requests":0"#));
        check("GET", "/_emulator/world", "", ("200", r#""format":1"#));
        check("PUT", "/_emulator/world", r#"{"format":1,"clock":"2030-01-01T00:00:00Z"}"#, ("200", "{}"));
        check("GET", "/_emulator/clock", "", ("200", "2030-01-01T00:00:00Z"));
        check("PUT", "/_emulator/world", r#"{"format":9}"#, ("400", "format is 9"));
        check("POST", "/_emulator/faults", r#"{"faults":["*:cut:times=1"]}"#, ("200", "{}"));
        check("POST", "/_emulator/faults", r#"{"faults":["cut"]}"#, ("400", "OPERATION:KIND"));
        check("POST", "/_emulator/stats", "", ("405", "not with POST"));
        check("GET", "/_emulator/unicorns", "", ("404", "unicorns"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_no_cloud_here_answers_is_named() {
        let running = Emulator::start(World::default(), Options::default()).await.unwrap();
        let check = |request: &str, expected: (&str, &str)| {
            let answer = exchange(running.addr(), request);
            assert_eq!(status(&answer), expected.0, "{answer}");
            assert!(answer.contains(expected.1), "{answer}");
        };
        check(&plain_request("GET", "/v3/0123/unicorns", ""), ("404", "GET /v3/0123/unicorns"));
        check(&plain_request("GET", "/v3/0123/vaults", ""), ("401", "APIGW.0301"));
        check(&plain_request("GET", "/", ""), ("400", "MissingVersion"));
        check("nonsense\r\n\r\n", ("400", ""));
        check(
            "GET /_emulator/clock HTTP/1.1\r\nHost: x\r\nOrigin: http://evil\r\nConnection: close\r\n\r\n",
            ("403", ""),
        );
        let long = format!(
            "GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\nConnection: close\r\n\r\n",
            "x".repeat(HEADERS_MAX)
        );
        check(&long, ("431", ""));
        check(&plain_request("POST", "/", &"x".repeat(BODY_MAX + 1)), ("413", ""));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_change_is_kept_before_it_is_answered() {
        let kept = Arc::new(StdMutex::new(Vec::new()));
        let texts = Arc::clone(&kept);
        let sink: Sink = Arc::new(move |text: &str| {
            texts.lock().unwrap().push(text.to_owned());
            Ok(())
        });
        let world = World::parse(r#"{"format":1,"clock":"2026-11-20T00:00:00Z"}"#).unwrap();
        let running =
            Emulator::start(world, Options { sink: Some(sink), ..Options::default() }).await.unwrap();
        exchange(running.addr(), &plain_request("GET", "/_emulator/clock", ""));
        assert_eq!(kept.lock().unwrap().len(), 0);
        exchange(running.addr(), &plain_request("POST", "/_emulator/clock", r#"{"advance":"P1D"}"#));
        let text = kept.lock().unwrap().pop().unwrap();
        assert!(text.contains("2026-11-21T00:00:00Z"), "{text}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_change_that_cannot_be_kept_is_not_reported_as_done() {
        let vectors: Value = serde_json::from_str(VECTORS).unwrap();
        let running = recorded_cloud(&vectors, &[]).await;
        let world = World::parse(&running.world()).unwrap();
        let date = "2026-01-02T03:04:05Z".parse::<jiff::Timestamp>().unwrap();
        let sink: Sink = Arc::new(|_: &str| Err(std::io::Error::other("the disk is full")));
        let options = Options { sink: Some(sink), wall: Arc::new(move || date), ..Options::default() };
        let running = Emulator::start(world, options).await.unwrap();
        let check = |name: &str, expected: &str| {
            let vector =
                vectors["vectors"].as_array().unwrap().iter().find(|vector| vector["name"] == name).unwrap();
            assert_eq!(status(&exchange(running.addr(), &recorded(vector))), expected, "{name}");
        };
        check("describe_plans_filter", "200");
        check("open_service_empty", "500");
    }

    #[tokio::test]
    async fn only_this_machine_is_served() {
        let check = async |listen: &str, region: Option<&str>, expected: &str| {
            let region = region.map(str::to_owned);
            let options = Options { listen: listen.parse().unwrap(), region, ..Options::default() };
            let error = Emulator::start(World::default(), options).await.err().map(|error| error.to_string());
            assert!(error.unwrap_or_default().contains(expected), "{listen}");
        };
        check("0.0.0.0:0", None, "not a loopback address").await;
        check("127.0.0.1:0", Some("cn-atlantis"), "no region").await;
        check("127.0.0.1:0", Some("cn-shanghai"), "").await;
    }
}
