//! The nouns: plain data that every stage reads or makes. No I/O, no network, no terminal.

pub mod address;
pub mod diagnostic;
pub mod number;
pub mod types;
pub mod value;
