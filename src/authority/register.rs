//! Making an account of one's own.

use std::time::Duration;

use super::audit::{Audit, AuditEvent};
use super::hashing::Hashing;
use super::throttle::Throttled;
use super::{Authority, Caller};
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::scope::Scope;
use crate::store::Unavailable;
use crate::user::{
    Busy, FoldedName, NameRefused, Password, PasswordHash, PasswordRefused, User, check_name, check_password,
};

/// What a registration asks for.
#[derive(Debug)]
pub struct Registration {
    /// The name to sign in with.
    pub username: String,
    /// The password.
    pub password: Password,
}

/// A new account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// `sub` in its tokens.
    pub id: UserId,
    /// The name as it was given.
    pub username: String,
}

/// Why an account is not made, in the order in which it is checked.
#[derive(Debug)]
pub enum RegisterError {
    /// Nobody may make one.
    Disabled,
    /// The name cannot be taken by anybody.
    Name(NameRefused),
    /// The password cannot be chosen.
    Password(PasswordRefused),
    /// Too many from this address.
    TooManyAttempts {
        /// How long the next one has to wait.
        wait: Duration,
    },
    /// Somebody has the name, in this or another spelling.
    NameTaken,
    /// The hashing queue is full, or it took too long.
    Busy {
        /// When to come back.
        wait: Duration,
    },
    /// A store does not answer. The account may have been made.
    Unavailable(Unavailable),
}

impl From<Unavailable> for RegisterError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl From<Busy> for RegisterError {
    fn from(Busy { wait }: Busy) -> Self {
        Self::Busy { wait }
    }
}

impl From<Throttled> for RegisterError {
    fn from(throttled: Throttled) -> Self {
        match throttled {
            Throttled::TooMany { wait, .. } => Self::TooManyAttempts { wait },
            Throttled::Unavailable(error) => Self::Unavailable(error),
        }
    }
}

impl Authority {
    /// Whether anybody may make an account; nobody where people are another application's.
    ///
    /// # Errors
    /// [`RegisterError::Disabled`].
    pub fn may_register(&self) -> Result<(), RegisterError> {
        let is_on = self.terms.registration && !self.users.is_read_only();
        if is_on { Ok(()) } else { Err(RegisterError::Disabled) }
    }

    /// Makes an account without roles, scopes or claims.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn register(
        &self,
        registration: Registration,
        caller: &Caller,
        now: Timestamp,
        hashing: &Hashing,
    ) -> Result<Registered, RegisterError> {
        self.may_register()?;
        let Registration { username, password } = registration;
        check_name(&username).map_err(RegisterError::Name)?;
        check_password(&password, &username, self.terms.password_min).map_err(RegisterError::Password)?;
        self.hasher.has_room()?;
        let audit = |outcome| Audit::new(AuditEvent::Registration, outcome, caller, now);
        self.throttle
            .begin_registration(caller, now)
            .await
            .inspect_err(|why| self.audit_throttled(why, AuditEvent::Registration, None, caller, now))?;
        // Before a hash is computed; two at once are told apart by the insertion.
        let taken = || {
            audit("taken").write();
            RegisterError::NameTaken
        };
        if self.users.by_name(&FoldedName::new(&username)).await?.is_some() {
            return Err(taken());
        }
        let hash = hashing.of(self.hasher.hash(password)).await?;
        let user = self.new_user(username, hash, now);
        if !self.users.insert(&user).await? {
            return Err(taken());
        }
        audit("success").user(Some(&user.id)).write();
        Ok(Registered { id: user.id, username: user.username })
    }

    fn new_user(&self, username: String, password: PasswordHash, now: Timestamp) -> User {
        User {
            id: UserId::random(&*self.entropy),
            username,
            password,
            roles: Vec::new(),
            scopes: Scope::default(),
            claims: serde_json::Map::new(),
            disabled: false,
            epoch: 0,
            created: now,
        }
    }
}
