//! Password hashes that other programs made: which forms are read, within which bounds, and how a
//! password is checked against them.
//!
//! Owns the table of forms ([`FORMS`]) and one file per family, each with its spellings. It makes no
//! hashes: at the first sign-in a jeton's own takes the place of a foreign one. It does not own where
//! they come from (`cli::import`) nor the threads that compute them (`hasher`). Called by `stored`.
//!
//! **Bounds.** One computation takes at most about a second of a core and 256 MiB. What would cost more
//! is refused from its text alone; where the password's length adds to the cost, what would cost too
//! much for this password never matches. Libraries do the hashing: bcrypt, scrypt, sha-crypt and MD5
//! are RustCrypto's, everything else is aws-lc-rs.
//!
//! **Vectors.** `tests/vectors/foreign-hashes.jsonl` has hashes from the original implementations, each
//! beside the name and version of the one that made it. All of them are tried here and over HTTP.

mod alphabet;
mod aspnet;
mod bcrypt;
mod field;
mod firebase;
mod keycloak;
mod object;
mod pbkdf2;
mod phpass;
mod salted;
mod scrypt;
mod sha_crypt;
#[cfg(test)]
mod tests;

pub(super) use object::{is_object, read_object};

use aws_lc_rs::constant_time::verify_slices_are_equal;

use self::bcrypt::Bcrypt;
use self::firebase::Firebase;
use self::pbkdf2::Pbkdf2;
use self::phpass::Phpass;
use self::salted::Salted;
use self::scrypt::Scrypt;
use self::sha_crypt::ShaCrypt;
use super::argon;
use super::memory::Memory;
use super::parameters::HashParameters;
use super::phc::Argon2Hash;
use super::refused::HashRefused;

/// Reads the text of one form.
type Reader = fn(&str) -> Result<Foreign, HashRefused>;

/// The shortest output that may prove a password: 128 bits.
const MIN_OUTPUT: usize = 16;

/// What a text begins with, and who reads it. The first row that fits is the one.
const FORMS: &[(&str, Reader)] = &[
    // Django, and the mark that jeton itself puts before an imported Argon2 hash: see `import`.
    ("argon2$argon2", argon2),
    // From a wrapper; without one it is `stored`'s.
    ("$argon2", argon2),
    ("$2", |text| Bcrypt::plain(text).map(Foreign::Bcrypt)),
    ("bcrypt$", |text| Bcrypt::django(text).map(Foreign::Bcrypt)),
    ("bcrypt_sha256$", |text| Bcrypt::django_sha256(text).map(Foreign::Bcrypt)),
    ("$wp$2", |text| Bcrypt::wordpress(text).map(Foreign::Bcrypt)),
    ("$scrypt$", |text| Scrypt::passlib(text).map(Foreign::Scrypt)),
    ("scrypt:", |text| Scrypt::werkzeug(text).map(Foreign::Scrypt)),
    ("scrypt$", |text| Scrypt::django(text).map(Foreign::Scrypt)),
    ("$firebase-scrypt$", |text| Firebase::stored(text).map(Foreign::Firebase)),
    ("pbkdf2_", |text| Pbkdf2::django(text).map(Foreign::Pbkdf2)),
    ("$pbkdf2", |text| Pbkdf2::passlib(text).map(Foreign::Pbkdf2)),
    ("{PBKDF2", |text| Pbkdf2::ldap(text).map(Foreign::Pbkdf2)),
    ("pbkdf2:", |text| Pbkdf2::werkzeug(text).map(Foreign::Pbkdf2)),
    ("$5$", |text| ShaCrypt::read(text).map(Foreign::ShaCrypt)),
    ("$6$", |text| ShaCrypt::read(text).map(Foreign::ShaCrypt)),
    ("$P$", |text| Phpass::read(text).map(Foreign::Phpass)),
    ("$H$", |text| Phpass::read(text).map(Foreign::Phpass)),
    ("{SSHA", |text| Salted::read(text).map(Foreign::Salted)),
    // The base64 of a zero byte and of `1, 0, 0, 0`.
    ("AQAAA", |text| aspnet::read(text).map(Foreign::Pbkdf2)),
    ("A", |text| aspnet::read(text).map(Foreign::Pbkdf2)),
];

/// A foreign hash that was read and found within bounds: safe to compute.
pub(super) enum Foreign {
    Argon2(Argon2Hash),
    Bcrypt(Bcrypt),
    Firebase(Firebase),
    Pbkdf2(Pbkdf2),
    Phpass(Phpass),
    Salted(Salted),
    Scrypt(Scrypt),
    ShaCrypt(ShaCrypt),
}

impl Foreign {
    /// Reads a text as its origin writes it.
    pub fn parse(text: &str) -> Result<Self, HashRefused> {
        let text = unwrapped(text);
        let (_, read) = FORMS.iter().find(|(begin, _)| begins(text, begin)).ok_or(HashRefused::Unknown)?;
        read(text)
    }

    /// Whether it is the hash of these bytes. Outputs are compared in constant time.
    pub fn matches(&self, memory: &mut Memory, password: &[u8]) -> bool {
        match self {
            Self::Argon2(hash) => argon::matches(memory, password, hash),
            Self::Bcrypt(hash) => hash.matches(password),
            Self::Firebase(hash) => hash.matches(password),
            Self::Pbkdf2(hash) => hash.matches(password),
            Self::Phpass(hash) => hash.matches(password),
            Self::Salted(hash) => hash.matches(password),
            Self::Scrypt(hash) => hash.matches(password),
            Self::ShaCrypt(hash) => hash.matches(password),
        }
    }

    /// Whether it should be replaced: everything but an Argon2 hash that is dearer than a new one.
    pub fn is_weaker_than(&self, current: &HashParameters) -> bool {
        match self {
            Self::Argon2(hash) => hash.is_weaker_than(current),
            _ => true,
        }
    }
}

/// The same text without a word in braces before a `$`: `{CRYPT}$6$…` of directories, `{BLF-CRYPT}$2y$…`
/// of Dovecot, `{bcrypt}$2a$…` of Spring Security. What follows says itself what it is.
pub(super) fn unwrapped(text: &str) -> &str {
    let inner = text.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(_, inner)| inner);
    inner.filter(|inner| inner.starts_with('$')).unwrap_or(text)
}

/// Whether a text begins so; a word in braces may be of either case.
fn begins(text: &str, begin: &str) -> bool {
    let same = |text: &str| if begin.starts_with('{') { text.eq_ignore_ascii_case(begin) } else { text == begin };
    text.get(..begin.len()).is_some_and(same)
}

fn argon2(text: &str) -> Result<Foreign, HashRefused> {
    Argon2Hash::parse(text.strip_prefix("argon2").unwrap_or(text)).map(Foreign::Argon2)
}

fn equal(computed: &[u8], stored: &[u8]) -> bool {
    verify_slices_are_equal(computed, stored).is_ok()
}
