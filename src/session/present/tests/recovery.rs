//! Rows 8 and 9: the store lost writes, and the tokens that it handed out tell.

use super::*;

/// A record as restored: generation 5; 4 was superseded at second 10 under the key d.
fn restored() -> Session {
    superseded(5, [Supersession::At(second(10), attempt("d"))])
}

fn lost<const N: usize>() -> [Supersession; N] {
    [const { Supersession::Lost }; N]
}

#[test]
fn row_8_a_token_from_ahead_heals_the_record_and_only_what_the_row_names_changes() {
    let (healed, jump) = presents(6).key("k").recovered(&restored(), second(100));
    assert_eq!(jump, 1);
    let expected = Session {
        generation: 7,
        secret_id: NEWEST_SECRET,
        ring: vec![
            Supersession::At(second(100), attempt("k")),
            Supersession::Lost,
            Supersession::At(second(10), attempt("d")),
        ],
        last_used: second(100),
        ..restored()
    };
    assert_eq!(healed, expected);
}

#[test]
fn row_8_every_generation_of_the_gap_is_marked_lost_as_far_as_the_ring_reaches() {
    let newest = Supersession::At(second(100), None);
    for (gap, marks) in [(1, &lost::<1>()[..]), (2, &lost::<2>()), (3, &lost::<2>()), (100, &lost::<2>())] {
        let (healed, jump) = presents(5 + gap).recovered(&restored(), second(100));
        assert_eq!(jump, gap);
        assert_eq!(healed.generation, 5 + gap + 1);
        assert_eq!(healed.ring[0], newest, "gap {gap}");
        assert_eq!(&healed.ring[1..=marks.len()], marks, "gap {gap}");
        assert_eq!(healed.ring.len(), RING, "gap {gap}");
    }
}

#[test]
fn row_8_heals_from_generation_zero_and_up_to_the_end_of_the_counter() {
    let (healed, jump) = presents(u32::MAX - 1).recovered(&session(0), second(1));
    assert_eq!((healed.generation, jump), (u32::MAX, u32::MAX - 1));
    assert_eq!(presents(u32::MAX).judged(&session(0), second(1)), Verdict::Expired, "no wrap");
}

#[test]
fn row_8_a_retry_of_the_healing_request_is_a_repeat() {
    let (healed, _) = presents(8).key("k").recovered(&restored(), second(100));
    let late = second(100) + Duration::from_secs(86_400);
    assert_eq!(presents(8).key("k").judged(&healed, late), Verdict::Repeated, "with its key, at any time");
    assert_eq!(presents(8).judged(&healed, second(129)), Verdict::Repeated, "without, within the window");
    assert_eq!(presents(8).judged(&healed, second(130)), Verdict::Replayed, "without, outside");
}

#[test]
fn row_8_two_tabs_from_ahead_meet_again() {
    // The slower tab's token is behind the healed record or ahead of it: both end on one generation.
    let (first, _) = presents(7).recovered(&restored(), second(100));
    assert_eq!(presents(7).judged(&first, second(101)), Verdict::Repeated, "the same token");
    let (second_heal, jump) = presents(9).recovered(&first, second(101));
    assert_eq!((second_heal.generation, jump), (10, 1), "a later one");
}

#[test]
fn row_9_a_lost_supersession_is_refused_with_and_without_key_and_revokes_nothing() {
    let (healed, _) = presents(7).key("k").recovered(&restored(), second(100));
    for generation in [6, 5] {
        for now in [second(100), second(100) + WINDOW, second(100) + Duration::from_secs(86_400)] {
            assert_eq!(presents(generation).judged(&healed, now), Verdict::Superseded);
            assert_eq!(presents(generation).key("k").judged(&healed, now), Verdict::Superseded);
        }
    }
}

#[test]
fn row_9_what_the_record_still_knew_keeps_its_own_row() {
    let (healed, _) = presents(6).recovered(&restored(), second(20));
    assert_eq!(presents(4).key("d").judged(&healed, second(999)), Verdict::Repeated, "row 6");
    assert_eq!(presents(4).judged(&healed, second(39)), Verdict::Repeated, "row 7");
    assert_eq!(presents(4).judged(&healed, second(40)), Verdict::Replayed, "row 10");
}

#[test]
fn row_9_a_lost_generation_that_left_the_ring_is_a_replay_like_any_other() {
    let (healed, _) = presents(9).recovered(&restored(), second(100));
    assert_eq!(presents(7).judged(&healed, second(100)), Verdict::Superseded, "n = 3");
    assert_eq!(presents(6).judged(&healed, second(100)), Verdict::Replayed, "n = 4");
}
