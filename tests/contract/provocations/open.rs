//! What anybody may read: the keys, the metadata, health.

use super::{Provocation, draw};
use crate::request::Request;

const JWKS: &str = "/.well-known/jwks.json";

pub fn all() -> Vec<Provocation> {
    let mut rows = vec![
        draw("GET /.well-known/jwks.json", 200, "an ES256 key", |world| Request::new(&world.up, "GET", JWKS)),
        draw("GET /.well-known/jwks.json", 304, "the version that the client has", |world| {
            let etag = world.up.get(JWKS).header("etag").to_owned();
            Request::new(&world.up, "GET", JWKS).header("if-none-match", &etag)
        }),
        draw("GET /healthz", 200, "an id of the client's", |world| {
            Request::new(&world.up, "GET", "/healthz").header("x-request-id", "checkout-7f3a")
        }),
        draw("GET /readyz", 200, "anybody", |world| Request::new(&world.up, "GET", "/readyz")),
        draw("GET /readyz", 200, "a store that is down", |world| Request::new(&world.down, "GET", "/readyz")),
        draw("GET /readyz", 503, "the stop signal", |world| Request::new(&world.stopping, "GET", "/readyz")),
    ];
    for (number, by) in ["a PS256 key", "an EdDSA key", "a shared secret"].into_iter().enumerate() {
        rows.push(draw("GET /.well-known/jwks.json", 200, by, move |world| {
            Request::new(&world.signers[number], "GET", JWKS)
        }));
    }
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        let operation = format!("GET {path}");
        rows.push(draw(&operation, 200, "with scopes", move |world| Request::new(&world.up, "GET", path)));
        rows.push(draw(&operation, 200, "without scopes", move |world| Request::new(&world.stopping, "GET", path)));
    }
    rows
}
