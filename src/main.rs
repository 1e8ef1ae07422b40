//! The `backform` command.
fn main() {}
