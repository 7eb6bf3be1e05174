//! First match wins: each row is held against the rows that stand below it.

use super::*;

/// A session for which everything is wrong at once: revoked, past both expiries, another client's.
fn hopeless() -> (Session, Timestamp) {
    let session = Session {
        state: State::Revoked(Revocation::Logout, second(1)),
        ..superseded(2, [Supersession::Lost, Supersession::Lost])
    };
    (session, SIGN_IN + ABSOLUTE)
}

#[test]
fn revoked_before_expired_before_client_mismatch_before_anything_about_generations() {
    let (mut session, late) = hopeless();
    let request = presents(1).client("cli");
    assert_eq!(request.judged(&session, late), Verdict::Revoked(Revocation::Logout));
    session.state = State::Active;
    assert_eq!(request.standing(Standing::Gone).judged(&session, late), Verdict::Revoked(Revocation::Gone));
    assert_eq!(request.judged(&session, late), Verdict::Expired);
    assert_eq!(request.judged(&session, second(1)), Verdict::ClientMismatch);
    assert_eq!(request.client("web").judged(&session, second(1)), Verdict::Superseded);
}

#[test]
fn a_revoked_session_is_not_healed_by_a_token_from_ahead() {
    let (session, _) = hopeless();
    assert_eq!(presents(9).judged(&session, second(2)), Verdict::Revoked(Revocation::Logout));
}

#[test]
fn a_theft_that_shows_only_after_the_expiry_is_no_news() {
    let session = superseded(1, [Supersession::At(second(1), None)]);
    assert_eq!(presents(0).judged(&session, SIGN_IN + IDLE - MS), Verdict::Replayed);
    assert_eq!(presents(0).judged(&session, SIGN_IN + IDLE), Verdict::Expired);
}

#[test]
fn a_thief_who_names_the_wrong_client_cannot_sign_the_owner_out() {
    let session = superseded(1, [Supersession::At(second(1), None)]);
    assert_eq!(presents(0).judged(&session, second(999)), Verdict::Replayed);
    assert_eq!(presents(0).client("cli").judged(&session, second(999)), Verdict::ClientMismatch);
}

#[test]
fn the_key_is_asked_before_the_window_and_either_is_enough() {
    let session = superseded(1, [Supersession::At(second(1), attempt("k"))]);
    let (inside, outside) = (second(2), second(999));
    assert_eq!(presents(0).key("k").judged(&session, inside), Verdict::Repeated);
    assert_eq!(presents(0).key("k").judged(&session, outside), Verdict::Repeated);
    assert_eq!(presents(0).key("other").judged(&session, inside), Verdict::Repeated);
    assert_eq!(presents(0).key("other").judged(&session, outside), Verdict::Replayed);
}

#[test]
fn a_session_is_listed_as_live_by_the_same_rows_2_and_3() {
    let session = session(0);
    assert!(session.is_live(GOOD, SIGN_IN + IDLE - MS));
    assert!(!session.is_live(GOOD, SIGN_IN + IDLE));
    assert!(!session.is_live(Standing::Good { epoch: 8 }, second(1)));
    assert!(!session.is_live(Standing::Disabled, second(1)));
    assert!(!session.is_live(Standing::Gone, second(1)));
    let ended = Session { state: State::Revoked(Revocation::Ended, second(1)), ..session };
    assert!(!ended.is_live(GOOD, second(2)));
}
