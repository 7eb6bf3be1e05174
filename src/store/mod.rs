//! What jeton asks of a store, and the stores themselves.
//!
//! A store is dumb: insert, load, compare-and-swap, revoke, list, purge. It holds no policy; the
//! rules live once, in `session`, `user` and `throttle`. Every backend passes the same public conformance suite
//! ([`conformance`]). Called by `authority` through the traits; only the composition root names a
//! concrete backend.

mod backoff;
#[cfg(any(test, feature = "testing"))]
pub mod conformance;
mod driver;
#[cfg(feature = "testing")]
pub mod fail_points;
pub mod memory;
pub mod pem_files;
pub mod postgres;
pub mod redis;
mod session_codec;
pub mod sqlite;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::id::{SessionId, UserId};
use crate::session::{Revocation, Session};
use crate::throttle::{AccountKey, CounterKey, Limit, Place, Settlement, Verdict};
use crate::user::{FoldedName, PasswordHash, User, UserChange};

/// A swap that has not landed this long after it was asked for must not land at all (M6): the
/// store itself enforces it.
pub const SWAP_DEADLINE: Duration = Duration::from_secs(2);

/// 64 random bits that name one write of a session record. Never a counter (M3): a counter is
/// reused after a failover, and a swap prepared before it would undo an acknowledged revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub [u8; 8]);

impl Version {
    /// A new, unpredictable version.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        Self(bytes)
    }
}

/// What stores are opened for, and so which rights they ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Looking things up, by whoever may do no more.
    Read,
    /// All that requests do.
    Write,
}

/// How a compare-and-swap ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    /// The record now is what was given.
    Done,
    /// The record is gone, revoked, or of another version; nothing was written.
    Lost,
}

/// The store did not answer, or not in time. For a write this is ambiguous: it may have landed.
///
/// The text is for the log and holds no secret; clients see only 503.
#[derive(Debug)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unavailable {}

/// Sessions, one record each.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Stores a new session durably. `false`: the id exists, and nothing was written.
    async fn insert(&self, session: &Session, version: Version) -> Result<bool, Unavailable>;

    /// The record and its version.
    async fn load(&self, id: SessionId) -> Result<Option<(Session, Version)>, Unavailable>;

    /// Replaces the record where it still is of version `expected` and active, within
    /// [`SWAP_DEADLINE`] of the call. A rotation may be lost by a power cut (row 8 heals it).
    async fn swap(&self, session: &Session, expected: Version, new: Version) -> Result<Swap, Unavailable>;

    /// Ends a session durably, whatever version it is of; absorbing: the first reason and time
    /// stay. `false`: there is no such record.
    async fn revoke(&self, id: SessionId, reason: Revocation, at: Timestamp, new: Version)
    -> Result<bool, Unavailable>;

    /// Every record of a user, revoked ones included, in no particular order.
    async fn list(&self, user: &UserId) -> Result<Vec<Session>, Unavailable>;

    /// Deletes records that need not be kept any longer ([`Session::kept_until`]); how many. 0 from a
    /// store that does so by itself.
    async fn purge(&self, now: Timestamp) -> Result<u64, Unavailable>;

    /// Whether the store answers.
    async fn ping(&self) -> Result<(), Unavailable>;

    /// The same store for those who ask on the current tokio runtime and go when it goes, where it has
    /// a shorter way for them: no other thread between them and the network.
    fn on_this_runtime(&self) -> Option<Arc<dyn SessionStore>> {
        None
    }
}

/// People.
#[async_trait]
pub trait UserStore: Send + Sync {
    /// Whether people are kept by somebody else, and only looked up here: then nothing but the end of
    /// their sessions can be written, and `insert`, `delete`, `list` and every other change fail.
    fn is_read_only(&self) -> bool {
        false
    }

    /// Who signs in under this name, as it was typed. Where names are kept here, they are compared folded.
    async fn by_typed_name(&self, name: &str) -> Result<Option<User>, Unavailable> {
        self.by_name(&FoldedName::new(name)).await
    }

