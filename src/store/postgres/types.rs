//! The types of the operator's query: what it makes of `$1`, and those of its columns. The server tells
//! them without running the query; which can be of use is decided here.

use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use super::failure::Failure;
use super::query::{UsersQuery, mistaken};

/// Base types of the category "user-defined" that are no word.
const NO_WORDS: [&str; 4] = ["bytea", "json", "jsonb", "xml"];

/// What is judged: `$1` or a column, and its type.
#[derive(Debug)]
struct Typed {
    /// `$1`, or the column's name.
    what: String,
    /// As an operator writes it.
    name: String,
    /// `pg_type.typcategory`, which a domain has from its base type.
    category: char,
    /// The base type of a domain, else the type, by its short name; empty for a domain over a domain.
    base: String,
    /// The category of an array's elements; `None` as well for a domain over a domain.
    element: Option<char>,
}

/// Refuses a query whose types can never work, in the transaction that the caller has begun.
///
/// # Errors
/// Whatever is wrong with the query as it is written.
pub(super) async fn check(client: &Client, query: &UsersQuery) -> Result<(), Failure> {
    // NULL is of every type, so that nothing is refused but the query itself.
    let asked = client.query_typed(&query.types(), &[(&None::<&str>, Type::UNKNOWN)]).await;
    let rows = match asked {
        Ok(rows) => rows,
        Err(error) if error.code() == Some(&SqlState::PROTOCOL_VIOLATION) => {
            return Err(Failure::Misconfigured("JETON_USERS_QUERY: it has another parameter than $1".to_owned()));
        }
        // What the query computes of constants and NULL alone, and fails over: whether it does over names as
        // well shows when it is run.
        Err(error) => match mistaken(&error) {
            _ if Failure::from(error).is_of_one_name() => return Ok(()),
            mistaken => return Err(mistaken),
        },
    };
    for row in &rows {
        let typed = read(row)?;
        let wanted = wanted(&typed).filter(|_| !(typed.what == "disabled" && query.says_null("disabled")));
        if let Some(wanted) = wanted {
            let Typed { what, name, .. } = typed;
            return Err(Failure::Misconfigured(format!(
                "JETON_USERS_QUERY: its {what} is {name}, and must be {wanted}"
            )));
        }
    }
    Ok(())
}

/// What is wanted in place of this type, where it can never work.
///
/// | what | types |
/// |---|---|
/// | `$1` | texts (S), enums (E): the name's bytes are sent as they are |
/// | id, name | the same, numbers (N), uuid and other types of their own (U) |
/// | hash | texts |
/// | roles | texts, enums, arrays (A) of either, json, jsonb |
/// | disabled | boolean (B), numbers, json, jsonb |
fn wanted(typed: &Typed) -> Option<&'static str> {
    let is_json = matches!(typed.base.as_str(), "json" | "jsonb" | "");
    let is_word = !NO_WORDS.contains(&typed.base.as_str());
    match (typed.what.as_str(), typed.category) {
        ("$1", 'S' | 'E') | ("hash" | "roles", 'S') | ("roles", 'E') | ("disabled", 'B' | 'N') => None,
        ("id" | "name", 'S' | 'E' | 'N') => None,
        ("id" | "name", 'U') if is_word => None,
        ("roles" | "disabled", 'U') if is_json => None,
        ("roles", 'A') if matches!(typed.element, Some('S' | 'E' | 'U') | None) => None,
        ("$1", _) => Some("text, as the name is: write id::text = $1 or $1::text::bigint"),
        ("id" | "name", _) => Some("text, a number or uuid"),
        ("hash", _) => Some("text"),
        ("roles", _) => Some("an array of text, json, jsonb or text with commas"),
        _ => Some("boolean, a number, json, jsonb or a NULL without a type"),
    }
}

fn read(row: &Row) -> Result<Typed, Failure> {
    let category = |text: String| text.chars().next().unwrap_or_default();
    Ok(Typed {
        what: row.try_get(0)?,
        name: row.try_get(1)?,
        category: category(row.try_get(2)?),
        base: row.try_get(3)?,
        element: row.try_get::<_, Option<String>>(4)?.map(category),
    })
}
