//! Connections that end after an answer (RFC 9112 section 9.6).
//!
//! The library reads ahead: a request that came in one piece with the last one of its connection it would
//! still carry out, and then forget that it was to close. It also closes where the body of such a request
//! has not come whole. So a request begins when the answer before it is out, unless that was the last.

use std::cell::Cell;
use std::rc::Rc;
use std::task::Poll;

use actix_web::HttpRequest;
use memchr::memmem;

/// How far a connection is. Its requests and its stream share this.
#[derive(Clone, Debug, Default)]
pub struct Closing(Rc<Cell<Stage>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Open,
    /// An answer is made; whether it closes is the library's to say as it is written.
    Unsent,
    /// And a request waits for it.
    Awaited,
    /// The answer that is made closes.
    Last,
    /// A request came behind an answer that closes.
    Over,
}

impl Closing {
    /// That of the connection on which a request came, where it has one: in tests there may be none.
    pub fn of(request: &HttpRequest) -> Option<&Self> {
        request.conn_data()
    }

    /// Pending until the answer before this request is out, and for ever where that closes. The stream
    /// wakes the connection, or ends it.
    pub fn poll_turn(&self) -> Poll<()> {
        let next = match self.0.get() {
            Stage::Open => return Poll::Ready(()),
            Stage::Unsent | Stage::Awaited => Stage::Awaited,
            Stage::Last | Stage::Over => Stage::Over,
        };
        self.0.set(next);
        Poll::Pending
    }

    /// An answer is made. We may know already that it is the last.
    pub fn answered(&self, is_last: bool) {
        self.0.set(if is_last { Stage::Last } else { Stage::Unsent });
    }

    /// The stream is about to write these bytes, the first of which are an answer's where one is awaited.
    pub fn writes(&self, bytes: &[u8]) {
        match self.0.get() {
            Stage::Unsent => self.0.set(Stage::Open),
            Stage::Awaited if closes(bytes) => self.0.set(Stage::Over),
            _ => {}
        }
    }

    /// All is written. Whether somebody waited for that.
    pub fn is_awaited_no_more(&self) -> bool {
        let was_awaited = self.0.get() == Stage::Awaited;
        if was_awaited {
            self.0.set(Stage::Open);
        }
        was_awaited
    }

    /// Whether the stream has to end once all is written.
    pub fn is_over(&self) -> bool {
        self.0.get() == Stage::Over
    }
}

/// Whether the head of an answer, as the library writes it, says that it is the last.
fn closes(answer: &[u8]) -> bool {
    let answer = answer.strip_prefix(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap_or(answer);
    let head = memmem::find(answer, b"\r\n\r\n").map_or(answer, |end| &answer[..end + 2]);
    memmem::find(head, b"\r\nconnection: close\r\n").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_closes_where_its_head_says_so() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", true),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", false),
            ("HTTP/1.1 200 OK\r\nx: connection: close\r\n\r\n", false),
            ("HTTP/1.1 200 OK\r\ncontent-length: 21\r\n\r\n\r\nconnection: close\r\n", false),
        ] {
            assert_eq!(closes(answer.as_bytes()), expected, "{answer}");
        }
    }
}
