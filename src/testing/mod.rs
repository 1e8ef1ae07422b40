//! Tests that people write for their own configurations: `*.test.hcl`.
//!
//! [`parse`] reads the runs of a file; the command line plans each of them against its recorded world; [`judge`] says
//! what of the plan is not as the run says. What conditions see is in [`view`]. Asks no cloud and reads no file.

pub mod case;
pub mod judge;
pub mod parse;
pub mod view;
