//! A whole server in this process: real sockets, a clock that only tests move, cheap password hashes.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::web::Data;
use jeton::clock::{Clock, Timestamp};
use jeton::config::Config;
use jeton::entropy::SystemEntropy;
use jeton::id::UserId;
use jeton::scope::Scope;
use jeton::secret::Secret;
use jeton::server::{Stores, Surroundings, assemble, serve};
use jeton::testing::ManualClock;
use jeton::user::{HashParameters, Password, User, hash_now};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// The password of every user that a test makes.
pub const PASSWORD: &str = "correct horse battery staple";

/// The moment at which every test begins.
pub const START: Timestamp = Timestamp::from_secs(1_795_253_400);

/// A running server. Dropping it stops it.
pub struct TestApp {
    pub base: String,
    pub clock: ManualClock,
    pub stores: Stores,
    pub folder: TempDir,
    agent: Agent,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TestApp {
    /// A server with the defaults.
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    /// A server with a changed configuration.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            keys_dir: folder.path().join("keys"),
            sessions_db: folder.path().join("jeton.db"),
            users_db: folder.path().join("jeton.db"),
            ..Config::default()
        };
        change(&mut config);
        let stores = Stores::open(&config).unwrap();
        Self::over(folder, config, stores)
    }

    /// A server over stores of the test's choice.
    pub fn over(folder: TempDir, config: Config, stores: Stores) -> Self {
        let clock = ManualClock::new(START);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let surroundings = Surroundings {
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SystemEntropy),
            hashing: HashParameters::cheap(),
        };
        let (stop, stopped) = oneshot::channel();
        let edge = assemble(&config, stores.clone(), surroundings).unwrap();
        let thread = std::thread::spawn(move || {
            let stop = async { drop(stopped.await) };
            actix_web::rt::System::new().block_on(serve(Data::new(edge), listener, None, stop)).unwrap();
        });
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .max_idle_connections(0)
            .build()
            .into();
        Self { base, clock, stores, folder, agent, stop: Some(stop), thread: Some(thread) }
    }

    /// Adds a user with the password [`PASSWORD`].
    pub fn add_user(&self, username: &str) -> User {
        self.add(username, |_| {})
    }

    /// Adds a user after changing the record.
    pub fn add(&self, username: &str, change: impl FnOnce(&mut User)) -> User {
        let password = Password::new(Secret::from(PASSWORD)).unwrap();
        let mut user = User {
            id: UserId::random(&SystemEntropy),
            username: username.to_owned(),
            password: hash_now(&password, &HashParameters::cheap(), &SystemEntropy),
            roles: Vec::new(),
            scopes: Scope::default(),
            claims: serde_json::Map::new(),
            disabled: false,
            epoch: 0,
            created: self.clock.now(),
        };
        change(&mut user);
        assert!(block_on(self.stores.users.insert(&user)).unwrap(), "the name is free");
        user
    }

    /// Signs in with [`PASSWORD`] and expects success.
    pub fn sign_in(&self, username: &str) -> Tokens {
        let reply = self.post("/login", &json!({ "username": username, "password": PASSWORD }));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.tokens()
    }

    /// Refreshes without an Idempotency-Key.
    pub fn refresh(&self, token: &str) -> Reply {
        self.post("/refresh", &json!({ "refresh_token": token }))
    }

    /// Refreshes with an Idempotency-Key.
    pub fn refresh_with_key(&self, token: &str, key: &str) -> Reply {
        let body = json!({ "refresh_token": token }).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send("POST", "/refresh", &headers, body.as_bytes())
    }

    /// POSTs JSON.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes())
    }

    /// GETs without credentials.
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], b"")
    }

    /// Sends any method with a bearer token and no body.
    pub fn bearer(&self, method: &str, path: &str, token: &str) -> Reply {
        self.send(method, path, &[("authorization", &format!("Bearer {token}"))], b"")
    }

    /// Sends anything. Header names may repeat.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        // Without a body no framing is sent, as browsers and gateways do it.
        let mut response = if body.is_empty() {
            let request = self.agent.configure_request(request.body(()).unwrap());
            self.agent.run(request.allow_non_standard_methods(true).build()).unwrap()
        } else {
            let request = self.agent.configure_request(request.body(body).unwrap());
            self.agent.run(request.allow_non_standard_methods(true).build()).unwrap()
        };
        let body = response.body_mut().read_to_vec().unwrap();
        Reply { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// A header's text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status, error code and reason: what clients match on.
    pub fn refusal(&self) -> (u16, String, String) {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (self.status, text("error"), text("reason"))
    }

    /// The tokens of a good answer.
    pub fn tokens(&self) -> Tokens {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("no {name}: {body}")).to_owned();
        Tokens { access: text("access_token"), refresh: text("refresh_token"), session: text("session_id") }
    }
}

/// The tokens of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub session: String,
}

/// Waits for a future on this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
