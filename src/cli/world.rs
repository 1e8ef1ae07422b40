//! `--emulator`: which world the imitation starts from, and where it has got to.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::context::Context;
use super::exit::Stop;
use crate::emulator::{Emulator, Options, Running, Sink, World};
use crate::store::atomic;
use crate::store::workspace::Workspace;

/// The emulator behind a run.
pub enum Imitation {
    /// In this process.
    Own(Box<Running>),
    /// In another process, reached by its address.
    Other(SocketAddr),
}

impl Imitation {
    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        match self {
            Self::Own(running) => running.addr(),
            Self::Other(address) => *address,
        }
    }

    /// Stops one of this process.
    pub async fn stop(self) {
        if let Self::Own(running) = self {
            let _kept_already = running.shutdown().await;
        }
    }
}

/// Starts an emulator in this process, or finds the one whose address is given (`http://127.0.0.1:PORT`).
///
/// # Errors
///
/// [`Stop`] where there is no such world, or it cannot be read.
pub async fn start(context: &Context, workspace: &Workspace, wanted: &str) -> Result<Imitation, Stop> {
    if let Some(address) = wanted.strip_prefix("http://") {
        let address =
            address.trim_end_matches('/').parse::<SocketAddr>().ok().filter(|a| a.ip().is_loopback());
        let address = address.ok_or_else(|| {
            Stop::with(
                super::exit::Exit::Error,
                format!("error: {wanted} is not the address of an emulator on loopback\n"),
            )
            .hint("`backform emulator serve` prints its address on its first line")
        })?;
        return Ok(Imitation::Other(address));
    }
    let world = current(context, workspace, wanted)?;
    let options = Options { sink: Some(sink(workspace, wanted)), ..Options::default() };
    let running = Emulator::start(world, options).await.map_err(|error| Stop::error(&error))?;
    Ok(Imitation::Own(Box::new(running)))
}

/// The world as it has got to, or its start where nothing happened yet.
fn current(context: &Context, workspace: &Workspace, wanted: &str) -> Result<World, Stop> {
    let reached = read(&workspace.world())?;
    let origin = read(&origin(workspace))?;
    match (reached, origin) {
        (Some(_), Some(origin)) if !wanted.is_empty() && origin != wanted => {
            let text = format!(
                "error: the emulator's world in `.backform` was started from {}, and not from {wanted}\n",
                named(&origin)
            );
            Err(Stop::with(super::exit::Exit::Error, text)
                .hint("remove the directory `.backform` to start over"))
        }
        (Some(text), _) => parse(&text, &workspace.world()),
        (None, _) if wanted.is_empty() => {
            let path = workspace.first_world();
            let text = read(&path)?.ok_or_else(|| {
                Stop::with(
                    super::exit::Exit::Error,
                    format!("error: there is no world at {}\n", path.display()),
                )
                .hint("write a `world.json` beside the configuration, or name a world: `--emulator=fleet:10`")
            })?;
            parse(&text, &path)
        }
        (None, _) => named_world(context, wanted),
    }
}

/// A world by its name: a file, or `fleet:N`.
///
/// # Errors
///
/// [`Stop`] where there is no such world, or it cannot be read.
pub fn named_world(context: &Context, wanted: &str) -> Result<World, Stop> {
    if let Some(size) = wanted.strip_prefix("fleet:") {
        let size = size.parse().ok().filter(|size| *size <= 1_000_000);
        return size.map(World::fleet).ok_or_else(|| {
            Stop::with(super::exit::Exit::Error, format!("error: {wanted} is not a fleet\n"))
                .hint("write `fleet:N` with a number of servers up to 1000000")
        });
    }
    let path = context.directory.join(wanted);
    let text = read(&path)?.ok_or_else(|| {
        Stop::with(super::exit::Exit::Error, format!("error: there is no world at {}\n", path.display()))
    })?;
    parse(&text, &path)
}

fn named(origin: &str) -> &str {
    if origin.is_empty() { "world.json" } else { origin }
}

fn origin(workspace: &Workspace) -> std::path::PathBuf {
    workspace.world().with_file_name("world.origin")
}

fn read(path: &Path) -> Result<Option<String>, Stop> {
    let bytes = atomic::read(path).map_err(|error| Stop::failed(&error))?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

fn parse(text: &str, path: &Path) -> Result<World, Stop> {
    World::parse(text)
        .map_err(|error| Stop::error(&error).hint(&format!("the world is read from {}", path.display())))
}

/// Keeps the world after each change, whole, so that a run that is killed leaves the clouds as they were.
fn sink(workspace: &Workspace, wanted: &str) -> Sink {
    let (path, origin_path, wanted) = (workspace.world(), origin(workspace), wanted.to_owned());
    let failed = |error: crate::store::Error| std::io::Error::other(error.with_cause());
    Arc::new(move |text: &str| {
        if !origin_path.exists() {
            atomic::write(&origin_path, |out| out.write_all(wanted.as_bytes())).map_err(failed)?;
        }
        atomic::write(&path, |out| out.write_all(text.as_bytes())).map_err(failed)
    })
}
