//! A gateway that runs.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Instant;

use tempfile::TempDir;

use crate::kinds::Kind;
use crate::ports::free_address;
use crate::process::{PATIENCE, Process};
use crate::requests::{Request, ask};

/// A running gateway. Dropping it ends it.
pub struct Gateway {
    pub address: SocketAddr,
    process: Process,
    _folder: TempDir,
}

impl Gateway {
    /// Starts one with its example, in which only ports are changed, and waits until it serves.
    pub fn start(kind: &Kind, jeton: SocketAddr, backend: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/gateways");
        for name in kind.examples {
            let text = fs::read_to_string(examples.join(name)).unwrap();
            fs::write(folder.path().join(name), at(&text, address, jeton, backend)).unwrap();
        }
        let mut command = (kind.command)(folder.path());
        // Where Debian has nginx is not on everybody's path.
        let path = std::env::var("PATH").unwrap_or_default();
        command.current_dir(folder.path()).env("PATH", format!("{path}:/usr/sbin"));
        let gateway = Self { address, process: Process::start(&mut command), _folder: folder };
        assert!(eventually(|| gateway.serves()), "{} does not start: {}", kind.name, gateway.said());
        gateway
    }

    /// Whether it knows what it guards: until then Traefik answers like this.
    fn serves(&self) -> bool {
        let answers = || ask(self.address, &Request::get("/")).body;
        TcpStream::connect(self.address).is_ok() && answers() != b"404 page not found\n"
    }

    /// What it has written so far.
    pub fn said(&self) -> String {
        let so_far = |text: &str| Some(text.to_owned());
        self.process.stdout.wait_for(so_far) + &self.process.stderr.wait_for(so_far)
    }
}

/// An example's text with these addresses in place of its own.
fn at(text: &str, gateway: SocketAddr, jeton: SocketAddr, backend: SocketAddr) -> String {
    let ports = [("8000", "<gateway>", gateway), ("8080", "<jeton>", jeton), ("9000", "<backend>", backend)];
    let marked = ports.iter().fold(text.to_owned(), |text, (port, mark, _)| text.replace(port, mark));
    ports.iter().fold(marked, |text, (_, mark, address)| text.replace(mark, &address.port().to_string()))
}

/// Whether it comes true while a test has patience.
#[expect(clippy::disallowed_methods, reason = "a bound on how long a test may take")]
pub fn eventually(mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if condition() {
            return true;
        }
        // Between two looks at another process, which has no way to tell us.
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    false
}
