//! Clients of the clouds.

pub mod alibaba;
pub mod error;
pub mod host;
pub mod http;
pub mod rate;
pub mod retry;

pub use error::{Error, ErrorKind};
