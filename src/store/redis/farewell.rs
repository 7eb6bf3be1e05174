//! A server that has no room says so, without being asked, and closes: whatever was sent fails for some
//! other reason. This notes that the first it said was that.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const NO_ROOM: &[u8] = b"-ERR max number of clients";

/// Whether a server has said that it has no room.
#[derive(Clone, Default)]
pub(super) struct NoRoom(Arc<AtomicBool>);

impl NoRoom {
    /// Whether it has.
    pub(super) fn is_said(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A stream whose first bytes are looked at.
pub(super) struct Overheard<S> {
    stream: S,
    /// `None`: they have come.
    awaited: Option<NoRoom>,
}

impl<S> Overheard<S> {
    /// Notes what the stream begins with.
    pub(super) const fn new(stream: S, no_room: NoRoom) -> Self {
        Self { stream, awaited: Some(no_room) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Overheard<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, into))?;
        // It comes in one piece: a server writes it in one go, and nothing before it.
        if let Some(no_room) = self.awaited.take()
            && into.filled().get(before..).is_some_and(|first| first.starts_with(NO_ROOM))
        {
            no_room.0.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Overheard<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
