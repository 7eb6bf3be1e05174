//! How large a request may be, how long it may take, and in which forms of HTTP it may come.

use serde_json::json;

use crate::app::{JSON, PASSWORD, TestApp};
use crate::wire::{Wire, request};

#[test]
fn a_body_over_16_kib_is_413_however_it_is_sent() {
    let app = TestApp::start();
    app.add_user("ada");
    let good = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let padded = |length: usize| format!("{good}{}", " ".repeat(length - good.len()));
    let login = |body: &str| Wire::to(&app).send(request("POST", "/login", &[JSON], body)).reply();
    assert_eq!(login(&padded(16_384)).status, 200, "16 KiB to the byte");
    assert_eq!(login(&padded(16_385)).refusal(), "413 payload_too_large");
    assert_eq!(login(&padded(1_000_000)).refusal(), "413 payload_too_large");
    for path in ["/refresh", "/logout", "/verify"] {
        let reply = Wire::to(&app).send(request("POST", path, &[JSON], &padded(20_000))).reply();
        assert_eq!(reply.refusal(), "413 payload_too_large", "{path}");
    }
    let chunked =
        "POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunks = format!("{chunked}{:x}\r\n{}\r\n0\r\n\r\n", 20_000, padded(20_000));
    assert_eq!(Wire::to(&app).send(chunks).reply().refusal(), "413 payload_too_large");
}

#[test]
fn chunked_bodies_and_expect_continue_are_understood() {
    let app = TestApp::start();
    app.add_user("ada");
    let good = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let (one, two) = good.split_at(10);
    let head = "POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let mut wire = Wire::to(&app);
    wire.send(format!("{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n", one.len()));
    wire.send(format!("{:x}\r\n{two}\r\n0\r\n\r\n", two.len()));
    assert_eq!(wire.reply().status, 200);

    wire.send(format!("{head}expect: 100-continue\r\ncontent-length: {}\r\n\r\n", good.len()));
    assert_eq!(wire.head().0, 100);
    assert_eq!(wire.send(&good).reply().status, 200, "on the same connection");
}

#[test]
fn a_head_over_16_kib_is_431_with_the_request_s_id() {
    let app = TestApp::start();
    let with = |target: &str, header: &str| {
        let headers = [("x-request-id", "mine"), ("x-padding", header)];
        let reply = Wire::to(&app).send(request("GET", target, &headers, "")).reply();
        reply.holds_what_every_answer_must(target);
        assert_eq!(reply.header("x-request-id"), "mine");
        if reply.status == 200 { "200".to_owned() } else { reply.refusal() }
    };
    let refused = "431 request_header_fields_too_large";
    assert_eq!(with("/healthz", &"x".repeat(16_000)), "200");
    assert_eq!(with("/healthz", &"x".repeat(16_384)), refused);
    assert_eq!(with("/healthz", &"x".repeat(100_000)), refused);
    assert_eq!(with(&format!("/healthz?{}", "x".repeat(16_384)), ""), refused);
    assert_eq!(with(&format!("/nowhere?{}", "x".repeat(16_384)), ""), refused);
}

#[test]
fn what_is_no_http_at_all_is_refused_by_the_library_and_harms_nobody() {
    // These never reach us: the answer is bare, without the request's id, and the connection ends.
    let app = TestApp::start();
    let many: String = (0..100).map(|number| format!("x-{number}: 1\r\n")).collect();
    let (path, header) = ("x".repeat(70_000), "x".repeat(140_000));
    let login = "POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    for (text, status) in [
        ("GARBAGE\r\n\r\n".to_owned(), 400),
        ("GET /healthz HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400),
        (format!("GET /{path} HTTP/1.1\r\nhost: x\r\n\r\n"), 400),
        (format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{many}\r\n"), 431),
        (format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx: {header}\r\n\r\n"), 431),
        (format!("{login}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"), 400),
        (format!("{login}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}} "), 400),
    ] {
        let mut wire = Wire::to(&app);
        let reply = wire.send(&text).reply();
        assert_eq!((reply.status, reply.body.len()), (status, 0), "{}", &text[..text.len().min(60)]);
        assert!(wire.is_closed(), "{}", &text[..text.len().min(60)]);
    }
    assert_eq!(app.get("/healthz").status, 200);
}

#[test]
fn a_body_that_does_not_come_is_408() {
    // The one test that waits: the timer of sockets is the machine's, not the clock's.
    let app = TestApp::start();
    let mut wire = Wire::to(&app);
    wire.send("POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"us");
    let reply = wire.reply();
    assert_eq!(reply.refusal(), "408 request_timeout");
    reply.holds_what_every_answer_must("/login");
}

#[test]
fn the_rest_of_a_chunked_body_that_is_refused_is_not_waited_for() {
    let app = TestApp::start();
    let mut wire = Wire::to(&app);
    wire.send("POST /nowhere HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\n \r\n");
    assert_eq!(wire.reply().status, 404);
    assert!(wire.is_closed(), "it could come for ever");
}

#[test]
fn a_client_that_hangs_up_in_mid_body_harms_nobody() {
    let app = TestApp::start();
    let mut wire = Wire::to(&app);
    wire.send("POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"us");
    drop(wire);
    assert_eq!(app.get("/healthz").status, 200);
}
