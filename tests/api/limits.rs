//! What holds before anybody looks at what is asked: paths, methods, the request's id.

use crate::app::TestApp;
use crate::wire::{Wire, request};

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];

#[test]
fn a_method_that_is_not_built_is_405_with_what_is() {
    let app = TestApp::start();
    for (path, built) in jeton::http::routes().into_iter().filter(|(_, built)| *built != ["*"]) {
        let path = path.replace("{id}", "AAAAAAAAAAAAAAAAAAAAAA");
        let mut expected = built.clone();
        expected.extend(built.contains(&"GET").then_some("HEAD"));
        expected.sort_unstable();
        for method in METHODS.into_iter().filter(|method| !expected.contains(method)) {
            let reply = app.send(method, &path, &[], b"");
            assert_eq!(reply.status, 405, "{method} {path}");
            let mut allowed: Vec<_> = reply.header("allow").split(", ").collect();
            allowed.sort_unstable();
            assert_eq!(allowed, expected, "{method} {path}");
            assert!(method == "HEAD" || reply.refusal() == "405 method_not_allowed");
        }
    }
}

#[test]
fn a_path_that_is_not_built_is_404() {
    let app = TestApp::start();
    let paths = [
        "/",
        "/users/",
        "/me/name",
        "/session",
        "/metrics",
        "/login/",
        "/Login",
        "//login",
        "/sessions/",
        "/sessions/a/b",
        "/.well-known",
        "/.well-known/jwks.json/",
        "/verify%2F",
        "/%ff",
        "/..",
        "/a?b",
    ];
    for path in paths {
        for method in ["GET", "POST", "PUT"] {
            assert_eq!(app.send(method, path, &[], b"").refusal(), "404 not_found", "{method} {path}");
        }
    }
}

#[test]
fn head_works_wherever_get_does_and_has_no_body() {
    let app = TestApp::start();
    app.add_user("ada");
    let authorization = ("authorization", &*format!("Bearer {}", app.sign_in("ada").access));
    for (path, methods) in jeton::http::routes() {
        if methods.contains(&"GET") {
            let get = app.send("GET", path, &[authorization], b"");
            let head = app.send("HEAD", path, &[authorization], b"");
            assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
            for same in ["content-type", "cache-control", "etag", "access-control-allow-origin"] {
                assert_eq!(head.header(same), get.header(same), "{path} {same}");
            }
        }
    }
    assert_eq!(app.send("HEAD", "/me", &[], b"").status, 401);
}

#[test]
fn a_request_s_id_is_kept_where_it_is_harmless_and_replaced_otherwise() {
    let app = TestApp::start();
    let answered = |headers: &[(&str, &str)]| {
        let reply = Wire::to(&app).send(request("GET", "/nowhere", headers, "")).reply();
        reply.holds_what_every_answer_must("/nowhere");
        reply.header("x-request-id").to_owned()
    };
    for kept in ["a", "trace-1.2_3", "00000000-0000-0000-0000-000000000000", &"x".repeat(64)] {
        assert_eq!(answered(&[("x-request-id", kept)]), kept);
    }
    for replaced in ["", "a b", "a/b", "a\tb", "<script>", "é", "a:b", &"x".repeat(65)] {
        assert_ne!(answered(&[("x-request-id", replaced)]), replaced);
    }
    let two = [("x-request-id", "a"), ("x-request-id", "b")];
    assert!(!["a", "b"].contains(&answered(&two).as_str()));
    assert_ne!(answered(&[]), answered(&[]), "new ones differ");
}
