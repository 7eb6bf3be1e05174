//! Rows 1 to 4: a session that is not there, ended, over, or another client's.

use jeton::user::{User, UserChange};
use serde_json::json;

use crate::app::{START, TestApp, block_on, days, hash, seconds};
use crate::reply::Tokens;

const REVOKED: &str = "400 invalid_grant revoked";
const EXPIRED: &str = "400 invalid_grant expired";

#[test]
fn a_session_without_a_record_is_unknown() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    assert_eq!(block_on(app.stores.sessions.purge(START + days(91))).unwrap(), 1);
    assert_eq!(app.refresh(&token).outcome(), "400 invalid_grant unknown");
}

#[test]
fn a_session_that_lies_unused_for_two_weeks_expires() {
    let app = TestApp::start();
    app.add_user("ada");
    let first = app.sign_in("ada").refresh;
    app.clock.advance(days(14) - seconds(1));
    let second = app.refresh(&first).tokens().refresh;
    app.clock.advance(days(14));
    assert_eq!(app.refresh(&second).outcome(), EXPIRED);
    assert_eq!(app.refresh(&first).outcome(), EXPIRED, "time is looked at before reuse");
}

#[test]
fn a_session_ends_after_ninety_days_however_much_it_is_used() {
    let app = TestApp::start();
    app.add_user("ada");
    let mut token = app.sign_in("ada").refresh;
    for day in (10..90).step_by(10) {
        app.clock.advance(days(10));
        let reply = app.refresh(&token);
        assert_eq!(reply.outcome(), "rotated");
        let left = days(90 - day).min(days(14)).as_secs();
        assert_eq!(reply.json()["refresh_expires_in"], left, "the earlier of the two ends");
        token = reply.tokens().refresh;
    }
    app.clock.advance(days(10) - seconds(1));
    token = app.refresh(&token).tokens().refresh;
    app.clock.advance(seconds(1));
    assert_eq!(app.refresh(&token).outcome(), EXPIRED);
}

type Ending = fn(&TestApp, &User, &Tokens);
const ENDINGS: &[(&str, Ending)] = &[
    ("logout", |app, _, tokens| drop(app.post("/logout", &json!({ "refresh_token": tokens.refresh })))),
    ("ended", |app, _, tokens| {
        app.bearer("DELETE", &format!("/sessions/{}", tokens.session), &tokens.access);
    }),
    ("everywhere", |app, _, tokens| drop(app.bearer("DELETE", "/sessions", &tokens.access))),
    ("password", |app, user, _| {
        app.change(user, UserChange { password: Some(hash("other")), ..UserChange::default() });
    }),
    ("disabled", |app, user, _| app.change(user, UserChange { disabled: Some(true), ..UserChange::default() })),
    ("deleted", |app, user, _| app.delete(user)),
];

#[test]
fn whatever_ends_a_session_is_told_as_revoked() {
    let app = TestApp::start();
    for (name, end) in ENDINGS {
        let user = app.add_user(name);
        let first = app.sign_in(name);
        let tokens = app.refresh(&first.refresh).tokens();
        end(&app, &user, &tokens);
        assert_eq!(app.refresh(&tokens.refresh).outcome(), REVOKED, "{name}");
        assert_eq!(app.refresh(&first.refresh).outcome(), REVOKED, "{name}: also inside the window");
        assert_eq!(app.verify(&tokens.access).status, 200, "{name}: an access token ends by its own expiry");
    }
}

#[test]
fn enabling_a_user_again_revives_no_session() {
    let app = TestApp::start();
    let ada = app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    app.change(&ada, UserChange { disabled: Some(true), ..UserChange::default() });
    app.change(&ada, UserChange { disabled: Some(false), ..UserChange::default() });
    assert_eq!(app.refresh(&token).outcome(), REVOKED);
}

#[test]
fn another_client_s_label_is_refused_and_ends_nothing() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in_with("ada", &json!({ "client_id": "web" })).refresh;
    let with_client = |token: &str, client: &str| {
        app.post("/refresh", &json!({ "refresh_token": token, "client_id": client })).outcome()
    };
    assert_eq!(with_client(&token, "ios"), "400 invalid_grant client_mismatch");
    assert_eq!(with_client(&token, ""), "400 invalid_grant client_mismatch");
    assert_eq!(with_client(&token, "web"), "rotated");
    app.clock.advance(seconds(60));
    assert_eq!(with_client(&token, "ios"), "400 invalid_grant client_mismatch", "also where it would be a replay");
    assert_eq!(app.refresh(&token).outcome(), "400 invalid_grant replayed", "compared only when it is sent");
}
