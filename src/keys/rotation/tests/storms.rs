//! Arbitrary lives of a folder: time passes, instances start, stop and crash with other settings, people
//! rotate by hand. The world holds every step against what was promised.

use std::time::Duration;

use proptest::prelude::*;

use super::super::{Occasion, Terms};
use super::days;
use super::terms;
use super::world::World;
use crate::verify::Algorithm;

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    /// A span, in thousandths of a period.
    Wait(u64),
    /// Everybody is off for so many days, then starts one after the other.
    Sleep(u64),
    Stop(usize),
    /// With this period and algorithm; of what is due only so many steps, where it is killed.
    Start(usize, u64, Algorithm, usize),
    Rotate(usize),
}

const INSTANCES: usize = 3;

fn events(periods: impl Strategy<Value = u64> + Clone + 'static) -> impl Strategy<Value = Vec<Event>> {
    let who = 0..INSTANCES;
    let algorithm = prop_oneof![Just(Algorithm::Es256), Just(Algorithm::EdDsa)];
    let steps = prop_oneof![9 => Just(usize::MAX), 1 => 0..4_usize];
    let event = prop_oneof![
        4 => (0..50_u64).prop_map(Event::Wait),
        4 => (0..3_000_u64).prop_map(Event::Wait),
        1 => (0..400_u64).prop_map(Event::Sleep),
        1 => who.clone().prop_map(Event::Stop),
        3 => (who.clone(), periods, algorithm, steps).prop_map(|(who, period, algorithm, steps)| {
            Event::Start(who, period, algorithm, steps)
        }),
        1 => who.prop_map(Event::Rotate),
    ];
    proptest::collection::vec(event, 1..40)
}

fn live(terms: Terms, ahead: [u64; INSTANCES], events: &[Event]) {
    let mut world = World::new(terms, &ahead.map(Duration::from_millis));
    let start = |world: &mut World| (0..INSTANCES).for_each(|who| world.act(who, Occasion::Start, usize::MAX));
    start(&mut world);
    for event in events {
        match *event {
            Event::Wait(thousandths) => {
                let period = world.instances[0].terms.schedule.period.max(Duration::from_secs(1_200));
                world.wait(period * u32::try_from(thousandths).unwrap() / 1_000);
            }
            Event::Sleep(count) => {
                (0..INSTANCES).for_each(|who| world.stop(who));
                world.wait(days(count));
                start(&mut world);
            }
            Event::Stop(who) => world.stop(who),
            Event::Start(who, period, algorithm, steps) => {
                world.stop(who);
                world.instances[who].terms.schedule.period = Duration::from_secs(period);
                world.instances[who].terms.algorithm = algorithm;
                world.act(who, Occasion::Start, steps);
            }
            Event::Rotate(who) => world.act(who, Occasion::ByHand, usize::MAX),
        }
    }
}

fn clocks() -> impl Strategy<Value = [u64; INSTANCES]> {
    [0..=5_000_u64, 0..=5_000_u64, 0..=5_000_u64]
}

const CASES: u32 = 50;

/// PROPTEST_CASES, or ours; and no file of seeds: a failure becomes a test.
fn config() -> ProptestConfig {
    let chosen = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() { chosen } else { ProptestConfig { cases: CASES, ..chosen } }
}

proptest! {
    #![proptest_config(config())]

    /// Periods of 20 minutes and more: max-age is 600 s with each, so they may change at any time.
    #[test]
    fn whatever_happens_no_key_surprises_a_cache_or_leaves_too_early(
        ahead in clocks(),
        events in events(prop_oneof![Just(0_u64), 1_200..100_000_u64, Just(30 * 86_400_u64)]),
    ) {
        live(terms(), ahead, &events);
    }

    /// Any one period, however short; long ones with long sessions and tokens.
    #[test]
    fn one_period_may_be_as_short_as_one_likes(
        ahead in clocks(),
        period in 1..5_000_u64,
        access_ttl in 1..10_000_u64,
        session_ttl in 1..1_000_000_u64,
        events in events(Just(0)),
    ) {
        let mut terms = terms();
        terms.schedule.period = Duration::from_secs(period);
        terms.schedule.access_ttl = Duration::from_secs(access_ttl);
        terms.schedule.session_ttl = Duration::from_secs(session_ttl);
        let events: Vec<_> = events
            .into_iter()
            .map(|event| match event {
                Event::Start(who, _, algorithm, steps) => Event::Start(who, period, algorithm, steps),
                other => other,
            })
            .collect();
        live(terms, ahead, &events);
    }
}
