//! What can go wrong between us and a server, and what of it ends the connection.

use std::sync::Arc;

use redis::{RedisError, ServerError, Value};

use super::refusal::Refusal;
use crate::store::Unavailable;

/// Why there is no answer of use. Holds no value and no argument.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// There is no connection, and nothing was sent.
    Down(Arc<str>),
    /// The connection failed or the time was up: what was sent may have run.
    Lost(String),
    /// The server answered with an error.
    Refused(Refusal),
}

impl Failure {
    /// A failure before anything was sent.
    pub(super) fn down(why: impl Into<Arc<str>>) -> Self {
        Self::Down(why.into())
    }

    /// An answer that is none we know.
    pub(super) fn unexpected() -> Self {
        Self::Lost("an answer of an unexpected kind".to_owned())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Down(why) => f.write_str(why),
            Self::Lost(why) => f.write_str(why),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        match error.code() {
            Some(code) => Self::Refused(Refusal::new(code, error.detail())),
            None if error.is_timeout() => Self::Lost("no answer in time".to_owned()),
            None if error.is_io_error() => Self::Lost(error.to_string()),
            None => Self::Lost(error.category().to_owned()),
        }
    }
}

impl From<Failure> for Unavailable {
    fn from(failure: Failure) -> Self {
        Self(format!("redis: {failure}"))
    }
}

/// Whether an error means that this connection is of no use any more: the server is no primary, has
/// no data yet, or has forgotten who we are. Another connection may lead to another server.
pub(super) fn ends_connection(error: &ServerError) -> bool {
    matches!(error.code(), "READONLY" | "LOADING" | "MASTERDOWN" | "NOAUTH" | "UNBLOCKED")
}

/// The value of an answer that is no error.
pub(super) fn good(value: Value) -> Result<Value, Failure> {
    match value {
        Value::ServerError(error) => Err(Failure::Refused(Refusal::from(&error))),
        value => Ok(value),
    }
}
