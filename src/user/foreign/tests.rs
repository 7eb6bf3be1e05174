//! Every form against the programs it comes from, and against those who mean harm.

use proptest::prelude::*;
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

/// What is asked for, per form: the text, and what is made of it.
const HOSTILE: &[(&str, HashRefused)] = &[
    ("", HashRefused::Unknown),
    ("plain", HashRefused::Unknown),
    ("5f4dcc3b5aa765d61d8327deb882cf99", HashRefused::Unknown),
    ("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", HashRefused::Unknown),
    ("$1$salt$qJH7.N4xYta3aEG/dfqo/0", HashRefused::Unknown),
    ("A", HashRefused::Unknown),
    ("AQAAAA", HashRefused::Malformed("ASP.NET Identity")),
    (
        "AQAAAAMAACcQAAAAEAABAgMEBQYHCAkKCwwNDg9B0Oxwty+PGIDSp95gcCfzeDvA4sGapUIUov8usXfD6A==",
        HashRefused::Malformed("ASP.NET Identity"),
    ),
    (
        "AQAAAAL/////AAAAEAABAgMEBQYHCAkKCwwNDg9B0Oxwty+PGIDSp95gcCfzeDvA4sGapUIUov8usXfD6A==",
        HashRefused::OutOfBounds("PBKDF2"),
    ),
    (
        "AQAAAAIAACcQ/////wABAgMEBQYHCAkKCwwNDg9B0Oxwty+PGIDSp95gcCfzeDvA4sGapUIUov8usXfD6A==",
        HashRefused::Malformed("ASP.NET Identity"),
    ),
    ("$2x$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", HashRefused::Unknown),
    ("$2b$31$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", HashRefused::OutOfBounds("bcrypt")),
    ("$2b$15$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", HashRefused::OutOfBounds("bcrypt")),
    ("$2b$03$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", HashRefused::OutOfBounds("bcrypt")),
    ("$2b$5$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", HashRefused::Malformed("bcrypt")),
    ("$2b$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3", HashRefused::Malformed("bcrypt")),
    ("$2b$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXé", HashRefused::Malformed("bcrypt")),
    ("$scrypt$ln=31,r=8,p=1$c2FsdA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ", HashRefused::OutOfBounds("scrypt")),
    ("$scrypt$ln=64,r=8,p=1$c2FsdA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ", HashRefused::OutOfBounds("scrypt")),
    ("$scrypt$ln=0,r=8,p=1$c2FsdA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ", HashRefused::OutOfBounds("scrypt")),
    (
        "$scrypt$ln=14,r=4294967295,p=4294967295$c2FsdA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
        HashRefused::OutOfBounds("scrypt"),
    ),
    ("$scrypt$ln=1,r=0,p=1$c2FsdA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ", HashRefused::OutOfBounds("scrypt")),
    ("$scrypt$ln=14,r=8,p=1$c2FsdA$Rh+NnA", HashRefused::OutOfBounds("scrypt")),
    ("$scrypt$r=8,ln=14,p=1$c2FsdA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ", HashRefused::OutOfBounds("scrypt")),
    ("scrypt:30000:8:1$salt$00112233445566778899aabbccddeeff", HashRefused::OutOfBounds("scrypt")),
    ("scrypt:2147483648:8:1$salt$00112233445566778899aabbccddeeff", HashRefused::OutOfBounds("scrypt")),
    ("scrypt:32768:8$salt$00112233445566778899aabbccddeeff", HashRefused::Malformed("scrypt")),
    ("scrypt$2147483648$salt$8$1$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("scrypt")),
    ("$firebase-scrypt$ln=30,r=8$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("Firebase's scrypt")),
    ("$firebase-scrypt$ln=14$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::Malformed("Firebase's scrypt")),
    ("pbkdf2_sha256$4294967295$salt$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("PBKDF2")),
    ("pbkdf2_sha256$99999999999$salt$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("PBKDF2")),
    ("pbkdf2_sha256$0$salt$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("PBKDF2")),
    ("pbkdf2_sha256$1000$salt$AAAA", HashRefused::OutOfBounds("PBKDF2")),
    ("pbkdf2_sha256$1000$$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("PBKDF2")),
    ("pbkdf2_md5$1000$salt$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::Malformed("PBKDF2")),
    ("$pbkdf2-sha256$2000001$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("PBKDF2")),
    ("$pbkdf2sha256$2000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::Malformed("PBKDF2")),
    ("{PBKDF2-SHA256}2000001$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("PBKDF2")),
    ("pbkdf2:sha256$salt$00112233445566778899aabbccddeeff", HashRefused::Malformed("PBKDF2")),
    ("pbkdf2:sha256:+1000$salt$00112233445566778899aabbccddeeff", HashRefused::OutOfBounds("PBKDF2")),
    ("$6$rounds=999999999$salt$x", HashRefused::Malformed("SHA-crypt")),
    ("$P$B12345678", HashRefused::Malformed("phpass")),
    ("$P$zsaltsaltAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("phpass")),
    ("$P$JsaltsaltAAAAAAAAAAAAAAAAAAAAAA", HashRefused::OutOfBounds("phpass")),
    ("$P$!saltsaltAAAAAAAAAAAAAAAAAAAAAA", HashRefused::Malformed("phpass")),
    ("$P$Bsaltsal\u{e9}AAAAAAAAAAAAAAAAAAAAAA", HashRefused::Malformed("phpass")),
    ("{SSHA}AAAA", HashRefused::Malformed("a salted SHA")),
    ("{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAA=", HashRefused::OutOfBounds("a salted SHA")),
    ("{SSHA1024}AAAA", HashRefused::Malformed("a salted SHA")),
    ("{CRYPT}", HashRefused::Unknown),
    ("{CRYPT}{CRYPT}$6$", HashRefused::Unknown),
    (
        "argon2$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        HashRefused::OutOfBounds("Argon2"),
    ),
    (
        "{ARGON2}$argon2id$v=19$m=64,t=4000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        HashRefused::OutOfBounds("Argon2"),
    ),
];

#[test]
fn what_asks_for_too_much_or_is_broken_is_refused_by_its_text_alone() {
    for (text, why) in HOSTILE {
        assert_eq!(import_hash(&json!(text)), Err(*why), "{text}");
        let stored = Stored::parse(&PasswordHash::from_phc((*text).to_owned()));
        assert_eq!(stored.err(), Some(*why), "as it may stand in a store: {text}");
    }
    let output = |digits| "A".repeat(digits);
    for (rounds, digits) in [("999", 86), ("1000001", 86), ("4294967296", 86), ("", 86)] {
        let text = format!("$6$rounds={rounds}$salt${}", output(digits));
        assert_eq!(import_hash(&json!(text)), Err(HashRefused::OutOfBounds("SHA-crypt")), "{text}");
    }
    let text = format!("$5$seventeen.letters${}", output(43));
    assert_eq!(import_hash(&json!(text)), Err(HashRefused::OutOfBounds("SHA-crypt")));
}

#[test]
fn what_would_be_too_dear_for_this_password_s_length_does_not_match_and_takes_no_time() {
    let dear = [
        format!("$6$rounds=1000000$salt${}", "A".repeat(86)),
        format!("$5$rounds=1000000$salt${}", "A".repeat(43)),
        format!("$P$I12345678{}", "A".repeat(22)),
    ];
    for text in dear {
        let stored = import(&json!(text));
        assert!(!stored.matches(&mut Memory::default(), &typed(&"x".repeat(1024))), "{text}");
    }
}

#[test]
fn objects_are_refused_where_a_member_is_missing_or_wrong() {
    let objects: Vec<_> = vectors().into_iter().filter(|vector| vector.hash.is_object()).collect();
    assert!(objects.len() >= 3);
    for Vector { hash, form, .. } in objects {
        let object = hash.as_object().unwrap();
        for name in object.keys().filter(|name| !matches!(name.as_str(), "algorithm" | "type")) {
            for wrong in
                [None, Some(json!("\u{e9}")), Some(json!(null)), Some(json!(-1)), Some(json!(4_000_000_000_u64))]
            {
                let mut broken = object.clone();
                broken.remove(name);
                broken.extend(wrong.map(|wrong| (name.clone(), wrong)));
                assert!(import_hash(&Value::Object(broken)).is_err(), "{form} with another {name}");
            }
        }
        let text = json!(hash.to_string());
        assert!(import_hash(&text).is_ok(), "{form} as the text of a column");
    }
    for other in [
        json!(null),
        json!(1),
        json!({}),
        json!([]),
        json!([[]]),
        json!("{\"a\":"),
        json!({"type": "otp", "secretData": "{}"}),
    ] {
        assert_eq!(import_hash(&other), Err(HashRefused::Unknown), "{other}");
    }
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

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(
        row in 0..FORMS.len(), rest in "[$=,:{}a-z0-9A-Z./+é-]{0,120}", cut in 0..200_usize, other in any::<String>(),
    ) {
        let text = FORMS[row].0.to_owned() + &rest;
        let vectors = vectors();
        let vector = &vectors[cut % vectors.len()].hash;
        let cut = vector.as_str().map(|text| text.chars().take(cut).collect::<String>() + &other);
        for text in [Some(text), Some(other), cut].into_iter().flatten() {
            let _ = (import_hash(&json!(text)), Foreign::parse(&text));
        }
    }
}
