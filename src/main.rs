//! The binary: parse, call, exit code.

use std::process::ExitCode;

/// What a request allocates is small and soon gone, which glibc's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    jeton::cli::run(std::env::args_os())
}
