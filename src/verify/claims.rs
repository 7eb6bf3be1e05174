//! The claims of an access token (RFC 9068 §2.2), one type for making and for reading them.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::json;
use crate::clock::Timestamp;
use crate::scope::Scope;

/// The names that have a meaning of their own here or in the IANA registry's core (RFC 7519 §4.1,
/// OpenID Connect's token claims): a user's custom claims may not use them.
pub const LISTED_CLAIMS: &[&str] = &[
    "acr",
    "act",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "c_hash",
    "client_id",
    "cnf",
    "entitlements",
    "events",
    "exp",
    "groups",
    "iat",
    "iss",
    "jti",
    "may_act",
    "nbf",
    "nonce",
    "roles",
    "scope",
    "sid",
    "sub",
    "sub_id",
    "toe",
    "txn",
    "typ",
    "username",
];

/// The latest moment that a NumericDate may name: the end of the year 9999.
const LAST_SECOND: f64 = 253_402_300_799.0;

/// Who the token is for: one text, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Audience {
    /// A single audience, as a string.
    One(String),
    /// An array of audiences.
    Many(Vec<String>),
}

impl Audience {
    /// Whether `audience` is among them, to the byte.
    pub fn contains(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

/// The claims of an access token. Times are NumericDates in the token.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Subject: the user's opaque, stable id.
    pub sub: String,
    /// Audience.
    pub aud: Audience,
    /// The client's label; never an authorisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// When it was made.
    #[serde(serialize_with = "numeric_date")]
    pub iat: Timestamp,
    /// When it ends.
    #[serde(serialize_with = "numeric_date")]
    pub exp: Timestamp,
    /// When it begins, where another issuer says so.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_numeric_date")]
    pub nbf: Option<Timestamp>,
    /// The token's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// When the user proved who they are; kept through refreshes.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_numeric_date")]
    pub auth_time: Option<Timestamp>,
    /// How they proved it (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// What the token allows.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// The user's roles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Every other claim.
    #[serde(flatten)]
    pub custom: Map<String, Value>,
}

impl Claims {
    /// Reads claims strictly: required ones present, every known one of its type, no `null`, no
    /// member twice. `None` where that does not hold.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let mut members = Members(json::parse_object(payload)?);
        Some(Self {
            iss: members.text("iss")??,
            sub: members.text("sub")?.filter(|sub| !sub.is_empty())?,
            aud: members.audience()?,
            client_id: members.text("client_id")?,
            iat: members.date("iat")??,
            exp: members.date("exp")??,
            nbf: members.date("nbf")?,
            jti: members.text("jti")?,
            sid: members.text("sid")?,
            auth_time: members.date("auth_time")?,
            amr: members.texts("amr")?.unwrap_or_default(),
            scope: Scope::parse(&members.text("scope")?.unwrap_or_default()),
            roles: members.texts("roles")?.unwrap_or_default(),
            custom: members.0,
        })
    }
}

/// Takes members out by type. The outer `Option` is None where the type is wrong, the inner one
/// where the member is absent.
struct Members(Map<String, Value>);

impl Members {
    fn text(&mut self, name: &str) -> Option<Option<String>> {
        match self.0.remove(name) {
            None => Some(None),
            Some(Value::String(text)) => Some(Some(text)),
            Some(_) => None,
        }
    }

    fn texts(&mut self, name: &str) -> Option<Option<Vec<String>>> {
        self.0.remove(name).map_or(Some(None), |value| strings(value).map(Some))
    }

    fn audience(&mut self) -> Option<Audience> {
        match self.0.remove("aud")? {
            Value::String(one) => Some(Audience::One(one)),
            many => strings(many).map(Audience::Many),
        }
    }

    fn date(&mut self, name: &str) -> Option<Option<Timestamp>> {
        match self.0.remove(name) {
            None => Some(None),
            Some(Value::Number(number)) => {
                let seconds = number.as_f64().filter(|seconds| (0.0..=LAST_SECOND).contains(seconds))?;
                // In range, so the cast is exact to the millisecond.
                Some(Some(Timestamp::from_millis((seconds * 1000.0).floor() as i64)))
            }
            Some(_) => None,
        }
    }
}

fn strings(value: Value) -> Option<Vec<String>> {
    let Value::Array(values) = value else { return None };
    values
        .into_iter()
        .map(|value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
        .collect()
}

fn numeric_date<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(time.as_secs())
}

fn optional_numeric_date<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => numeric_date(time, serializer),
        None => serializer.serialize_none(),
    }
}