    /// The same for an administrator, who must not be told that there is nobody where somebody is who cannot
    /// be read: that is an error here, which says why.
    async fn inspect(&self, name: &str) -> Result<Option<User>, Unavailable> {
        self.by_typed_name(name).await
    }

    /// Keeps what [`Self::by_id`] will need of somebody who has just proved to be this user, under the
    /// name that was typed. Nothing, where people are kept here.
    async fn remember(&self, _user: &User, _typed: &str) -> Result<(), Unavailable> {
        Ok(())
    }

    /// Who has this name.
    async fn by_name(&self, name: &FoldedName) -> Result<Option<User>, Unavailable>;

    /// Who has this id.
    async fn by_id(&self, id: &UserId) -> Result<Option<User>, Unavailable>;

    /// Stores a new user durably. `false`: the name, compared folded, is taken, or the id is or was
    /// somebody's: also that of a user who was deleted.
    async fn insert(&self, user: &User) -> Result<bool, Unavailable>;

    /// Stores many new users, each as [`insert`](Self::insert) does, in their order; which of them were.
    /// Where the store becomes unavailable meanwhile, some may be stored and others not.
    async fn insert_all(&self, users: &[User]) -> Result<Vec<bool>, Unavailable> {
        let mut stored = Vec::with_capacity(users.len());
        for user in users {
            stored.push(self.insert(user).await?);
        }
        Ok(stored)
    }

    /// Applies a change atomically and durably; the user as changed, `None` where there is none.
    async fn change(&self, id: &UserId, change: &UserChange, now: Timestamp) -> Result<Option<User>, Unavailable>;

    /// Replaces a password hash by a stronger one of the same password, where it still is `old`.
    /// Ends no session. `false`: it was another by then.
    async fn rehash(&self, id: &UserId, old: &PasswordHash, new: &PasswordHash) -> Result<bool, Unavailable>;

    /// Deletes a user for good and remembers the id, in one write, so that nobody gets it again. `false`:
    /// there is none.
    async fn delete(&self, id: &UserId) -> Result<bool, Unavailable>;

    /// At most `limit` users in the order of their folded names, those after `after`.
    async fn list(&self, after: Option<&FoldedName>, limit: u32) -> Result<Vec<User>, Unavailable>;

    /// Whether the store answers.
    async fn ping(&self) -> Result<(), Unavailable>;
}

/// Counters of attempts ([`Counter`](crate::throttle::Counter) is the rule). Not durable: what a crash
/// or a failover forgets begins anew.
#[async_trait]
pub trait AttemptStore: Send + Sync {
    /// Judges an attempt and counts it where it may go on, as one step: of any number at once no more
    /// are counted than the limit allows.
    async fn begin(&self, counter: CounterKey, limit: &Limit, now: Timestamp) -> Result<Verdict, Unavailable>;

    /// Settles an attempt that was counted at `begun`.
    async fn settle(
        &self,
        counter: CounterKey,
        limit: &Limit,
        begun: Timestamp,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<(), Unavailable>;

    /// Forgets a counter.
    async fn clear(&self, counter: CounterKey) -> Result<(), Unavailable>;
}

/// The places from which accounts signed in: each for [`KNOWN_FOR`](crate::throttle::KNOWN_FOR), of each
/// account the latest [`KNOWN_PLACES`](crate::throttle::KNOWN_PLACES).
#[async_trait]
pub trait PlaceStore: Send + Sync {
    /// From where the account signed in lately, and when last from there; in no particular order.
    async fn known(&self, account: &AccountKey, now: Timestamp) -> Result<Vec<(Place, Timestamp)>, Unavailable>;

    /// Notes a sign-in. A power cut may lose it.
    async fn note(&self, account: &AccountKey, place: &Place, now: Timestamp) -> Result<(), Unavailable>;
}
