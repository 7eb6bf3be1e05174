//! POST /logout: this session, or every session of the user.

use serde_json::json;

use crate::app::{JSON, START, TestApp, block_on, days, seconds};

const REVOKED: &str = "400 invalid_grant revoked";

#[test]
fn a_refresh_token_ends_its_session_and_no_other() {
    let app = TestApp::start();
    app.add_user("ada");
    let (phone, laptop) = (app.sign_in("ada"), app.sign_in("ada"));
    let reply = app.post("/logout", &json!({ "refresh_token": phone.refresh }));
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    assert_eq!(app.refresh(&phone.refresh).outcome(), REVOKED);
    assert_eq!(app.refresh(&laptop.refresh).outcome(), "rotated");
    assert_eq!(app.verify(&phone.access).status, 200, "an access token ends by its own expiry");
}

#[test]
fn whoever_signs_out_is_signed_out_whatever_the_token_is() {
    let app = TestApp::start();
    app.add_user("ada");
    let first = app.sign_in("ada");
    let second = app.refresh(&first.refresh).tokens();
    let logout = |token: &str| app.post("/logout", &json!({ "refresh_token": token })).status;
    for garbage in ["", "garbage", &first.access, &first.refresh[1..]] {
        assert_eq!(logout(garbage), 204, "{garbage}");
    }
    assert_eq!(app.refresh(&second.refresh).outcome(), "rotated", "garbage ended nothing");
    app.clock.advance(seconds(3_600));
    assert_eq!(logout(&first.refresh), 204, "an old token of the session ends it");
    assert_eq!(app.refresh(&second.refresh).outcome(), REVOKED);
    assert_eq!(logout(&first.refresh), 204, "again");
    app.clock.advance(days(200));
    assert_eq!(logout(&first.refresh), 204, "long after");
    block_on(app.stores.sessions.purge(START + days(200))).unwrap();
    assert_eq!(logout(&first.refresh), 204, "and with no record left");
}

#[test]
fn a_bearer_token_ends_its_session() {
    let app = TestApp::start();
    app.add_user("ada");
    let (one, other) = (app.sign_in("ada"), app.sign_in("ada"));
    let reply = app.bearer("POST", "/logout", &one.access);
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    assert_eq!(app.refresh(&one.refresh).outcome(), REVOKED);
    let authorization = format!("Bearer {}", other.access);
    let explicit = [JSON, ("authorization", &authorization)];
    assert_eq!(app.send("POST", "/logout", &explicit, br#"{"everywhere":false}"#).status, 204);
    assert_eq!(app.refresh(&other.refresh).outcome(), REVOKED);
    assert_eq!(app.send("POST", "/logout", &explicit, b"{}").status, 204, "also when it is over");
}

#[test]
fn a_refresh_token_is_enough_beside_a_stale_bearer_token() {
    let app = TestApp::start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    app.clock.advance(seconds(3_600));
    let body = json!({ "refresh_token": tokens.refresh }).to_string();
    let authorization = format!("Bearer {}", tokens.access);
    let reply = app.send("POST", "/logout", &[JSON, ("authorization", &authorization)], body.as_bytes());
    assert_eq!(reply.status, 204);
    assert_eq!(app.refresh(&tokens.refresh).outcome(), REVOKED);
}

#[test]
fn everywhere_ends_every_session_of_the_user_and_needs_a_bearer_token() {
    let app = TestApp::start();
    app.add_user("ada");
    app.add_user("bob");
    let (phone, laptop, bob) = (app.sign_in("ada"), app.sign_in("ada"), app.sign_in("bob"));
    assert_eq!(app.post("/logout", &json!({ "everywhere": true })).status, 400, "no credentials at all");
    let both = json!({ "everywhere": true, "refresh_token": phone.refresh });
    assert_eq!(app.post("/logout", &both).status, 401, "a refresh token alone ends its own session only");
    assert_eq!(app.refresh(&phone.refresh).outcome(), "rotated");

    let authorization = format!("Bearer {}", phone.access);
    let reply = app.send("POST", "/logout", &[JSON, ("authorization", &authorization)], br#"{"everywhere":true}"#);
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    for tokens in [&phone, &laptop] {
        assert_eq!(app.refresh(&tokens.refresh).outcome(), REVOKED);
    }
    assert_eq!(app.refresh(&bob.refresh).outcome(), "rotated");
    let again = app.sign_in("ada");
    assert_eq!(app.refresh(&again.refresh).outcome(), "rotated", "in the same millisecond, too");
}

#[test]
fn nothing_to_sign_out_with_is_a_bad_request() {
    let app = TestApp::start();
    let refused = "400 invalid_request";
    assert_eq!(app.send("POST", "/logout", &[], b"").refusal(), refused);
    for body in ["{}", r#"{"everywhere":false}"#, r#"{"token":"x"}"#, "[]", "null", "{"] {
        assert_eq!(app.send("POST", "/logout", &[JSON], body.as_bytes()).refusal(), refused, "{body}");
    }
    for body in [
        r#"{"refresh_token":1}"#,
        r#"{"refresh_token":null}"#,
        r#"{"refresh_token":"a","refresh_token":"a"}"#,
        r#"{"refresh_token":"a","everywhere":"true"}"#,
        r#"{"refresh_token":"a","everywhere":null}"#,
    ] {
        assert_eq!(app.send("POST", "/logout", &[JSON], body.as_bytes()).refusal(), refused, "{body}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(app.send("POST", "/logout", &form, b"refresh_token=x").refusal(), "415 unsupported_media_type");
    let reply = app.send("POST", "/logout?refresh_token=x", &[("cookie", "refresh_token=x")], b"");
    assert_eq!(reply.refusal(), refused, "neither the query nor a cookie is looked at");
}
