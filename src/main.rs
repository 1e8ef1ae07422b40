//! The `backform` command.

use std::process::ExitCode;

use backform::cli::{self, context::Context};

fn main() -> ExitCode {
    ExitCode::from(cli::run(&Context::of_process()) as u8)
}
