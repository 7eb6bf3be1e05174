//! What a process does that was paused, or whose machine slept: it looks at the folder before it signs.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::keyring::Keyring;
use crate::clock::Timestamp;

/// So many looks are not missed by a process that runs. All of them are within the notice that every
/// instance has of a change.
const MISSED_LOOKS: u32 = 4;

/// Whoever wants to sign waits no longer for a folder that does not answer: the keys at hand stay in use.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

impl Keyring {
    /// Looks at the folder where nobody has for so long that a key at hand may be gone: to be called before
    /// something is signed. Does nothing else, and reads the folder on another thread.
    pub async fn catch_up(self: &Arc<Self>, now: Timestamp) {
        if !self.is_behind(now) {
            return;
        }
        // In vain counts too: what is wrong is told by whoever looks every second.
        let _ = timeout(LONGEST_WAIT, self.look_once(now)).await;
        self.looked.store(now.as_millis(), Ordering::Release);
    }

    /// Whoever comes meanwhile waits for the same look. It has its turn until it ends, so that a folder that
    /// hangs takes one thread, and not one for each request.
    async fn look_once(self: &Arc<Self>, now: Timestamp) {
        let turn = Arc::clone(&self.catching_up).lock_owned().await;
        if self.is_behind(now) {
            let keyring = Arc::clone(self);
            let look = spawn_blocking(move || {
                let looked = keyring.look(now);
                drop(turn);
                looked
            });
            drop(look.await);
        }
    }

    fn is_behind(&self, now: Timestamp) -> bool {
        let looked = Timestamp::from_millis(self.looked.load(Ordering::Acquire));
        now.since(looked) > self.schedule().look_every() * MISSED_LOOKS
    }
}
