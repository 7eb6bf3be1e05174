//! A network that refuses, breaks and delays.

use std::time::Duration;

use crate::crowd::Crowd;
use crate::proxy::{ALL, Fault, WRITES};
use crate::watch::Watch;
use crate::world::{World, is_outage};

/// For so long that attempts to connect have become as rare as they get.
#[test]
fn connections_that_are_refused() {
    let world = World::start();
    let mut crowd = Crowd::gather(&world.app);
    crowd.is_well();
    world.proxy.refuse();
    let watch = Watch::start();
    while watch.elapsed() < Duration::from_secs(3) {
        crowd.is_out();
    }
    world.proxy.accept();
    crowd.is_well();
}

#[test]
fn a_reset_in_the_middle_of_every_reply() {
    is_outage(Fault::Reset(ALL));
}

#[test]
fn half_of_every_reply() {
    is_outage(Fault::Half(ALL));
}

#[test]
fn half_of_every_reply_and_then_nothing() {
    is_outage(Fault::Stuck(ALL));
}

#[test]
fn replies_that_never_come() {
    is_outage(Fault::Silent);
}

/// Every write lands, and no answer to one is heard: what the next attempt reads is all there is to go by.
#[test]
fn a_reset_in_the_middle_of_every_answer_to_a_write() {
    is_broken_for_writes(Fault::Reset(WRITES));
}

#[test]
fn half_of_every_answer_to_a_write() {
    is_broken_for_writes(Fault::Half(WRITES));
}

#[test]
fn half_of_every_answer_to_a_write_and_then_nothing() {
    is_broken_for_writes(Fault::Stuck(WRITES));
}

/// Some get through: their write landed, and another client's new connection is there to read it over.
fn is_broken_for_writes(fault: Fault) {
    let world = World::start();
    let mut crowd = Crowd::gather(&world.app);
    crowd.is_well();
    for _ in 0..3 {
        world.proxy.set(fault);
        crowd.is_out();
        world.proxy.set(Fault::None);
        crowd.is_well();
    }
}

#[test]
fn a_latency_of_200_ms_is_borne() {
    let world = World::start();
    let mut crowd = Crowd::gather(&world.app);
    crowd.is_well();
    world.proxy.set(Fault::Late(Duration::from_millis(200)));
    crowd.bears_it();
    world.proxy.set(Fault::None);
    crowd.is_well();
}

/// More than an answer may take, and so no better than none.
#[test]
fn a_latency_of_600_ms() {
    is_outage(Fault::Late(Duration::from_millis(600)));
}

#[test]
fn a_latency_of_1_s() {
    is_outage(Fault::Late(Duration::from_secs(1)));
}

#[test]
fn a_latency_of_2_s() {
    is_outage(Fault::Late(Duration::from_secs(2)));
}

#[test]
fn a_latency_of_5_s() {
    is_outage(Fault::Late(Duration::from_secs(5)));
}
