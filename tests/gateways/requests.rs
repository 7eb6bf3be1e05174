//! Requests as a client of the gateway sends them, byte by byte.

use std::net::SocketAddr;
use std::time::Duration;

use crate::reply::Reply;
use crate::wire::Wire;

/// A request that is being shaped.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: String,
    lines: Vec<String>,
    body: String,
}

impl Request {
    /// With any method.
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), lines: Vec::new(), body: String::new() }
    }

    /// A GET.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// With an access token.
    pub fn bearer(self, token: &str) -> Self {
        self.line(&format!("Authorization: Bearer {token}"))
    }

    /// With a header line exactly as it stands.
    pub fn line(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }

    /// With a body and its length.
    pub fn body(self, body: &str) -> Self {
        Self { body: body.to_owned(), ..self.line(&format!("Content-Length: {}", body.len())) }
    }

    /// With a body in chunks.
    pub fn chunked(self, body: &str) -> Self {
        let (first, rest) = body.split_at(body.len() / 2);
        let chunks = [first, rest, ""].map(|part| format!("{:x}\r\n{part}\r\n", part.len()));
        Self { body: chunks.concat(), ..self.line("Transfer-Encoding: chunked") }
    }

    fn text(&self) -> String {
        let head = format!("{} {} HTTP/1.1\r\nHost: service.test\r\n", self.method, self.target);
        let lines: String = self.lines.iter().map(|line| format!("{line}\r\n")).collect();
        head + &lines + "\r\n" + &self.body
    }
}

/// Sends it over a connection of its own.
pub fn ask(address: SocketAddr, request: &Request) -> Reply {
    // Traefik takes thirty seconds to give jeton up, and none may take longer.
    let mut wire = Wire::at(address, Duration::from_secs(45));
    wire.send(request.text());
    if request.method == "HEAD" {
        let (status, headers) = wire.head();
        return Reply { status, headers, body: Vec::new() };
    }
    wire.reply()
}
