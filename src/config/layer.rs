//! Where values come from: one layer for the environment, one for the file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::Config;
use super::findings::{Findings, Mistake};
use super::setting::Setting;
use super::table::settings;
use super::value::Value;
use crate::secret::Secret;

/// How the environment's names begin.
const PREFIX: &str = "JETON_";

/// More than any secret or configuration needs; /dev/zero and the like end here.
const FILE_LIMIT: u64 = 256 * 1024;

/// What one place gives, by the names as they are written there.
pub(super) struct Layer {
    origin: Origin,
    values: BTreeMap<String, Value>,
}

/// Which place it is; it decides how names are written.
enum Origin {
    Environment,
    /// A file, by the name that messages give it.
    File(String),
}

impl Layer {
    /// The variables that begin with `JETON_`.
    pub(super) fn of_environment<N, V>(environment: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let values = environment
            .into_iter()
            .map(|(name, value)| (name.into().to_string_lossy().into_owned(), value.into()))
            .filter(|(name, _)| name.starts_with(PREFIX))
            .map(|(name, value)| (name, Value::one(value.into_encoded_bytes())))
            .collect();
        Self { origin: Origin::Environment, values }
    }

    /// A file that must be there.
    pub(super) fn of_file(path: &Path) -> Result<Self, Mistake> {
        let name = path.display().to_string();
        match read(path) {
            Ok(bytes) => Self::of_document(name, bytes.expose()),
            Err(problem) => Err(Mistake { setting: name, problem: format!("cannot be read: {problem}") }),
        }
    }

    /// A file that may be missing; any other trouble with it is a mistake.
    pub(super) fn of_optional_file(path: &Path) -> Result<Self, Mistake> {
        match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => Self::of_document(path.display().to_string(), b""),
            _ => Self::of_file(path),
        }
    }

    /// The top level of a TOML document.
    pub(super) fn of_document(name: String, bytes: &[u8]) -> Result<Self, Mistake> {
        let parsed = match std::str::from_utf8(bytes) {
            Ok(text) => text.parse::<toml::Table>().map_err(|error| located(&error, text)),
            Err(_) => Err("is not UTF-8".to_owned()),
        };
        match parsed {
            Ok(table) => {
                let values = table.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
                Ok(Self { origin: Origin::File(name), values })
            }
            Err(problem) => Err(Mistake { setting: name, problem }),
        }
    }

    /// Puts what is given into `config`; says what is wrong or unknown.
    pub(super) fn apply(mut self, config: &mut Config, findings: &mut Findings) {
        for setting in settings() {
            if let Some((written, value)) = self.take(setting) {
                let outcome = value.and_then(|value| (setting.put)(config, &value));
                findings.given(setting, written, outcome);
            }
        }
        for name in self.values.keys() {
            let written = self.shown(&name.escape_debug().to_string());
            match self.origin {
                // Kubernetes injects JETON_PORT and the like for a service of that name.
                Origin::Environment => findings.warning(written, "not known to this version, and ignored"),
                Origin::File(_) => findings.mistake(written, "not known to this version"),
            }
        }
    }

    /// The setting's value, or that of the file that NAME_FILE names, and how the name was written.
    fn take(&mut self, setting: &Setting) -> Option<(String, Result<Value, String>)> {
        let key = self.key(setting.name);
        let key_file = self.key(&format!("{}_FILE", setting.name));
        let plain = self.values.remove(&key);
        let named = if setting.secret { self.values.remove(&key_file) } else { None };
        match (plain, named) {
            (None, None) => None,
            (Some(value), None) => Some((self.shown(&key), Ok(value))),
            (None, Some(path)) => Some((self.shown(&key_file), path.text().and_then(read_secret))),
            (Some(_), Some(_)) => {
                Some((self.shown(&key), Err(format!("{key_file} is given too, and only one of them may be"))))
            }
        }
    }

    /// How a setting is written here.
    fn key(&self, name: &str) -> String {
        match self.origin {
            Origin::Environment => format!("{PREFIX}{name}"),
            Origin::File(_) => name.to_ascii_lowercase(),
        }
    }

    /// How messages name what is written here.
    fn shown(&self, key: &str) -> String {
        match &self.origin {
            Origin::Environment => key.to_owned(),
            Origin::File(file) => format!("{key} ({file})"),
        }
    }
}

/// The content of a NAME_FILE, less one line end. The path is not repeated in the problem: it may be
/// the secret itself, given under the wrong name.
fn read_secret(path: &str) -> Result<Value, String> {
    let bytes = read(Path::new(path)).map_err(|problem| format!("the file cannot be read: {problem}"))?;
    let content = bytes.expose();
    let line = content.strip_suffix(b"\n").map_or(content.as_slice(), |line| line.strip_suffix(b"\r").unwrap_or(line));
    Ok(Value::one(line.to_vec()))
}

/// The whole of a small file.
fn read(path: &Path) -> Result<Secret<Vec<u8>>, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(FILE_LIMIT + 1).read_to_end(&mut bytes));
    let bytes = Secret::new(bytes);
    match read {
        Ok(length) if length as u64 > FILE_LIMIT => Err(format!("it is longer than {FILE_LIMIT} bytes")),
        Ok(_) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}

/// Where a document does not parse, and why; without the line itself, which may hold a secret.
fn located(error: &toml::de::Error, text: &str) -> String {
    let start = error.span().map_or(0, |span| span.start).min(text.len());
    let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
    format!("line {line} is no TOML: {}", error.message())
}
