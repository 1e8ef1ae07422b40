//! Huawei Cloud: how a call is signed, whose keys sign it, and what a refusal means.

pub mod credentials;
pub mod error;
pub mod sign;
