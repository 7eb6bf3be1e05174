//! Who does not get in, and what he is told.

use serde_json::json;

use crate::kinds::tried;
use crate::reply::{Reply, part};
use crate::requests::{Request, ask};
use crate::world::{OTHER_AUDIENCE, World};

/// A 401 with a challenge, which is jeton's own where the gateway asks it.
#[track_caller]
fn is_challenge(world: &World, request: &Request, reply: &Reply) {
    let challenge = reply.header("www-authenticate");
    assert!(reply.status == 401 && challenge.starts_with("Bearer realm="), "{}: {reply:?}", world.kind.name);
    assert_eq!(reply.headers.get_all("www-authenticate").iter().count(), 1, "{}: {reply:?}", world.kind.name);
    if world.kind.asks {
        let own = ask(world.jeton.address, request);
        assert_eq!(challenge, own.header("www-authenticate"), "{}", world.kind.name);
    }
}

#[test]
fn without_a_token_there_is_a_challenge() {
    for kind in tried() {
        let world = World::start(kind);
        let good = world.jeton.token("ada");
        for request in [
            Request::get("/verify"),
            Request::get("/verify").line("Authorization: Basic YWRhOmh1bnRlcjI="),
            // Nowhere but in the Authorization header is a token, not even for Envoy, which knows other places.
            Request::get(&format!("/verify?access_token={good}")),
            Request::get("/verify").line(&format!("Cookie: access_token={good}")),
            Request::get("/verify").line(&format!("X-Forwarded-Authorization: Bearer {good}")),
            Request::get("/verify").line(&format!("Proxy-Authorization: Bearer {good}")),
            Request::new("HEAD", "/verify"),
        ] {
            is_challenge(&world, &request, &world.refuses(&request));
        }
        // jeton itself would take this one; a request that is guarded has its body for itself.
        let body = json!({ "token": good }).to_string();
        let request = Request::new("POST", "/verify").line("Content-Type: application/json").body(&body);
        is_challenge(&world, &Request::get("/verify"), &world.refuses(&request));
    }
}

#[test]
fn a_token_that_is_not_good_is_a_challenge() {
    for kind in tried() {
        let world = World::start(kind);
        let good = world.jeton.token("ada");
        let forge = world.jeton.forge(&good);
        let mut broken = good.clone();
        broken.replace_range(
            good.len() - 8..good.len() - 7,
            if good.as_bytes()[good.len() - 8] == b'A' { "B" } else { "A" },
        );
        let (_, signature) = good.rsplit_once('.').unwrap();
        let other_claims = forge.claim("sub", "root");
        let issued = part(&good, 1)["iat"].as_i64().unwrap();
        let hour_ago = json!({ "iss": part(&good, 1)["iss"], "aud": part(&good, 1)["aud"], "sub": "ada",
            "iat": issued - 3600, "exp": issued - 3000, "jti": "x", "client_id": "web" });
        for (token, why) in [
            ("garbage".to_owned(), "malformed"),
            (broken, "bad signature"),
            (format!("{}.{signature}", other_claims.rsplit_once('.').unwrap().0), "somebody else's signature"),
            (forge.payload(&hour_ago.to_string()), "expired"),
            (forge.claim("iss", "https://other.test"), "wrong issuer"),
            (world.jeton.token_with("ada", Some(OTHER_AUDIENCE)), "wrong audience"),
            (forge.header("kid", "nobody"), "unknown key"),
            (forge.header("alg", "none"), "no algorithm"),
        ] {
            let request = Request::get("/verify").bearer(&token);
            let reply = world.refuses(&request);
            if !kind.asks && why == "wrong audience" {
                // Envoy's own word for it; RFC 6750 has 401.
                assert_eq!(reply.status, 403, "{}: {reply:?}", kind.name);
            } else {
                is_challenge(&world, &request, &reply);
            }
        }
        world.passes(&Request::get("/verify").bearer(&good));
    }
}

