//! A server that is not there yet, dies, halts, and forgets.

use crate::crowd::{Crowd, Loss, People};
use crate::world::{DURABLE, World};

/// People who signed in some time ago find neither.
#[test]
fn a_start_before_redis_is_there() {
    let mut world = World::with(DURABLE);
    let people = People::sign_in(&world.app);
    world.server.kill();
    world.restart();
    let mut crowd = Crowd::of(&world.app, people);
    crowd.is_out();
    world.server.run();
    crowd.is_well();
}

/// What was acknowledged is still there, the end of a session too.
#[test]
fn a_kill_and_a_new_start() {
    let mut world = World::with(DURABLE);
    let mut crowd = Crowd::gather(&world.app);
    for _ in 0..3 {
        crowd.is_well();
        world.server.kill();
        crowd.is_out();
        world.server.run();
    }
    crowd.is_well();
}

#[test]
fn a_halt_that_ends() {
    let world = World::start();
    let mut crowd = Crowd::gather(&world.app);
    for _ in 0..2 {
        crowd.is_well();
        world.server.stop();
        crowd.is_out();
        world.server.go_on();
    }
    crowd.is_well();
}

#[test]
fn connections_that_the_server_kills() {
    let world = World::start();
    let mut crowd = Crowd::gather(&world.app);
    crowd.is_well();
    for _ in 0..4 {
        world.server.ask::<i64>(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
        crowd.bears_it();
    }
}

#[test]
fn scripts_that_the_server_forgets() {
    let world = World::start();
    let mut crowd = Crowd::gather(&world.app);
    crowd.is_well();
    for _ in 0..4 {
        world.server.ask::<()>(&["SCRIPT", "FLUSH"]);
        crowd.bears_it();
    }
}

/// The sessions are lost, and saying so is right; nothing else is. New ones are as good as the old.
#[test]
fn a_server_that_forgets_everything() {
    let world = World::start();
    let mut crowd = Crowd::gather(&world.app);
    crowd.is_well();
    for _ in 0..2 {
        crowd.may_lose(Loss::Everything);
        world.server.ask::<()>(&["FLUSHALL"]);
        crowd.bears_it();
    }
}
