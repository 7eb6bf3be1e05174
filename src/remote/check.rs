//! Checking a token whose key may not have been fetched yet.

use std::fmt;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::verify::{Asked, Jws, Rejection, Verified, Verifier};

/// Why a token does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is refused.
    Rejected(Rejection),
    /// Nobody knows: its key is not at hand and the issuer could not be asked, because it is down or was
    /// asked too often just now. Say 503, not 401: clients sign out on a 401.
    Unavailable {
        /// When it is worth another try.
        retry_after: Duration,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejection) => rejection.fmt(f),
            Self::Unavailable { .. } => f.write_str("The keys that check tokens cannot be fetched"),
        }
    }
}

impl std::error::Error for Refusal {}

impl Verifier {
    /// As [`Verifier::verify`], but where the key is not known and the keys are [remote](crate::remote),
    /// newer ones are asked for first. Nothing is awaited where the key is known. The future needs no
    /// particular runtime.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn verify_or_fetch(&self, token: &str, now: Timestamp) -> Result<Verified, Refusal> {
        let rejection = match self.verify(token, now) {
            Ok(verified) => return Ok(verified),
            Err(rejection) => rejection,
        };
        let (Rejection::UnknownKey, Some(source), Ok(jws)) = (rejection, self.source(), Jws::parse(token)) else {
            return Err(Refusal::Rejected(rejection));
        };
        let Some(kid) = jws.kid() else { return Err(Refusal::Rejected(rejection)) };
        let asked = source.ask(kid).await;
        match (self.verify(token, now), asked) {
            (Err(Rejection::UnknownKey), Asked::InVain(retry_after)) => Err(Refusal::Unavailable { retry_after }),
            (outcome, _) => outcome.map_err(Refusal::Rejected),
        }
    }
}
