//! Row 5: the current token becomes the next one.

use super::*;

#[test]
fn row_5_the_current_token_is_rotated_and_only_what_the_row_names_changes() {
    let before = superseded(7, [Supersession::At(second(3), attempt("older"))]);
    let after = presents(7).key("k").rotated(&before, second(60));
    let expected = Session {
        generation: 8,
        secret_id: NEWEST_SECRET,
        ring: vec![Supersession::At(second(60), attempt("k")), Supersession::At(second(3), attempt("older"))],
        last_used: second(60),
        ..before
    };
    assert_eq!(after, expected);
}

#[test]
fn row_5_the_ring_remembers_three_supersessions_newest_first() {
    let mut session = session(0);
    for (generation, key) in (0..).zip(["a", "b", "c", "d", "e"]) {
        session = presents(generation).key(key).rotated(&session, second(u64::from(generation)));
    }
    let expected = [(4, "e"), (3, "d"), (2, "c")].map(|(at, key)| Supersession::At(second(at), attempt(key)));
    assert_eq!(session.ring, expected);
}

#[test]
fn row_5_a_request_without_a_key_leaves_none_in_the_ring() {
    let session = presents(0).rotated(&session(0), second(1));
    assert_eq!(session.ring, [Supersession::At(second(1), None)]);
}

#[test]
fn row_5_the_counter_reaches_its_end_and_does_not_wrap() {
    let last = presents(u32::MAX - 1).rotated(&session(u32::MAX - 1), second(1));
    assert_eq!(last.generation, u32::MAX);
    assert_eq!(presents(u32::MAX).judged(&last, second(2)), Verdict::Expired);
    // The end is no theft: what came before is judged as ever.
    assert_eq!(presents(u32::MAX - 1).judged(&last, second(2)), Verdict::Repeated);
}

#[test]
fn row_5_needs_no_window_and_no_clock_that_goes_forward() {
    let strict = presents(0).window(Duration::ZERO).rotated(&session(0), second(1));
    let stepped_back = presents(1).rotated(&strict, SIGN_IN - Duration::from_secs(3600));
    assert_eq!(stepped_back.generation, 2);
}
