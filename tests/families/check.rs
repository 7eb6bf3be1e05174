//! The invariants of refresh.md, "What must hold", checked at every step from what can be seen from
//! outside: which tokens were presented and granted when, and which writes landed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use jeton::session::{RING, Session, Standing, State, Verdict};

use super::server::Work;
use super::store::{Cause, Store, Swap};

/// A broken promise.
#[derive(Debug)]
pub struct Violation {
    pub invariant: &'static str,
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.what)
    }
}

pub const ONE_SUCCESSOR: &str = "1 (one live successor per session)";
pub const NOBODY_SIGNED_OUT: &str = "2, 8, 9 (lost messages, crashes and rollbacks sign nobody out)";
pub const WINDOW_NEVER_SLIDES: &str = "3 (the window never slides)";
pub const THEFT_IS_CAUGHT: &str = "4 (two holders further apart than the window: revoked)";
pub const FORGERIES_CHANGE_NOTHING: &str = "5 (a bad mac never changes state)";
pub const GENERATION_IS_MONOTONE: &str = "6 (generation is monotone)";
pub const RECORD_IS_BOUNDED: &str = "7 (memory per session is constant)";
pub const REVOCATION_STAYS: &str = "11 (an acknowledged revocation stays)";

/// Fails with this invariant unless `holds`.
pub fn ensure(holds: bool, invariant: &'static str, what: impl FnOnce() -> String) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(Violation { invariant, what: what() }) }
}

/// What was seen so far of the present history. A rollback makes it forget what it undid.
pub struct Check {
    window: Duration,
    /// How each generation was superseded.
    superseded: BTreeMap<u32, Cause>,
    /// The one token of each generation.
    tokens: BTreeMap<u32, String>,
    /// The event at which a logout was acknowledged, and how many writes the store had then.
    logged_out: Option<(usize, usize)>,
    /// The event at which the user's sessions were ended everywhere.
    everywhere: Option<usize>,
    /// Which verdicts were given so far.
    pub verdicts: BTreeSet<&'static str>,
}

impl Check {
    pub fn new(window: Duration, first_token: &str) -> Self {
        let tokens = BTreeMap::from([(0, first_token.to_owned())]);
        Self {
            window,
            superseded: BTreeMap::new(),
            tokens,
            logged_out: None,
            everywhere: None,
            verdicts: BTreeSet::new(),
        }
    }

    /// A token was judged against the record.
    pub fn judged(
        &mut self,
        work: &Work,
        record: &Session,
        user: Standing,
        verdict: &Verdict,
    ) -> Result<(), Violation> {
        self.verdicts.insert(name(verdict));
        let ended = record.state != State::Active || user != (Standing::Good { epoch: record.epoch });
        let Some(cause) = self.superseded.get(&work.token.generation).filter(|_| !ended) else { return Ok(()) };
        let age = work.now.since(cause.now);
        let seen = || {
            let Work { token, now, request, .. } = work;
            let generation = token.generation;
            format!(
                "request {} presents generation {generation} at {now:?}, superseded by {cause:?}: {verdict:?}",
                request.id
            )
        };
        if work.request.key.is_some() && work.request.key == cause.key {
            let recent = record.generation - work.token.generation <= 3;
            return ensure(!recent || *verdict == Verdict::Repeated, NOBODY_SIGNED_OUT, seen);
        }
        if age >= self.window {
            ensure(*verdict != Verdict::Repeated, WINDOW_NEVER_SLIDES, seen)?;
            ensure(*verdict == Verdict::Replayed, THEFT_IS_CAUGHT, seen)?;
        }
        Ok(())
    }

    /// A token was granted on the strength of this record, as the store holds it now.
    pub fn granted(&mut self, work: &Work, record: &Session, token: &str) -> Result<(), Violation> {
        let ended = self.everywhere.max(self.logged_out.map(|(event, _)| event));
        ensure(ended.is_none_or(|event| work.started < event), REVOCATION_STAYS, || {
            format!("request {} began after the acknowledged end and is granted a token", work.request.id)
        })?;
        let generation = record.generation;
        ensure(generation > work.token.generation, ONE_SUCCESSOR, || {
            format!("generation {} is answered with {generation}", work.token.generation)
        })?;
        let known = self.tokens.entry(generation).or_insert_with(|| token.to_owned());
        ensure(known == token, ONE_SUCCESSOR, || format!("generation {generation} has two tokens"))
    }

    /// A swap reaches the store: whether it landed.
    pub fn swap(&mut self, store: &mut Store, swap: &Swap, clock: Duration) -> Result<bool, Violation> {
        let before = store.record().session.clone();
        let landed = store.swap(swap, clock);
        if landed {
            let after = &swap.next;
            ensure(before.state == State::Active, REVOCATION_STAYS, || {
                format!("a swap to generation {} overwrites {:?}", after.generation, before.state)
            })?;
            ensure(after.generation > before.generation, GENERATION_IS_MONOTONE, || {
                format!("from {} to {}", before.generation, after.generation)
            })?;
            ensure(after.ring.len() <= RING, RECORD_IS_BOUNDED, || format!("a ring of {}", after.ring.len()))?;
            self.superseded.insert(swap.cause.generation, swap.cause.clone());
        }
        Ok(landed)
    }

    /// A logout was acknowledged.
    pub fn logged_out(&mut self, event: usize, store: &Store) {
        self.logged_out.get_or_insert((event, store.writes()));
    }

    /// "Everywhere" was acknowledged. People are not rolled back with the sessions.
    pub fn ended_everywhere(&mut self, event: usize) {
        self.everywhere.get_or_insert(event);
    }

    /// The store went back to an older state.
    pub fn rolled_back(&mut self, store: &Store) {
        let generation = store.record().session.generation;
        self.superseded.retain(|&earlier, _| earlier < generation);
        self.tokens.retain(|&earlier, _| earlier <= generation);
        self.logged_out = self.logged_out.filter(|&(_, writes)| store.writes() >= writes);
    }

    /// Whatever has just happened: what was ended, and acknowledged as ended, is ended.
    pub fn standing(&self, store: &Store) -> Result<(), Violation> {
        let state = store.record().session.state;
        ensure(self.logged_out.is_none() || state != State::Active, REVOCATION_STAYS, || {
            "the session is active again after its logout was acknowledged".to_owned()
        })
    }
}

fn name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Unknown => "unknown",
        Verdict::Revoked(_) => "revoked",
        Verdict::Expired => "expired",
        Verdict::ClientMismatch => "client mismatch",
        Verdict::Rotated(_) => "rotated",
        Verdict::Repeated => "repeated",
        Verdict::Recovered { .. } => "recovered",
        Verdict::Superseded => "superseded",
        Verdict::Replayed => "replayed",
    }
}
