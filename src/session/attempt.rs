//! An attempt: which client's try it was that superseded a generation.

use serde::{Deserialize, Serialize};

use super::token::RefreshSecret;
use crate::id::SessionId;

/// A MAC over the session's id and the Idempotency-Key of a request, so that the store never holds
/// the key itself. Made with the secret of the *presented* token: a retry of that token has the
/// same secret, also when a new one has come into use in between (M8).
///
/// 64 bits of it are enough: nobody can try offline, and outside the window one wrong try ends the
/// session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt([u8; 8]);

impl Attempt {
    /// The attempt that `idempotency_key` names in this session.
    pub fn new(secret: &RefreshSecret, session: SessionId, idempotency_key: &str) -> Self {
        let mac = secret.mac(&[b"attempt", session.as_bytes(), idempotency_key.as_bytes()]);
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&mac[..8]);
        Self(bytes)
    }
}
