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
    for name in [
        "a",
        "ada@example.org",
        "Ada Lovelace",
        "O’Brien-Smith",
        "李小龍",
        "محمد",
        "नेहा",
        "🦀",
        "Rene\u{301}",
        "⠁⠙⠁",
        &"é".repeat(128),
    ] {
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
        ("\u{2800}", NameRefused::Invisible),
        ("a\u{2800}da", NameRefused::Invisible),
        ("\u{1d159}", NameRefused::Invisible),
        ("\u{fffc}", NameRefused::Invisible),
        ("\u{fffe}", NameRefused::Meaningless),
        ("ada\u{ffff}", NameRefused::Meaningless),
        ("a\u{fdd0}da", NameRefused::Meaningless),
        ("a\u{fdef}da", NameRefused::Meaningless),
        ("a\u{1fffe}da", NameRefused::Meaningless),
        ("a\u{10ffff}da", NameRefused::Meaningless),
        ("a\u{378}da", NameRefused::Meaningless),
        ("a\u{e000}da", NameRefused::Meaningless),
        ("a\u{f8ff}da", NameRefused::Meaningless),
        ("a\u{10fffd}da", NameRefused::Meaningless),
        ("\u{301}", NameRefused::BeginsWithMark),
        ("\u{301}\u{308}", NameRefused::BeginsWithMark),
        ("\u{301}ada", NameRefused::BeginsWithMark),
        ("\u{93e}", NameRefused::BeginsWithMark),
        ("\u{20dd}a", NameRefused::BeginsWithMark),
    ] {
        assert_eq!(check_name(name), Err(why), "{name:?}");
    }
}

#[test]
fn every_noncharacter_is_refused() {
    let planes = (0..=16).flat_map(|plane| [plane << 16 | 0xfffe, plane << 16 | 0xffff]);
    for number in planes.chain(0xfdd0..=0xfdef) {
        let name: String = ['a', char::from_u32(number).unwrap()].into_iter().collect();
        assert_eq!(check_name(&name), Err(NameRefused::Meaningless), "U+{number:04X}");
    }
}

#[test]
fn a_name_that_another_application_gave_need_only_be_readable() {
    for name in ["\u{2800}", "a\u{e000}", "\u{301}a", "a\u{378}"] {
        assert_eq!(check_foreign_name(name), Ok(()), "{name:?}");
    }
    assert_eq!(check_foreign_name("a\u{200b}da"), Err(NameRefused::Invisible));
    assert_eq!(check_foreign_name(""), Err(NameRefused::Empty));
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
