//! jeton: sign people in, hand out tokens that everyone else can check alone.
//!
//! Two ways to use it:
//!
//! - **As a service**: the binary `jeton`, which this crate builds with its default features. README.md
//!   starts it, openapi.yaml is its interface.
//! - **As a library in other services**, which check its tokens with the public keys in memory: the module
//!   `verify`, and for actix-web the extractor in `bearer`. Nothing of the server comes along.
//!
//! | feature | brings | for |
//! |---|---|---|
//! | (none) | `verify` | any Rust program |
//! | `actix` | `bearer`, over actix-web without its default features | the extractor |
//! | `server` (default) | everything else | the binary |
//! | `testing` | `testing`, and the store conformance suite where there is a server | tests, ours and adopters' |
//!
//! docs/architecture.md is the map of the modules, and of which may import which.

#[cfg(feature = "server")]
pub mod authority;
#[cfg(feature = "actix")]
pub mod bearer;
#[cfg(feature = "server")]
pub mod cli;
pub mod clock;
#[cfg(feature = "server")]
pub mod config;
pub mod entropy;
#[cfg(feature = "server")]
pub mod http;
pub mod id;
#[cfg(any(feature = "server", feature = "testing"))]
pub mod keys;
#[cfg(feature = "server")]
pub mod log;
#[cfg(feature = "remote")]
pub mod remote;
pub mod scope;
pub mod secret;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "server")]
pub mod session;
#[cfg(feature = "server")]
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(feature = "server")]
pub mod user;
pub mod verify;
