//! jeton dies, hangs and comes back. A gateway that asks it lets nobody in meanwhile; one that has its
//! keys goes on.

use crate::kinds::tried;
use crate::requests::Request;
use crate::world::{Jeton, World};

/// What is promised while jeton does not answer, even to somebody with a good token.
#[track_caller]
fn is_out(world: &World, good: &Request) {
    if world.kind.asks {
        let reply = world.refuses(&good.clone().line("X-Auth-Roles: root"));
        assert!(reply.status >= 500, "{}: {reply:?}", world.kind.name);
    } else {
        world.passes(good);
        world.refuses(&Request::get("/notes").line("X-Auth-Roles: root"));
    }
}

#[test]
fn a_jeton_that_is_killed_lets_nobody_in_until_it_is_back() {
    for kind in tried() {
        let mut world = World::start(kind);
        let good = Request::get("/notes").bearer(&world.jeton.token("ada"));
        world.passes(&good);
        world.jeton.kill();
        is_out(&world, &good);
        world.jeton.run();
        world.recovers(&good);
        world.passes(&good);
        assert_eq!(world.refuses(&Request::get("/notes").bearer("garbage")).status, 401, "{}", kind.name);
    }
}

#[test]
fn a_jeton_that_hangs_lets_nobody_in_until_it_goes_on() {
    for kind in tried() {
        let world = World::start(kind);
        let good = Request::get("/notes").bearer(&world.jeton.token("ada"));
        world.passes(&good);
        world.jeton.hang();
        is_out(&world, &good);
        world.jeton.go_on();
        world.recovers(&good);
        world.passes(&good);
    }
}

#[test]
fn a_gateway_that_starts_before_jeton_lets_nobody_in_until_it_is_there() {
    for kind in tried() {
        let mut jeton = Jeton::start();
        let good = Request::get("/notes").bearer(&jeton.token("ada"));
        jeton.kill();
        let mut world = World::around(kind, jeton);
        world.refuses(&good);
        world.jeton.run();
        world.recovers(&good);
        world.passes(&good);
    }
}
