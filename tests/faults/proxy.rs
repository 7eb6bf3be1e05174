//! A proxy before one Redis, on a free port, that passes on what it should or breaks it as it is told.

// By its path, since tests/chaos takes this file in by its path.
#[path = "proxy/link.rs"]
mod link;

use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use self::link::Link;
use crate::servers::eventually;

/// What jeton writes with.
pub const WRITES: &[&str] = &["SET", "EVAL", "EVALSHA"];

/// Every command.
pub const ALL: &[&str] = &[];

/// What is done to commands of these names ([`ALL`]: to each) and to their replies.
#[derive(Clone, Copy)]
pub enum Fault {
    /// Nothing.
    None,
    /// The reply comes so much later.
    Late(Duration),
    /// The command runs, and no reply comes, nor any other over that connection.
    Silent,
    /// The command does not run; this is the reply.
    Answer(&'static str, &'static [&'static str]),
    /// The command runs; half of the reply comes, and then the end.
    Half(&'static [&'static str]),
    /// The command runs; half of the reply comes, and then nothing more.
    Stuck(&'static [&'static str]),
    /// The command runs; half of the reply comes, and then a reset.
    Reset(&'static [&'static str]),
    /// A WAIT behind a SET is told that no replica has it.
    Unacknowledged,
}

impl Fault {
    /// Itself where it is meant for that command, which came behind another one.
    fn for_command(self, name: &str, previous: &str) -> Self {
        let is_meant = |names: &[&str]| names.is_empty() || names.contains(&name);
        match self {
            Self::Answer(_, names) | Self::Half(names) | Self::Stuck(names) | Self::Reset(names) => {
                if is_meant(names) {
                    self
                } else {
                    Self::None
                }
            }
            Self::Unacknowledged if (previous, name) == ("SET", "WAIT") => Self::Answer(":0", ALL),
            Self::Unacknowledged => Self::None,
            fault => fault,
        }
    }
}

/// A listening proxy. Dropping it closes everything.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
    listener: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    server: u16,
    fault: Mutex<Fault>,
    is_closing: AtomicBool,
    links: Mutex<Vec<Weak<Link>>>,
}

impl Proxy {
    /// A proxy that passes everything on to that port.
    pub fn start(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (fault, links) = (Mutex::new(Fault::None), Mutex::default());
        let shared = Arc::new(Shared { server, fault, is_closing: AtomicBool::new(false), links });
        let proxy = Self { port, shared, listener: Mutex::default() };
        proxy.serve(listener);
        proxy
    }

    /// From the next command on, also over connections that stand.
    pub fn set(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// Closes all connections and the port.
    pub fn refuse(&self) {
        self.shared.is_closing.store(true, Ordering::SeqCst);
        if let Some(listener) = self.listener.lock().unwrap().take() {
            // It looks only when somebody comes; where nobody can, it has ended.
            let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
            listener.join().unwrap();
        }
        for link in self.shared.links.lock().unwrap().drain(..).filter_map(|link| link.upgrade()) {
            // Either end may be gone already.
            let _ = link.client.shutdown(Shutdown::Both);
            let _ = link.server.shutdown(Shutdown::Both);
        }
    }

    /// Listens again.
    pub fn accept(&self) {
        let mut listener = None;
        // A connection of another test may have the port as its own for a moment.
        eventually("the port is free", || {
            listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).ok();
            listener.is_some()
        });
        self.serve(listener.unwrap());
    }

    fn serve(&self, listener: TcpListener) {
        let shared = Arc::clone(&self.shared);
        shared.is_closing.store(false, Ordering::SeqCst);
        *self.listener.lock().unwrap() = Some(thread::spawn(move || {
            for client in listener.incoming() {
                if shared.is_closing.load(Ordering::SeqCst) {
                    break;
                }
                // Without a server behind it, the connection ends as it begins.
                if let (Ok(client), Ok(server)) = (client, TcpStream::connect((Ipv4Addr::LOCALHOST, shared.server))) {
                    Link::start(client, server, &shared);
                }
            }
        }));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.refuse();
    }
}
