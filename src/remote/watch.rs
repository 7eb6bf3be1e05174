//! What requests and the keeper share: whether a fetch is wanted, and word of its end.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::absent::Absent;
use super::schedule::Schedule;
use crate::clock::{Clock, Timestamp};
use crate::verify::KeySource;

/// One per set of remote keys. Times are read under the lock, so that none comes before one that is
/// written down already.
pub(super) struct Watch {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Wakes the keeper.
    wanted: Notify,
    /// Changes at the end of every fetch. Closed when the keeper is gone.
    ends: watch::Receiver<()>,
}

struct State {
    schedule: Schedule,
    absent: Absent,
    /// A fetch is wanted or going on; whoever asks meanwhile waits for the same one.
    under_way: bool,
    closed: bool,
}

/// What the keeper is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing for now.
    Wait,
    /// A fetch.
    Fetch,
    /// Its keys are too old: take them away.
    Drop,
    /// The verifier is gone: end.
    End,
}

impl Watch {
    /// A watch whose first fetch is wanted. The sender is the keeper's.
    pub fn new(clock: Arc<dyn Clock>, cooldown: Duration) -> (Self, watch::Sender<()>) {
        let (sender, ends) = watch::channel(());
        let schedule = Schedule::new(cooldown);
        let state = State { schedule, absent: Absent::default(), under_way: true, closed: false };
        (Self { clock, state: Mutex::new(state), wanted: Notify::new(), ends }, sender)
    }

    /// Waits until somebody asks or the verifier goes.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// What there is to do; a fetch is under way from here on.
    pub fn next(&self, has_keys: bool) -> Next {
        let (mut state, now) = self.lock();
        if state.closed {
            Next::End
        } else if has_keys && state.schedule.is_outdated(now) {
            Next::Drop
        } else if state.under_way || state.schedule.is_due(now) {
            state.under_way = true;
            Next::Fetch
        } else {
            Next::Wait
        }
    }

    /// A fetch brought keys, which are in use by now.
    pub fn succeeded(&self, lifetime: Duration, sender: &watch::Sender<()>) {
        self.end(sender, |schedule, now| schedule.succeeded(now, lifetime));
    }

    /// A fetch brought nothing; how many in a row that makes.
    pub fn failed(&self, sender: &watch::Sender<()>) -> u32 {
        self.end(sender, Schedule::failed)
    }

    fn end(&self, sender: &watch::Sender<()>, record: impl FnOnce(&mut Schedule, Timestamp)) -> u32 {
        let (mut state, now) = self.lock();
        record(&mut state.schedule, now);
        state.under_way = false;
        // Under the lock: who asks from here on waits for the next one.
        sender.send_replace(());
        state.schedule.failures()
    }

    /// Joins the fetch under way, or has one begun where that is allowed. `None`: no use in waiting.
    fn join(&self, kid: &str) -> Option<watch::Receiver<()>> {
        let (mut state, now) = self.lock();
        if !state.under_way {
            let begins = state.schedule.is_due(now) || !state.absent.contains(kid, now) && state.schedule.grant(now);
            if !begins {
                return None;
            }
            state.under_way = true;
            self.wanted.notify_one();
        }
        let mut ends = self.ends.clone();
        ends.mark_unchanged();
        Some(ends)
    }

    fn lock(&self) -> (MutexGuard<'_, State>, Timestamp) {
        let state = self.state.lock().expect("nobody panics with it in hand");
        (state, self.clock.now())
    }
}

/// The verifier's end of a watch; when it is dropped, the keeper ends.
pub(super) struct Asking(pub Arc<Watch>);

impl KeySource for Asking {
    fn ask<'a>(&'a self, kid: &'a str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            if let Some(mut ends) = self.0.join(kid) {
                // An error is the keeper's own end: then there is nothing to wait for either.
                let _ = ends.changed().await;
            }
        })
    }

    fn is_absent(&self, kid: &str) -> bool {
        let (mut state, now) = self.0.lock();
        if state.schedule.is_failing() {
            return false;
        }
        state.absent.insert(kid, now);
        true
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.lock().0.closed = true;
        self.0.wanted.notify_one();
    }
}

impl fmt::Debug for Asking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RemoteKeys")
    }
}
