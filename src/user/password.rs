//! A password as somebody typed it, and the rules for choosing one (NIST SP 800-63B-4, §3.1.1.2).

use std::fmt;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::common::is_common;
use super::name::{FoldedName, folded};
use crate::secret::Secret;

/// The longest password that is looked at, in bytes of UTF-8 as they arrived. Nothing is ever cut.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// What somebody typed, in Unicode's NFC: the same password from a keyboard that composes `é` and
/// from one that does not. What was typed is kept beside it, for hashes of programs that compose
/// nothing. Wiped on drop, never shown.
#[derive(Clone, Debug)]
pub struct Password {
    composed: Secret<String>,
    /// Where it is something else.
    typed: Option<Secret<String>>,
}

impl Password {
    /// Normalises what was typed.
    ///
    /// # Errors
    /// [`PasswordRefused::TooLong`] above [`MAX_PASSWORD_BYTES`] bytes.
    pub fn new(typed: Secret<String>) -> Result<Self, PasswordRefused> {
        if typed.expose().len() > MAX_PASSWORD_BYTES {
            return Err(PasswordRefused::TooLong);
        }
        if is_nfc_quick(typed.expose().chars()) == IsNormalized::Yes {
            return Ok(Self { composed: typed, typed: None });
        }
        // NFC makes UTF-8 at most three times as long. With that much room from the start the text
        // never moves, and a move would leave a copy behind that nobody wipes.
        let mut composed = String::with_capacity(3 * typed.expose().len());
        composed.extend(typed.expose().nfc());
        let composed = Secret::new(composed);
        let typed = Some(typed).filter(|typed| *typed != composed);
        Ok(Self { composed, typed })
    }

    /// What goes into a hash of ours.
    pub(super) fn composed(&self) -> &[u8] {
        self.composed.expose().as_bytes()
    }

    /// What may have gone into somebody else's: what was typed, then its NFC where that differs.
    pub(super) fn spellings(&self) -> impl Iterator<Item = &[u8]> {
        let typed = self.typed.iter().map(|typed| typed.expose().as_bytes());
        typed.chain(std::iter::once(self.composed()))
    }
}

/// Why a password cannot be chosen. The texts, for people, echo nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefused {
    /// Fewer characters than the setting asks for.
    TooShort {
        /// How many that are.
        min: usize,
    },
    /// More than [`MAX_PASSWORD_BYTES`] bytes.
    TooLong,
    /// Known to everybody.
    Common,
    /// The user's own name.
    Name,
    /// Nothing but white space, or one character again and again.
    Uniform,
}

impl PasswordRefused {
    /// The stable `reason` of wire.md. All that is easy to guess has the same.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too_short",
            Self::TooLong => "too_long",
            Self::Common | Self::Name | Self::Uniform => "common",
        }
    }
}

impl fmt::Display for PasswordRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { min } => write!(f, "the password has too few characters: it needs at least {min}"),
            Self::TooLong => write!(f, "the password is too long: it may have at most {MAX_PASSWORD_BYTES} bytes"),
            Self::Common => f.write_str("the password is one that everybody tries first"),
            Self::Name => f.write_str("the password is the user's own name"),
            Self::Uniform => f.write_str("the password is white space only, or one character again and again"),
        }
    }
}

impl std::error::Error for PasswordRefused {}

/// Whether a user of this name may choose a password: at least `min` characters, counted as code points
/// after NFC; none that everybody knows, nor the name, nor one character again and again. No rule asks for
/// digits or signs; length is what helps.
///
/// # Errors
/// The first rule that is broken; one that is too long never became a [`Password`].
pub fn check_password(password: &Password, username: &str, min: usize) -> Result<(), PasswordRefused> {
    let text = password.composed.expose();
    if text.chars().count() < min {
        return Err(PasswordRefused::TooShort { min });
    }
    if FoldedName::new(username).is_of(text) {
        return Err(PasswordRefused::Name);
    }
    if is_common(text) {
        return Err(PasswordRefused::Common);
    }
    if is_uniform(text) {
        return Err(PasswordRefused::Uniform);
    }
    Ok(())
}

