//! A salted digest, computed once, as directories keep it: `{SSHA}`, `{SSHA256}`, `{SSHA512}` and the
//! base64 of digest and salt (OpenLDAP, 389 Directory Server, Dovecot).
//!
//! Nothing is cheaper to guess at, so the sooner such a hash is replaced, the better.

use aws_lc_rs::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512};

use super::alphabet::base64;
use super::equal;
use crate::secret::Secret;
use crate::user::refused::HashRefused;

const FORM: &str = "a salted SHA";
/// The most bytes of salt.
const MAX_SALT: usize = 64;

pub(in crate::user) struct Salted {
    algorithm: &'static Algorithm,
    salt: Vec<u8>,
    digest: Secret<Vec<u8>>,
}

impl Salted {
    pub fn read(text: &str) -> Result<Self, HashRefused> {
        let malformed = HashRefused::Malformed(FORM);
        let (name, rest) = text.split_once('}').ok_or(malformed)?;
        let algorithm = match name.to_ascii_uppercase().as_str() {
            "{SSHA" => &SHA1_FOR_LEGACY_USE_ONLY,
            "{SSHA256" => &SHA256,
            "{SSHA512" => &SHA512,
            _ => return Err(malformed),
        };
        let bytes = Secret::new(base64(rest).ok_or(malformed)?);
        let (digest, salt) = bytes.expose().split_at_checked(algorithm.output_len()).ok_or(malformed)?;
        if salt.is_empty() || salt.len() > MAX_SALT {
            return Err(HashRefused::OutOfBounds(FORM));
        }
        Ok(Self { algorithm, salt: salt.to_vec(), digest: Secret::new(digest.to_vec()) })
    }

    pub fn matches(&self, password: &[u8]) -> bool {
        let mut context = Context::new(self.algorithm);
        context.update(password);
        context.update(&self.salt);
        equal(context.finish().as_ref(), self.digest.expose())
    }
}
