//! The acts of a run, and the time since it began: what everybody waits for.

use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Faults, thieves, lost answers.
    Storm,
    /// No faults any more. Thieves that were in step fall out of it.
    Calm,
    /// Everybody refreshes once more.
    Finale,
    /// Everybody goes home, also where something must not have happened.
    Over,
}

/// The clock and the acts. Real time: what is tried is what windows and deadlines do to real processes.
pub struct Stage {
    began: Instant,
    act: Mutex<Act>,
    changed: Condvar,
}

impl Stage {
    /// The storm begins.
    #[expect(clippy::disallowed_methods, reason = "the time that real processes live in")]
    pub fn new() -> Self {
        Self { began: Instant::now(), act: Mutex::new(Act::Storm), changed: Condvar::new() }
    }

    /// Time since the beginning.
    pub fn now(&self) -> Duration {
        self.began.elapsed()
    }

    pub fn act(&self) -> Act {
        *self.act.lock().unwrap()
    }

    /// Goes on to an act; never back.
    pub fn turn(&self, act: Act) {
        let mut current = self.act.lock().unwrap();
        *current = act.max(*current);
        self.changed.notify_all();
    }

    /// Waits so long, but not into the next act.
    pub fn pause(&self, span: Duration) {
        let act = self.act.lock().unwrap();
        let before = *act;
        drop(self.changed.wait_timeout_while(act, span, |act| *act == before).unwrap());
    }

    /// Waits until then, but not into the next act.
    pub fn pause_until(&self, moment: Duration) {
        self.pause(moment.saturating_sub(self.now()));
    }
}

/// Ends the run where its thread panics: nobody waits for somebody who has given up.
pub struct Curtain<'a>(pub &'a Stage);

impl Drop for Curtain<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.turn(Act::Over);
        }
    }
}
