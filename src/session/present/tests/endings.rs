//! Rows 1 to 4: requests that are refused and change nothing.

use super::*;

#[test]
fn row_1_no_record_is_unknown() {
    let request = presents(0);
    let verdict = present(None, GOOD, request.presented, NEWEST_SECRET, WINDOW, SIGN_IN);
    assert_eq!(verdict, Verdict::Unknown);
}

#[test]
fn row_2_a_revoked_session_tells_the_reason_it_was_revoked_for() {
    for reason in [Revocation::Logout, Revocation::Ended, Revocation::Replayed, Revocation::Administrator] {
        let ended = Session { state: State::Revoked(reason, second(5)), ..session(3) };
        for generation in [2, 3, 4] {
            assert_eq!(presents(generation).judged(&ended, second(6)), Verdict::Revoked(reason));
        }
    }
}

#[test]
fn row_2_a_session_of_an_earlier_epoch_is_over_and_one_of_the_same_or_a_later_is_not() {
    let session = session(0);
    let with_epoch = |epoch| presents(0).standing(Standing::Good { epoch }).judged(&session, second(1));
    assert_eq!(with_epoch(8), Verdict::Revoked(Revocation::Epoch));
    assert!(matches!(with_epoch(7), Verdict::Rotated(_)), "the same epoch");
    // The user's record was read from a store that lags: the session was begun after what it knows.
    assert!(matches!(with_epoch(6), Verdict::Rotated(_)), "an epoch that is older than the session's");
}

#[test]
fn row_2_a_disabled_or_deleted_user_has_no_sessions() {
    let session = session(0);
    let disabled = presents(0).standing(Standing::Disabled).judged(&session, second(1));
    assert_eq!(disabled, Verdict::Revoked(Revocation::Disabled));
    let gone = presents(0).standing(Standing::Gone).judged(&session, second(1));
    assert_eq!(gone, Verdict::Revoked(Revocation::Gone));
}

#[test]
fn row_2_the_reason_on_record_stays_whatever_became_of_the_user_since() {
    let ended = Session { state: State::Revoked(Revocation::Logout, second(5)), ..session(0) };
    for standing in [Standing::Gone, Standing::Disabled, Standing::Good { epoch: 8 }] {
        let verdict = presents(0).standing(standing).judged(&ended, second(6));
        assert_eq!(verdict, Verdict::Revoked(Revocation::Logout));
    }
}

#[test]
fn row_3_the_absolute_expiry_is_the_first_moment_that_is_too_late() {
    let busy = Session { last_used: SIGN_IN + ABSOLUTE - MS, ..session(9) };
    assert!(matches!(presents(9).judged(&busy, busy.expires - MS), Verdict::Rotated(_)));
    assert_eq!(presents(9).judged(&busy, busy.expires), Verdict::Expired);
    assert_eq!(presents(9).judged(&busy, busy.expires + MS), Verdict::Expired);
}

#[test]
fn row_3_the_absolute_expiry_holds_for_earlier_and_for_lost_generations_too() {
    let busy = superseded(9, [Supersession::At(SIGN_IN + ABSOLUTE - MS, attempt("k"))]);
    assert_eq!(presents(8).key("k").judged(&busy, busy.expires), Verdict::Expired);
    assert_eq!(presents(12).judged(&busy, busy.expires), Verdict::Expired);
}

#[test]
fn row_3_an_idle_session_ends_exactly_its_lifetime_after_its_last_use() {
    let session = Session { last_used: second(100), ..superseded(1, [Supersession::At(second(100), attempt("k"))]) };
    let end = second(100) + IDLE;
    assert!(matches!(presents(1).judged(&session, end - MS), Verdict::Rotated(_)));
    assert_eq!(presents(1).judged(&session, end), Verdict::Expired);
    assert_eq!(presents(0).key("k").judged(&session, end - MS), Verdict::Repeated);
    assert_eq!(presents(0).key("k").judged(&session, end), Verdict::Expired, "a repeat keeps nothing alive");
}

#[test]
fn row_3_a_restored_record_is_not_idle_because_its_last_use_is_old() {
    // M7: the token is ahead of the record, so the session was used after what the record knows.
    let restored = session(4);
    assert_eq!(presents(4).judged(&restored, SIGN_IN + IDLE), Verdict::Expired);
    let (healed, _) = presents(5).recovered(&restored, SIGN_IN + IDLE);
    assert_eq!(healed.last_used, SIGN_IN + IDLE);
}

#[test]
fn row_4_another_clients_token_is_refused_and_never_revokes() {
    // Generation 3 is current, 2 within its window, 0 long replayed, 4 ahead: always the same answer.
    let session = superseded(3, [Supersession::At(second(10), None)]);
    for generation in [0, 2, 3, 4] {
        assert_eq!(presents(generation).client("cli").judged(&session, second(11)), Verdict::ClientMismatch);
    }
}

#[test]
fn row_4_a_client_is_compared_only_where_it_is_given_and_to_the_letter() {
    let session = session(0);
    assert!(matches!(presents(0).judged(&session, second(1)), Verdict::Rotated(_)));
    assert!(matches!(presents(0).client("web").judged(&session, second(1)), Verdict::Rotated(_)));
    for other in ["Web", "web ", "", "we"] {
        assert_eq!(presents(0).client(other).judged(&session, second(1)), Verdict::ClientMismatch, "{other:?}");
    }
}
