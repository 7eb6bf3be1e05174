//! The service over HTTP, each test with a server, a clock and stores of its own.

mod app;
mod login;
mod refresh;
