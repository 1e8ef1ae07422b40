//! HCL text to [`Desired`](crate::model::desired::Desired): blocks, variables, modules, references, expansion.
//!
//! Knows nothing of state and clouds: what was read from them comes in as [`Known`](crate::model::desired::Known).

mod arguments;
mod blocks;
mod conditions;
mod declarations;
mod declared;
mod dynamic;
mod evaluate;
mod expand;
mod fields;
mod frames;
mod json;
mod names;
mod outline;
mod outlook;
mod references;
mod resources;
mod scope;
mod source;
mod subject;
#[cfg(test)]
mod tests;
mod tree;
mod variables;
mod version;

pub use declared::Config;
pub use evaluate::{Environment, Purpose, evaluate, evaluate_with_names};
pub use frames::Frames;
pub use outline::outline;
pub use outlook::{Outlook, check_reference, conditioned};
pub use references::{UsedBlock, Uses, uses};
pub use source::{Directories, Disk, Files, add_values, load, load_beside, test_files};
pub use tree::{Tree, load as load_tree};
pub use variables::{Input, Inputs, unknown_values, values};
