//! Identifiers: a session's 16 random bytes, a user's opaque stable text, a client's own label.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// A session's identifier: `sid` in access tokens, 22 characters of base64url in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// A new, unpredictable identifier.
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self(entropy.id())
    }

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// From its text; `None` where the text is not exactly 16 bytes of base64url.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// A user's identifier: `sub` in access tokens. Opaque, stable, never the name, never reused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UserId(String);

impl UserId {
    /// A new, unpredictable identifier.
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self::from_bytes(entropy.id())
    }

    /// The identifier of these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// An identifier that another directory gave somebody: 1 to 128 printable characters of ASCII, none
    /// of them a space. `None` for anything else.
    pub fn foreign(text: &str) -> Option<Self> {
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The bytes that it is the text of; `None` where it is another text, as a foreign directory's.
    pub fn to_bytes(&self) -> Option<[u8; 16]> {
        URL_SAFE_NO_PAD.decode(&self.0).ok()?.try_into().ok()
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for UserId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The label of a client that gives none. Stored records leave it out, so it must not change.
pub const DEFAULT_CLIENT: &str = "default";

/// Whether a client may call itself so: 1 to 64 of `[A-Za-z0-9._:-]`. A label proves nothing.
pub fn is_client_label(label: &str) -> bool {
    (1..=64).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn only_a_user_id_of_our_making_has_bytes() {
        let id = UserId::random(&SystemEntropy);
        assert_eq!(id.to_bytes().map(UserId::from_bytes), Some(id));
        for foreign in ["", "7", "ada@example.org", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAAA=="] {
            assert_eq!(UserId::from(foreign.to_owned()).to_bytes(), None, "{foreign:?}");
        }
    }

    #[test]
    fn a_foreign_user_id_is_short_and_visible() {
        for text in ["7", "auth0|5f7c8ec7c33c6c004bbafe82", "b6012192-75c2-488e-b76b-bdd487bc7315", &"x".repeat(128)] {
            assert_eq!(UserId::foreign(text).map(|id| id.to_string()), Some(text.to_owned()));
        }
        for text in ["", " ", "a b", "a\n", "\u{e9}", &"x".repeat(129)] {
            assert_eq!(UserId::foreign(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_session_id_survives_its_text_and_nothing_else_parses() {
        let id = SessionId::random(&SystemEntropy);
        let text = id.to_string();
        assert_eq!(text.len(), 22);
        assert_eq!(SessionId::parse(&text), Some(id));
        for other in ["", "short", &text[1..], &format!("{text}A"), &format!("{text}==")] {
            assert_eq!(SessionId::parse(other), None, "{other:?}");
        }
    }
}
