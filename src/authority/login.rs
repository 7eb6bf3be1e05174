//! Signing in with a password.

use std::time::Duration;

use super::attempt::Attempt;
use super::audit::{Audit, AuditEvent};
use super::hashing::Hashing;
use super::throttle::Throttled;
use super::{Authority, Caller, TokenSet};
use crate::clock::Timestamp;
use crate::id::{DEFAULT_CLIENT, SessionId, is_client_label};
use crate::scope::Scope;
use crate::session::{PASSWORD, Session, State};
use crate::store::{Unavailable, Version};
use crate::user::{Busy, FoldedName, Password, User};

/// What a sign-in asks for.
#[derive(Debug)]
pub struct LoginRequest {
    /// The name, in any spelling that folds to the same.
    pub username: String,
    /// The password.
    pub password: Password,
    /// The scope wanted; everything that may be had where it is `None`.
    pub scope: Option<String>,
    /// The audience wanted (RFC 8707); the first where it is `None`.
    pub audience: Option<String>,
    /// The client's label; `default` where it is `None`.
    pub client_id: Option<String>,
}

/// Why a sign-in is refused, in the order in which it is checked.
#[derive(Debug)]
pub enum LoginError {
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
    /// A store does not answer.
    Unavailable(Unavailable),
    /// Unknown, wrong or disabled: which of them is told to nobody.
    InvalidCredentials,
    /// More scope than there is (RFC 6749 §5.2).
    InvalidScope,
    /// No audience of ours (RFC 8707 §2).
    InvalidTarget,
    /// No client label of ours.
    InvalidClient,
}

impl From<Unavailable> for LoginError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl From<Throttled> for LoginError {
    fn from(throttled: Throttled) -> Self {
        match throttled {
            Throttled::TooMany { wait, .. } => Self::TooManyAttempts { wait },
            Throttled::Unavailable(error) => Self::Unavailable(error),
        }
    }
}

impl From<Busy> for LoginError {
    fn from(Busy { wait }: Busy) -> Self {
        Self::Busy { wait }
    }
}

/// What a session is opened for.
pub(super) struct Grant {
    pub scope: Scope,
    pub audience: String,
    pub client: String,
}

impl Authority {
    /// Signs a user in and opens a session.
    ///
    /// # Errors
    /// [`LoginError`]; nothing is stored then.
    pub async fn login(
        &self,
        request: LoginRequest,
        caller: &Caller,
        now: Timestamp,
        hashing: &Hashing,
    ) -> Result<TokenSet, LoginError> {
        let LoginRequest { username, password, scope, audience, client_id } = request;
        let user = self.authenticate_counted(&username, password, caller, now, hashing).await?;
        let refused =
            |_: &LoginError| Audit::new(AuditEvent::SignIn, "refused", caller, now).user(Some(&user.id)).write();
        let grant = self.grant(&user, scope, audience, client_id).inspect_err(refused)?;
        let (session, tokens) = self.open_session(&user, grant, caller, now).await?;
        Audit::new(AuditEvent::SignIn, "success", caller, now).user(Some(&user.id)).session(session).write();
        Ok(tokens)
    }

