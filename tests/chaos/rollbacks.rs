//! When the store may have gone back to an older state, and to which: what is then promised no more.

use std::sync::Mutex;
use std::time::Duration;

/// One time that the store went back.
struct Rollback {
    /// All that was acknowledged until then is in it still.
    to: Duration,
    began: Duration,
    /// `None`: it is under way.
    ended: Option<Duration>,
}

/// All of them.
#[derive(Default)]
pub struct Rollbacks(Mutex<Vec<Rollback>>);

impl Rollbacks {
    /// The store is about to go back to what it was at `to`.
    pub fn begin(&self, to: Duration, now: Duration) {
        self.0.lock().unwrap().push(Rollback { to, began: now, ended: None });
    }

    /// It has.
    pub fn end(&self, now: Duration) {
        let mut all = self.0.lock().unwrap();
        all.iter_mut().filter(|rollback| rollback.ended.is_none()).for_each(|rollback| rollback.ended = Some(now));
    }

    /// Whether the store went back at any time between these.
    pub fn between(&self, from: Duration, until: Duration) -> bool {
        let is_between = |it: &Rollback| it.began <= until && it.ended.is_none_or(|ended| ended >= from);
        self.0.lock().unwrap().iter().any(is_between)
    }

    /// Whether the store may have forgotten what was asked for and acknowledged at these times.
    pub fn may_have_undone(&self, asked: Duration, acknowledged: Duration) -> bool {
        let has_undone = |it: &Rollback| it.to <= acknowledged && it.ended.is_none_or(|ended| ended >= asked);
        self.0.lock().unwrap().iter().any(has_undone)
    }
}
