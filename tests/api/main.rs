//! The service over HTTP, against design/wire.md: each test with a server, a clock and stores of its own.

mod access;
mod algorithms;
mod app;
mod callers;
mod closing;
mod faults;
mod forge;
mod full;
mod limits;
mod login;
mod logout;
mod logs;
mod me;
mod metadata;
mod password;
mod paused;
mod refresh;
mod registration;
mod reply;
mod secrecy;
mod sessions;
mod sizes;
mod stores_down;
mod verify;
mod wire;
