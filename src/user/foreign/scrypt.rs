//! scrypt (RFC 7914).
//!
//! | spelling | of |
//! |---|---|
//! | `$scrypt$ln=16,r=8,p=1$salt$hash` | passlib, both in base64 |
//! | `scrypt:32768:8:1$salt$hexadecimal` | Werkzeug, so Flask; N as it is, the salt is text |
//! | `scrypt$16384$salt$8$1$base64` | Django; N, salt as text, r, p |
//!
//! Firebase's (`firebase`) is a different function around it.

use scrypt::{Params, scrypt};
use zeroize::Zeroizing;

use super::alphabet::{base64, hex};
use super::field::{decimal, fields, parameter, split};
use super::{MIN_OUTPUT, equal};
use crate::secret::Secret;
use crate::user::refused::HashRefused;

const FORM: &str = "scrypt";
/// The most bytes that are filled, 128·N·r·p: a second's worth. They bound the memory, too, which is
/// 128·N·r and used again for each of the p.
const MAX_FILLED: u64 = 256 * 1024 * 1024;
/// A smaller r counts as this one: its blocks take longer for each byte.
const LEAST_R: u32 = 8;
/// The largest r. Programs use 8 to 32; beside the table there is scratch memory that grows with r alone,
/// and of an r in the thousands it would be the larger part.
const MAX_R: u32 = 128;
/// The longest output.
const MAX_OUTPUT: usize = 64;

/// log₂ N, r and p, where they are numbers; salt; output.
type Parts = ([Option<u32>; 3], Vec<u8>, Vec<u8>);

/// scrypt's cost, within bounds.
pub(super) struct Cost(Params);

impl Cost {
    /// `None` out of bounds.
    pub fn new(log_n: u32, r: u32, p: u32) -> Option<Self> {
        let n = 1_u64.checked_shl(log_n).filter(|&n| n > 1)?;
        let filled = n.checked_mul(128)?.checked_mul(r.max(LEAST_R).into())?.checked_mul(p.into())?;
        let params = Params::new(u8::try_from(log_n).ok()?, r, p).ok()?;
        (r <= MAX_R && filled <= MAX_FILLED).then_some(Self(params))
    }

    /// Computes into `output`, which has at most 64 bytes.
    pub fn compute(&self, password: &[u8], salt: &[u8], output: &mut [u8]) {
        scrypt(password, salt, &self.0, output).expect("an output of 1 to 64 bytes is one that scrypt takes");
    }
}

pub(in crate::user) struct Scrypt {
    cost: Cost,
    salt: Vec<u8>,
    output: Secret<Vec<u8>>,
}

impl Scrypt {
    pub fn passlib(text: &str) -> Result<Self, HashRefused> {
        let parts = || {
            let [_, _, cost, salt, output] = fields(text)?;
            let [log_n, r, p] = split(cost, ',')?;
            let cost = [parameter(log_n, "ln"), parameter(r, "r"), parameter(p, "p")];
            Some((cost, base64(salt)?, base64(output)?))
        };
        Self::of(parts())
    }

    pub fn werkzeug(text: &str) -> Result<Self, HashRefused> {
        let parts = || {
            let [method, salt, output] = fields(text)?;
            let [_, n, r, p] = split(method, ':')?;
            Some(([log2(n), decimal(r), decimal(p)], salt.into(), hex(output)?))
        };
        Self::of(parts())
    }

    pub fn django(text: &str) -> Result<Self, HashRefused> {
        let parts = || {
            let [_, n, salt, r, p, output] = fields(text)?;
            Some(([log2(n), decimal(r), decimal(p)], salt.into(), base64(output)?))
        };
        Self::of(parts())
    }

    fn of(parts: Option<Parts>) -> Result<Self, HashRefused> {
        let ([log_n, r, p], salt, output) = parts.ok_or(HashRefused::Malformed(FORM))?;
        let cost = || Cost::new(log_n?, r?, p?);
        match cost() {
            Some(cost) if !salt.is_empty() && (MIN_OUTPUT..=MAX_OUTPUT).contains(&output.len()) => {
                Ok(Self { cost, salt, output: Secret::new(output) })
            }
            _ => Err(HashRefused::OutOfBounds(FORM)),
        }
    }

    pub fn matches(&self, password: &[u8]) -> bool {
        let mut computed = Zeroizing::new(vec![0; self.output.expose().len()]);
        self.cost.compute(password, &self.salt, &mut computed);
        equal(&computed, self.output.expose())
    }
}

/// The exponent of a power of two.
fn log2(text: &str) -> Option<u32> {
    decimal(text).filter(|n| n.is_power_of_two()).map(u32::trailing_zeros)
}
