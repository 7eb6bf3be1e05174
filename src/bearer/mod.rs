//! The bearer token of an HTTP request (RFC 6750), for actix services.
//!
//! Owns reading the Authorization header, the challenge that answers a bad one, and the extractor
//! [`Bearer`]. It does not own whether a token is good: that is `verify`. Called by `http` and by other
//! people's services.

mod challenge;
mod extractor;
mod header;

pub use challenge::Challenge;
pub use extractor::Bearer;
pub use header::{AmbiguousCredentials, credentials};
