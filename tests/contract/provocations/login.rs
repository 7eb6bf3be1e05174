//! POST /login.

use serde_json::{Value, json};

use super::{Provocation, draw};
use crate::app::PASSWORD;
use crate::request::Request;
use crate::world::{OTHER_AUDIENCE, World};

pub fn all() -> Vec<Provocation> {
    vec![
        login(200, "a name and a password", || json!({})),
        login(200, "everything said", || {
            let everything = json!({ "scope": "read", "audience": OTHER_AUDIENCE });
            with(everything, json!({ "client_id": "web-app", "transport": "body" }))
        }),
        login(400, "a wrong type", || json!({ "scope": ["read"] })),
        login(400, "a password of more than 1,024 bytes", || json!({ "password": "x".repeat(1_025) })),
        login(400, "the transport that is not built", || json!({ "transport": "cookie" })),
        login(400, "a scope that nobody has", || json!({ "scope": "root" })),
        login(400, "an audience that nobody knows", || json!({ "audience": "https://nobody.example" })),
        login(400, "a malformed client", || json!({ "client_id": "no label" })),
        login(401, "a wrong password", || json!({ "password": "wrong" })),
        login(401, "an unknown name", || json!({ "username": "nobody" })),
        raw("no JSON", "{"),
        raw("no object", r#"["ada", "x"]"#),
        raw("a member twice", r#"{"username": "ada", "username": "ada", "password": "x"}"#),
        draw("POST /login", 401, "a disabled account", |world| {
            world.disabled("disabled-before-sign-in");
            post(world, &json!({ "username": "disabled-before-sign-in", "password": PASSWORD }))
        }),
        draw("POST /login", 503, "a store that is down", |world| {
            let body = json!({ "username": "ada", "password": PASSWORD });
            Request::new(&world.down, "POST", "/login").json(&body)
        }),
    ]
}

/// A sign-in that differs from a good one in these members.
fn login(status: u16, by: &'static str, members: fn() -> Value) -> Provocation {
    draw("POST /login", status, by, move |world| {
        post(world, &with(json!({ "username": "ada", "password": PASSWORD }), members()))
    })
}

fn raw(by: &'static str, body: &'static str) -> Provocation {
    draw("POST /login", 400, by, move |world| Request::new(&world.up, "POST", "/login").body("application/json", body))
}

fn post<'w>(world: &'w World, body: &Value) -> Request<'w> {
    Request::new(&world.up, "POST", "/login").json(body)
}

/// One object's members over another's.
fn with(mut object: Value, members: Value) -> Value {
    for (name, value) in members.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
    object
}
