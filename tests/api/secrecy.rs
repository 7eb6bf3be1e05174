//! No answer echoes input, and no answer or log holds a password, token or key.

use serde_json::json;

use crate::app::{JSON, PASSWORD, TestApp, hash, seconds};
use crate::logs;
use crate::reply::Reply;
use crate::wire::{Wire, request};

/// A word that stands in every input of this file and nowhere else.
const CANARY: &str = "canary7Qx";

fn is_silent(reply: &Reply, story: &str) {
    assert!(reply.status >= 400, "{story}: {reply:?}");
    reply.holds_what_every_answer_must(story);
    assert!(!reply.text().contains(CANARY), "{story}: {reply:?}");
    for (name, value) in &reply.headers {
        assert!(!String::from_utf8_lossy(value.as_bytes()).contains(CANARY), "{story}: {name}");
    }
}

#[test]
fn no_refusal_echoes_its_input() {
    let app = TestApp::with(|config| config.registration = true);
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    let bad_id = format!("{CANARY} {CANARY}");
    let common = [
        ("x-request-id", bad_id.as_str()),
        ("user-agent", CANARY),
        ("origin", CANARY),
        ("referer", CANARY),
        ("cookie", CANARY),
        ("x-forwarded-for", CANARY),
    ];
    let send = |method: &str, target: &str, more: &[(&str, &str)], body: &str| {
        let headers: Vec<_> = common.iter().chain(more).copied().collect();
        let reply = Wire::to(&app).send(request(method, target, &headers, body)).reply();
        is_silent(&reply, &format!("{method} {target} {body}"));
    };
    let good = PASSWORD;
    for body in [
        json!({ "username": CANARY, "password": CANARY }),
        json!({ "username": "ada", "password": good, "scope": CANARY }),
        json!({ "username": "ada", "password": good, "audience": CANARY }),
        json!({ "username": "ada", "password": good, "client_id": format!("{CANARY}?") }),
        json!({ "username": "ada", "password": good, "transport": CANARY }),
        json!({ "username": [CANARY], "password": good }),
        json!([CANARY]),
        json!(CANARY),
    ] {
        send("POST", &format!("/login?{CANARY}"), &[JSON], &body.to_string());
    }
    send("POST", "/login", &[("content-type", CANARY)], CANARY);
    send("POST", "/login", &[JSON], &format!("{{\"{CANARY}\""));
    for body in [
        json!({ "refresh_token": CANARY }),
        json!({ "refresh_token": tokens.refresh, "client_id": CANARY }),
        json!({ "refresh_token": tokens.refresh, "scope": CANARY }),
        json!({ "refresh_token": { CANARY: CANARY } }),
    ] {
        send("POST", "/refresh", &[JSON], &body.to_string());
    }
    send("POST", "/refresh", &[JSON, ("idempotency-key", &format!("{CANARY} x"))], "{}");
    let form = ("content-type", "application/x-www-form-urlencoded");
    send("POST", "/refresh", &[form], &format!("grant_type={CANARY}&{CANARY}={CANARY}"));
    for path in ["/verify", "/verify/x", "/me", "/sessions", &format!("/verify?audience={CANARY}")] {
        send("GET", path, &[("authorization", &format!("Bearer {CANARY}"))], "");
        send("GET", path, &[("authorization", &format!("Basic {CANARY}"))], "");
        send("GET", path, &[("authorization", &format!("Bearer {CANARY} {CANARY}"))], "");
    }
    send("POST", "/verify", &[JSON], &json!({ "token": CANARY }).to_string());
    send("POST", "/logout", &[JSON], &json!({ CANARY: CANARY }).to_string());
    let bearer = ("authorization", &*format!("Bearer {}", tokens.access));
    for body in [
        json!({ "current_password": CANARY, "new_password": format!("{CANARY} and more") }),
        json!({ "current_password": good, "new_password": &CANARY[..7] }),
        json!({ "current_password": good, "new_password": CANARY.repeat(200) }),
        json!({ CANARY: CANARY }),
    ] {
        send("PUT", "/me/password", &[JSON, bearer], &body.to_string());
    }
    for body in [
        json!({ "username": format!(" {CANARY}"), "password": good }),
        json!({ "username": CANARY, "password": CANARY.to_uppercase() }),
        json!({ "username": CANARY.repeat(3), "password": CANARY.repeat(3) }),
        json!({ "username": CANARY, "password": [CANARY] }),
    ] {
        send("POST", "/users", &[JSON], &body.to_string());
    }
    send("DELETE", &format!("/sessions/{CANARY}"), &[bearer], "");
    send("DELETE", &format!("/sessions?others={CANARY}"), &[bearer], "");
    send("GET", &format!("/{CANARY}"), &[], "");
    send("PUT", &format!("/login?{CANARY}"), &[], "");
    send(CANARY, "/login", &[], "");
    send("GET", &format!("/healthz?{}", CANARY.repeat(2_000)), &[], "");
    send("POST", "/login", &[JSON], &CANARY.repeat(2_000));
}

