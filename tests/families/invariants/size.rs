//! 7: a session takes the same memory however often it is refreshed.

use std::time::Duration;

use jeton::session::{Presented, RING, Session, Standing, Verdict, present};

use super::super::world::{BEGINNING, session};
use super::WINDOW;

#[test]
fn invariant_7_a_session_is_as_large_after_a_million_rotations_as_after_three() {
    let mut session = session();
    let mut settled = 0;
    for generation in 0..1_000_000 {
        let presented = Presented { generation, client: None, attempt: None };
        let now = BEGINNING + Duration::from_secs(1) * generation;
        let user = Standing::Good { epoch: session.epoch };
        let Verdict::Rotated(next) = present(Some(&session), user, presented, 0, WINDOW, now) else {
            panic!("generation {generation} is not rotated");
        };
        session = *next;
        if generation == 2 {
            settled = bytes(&session);
        }
    }
    assert_eq!(session.generation, 1_000_000);
    assert_eq!(bytes(&session), settled);
}

/// The memory of a record. Every field is named, so that a new one has to be thought of here.
fn bytes(session: &Session) -> usize {
    let Session { id: _, user, epoch: _, client, scope, audience, secret_id: _, generation: _, ring, .. } = session;
    let Session { created: _, authenticated_at: _, amr, last_used: _, expires: _, idle: _, state: _, .. } = session;
    let Session { user_agent, ip: _, .. } = session;
    assert!(ring.len() <= RING);
    let texts = [user.as_str(), client, audience, user_agent].map(str::len).iter().sum::<usize>();
    let words = scope.words().iter().chain(amr).map(String::len).sum::<usize>();
    size_of_val(session) + ring.capacity() * size_of_val(&ring[0]) + texts + words
}
