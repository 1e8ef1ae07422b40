//! The paths under `/_emulator/`, for what no cloud lets its callers do.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::clock::parse_duration;
use super::core::{Core, Stats};
use super::fault::{Fault, Faults};
use super::request::Request;
use super::server::{self, Shared};
use super::world::World;

/// Answers a request to `/_emulator/{path}`.
pub async fn answer(shared: &Shared, request: &Request, path: &str) -> Response {
    // A page in somebody's browser must not be able to steer an emulator; browsers say where a request comes from.
    if request.header("origin").is_some() {
        return server::plain(StatusCode::FORBIDDEN, "not from a browser");
    }
    let result = carry_out(&mut shared.core(), request, path);
    match result {
        Ok((value, changed)) => {
            if changed && shared.save().await.is_err() {
                return server::plain(StatusCode::INTERNAL_SERVER_ERROR, "the world cannot be saved");
            }
            server::json(StatusCode::OK, &value)
        }
        Err((status, message)) => server::json(status, &json!({ "error": message })),
    }
}

type Refusal = (StatusCode, String);

/// The answer, and whether the world may have changed.
fn carry_out(core: &mut Core, request: &Request, path: &str) -> Result<(Value, bool), Refusal> {
    match (request.method.as_str(), path) {
        ("GET", "clock") => Ok((clock(core), false)),
        ("POST", "clock") => {
            turn(core, &request.body).map_err(bad_request)?;
            Ok((clock(core), true))
        }
        ("GET", "stats") => Ok((json!(core.stats), false)),
        ("DELETE", "stats") => {
            core.stats = Stats::default();
            Ok((json!(core.stats), false))
        }
        ("GET", "world") => {
            core.catch_up();
            Ok((json!(core.world), false))
        }
        ("PUT", "world") => {
            core.replace(read_world(&request.body).map_err(bad_request)?);
            Ok((json!({}), true))
        }
        ("POST", "faults") => {
            core.faults = Faults::new(read_faults(&request.body).map_err(bad_request)?);
            Ok((json!({}), false))
        }
        (_, "clock" | "faults" | "stats" | "world") => {
            Err((StatusCode::METHOD_NOT_ALLOWED, format!("not with {}", request.method)))
        }
        _ => Err((StatusCode::NOT_FOUND, format!("there is no /_emulator/{path}"))),
    }
}

fn bad_request(message: String) -> Refusal {
    (StatusCode::BAD_REQUEST, message)
}

fn clock(core: &Core) -> Value {
    json!({ "now": core.now(), "clock": core.world.clock })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    advance: Option<String>,
    set: Option<String>,
}

fn turn(core: &mut Core, body: &[u8]) -> Result<(), String> {
    let turn: Turn = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let to = match (turn.advance, turn.set) {
        (Some(duration), None) => core.now().plus(parse_duration(&duration)?),
        (None, Some(time)) => time.parse()?,
        _ => return Err("either `advance` or `set`".to_owned()),
    };
    core.turn_to(to)
}

fn read_world(body: &[u8]) -> Result<World, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    World::parse(text).map_err(|error| match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFaults {
    faults: Vec<FaultText>,
}

/// A fault as text or as the world's file has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum FaultText {
    Text(String),
    Full(Fault),
}

fn read_faults(body: &[u8]) -> Result<Vec<Fault>, String> {
    let new: NewFaults = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let fault = |text| match text {
        FaultText::Text(text) => text.parse(),
        FaultText::Full(fault) => Ok(fault),
    };
    new.faults.into_iter().map(fault).collect()
}
