//! Refresh sessions: the record, the refresh token's text, and the one rule that judges it.
//!
//! Owns design/refresh.md as pure code: [`present`] decides, and nothing here is async, reads a
//! clock or knows a store. It does not own loading, swapping or retrying (that is `authority`), nor
//! where the secrets come from (that is `keys`). Called by `authority`, the stores and the tests.

mod attempt;
mod model;
mod present;
mod token;

pub use attempt::Attempt;
pub use model::{PASSWORD, RING, Revocation, Session, State, Supersession};
pub use present::{Presented, Standing, Verdict, present};
pub use token::{Malformed, RefreshSecret, RefreshToken, TOKEN_LENGTH, UnverifiedToken};
