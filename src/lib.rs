//! jeton: sign people in, hand out tokens that everyone else can check alone.
//!
//! Two ways to use it:
//!
//! - **As a service**: the binary `jeton`, which this crate builds with its default features. README.md
//!   starts it, openapi.yaml is its interface.
//! - **As a library in other services**, which check its tokens with the public keys in memory. Nothing of the
//!   server comes along.
//!
//! ```toml
//! jeton = { path = "../jeton", default-features = false, features = ["actix", "remote"] }
//! ```
//!
//! ```no_run
//! use actix_web::{App, HttpServer, get};
//! use jeton::{bearer::Bearer, remote::RemoteKeys, verify::Policy};
//!
//! #[get("/hello")]
//! async fn hello(bearer: Bearer) -> String {
//!     format!("hello {}", bearer.claims().sub)
//! }
//!
//! #[actix_web::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let verifier = RemoteKeys::new(Policy::new("http://127.0.0.1:8080", "http://127.0.0.1:8080")).start()?;
//!     let app = move || App::new().app_data(verifier.clone()).service(hello);
//!     Ok(HttpServer::new(app).bind(("127.0.0.1", 9000))?.run().await?)
//! }
//! ```
//!
//! [`bearer`] has the extractors, scopes and roles; [`remote`] keeps the keys; [`verify`] is the check itself, for any
//! program; [`testing`] has an issuer for tests without a network. examples/protected.rs is a whole service.
//!
//! | feature | brings | for |
//! |---|---|---|
//! | (none) | `verify` | any Rust program that is given the keys |
//! | `actix` | `bearer`, over actix-web without its default features | the extractors |
//! | `remote` | `remote`, over a small HTTP client | keys that are fetched |
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
#[cfg(all(feature = "server", feature = "testing"))]
pub mod fail_point;
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
pub mod throttle;
#[cfg(feature = "server")]
pub mod user;
pub mod verify;
