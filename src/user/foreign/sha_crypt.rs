//! sha256-crypt and sha512-crypt (akkadia.org/drepper/SHA-crypt.txt): `$5$`, `$6$`, as `/etc/shadow`,
//! mkpasswd and passlib write them, with `rounds=N$` before the salt or without, which is 5,000.

use sha_crypt::{Params, sha256_crypt, sha512_crypt};
use zeroize::Zeroizing;

use super::alphabet::{crypt64, is_crypt64};
use super::equal;
use super::field::{fields, parameter};
use crate::secret::Secret;
use crate::user::refused::HashRefused;

const FORM: &str = "SHA-crypt";
/// Where none are written.
const DEFAULT_ROUNDS: u32 = 5_000;
/// The least is the original's own; it writes no fewer. The most are under a second for short passwords.
const ROUNDS: std::ops::RangeInclusive<u32> = 1_000..=1_000_000;
/// The most bytes that are hashed for one password: about a second.
const MAX_HASHED: usize = 300_000_000;
/// The longest salt; the original cuts longer ones, and writes none.
const MAX_SALT: usize = 16;

/// In which order the original writes the bytes: three columns of the digest, each row turned once more
/// than the one above, and what is left.
const ORDER_256: [usize; 32] = [
    20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5, 25, 15, 26, 16, 6, 17, 7, 27, 8, 28, 18, 29, 19, 9, 30,
    31,
];
const ORDER_512: [usize; 64] = [
    42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26, 5, 47, 48, 27, 6, 7, 49, 28, 29, 8, 50, 51, 30, 9, 10,
    52, 31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15, 16, 58, 37, 38, 17, 59, 60, 39, 18, 19, 61, 40,
    41, 20, 62, 63,
];

pub(in crate::user) struct ShaCrypt {
    wide: bool,
    rounds: u32,
    salt: String,
    output: Secret<String>,
}

impl ShaCrypt {
    pub fn read(text: &str) -> Result<Self, HashRefused> {
        let malformed = HashRefused::Malformed(FORM);
        let (name, rounds, salt, output) = if text.contains("$rounds=") {
            let [_, name, rounds, salt, output] = fields(text).ok_or(malformed)?;
            (name, parameter(rounds, "rounds").ok_or(HashRefused::OutOfBounds(FORM))?, salt, output)
        } else {
            let [_, name, salt, output] = fields(text).ok_or(malformed)?;
            (name, DEFAULT_ROUNDS, salt, output)
        };
        let wide = name == "6";
        if !is_crypt64(output, if wide { 86 } else { 43 }) {
            return Err(malformed);
        }
        if salt.len() > MAX_SALT || !ROUNDS.contains(&rounds) {
            return Err(HashRefused::OutOfBounds(FORM));
        }
        Ok(Self { wide, rounds, salt: salt.to_owned(), output: output.into() })
    }

    pub fn matches(&self, password: &[u8]) -> bool {
        let Some(params) = self.affordable(password.len()) else { return false };
        let (salt, output) = (self.salt.as_bytes(), self.output.expose().as_bytes());
        let computed = if self.wide {
            let digest = Zeroizing::new(sha512_crypt(password, salt, params));
            crypt64(Zeroizing::new(ORDER_512.map(|index| digest[index])).as_slice())
        } else {
            let digest = Zeroizing::new(sha256_crypt(password, salt, params));
            crypt64(Zeroizing::new(ORDER_256.map(|index| digest[index])).as_slice())
        };
        equal(&Zeroizing::new(computed), output)
    }

    /// The cost, where it is within bounds for a password of this length, which each round hashes up
    /// to twice.
    fn affordable(&self, password: usize) -> Option<Params> {
        let (digest, padding) = if self.wide { (64, 128) } else { (32, 64) };
        let bytes = (digest + MAX_SALT + 2 * password + 17).next_multiple_of(padding);
        let hashed = usize::try_from(self.rounds).ok()?.checked_mul(bytes)?;
        Params::new(self.rounds).ok().filter(|_| hashed <= MAX_HASHED)
    }
}
