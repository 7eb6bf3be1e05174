//! PBKDF2 (RFC 8018, §5.2) with HMAC of SHA-1, SHA-256 or SHA-512.
//!
//! | spelling | of |
//! |---|---|
//! | `pbkdf2_sha256$260000$salt$base64`, `pbkdf2_sha1$…` | Django; the salt is text |
//! | `$pbkdf2$…` (SHA-1), `$pbkdf2-sha256$29000$salt$hash`, `$pbkdf2-sha512$…` | passlib, both in its base64 |
//! | `{PBKDF2}…` (SHA-1), `{PBKDF2-SHA256}29000$salt$hash`, `{PBKDF2-SHA512}…` | passlib for directories |
//! | `pbkdf2:sha256:600000$salt$hexadecimal`, `:sha1:`, `:sha512:` | Werkzeug, so Flask; the salt is text |
//!
//! ASP.NET Identity (`aspnet`) and Keycloak (`keycloak`) write it in other ways.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};
use zeroize::Zeroizing;

use super::alphabet::{base64, hex};
use super::field::{decimal, fields, split};
use super::{MIN_OUTPUT, equal};
use crate::secret::Secret;
use crate::user::refused::HashRefused;

const FORM: &str = "PBKDF2";
/// The longest output.
const MAX_OUTPUT: usize = 64;

/// The hash beneath the HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::user) enum Digest {
    Sha1,
    Sha256,
    Sha512,
}

impl Digest {
    /// By the name that most programs give it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    const fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// The most iterations, counted for each block of the output: half a second's worth.
    const fn max_iterations(self) -> usize {
        match self {
            Self::Sha1 | Self::Sha256 => 2_000_000,
            Self::Sha512 => 1_000_000,
        }
    }

    const fn algorithm(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => PBKDF2_HMAC_SHA1,
            Self::Sha256 => PBKDF2_HMAC_SHA256,
            Self::Sha512 => PBKDF2_HMAC_SHA512,
        }
    }
}

pub(in crate::user) struct Pbkdf2 {
    digest: Digest,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    output: Secret<Vec<u8>>,
}

impl Pbkdf2 {
    /// One within bounds.
    pub fn new(digest: Digest, iterations: u32, salt: Vec<u8>, output: Vec<u8>) -> Result<Self, HashRefused> {
        let blocks = output.len().div_ceil(digest.bytes());
        let work = usize::try_from(iterations).ok().and_then(|iterations| iterations.checked_mul(blocks));
        let iterations =
            NonZeroU32::new(iterations).filter(|_| work.is_some_and(|work| work <= digest.max_iterations()));
        match iterations {
            Some(iterations) if !salt.is_empty() && (MIN_OUTPUT..=MAX_OUTPUT).contains(&output.len()) => {
                Ok(Self { digest, iterations, salt, output: Secret::new(output) })
            }
            _ => Err(HashRefused::OutOfBounds(FORM)),
        }
    }

    pub fn django(text: &str) -> Result<Self, HashRefused> {
        let parts = || {
            let [name, iterations, salt, output] = fields(text.strip_prefix("pbkdf2_")?)?;
            Some((Digest::named(name)?, iterations, salt.into(), base64(output)?))
        };
        Self::of(parts())
    }

    pub fn passlib(text: &str) -> Result<Self, HashRefused> {
        let parts = || {
            let [_, name, iterations, salt, output] = fields(text)?;
            let digest = match name.strip_prefix("pbkdf2")? {
                "" => Digest::Sha1,
                name => Digest::named(name.strip_prefix('-')?)?,
            };
            Some((digest, iterations, base64(salt)?, base64(output)?))
        };
        Self::of(parts())
    }

    pub fn ldap(text: &str) -> Result<Self, HashRefused> {
        let parts = || {
            let (name, rest) = text.split_once('}')?;
            let digest = match name.to_ascii_lowercase().strip_prefix("{pbkdf2")? {
                "" => Digest::Sha1,
                name => Digest::named(name.strip_prefix('-')?)?,
            };
            let [iterations, salt, output] = fields(rest)?;
            Some((digest, iterations, base64(salt)?, base64(output)?))
        };
        Self::of(parts())
    }

    pub fn werkzeug(text: &str) -> Result<Self, HashRefused> {
        let parts = || {
            let [method, salt, output] = fields(text)?;
            let [_, name, iterations] = split(method, ':')?;
            Some((Digest::named(name)?, iterations, salt.into(), hex(output)?))
        };
        Self::of(parts())
    }

    fn of(parts: Option<(Digest, &str, Vec<u8>, Vec<u8>)>) -> Result<Self, HashRefused> {
        let (digest, iterations, salt, output) = parts.ok_or(HashRefused::Malformed(FORM))?;
        // A number that is too large for us is a cost that is.
        let iterations = decimal(iterations).ok_or(HashRefused::OutOfBounds(FORM))?;
        Self::new(digest, iterations, salt, output)
    }

    pub fn matches(&self, password: &[u8]) -> bool {
        let mut computed = Zeroizing::new(vec![0; self.output.expose().len()]);
        pbkdf2::derive(self.digest.algorithm(), self.iterations, &self.salt, password, &mut computed);
        equal(&computed, self.output.expose())
    }
}
