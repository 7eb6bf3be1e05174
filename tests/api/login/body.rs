//! Which bodies are a sign-in at all.

use serde_json::json;

use crate::app::{JSON, PASSWORD, TestApp};

const REFUSED: &str = "400 invalid_request";

#[test]
fn members_of_a_wrong_type_are_refused() {
    let app = TestApp::start();
    app.add_user("ada");
    for member in ["username", "password", "scope", "audience", "client_id", "transport"] {
        for value in [json!(1), json!(true), json!(null), json!(["ada"]), json!({ "a": "ada" })] {
            let mut body = json!({ "username": "ada", "password": PASSWORD });
            body[member] = value;
            assert_eq!(app.post("/login", &body).refusal(), REFUSED, "{body}");
        }
    }
    for body in [json!({}), json!({ "username": "ada" }), json!({ "password": PASSWORD })] {
        assert_eq!(app.post("/login", &body).refusal(), REFUSED, "{body}");
    }
}

#[test]
fn a_known_member_that_stands_twice_is_refused_in_any_spelling() {
    let app = TestApp::start();
    app.add_user("ada");
    let rest = format!(r#""username":"ada","password":"{PASSWORD}""#);
    for twice in [
        format!(r#"{{"username":"bob",{rest}}}"#),
        format!(r#"{{{rest},"password":"{PASSWORD}"}}"#),
        format!(r#"{{{rest},"p\u0061ssword":"other"}}"#),
        format!(r#"{{{rest},"scope":"","scope":""}}"#),
        format!(r#"{{{rest},"client_id":"a","audience":"b","client_id":"a"}}"#),
    ] {
        assert_eq!(app.send("POST", "/login", &[JSON], twice.as_bytes()).refusal(), REFUSED, "{twice}");
    }
}

#[test]
fn what_is_no_json_object_is_refused() {
    let app = TestApp::start();
    app.add_user("ada");
    let good = format!(r#"{{"username":"ada","password":"{PASSWORD}"}}"#);
    let mut latin1 = good.replace('}', r#","x":"A"}"#).into_bytes();
    let position = latin1.iter().rposition(|byte| *byte == b'A').unwrap();
    latin1[position] = 0xe9;
    let texts = [
        "".to_owned(),
        "null".to_owned(),
        "\"ada\"".to_owned(),
        format!(r#"["ada","{PASSWORD}"]"#),
        format!("[{good}]"),
        good.replace('}', ""),
        format!("{good}{good}"),
        format!("{good}x"),
        format!("\u{feff}{good}"),
        good.replace('}', ",}"),
        good.replace('"', "'"),
        good.replace("ada", "\\ud800"),
        good.replace("ada", "a\nda"),
        "[".repeat(16_000),
        format!("{{\"x\":{}", "[".repeat(16_000)),
    ];
    for text in texts.iter().map(String::as_bytes).chain([latin1.as_slice()]) {
        let shown = String::from_utf8_lossy(&text[..text.len().min(80)]);
        assert_eq!(app.send("POST", "/login", &[JSON], text).refusal(), REFUSED, "{shown}");
    }
}

#[test]
fn unknown_members_are_ignored() {
    let app = TestApp::start();
    app.add_user("ada");
    let body = format!(
        r#" {{"remember":true, "username":"ada", "x":{{"username":1}}, "x":[[]], "password":"{PASSWORD}", "Password":1}} "#
    );
    assert_eq!(app.send("POST", "/login", &[JSON], body.as_bytes()).status, 200);
}

#[test]
fn only_json_is_read() {
    let app = TestApp::start();
    app.add_user("ada");
    let body = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let send = |headers: &[(&str, &str)]| app.send("POST", "/login", headers, body.as_bytes());
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json", "json", ""] {
        assert_eq!(send(&[("content-type", kind)]).refusal(), "415 unsupported_media_type", "{kind}");
    }
    assert_eq!(send(&[]).refusal(), "415 unsupported_media_type");
    assert_eq!(send(&[JSON, ("content-type", "text/plain")]).refusal(), "415 unsupported_media_type");
    for kind in ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;"] {
        assert_eq!(send(&[("content-type", kind)]).status, 200, "{kind}");
    }
}

#[test]
fn a_password_over_1024_bytes_is_refused_before_anybody_is_looked_up() {
    let app = TestApp::start();
    let reply = |password: String| app.post("/login", &json!({ "username": "nobody", "password": password })).refusal();
    assert_eq!(reply("a".repeat(1024)), "401 invalid_credentials");
    assert_eq!(reply("a".repeat(1025)), REFUSED);
    assert_eq!(reply("é".repeat(513)), REFUSED, "bytes are counted, not characters");
}

#[test]
fn the_only_transport_so_far_is_the_body() {
    let app = TestApp::start();
    app.add_user("ada");
    assert_eq!(app.try_sign_in("ada", &json!({ "transport": "body" })).status, 200);
    for other in ["cookie", "", "BODY", "carrier pigeon"] {
        assert_eq!(app.try_sign_in("ada", &json!({ "transport": other })).refusal(), REFUSED, "{other}");
    }
}
