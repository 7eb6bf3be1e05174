//! The table of requests that draws every answer there is out of the servers: one line an answer.
//!
//! Owns which request draws what; that the answers are right is the ledger's to say. Called by `answers`.

mod account;
mod everywhere;
mod login;
mod logout;
mod nowhere;
mod open;
mod people;
mod refresh;
mod verify;

use std::fmt;

use crate::document::Document;
use crate::request::Request;
use crate::world::World;

/// Where in openapi.yaml the answer is written.
pub enum Of {
    /// With an operation: `POST /login`.
    Operation(String),
    /// With no operation, but as a response of this name.
    Response(&'static str),
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(name) => f.write_str(name),
            Self::Response(name) => f.write_str(name),
        }
    }
}

/// One line of the table.
pub struct Provocation {
    pub of: Of,
    /// The status that is wanted.
    pub status: u16,
    /// What draws it, for people.
    pub by: &'static str,
    /// Sets the scene in the world and makes the request.
    pub request: Make,
}

type Make = Box<dyn Fn(&World) -> Request<'_>>;

/// One line about an operation.
fn draw(
    operation: &str,
    status: u16,
    by: &'static str,
    request: impl Fn(&World) -> Request<'_> + 'static,
) -> Provocation {
    Provocation { of: Of::Operation(operation.to_owned()), status, by, request: Box::new(request) }
}

/// One line about what is no operation.
fn stray(
    response: &'static str,
    status: u16,
    by: &'static str,
    request: impl Fn(&World) -> Request<'_> + 'static,
) -> Provocation {
    Provocation { of: Of::Response(response), status, by, request: Box::new(request) }
}

/// The whole table.
pub fn all(document: &Document) -> Vec<Provocation> {
    [
        everywhere::all(document),
        nowhere::all(document),
        login::all(),
        refresh::granted(),
        refresh::refused(),
        logout::all(),
        verify::all(document),
        verify::reasons(),
        account::all(),
        people::all(),
        open::all(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A path with something in place of its parameters.
fn target(path: &str) -> String {
    path.replace("{path}", "orders/17").replace("{id}", "example-session-000000")
}
