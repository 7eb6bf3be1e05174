//! What can go wrong between us and PostgreSQL, and what of it ends a connection or the start.

use std::error::Error as _;
use std::fmt;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::store::Unavailable;

/// Why there is no answer of use. Holds no value that was asked about: the server's own words may repeat
/// those, so that of an answer to a statement only its code is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nobody was asked: what is known to be down, or too many before us.
    Down(String),
    /// The connection failed or the time was up: what was sent may have run.
    Lost(String),
    /// The server answered with this code (docs: "PostgreSQL Error Codes").
    Refused(SqlState),
    /// As it is set up it can never work; an operator has to put it right.
    Misconfigured(String),
}

impl Failure {
    /// What there is to say where there was no answer in time.
    pub(super) fn late() -> Self {
        Self::Lost("no answer in time".to_owned())
    }

    /// A failure to connect or to make ready, in the server's own words: no value was sent yet.
    pub(super) fn at_start(error: &Error) -> Self {
        let Some(answer) = error.as_db_error() else { return Self::from_link(error) };
        let said = format!("{} (SQLSTATE {})", answer.message(), answer.code().code());
        if is_for_good(answer.code()) { Self::Misconfigured(said) } else { Self::Down(said) }
    }

    fn from_link(error: &Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        Self::Lost(text)
    }

    /// Whether the connection on which this happened is of no use any more: it is broken, what was asked
    /// is still under way, or it leads to a server that takes no writes or is going away.
    pub(super) fn ends_connection(&self) -> bool {
        match self {
            Self::Lost(_) => true,
            Self::Refused(state) => {
                let class = state.code().get(..2);
                *state == SqlState::READ_ONLY_SQL_TRANSACTION
                    || matches!(class, Some("08" | "53" | "57" | "58" | "XX")) && *state != SqlState::QUERY_CANCELED
            }
            Self::Down(_) | Self::Misconfigured(_) => false,
        }
    }
}

/// Wrong credentials, no such database, missing rights, a name that is not there: waiting mends none of
/// that. The classes here are what passes: connections, conflicts, locks, resources, operators, standbys.
fn is_for_good(state: &SqlState) -> bool {
    !matches!(state.code().get(..2), Some("08" | "25" | "40" | "53" | "55" | "57" | "58" | "XX"))
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Down(why) | Self::Lost(why) | Self::Misconfigured(why) => f.write_str(why),
            Self::Refused(state) => write!(f, "the server answers SQLSTATE {}", state.code()),
        }
    }
}

/// The answer to a statement that had values in it.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.code() {
            Some(state) => Self::Refused(state.clone()),
            // What the driver could not make of an answer may quote it.
            None if error.is_closed() => Self::Lost("the connection is closed".to_owned()),
            None => Self::Lost("the connection failed, or the answer cannot be read".to_owned()),
        }
    }
}

impl From<Failure> for Unavailable {
    fn from(failure: Failure) -> Self {
        Self(format!("postgres: {failure}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_connection_may_mend_ends_this_one() {
        for (state, ends) in [
            (SqlState::ADMIN_SHUTDOWN, true),
            (SqlState::READ_ONLY_SQL_TRANSACTION, true),
            (SqlState::TOO_MANY_CONNECTIONS, true),
            (SqlState::QUERY_CANCELED, false),
            (SqlState::T_R_SERIALIZATION_FAILURE, false),
            (SqlState::UNDEFINED_COLUMN, false),
        ] {
            assert_eq!(Failure::Refused(state.clone()).ends_connection(), ends, "{state:?}");
        }
        assert!(Failure::late().ends_connection());
    }

    #[test]
    fn what_waiting_does_not_mend_stops_the_start() {
        for state in [SqlState::INVALID_PASSWORD, SqlState::UNDEFINED_DATABASE, SqlState::INSUFFICIENT_PRIVILEGE] {
            assert!(is_for_good(&state), "{state:?}");
        }
        for state in [SqlState::CANNOT_CONNECT_NOW, SqlState::TOO_MANY_CONNECTIONS, SqlState::READ_ONLY_SQL_TRANSACTION]
        {
            assert!(!is_for_good(&state), "{state:?}");
        }
    }
}
