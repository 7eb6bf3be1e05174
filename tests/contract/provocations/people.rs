//! Passwords and accounts that people make themselves, and too many attempts at them.

use serde_json::{Value, json};

use super::{Provocation, draw};
use crate::app::{PASSWORD, TestApp};
use crate::request::Request;
use crate::world::World;

const NEW: &str = "another password of hers";

pub fn all() -> Vec<Provocation> {
    vec![
        change(200, "a new password", |world| (fresh(world, "changes"), PASSWORD, NEW)),
        change(400, "a short one", |world| (world.ada().access, PASSWORD, "short")),
        change(400, "one that everybody knows", |world| (world.ada().access, PASSWORD, "password1")),
        change(401, "somebody who was disabled", |world| {
            (world.disabled("disabled-before-change").access, PASSWORD, NEW)
        }),
        change(403, "a wrong current password", |world| (fresh(world, "mistypes"), "wrong", NEW)),
        draw("PUT /me/password", 403, "where people are another application's", |world| {
            put(&world.foreign, &world.ada().access, PASSWORD, NEW)
        }),
        draw("PUT /me/password", 400, "no JSON", |world| {
            let token = world.ada().access;
            Request::new(&world.up, "PUT", "/me/password").body("application/json", "{").bearer(&token)
        }),
        draw("PUT /me/password", 429, "too many attempts", |world| {
            world.strict.add_user("asks-too-often");
            let token = world.strict.sign_in("asks-too-often").access;
            assert_eq!(world.strict.change_password(&token, "wrong", NEW).status, 403);
            put(&world.strict, &token, PASSWORD, NEW)
        }),
        draw("PUT /me/password", 503, "a store that is down", |world| {
            put(&world.down, &world.ada().access, PASSWORD, NEW)
        }),
        register(201, "a name and a password", json!({ "username": "somebody-new", "password": PASSWORD })),
        register(400, "a name of nothing", json!({ "username": "", "password": PASSWORD })),
        register(400, "a password of more than 1,024 bytes", json!({ "username": "b", "password": "x".repeat(1_025) })),
        register(409, "a name that is taken", json!({ "username": "ADA", "password": PASSWORD })),
        draw("POST /users", 403, "where that is off", |world| post(&world.stopping, "/users", &json!({}))),
        draw("POST /users", 429, "too many accounts", |world| {
            let body = |name| json!({ "username": name, "password": PASSWORD });
            while world.strict.post("/users", &body("one-too-many")).status != 429 {}
            post(&world.strict, "/users", &body("one-more"))
        }),
        draw("POST /users", 503, "a store that is down", |world| {
            post(&world.down, "/users", &json!({ "username": "b", "password": PASSWORD }))
        }),
        draw("POST /login", 429, "too many attempts", |world| {
            let body = json!({ "username": "nobody-too-often", "password": PASSWORD });
            assert_eq!(world.strict.post("/login", &body).status, 401);
            post(&world.strict, "/login", &body)
        }),
    ]
}

/// The access token of somebody new.
fn fresh(world: &World, name: &str) -> String {
    world.up.add_user(name);
    world.up.sign_in(name).access
}

fn change(
    status: u16,
    by: &'static str,
    what: impl Fn(&World) -> (String, &'static str, &'static str) + 'static,
) -> Provocation {
    draw("PUT /me/password", status, by, move |world| {
        let (token, current, new) = what(world);
        put(&world.up, &token, current, new)
    })
}

fn put<'w>(app: &'w TestApp, token: &str, current: &str, new: &str) -> Request<'w> {
    let body = json!({ "current_password": current, "new_password": new });
    Request::new(app, "PUT", "/me/password").json(&body).bearer(token)
}

fn register(status: u16, by: &'static str, body: Value) -> Provocation {
    draw("POST /users", status, by, move |world| post(&world.up, "/users", &body))
}

fn post<'w>(app: &'w TestApp, path: &str, body: &Value) -> Request<'w> {
    Request::new(app, "POST", path).json(body)
}
