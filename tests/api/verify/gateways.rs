//! What gateways rely on: the five headers, and a path that is not ours.

use jeton::scope::Scope;
use serde_json::json;

use crate::app::TestApp;
use crate::forge::Forge;
use crate::reply::AUTH_HEADERS;

#[test]
fn the_five_headers_stand_on_every_200_so_that_forged_ones_are_overwritten() {
    let app = TestApp::start();
    let ada = app.add("ada", |user| {
        user.roles = vec!["admin".to_owned(), "ops/eu:1".to_owned()];
        user.scopes = Scope::parse("read write");
    });
    let tokens = app.sign_in_with("ada", &json!({ "client_id": "web" }));
    let authorization = format!("Bearer {}", tokens.access);
    let forged: Vec<_> = AUTH_HEADERS.map(|name| (name, "forged")).into();
    let headers: Vec<_> = forged.into_iter().chain([("authorization", authorization.as_str())]).collect();
    for path in ["/verify", "/verify/original/path"] {
        let reply = app.send("GET", path, &headers, b"");
        let told = AUTH_HEADERS.map(|name| reply.header(name));
        assert_eq!(told, [ada.id.as_str(), "read write", &tokens.session, "admin,ops/eu:1", "web"]);
        assert!(AUTH_HEADERS.iter().all(|name| reply.headers.get_all(*name).iter().count() == 1));
    }
}

#[test]
fn what_a_token_does_not_say_is_an_empty_header() {
    let app = TestApp::start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    let forge = Forge::after(&app, &tokens);
    for (claim, header) in [("sid", "x-auth-session"), ("client_id", "x-auth-client"), ("scope", "x-auth-scope")] {
        let reply = app.verify(&forge.without(claim));
        assert_eq!((reply.status, reply.headers.get(header).map(|value| value.len())), (200, Some(0)), "{claim}");
    }
}

#[test]
fn a_claim_cannot_break_out_of_its_header() {
    let app = TestApp::start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    let forge = Forge::after(&app, &tokens);
    for subject in ["a\r\nx-auth-roles: admin", "a\u{0}b", "Zoë", "\u{1b}[31m"] {
        let reply = app.verify(&forge.claim("sub", subject));
        assert_eq!((reply.status, reply.header("x-auth-roles")), (200, ""), "{subject:?}");
        assert!(reply.header("x-auth-subject").bytes().all(|byte| byte.is_ascii_graphic()), "{subject:?}");
        assert_eq!(reply.json()["sub"], subject);
    }
}

#[test]
fn below_verify_the_query_is_somebody_else_s() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").access;
    for path in ["/verify/search?audience=x&scope=admin&scope=root", "/verify/?scope=admin", "/verify/a/b/c?%ff&&=="] {
        assert_eq!(app.bearer("GET", path, &token).status, 200, "{path}");
    }
    assert_eq!(app.bearer("GET", "/verify?scope=admin", &token).status, 403);
    assert_eq!(app.bearer("GET", "/verifyall", &token).refusal(), "404 not_found");
}
