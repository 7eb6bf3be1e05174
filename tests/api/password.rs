//! PUT /me/password: who may, what is refused, and which sessions are over.

use std::sync::Arc;

use jeton::scope::Scope;
use jeton::throttle::Limit;
use jeton::user::{PasswordHash, UserChange};
use serde_json::{Value, json};

use crate::app::{JSON, PASSWORD, Plan, TestApp, at_once, block_on, hash, seconds};
use crate::faults::{Fault, switchable};
use crate::reply::{Reply, Tokens};

const NEW: &str = "a better one than that";

/// A server with ada, who is signed in.
fn signed_in() -> (TestApp, Tokens) {
    let app = TestApp::start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    (app, tokens)
}

fn sign_in(app: &TestApp, password: &str) -> Reply {
    app.post("/login", &json!({ "username": "ada", "password": password }))
}

#[test]
fn the_new_password_is_good_from_now_on_and_the_old_one_is_not() {
    let (app, tokens) = signed_in();
    let reply = app.change_password(&tokens.access, PASSWORD, NEW);
    assert_eq!((reply.status, reply.header("cache-control")), (200, "no-store"), "{reply:?}");
    assert_eq!(sign_in(&app, PASSWORD).refusal(), "401 invalid_credentials");
    assert_eq!(sign_in(&app, NEW).status, 200);
}

#[test]
fn every_earlier_session_ends_and_the_caller_has_a_new_one() {
    let (app, tokens) = signed_in();
    let elsewhere = app.sign_in("ada");
    let new = app.change_password(&tokens.access, PASSWORD, NEW).tokens();
    for old in [&tokens, &elsewhere] {
        assert_eq!(app.refresh(&old.refresh).outcome(), "400 invalid_grant revoked");
        assert_eq!(app.verify(&old.access).status, 200, "access tokens end by their own expiry");
    }
    let listed = app.bearer("GET", "/sessions", &new.access).json();
    let ids: Vec<&Value> = listed["sessions"].as_array().unwrap().iter().map(|session| &session["id"]).collect();
    assert_eq!(ids, [&json!(new.session)]);
    assert_eq!(app.refresh(&new.refresh).outcome(), "rotated");
}

#[test]
fn the_new_session_is_for_what_the_old_one_was() {
    let app = TestApp::with(|config| {
        config.scopes = Scope::parse("read write");
        config.audience = ["https://a.example", "https://b.example"].map(str::to_owned).to_vec();
    });
    app.add_user("ada");
    let asked = json!({ "scope": "read", "audience": "https://b.example", "client_id": "phone" });
    let tokens = app.sign_in_with("ada", &asked);
    let claims = app.change_password(&tokens.access, PASSWORD, NEW).tokens().claims();
    assert_eq!((&claims["scope"], &claims["client_id"]), (&json!("read"), &json!("phone")));
    assert_eq!(claims["aud"], "https://b.example");
}

#[test]
fn a_wrong_current_password_is_403_and_changes_nothing() {
    let (app, tokens) = signed_in();
    let reply = app.change_password(&tokens.access, "wrong", NEW);
    assert_eq!(reply.refusal(), "403 invalid_credentials");
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "rotated");
    assert_eq!(sign_in(&app, PASSWORD).status, 200);
}

#[test]
fn a_new_password_must_keep_to_the_rules_and_each_refusal_says_which() {
    let (app, tokens) = signed_in();
    let long = "x".repeat(1_025);
    for (new, reason, told) in [
        ("short", "too_short", "at least 8"),
        ("", "too_short", "at least 8"),
        (&*long, "too_long", "at most 1024 bytes"),
        ("Password1", "common", "everybody tries first"),
        ("qwertyuiop", "common", "everybody tries first"),
        ("ｐａｓｓｗｏｒｄ", "common", "everybody tries first"),
        ("        ", "common", "white space"),
        ("zzzzzzzzzzzz", "common", "one character"),
    ] {
        let reply = app.change_password(&tokens.access, PASSWORD, new);
        assert_eq!(reply.refusal(), format!("400 invalid_password {reason}"), "{new}");
        assert!(reply.description().contains(told), "{new}: {reply:?}");
    }
    let hasher = &app.edge.authority.hasher;
    assert_eq!(hasher.begun(), 1, "only the sign-in was hashed");
    app.add_user("Ada Lovelace");
    let tokens = app.sign_in("ada lovelace");
    let reply = app.change_password(&tokens.access, PASSWORD, "ADA LOVELACE");
    assert_eq!(reply.refusal(), "400 invalid_password common", "the name is the first guess");
    assert_eq!(reply.description(), "the password is the user's own name");
}

