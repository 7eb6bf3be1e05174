//! The text of a password hash, as stores keep it.

use crate::secret::Secret;

/// A password hash as stores keep it: a PHC string (github.com/P-H-C/phc-string-format) of Argon2, or what
/// another program made, in its own form.
///
/// Any text can be held; what cannot be used is found out when a password is checked against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordHash(Secret<String>);

impl PasswordHash {
    /// Takes a stored text as it stands.
    pub const fn from_phc(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// The text to store.
    pub fn as_phc(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_and_the_text_comes_back() {
        let hash = PasswordHash::from_phc("$argon2id$".to_owned());
        assert_eq!(format!("{hash:?}"), "PasswordHash(***)");
        assert_eq!(hash.as_phc(), "$argon2id$");
    }
}
