//! Arbitrary interleavings of everything in `ops`, watched by `check`.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use super::client::Keys;
use super::ops::{Op, crime, weather};
use super::world::{Setup, World};

const CASES: u32 = 500;
pub const LONGEST: usize = 120;
const WINDOW: Duration = Duration::from_secs(30);

/// PROPTEST_CASES, or ours; and no file of seeds: a failure prints its trace, and becomes a test.
fn config() -> ProptestConfig {
    let chosen = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() { chosen } else { ProptestConfig { cases: CASES, ..chosen } }
}

/// Worlds whose client has a key for each token, for any window; or no keys, for a window it can use.
pub fn setup(keys: Keys) -> BoxedStrategy<Setup> {
    let window = match keys {
        Keys::None => Just(WINDOW).boxed(),
        Keys::PerToken | Keys::PerRequest => prop_oneof![Just(Duration::ZERO), Just(WINDOW)].boxed(),
    };
    (window, 0..=WINDOW.as_millis() as u64 / 4)
        .prop_map(move |(window, skew)| Setup { keys, window, skew: Duration::from_millis(skew) })
        .boxed()
}

/// Lets all of it happen in a world, then the sun come out; a broken promise comes with its trace.
pub fn live_through(mut world: World, ops: &[Op]) -> Result<(), TestCaseError> {
    let lived = ops.iter().try_for_each(|op| world.apply(op)).and_then(|()| world.settle());
    lived.map_err(|violation| TestCaseError::fail(format!("\n{}\n=> breaks {violation}\n", world.trace())))
}

fn storm(keys: Keys, ops: BoxedStrategy<Op>) {
    let strategy = (setup(keys), prop::collection::vec(ops, 1..LONGEST));
    let outcome = TestRunner::new(config()).run(&strategy, |(setup, ops)| live_through(World::new(setup), &ops));
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(trace, (setup, _))) => panic!("{setup:?}{trace}"),
        Err(TestError::Abort(reason)) => panic!("no storm was drawn: {reason}"),
    }
}

#[test]
fn no_weather_signs_out_a_client_with_a_key_per_token() {
    storm(Keys::PerToken, weather());
}

#[test]
fn no_weather_signs_out_a_client_without_keys_that_is_back_within_the_window() {
    storm(Keys::None, weather());
}

#[test]
fn no_thief_and_no_sign_out_breaks_a_promise_to_a_client_with_keys() {
    storm(Keys::PerToken, crime());
}

#[test]
fn no_thief_and_no_sign_out_breaks_a_promise_to_a_client_without_keys() {
    storm(Keys::None, crime());
}
