//! The design, broken on purpose: the storms must notice each flaw, or they prove nothing.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

use super::check::{NOBODY_SIGNED_OUT, ONE_SUCCESSOR, REVOCATION_STAYS};
use super::client::Keys;
use super::ops::{Op, crime, weather};
use super::storms::{LONGEST, live_through, setup};
use super::world::{Setup, World};

/// Draws storms, always the same ones.
fn draw(
    keys: Keys,
    ops: BoxedStrategy<Op>,
    cases: u32,
    live: impl Fn(World, &[Op]) -> Result<(), TestCaseError>,
) -> Result<(), TestError<(Setup, Vec<Op>)>> {
    let config = ProptestConfig { cases, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let strategy = (setup(keys), prop::collection::vec(ops, 1..LONGEST));
    TestRunner::new_with_rng(config, rng).run(&strategy, |(setup, ops)| live(World::new(setup), &ops))
}

/// Draws storms over worlds with a flaw until a promise breaks: the trace that shows it.
fn broken_by(keys: Keys, ops: BoxedStrategy<Op>, flaw: impl Fn(&mut World)) -> String {
    let outcome = draw(keys, ops, 100_000, |mut world, ops| {
        flaw(&mut world);
        live_through(world, ops)
    });
    match outcome {
        Err(TestError::Fail(trace, _)) => trace.message().to_owned(),
        other => panic!("the flaw must be noticed, not {other:?}"),
    }
}

fn breaks(trace: &str, invariant: &str) -> bool {
    trace.contains(&format!("=> breaks {invariant}"))
}

#[test]
fn m1_a_new_key_for_every_request_signs_people_out() {
    let broken = broken_by(Keys::PerRequest, weather(), |_| {});
    assert!(breaks(&broken, NOBODY_SIGNED_OUT), "{broken}");
}

#[test]
fn m3_versions_that_count_undo_an_acknowledged_revocation() {
    let broken = broken_by(Keys::PerToken, crime(), |world| world.shared.store.counts_versions = true);
    // Either the swap overwrites the revocation, or its server takes the revocation for its own write.
    assert!(breaks(&broken, REVOCATION_STAYS) || breaks(&broken, ONE_SUCCESSOR), "{broken}");
}

#[test]
fn m6_swaps_without_a_deadline_sign_people_out() {
    let broken = broken_by(Keys::None, weather(), |world| world.shared.flaws.no_swap_deadline = true);
    assert!(breaks(&broken, NOBODY_SIGNED_OUT), "{broken}");
}

#[test]
fn requests_without_a_deadline_between_their_now_and_their_swap_sign_people_out() {
    // A generation's window counts from the `now` of the request, not from when its swap landed.
    let broken = broken_by(Keys::None, weather(), |world| world.shared.flaws.no_request_deadline = true);
    assert!(breaks(&broken, NOBODY_SIGNED_OUT), "{broken}");
}

#[test]
fn m8_the_newest_secret_for_everything_forgets_attempts_and_changes_answers() {
    let broken = broken_by(Keys::PerToken, weather(), |world| world.shared.flaws.newest_secret_for_all = true);
    assert!(breaks(&broken, ONE_SUCCESSOR) || breaks(&broken, NOBODY_SIGNED_OUT), "{broken}");
}

#[test]
fn the_storms_meet_every_verdict_but_those_that_time_and_names_decide() {
    let seen = RefCell::new(BTreeSet::new());
    for keys in [Keys::PerToken, Keys::None] {
        draw(keys, crime(), 500, |mut world, ops| {
            let _ = ops.iter().try_for_each(|op| world.apply(op));
            seen.borrow_mut().append(&mut world.check.verdicts);
            Ok(())
        })
        .expect("nothing is asserted");
    }
    let expected = ["recovered", "repeated", "replayed", "revoked", "rotated", "superseded"];
    assert_eq!(seen.into_inner(), BTreeSet::from(expected));
}
