//! POST /logout.

use serde_json::json;

use super::{Provocation, draw};
use crate::request::Request;
use crate::world::World;

const OPERATION: &str = "POST /logout";

pub fn all() -> Vec<Provocation> {
    vec![
        draw(OPERATION, 204, "a refresh token", |world| {
            let token = world.ada().refresh;
            post(world).json(&json!({ "refresh_token": token }))
        }),
        draw(OPERATION, 204, "a refresh token that is none", |world| {
            post(world).json(&json!({ "refresh_token": "none" }))
        }),
        draw(OPERATION, 204, "a bearer token", |world| post(world).bearer(&world.ada().access)),
        draw(OPERATION, 204, "everywhere", |world| {
            post(world).bearer(&world.ada().access).json(&json!({ "everywhere": true }))
        }),
        draw(OPERATION, 400, "neither", post),
        draw(OPERATION, 400, "a wrong type", |world| post(world).json(&json!({ "everywhere": "true" }))),
        draw(OPERATION, 401, "everywhere with a refresh token alone", |world| {
            post(world).json(&json!({ "everywhere": true, "refresh_token": world.ada().refresh }))
        }),
        draw(OPERATION, 503, "a store that is down", |world| {
            Request::new(&world.down, "POST", "/logout").json(&json!({ "refresh_token": world.ada().refresh }))
        }),
    ]
}

fn post(world: &World) -> Request<'_> {
    Request::new(&world.up, "POST", "/logout")
}
