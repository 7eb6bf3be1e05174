//! The answer of a good sign-in, and the access token in it.

use std::collections::BTreeSet;

use jeton::scope::Scope;
use serde_json::{Map, Value, json};

use crate::app::{START, TestApp, days};
use crate::reply::AUTH_HEADERS;

fn names(object: &Map<String, Value>) -> BTreeSet<&str> {
    object.keys().map(String::as_str).collect()
}

#[test]
fn a_user_signs_in_and_the_token_verifies() {
    let app = TestApp::start();
    let user = app.add_user("Ada");
    let reply = app.try_sign_in("ada", &json!({}));
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("cache-control"), "no-store");
    let body = reply.json();
    let members = ["access_token", "token_type", "expires_in", "refresh_token", "refresh_expires_in", "scope"];
    assert_eq!(names(body.as_object().unwrap()), members.into_iter().chain(["session_id"]).collect());
    assert_eq!((&body["token_type"], &body["scope"]), (&json!("Bearer"), &json!("")));
    assert_eq!((&body["expires_in"], &body["refresh_expires_in"]), (&json!(600), &json!(days(14).as_secs())));

    let verified = app.verify(&reply.tokens().access);
    assert_eq!(verified.status, 200, "{verified:?}");
    assert_eq!(verified.json(), Value::from(reply.tokens().claims()));
    let told = AUTH_HEADERS.map(|name| verified.header(name));
    assert_eq!(told, [user.id.as_str(), "", &reply.tokens().session, "", "default"]);
}

#[test]
fn the_access_token_is_as_rfc_9068_has_it() {
    let app = TestApp::start();
    let user = app.add_user("Ada Lovelace");
    let tokens = app.sign_in("Ada Lovelace");
    let header = tokens.header();
    assert_eq!(names(&header), ["typ", "alg", "kid"].into());
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));

    let claims = tokens.claims();
    let expected = ["iss", "sub", "aud", "client_id", "iat", "exp", "jti", "sid", "auth_time", "amr"];
    assert_eq!(names(&claims), expected.into(), "scope and roles are left out where they are empty");
    let issuer = "http://127.0.0.1:8080";
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(issuer), &json!(issuer)));
    assert_eq!((&claims["sub"], &claims["sid"]), (&json!(user.id.as_str()), &json!(tokens.session)));
    let (iat, exp) = (json!(START.as_secs()), json!(START.as_secs() + 600));
    assert_eq!((&claims["iat"], &claims["auth_time"], &claims["exp"]), (&iat, &iat, &exp));
    assert_eq!((&claims["amr"], &claims["client_id"]), (&json!(["pwd"]), &json!("default")));
    assert!(!Value::from(claims.clone()).to_string().to_lowercase().contains("lovelace"), "the name is not in it");
    assert_ne!(claims["jti"], app.sign_in("ada lovelace").claims()["jti"]);
}

#[test]
fn roles_scopes_and_custom_claims_of_the_user_are_in_the_token() {
    let app = TestApp::start();
    app.add("ada", |user| {
        user.roles = vec!["admin".to_owned(), "audit:read".to_owned()];
        user.scopes = Scope::parse("read write");
        user.claims = Map::from_iter([("tenant".to_owned(), json!({ "id": 7, "name": "Zürich" }))]);
    });
    let tokens = app.sign_in("ada");
    let claims = tokens.claims();
    assert_eq!(claims["roles"], json!(["admin", "audit:read"]));
    assert_eq!(claims["scope"], "read write");
    assert_eq!(claims["tenant"], json!({ "id": 7, "name": "Zürich" }));
    let verified = app.verify(&tokens.access);
    assert_eq!(verified.header("x-auth-roles"), "admin,audit:read");
    assert_eq!(verified.header("x-auth-scope"), "read write");
    assert_eq!(verified.json()["tenant"]["name"], "Zürich");
}
