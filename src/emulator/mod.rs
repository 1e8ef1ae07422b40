//! An imitation of the clouds over real HTTP. Written from the vendors' documents, sharing no logic with the clients.
//!
//! A [`World`] holds everything that the clouds hold; [`Emulator::start`] serves it. Both clouds answer on the one port:
//! a request says by its host, its headers or its path whom it wants. What a caller cannot do in a real cloud, such as
//! turning the clock, goes through [`Running`] or, over HTTP, through the paths under `/_emulator/`:
//!
//! | request | effect |
//! |---|---|
//! | `GET /_emulator/clock` | world time |
//! | `POST /_emulator/clock` with `{"advance":"P1D"}` or `{"set":"2026-11-20T00:00:00Z"}` | turns the clock |
//! | `GET /_emulator/stats`, `DELETE /_emulator/stats` | counts of calls; counts from zero again |
//! | `GET /_emulator/world`, `PUT /_emulator/world` | the world as JSON; puts another one in its place |
//! | `POST /_emulator/faults` with `{"faults":["DescribeBackupPlans:throttle:times=2"]}` | what goes wrong from now on |
//!
//! The emulator reads and writes no files: whoever starts it gives it a world and, if it is to last, a [`Sink`].

pub mod alibaba;
pub mod capture;
pub mod clock;
mod control;
mod core;
mod delay;
pub mod fault;
mod fleet;
pub mod huawei;
mod list;
mod request;
mod server;
mod table;
mod wildcard;
pub mod world;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

pub use self::core::Stats;
pub use self::list::{Entry, Extent, list};
pub use self::server::Running;
pub use self::world::World;

use self::clock::Wall;
use self::fault::Fault;

/// Keeps the text of a changed world. It is called after each change, before the change is answered.
pub type Sink = Arc<dyn Fn(&str) -> std::io::Result<()> + Send + Sync>;

/// The id of the key that a client may use which has none.
pub const OWN_KEY_ID: &str = "LTAI-EMULATOR";

/// The secret of the key that a client may use which has none. It opens nothing but an emulator.
pub const OWN_KEY_SECRET: &str = "the-emulator-knows-this-secret";

/// How an emulator is to run.
#[derive(Clone)]
pub struct Options {
    /// Where to listen; a port of 0 takes any that is free. Loopback only.
    pub listen: SocketAddr,
    /// The region of calls whose host names none. Left out: the world's first.
    pub region: Option<String>,
    /// Keys with all permissions, besides those of the world: id and secret. They belong to the world's first account.
    pub keys: Vec<(String, String)>,
    /// What goes wrong, besides what the world says.
    pub faults: Vec<Fault>,
    /// Whether to keep the clouds' rate limits, even if the world does not say so.
    pub rate_limits: bool,
    /// How long every answer takes, at least.
    pub latency: Duration,
    /// The source of wall time.
    pub wall: Wall,
    /// Keeps the changed world.
    pub sink: Option<Sink>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            region: None,
            keys: vec![(OWN_KEY_ID.to_owned(), OWN_KEY_SECRET.to_owned())],
            faults: Vec::new(),
            rate_limits: false,
            latency: Duration::ZERO,
            wall: clock::system(),
            sink: None,
        }
    }
}

/// Serves worlds.
pub struct Emulator;

impl Emulator {
    /// Serves a world until the answer of this function is shut down or dropped.
    ///
    /// # Errors
    /// When the address is not loopback, is taken, or the region does not exist.
    pub async fn start(world: World, options: Options) -> Result<Running, Error> {
        if !options.listen.ip().is_loopback() {
            return Err(Error::NotLoopback { address: options.listen });
        }
        let is_known =
            |region: &&String| alibaba::regions::is_known(region) || world.has_huawei_region(region);
        if let Some(region) = options.region.as_ref().filter(|region| !is_known(region)) {
            return Err(Error::UnknownRegion { region: region.clone() });
        }
        let listener = tokio::net::TcpListener::bind(options.listen)
            .await
            .map_err(|source| Error::Listen { address: options.listen, source })?;
        let address =
            listener.local_addr().map_err(|source| Error::Listen { address: options.listen, source })?;
        Ok(server::serve(listener, address, world, &options))
    }
}

/// Why an emulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The address can be reached from other machines.
    #[error("{address} is not a loopback address, and the emulator is for this machine alone")]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The region does not exist.
    #[error("there is no region `{region}`")]
    UnknownRegion {
        /// The region.
        region: String,
    },
}
