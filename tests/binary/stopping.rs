//! How a server stops: soon, and not in the middle of an answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustix::process::Signal;

use crate::home::{Home, PASSWORD};
use crate::process::PATIENCE;
use crate::server::Server;

/// Far below the ten seconds that requests in flight have.
const SOON: Duration = Duration::from_secs(2);

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Reads until `end` has come; all that was read.
fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end.as_bytes()) {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "closed after {:?}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&byte);
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn both_signals_stop_it_at_once_and_cleanly() {
    for signal in [Signal::TERM, Signal::INT] {
        let home = Home::new();
        let server = home.serve();
        assert_eq!(server.get("/readyz", None).status, 200);
        server.process.signal(signal);
        server.process.finish(SOON).exits(0);
    }
}

#[test]
fn an_idle_connection_does_not_hold_it_up() {
    let home = Home::new();
    let server = home.serve();
    // One that has asked and is kept, and one that has not asked yet.
    let (mut asked, mut silent) = (connect(&server), connect(&server));
    asked.write_all(b"GET /healthz HTTP/1.1\r\nHost: jeton\r\n\r\n").unwrap();
    assert!(read_until(&mut asked, "}").starts_with("HTTP/1.1 200 "));
    server.process.signal(Signal::TERM);
    server.process.finish(SOON).exits(0);
    for stream in [&mut asked, &mut silent] {
        assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0, "nothing more comes");
    }
}

#[test]
fn a_request_in_flight_is_answered() {
    let home = Home::new();
    home.add("ada");
    let server = home.serve();
    let body = format!(r#"{{"username":"ada","password":"{PASSWORD}"}}"#);
    let (first, rest) = body.split_at(20);
    let mut slow = connect(&server);
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: jeton\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).unwrap();
    // The server has the head and waits for the body.
    assert!(read_until(&mut slow, "\r\n\r\n").starts_with("HTTP/1.1 100 "));
    slow.write_all(first.as_bytes()).unwrap();
    server.process.signal(Signal::TERM);
    server.process.stderr.wait_for(|text| text.contains("stopping").then_some(()));
    slow.write_all(rest.as_bytes()).unwrap();
    let answer = read_until(&mut slow, "}");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("refresh_token"), "{answer}");
    server.process.finish(SOON).exits(0);
}
