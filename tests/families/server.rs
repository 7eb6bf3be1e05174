//! POST /refresh, cut into the steps between which anything may happen: load, swap, reply.
//!
//! This is the loop that `authority` runs, driven by hand, around the real `session::present`.

use std::time::Duration;

use jeton::clock::Timestamp;
use jeton::session::{Attempt, Presented, RefreshToken, Revocation, Session, UnverifiedToken, Verdict, present};

use super::check::{Check, Violation};
use super::request::{Answer, Fault, Moment, Request};
use super::shared::Shared;
use super::store::{Cause, Record, SWAP_DEADLINE, Swap, Version};

/// How long a request may take: afterwards it is answered 503, whatever it was doing.
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(2);
const TRIES: u8 = 3;

/// A request that a server is working on.
pub struct Work {
    pub request: Request,
    pub server: usize,
    pub token: RefreshToken,
    pub attempt: Option<Attempt>,
    /// The one `now` of the request.
    pub now: Timestamp,
    /// When it began: on the clock that only goes forward, and as the number of an event.
    pub begun: Duration,
    pub started: usize,
    /// This server's newest secret.
    pub newest: u8,
    pub tries: u8,
    pub stage: Stage,
}

#[derive(Debug)]
pub enum Stage {
    Load,
    Swap(Box<Swap>),
    /// The link dropped in mid-swap: did our own write land?
    Reload(Version),
    /// Row 10: end the session, then say so.
    Revoke,
    Reply(Answer),
}

impl Stage {
    /// In a word, for the trace.
    pub fn name(&self) -> String {
        match self {
            Self::Load => "load".to_owned(),
            Self::Swap(swap) => format!("swap to generation {}", swap.next.generation),
            Self::Reload(_) => "reload".to_owned(),
            Self::Revoke => "revoke".to_owned(),
            Self::Reply(Answer::Granted(_)) => "200".to_owned(),
            Self::Reply(Answer::Refused(reason)) => format!("400 {reason}"),
            Self::Reply(Answer::Unavailable) => "503".to_owned(),
        }
    }
}

impl Work {
    /// Takes the token apart and checks its mac, before any store access; `None`: malformed.
    pub fn begin(shared: &Shared, request: Request, server: usize, newest: u8, moment: Moment) -> Option<Self> {
        let unverified = UnverifiedToken::parse(&request.token).ok()?;
        let presented = shared.secrets.get(usize::from(unverified.secret_id()))?;
        let token = unverified.verify(presented).ok()?;
        let secret = if shared.flaws.newest_secret_for_all { &shared.secrets[usize::from(newest)] } else { presented };
        let attempt = request.key.as_deref().map(|key| Attempt::new(secret, token.session, key));
        let Moment { now, clock: begun, event: started } = moment;
        Some(Self { request, server, token, attempt, now, begun, started, newest, tries: 0, stage: Stage::Load })
    }

    /// Does the next step, with a fault or without.
    pub fn step(
        &mut self,
        shared: &mut Shared,
        check: &mut Check,
        clock: Duration,
        fault: Fault,
    ) -> Result<(), Violation> {
        let too_late = clock >= self.begun + REQUEST_DEADLINE && !shared.flaws.no_request_deadline;
        if too_late || fault == Fault::Down {
            self.stage = Stage::Reply(Answer::Unavailable);
            return Ok(());
        }
        self.stage = match std::mem::replace(&mut self.stage, Stage::Load) {
            Stage::Load => {
                let record = shared.store.load();
                self.judge(shared, check, record, clock)?
            }
            Stage::Swap(swap) => self.swap(shared, check, *swap, clock, fault)?,
            Stage::Reload(own) => {
                let record = shared.store.load();
                if record.version == own {
                    self.grant(shared, check, &record.session)?
                } else {
                    self.try_again(|work| work.judge(shared, check, record, clock))?
                }
            }
            Stage::Revoke => {
                shared.store.revoke(Revocation::Replayed, self.now);
                Stage::Reply(Answer::Refused("replayed"))
            }
            reply @ Stage::Reply(_) => reply,
        };
        Ok(())
    }

    fn judge(
        &self,
        shared: &mut Shared,
        check: &mut Check,
        record: Record,
        clock: Duration,
    ) -> Result<Stage, Violation> {
        let presented = Presented { generation: self.token.generation, client: None, attempt: self.attempt };
        let session = (self.token.session == shared.session).then_some(&record.session);
        let verdict = present(session, shared.user, presented, self.newest, shared.window, self.now);
        check.judged(self, &record.session, shared.user, &verdict)?;
        Ok(match verdict {
            Verdict::Rotated(next) | Verdict::Recovered { next, .. } => {
                let new = shared.store.new_version(record.version);
                let patience = if shared.flaws.no_swap_deadline { Duration::MAX } else { SWAP_DEADLINE };
                let deadline = clock.saturating_add(patience);
                let cause = Cause { generation: presented.generation, now: self.now, key: self.request.key.clone() };
                Stage::Swap(Box::new(Swap { next: *next, expected: record.version, new, deadline, cause }))
            }
            Verdict::Repeated => self.grant(shared, check, &record.session)?,
            Verdict::Replayed => Stage::Revoke,
            Verdict::Unknown => Stage::Reply(Answer::Refused("unknown")),
            Verdict::Revoked(_) => Stage::Reply(Answer::Refused("revoked")),
            Verdict::Expired => Stage::Reply(Answer::Refused("expired")),
            Verdict::ClientMismatch => Stage::Reply(Answer::Refused("client_mismatch")),
            Verdict::Superseded => Stage::Reply(Answer::Refused("superseded")),
        })
    }

    fn swap(
        &mut self,
        shared: &mut Shared,
        check: &mut Check,
        swap: Swap,
        clock: Duration,
        fault: Fault,
    ) -> Result<Stage, Violation> {
        let own = swap.new;
        match fault {
            Fault::Stuck => shared.store.stuck.push(swap),
            Fault::LinkDropsBefore => {}
            Fault::None | Fault::LinkDropsAfter | Fault::Down => {
                let landed = check.swap(&mut shared.store, &swap, clock)?;
                if fault == Fault::None {
                    return if landed {
                        self.grant(shared, check, &swap.next)
                    } else {
                        self.try_again(|_| Ok(Stage::Load))
                    };
                }
            }
        }
        Ok(Stage::Reload(own))
    }

    fn grant(&self, shared: &Shared, check: &mut Check, session: &Session) -> Result<Stage, Violation> {
        let token = shared.mint(session, self.newest);
        check.granted(self, session, &token)?;
        Ok(Stage::Reply(Answer::Granted(token)))
    }

    /// At most three tries, then 503.
    fn try_again(&mut self, next: impl FnOnce(&Self) -> Result<Stage, Violation>) -> Result<Stage, Violation> {
        self.tries += 1;
        if self.tries < TRIES { next(self) } else { Ok(Stage::Reply(Answer::Unavailable)) }
    }
}
