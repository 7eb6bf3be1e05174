//! Counters of attempts and known places in Redis: one key each.
//!
//! The rule is `throttle::Counter`; the scripts do the same at the server, where it is one step, and the
//! conformance suite holds them to it.

use async_trait::async_trait;
use redis::{Value, cmd, from_redis_value};

use super::Redis;
use super::call::ask;
use super::failure::Failure;
use crate::clock::Timestamp;
use crate::store::{AttemptStore, PlaceStore, Unavailable};
use crate::throttle::{
    AccountKey, CounterKey, KNOWN_FOR, KNOWN_PLACES, LONGEST_WAIT, Limit, PENDING_FOR, Place, Settlement, Verdict,
};

#[async_trait]
impl AttemptStore for Redis {
    async fn begin(&self, counter: CounterKey, limit: &Limit, now: Timestamp) -> Result<Verdict, Unavailable> {
        let (key, [now, window]) = (self.shared.keys.counter(&counter), [now.as_millis(), milliseconds(limit)]);
        let pending = u64::try_from(PENDING_FOR.as_millis()).unwrap_or(u64::MAX);
        let begin = |by, _| {
            let mut command = self.shared.scripts.begin.command(by, &key);
            command.arg(now).arg(window).arg(LONGEST_WAIT).arg(limit.attempts).arg(pending);
            command
        };
        match ask(&self.shared.route, &key, &begin, None).await? {
            Value::Int(0) => Ok(Verdict::Counted),
            Value::Int(until) => Ok(Verdict::Refused { until: Timestamp::from_millis(until) }),
            _ => Err(Failure::unexpected().into()),
        }
    }

    async fn settle(
        &self,
        counter: CounterKey,
        limit: &Limit,
        begun: Timestamp,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        let (key, [now, window]) = (self.shared.keys.counter(&counter), [now.as_millis(), milliseconds(limit)]);
        let taken_back = i32::from(settlement == Settlement::TakenBack);
        let settle = |by, _| {
            let mut command = self.shared.scripts.settle.command(by, &key);
            command.arg(now).arg(window).arg(LONGEST_WAIT).arg(begun.as_millis()).arg(taken_back);
            command
        };
        ask(&self.shared.route, &key, &settle, None).await?;
        Ok(())
    }

    async fn clear(&self, counter: CounterKey) -> Result<(), Unavailable> {
        let key = self.shared.keys.counter(&counter);
        ask(&self.shared.route, &key, &|_, _| cmd("DEL").arg(&key).take(), None).await?;
        Ok(())
    }
}

#[async_trait]
impl PlaceStore for Redis {
    async fn known(&self, account: &AccountKey, now: Timestamp) -> Result<Vec<(Place, Timestamp)>, Unavailable> {
        let key = self.shared.keys.places(account);
        let after = format!("({}", (now - KNOWN_FOR).as_millis());
        let known = |_, _| cmd("ZRANGE").arg(&key).arg(&after).arg("+inf").arg("BYSCORE").arg("WITHSCORES").take();
        let places: Vec<(Vec<u8>, i64)> =
            from_redis_value(ask(&self.shared.route, &key, &known, None).await?).map_err(|_| Failure::unexpected())?;
        Ok(places.into_iter().map(|(place, last)| (Place::from_bytes(place), Timestamp::from_millis(last))).collect())
    }

    async fn note(&self, account: &AccountKey, place: &Place, now: Timestamp) -> Result<(), Unavailable> {
        let key = self.shared.keys.places(account);
        let note = |by, _| {
            let mut command = self.shared.scripts.note.command(by, &key);
            command.arg(place.as_bytes()).arg(now.as_millis()).arg((now - KNOWN_FOR).as_millis());
            command.arg(KNOWN_PLACES).arg(KNOWN_FOR.as_secs());
            command
        };
        ask(&self.shared.route, &key, &note, None).await?;
        Ok(())
    }
}

/// A window as the scripts count it. The configuration keeps it far below what a number can hold.
fn milliseconds(limit: &Limit) -> i64 {
    i64::try_from(limit.window.as_millis()).unwrap_or(i64::MAX)
}
