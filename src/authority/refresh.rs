//! Refreshing: one loop around the pure rule `session::present`.

use super::audit::{Audit, AuditEvent};
use super::{Authority, Caller, TokenSet};
use crate::clock::Timestamp;
use crate::scope::Scope;
use crate::secret::Secret;
use crate::session::{Attempt, Presented, RefreshToken, Revocation, Session, Verdict, present};
use crate::store::{Swap, Unavailable, Version};
use crate::user::User;

/// How often a lost swap is judged again. The second round nearly always ends in a repeat.
const TRIES: usize = 3;

/// What a refresh brings.
#[derive(Debug)]
pub struct RefreshRequest {
    /// The refresh token's text.
    pub refresh_token: Secret<String>,
    /// Compared with the session's label where it is given.
    pub client_id: Option<String>,
    /// A narrower scope for this access token only (RFC 6749 §6).
    pub scope: Option<String>,
    /// The same for every retry of one attempt.
    pub idempotency_key: Option<Secret<String>>,
}

/// How a good refresh came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The token was the current one.
    Rotated,
    /// A retry or a second tab: the same answer again.
    Repeated,
    /// The store had lost writes.
    Recovered {
        /// How many generations were lost.
        jump: u32,
    },
}

impl Outcome {
    /// The word in `Refresh-Outcome`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rotated => "rotated",
            Self::Repeated => "repeated",
            Self::Recovered { .. } => "recovered",
        }
    }
}

/// A good refresh.
#[derive(Debug)]
pub struct Refreshed {
    /// The new tokens.
    pub tokens: TokenSet,
    /// How it came about.
    pub outcome: Outcome,
}

/// Why the refresh token does not grant anything: the `reason` beside `invalid_grant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantRefused {
    /// No refresh token of ours.
    Malformed,
    /// There is no such session.
    Unknown,
    /// The session's time is over.
    Expired,
    /// The session was ended.
    Revoked,
    /// A superseded token: taken for stolen, and the session ended.
    Replayed,
    /// Superseded in a way that the store has forgotten; nothing was ended.
    Superseded,
    /// Another client's session.
    ClientMismatch,
}

impl GrantRefused {
    /// The stable word of the wire contract.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Replayed => "replayed",
            Self::Superseded => "superseded",
            Self::ClientMismatch => "client_mismatch",
        }
    }
}

/// Why a refresh fails.
#[derive(Debug)]
pub enum RefreshError {
    /// The token grants nothing.
    Refused(GrantRefused),
    /// More scope than the session has.
    InvalidScope,
    /// A store does not answer, or its answer is ambiguous: a retry finds out.
    Unavailable(Unavailable),
}

impl From<Unavailable> for RefreshError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

/// What stays the same through the rounds of one refresh.
struct Attempted<'a> {
    token: RefreshToken,
    attempt: Option<Attempt>,
    request: &'a RefreshRequest,
    caller: &'a Caller,
    now: Timestamp,
}

impl<'a> Attempted<'a> {
    fn audit(&self, outcome: &'static str, session: &'a Session) -> Audit<'a> {
        Audit::new(AuditEvent::Refresh, outcome, self.caller, self.now).user(Some(&session.user)).session(session.id)
    }
}

