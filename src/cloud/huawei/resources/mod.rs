//! The resource types and data sources of this cloud, and the facts about what they protect.

pub mod facts;
