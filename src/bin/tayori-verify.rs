//! The `tayori-verify` command: the vendor's small, offline check of a bundle.

use std::process::ExitCode;

fn main() -> ExitCode {
    tayori::cli::run_verify(std::env::args_os())
}
