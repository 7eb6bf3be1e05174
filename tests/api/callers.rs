//! What is kept of a caller: the address behind trusted proxies, and the User-Agent.

use serde_json::{Value, json};

use crate::app::{JSON, PASSWORD, TestApp};
use crate::wire::{Wire, request};

/// The session that a sign-in with more headers opens.
fn opened_from(app: &TestApp, headers: &[(&str, &str)]) -> Value {
    let body = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let headers: Vec<_> = headers.iter().copied().chain([JSON]).collect();
    let tokens = Wire::to(app).send(request("POST", "/login", &headers, &body)).reply().tokens();
    let sessions = app.bearer("GET", "/sessions", &tokens.access).json();
    sessions["sessions"].as_array().unwrap().iter().find(|session| session["current"] == true).unwrap().clone()
}

#[test]
fn only_a_trusted_proxy_says_where_somebody_comes_from() {
    let forwarded = [("x-forwarded-for", "6.6.6.6, 2001:db8::7")];
    let ip = |app: &TestApp, headers| opened_from(app, headers)["ip"].clone();
    let trusting = TestApp::with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]);
    trusting.add_user("ada");
    assert_eq!(ip(&trusting, &forwarded), "2001:db8::7");
    assert_eq!(ip(&trusting, &[("x-forwarded-for", "1.1.1.1, 127.0.0.9")]), "1.1.1.1");
    assert_eq!(ip(&trusting, &[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "é")]), "127.0.0.1");
    assert_eq!(ip(&trusting, &[("forwarded", "for=1.1.1.1"), ("x-real-ip", "1.1.1.1")]), "127.0.0.1");
    let strict = TestApp::with(|config| config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]);
    strict.add_user("ada");
    assert_eq!(ip(&strict, &forwarded), "127.0.0.1");
}

#[test]
fn a_long_user_agent_is_cut_at_128_bytes_and_at_a_character_s_end() {
    let app = TestApp::start();
    app.add_user("ada");
    let kept = |user_agent: &str| opened_from(&app, &[("user-agent", user_agent)])["user_agent"].clone();
    assert_eq!(kept(&"x".repeat(128)), "x".repeat(128));
    assert_eq!(kept(&"x".repeat(1_000)), "x".repeat(128));
    assert_eq!(kept(&format!("x{}", "é".repeat(100))), format!("x{}", "é".repeat(63)));
    assert_eq!(opened_from(&app, &[])["user_agent"], "");
}
