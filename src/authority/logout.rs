//! Signing out: one session, or everywhere.

use super::audit::{Audit, AuditEvent};
use super::{Authority, Caller};
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::session::{Revocation, State};
use crate::store::Unavailable;
use crate::user::UserChange;

impl Authority {
    /// Ends the session of a refresh token, of whatever generation. A text that is no token of ours
    /// ends nothing and is no error: whoever signs out is signed out.
    ///
    /// # Errors
    /// Where the end is not durable yet.
    pub async fn logout(&self, refresh_token: &str, caller: &Caller, now: Timestamp) -> Result<(), Unavailable> {
        match self.keys.verify_refresh_token(refresh_token, now) {
            Ok((token, _)) => self.end(token.session, Revocation::Logout, caller, now).await.map(|_| ()),
            Err(_) => Ok(()),
        }
    }

    /// Ends every session of a user by raising the user's epoch, in one write whatever their number.
    ///
    /// # Errors
    /// Where the end is not durable yet.
    pub async fn logout_everywhere(&self, user: &UserId, caller: &Caller, now: Timestamp) -> Result<(), Unavailable> {
        let change = UserChange { end_sessions: true, ..UserChange::default() };
        self.users.change(user, &change, now).await?;
        Audit::new(AuditEvent::EverySessionEnded, "success", caller, now).user(Some(user)).write();
        Ok(())
    }

    /// Ends one session for a reason. `false`: there is no record of it.
    ///
    /// # Errors
    /// Where the end is not durable yet.
    pub async fn end(
        &self,
        session: SessionId,
        reason: Revocation,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<bool, Unavailable> {
        let Some((found, _)) = self.sessions.load(session).await? else { return Ok(false) };
        let ended = self.sessions.revoke(session, reason, now, self.version()).await?;
        if ended && found.state == State::Active {
            Audit::new(AuditEvent::SessionEnded, reason.as_str(), caller, now)
                .user(Some(&found.user))
                .session(session)
                .write();
        }
        Ok(ended)
    }
}
