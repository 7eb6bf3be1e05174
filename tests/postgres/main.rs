//! People in PostgreSQL against real servers: in jeton's own tables, and in another application's. Every
//! server is a postgres process that a test starts on a free port and that ends with its handle.

mod command;
mod conformance;
mod deleting;
mod foreign;
mod instances;
mod migrations;
mod outages;
mod secure;
mod servers;
mod starting;

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
