//! The promises of [`SessionStore`](crate::store::SessionStore) to many callers at once. Every
//! outcome is provable: nothing here depends on who is faster.

use std::time::Duration;

use tokio::task::JoinSet;

use super::Sessions;
use super::sample::{NOW, rotated, session, version};
use crate::session::{Revocation, Session, State};
use crate::store::Swap;

/// Many callers insert the same id: one is told that it did, and it is that one's record.
pub async fn one_of_many_insertions_wins(store: Sessions) {
    let mut callers = JoinSet::new();
    for number in 0..50 {
        let store = store.clone();
        callers.spawn(async move {
            let record = Session { generation: number, ..session(1) };
            store.insert(&record, version(number.into())).await.unwrap().then_some(number)
        });
    }
    let winners: Vec<u32> = callers.join_all().await.into_iter().flatten().collect();
    let (found, found_version) = store.load(session(1).id).await.unwrap().unwrap();
    assert_eq!(winners, [found.generation]);
    assert_eq!(found_version, version(winners[0].into()));
}

/// 200 callers swap from the same version: one wins, and the record is that one's.
pub async fn one_of_many_swaps_from_the_same_version_wins(store: Sessions) {
    store.insert(&session(1), version(0)).await.unwrap();
    let mut callers = JoinSet::new();
    for number in 1..=200 {
        let store = store.clone();
        callers.spawn(async move {
            let next = Session { user_agent: number.to_string(), ..rotated(&session(1)) };
            let swap = store.swap(&next, version(0), version(number)).await.unwrap();
            (swap == Swap::Done).then_some(number)
        });
    }
    let winners: Vec<u64> = callers.join_all().await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    let (found, found_version) = store.load(session(1).id).await.unwrap().unwrap();
    assert_eq!((found.user_agent, found_version), (winners[0].to_string(), version(winners[0])));
}

/// Callers count the generation up by load and swap: each success is one step, none is lost.
pub async fn a_chain_of_swaps_loses_no_update(store: Sessions) {
    chain_over(&[store]).await;
}

/// The same through several handles on the same sessions, as several instances have them.
pub async fn chain_over(stores: &[Sessions]) {
    const CALLERS: u8 = 20;
    const STEPS: u8 = 5;
    stores[0].insert(&Session { generation: 0, ..session(1) }, version(0)).await.unwrap();
    let mut callers = JoinSet::new();
    for (caller, store) in (0..CALLERS).zip(stores.iter().cycle()) {
        let store = store.clone();
        callers.spawn(async move {
            let mut reached = Vec::new();
            while reached.len() < usize::from(STEPS) {
                reached.extend(step(&store, caller).await);
            }
            reached
        });
    }
    let mut reached = callers.join_all().await.concat();
    reached.sort_unstable();
    let all = u32::from(CALLERS) * u32::from(STEPS);
    assert!(reached.iter().copied().eq(1..=all), "{reached:?}");
    let (found, _) = stores[0].load(session(1).id).await.unwrap().unwrap();
    assert_eq!(found.generation, all);
}

/// Callers swap as fast as they can while the session is revoked (M4, invariant 11): the revocation
/// is not starved, and what they reached before it is what stays.
pub async fn no_swap_succeeds_once_a_revocation_is_acknowledged(store: Sessions) {
    store.insert(&Session { generation: 0, ..session(1) }, version(0)).await.unwrap();
    let mut callers = JoinSet::new();
    for caller in 0..8 {
        let store = store.clone();
        callers.spawn(async move {
            let mut steps: u32 = 0;
            while store.load(session(1).id).await.unwrap().unwrap().0.state == State::Active {
                steps += u32::from(step(&store, caller).await.is_some());
            }
            steps
        });
    }
    let id = session(1).id;
    while store.load(id).await.unwrap().unwrap().0.generation < 10 {
        tokio::task::yield_now().await;
    }
    assert!(store.revoke(id, Revocation::Logout, NOW, version(u64::MAX)).await.unwrap());
    let acknowledged = store.load(id).await.unwrap().unwrap();
    assert_eq!(acknowledged.0.state, State::Revoked(Revocation::Logout, NOW));
    let steps: u32 = callers.join_all().await.into_iter().sum();
    assert_eq!(store.load(id).await.unwrap().unwrap(), acknowledged);
    assert_eq!(acknowledged.0.generation, steps);
}

/// Many reasons at once: one becomes the reason, with its own time.
pub async fn one_of_many_revocations_gives_the_reason(store: Sessions) {
    use Revocation::{Administrator, Ended, Logout, Replayed};
    store.insert(&session(1), version(0)).await.unwrap();
    let reasons = (1..=40).zip([Logout, Ended, Replayed, Administrator].into_iter().cycle());
    let candidates: Vec<_> = reasons.map(|(number, reason)| (reason, NOW + Duration::from_secs(number))).collect();
    let mut callers = JoinSet::new();
    for (number, (reason, at)) in (1..).zip(candidates.clone()) {
        let store = store.clone();
        callers.spawn(async move { store.revoke(session(1).id, reason, at, version(number)).await.unwrap() });
    }
    assert!(callers.join_all().await.into_iter().all(|found| found));
    let (found, _) = store.load(session(1).id).await.unwrap().unwrap();
    let State::Revoked(reason, at) = found.state else { panic!("still active") };
    assert!(candidates.contains(&(reason, at)));
}

/// One try to count the generation up; the generation reached. Versions differ per caller and step.
async fn step(store: &Sessions, caller: u8) -> Option<u32> {
    let (found, current) = store.load(session(1).id).await.unwrap().unwrap();
    let generation = found.generation + 1;
    let next = version(u64::from(caller) << 32 | u64::from(generation));
    let swap = store.swap(&Session { generation, ..found }, current, next).await.unwrap();
    (swap == Swap::Done).then_some(generation)
}
