//! The weakest store that the design allows: compare-and-swap on the version alone, rotations that a
//! power cut loses, snapshots of any age, swaps that get stuck and land late.

use std::time::Duration;

use jeton::clock::Timestamp;
use jeton::session::{Revocation, Session, State};

/// How long after it was asked for a swap may land (M6).
pub const SWAP_DEADLINE: Duration = Duration::from_secs(2);

/// Names one write. Unique, as 64 random bits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(u64);

#[derive(Clone, Debug)]
pub struct Record {
    pub session: Session,
    pub version: Version,
}

/// A rotation on its way to the store.
#[derive(Clone, Debug)]
pub struct Swap {
    pub next: Session,
    pub expected: Version,
    pub new: Version,
    /// On the store's own clock, which counts from the beginning of the world.
    pub deadline: Duration,
    /// Whose doing it is: for checks only.
    pub cause: Cause,
}

/// The request that superseded, or wants to supersede, a generation.
#[derive(Clone, Debug)]
pub struct Cause {
    pub generation: u32,
    pub now: Timestamp,
    pub key: Option<String>,
}

pub struct Store {
    /// Every write that landed, oldest first: the last one is the record, any other a snapshot.
    history: Vec<Record>,
    /// The newest write that a power cut does not lose.
    durable: usize,
    /// Swaps that a stopped store holds in its socket and may still apply.
    pub stuck: Vec<Swap>,
    last_version: u64,
    /// How often the store was asked for anything.
    pub asked: u64,
    /// M3, to show that the model notices: versions count up, and so come again after a rollback.
    pub counts_versions: bool,
}

impl Store {
    pub fn new(session: Session) -> Self {
        let first = Record { session, version: Version(0) };
        Self { history: vec![first], durable: 0, stuck: Vec::new(), last_version: 0, asked: 0, counts_versions: false }
    }

    /// The record, without asking the store: for checks only.
    pub fn record(&self) -> &Record {
        self.history.last().expect("the first write is never rolled back")
    }

    /// How many writes the present history has.
    pub fn writes(&self) -> usize {
        self.history.len()
    }

    pub fn load(&mut self) -> Record {
        self.asked += 1;
        self.record().clone()
    }

    /// A version for the write that would follow `before`.
    pub fn new_version(&mut self, before: Version) -> Version {
        self.last_version += 1;
        Version(if self.counts_versions { before.0 + 1 } else { self.last_version })
    }

    /// Whether the swap landed. Only the version is compared, not the state: that a revocation gives
    /// the record a new version must be enough.
    pub fn swap(&mut self, swap: &Swap, clock: Duration) -> bool {
        self.asked += 1;
        let lands = self.record().version == swap.expected && clock < swap.deadline;
        if lands {
            self.history.push(Record { session: swap.next.clone(), version: swap.new });
        }
        lands
    }

    /// Ends the session: unconditional, absorbing, durable when it returns.
    pub fn revoke(&mut self, reason: Revocation, at: Timestamp) {
        self.asked += 1;
        let Record { mut session, version } = self.record().clone();
        if session.state == State::Active {
            session.state = State::Revoked(reason, at);
            let version = self.new_version(version);
            self.history.push(Record { session, version });
        }
        self.durable = self.history.len() - 1;
    }

    /// Goes back to an older snapshot, `back` writes ago; revocations since then are lost too.
    pub fn restore(&mut self, back: usize) {
        let kept = self.history.len().saturating_sub(back).max(1);
        self.history.truncate(kept);
        self.durable = self.durable.min(kept - 1);
    }

    /// The power fails: the last writes are lost, but none before the last revocation.
    pub fn power_cut(&mut self, back: usize) {
        let kept = self.history.len().saturating_sub(back).max(self.durable + 1);
        self.history.truncate(kept);
        self.stuck.clear();
    }
}
