//! The claims of an access token (RFC 9068 §2.2), one type for making and for reading them.

use std::fmt;

use serde::de::{self, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Number, Value};

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    pub(crate) fn parse(payload: &str) -> Option<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(payload);
        let claims = deserializer.deserialize_map(Reader).ok()?;
        deserializer.end().ok()?;
        // Known claims are flat and were counted while reading; what others hold was not looked at.
        (claims.custom.is_empty() || json::is_strict(payload)).then_some(claims)
    }
}

/// Reads the members of a claims set one by one, each by its type.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Claims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWT claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Claims, A::Error> {
        let (mut iss, mut sub, mut aud, mut client_id, mut jti, mut sid) = (None, None, None, None, None, None);
        let (mut iat, mut exp, mut nbf, mut auth_time) = (None, None, None, None);
        let (mut amr, mut scope, mut roles, mut custom) = (None, None, None, Map::new());
        while let Some(json::Text(name)) = members.next_key()? {
            match &*name {
                "iss" => once(&mut iss, &mut members)?,
                "sub" => once(&mut sub, &mut members)?,
                "aud" => once(&mut aud, &mut members)?,
                "client_id" => once(&mut client_id, &mut members)?,
                "iat" => once(&mut iat, &mut members)?,
                "exp" => once(&mut exp, &mut members)?,
                "nbf" => once(&mut nbf, &mut members)?,
                "jti" => once(&mut jti, &mut members)?,
                "sid" => once(&mut sid, &mut members)?,
                "auth_time" => once(&mut auth_time, &mut members)?,
                "amr" => once(&mut amr, &mut members)?,
                "scope" => once(&mut scope, &mut members)?,
                "roles" => once(&mut roles, &mut members)?,
                _ => drop(custom.insert(name.into_owned(), members.next_value()?)),
            }
        }
        let date = |NumericDate(time)| time;
        Ok(Claims {
            iss: required("iss", iss)?,
            sub: required("sub", sub.filter(|sub: &String| !sub.is_empty()))?,
            aud: required("aud", aud)?,
            client_id,
            iat: required("iat", iat.map(date))?,
            exp: required("exp", exp.map(date))?,
            nbf: nbf.map(date),
            jti,
            sid,
            auth_time: auth_time.map(date),
            amr: amr.unwrap_or_default(),
            scope: scope.unwrap_or_default(),
            roles: roles.unwrap_or_default(),
            custom,
        })
    }
}

/// Reads a member that may stand once.
fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(place: &mut Option<T>, members: &mut A) -> Result<(), A::Error> {
    match place.replace(members.next_value()?) {
        None => Ok(()),
        Some(_) => Err(A::Error::custom("a member stands twice")),
    }
}

fn required<T, E: de::Error>(name: &'static str, value: Option<T>) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(name))
}

/// Seconds since 1970, whole or not (RFC 7519 §2), up to the year 9999.
struct NumericDate(Timestamp);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = Number::deserialize(deserializer)?.as_f64();
        let seconds = seconds.filter(|seconds| (0.0..=LAST_SECOND).contains(seconds));
        // In range, so the cast is exact to the millisecond.
        let time = seconds.map(|seconds| Timestamp::from_millis((seconds * 1000.0).floor() as i64));
        time.map(Self).ok_or_else(|| D::Error::custom("no time"))
    }
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
