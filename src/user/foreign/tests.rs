//! Every form against the programs it comes from; `hostile` has those who mean harm.
//! What the hashes are, and who made each, stands in `tests/vectors/foreign-hashes.jsonl`.

mod hostile;

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::user::{Password, PasswordHash, import_hash, stored::Stored};

#[derive(Deserialize)]
struct Vector {
    form: String,
    password: String,
    hash: Value,
    from: String,
}

fn vectors() -> Vec<Vector> {
    let lines = include_str!("../../../tests/vectors/foreign-hashes.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn typed(text: &str) -> Password {
    Password::new(text.into()).unwrap()
}

fn import(hash: &Value) -> Stored {
    let hash = import_hash(hash).unwrap_or_else(|why| panic!("{why}: {hash}"));
    Stored::parse(&hash).unwrap_or_else(|why| panic!("as stored: {why}"))
}

#[test]
fn every_hash_of_an_original_is_its_password_s_and_no_other_s() {
    let mut memory = Memory::default();
    for Vector { form, password, hash, from } in vectors() {
        let stored = import(&hash);
        assert!(stored.matches(&mut memory, &typed(&password)), "{form}, {from}: {hash}");
        let others =
            [password[1..].to_owned(), password.to_uppercase() + "!", String::new()].map(|other| format!("!{other}"));
        for other in others {
            assert!(!stored.matches(&mut memory, &typed(&other)), "{form}, {from}: {hash} of {other}");
        }
    }
}

#[test]
fn every_row_of_the_table_has_a_hash_of_an_original() {
    let kept: Vec<_> = vectors().iter().map(|vector| import_hash(&vector.hash).unwrap()).collect();
    // Only in braces, which has a test of its own.
    for (begin, _) in FORMS.iter().filter(|(begin, _)| *begin != "$argon2") {
        let first = |text: &str| FORMS.iter().find(|(begin, _)| begins(text, begin)).unwrap().0;
        assert!(kept.iter().any(|hash| first(unwrapped(hash.as_phc())) == *begin), "{begin}");
    }
}

#[test]
fn a_hash_is_of_what_was_typed_or_of_its_composed_form() {
    let mut memory = Memory::default();
    let salted = |password: &str| {
        let digest =
            aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, [password.as_bytes(), b"salt"].concat().as_slice());
        use base64::{Engine, engine::general_purpose::STANDARD};
        import(&json!(format!("{{SSHA256}}{}", STANDARD.encode([digest.as_ref(), b"salt"].concat()))))
    };
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
    assert!(salted(decomposed).matches(&mut memory, &typed(decomposed)), "as sent");
    assert!(salted(composed).matches(&mut memory, &typed(decomposed)), "its NFC");
    assert!(salted(composed).matches(&mut memory, &typed(composed)));
    assert!(!salted(decomposed).matches(&mut memory, &typed(composed)), "nothing else is guessed at");
}

#[test]
fn a_word_in_braces_before_a_hash_is_taken_off_and_schemes_have_no_case() {
    let with = |form: &str| vectors().into_iter().find(|vector| vector.form == form).unwrap();
    let mut memory = Memory::default();
    let mut is_its_password_s = |vector: &Vector, text: String| {
        assert!(import(&json!(text)).matches(&mut memory, &typed(&vector.password)), "{text}");
    };
    for (word, form) in [
        ("{bcrypt}", "bcrypt $2a$"),
        ("{BLF-CRYPT}", "bcrypt $2y$"),
        ("{SHA512-CRYPT}", "sha512-crypt"),
        ("{ARGON2ID}", "Argon2id"),
        ("{argon2@SpringSecurity_v5_8}", "Argon2id"),
    ] {
        let vector = with(form);
        is_its_password_s(&vector, word.to_owned() + vector.hash.as_str().unwrap());
    }
    for form in ["SSHA", "SSHA512", "PBKDF2-SHA-256 of passlib, LDAP"] {
        let vector = with(form);
        let (word, rest) = vector.hash.as_str().unwrap().split_once('}').unwrap();
        is_its_password_s(&vector, format!("{}}}{rest}", word.to_lowercase()));
    }
}

#[test]
fn bcrypt_hashes_72_bytes_and_the_rest_does_not_count() {
    let vector = vectors().into_iter().find(|vector| vector.form == "bcrypt, cut at 72 bytes").unwrap();
    let (stored, mut memory) = (import(&vector.hash), Memory::default());
    assert!(vector.password.len() > 72);
    assert!(stored.matches(&mut memory, &typed(&vector.password[..72])));
    assert!(stored.matches(&mut memory, &typed(&(vector.password.clone() + "more"))));
    assert!(!stored.matches(&mut memory, &typed(&vector.password[..71])));
}

#[test]
fn firebase_s_signer_key_is_not_kept() {
    let vector = vectors().into_iter().find(|vector| vector.form == "Firebase").unwrap();
    let kept = import_hash(&vector.hash).unwrap();
    for name in ["base64_signer_key", "passwordHash"] {
        let secret = vector.hash[name].as_str().unwrap();
        assert!(!kept.as_phc().contains(secret.trim_end_matches('=')), "{name}");
    }
}
