//! GET /me: the user's own record, as it is now.

use jeton::scope::Scope;
use jeton::user::UserChange;
use serde_json::json;

use crate::app::{TestApp, seconds};

#[test]
fn a_user_sees_the_record_as_it_is_now_and_the_token_s_own_scope() {
    let app = TestApp::start();
    let ada = app.add("Ada Ünal", |user| {
        user.scopes = Scope::parse("read write");
        user.roles = vec!["reader".to_owned()];
    });
    let tokens = app.sign_in_with("ada ünal", &json!({ "scope": "read" }));
    let reply = app.bearer("GET", "/me", &tokens.access);
    let mut expected = json!({
        "sub": ada.id.as_str(), "username": "Ada Ünal", "roles": ["reader"], "scope": "read",
        "session_id": tokens.session,
    });
    assert_eq!((reply.status, reply.json()), (200, expected.clone()));
    assert_eq!(reply.header("cache-control"), "no-store");

    app.change(&ada, UserChange { roles: Some(Vec::new()), ..UserChange::default() });
    expected["roles"] = json!([]);
    assert_eq!(app.bearer("GET", "/me", &tokens.access).json(), expected);
}

#[test]
fn a_user_who_is_disabled_or_gone_is_challenged() {
    let app = TestApp::start();
    let (ada, bob) = (app.add_user("ada"), app.add_user("bob"));
    let (of_ada, of_bob) = (app.sign_in("ada").access, app.sign_in("bob").access);
    app.change(&ada, UserChange { disabled: Some(true), ..UserChange::default() });
    app.delete(&bob);
    for token in [of_ada, of_bob] {
        let reply = app.bearer("GET", "/me", &token);
        assert_eq!(reply.refusal(), "401 invalid_token");
        let challenge = reply.header("www-authenticate");
        assert!(challenge.starts_with(r#"Bearer realm="jeton", error="invalid_token", error_description=""#));
        assert_eq!(app.verify(&token).status, 200, "/verify asks no store");
    }
}

#[test]
fn an_access_token_outlives_its_session_here_too() {
    let app = TestApp::start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    app.post("/logout", &json!({ "refresh_token": tokens.refresh }));
    assert_eq!(app.bearer("GET", "/me", &tokens.access).status, 200);
    app.clock.advance(seconds(605));
    assert_eq!(app.bearer("GET", "/me", &tokens.access).refusal(), "401 invalid_token expired");
}