#[test]
fn what_is_no_such_body_is_400() {
    let (app, tokens) = signed_in();
    let authorization = format!("Bearer {}", tokens.access);
    let send =
        |body: &str| app.send("PUT", "/me/password", &[JSON, ("authorization", &authorization)], body.as_bytes());
    for body in [
        "{}",
        r#"{"current_password":"a"}"#,
        r#"{"new_password":"a"}"#,
        r#"{"current_password":1,"new_password":"a"}"#,
        r#"{"current_password":"a","new_password":null}"#,
        r#"{"current_password":"a","current_password":"a","new_password":"b"}"#,
        "[]",
        "",
    ] {
        assert_eq!(send(body).refusal(), "400 invalid_request", "{body}");
    }
    let long = app.change_password(&tokens.access, &"x".repeat(1_025), NEW);
    assert_eq!(long.refusal(), "400 invalid_request", "no password is that long");
}

#[test]
fn wrong_current_passwords_are_failed_sign_ins() {
    let app = TestApp::with(|config| {
        config.login_limit_account = Some(Limit { attempts: 3, window: seconds(900) });
    });
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    assert_eq!(sign_in(&app, "wrong").status, 401);
    for _ in 0..2 {
        assert_eq!(app.change_password(&tokens.access, "wrong", NEW).status, 403);
    }
    let reply = app.change_password(&tokens.access, PASSWORD, NEW);
    assert_eq!((reply.refusal().as_str(), reply.header("retry-after")), ("429 too_many_attempts", "900"));
    assert_eq!(sign_in(&app, PASSWORD).status, 429, "one account is one counter");
    app.clock.advance(seconds(900));
    let token = app.sign_in("ada").access;
    assert_eq!(app.change_password(&token, PASSWORD, NEW).status, 200);
    for _ in 0..3 {
        assert_eq!(sign_in(&app, "wrong").status, 401, "a success has cleared it");
    }
}

#[test]
fn somebody_who_is_disabled_or_gone_is_told_so_before_anything_else() {
    for is_deleted in [false, true] {
        let app = TestApp::start();
        let ada = app.add_user("ada");
        let token = app.sign_in("ada").access;
        if is_deleted {
            app.delete(&ada);
        } else {
            app.change(&ada, UserChange { disabled: Some(true), ..UserChange::default() });
        }
        for (current, new) in [(PASSWORD, NEW), ("wrong", NEW), (PASSWORD, "short")] {
            assert_eq!(app.change_password(&token, current, new).refusal(), "401 invalid_token");
        }
    }
}

/// A server whose stores of people and sessions wait when a test says so.
fn waiting() -> (TestApp, crate::faults::Switch, crate::faults::Switch) {
    let mut plan = Plan::new(|_| {});
    let (stores, sessions, users) = switchable(&plan.stores);
    plan.stores = stores;
    let app = plan.start();
    app.add_user("ada");
    (app, sessions, users)
}

/// Until somebody waits for a store.
fn until_somebody_waits(switch: &crate::faults::Switch) {
    while switch.waiting() == 0 {
        std::thread::yield_now();
    }
}

