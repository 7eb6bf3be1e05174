//! One connection through the proxy: commands there, replies back in their order, whatever is done to
//! them on the way.

use std::io::{BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::sockopt::set_socket_linger;

use super::{Fault, Shared};
use crate::resp::{Command, reply};

/// One connection, which ends with its two threads.
pub(super) struct Link {
    pub client: TcpStream,
    pub server: TcpStream,
}

/// A reply to come, in the order of the commands.
struct Expected {
    due: Instant,
    fault: Fault,
}

impl Link {
    /// Passes on between these two until one of them ends.
    pub fn start(client: TcpStream, server: TcpStream, shared: &Arc<Shared>) {
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        let link = Arc::new(Self { client, server });
        shared.links.lock().unwrap().push(Arc::downgrade(&link));
        let (expect, expected) = channel();
        let (there, back, shared) = (Arc::clone(&link), link, Arc::clone(shared));
        thread::spawn(move || there.pass_commands(&shared, &expect));
        thread::spawn(move || back.pass_replies(&expected));
    }

    #[expect(clippy::disallowed_methods, reason = "latency is a time of the machine")]
    fn pass_commands(&self, shared: &Shared, expect: &Sender<Expected>) {
        let mut commands = BufReader::new(&self.client);
        let mut previous = String::new();
        while let Ok(command) = Command::read(&mut commands) {
            let fault = shared.fault.lock().unwrap().for_command(&command.name, &previous);
            previous = command.name;
            let delay = if let Fault::Late(delay) = fault { delay } else { Duration::ZERO };
            let passed = match fault {
                Fault::Answer(..) => Ok(()),
                _ => (&self.server).write_all(&command.bytes),
            };
            if passed.is_err() || expect.send(Expected { due: Instant::now() + delay, fault }).is_err() {
                break;
            }
        }
        // Ends the other thread too; it may have done so itself.
        let _ = self.server.shutdown(Shutdown::Both);
    }

    fn pass_replies(&self, expected: &Receiver<Expected>) {
        let mut replies = BufReader::new(&self.server);
        // Nothing that comes later over this connection may be taken for the reply that did not come: no
        // network loses a piece out of the middle.
        let mut is_silent = false;
        while let Ok(Expected { due, fault }) = expected.recv() {
            let mut bytes = Vec::new();
            let come = match fault {
                Fault::Answer(line, _) => write!(bytes, "{line}\r\n"),
                _ => reply(&mut replies, &mut bytes),
            };
            if come.is_err() {
                break;
            }
            wait_until(due);
            is_silent |= matches!(fault, Fault::Silent);
            let part = match fault {
                _ if is_silent => 0,
                Fault::Half(_) | Fault::Stuck(_) | Fault::Reset(_) => bytes.len() / 2,
                _ => bytes.len(),
            };
            let written = (&self.client).write_all(&bytes[..part]);
            if let Fault::Reset(_) = fault {
                return self.reset();
            }
            if written.is_err() || matches!(fault, Fault::Half(_)) {
                break;
            }
        }
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    /// Nothing is left to linger when the last thread drops the connection, which then is a reset.
    fn reset(&self) {
        set_socket_linger(&self.client, Some(Duration::ZERO)).unwrap();
        let _ = self.client.shutdown(Shutdown::Read);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

#[expect(clippy::disallowed_methods, reason = "latency is a time of the machine")]
fn wait_until(due: Instant) {
    while let Some(left) = due.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        thread::park_timeout(left);
    }
}
