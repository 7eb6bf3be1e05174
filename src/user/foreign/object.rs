//! Hashes that are objects: Firebase's accounts and Keycloak's credentials.

use serde_json::{Map, Value};

use super::{firebase, keycloak};
use crate::user::refused::HashRefused;

/// Whether a text is the JSON of one, as it stands in a column.
pub(in crate::user) fn is_object(text: &str) -> bool {
    // `{SSHA}` begins with a brace, too.
    text.starts_with('[') || text.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// The text to keep for such an object, or for the first password in a list of credentials.
pub(in crate::user) fn read_object(value: &Value) -> Result<String, HashRefused> {
    match value {
        Value::Array(credentials) => {
            let objects = credentials.iter().filter_map(Value::as_object);
            objects.into_iter().find(is_password).ok_or(HashRefused::Unknown).and_then(read)
        }
        Value::Object(object) => read(object),
        _ => Err(HashRefused::Unknown),
    }
}

fn is_password(credential: &&Map<String, Value>) -> bool {
    credential.get("type").is_none_or(|kind| kind == "password")
}

fn read(object: &Map<String, Value>) -> Result<String, HashRefused> {
    if object.contains_key("secretData") && is_password(&object) {
        return keycloak::text(object).ok_or(HashRefused::Malformed("a credential of Keycloak"));
    }
    if object.contains_key("passwordHash") {
        return firebase::text(object).ok_or(HashRefused::Malformed("an account of Firebase"));
    }
    Err(HashRefused::Unknown)
}
