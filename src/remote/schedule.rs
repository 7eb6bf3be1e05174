//! When the keys are fetched: a pure rule over times.

use std::time::Duration;

use crate::clock::Timestamp;

/// The first pause after a fetch that failed; it doubles with each further one.
const FIRST_RETRY: Duration = Duration::from_secs(1);

/// The longest pause between two fetches that fail.
const LAST_RETRY: Duration = Duration::from_secs(30);

/// For how long keys are kept when no fetch succeeds. Tokens live for minutes, so an issuer that is
/// away for a day is missed for other reasons; a stolen key that was withdrawn must not be good for ever.
pub(super) const KEEP_STALE: Duration = Duration::from_secs(86_400);

/// How many fetches unknown kids may cause at once. More than one, so that whoever makes a kid up does
/// not take away the one fetch that a key needs which was made in a hurry.
pub(super) const BURST: u32 = 3;

/// What happened so far, and what follows from it.
#[derive(Debug)]
pub(super) struct Schedule {
    cooldown: Duration,
    /// When the last fetch ended, and the pause after it.
    last: Option<(Timestamp, Duration)>,
    /// When the last good one ended.
    fetched: Option<Timestamp>,
    /// When all turns of unknown kids are there again, had none been taken since.
    rested: Option<Timestamp>,
    failures: u32,
}

impl Schedule {
    /// Nothing was fetched yet: the first fetch is due.
    pub fn new(cooldown: Duration) -> Self {
        Self { cooldown, last: None, fetched: None, rested: None, failures: 0 }
    }

    /// Whether the next fetch is due.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.last.is_none_or(|(ended, pause)| has_passed(ended, pause, now))
    }

    /// Whether an unknown `kid` may cause a fetch; if so, it has had its turn. There are [`BURST`] turns,
    /// and all are there again a cooldown later, one by one. While fetches fail, only [`Self::is_due`]
    /// counts.
    pub fn grant(&mut self, now: Timestamp) -> bool {
        let granted = !self.is_failing() && self.turn_in(now).is_zero();
        if granted {
            self.rested = Some(self.rested(now) + self.cooldown / BURST);
        }
        granted
    }

    /// In how long a fetch may begin that brings what is not known now.
    pub fn wait(&self, now: Timestamp) -> Duration {
        let due = self.last.map_or(Duration::ZERO, |(ended, pause)| (ended + pause).since(now));
        if self.is_failing() { due } else { due.min(self.turn_in(now)) }
    }

    /// In how long an unknown `kid` has a turn.
    fn turn_in(&self, now: Timestamp) -> Duration {
        let others = self.cooldown / BURST * (BURST - 1);
        self.rested(now).since(now + others)
    }

    /// A time further ahead than a cooldown was written down before the clock was set back.
    fn rested(&self, now: Timestamp) -> Timestamp {
        self.rested.filter(|rested| *rested > now && rested.since(now) <= self.cooldown).unwrap_or(now)
    }

    /// A fetch brought keys that are fresh for `lifetime`. The next one is due when four fifths of it
    /// have passed, so that nobody waits for it and a few may fail; but not before the cooldown has.
    pub fn succeeded(&mut self, now: Timestamp, lifetime: Duration) {
        self.failures = 0;
        self.fetched = Some(now);
        self.last = Some((now, (lifetime * 4 / 5).max(self.cooldown)));
    }

    /// A fetch brought nothing.
    pub fn failed(&mut self, now: Timestamp) {
        let pause = FIRST_RETRY.saturating_mul(1 << self.failures.min(16)).min(LAST_RETRY);
        self.failures = self.failures.saturating_add(1);
        self.last = Some((now, pause));
    }

    /// How many fetches in a row brought nothing.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether the newest keys could not be had: the last fetch failed, or there was none.
    pub const fn is_failing(&self) -> bool {
        self.failures > 0 || self.fetched.is_none()
    }

    /// Whether the keys at hand are too old to be trusted.
    pub fn is_outdated(&self, now: Timestamp) -> bool {
        self.failures > 0 && self.fetched.is_some_and(|fetched| now.since(fetched) >= KEEP_STALE)
    }
}

