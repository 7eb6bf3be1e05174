//! Signing in.

use serde_json::json;

use crate::app::{PASSWORD, TestApp};

#[test]
fn a_user_signs_in_and_the_token_verifies() {
    let app = TestApp::start();
    let user = app.add_user("Ada");
    let reply = app.post("/login", &json!({ "username": "ada", "password": PASSWORD }));
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("cache-control"), "no-store");
    let body = reply.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 600);
    assert_eq!(body["refresh_expires_in"], 14 * 86_400);

    let verified = app.bearer("GET", "/verify", &reply.tokens().access);
    assert_eq!(verified.status, 200, "{verified:?}");
    assert_eq!(verified.header("x-auth-subject"), user.id.as_str());
    assert_eq!(verified.json()["amr"], json!(["pwd"]));
}
