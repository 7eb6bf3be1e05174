//! An attempt to sign in that is counted, and what becomes of its count.
//!
//! | the attempt | its count |
//! |---|---|
//! | is refused by the account's counter | the address's is taken back: nothing was tried |
//! | ends before it asks for a hashing thread: a store is out, the client has gone | taken back |
//! | gets no hashing thread in time (503) | taken back: no hash was computed, so nobody was told anything |
//! | has the right password | the address's is taken back, the account's counter is cleared, the place is known |
//! | has a wrong password | it stays, and has failed |
//! | was given up after it asked for a thread | it stays, and has failed a moment later: the client may have gone, or the server been killed, after the hash |

use super::Caller;
use super::throttle::{Counting, Throttle, Throttled};
use crate::clock::Timestamp;
use crate::store::Unavailable;
use crate::throttle::{AccountKey, CounterKey, Place, Settlement};
use crate::user::FoldedName;

/// An attempt that is counted. Dropped before it [`stays`](Self::stays), it is taken back.
pub(super) struct Attempt {
    throttle: Throttle,
    begun: Timestamp,
    address: Option<Counting>,
    account: Option<(Counting, AccountKey)>,
    place: Option<Place>,
    stays: bool,
}

impl Attempt {
    /// Counts an attempt for the address and for the account; the same for accounts that do not exist.
    /// From a place where the account signed in lately it is counted by itself, so that guesses from
    /// elsewhere do not lock the owner out.
    pub(super) async fn begin(
        throttle: &Throttle,
        name: &FoldedName,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Self, Throttled> {
        let place = caller.address.map(Place::of);
        let address = throttle.count(throttle.address, CounterKey::address(caller.address), now).await?;
        let mut attempt = Self { throttle: throttle.clone(), begun: now, address, account: None, place, stays: false };
        match attempt.count_for_account(AccountKey::new(name)).await {
            Ok(()) => Ok(attempt),
            Err(refused) => {
                attempt.give_back(now).await;
                Err(refused)
            }
        }
    }

    /// Attempts from before an operator let the account in are in counters that are not asked any more.
    async fn count_for_account(&mut self, account: AccountKey) -> Result<(), Throttled> {
        let Self { throttle, begun, place, .. } = &*self;
        if throttle.account.is_none() {
            return Ok(());
        }
        let known = throttle.places.known(&account, *begun).await?;
        let last_from = |place: &Place| known.iter().find(|(known, _)| known == place).map(|(_, last)| *last);
        let counted = last_from(&Place::operator()).map_or(account, |at| account.let_in(at));
        let counter = match place {
            Some(place) if last_from(place).is_some() => CounterKey::account_at(&counted, place),
            _ => CounterKey::account(&counted),
        };
        let counting = throttle.count(throttle.account, counter, *begun).await?;
        self.account = counting.map(|counting| (counting, account));
        Ok(())
    }

    /// From here on a hash may be computed for it: whatever happens, it was a guess.
    pub(super) const fn stays(&mut self) {
        self.stays = true;
    }

    /// The password was wrong.
    pub(super) async fn failed(mut self, now: Timestamp) {
        self.settle(Settlement::Failed, now).await;
    }

    /// Nothing was computed.
    pub(super) async fn give_back(mut self, now: Timestamp) {
        self.settle(Settlement::TakenBack, now).await;
    }

    /// The password was right. That a store has not heard of it spoils no sign-in.
    pub(super) async fn succeeded(mut self, now: Timestamp) {
        let (account, place) = (self.account.take(), self.place.take());
        let throttle = self.throttle.clone();
        let clear = async {
            let Some((counting, account)) = account else { return };
            warn(throttle.attempts.clear(counting.counter).await);
            if let Some(place) = place {
                warn(throttle.places.note(&account, &place, now).await);
            }
        };
        tokio::join!(self.settle(Settlement::TakenBack, now), clear);
    }

    /// Settles what is still counted.
    fn settle(&mut self, settlement: Settlement, now: Timestamp) -> impl Future<Output = ()> + use<> {
        let (throttle, begun) = (self.throttle.clone(), self.begun);
        let counted = [self.address.take(), self.account.take().map(|(counting, _)| counting)];
        async move {
            for Counting { counter, limit } in counted.into_iter().flatten() {
                warn(throttle.attempts.settle(counter, &limit, begun, settlement, now).await);
            }
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.stays || self.address.is_none() && self.account.is_none() {
            return;
        }
        // Without a runtime there is nobody to wait for a store: it stays counted.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(self.settle(Settlement::TakenBack, self.begun));
        }
    }
}

/// It stays counted, or unknown: stricter than need be, and no reason to refuse anybody now.
fn warn(outcome: Result<(), Unavailable>) {
    if let Err(error) = outcome {
        log::warn!("an attempt to sign in could not be settled: {error}");
    }
}
