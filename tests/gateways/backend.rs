//! A service of the test's own: it answers everything with the same bytes and remembers what it was
//! asked. It stands behind the gateway, or in jeton's place.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What every request is answered with.
const WELCOME: &str = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nwelcome";

/// A running service. Dropping it stops it.
pub struct Backend {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    stopped: Arc<AtomicBool>,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    /// In their order, with their case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Backend {
    /// A service that lets everybody in.
    pub fn start() -> Self {
        Self::answering(WELCOME)
    }

    /// A service that writes exactly this, and then closes where it has no length.
    pub fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let backend = Self { address: listener.local_addr().unwrap(), seen: Arc::default(), stopped: Arc::default() };
        let (seen, stopped) = (Arc::clone(&backend.seen), Arc::clone(&backend.stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let seen = Arc::clone(&seen);
                std::thread::spawn(move || serve(stream.unwrap(), answer, &seen));
            }
        });
        backend
    }

    /// What it was asked since this was last called.
    pub fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // It waits for somebody to come.
        let _ = TcpStream::connect(self.address);
    }
}

/// Answers one request after the other, until the other side has enough.
fn serve(stream: TcpStream, answer: &str, seen: &Mutex<Vec<Seen>>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let is_head = request.method == "HEAD";
        seen.lock().unwrap().push(request);
        let end = if is_head { answer.find("\r\n\r\n").map(|end| end + 4) } else { None };
        let sent = reader.get_mut().write_all(&answer.as_bytes()[..end.unwrap_or(answer.len())]);
        if sent.is_err() || !answer.contains("content-length") {
            break;
        }
    }
}

/// One request; none where the connection ends.
fn read(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let line = read_line(reader)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let line = read_line(reader)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut seen = Seen { method, target, headers, body: Vec::new() };
    if seen.header("transfer-encoding") == "chunked" {
        loop {
            let size = usize::from_str_radix(&read_line(reader)?, 16).ok()?;
            seen.body.extend(read_exactly(reader, size)?);
            read_line(reader)?;
            if size == 0 {
                break;
            }
        }
    } else {
        seen.body = read_exactly(reader, seen.header("content-length").parse().unwrap_or(0))?;
    }
    Some(seen)
}

fn read_line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    Some(line.trim_end().to_owned())
}

fn read_exactly(reader: &mut BufReader<TcpStream>, count: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; count];
    reader.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

impl Seen {
    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// The values of every header that some service would take for the one of this name: to CGI and its
    /// heirs X_Auth_Subject and X.Auth.Subject are X-Auth-Subject.
    pub fn taken_for(&self, name: &str) -> Vec<&str> {
        let plain = |name: &str| name.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let taken = self.headers.iter().filter(|(other, _)| plain(other) == plain(name));
        taken.map(|(_, value)| value.as_str()).collect()
    }
}
