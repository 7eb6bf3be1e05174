//! What tests need in place of the world: a clock to turn, repeatable randomness, an issuer of tokens.
//!
//! Owns doubles for tests, ours and those of services that import jeton (feature `testing`), and in
//! [`attacks`] what every one of them must refuse. It holds no rule of its own: tokens are made by
//! `keys` and judged by `verify`. Called by tests only; no shipped code may import it.
//!
//! [`TestIssuer::verifier`] goes where the service's own verifier goes, so that its tests need no network.
//!
//! ```
//! use jeton::testing::{ManualClock, TestIssuer};
//! use jeton::clock::{Clock, Timestamp};
//! use jeton::verify::Rejection;
//! use std::time::Duration;
//!
//! let clock = ManualClock::new(Timestamp::from_secs(1_795_253_400));
//! let issuer = TestIssuer::new().with_clock(clock.clone());
//! let verifier = issuer.verifier();
//!
//! // The short way, and the long one.
//! let token = issuer.token_for("ada");
//! let admin = issuer.token("ada").scope("read write").roles(["admin"]).claim("tenant", "acme").sign();
//! assert_eq!(verifier.verify(&token, clock.now()).unwrap().claims().sub, "ada");
//! assert_eq!(verifier.verify(&admin, clock.now()).unwrap().claims().roles, ["admin"]);
//!
//! // Bad ones: an expired one, one of another key, one that somebody else signed under our key's name.
//! let expired = issuer.token("ada").expired().sign();
//! assert_eq!(verifier.verify(&expired, clock.now()).unwrap_err(), Rejection::Expired);
//! let unknown = issuer.rotated().token_for("ada");
//! assert_eq!(verifier.verify(&unknown, clock.now()).unwrap_err(), Rejection::UnknownKey);
//! let forged = TestIssuer::new().with_clock(clock.clone()).token("ada").header("kid", issuer.kid()).sign();
//! assert_eq!(verifier.verify(&forged, clock.now()).unwrap_err(), Rejection::BadSignature);
//!
//! // Time passes when the test says so.
//! clock.advance(Duration::from_secs(3600));
//! assert_eq!(verifier.verify(&token, clock.now()).unwrap_err(), Rejection::Expired);
//! ```

pub mod attacks;
mod clock;
mod entropy;
mod issuer;
#[cfg(feature = "remote")]
mod jwks;
mod token;

pub use clock::ManualClock;
pub use entropy::SeededEntropy;
pub use issuer::TestIssuer;
#[cfg(feature = "remote")]
pub use jwks::TestJwks;
pub use token::TokenBuilder;
