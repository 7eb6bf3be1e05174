//! What tests need in place of the world: a clock to turn, repeatable randomness, an issuer of tokens.
//!
//! Owns doubles for tests, ours and those of services that import jeton (feature `testing`). It
//! holds no rule of its own: tokens are made by `keys` and judged by `verify`. Called by tests only;
//! no shipped code may import it.
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
//!
//! assert_eq!(verifier.verify(&token, clock.now()).unwrap().claims().sub, "ada");
//! assert_eq!(verifier.verify(&admin, clock.now()).unwrap().claims().roles, ["admin"]);
//!
//! clock.advance(Duration::from_secs(3600));
//! assert_eq!(verifier.verify(&token, clock.now()).unwrap_err(), Rejection::Expired);
//! ```

mod clock;
mod entropy;
mod issuer;
mod token;

pub use clock::ManualClock;
pub use entropy::SeededEntropy;
pub use issuer::TestIssuer;
pub use token::TokenBuilder;
