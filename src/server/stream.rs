//! A connection with bounds that the HTTP library does not set.
//!
//! The library has one timer for the first head of a connection and one for idle ones. Without what is
//! here a client could hold a connection for ever: with half a second head, or by not reading its answers.
//! It could also make a worker busy for long with thousands of requests in one go.

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use memchr::{memchr, memrchr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::goodbye::Goodbye;
use super::seats::Seat;
use crate::http::{Closing, Reading};

/// From the first byte of a request to the first of its answer: the head's 5 s, the body's 10 s, and
/// what the answer itself may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// A client must take something of its answers within this time.
const TAKE_WITHIN: Duration = Duration::from_secs(10);

/// How much is read before the worker looks after its other connections: of requests that begin, since
/// many small ones may be in it, each of which is answered before the next connection has its turn.
const TURN: usize = 1024;

/// And of one that goes on, since a long head is looked at from its beginning again each time.
const LONGER_TURN: usize = 8 * 1024;

/// The library panics at a longer name of a header.
const MAX_NAME_BYTES: usize = 65_535;

/// A byte stream that ends when its client is too slow.
pub struct Stream<T> {
    io: T,
    /// Since when a request waits for its answer to begin: for the rest of itself, or for us.
    asked: Option<Instant>,
    /// Since when an answer waits for the client to read.
    stuck: Option<Instant>,
    /// Until when nothing is read of a client that was slow to read, and no request of it begins.
    rest: Option<Instant>,
    /// How much may still be read in this turn, if one has begun.
    left: Option<usize>,
    /// How much was read ahead of the answer under way.
    ahead: usize,
    /// Reading waits for that answer.
    is_paused: bool,
    /// Bytes of the line under way; `None` behind its first colon.
    name: Option<usize>,
    timer: Pin<Box<Sleep>>,
    closing: Closing,
    goodbye: Goodbye,
    _seat: Seat,
}

impl<T> Stream<T> {
    /// Around an open connection, whose seat it has for as long as it is.
    pub fn new(io: T, seat: Seat) -> Self {
        let timer = Box::pin(sleep_until(Instant::now() + ANSWER_WITHIN));
        let closing = Closing::default();
        Self {
            io,
            asked: None,
            stuck: None,
            rest: None,
            left: None,
            ahead: 0,
            is_paused: false,
            name: Some(0),
            timer,
            closing,
            goodbye: Goodbye::default(),
            _seat: seat,
        }
    }

    /// What its requests say of its end.
    pub fn closing(&self) -> Closing {
        self.closing.clone()
    }

    /// Pending until the client has been too slow; then an error.
    fn poll_too_slow(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        loop {
            let stuck = self.stuck.map(|since| since + TAKE_WITHIN);
            let Some(deadline) = stuck.or(self.asked.map(|since| since + ANSWER_WITHIN)) else { return Poll::Pending };
            // An older, earlier deadline is left to come: setting the timer costs more than one look too many.
            if self.timer.is_elapsed() || self.timer.deadline() > deadline {
                self.timer.as_mut().reset(deadline);
            }
            ready!(self.timer.as_mut().poll(context));
            if Instant::now() >= deadline {
                return Poll::Ready(Error::new(ErrorKind::TimedOut, "the client is too slow"));
            }
        }
    }

    /// What came of a write, or an error where the client has taken nothing for too long.
    fn unless_stuck<R>(&mut self, written: Poll<Result<R>>, context: &mut Context<'_>) -> Poll<Result<R>> {
        if written.is_pending() {
            self.stuck.get_or_insert_with(Instant::now);
            return self.poll_too_slow(context).map(Err);
        }
        if let Some(since) = self.stuck.take() {
            let now = Instant::now();
            self.rest = Some(now + (now - since));
            // Reading was refused meanwhile.
            context.waker().wake_by_ref();
        }
        written
    }

    /// Pending for as long again as the client was stuck. The system tries again to send to many of them
    /// in the same moment; if all were served at once, nobody else would be.
    fn poll_rested(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(until) = self.rest {
            if self.timer.deadline() != until {
                self.timer.as_mut().reset(until);
            }
            ready!(self.timer.as_mut().poll(context));
            self.rest = None;
        }
        Poll::Ready(())
    }

    /// How much may be read at all, which may be ahead of the answer under way.
    fn allowance(&self) -> usize {
        match self.closing.reading() {
            Reading::On => usize::MAX,
            Reading::Ahead => TURN - self.ahead,
            Reading::Paused => 0,
        }
    }

    /// Takes note of bytes of a request.
    fn heard(&mut self, bytes: &mut [u8]) {
        self.asked.get_or_insert_with(Instant::now);
        let is_too_long = self.name.is_some_and(|before| {
            let first = &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())];
            name_bytes(before, first).0 > MAX_NAME_BYTES
        });
        let last = memrchr(b'\n', bytes);
        let (before, line) = last.map_or((self.name, &*bytes), |end| (Some(0), &bytes[end + 1..]));
        self.name =
            before.map(|before| name_bytes(before, line)).filter(|(_, has_ended)| !has_ended).map(|(length, _)| length);
        // No request that is answered in the end has such a line. This makes it one that is refused at once:
        // the first byte is the name's, since no name is this long within one turn.
        if is_too_long && let Some(byte) = bytes.first_mut() {
            *byte = 0;
        }
    }
}

