//! Connections that end after an answer (RFC 9112 section 9.6), and how far they are read ahead of it.
//!
//! The library reads ahead: a request that came in one piece with the last one of its connection it would
//! still carry out, and then forget that it was to close. It also closes where the body of such a request
//! has not come whole. So a request begins when the answer before it is out, unless that was the last.
//!
//! While a request waits, the library would read 128 KiB of others, and take all of them apart in one go
//! once it comes to them: 5 ms and 1 MB for one client. So little is read ahead of an answer.

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
    /// A request has begun that has no body, or whose body was read.
    Served,
    /// An answer is made; whether it closes is the library's to say as it is written.
    Unsent,
    /// And a request waits for it.
    Awaited,
    /// The answer is out: the request that waited may begin.
    Due,
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
            Stage::Open | Stage::Served | Stage::Due => Stage::Open,
            Stage::Unsent | Stage::Awaited => Stage::Awaited,
            Stage::Last | Stage::Over => Stage::Over,
        };
        self.0.set(next);
        if next == Stage::Open { Poll::Ready(()) } else { Poll::Pending }
    }

    /// The request that has begun is there as a whole.
    pub fn heard_out(&self) {
        if self.0.get() == Stage::Open {
            self.0.set(Stage::Served);
        }
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

    /// Whether a request waits for the answer before it.
    pub fn is_awaited(&self) -> bool {
        self.0.get() == Stage::Awaited
    }

    /// All is written, so that the request that waited may begin.
    pub fn sent(&self) {
        self.0.set(Stage::Due);
    }

    /// How far the connection may be read.
    pub fn reading(&self) -> Reading {
        match self.0.get() {
            Stage::Open | Stage::Last => Reading::On,
            Stage::Served | Stage::Unsent => Reading::Ahead,
            Stage::Awaited | Stage::Due | Stage::Over => Reading::Paused,
        }
    }

    /// Whether the stream has to end once all is written.
    pub fn is_over(&self) -> bool {
        self.0.get() == Stage::Over
    }
}

/// How far a connection may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// What comes belongs to the request under way, or begins one.
    On,
    /// What comes has to wait: a little, to see whether the client goes away.
    Ahead,
    /// More than enough waits.
    Paused,
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
