//! What requests and the keeper share: whether a fetch is wanted, and word of its end.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::absent::Absent;
use super::schedule::Schedule;
use crate::clock::{Clock, Timestamp};
use crate::verify::{Asked, KeySource};

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
    /// The kids of the keys in use.
    known: HashSet<String>,
    /// Those of keys that the last change took away.
    withdrawn: HashSet<String>,
    /// Those that the issuer does not have.
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
    /// A watch whose first fetch is due. The sender is the keeper's.
    pub fn new(clock: Arc<dyn Clock>, cooldown: Duration) -> (Self, watch::Sender<()>) {
        let (sender, ends) = watch::channel(());
        let schedule = Schedule::new(cooldown);
        let (known, withdrawn, absent) = (HashSet::new(), HashSet::new(), Absent::default());
        let state = State { schedule, known, withdrawn, absent, under_way: false, closed: false };
        (Self { clock, state: Mutex::new(state), wanted: Notify::new(), ends }, sender)
    }

    /// Waits until somebody asks or the verifier goes.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// What there is to do; a fetch is under way from here on.
    pub fn next(&self) -> Next {
        let (mut state, now) = self.lock();
        if state.closed {
            Next::End
        } else if !state.known.is_empty() && state.schedule.is_outdated(now) {
            state.known.clear();
            Next::Drop
        } else if state.under_way || state.schedule.is_due(now) {
            state.under_way = true;
            Next::Fetch
        } else {
            Next::Wait
        }
    }

    /// A fetch brought keys of these kids, which are in use by now. Whether that was news: the first
    /// ones, or the first after a failure.
    pub fn succeeded(&self, kids: HashSet<String>, lifetime: Duration, sender: &watch::Sender<()>) -> bool {
        self.end(sender, |state, now| {
            let was_failing = state.schedule.is_failing();
            if state.known != kids {
                state.withdrawn = state.known.difference(&kids).cloned().collect();
                state.known = kids;
            }
            state.schedule.succeeded(now, lifetime);
            was_failing
        })
    }

    /// A fetch brought nothing; how many in a row that makes.
    pub fn failed(&self, sender: &watch::Sender<()>) -> u32 {
        self.end(sender, |state, now| {
            state.schedule.failed(now);
            state.schedule.failures()
        })
    }

    fn end<T>(&self, sender: &watch::Sender<()>, record: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let (mut state, now) = self.lock();
        let recorded = record(&mut state, now);
        state.under_way = false;
        // Under the lock: who asks from here on waits for the next one.
        sender.send_replace(());
        recorded
    }

    /// Joins the fetch under way, or has one begun where that is allowed. `None`: no use in waiting.
    fn join(&self, kid: &str) -> Option<watch::Receiver<()>> {
        let (mut state, now) = self.lock();
        // Since the asker looked, a fetch may have ended.
        if state.known.contains(kid) {
            return None;
        }
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

    /// Whose word it is that a `kid` is not known. One that the issuer was asked for in vain is remembered.
    fn conclude(&self, kid: &str, was_fetched: bool) -> Asked {
        let (mut state, now) = self.lock();
        if state.schedule.is_failing() {
            return Asked::InVain(state.schedule.wait(now));
        }
        if was_fetched && !state.known.contains(kid) {
            state.absent.insert(kid, now);
        }
        // Nobody can fill up what the issuer withdrew, as they can what is absent.
        if was_fetched || state.withdrawn.contains(kid) || state.absent.contains(kid, now) {
            Asked::Answered
        } else {
            Asked::InVain(state.schedule.wait(now))
        }
    }

    fn lock(&self) -> (MutexGuard<'_, State>, Timestamp) {
        let state = self.state.lock().expect("nobody panics with it in hand");
        (state, self.clock.now())
    }
}

/// The verifier's end of a watch; when it is dropped, the keeper ends.
pub(super) struct Asking(pub Arc<Watch>);

impl KeySource for Asking {
    fn ask<'a>(&'a self, kid: &'a str) -> Pin<Box<dyn Future<Output = Asked> + Send + 'a>> {
        Box::pin(async move {
            let joined = self.0.join(kid);
            let was_fetched = joined.is_some();
            if let Some(mut ends) = joined {
                // An error is the keeper's own end: then there is nothing to wait for either.
                let _ = ends.changed().await;
            }
            self.0.conclude(kid, was_fetched)
        })
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.lock().0.closed = true;
        self.0.wanted.notify_one();
    }
}
