//! Security events, each one structured line: what happened, to whom, from where.

use std::time::Duration;

use log::Level;
use serde::Serialize;

use super::Caller;
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::keys::KeyName;
use crate::log::Ration;

/// What RUST_LOG calls these lines.
const TARGET: &str = "jeton::audit";

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditEvent {
    /// A password was checked.
    SignIn,
    /// A refresh token was presented.
    Refresh,
    /// A session was ended.
    SessionEnded,
    /// Every session of a user was ended.
    EverySessionEnded,
    /// Somebody asked for a new password of their own.
    Password,
    /// Somebody asked for an account.
    Registration,
    /// A key came, became active, or went.
    Key,
    /// An operator changed something by a command.
    Command,
}

/// One event, to be written with [`Audit::write`]. The log target is `jeton::audit`; JSON encodes
/// whatever a client could have put into it.
#[derive(Debug, Serialize)]
pub struct Audit<'a> {
    time: String,
    event: AuditEvent,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    jump: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<u64>,
}

impl<'a> Audit<'a> {
    /// An event with its outcome, a stable word.
    pub fn new(event: AuditEvent, outcome: &'static str, caller: &'a Caller, now: Timestamp) -> Self {
        let address = caller.address.map(|address| address.to_string());
        let request_id = caller.request_id.as_str();
        Self {
            time: now.rfc3339(),
            event,
            outcome,
            user: None,
            session: None,
            address,
            request_id,
            jump: None,
            key: None,
            active_from: None,
            operator: None,
            people: None,
            left_out: None,
        }
    }

    /// Names the user, where one is known.
    pub fn user(mut self, user: Option<&'a UserId>) -> Self {
        self.user = user.map(UserId::as_str);
        self
    }

    /// Names the session.
    pub fn session(mut self, session: SessionId) -> Self {
        self.session = Some(session.to_string());
        self
    }

    /// Says how many generations the store had lost (row 8).
    pub const fn jump(mut self, jump: u32) -> Self {
        self.jump = Some(jump);
        self
    }

    /// Names the key: a `kid`, or `refresh-N`; and says from when on it is active, where its name does.
    pub fn key(mut self, key: &KeyName, active_from: Option<Timestamp>) -> Self {
        self.key = Some(key.to_string());
        self.active_from = active_from.map(Timestamp::rfc3339);
        self
    }

    /// Names the operator by the number that the system knows them by.
    pub const fn operator(mut self, uid: u32) -> Self {
        self.operator = Some(uid);
        self
    }

    /// Says of how many users it is the line.
    pub const fn people(mut self, people: usize) -> Self {
        self.people = Some(people);
        self
    }

    /// Writes the line.
    pub fn write(self) {
        self.write_at(Level::Info);
    }

    /// Writes the line of something that happens all the time, or that a stranger can make happen as often
    /// as they like: only where it is asked for, and made only then.
    pub fn write_if_asked_for(make: impl FnOnce() -> Self) {
        if log::log_enabled!(target: TARGET, Level::Debug) {
            make().write_at(Level::Debug);
        }
    }

    fn write_at(self, level: Level) {
        if log::log_enabled!(target: TARGET, level) {
            let line = serde_json::to_string(&self).unwrap_or_default();
            log::log!(target: TARGET, level, "{line}");
        }
    }
}

/// What somebody can cause again and again at no cost: the first line of a minute is written for each that it
/// is about, the others are counted.
pub struct Repeats(Ration<(AuditEvent, [u8; 16])>);

impl Default for Repeats {
    fn default() -> Self {
        Self(Ration::new(1, Duration::from_secs(60)))
    }
}

impl Repeats {
    /// Writes the line, or counts it. `about` is what is counted together: a counter or a session.
    pub(super) fn write(&self, about: [u8; 16], line: Audit<'_>, now: Timestamp) {
        if let Some(before) = self.0.take(&(line.event, about), now) {
            Audit { left_out: (before.0 > 0).then_some(before.0), ..line }.write();
        }
    }
}
