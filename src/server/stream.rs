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
        let reading = this.closing.reading();
        let allowance = match reading {
            Reading::On => usize::MAX,
            Reading::Ahead => TURN - this.ahead,
            Reading::Paused => 0,
        };
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
                this.ahead = if reading == Reading::Ahead { this.ahead + count } else { 0 };
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
mod tests;