/// How long a header's name is after this part of its line, and whether it has ended.
fn name_bytes(before: usize, part: &[u8]) -> (usize, bool) {
    let colon = memchr(b':', part);
    (before + colon.unwrap_or(part.len()), colon.is_some())
}

impl<T: AsyncRead + Unpin> AsyncRead for Stream<T> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        // What still comes is read on the way to the end.
        if this.closing.is_over() {
            return Poll::Pending;
        }
        // Who does not take answers gets no more of them made.
        if this.stuck.is_some() {
            return this.poll_too_slow(context).map(Err);
        }
        ready!(this.poll_rested(context));
        let allowance = this.allowance();
        this.is_paused = allowance == 0;
        if this.is_paused {
            return this.poll_too_slow(context).map(Err);
        }
        let left = this.left.unwrap_or(if this.asked.is_some() { LONGER_TURN } else { TURN });
        if left == 0 {
            this.left = None;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let room = buffer.remaining().min(left).min(allowance);
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(room));
        match Pin::new(&mut this.io).poll_read(context, &mut part) {
            Poll::Pending => {
                this.left = None;
                this.poll_too_slow(context).map(Err)
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) => {
                let count = part.filled().len();
                this.left = Some(left - count);
                this.ahead = if allowance <= TURN { this.ahead + count } else { 0 };
                if count > 0 {
                    this.heard(part.filled_mut());
                }
                buffer.advance(count);
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<T> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.closing.writes(bytes);
        let written = Pin::new(&mut self.io).poll_write(context, bytes);
        if written.is_ready() {
            self.asked = None;
        }
        self.unless_stuck(written, context)
    }

    /// TLS takes bytes before the socket does: it is stuck here.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(context);
        ready!(self.unless_stuck(flushed, context))?;
        if self.closing.is_awaited() {
            ready!(self.poll_rested(context));
            self.closing.sent();
            context.waker().wake_by_ref();
        } else if self.is_paused && self.closing.reading() == Reading::On {
            context.waker().wake_by_ref();
        }
        if !self.closing.is_over() {
            return Poll::Ready(Ok(()));
        }
        let this = &mut *self;
        this.goodbye.poll(&mut this.io, context).map(Err)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::timeout;

    use super::*;
    use crate::server::seats::Seats;

    /// A connection whose pipes hold `room` bytes each way: ours, and the client's end.
    fn connection(room: usize) -> (Stream<DuplexStream>, DuplexStream) {
        let (ours, client) = duplex(room);
        (Stream::new(ours, Seats::new(2).take()), client)
    }

    /// Time stands still until nobody has anything else to do, and then jumps to the next timer.
    async fn seconds_until<T>(what: impl Future<Output = T>) -> (u64, T) {
        let start = Instant::now();
        let result = what.await;
        (start.elapsed().as_secs(), result)
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_does_not_go_on_is_over_after_20_s_also_when_it_trickles() {
        let (mut stream, mut client) = connection(1024);
        let trickle = tokio::spawn(async move {
            while client.write_all(b"G").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(3)).await;
            }
        });
        let mut head = Vec::new();
        let (seconds, read) = seconds_until(stream.read_to_end(&mut head)).await;
        assert_eq!((seconds, read.unwrap_err().kind()), (20, ErrorKind::TimedOut));
        drop(stream);
        trickle.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_ends_the_wait_and_who_asks_nothing_is_not_timed() {
        let (mut stream, mut client) = connection(1024);
        let mut buffer = [0; 16];
        for _ in 0..3 {
            client.write_all(b"GET").await.unwrap();
            assert_eq!(stream.read(&mut buffer).await.unwrap(), 3);
            tokio::time::sleep(Duration::from_secs(19)).await;
            stream.write_all(b"200").await.unwrap();
            let idle = timeout(Duration::from_secs(3_600), stream.read(&mut buffer)).await;
            assert!(idle.is_err(), "an idle connection is the library's to end");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_of_its_answers_is_over_after_10_s() {
        let (mut stream, _client) = connection(64);
        let (seconds, written) = seconds_until(stream.write_all(&[b'x'; 1000])).await;
        assert_eq!((seconds, written.unwrap_err().kind()), (10, ErrorKind::TimedOut));

        let (mut stream, mut taker) = connection(64);
        let slowly = tokio::spawn(async move {
            let mut part = [0; 64];
            for _ in 0..16 {
                tokio::time::sleep(Duration::from_secs(9)).await;
                taker.read_exact(&mut part).await.unwrap();
            }
        });
        let (seconds, written) = seconds_until(stream.write_all(&[b'x'; 1024])).await;
        assert!(written.is_ok() && seconds > 100, "slowly is not never: {seconds} s");
        slowly.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_more_is_read_from_a_client_that_does_not_take_its_answers() {
        let (mut stream, mut client) = connection(64);
        client.write_all(b"GET").await.unwrap();
        let blocked = timeout(Duration::from_secs(1), stream.write_all(&[b'x'; 1000])).await;
        assert!(blocked.is_err());
        let mut buffer = [0; 16];
        assert!(timeout(Duration::from_secs(1), stream.read(&mut buffer)).await.is_err(), "there is something to read");
        client.read_exact(&mut [0; 64]).await.unwrap();
        stream.write_all(b"y").await.unwrap();
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_was_slow_to_read_is_read_after_as_long_again() {
        let (mut stream, mut client) = connection(64);
        client.write_all(b"GET").await.unwrap();
        let slow = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(3)).await;
            client.read_exact(&mut [0; 100]).await.unwrap();
            client
        });
        stream.write_all(&[b'x'; 100]).await.unwrap();
        let mut buffer = [0; 16];
        let (seconds, read) = seconds_until(stream.read(&mut buffer)).await;
        assert_eq!((seconds, read.unwrap()), (3, 3));
        let mut client = slow.await.unwrap();
        client.write_all(b"GET").await.unwrap();
        let (seconds, read) = seconds_until(stream.read(&mut buffer)).await;
        assert_eq!((seconds, read.unwrap()), (0, 3), "that was once");
    }

    #[tokio::test(start_paused = true)]
    async fn little_is_read_ahead_of_an_answer_and_nothing_once_a_request_waits_for_it() {
        let (mut stream, mut client) = connection(64 * 1024);
        let closing = stream.closing();
        let is_quiet =
            async |stream: &mut Stream<_>| timeout(Duration::from_secs(1), stream.read(&mut [0; 9_000])).await.is_err();
        client.write_all(&[b'\n'; 20_000]).await.unwrap();
        assert_eq!(stream.read(&mut [0; 500]).await.unwrap(), 500);

        assert!(closing.poll_turn().is_ready(), "a request begins");
        assert_eq!(stream.read(&mut [0; 9_000]).await.unwrap(), TURN - 500, "its body");
        assert_eq!(stream.read(&mut [0; 9_000]).await.unwrap(), LONGER_TURN, "and more of it");
        closing.heard_out();
        assert_eq!(stream.read(&mut [0; 9_000]).await.unwrap(), TURN, "what comes behind it");
        assert!(is_quiet(&mut stream).await);

        closing.answered(false);
        assert!(closing.poll_turn().is_pending(), "the next one waits");
        assert!(is_quiet(&mut stream).await);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        stream.flush().await.unwrap();
        assert!(is_quiet(&mut stream).await, "it has not begun yet");
        assert!(closing.poll_turn().is_ready());
        closing.heard_out();
        closing.answered(false);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let rest = 20_000 - 2 * TURN - LONGER_TURN;
        let mut read = vec![0; rest];
        assert_eq!(timeout(Duration::from_secs(1), stream.read_exact(&mut read)).await.unwrap().unwrap(), rest);
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_request_of_a_client_that_was_slow_to_read_begins_after_as_long_again() {
        let (mut stream, mut client) = connection(64);
        let closing = stream.closing();
        let slow = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(3)).await;
            client.read_exact(&mut [0; 100]).await.unwrap();
        });
        closing.answered(false);
        assert!(closing.poll_turn().is_pending());
        stream.write_all(&[b'x'; 100]).await.unwrap();
        let (seconds, ()) = seconds_until(async { stream.flush().await.unwrap() }).await;
        assert_eq!(seconds, 3);
        assert!(closing.poll_turn().is_ready());
        slow.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_goes_away_before_the_answer_is_noticed() {
        let (mut stream, mut client) = connection(1024);
        client.write_all(b"GET").await.unwrap();
        assert_eq!(stream.read(&mut [0; 9]).await.unwrap(), 3);
        assert!(stream.closing().poll_turn().is_ready());
        stream.closing().heard_out();
        drop(client);
        assert_eq!(stream.read(&mut [0; 9]).await.unwrap(), 0);
    }

    /// The connection is looked at again once it may be read: nothing else would.
    #[tokio::test(start_paused = true)]
    async fn reading_goes_on_by_itself_when_the_answer_is_out() {
        let (mut stream, mut client) = connection(4 * 1024);
        let closing = stream.closing();
        client.write_all(&[b'\n'; 3 * TURN]).await.unwrap();
        assert_eq!(stream.read(&mut [0; TURN]).await.unwrap(), TURN);
        assert!(closing.poll_turn().is_ready());
        closing.heard_out();
        let (mut answered, mut read) = (false, 0);
        let all = poll_fn(|context| {
            let mut room = [0; 9_000];
            let mut buffer = ReadBuf::new(&mut room);
            let polled = Pin::new(&mut stream).poll_read(context, &mut buffer);
            read += buffer.filled().len();
            if read == 2 * TURN {
                return Poll::Ready(());
            }
            if polled.is_pending() && read == TURN && !answered {
                answered = true;
                closing.answered(false);
                assert!(Pin::new(&mut stream).poll_write(context, b"200").is_ready());
                assert!(Pin::new(&mut stream).poll_flush(context).is_ready());
            } else if polled.is_ready() {
                context.waker().wake_by_ref();
            }
            Poll::Pending
        });
        timeout(Duration::from_secs(1), all).await.expect("somebody wakes it");
    }

    #[tokio::test]
    async fn the_worker_looks_after_others_before_it_goes_on() {
        let (mut stream, mut client) = connection(64 * 1024);
        client.write_all(&[b'\n'; 10_000]).await.unwrap();
        let mut read = 0;
        let mut turns = Vec::new();
        while read < 10_000 {
            // One turn: until it says that there is no more for now.
            let turn = poll_fn(|context| {
                let mut turn = 0;
                loop {
                    let mut room = [0; 1_000];
                    let mut buffer = ReadBuf::new(&mut room);
                    match Pin::new(&mut stream).poll_read(context, &mut buffer) {
                        Poll::Ready(result) => result.unwrap(),
                        Poll::Pending => return Poll::Ready(turn),
                    }
                    turn += buffer.filled().len();
                }
            });
            turns.push(turn.await);
            read += turns[turns.len() - 1];
        }
        assert_eq!(turns, [TURN, LONGER_TURN, 10_000 - TURN - LONGER_TURN]);
        stream.write_all(b"200").await.unwrap();
        assert!(timeout(Duration::ZERO, stream.read(&mut [0; 1])).await.is_err(), "all is read");
        client.write_all(&[b'\n'; 5_000]).await.unwrap();
        assert_eq!(stream.read(&mut [0; 5_000]).await.unwrap(), TURN, "the next request begins with a short one");
    }

    #[tokio::test]
    async fn a_header_s_name_at_which_the_library_would_panic_is_spoilt() {
        for (line, is_spoilt) in [
            (format!("{}: x", "n".repeat(MAX_NAME_BYTES)), false),
            (format!("{}: x", "n".repeat(MAX_NAME_BYTES + 1)), true),
            (format!("x: {}", "v".repeat(100_000)), false),
            (format!("x\ny: {}\n{}", "v".repeat(70_000), "n".repeat(60_000)), false),
        ] {
            let (mut stream, mut client) = connection(256 * 1024);
            client.write_all(line.as_bytes()).await.unwrap();
            drop(client);
            let mut read = Vec::new();
            stream.read_to_end(&mut read).await.unwrap();
            assert_eq!(read.len(), line.len());
            assert_eq!(read.contains(&0), is_spoilt, "{} bytes", line.len());
        }
    }
}
