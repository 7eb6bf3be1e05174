//! The rule: one counter, one attempt, now.

use super::limit::{Limit, PENDING_FOR};
use crate::clock::Timestamp;

/// What a counter says to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may go on, and is counted from now.
    Counted,
    /// It may not, and is not counted.
    Refused {
        /// When to try again.
        until: Timestamp,
    },
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It stays counted.
    Failed,
    /// It is counted no longer.
    TakenBack,
}

/// What is remembered of the attempts that are counted together.
///
/// An attempt is counted when it begins, before anything is computed for it, and is *pending* then. It
/// stays counted unless it is taken back: one whose server was killed in the middle is no free guess.
///
/// [`begin`](Self::begin), first match:
///
/// | when | the attempt is | and then |
/// |---|---|---|
/// | a lock-out is under way | refused until its end | nothing changes: trying does not prolong it |
/// | fewer than the limit began within the last window | counted | |
/// | fewer than the limit of them have failed, others are pending | refused until the first of those must be settled | nothing changes: they may yet be taken back |
/// | otherwise, and no lock-out is remembered | refused until the oldest leaves the window | the first lock-out begins |
/// | otherwise | refused for 2, 4, 8, 16, 16, … windows | the next lock-out begins |
///
/// The others:
///
/// | what | does |
/// |---|---|
/// | an attempt is [settled](Self::settle) | it was not made, or has failed |
/// | a success | all is forgotten: the store drops the counter |
/// | time: [`PENDING_FOR`] after it began | an attempt that nobody settled has failed |
/// | time: a window after it began | an attempt does not count any more |
/// | time: sixteen windows after the end of the last lock-out | lock-outs are forgotten |
///
/// A lock-out begins with the first attempt that is refused, not with the last one that is counted. So
/// whoever waits for as long as the answer says is never told to wait longer than one window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// Oldest first.
    attempts: Vec<Attempt>,
    /// How many lock-outs are remembered.
    lockouts: u32,
    /// When the last of them ends or ended; of no meaning where there is none.
    ends: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attempt {
    begun: Timestamp,
    failed: bool,
}

impl Attempt {
    /// When it is settled without a word: from then on it has failed. `None`: it has already.
    fn pending_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.begun + PENDING_FOR;
        (!self.failed && now < until).then_some(until)
    }
}

impl Counter {
    /// Judges an attempt, and counts it where it may go on.
    pub fn begin(&mut self, limit: &Limit, now: Timestamp) -> Verdict {
        if let Some(until) = self.ends.filter(|ends| now < *ends) {
            return Verdict::Refused { until };
        }
        self.forget(limit, now);
        if self.attempts.len() < limit.attempts {
            // Clocks of several servers differ a little: the order is by time and not by arrival.
            let place = self.attempts.partition_point(|attempt| attempt.begun <= now);
            self.attempts.insert(place, Attempt { begun: now, failed: false });
            return Verdict::Counted;
        }
        let mut pending = self.attempts.iter().filter_map(|attempt| attempt.pending_until(now));
        if let Some(until) = pending.next()
            && self.attempts.len() - 1 - pending.count() < limit.attempts
        {
            return Verdict::Refused { until };
        }
        self.lock_out(limit, now)
    }

    fn lock_out(&mut self, limit: &Limit, now: Timestamp) -> Verdict {
        self.lockouts = self.lockouts.saturating_add(1);
        let until = match self.lockouts {
            1 => self.attempts[self.attempts.len() - limit.attempts.max(1)].begun + limit.window,
            lockouts => now + limit.wait(lockouts),
        };
        self.ends = Some(until);
        Verdict::Refused { until }
    }

    /// Settles one attempt that began at this time, a pending one first; nothing where there is none.
    pub fn settle(&mut self, limit: &Limit, begun: Timestamp, settlement: Settlement, now: Timestamp) {
        let counts = |attempt: &Attempt| attempt.begun == begun && now < begun + limit.window;
        let counted = self.attempts.iter().enumerate().filter(|(_, attempt)| counts(attempt));
        let Some((found, _)) = counted.min_by_key(|(_, attempt)| attempt.failed) else { return };
        match settlement {
            Settlement::Failed => self.attempts[found].failed = true,
            Settlement::TakenBack => drop(self.attempts.remove(found)),
        }
        self.forget(limit, now);
    }

    /// From when on nothing of it is of use; `None`: there is nothing in it.
    pub fn kept_until(&self, limit: &Limit) -> Option<Timestamp> {
        let attempt = self.attempts.last().map(|last| last.begun + limit.window);
        let lockout = self.ends.map(|ends| ends + limit.memory());
        attempt.max(lockout)
    }

    /// How much it would cost to fill another counter as far as this one: what the store keeps longest.
    pub fn weight(&self) -> (u32, usize) {
        (self.lockouts, self.attempts.len())
    }

    fn forget(&mut self, limit: &Limit, now: Timestamp) {
        if self.ends.is_some_and(|ends| now >= ends + limit.memory()) {
            (self.lockouts, self.ends) = (0, None);
        }
        self.attempts.retain(|attempt| now < attempt.begun + limit.window);
    }
}

#[cfg(test)]
mod tests;