impl Authority {
    /// Refreshes a session (refresh.md).
    ///
    /// # Errors
    /// [`RefreshError`]. A failure after the swap costs nothing: the retry is a repeat.
    pub async fn refresh(
        &self,
        request: &RefreshRequest,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Refreshed, RefreshError> {
        let (token, secret) = self
            .keys
            .verify_refresh_token(request.refresh_token.expose(), now)
            .map_err(|_| RefreshError::Refused(GrantRefused::Malformed))?;
        self.keys.catch_up(now).await;
        let attempt = request.idempotency_key.as_ref().map(|key| Attempt::new(&secret, token.session, key.expose()));
        let attempted = Attempted { token, attempt, request, caller, now };
        for _ in 0..TRIES {
            if let Some(refreshed) = self.refresh_once(&attempted).await? {
                return Ok(refreshed);
            }
        }
        Err(Unavailable("a session is refreshed by too many at once".to_owned()).into())
    }

    /// One round: load, judge, write. `None`: somebody else was faster, so judge again.
    async fn refresh_once(&self, attempted: &Attempted<'_>) -> Result<Option<Refreshed>, RefreshError> {
        let Attempted { token, attempt, request, caller, now } = *attempted;
        let Some((session, version)) = self.sessions.load(token.session).await? else {
            return Err(RefreshError::Refused(GrantRefused::Unknown));
        };
        let (user, standing) = self.standing(&session.user).await?;
        let presented = Presented { generation: token.generation, client: request.client_id.as_deref(), attempt };
        let newest = self.keys.ring().newest_secret(now).id();
        let verdict = present(Some(&session), standing, presented, newest, self.terms.reuse_window, now);
        let (next, outcome) = self.allowed(verdict, &session, attempted).await?;
        // A good verdict has a user in good standing. All that can fail comes before the swap.
        let user = user.ok_or(RefreshError::Refused(GrantRefused::Revoked))?;
        let scope = self.narrowed(request.scope.as_deref(), &session, &user)?;
        let current = match next {
            None => session,
            Some(next) => {
                let next = Session { user_agent: caller.user_agent.clone(), ip: caller.address, ..*next };
                if !self.land(&next, version).await? {
                    return Ok(None);
                }
                next
            }
        };
        match outcome {
            Outcome::Recovered { jump } => attempted.audit("recovered", &current).jump(jump).write(),
            Outcome::Rotated | Outcome::Repeated => {
                Audit::write_if_asked_for(|| attempted.audit(outcome.as_str(), &current));
            }
        }
        Ok(Some(Refreshed { tokens: self.mint(&current, &user, scope, now)?, outcome }))
    }

    /// What a good verdict asks for: the record to swap to, if there is one. A bad one ends here, a
    /// replayed token with the end of its session.
    async fn allowed(
        &self,
        verdict: Verdict,
        session: &Session,
        attempted: &Attempted<'_>,
    ) -> Result<(Option<Box<Session>>, Outcome), RefreshError> {
        let refused = match verdict {
            Verdict::Rotated(next) => return Ok((Some(next), Outcome::Rotated)),
            Verdict::Recovered { next, jump } => return Ok((Some(next), Outcome::Recovered { jump })),
            Verdict::Repeated => return Ok((None, Outcome::Repeated)),
            Verdict::Unknown => GrantRefused::Unknown,
            Verdict::Revoked(_) => GrantRefused::Revoked,
            Verdict::Expired => GrantRefused::Expired,
            Verdict::ClientMismatch => GrantRefused::ClientMismatch,
            Verdict::Superseded => GrantRefused::Superseded,
            Verdict::Replayed => {
                self.sessions.revoke(session.id, Revocation::Replayed, attempted.now, self.version()).await?;
                GrantRefused::Replayed
            }
        };
        let line = || attempted.audit(refused.reason(), session);
        match refused {
            GrantRefused::Replayed => line().write(),
            // It ends nothing, so it can be had again and again.
            GrantRefused::Superseded => self.repeats.write(*session.id.as_bytes(), line(), attempted.now),
            _ => Audit::write_if_asked_for(line),
        }
        Err(RefreshError::Refused(refused))
    }

    /// The scope of this access token: a subset of the session's where one is asked for.
    fn narrowed(&self, wanted: Option<&str>, session: &Session, user: &User) -> Result<Scope, RefreshError> {
        let granted = self.granted(session, user);
        match wanted.map(Scope::parse) {
            None => Ok(granted),
            Some(wanted) if wanted.is_subset(&session.scope) => Ok(wanted.intersection(&granted)),
            Some(_) => Err(RefreshError::InvalidScope),
        }
    }

    /// Swaps the record. `false`: lost to another write. An answer that did not come is ambiguous:
    /// the record tells whether the write landed. It is never sent again, since the first may yet
    /// land, and then the second would look like a replay.
    async fn land(&self, next: &Session, expected: Version) -> Result<bool, Unavailable> {
        let new = self.version();
        match self.sessions.swap(next, expected, new).await {
            Ok(swap) => Ok(swap == Swap::Done),
            Err(error) => match self.sessions.load(next.id).await? {
                Some((_, version)) if version == new => Ok(true),
                _ => Err(error),
            },
        }
    }

    pub(super) fn version(&self) -> Version {
        Version::random(&*self.entropy)
    }
}