/// Whether `span` has passed since `then`. If the clock was set back, nobody knows, and it counts as
/// passed: at the worst one fetch comes early.
fn has_passed(then: Timestamp, span: Duration, now: Timestamp) -> bool {
    now < then || now.since(then) >= span
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_795_253_400);
    const COOLDOWN: Duration = Duration::from_secs(30);

    fn at(seconds: u64) -> Timestamp {
        START + Duration::from_secs(seconds)
    }

    fn fetched(lifetime: u64) -> Schedule {
        let mut schedule = Schedule::new(COOLDOWN);
        schedule.succeeded(START, Duration::from_secs(lifetime));
        schedule
    }

    #[test]
    fn the_first_fetch_is_due_at_once_and_the_next_before_the_keys_go_stale() {
        assert!(Schedule::new(COOLDOWN).is_due(START));
        let schedule = fetched(600);
        assert!(!schedule.is_due(at(479)));
        assert!(schedule.is_due(at(480)));
    }

    #[test]
    fn an_issuer_that_allows_no_caching_is_asked_no_more_often_than_the_cooldown_says() {
        let schedule = fetched(0);
        assert!(!schedule.is_due(at(29)));
        assert!(schedule.is_due(at(30)));
    }

    #[test]
    fn unknown_kids_are_granted_three_fetches_at_once_and_three_per_cooldown() {
        let mut schedule = fetched(600);
        assert!((0..3).all(|_| schedule.grant(at(1))), "also right after a fetch that nobody asked for");
        for turn in [11, 21, 31, 41] {
            assert!((turn - 10..turn).all(|second| !schedule.grant(at(second))), "before {turn}");
            assert!(schedule.grant(at(turn)));
            assert!(!schedule.grant(at(turn)), "one turn is one turn");
        }
        assert!((0..3).all(|_| schedule.grant(at(71))) && !schedule.grant(at(71)), "all are there again");
        let granted = (100..700).filter(|second| schedule.grant(at(*second))).count();
        assert!((60..=62).contains(&granted), "{granted} in ten minutes");
    }

    #[test]
    fn whoever_has_to_wait_is_told_for_how_long() {
        let mut schedule = fetched(600);
        assert_eq!(schedule.wait(at(1)), Duration::ZERO);
        while schedule.grant(at(1)) {}
        assert_eq!(schedule.wait(at(4)), Duration::from_secs(7));
        assert_eq!(schedule.wait(at(11)), Duration::ZERO);
        while schedule.grant(at(478)) {}
        assert_eq!(schedule.wait(at(478)), Duration::from_secs(2), "the next fetch is due before a turn is");
        schedule.failed(at(480));
        schedule.failed(at(481));
        assert_eq!(schedule.wait(at(481)), Duration::from_secs(2), "the pause after the second failure");
    }

    #[test]
    fn without_a_cooldown_there_is_always_a_turn() {
        let mut schedule = Schedule::new(Duration::ZERO);
        schedule.succeeded(START, Duration::from_secs(600));
        assert!((0..100).all(|_| schedule.grant(START)));
    }

    #[test]
    fn pauses_double_while_fetches_fail_and_nobody_can_ask_for_more() {
        let mut schedule = fetched(600);
        let mut now = at(480);
        for pause in [1, 2, 4, 8, 16, 30, 30, 30] {
            schedule.failed(now);
            assert!(!schedule.is_due(now + Duration::from_millis(pause * 1000 - 1)), "{pause}");
            assert!(!schedule.grant(now + Duration::from_secs(pause)), "{pause}");
            now = now + Duration::from_secs(pause);
            assert!(schedule.is_due(now), "{pause}");
        }
        schedule.succeeded(now, Duration::from_secs(600));
        assert!(!schedule.is_failing());
        schedule.failed(now);
        assert!(schedule.is_due(now + Duration::from_secs(1)), "the pauses begin anew");
    }

    #[test]
    fn failures_without_end_do_not_overflow() {
        let mut schedule = Schedule { failures: u32::MAX - 1, ..Schedule::new(COOLDOWN) };
        schedule.failed(START);
        schedule.failed(START);
        assert!(schedule.is_due(at(30)) && !schedule.is_due(at(29)));
    }

    #[test]
    fn keys_are_outdated_after_a_day_without_a_good_fetch() {
        let mut schedule = fetched(600);
        assert!(!schedule.is_outdated(at(100_000)), "a fetch is due, but none has failed");
        schedule.failed(at(480));
        assert!(!schedule.is_outdated(at(86_399)));
        assert!(schedule.is_outdated(at(86_400)));
        schedule.succeeded(at(86_401), Duration::from_secs(600));
        assert!(!schedule.is_outdated(at(86_401)));
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nothing() {
        let mut schedule = fetched(600);
        while schedule.grant(at(1)) {}
        let back = START - Duration::from_secs(3600);
        assert!(schedule.is_due(back));
        assert!(schedule.grant(back));
    }
}
