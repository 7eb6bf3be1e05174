//! Sessions in SQLite: one row each, the record as bytes, the state in columns of its own so that
//! revoking needs no reading.

use async_trait::async_trait;
use rusqlite::{Connection, Row, TransactionBehavior, params};

use super::job::Deadline;
use super::{Durability, Sqlite};
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::session::{Revocation, Session, State};
use crate::store::{SWAP_DEADLINE, SessionStore, Swap, Unavailable, Version, session_codec};

const INSERT: &str = "INSERT INTO sessions (id, version, kept_until, revoked_reason, revoked_at, record, user)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING";
const LOAD: &str = "SELECT id, version, revoked_reason, revoked_at, record FROM sessions WHERE id = ?1";
const LIST: &str = "SELECT id, version, revoked_reason, revoked_at, record FROM sessions WHERE user = ?1";
// A session never changes its user.
const SWAP: &str = "UPDATE sessions
    SET version = ?2, kept_until = ?3, revoked_reason = ?4, revoked_at = ?5, record = ?6
    WHERE id = ?1 AND version = ?7 AND revoked_reason IS NULL";
const REVOKE: &str = "UPDATE sessions
    SET version = ?2, revoked_reason = coalesce(revoked_reason, ?3), revoked_at = coalesce(revoked_at, ?4)
    WHERE id = ?1";
const PURGE: &str = "DELETE FROM sessions
    WHERE id IN (SELECT id FROM sessions WHERE kept_until <= ?1 LIMIT ?2)";

/// How many records one purging job deletes, so that rotations get their turn in between.
const PURGE_STEP: u32 = 500;

#[async_trait]
impl SessionStore for Sqlite {
    async fn insert(&self, session: &Session, version: Version) -> Result<bool, Unavailable> {
        let row = Columns::of(session, version);
        let user = session.user.clone();
        self.write(Durability::PowerCut, move |connection| {
            let Columns { id, version, kept_until, reason, at, record } = row;
            let values = params![id, version, kept_until, reason, at, record, user.as_str()];
            Ok(connection.prepare_cached(INSERT)?.execute(values)? == 1)
        })
        .await
    }

    async fn load(&self, id: SessionId) -> Result<Option<(Session, Version)>, Unavailable> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(LOAD)?;
            let mut rows = statement.query([id.as_bytes()])?;
            rows.next()?.map(read).transpose()
        })
        .await
    }

    async fn swap(&self, session: &Session, expected: Version, new: Version) -> Result<Swap, Unavailable> {
        self.swap_before(Deadline::after(SWAP_DEADLINE), session, expected, new).await
    }

    async fn revoke(
        &self,
        id: SessionId,
        reason: Revocation,
        at: Timestamp,
        new: Version,
    ) -> Result<bool, Unavailable> {
        self.write(Durability::PowerCut, move |connection| {
            let values = params![id.as_bytes(), new.0, reason.as_str(), at.as_millis()];
            Ok(connection.prepare_cached(REVOKE)?.execute(values)? == 1)
        })
        .await
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, Unavailable> {
        let user = user.clone();
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(LIST)?;
            let mut rows = statement.query([user.as_str()])?;
            let mut sessions = Vec::new();
            while let Some(row) = rows.next()? {
                sessions.push(read(row)?.0);
            }
            Ok(sessions)
        })
        .await
    }

    /// In steps, each of which is bounded in time; the whole is as long as there is to delete.
    async fn purge(&self, now: Timestamp) -> Result<u64, Unavailable> {
        let mut purged = 0;
        loop {
            let step = move |connection: &mut Connection| {
                Ok(connection.prepare_cached(PURGE)?.execute(params![now.as_millis(), PURGE_STEP])? as u64)
            };
            let deleted = self.write(Durability::Crash, step).await?;
            purged += deleted;
            if deleted < u64::from(PURGE_STEP) {
                return Ok(purged);
            }
        }
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        self.answers().await
    }
}

impl Sqlite {
    /// A swap that is refused once the deadline has passed. It is looked at with the write lock in
    /// hand: neither our queue nor a lock of another process can make a swap land late.
    pub(super) async fn swap_before(
        &self,
        deadline: Deadline,
        session: &Session,
        expected: Version,
        new: Version,
    ) -> Result<Swap, Unavailable> {
        let row = Columns::of(session, new);
        self.write(Durability::Crash, move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if deadline.has_passed() {
                return Err(Unavailable("sqlite: a swap came too late; nothing was written".into()));
            }
            let Columns { id, version, kept_until, reason, at, record } = row;
            let values = params![id, version, kept_until, reason, at, record, expected.0];
            let changed = transaction.prepare_cached(SWAP)?.execute(values)?;
            transaction.commit()?;
            Ok(if changed == 1 { Swap::Done } else { Swap::Lost })
        })
        .await
    }
}

/// What a write puts into the columns.
struct Columns {
    id: [u8; 16],
    version: [u8; 8],
    kept_until: i64,
    reason: Option<&'static str>,
    at: Option<i64>,
    record: Vec<u8>,
}

impl Columns {
    fn of(session: &Session, version: Version) -> Self {
        let (reason, at) = match session.state {
            State::Active => (None, None),
            State::Revoked(reason, at) => (Some(reason.as_str()), Some(at.as_millis())),
        };
        Self {
            id: *session.id.as_bytes(),
            version: version.0,
            kept_until: session.kept_until().as_millis(),
            reason,
            at,
            record: session_codec::encode(session),
        }
    }
}

fn read(row: &Row<'_>) -> Result<(Session, Version), Unavailable> {
    let id = SessionId::from_bytes(row.get("id")?);
    let reason: Option<String> = row.get("revoked_reason")?;
    let state = session_codec::state(id, reason.as_deref(), row.get("revoked_at")?)?;
    let record: Vec<u8> = row.get("record")?;
    Ok((session_codec::decode(id, state, &record)?, Version(row.get("version")?)))
}