#[test]
fn a_change_of_somebody_who_is_disabled_meanwhile_is_401_and_changes_nothing() {
    let (app, sessions, _) = waiting();
    let token = app.sign_in("ada").access;
    let before = block_on(app.stores.users.list(None, 1)).unwrap().remove(0);
    sessions.set(Fault::Waits);
    std::thread::scope(|scope| {
        let change = scope.spawn(|| app.change_password(&token, PASSWORD, NEW));
        until_somebody_waits(&sessions);
        app.change(&before, UserChange { disabled: Some(true), ..UserChange::default() });
        sessions.set(Fault::None);
        assert_eq!(change.join().unwrap().refusal(), "401 invalid_token");
    });
    let after = block_on(app.stores.users.by_id(&before.id)).unwrap().unwrap();
    assert_eq!(after.password, before.password);
}

#[test]
fn a_password_that_an_operator_has_set_meanwhile_stays() {
    let (app, sessions, _) = waiting();
    let token = app.sign_in("ada").access;
    let ada = block_on(app.stores.users.list(None, 1)).unwrap().remove(0);
    sessions.set(Fault::Waits);
    std::thread::scope(|scope| {
        let change = scope.spawn(|| app.change_password(&token, PASSWORD, NEW));
        until_somebody_waits(&sessions);
        app.change(&ada, UserChange { password: Some(hash("set by an operator")), ..UserChange::default() });
        sessions.set(Fault::None);
        assert_eq!(change.join().unwrap().refusal(), "403 invalid_credentials");
    });
    assert_eq!(app.change_password(&token, PASSWORD, NEW).refusal(), "403 invalid_credentials");
    assert_eq!(sign_in(&app, "set by an operator").status, 200);
}

/// Changes ada's password from [`PASSWORD`] to [`NEW`], while somebody else gives her this hash: the answer.
fn overtaken_by(other: &PasswordHash) -> (TestApp, Reply) {
    let (app, sessions, _) = waiting();
    let token = app.sign_in("ada").access;
    let ada = block_on(app.stores.users.list(None, 1)).unwrap().remove(0);
    sessions.set(Fault::Waits);
    let reply = std::thread::scope(|scope| {
        let change = scope.spawn(|| app.change_password(&token, PASSWORD, NEW));
        until_somebody_waits(&sessions);
        assert!(block_on(app.stores.users.rehash(&ada.id, &ada.password, other)).unwrap());
        sessions.set(Fault::None);
        change.join().unwrap()
    });
    (app, reply)
}

#[test]
fn a_change_goes_through_where_the_current_password_is_right_for_the_hash_that_came_first() {
    let (app, reply) = overtaken_by(&hash(PASSWORD));
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(app.refresh(&reply.tokens().refresh).outcome(), "rotated");
    assert_eq!(sign_in(&app, PASSWORD).refusal(), "401 invalid_credentials");
    assert_eq!(sign_in(&app, NEW).status, 200);
}

#[test]
fn a_change_to_what_somebody_made_it_meanwhile_is_403_all_the_same() {
    let (app, reply) = overtaken_by(&hash(NEW));
    assert_eq!(reply.refusal(), "403 invalid_credentials");
    assert_eq!(sign_in(&app, NEW).status, 200);
}

#[test]
fn a_sign_in_with_the_old_password_that_is_under_way_does_not_outlive_the_change() {
    let (slow, sessions, _) = waiting();
    let token = slow.sign_in("ada").access;
    let other = Plan::over(Arc::clone(&slow.folder), |_| {}).start();
    sessions.set(Fault::Waits);
    std::thread::scope(|scope| {
        // Its password has been found good; its session is about to be stored.
        let late = scope.spawn(|| sign_in(&slow, PASSWORD));
        until_somebody_waits(&sessions);
        let new = other.change_password(&token, PASSWORD, NEW);
        assert_eq!(new.status, 200, "{new:?}");
        sessions.set(Fault::None);
        let late = late.join().unwrap();
        assert_eq!(late.status, 200, "{late:?}");
        assert_eq!(other.refresh(&late.tokens().refresh).outcome(), "400 invalid_grant revoked");
        assert_eq!(other.refresh(&new.tokens().refresh).outcome(), "rotated");
    });
}

