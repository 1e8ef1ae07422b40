//! Clients of the clouds.
