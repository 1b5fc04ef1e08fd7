//! The `tayori` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    tayori::cli::run(std::env::args_os())
}
