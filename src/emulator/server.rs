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

use super::alibaba::gateway::{self, Reply};
use super::alibaba::sign::Request;
use super::clock::{Time, parse_duration};
use super::core::{Core, Stats};
use super::fault::Kind;
use super::world::World;
use super::{Options, Sink, control};

/// The largest body that is read; requests of these clouds are far smaller.
const BODY_MAX: usize = 1 << 20;

/// The most that the headers of a request may hold.
const HEADERS_MAX: usize = 64 << 10;

/// What the requests share.
pub struct Shared {
    core: Mutex<Core>,
    latency: Duration,
    sink: Option<Sink>,
    /// Held while the world is written, so that an older text never replaces a newer one.
    writing: tokio::sync::Mutex<()>,
}

impl Shared {
    /// The world and what belongs to it, for one thing at a time.
    pub fn core(&self) -> MutexGuard<'_, Core> {
        // A panic elsewhere must not silence the server: the world is changed in steps that are whole.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands the world to the sink, if there is one.
    pub async fn save(&self) -> std::io::Result<()> {
        let Some(sink) = self.sink.clone() else { return Ok(()) };
        let _writing = self.writing.lock().await;
        let text = self.core().world.to_json();
        tokio::task::spawn_blocking(move || sink(&text)).await.unwrap_or_else(|error| Err(error.into()))
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
        self.shared.core().world.to_json()
    }

    /// Puts another world in the place of this one. Keys that were added at the start are not in it by themselves.
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
pub fn serve(listener: TcpListener, address: SocketAddr, world: World, options: Options) -> Running {
    let core = Core::new(world, options.region, options.wall);
    let shared = Arc::new(Shared {
        core: Mutex::new(core),
        latency: options.latency,
        sink: options.sink,
        writing: tokio::sync::Mutex::new(()),
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
    if !is_for_alibaba(&request) {
        return not_imitated(&request);
    }
    let (mut reply, date) = {
        let mut core = shared.core();
        (gateway::answer(&mut core, &request), core.wall())
    };
    if reply.wrote && shared.save().await.is_err() {
        // A change that would be forgotten must not be reported as done.
        reply.status = 500;
        reply.body =
            b"{\"Code\":\"InternalError\",\"Message\":\"The emulator cannot save its world.\"}".to_vec();
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
    let body = axum::body::to_bytes(body, BODY_MAX)
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

fn not_imitated(request: &Request) -> Response {
    let message = format!("the emulator does not imitate {} {}", request.method, request.path);
    json(
        StatusCode::NOT_IMPLEMENTED,
        &serde_json::json!({ "error_code": "Emulator.NotImplemented", "error_msg": message }),
    )
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
        Some(Kind::Garble) => {
            let body = garbled(&reply.body);
            whole(Reply { body, ..reply }, date)
        }
        Some(Kind::Slow) => {
            tokio::time::sleep(wait).await;
            whole(reply, date)
        }
        Some(Kind::Throttle | Kind::Internal | Kind::Unavailable | Kind::Delayed | Kind::Skew) | None => {
            whole(reply, date)
        }
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
    insert("x-acs-request-id", &reply.request_id);
    if let Some(wait) = reply.retry_after_ms {
        insert("x-acs-retry-after", &wait.to_string());
    }
    response
}
