//! Stores that fail when a test says so.

use std::future::pending;
use std::sync::Arc;

use async_trait::async_trait;
use jeton::clock::Timestamp;
use jeton::id::{SessionId, UserId};
use jeton::server::Stores;
use jeton::session::{Revocation, Session};
use jeton::store::{SessionStore, Swap, Unavailable, UserStore, Version};
use jeton::user::{FoldedName, PasswordHash, User, UserChange};
use tokio::sync::watch;

/// What is wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Every call fails at once.
    Fails,
    /// No call is ever answered.
    Hangs,
    /// Calls wait until this is over.
    Waits,
    /// The next swap lands, but its answer is lost.
    NextSwapLandsUnheard,
    /// The next swap lands, and the store is gone.
    NextSwapLandsAndThenFails,
    /// The next swap does not land, and nobody is told.
    NextSwapIsLost,
    /// Nothing; but people are another application's.
    IsForeign,
}

/// The switch of one store.
#[derive(Clone)]
pub struct Switch(Arc<watch::Sender<Fault>>);

impl Switch {
    fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Fault::None)))
    }

    /// From now on.
    pub fn set(&self, fault: Fault) {
        self.0.send_replace(fault);
    }

    /// How many calls wait at this moment.
    pub fn waiting(&self) -> usize {
        self.0.receiver_count()
    }

    async fn pass(&self) -> Result<(), Unavailable> {
        let fault = *self.0.borrow();
        match fault {
            Fault::Fails => Err(gone()),
            Fault::Hangs => pending().await,
            Fault::Waits => {
                self.0.subscribe().wait_for(|fault| *fault != Fault::Waits).await.map(|_| ()).map_err(|_| gone())
            }
            _ => Ok(()),
        }
    }

    /// The fault of this one swap; the next has `then`.
    fn swapping(&self) -> Fault {
        let mut now = Fault::None;
        self.0.send_modify(|fault| {
            now = *fault;
            match now {
                Fault::NextSwapLandsUnheard | Fault::NextSwapIsLost => *fault = Fault::None,
                Fault::NextSwapLandsAndThenFails => *fault = Fault::Fails,
                _ => {}
            }
        });
        now
    }
}

fn gone() -> Unavailable {
    Unavailable("the test took it away".to_owned())
}

/// Both stores behind switches of their own: sessions, then users.
pub fn switchable(stores: &Stores) -> (Stores, Switch, Switch) {
    let (sessions, users) = (Switch::new(), Switch::new());
    let switchable = Stores {
        sessions: Arc::new(Sessions(Arc::clone(&stores.sessions), sessions.clone())),
        users: Arc::new(Users(Arc::clone(&stores.users), users.clone())),
        attempts: Arc::clone(&stores.attempts),
        places: Arc::clone(&stores.places),
        redis: None,
    };
    (switchable, sessions, users)
}

struct Sessions(Arc<dyn SessionStore>, Switch);

#[async_trait]
impl SessionStore for Sessions {
    async fn insert(&self, session: &Session, version: Version) -> Result<bool, Unavailable> {
        self.1.pass().await?;
        self.0.insert(session, version).await
    }

    async fn load(&self, id: SessionId) -> Result<Option<(Session, Version)>, Unavailable> {
        self.1.pass().await?;
        self.0.load(id).await
    }

    async fn swap(&self, session: &Session, expected: Version, new: Version) -> Result<Swap, Unavailable> {
        self.1.pass().await?;
        let fault = self.1.swapping();
        if fault == Fault::NextSwapIsLost {
            return Err(gone());
        }
        let swap = self.0.swap(session, expected, new).await?;
        if fault == Fault::None { Ok(swap) } else { Err(gone()) }
    }

    async fn revoke(&self, id: SessionId, why: Revocation, at: Timestamp, new: Version) -> Result<bool, Unavailable> {
        self.1.pass().await?;
        self.0.revoke(id, why, at, new).await
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, Unavailable> {
        self.1.pass().await?;
        self.0.list(user).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, Unavailable> {
        self.1.pass().await?;
        self.0.purge(now).await
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        self.1.pass().await?;
        self.0.ping().await
    }
}

struct Users(Arc<dyn UserStore>, Switch);

#[async_trait]
impl UserStore for Users {
    fn is_read_only(&self) -> bool {
        *self.1.0.borrow() == Fault::IsForeign
    }

    async fn by_name(&self, name: &FoldedName) -> Result<Option<User>, Unavailable> {
        self.1.pass().await?;
        self.0.by_name(name).await
    }

    async fn by_id(&self, id: &UserId) -> Result<Option<User>, Unavailable> {
        self.1.pass().await?;
        self.0.by_id(id).await
    }

    async fn insert(&self, user: &User) -> Result<bool, Unavailable> {
        self.1.pass().await?;
        self.0.insert(user).await
    }

    async fn change(&self, id: &UserId, change: &UserChange, now: Timestamp) -> Result<Option<User>, Unavailable> {
        self.1.pass().await?;
        self.0.change(id, change, now).await
    }

    async fn rehash(&self, id: &UserId, old: &PasswordHash, new: &PasswordHash) -> Result<bool, Unavailable> {
        self.1.pass().await?;
        self.0.rehash(id, old, new).await
    }

    async fn delete(&self, id: &UserId) -> Result<bool, Unavailable> {
        self.1.pass().await?;
        self.0.delete(id).await
    }

    async fn list(&self, after: Option<&FoldedName>, limit: u32) -> Result<Vec<User>, Unavailable> {
        self.1.pass().await?;
        self.0.list(after, limit).await
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        self.1.pass().await?;
        self.0.ping().await
    }
}
