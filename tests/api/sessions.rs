//! GET and DELETE /sessions: a user's own.

use jeton::user::UserChange;
use serde_json::{Value, json};

use crate::app::{JSON, PASSWORD, TestApp, days, seconds};
use crate::reply::Tokens;

fn list(app: &TestApp, tokens: &Tokens) -> Vec<Value> {
    let reply = app.bearer("GET", "/sessions", &tokens.access);
    assert_eq!((reply.status, reply.header("cache-control")), (200, "no-store"));
    reply.json()["sessions"].as_array().unwrap().clone()
}

fn ids(app: &TestApp, tokens: &Tokens) -> Vec<String> {
    list(app, tokens).iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_session_is_described_in_full_and_its_last_use_to_the_minute() {
    let app = TestApp::start();
    app.add_user("ada");
    let body = json!({ "username": "ada", "password": PASSWORD, "client_id": "web" }).to_string();
    let tokens = app.send("POST", "/login", &[JSON, ("user-agent", "Firefox/150")], body.as_bytes()).tokens();
    app.clock.advance(seconds(95));
    app.send(
        "POST",
        "/refresh",
        &[JSON, ("user-agent", "Firefox/151")],
        json!({ "refresh_token": tokens.refresh }).to_string().as_bytes(),
    );
    let expected = json!({
        "id": tokens.session,
        "created": "2026-11-21T09:30:00Z",
        "last_used": "2026-11-21T09:31:00Z",
        "expires": "2026-12-05T09:31:35Z",
        "user_agent": "Firefox/151",
        "ip": "127.0.0.1",
        "client_id": "web",
        "current": true,
    });
    assert_eq!(list(&app, &tokens), [expected]);
}

#[test]
fn the_list_is_newest_first_and_holds_one_s_own_live_sessions_only() {
    let app = TestApp::with(|config| config.refresh_idle_ttl = seconds(3_600));
    app.add_user("ada");
    app.add_user("bob");
    let forgotten = app.sign_in("ada");
    app.clock.advance(seconds(1_800));
    let (oldest, ended) = (app.sign_in("ada"), app.sign_in("ada"));
    app.sign_in("bob");
    app.clock.advance(seconds(1_200));
    let middle = app.sign_in("ada");
    app.clock.advance(seconds(600));
    let newest = app.sign_in("ada");
    app.post("/logout", &json!({ "refresh_token": ended.refresh }));
    app.refresh(&oldest.refresh);
    assert_eq!(ids(&app, &middle), [&newest, &middle, &oldest].map(|tokens| tokens.session.clone()));
    let current = |tokens: &Tokens| list(&app, tokens).iter().filter(|one| one["current"] == true).count();
    assert_eq!((current(&middle), current(&newest)), (1, 1));
    assert!(!ids(&app, &newest).contains(&forgotten.session), "unused for as long as it may be");
}

#[test]
fn a_password_change_empties_the_list() {
    let app = TestApp::start();
    let ada = app.add_user("ada");
    let tokens = app.sign_in("ada");
    app.change(&ada, UserChange { end_sessions: true, ..UserChange::default() });
    assert_eq!(list(&app, &tokens), [Value::Null; 0]);
    let again = app.sign_in("ada");
    assert_eq!(ids(&app, &tokens), [again.session]);
}

#[test]
fn one_s_own_session_can_be_ended_again_and_again_and_nobody_else_s() {
    let app = TestApp::start();
    app.add_user("ada");
    app.add_user("eve");
    let (ada, other, eve) = (app.sign_in("ada"), app.sign_in("ada"), app.sign_in("eve"));
    let end = |id: &str, tokens: &Tokens| app.bearer("DELETE", &format!("/sessions/{id}"), &tokens.access);
    assert_eq!(end(&other.session, &eve).refusal(), "404 not_found");
    for unknown in ["AAAAAAAAAAAAAAAAAAAAAA", "x", "%20", "%FF", "%2F", "..", &"x".repeat(500)] {
        assert_eq!(end(unknown, &ada).refusal(), "404 not_found", "{unknown}");
    }
    assert_eq!(app.refresh(&other.refresh).outcome(), "rotated");
    for time in ["live", "over"] {
        let reply = end(&other.session, &ada);
        assert_eq!((reply.status, reply.body.len()), (204, 0), "{time}");
    }
    app.clock.advance(seconds(60));
    assert_eq!(app.refresh(&other.refresh).outcome(), "400 invalid_grant revoked");
    assert_eq!(ids(&app, &ada), [ada.session.as_str()]);
    assert_eq!(end(&ada.session, &ada).status, 204, "the current one as well");
    assert_eq!(app.refresh(&ada.refresh).outcome(), "400 invalid_grant revoked");
}

#[test]
fn all_sessions_or_all_others_are_ended_at_once() {
    let app = TestApp::start();
    app.add_user("ada");
    app.add_user("bob");
    let (current, other, bob) = (app.sign_in("ada"), app.sign_in("ada"), app.sign_in("bob"));
    let end = |query: &str| app.bearer("DELETE", &format!("/sessions{query}"), &current.access);
    for misspelt in ["?others=1", "?others=", "?others", "?others=True", "?others=true&others=true"] {
        assert_eq!(end(misspelt).refusal(), "400 invalid_request", "{misspelt}: it would end one too many");
    }
    assert_eq!(ids(&app, &current).len(), 2);
    assert_eq!(end("?others=true").status, 204);
    assert_eq!(ids(&app, &current), [current.session.as_str()]);
    assert_eq!(app.refresh(&other.refresh).outcome(), "400 invalid_grant revoked");
    assert_eq!(app.refresh(&current.refresh).outcome(), "rotated");
    assert_eq!(end("?unknown=1&others=false").status, 204);
    assert_eq!(ids(&app, &current), [""; 0]);
    assert_eq!(app.refresh(&bob.refresh).outcome(), "rotated");
}

#[test]
fn the_list_of_a_disabled_user_is_refused() {
    let app = TestApp::start();
    let ada = app.add_user("ada");
    let tokens = app.sign_in("ada");
    app.change(&ada, UserChange { disabled: Some(true), ..UserChange::default() });
    for (method, path) in [("GET", "/sessions"), ("DELETE", "/sessions?others=true")] {
        assert_eq!(app.bearer(method, path, &tokens.access).refusal(), "401 invalid_token", "{method}");
    }
}

#[test]
fn a_session_past_its_absolute_end_is_left_out() {
    let app = TestApp::with(|config| (config.refresh_absolute_ttl, config.access_ttl) = (days(14), days(14)));
    app.add_user("ada");
    let old = app.sign_in("ada");
    app.clock.advance(days(7));
    let new = app.sign_in("ada");
    app.refresh(&old.refresh);
    let expires = |tokens: &Tokens| {
        list(&app, &new).iter().find(|one| one["id"] == tokens.session).map(|one| one["expires"].clone())
    };
    assert_eq!(expires(&old), Some(json!("2026-12-05T09:30:00Z")), "use does not move it");
    app.clock.advance(days(7));
    assert_eq!(ids(&app, &new), [new.session]);
}
