//! Counting what is tried with passwords, before anything is computed for it.
//!
//! | the attempt | what becomes of its count |
//! |---|---|
//! | is refused by the account's counter | the address's is taken back: nothing was tried |
//! | ends before it asks for a hashing thread: a store is out, the client has gone | taken back |
//! | gets no hashing thread in time (503) | taken back: no hash was computed, so nobody was told anything |
//! | has the right password | the address's is taken back, the account's counter is cleared, the place is known |
//! | has a wrong password | it stays, and has failed |
//! | was given up after it asked for a thread | it stays, and has failed a moment later: the client may have gone, or the server been killed, after the hash |

use std::sync::Arc;
use std::time::Duration;

use super::Caller;
use crate::clock::Timestamp;
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
    },
    /// A store does not answer.
    Unavailable(Unavailable),
}

impl From<Unavailable> for Throttled {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl Throttle {
    /// Counts an attempt to sign in, for the address and for the account; the same for accounts that do
    /// not exist. From a place where the account signed in lately it is counted by itself, so that
    /// guesses from elsewhere do not lock the owner out.
    pub(super) async fn begin(&self, name: &FoldedName, caller: &Caller, now: Timestamp) -> Result<Attempt, Throttled> {
        let mut counted = Vec::with_capacity(2);
        if let Some(limit) = self.address {
            counted.push(self.count(CounterKey::address(caller.address), limit, now).await?);
        }
        let mut attempt = Attempt { throttle: self.clone(), begun: now, counted, cleared: None, stays: false };
        match attempt.count_for_account(name, caller).await {
            Ok(()) => Ok(attempt),
            Err(refused) => {
                attempt.give_back(now).await;
                Err(refused)
            }
        }
    }

    /// Counts the making of an account, for the address. It stays counted, also where it comes to
    /// nothing: the answer tells whether a name is taken.
    pub(super) async fn begin_registration(&self, caller: &Caller, now: Timestamp) -> Result<(), Throttled> {
        if let Some(limit) = self.address {
            let counted = self.count(CounterKey::registrations(caller.address), limit, now).await?;
            self.settle(vec![counted], now, Settlement::Failed, now).await;
        }
        Ok(())
    }

    async fn count(&self, counter: CounterKey, limit: Limit, now: Timestamp) -> Result<Counting, Throttled> {
        match self.attempts.begin(counter, &limit, now).await? {
            Verdict::Counted => Ok(Counting { counter, limit }),
            Verdict::Refused { until } => Err(Throttled::TooMany { wait: until.since(now) }),
        }
    }

    async fn settle(&self, counted: Vec<Counting>, begun: Timestamp, settlement: Settlement, now: Timestamp) {
        for Counting { counter, limit } in counted {
            warn(self.attempts.settle(counter, &limit, begun, settlement, now).await);
        }
    }
}

/// Where an attempt is counted.
#[derive(Clone, Copy)]
struct Counting {
    counter: CounterKey,
    limit: Limit,
}

/// What a success clears: the account's counter; and the place that it makes known.
struct Cleared {
    counting: Counting,
    account: AccountKey,
    place: Option<Place>,
}

/// An attempt that is counted. Dropped before it [`stays`](Self::stays), it is given back.
pub(super) struct Attempt {
    throttle: Throttle,
    begun: Timestamp,
    counted: Vec<Counting>,
    cleared: Option<Cleared>,
    stays: bool,
}

impl Attempt {
    async fn count_for_account(&mut self, name: &FoldedName, caller: &Caller) -> Result<(), Throttled> {
        let Some(limit) = self.throttle.account else { return Ok(()) };
        let account = AccountKey::new(name);
        let place = caller.address.map(Place::of);
        let counter = match &place {
            Some(place) if self.throttle.places.knows(&account, place, self.begun).await? => {
                CounterKey::account_at(&account, place)
            }
            _ => CounterKey::account(&account),
        };
        let counting = self.throttle.count(counter, limit, self.begun).await?;
        self.counted.push(counting);
        self.cleared = Some(Cleared { counting, account, place });
        Ok(())
    }

    /// From here on a hash may be computed for it: whatever happens, it was a guess.
    pub(super) const fn stays(&mut self) {
        self.stays = true;
    }

    /// The password was wrong.
    pub(super) async fn failed(mut self, now: Timestamp) {
        let counted = std::mem::take(&mut self.counted);
        self.throttle.settle(counted, self.begun, Settlement::Failed, now).await;
    }

    /// The password was right. That a store has not heard of it spoils no sign-in.
    pub(super) async fn succeeded(mut self, now: Timestamp) {
        self.stays = true;
        let Throttle { attempts, places, .. } = &self.throttle;
        let mut counted = std::mem::take(&mut self.counted);
        let settle = async {
            let Some(Cleared { counting, account, place }) = &self.cleared else { return };
            warn(attempts.clear(counting.counter).await);
            if let Some(place) = place {
                warn(places.note(account, place, now).await);
            }
        };
        // What is cleared need not be taken back.
        if self.cleared.is_some() {
            counted.pop();
        }
        tokio::join!(self.throttle.settle(counted, self.begun, Settlement::TakenBack, now), settle);
    }

    /// Nothing was computed.
    pub(super) async fn give_back(mut self, now: Timestamp) {
        let counted = std::mem::take(&mut self.counted);
        self.throttle.settle(counted, self.begun, Settlement::TakenBack, now).await;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.stays || self.counted.is_empty() {
            return;
        }
        let (throttle, counted, begun) = (self.throttle.clone(), std::mem::take(&mut self.counted), self.begun);
        // Without a runtime there is nobody to wait for a store: it stays counted.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { throttle.settle(counted, begun, Settlement::TakenBack, begun).await });
        }
    }
}

/// It stays counted, or unknown: stricter than need be, and no reason to refuse anybody now.
fn warn(outcome: Result<(), Unavailable>) {
    if let Err(error) = outcome {
        log::warn!("an attempt to sign in could not be settled: {error}");
    }
}
