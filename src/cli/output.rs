//! What is printed: for people in columns, for programs in JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::failure::Failure;
use crate::clock::Timestamp;
use crate::log::escape;
use crate::session::Session;
use crate::user::User;

/// A user as programs read it; never the password's hash.
pub fn user_json(user: &User) -> Value {
    json!({
        "id": user.id.as_str(),
        "username": user.username,
        "roles": user.roles,
        "scopes": user.scopes.words(),
        "claims": user.claims,
        "disabled": user.disabled,
        "created": user.created.rfc3339(),
    })
}

/// A user as people read it.
pub fn user_lines(user: &User) -> Vec<(&'static str, String)> {
    vec![
        ("name", escape(&user.username).into_owned()),
        ("id", user.id.to_string()),
        ("state", state(user).to_owned()),
        ("roles", user.roles.join(" ")),
        ("scopes", user.scopes.to_string()),
        ("claims", Value::Object(user.claims.clone()).to_string()),
        ("created", user.created.rfc3339()),
    ]
}

/// A user as one row.
pub fn user_row(user: &User) -> Vec<String> {
    let roles = user.roles.join(",");
    vec![escape(&user.username).into_owned(), user.id.to_string(), state(user).to_owned(), roles]
}

fn state(user: &User) -> &'static str {
    if user.disabled { "disabled" } else { "enabled" }
}

/// A session as programs read it.
pub fn session_json(session: &Session) -> Value {
    json!({
        "id": session.id.to_string(),
        "created": session.created.rfc3339(),
        "last_used": session.last_used.rfc3339(),
        "expires": session.ends().rfc3339(),
        "client_id": session.client,
        "scope": session.scope.to_string(),
        "user_agent": session.user_agent,
        "ip": session.ip,
    })
}

/// A session as one row.
pub fn session_row(session: &Session) -> Vec<String> {
    let time = |time: Timestamp| time.rfc3339();
    let address = session.ip.map_or_else(|| "-".to_owned(), |ip| ip.to_string());
    vec![
        session.id.to_string(),
        time(session.created),
        time(session.last_used),
        session.client.clone(),
        address,
        escape(&session.user_agent).into_owned(),
    ]
}

/// Prints rows in columns under a heading.
///
/// # Errors
/// Where standard output is closed.
pub fn columns(heading: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    let heading: Vec<String> = heading.iter().map(|&name| name.to_owned()).collect();
    let all = || std::iter::once(&heading).chain(rows);
    let width = |column: usize| all().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    for row in all() {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
        line(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// Prints one line.
///
/// # Errors
/// Where standard output is closed.
pub fn line(text: &str) -> Result<(), Failure> {
    written(writeln!(io::stdout().lock(), "{text}"))
}

fn written(result: io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| Failure::failed(format_args!("standard output: {error}")))
}
