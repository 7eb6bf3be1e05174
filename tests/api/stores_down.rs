//! A store that is out: 503 within two seconds and never a 4xx, since clients sign out on those.

use std::time::{Duration, Instant};

use jeton::config::Config;
use jeton::throttle::Limit;
use serde_json::json;

use crate::app::{JSON, PASSWORD, Plan, TestApp, at_once, seconds};
use crate::faults::{Fault, Switch, switchable};
use crate::logs;
use crate::reply::{Reply, Tokens};

/// A server whose session and user stores a test can take away.
struct Fragile {
    app: TestApp,
    sessions: Switch,
    users: Switch,
    tokens: Tokens,
}

fn fragile(change: impl FnOnce(&mut Config)) -> Fragile {
    let mut plan = Plan::new(|config| {
        config.registration = true;
        change(config);
    });
    let (stores, sessions, users) = switchable(&plan.stores);
    plan.stores = stores;
    let app = plan.start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    Fragile { app, sessions, users, tokens }
}

/// What needs a store, as (name, sessions, users, request).
type Request = fn(&TestApp, &Tokens) -> Reply;
const REQUESTS: &[(&str, bool, bool, Request)] = &[
    ("login", true, true, |app, _| app.try_sign_in("ada", &json!({}))),
    ("login of nobody", false, true, |app, _| app.try_sign_in("eve", &json!({}))),
    ("refresh", true, true, |app, tokens| app.refresh(&tokens.refresh)),
    ("logout", true, false, |app, tokens| app.post("/logout", &json!({ "refresh_token": tokens.refresh }))),
    ("logout by bearer", true, false, |app, tokens| app.bearer("POST", "/logout", &tokens.access)),
    ("logout everywhere", false, true, |app, tokens| {
        let authorization = format!("Bearer {}", tokens.access);
        app.send("POST", "/logout", &[JSON, ("authorization", &authorization)], br#"{"everywhere":true}"#)
    }),
    ("me", false, true, |app, tokens| app.bearer("GET", "/me", &tokens.access)),
    ("change password", true, true, |app, tokens| app.change_password(&tokens.access, PASSWORD, "another password")),
    ("register", false, true, |app, _| app.post("/users", &json!({ "username": "eve", "password": PASSWORD }))),
    ("sessions", true, true, |app, tokens| app.bearer("GET", "/sessions", &tokens.access)),
    ("end a session", true, false, |app, tokens| {
        app.bearer("DELETE", &format!("/sessions/{}", tokens.session), &tokens.access)
    }),
    ("end others", true, true, |app, tokens| app.bearer("DELETE", "/sessions?others=true", &tokens.access)),
    ("end all", false, true, |app, tokens| app.bearer("DELETE", "/sessions", &tokens.access)),
];

#[expect(clippy::disallowed_methods, reason = "how long an answer takes is what is tested")]
fn timed(send: impl FnOnce() -> Reply) -> (Reply, Duration) {
    let began = Instant::now();
    let reply = send();
    (reply, began.elapsed())
}

/// Every request that needs the store that is out gets a 503 in time.
fn is_unavailable(fragile: &Fragile, needs: impl Fn(bool, bool) -> bool + Sync) {
    let Fragile { app, tokens, .. } = fragile;
    let requests: Vec<_> = REQUESTS.iter().filter(|(_, sessions, users, _)| needs(*sessions, *users)).collect();
    at_once(requests.len(), |number| {
        let (name, .., send) = requests[number];
        let (reply, took) = timed(|| send(app, tokens));
        assert_eq!(reply.refusal(), "503 temporarily_unavailable", "{name}");
        let wait: u64 = reply.header("retry-after").parse().unwrap();
        assert!(wait < 30 / 4, "{name}: a client that waits must still be inside the window");
        assert!(took < seconds(2), "{name}: {took:?}");
    });
}

/// What asks no store goes on.
fn goes_on_without(fragile: &Fragile, sessions: &str, users: &str) {
    let Fragile { app, tokens, .. } = fragile;
    assert_eq!(app.verify(&tokens.access).status, 200);
    assert_eq!(app.verify("garbage").status, 401);
    for path in ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server", "/healthz"] {
        assert_eq!(app.get(path).status, 200, "{path}");
    }
    let (ready, took) = timed(|| app.get("/readyz"));
    assert_eq!(ready.json()["stores"], json!({ "sessions": sessions, "users": users }));
    assert!(ready.status == 200 && took < seconds(2), "a store that is down takes nobody out of service");
    assert_eq!(app.refresh("garbage").outcome(), "400 invalid_grant malformed", "garbage reaches no store");
    assert_eq!(app.post("/logout", &json!({ "refresh_token": "garbage" })).status, 204);
    assert_eq!(app.post("/login", &json!({ "username": "ada" })).refusal(), "400 invalid_request");
}

#[test]
fn without_the_session_store_the_rest_goes_on() {
    for fault in [Fault::Fails, Fault::Hangs] {
        let fragile = fragile(|_| {});
        fragile.sessions.set(fault);
        is_unavailable(&fragile, |sessions, _| sessions);
        goes_on_without(&fragile, "down", "up");
        fragile.sessions.set(Fault::None);
        assert_eq!(fragile.app.refresh(&fragile.tokens.refresh).outcome(), "rotated", "nobody was signed out");
    }
}

