//! The refresh token's text: `rt1_` + base64url( version u8 | secret-id u8 | session-id 16 B |
//! generation u32 | mac 32 B ).
//!
//! Nothing per token is stored: the token of a generation is computed again when it is asked for.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::id::SessionId;
use crate::secret::Secret;

const PREFIX: &str = "rt1_";
const VERSION: u8 = 1;
const MAC: usize = 32;
const SIGNED: usize = 1 + 1 + 16 + 4;

/// The length of every refresh token in characters.
pub const TOKEN_LENGTH: usize = PREFIX.len() + (SIGNED + MAC).div_ceil(3) * 4;

/// The text is no refresh token of ours: length, alphabet, version, secret or mac is wrong. Which of
/// them is not told: it would only help a forger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// K of refresh.md: authenticates refresh tokens and attempts. It lives with the signing keys and
/// never in a store, so that a leaked store forges nothing.
#[derive(Clone)]
pub struct RefreshSecret {
    id: u8,
    key: hmac::Key,
}

impl RefreshSecret {
    /// A secret under its public number.
    pub fn new(id: u8, bytes: &[u8; 32]) -> Self {
        Self { id, key: hmac::Key::new(hmac::HMAC_SHA256, bytes) }
    }

    /// The number that tokens and records name it by.
    pub const fn id(&self) -> u8 {
        self.id
    }

    /// HMAC-SHA-256 over the parts, one after the other.
    pub(super) fn mac(&self, parts: &[&[u8]]) -> [u8; MAC] {
        let mut context = hmac::Context::with_key(&self.key);
        for part in parts {
            context.update(part);
        }
        let mut mac = [0; MAC];
        mac.copy_from_slice(context.sign().as_ref());
        mac
    }
}

impl fmt::Debug for RefreshSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RefreshSecret({}, ***)", self.id)
    }
}

/// A refresh token that was taken apart, but not yet checked against its secret.
#[derive(Clone, Copy, Debug)]
pub struct UnverifiedToken {
    signed: [u8; SIGNED],
    mac: [u8; MAC],
}

impl UnverifiedToken {
    /// Takes the text apart. Touches no store and no secret.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.len() != TOKEN_LENGTH {
            return Err(Malformed);
        }
        let body = text.strip_prefix(PREFIX).ok_or(Malformed)?;
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| Malformed)?;
        let (signed, mac) = bytes.split_at_checked(SIGNED).ok_or(Malformed)?;
        let token =
            Self { signed: signed.try_into().map_err(|_| Malformed)?, mac: mac.try_into().map_err(|_| Malformed)? };
        if token.signed[0] == VERSION { Ok(token) } else { Err(Malformed) }
    }

    /// Which secret the token says it was made with.
    pub const fn secret_id(&self) -> u8 {
        self.signed[1]
    }

    /// Checks the mac, in constant time. `secret` must be the one that [`Self::secret_id`] names.
    pub fn verify(&self, secret: &RefreshSecret) -> Result<RefreshToken, Malformed> {
        if secret.id != self.secret_id() {
            return Err(Malformed);
        }
        let message = [PREFIX.as_bytes(), &self.signed].concat();
        hmac::verify(&secret.key, &message, &self.mac).map_err(|_| Malformed)?;
        let mut session = [0; 16];
        session.copy_from_slice(&self.signed[2..18]);
        let mut generation = [0; 4];
        generation.copy_from_slice(&self.signed[18..]);
        Ok(RefreshToken { session: SessionId::from_bytes(session), generation: u32::from_be_bytes(generation) })
    }
}

/// A refresh token that we minted: which session, which generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The session it belongs to.
    pub session: SessionId,
    /// How many rotations the session had seen when it was made.
    pub generation: u32,
}

impl RefreshToken {
    /// The token's text under a secret; the same every time.
    pub fn mint(&self, secret: &RefreshSecret) -> Secret<String> {
        let mut bytes = [0; SIGNED + MAC];
        bytes[0] = VERSION;
        bytes[1] = secret.id;
        bytes[2..18].copy_from_slice(self.session.as_bytes());
        bytes[18..SIGNED].copy_from_slice(&self.generation.to_be_bytes());
        let mac = secret.mac(&[PREFIX.as_bytes(), &bytes[..SIGNED]]);
        bytes[SIGNED..].copy_from_slice(&mac);
        let mut text = String::with_capacity(TOKEN_LENGTH);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        Secret::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(id: u8) -> RefreshSecret {
        RefreshSecret::new(id, &[id; 32])
    }

    fn token() -> RefreshToken {
        RefreshToken { session: SessionId::from_bytes([7; 16]), generation: 0x0102_0304 }
    }

    #[test]
    fn a_token_is_recomputed_to_the_letter_and_read_back() {
        let text = token().mint(&secret(1));
        assert_eq!(text, token().mint(&secret(1)));
        assert_eq!(text.expose().len(), 76);
        let parsed = UnverifiedToken::parse(text.expose()).unwrap();
        assert_eq!(parsed.secret_id(), 1);
        assert_eq!(parsed.verify(&secret(1)), Ok(token()));
        assert_eq!(parsed.verify(&secret(2)), Err(Malformed));
        assert_eq!(parsed.verify(&RefreshSecret::new(1, &[9; 32])), Err(Malformed));
    }

    #[test]
    fn every_changed_character_is_refused() {
        let text = token().mint(&secret(1));
        for position in 0..TOKEN_LENGTH {
            for other in [b'A', b'B', b'+', b'/', b'=', b' ', b'\n', 0x80] {
                let mut bytes = text.expose().clone().into_bytes();
                if bytes[position] == other {
                    continue;
                }
                bytes[position] = other;
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                let verdict = UnverifiedToken::parse(&changed).and_then(|t| t.verify(&secret(1)));
                assert_eq!(verdict, Err(Malformed), "position {position}");
            }
        }
        for other in ["", "rt1_", "rt2_", &text.expose()[1..], &format!("{}A", text.expose())] {
            assert!(UnverifiedToken::parse(other).is_err());
        }
    }
}
