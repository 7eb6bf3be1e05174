//! Scope values of RFC 6749 §3.3: an ordered set of words, separated by single spaces on the wire.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An ordered set of scope words. The empty scope grants nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

impl Scope {
    /// Splits at spaces and drops repetitions; the order of first appearance stays.
    pub fn parse(text: &str) -> Self {
        text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// The words in order.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Whether nothing is granted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every word of `self` is in `other`.
    pub fn is_subset(&self, other: &Scope) -> bool {
        self.0.iter().all(|word| other.0.contains(word))
    }

    /// The words of `self` that are also in `other`, in the order of `self`.
    pub fn intersection(&self, other: &Scope) -> Scope {
        Self(self.0.iter().filter(|word| other.0.contains(word)).cloned().collect())
    }

    /// The words of both, those of `self` first.
    pub fn union(&self, other: &Scope) -> Scope {
        self.0.iter().chain(&other.0).cloned().collect()
    }
}

/// Whether jeton may make a role or scope of this word: 1 to 64 of `[A-Za-z0-9._:/-]`, so that it
/// can stand in a header, a comma-separated list and a space-separated list alike.
pub fn is_well_formed_word(word: &str) -> bool {
    (1..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/-".contains(&b))
}

/// A list of roles or scopes is at most this many bytes as a JSON array: a user's roles, a user's
/// scopes and everybody's, with the claims, make a token under the 8 KiB that verifiers read.
pub const MAX_WORDS_BYTES: usize = 768;

/// Whether a list of roles or scopes is within [`MAX_WORDS_BYTES`].
pub fn are_within_bounds(words: &[String]) -> bool {
    // Two quotes and a comma around each.
    words.iter().map(|word| word.len() + 3).sum::<usize>() <= MAX_WORDS_BYTES
}

impl FromIterator<String> for Scope {
    fn from_iter<I: IntoIterator<Item = String>>(words: I) -> Self {
        let mut set = Vec::new();
        for word in words {
            if !set.contains(&word) {
                set.push(word);
            }
        }
        Self(set)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.join(" "))
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::parse(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_an_ordered_set() {
        let granted = Scope::parse("read write  read admin");
        assert_eq!(granted.to_string(), "read write admin");
        assert!(Scope::parse("admin read").is_subset(&granted));
        assert!(!Scope::parse("admin root").is_subset(&granted));
        assert!(Scope::parse("").is_subset(&granted));
        assert_eq!(granted.intersection(&Scope::parse("admin read")).to_string(), "read admin");
        assert_eq!(Scope::parse("b").union(&Scope::parse("a b")).to_string(), "b a");
    }

    #[test]
    fn words_that_could_break_a_header_are_not_made() {
        assert!(is_well_formed_word("https://api.example/read:all"));
        for word in ["", "a b", "a,b", "a\n", "é", "a\"", &"x".repeat(65)] {
            assert!(!is_well_formed_word(word), "{word:?}");
        }
    }
}
