//! A server that comes back with what it knew some time ago.

use jeton::user::UserChange;
use serde_json::json;

use crate::app::{JSON, hash};
use crate::crowd::{Crowd, Loss};
use crate::world::World;

/// Refreshing goes on after a snapshot is taken, and that snapshot is what comes back: whoever is in it
/// is still signed in.
#[test]
fn an_older_snapshot_signs_nobody_out_who_is_in_it() {
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
    crowd.may_lose(Loss::SinceTheSnapshot);
    world.server.kill();
    crowd.is_out();
    world.server.run();
    crowd.is_well();
    let recovered = app.refresh(&token);
    assert_eq!(recovered.outcome(), "recovered");
    assert_eq!(app.refresh(&token).outcome(), "repeated");
    assert_eq!(app.refresh(&recovered.tokens().refresh).outcome(), "rotated");
}

/// docs/operations.md states it: the end of a single session lives with that session, the end of all
/// of a user's sessions with the user.
#[test]
fn an_older_snapshot_undoes_single_sign_outs_and_no_others() {
    let mut world = World::start();
    let app = &world.app;
    let users = ["one", "everywhere", "password", "disabled"].map(|name| app.add_user(name));
    let tokens = users.each_ref().map(|user| app.sign_in(&user.username));
    let [one, everywhere, _, _] = &tokens;
    world.server.ask::<()>(&["SAVE"]);
    assert_eq!(app.post("/logout", &json!({ "refresh_token": one.refresh })).status, 204);
    let bearer = format!("Bearer {}", everywhere.access);
    let reply = app.send("POST", "/logout", &[JSON, ("authorization", &bearer)], br#"{"everywhere":true}"#);
    assert_eq!(reply.status, 204);
    app.change(&users[2], UserChange { password: Some(hash("another good password")), ..UserChange::default() });
    app.change(&users[3], UserChange { disabled: Some(true), ..UserChange::default() });
    let outcomes = || tokens.each_ref().map(|tokens| app.refresh(&tokens.refresh).outcome());
    assert_eq!(outcomes(), ["400 invalid_grant revoked"; 4]);
    world.server.kill();
    world.server.run();
    // Each worker finds it by itself: the first time round some may not have.
    let mut after = outcomes();
    crate::servers::eventually("it is found again", || {
        after = outcomes();
        after.iter().all(|outcome| !outcome.starts_with("503"))
    });
    let [one, others @ ..] = after;
    assert!(["rotated", "repeated"].contains(&one.as_str()), "{one}");
    assert_eq!(others, ["400 invalid_grant revoked"; 3].map(str::to_owned));
}
