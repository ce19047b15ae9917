//! The `aep` command.
fn main() {}
