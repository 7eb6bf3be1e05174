//! POST /users: accounts of one's own, where that is on.

use jeton::throttle::Limit;
use serde_json::json;

use crate::app::{PASSWORD, TestApp, at_once, seconds};
use crate::reply::Reply;

fn open() -> TestApp {
    TestApp::with(|config| config.registration = true)
}

fn register(app: &TestApp, username: &str, password: &str) -> Reply {
    app.post("/users", &json!({ "username": username, "password": password }))
}

#[test]
fn somebody_new_registers_and_signs_in() {
    let app = open();
    let reply = register(&app, "Ada", PASSWORD);
    assert_eq!((reply.status, reply.header("cache-control")), (201, "no-store"), "{reply:?}");
    let body = reply.json();
    assert_eq!(body["username"], "Ada");
    let tokens = app.sign_in("ada");
    assert_eq!(tokens.claims()["sub"], body["id"]);
    let me = app.bearer("GET", "/me", &tokens.access).json();
    assert_eq!((&me["username"], &me["roles"]), (&json!("Ada"), &json!([])));
    assert_eq!(body.as_object().unwrap().len(), 2, "and nothing else is told");
}

#[test]
fn it_is_off_unless_somebody_turns_it_on() {
    let app = TestApp::start();
    assert_eq!(register(&app, "ada", PASSWORD).refusal(), "403 registration_disabled");
    assert_eq!(app.post("/users", &json!({})).refusal(), "403 registration_disabled");
    assert_eq!(app.try_sign_in("ada", &json!({})).status, 401);
}

#[test]
fn a_name_that_is_taken_in_any_spelling_is_409() {
    let app = open();
    let ada = app.add_user("Ada");
    for spelling in ["Ada", "ADA", "\u{ff21}da"] {
        assert_eq!(register(&app, spelling, "another password").refusal(), "409 username_taken", "{spelling}");
    }
    assert_eq!(app.sign_in("ada").claims()["sub"], ada.id.as_str(), "and it still is the first one's");
}

#[test]
fn of_many_spellings_of_one_name_at_once_one_is_taken() {
    let app = open();
    let spellings = ["ada", "Ada", "ADA", "\u{ff21}da", "aDa", "adA", "AdA", "\u{ff41}da"];
    for round in 0..10 {
        let replies = at_once(spellings.len(), |number| {
            register(&app, &format!("{}{round}", spellings[number]), &format!("password of {number}"))
        });
        let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
        let winner = statuses.iter().position(|status| *status == 201).expect("somebody has it");
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        let body = json!({ "username": format!("ada{round}"), "password": format!("password of {winner}") });
        let sub = app.post("/login", &body).tokens().claims()["sub"].clone();
        assert_eq!(sub, replies[winner].json()["id"]);
    }
}

#[test]
fn a_password_must_keep_to_the_rules_and_each_refusal_says_which() {
    let app = TestApp::with(|config| (config.registration, config.password_min) = (true, 12));
    let long = "x".repeat(1_025);
    for (password, reason, told) in [
        ("eleven char", "too_short", "at least 12"),
        (&*long, "too_long", "at most 1024 bytes"),
        ("1234567890123", "common", "everybody tries first"),
        ("ADA OF THE HILL", "common", "own name"),
    ] {
        let reply = register(&app, "Ada of the Hill", password);
        assert_eq!(reply.refusal(), format!("400 invalid_password {reason}"), "{password}");
        assert!(reply.description().contains(told), "{password}: {reply:?}");
        assert!(!reply.text().contains(password), "nothing of it comes back");
    }
    assert_eq!(register(&app, "Ada of the Hill", "twelve chars").status, 201);
}

#[test]
fn a_name_that_nobody_may_have_is_400() {
    let app = open();
    for name in ["", " ada", "a\u{200b}da", "a\nda", "\u{2800}", "\u{301}ada", "a\u{fdd0}", &"x".repeat(129)] {
        assert_eq!(register(&app, name, PASSWORD).refusal(), "400 invalid_request", "{name:?}");
    }
    for body in [json!({}), json!({ "username": "ada" }), json!({ "username": 1, "password": PASSWORD })] {
        assert_eq!(app.post("/users", &body).refusal(), "400 invalid_request", "{body}");
    }
}

#[test]
fn who_has_a_name_that_nobody_may_have_any_more_can_sign_in() {
    let app = open();
    for name in ["\u{2800}", "\u{301}ada", "a\u{fdd0}"] {
        app.add_user(name);
        app.sign_in(name);
    }
}

#[test]
fn registrations_are_counted_per_address_whatever_becomes_of_them() {
    let app = TestApp::with(|config| {
        config.registration = true;
        config.login_limit_address = Some(Limit { attempts: 3, window: seconds(900) });
    });
    app.add_user("taken");
    assert_eq!(register(&app, "short", "short").status, 400, "what is refused by its form is not counted");
    for (name, status) in [("ada", 201), ("taken", 409), ("bob", 201)] {
        assert_eq!(register(&app, name, PASSWORD).status, status, "{name}");
    }
    let hashed = app.edge.authority.hasher.begun();
    let reply = register(&app, "eve", PASSWORD);
    assert_eq!((reply.refusal().as_str(), reply.header("retry-after")), ("429 too_many_attempts", "900"));
    assert_eq!(app.edge.authority.hasher.begun(), hashed);
    assert_eq!(app.try_sign_in("ada", &json!({})).status, 200, "sign-ins are counted apart");
    app.clock.advance(seconds(900));
    assert_eq!(register(&app, "eve", PASSWORD).status, 201);
}
