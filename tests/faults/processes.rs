//! A server that dies, halts, forgets, and remembers too little.

use serde_json::json;

use crate::crowd::Crowd;
use crate::world::World;

/// What an operator is told to set.
const DURABLE: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

/// What was acknowledged is still there, the end of a session too.
#[test]
fn a_kill_and_a_new_start() {
    let mut world = World::with(DURABLE);
    let mut crowd = Crowd::gather(&world.app);
    world.app.add_user("ada");
    let ended = world.app.sign_in("ada").refresh;
    assert_eq!(world.app.post("/logout", &json!({ "refresh_token": ended })).status, 204);
    for _ in 0..2 {
        crowd.is_well();
        world.server.kill();
        crowd.is_out();
        world.server.run();
    }
    crowd.is_well();
    assert_eq!(world.app.refresh(&ended).outcome(), "400 invalid_grant revoked");
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
    for _ in 0..5 {
        crowd.is_well();
        world.server.ask::<i64>(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    }
    crowd.is_well();
}

#[test]
fn scripts_that_the_server_forgets() {
    let world = World::start();
    let mut crowd = Crowd::gather(&world.app);
    for _ in 0..5 {
        crowd.is_well();
        world.server.ask::<()>(&["SCRIPT", "FLUSH"]);
    }
    crowd.is_well();
}

/// The sessions are lost, and saying so is right; nothing else is.
#[test]
fn a_server_that_forgets_everything() {
    let world = World::start();
    let app = &world.app;
    app.add_user("ada");
    let tokens = app.sign_in("ada");
    world.server.ask::<()>(&["FLUSHALL"]);
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "400 invalid_grant unknown");
    assert_eq!(app.verify(&tokens.access).status, 200);
    let tokens = app.sign_in("ada");
    assert_eq!(app.refresh(&tokens.refresh).outcome(), "rotated");
    Crowd::gather(app).is_well();
}

/// Refreshing goes on after a snapshot is taken, and that snapshot is what comes back.
#[test]
fn an_older_snapshot() {
    let mut world = World::start();
    let app = &world.app;
    app.add_user("ada");
    let mut token = app.sign_in("ada").refresh;
    let mut crowd = Crowd::gather(app);
    crowd.is_well();
    world.server.ask::<()>(&["SAVE"]);
    for _ in 0..5 {
        token = app.refresh(&token).tokens().refresh;
    }
    crowd.is_well();
    world.server.kill();
    crowd.is_out();
    world.server.run();
    crowd.is_well();
    let recovered = app.refresh(&token);
    assert_eq!(recovered.outcome(), "recovered");
    assert_eq!(app.refresh(&token).outcome(), "repeated");
    assert_eq!(app.refresh(&recovered.tokens().refresh).outcome(), "rotated");
}
