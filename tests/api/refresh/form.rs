//! The two encodings of a refresh: JSON, and the form of RFC 6749 §6.

use serde_json::json;

use crate::app::{JSON, TestApp};
use crate::reply::Reply;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn form(app: &TestApp, body: &str) -> Reply {
    app.send("POST", "/refresh", &[FORM], body.as_bytes())
}

#[test]
fn a_form_refreshes_as_any_oauth_client_sends_it() {
    let app = TestApp::start();
    app.add("ada", |user| user.scopes = jeton::scope::Scope::parse("read write"));
    let token = app.sign_in("ada").refresh;
    let reply = form(&app, &format!("grant_type=refresh_token&refresh_token={token}&client_id=default&scope=read"));
    assert_eq!(reply.outcome(), "rotated");
    assert_eq!((reply.json()["token_type"].as_str(), reply.json()["scope"].as_str()), (Some("Bearer"), Some("read")));
    let encoded = reply.tokens().refresh.replace("rt1_", "%72t1%5F");
    let kind = ("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
    let body = format!("refresh_token={encoded}&unknown=1&grant_type=refresh%5Ftoken&scope=read+write");
    let reply = app.send("POST", "/refresh", &[kind], body.as_bytes());
    assert_eq!((reply.outcome().as_str(), reply.json()["scope"].as_str()), ("rotated", Some("read write")));
}

#[test]
fn a_form_may_carry_an_idempotency_key() {
    let app = TestApp::with(|config| config.reuse_window = std::time::Duration::ZERO);
    app.add_user("ada");
    let body = format!("grant_type=refresh_token&refresh_token={}", app.sign_in("ada").refresh);
    let send = || app.send("POST", "/refresh", &[FORM, ("idempotency-key", "device")], body.as_bytes());
    assert_eq!(send().outcome(), "rotated");
    assert_eq!(send().outcome(), "repeated");
}

#[test]
fn the_grant_type_is_required_and_only_refresh_token_is_granted() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    assert_eq!(form(&app, &format!("refresh_token={token}")).refusal(), "400 invalid_request");
    assert_eq!(form(&app, &format!("grant_type=&refresh_token={token}")).refusal(), "400 invalid_request");
    assert_eq!(form(&app, "").refusal(), "400 invalid_request");
    for other in ["password", "client_credentials", "authorization_code", "Refresh_token", "refresh_token+"] {
        let reply = form(&app, &format!("grant_type={other}&refresh_token={token}"));
        assert_eq!(reply.refusal(), "400 unsupported_grant_type", "{other}");
    }
    assert_eq!(app.refresh(&token).outcome(), "rotated", "none of them was a use");
}

#[test]
fn a_parameter_stands_at_most_once() {
    let app = TestApp::start();
    app.add_user("ada");
    let good = format!("grant_type=refresh_token&refresh_token={}", app.sign_in("ada").refresh);
    for twice in ["grant_type=refresh_token", "refresh_token=x", "scope=a&scope=a", "client_id=a&client%5Fid=a"] {
        assert_eq!(form(&app, &format!("{good}&{twice}")).refusal(), "400 invalid_request", "{twice}");
    }
    assert_eq!(form(&app, &good).outcome(), "rotated");
}

#[test]
fn a_parameter_without_a_value_counts_as_left_out() {
    // RFC 6749 §3.2.
    let app = TestApp::start();
    app.add("ada", |user| user.scopes = jeton::scope::Scope::parse("read"));
    let token = app.sign_in("ada").refresh;
    assert_eq!(form(&app, "grant_type=refresh_token&refresh_token=").refusal(), "400 invalid_request");
    let reply = form(&app, &format!("grant_type=refresh_token&refresh_token={token}&scope=&client_id="));
    assert_eq!((reply.outcome().as_str(), reply.json()["scope"].as_str()), ("rotated", Some("read")));
}

#[test]
fn a_json_body_needs_the_token_and_no_grant_type() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    let send = |body: &str| app.send("POST", "/refresh", &[JSON], body.as_bytes());
    for body in [
        json!({}),
        json!({ "refresh_token": null }),
        json!({ "refresh_token": 1 }),
        json!({ "refresh_token": [token] }),
        json!({ "refresh_token": token, "scope": ["read"] }),
        json!({ "refresh_token": token, "client_id": null }),
        json!([token]),
    ] {
        assert_eq!(send(&body.to_string()).refusal(), "400 invalid_request", "{body}");
    }
    let twice = format!(r#"{{"refresh_token":"{token}","refresh_token":"{token}"}}"#);
    assert_eq!(send(&twice).refusal(), "400 invalid_request");
    assert_eq!(send("").refusal(), "400 invalid_request");
    let ignored = json!({ "refresh_token": token, "grant_type": "password", "x": [1] });
    assert_eq!(send(&ignored.to_string()).outcome(), "rotated");
}

#[test]
fn nothing_but_json_and_a_form_is_read() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    let body = json!({ "refresh_token": token }).to_string();
    for headers in [&[][..], &[("content-type", "text/plain")], &[("content-type", "multipart/form-data")]] {
        let reply = app.send("POST", "/refresh", headers, body.as_bytes());
        assert_eq!(reply.refusal(), "415 unsupported_media_type", "{headers:?}");
    }
    let path = format!("/refresh?refresh_token={token}&grant_type=refresh_token");
    let query = app.send("POST", &path, &[JSON], b"{}");
    assert_eq!(query.refusal(), "400 invalid_request", "a token in the query is nowhere");
    let cookie = [JSON, ("cookie", &format!("__Host-jeton={token}; jeton={token}; refresh_token={token}"))];
    assert_eq!(app.send("POST", "/refresh", &cookie, b"{}").refusal(), "400 invalid_request");
}
