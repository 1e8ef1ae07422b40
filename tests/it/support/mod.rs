//! What tests share.

pub mod licences;
pub mod rust;
pub mod tree;
