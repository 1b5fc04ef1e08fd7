//! The `tayori-verify` command: the vendor's small, offline check of a bundle.

fn main() {}
