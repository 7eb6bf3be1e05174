//! Gateways in front of a service that ask jeton about every request, each a real process with the very
//! configuration of examples/gateways. `kinds` says which there are and where they differ; every other
//! file has cases that hold for all of them.
//!
//! JETON_GATEWAYS names those that are tried, separated by commas; without it, nginx alone. One that is
//! named and not installed is a failure.

mod answers;
mod backend;
mod gateway;
mod headers;
mod keys;
mod kinds;
mod outages;
mod passing;
mod paths;
mod ports;
mod readings;
mod refusals;
mod requests;
mod world;

// Raw HTTP and forged tokens are those of tests/api, which has more than is used here.
#[allow(dead_code, unused_imports)]
#[path = "../api/app.rs"]
mod app;
#[allow(dead_code)]
#[path = "../api/forge.rs"]
mod forge;
#[allow(dead_code)]
#[path = "../api/logs.rs"]
mod logs;
#[allow(dead_code)]
#[path = "../api/reply.rs"]
mod reply;
#[allow(dead_code)]
#[path = "../api/wire.rs"]
mod wire;

// Processes of the program itself are those of tests/binary.
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
