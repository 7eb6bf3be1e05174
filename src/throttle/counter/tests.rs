//! The rule against a naive reading of "within any 15 minutes", and row by row.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::throttle::LONGEST_WAIT;

const WINDOW: Duration = Duration::from_secs(900);
const LIMIT: Limit = Limit { attempts: 3, window: WINDOW };
const START: Timestamp = Timestamp::from_secs(1_795_253_400);

fn after(seconds: u64) -> Timestamp {
    START + Duration::from_secs(seconds)
}

/// An attempt that is counted and fails.
fn fails(counter: &mut Counter, at: u64) {
    assert_eq!(counter.begin(&LIMIT, after(at)), Verdict::Counted);
    counter.settle(&LIMIT, after(at), Settlement::Failed, after(at));
}

/// A counter that is full since these moments.
fn full(seconds: [u64; 3]) -> Counter {
    let mut counter = Counter::default();
    seconds.into_iter().for_each(|at| fails(&mut counter, at));
    counter
}

/// The same with attempts that are pending.
fn pending(seconds: [u64; 3]) -> Counter {
    let mut counter = Counter::default();
    seconds.into_iter().for_each(|at| assert_eq!(counter.begin(&LIMIT, after(at)), Verdict::Counted));
    counter
}

fn take_back(counter: &mut Counter, begun: u64, now: u64) {
    counter.settle(&LIMIT, after(begun), Settlement::TakenBack, after(now));
}

fn refused_until(seconds: u64) -> Verdict {
    Verdict::Refused { until: after(seconds) }
}

#[test]
fn the_limit_is_counted_and_not_one_more_until_the_oldest_leaves_the_window() {
    let mut counter = full([0, 10, 20]);
    assert_eq!(counter.begin(&LIMIT, after(20)), refused_until(900));
    assert_eq!(counter.begin(&LIMIT, after(899)), refused_until(900), "trying prolongs nothing");
    assert_eq!(counter.begin(&LIMIT, after(900)), Verdict::Counted);
}

#[test]
fn each_lock_out_is_longer_than_the_last_up_to_a_bound() {
    let (mut counter, mut now, mut waits) = (Counter::default(), START, Vec::new());
    while waits.len() < 7 {
        match counter.begin(&LIMIT, now) {
            Verdict::Counted => counter.settle(&LIMIT, now, Settlement::Failed, now),
            Verdict::Refused { until } => {
                waits.push(until.since(now).as_secs() / WINDOW.as_secs());
                now = until;
            }
        }
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 16, 16]);
}

#[test]
fn whoever_waits_as_told_is_never_told_to_wait_longer() {
    let mut counter = full([0, 1, 2]);
    for round in 1..100 {
        // The three of the round before leave the window one after the other.
        for attempt in 0..3 {
            fails(&mut counter, round * 900 + attempt);
        }
    }
    assert_eq!(counter.weight(), (0, 3));
}

#[test]
fn a_lock_out_is_forgotten_sixteen_windows_after_its_end() {
    let locked = || {
        let mut counter = full([0, 0, 0]);
        assert_eq!(counter.begin(&LIMIT, after(0)), refused_until(900));
        counter
    };
    let forgotten = after(900 + 900 * u64::from(LONGEST_WAIT));
    assert_eq!(locked().kept_until(&LIMIT), Some(forgotten));
    for (now, next_wait) in [(forgotten - Duration::from_millis(1), 2), (forgotten, 1)] {
        let mut counter = locked();
        for _ in 0..3 {
            assert_eq!(counter.begin(&LIMIT, now), Verdict::Counted);
            counter.settle(&LIMIT, now, Settlement::Failed, now);
        }
        assert_eq!(counter.begin(&LIMIT, now), Verdict::Refused { until: now + WINDOW * next_wait });
    }
}

#[test]
fn an_attempt_that_is_taken_back_was_not_made() {
    let mut counter = pending([0, 10, 20]);
    take_back(&mut counter, 10, 21);
    assert_eq!(counter.begin(&LIMIT, after(30)), Verdict::Counted);
    take_back(&mut counter, 10, 31);
    assert_eq!(counter.begin(&LIMIT, after(40)), refused_until(900), "each is taken back once");
}

#[test]
fn while_attempts_are_pending_the_wait_is_short_and_no_lock_out() {
    let mut counter = pending([0, 0, 1]);
    assert_eq!(counter.begin(&LIMIT, after(1)), refused_until(2), "by then the first of them must be settled");
    assert_eq!(counter.weight(), (0, 3));
    take_back(&mut counter, 0, 1);
    assert_eq!(counter.begin(&LIMIT, after(1)), Verdict::Counted, "one was a success, so that another has its turn");
    for begun in [0, 1, 1] {
        counter.settle(&LIMIT, after(begun), Settlement::Failed, after(1));
    }
    assert_eq!(counter.begin(&LIMIT, after(1)), refused_until(900), "all have failed");
}

