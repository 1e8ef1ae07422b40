//! The nouns: plain data that every stage reads or makes. No I/O, no network, no terminal.

pub mod act;
pub mod address;
pub mod approval;
pub mod desired;
pub mod diagnostic;
pub mod encoding;
pub mod event;
pub mod live;
pub mod number;
pub mod outcome;
pub mod outline;
pub mod plan;
pub mod report;
pub mod risk;
pub mod schema;
pub mod state;
pub mod types;
pub mod value;
pub mod verdict;
