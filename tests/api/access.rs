//! The access matrix: every route of the table against every kind of bad credentials. A route that
//! is not classified here fails the test.

use jeton::testing::TestIssuer;

use crate::app::{TestApp, seconds};
use crate::reply::Reply;

/// What a route asks for.
#[derive(Clone, Copy, PartialEq)]
enum Access {
    /// Nothing: the answer is the same whatever Authorization says.
    Open,
    /// A bearer access token.
    Bearer,
    /// A bearer access token, where the body holds no refresh token.
    BearerOrRefreshToken,
}

/// A class for every route and method.
fn access(path: &str, method: &str) -> Access {
    match (path, method) {
        ("/login" | "/refresh" | "/users", "POST") => Access::Open,
        ("/logout", "POST") => Access::BearerOrRefreshToken,
        ("/verify" | "/verify/{path:.*}", "*") => Access::Bearer,
        ("/me" | "/sessions", "GET") | ("/me/password", "PUT") => Access::Bearer,
        ("/sessions" | "/sessions/{id}", "DELETE") => Access::Bearer,
        ("/.well-known/jwks.json" | "/healthz" | "/readyz", "GET") => Access::Open,
        ("/.well-known/oauth-authorization-server" | "/.well-known/openid-configuration", "GET") => Access::Open,
        _ => panic!("{method} {path} is a new route: who may use it?"),
    }
}

/// What is presented, and how a protected route answers it.
struct Credentials {
    name: &'static str,
    headers: Vec<(&'static str, String)>,
    refusal: &'static str,
}

fn bad_credentials(app: &TestApp) -> Vec<Credentials> {
    app.add_user("ada");
    let expired = app.sign_in("ada").access;
    app.clock.advance(seconds(3_600));
    let fresh = app.sign_in("ada");
    let issuer = || TestIssuer::new().with_clock(app.clock.clone());
    let stranger = issuer().with_issuer("http://127.0.0.1:8080").with_audience("http://127.0.0.1:8080");
    let one =
        |name, value: &str, refusal| Credentials { name, headers: vec![("authorization", value.to_owned())], refusal };
    let good = format!("Bearer {}", fresh.access);
    vec![
        Credentials { name: "nothing", headers: Vec::new(), refusal: "401" },
        Credentials { name: "a cookie", headers: vec![("cookie", format!("jeton={}", fresh.access))], refusal: "401" },
        one("Basic", "Basic YWRhOmNvcnJlY3QgaG9yc2U=", "401"),
        one("the token without its scheme", &fresh.access, "401"),
        one("garbage", "Bearer garbage", "401 invalid_token malformed"),
        one("a refresh token", &format!("Bearer {}", fresh.refresh), "401 invalid_token malformed"),
        one("an expired token", &format!("Bearer {expired}"), "401 invalid_token expired"),
        one("another issuer's", &format!("Bearer {}", stranger.token_for("ada")), "401 invalid_token unknown_key"),
        one("no token", "Bearer", "400 invalid_request"),
        one("two tokens", &format!("{good} {}", fresh.access), "400 invalid_request"),
        Credentials {
            name: "two headers",
            headers: vec![("authorization", good.clone()), ("authorization", good)],
            refusal: "400 invalid_request",
        },
    ]
}

fn send(app: &TestApp, method: &str, path: &str, headers: &[(&str, String)]) -> Reply {
    let path = path.replace("{path:.*}", "original/path").replace("{id}", "AAAAAAAAAAAAAAAAAAAAAA");
    let method = if method == "*" { "GET" } else { method };
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    app.send(method, &path, &headers, b"")
}

/// Status and code; a challenge without an error code stands for no credentials.
fn told(reply: &Reply) -> String {
    let challenge = reply.header("www-authenticate");
    assert!(challenge.starts_with(r#"Bearer realm="jeton""#), "{reply:?}");
    if challenge.contains("error=") { reply.refusal() } else { reply.status.to_string() }
}

#[test]
fn every_protected_route_refuses_every_kind_of_bad_credentials() {
    let app = TestApp::start();
    let mut tried = 0;
    for credentials in bad_credentials(&app) {
        let Credentials { name, headers, refusal } = &credentials;
        for (path, methods) in jeton::http::routes() {
            for method in methods {
                let reply = send(&app, method, path, headers);
                match access(path, method) {
                    Access::Open => {
                        let plain = send(&app, method, path, &[]);
                        assert_eq!((reply.status, reply.body), (plain.status, plain.body), "{method} {path} {name}");
                    }
                    Access::BearerOrRefreshToken if *refusal == "401" => {
                        assert_eq!(reply.refusal(), "400 invalid_request", "{method} {path} {name}");
                    }
                    _ => assert_eq!(told(&reply), *refusal, "{method} {path} {name}"),
                }
                tried += 1;
            }
        }
    }
    assert!(tried >= 11 * 14, "the table was walked: {tried}");
}

#[test]
fn every_protected_route_lets_its_owner_in() {
    let app = TestApp::start();
    app.add_user("ada");
    for (path, methods) in jeton::http::routes() {
        for method in methods {
            if access(path, method) != Access::Open {
                let token = app.sign_in("ada").access;
                let reply = send(&app, method, path, &[("authorization", format!("Bearer {token}"))]);
                // Let in, and then told what else is missing.
                let expected = match path {
                    "/sessions/{id}" => 404,
                    "/me/password" => 415,
                    _ => 200,
                };
                let status = if reply.status == 204 { 200 } else { reply.status };
                assert_eq!(status, expected, "{method} {path}");
            }
        }
    }
}