#[test]
fn no_secret_is_logged_at_any_level() {
    let app = TestApp::with(|config| config.registration = true);
    let password = "hunter2-never-to-be-logged";
    app.add("ada", |user| user.password = hash(password));
    let sign_in = |password: &str| app.post("/login", &json!({ "username": "ada", "password": password }));
    assert_eq!(sign_in("wrong-Pw-never-to-be-logged").status, 401);
    let first = sign_in(password).tokens();
    let key = "idempotency-never-to-be-logged";
    let second = app.refresh_with_key(&first.refresh, key).tokens();
    assert_eq!(app.verify(&second.access).status, 200);
    assert_eq!(app.post("/verify", &json!({ "token": second.access })).status, 200);
    assert_eq!(app.bearer("GET", "/me", &second.access).status, 200);
    app.clock.advance(seconds(60));
    assert_eq!(app.refresh(&first.refresh).outcome(), "400 invalid_grant replayed");
    assert_eq!(app.post("/logout", &json!({ "refresh_token": second.refresh })).status, 204);

    let third = sign_in(password).tokens();
    let [new, short] = ["New-Pw-never-to-be-logged", "Sh-never"];
    for (current, new, status) in [("wrong-Pw-never-to-be-logged", new, 403), (password, short, 200)] {
        assert_eq!(app.change_password(&third.access, current, new).status, status);
    }
    let body = json!({ "username": "bob", "password": new });
    for status in [201, 409] {
        assert_eq!(app.post("/users", &body).status, status);
    }

    assert!(!logs::lines_with(&first.session).is_empty(), "the audit lines name the session");
    let secrets = [&first, &second, &third].map(|tokens| [tokens.access.as_str(), &tokens.refresh]).concat();
    for secret in secrets.into_iter().chain([password, "wrong-Pw-never-to-be-logged", key, new, short]) {
        assert_eq!(logs::lines_with(secret), [""; 0]);
    }
}

#[test]
fn what_a_client_sends_cannot_forge_a_line_of_the_audit_log() {
    let app = TestApp::start();
    app.add_user("ada");
    let id = "id-of-this-one-request";
    let body = json!({ "username": "x\n{\"event\":\"sign_in\"}", "password": "x\r\n\u{1b}[31m" }).to_string();
    let reply = app.send("POST", "/login", &[JSON, ("x-request-id", id)], body.as_bytes());
    assert_eq!(reply.refusal(), "401 invalid_credentials");
    let lines = logs::lines_with(id);
    let [line] = lines.as_slice() else { panic!("one line for one event: {lines:?}") };
    let (target, event) = line.split_once(' ').unwrap();
    let event: serde_json::Value = serde_json::from_str(event).unwrap();
    assert_eq!(target, "jeton::audit");
    assert_eq!((&event["event"], &event["outcome"]), (&json!("sign_in"), &json!("failure")));
    assert_eq!((&event["address"], &event["request_id"]), (&json!("127.0.0.1"), &json!(id)));
    assert!(!line.contains('\n') && !line.contains('\u{1b}'));
}

#[test]
fn a_peer_that_forwards_untrusted_is_warned_of_once() {
    // The warning names no server; only that there is one at all can be told among parallel tests.
    let app = TestApp::with(|config| config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]);
    for _ in 0..3 {
        app.send("POST", "/login", &[JSON, ("x-forwarded-for", "1.1.1.1")], b"{}");
    }
    assert!(!logs::lines_with("JETON_TRUSTED_PROXIES").is_empty());
}
