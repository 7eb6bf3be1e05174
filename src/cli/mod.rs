//! The command line: what is typed, what is printed, what the exit code says.
//!
//! Owns arguments, prompts and output. It does not own what happens: people are changed through the
//! rules of `user` and the stores, which may be a running server's, and serving is `server`'s. Called
//! by `main` alone.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | failed: the name exists, the store does not open |
//! | 2 | used wrongly: arguments or configuration |

mod arguments;
mod audit;
mod context;
mod demo;
mod doctor;
mod failure;
mod import;
mod keys;
mod output;
mod password;
mod serve;
mod session;
mod user;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// Runs one command.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for, everything else is used wrongly; clap knows which.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let config = arguments.config.as_deref();
    let done = match arguments.command {
        Command::Serve { dev } => serve::serve(config, dev),
        Command::User(command) => user::run(config, command),
        Command::Session(command) => session::run(config, command),
        Command::Keys(command) => keys::run(config, &command),
        Command::Doctor { json } => doctor::run(config, json),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
