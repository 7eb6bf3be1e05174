//! GET /me and the bearer's sessions.

use super::{Provocation, draw};
use crate::request::Request;
use crate::world::World;

pub fn all() -> Vec<Provocation> {
    vec![
        draw("GET /me", 200, "ada", |world| ask(world, "GET", "/me")),
        draw("GET /me", 401, "somebody who was disabled", |world| {
            Request::new(&world.up, "GET", "/me").bearer(&world.disabled("disabled-before-me").access)
        }),
        draw("GET /sessions", 200, "ada", |world| ask(world, "GET", "/sessions")),
        draw("GET /sessions", 401, "somebody who was disabled", |world| {
            Request::new(&world.up, "GET", "/sessions").bearer(&world.disabled("disabled-before-list").access)
        }),
        draw("DELETE /sessions", 204, "ada", |world| ask(world, "DELETE", "/sessions")),
        draw("DELETE /sessions", 204, "the others", |world| ask(world, "DELETE", "/sessions?others=true")),
        draw("DELETE /sessions", 400, "neither true nor false", |world| ask(world, "DELETE", "/sessions?others=1")),
        draw("DELETE /sessions", 401, "somebody who was disabled", |world| {
            let token = world.disabled("disabled-before-end").access;
            Request::new(&world.up, "DELETE", "/sessions?others=true").bearer(&token)
        }),
        draw("DELETE /sessions/{id}", 204, "one's own", |world| {
            let session = world.ada().session;
            ask(world, "DELETE", &format!("/sessions/{session}"))
        }),
        draw("DELETE /sessions/{id}", 404, "another's", |world| {
            let session = world.up.sign_in("bob").session;
            ask(world, "DELETE", &format!("/sessions/{session}"))
        }),
        draw("DELETE /sessions/{id}", 404, "no id", |world| ask(world, "DELETE", "/sessions/none")),
        down("GET /me", "GET", "/me"),
        down("GET /sessions", "GET", "/sessions"),
        down("DELETE /sessions", "DELETE", "/sessions"),
        down("DELETE /sessions", "DELETE", "/sessions?others=true"),
        down("DELETE /sessions/{id}", "DELETE", "/sessions/AAAAAAAAAAAAAAAAAAAAAA"),
    ]
}

/// As ada, in a session of its own.
fn ask<'w>(world: &'w World, method: &str, target: &str) -> Request<'w> {
    Request::new(&world.up, method, target).bearer(&world.ada().access)
}

fn down(operation: &str, method: &'static str, target: &'static str) -> Provocation {
    draw(operation, 503, "a store that is down", move |world| {
        Request::new(&world.down, method, target).bearer(&world.ada().access)
    })
}
