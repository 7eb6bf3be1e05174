//! Taking back a session whose insertion was not acknowledged: it may stand in the store all the same,
//! and would be listed although nobody has a token of it.

use std::sync::Arc;
use std::time::Duration;

use redis::cmd;
use tokio::time::sleep;

use super::call::ask;
use super::failure::Failure;
use super::{Shared, record};
use crate::session::Session;
use crate::store::Version;

/// How often it is tried and how long between two tries: for as long as a failover may take.
const TRIES: usize = 30;
const PAUSE: Duration = Duration::from_secs(1);

/// Deletes a record where it still is what was inserted, and its entry in the index. As good as can be:
/// what a server does not hear in time stays there.
pub(super) async fn forget(shared: Arc<Shared>, session: Session, version: Version) {
    let links = Arc::downgrade(&shared);
    let mut next = Some(shared);
    for _ in 0..TRIES {
        // Once nobody else has them, they end.
        let Some(shared) = next.take().or_else(|| links.upgrade()) else { return };
        if shared.forget(&session, version).await.is_ok() {
            return;
        }
        drop(shared);
        sleep(PAUSE).await;
    }
}

impl Shared {
    async fn forget(&self, session: &Session, version: Version) -> Result<(), Failure> {
        let (key, index) = (self.keys.session(session.id), self.keys.user(&session.user));
        let forget = |by, _| self.scripts.forget.command(by, &key).arg(record::swappable(version)).take();
        ask(&self.route, &key, &forget, None).await?;
        let strike = |_, _| cmd("ZREM").arg(&index).arg(session.id.as_bytes()).take();
        ask(&self.route, &index, &strike, None).await?;
        Ok(())
    }
}
