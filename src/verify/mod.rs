//! Is this token good, and who is it?
//!
//! Owns the check of an access token (RFC 9068) from its text to its claims: structure, key,
//! signature, type, issuer, audience, time, each as design/security.md has it. It knows nothing of
//! servers, stores or files, and imports only leaf modules, so that any Rust program can use it.
//! Called by `remote`, `bearer`, `keys` and `authority`, and by other people's services.
//!
//! ```
//! use jeton::clock::{Clock, SystemClock};
//! use jeton::verify::{KeySet, Policy, Rejection, Verifier};
//!
//! # let issuer = jeton::testing::TestIssuer::new();
//! # let (jwks, token, expired) = (issuer.jwks(), issuer.token_for("ada"), issuer.token("ada").expired().sign());
//! // `remote` fetches the keys; here they are given.
//! let keys = KeySet::from_jwks(jwks.as_bytes())?;
//! let verifier = Verifier::new(Policy::new("https://issuer.test", "https://api.test"), keys);
//!
//! let verified = verifier.verify(&token, SystemClock.now())?;
//! assert_eq!(verified.claims().sub, "ada");
//! assert_eq!(verifier.verify(&expired, SystemClock.now()).unwrap_err(), Rejection::Expired);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod algorithm;
mod cache;
mod claims;
mod crypto;
mod error;
mod json;
mod jwk;
mod jws;
#[cfg(feature = "remote")]
mod source;
#[cfg(test)]
mod tests;
mod verifier;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use claims::{Audience, Claims, LISTED_CLAIMS};
pub use crypto::VerificationKey;
#[cfg(feature = "server")]
pub(crate) use crypto::sha256;
pub use error::Rejection;
#[cfg(feature = "server")]
pub(crate) use json::parse_object;
#[cfg(any(feature = "server", feature = "testing"))]
pub(crate) use jwk::thumbprint;
pub use jwk::{JwkRefused, KeySet};
#[cfg(any(feature = "server", feature = "testing"))]
pub(crate) use jws::header_of;
pub use jws::{Jws, MAX_TOKEN_BYTES};
#[cfg(feature = "remote")]
pub(crate) use source::{Asked, KeySource, WeakVerifier};
pub use verifier::{Policy, Verified, Verifier};
