//! Changing one's own password.

use std::time::Duration;

use super::attempt::Attempt;
use super::audit::{Audit, AuditEvent};
use super::hashing::Hashing;
use super::throttle::Throttled;
use super::{Authority, Caller, Grant, TokenSet};
use crate::clock::Timestamp;
use crate::id::{DEFAULT_CLIENT, SessionId, UserId};
use crate::store::Unavailable;
use crate::user::{Busy, Password, PasswordHash, PasswordRefused, User, UserChange, check_password};

/// What a change of password asks for.
#[derive(Debug)]
pub struct PasswordChange {
    /// Whose.
    pub user: UserId,
    /// The caller's session; the new one is for the same client, audience and scope.
    pub session: Option<SessionId>,
    /// The password as it is, once more.
    pub current: Password,
    /// The password as it is to be.
    pub new: Password,
}

/// Why a password is not changed, in the order in which it is checked.
#[derive(Debug)]
pub enum PasswordError {
    /// People are another application's, and their passwords with them.
    Elsewhere,
    /// The user is disabled or gone; found out at the start or at the end.
    UserGone,
    /// The new one cannot be chosen.
    Refused(PasswordRefused),
    /// Too many attempts at the account or from the address.
    TooManyAttempts {
        /// How long the next one has to wait.
        wait: Duration,
    },
    /// The hashing queue is full, or it took too long.
    Busy {
        /// When to come back.
        wait: Duration,
    },
    /// The current one is wrong, or somebody else changed it before this was written.
    InvalidCredentials,
    /// A store does not answer. Where that is the session store, the password may have been changed.
    Unavailable(Unavailable),
}

impl From<Unavailable> for PasswordError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl From<Busy> for PasswordError {
    fn from(Busy { wait }: Busy) -> Self {
        Self::Busy { wait }
    }
}

impl From<Throttled> for PasswordError {
    fn from(throttled: Throttled) -> Self {
        match throttled {
            Throttled::TooMany { wait, .. } => Self::TooManyAttempts { wait },
            Throttled::Unavailable(error) => Self::Unavailable(error),
        }
    }
}

impl Authority {
    /// Whether passwords can be changed here.
    ///
    /// # Errors
    /// [`PasswordError::Elsewhere`].
    pub fn may_change_password(&self) -> Result<(), PasswordError> {
        if self.users.is_read_only() { Err(PasswordError::Elsewhere) } else { Ok(()) }
    }

    /// Changes the user's own password. Every session ends in the same write, and the caller gets a new
    /// one. A wrong current password counts as a failed sign-in.
    ///
    /// The stored hash may be another by the time of the write:
    ///
    /// | the hash is another because | the epoch | then |
    /// |---|---|---|
    /// | somebody changed the password, if only to the same | has risen | refused: whoever was first has the only session |
    /// | a sign-in renewed the hash | is the same | the current password is proved anew, and the write tried once more |
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn change_password(
        &self,
        change: PasswordChange,
        caller: &Caller,
        now: Timestamp,
        hashing: &Hashing,
    ) -> Result<TokenSet, PasswordError> {
        self.may_change_password()?;
        self.hasher.has_room()?;
        let PasswordChange { user: id, session, current, new } = change;
        let user = self.users.by_id(&id).await?.filter(|user| !user.disabled).ok_or(PasswordError::UserGone)?;
        check_password(&new, &user.username, self.terms.password_min).map_err(PasswordError::Refused)?;
        self.prove(&user, current.clone(), caller, now, hashing).await?;
        // Asked before the write: a session store that is down changes nothing.
        let grant = self.grant_of(session, &user).await?;
        let new = hashing.of(self.hasher.hash(new)).await?;
        let epoch = user.epoch;
        let mut user = self.replace(&user, &new, now).await?;
        if user.password != new && user.epoch == epoch {
            self.prove(&user, current, caller, now, hashing).await?;
            user = self.replace(&user, &new, now).await?;
        }
        if user.password != new {
            Audit::new(AuditEvent::Password, "failure", caller, now).user(Some(&id)).write();
            return Err(PasswordError::InvalidCredentials);
        }
        let (session, tokens) = self.open_session(&user, grant, caller, now).await?;
        Audit::new(AuditEvent::Password, "success", caller, now).user(Some(&id)).session(session).write();
        Ok(tokens)
    }

    /// Checks the current password as an attempt that is counted first (`attempt.rs`).
    async fn prove(
        &self,
        user: &User,
        current: Password,
        caller: &Caller,
        now: Timestamp,
        hashing: &Hashing,
    ) -> Result<(), PasswordError> {
        let mut attempt = Attempt::begin(&self.throttle, &user.folded_name(), caller, now)
            .await
            .inspect_err(|why| self.audit_throttled(why, AuditEvent::Password, Some(&user.id), caller, now))?;
        attempt.stays();
        match self.check_password(Some(user), current, now, hashing).await {
            Ok(checked) if checked.matches => {
                attempt.succeeded(now).await;
                Ok(())
            }
            Ok(_) => {
                attempt.failed(now).await;
                Audit::new(AuditEvent::Password, "failure", caller, now).user(Some(&user.id)).write();
                Err(PasswordError::InvalidCredentials)
            }
            Err(busy) => {
                attempt.give_back(now).await;
                Err(busy.into())
            }
        }
    }

    /// Writes the new hash where the old one is still the one that was proved; the user as they are then, with
    /// whichever hash.
    async fn replace(&self, user: &User, new: &PasswordHash, now: Timestamp) -> Result<User, PasswordError> {
        let change =
            UserChange { password: Some(new.clone()), only_from: Some(user.password.clone()), ..UserChange::default() };
        let user = self.users.change(&user.id, &change, now).await?;
        user.filter(|user| user.password == *new || !user.disabled).ok_or(PasswordError::UserGone)
    }

    /// What the session was opened for; what a sign-in gets that asks for nothing where there is no such
    /// session any more.
    async fn grant_of(&self, session: Option<SessionId>, user: &User) -> Result<Grant, Unavailable> {
        let found = match session {
            Some(session) => self.sessions.load(session).await?,
            None => None,
        };
        Ok(match found {
            Some((session, _)) if session.user == user.id => {
                let scope = self.granted(&session, user);
                Grant { scope, audience: session.audience, client: session.client }
            }
            _ => Grant {
                scope: self.available(user),
                audience: self.terms.audiences.first().cloned().unwrap_or_default(),
                client: DEFAULT_CLIENT.to_owned(),
            },
        })
    }
}
