//! Why a command did not do what it was asked to, and the exit code that says so.

use std::fmt::Display;
use std::process::ExitCode;

use crate::config::Mistake;

/// A command that failed.
#[derive(Debug)]
pub enum Failure {
    /// 1: it was right to ask, and it did not work.
    Failed(String),
    /// 2: it was not right to ask.
    Misused(String),
    /// 2: the configuration, every mistake at once.
    Configuration(Vec<Mistake>),
}

impl Failure {
    /// A failure with what went wrong.
    pub fn failed(why: impl Display) -> Self {
        Self::Failed(why.to_string())
    }

    /// A misuse with what is wrong about it.
    pub fn misused(why: impl Display) -> Self {
        Self::Misused(why.to_string())
    }

    /// Tells it on standard error.
    pub fn report(self) -> ExitCode {
        match self {
            Self::Failed(why) => {
                eprintln!("jeton: {why}");
                ExitCode::from(1)
            }
            Self::Misused(why) => {
                eprintln!("jeton: {why}");
                ExitCode::from(2)
            }
            Self::Configuration(mistakes) => {
                for mistake in mistakes {
                    eprintln!("jeton: {mistake}");
                }
                ExitCode::from(2)
            }
        }
    }
}
