//! bcrypt, plain and over a digest.
//!
//! | spelling | of | hashes |
//! |---|---|---|
//! | `$2b$12$`, salt, output | OpenBSD, Python, Node, Ruby, Go; Auth0's export | the password |
//! | `$2y$…` | PHP, htpasswd -B | the same |
//! | `$2a$…` | older ones of all of them | the same |
//! | `bcrypt$$2b$…` | Django | the same |
//! | `bcrypt_sha256$$2b$…` | Django | SHA-256 of it, in hexadecimal |
//! | `$wp$2y$…` | WordPress since 6.8 | HMAC-SHA-384 of it, in base64 |
//!
//! `$2x$` marks hashes of a bug of crypt_blowfish and is not read. As in every one of these programs,
//! what comes after 72 bytes of a password does not count. A NUL byte does: those that cut there make
//! no hash of a password with one.

use aws_lc_rs::{digest, hmac};
use base64::alphabet::BCRYPT;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::equal;
use super::field::{decimal, fields};
use crate::secret::Secret;
use crate::user::refused::HashRefused;

const FORM: &str = "bcrypt";
/// 2¹⁴ rounds are most of a second.
const COSTS: std::ops::RangeInclusive<u32> = 4..=14;
/// What of a password, with the zero that ends it, goes into the key.
const KEY_BYTES: usize = 72;
/// Bytes of the salt, and its digits.
const SALT: (usize, usize) = (16, 22);
/// Bytes of the output that are written, of 24.
const OUTPUT_BYTES: usize = 23;

/// What is hashed in place of the password.
#[derive(Clone, Copy)]
enum First {
    Nothing,
    Sha256,
    HmacSha384,
}

pub(in crate::user) struct Bcrypt {
    first: First,
    cost: u32,
    salt: [u8; SALT.0],
    output: Secret<Vec<u8>>,
}

impl Bcrypt {
    pub fn plain(text: &str) -> Result<Self, HashRefused> {
        Self::read(First::Nothing, text)
    }

    pub fn django(text: &str) -> Result<Self, HashRefused> {
        Self::read(First::Nothing, text.strip_prefix("bcrypt$").unwrap_or_default())
    }

    pub fn django_sha256(text: &str) -> Result<Self, HashRefused> {
        Self::read(First::Sha256, text.strip_prefix("bcrypt_sha256$").unwrap_or_default())
    }

    pub fn wordpress(text: &str) -> Result<Self, HashRefused> {
        Self::read(First::HmacSha384, text.strip_prefix("$wp").unwrap_or_default())
    }

    fn read(first: First, text: &str) -> Result<Self, HashRefused> {
        let malformed = HashRefused::Malformed(FORM);
        let [_, version, cost, rest] = fields(text).ok_or(malformed)?;
        let cost = decimal(cost).filter(|_| cost.len() == 2).ok_or(malformed)?;
        if !matches!(version, "2a" | "2b" | "2y") {
            return Err(HashRefused::Unknown);
        }
        let (salt, output) = rest.split_at_checked(SALT.1).ok_or(malformed)?;
        let [salt, output] = [salt, output].map(|text| alphabet().decode(text).map_err(|_| malformed));
        let (salt, output) = (salt?.try_into().map_err(|_| malformed)?, output?);
        if output.len() != OUTPUT_BYTES {
            return Err(malformed);
        }
        if !COSTS.contains(&cost) {
            return Err(HashRefused::OutOfBounds(FORM));
        }
        Ok(Self { first, cost, salt, output: Secret::new(output) })
    }

    pub fn matches(&self, password: &[u8]) -> bool {
        let mut key = Zeroizing::new(vec![0; KEY_BYTES]);
        let length = match self.first {
            First::Nothing => copy(&mut key, password),
            First::Sha256 => {
                let digest = digest::digest(&digest::SHA256, password);
                copy(&mut key, &Zeroizing::new(hexadecimal(digest.as_ref())))
            }
            First::HmacSha384 => {
                let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA384, b"wp-sha384"), password);
                copy(&mut key, Zeroizing::new(STANDARD.encode(tag)).as_bytes())
            }
        };
        // One zero byte ends the password, where there is room for it.
        let key = &key[..KEY_BYTES.min(length + 1)];
        let computed = Zeroizing::new(bcrypt::bcrypt(self.cost, self.salt, key));
        equal(&computed[..OUTPUT_BYTES], self.output.expose())
    }
}

/// Copies what there is room for; how much it was.
fn copy(key: &mut [u8], from: &[u8]) -> usize {
    let length = from.len().min(key.len());
    key[..length].copy_from_slice(&from[..length]);
    length
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let digit = |digit: u8| b"0123456789abcdef"[usize::from(digit)];
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The last digit of salt and output has bits that are not used, and some programs set them.
fn alphabet() -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&BCRYPT, config.with_decode_padding_mode(DecodePaddingMode::RequireNone))
}
