//! Reading a stored password hash, which may be hostile or broken: what is computed from it is bounded.

use std::fmt;

use argon2::password_hash::phc::{self, Salt};
use argon2::{Algorithm, Version};

use super::argon::{OUTPUT_BYTES, SALT_BYTES};
use super::hash::PasswordHash;
use super::parameters::HashParameters;

/// The longest text that is parsed; the longest that jeton or Argon2's reference writes is under 200.
const MAX_TEXT: usize = 512;
/// The shortest output that may prove a password: 128 bits.
const MIN_OUTPUT: usize = 16;

/// Why a stored hash can never match. Said in the log, so it quotes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    NotPhc,
    NotArgon2,
    OutOfBounds,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPhc => "it is no PHC string",
            Self::NotArgon2 => "it is not of Argon2 in a known version",
            Self::OutOfBounds => "its cost, salt or output is out of bounds",
        })
    }
}

/// A stored hash that was read and found within bounds: safe to compute.
pub(super) struct Stored {
    pub algorithm: Algorithm,
    pub version: Version,
    pub parameters: HashParameters,
    /// 8 to 48 bytes, by its type.
    pub salt: Salt,
    /// 16 to 64 bytes.
    pub output: phc::Output,
}

impl Stored {
    /// Reads a PHC string. Nothing is allocated for what it asks before its bounds are known.
    pub fn parse(hash: &PasswordHash) -> Result<Self, Unusable> {
        let text = hash.as_phc();
        if text.len() > MAX_TEXT {
            return Err(Unusable::NotPhc);
        }
        let phc = phc::PasswordHash::new(text).map_err(|_| Unusable::NotPhc)?;
        let algorithm = Algorithm::try_from(phc.algorithm.as_str()).map_err(|_| Unusable::NotArgon2)?;
        // Readers disagree on which version a missing one means, so it has to be written.
        let version = phc.version.and_then(|v| Version::try_from(v).ok()).ok_or(Unusable::NotArgon2)?;
        let parameters = read_parameters(&phc.params).ok_or(Unusable::OutOfBounds)?;
        let (salt, output) = phc.salt.zip(phc.hash).ok_or(Unusable::OutOfBounds)?;
        if output.len() < MIN_OUTPUT {
            return Err(Unusable::OutOfBounds);
        }
        Ok(Self { algorithm, version, parameters, salt, output })
    }

    /// Whether it should be replaced, once its password is at hand, by one of the `current` cost.
    pub fn is_weaker_than(&self, current: &HashParameters) -> bool {
        self.algorithm != Algorithm::Argon2id
            || self.version != Version::V0x13
            || self.parameters.is_weaker_than(current)
            || self.salt.len() < SALT_BYTES
            || self.output.len() < OUTPUT_BYTES
    }
}

/// Exactly m, t and p: the others (`keyid`, `data`) change the hash and are used by nobody.
fn read_parameters(params: &phc::ParamsString) -> Option<HashParameters> {
    if params.iter().count() != 3 {
        return None;
    }
    HashParameters::new(params.get_decimal("m")?, params.get_decimal("t")?, params.get_decimal("p")?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    fn parse(text: &str) -> Result<Stored, Unusable> {
        Stored::parse(&PasswordHash::from_phc(text.to_owned()))
    }

    #[test]
    fn a_good_hash_is_read_whole() {
        let stored = parse(GOOD).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(Some(stored.parameters), HashParameters::new(65_536, 2, 1));
        assert_eq!((stored.salt.as_ref(), stored.output.len()), (&b"somesalt"[..], 32));
    }

    #[test]
    fn hostile_and_foreign_hashes_are_unusable() {
        for (from, to, why) in [
            (GOOD, "", Unusable::NotPhc),
            (GOOD, "!", Unusable::NotPhc),
            ("$c29tZXNhbHQ", "$c29tZXNhbHQ$c29tZXNhbHQ$c29tZXNhbHQ", Unusable::NotPhc),
            ("c29tZXNhbHQ", "c29tc2FsdA", Unusable::NotPhc),
            ("c29tZXNhbHQ", &"A".repeat(500), Unusable::NotPhc),
            ("m=65536", "m=4294967296", Unusable::OutOfBounds),
            ("m=65536", "m=065536", Unusable::OutOfBounds),
            ("m=65536", "m=-1", Unusable::OutOfBounds),
            ("m=65536", "m=4294967295", Unusable::OutOfBounds),
            ("m=65536", "m=262145", Unusable::OutOfBounds),
            ("m=65536", "m=7", Unusable::OutOfBounds),
            ("t=2", "t=17", Unusable::OutOfBounds),
            ("t=2", "t=0", Unusable::OutOfBounds),
            ("p=1", "p=17", Unusable::OutOfBounds),
            ("p=1", "p=16777215", Unusable::OutOfBounds),
            ("p=1", "p=1,data=c29t", Unusable::OutOfBounds),
            (",p=1", "", Unusable::OutOfBounds),
            ("CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "CTFhFdXPJO1aFaMaO6Mm", Unusable::OutOfBounds),
            ("$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "", Unusable::OutOfBounds),
            ("argon2id", "scrypt", Unusable::NotArgon2),
            ("v=19", "v=20", Unusable::NotArgon2),
            ("$v=19", "", Unusable::NotArgon2),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_eq!(parse(&text).map(|_| ()), Err(why), "{text}");
        }
        assert_eq!(parse("$2b$12$abcdefghijklmnopqrstuuJ1K").map(|_| ()), Err(Unusable::NotPhc));
    }

    #[test]
    fn older_kinds_of_argon2_are_read_and_called_weak() {
        let current = HashParameters::default();
        assert!(
            !parse(&GOOD.replace("c29tZXNhbHQ", "c29tZXNhbHRzb21lc2FsdA"))
                .unwrap_or_else(|e| panic!("{e}"))
                .is_weaker_than(&current)
        );
        for text in [
            GOOD,
            &GOOD.replace("argon2id", "argon2i"),
            &GOOD.replace("v=19", "v=16"),
            &GOOD.replace("m=65536", "m=64"),
        ] {
            assert!(parse(text).unwrap_or_else(|e| panic!("{e}")).is_weaker_than(&current), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "\\$?(argon2id)?[$vmtp=,0-9A-Za-z+/-]{0,120}", other in any::<String>()) {
            let _ = (parse(&text), parse(&other));
        }
    }
}
