//! nginx in front of a backend, asking the server about every request.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jeton::testing::TestIssuer;
use jeton::verify::Algorithm;
use tempfile::TempDir;

use super::{Door, Server};
use crate::process::Process;

/// The configuration; `@NAME@` stands for an address or a folder.
const CONFIGURATION: &str = include_str!("nginx.conf");

/// A running gateway. Dropping it ends it.
pub struct Gateway {
    address: SocketAddr,
    server: Server,
    backend: Backend,
    _nginx: Process,
    _folder: TempDir,
}

impl Gateway {
    /// Starts a server, a backend, and nginx between them and the world.
    pub fn start() -> Self {
        let (server, backend) = (Server::with(Algorithm::Es256), Backend::start());
        let folder = tempfile::tempdir().unwrap();
        // Between finding a port free and taking it, another process may take it.
        for _ in 0..20 {
            let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            if let Some(nginx) = nginx(&folder, address, server.address(), backend.address) {
                return Self { address, server, backend, _nginx: nginx, _folder: folder };
            }
        }
        panic!("nginx does not start");
    }

    /// How many requests have come through to the backend.
    pub fn let_in(&self) -> usize {
        self.backend.requests.load(Ordering::SeqCst)
    }
}

/// nginx in the foreground; `None` where the port was taken.
fn nginx(folder: &TempDir, gateway: SocketAddr, server: SocketAddr, backend: SocketAddr) -> Option<Process> {
    let folder = folder.path().to_str().unwrap();
    let configuration = CONFIGURATION
        .replace("@FOLDER@", folder)
        .replace("@GATEWAY@", &gateway.to_string())
        .replace("@JETON@", &server.to_string())
        .replace("@BACKEND@", &backend.to_string());
    let file = format!("{folder}/nginx.conf");
    std::fs::write(&file, configuration).unwrap();
    let nginx = Process::start(Command::new("nginx").args(["-p", folder, "-c", &file, "-e", "stderr"]));
    let started = nginx.stderr.wait_for(|text| match text {
        _ if text.contains("Address already in use") => Some(false),
        _ if text.contains("using the \"epoll\" event method") => Some(true),
        _ => None,
    });
    started.then_some(nginx)
}

impl Door for Gateway {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn target(&self) -> &str {
        "/private"
    }

    fn issuer(&self) -> &TestIssuer {
        self.server.issuer()
    }

    fn refusals(&self) -> &[u16] {
        // nginx's own words for a transfer encoding and a version that it does not speak.
        &[501, 505]
    }
}

/// What must never be reached: it counts who comes.
struct Backend {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Backend {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        // It ends with the process; nobody waits for it.
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::SeqCst);
                answer(&mut stream);
            }
        });
        Self { address, requests }
    }
}

/// Answers 200 to whoever was let in, with what it was told about them.
fn answer(stream: &mut TcpStream) {
    let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(count) if count > 0 => head.extend_from_slice(&buffer[..count]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let subject = head.lines().find_map(|line| line.strip_prefix("X-Auth-Subject: ")).unwrap_or_default();
    let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{subject}", subject.len());
    let _ = stream.write_all(answer.as_bytes());
}
