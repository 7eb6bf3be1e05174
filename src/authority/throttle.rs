//! The limits that attempts are held to, and where they are counted.

use std::sync::Arc;
use std::time::Duration;

use super::audit::{Audit, AuditEvent};
use super::{Authority, Caller};
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::store::{AttemptStore, PlaceStore, Unavailable};
use crate::throttle::{AccountKey, CounterKey, Limit, Place, Settlement, Verdict};
use crate::user::FoldedName;

/// The limits, and where is counted.
#[derive(Clone)]
pub struct Throttle {
    /// What an account may have, in each of its counters; `None`: any number.
    pub account: Option<Limit>,
    /// What an address may have; `None`: any number.
    pub address: Option<Limit>,
    /// The counters.
    pub attempts: Arc<dyn AttemptStore>,
    /// From where accounts signed in.
    pub places: Arc<dyn PlaceStore>,
}

/// Why an attempt does not begin.
#[derive(Debug)]
pub enum Throttled {
    /// There were too many.
    TooMany {
        /// How long the next one has to wait.
        wait: Duration,
        /// The counter that says so.
        counter: CounterKey,
    },
    /// A store does not answer.
    Unavailable(Unavailable),
}

impl From<Unavailable> for Throttled {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

/// Lets an account in: none of the attempts before now count any more, from wherever they came and in
/// whichever process they are counted.
///
/// # Errors
/// Where it could not be noted.
pub async fn let_in(places: &dyn PlaceStore, name: &FoldedName, now: Timestamp) -> Result<(), Unavailable> {
    places.note(&AccountKey::new(name), &Place::operator(), now).await
}

/// A counter that an attempt is counted in.
#[derive(Clone, Copy)]
pub(super) struct Counting {
    pub counter: CounterKey,
    pub limit: Limit,
}

impl Throttle {
    /// Counts the making of an account, for the address. It stays counted, also where it comes to
    /// nothing: the answer tells whether a name is taken.
    pub(super) async fn begin_registration(&self, caller: &Caller, now: Timestamp) -> Result<(), Throttled> {
        let registrations = CounterKey::registrations(caller.address);
        if let Some(Counting { counter, limit }) = self.count(self.address, registrations, now).await? {
            self.attempts.settle(counter, &limit, now, Settlement::Failed, now).await?;
        }
        Ok(())
    }

    /// Counts something, where there is a limit.
    pub(super) async fn count(
        &self,
        limit: Option<Limit>,
        counter: CounterKey,
        now: Timestamp,
    ) -> Result<Option<Counting>, Throttled> {
        let Some(limit) = limit else { return Ok(None) };
        match self.attempts.begin(counter, &limit, now).await? {
            Verdict::Counted => Ok(Some(Counting { counter, limit })),
            Verdict::Refused { until } => Err(Throttled::TooMany { wait: until.since(now), counter }),
        }
    }
}

impl Authority {
    /// Says in the audit log that an attempt was refused, where it was.
    pub(super) fn audit_throttled(
        &self,
        why: &Throttled,
        event: AuditEvent,
        user: Option<&UserId>,
        caller: &Caller,
        now: Timestamp,
    ) {
        if let Throttled::TooMany { counter, .. } = why {
            let line = Audit::new(event, "throttled", caller, now).user(user);
            self.repeats.write(*counter.as_bytes(), line, now);
        }
    }
}
