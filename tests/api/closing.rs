//! After an answer that closes its connection nothing more is done there (RFC 9112 section 9.6), however
//! much has come.

use crate::app::{JSON, TestApp};
use crate::reply::Tokens;
use crate::wire::{Wire, request};

/// A server, and somebody who is signed in until somebody signs him out.
fn signed_in() -> (TestApp, Tokens) {
    let app = TestApp::start();
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    (app, tokens)
}

fn logout(tokens: &Tokens) -> String {
    request("POST", "/logout", &[JSON], &format!(r#"{{"refresh_token":"{}"}}"#, tokens.refresh))
}

/// Sends both in one piece: the first is answered with this status and closes, the second never happens.
#[track_caller]
fn only_the_first_is_done(app: &TestApp, first: &str, status: u16, tokens: &Tokens) {
    let mut wire = Wire::to(app);
    let reply = wire.send(first.to_owned() + &logout(tokens)).reply();
    // To HTTP/1.0 the end of an answer is the end of the connection.
    let says = if first.contains("HTTP/1.0") { "" } else { "close" };
    assert_eq!((reply.status, reply.header("connection")), (status, says), "{first}");
    assert!(wire.is_closed(), "{first}");
    assert_eq!(app.verify(&tokens.access).status, 200);
}

#[test]
fn nothing_is_done_behind_a_request_that_is_the_client_s_last() {
    let (app, tokens) = signed_in();
    let close = ("connection", "close");
    for first in [
        "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_owned(),
        "GET /nowhere HTTP/1.1\r\nhost: x\r\nConnection: TE, Close\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.0\r\n\r\n".to_owned(),
        // Answered before a body is looked at, and after.
        request("POST", "/verify", &[JSON, close], r#"{"token":"x"}"#),
        // Answered while what follows is read already.
        request("POST", "/login", &[JSON, close], r#"{"username":"eve","password":"hunter2hunter2"}"#),
    ] {
        let status = match first.split([' ', '?']).nth(1) {
            Some("/healthz") => 200,
            Some("/nowhere") => 404,
            _ => 401,
        };
        only_the_first_is_done(&app, &first, status, &tokens);
    }
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "rotated", "nobody was signed out");
}

#[test]
fn nothing_is_done_behind_a_body_that_nobody_read() {
    let (app, tokens) = signed_in();
    let bearer = format!("Bearer {}", tokens.access);
    let body = format!("{:60}", "GET /verify HTTP/1.1\r\nhost: x\r\n\r\n");
    let unread = request("POST", "/verify", &[("authorization", &bearer)], &body);
    only_the_first_is_done(&app, &unread, 200, &tokens);
    let chunks = format!("3c\r\n{body}\r\n0\r\n\r\n");
    let chunked = format!("POST /nowhere HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");
    only_the_first_is_done(&app, &chunked, 404, &tokens);
    let too_large = request("POST", "/login", &[JSON], &"x".repeat(17_000));
    only_the_first_is_done(&app, &too_large, 413, &tokens);
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "rotated", "nobody was signed out");
}

#[test]
fn a_client_that_has_said_all_gets_its_answer_and_the_end() {
    let (app, tokens) = signed_in();
    let mut wire = Wire::to(&app);
    let last = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_owned();
    wire.send(last + &logout(&tokens)).end();
    assert_eq!(wire.reply().status, 200);
    assert!(wire.is_closed());
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "rotated", "nobody was signed out");
}

#[test]
fn requests_in_one_piece_are_all_answered_where_none_closes() {
    let (app, tokens) = signed_in();
    let mut wire = Wire::to(&app);
    let login = r#"{"username":"eve","password":"hunter2hunter2"}"#;
    let refused = request("POST", "/login", &[JSON, ("connection", "keep-alive")], login);
    wire.send(["GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", &refused, &logout(&tokens), &refused].concat());
    for status in [200, 401, 204, 401] {
        let reply = wire.reply();
        assert_eq!((reply.status, reply.header("connection")), (status, ""));
    }
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "400 invalid_grant revoked");
    assert_eq!(wire.send("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").reply().status, 200);
}

#[test]
fn nothing_is_done_behind_an_answer_that_the_library_closes_with() {
    let (app, tokens) = signed_in();
    let login = r#"{"username":"eve","password":"hunter2hunter2"}"#;
    let mut wire = Wire::to(&app);
    // It does so where it has read a part of the next body as the answer begins.
    let logout = logout(&tokens);
    let (part, rest) = logout.split_at(logout.len() - 10);
    wire.send(request("POST", "/login", &[JSON], login) + part);
    let reply = wire.reply();
    assert_eq!((reply.status, reply.header("connection")), (401, "close"));
    wire.send(rest);
    assert!(wire.is_closed());
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "rotated", "nobody was signed out");
}
