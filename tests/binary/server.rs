//! A server that listens, as a process.

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::client::{Reply, get, post, put};
use crate::home::PASSWORD;
use crate::process::{Done, PATIENCE, Process};

/// A running `jeton serve`. Dropping it kills it.
pub struct Server {
    pub process: Process,
    /// As in the line `listening on http://127.0.0.1:54321`.
    pub base: String,
}

impl Server {
    /// Waits until a process that was started says that it listens.
    #[track_caller]
    pub fn of(process: Process) -> Self {
        let base = process.stderr.wait_for(|text| {
            let (_, address) = text.split_once("listening on ")?;
            Some(address.split_once('\n')?.0.to_owned())
        });
        Self { process, base }
    }

    /// Address and port, for a socket of the test's own.
    pub fn address(&self) -> &str {
        self.base.split_once("://").expect("it is a URL").1
    }

    /// Stops it with SIGTERM and waits for its end.
    #[track_caller]
    pub fn stop(self) -> Done {
        self.process.signal(Signal::TERM);
        self.process.finish(PATIENCE)
    }

    /// POSTs JSON.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        post(&self.base, path, body).unwrap()
    }

    /// PUTs JSON with a bearer token.
    #[track_caller]
    pub fn put(&self, path: &str, bearer: &str, body: &Value) -> Reply {
        put(&self.base, path, bearer, body).unwrap()
    }

    /// GETs, with a bearer token where one is given.
    #[track_caller]
    pub fn get(&self, path: &str, bearer: Option<&str>) -> Reply {
        get(&self.base, path, bearer).unwrap()
    }

    /// Tries to sign in.
    #[track_caller]
    pub fn login(&self, name: &str, password: &str) -> Reply {
        self.post("/login", &json!({ "username": name, "password": password }))
    }

    /// Signs in a user whom [`crate::home::Home::add`] added.
    #[track_caller]
    pub fn sign_in(&self, name: &str) -> Tokens {
        self.login(name, PASSWORD).tokens()
    }

    /// Presents a refresh token.
    #[track_caller]
    pub fn refresh(&self, token: &str) -> Reply {
        self.post("/refresh", &json!({ "refresh_token": token }))
    }
}

/// The tokens of one answer.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub session: String,
}
