//! A server as clients see it: sign-ins, refreshes, any request.

use std::net::SocketAddr;
use std::sync::{Arc, Barrier};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::web::Data;
use jeton::clock::Timestamp;
use jeton::config::Config;
use jeton::entropy::SystemEntropy;
use jeton::http::Edge;
use jeton::secret::Secret;
use jeton::server::Stores;
use jeton::testing::ManualClock;
use jeton::user::{HashParameters, Password, PasswordHash, hash_now};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use ureq::Agent;
use ureq::http::Request;

use crate::reply::{Reply, Tokens};

// By their paths, since tests/contract takes this file in by its path.
#[path = "app/people.rs"]
mod people;
#[path = "app/plan.rs"]
mod plan;

pub use people::PASSWORD;
pub use plan::Plan;

/// The moment at which every test begins.
pub const START: Timestamp = Timestamp::from_secs(1_795_253_400);

/// A JSON body's Content-Type.
pub const JSON: (&str, &str) = ("content-type", "application/json");

/// A running server. Dropping it stops it.
pub struct TestApp {
    pub address: SocketAddr,
    pub clock: ManualClock,
    pub stores: Stores,
    pub folder: Arc<TempDir>,
    pub edge: Data<Edge>,
    pub agent: Agent,
    pub stop: Option<oneshot::Sender<()>>,
    pub thread: Option<JoinHandle<()>>,
}

impl TestApp {
    /// A server with the defaults.
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    /// A server with a changed configuration.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        Plan::new(change).start()
    }

    /// Signs in with [`PASSWORD`] and expects success.
    pub fn sign_in(&self, username: &str) -> Tokens {
        self.sign_in_with(username, &json!({}))
    }

    /// Signs in with more members than the name and [`PASSWORD`], and expects success.
    pub fn sign_in_with(&self, username: &str, more: &Value) -> Tokens {
        let reply = self.try_sign_in(username, more);
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.tokens()
    }

    /// Tries to sign in with [`PASSWORD`] and more members.
    pub fn try_sign_in(&self, username: &str, more: &Value) -> Reply {
        let mut body = json!({ "username": username, "password": PASSWORD });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post("/login", &body)
    }

    /// Refreshes without an Idempotency-Key.
    pub fn refresh(&self, token: &str) -> Reply {
        self.post("/refresh", &json!({ "refresh_token": token }))
    }

    /// Refreshes with an Idempotency-Key.
    pub fn refresh_with_key(&self, token: &str, key: &str) -> Reply {
        let body = json!({ "refresh_token": token }).to_string();
        self.send("POST", "/refresh", &[JSON, ("idempotency-key", key)], body.as_bytes())
    }

    /// POSTs JSON.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[JSON], body.to_string().as_bytes())
    }

    /// GETs without credentials.
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], b"")
    }

    /// Sends any method with a bearer token and no body.
    pub fn bearer(&self, method: &str, path: &str, token: &str) -> Reply {
        self.send(method, path, &[("authorization", &format!("Bearer {token}"))], b"")
    }

    /// Changes the bearer's own password.
    pub fn change_password(&self, token: &str, current: &str, new: &str) -> Reply {
        let body = json!({ "current_password": current, "new_password": new }).to_string();
        let authorization = format!("Bearer {token}");
        self.send("PUT", "/me/password", &[JSON, ("authorization", &authorization)], body.as_bytes())
    }

    /// Asks /verify.
    pub fn verify(&self, token: &str) -> Reply {
        self.bearer("GET", "/verify", token)
    }

    /// Sends anything, and checks what must hold for every answer. Header names may repeat.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
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
        let reply = Reply { status: response.status().as_u16(), headers: response.headers().clone(), body };
        reply.holds_what_every_answer_must(path);
        reply
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

/// A cheap hash of a password.
pub fn hash(password: &str) -> PasswordHash {
    hash_now(&Password::new(Secret::from(password)).unwrap(), &HashParameters::cheap(), &SystemEntropy)
}

/// Waits for a future on this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Does something `count` times at the same moment, each on a thread of its own.
pub fn at_once<T: Send>(count: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let together = Barrier::new(count);
    let run = |number| {
        together.wait();
        task(number)
    };
    std::thread::scope(|scope| {
        let run = &run;
        let tasks: Vec<_> = (0..count).map(|number| scope.spawn(move || run(number))).collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect()
    })
}

pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}
