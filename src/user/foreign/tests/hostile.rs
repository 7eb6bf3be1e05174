//! What asks for too much, what is broken, and what is nothing at all.

use proptest::prelude::*;

use super::*;

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
    (
        "$scrypt$ln=1,r=1048576,p=1$c2FsdA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
        HashRefused::OutOfBounds("scrypt"),
    ),
    ("$scrypt$ln=21,r=1,p=1$c2FsdA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ", HashRefused::OutOfBounds("scrypt")),
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
    ("pbkdf2:sha512:1000001$salt$00112233445566778899aabbccddeeff", HashRefused::OutOfBounds("PBKDF2")),
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
