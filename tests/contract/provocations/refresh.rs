//! POST /refresh.

use serde_json::{Value, json};

use super::{Provocation, draw};
use crate::request::Request;
use crate::world::World;

const OPERATION: &str = "POST /refresh";

/// A day more than a session may lie unused.
const FIFTEEN_DAYS: u64 = 15 * 86_400;

pub fn granted() -> Vec<Provocation> {
    vec![
        draw(OPERATION, 200, "the current token", |world| {
            post(world, &json!({ "refresh_token": world.ada().refresh }))
        }),
        draw(OPERATION, 200, "everything said", |world| {
            let body = json!({ "refresh_token": world.ada().refresh, "client_id": "default", "scope": "read" });
            post(world, &body).header("idempotency-key", "an-attempt")
        }),
        draw(OPERATION, 200, "a form", |world| {
            let token = world.ada().refresh;
            let more = [("client_id", "default"), ("scope", "read")];
            form(world, &[&[("grant_type", "refresh_token"), ("refresh_token", &token)], &more[..]].concat())
        }),
        draw(OPERATION, 200, "a token that was just superseded", |world| {
            let token = world.ada().refresh;
            world.up.refresh(&token);
            post(world, &json!({ "refresh_token": token }))
        }),
        draw(OPERATION, 200, "a store that lost writes", |world| {
            let first = world.ada();
            let before = world.snapshot(&first.session);
            let second = world.up.refresh(&first.refresh).tokens();
            world.restore(&before);
            post(world, &json!({ "refresh_token": second.refresh }))
        }),
    ]
}

pub fn refused() -> Vec<Provocation> {
    vec![
        refuse("no token", |world| post(world, &json!({}))),
        refuse("a malformed Idempotency-Key", |world| {
            post(world, &json!({ "refresh_token": world.ada().refresh })).header("idempotency-key", "two words")
        }),
        refuse("a form without a grant type", |world| form(world, &[("refresh_token", &world.ada().refresh)])),
        refuse("a form with a parameter twice", |world| form(world, &[("scope", "read"), ("scope", "read")])),
        refuse("another grant type", |world| form(world, &[("grant_type", "password")])),
        refuse("more scope than the session has", |world| {
            post(world, &json!({ "refresh_token": world.ada().refresh, "scope": "root" }))
        }),
        refuse("a malformed token", |world| post(world, &json!({ "refresh_token": "rt1_" }))),
        refuse("a session that is not there", |world| {
            let token = world.ada().refresh;
            world.forget_sessions();
            post(world, &json!({ "refresh_token": token }))
        }),
        refuse("a session that lay unused for too long", |world| {
            let token = world.ada().refresh;
            world.wait(FIFTEEN_DAYS);
            post(world, &json!({ "refresh_token": token }))
        }),
        refuse("a session that was ended", |world| {
            let token = world.ada().refresh;
            world.up.post("/logout", &json!({ "refresh_token": token }));
            post(world, &json!({ "refresh_token": token }))
        }),
        refuse("a token that was superseded a while ago", |world| {
            let token = world.ada().refresh;
            world.up.refresh(&token);
            world.wait(31);
            post(world, &json!({ "refresh_token": token }))
        }),
        refuse("a token whose supersession was lost", superseded),
        refuse("another client", |world| {
            post(world, &json!({ "refresh_token": world.ada().refresh, "client_id": "another" }))
        }),
        draw(OPERATION, 503, "a store that is down", |world| {
            let body = json!({ "refresh_token": world.ada().refresh });
            Request::new(&world.down, "POST", "/refresh").json(&body)
        }),
    ]
}

/// Two rotations are lost, the session heals from the newest token, and then the one between comes.
fn superseded(world: &World) -> Request<'_> {
    let first = world.ada();
    let before = world.snapshot(&first.session);
    let second = world.up.refresh(&first.refresh).tokens();
    let third = world.up.refresh(&second.refresh).tokens();
    world.restore(&before);
    world.up.refresh(&third.refresh);
    post(world, &json!({ "refresh_token": second.refresh }))
}

fn refuse(by: &'static str, request: impl Fn(&World) -> Request<'_> + 'static) -> Provocation {
    draw(OPERATION, 400, by, request)
}

fn post<'w>(world: &'w World, body: &Value) -> Request<'w> {
    Request::new(&world.up, "POST", "/refresh").json(body)
}

fn form<'w>(world: &'w World, parameters: &[(&str, &str)]) -> Request<'w> {
    Request::new(&world.up, "POST", "/refresh").form(parameters)
}
