//! The operator's own query, JETON_USERS_QUERY: which row is whose, asked in a way that cannot write.

use std::fmt::Write as _;
use std::sync::Arc;

/// A SELECT that yields id, name, hash, roles and disabled for the name in $1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsersQuery(String);

impl UsersQuery {
    /// Takes the text of one SELECT; a semicolon at its end is dropped.
    ///
    /// # Errors
    /// What is seen to be wrong without asking the server, which is not much.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let query = text.trim().trim_end_matches(|c: char| c == ';' || c.is_whitespace());
        let verb: String = query.chars().take_while(char::is_ascii_alphabetic).collect();
        match verb.to_ascii_lowercase().as_str() {
            "" => return Err("it does not begin with SELECT"),
            "select" | "with" | "table" | "values" => {}
            _ => return Err("it does not begin with SELECT or WITH"),
        }
        if !query.contains("$1") {
            return Err("it does not ask for the name in $1");
        }
        Ok(Self(query.to_owned()))
    }

    /// What is sent: the query as a table. There it cannot write, since PostgreSQL takes neither INSERT,
    /// UPDATE nor DELETE inside of a FROM. Every column comes as text of a form that does not depend on
    /// its type, and the session epoch of the account with it.
    pub(super) fn statement(&self) -> Arc<str> {
        let mut statement = String::from(
            "SELECT q.id::text, q.name::text, q.hash::text, to_jsonb(q.roles)::text, to_jsonb(q.disabled)::text, \
             (SELECT a.epoch FROM jeton.accounts a WHERE a.id = q.id::text COLLATE \"C\") FROM (\n",
        );
        // The line ends before the bracket, so that a comment at the end does.
        let _ = write!(statement, "{}\n) AS q LIMIT 2", self.0);
        statement.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_select_is_taken_and_a_semicolon_dropped() {
        for text in ["SELECT $1", " select $1 ; ;\n", "WITH a AS (SELECT 1) SELECT $1", "select $1 -- the name"] {
            let query = UsersQuery::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert!(query.statement().ends_with("\n) AS q LIMIT 2"), "{text}");
            assert!(!query.statement().contains(';'), "{text}");
        }
        for (text, part) in [
            ("", "SELECT"),
            ("UPDATE users SET a = $1", "SELECT"),
            ("DELETE FROM users", "SELECT"),
            ("SELECT id FROM users", "$1"),
        ] {
            assert!(UsersQuery::parse(text).expect_err(text).contains(part), "{text}");
        }
    }
}
