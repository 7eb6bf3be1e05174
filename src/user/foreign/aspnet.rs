//! ASP.NET Core Identity: PBKDF2, everything in one base64.
//!
//! | first byte | then |
//! |---|---|
//! | 0 (version 2) | 16 bytes of salt, 32 of output; SHA-1, 1,000 iterations |
//! | 1 (version 3) | three numbers of 4 bytes, the highest first: the hash (0 SHA-1, 1 SHA-256, 2 SHA-512), iterations, length of the salt; salt; output |

use super::alphabet::base64;
use super::pbkdf2::{Digest, Pbkdf2};
use crate::user::refused::HashRefused;

const FORM: &str = "ASP.NET Identity";
/// Version 2 in bytes, and where its salt ends.
const VERSION_2: (usize, usize) = (49, 17);
/// What version 2 always computes.
const VERSION_2_ITERATIONS: u32 = 1_000;

/// Reads either version.
pub(super) fn read(text: &str) -> Result<Pbkdf2, HashRefused> {
    // Any text may begin with an A, so that one that is no base64 is not called ours.
    let bytes = base64(text).ok_or(HashRefused::Unknown)?;
    match bytes.split_first() {
        Some((0, _)) if bytes.len() == VERSION_2.0 => {
            let (salt, output) = (bytes[1..VERSION_2.1].to_vec(), bytes[VERSION_2.1..].to_vec());
            Pbkdf2::new(Digest::Sha1, VERSION_2_ITERATIONS, salt, output)
        }
        Some((1, rest)) => {
            let (digest, iterations, salt, output) = version_3(rest).ok_or(HashRefused::Malformed(FORM))?;
            Pbkdf2::new(digest, iterations, salt.to_vec(), output.to_vec())
        }
        _ => Err(HashRefused::Unknown),
    }
}

fn version_3(bytes: &[u8]) -> Option<(Digest, u32, &[u8], &[u8])> {
    let (digest, rest) = number(bytes)?;
    let (iterations, rest) = number(rest)?;
    let (salt, rest) = number(rest)?;
    let digest = match digest {
        0 => Digest::Sha1,
        1 => Digest::Sha256,
        2 => Digest::Sha512,
        _ => return None,
    };
    let (salt, output) = rest.split_at_checked(usize::try_from(salt).ok()?)?;
    Some((digest, iterations, salt, output))
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    bytes.split_first_chunk().map(|(number, rest)| (u32::from_be_bytes(*number), rest))
}
