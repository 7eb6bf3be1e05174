//! The rule: one counter, one attempt, now.

use super::limit::Limit;
use crate::clock::Timestamp;

/// What a counter says to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may go on, and is counted from now.
    Counted,
    /// It may not, and is not counted; from then on the next one may.
    Refused {
        /// When the wait is over.
        until: Timestamp,
    },
}

/// What is remembered of the attempts that are counted together.
///
/// An attempt is counted when it begins, before anything is computed for it. It stays counted unless
/// it is taken back, so that a *pending* one and a *failed* one are the same thing, and one whose
/// server was killed in the middle is no free guess.
///
/// [`begin`](Self::begin), first match:
///
/// | when | the attempt is | and then |
/// |---|---|---|
/// | a lock-out is under way | refused until its end | nothing changes: trying does not prolong it |
/// | fewer than the limit began within the last window | counted | |
/// | otherwise, and no lock-out is remembered | refused until the oldest leaves the window | the first lock-out begins |
/// | otherwise | refused for 2, 4, 8, 16, 16, … windows | the next lock-out begins |
///
/// The others:
///
/// | what | does |
/// |---|---|
/// | an attempt is taken back | it was not made; where it had filled the counter, the lock-out is over and was none |
/// | a success | all is forgotten: the store drops the counter |
/// | time: a window after an attempt | it does not count any more |
/// | time: sixteen windows after the end of the last lock-out | lock-outs are forgotten |
///
/// A lock-out begins with the first attempt that is refused, not with the last one that is counted. So
/// whoever waits for as long as the answer says is never told to wait longer than one window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// When the attempts began, oldest first.
    begun: Vec<Timestamp>,
    /// How many lock-outs are remembered.
    lockouts: u32,
    /// When the last of them ends or ended; of no meaning where there is none.
    ends: Option<Timestamp>,
}

impl Counter {
    /// Judges an attempt, and counts it where it may go on.
    pub fn begin(&mut self, limit: &Limit, now: Timestamp) -> Verdict {
        if let Some(until) = self.ends.filter(|ends| now < *ends) {
            return Verdict::Refused { until };
        }
        self.forget(limit, now);
        if self.begun.len() < limit.attempts {
            // Clocks of several servers differ a little: the order is by time and not by arrival.
            let place = self.begun.partition_point(|begun| *begun <= now);
            self.begun.insert(place, now);
            return Verdict::Counted;
        }
        self.lockouts = self.lockouts.saturating_add(1);
        let until = match self.lockouts {
            1 => self.begun[self.begun.len() - limit.attempts.max(1)] + limit.window,
            lockouts => now + limit.wait(lockouts),
        };
        self.ends = Some(until);
        Verdict::Refused { until }
    }

    /// Takes back one attempt that began at this time; nothing where there is none.
    pub fn take_back(&mut self, limit: &Limit, begun: Timestamp, now: Timestamp) {
        let is_it = |counted: &Timestamp| *counted == begun && now < begun + limit.window;
        let Some(found) = self.begun.iter().position(is_it) else { return };
        self.begun.remove(found);
        self.forget(limit, now);
        if self.ends.is_some_and(|ends| now < ends) {
            self.lockouts = self.lockouts.saturating_sub(1);
            self.ends = (self.lockouts > 0).then_some(now);
        }
    }

    /// From when on nothing of it is of use; `None`: there is nothing in it.
    pub fn kept_until(&self, limit: &Limit) -> Option<Timestamp> {
        let attempt = self.begun.last().map(|last| *last + limit.window);
        let lockout = self.ends.map(|ends| ends + limit.memory());
        attempt.max(lockout)
    }

    /// How much it would cost to fill another counter as far as this one: what the store keeps longest.
    pub fn weight(&self) -> (u32, usize) {
        (self.lockouts, self.begun.len())
    }

    fn forget(&mut self, limit: &Limit, now: Timestamp) {
        if self.ends.is_some_and(|ends| now >= ends + limit.memory()) {
            (self.lockouts, self.ends) = (0, None);
        }
        self.begun.retain(|begun| now < *begun + limit.window);
    }
}

#[cfg(test)]
mod tests;
