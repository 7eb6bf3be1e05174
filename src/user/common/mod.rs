//! Which passwords are known to everybody.
//!
//! Owns the list, which comes with the program and is asked offline, and how a password is looked up in
//! it. It does not own the other rules for choosing a password (`password.rs`), which call it.
//!
//! `passwords.txt` is the list of Django 5.2.8 (django/contrib/auth/common-passwords.txt.gz, BSD-3-Clause,
//! see `LICENSE.django`; compiled by Royce Williams from leaks): 19,640 lines in lower case, sorted here by
//! their bytes.

use zeroize::Zeroizing;

use super::name::folded;

const LIST: &str = include_str!("passwords.txt");

/// The longest line, in bytes.
const LONGEST: usize = 66;

/// Whether a password is one of them; in any spelling, as names are compared, and with any white space around
/// it, as Django has it.
pub(super) fn is_common(password: &str) -> bool {
    // With that much room from the start the text never moves, and a move would leave a copy behind.
    let mut known = Zeroizing::new(String::with_capacity(LONGEST));
    for c in folded(password.trim()) {
        if known.len() + c.len_utf8() > LONGEST {
            return false;
        }
        known.push(c);
    }
    is_listed(LIST, &known)
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
        assert_eq!(lines.iter().map(|line| line.len()).max(), Some(LONGEST));
        for line in &lines {
            assert!(is_common(line), "{line}");
            let beside = format!("{line}\u{1}");
            assert!(!is_common(&beside), "{beside:?}");
        }
        assert!(!is_listed(LIST, "") && !is_listed(LIST, "\u{1}") && !is_listed(LIST, "\u{10ffff}"));
    }

    #[test]
    fn another_spelling_and_space_around_make_no_password_uncommon() {
        for common in [
            "password1",
            "PassWord1",
            " password1\t",
            "QWERTYUIOP",
            "iloveyou",
            "ｐａｓｓｗｏｒｄ",
            "　ＱWERTY１２３　",
        ] {
            assert!(is_common(common), "{common}");
        }
        for own in
            ["correct horse battery staple", "pass word1", "password1 password1 x", "p\u{430}ssword", "пароль-и-ещё"]
        {
            assert!(!is_common(own), "{own}");
        }
    }
}
