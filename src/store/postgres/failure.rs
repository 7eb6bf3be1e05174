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
    /// The operator's query writes, which our transaction forbids and the server would not.
    Writes,
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
        let Some(answer) = error.as_db_error() else { return Self::without_answer(error) };
        let said = format!("{} (SQLSTATE {})", answer.message(), answer.code().code());
        if is_for_good(answer.code()) { Self::Misconfigured(said) } else { Self::Down(said) }
    }

    fn without_answer(error: &Error) -> Self {
        // The driver has no code for it.
        if error.source().is_some_and(|cause| cause.to_string() == "password missing") {
            return Self::Misconfigured("the server asks for a password, and the URL has none".to_owned());
        }
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        Self::Lost(text)
    }

    /// Whether what was asked about is to blame, its name or its row, and not the server or the statement:
    /// another name may well be answered.
    ///
    /// | class | what it is |
    /// |---|---|
    /// | 20, P0 | a function in PL/pgSQL raises an error |
    /// | 21 | a subquery yields several rows |
    /// | 22 | a value is not of the type that it is taken for, out of range, too long |
    /// | 23 | a value breaks the rules of a domain |
    ///
    /// So is a query that writes: the start has refused one that does so for the empty name.
    pub(super) fn is_of_one_name(&self) -> bool {
        let Self::Refused(state) = self else { return *self == Self::Writes };
        matches!(state.code().get(..2), Some("20" | "21" | "22" | "23" | "P0"))
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
            Self::Down(_) | Self::Writes | Self::Misconfigured(_) => false,
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
            Self::Writes => f.write_str("it calls something that writes, and must only read (SQLSTATE 25006)"),
            Self::Refused(state) => {
                write!(f, "the server answers SQLSTATE {}", state.code())?;
                in_words(state.code()).map_or(Ok(()), |words| write!(f, " ({words})"))
            }
        }
    }
}

/// What an operator is told of a code. The server's own words are not repeated: they may hold values.
fn in_words(code: &str) -> Option<&'static str> {
    Some(match (code, code.get(..2)?) {
        ("21000", _) => "a subquery yields more than one row",
        ("22001", _) => "a text is too long for its type",
        ("22003", _) => "a number is out of range",
        ("22007" | "22008", _) => "a date or time cannot be read",
        ("22012", _) => "a division by zero",
        ("22P02", _) => "a text cannot be read as the type that it is cast to",
        (_, "22") => "a value cannot be used as the statement uses it",
        (_, "23") => "a value breaks a rule of its type or table",
        (_, "20" | "P0") => "a function that is called raises an error",
        ("25006", _) => "it takes no writes: it is a standby, or set read-only",
        (_, "28") => "the login is refused",
        ("40001" | "40P01", _) => "somebody else changes the same",
        ("42501", _) => "the role lacks a right",
        (_, "42") => "the statement is wrong: what it names is not there, or of another type",
        ("53100", _) => "its disk is full",
        ("53200", _) => "it is out of memory",
        ("53300", _) => "it has too many connections",
        ("55P03", _) => "somebody else holds the row",
        ("57014", _) => "it took too long, and was ended",
        ("57P01", _) => "it shuts down, or an administrator has ended the connection",
        ("57P02", _) => "it has crashed, and recovers",
        ("57P03", _) => "it starts or shuts down",
        ("57P04", _) => "the database is deleted",
        _ => return None,
    })
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
        assert!(!Failure::Writes.ends_connection());
    }

    #[test]
    fn what_a_value_is_to_blame_for_is_of_one_name() {
        for (code, is) in [
            ("21000", true),
            ("22P02", true),
            ("22003", true),
            ("23514", true),
            ("P0001", true),
            ("25006", false),
            ("42703", false),
            ("57014", false),
        ] {
            assert_eq!(Failure::Refused(SqlState::from_code(code)).is_of_one_name(), is, "{code}");
        }
        assert!(Failure::Writes.is_of_one_name());
        assert!(!Failure::late().is_of_one_name());
    }

    #[test]
    fn a_code_is_told_in_words() {
        for (code, part) in [
            ("25006", "takes no writes"),
            ("57P01", "shuts down"),
            ("57P03", "starts or shuts down"),
            ("53300", "too many connections"),
            ("22023", "a value cannot be used"),
        ] {
            let text = Failure::Refused(SqlState::from_code(code)).to_string();
            assert!(text.contains(code) && text.contains(part), "{text}");
        }
        assert_eq!(Failure::Refused(SqlState::from_code("ZZ999")).to_string(), "the server answers SQLSTATE ZZ999");
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
