//! What travels between a client and a server, and what can go wrong on the way to the store.

use std::time::Duration;

use jeton::clock::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    Tab(usize),
    Thief,
}

/// A request on the wire. A copy of it may arrive again, at any time.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: usize,
    pub from: Sender,
    pub token: String,
    pub key: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 200, with this refresh token.
    Granted(String),
    /// 400, with this reason.
    Refused(&'static str),
    /// 503.
    Unavailable,
}

/// What goes wrong in one step between a server and the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The store does not answer, and was not reached.
    Down,
    /// The link drops before a swap reaches the store, or after it landed: the server cannot tell.
    LinkDropsBefore,
    LinkDropsAfter,
    /// The store is stopped with the swap in its socket, and may go on any time.
    Stuck,
}

/// When something happens.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// What the server's own clock says.
    pub now: Timestamp,
    /// Since the beginning of the world.
    pub clock: Duration,
    /// As the number of an event.
    pub event: usize,
}
