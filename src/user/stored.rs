//! Reading a stored password hash of whatever origin, which may be hostile or broken.

use super::argon;
use super::foreign::Foreign;
use super::hash::PasswordHash;
use super::memory::Memory;
use super::parameters::HashParameters;
use super::password::Password;
use super::phc::Argon2Hash;
use super::refused::HashRefused;

/// The longest text that is read; the longest that any origin writes is under 300.
const MAX_TEXT: usize = 512;

/// A stored hash that was read and found within bounds: safe to compute.
pub(super) enum Stored {
    /// A PHC string of Argon2, as jeton writes it.
    Argon2(Argon2Hash),
    /// What another program made.
    Foreign(Foreign),
}

/// Nothing, where a password can be checked against the hash, and where there is none to check, which an
/// empty text says.
///
/// # Errors
/// Why it can never match. Nothing is computed of it.
pub fn check_hash(hash: &PasswordHash) -> Result<(), HashRefused> {
    Stored::read(hash).map(drop)
}

impl Stored {
    /// Reads what a store holds; nothing where the text is empty: somebody who has no password here.
    pub fn read(hash: &PasswordHash) -> Result<Option<Self>, HashRefused> {
        if hash.as_phc().is_empty() { Ok(None) } else { Self::parse(hash).map(Some) }
    }

    /// Reads the text. Nothing is allocated for what it asks before its bounds are known.
    pub fn parse(hash: &PasswordHash) -> Result<Self, HashRefused> {
        let text = hash.as_phc();
        if text.len() > MAX_TEXT {
            return Err(HashRefused::Unknown);
        }
        if text.starts_with("$argon2") {
            return Argon2Hash::parse(text).map(Self::Argon2);
        }
        Foreign::parse(text).map(Self::Foreign)
    }

    /// Whether the hash is this password's. Outputs are compared in constant time.
    pub fn matches(&self, memory: &mut Memory, password: &Password) -> bool {
        match self {
            Self::Argon2(own) => argon::matches(memory, password.composed(), own),
            // Whoever made it hashed what was typed, or its NFC.
            Self::Foreign(foreign) => password.spellings().any(|bytes| foreign.matches(memory, bytes)),
        }
    }

    /// Whether it should be replaced, once its password is at hand, by one of the `current` cost.
    pub fn is_weaker_than(&self, current: &HashParameters) -> bool {
        match self {
            Self::Argon2(own) => own.is_weaker_than(current),
            Self::Foreign(foreign) => foreign.is_weaker_than(current),
        }
    }
}
