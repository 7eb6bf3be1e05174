//! What a row of the table says about one setting.

use std::fmt;

use super::Config;
use super::value::Value;

/// One setting: all that is to be known about it.
pub struct Setting {
    /// The name without `JETON_`; in the file it stands in lower case.
    pub name: &'static str,
    /// What it is when nobody sets it.
    pub preset: Preset,
    /// What values it takes, for people.
    pub accepts: &'static str,
    /// What it is for, in one line.
    pub doc: &'static str,
    /// Whether it is a secret, so that NAME_FILE may name a file that holds it.
    pub secret: bool,
    /// Puts a value into its field, or says what is wrong with it.
    pub(super) put: fn(&mut Config, &Value) -> Result<(), String>,
}

/// A default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// As if this text had been given.
    Text(&'static str),
    /// Something no text can give, in words.
    Words(&'static str),
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Text(text) | Self::Words(text)) = self;
        f.write_str(text)
    }
}

impl Setting {
    /// The name of its environment variable.
    pub fn variable(&self) -> String {
        format!("JETON_{}", self.name)
    }

    /// Puts the default text into its field.
    pub(super) fn preset(&self, config: &mut Config) {
        if let Preset::Text(text) = self.preset {
            (self.put)(config, &Value::one(text)).expect("the table's own defaults are good: a test holds them to it");
        }
    }
}
