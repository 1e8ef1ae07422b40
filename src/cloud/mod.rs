//! Clients of the clouds.

pub mod alibaba;
