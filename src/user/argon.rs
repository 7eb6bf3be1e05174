//! The one place where a password meets Argon2: making a hash and checking one.

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use zeroize::Zeroizing;

use super::hash::PasswordHash;
use super::memory::Memory;
use super::parameters::HashParameters;
use super::password::Password;
use super::phc::Argon2Hash;
use crate::entropy::Entropy;

/// The salt of a new hash, in bytes, as RFC 9106, §3.1 recommends.
pub(super) const SALT_BYTES: usize = 16;
/// The output of a new hash, in bytes.
pub(super) const OUTPUT_BYTES: usize = 32;

/// A new Argon2id hash with a random salt.
pub(super) fn make(
    memory: &mut Memory,
    password: &Password,
    parameters: &HashParameters,
    entropy: &dyn Entropy,
) -> PasswordHash {
    let mut salt = [0; SALT_BYTES];
    entropy.fill(&mut salt);
    let mut output = Zeroizing::new([0; OUTPUT_BYTES]);
    compute(memory, (Algorithm::Argon2id, Version::V0x13), parameters, password.composed(), &salt, &mut *output);
    write(parameters, &salt, &*output)
}

/// A hash of the same kind that no password is known for: salt and output are random.
pub(super) fn dummy(parameters: &HashParameters, entropy: &dyn Entropy) -> PasswordHash {
    let (mut salt, mut output) = ([0; SALT_BYTES], [0; OUTPUT_BYTES]);
    entropy.fill(&mut salt);
    entropy.fill(&mut output);
    write(parameters, &salt, &output)
}

/// Whether the stored hash is this password's. Outputs are compared in constant time.
pub(super) fn matches(memory: &mut Memory, password: &[u8], stored: &Argon2Hash) -> bool {
    let mut output = Zeroizing::new(vec![0; stored.output.len()]);
    compute(memory, (stored.algorithm, stored.version), &stored.parameters, password, &stored.salt, &mut output);
    verify_slices_are_equal(&output, stored.output.as_bytes()).is_ok()
}

/// Makes a hash on the caller's own thread, in memory of its own: for the command line. A server
/// asks its [`Hasher`](super::Hasher), which is bounded.
pub fn hash_now(password: &Password, parameters: &HashParameters, entropy: &dyn Entropy) -> PasswordHash {
    make(&mut Memory::default(), password, parameters, entropy)
}

fn compute(
    memory: &mut Memory,
    (algorithm, version): (Algorithm, Version),
    cost: &HashParameters,
    password: &[u8],
    salt: &[u8],
    output: &mut [u8],
) {
    let params = Params::new(cost.memory_kib(), cost.passes(), cost.lanes(), Some(output.len()))
        .expect("HashParameters are within Argon2's bounds, and outputs have 16 to 64 bytes");
    let blocks = memory.blocks(params.block_count());
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(password, salt, output, blocks)
        .expect("password, salt and output have lengths that Argon2 takes, and the memory suffices");
}

fn write(cost: &HashParameters, salt: &[u8], output: &[u8]) -> PasswordHash {
    let (m, t, p) = (cost.memory_kib(), cost.passes(), cost.lanes());
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    PasswordHash::from_phc(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${output}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    fn typed(text: &str) -> Password {
        Password::new(text.into()).unwrap()
    }

    fn stored(phc: &str) -> Argon2Hash {
        Argon2Hash::parse(phc).unwrap_or_else(|why| panic!("{why}: {phc}"))
    }

    /// From phc-winner-argon2's src/test.c: the password is `password`, the salt `somesalt`.
    const REFERENCE: [&str; 6] = [
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
        "$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQ$T/XOJ2mh1/TIpJHfCdQan76Q5esCFVoT5MAeIM1Oq2E",
        "$argon2i$v=16$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
    ];

    #[test]
    fn the_reference_vectors_verify_and_a_bit_changes_everything() {
        let memory = &mut Memory::default();
        for phc in REFERENCE {
            assert!(matches(memory, b"password", &stored(phc)), "{phc}");
            assert!(!matches(memory, b"passwore", &stored(phc)), "{phc}");
        }
        assert!(!matches(memory, b"password", &stored(&REFERENCE[1].replace("m=256", "m=257"))));
    }

    #[test]
    fn a_new_hash_is_its_password_s_in_every_normal_form_and_salted() {
        let memory = &mut Memory::default();
        let cheap = HashParameters::cheap();
        let hash = hash_now(&typed("caf\u{e9} au lait"), &cheap, &SystemEntropy);
        assert!(matches(memory, typed("cafe\u{301} au lait").composed(), &stored(hash.as_phc())));
        assert!(!matches(memory, typed("cafe au lait").composed(), &stored(hash.as_phc())));
        assert_ne!(hash, hash_now(&typed("caf\u{e9} au lait"), &cheap, &SystemEntropy));
        assert!(hash.as_phc().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    }
}
