//! User names: which may be taken, and how two of them are compared.

use std::fmt;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The longest name that may be taken, in characters (code points).
const MAX_CHARACTERS: usize = 128;

/// A name as it is compared: Unicode's compatibility caseless form (The Unicode Standard, §3.13,
/// D146), composed. `Ada`, `ADA` and `Ａda` are one person, and nobody can take a name that another
/// one has in different clothes.
///
/// Folding what is folded changes nothing, so that a key read back from a store is still one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FoldedName(String);

impl FoldedName {
    /// Folds any text, also one that [`check_name`] would refuse: that one simply finds nobody.
    pub fn new(name: &str) -> Self {
        Self(folded(name).collect())
    }

    /// Whether a text folds to this name. Keeps nothing of it in memory: it may be a password.
    pub fn is_of(&self, text: &str) -> bool {
        folded(text).eq(self.0.chars())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Twice, as D146 has it: the compatibility forms of some characters have a case again.
pub(super) fn folded(name: &str) -> impl Iterator<Item = char> {
    name.nfd().default_case_fold().nfkd().default_case_fold().nfkc()
}

/// Why a name cannot be taken. The texts echo nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRefused {
    /// There is no character in it.
    Empty,
    /// It has more than 128 characters.
    TooLong,
    /// It begins or ends with white space.
    SpaceAround,
    /// It has a control character, or a line or paragraph separator.
    Control,
    /// It has a character that is not seen or turns the direction of the text.
    Invisible,
    /// It has a character that means nothing, or nothing that everybody agrees on.
    Meaningless,
    /// It begins with a mark that is put on the character before it.
    BeginsWithMark,
}

impl NameRefused {
    /// What is wrong, for people.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Empty => "a user name has at least one character",
            Self::TooLong => "a user name has at most 128 characters",
            Self::SpaceAround => "a user name neither begins nor ends with white space",
            Self::Control => "a user name has no control characters and no line breaks",
            Self::Invisible => "a user name has no invisible characters and none that turn the text's direction",
            Self::Meaningless => "a user name has no characters that Unicode has not assigned or leaves to private use",
            Self::BeginsWithMark => "a user name does not begin with a combining mark",
        }
    }
}

impl fmt::Display for NameRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl std::error::Error for NameRefused {}

/// Whether a new user may have this name: 1 to 128 characters, all of them visible or a space inside, and
/// the same to everybody who reads it. Not asked of those who have a name already.
///
/// | beside [`check_foreign_name`] | refused as |
/// |---|---|
/// | a character that prints blank | [`NameRefused::Invisible`] |
/// | unassigned (noncharacters too), private use | [`NameRefused::Meaningless`] |
/// | a combining mark at the beginning | [`NameRefused::BeginsWithMark`] |
///
/// What this Unicode has not assigned yet can be taken once the tables are those of a newer one.
///
/// Folding drops no character, so a name that passes has a key that is not empty either.
///
/// # Errors
/// The first rule that is broken, in the order of [`NameRefused`].
pub fn check_name(name: &str) -> Result<(), NameRefused> {
    check_foreign_name(name)?;
    if name.chars().any(is_blank) {
        return Err(NameRefused::Invisible);
    }
    if name.chars().any(is_meaningless) {
        return Err(NameRefused::Meaningless);
    }
    if name.chars().next().is_some_and(is_mark) {
        return Err(NameRefused::BeginsWithMark);
    }
    Ok(())
}

/// Whether a name that another application has given can be shown: it breaks no line and does not deceive.
/// Which characters may be taken beyond that is the application's to say.
///
/// # Errors
/// As [`check_name`].
pub fn check_foreign_name(name: &str) -> Result<(), NameRefused> {
    if name.is_empty() {
        return Err(NameRefused::Empty);
    }
    if name.chars().count() > MAX_CHARACTERS {
        return Err(NameRefused::TooLong);
    }
    if name.trim() != name {
        return Err(NameRefused::SpaceAround);
    }
    if name.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(NameRefused::Control);
    }
    if name.chars().any(is_invisible) {
        return Err(NameRefused::Invisible);
    }
    Ok(())
}

/// Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt; it includes every control of
/// the bidirectional algorithm), and the format characters outside of it that print nothing.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FFF0}'..='\u{FFF8}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
        // Interlinear annotation, and the layout controls of Egyptian hieroglyphs.
        | '\u{FFF9}'..='\u{FFFB}' | '\u{13430}'..='\u{1343F}')
}

/// A symbol that prints nothing: the braille pattern without dots, a note without a head, and the place of
/// an object that is not there.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{1D159}' | '\u{FFFC}')
}

fn is_meaningless(c: char) -> bool {
    matches!(c.general_category(), GeneralCategory::Unassigned | GeneralCategory::PrivateUse)
}

fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
}

#[cfg(test)]
mod tests;
