//! /verify and /verify/{path}.

use jeton::testing::TestIssuer;
use serde_json::json;

use super::{Provocation, draw, target};
use crate::document::Document;
use crate::request::Request;
use crate::world::{OTHER_AUDIENCE, World};

const DAY: i64 = 86_400;

/// What every method answers.
pub fn all(document: &Document) -> Vec<Provocation> {
    let mut rows = vec![
        unnamed("/verify"),
        unnamed("/verify/{path}"),
        verify(200, "another audience", |world| {
            let token = world.up.sign_in_with("ada", &json!({ "audience": OTHER_AUDIENCE })).access;
            Request::new(&world.up, "GET", &format!("/verify?audience={OTHER_AUDIENCE}")).bearer(&token)
        }),
        verify(200, "another maker's token, valid since yesterday", |world| {
            let token = world.forge().claim("nbf", world.up.edge.clock.now().as_secs() - DAY);
            Request::new(&world.up, "GET", "/verify").bearer(&token)
        }),
        verify(200, "somebody who has nothing", |world| {
            let token = world.up.sign_in_with("bob", &json!({ "scope": "" })).access;
            Request::new(&world.up, "GET", "/verify").bearer(&token)
        }),
    ];
    for operation in document.operations().iter().filter(|operation| operation.path.starts_with("/verify")) {
        let name = operation.to_string();
        let asked = |status, by, query: &'static str| {
            let (method, target) = (operation.method.clone(), target(operation.path) + query);
            draw(&name, status, by, move |world| Request::new(&world.up, &method, &target).bearer(&world.ada().access))
        };
        rows.push(asked(200, "a good token", ""));
        if operation.path == "/verify" {
            rows.push(asked(200, "a scope that the token has", "?scope=read"));
            rows.push(asked(400, "a parameter twice", "?scope=read&scope=read"));
            rows.push(asked(403, "a scope that the token has not", "?scope=root"));
        } else {
            rows.push(asked(200, "somebody else's query", "?scope=root"));
        }
        if operation.method == "POST" {
            rows.extend(posted(&name, operation.path));
        }
    }
    rows
}

/// The token in the body.
fn posted(name: &str, path: &str) -> Vec<Provocation> {
    let post = |status, by, shape: fn(Request<'_>, String) -> Request<'_>| {
        let path = target(path);
        draw(name, status, by, move |world| shape(Request::new(&world.up, "POST", &path), world.ada().access))
    };
    vec![
        post(200, "a token in the body", |request, token| request.json(&json!({ "token": token }))),
        post(400, "a body without a token", |request, _| request.json(&json!({}))),
        post(401, "no token at all", |request, _| request),
    ]
}

/// Every reason for which a token is refused.
pub fn reasons() -> Vec<Provocation> {
    vec![
        refuse("no JWS", |_| "header.claims".to_owned()),
        refuse("no access token", |world| world.forge().header("typ", "JWT")),
        refuse("another's key", |_| TestIssuer::new().token_for("ada")),
        refuse("another's signature", |world| {
            let (token, other) = (world.ada().access, world.ada().access);
            let (signed, _) = token.rsplit_once('.').unwrap();
            let (_, signature) = other.rsplit_once('.').unwrap();
            format!("{signed}.{signature}")
        }),
        refuse("another issuer", |world| world.forge().claim("iss", "https://nobody.example")),
        refuse("another audience", |world| world.forge().claim("aud", "https://nobody.example")),
        refuse("a token of tomorrow", |world| world.forge().claim("nbf", world.up.edge.clock.now().as_secs() + DAY)),
        refuse("a token of yesterday", |world| {
            let token = world.ada().access;
            world.wait(DAY.unsigned_abs());
            token
        }),
    ]
}

fn refuse(by: &'static str, token: fn(&World) -> String) -> Provocation {
    verify(401, by, move |world| Request::new(&world.up, "GET", "/verify").bearer(&token(world)))
}

fn verify(status: u16, by: &'static str, request: impl Fn(&World) -> Request<'_> + 'static) -> Provocation {
    draw("GET /verify", status, by, request)
}

/// A method that OpenAPI cannot name is answered as GET is.
fn unnamed(path: &'static str) -> Provocation {
    draw(&format!("GET {path}"), 200, "a method that OpenAPI cannot name", move |world| {
        Request::new(&world.up, "PROPFIND", &target(path)).bearer(&world.ada().access)
    })
}
