//! The Redis session store against real servers: one, a Sentinel group, a Cluster. Every server is a
//! redis-server process that a test starts on a free port and that ends with its handle.

mod cluster;
mod conformance;
mod doctor;
mod durability;
mod expiry;
mod instances;
mod memory;
mod mistaken;
mod outages;
mod script;
mod secure;
mod sentinel;
mod warnings;

// tests/faults has more use for them.
#[allow(dead_code, unused_imports)]
mod servers;

// As much of the protocol as a sentinel in a test must know.
#[allow(dead_code)]
#[path = "../faults/resp.rs"]
mod resp;

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
