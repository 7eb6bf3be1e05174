//! Where a token may stand: the bearer header, or the body of a POST. Nowhere else.

use serde_json::json;

use crate::app::{JSON, TestApp};
use crate::wire::{Wire, request};

const NO_CREDENTIALS: (u16, &str) = (401, r#"Bearer realm="jeton""#);

#[test]
fn the_header_s_token_is_verified_with_any_method() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").access;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT", "TRACE"] {
        for path in ["/verify", "/verify/", "/verify/a/b%20c"] {
            let reply = app.bearer(method, path, &token);
            assert_eq!(reply.status, 200, "{method} {path}");
            assert_eq!(reply.json()["client_id"], "default");
        }
        assert_eq!(app.bearer(method, "/verify", "garbage").refusal(), "401 invalid_token malformed", "{method}");
    }
    let head = app.bearer("HEAD", "/verify", &token);
    assert_eq!((head.status, head.body.len(), head.header("x-auth-client")), (200, 0, "default"));
    assert_eq!(app.bearer("HEAD", "/verify", "garbage").status, 401);
}

#[test]
fn the_scheme_is_bearer_in_any_case_of_letters() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").access;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer "] {
        let reply = app.send("GET", "/verify", &[("authorization", &format!("{scheme} {token}"))], b"");
        assert_eq!(reply.status, 200, "{scheme}");
    }
}

#[test]
fn another_scheme_counts_as_no_credentials() {
    let app = TestApp::start();
    for headers in [&[][..], &[("authorization", "Basic YWRhOmh1bnRlcjI=")], &[("authorization", "DPoP abc")]] {
        let reply = app.send("GET", "/verify", headers, b"");
        assert_eq!((reply.status, reply.header("www-authenticate")), NO_CREDENTIALS, "{headers:?}");
        assert!(reply.json().get("reason").is_none());
    }
}

#[test]
fn credentials_that_can_be_read_in_two_ways_are_a_bad_request() {
    let app = TestApp::start();
    app.add_user("ada");
    let bearer = format!("Bearer {}", app.sign_in("ada").access);
    let (two_words, comma) = (format!("{bearer} x"), format!("{bearer}, {bearer}"));
    for headers in [
        &[("authorization", "Bearer")][..],
        &[("authorization", "bearer ")],
        &[("authorization", two_words.as_str())],
        &[("authorization", comma.as_str())],
        &[("authorization", bearer.as_str()), ("authorization", bearer.as_str())],
        &[("authorization", "Basic YTpi"), ("authorization", bearer.as_str())],
    ] {
        for method in ["GET", "POST"] {
            let reply = app.send(method, "/verify", headers, b"");
            assert_eq!(reply.refusal(), "400 invalid_request", "{method} {headers:?}");
            assert!(reply.header("www-authenticate").starts_with(r#"Bearer realm="jeton", error="invalid_request""#));
        }
    }
}

#[test]
fn without_the_header_a_post_s_body_carries_the_token() {
    let app = TestApp::start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    let body = json!({ "token": tokens.access, "unknown": 1 });
    assert_eq!(app.post("/verify", &body).status, 200);
    assert_eq!(app.post("/verify/any/path", &body).status, 200);
    let basic = [JSON, ("authorization", "Basic YTpi")];
    let reply = app.send("POST", "/verify", &basic, body.to_string().as_bytes());
    assert_eq!(reply.status, 200, "another scheme is no bearer header");
    for (token, refusal) in [
        (json!(tokens.refresh), "401 invalid_token malformed"),
        (json!(""), "401 invalid_token malformed"),
        (json!(format!("{} ", tokens.access)), "401 invalid_token malformed"),
        (json!(1), "400 invalid_request"),
        (json!(null), "400 invalid_request"),
        (json!([tokens.access]), "400 invalid_request"),
    ] {
        assert_eq!(app.post("/verify", &json!({ "token": token })).refusal(), refusal, "{token}");
    }
    for body in ["{}", "[]", "{", r#"{"token":"a","token":"a"}"#] {
        assert_eq!(app.send("POST", "/verify", &[JSON], body.as_bytes()).refusal(), "400 invalid_request", "{body}");
    }
    let plain = app.send("POST", "/verify", &[("content-type", "text/plain")], body.to_string().as_bytes());
    assert_eq!(plain.refusal(), "415 unsupported_media_type");
    let nothing = app.send("POST", "/verify", &[], b"");
    assert_eq!((nothing.status, nothing.header("www-authenticate")), NO_CREDENTIALS);
    let put = app.send("PUT", "/verify", &[JSON], body.to_string().as_bytes());
    assert_eq!((put.status, put.header("www-authenticate")), NO_CREDENTIALS, "only of a POST");
}

#[test]
fn with_the_header_the_body_is_not_read() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").access;
    let bearer = ("authorization", &*format!("Bearer {token}"));
    let reply = app.send("POST", "/verify", &[JSON, bearer], br#"{"token":"garbage"#);
    assert_eq!(reply.status, 200);
    let reply = app.send("POST", "/verify", &[JSON, ("authorization", "Bearer garbage")], token.as_bytes());
    assert_eq!(reply.refusal(), "401 invalid_token malformed");
    // A body that never comes: the answer does not wait for it.
    let promised = [("authorization", bearer.1), ("content-length", "1000000")];
    let head = request("POST", "/verify", &promised, "").replace("content-length: 0\r\n", "");
    assert_eq!(Wire::to(&app).send(head).reply().status, 200);
}

#[test]
fn cookies_and_the_query_never_carry_a_token() {
    let app = TestApp::start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    let token = &tokens.access;
    for name in ["token", "access_token", "authorization", "jeton", "__Host-jeton", "sid"] {
        let cookie = format!("{name}={token}");
        let reply = app.send("GET", &format!("/verify?{cookie}"), &[("cookie", &cookie)], b"");
        assert_eq!((reply.status, reply.header("www-authenticate")), NO_CREDENTIALS, "{name}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let reply = app.send("POST", "/verify", &form, format!("access_token={token}").as_bytes());
    assert_eq!(reply.refusal(), "415 unsupported_media_type");
}
