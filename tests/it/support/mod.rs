//! What tests share.

pub mod licences;
pub mod rust;
pub mod sandbox;
pub mod tree;
