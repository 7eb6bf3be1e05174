//! phpass's portable hashes: MD5, many times.
//!
//! | spelling | of |
//! |---|---|
//! | `$P$B`, 8 characters of salt, 22 of output | WordPress before 6.8, and everything with phpass |
//! | `$H$9…` | phpBB; the same |
//!
//! The digit after the mark is the logarithm of the number of rounds.

use md5::{Digest, Md5};
use zeroize::Zeroizing;

use super::alphabet::{crypt_digit, crypt64, is_crypt64};
use super::equal;
use crate::secret::Secret;
use crate::user::refused::HashRefused;

const FORM: &str = "phpass";
/// phpass's own least, and what takes half a second for a short password.
const LOG_ROUNDS: std::ops::RangeInclusive<u32> = 7..=20;
/// The most blocks of MD5 that are computed for one password.
const MAX_BLOCKS: usize = 4_000_000;
/// Where rounds, salt and output begin.
const FIELDS: (usize, usize, usize) = (3, 4, 12);

pub(in crate::user) struct Phpass {
    rounds: usize,
    salt: Vec<u8>,
    output: Secret<String>,
}

impl Phpass {
    pub fn read(text: &str) -> Result<Self, HashRefused> {
        let malformed = HashRefused::Malformed(FORM);
        let (begin, output) = text.split_at_checked(FIELDS.2).ok_or(malformed)?;
        let begin = begin.as_bytes();
        let log_rounds = crypt_digit(begin[FIELDS.0]).ok_or(malformed)?;
        if !is_crypt64(output, 22) {
            return Err(malformed);
        }
        if !LOG_ROUNDS.contains(&log_rounds) {
            return Err(HashRefused::OutOfBounds(FORM));
        }
        Ok(Self { rounds: 1 << log_rounds, salt: begin[FIELDS.1..].to_vec(), output: output.into() })
    }

    pub fn matches(&self, password: &[u8]) -> bool {
        // 16 bytes of the round before, the password, and 9 bytes at least of MD5's own.
        let blocks = (16 + password.len() + 9).div_ceil(64);
        if self.rounds.saturating_mul(blocks) > MAX_BLOCKS {
            return false;
        }
        let digest = |first: &[u8]| {
            Zeroizing::new(<[u8; 16]>::from(Md5::new().chain_update(first).chain_update(password).finalize()))
        };
        let mut state = digest(&self.salt);
        for _ in 0..self.rounds {
            state = digest(&*state);
        }
        equal(&Zeroizing::new(crypt64(&*state)), self.output.expose().as_bytes())
    }
}
