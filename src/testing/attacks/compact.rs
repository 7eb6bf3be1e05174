//! A compact JWS as text: its parts taken and put together again, without checking anything.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

pub(super) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Bytes from base64url that was made here.
pub(super) fn unb64(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("it was encoded here")
}

/// Header and payload.
pub(super) fn signed_part(token: &str) -> &str {
    token.rsplit_once('.').map_or(token, |(signed, _)| signed)
}

pub(super) fn signature(token: &str) -> Vec<u8> {
    token.rsplit_once('.').map(|(_, signature)| unb64(signature)).unwrap_or_default()
}

/// The token with another signature.
pub(super) fn with_signature(token: &str, signature: impl AsRef<[u8]>) -> String {
    format!("{}.{}", signed_part(token), b64(signature))
}
