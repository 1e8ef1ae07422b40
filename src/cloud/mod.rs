//! Clients of the clouds.

pub mod alibaba;
pub mod error;
pub mod host;
pub mod http;
pub mod provider;
pub mod rate;
pub mod retry;

pub use error::{Error, ErrorKind};
pub use provider::{Answer, Cloud, Clouds};