/// Whether there is but one character, in any spelling and with any white space around it, or none at all.
fn is_uniform(text: &str) -> bool {
    let text = text.trim();
    let Some(first) = text.chars().next() else { return true };
    text.chars().all(|c| folded(c.encode_utf8(&mut [0; 4])).eq(folded(first.encode_utf8(&mut [0; 4]))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Password {
        Password::new(text.into()).unwrap()
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same_password() {
        assert_eq!(typed("caf\u{e9}").composed(), typed("cafe\u{301}").composed());
        assert_ne!(typed("ﬁ").composed(), typed("fi").composed(), "NFC, not NFKC: entropy stays");
        assert_ne!(typed("Ada").composed(), typed("ada").composed());
        assert_eq!(typed(" a\0 ").composed(), b" a\0 ", "nothing is trimmed");
    }

    #[test]
    fn a_foreign_hash_may_be_of_what_was_typed_or_of_its_composed_form() {
        let spellings = |text: &str| typed(text).spellings().map(<[u8]>::to_vec).collect::<Vec<_>>();
        assert_eq!(spellings("cafe\u{301}"), ["cafe\u{301}".as_bytes(), "caf\u{e9}".as_bytes()]);
        // Not known at a glance to be composed, and it is.
        for text in ["caf\u{e9}", "cafe", "\u{301}e"] {
            assert_eq!(spellings(text), [text.as_bytes()]);
        }
    }

    #[test]
    fn length_is_counted_in_code_points_after_composing() {
        assert_eq!(check_password(&typed("пароль12"), "ada", 8), Ok(()));
        assert_eq!(check_password(&typed("e\u{301}234567"), "ada", 8), Err(PasswordRefused::TooShort { min: 8 }));
        assert_eq!(check_password(&typed("ab"), "ada", 2), Ok(()));
    }

    #[test]
    fn what_everybody_tries_first_is_refused_in_any_spelling() {
        for known in ["password1", "PASSWORD1", " password1 ", "ｐａｓｓｗｏｒｄ"] {
            let refused = check_password(&typed(known), "Ada Lovelace", 8);
            assert_eq!(refused, Err(PasswordRefused::Common), "{known}");
        }
        for own in ["ada lovelace", "\u{ff21}DA LOVELACE"] {
            let refused = check_password(&typed(own), "Ada Lovelace", 8);
            assert_eq!(refused, Err(PasswordRefused::Name), "{own}");
        }
        assert_eq!(check_password(&typed("password1"), "Password1", 8), Err(PasswordRefused::Name));
        assert_eq!(check_password(&typed("ada lovelace!"), "Ada Lovelace", 8), Ok(()));
        assert_eq!(
            check_password(&typed("12345"), "ada", 8),
            Err(PasswordRefused::TooShort { min: 8 }),
            "that is said first"
        );
    }

    #[test]
    fn one_character_however_often_is_no_password_and_two_are() {
        let refused = |text: &str| check_password(&typed(text), "ada", 8).err();
        let spaces = " \u{a0}\t\u{3000} \u{2003} \n";
        for text in [
            &" ".repeat(8),
            spaces,
            &"zZ".repeat(20),
            " zzzzzzzzz\n",
            "zzzzzzｚｚｚｚＺＺＺ",
            &"½".repeat(9),
            &"é".repeat(400),
        ] {
            assert_eq!(refused(text), Some(PasswordRefused::Uniform), "{text:?}");
        }
        for text in ["zzzzzzzzy", "z z z z z", "eeeeéééé"] {
            assert_eq!(refused(text), None, "{text:?}");
        }
    }

    #[test]
    fn more_than_1024_bytes_as_typed_are_refused_and_not_cut() {
        assert!(Password::new(Secret::new("a".repeat(1024))).is_ok());
        for text in ["a".repeat(1025), "é".repeat(513), "e\u{301}".repeat(342)] {
            assert_eq!(Password::new(Secret::new(text)).unwrap_err(), PasswordRefused::TooLong);
        }
    }

    #[test]
    fn composing_never_outgrows_the_room_that_was_made_for_it() {
        for c in '\0'..=char::MAX {
            let typed = c.to_string();
            assert!(typed.nfc().collect::<String>().len() <= 3 * typed.len(), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", typed("hunter2")), "Password { composed: ***, typed: None }");
    }
}
