//! What is counted.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::family::Verdict;

/// Everything that is counted in a run.
#[derive(Default)]
pub struct Tally {
    pub rotated: AtomicUsize,
    pub repeated: AtomicUsize,
    pub recovered: AtomicUsize,
    pub refused: AtomicUsize,
    /// 503.
    pub unavailable: AtomicUsize,
    /// Sent, and no answer came.
    pub unheard: AtomicUsize,
    /// Not sent: lost before, or nobody listened.
    pub unsent: AtomicUsize,
    pub sign_ins: AtomicUsize,
    pub sign_outs: AtomicUsize,
    /// Must stay 0.
    pub spurious: AtomicUsize,
    /// Signed out, as they should be: somebody had copied a token.
    pub after_theft: AtomicUsize,
    /// Signed out, as they may be: the session was not in the snapshot that was restored.
    pub younger_than_the_snapshot: AtomicUsize,
    /// Clients without keys whose first try may have landed, and whom nobody answered in time.
    pub too_late: AtomicUsize,
    faults: Mutex<BTreeMap<&'static str, usize>>,
}

impl Tally {
    /// What came of a refresh.
    pub fn count(&self, verdict: &Verdict) {
        let counter = match verdict {
            Verdict::Pending => return,
            Verdict::Unsent => &self.unsent,
            Verdict::Unheard => &self.unheard,
            Verdict::Unavailable => &self.unavailable,
            Verdict::Refused(_) => &self.refused,
            Verdict::Granted(_, outcome) => match outcome.as_str() {
                "rotated" => &self.rotated,
                "repeated" => &self.repeated,
                _ => &self.recovered,
            },
        };
        counter.fetch_add(1, Ordering::SeqCst);
    }

    /// A fault of this kind.
    pub fn fault(&self, kind: &'static str) {
        *self.faults.lock().unwrap().entry(kind).or_default() += 1;
    }

    /// How often each kind of fault was there.
    pub fn faults(&self) -> String {
        let faults = self.faults.lock().unwrap();
        faults.iter().map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<_>>().join(", ")
    }
}
