//! Everything that can go wrong between us and Redis, each as a story of its own: a proxy or the server
//! itself misbehaves while a crowd signs in, refreshes and verifies. `crowd` judges every single answer;
//! the stories say what breaks, whether that is an outage, and when it is over.
//!
//! A server that starts before Redis, a swap that was stuck for too long, a primary that is demoted, a
//! slot that moves, a node that dies and a Sentinel failover are in tests/redis.

mod answers;
mod crowd;
mod links;
mod processes;
mod proxy;
mod resp;
mod world;

// The servers are those of tests/redis, and what is tested is the server of tests/api; each has more
// than is used here.
#[allow(dead_code, unused_imports)]
#[path = "../api/app.rs"]
mod app;
#[allow(dead_code)]
#[path = "../api/logs.rs"]
mod logs;
#[allow(dead_code)]
#[path = "../api/reply.rs"]
mod reply;
#[allow(dead_code, unused_imports)]
#[path = "../redis/servers/mod.rs"]
mod servers;
