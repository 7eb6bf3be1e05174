//! A row of the operator's own query, read generously and judged strictly: what it holds must be what
//! jeton itself would have stored.

#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::id::UserId;
use crate::scope::Scope;
use crate::user::{AttributeRefused, NameRefused, PasswordHash, User, check_foreign_name, check_words};

/// The longest id: it stands in every token and in a header.
const MAX_ID: usize = 128;

/// The columns as they come: text, or JSON as text.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub id: Option<String>,
    pub name: Option<String>,
    pub hash: Option<String>,
    pub roles: Option<String>,
    pub disabled: Option<String>,
    /// 0 where nobody of this id has ended a session everywhere.
    pub epoch: u64,
}

/// Why nobody is let in by a row. Quotes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    Id,
    NoName,
    Name(NameRefused),
    RolesType,
    Roles(AttributeRefused),
    Disabled,
    Several,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id => write!(f, "its id is not 1 to {MAX_ID} visible ASCII characters"),
            Self::NoName => f.write_str("its name is NULL"),
            Self::Name(why) => write!(f, "its name cannot be used: {why}"),
            Self::RolesType => f.write_str("its roles are neither a list of words nor words with commas between them"),
            Self::Roles(why) => write!(f, "its roles cannot be used: {why}"),
            Self::Disabled => f.write_str("its disabled is neither true, false, a number nor NULL"),
            Self::Several => f.write_str("there is more than one row for the name"),
        }
    }
}

impl Answer {
    /// The id, where it is one.
    pub fn id(&self) -> Option<UserId> {
        let id = self.id.as_ref()?;
        let is_good = (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        is_good.then(|| UserId::from(id.clone()))
    }

    /// The user, or why it is none.
    pub fn into_user(self) -> Result<User, Unusable> {
        let id = self.id().ok_or(Unusable::Id)?;
        let username = self.name.ok_or(Unusable::NoName)?;
        check_foreign_name(&username).map_err(Unusable::Name)?;
        let roles = roles(self.roles.as_deref())?;
        check_words(&roles).map_err(Unusable::Roles)?;
        Ok(User {
            id,
            username,
            // Nothing can match what is no hash: somebody who signs in elsewhere only.
            password: PasswordHash::from_phc(self.hash.unwrap_or_default()),
            roles,
            scopes: Scope::default(),
            claims: Map::new(),
            disabled: disabled(self.disabled.as_deref())?,
            epoch: self.epoch,
            // When somebody came is the application's to know.
            created: Timestamp::from_millis(0),
        })
    }
}

fn json(text: Option<&str>) -> Option<Value> {
    text.map_or(Some(Value::Null), |text| serde_json::from_str(text).ok())
}

/// NULL, an array of strings (`text[]`, `jsonb`), or a text with commas or with such an array in it.
fn roles(text: Option<&str>) -> Result<Vec<String>, Unusable> {
    match json(text) {
        Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => words(items),
        Some(Value::String(text)) if text.trim_start().starts_with('[') => match serde_json::from_str(&text) {
            Ok(Value::Array(items)) => words(items),
            _ => Err(Unusable::RolesType),
        },
        Some(Value::String(text)) => {
            Ok(text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect())
        }
        _ => Err(Unusable::RolesType),
    }
}

fn words(items: Vec<Value>) -> Result<Vec<String>, Unusable> {
    let word = |item| if let Value::String(word) = item { Ok(word) } else { Err(Unusable::RolesType) };
    items.into_iter().map(word).collect()
}

/// NULL is false. A number is false where it is 0.
fn disabled(text: Option<&str>) -> Result<bool, Unusable> {
    match json(text) {
        Some(Value::Null) => Ok(false),
        Some(Value::Bool(disabled)) => Ok(disabled),
        Some(Value::Number(number)) => Ok(number.as_f64() != Some(0.0)),
        _ => Err(Unusable::Disabled),
    }
}
