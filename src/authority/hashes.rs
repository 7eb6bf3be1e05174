//! Checking a password against a stored hash, and saying of whom the hash is of no use.

use std::time::Duration;

use super::Authority;
use super::hashing::Hashing;
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::log::Ration;
use crate::user::{Busy, HashRefused, Password, PasswordChecked, User};

/// How often the log says so: whoever tries to sign in can cause it. A minute has one line of each account.
pub struct UselessHashes(Ration<UserId>);

impl Default for UselessHashes {
    fn default() -> Self {
        Self(Ration::new(1, Duration::from_secs(60)))
    }
}

impl UselessHashes {
    /// Writes the line, or counts it. Of the hash itself it has nothing.
    fn log(&self, id: &UserId, why: HashRefused, now: Timestamp) {
        if let Some(left_out) = self.0.take(id, now) {
            log::warn!("nobody can sign in as user {id}: the stored password hash cannot be used: {why}{left_out}");
        }
    }
}

impl Authority {
    /// Checks a password; the same work where there is nobody.
    ///
    /// # Errors
    /// As [`Hasher::verify`](crate::user::Hasher::verify).
    pub(super) async fn check_password(
        &self,
        user: Option<&User>,
        password: Password,
        now: Timestamp,
        hashing: &Hashing,
    ) -> Result<PasswordChecked, Busy> {
        let stored = user.map(|user| user.password.clone());
        let checked = hashing.of(self.hasher.verify(password, stored)).await?;
        if let (Some(user), Some(why)) = (user, checked.refused) {
            self.useless_hashes.log(&user.id, why, now);
        }
        Ok(checked)
    }
}
