//! Whose password it is, and what nobody is told about that.

use jeton::user::UserChange;
use serde_json::json;

use crate::app::{PASSWORD, TestApp, hash};

#[test]
fn unknown_wrong_and_disabled_look_alike_to_the_byte() {
    let app = TestApp::start();
    app.add_user("ada");
    app.add("dis", |user| user.disabled = true);
    let try_in = |username: &str, password: &str| {
        let mut reply = app.post("/login", &json!({ "username": username, "password": password }));
        assert_eq!(reply.refusal(), "401 invalid_credentials");
        for own in ["x-request-id", "date"] {
            reply.headers.remove(own).unwrap();
        }
        (reply.status, reply.headers, reply.body)
    };
    let unknown = try_in("eve", PASSWORD);
    assert_eq!(try_in("ada", "wrong"), unknown);
    assert_eq!(try_in("ada", ""), unknown);
    assert_eq!(try_in("dis", PASSWORD), unknown);
    assert_eq!(try_in("dis", "wrong"), unknown);
    assert_eq!(try_in("", ""), unknown);
    assert_eq!(try_in("ada\0", PASSWORD), unknown);
}

#[test]
fn a_user_who_is_disabled_and_enabled_again_signs_in_again() {
    let app = TestApp::start();
    let ada = app.add_user("ada");
    app.change(&ada, UserChange { disabled: Some(true), ..UserChange::default() });
    assert_eq!(app.try_sign_in("ada", &json!({})).refusal(), "401 invalid_credentials");
    app.change(&ada, UserChange { disabled: Some(false), ..UserChange::default() });
    let tokens = app.sign_in("ada");
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "rotated", "a new session is of the new epoch");
}

#[test]
fn a_name_is_found_in_every_spelling_that_looks_the_same() {
    let app = TestApp::start();
    let user = app.add_user("Zo\u{eb} ﬁeld");
    for name in ["Zoe\u{308} field", "ZO\u{cb} FIELD", "\u{ff3a}oë ﬁeld", "zoë ﬁELD"] {
        assert_eq!(app.sign_in(name).claims()["sub"], user.id.as_str(), "{name}");
    }
    for name in ["zoe field", " zoë field", "zoë  field"] {
        assert_eq!(app.try_sign_in(name, &json!({})).refusal(), "401 invalid_credentials", "{name}");
    }
}

#[test]
fn a_password_is_the_same_composed_and_decomposed_and_in_no_other_spelling() {
    let app = TestApp::start();
    app.add("zoe", |user| user.password = hash("na\u{ef}ve caf\u{e9}"));
    let status = |password: &str| app.post("/login", &json!({ "username": "zoe", "password": password })).status;
    assert_eq!(status("na\u{ef}ve caf\u{e9}"), 200);
    assert_eq!(status("nai\u{308}ve cafe\u{301}"), 200);
    for other in ["naive cafe", "NA\u{cf}VE CAF\u{c9}", " na\u{ef}ve caf\u{e9}", "\u{ff4e}a\u{ef}ve caf\u{e9}"] {
        assert_eq!(status(other), 401, "{other}");
    }
}
