//! jeton, the gateway that asks it, and the service behind.

use std::net::SocketAddr;

use rustix::process::Signal;
use serde_json::json;

use crate::backend::{Backend, Seen};
use crate::forge::Forge;
use crate::gateway::{Gateway, eventually};
use crate::home::{Home, PASSWORD};
use crate::kinds::Kind;
use crate::ports::free_address;
use crate::reply::{AUTH_HEADERS, Reply};
use crate::requests::{Request, ask};
use crate::server::Server;

/// An audience that the gateway does not stand for.
pub const OTHER_AUDIENCE: &str = "https://other.test";

/// jeton by itself, on a port that it keeps.
pub struct Jeton {
    pub address: SocketAddr,
    home: Home,
    server: Option<Server>,
}

impl Jeton {
    /// One that runs, where Ada has roles and a scope, and Eve has nothing but the scope of the reports.
    pub fn start() -> Self {
        Self::with("ES256")
    }

    /// The same with keys for another algorithm.
    pub fn with(algorithm: &str) -> Self {
        let address = free_address();
        let home = Home::new()
            .with("JETON_LISTEN", address.to_string())
            .with("JETON_ISSUER", format!("http://{address}"))
            .with("JETON_AUDIENCE", format!("http://{address},{OTHER_AUDIENCE}"))
            .with("JETON_ALGORITHM", algorithm);
        let ada = ["--role", "admin", "--role", "ops", "--scope", "notes:read", "--scope", "notes:write"];
        for (name, more) in [("ada", &ada[..]), ("eve", &["--scope", "reports:read"])] {
            let add = [&["user", "add", name, "--password-stdin"], more].concat();
            home.run_with_input(&add, PASSWORD.as_bytes()).exits(0);
        }
        let server = Some(home.serve());
        Self { address, home, server }
    }

    /// A user's access token.
    pub fn token(&self, name: &str) -> String {
        self.token_with(name, None)
    }

    /// A user's access token for an audience that may be another than the gateway's.
    pub fn token_with(&self, name: &str, audience: Option<&str>) -> String {
        let mut body = json!({ "username": name, "password": PASSWORD, "client_id": "web" });
        if let Some(audience) = audience {
            body["audience"] = audience.into();
        }
        let server = self.server.as_ref().expect("it runs");
        let mut reply = server.post("/login", &body);
        // On a machine that is busy with many tests a sign-in may be put off, as clients have to know.
        eventually(|| {
            if reply.status == 503 {
                reply = server.post("/login", &body);
            }
            reply.status != 503
        });
        reply.tokens().access
    }

    /// Whoever has its key.
    pub fn forge(&self, token: &str) -> Forge {
        Forge::with_key_in(&self.home.path("keys"), token)
    }

    /// `kill -9`
    pub fn kill(&mut self) {
        self.server.take().expect("it runs").process.kill();
    }

    /// Starts it again where it was.
    pub fn run(&mut self) {
        self.server = Some(self.home.serve());
    }

    /// SIGSTOP: connections are taken, nothing answers.
    pub fn hang(&self) {
        let process = &self.server.as_ref().expect("it runs").process;
        process.signal(Signal::STOP);
        // Each thread stops for itself, a little later than the signal is sent.
        let threads = format!("/proc/{}/task", process.id());
        let is_stopped = |thread: std::fs::DirEntry| {
            std::fs::read_to_string(thread.path().join("stat")).is_ok_and(|stat| stat.contains(") T "))
        };
        assert!(eventually(|| std::fs::read_dir(&threads).unwrap().flatten().all(is_stopped)), "it does not stop");
    }

    /// SIGCONT
    pub fn go_on(&self) {
        self.server.as_ref().expect("it runs").process.signal(Signal::CONT);
    }

    /// What it tells gateways about a token: the values of the five headers.
    pub fn tells(&self, token: &str) -> [String; 5] {
        let reply = ask(self.address, &Request::get("/verify").bearer(token));
        assert_eq!(reply.status, 200, "{reply:?}");
        AUTH_HEADERS.map(|name| reply.header(name).to_owned())
    }
}

/// A gateway, the jeton that it asks, and what is behind it.
pub struct World {
    pub jeton: Jeton,
    pub kind: &'static Kind,
    pub gateway: Gateway,
    pub backend: Backend,
}

impl World {
    /// All three, running.
    pub fn start(kind: &'static Kind) -> Self {
        Self::around(kind, Jeton::start())
    }

    /// A gateway for a jeton that may not run.
    pub fn around(kind: &'static Kind, jeton: Jeton) -> Self {
        let backend = Backend::start();
        let gateway = Gateway::start(kind, jeton.address, backend.address);
        backend.take_seen();
        Self { jeton, kind, gateway, backend }
    }

    /// Asks the gateway: its answer, and what the service saw of it.
    pub fn ask(&self, request: &Request) -> (Reply, Vec<Seen>) {
        let reply = ask(self.gateway.address, request);
        let told = AUTH_HEADERS.iter().find(|name| reply.headers.contains_key(**name));
        assert!(told.is_none(), "{}: the caller is told {told:?}: {reply:?}", self.kind.name);
        (reply, self.backend.take_seen())
    }

    /// The request reaches the service, and once.
    #[track_caller]
    pub fn passes(&self, request: &Request) -> Seen {
        let (reply, mut seen) = self.ask(request);
        assert!(reply.status == 200 && seen.len() == 1, "{}: {request:?}: {reply:?} {seen:?}", self.kind.name);
        seen.remove(0)
    }

    /// The request does not reach the service.
    #[track_caller]
    pub fn refuses(&self, request: &Request) -> Reply {
        let (reply, seen) = self.ask(request);
        assert!(reply.status >= 400 && seen.is_empty(), "{}: {request:?}: {reply:?} {seen:?}", self.kind.name);
        reply
    }

    /// Requests like this one will reach the service again.
    #[track_caller]
    pub fn recovers(&self, request: &Request) {
        let name = self.kind.name;
        assert!(eventually(|| self.ask(request).0.status == 200), "{name} stays out: {}", self.gateway.said());
        self.backend.take_seen();
    }
}
