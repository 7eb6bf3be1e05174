//! What came back, and what must hold whatever it is.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use ureq::http::HeaderMap;

/// What gateways are told beside a good token.
pub const AUTH_HEADERS: [&str; 5] =
    ["x-auth-subject", "x-auth-scope", "x-auth-session", "x-auth-roles", "x-auth-client"];

/// An answer.
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

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header's text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What clients match on: status, error code and, where there is one, the reason.
    pub fn refusal(&self) -> String {
        let body = self.json();
        let code = body["error"].as_str().unwrap_or("without an error code");
        let reason = body["reason"].as_str().map(|reason| format!(" {reason}")).unwrap_or_default();
        format!("{} {code}{reason}", self.status)
    }

    /// What people are told of a refusal.
    pub fn description(&self) -> String {
        self.json()["error_description"].as_str().unwrap_or_default().to_owned()
    }

    /// A good refresh's word; a refusal otherwise.
    pub fn outcome(&self) -> String {
        if self.status == 200 { self.header("refresh-outcome").to_owned() } else { self.refusal() }
    }

    /// The tokens of a good answer.
    pub fn tokens(&self) -> Tokens {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("no {name}: {body}")).to_owned();
        Tokens { access: text("access_token"), refresh: text("refresh_token"), session: text("session_id") }
    }

    /// wire.md, "Every answer", and what holds for a status or a path whatever was asked.
    pub fn holds_what_every_answer_must(&self, path: &str) {
        assert_ne!(self.status, 500, "a server error: {self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self:?}");
        let id = self.header("x-request-id");
        assert!((1..=64).contains(&id.len()), "{self:?}");
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)), "{self:?}");
        if !self.body.is_empty() {
            assert_eq!(self.header("content-type"), "application/json", "{self:?}");
            let body = self.json();
            let told = |name: &str| body[name].as_str().is_some_and(|text| !text.is_empty());
            assert!(self.status < 400 || self.status == 503 || told("error") && told("error_description"), "{body}");
            assert!(body.get("access_token").is_none() || self.header("cache-control") == "no-store", "{self:?}");
        }
        let needed: &[&str] = match self.status {
            200 if path == "/verify" || path.starts_with("/verify/") || path.starts_with("/verify?") => &AUTH_HEADERS,
            405 => &["allow"],
            503 => &["retry-after"],
            _ => &[],
        };
        assert!(needed.iter().all(|name| self.headers.contains_key(*name)), "{self:?}");
        let told_to_gateways = AUTH_HEADERS.iter().any(|name| self.headers.contains_key(*name));
        assert!(self.status == 200 || !told_to_gateways, "{self:?}");
    }
}

/// The tokens of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub session: String,
}

impl Tokens {
    /// The access token's header.
    pub fn header(&self) -> Map<String, Value> {
        part(&self.access, 0)
    }

    /// The access token's claims.
    pub fn claims(&self) -> Map<String, Value> {
        part(&self.access, 1)
    }
}

/// One part of a compact JWS, read without checking anything.
pub fn part(token: &str, number: usize) -> Map<String, Value> {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
