//! Beginning and end: settings that could never work, and a keeper that goes with its verifier.

use std::sync::mpsc::{Sender, channel};

use jeton::clock::{Clock, SystemClock};
use jeton::remote::{Fetch, Fetching, RemoteKeys, StartError};
use jeton::testing::{TestIssuer, TestJwks};
use jeton::verify::Policy;

use crate::server::{PATIENCE, Server};
use crate::world::{Service, UNKNOWN, World, published, user};

#[test]
fn the_keys_are_below_the_issuers_address() {
    for slash in ["", "/"] {
        let server = Server::start(published(&TestIssuer::new()));
        let _verifier = RemoteKeys::new(Policy::new(server.url(slash), "https://api.test")).start().unwrap();
        server.wait_for(1);
        assert_eq!(server.lines(), ["GET /.well-known/jwks.json HTTP/1.1"]);
    }
}

#[test]
fn an_address_that_could_never_work_is_told_at_the_start() {
    let start = |issuer: &str| RemoteKeys::new(Policy::new(issuer, "https://api.test")).start().map(|_| ());
    assert!(matches!(start("http://id.example"), Err(StartError::PlainHttp)));
    for address in ["id.example", "ftp://id.example", "https://user:secret@id.example"] {
        let error = start(address).unwrap_err();
        assert!(matches!(error, StartError::Address) && !error.to_string().contains("secret"), "{address}");
    }
    let https = RemoteKeys::new(Policy::new("https://id.example", "https://api.test"));
    assert!(matches!(https.with_authorities("no certificate").start(), Err(StartError::Authorities)));
}

#[test]
fn http_to_another_machine_is_fetched_where_that_was_allowed() {
    let issuer = TestIssuer::new().with_issuer("http://id.example");
    let remote = RemoteKeys::new(issuer.policy()).with_plain_http().with_client(TestJwks::of(&issuer));
    let service =
        Service { verifier: remote.start().unwrap(), clock: jeton::testing::ManualClock::new(SystemClock.now()) };
    assert_eq!(service.check(&issuer.token_for("ada")), user("ada"));
}

/// A client that says when it is dropped.
struct Mortal(TestJwks, Sender<()>);

impl Fetch for Mortal {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        self.0.fetch(url)
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.1.send(()).unwrap();
    }
}

#[test]
fn the_keeper_ends_with_the_last_clone_of_its_verifier() {
    let world = World::new();
    let (sender, dropped) = channel();
    let remote = world.remote().with_client(Mortal(TestJwks::of(&world.issuer), sender));
    let service = Service { verifier: remote.start().unwrap(), clock: world.clock.clone() };
    let clone = service.verifier.clone();
    assert_eq!(service.check(&world.issuer.token_for("ada")), user("ada"));
    drop(service);
    assert!(dropped.try_recv().is_err(), "a clone is in use");
    drop(clone);
    dropped.recv_timeout(PATIENCE).expect("the keeper let go of its client");
}

#[test]
fn a_verifier_over_given_keys_fetches_nothing() {
    let world = World::new();
    let service = Service { verifier: world.issuer.verifier(), clock: world.clock.clone() };
    assert_eq!(service.check(&world.issuer.token_for("ada")), user("ada"));
    assert_eq!(service.check(&world.unknown(1)), UNKNOWN);
}
