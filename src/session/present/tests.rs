//! The table of refresh.md, row by row and at its edges. The builders below let a test read as a
//! story: `presents(4).key("d").judged(&session, second(30))`.

mod endings;
mod order;
mod recovery;
mod repeats;
mod rotation;

use std::time::Duration;

use super::super::token::RefreshSecret;
use super::*;
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::scope::Scope;

const WINDOW: Duration = Duration::from_secs(30);
const IDLE: Duration = Duration::from_secs(14 * 86_400);
const ABSOLUTE: Duration = Duration::from_secs(90 * 86_400);
const GOOD: Standing = Standing::Good { epoch: 7 };
const NEWEST_SECRET: u8 = 2;

/// The moment `seconds` after the sign-in.
fn second(seconds: u64) -> Timestamp {
    SIGN_IN + Duration::from_secs(seconds)
}

const SIGN_IN: Timestamp = Timestamp::from_secs(1_795_253_400);
const MS: Duration = Duration::from_millis(1);

/// The attempt of the Idempotency-Key `key`.
fn attempt(key: &str) -> Option<Attempt> {
    Some(Attempt::new(&RefreshSecret::new(1, &[1; 32]), SessionId::from_bytes([5; 16]), key))
}

/// A session of Ada's at `generation`, last rotated at sign-in, with an empty ring.
fn session(generation: u32) -> Session {
    Session {
        id: SessionId::from_bytes([5; 16]),
        user: UserId::from("ada".to_owned()),
        epoch: 7,
        client: "web".to_owned(),
        scope: Scope::parse("read write"),
        audience: "https://api.example".to_owned(),
        secret_id: 1,
        generation,
        ring: Vec::new(),
        created: SIGN_IN,
        authenticated_at: SIGN_IN,
        amr: vec!["pwd".to_owned()],
        last_used: SIGN_IN,
        expires: SIGN_IN + ABSOLUTE,
        idle: IDLE,
        state: State::Active,
        user_agent: "test".to_owned(),
        ip: None,
    }
}

/// The same session, with its latest supersessions, newest first.
fn superseded<const N: usize>(generation: u32, ring: [Supersession; N]) -> Session {
    Session { ring: ring.to_vec(), ..session(generation) }
}

/// One request as it reaches the rule.
#[derive(Clone, Copy)]
struct Request<'a> {
    presented: Presented<'a>,
    standing: Standing,
    window: Duration,
}

/// A request that presents `generation`: no key, no client, a user in good standing, window 30 s.
fn presents<'a>(generation: u32) -> Request<'a> {
    Request { presented: Presented { generation, client: None, attempt: None }, standing: GOOD, window: WINDOW }
}

impl<'a> Request<'a> {
    fn key(mut self, key: &str) -> Self {
        self.presented.attempt = attempt(key);
        self
    }

    fn client(mut self, client: &'a str) -> Self {
        self.presented.client = Some(client);
        self
    }

    fn standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }

    fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// The verdict on this request at `now`.
    fn judged(self, session: &Session, now: Timestamp) -> Verdict {
        present(Some(session), self.standing, self.presented, NEWEST_SECRET, self.window, now)
    }

    /// The record that this request, which must be accepted as the current token, leads to.
    fn rotated(self, session: &Session, now: Timestamp) -> Session {
        match self.judged(session, now) {
            Verdict::Rotated(next) => *next,
            other => panic!("not rotated but {other:?}"),
        }
    }

    /// The record and the jump that this request, which must be ahead of the record, leads to.
    fn recovered(self, session: &Session, now: Timestamp) -> (Session, u32) {
        match self.judged(session, now) {
            Verdict::Recovered { next, jump } => (*next, jump),
            other => panic!("not recovered but {other:?}"),
        }
    }
}
