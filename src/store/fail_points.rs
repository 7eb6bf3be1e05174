//! A session store around another, in which the process ends at a fail point. In builds for tests only.

use std::sync::Arc;

use async_trait::async_trait;

use super::{SessionStore, Swap, Unavailable, Version};
use crate::clock::Timestamp;
use crate::fail_point::FailPoint;
use crate::id::{SessionId, UserId};
use crate::session::{Revocation, Session};

/// The store itself where no point is armed.
pub fn over(sessions: Arc<dyn SessionStore>, armed: Option<FailPoint>) -> Arc<dyn SessionStore> {
    match armed {
        None => sessions,
        Some(_) => Arc::new(Fatal { sessions, armed }),
    }
}

struct Fatal {
    sessions: Arc<dyn SessionStore>,
    armed: Option<FailPoint>,
}

impl Fatal {
    /// A write between two points; the second is not reached where it came to nothing.
    async fn between<T>(
        &self,
        before: FailPoint,
        write: impl Future<Output = Result<T, Unavailable>>,
        after: FailPoint,
    ) -> Result<T, Unavailable> {
        before.reached(self.armed);
        let written = write.await?;
        after.reached(self.armed);
        Ok(written)
    }
}

#[async_trait]
impl SessionStore for Fatal {
    async fn insert(&self, session: &Session, version: Version) -> Result<bool, Unavailable> {
        let write = self.sessions.insert(session, version);
        self.between(FailPoint::BeforeInsert, write, FailPoint::AfterInsert).await
    }

    async fn load(&self, id: SessionId) -> Result<Option<(Session, Version)>, Unavailable> {
        self.sessions.load(id).await
    }

    async fn swap(&self, session: &Session, expected: Version, new: Version) -> Result<Swap, Unavailable> {
        let write = self.sessions.swap(session, expected, new);
        self.between(FailPoint::BeforeSwap, write, FailPoint::AfterSwap).await
    }

    async fn revoke(
        &self,
        id: SessionId,
        reason: Revocation,
        at: Timestamp,
        new: Version,
    ) -> Result<bool, Unavailable> {
        let write = self.sessions.revoke(id, reason, at, new);
        self.between(FailPoint::BeforeRevoke, write, FailPoint::AfterRevoke).await
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, Unavailable> {
        self.sessions.list(user).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, Unavailable> {
        self.sessions.purge(now).await
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        self.sessions.ping().await
    }

    fn on_this_runtime(&self) -> Option<Arc<dyn SessionStore>> {
        let sessions = self.sessions.on_this_runtime()?;
        Some(Arc::new(Self { sessions, armed: self.armed }))
    }
}