    /// Stores a new session; its tokens.
    ///
    /// # Errors
    /// Where it could not be stored.
    pub(super) async fn open_session(
        &self,
        user: &User,
        grant: Grant,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<(SessionId, TokenSet), Unavailable> {
        self.keys.catch_up(now).await;
        let session = self.new_session(user, grant, caller, now);
        let tokens = self.mint(&session, user, session.scope.clone(), now)?;
        if !self.sessions.insert(&session, Version::random(&*self.entropy)).await? {
            return Err(Unavailable(format!("session id {} exists already", session.id)));
        }
        Ok((session.id, tokens))
    }

    /// Checks a password as an attempt that is counted first (`attempt.rs`).
    async fn authenticate_counted(
        &self,
        username: &str,
        password: Password,
        caller: &Caller,
        now: Timestamp,
        hashing: &Hashing,
    ) -> Result<User, LoginError> {
        self.hasher.has_room()?;
        let name = FoldedName::new(username);
        let mut attempt = Attempt::begin(&self.throttle, &name, caller, now)
            .await
            .inspect_err(|why| self.audit_throttled(why, AuditEvent::SignIn, None, caller, now))?;
        let checked = self.authenticate(username, password, &mut attempt, caller, now, hashing).await;
        match &checked {
            Ok(_) => attempt.succeeded(now).await,
            Err(LoginError::InvalidCredentials) => attempt.failed(now).await,
            Err(_) => attempt.give_back(now).await,
        }
        checked
    }

    /// Checks a password. One path for unknown, wrong and disabled: the same look-up, the same hash.
    async fn authenticate(
        &self,
        username: &str,
        password: Password,
        attempt: &mut Attempt,
        caller: &Caller,
        now: Timestamp,
        hashing: &Hashing,
    ) -> Result<User, LoginError> {
        // A disabled account is treated as none from here on, so that not even the time of a renewed
        // hash tells that its password was right.
        let found = self.users.by_typed_name(username).await?;
        let id = found.as_ref().map(|user| user.id.clone());
        let found = found.filter(|user| !user.disabled);
        attempt.stays();
        let checked = self.check_password(found.as_ref(), password, now, hashing).await?;
        let Some(user) = found.filter(|_| checked.matches) else {
            Audit::new(AuditEvent::SignIn, "failure", caller, now).user(id.as_ref()).write();
            return Err(LoginError::InvalidCredentials);
        };
        self.users.remember(&user, username).await?;
        if let Some(stronger) = checked.upgrade {
            // The sign-in is good without it; the next one tries again.
            if let Err(error) = self.users.rehash(&user.id, &user.password, &stronger).await {
                log::warn!("a password hash could not be renewed: {error}");
            }
        }
        Ok(user)
    }

    /// What the user gets of what was asked for.
    fn grant(
        &self,
        user: &User,
        scope: Option<String>,
        audience: Option<String>,
        client_id: Option<String>,
    ) -> Result<Grant, LoginError> {
        let available = self.available(user);
        let scope = match scope.as_deref().map(Scope::parse) {
            None => available,
            Some(wanted) if wanted.is_subset(&available) => wanted,
            Some(_) => return Err(LoginError::InvalidScope),
        };
        let audience = self.audience(audience).ok_or(LoginError::InvalidTarget)?;
        let client = self.client(client_id).ok_or(LoginError::InvalidClient)?;
        Ok(Grant { scope, audience, client })
    }

    fn audience(&self, wanted: Option<String>) -> Option<String> {
        match wanted {
            None => self.terms.audiences.first().cloned(),
            Some(wanted) => self.terms.audiences.contains(&wanted).then_some(wanted),
        }
    }

    fn client(&self, label: Option<String>) -> Option<String> {
        let label = label.unwrap_or_else(|| DEFAULT_CLIENT.to_owned());
        let known = self.terms.clients.as_ref().is_none_or(|clients| clients.contains(&label));
        (known && is_client_label(&label)).then_some(label)
    }

    /// A session that nobody has stored yet, of the user's present epoch.
    fn new_session(&self, user: &User, grant: Grant, caller: &Caller, now: Timestamp) -> Session {
        let Grant { scope, audience, client } = grant;
        Session {
            id: SessionId::random(&*self.entropy),
            user: user.id.clone(),
            epoch: user.epoch,
            client,
            scope,
            audience,
            secret_id: self.keys.ring().newest_secret(now).id(),
            generation: 0,
            ring: Vec::new(),
            created: now,
            authenticated_at: now,
            amr: vec![PASSWORD.to_owned()],
            last_used: now,
            expires: now + self.terms.absolute_ttl,
            idle: self.terms.idle_ttl,
            state: State::Active,
            user_agent: caller.user_agent.clone(),
            ip: caller.address,
        }
    }
}