#[test]
fn a_caller_s_query_does_not_choose_what_is_asked_of_jeton() {
    for kind in tried() {
        let world = World::start(kind);
        let other = world.jeton.token_with("ada", Some(OTHER_AUDIENCE));
        let ada = world.jeton.token("ada");
        for query in [format!("audience={OTHER_AUDIENCE}"), "scope=notes:read".to_owned(), "scope=&scope=".to_owned()] {
            for path in ["/verify", "/notes", "/reports/"] {
                world.refuses(&Request::get(&format!("{path}?{query}")).bearer(&other));
            }
            world.refuses(&Request::get(&format!("/reports/?{query}")).bearer(&ada));
            world.passes(&Request::get(&format!("/notes?{query}")).bearer(&ada));
        }
    }
}

#[test]
fn a_token_without_the_scope_is_told_which_one_is_needed() {
    for kind in tried() {
        let world = World::start(kind);
        let (ada, eve) = (world.jeton.token("ada"), world.jeton.token("eve"));
        let reply = world.refuses(&Request::get("/reports/2026").bearer(&ada));
        assert_eq!(reply.status, 403, "{}: {reply:?}", kind.name);
        if kind.asks_for_scope {
            let challenge = reply.header("www-authenticate");
            assert!(challenge.contains(r#"error="insufficient_scope""#), "{}: {reply:?}", kind.name);
            assert!(challenge.contains(r#"scope="reports:read""#), "{}: {reply:?}", kind.name);
        }
        world.passes(&Request::get("/notes").bearer(&ada));
        world.passes(&Request::get("/reports/2026").bearer(&eve));
        // With nothing but a claim to it in a header, too.
        world.refuses(&Request::get("/reports/2026").bearer(&ada).line("X-Auth-Scope: reports:read"));
        let reply = world.refuses(&Request::get("/reports/2026"));
        assert_eq!(reply.status, 401, "{}: {reply:?}", kind.name);
    }
}

#[test]
fn credentials_of_a_wrong_form_are_the_caller_s_mistake() {
    for kind in tried().into_iter().filter(|kind| kind.asks) {
        let world = World::start(kind);
        let good = format!("Authorization: Bearer {}", world.jeton.token("ada"));
        for lines in [vec![format!("{good} x")], vec!["Authorization: Bearer".to_owned()], vec![good.clone(), good]] {
            let request = lines.iter().fold(Request::get("/notes"), |request, line| request.line(line));
            let reply = world.refuses(&request);
            assert!(reply.status < 500, "{}: {lines:?}: {reply:?}", kind.name);
        }
    }
}

#[test]
fn a_control_byte_in_the_credentials_is_a_400_everywhere() {
    for kind in tried() {
        let world = World::start(kind);
        let token = world.jeton.token("ada");
        for byte in ['\0', '\x01', '\x0b', '\x1f', '\x7f'] {
            for credentials in [format!("Bearer {token}{byte}"), format!("Bearer{byte}{token}"), format!("{byte}")] {
                let reply = world.refuses(&Request::get("/notes").line(&format!("Authorization: {credentials}")));
                assert_eq!(reply.status, 400, "{}: {byte:?}: {reply:?}", kind.name);
            }
        }
        world.passes(&Request::get("/notes").bearer(&token));
    }
}

#[test]
fn the_gateway_s_own_question_is_nobody_s_to_ask() {
    for kind in tried() {
        let world = World::start(kind);
        let token = world.jeton.token("ada");
        for target in ["/_jeton/", "/_jeton/verify", "/_jeton/verify-reports", "/_jeton/refuse"] {
            // To nginx these are its own; to the others they are the service's, like any path.
            let (reply, seen) = world.ask(&Request::get(target).bearer(&token));
            assert!(reply.status == 404 || !seen.is_empty(), "{}: {target}: {reply:?}", kind.name);
        }
    }
}