#[test]
fn without_the_user_store_the_rest_goes_on() {
    for fault in [Fault::Fails, Fault::Hangs] {
        let fragile = fragile(|_| {});
        fragile.users.set(fault);
        is_unavailable(&fragile, |_, users| users);
        goes_on_without(&fragile, "up", "down");
        fragile.users.set(Fault::None);
        let outcome = fragile.app.refresh(&fragile.tokens.refresh).outcome();
        assert_eq!(outcome, "rotated", "nobody was signed out");
    }
}

#[test]
fn a_store_that_is_out_comes_before_wrong_credentials() {
    let Fragile { app, users, .. } = fragile(|_| {});
    users.set(Fault::Fails);
    let wrong = json!({ "username": "ada", "password": "wrong", "scope": "root" });
    assert_eq!(app.post("/login", &wrong).refusal(), "503 temporarily_unavailable");
    let too_long = json!({ "username": "ada", "password": "x".repeat(1_025) });
    assert_eq!(app.post("/login", &too_long).refusal(), "400 invalid_request", "found out before any look-up");
    users.set(Fault::None);
    assert_eq!(app.post("/login", &wrong).refusal(), "401 invalid_credentials");
    assert_eq!(app.post("/login", &json!({ "username": "ada", "password": PASSWORD })).status, 200);
}

#[test]
fn what_no_store_answered_is_no_attempt() {
    for fault in [Fault::Fails, Fault::Hangs] {
        let Fragile { app, users, .. } = fragile(|config| {
            let limit = Limit { attempts: 1, window: seconds(900) };
            (config.login_limit_account, config.login_limit_address) = (Some(limit), Some(limit));
        });
        // What hangs is given up at the answer, and taken back a moment later.
        let answered = || (0..1_000).map(|_| app.try_sign_in("ada", &json!({})).status).find(|status| *status != 429);
        users.set(fault);
        for _ in 0..2 {
            assert_eq!(answered(), Some(503), "{fault:?}");
        }
        users.set(Fault::None);
        assert_eq!(answered(), Some(200), "{fault:?}");
    }
}

#[test]
fn a_swap_that_landed_unheard_is_answered_as_a_rotation() {
    let Fragile { app, sessions, tokens, .. } = fragile(|_| {});
    sessions.set(Fault::NextSwapLandsUnheard);
    let reply = app.refresh(&tokens.refresh);
    assert_eq!(reply.outcome(), "rotated");
    assert_eq!(app.refresh(&reply.tokens().refresh).outcome(), "rotated");
}

#[test]
fn a_swap_that_did_not_land_is_503_and_the_retry_rotates() {
    let Fragile { app, sessions, tokens, .. } = fragile(|_| {});
    sessions.set(Fault::NextSwapIsLost);
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "503 temporarily_unavailable");
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "rotated");
}

#[test]
fn a_store_killed_between_commit_and_reply_signs_nobody_out() {
    let Fragile { app, sessions, tokens, .. } = fragile(|config| config.reuse_window = seconds(30));
    sessions.set(Fault::NextSwapLandsAndThenFails);
    assert_eq!(app.refresh_with_key(&tokens.refresh, "device").outcome(), "503 temporarily_unavailable");
    sessions.set(Fault::None);
    app.clock.advance(seconds(29));
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "repeated", "back within the window");
    app.clock.advance(seconds(3_600));
    let retried = app.refresh_with_key(&tokens.refresh, "device");
    assert_eq!(retried.outcome(), "repeated", "or with the attempt's key");
    assert_eq!(app.refresh(&retried.tokens().refresh).outcome(), "rotated");
}

#[test]
fn a_replay_is_told_only_once_its_revocation_is_durable() {
    let Fragile { app, sessions, users, tokens } = fragile(|_| {});
    let second = app.refresh(&tokens.refresh).tokens();
    app.clock.advance(seconds(60));
    for (switch, fault) in [(&sessions, Fault::Fails), (&users, Fault::Fails)] {
        switch.set(fault);
        assert_eq!(app.refresh(&tokens.refresh).outcome(), "503 temporarily_unavailable");
        switch.set(Fault::None);
    }
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "400 invalid_grant replayed");
    assert_eq!(app.refresh(&second.refresh).outcome(), "400 invalid_grant revoked");
}

#[test]
fn an_outage_fills_no_log_however_many_ask() {
    let Fragile { app, sessions, tokens, .. } = fragile(|_| {});
    sessions.set(Fault::Fails);
    let id = "one-of-many-in-an-outage";
    let body = json!({ "refresh_token": tokens.refresh }).to_string();
    let ask = || app.send("POST", "/refresh", &[JSON, ("x-request-id", id)], body.as_bytes()).refusal();
    for _ in 0..100 {
        assert_eq!(ask(), "503 temporarily_unavailable");
    }
    let lines = logs::lines_with(id);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("503 Service Unavailable"), "{lines:?}");
    app.clock.advance(seconds(1));
    ask();
    let lines = logs::lines_with(id);
    assert!(lines.len() == 2 && lines[1].ends_with("(left out before it: 99)"), "{lines:?}");
}
