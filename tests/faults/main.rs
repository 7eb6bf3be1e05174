//! Everything that can go wrong between us and Redis, each as a story of its own: a proxy or the server
//! itself misbehaves while a crowd signs in, refreshes and verifies. `crowd` judges every single answer;
//! the stories say what breaks, whether that is an outage, and when it is over.
//!
//! A swap that was stuck for too long, and what the store does by itself, are in tests/redis.

mod answers;
mod cluster;
mod crowd;
mod failover;
mod links;
mod processes;
mod proxy;
mod refusals;
mod replicas;
mod resp;
mod sentinel;
mod snapshots;
mod watch;
mod world;

// The servers are those of tests/redis, and what is tested is the server of tests/api; each has more
// than is used here.
#[allow(dead_code, unused_imports)]
#[path = "../api/app.rs"]
mod app;
/// Nobody reads it here, and keeping every line would be most of the work.
mod logs {
    pub const fn capture() {}
}
#[allow(dead_code)]
#[path = "../api/reply.rs"]
mod reply;
#[allow(dead_code, unused_imports)]
#[path = "../redis/servers/mod.rs"]
mod servers;
