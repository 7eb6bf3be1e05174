//! What may stand in a user's roles, scopes and custom claims.

use std::fmt;

use serde_json::{Map, Value};

use crate::scope::{MAX_WORDS_BYTES, are_within_bounds, is_well_formed_word};
use crate::verify::{LISTED_CLAIMS, parse_object};

/// Custom claims are at most this many bytes of JSON: they travel in every request's header.
pub const MAX_CLAIMS_BYTES: usize = 2 * 1024;

/// Why a role, scope or claims set is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeRefused {
    /// A role or scope is not 1 to 64 of `[A-Za-z0-9._:/-]`.
    Word,
    /// The roles or the scopes are larger than [`MAX_WORDS_BYTES`].
    TooMany,
    /// The claims are larger than [`MAX_CLAIMS_BYTES`].
    ClaimsTooLarge,
    /// The claims nest deeper than verifiers read.
    ClaimsTooDeep,
    /// A claim has a name that means something of its own ([`LISTED_CLAIMS`]).
    ClaimListed(&'static str),
}

impl fmt::Display for AttributeRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word => f.write_str("a role or scope is 1 to 64 characters of A-Z a-z 0-9 . _ : / -"),
            Self::TooMany => {
                write!(f, "a user's roles are at most {MAX_WORDS_BYTES} bytes of JSON, and so are the scopes")
            }
            Self::ClaimsTooLarge => write!(f, "custom claims are at most {MAX_CLAIMS_BYTES} bytes of JSON"),
            Self::ClaimsTooDeep => f.write_str("custom claims nest deeper than verifiers read"),
            Self::ClaimListed(name) => write!(f, "the claim {name} has a meaning of its own and cannot be set"),
        }
    }
}

impl std::error::Error for AttributeRefused {}

/// Checks roles or scopes.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_words(words: &[String]) -> Result<(), AttributeRefused> {
    if !are_within_bounds(words) {
        return Err(AttributeRefused::TooMany);
    }
    if words.iter().all(|word| is_well_formed_word(word)) { Ok(()) } else { Err(AttributeRefused::Word) }
}

/// Reads custom claims as strictly as verifiers do: one object, no member twice, bounded depth. `None`
/// for anything else.
pub fn read_claims(json: &str) -> Option<Map<String, Value>> {
    parse_object(json.as_bytes())
}

/// Checks custom claims.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_claims(claims: &Map<String, Value>) -> Result<(), AttributeRefused> {
    if let Some(name) = LISTED_CLAIMS.iter().find(|name| claims.contains_key(**name)) {
        return Err(AttributeRefused::ClaimListed(name));
    }
    let json = serde_json::to_vec(claims).map_err(|_| AttributeRefused::ClaimsTooDeep)?;
    if json.len() > MAX_CLAIMS_BYTES {
        return Err(AttributeRefused::ClaimsTooLarge);
    }
    // In a token they stand where they stand here, so the verifier's own parser says it.
    parse_object(&json).map(|_| ()).ok_or(AttributeRefused::ClaimsTooDeep)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Map<String, Value> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_claim_with_a_meaning_of_its_own_cannot_be_set() {
        assert_eq!(check_claims(&claims(r#"{"tenant":"acme","plan":{"seats":3}}"#)), Ok(()));
        for name in ["sub", "exp", "roles", "scope", "sid", "cnf"] {
            assert_eq!(check_claims(&claims(&format!(r#"{{"{name}":1}}"#))), Err(AttributeRefused::ClaimListed(name)));
        }
    }

    #[test]
    fn what_a_verifier_would_not_read_is_not_set() {
        let nested = |depth: usize| claims(&format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth)));
        assert_eq!(check_claims(&nested(15)), Ok(()));
        assert_eq!(check_claims(&nested(16)), Err(AttributeRefused::ClaimsTooDeep));
        assert!(read_claims(r#"{"a":{"b":1}}"#).is_some());
        assert!(read_claims(r#"{"a":{"b":1,"\u0062":2}}"#).is_none(), "a member twice");
    }

    #[test]
    fn sizes_are_bounded() {
        let of = |bytes: usize| claims(&format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes - 8)));
        assert_eq!(check_claims(&of(MAX_CLAIMS_BYTES)), Ok(()));
        assert_eq!(check_claims(&of(MAX_CLAIMS_BYTES + 1)), Err(AttributeRefused::ClaimsTooLarge));
        assert_eq!(check_words(&vec!["admin".to_owned(); MAX_WORDS_BYTES / 8 + 1]), Err(AttributeRefused::TooMany));
        assert_eq!(check_words(&["a b".to_owned()]), Err(AttributeRefused::Word));
    }
}
