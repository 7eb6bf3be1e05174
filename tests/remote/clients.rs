//! HTTP clients of the adopter's own in place of the one that comes along.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jeton::remote::{Answer, Fetch, FetchError, Fetching};
use jeton::testing::TestIssuer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{Service, UNAVAILABLE, World, user};

fn service(world: &World, client: impl Fetch + 'static) -> Service {
    let verifier = world.remote().with_client(client).with_timeout(Duration::from_millis(200)).start().unwrap();
    Service { verifier, clock: world.clock.clone() }
}

/// What reqwest and awc have in common: sockets, timers and tasks of the runtime that they run in.
struct Async;

impl Fetch for Async {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        let (address, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap();
        let request = format!("GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        let address = address.to_owned();
        Box::pin(async move {
            let answer = tokio::task::spawn_local(async move {
                let mut socket = TcpStream::connect(address).await.unwrap();
                socket.write_all(request.as_bytes()).await.unwrap();
                let mut answer = String::new();
                socket.read_to_string(&mut answer).await.unwrap();
                answer
            });
            let answer = answer.await.unwrap();
            let body = answer.split_once("\r\n\r\n").unwrap().1.as_bytes().to_vec();
            Ok(Answer { status: 200, cache_control: Some("max-age=100".to_owned()), age: None, body })
        })
    }
}

#[test]
fn an_async_client_runs_in_the_keepers_runtime() {
    let world = World::new();
    let service = service(&world, Async);
    assert_eq!(service.check(&world.issuer.token_for("ada")), user("ada"));
    assert_eq!(world.server.requests(), 1);
    world.advance(80);
    world.server.wait_for(2);
}

/// What a client does at its first fetch.
#[derive(Clone, Copy, Debug)]
enum Bad {
    Fails,
    Panics,
    PanicsLater,
    NeverEnds,
    IgnoresTheBound,
}

/// A client that does something bad at first, and then works.
struct AtFirst(Bad, AtomicUsize);

impl Fetch for AtFirst {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        if self.1.fetch_add(1, Ordering::Relaxed) > 0 {
            return Async.fetch(url);
        }
        match self.0 {
            Bad::Fails => Box::pin(async { Err(FetchError::Unreachable("the network is down".to_owned())) }),
            Bad::Panics => panic!("a bug of the client's"),
            Bad::PanicsLater => Box::pin(async { panic!("a bug of the client's") }),
            Bad::NeverEnds => Box::pin(pending()),
            Bad::IgnoresTheBound => {
                let body = " ".repeat(64 * 1024) + &TestIssuer::new().jwks();
                Box::pin(async { Ok(Answer { status: 200, body: body.into_bytes(), ..Answer::default() }) })
            }
        }
    }
}

#[test]
fn a_client_that_fails_panics_or_never_ends_is_tried_again() {
    for bad in [Bad::Fails, Bad::Panics, Bad::PanicsLater, Bad::NeverEnds, Bad::IgnoresTheBound] {
        let world = World::new();
        let service = service(&world, AtFirst(bad, AtomicUsize::new(0)));
        let token = world.issuer.token_for("ada");
        assert_eq!(service.check(&token), UNAVAILABLE, "{bad:?}");
        world.advance(1);
        assert_eq!(service.check(&token), user("ada"), "{bad:?}");
    }
}