#[test]
fn no_refresh_outlives_a_change_of_password() {
    let (app, mut tokens) = signed_in();
    let mut password = PASSWORD.to_owned();
    for round in 0..30 {
        let next = format!("{NEW} {round}");
        let replies = at_once(2, |number| {
            if number == 0 {
                app.change_password(&tokens.access, &password, &next)
            } else {
                app.refresh(&tokens.refresh)
            }
        });
        assert_eq!(replies[0].status, 200, "{:?}", replies[0]);
        let old = if replies[1].status == 200 { replies[1].tokens() } else { tokens.clone() };
        assert_eq!(app.refresh(&old.refresh).outcome(), "400 invalid_grant revoked", "round {round}");
        (tokens, password) = (replies[0].tokens(), next);
    }
}

/// Changes ada's password six times at once, to these. Each has proved the current one before the first is
/// written. Which one was made: the others are told that theirs is not the current one any more.
fn made_of_many(new: impl Fn(usize) -> String + Sync) -> String {
    let (app, sessions, _) = waiting();
    let token = app.sign_in("ada").access;
    sessions.set(Fault::Waits);
    let replies = std::thread::scope(|scope| {
        let changes = scope.spawn(|| at_once(6, |number| app.change_password(&token, PASSWORD, &new(number))));
        while sessions.waiting() < 6 {
            std::thread::yield_now();
        }
        sessions.set(Fault::None);
        changes.join().unwrap()
    });
    let made: Vec<usize> = (0..6).filter(|number| replies[*number].status == 200).collect();
    assert_eq!(made.len(), 1, "{replies:?}");
    for lost in replies.iter().filter(|reply| reply.status != 200) {
        assert_eq!(lost.refusal(), "403 invalid_credentials");
    }
    assert_eq!(app.refresh(&replies[made[0]].tokens().refresh).outcome(), "rotated");
    // They knew the password, and have guessed nothing.
    for _ in 0..9 {
        assert_eq!(sign_in(&app, "wrong").status, 401);
    }
    assert_eq!(sign_in(&app, &new(made[0])).status, 200);
    new(made[0])
}

#[test]
fn of_many_changes_at_once_one_is_made_and_the_others_have_a_wrong_password_by_then() {
    assert!(made_of_many(|number| format!("{NEW} {number}")).starts_with(NEW));
    assert_eq!(made_of_many(|_| NEW.to_owned()), NEW);
    assert_eq!(made_of_many(|_| PASSWORD.to_owned()), PASSWORD, "also where it stays what it is");
}

#[test]
fn a_session_store_that_is_down_changes_nothing() {
    let (app, sessions, users) = waiting();
    let token = app.sign_in("ada").access;
    for switch in [&sessions, &users] {
        switch.set(Fault::Fails);
        assert_eq!(app.change_password(&token, PASSWORD, NEW).refusal(), "503 temporarily_unavailable");
        switch.set(Fault::None);
        assert_eq!(sign_in(&app, PASSWORD).status, 200);
    }
}

#[test]
fn where_people_are_another_applications_nothing_is_looked_at_and_nothing_hashed() {
    let mut plan = Plan::new(|_| {});
    let (stores, _, users) = switchable(&plan.stores);
    plan.stores = stores;
    let app = plan.start();
    app.add_user("ada");
    let token = app.sign_in("ada").access;
    users.set(Fault::IsForeign);
    let hashed = app.edge.authority.hasher.begun();
    for (current, new) in [(PASSWORD, NEW), ("wrong", NEW), (PASSWORD, "short")] {
        assert_eq!(app.change_password(&token, current, new).refusal(), "403 password_elsewhere");
    }
    assert_eq!(app.edge.authority.hasher.begun(), hashed);
    assert_eq!(app.change_password("garbage", PASSWORD, NEW).status, 401, "who asks is judged first");
}
