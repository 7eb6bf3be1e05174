//! An issuer's public keys, kept by fetching its JWK Set (feature `remote`).
//!
//! Owns when the keys are fetched, by what, and what happens where they cannot be. It does not own what
//! a good key or a good token is: that is `verify`, whose [`Verifier`](crate::verify::Verifier) it keeps
//! supplied. Called by `bearer`, and by other people's services.
//!
//! ```no_run
//! use jeton::clock::{Clock, SystemClock};
//! use jeton::remote::{Refusal, RemoteKeys};
//! use jeton::verify::Policy;
//!
//! # async fn check(token: &str) -> Result<(), jeton::remote::StartError> {
//! let verifier = RemoteKeys::new(Policy::new("https://id.example", "https://api.example")).start()?;
//!
//! match verifier.verify_or_fetch(token, SystemClock.now()).await {
//!     Ok(verified) => println!("hello {}", verified.claims().sub),
//!     Err(Refusal::Rejected(rejection)) => println!("401: {rejection}"),
//!     Err(Refusal::Unavailable { retry_after }) => println!("503: try again in {retry_after:?}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! In an actix service the [`Bearer`](crate::bearer::Bearer) extractor does this. Without async,
//! `Verifier::verify` works with the keys at hand, which the keeper renews.
//!
//! # Manners
//!
//! A thread, the keeper, fetches the keys; requests never do. What it goes by:
//!
//! - **The address is the service's own setting.** Nothing in a token is ever fetched. `https`, or `http`
//!   on this machine; redirects are not followed; an answer is at most 64 KiB, within 5 seconds.
//!   A proxy that the environment names (`HTTPS_PROXY`, `NO_PROXY`) is used, but not to this machine.
//! - **Fresh keys.** Cache-Control and Age say for how long, at most 10 minutes. The next fetch comes when
//!   four fifths of that have passed, so that no request waits for it.
//! - **One fetch at a time**, and whoever needs it waits for the same one.
//! - **Unknown kids** cause three fetches at most, and another every 10 seconds, however many tokens name
//!   them. A kid that the issuer does not have causes none for the next 5 minutes, and is refused. One that
//!   nobody could be asked for is [`Refusal::Unavailable`]: it may be the key of an emergency, when jeton
//!   does not publish a key before it signs, as it does else.
//! - **Failures** are tried again after 1, 2, 4, ... 30 seconds. The keys at hand stay good meanwhile, for a
//!   day at most. A token whose key is not at hand is then [`Refusal::Unavailable`] too, which is a 503:
//!   that the issuer is down must sign nobody out. So it is before the first fetch.
//! - **An answer without a usable key** counts as a failure, and never replaces keys that work.
//! - What happened is told to the `log` crate: one warning when an outage begins, one line when it is over.

mod absent;
mod check;
mod client;
mod fetch;
mod freshness;
mod keeper;
mod keys;
mod origin;
mod schedule;
mod watch;

pub use check::Refusal;
pub use fetch::{Answer, Fetch, FetchError, Fetching, MAX_ANSWER_BYTES};
pub use keys::{RemoteKeys, StartError};
