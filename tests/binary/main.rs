//! The program as its users meet it: a process with arguments, an environment, files, signals and
//! exit codes. Each test has a folder of its own, an environment that is empty but for PATH, and kills
//! by its handle whatever it started.

mod client;
mod doctor;
mod fail_points;
mod home;
mod import;
mod keys;
mod kill;
mod live;
mod logs;
mod passwords;
mod people;
mod process;
mod protected;
mod server;
mod sessions;
mod settings;
mod starting;
mod stopping;
mod terminal;
mod tls;
mod tour;
mod usage;

// The servers are those of tests/redis, which uses more of them than is used here.
#[allow(dead_code, unused_imports)]
#[path = "../redis/servers/mod.rs"]
mod servers;
