//! Scope, audience and client: what may be asked for, and what comes of not asking.

use jeton::scope::Scope;
use serde_json::json;

use crate::app::{PASSWORD, TestApp};

#[test]
fn scope_is_all_that_may_be_had_or_the_subset_asked_for() {
    let app = TestApp::with(|config| config.scopes = Scope::parse("read write"));
    app.add("ada", |user| user.scopes = Scope::parse("admin"));
    let granted = |more| app.try_sign_in("ada", &more).json()["scope"].as_str().unwrap().to_owned();
    assert_eq!(granted(json!({})), "read write admin");
    assert_eq!(granted(json!({ "scope": "admin read" })), "admin read");
    assert_eq!(granted(json!({ "scope": "read read" })), "read");
    assert_eq!(granted(json!({ "scope": "" })), "");
    for more in ["root", "read root", "READ", "read,write"] {
        assert_eq!(app.try_sign_in("ada", &json!({ "scope": more })).refusal(), "400 invalid_scope", "{more}");
    }
    app.add_user("bob");
    assert_eq!(app.try_sign_in("bob", &json!({ "scope": "admin" })).refusal(), "400 invalid_scope");
}

#[test]
fn the_audience_is_one_of_ours_and_the_first_where_none_is_asked_for() {
    let app = TestApp::with(|config| config.audience = vec!["https://api".to_owned(), "https://files".to_owned()]);
    app.add_user("ada");
    let audience = |more| app.sign_in_with("ada", &more).claims()["aud"].clone();
    assert_eq!(audience(json!({})), "https://api");
    assert_eq!(audience(json!({ "audience": "https://files" })), "https://files");
    for other in ["https://evil", "", "https://api/", "HTTPS://API", "https://api https://files"] {
        let reply = app.try_sign_in("ada", &json!({ "audience": other }));
        assert_eq!(reply.refusal(), "400 invalid_target", "{other}");
    }
}

#[test]
fn a_client_s_label_is_any_well_formed_one_or_one_of_the_list() {
    let app = TestApp::start();
    app.add_user("ada");
    for label in ["web", "a", "com.example:app-1_2", &"x".repeat(64)] {
        let tokens = app.sign_in_with("ada", &json!({ "client_id": label }));
        assert_eq!(tokens.claims()["client_id"], label);
        assert_eq!(app.verify(&tokens.access).header("x-auth-client"), label);
    }
    for label in ["", " web", "a b", "a/b", "é", &"x".repeat(65)] {
        assert_eq!(app.try_sign_in("ada", &json!({ "client_id": label })).refusal(), "400 invalid_client", "{label}");
    }
    let strict = TestApp::with(|config| config.clients = Some(vec!["web".to_owned(), "ios".to_owned()]));
    strict.add_user("ada");
    assert_eq!(strict.sign_in_with("ada", &json!({ "client_id": "ios" })).claims()["client_id"], "ios");
    assert_eq!(strict.try_sign_in("ada", &json!({ "client_id": "android" })).refusal(), "400 invalid_client");
}

#[test]
fn of_several_faults_the_first_of_the_contract_is_told() {
    let app = TestApp::with(|config| config.clients = Some(vec!["web".to_owned()]));
    app.add_user("ada");
    let wrong = json!({
        "username": "ada", "password": "wrong", "scope": "root", "audience": "https://evil", "client_id": "?",
        "transport": 1,
    });
    let mut body = wrong;
    let mut mend = |member: &str, value: &str| {
        let refusal = app.post("/login", &body).refusal();
        body[member] = value.into();
        refusal
    };
    assert_eq!(mend("transport", "body"), "400 invalid_request");
    assert_eq!(mend("password", PASSWORD), "401 invalid_credentials");
    assert_eq!(mend("scope", ""), "400 invalid_scope");
    assert_eq!(mend("audience", "http://127.0.0.1:8080"), "400 invalid_target");
    assert_eq!(mend("client_id", "web"), "400 invalid_client");
    assert_eq!(app.post("/login", &body).status, 200);
}
