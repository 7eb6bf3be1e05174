//! A hundred rotations on a clock that only the test turns: two instances on one folder whose clocks
//! differ, services that cache the JWKS for exactly as long as they may, and somebody who keeps a copy of
//! every private key. `make e2e` does the same with real processes and other people's libraries.

mod instance;
mod service;
mod thief;
mod world;

use std::time::Duration;

use world::World;

const ROTATIONS: usize = 100;

#[test]
fn a_hundred_rotations_refuse_no_good_token_and_accept_none_of_a_gone_key() {
    let mut world = World::new();
    while world.rotations() < ROTATIONS {
        world.step();
    }
    let seen = &world.seen;
    assert!(seen.good > 10_000 && seen.sessions > 10_000, "{seen:?}");
    assert!(seen.retired > 1_000 && seen.gone > 5_000, "the thief's tokens were tried before and after: {seen:?}");
    assert!(seen.secrets > 50, "refresh secrets rotate on the same ring: {seen:?}");
}

/// A period in which the JWKS may be cached for its full ten minutes.
const PERIOD: Duration = Duration::from_secs(1_200);
const ACCESS_TTL: Duration = Duration::from_secs(600);
const SESSION_TTL: Duration = Duration::from_secs(6 * 3_600);
const LEEWAY: Duration = Duration::from_secs(5);
