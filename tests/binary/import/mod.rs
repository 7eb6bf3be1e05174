//! `jeton user import`: a file of another program's people, and what becomes of each line.

mod csv;
mod files;
mod formats;
mod lines;
mod replacing;

use std::fs;
use std::sync::Arc;

use jeton::store::UserStore;
use jeton::store::conformance::run;
use jeton::store::sqlite::Sqlite;
use jeton::user::FoldedName;
use serde_json::{Value, json};

use crate::client::Reply;
use crate::home::Home;
use crate::process::Done;
use crate::server::Server;

/// SHA-512, salted, of `correct horse battery staple` and of `another password`.
const HASHES: [&str; 2] = [
    "{SSHA512}UweAzUpvjvE5jz6nWBj9q0BiWPv/iScwpbX/yGA6X/AMM4Vz4l5BHV0nnau4mHhhKbbncQtK3bqI9cz8WqqeP3NhbHRzYWx0",
    "{SSHA512}rJSge0PlW2sGhNUzXHFNuVg6jtv3IvKXKeM7GSc76rUub1j023CY4oi8WceXyrVDk7ruG3My3J4Ekypqto4tZHNhbHRzYWx0",
];

/// Writes a file of one object a line and imports it.
#[track_caller]
fn import(home: &Home, lines: &[Value], more: &[&str]) -> Done {
    import_text(home, "people.jsonl", lines.iter().map(|line| format!("{line}\n")).collect::<String>().as_bytes(), more)
}

/// Writes a file and imports it.
#[track_caller]
fn import_text(home: &Home, file: &str, text: &[u8], more: &[&str]) -> Done {
    fs::write(home.path(file), text).unwrap();
    home.run(&[&["user", "import", file], more].concat())
}

/// A line with nothing but what there has to be.
fn person(name: &str) -> Value {
    json!({"username": name, "hash": HASHES[0]})
}

/// The report as a program reads it.
#[track_caller]
fn report(done: &Done) -> Value {
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:?}"))
}

/// Signs in as a client does that is told to try again: imported hashes are dear, and the machine is busy
/// with other tests.
#[track_caller]
fn login(server: &Server, name: &str, password: &str) -> Reply {
    let mut tries = (0..30).map(|_| server.login(name, password));
    tries.find(|reply| reply.status != 503).expect("the server is not that busy")
}

/// The hash that is stored, and the epoch.
fn stored(home: &Home, name: &str) -> (String, u64) {
    let store: Arc<dyn UserStore> = Arc::new(Sqlite::open(&home.path("data/jeton.db")).unwrap());
    let user = run(store.by_name(&FoldedName::new(name))).unwrap().expect("there is such a user");
    (user.password.as_phc().to_owned(), user.epoch)
}
