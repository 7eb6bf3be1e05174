//! One request over a connection of its own, that can be lost on the way there or back.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anybody waits for an answer. Longer than a server needs to say 503.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is lost on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    Nothing,
    /// Nobody ever hears of the request.
    Request,
    /// It is sent, and the connection closed at once.
    Connection,
    /// The answer comes, and whoever asked does not hear it.
    Answer,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing was sent.
    Unsent,
    /// It was sent: it may have been done, or be done yet.
    Unheard,
}

/// What a server answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    head: String,
    pub body: Value,
}

impl Reply {
    /// A header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = |line: &'_ str| line.split_once(": ").is_some_and(|(found, _)| found.eq_ignore_ascii_case(name));
        self.head.lines().find(|line| value(line)).and_then(|line| line.split_once(": ")).map_or("", |(_, value)| value)
    }

    /// A member of the body, empty where there is none.
    pub fn text(&self, member: &str) -> &str {
        self.body[member].as_str().unwrap_or_default()
    }
}

/// A request to be.
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: String,
}

impl Request<'_> {
    /// Sends it to the server at this port of ours. Whoever loses the answer has to do so itself.
    pub fn send(&self, port: u16, loss: Loss) -> Result<Reply, Silence> {
        if loss == Loss::Request {
            return Err(Silence::Unsent);
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(|_| Silence::Unsent)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(|_| Silence::Unsent)?;
        stream.write_all(self.text().as_bytes()).map_err(|_| Silence::Unheard)?;
        if loss == Loss::Connection {
            return Err(Silence::Unheard);
        }
        reply(&read_to_end(stream)).ok_or(Silence::Unheard)
    }

    fn text(&self) -> String {
        let Self { method, path, headers, body } = self;
        let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n");
        for (name, value) in *headers {
            text += &format!("{name}: {value}\r\n");
        }
        text + &format!("content-length: {}\r\n\r\n{body}", body.len())
    }
}

/// All that comes before the end, or before patience ends.
#[expect(clippy::disallowed_methods, reason = "how long a client waits")]
fn read_to_end(mut stream: TcpStream) -> Vec<u8> {
    let (start, mut bytes, mut part) = (Instant::now(), Vec::new(), [0; 4096]);
    while let Some(left) = PATIENCE.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) {
        match stream.set_read_timeout(Some(left)).and_then(|()| stream.read(&mut part)) {
            Ok(length) if length > 0 => bytes.extend_from_slice(&part[..length]),
            _ => break,
        }
    }
    bytes
}

/// A whole answer; `None` where some of it is missing.
fn reply(bytes: &[u8]) -> Option<Reply> {
    let (head, body) = std::str::from_utf8(bytes).ok()?.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let reply = Reply { status, head: head.to_owned(), body: serde_json::from_str(body).unwrap_or_default() };
    // RFC 9110 §8.6: a 204 has no length.
    let length = if status == 204 { Some(0) } else { reply.header("content-length").parse().ok() };
    (length == Some(body.len())).then_some(reply)
}
