//! Huawei Cloud: whose keys sign, where the services are, how a call is made, and what CBR is asked to do.

pub mod cbr;
pub mod client;
pub mod credentials;
pub mod endpoint;
pub mod error;
pub mod sign;
