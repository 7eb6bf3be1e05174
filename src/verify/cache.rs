//! Tokens whose form and signature were found good, so that they need not be checked again.
//!
//! A token is remembered from the second time on that it is found good. Many are used only once, and to
//! keep each of those pushed another one out, from memory that was in no processor's cache any more: that
//! took longer than to read the token.
//!
//! What depends on time and policy (issuer, audience, lifetime) is not remembered: the verifier looks
//! at the claims every time. A cache belongs to one set of keys and goes with it, so that no token
//! outlives its key.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};

use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};

use super::verifier::Verified;

/// How much memory a cache may take: the tokens, their claims, and what is kept beside them.
pub(super) const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// What an entry takes beside the token and its payload, about: the claims apart, and the place.
const BESIDE: usize = 768;

/// Of how many tokens it is known that they were seen once, at most; in 64 KiB.
const MARKS: usize = 16 * 1024;

/// A bounded cache. The least used go first.
pub(super) struct TokenCache {
    tokens: Cache<Token, Verified, Bytes, RandomState>,
    /// Those that were seen once, each at the place of its hash; a newer one takes an older one's place.
    seen_once: Box<[AtomicU32]>,
    hashing: RandomState,
}

impl TokenCache {
    /// An empty cache.
    pub(super) fn new() -> Self {
        let items = usize::try_from(MAX_BYTES).unwrap_or(usize::MAX) / (2 * BESIDE);
        let hashing = RandomState::default();
        Self {
            tokens: Cache::with(items, MAX_BYTES, Bytes, hashing.clone(), DefaultLifecycle::default()),
            seen_once: (0..MARKS).map(|_| AtomicU32::new(0)).collect(),
            hashing,
        }
    }

    /// What is known of this very token.
    pub(super) fn get(&self, token: &str) -> Option<Verified> {
        self.tokens.get(&Asked(token))
    }

    /// Takes note of a token that was found good, and remembers it where that was so before.
    pub(super) fn insert(&self, token: &str, verified: Verified) {
        if self.was_seen(token) {
            self.tokens.insert(Token(token.into()), verified);
        }
    }

    /// Whether this token was seen before, and not too many others since. It may be wrong: then a token is
    /// remembered a little earlier or later.
    fn was_seen(&self, token: &str) -> bool {
        let hash = self.hashing.hash_one(Asked(token));
        let mark = (hash >> 32) as u32;
        self.seen_once[hash as usize % MARKS].swap(mark, Ordering::Relaxed) == mark
    }

    /// What all that is remembered weighs.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> u64 {
        self.tokens.weight()
    }

    /// Forgets a token that has expired.
    pub(super) fn remove(&self, token: &str) {
        self.tokens.remove(&Asked(token));
    }
}

/// A whole token. Two tokens are the same only where all of their text is.
///
/// It is not overwritten when it goes: the buffers of its connection hold it too, and it is short-lived.
#[derive(PartialEq, Eq)]
struct Token(Box<str>);

/// A token that is looked for.
struct Asked<'a>(&'a str);

impl Hash for Token {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

impl Hash for Asked<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(self.0, state);
    }
}

impl Equivalent<Token> for Asked<'_> {
    fn equivalent(&self, token: &Token) -> bool {
        *self.0 == *token.0
    }
}

/// The end of a token is the end of its signature, which spreads well and which nobody but the holder
/// of the key can choose: only good tokens are stored, so that nobody can make places collide.
fn hash(token: &str, state: &mut impl Hasher) {
    let bytes = token.as_bytes();
    state.write(&bytes[bytes.len().saturating_sub(24)..]);
}

/// Weighs an entry in bytes.
#[derive(Clone)]
struct Bytes;

impl Weighter<Token, Verified> for Bytes {
    fn weight(&self, token: &Token, verified: &Verified) -> u64 {
        u64::try_from(token.0.len() + 2 * verified.payload().len() + BESIDE).unwrap_or(u64::MAX)
    }
}
