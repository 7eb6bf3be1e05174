//! What is let in reaches the service whole.

use crate::kinds::tried;
use crate::requests::{Request, ask};
use crate::world::World;

#[test]
fn a_body_reaches_the_service_whole() {
    for kind in tried() {
        let world = World::start(kind);
        let token = world.jeton.token("ada");
        // More than jeton reads of a body, and more than fits into anybody's buffer for one.
        let bodies = [String::new(), "{\"token\":1}".to_owned(), "0123456789abcdef".repeat(8192)];
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            for body in &bodies {
                let request = Request::new(method, "/notes").bearer(&token).line("Content-Type: text/plain");
                for request in [request.clone().body(body), request.chunked(body)] {
                    let seen = world.passes(&request);
                    assert_eq!((seen.method.as_str(), seen.body.len()), (method, body.len()), "{}", kind.name);
                    assert!(seen.body == body.as_bytes(), "{}: {method}", kind.name);
                }
            }
        }
    }
}

#[test]
fn a_body_without_a_token_reaches_nobody() {
    for kind in tried() {
        let world = World::start(kind);
        let body = "0123456789abcdef".repeat(64);
        for request in [Request::new("POST", "/notes").body(&body), Request::new("POST", "/notes").chunked(&body)] {
            assert_eq!(world.refuses(&request).status, 401, "{}", kind.name);
        }
    }
}

#[test]
fn path_and_query_reach_the_service_as_they_were_sent() {
    for kind in tried() {
        let world = World::start(kind);
        let token = world.jeton.token("ada");
        for target in [
            "/",
            "/a%20b/%C3%A9",
            "/a?b=c&b=d",
            "/a?q=%2F%2f+%26&x",
            "/verify?scope=x&audience=y",
            "/a/b/?",
            "/~a/@,!$'()*=+:&",
        ] {
            for method in ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PROPFIND"] {
                let request = Request::new(method, target).bearer(&token);
                let seen = world.passes(&if method == "POST" { request.body("x") } else { request });
                assert_eq!((seen.method.as_str(), seen.target.as_str()), (method, target), "{}", kind.name);
            }
        }
    }
}

#[test]
fn a_head_that_is_too_large_for_jeton_is_not_for_the_gateway() {
    for kind in tried() {
        let world = World::start(kind);
        let token = world.jeton.token("ada");
        // jeton reads 16 KiB of a head, the gateways a little more than that and up to 60.
        let cookies = (0..3).map(|number| format!("Cookie: c{number}={}", "x".repeat(5500)));
        let request = cookies.fold(Request::get("/notes").bearer(&token), |request, line| request.line(&line));
        assert_eq!(ask(world.jeton.address, &request).status, 431);
        world.passes(&request);
    }
}
