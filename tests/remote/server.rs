//! A small HTTP server that answers as it is told, counts, and can keep its askers waiting.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

/// Long enough for a loaded machine; whoever waits longer than this waits in vain.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What the server sends.
#[derive(Clone, Debug)]
pub enum Reply {
    /// These bytes, and the end.
    Whole(Vec<u8>),
    /// These bytes, and then nothing until the asker goes.
    Part(Vec<u8>),
    /// A good head and a body without end, until the asker goes.
    Endless,
}

impl Reply {
    /// 200 with a body and further lines of the head.
    pub fn ok(body: &str, head: &str) -> Self {
        Self::status("200 OK", body, head)
    }

    /// Any status.
    pub fn status(status: &str, body: &str, head: &str) -> Self {
        let length = body.len();
        Self::Whole(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{head}\r\n{body}").into_bytes())
    }
}

/// A running server. Dropping it stops it.
pub struct Server {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    reply: Option<Reply>,
    /// The first line of every request.
    lines: Vec<String>,
    open: usize,
    most_open: usize,
    held: bool,
    stopping: bool,
    /// How much of an endless answer was taken.
    taken: usize,
}

impl Server {
    /// A server that answers so.
    pub fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        shared.lock().reply = Some(reply);
        let thread = spawn({
            let shared = Arc::clone(&shared);
            move || {
                for socket in listener.incoming() {
                    if shared.lock().stopping {
                        return;
                    }
                    let shared = Arc::clone(&shared);
                    spawn(move || shared.serve(socket.unwrap()));
                }
            }
        });
        Self { address, shared, thread: Some(thread) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers so from now on.
    pub fn say(&self, reply: Reply) {
        self.shared.change(|state| state.reply = Some(reply));
    }

    /// Keeps askers waiting from now on.
    pub fn hold(&self) {
        self.shared.change(|state| state.held = true);
    }

    /// Answers those who wait.
    pub fn release(&self) {
        self.shared.change(|state| state.held = false);
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.shared.lock().lines.len()
    }

    /// The first lines of the requests.
    pub fn lines(&self) -> Vec<String> {
        self.shared.lock().lines.clone()
    }

    /// How many were there at the same time at the most.
    pub fn most_at_once(&self) -> usize {
        self.shared.lock().most_open
    }

    /// How much of an endless answer was taken, once the asker has hung up.
    #[track_caller]
    pub fn taken(&self) -> usize {
        let is_open = |state: &mut State| state.open > 0;
        let (state, _) = self.shared.changed.wait_timeout_while(self.shared.lock(), PATIENCE, is_open).unwrap();
        assert_eq!(state.open, 0, "the asker is still there");
        state.taken
    }

    /// Waits until this many requests have come.
    #[track_caller]
    pub fn wait_for(&self, requests: usize) {
        let too_few = |state: &mut State| state.lines.len() < requests;
        let (state, _) = self.shared.changed.wait_timeout_while(self.shared.lock(), PATIENCE, too_few).unwrap();
        assert!(state.lines.len() >= requests, "waited in vain for {requests}: {:?}", state.lines);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.change(|state| {
            state.stopping = true;
            state.held = false;
        });
        // Only to wake it up.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// One request of one connection. The asker may go at any time.
    fn serve(&self, socket: TcpStream) {
        let mut lines = BufReader::new(&socket).lines().map_while(Result::ok);
        let Some(first) = lines.next() else { return };
        let _ = lines.find(String::is_empty);
        self.change(|state| {
            state.lines.push(first);
            state.open += 1;
            state.most_open = state.most_open.max(state.open);
        });
        let state = self.changed.wait_while(self.lock(), |state| state.held).unwrap();
        let reply = state.reply.clone().unwrap();
        drop(state);
        let taken = send(&reply, socket);
        self.change(|state| {
            state.open -= 1;
            state.taken += taken;
        });
    }
}

/// How much of an endless answer the asker took.
fn send(reply: &Reply, mut socket: TcpStream) -> usize {
    let mut taken = 0;
    match reply {
        Reply::Whole(bytes) => drop(socket.write_all(bytes)),
        Reply::Part(bytes) => {
            let _ = socket.write_all(bytes);
            // Returns when the asker has hung up.
            let _ = std::io::copy(&mut socket, &mut std::io::sink());
        }
        Reply::Endless => {
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n{\"keys\":[");
            while socket.write_all(&[b' '; 4096]).is_ok() {
                taken += 4096;
            }
        }
    }
    taken
}
