//! A ring of what the folder holds and what the configuration adds to it.

use super::files::{Contents, KeyFolder};
use super::private_file::KeyFolderError;
use super::ring::Ring;
use super::rotation::BEGINNING;
use super::signing::SigningKey;
use crate::secret::Secret;

/// A ring of what the folder holds and the shared secret, if there is one.
///
/// # Errors
/// Where a kind of key is missing, or keys stand beside each other that must not.
pub fn assemble(
    folder: &KeyFolder,
    contents: Contents,
    hmac_secret: Option<&Secret<Vec<u8>>>,
) -> Result<Ring, KeyFolderError> {
    let refused = |problem: &str| KeyFolderError::new(folder.path(), problem);
    let mut signing: Vec<_> = contents.signing.into_iter().map(|held| (held.from, held.key)).collect();
    let secrets: Vec<_> = contents.secrets.into_iter().map(|held| (held.from, held.key)).collect();
    if let Some(secret) = hmac_secret {
        // A public key beside a shared secret invites taking one for the other (RFC 8725 §2.1).
        if !signing.is_empty() {
            return Err(refused("holds asymmetric keys, but JETON_ALGORITHM is HS256: use another folder"));
        }
        let key =
            SigningKey::hs256(secret.expose()).map_err(|_| refused("JETON_HMAC_SECRET is shorter than 32 bytes"))?;
        signing.push((BEGINNING, key));
    }
    let mut ids: Vec<_> = secrets.iter().map(|(_, secret)| secret.id()).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(refused("holds two refresh secrets of one number"));
    }
    Ring::new(signing, secrets)
        .ok_or_else(|| refused("holds no signing key or no refresh secret, and none can be made here"))
}
