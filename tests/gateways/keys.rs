//! A gateway that checks tokens by itself reads the public keys of every algorithm that has them.

use crate::kinds::tried;
use crate::requests::Request;
use crate::world::{Jeton, World};

#[test]
fn a_gateway_with_the_keys_checks_every_algorithm() {
    for kind in tried().into_iter().filter(|kind| !kind.asks) {
        for algorithm in ["ES256", "RS256", "PS256", "EdDSA"] {
            let world = World::around(kind, Jeton::with(algorithm));
            let token = world.jeton.token("ada");
            world.passes(&Request::get("/notes").bearer(&token));
            let broken = token.replace(&token[token.len() - 20..token.len() - 10], "AAAAAAAAAA");
            world.refuses(&Request::get("/notes").bearer(&broken));
        }
    }
}
