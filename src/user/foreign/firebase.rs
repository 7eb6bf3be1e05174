//! Firebase's scrypt (github.com/firebase/scrypt): the project's signer key, encrypted with
//! AES-256-CTR under what scrypt makes of the password.
//!
//! The encryption is the key *xor* a stream that depends on the password alone. So the stream is what
//! is kept, `$firebase-scrypt$ln=14,r=8$salt$stream`: it proves the password as well, and the signer
//! key, a secret of the whole project, never gets into a store. The salt there is the account's with
//! the project's separator behind it.

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::alphabet::base64;
use super::field::{fields, parameter, split};
use super::scrypt::Cost;
use super::{MIN_OUTPUT, equal};
use crate::secret::Secret;
use crate::user::refused::HashRefused;

const FORM: &str = "Firebase's scrypt";
/// The longest stream: signer keys have 64 bytes.
const MAX_STREAM: usize = 64;

pub(in crate::user) struct Firebase {
    cost: Cost,
    salt: Vec<u8>,
    stream: Secret<Vec<u8>>,
}

impl Firebase {
    /// Reads what [`text`] wrote.
    pub fn stored(text: &str) -> Result<Self, HashRefused> {
        let parts = || {
            let [_, _, cost, salt, stream] = fields(text)?;
            let [log_n, r] = split(cost, ',')?;
            Some((parameter(log_n, "ln"), parameter(r, "r"), base64(salt)?, base64(stream)?))
        };
        let (log_n, r, salt, stream) = parts().ok_or(HashRefused::Malformed(FORM))?;
        let cost = || Cost::new(log_n?, r?, 1);
        match cost() {
            Some(cost) if !salt.is_empty() && (MIN_OUTPUT..=MAX_STREAM).contains(&stream.len()) => {
                Ok(Self { cost, salt, stream: Secret::new(stream) })
            }
            _ => Err(HashRefused::OutOfBounds(FORM)),
        }
    }

    pub fn matches(&self, password: &[u8]) -> bool {
        let mut key = Zeroizing::new([0; 32]);
        self.cost.compute(password, &self.salt, &mut *key);
        let mut stream = Zeroizing::new(vec![0; self.stream.expose().len()]);
        encrypt(&key, &mut stream);
        equal(&stream, self.stream.expose())
    }
}

/// Encrypts zeros, which leaves the stream itself. The counter begins at zero, as Firebase has it.
fn encrypt(key: &[u8; 32], zeros: &mut [u8]) {
    let context = EncryptionContext::Iv128(FixedLength::from([0; 16]));
    UnboundCipherKey::new(&AES_256, key)
        .and_then(EncryptingKey::ctr)
        .and_then(|key| key.less_safe_encrypt(zeros, context))
        .expect("a key of 32 bytes and a counter of 16 are what AES-256-CTR takes, and any length");
}

/// The text to keep for an account of Firebase's export together with the project's hash parameters,
/// named as its console names them; `None` where a member is missing or not what it should be.
pub(super) fn text(object: &Map<String, Value>) -> Option<String> {
    let bytes = |name| base64(object.get(name)?.as_str()?);
    let number = |name| object.get(name)?.as_u64();
    let signer = Secret::new(bytes("base64_signer_key")?);
    let mut salt = bytes("salt")?;
    salt.extend(bytes("base64_salt_separator")?);
    let mut stream = bytes("passwordHash")?;
    if stream.len() != signer.expose().len() {
        return None;
    }
    for (byte, key) in stream.iter_mut().zip(signer.expose()) {
        *byte ^= key;
    }
    let (log_n, r) = (number("mem_cost")?, number("rounds")?);
    let (salt, stream) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(stream));
    Some(format!("$firebase-scrypt$ln={log_n},r={r}${salt}${stream}"))
}
