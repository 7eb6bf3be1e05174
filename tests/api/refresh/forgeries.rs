//! What never reaches the table: tokens that are none of ours, and keys that are no Idempotency-Key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use crate::app::{JSON, TestApp};
use crate::wire::{Wire, request};

#[test]
fn garbage_and_forgeries_are_malformed_and_change_nothing() {
    let app = TestApp::start();
    let ada = app.add_user("ada");
    let tokens = app.sign_in("ada");
    let token = &tokens.refresh;
    let of_another_server = {
        let other = TestApp::start();
        other.add(&ada.username, |user| user.id = ada.id.clone());
        other.sign_in("ada").refresh
    };
    let body = token.strip_prefix("rt1_").unwrap();
    let mut forgeries = vec![
        "".to_owned(),
        "rt1_".to_owned(),
        body.to_owned(),
        format!("rt2_{body}"),
        format!("RT1_{body}"),
        format!("{token}="),
        format!(" {token}"),
        format!("{token}\n"),
        token[..token.len() - 1].to_owned(),
        tokens.access.clone(),
        of_another_server,
        "é".repeat(38),
        "x".repeat(10_000),
    ];
    // One bit of each field: version, secret, session, generation, mac.
    for byte in [0, 1, 2, 17, 18, 21, 22, 53] {
        let mut bytes = URL_SAFE_NO_PAD.decode(body).unwrap();
        bytes[byte] ^= 1;
        forgeries.push(format!("rt1_{}", URL_SAFE_NO_PAD.encode(bytes)));
    }
    for forgery in forgeries {
        assert_eq!(app.refresh(&forgery).outcome(), "400 invalid_grant malformed", "{forgery}");
    }
    assert_eq!(app.refresh(token).outcome(), "rotated");
}

#[test]
fn an_idempotency_key_is_one_word_of_visible_ascii() {
    let app = TestApp::start();
    app.add_user("ada");
    let mut token = app.sign_in("ada").refresh;
    for key in ["k", &"~".repeat(255), "!#$%&'*+-.^_`|~\"(),/:;<=>?@[\\]{}"] {
        let reply = app.refresh_with_key(&token, key);
        assert_eq!(reply.outcome(), "rotated", "{key}");
        token = reply.tokens().refresh;
    }
    for key in ["", "two words", "tab\there", &"x".repeat(256)] {
        assert_eq!(app.refresh_with_key(&token, key).outcome(), "400 invalid_request", "{key}");
    }
    let body = json!({ "refresh_token": token }).to_string();
    let twice = [JSON, ("idempotency-key", "a"), ("idempotency-key", "a")];
    assert_eq!(app.send("POST", "/refresh", &twice, body.as_bytes()).outcome(), "400 invalid_request");
    let umlaut = request("POST", "/refresh", &[JSON, ("idempotency-key", "schlüssel")], &body);
    assert_eq!(Wire::to(&app).send(umlaut).reply().outcome(), "400 invalid_request");
    assert_eq!(app.refresh(&token).outcome(), "rotated", "none of them was a use");
}
