//! Who is who, and which names nobody can take.

use proptest::prelude::*;

use super::*;

#[test]
fn a_name_is_the_same_person_in_every_spelling() {
    for (one, other) in [
        ("Ada", "aDA"),
        ("Ａｄａ", "ada"),
        ("Straße", "STRASSE"),
        ("Ren\u{e9}e", "rene\u{301}e"),
        ("ﬁona", "FIONA"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("\u{1d402}arol", "carol"),
        ("\u{2126}", "ω"),
    ] {
        assert_eq!(FoldedName::new(one), FoldedName::new(other), "{one} {other}");
    }
    assert_ne!(FoldedName::new("ada"), FoldedName::new("adа"), "a Cyrillic а is another letter");
    assert_ne!(FoldedName::new("René"), FoldedName::new("Rene"));
}

#[test]
fn folding_any_single_character_twice_is_folding_it_once() {
    for c in '\0'..=char::MAX {
        let once = FoldedName::new(c.encode_utf8(&mut [0; 4]));
        assert_eq!(FoldedName::new(once.as_str()), once, "U+{:04X}", u32::from(c));
        assert!(!once.as_str().is_empty(), "U+{:04X}", u32::from(c));
    }
}

#[test]
fn ordinary_names_of_many_scripts_may_be_taken() {
    for name in
        ["a", "ada@example.org", "Ada Lovelace", "O’Brien-Smith", "李小龍", "محمد", "नेहा", "🦀", &"é".repeat(128)]
    {
        assert_eq!(check_name(name), Ok(()), "{name}");
    }
}

#[test]
fn names_that_deceive_or_break_a_line_are_refused() {
    let long = "é".repeat(129);
    for (name, why) in [
        ("", NameRefused::Empty),
        (long.as_str(), NameRefused::TooLong),
        (" ", NameRefused::SpaceAround),
        (" ada", NameRefused::SpaceAround),
        ("ada\n", NameRefused::SpaceAround),
        ("ada\u{3000}", NameRefused::SpaceAround),
        ("a\0da", NameRefused::Control),
        ("a\r\nda", NameRefused::Control),
        ("a\x1b[31mda", NameRefused::Control),
        ("a\u{85}da", NameRefused::Control),
        ("a\u{2028}da", NameRefused::Control),
        ("a\u{200b}da", NameRefused::Invisible),
        ("a\u{ad}da", NameRefused::Invisible),
        ("\u{202e}ada", NameRefused::Invisible),
        ("a\u{2066}da", NameRefused::Invisible),
        ("\u{feff}ada", NameRefused::Invisible),
        ("\u{3164}", NameRefused::Invisible),
        ("ada\u{e0041}", NameRefused::Invisible),
    ] {
        assert_eq!(check_name(name), Err(why), "{name:?}");
    }
}

proptest! {
    #[test]
    fn folding_twice_is_folding_once(name in any::<String>()) {
        let once = FoldedName::new(&name);
        prop_assert_eq!(FoldedName::new(once.as_str()), once);
    }

    #[test]
    fn neither_case_nor_normal_form_makes_another_person(name in any::<String>()) {
        let key = FoldedName::new(&name);
        // Decomposed before it is folded: an iota below a letter becomes one behind it, and the marks of the
        // letter must not end up behind that.
        let lower = name.nfd().default_case_fold();
        for twin in [name.nfd().collect::<String>(), name.nfkc().collect(), lower.collect()] {
            prop_assert_eq!(FoldedName::new(&twin), key.clone());
            prop_assert!(key.is_of(&twin));
        }
    }

    #[test]
    fn a_name_that_may_be_taken_has_a_key(name in "\\PC{1,20}") {
        prop_assert!(check_name(&name).is_err() || !FoldedName::new(&name).as_str().is_empty());
    }
}
