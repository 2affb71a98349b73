//! The `liren` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    liren::cli::run()
}
