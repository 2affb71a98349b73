//! The `liren` command.

use std::process::ExitCode;

/// A roster becomes millions of small values; the system's allocator took a third of an import.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    liren::cli::run()
}
