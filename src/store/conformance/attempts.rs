//! The promises of [`AttemptStore`](crate::store::AttemptStore): it decides as the rule does, for any
//! number of callers at once.

use std::time::Duration;

use tokio::task::JoinSet;

use super::Attempts;
use super::sample::NOW;
use crate::clock::Timestamp;
use crate::throttle::{Counter, CounterKey, Limit, PENDING_FOR, Settlement, Verdict};

const LIMIT: Limit = Limit { attempts: 3, window: Duration::from_secs(900) };

fn counter(number: u8) -> CounterKey {
    CounterKey::from_bytes([number; 16])
}

/// Of many at once the limit is counted, and not one more.
pub async fn of_many_at_once_as_many_as_allowed_are_counted(store: Attempts) {
    let mut callers = JoinSet::new();
    for _ in 0..1_000 {
        let store = store.clone();
        callers.spawn(async move { store.begin(counter(1), &LIMIT, NOW).await.unwrap() });
    }
    let counted = callers.join_all().await.into_iter().filter(|verdict| *verdict == Verdict::Counted).count();
    assert_eq!(counted, LIMIT.attempts);
}

/// What one counter has seen is nothing to another, whatever the bytes of its name.
pub async fn counters_are_counted_apart(store: Attempts) {
    for bytes in [[0; 16], [255; 16], *b"{a}:*[b]?%_\\\"\t\x80\xff", *b"' OR 1=1; -- \r\n\0"] {
        let counter = CounterKey::from_bytes(bytes);
        for _ in 0..LIMIT.attempts {
            fails(&store, counter).await;
        }
        let verdict = store.begin(counter, &LIMIT, NOW).await.unwrap();
        assert_eq!(verdict, Verdict::Refused { until: NOW + LIMIT.window });
    }
}

/// A counter that is forgotten counts and locks from the beginning, and no other is forgotten with it.
pub async fn a_cleared_counter_begins_anew(store: Attempts) {
    store.clear(counter(1)).await.unwrap();
    for number in [1, 2] {
        for _ in 0..LIMIT.attempts {
            fails(&store, counter(number)).await;
        }
        store.begin(counter(number), &LIMIT, NOW).await.unwrap();
    }
    store.clear(counter(1)).await.unwrap();
    for _ in 0..LIMIT.attempts {
        fails(&store, counter(1)).await;
    }
    let refused = Verdict::Refused { until: NOW + LIMIT.window };
    assert_eq!(store.begin(counter(1), &LIMIT, NOW).await.unwrap(), refused, "it is the first lock-out");
    assert_eq!(store.begin(counter(2), &LIMIT, NOW).await.unwrap(), refused, "the other one stays");
}

/// Step by step the same verdicts as [`Counter`], over lock-outs that escalate, attempts that fail, are
/// taken back or are forgotten, clocks that step back and limits that change.
pub async fn it_decides_as_the_rule_does(store: Attempts) {
    let limits = [LIMIT, Limit { attempts: 1, ..LIMIT }, Limit { attempts: 5, window: Duration::from_secs(60) }];
    let (mut rule, mut now, mut begun) = (Counter::default(), NOW, Vec::new());
    let (mut counted, mut refused, mut pending, mut longest) = (0, 0, 0, Duration::ZERO);
    for draw in draws(3_000) {
        let limit = limits[if draw % 101 == 0 { (draw / 101 % 3) as usize } else { 0 }];
        now = step(now, draw);
        let settlement = if draw % 7 == 0 { Settlement::TakenBack } else { Settlement::Failed };
        if draw % 3 != 0
            && let Some(settled) = pick(&begun, draw)
        {
            rule.settle(&limit, settled, settlement, now);
            store.settle(counter(1), &limit, settled, settlement, now).await.unwrap();
        }
        let expected = rule.begin(&limit, now);
        assert_eq!(store.begin(counter(1), &limit, now).await.unwrap(), expected, "at {now:?} with {limit:?}");
        match expected {
            Verdict::Counted => {
                counted += 1;
                begun.push(now);
            }
            Verdict::Refused { until } => {
                refused += 1;
                pending += usize::from(until.since(now) <= PENDING_FOR);
                longest = longest.max(until.since(now));
            }
        }
    }
    assert!(counted > 100 && refused > 100 && pending > 10, "all were seen: {counted}, {refused}, {pending}");
    assert!(longest > LIMIT.window * 4, "and lock-outs that escalated: {longest:?}");
}

/// An attempt that is counted and fails.
async fn fails(store: &Attempts, counter: CounterKey) {
    assert_eq!(store.begin(counter, &LIMIT, NOW).await.unwrap(), Verdict::Counted);
    store.settle(counter, &LIMIT, NOW, Settlement::Failed, NOW).await.unwrap();
}

/// A fixed run of numbers without a pattern (an xorshift), so that every store is asked the same.
fn draws(count: usize) -> impl Iterator<Item = u64> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 8
    })
    .take(count)
}

/// Mostly a moment or a few seconds on, at times a part of an hour, rarely half a day or two seconds back.
fn step(now: Timestamp, draw: u64) -> Timestamp {
    match draw % 97 {
        0 => now + Duration::from_secs(43_200),
        1 | 2 => now - Duration::from_secs(2),
        60.. => now + Duration::from_millis(draw / 97 % 700),
        3..=20 => now + Duration::from_secs(draw / 97 % 1_800),
        _ => now + Duration::from_millis(draw / 97 % 40_000),
    }
}

/// One of the latest attempts, or one that was taken back before.
fn pick(begun: &[Timestamp], draw: u64) -> Option<Timestamp> {
    let back = usize::try_from(draw / 7 % 4).unwrap_or(0);
    begun.iter().rev().nth(back).copied()
}
