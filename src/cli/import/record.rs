//! What one line says about a user, checked as far as it can be without the store.

use serde_json::{Map, Value};

use super::refused::{LineRefused, MEMBERS};
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::id::UserId;
use crate::scope::Scope;
use crate::user::{PasswordHash, User, UserChange, check_claims, check_name, check_words, import_hash};

/// One user of the file. What is `None` was not given.
#[derive(Debug)]
pub struct Record {
    pub username: String,
    pub hash: PasswordHash,
    pub roles: Option<Vec<String>>,
    pub scopes: Option<Scope>,
    pub claims: Option<Map<String, Value>>,
    pub disabled: Option<bool>,
    pub id: Option<UserId>,
}

impl Record {
    /// Checks the members of a line. `null` is the same as nothing.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn read(mut members: Map<String, Value>) -> Result<Self, LineRefused> {
        if members.keys().any(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(LineRefused::UnknownMember);
        }
        members.retain(|_, value| !value.is_null());
        let mut take = |name| members.remove(name);
        let username = take("username").ok_or(LineRefused::Missing("username"))?;
        let Value::String(username) = username else { return Err(LineRefused::Wrong("username", "a text")) };
        check_name(&username)?;
        let hash = import_hash(&take("hash").ok_or(LineRefused::Missing("hash"))?)?;
        let roles = take("roles").map(|value| words("roles", value)).transpose()?;
        let scopes = take("scopes").map(|value| words("scopes", value)).transpose()?;
        let claims = take("claims").map(claims).transpose()?;
        let disabled =
            take("disabled").map(|value| value.as_bool().ok_or(LineRefused::Wrong("disabled", "true or false")));
        let id = take("id").map(id).transpose()?;
        let scopes = scopes.map(|words| words.into_iter().collect());
        Ok(Self { username, hash, roles, scopes, claims, disabled: disabled.transpose()?, id })
    }

    /// The user, where there is none of this name. Sessions of somebody who had this id before are over:
    /// an earlier jeton did not remember the ids of those whom it deleted.
    pub fn user(&self, now: Timestamp, entropy: &dyn Entropy) -> User {
        User {
            id: self.id.clone().unwrap_or_else(|| UserId::random(entropy)),
            username: self.username.clone(),
            password: self.hash.clone(),
            roles: self.roles.clone().unwrap_or_default(),
            scopes: self.scopes.clone().unwrap_or_default(),
            claims: self.claims.clone().unwrap_or_default(),
            disabled: self.disabled.unwrap_or_default(),
            epoch: u64::try_from(now.as_millis()).unwrap_or(0),
            created: now,
        }
    }

    /// What is given and other than it is; `None` where nothing is.
    pub fn change_of(&self, user: &User) -> Option<UserChange> {
        fn other<T: Clone + PartialEq>(given: Option<&T>, is: &T) -> Option<T> {
            given.filter(|given| *given != is).cloned()
        }
        let change = UserChange {
            password: other(Some(&self.hash), &user.password),
            roles: other(self.roles.as_ref(), &user.roles),
            scopes: other(self.scopes.as_ref(), &user.scopes),
            claims: other(self.claims.as_ref(), &user.claims),
            disabled: other(self.disabled.as_ref(), &user.disabled),
            ..UserChange::default()
        };
        let UserChange { password, roles, scopes, claims, disabled, .. } = &change;
        let any = password.is_some() || roles.is_some() || scopes.is_some() || claims.is_some() || disabled.is_some();
        any.then_some(change)
    }
}

fn words(name: &'static str, value: Value) -> Result<Vec<String>, LineRefused> {
    let words: Vec<String> = serde_json::from_value(value).map_err(|_| LineRefused::Wrong(name, "a list of texts"))?;
    check_words(&words)?;
    Ok(words)
}

fn claims(value: Value) -> Result<Map<String, Value>, LineRefused> {
    let Value::Object(claims) = value else { return Err(LineRefused::Wrong("claims", "a JSON object")) };
    check_claims(&claims)?;
    Ok(claims)
}

fn id(value: Value) -> Result<UserId, LineRefused> {
    let id = value.as_str().and_then(UserId::foreign);
    id.ok_or(LineRefused::Wrong("id", "1 to 128 visible characters of ASCII without a space"))
}
