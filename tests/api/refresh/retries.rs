//! Rows 5, 6, 7 and 10: who gets the current token again, for how long, and when it is theft.

use std::time::Duration;

use crate::app::{START, TestApp, days, seconds};

const REPLAYED: &str = "400 invalid_grant replayed";
const JUST_BEFORE: Duration = Duration::from_millis(29_999);

fn signed_in(app: &TestApp) -> String {
    app.add_user("ada");
    app.sign_in("ada").refresh
}

/// Rotates and gives the successor.
fn rotate(app: &TestApp, token: &str, key: &str) -> String {
    let reply = app.refresh_with_key(token, key);
    assert_eq!(reply.outcome(), "rotated");
    reply.tokens().refresh
}

#[test]
fn a_lost_response_is_retried_with_the_same_token() {
    let app = TestApp::start();
    let first = signed_in(&app);
    let lost = app.refresh(&first);
    assert_eq!(lost.outcome(), "rotated");
    app.clock.advance(seconds(3));
    let retried = app.refresh(&first);
    assert_eq!(retried.outcome(), "repeated");
    assert_eq!(retried.tokens().refresh, lost.tokens().refresh);
    assert_ne!(retried.tokens().refresh, first);
    assert_eq!(retried.tokens().claims()["iat"], (START + seconds(3)).as_secs());
    assert_eq!(app.refresh(&retried.tokens().refresh).outcome(), "rotated");
}

#[test]
fn the_window_ends_to_the_millisecond_and_does_not_slide() {
    let app = TestApp::start();
    let first = signed_in(&app);
    app.refresh(&first);
    for _ in 0..2 {
        app.clock.advance(JUST_BEFORE / 2);
        assert_eq!(app.refresh(&first).outcome(), "repeated");
    }
    app.clock.advance(Duration::from_millis(2));
    assert_eq!(app.refresh(&first).outcome(), REPLAYED);
}

#[test]
fn a_token_that_is_replayed_ends_the_session_for_both_holders() {
    let app = TestApp::start();
    let stolen = signed_in(&app);
    let current = app.refresh(&stolen).tokens();
    app.clock.advance(seconds(30));
    assert_eq!(app.refresh(&stolen).outcome(), REPLAYED);
    for token in [&stolen, &current.refresh] {
        assert_eq!(app.refresh(token).outcome(), "400 invalid_grant revoked");
    }
    assert_eq!(app.verify(&current.access).status, 200, "an access token ends by its own expiry");
}

#[test]
fn whoever_has_the_attempt_s_key_may_retry_long_after_the_window() {
    let app = TestApp::start();
    let first = signed_in(&app);
    let second = rotate(&app, &first, "device");
    app.clock.advance(days(13));
    let retried = app.refresh_with_key(&first, "device");
    assert_eq!((retried.outcome(), retried.tokens().refresh), ("repeated".to_owned(), second));
    assert_eq!(app.refresh_with_key(&first, "Device").outcome(), REPLAYED, "another key is no key");
}

#[test]
fn an_attempt_without_a_key_matches_no_other_without_one() {
    let app = TestApp::start();
    let first = signed_in(&app);
    app.refresh(&first);
    app.clock.advance(seconds(31));
    assert_eq!(app.refresh_with_key(&first, "device").outcome(), REPLAYED);
}

#[test]
fn three_generations_late_is_a_retry_and_four_is_theft() {
    let app = TestApp::start();
    let mut tokens = vec![signed_in(&app)];
    for generation in 0..3 {
        tokens.push(rotate(&app, &tokens[generation], "device"));
        app.clock.advance(seconds(60));
    }
    for late in &tokens[..3] {
        let reply = app.refresh_with_key(late, "device");
        assert_eq!((reply.outcome().as_str(), &reply.tokens().refresh), ("repeated", &tokens[3]));
    }
    tokens.push(rotate(&app, &tokens[3], "device"));
    assert_eq!(app.refresh_with_key(&tokens[1], "device").outcome(), "repeated");
    assert_eq!(app.refresh_with_key(&tokens[0], "device").outcome(), REPLAYED);
}

#[test]
fn the_window_is_judged_for_each_generation_by_itself() {
    let app = TestApp::start();
    let first = signed_in(&app);
    let second = app.refresh(&first).tokens().refresh;
    app.clock.advance(seconds(20));
    let third = app.refresh(&second).tokens().refresh;
    app.clock.advance(seconds(9));
    let late = app.refresh(&first);
    assert_eq!((late.outcome().as_str(), late.tokens().refresh.as_str()), ("repeated", third.as_str()));
    app.clock.advance(seconds(1));
    assert_eq!(app.refresh(&second).outcome(), "repeated");
    assert_eq!(app.refresh(&first).outcome(), REPLAYED);
}

#[test]
fn a_window_of_zero_is_strict_except_for_the_attempt_s_key() {
    let app = TestApp::with(|config| config.reuse_window = seconds(0));
    let first = signed_in(&app);
    rotate(&app, &first, "device");
    assert_eq!(app.refresh_with_key(&first, "device").outcome(), "repeated");
    assert_eq!(app.refresh(&first).outcome(), REPLAYED);
}

#[test]
fn a_clock_that_steps_back_signs_nobody_out() {
    let app = TestApp::start();
    let first = signed_in(&app);
    app.clock.advance(seconds(3_600));
    let second = app.refresh(&first).tokens().refresh;
    app.clock.set(START);
    assert_eq!(app.refresh(&first).outcome(), "repeated");
    assert_eq!(app.refresh(&second).outcome(), "rotated");
}
