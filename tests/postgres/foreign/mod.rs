//! Another application's people: signed in where they are, never written. Each test has a table as an
//! application might have it, and a role that may only read it.

mod columns;
mod complaints;
mod http;
mod meanwhile;
mod table;
mod writes;

pub use table::{Application, QUERY};
