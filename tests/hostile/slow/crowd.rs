//! A crowd of slow clients: each holds its connection for as long as the server lets it, and comes back.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{interval, timeout};

/// What a slow client is slow at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The head of its first request.
    Head,
    /// The head of its second request.
    LaterHead,
    /// A body of 16 KB.
    Body,
    /// Reading the answers to very many requests.
    Reader,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Head, Self::LaterHead, Self::Body, Self::Reader];
}

/// How often each connection gives another byte, or takes one.
const TRICKLE: Duration = Duration::from_secs(1);

/// How many a second come at first, so that the crowd's arrival is no flood.
const ARRIVALS: u64 = 400;

/// A running crowd, at the lowest priority: good clients are watched beside it, and what they wait for should
/// be the server. Dropping it hangs up.
pub struct Crowd {
    counts: Arc<Counts>,
    leave: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Counts {
    open: AtomicUsize,
    ended: AtomicUsize,
}

impl Crowd {
    /// So many clients of a kind. `comes_back`: whoever is thrown out connects again.
    pub fn start(address: SocketAddr, kind: Kind, count: usize, comes_back: bool) -> Self {
        let counts = Arc::new(Counts::default());
        let (leave, left) = oneshot::channel();
        let shared = Arc::clone(&counts);
        let thread = std::thread::spawn(move || {
            rustix::process::nice(19).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                for number in 0..count {
                    let arrival = Duration::from_micros(number as u64 * 1_000_000 / ARRIVALS);
                    tokio::spawn(client(address, kind, comes_back, Arc::clone(&shared), arrival));
                }
                // Sent or dropped: it is over.
                let _ = left.await;
            });
        });
        Self { counts, leave: Some(leave), thread: Some(thread) }
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.counts.open.load(Ordering::SeqCst)
    }

    /// How many connections the server has ended.
    pub fn ended(&self) -> usize {
        self.counts.ended.load(Ordering::SeqCst)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        drop(self.leave.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

async fn client(address: SocketAddr, kind: Kind, comes_back: bool, counts: Arc<Counts>, arrival: Duration) {
    tokio::time::sleep(arrival).await;
    loop {
        let Ok(stream) = connect(address, kind).await else { continue };
        counts.open.fetch_add(1, Ordering::SeqCst);
        hold(&stream, kind).await;
        counts.open.fetch_sub(1, Ordering::SeqCst);
        counts.ended.fetch_add(1, Ordering::SeqCst);
        if !comes_back {
            return;
        }
    }
}

async fn connect(address: SocketAddr, kind: Kind) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if kind == Kind::Reader {
        // The less room for answers here, the more of them stay at the server.
        socket.set_recv_buffer_size(2_048)?;
    }
    socket.connect(address).await
}

/// Holds a connection until the server ends it.
async fn hold(stream: &TcpStream, kind: Kind) {
    let start: &[u8] = match kind {
        Kind::Head => b"GET /verify HTTP/1.1\r\nHost: slow.test\r\nX-Slow: ",
        Kind::LaterHead => b"GET /healthz HTTP/1.1\r\nHost: slow.test\r\n\r\nGET /verify HTTP/1.1\r\nX-Slow: ",
        Kind::Body => {
            b"POST /login HTTP/1.1\r\nHost: slow.test\r\nContent-Type: application/json\r\nContent-Length: 16000\r\n\r\n{"
        }
        Kind::Reader => return hold_answers(stream).await,
    };
    let _ = stream.try_write(start);
    let mut ticks = interval(TRICKLE);
    loop {
        ticks.tick().await;
        let mut answer = [0; 4_096];
        let answered = stream.try_read(&mut answer);
        if is_over(&answered) || is_over(&stream.try_write(b"x")) {
            return;
        }
    }
}

/// Asks for the largest answer that needs no credentials until no more questions are taken, and then
/// takes sixteen bytes at a time.
async fn hold_answers(stream: &TcpStream) {
    let questions = b"GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: slow.test\r\n\r\n".repeat(64);
    let mut at = 0;
    let mut ask = || match stream.try_write(&questions[at..]) {
        Ok(count) => {
            at = (at + count) % questions.len();
            Ok(count)
        }
        refused => refused,
    };
    while timeout(Duration::from_millis(500), stream.writable()).await.is_ok() && !is_over(&ask()) {}
    let mut ticks = interval(TRICKLE);
    loop {
        ticks.tick().await;
        // What has come can still be read when the connection is over: only a question finds that out.
        if is_over(&stream.try_read(&mut [0; 16])) || is_over(&ask()) {
            return;
        }
    }
}

/// Whether what came of reading or writing says that the server has closed.
fn is_over(result: &std::io::Result<usize>) -> bool {
    match result {
        Ok(count) => *count == 0,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}
