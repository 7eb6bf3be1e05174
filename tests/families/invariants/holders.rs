//! 1, 3 and 4: several holders of one token, together and apart.

use std::collections::BTreeMap;
use std::time::Duration;

use jeton::session::State;
use proptest::prelude::*;

use super::super::client::Keys;
use super::super::ops::Op;
use super::super::request::{Answer, Fault, Request, Sender};
use super::super::world::World;
use super::{WINDOW, world};

const REPLAYED: Answer = Answer::Refused("replayed");

/// What a thief, or a second holder, sees: nobody is innocent here, and so anybody may be signed out.
fn world_with_two_holders() -> (World, String) {
    let mut world = world(Keys::None, WINDOW);
    world.apply(&Op::Steal).unwrap();
    let token = world.client.storage.clone();
    (world, token)
}

fn is_active(world: &World) -> bool {
    world.shared.store.record().session.state == State::Active
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn invariant_1_concurrent_presenters_of_one_token_all_get_the_one_successor(
        keys in prop::collection::vec(prop::option::of("[abc]"), 2..12),
        steps in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
    ) {
        let mut world = world(Keys::None, WINDOW);
        for (id, key) in keys.iter().enumerate() {
            let token = world.client.storage.clone();
            world.begin(Request { id, from: Sender::Thief, token, key: key.clone() }, id % 2);
        }
        for step in steps {
            let work = step.index(world.work.len().max(1));
            prop_assert!(world.step(work, Fault::None).is_ok());
        }
        while !world.work.is_empty() {
            prop_assert!(world.step(0, Fault::None).is_ok());
        }
        prop_assert_eq!(world.answers.len(), keys.len());
        let (_, first) = &world.answers[0];
        prop_assert!(matches!(first, Answer::Granted(_)), "{:?}", first);
        prop_assert!(world.answers.iter().all(|(_, answer)| answer == first), "\n{}", world.trace());
        prop_assert_eq!(world.shared.store.record().session.generation, 1);
    }

    #[test]
    fn invariant_3_however_often_a_token_is_used_again_its_window_ends_when_it_ends(
        gaps in prop::collection::vec(0..12_000_u64, 1..40),
    ) {
        let (mut world, token) = world_with_two_holders();
        let successor = world.present(&token, None).unwrap();
        let mut since_first = Duration::ZERO;
        for gap in gaps.into_iter().map(Duration::from_millis) {
            world.advance(gap);
            since_first += gap;
            let answer = world.present(&token, None).unwrap();
            if since_first >= WINDOW {
                prop_assert_eq!(answer, REPLAYED);
                prop_assert!(!is_active(&world));
                break;
            }
            prop_assert_eq!(&answer, &successor);
        }
    }

    #[test]
    fn invariant_4_two_holders_further_apart_than_the_window_do_not_both_go_on(
        uses in prop::collection::vec((0..2_usize, 0..25_000_u64), 1..60),
    ) {
        let (mut world, token) = world_with_two_holders();
        let mut held = [token.clone(), token];
        let mut first_use: BTreeMap<String, Duration> = BTreeMap::new();
        let mut now = Duration::ZERO;
        for (holder, gap) in uses {
            now += Duration::from_millis(gap);
            world.advance(Duration::from_millis(gap));
            let token = held[holder].clone();
            let far_behind = world.is_far_behind(&token);
            let answer = world.present(&token, None).unwrap();
            let apart = now - *first_use.entry(token).or_insert(now);
            if apart >= WINDOW || far_behind {
                prop_assert_eq!(answer, REPLAYED, "{:?} apart\n{}", apart, world.trace());
                prop_assert!(!is_active(&world));
                break;
            }
            // In step within every window, nobody is suspected: the cost of forgiving a lost response.
            let Answer::Granted(next) = answer else { panic!("{answer:?}\n{}", world.trace()) };
            held[holder] = next;
        }
    }
}
