//! A refresh token's text: what is accepted is exactly what we would have minted.

use jeton::session::{Malformed, RefreshSecret, TOKEN_LENGTH, UnverifiedToken};

pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(parsed) = UnverifiedToken::parse(text) else { return };
    assert_eq!(text.len(), TOKEN_LENGTH);
    assert!(text.starts_with("rt1_") && text.is_ascii());
    let own = secret(parsed.secret_id());
    if let Ok(token) = parsed.verify(&own) {
        assert_eq!(token.mint(&own).expose(), text, "one spelling for the same token");
    }
    let other = RefreshSecret::new(parsed.secret_id(), &[7; 32]);
    assert_eq!(parsed.verify(&other), Err(Malformed), "good under another secret");
    let misnamed = secret(parsed.secret_id().wrapping_add(1));
    assert_eq!(parsed.verify(&misnamed), Err(Malformed), "good under another name");
}

/// A secret that is the same in every run, so that a token among the seeds stays good.
pub fn secret(id: u8) -> RefreshSecret {
    RefreshSecret::new(id, b"known to all who fuzz, only them")
}
