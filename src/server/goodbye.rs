//! The end of a connection whose client asked for more behind the last answer (`http::Closing`).

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long a client may take to close by itself.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// Said once, at the end.
#[derive(Default)]
pub struct Goodbye {
    timer: Option<Pin<Box<Sleep>>>,
}

impl Goodbye {
    /// Says that nothing more comes, and is pending until the client has closed, too, or was given time.
    /// Were the connection dropped with something unread, the system could take the last answer back.
    pub fn poll(&mut self, io: &mut (impl AsyncRead + AsyncWrite + Unpin), context: &mut Context<'_>) -> Poll<Error> {
        if let Err(error) = ready!(Pin::new(&mut *io).poll_shutdown(context)) {
            return Poll::Ready(error);
        }
        if is_closed(io, context) {
            return Poll::Ready(over());
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(CLOSE_WITHIN)));
        timer.as_mut().poll(context).map(|()| over())
    }
}

fn over() -> Error {
    Error::new(ErrorKind::ConnectionAborted, "the connection is over")
}

/// Throws away what has come; whether the client has closed.
fn is_closed(io: &mut (impl AsyncRead + Unpin), context: &mut Context<'_>) -> bool {
    let mut room = [0; 1024];
    loop {
        let mut buffer = ReadBuf::new(&mut room);
        match Pin::new(&mut *io).poll_read(context, &mut buffer) {
            Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
            Poll::Ready(_) => return true,
            Poll::Pending => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::Instant;

    use crate::server::seats::Seats;
    use crate::server::stream::Stream;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_is_over_ends_after_its_last_answer_also_where_the_client_does_not_close() {
        for closes in [true, false] {
            let (ours, mut client) = duplex(1024);
            let mut stream = Stream::new(ours, Seats::new(2).take());
            stream.closing().answered(true);
            stream.write_all(b"200").await.unwrap();
            stream.flush().await.unwrap();
            assert!(stream.closing().poll_turn().is_pending(), "a request came behind it");
            client.write_all(b"GET GET").await.unwrap();
            let client = tokio::spawn(async move {
                let mut answer = String::new();
                client.read_to_string(&mut answer).await.unwrap();
                assert_eq!(answer, "200");
                if !closes {
                    pending::<()>().await;
                }
            });
            let start = Instant::now();
            let ended = stream.flush().await.unwrap_err();
            assert_eq!((start.elapsed().as_secs(), ended.kind()), (u64::from(!closes), ErrorKind::ConnectionAborted));
            client.abort();
        }
    }
}
