//! The keys that a service keeps of an issuer far away: every manner against a real HTTP server, which
//! counts what it is asked for. Time is a `ManualClock`; the keeper looks at it once a second.

mod clients;
mod crowds;
mod failures;
mod freshness;
mod hostile;
mod server;
mod start;
mod tls;
mod world;
