//! Refresh families against a model: refresh.md, "What must hold", as far as it needs no Redis.
//!
//! `storms` draws arbitrary interleavings and lets `check` watch every step; `invariants` tells each
//! promise as a story of its own; `flaws` breaks the design on purpose and expects to be caught.
//! PROPTEST_CASES sets the number of storms.
//!
//! The world is a `store` that can be rolled back, two `server`s driven step by step around the real
//! `session::present`, a `client` with tabs, and a thief; `network` is what ordinarily happens between
//! them, `adversity` what goes wrong, `promise` how much an honest client may be made to bear.

mod adversity;
mod check;
mod client;
mod flaws;
mod invariants;
mod network;
mod ops;
mod promise;
mod request;
mod server;
mod shared;
mod store;
mod storms;
mod world;
