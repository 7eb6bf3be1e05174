//! What can be asked of every operation: too much, and with the wrong credentials.

use super::{Provocation, draw, target};
use crate::document::{Document, Operation};
use crate::request::Request;

/// Over the 16 KiB of a head and of a body.
const TOO_MUCH: usize = 16 * 1024 + 1;

pub fn all(document: &Document) -> Vec<Provocation> {
    document.operations().iter().flat_map(of_operation).collect()
}

fn of_operation(operation: &Operation<'_>) -> Vec<Provocation> {
    let name = operation.to_string();
    let plain = |status, by, shape: fn(Request<'_>) -> Request<'_>| {
        let (method, target) = (operation.method.clone(), target(operation.path));
        draw(&name, status, by, move |world| shape(Request::new(&world.up, &method, &target)))
    };
    let mut rows = vec![plain(431, "a head of more than 16 KiB", |request| request.header("x", &"x".repeat(TOO_MUCH)))];
    let (with_token, without) = operation.credentials();
    if operation.value.get("requestBody").is_some() {
        // Without the token that it needs, nobody gets as far as the body.
        let needs_token = with_token && !without;
        let let_in = |status, by, shape: fn(Request<'_>) -> Request<'_>| {
            let (method, target) = (operation.method.clone(), target(operation.path));
            draw(&name, status, by, move |world| {
                let request = shape(Request::new(&world.up, &method, &target));
                if needs_token { request.bearer(&world.ada().access) } else { request }
            })
        };
        rows.push(let_in(413, "a body of more than 16 KiB", |request| {
            request.body("application/json", " ".repeat(TOO_MUCH))
        }));
        rows.push(let_in(415, "a body of another type", |request| request.body("text/plain", "{}")));
    }
    if with_token {
        rows.push(plain(400, "two Authorization headers", |request| request.bearer("a").bearer("a")));
        rows.push(plain(401, "a token that is none", |request| request.bearer("a")));
    }
    if with_token && !without {
        rows.push(plain(401, "no token", |request| request));
        rows.push(plain(401, "another scheme", |request| request.header("authorization", "Basic YWRhOmFkYQ==")));
    }
    rows
}
