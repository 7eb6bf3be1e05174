//! Reading an Argon2 hash, which may be hostile or broken: what is computed from it is bounded.

use argon2::password_hash::phc::{self, Salt};
use argon2::{Algorithm, Version};

use super::argon::{OUTPUT_BYTES, SALT_BYTES};
use super::parameters::HashParameters;
use super::refused::HashRefused;

/// The form that is read here.
const FORM: &str = "Argon2";
/// The shortest output that may prove a password: 128 bits.
const MIN_OUTPUT: usize = 16;

/// An Argon2 hash that was read and found within bounds: safe to compute.
pub(super) struct Argon2Hash {
    pub algorithm: Algorithm,
    pub version: Version,
    pub parameters: HashParameters,
    /// 8 to 48 bytes, by its type.
    pub salt: Salt,
    /// 16 to 64 bytes.
    pub output: phc::Output,
}

impl Argon2Hash {
    /// Reads a PHC string. Nothing is allocated for what it asks before its bounds are known.
    pub fn parse(text: &str) -> Result<Self, HashRefused> {
        let (malformed, out_of_bounds) = (HashRefused::Malformed(FORM), HashRefused::OutOfBounds(FORM));
        let phc = phc::PasswordHash::new(text).map_err(|_| malformed)?;
        let algorithm = Algorithm::try_from(phc.algorithm.as_str()).map_err(|_| malformed)?;
        // Readers disagree on which version a missing one means, so it has to be written.
        let version = phc.version.and_then(|v| Version::try_from(v).ok()).ok_or(malformed)?;
        let parameters = read_parameters(&phc.params).ok_or(out_of_bounds)?;
        let (salt, output) = phc.salt.zip(phc.hash).ok_or(out_of_bounds)?;
        if output.len() < MIN_OUTPUT {
            return Err(out_of_bounds);
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

    fn parse(text: &str) -> Result<Argon2Hash, HashRefused> {
        Argon2Hash::parse(text)
    }

    #[test]
    fn a_good_hash_is_read_whole() {
        let stored = parse(GOOD).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(Some(stored.parameters), HashParameters::new(65_536, 2, 1));
        assert_eq!((stored.salt.as_ref(), stored.output.len()), (&b"somesalt"[..], 32));
    }

    #[test]
    fn hostile_and_foreign_hashes_are_unusable() {
        let (malformed, out_of_bounds) = (HashRefused::Malformed(FORM), HashRefused::OutOfBounds(FORM));
        for (from, to, why) in [
            (GOOD, "", malformed),
            (GOOD, "!", malformed),
            ("$c29tZXNhbHQ", "$c29tZXNhbHQ$c29tZXNhbHQ$c29tZXNhbHQ", malformed),
            ("c29tZXNhbHQ", "c29tc2FsdA", malformed),
            ("c29tZXNhbHQ", &"A".repeat(500), malformed),
            ("m=65536", "m=4294967296", out_of_bounds),
            ("m=65536", "m=065536", out_of_bounds),
            ("m=65536", "m=-1", out_of_bounds),
            ("m=65536", "m=4294967295", out_of_bounds),
            ("m=65536", "m=262145", out_of_bounds),
            ("m=65536", "m=7", out_of_bounds),
            ("t=2", "t=17", out_of_bounds),
            ("t=2", "t=0", out_of_bounds),
            ("p=1", "p=17", out_of_bounds),
            ("p=1", "p=16777215", out_of_bounds),
            ("p=1", "p=1,data=c29t", out_of_bounds),
            (",p=1", "", out_of_bounds),
            ("CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "CTFhFdXPJO1aFaMaO6Mm", out_of_bounds),
            ("$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "", out_of_bounds),
            ("argon2id", "scrypt", malformed),
            ("v=19", "v=20", malformed),
            ("$v=19", "", malformed),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_eq!(parse(&text).map(|_| ()), Err(why), "{text}");
        }
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
