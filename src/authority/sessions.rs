//! A user's own sessions: to see them and to end them.

use super::{Authority, Caller};
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::session::{Revocation, Session, Standing};
use crate::store::Unavailable;

/// Why something that needs the user's record is refused.
#[derive(Debug)]
pub enum Refused {
    /// The user is disabled or gone.
    UserGone,
    /// There is nothing of the user's under this id.
    NotFound,
    /// A store does not answer.
    Unavailable(Unavailable),
}

impl From<Unavailable> for Refused {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl Authority {
    /// The user's live sessions, newest first.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn list_sessions(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, Refused> {
        let (_, standing) = self.standing(user).await?;
        if !matches!(standing, Standing::Good { .. }) {
            return Err(Refused::UserGone);
        }
        let mut sessions = self.sessions.list(user).await?;
        sessions.retain(|session| session.is_live(standing, now));
        sessions.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| b.id.cmp(&a.id)));
        Ok(sessions)
    }

    /// Ends one of the user's sessions, also where it is over already.
    ///
    /// # Errors
    /// [`Refused::NotFound`] where there is no such session, or it is somebody else's.
    pub async fn end_session(
        &self,
        user: &UserId,
        session: SessionId,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<(), Refused> {
        match self.sessions.load(session).await? {
            Some((found, _)) if found.user == *user => {
                self.end(session, Revocation::Ended, caller, now).await?;
                Ok(())
            }
            _ => Err(Refused::NotFound),
        }
    }

    /// Ends the user's sessions except `current`.
    ///
    /// # Errors
    /// [`Refused`]; some may have been ended then.
    pub async fn end_other_sessions(
        &self,
        user: &UserId,
        current: Option<SessionId>,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<(), Refused> {
        for session in self.list_sessions(user, now).await? {
            if Some(session.id) != current {
                self.end(session.id, Revocation::Ended, caller, now).await?;
            }
        }
        Ok(())
    }
}
