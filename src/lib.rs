//! jeton: sign people in, hand out tokens that everyone else can check alone.

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
