//! Hostile input, from the one generator of `jeton::testing::attacks`, against everything that must
//! refuse it: the server, the extractor in somebody else's service, and a gateway in front of the server.
//! Each says how many cases it tried.
//!
//! Owns the doors that are tried (`doors`), raw connections (`socket`), and what is measured: the cost of
//! a refusal (`cost`). It does not own the cases themselves, nor what good input does: that is tests/api.

mod cost;
mod doors;
mod files;
mod replay;
mod requests;
mod slow;
mod socket;
mod tokens;

// The server under test is that of tests/api, which uses more of it than is used here.
#[allow(dead_code, unused_imports)]
#[path = "../api/app.rs"]
mod app;
#[allow(dead_code)]
#[path = "../api/logs.rs"]
mod logs;
#[allow(dead_code)]
#[path = "../api/reply.rs"]
mod reply;
// What the fuzzer holds against every input.
#[path = "../../fuzz/src/lib.rs"]
mod properties;
// Processes are those of tests/binary.
#[allow(dead_code)]
#[path = "../binary/client.rs"]
mod client;
#[allow(dead_code)]
#[path = "../binary/home.rs"]
mod home;
#[allow(dead_code)]
#[path = "../binary/process.rs"]
mod process;
#[allow(dead_code)]
#[path = "../binary/server.rs"]
mod server;

use std::io::Write;

/// Says it on standard error itself: the harness captures only what goes through `eprintln`.
fn say(text: &str) {
    writeln!(std::io::stderr(), "{text}").expect("standard error is open");
}
