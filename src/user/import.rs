//! A hash that another program made, on its way into a store.

use serde_json::Value;

use super::foreign::{is_object, read_object, unwrapped};
use super::hash::PasswordHash;
use super::refused::HashRefused;
use super::stored::Stored;

/// Takes a hash as its origin writes it: a text, or Firebase's or Keycloak's object, which may also
/// stand in a text. What comes back is within bounds and can be checked.
///
/// # Errors
/// What could never match is refused, before anything is computed of it.
pub fn import_hash(value: &Value) -> Result<PasswordHash, HashRefused> {
    let text = match value {
        Value::String(text) if is_object(text) => {
            let object: Value = serde_json::from_str(text).map_err(|_| HashRefused::Unknown)?;
            read_object(&object)?
        }
        Value::String(text) => text.clone(),
        object => read_object(object)?,
    };
    let hash = PasswordHash::from_phc(marked(text));
    Stored::parse(&hash).map(|_| hash)
}

/// A hash of ours is one of the password's NFC; an Argon2 hash of another program may be one of what was
/// typed. Django's mark says which it is.
fn marked(text: String) -> String {
    let inner = unwrapped(&text);
    if inner.starts_with("$argon2") { format!("argon2{inner}") } else { text }
}
