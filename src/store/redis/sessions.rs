//! The store's promises over Redis.

use std::sync::Arc;

use async_trait::async_trait;
use redis::{Value, cmd};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::call::ask;
use super::failure::Failure;
use super::forget::forget;
use super::route::Route;
use super::{Redis, Shared, record};
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::session::{Revocation, Session, State};
use crate::store::{SWAP_DEADLINE, SessionStore, Swap, Unavailable, Version};

/// How many records of a list are asked for at a time.
const LIST_STEP: usize = 100;

#[async_trait]
impl SessionStore for Redis {
    async fn insert(&self, session: &Session, version: Version) -> Result<bool, Unavailable> {
        let (shared, session) = (self.shared.clone(), session.clone());
        let (tell, told) = oneshot::channel();
        self.shared.driver.spawn(async move {
            let outcome = shared.insert(&session, version).await;
            let may_have_landed = matches!(outcome, Err(Failure::Lost(_)));
            // An error: whoever asked has gone, and hands out no token either.
            let is_unheard = tell.send(outcome.map_err(Unavailable::from)).is_err();
            if may_have_landed || is_unheard {
                forget(shared, session, version).await;
            }
        });
        told.await.unwrap_or_else(|_| Err(Unavailable("redis: a task ended".to_owned())))
    }

    async fn load(&self, id: SessionId) -> Result<Option<(Session, Version)>, Unavailable> {
        self.shared.load(&self.route, id).await
    }

    async fn swap(&self, session: &Session, expected: Version, new: Version) -> Result<Swap, Unavailable> {
        self.shared.swap(&self.route, session, expected, new).await
    }

    async fn revoke(
        &self,
        id: SessionId,
        reason: Revocation,
        at: Timestamp,
        new: Version,
    ) -> Result<bool, Unavailable> {
        let shared = self.shared.clone();
        self.finish(async move { shared.revoke(id, reason, at, new).await }).await
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, Unavailable> {
        let ids = self.shared.index(user).await?;
        let mut sessions = Vec::with_capacity(ids.len());
        for step in ids.chunks(LIST_STEP) {
            let mut loads = JoinSet::new();
            for id in step.iter().copied() {
                let shared = self.shared.clone();
                loads.spawn(async move { shared.load(&shared.route, id).await });
            }
            while let Some(load) = loads.join_next().await {
                let load = load.map_err(|_| Unavailable("redis: a task ended".to_owned()))?;
                sessions.extend(load?.map(|(session, _)| session));
            }
        }
        Ok(sessions)
    }

    /// Redis itself deletes each record when its time to live is over.
    async fn purge(&self, _now: Timestamp) -> Result<u64, Unavailable> {
        Ok(0)
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        Ok(self.shared.route.ping().await?)
    }

    /// With links on the runtime itself, for loads and rotations.
    fn on_this_runtime(&self) -> Option<Arc<dyn SessionStore>> {
        let route = Arc::new(Route::beside(&self.shared.route, &self.shared.servers));
        Some(Arc::new(Self { shared: Arc::clone(&self.shared), route }))
    }
}

impl Redis {
    /// Waits for something that goes on where the caller goes away: a logout whose client hung up is
    /// still a logout.
    async fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Unavailable>> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let done = self.shared.driver.spawn(work).await;
        done.unwrap_or_else(|_| Err(Unavailable("redis: a task ended".to_owned())))
    }
}

impl Shared {
    async fn load(&self, route: &Route, id: SessionId) -> Result<Option<(Session, Version)>, Unavailable> {
        let key = self.keys.session(id);
        match ask(route, &key, &|_, _| cmd("GET").arg(&key).take(), None).await? {
            Value::Nil => Ok(None),
            Value::BulkString(value) => record::decode(id, &value).map(Some),
            _ => Err(Failure::unexpected().into()),
        }
    }

    /// The ids of a user's sessions, and perhaps of some that are gone.
    async fn index(&self, user: &UserId) -> Result<Vec<SessionId>, Unavailable> {
        let key = self.keys.user(user);
        let all = ask(&self.route, &key, &|_, _| cmd("ZRANGE").arg(&key).arg(0).arg(-1).take(), None).await?;
        let Value::Array(ids) = all else { return Err(Failure::unexpected().into()) };
        let id = |id: &Value| match id {
            Value::BulkString(id) => <[u8; 16]>::try_from(id.as_slice()).ok().map(SessionId::from_bytes),
            _ => None,
        };
        ids.iter().map(|value| id(value).ok_or_else(|| Failure::unexpected().into())).collect()
    }

    /// The index first: an entry without a session is left out of lists, but a session without an entry
    /// would be missing there.
    async fn insert(&self, session: &Session, version: Version) -> Result<bool, Failure> {
        let index = self.keys.user(&session.user);
        // Rounded up: an entry must not go before its session.
        let until_the_end = milliseconds(session.expires, session).div_ceil(1000) + 1;
        let note = |by, _| self.scripts.index.command(by, &index).arg(session.id.as_bytes()).arg(until_the_end).take();
        self.durably(&index, &note).await?;
        let key = self.keys.session(session.id);
        let value = record::encode(session, version);
        let lifetime = milliseconds(session.kept_until(), session);
        let set = |_, _| cmd("SET").arg(&key).arg(&value).arg("NX").arg("PX").arg(lifetime).take();
        match self.durably(&key, &set).await? {
            Value::Okay => Ok(true),
            Value::Nil => Ok(false),
            _ => Err(Failure::unexpected()),
        }
    }

    async fn swap(
        &self,
        route: &Route,
        session: &Session,
        expected: Version,
        new: Version,
    ) -> Result<Swap, Unavailable> {
        let key = self.keys.session(session.id);
        let value = record::encode(session, new);
        let lifetime = milliseconds(session.kept_until(), session);
        let patience = i64::try_from(SWAP_DEADLINE.as_millis()).unwrap_or(i64::MAX);
        let swap = |by, now: i64| {
            let mut command = self.scripts.swap.command(by, &key);
            command.arg(now.saturating_add(patience)).arg(record::swappable(expected)).arg(&value).arg(lifetime);
            command
        };
        match ask(route, &key, &swap, None).await? {
            Value::Int(1) => Ok(Swap::Done),
            Value::Int(0) => Ok(Swap::Lost),
            Value::Int(-1) => Err(Unavailable("redis: a swap came too late; nothing was written".to_owned())),
            _ => Err(Failure::unexpected().into()),
        }
    }

    async fn revoke(
        &self,
        id: SessionId,
        reason: Revocation,
        at: Timestamp,
        new: Version,
    ) -> Result<bool, Unavailable> {
        let key = self.keys.session(id);
        let state = record::state(State::Revoked(reason, at));
        let revoke = |by, _| self.scripts.revoke.command(by, &key).arg(&new.0).arg(&state).take();
        match self.durably(&key, &revoke).await? {
            Value::Int(1) => Ok(true),
            Value::Int(0) => Ok(false),
            _ => Err(Failure::unexpected().into()),
        }
    }
}

/// From the session's last use, which is when it is written, until then; at least one, since Redis
/// takes no less. A span and not a time, so that it does not matter how far the clocks are apart.
fn milliseconds(until: Timestamp, session: &Session) -> u64 {
    u64::try_from(until.since(session.last_used).as_millis()).unwrap_or(u64::MAX).max(1)
}
