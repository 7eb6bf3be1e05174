//! The rule: what a presented refresh token means for its session.

use std::time::Duration;

use super::attempt::Attempt;
use super::model::{RING, Revocation, Session, State, Supersession};
use crate::clock::Timestamp;

/// What the request brought, beside the session it names.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The generation of the token, whose mac has been checked.
    pub generation: u32,
    /// The client that the request names, if it names one.
    pub client: Option<&'a str>,
    /// The attempt that the request's Idempotency-Key makes, if it has one.
    pub attempt: Option<Attempt>,
}

/// What the user's record says about sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// May sign in; sessions of an earlier epoch are over.
    Good {
        /// The user's `session_epoch`.
        epoch: u64,
    },
    /// The user is disabled.
    Disabled,
    /// There is no such user any more.
    Gone,
}

/// What is to be done. Only [`Verdict::Rotated`] and [`Verdict::Recovered`] carry a next record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no such session.
    Unknown,
    /// The session was ended.
    Revoked(Revocation),
    /// The session's time is over.
    Expired,
    /// Another client's token. Never revokes: a label proves nothing.
    ClientMismatch,
    /// The current token: swap to this record, answer with its token.
    Rotated(Box<Session>),
    /// A retry, or a second tab: answer with the current token, write nothing.
    Repeated,
    /// We minted it, so the store lost writes: swap to this record, tell the audit log.
    Recovered {
        /// The record to swap to.
        next: Box<Session>,
        /// How many generations the store had lost.
        jump: u32,
    },
    /// Its supersession was lost with the store's writes: refused, nothing revoked.
    Superseded,
    /// A superseded token outside its window: theft. Revoke the session.
    Replayed,
}

/// Judges a presented token; first match wins. n = the record's generation − the presented one.
///
/// | # | guard | verdict |
/// |---|---|---|
/// | 1 | no record | Unknown |
/// | 2 | revoked, of an earlier epoch, or the user is disabled or gone | Revoked |
/// | 3 | past the absolute expiry; or n >= 0 and past last use + idle (M7) | Expired |
/// | 4 | a client is given and differs | ClientMismatch |
/// | 5 | n = 0 | Rotated: generation + 1, newest secret, ring pushed, last_used = now |
/// | 6 | n in 1..=3 and the key matches that generation's attempt | Repeated |
/// | 7 | n in 1..=3, superseded less than `window` ago (0: never) | Repeated |
/// | 8 | n < 0 | Recovered: generation = presented + 1, the gap marked lost |
/// | 9 | n in 1..=3 and that supersession was lost | Superseded |
/// | 10 | otherwise | Replayed |
///
/// `newest_secret` is what a next record's token will be made with. The counter cannot wrap: at its
/// end (2^32 − 1 rotations) the session is over, as if its time were.
pub fn present(
    session: Option<&Session>,
    standing: Standing,
    presented: Presented<'_>,
    newest_secret: u8,
    window: Duration,
    now: Timestamp,
) -> Verdict {
    let Some(session) = session else { return Verdict::Unknown };
    if let Some(reason) = over(session, standing) {
        return Verdict::Revoked(reason);
    }
    let lead = i64::from(session.generation) - i64::from(presented.generation);
    if now >= session.expires || (lead >= 0 && now >= session.last_used + session.idle) {
        return Verdict::Expired;
    }
    if presented.client.is_some_and(|client| client != session.client) {
        return Verdict::ClientMismatch;
    }
    if lead <= 0 {
        let Some(generation) = presented.generation.checked_add(1) else { return Verdict::Expired };
        let jump = u32::try_from(-lead).unwrap_or(u32::MAX);
        let next = Box::new(Session {
            generation,
            secret_id: newest_secret,
            ring: pushed(&session.ring, jump, Supersession::At(now, presented.attempt)),
            last_used: now,
            ..session.clone()
        });
        return if lead == 0 { Verdict::Rotated(next) } else { Verdict::Recovered { next, jump } };
    }
    match usize::try_from(lead - 1).ok().and_then(|age| session.ring.get(age)) {
        Some(Supersession::At(_, attempt)) if attempt.is_some() && *attempt == presented.attempt => Verdict::Repeated,
        Some(Supersession::At(at, _)) if now.since(*at) < window => Verdict::Repeated,
        Some(Supersession::Lost) => Verdict::Superseded,
        _ => Verdict::Replayed,
    }
}

/// Row 2: why the session is over whatever is presented, if it is.
fn over(session: &Session, standing: Standing) -> Option<Revocation> {
    match (session.state, standing) {
        (State::Revoked(reason, _), _) => Some(reason),
        (State::Active, Standing::Gone) => Some(Revocation::Gone),
        (State::Active, Standing::Disabled) => Some(Revocation::Disabled),
        (State::Active, Standing::Good { epoch }) if session.epoch < epoch => Some(Revocation::Epoch),
        (State::Active, Standing::Good { .. }) => None,
    }
}

impl Session {
    /// Whether the session can still be refreshed by a holder of its current token: what a list of
    /// sessions shows (rows 2 and 3).
    pub fn is_live(&self, standing: Standing, now: Timestamp) -> bool {
        over(self, standing).is_none() && now < self.ends()
    }
}

/// The ring with the `lost` generations in between and the newest supersession in front.
fn pushed(ring: &[Supersession], lost: u32, newest: Supersession) -> Vec<Supersession> {
    let gap = usize::try_from(lost).unwrap_or(RING);
    std::iter::once(newest)
        .chain(std::iter::repeat_n(Supersession::Lost, gap.min(RING)))
        .chain(ring.iter().cloned())
        .take(RING)
        .collect()
}

#[cfg(test)]
mod tests;
