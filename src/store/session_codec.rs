//! A session's record as bytes: everything of it but its id and its state, which every store keeps
//! beside the record (the state must be changeable without reading the record).
//!
//! postcard over a versioned enum whose variant number is the format's version. Small on purpose:
//! where sessions live in memory, this is most of what one costs. Times are differences in
//! milliseconds, because a variable-length integer makes a small difference short.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Unavailable;
use crate::clock::Timestamp;
use crate::id::{DEFAULT_CLIENT, SessionId, UserId};
use crate::scope::Scope;
use crate::session::{Attempt, PASSWORD, Revocation, Session, State, Supersession};

/// The formats that were ever written, in order. Never reorder, remove or change one: add the next.
#[derive(Serialize, Deserialize)]
enum Format<'a> {
    #[serde(borrow)]
    V1(V1<'a>),
}

/// The first format. Field order is the format.
#[derive(Serialize, Deserialize)]
struct V1<'a> {
    #[serde(borrow)]
    user: UserV1<'a>,
    epoch: u64,
    /// `None`: the label of whoever gives none.
    client: Option<&'a str>,
    scope: Scope,
    audience: &'a str,
    secret_id: u8,
    generation: u32,
    /// Milliseconds since 1970.
    created: i64,
    /// Relative to `created`, in milliseconds, like the two after `amr`.
    authenticated_at: i64,
    #[serde(borrow)]
    amr: AmrV1<'a>,
    last_used: i64,
    expires: i64,
    /// Milliseconds.
    idle: u64,
    ring: Vec<RingV1>,
    user_agent: &'a str,
    ip: Option<IpAddr>,
}

/// Whose session it is. Ids of our own making are 16 bytes in 22 characters.
#[derive(Serialize, Deserialize)]
enum UserV1<'a> {
    Bytes([u8; 16]),
    Text(&'a str),
}

/// How the user proved who they are: nearly always with a password alone.
#[derive(Serialize, Deserialize)]
enum AmrV1<'a> {
    Password,
    #[serde(borrow)]
    Listed(Vec<&'a str>),
}

/// One place of the ring; times are milliseconds relative to the record's `last_used`.
#[derive(Serialize, Deserialize)]
enum RingV1 {
    Lost,
    Anonymous(i64),
    Attempted(i64, Attempt),
}

/// The record's bytes. Whole milliseconds of `idle` are kept.
pub(super) fn encode(session: &Session) -> Vec<u8> {
    let record = Format::V1(V1 {
        user: session.user.to_bytes().map_or(UserV1::Text(session.user.as_str()), UserV1::Bytes),
        epoch: session.epoch,
        client: (session.client != DEFAULT_CLIENT).then_some(&session.client),
        scope: session.scope.clone(),
        audience: &session.audience,
        secret_id: session.secret_id,
        generation: session.generation,
        created: session.created.as_millis(),
        authenticated_at: difference(session.authenticated_at, session.created),
        amr: if session.amr == [PASSWORD] {
            AmrV1::Password
        } else {
            AmrV1::Listed(session.amr.iter().map(String::as_str).collect())
        },
        last_used: difference(session.last_used, session.created),
        expires: difference(session.expires, session.created),
        idle: u64::try_from(session.idle.as_millis()).unwrap_or(u64::MAX),
        ring: session.ring.iter().map(|place| ring_place(place, session.last_used)).collect(),
        user_agent: &session.user_agent,
        ip: session.ip,
    });
    postcard::to_stdvec(&record).expect("strings, numbers and sequences of known length always encode")
}

/// The session of these bytes. Bytes that are no record are the store's failure, never a panic.
pub(super) fn decode(id: SessionId, state: State, bytes: &[u8]) -> Result<Session, Unavailable> {
    let Ok((Format::V1(record), [])) = postcard::take_from_bytes::<Format>(bytes) else {
        return Err(Unavailable(format!("the record of session {id} cannot be read")));
    };
    let created = Timestamp::from_millis(record.created);
    let last_used = later(created, record.last_used);
    Ok(Session {
        id,
        user: match record.user {
            UserV1::Bytes(bytes) => UserId::from_bytes(bytes),
            UserV1::Text(text) => UserId::from(text.to_owned()),
        },
        epoch: record.epoch,
        client: record.client.unwrap_or(DEFAULT_CLIENT).to_owned(),
        scope: record.scope,
        audience: record.audience.to_owned(),
        secret_id: record.secret_id,
        generation: record.generation,
        ring: record.ring.into_iter().map(|place| supersession(place, last_used)).collect(),
        created,
        authenticated_at: later(created, record.authenticated_at),
        amr: match record.amr {
            AmrV1::Password => vec![PASSWORD.to_owned()],
            AmrV1::Listed(amr) => amr.into_iter().map(str::to_owned).collect(),
        },
        last_used,
        expires: later(created, record.expires),
        idle: Duration::from_millis(record.idle),
        state,
        user_agent: record.user_agent.to_owned(),
        ip: record.ip,
    })
}

/// The state that a store keeps as a word and a time, both or neither.
pub(super) fn state(id: SessionId, reason: Option<&str>, at: Option<i64>) -> Result<State, Unavailable> {
    let state = match (reason, at) {
        (None, None) => Some(State::Active),
        (Some(word), Some(at)) => revocation(word).map(|reason| State::Revoked(reason, Timestamp::from_millis(at))),
        _ => None,
    };
    state.ok_or_else(|| Unavailable(format!("the state of session {id} cannot be read")))
}

/// The reason of a stable word ([`Revocation::as_str`]).
fn revocation(word: &str) -> Option<Revocation> {
    use Revocation::{Administrator, Disabled, Ended, Epoch, Gone, Logout, Replayed};
    [Logout, Ended, Replayed, Administrator, Epoch, Disabled, Gone].into_iter().find(|reason| reason.as_str() == word)
}

fn ring_place(place: &Supersession, last_used: Timestamp) -> RingV1 {
    match place {
        Supersession::Lost => RingV1::Lost,
        Supersession::At(at, None) => RingV1::Anonymous(difference(*at, last_used)),
        Supersession::At(at, Some(attempt)) => RingV1::Attempted(difference(*at, last_used), *attempt),
    }
}

fn supersession(place: RingV1, last_used: Timestamp) -> Supersession {
    match place {
        RingV1::Lost => Supersession::Lost,
        RingV1::Anonymous(difference) => Supersession::At(later(last_used, difference), None),
        RingV1::Attempted(difference, attempt) => Supersession::At(later(last_used, difference), Some(attempt)),
    }
}

/// Wraps, as [`later`] does: so every pair of times survives, the absurd ones too.
fn difference(time: Timestamp, from: Timestamp) -> i64 {
    time.as_millis().wrapping_sub(from.as_millis())
}

fn later(from: Timestamp, difference: i64) -> Timestamp {
    Timestamp::from_millis(from.as_millis().wrapping_add(difference))
}

#[cfg(test)]
mod tests;
