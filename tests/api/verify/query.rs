//! What the query of /verify asks for beside a good token.

use jeton::scope::Scope;
use serde_json::json;

use crate::app::TestApp;
use crate::reply::Tokens;

fn two_audiences() -> (TestApp, Tokens, Tokens) {
    let app = TestApp::with(|config| config.audience = vec!["https://api".to_owned(), "https://files".to_owned()]);
    app.add_user("ada");
    let for_api = app.sign_in("ada");
    let for_files = app.sign_in_with("ada", &json!({ "audience": "https://files" }));
    (app, for_api, for_files)
}

#[test]
fn the_audience_asked_for_must_be_the_token_s_and_is_the_first_by_default() {
    let (app, for_api, for_files) = two_audiences();
    let answer = |query: &str, tokens: &Tokens| app.bearer("GET", &format!("/verify{query}"), &tokens.access);
    let refused = "401 invalid_token wrong_audience";
    assert_eq!(answer("", &for_api).status, 200);
    assert_eq!(answer("", &for_files).refusal(), refused);
    assert_eq!(answer("?audience=https%3A%2F%2Ffiles", &for_files).status, 200);
    assert_eq!(answer("?audience=https://files", &for_files).status, 200);
    assert_eq!(answer("?audience=https://files", &for_api).refusal(), refused);
    assert_eq!(answer("?audience=https://elsewhere", &for_api).refusal(), refused);
    assert_eq!(answer("?audience=", &for_api).refusal(), refused);
    assert_eq!(app.bearer("GET", "/me", &for_files.access).status, 200, "our own pages are of every audience");
}

#[test]
fn every_scope_asked_for_must_be_the_token_s() {
    let app = TestApp::with(|config| config.scopes = Scope::parse("read write"));
    app.add_user("ada");
    let token = app.sign_in("ada").access;
    let answer = |query: &str| app.bearer("GET", &format!("/verify?scope={query}"), &token);
    for held in ["", "read", "write+read", "write%20read", "read+read"] {
        assert_eq!(answer(held).status, 200, "{held}");
    }
    for (lacking, told) in [("admin", "admin"), ("read+admin", "read admin"), ("READ", "READ")] {
        let reply = answer(lacking);
        assert_eq!(reply.refusal(), "403 insufficient_scope", "{lacking}");
        let challenge = reply.header("www-authenticate");
        assert!(challenge.starts_with(r#"Bearer realm="jeton", error="insufficient_scope""#), "{challenge}");
        assert!(challenge.ends_with(&format!(r#", scope="{told}""#)), "{challenge}");
    }
    let quoted = answer("admin%22,evil=%22%0D%0AX-Evil:1");
    assert_eq!(quoted.refusal(), "403 insufficient_scope");
    assert!(!quoted.header("www-authenticate").contains("evil"), "nothing breaks out of the quotes");
    let (bad, lacking) = ("/verify?scope=admin", "garbage");
    assert_eq!(app.bearer("GET", bad, lacking).status, 401, "first the token, then what it allows");
}

#[test]
fn a_parameter_stands_at_most_once_and_others_are_ignored() {
    let (app, for_api, _) = two_audiences();
    let answer = |query: &str| app.bearer("GET", &format!("/verify?{query}"), &for_api.access);
    for twice in ["scope=&scope=", "audience=https://api&audience=https://api", "scope=&x=1&sc%6Fpe="] {
        assert_eq!(answer(twice).refusal(), "400 invalid_request", "{twice}");
    }
    assert_eq!(answer("x=1&x=2&Scope=admin&scopes=admin&aud=x").status, 200);
}

#[test]
fn the_query_counts_for_a_token_in_the_body_too() {
    let (app, for_api, for_files) = two_audiences();
    let body = json!({ "token": for_files.access });
    assert_eq!(app.post("/verify?audience=https://files", &body).status, 200);
    assert_eq!(app.post("/verify?audience=https://files&scope=x", &body).refusal(), "403 insufficient_scope");
    let reply = app.post("/verify?audience=https://files", &json!({ "token": for_api.access }));
    assert_eq!(reply.refusal(), "401 invalid_token wrong_audience");
}
