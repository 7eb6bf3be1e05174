//! Rows 6, 7 and 10: earlier generations, with and without the key, within and outside the window.

use super::*;

const LONG: Duration = Duration::from_secs(86_400);

/// Generation 5; 4, 3 and 2 were superseded at seconds 30, 20 and 10 under the keys d, c and b.
fn keyed() -> Session {
    superseded(5, [(30, "d"), (20, "c"), (10, "b")].map(|(at, key)| Supersession::At(second(at), attempt(key))))
}

/// The same, superseded by requests without a key.
fn keyless() -> Session {
    superseded(5, [30, 20, 10].map(|at| Supersession::At(second(at), None)))
}

#[test]
fn row_6_a_retry_with_its_key_is_repeated_however_late() {
    for (generation, key) in [(4, "d"), (3, "c"), (2, "b")] {
        let late = presents(generation).key(key).judged(&keyed(), second(30) + LONG);
        assert_eq!(late, Verdict::Repeated, "generation {generation}");
        let strict = presents(generation).key(key).window(Duration::ZERO).judged(&keyed(), second(31));
        assert_eq!(strict, Verdict::Repeated, "generation {generation}, window 0");
    }
}

#[test]
fn row_6_a_key_counts_only_for_the_generation_that_it_superseded() {
    for (generation, key) in [(4, "c"), (3, "d"), (2, "d"), (4, "unheard of")] {
        let late = presents(generation).key(key).judged(&keyed(), second(30) + LONG);
        assert_eq!(late, Verdict::Replayed, "generation {generation} with key {key}");
    }
}

#[test]
fn row_6_no_key_never_matches_no_key() {
    for generation in [4, 3, 2] {
        assert_eq!(presents(generation).judged(&keyless(), second(30) + LONG), Verdict::Replayed);
        assert_eq!(presents(generation).key("k").judged(&keyless(), second(30) + LONG), Verdict::Replayed);
        assert_eq!(presents(generation).judged(&keyed(), second(30) + LONG), Verdict::Replayed);
    }
}

#[test]
fn row_6_reaches_three_generations_back_and_not_four() {
    let mut session = session(0);
    for (generation, key) in (0..).zip(["a", "b", "c", "d"]) {
        session = presents(generation).key(key).rotated(&session, second(u64::from(generation)));
    }
    assert_eq!(presents(1).key("b").judged(&session, second(5)), Verdict::Repeated, "n = 3");
    assert_eq!(presents(0).key("a").judged(&session, second(5)), Verdict::Replayed, "n = 4, key and window or not");
}

#[test]
fn row_7_the_window_is_judged_for_each_generation_by_itself_and_its_end_is_outside() {
    for (generation, superseded_at) in [(4, 30), (3, 20), (2, 10)] {
        let edge = second(superseded_at) + WINDOW;
        assert_eq!(presents(generation).judged(&keyless(), edge - MS), Verdict::Repeated, "{generation}, just inside");
        assert_eq!(presents(generation).judged(&keyless(), edge), Verdict::Replayed, "{generation}, at the edge");
    }
}

#[test]
fn row_7_serves_any_key_or_none_whatever_the_generation_was_superseded_under() {
    for session in [keyed(), keyless()] {
        assert_eq!(presents(4).judged(&session, second(31)), Verdict::Repeated);
        assert_eq!(presents(4).key("of another tab").judged(&session, second(31)), Verdict::Repeated);
    }
}

#[test]
fn row_7_never_serves_where_the_window_is_zero() {
    for now in [second(30), second(30) + MS, second(29)] {
        assert_eq!(presents(4).window(Duration::ZERO).judged(&keyless(), now), Verdict::Replayed);
    }
}

#[test]
fn row_7_a_window_of_a_day_is_a_day() {
    let day = |now| presents(4).window(LONG).judged(&keyless(), now);
    assert_eq!(day(second(30) + LONG - MS), Verdict::Repeated);
    assert_eq!(day(second(30) + LONG), Verdict::Replayed);
}

#[test]
fn row_7_the_window_does_not_slide_with_repeats_nor_with_rotations() {
    let mut session = presents(0).rotated(&session(0), second(0));
    for now in [5, 15, 25, 29] {
        // A repeat carries no next record: there is nothing that it could move.
        assert_eq!(presents(0).judged(&session, second(now)), Verdict::Repeated);
    }
    session = presents(1).rotated(&session, second(29));
    assert_eq!(presents(0).judged(&session, second(29)), Verdict::Repeated);
    assert_eq!(presents(0).judged(&session, second(30)), Verdict::Replayed, "30 s after 0 was superseded");
    assert_eq!(presents(1).judged(&session, second(58)), Verdict::Repeated, "29 s after 1 was superseded");
}

#[test]
fn row_7_a_clock_that_stepped_backwards_counts_as_no_time() {
    let hour_before = second(30) - Duration::from_secs(3600);
    assert_eq!(presents(4).judged(&keyless(), hour_before), Verdict::Repeated);
    let extreme = superseded(1, [Supersession::At(Timestamp::from_millis(i64::MAX), None)]);
    let early = Session { expires: Timestamp::from_millis(i64::MAX), ..extreme };
    assert_eq!(presents(0).judged(&early, Timestamp::from_millis(i64::MIN)), Verdict::Repeated);
}

#[test]
fn row_10_what_is_further_back_than_the_record_remembers_is_a_replay() {
    assert_eq!(presents(1).judged(&keyless(), second(30)), Verdict::Replayed, "n = 4");
    assert_eq!(presents(0).judged(&session(u32::MAX), second(1)), Verdict::Replayed, "n = 2^32 - 1");
    assert_eq!(presents(0).judged(&session(1), second(1)), Verdict::Replayed, "an empty ring remembers nothing");
}
