//! The `tayori` command.

fn main() {}
