//! The operator's own query, JETON_USERS_QUERY: which row is whose, asked in a way that cannot write.

use std::fmt::Write as _;
use std::sync::Arc;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::failure::Failure;

/// What it has to yield.
const COLUMNS: [&str; 5] = ["id", "name", "hash", "roles", "disabled"];

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

    /// What tells the types: of `$1` and of each column its name, its type, the type's category, its base type
    /// and the category of its elements. No row is asked for, so that nothing of the query runs.
    pub(super) fn types(&self) -> String {
        let mut statement = String::from(
            "SELECT told.what, told.type::text, t.typcategory::text, \
             CASE WHEN b.typtype = 'd' THEN '' ELSE coalesce(b.typname, t.typname)::text END, e.typcategory::text \
             FROM (WITH q AS MATERIALIZED (\n",
        );
        let _ = write!(statement, "{}\n) SELECT pg_typeof($1) AS given", self.0);
        for column in COLUMNS {
            let _ = write!(statement, ", pg_typeof((SELECT q.{column} FROM q WHERE false)) AS {column}");
        }
        statement.push_str(") AS types, LATERAL (VALUES (0, '$1', given)");
        for (place, column) in (1..).zip(COLUMNS) {
            let _ = write!(statement, ", ({place}, '{column}', {column})");
        }
        statement.push_str(
            ") AS told (place, what, type) JOIN pg_type t ON t.oid = told.type \
             LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0) \
             LEFT JOIN pg_type e ON e.oid = nullif(coalesce(b.typelem, t.typelem), 0) ORDER BY told.place",
        );
        statement
    }

    /// Whether the column is a bare NULL, of which PostgreSQL makes a text as of any other literal.
    ///
    /// | query | column | |
    /// |---|---|---|
    /// | `SELECT …, NULL AS disabled FROM …` | disabled | yes |
    /// | `SELECT …, null disabled` | disabled | yes |
    /// | `SELECT …, status AS disabled` | disabled | no |
    pub(super) fn says_null(&self, column: &str) -> bool {
        let text = self.0.to_ascii_lowercase().replace([',', '(', ')', '"'], " ");
        let words: Vec<_> = text.split_ascii_whitespace().collect();
        words.windows(3).any(|words| words == ["null", "as", column])
            || words.windows(2).any(|words| words == ["null", column])
    }
}

/// What is wrong with the query as it is written, in the server's words.
pub(super) fn mistaken(error: &Error) -> Failure {
    match (Failure::at_start(error), error.code()) {
        (Failure::Misconfigured(why), _) => Failure::Misconfigured(format!("JETON_USERS_QUERY: {why}")),
        // What it calls writes.
        (Failure::Down(why), Some(&SqlState::READ_ONLY_SQL_TRANSACTION)) => {
            Failure::Misconfigured(format!("JETON_USERS_QUERY: {why}"))
        }
        (other, _) => other,
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

    #[test]
    fn a_bare_null_is_told_from_a_column() {
        for (text, is_null) in [
            ("SELECT $1 AS id, NULL AS disabled FROM a", true),
            ("SELECT $1 AS id,NULL disabled,b FROM a", true),
            ("SELECT * FROM (SELECT $1, null\n as \"disabled\") AS a", true),
            ("SELECT $1, status AS disabled FROM a", false),
            ("SELECT $1, NULL AS roles, disabled FROM a WHERE disabled IS NOT NULL", false),
            ("SELECT $1, 'x' AS disabled", false),
        ] {
            assert_eq!(UsersQuery::parse(text).unwrap().says_null("disabled"), is_null, "{text}");
        }
    }
}
