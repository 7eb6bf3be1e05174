//! Which passwords are known to everybody.
//!
//! Owns the list, which comes with the program and is asked offline, and how a password is looked up in
//! it. It does not own the other rules for choosing a password (`password.rs`), which call it.
//!
//! `passwords.txt` is the list of Django 5.2.8 (django/contrib/auth/common-passwords.txt.gz, BSD-3-Clause,
//! see `LICENSE.django`; compiled by Royce Williams from leaks): 19,640 lines in lower case, sorted here by
//! their bytes.

use zeroize::Zeroizing;

const LIST: &str = include_str!("passwords.txt");

/// Whether a password is one of them; in any case, and with any white space around it, as Django has it.
pub(super) fn is_common(password: &str) -> bool {
    let typed = password.trim();
    // With that much room from the start the text never moves, and a move would leave a copy behind.
    let mut lower = Zeroizing::new(String::with_capacity(3 * typed.len()));
    lower.extend(typed.chars().flat_map(char::to_lowercase));
    is_listed(LIST, &lower)
}

/// Whether a line of a sorted list is this one. Looks at the line in the middle, and goes on in the half
/// in which it would be.
fn is_listed(mut lines: &str, wanted: &str) -> bool {
    while !lines.is_empty() {
        let middle = lines.floor_char_boundary(lines.len() / 2);
        let start = lines[..middle].rfind('\n').map_or(0, |end| end + 1);
        let end = lines[start..].find('\n').map_or(lines.len(), |length| start + length);
        match wanted.cmp(&lines[start..end]) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => lines = &lines[..start],
            std::cmp::Ordering::Greater => lines = lines.get(end + 1..).unwrap_or_default(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_nothing_between_two_lines() {
        let lines: Vec<&str> = LIST.lines().collect();
        assert_eq!(lines.len(), 19_640);
        assert!(lines.is_sorted(), "the search needs it");
        for line in &lines {
            assert!(is_common(line), "{line}");
            let beside = format!("{line}\u{1}");
            assert!(!is_common(&beside), "{beside:?}");
        }
        assert!(!is_listed(LIST, "") && !is_listed(LIST, "\u{1}") && !is_listed(LIST, "\u{10ffff}"));
    }

    #[test]
    fn case_and_space_around_make_no_password_uncommon() {
        for common in ["password1", "PassWord1", " password1\t", "QWERTYUIOP", "iloveyou"] {
            assert!(is_common(common), "{common}");
        }
        for own in ["correct horse battery staple", "pass word1", "password1 password1 x", "пароль-и-ещё"] {
            assert!(!is_common(own), "{own}");
        }
    }

    #[test]
    fn lower_case_never_outgrows_the_room_that_was_made_for_it() {
        for c in '\0'..=char::MAX {
            let length: usize = c.to_lowercase().map(char::len_utf8).sum();
            assert!(length <= 3 * c.len_utf8(), "U+{:04X}", u32::from(c));
        }
    }
}
