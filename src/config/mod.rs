//! HCL text to [`Desired`](crate::model::desired::Desired): blocks, variables, references, expansion.
//!
//! Knows nothing of state and clouds: what was read from them comes in as [`Known`](crate::model::desired::Known).

mod arguments;
mod blocks;
mod evaluate;
mod expand;
mod references;
mod source;
#[cfg(test)]
mod tests;
mod variables;
mod version;

pub use blocks::{Config, parse};
pub use evaluate::{Environment, evaluate};
pub use source::{Files, add_values, load};
pub use variables::{Input, Inputs, values};
