//! 11: an acknowledged revocation survives crashes and swaps under way.

use super::super::check::REVOCATION_STAYS;
use super::super::client::Keys;
use super::super::ops::Op;
use super::super::request::{Answer, Fault};
use super::super::world::World;
use super::{WINDOW, world};

/// A swap is prepared, the store is restored, the user signs out: does the swap undo that?
fn logout_against_a_swap_under_way(counts_versions: bool) -> World {
    let mut world = world(Keys::PerToken, WINDOW);
    world.shared.store.counts_versions = counts_versions;
    world.refresh(0, 0).unwrap();
    world.send(0);
    world.deliver(0, 0, false);
    world.step(0, Fault::None).unwrap();
    world.apply(&Op::Restore { back: 1 }).unwrap();
    world.apply(&Op::LogOut).unwrap();
    world
}

#[test]
fn invariant_11_a_swap_under_way_does_not_undo_an_acknowledged_logout() {
    let mut world = logout_against_a_swap_under_way(false);
    while !world.work.is_empty() {
        world.step(0, Fault::None).unwrap();
    }
    assert_eq!(world.refresh(1, 1).unwrap(), Answer::Refused("revoked"));
}

#[test]
fn invariant_11_would_break_with_versions_that_count() {
    let mut world = logout_against_a_swap_under_way(true);
    let broken = world.step(0, Fault::None).expect_err("M3");
    assert_eq!(broken.invariant, REVOCATION_STAYS);
}

#[test]
fn invariant_11_a_power_cut_does_not_undo_an_acknowledged_logout() {
    let mut world = world(Keys::PerToken, WINDOW);
    world.refresh(0, 0).unwrap();
    world.apply(&Op::LogOut).unwrap();
    world.apply(&Op::PowerCut { back: 5 }).unwrap();
    assert_eq!(world.refresh(0, 0).unwrap(), Answer::Refused("revoked"));
}
