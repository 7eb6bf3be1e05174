//! Connections that end after an answer (RFC 9112 section 9.6).
//!
//! The library reads ahead: a request that came in one piece with the last one of its connection it would
//! still carry out, and then forget that it was to close. So requests leave word here for their successors.

use std::cell::Cell;
use std::rc::Rc;

use actix_web::HttpRequest;

/// How far a connection is. Its requests and its stream share this.
#[derive(Clone, Debug, Default)]
pub struct Closing(Rc<Cell<Stage>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Open,
    /// The answer that closes it is made.
    LastAnswer,
    /// And somebody asked for more.
    Over,
}

impl Closing {
    /// That of the connection on which a request came, where it has one: in tests there may be none.
    pub fn of(request: &HttpRequest) -> Option<&Self> {
        request.conn_data()
    }

    /// The answer at hand is the last: no request behind it is looked at.
    pub fn closes(&self) {
        self.0.set(Stage::LastAnswer);
    }

    /// Whether a request that begins now came behind the last answer. If so, the stream ends the connection.
    pub fn is_too_late(&self) -> bool {
        let is_too_late = self.0.get() != Stage::Open;
        if is_too_late {
            self.0.set(Stage::Over);
        }
        is_too_late
    }

    /// Whether the stream has to end once all is written.
    pub fn is_over(&self) -> bool {
        self.0.get() == Stage::Over
    }
}
