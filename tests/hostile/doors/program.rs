//! The program as a process: /verify, and what it says on standard error.

use std::net::SocketAddr;

use jeton::testing::TestIssuer;
use jeton::verify::Algorithm;

use super::Door;
use super::server::key_in;
use crate::home::Home;
use crate::process::Done;
use crate::server::Server;

/// A running `jeton serve`, and an issuer that has its key. Dropping it kills it.
pub struct Program {
    pub server: Server,
    address: SocketAddr,
    issuer: TestIssuer,
    _home: Home,
}

impl Program {
    /// The program with its defaults.
    pub fn start() -> Self {
        Self::at(Home::new())
    }

    /// The program in a folder that was prepared.
    pub fn at(home: Home) -> Self {
        let server = home.serve();
        Self::of(home, server)
    }

    /// A program that runs already.
    pub fn of(home: Home, server: Server) -> Self {
        let name = "http://127.0.0.1:8080";
        let key = key_in(&home.path("keys"), Algorithm::Es256);
        let issuer = TestIssuer::of(key).with_issuer(name).with_audience(name);
        Self { address: server.address().parse().unwrap(), server, issuer, _home: home }
    }

    /// Stops it with SIGTERM; what it said.
    pub fn stop(self) -> Done {
        self.server.stop()
    }
}

impl Door for Program {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn target(&self) -> &str {
        "/verify"
    }

    fn issuer(&self) -> &TestIssuer {
        &self.issuer
    }
}
