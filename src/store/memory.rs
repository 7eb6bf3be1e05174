//! Attempts counted in this process, for where sessions are in a file: gone with a restart, and not
//! shared with other processes on the same file.
//!
//! The memory is bounded: 131,072 counters. They lie in small buckets; which one a counter belongs to
//! depends on a secret of the process, so that nobody can aim at a bucket. Where a bucket is full, the
//! counter with the fewest lock-outs and attempts makes room. So to make a counter of k attempts be
//! forgotten, all others must have as many: 131,072 · k attempts within one window, each with a hash
//! computed for it, from addresses that are limited themselves.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;

use super::{AttemptStore, Unavailable};
use crate::clock::Timestamp;
use crate::throttle::{Counter, CounterKey, Limit, Settlement, Verdict};

const BUCKETS: usize = 8_192;

/// How many counters a bucket holds.
const ROOM: usize = 16;

/// The counters of this process.
pub struct LocalAttempts {
    secret: RandomState,
    buckets: Vec<Mutex<Bucket>>,
}

/// The counters of one bucket, in no particular order.
type Bucket = Vec<Entry>;

struct Entry {
    key: CounterKey,
    counter: Counter,
    kept_until: Timestamp,
}

impl LocalAttempts {
    /// Without any attempts.
    pub fn new() -> Self {
        Self::with_buckets(BUCKETS)
    }

    fn with_buckets(count: usize) -> Self {
        let buckets = (0..count).map(|_| Mutex::default()).collect();
        Self { secret: RandomState::new(), buckets }
    }

    fn bucket(&self, key: CounterKey) -> MutexGuard<'_, Bucket> {
        let hash = usize::try_from(self.secret.hash_one(key) & 0xffff_ffff).unwrap_or(0);
        self.buckets[hash % self.buckets.len()].lock().expect("nothing that can panic is done under this lock")
    }
}

impl Default for LocalAttempts {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl AttemptStore for LocalAttempts {
    async fn begin(&self, counter: CounterKey, limit: &Limit, now: Timestamp) -> Result<Verdict, Unavailable> {
        let mut bucket = self.bucket(counter);
        let at = bucket.iter().position(|entry| entry.key == counter).unwrap_or_else(|| {
            make_room(&mut bucket, now);
            bucket.push(Entry { key: counter, counter: Counter::default(), kept_until: now });
            bucket.len() - 1
        });
        let entry = &mut bucket[at];
        let verdict = entry.counter.begin(limit, now);
        entry.kept_until = entry.counter.kept_until(limit).unwrap_or(now);
        Ok(verdict)
    }

    async fn settle(
        &self,
        counter: CounterKey,
        limit: &Limit,
        begun: Timestamp,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        let mut bucket = self.bucket(counter);
        let Some(at) = bucket.iter().position(|entry| entry.key == counter) else { return Ok(()) };
        bucket[at].counter.settle(limit, begun, settlement, now);
        match bucket[at].counter.kept_until(limit) {
            Some(until) => bucket[at].kept_until = until,
            None => drop(bucket.swap_remove(at)),
        }
        Ok(())
    }

    async fn clear(&self, counter: CounterKey) -> Result<(), Unavailable> {
        self.bucket(counter).retain(|entry| entry.key != counter);
        Ok(())
    }
}

/// Makes sure that one more has room: what is of no use any more goes first, then the lightest counter,
/// of several the one that is of use for the shortest time.
fn make_room(bucket: &mut Bucket, now: Timestamp) {
    if bucket.len() < ROOM {
        return;
    }
    bucket.retain(|entry| now < entry.kept_until);
    let lightest = |(_, entry): &(usize, &Entry)| (entry.counter.weight(), entry.kept_until);
    if bucket.len() >= ROOM
        && let Some((at, _)) = bucket.iter().enumerate().min_by_key(lightest)
    {
        bucket.swap_remove(at);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::conformance::run;
    use crate::store::conformance::sample::NOW;

    const LIMIT: Limit = Limit { attempts: 3, window: Duration::from_secs(900) };

    async fn fresh() -> (LocalAttempts, ()) {
        (LocalAttempts::new(), ())
    }

    crate::attempt_store_conformance!(attempts, fresh());

    fn key(number: u32) -> CounterKey {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        CounterKey::from_bytes(bytes)
    }

    fn counted(store: &LocalAttempts, key: CounterKey, times: usize, now: Timestamp) {
        for _ in 0..times {
            assert_eq!(run(store.begin(key, &LIMIT, now)).unwrap(), Verdict::Counted);
        }
    }

    fn is_full(store: &LocalAttempts, key: CounterKey) -> bool {
        run(store.begin(key, &LIMIT, NOW)).unwrap() != Verdict::Counted
    }

    #[test]
    fn any_number_of_lighter_counters_makes_no_counter_be_forgotten() {
        let store = LocalAttempts::with_buckets(1);
        counted(&store, key(0), 3, NOW);
        for number in 1..10_000 {
            counted(&store, key(number), 1 + usize::from(number % 2 == 0), NOW);
        }
        assert!(is_full(&store, key(0)));
        assert_eq!(store.buckets[0].lock().unwrap().len(), ROOM, "and the memory is bounded");
    }

    #[test]
    fn to_make_one_be_forgotten_all_others_must_be_as_full() {
        let store = LocalAttempts::with_buckets(1);
        counted(&store, key(0), 3, NOW);
        for number in 1..16 {
            counted(&store, key(number), 3, NOW + Duration::from_secs(1));
        }
        assert!(store.bucket(key(0)).iter().any(|entry| entry.key == key(0)), "fifteen do not");
        counted(&store, key(16), 3, NOW + Duration::from_secs(1));
        assert!(store.bucket(key(0)).iter().all(|entry| entry.key != key(0)), "sixteen do");
    }

    #[test]
    fn what_is_of_no_use_any_more_goes_first() {
        let store = LocalAttempts::with_buckets(1);
        for number in 0..15 {
            counted(&store, key(number), 3, NOW - LIMIT.window);
        }
        counted(&store, key(15), 1, NOW);
        counted(&store, key(16), 1, NOW);
        let mut left: Vec<_> = store.bucket(key(0)).iter().map(|entry| entry.key).collect();
        left.sort_by_key(|key| *key.as_bytes());
        assert_eq!(left, [key(15), key(16)]);
    }
}
