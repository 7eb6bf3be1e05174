//! HTTP, as far as these tests need it. Every request has a connection of its own, so that none is a
//! left-over of a server that has been killed.

use serde_json::{Value, json};
use ureq::{Agent, Body, http};

use crate::process::PATIENCE;
use crate::server::Tokens;

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// The Refresh-Outcome, empty where there is none.
    pub outcome: String,
    /// `null` where it is no JSON.
    pub body: Value,
}

impl Reply {
    /// Error code and reason of a refusal with this status.
    #[track_caller]
    pub fn refused(&self, status: u16) -> (&str, &str) {
        assert_eq!(self.status, status, "{self:?}");
        let text = |name: &str| self.body[name].as_str().unwrap_or_default();
        (text("error"), text("reason"))
    }

    /// The tokens of a good answer.
    #[track_caller]
    pub fn tokens(&self) -> Tokens {
        assert_eq!(self.status, 200, "{self:?}");
        let text = |name: &str| self.body[name].as_str().unwrap_or_else(|| panic!("no {name}: {self:?}")).to_owned();
        Tokens { access: text("access_token"), refresh: text("refresh_token"), session: text("session_id") }
    }
}

/// POSTs JSON.
///
/// # Errors
/// Where no whole answer came.
pub fn post(base: &str, path: &str, body: &Value) -> Result<Reply, ureq::Error> {
    let request = agent().post(format!("{base}{path}")).header("content-type", "application/json");
    read(request.send(body.to_string())?)
}

/// PUTs JSON with a bearer token.
///
/// # Errors
/// Where no whole answer came.
pub fn put(base: &str, path: &str, bearer: &str, body: &Value) -> Result<Reply, ureq::Error> {
    let request = agent().put(format!("{base}{path}")).header("content-type", "application/json");
    read(request.header("authorization", format!("Bearer {bearer}")).send(body.to_string())?)
}

/// Presents a refresh token, with an Idempotency-Key where one is given.
///
/// # Errors
/// Where no whole answer came.
pub fn refresh(base: &str, token: &str, key: Option<&str>) -> Result<Reply, ureq::Error> {
    let mut request = agent().post(format!("{base}/refresh")).header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    read(request.send(json!({ "refresh_token": token }).to_string())?)
}

/// GETs, with a bearer token where one is given.
///
/// # Errors
/// Where no whole answer came.
pub fn get(base: &str, path: &str, bearer: Option<&str>) -> Result<Reply, ureq::Error> {
    let mut request = agent().get(format!("{base}{path}"));
    if let Some(token) = bearer {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    read(request.call()?)
}

fn read(mut response: http::Response<Body>) -> Result<Reply, ureq::Error> {
    let body = response.body_mut().read_to_vec()?;
    let outcome = response.headers().get("refresh-outcome").map_or("", |word| word.to_str().unwrap_or_default());
    Ok(Reply {
        status: response.status().as_u16(),
        outcome: outcome.to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}

fn agent() -> Agent {
    let config = Agent::config_builder();
    config.http_status_as_error(false).timeout_global(Some(PATIENCE)).max_idle_connections(0).build().into()
}