#[test]
fn an_attempt_that_nobody_settles_has_failed_after_a_moment() {
    assert_eq!(pending([0, 0, 0]).begin(&LIMIT, after(1)), refused_until(2));
    assert_eq!(pending([0, 0, 0]).begin(&LIMIT, after(2)), refused_until(900));
}

#[test]
fn of_attempts_at_one_moment_a_pending_one_is_settled() {
    let mut counter = full([0, 0, 0]);
    take_back(&mut counter, 0, 0);
    assert_eq!(counter.begin(&LIMIT, after(0)), Verdict::Counted);
    counter.settle(&LIMIT, after(0), Settlement::Failed, after(0));
    assert_eq!(counter.begin(&LIMIT, after(0)), refused_until(900));
}

#[test]
fn clocks_that_differ_and_a_limit_that_shrinks_free_nobody() {
    let mut counter = Counter::default();
    [5, 0, 3].into_iter().for_each(|at| fails(&mut counter, at));
    assert_eq!(counter.begin(&LIMIT, after(1)), refused_until(900), "the oldest is the earliest, not the first");
    let smaller = Limit { attempts: 1, ..LIMIT };
    assert_eq!(full([0, 10, 20]).begin(&smaller, after(30)), refused_until(920));
}

#[test]
fn an_empty_counter_need_not_be_kept() {
    assert_eq!(Counter::default().kept_until(&LIMIT), None);
    assert_eq!(full([0, 1, 2]).kept_until(&LIMIT), Some(after(902)));
}

/// What the contract says, read naively: the attempts themselves, and a look back over the window.
struct Naive(Vec<Timestamp>);

impl Naive {
    fn within_the_window(&self, now: Timestamp) -> usize {
        self.0.iter().filter(|begun| now < **begun + WINDOW).count()
    }
}

proptest! {
    /// Whatever happens: no window holds more than the limit; who is not in a lock-out and has room is let
    /// in; a wait that is told is exact and bounded, but for the short one while attempts are pending.
    #[test]
    fn no_window_ever_holds_more_than_the_limit(
        steps in proptest::collection::vec((0_u64..400_000, 0_u8..10), 1..300),
        attempts in 1_usize..12,
    ) {
        let limit = Limit { attempts, window: WINDOW };
        let (mut counter, mut naive, mut now, mut locked_until) = (Counter::default(), Naive(Vec::new()), START, START);
        for (pause, choice) in steps {
            // Often at once, often within the moment for which attempts are pending.
            now = now + Duration::from_millis(if choice % 2 == 0 { pause } else { pause / 400 });
            if choice < 2 && let Some(last) = naive.0.pop() {
                counter.settle(&limit, last, Settlement::TakenBack, now);
                continue;
            }
            let has_room = naive.within_the_window(now) < attempts;
            match counter.begin(&limit, now) {
                Verdict::Counted => {
                    prop_assert!(has_room, "no window holds more than the limit");
                    prop_assert!(locked_until <= now, "and a lock-out is one");
                    naive.0.push(now);
                    if choice < 7 {
                        counter.settle(&limit, now, Settlement::Failed, now);
                    }
                }
                Verdict::Refused { until } => {
                    prop_assert!(!has_room || now < locked_until, "who has room is let in");
                    prop_assert!(now < until && until <= now + limit.memory());
                    if counter.ends == Some(until) {
                        let mut later = counter.clone();
                        prop_assert_eq!(later.begin(&limit, until), Verdict::Counted, "a wait that is told is enough");
                        let early = counter.clone().begin(&limit, until - Duration::from_millis(1));
                        prop_assert_eq!(early, Verdict::Refused { until }, "and not too much");
                        locked_until = until;
                    }
                }
            }
        }
    }

    /// The first lock-out is the sliding window and nothing else.
    #[test]
    fn a_counter_without_a_past_is_the_sliding_window(pauses in proptest::collection::vec(0_u64..400, 1..50)) {
        let (mut counter, mut naive, mut now) = (Counter::default(), Naive(Vec::new()), START);
        for pause in pauses {
            now = now + Duration::from_secs(pause);
            match counter.begin(&LIMIT, now) {
                Verdict::Counted => {
                    naive.0.push(now);
                    counter.settle(&LIMIT, now, Settlement::Failed, now);
                }
                Verdict::Refused { until } => {
                    let third_to_last = naive.0[naive.0.len() - LIMIT.attempts];
                    prop_assert_eq!(until, third_to_last + WINDOW);
                    break;
                }
            }
        }
    }
}
