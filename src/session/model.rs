//! The record of a session: one per sign-in, of constant size however often it is refreshed.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::scope::Scope;

/// How many supersessions a record remembers (refresh.md, "The ring").
pub const RING: usize = 3;

/// The one method of a sign-in with a password (RFC 8176 §2). Stored records leave it out, so it must
/// not change.
pub const PASSWORD: &str = "pwd";

/// A refresh family. Its id is the `sid` of its access tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Identifies the session; in the refresh token and in the access token.
    pub id: SessionId,
    /// Whose session it is.
    pub user: UserId,
    /// The user's `session_epoch` at the moment when the password was checked.
    pub epoch: u64,
    /// The client's self-given label; never an authorisation.
    pub client: String,
    /// What was granted at sign-in.
    pub scope: Scope,
    /// The one audience of its access tokens.
    pub audience: String,
    /// Which refresh secret the current token is made with.
    pub secret_id: u8,
    /// The current generation; the first is 0.
    pub generation: u32,
    /// The last supersessions, newest first, at most [`RING`].
    pub ring: Vec<Supersession>,
    /// When the session began.
    pub created: Timestamp,
    /// When the user proved who they are: `auth_time`.
    pub authenticated_at: Timestamp,
    /// How they proved it: `amr` (RFC 8176).
    pub amr: Vec<String>,
    /// When it was last rotated.
    pub last_used: Timestamp,
    /// When it ends however much it is used.
    pub expires: Timestamp,
    /// How long it may lie unused.
    pub idle: Duration,
    /// Active or revoked.
    pub state: State,
    /// The latest refresh's User-Agent, at most 128 bytes.
    pub user_agent: String,
    /// The latest refresh's address.
    pub ip: Option<IpAddr>,
}

impl Session {
    /// When the session ends if it is not used again: the earlier of absolute and idle expiry.
    pub fn ends(&self) -> Timestamp {
        self.expires.min(self.last_used + self.idle)
    }

    /// Until when the record is kept: a day past idle expiry, so that a restored snapshot keeps
    /// its sessions, but never past the absolute expiry.
    pub fn kept_until(&self) -> Timestamp {
        self.expires.min(self.last_used + self.idle + Duration::from_secs(86_400))
    }
}

/// What became of one earlier generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Supersession {
    /// Replaced at a known time, by a request with or without an Idempotency-Key.
    At(Timestamp, Option<Attempt>),
    /// The store lost the write that replaced it (row 8).
    Lost,
}

/// Whether a session can still be refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It can.
    Active,
    /// It was ended, for good.
    Revoked(Revocation, Timestamp),
}

/// Why a session was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Revocation {
    /// POST /logout.
    Logout,
    /// DELETE /sessions.
    Ended,
    /// A superseded refresh token was presented outside its window (row 10).
    Replayed,
    /// The command line.
    Administrator,
    /// The user's `session_epoch` was raised: everywhere, a new password, disabling.
    Epoch,
    /// The user is disabled.
    Disabled,
    /// The user was deleted.
    Gone,
}

impl Revocation {
    /// The stable word for logs, lists and stores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Ended => "ended",
            Self::Replayed => "replayed",
            Self::Administrator => "administrator",
            Self::Epoch => "epoch",
            Self::Disabled => "disabled",
            Self::Gone => "gone",
        }
    }
}
