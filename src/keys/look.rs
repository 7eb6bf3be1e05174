//! What the keys folder holds and what the next start would make of it; nothing is made here.

use super::assembly::assemble;
use super::files::{Contents, KeyFolder};
use super::keyring::KeyringSettings;
use super::private_file::KeyFolderError;
use super::rotation::Held;
use super::standing::{KeyName, Standing};
use crate::clock::Timestamp;
use crate::session::RefreshSecret;
use crate::verify::Algorithm;

/// A keys folder as it was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Every key and where it stands.
    pub keys: Vec<Standing>,
    /// What is missing or odd, and what the next start does about it.
    pub notes: Vec<String>,
}

impl Looked {
    /// The names under which the JWKS holds these keys, and which of them signs.
    pub fn kids(&self) -> impl Iterator<Item = (&str, &Standing)> {
        self.keys.iter().filter_map(|standing| match &standing.key {
            KeyName::Signing { kid, .. } => Some((kid.as_str(), standing)),
            KeyName::Refresh { .. } => None,
        })
    }
}

/// Looks at the folder of these settings at this time; `None` where there is none yet.
///
/// # Errors
/// Whatever would stop [`super::Keyring::open`], as far as it can be known without making anything.
pub fn look(settings: &KeyringSettings, now: Timestamp) -> Result<Option<Looked>, KeyFolderError> {
    let Some(folder) = KeyFolder::existing(&settings.folder)? else { return Ok(None) };
    let mut contents = folder.read()?;
    let mut looked = Looked { keys: contents.holdings().standings(&settings.schedule, now), notes: Vec::new() };
    if folder.is_writable() {
        looked.notes = to_be_made(&contents, settings.algorithm);
        if contents.signing.is_empty() && settings.shared_secret().is_none() {
            return Ok(Some(looked));
        }
        if contents.secrets.is_empty() {
            contents.secrets.push(stand_in(now));
        }
    } else {
        looked.notes.push("the folder is read-only: no key will be made or rotated here".to_owned());
    }
    assemble(&folder, contents, settings.shared_secret())?;
    Ok(Some(looked))
}

/// For the secret that the next start will make, so that the rest can be judged; it goes no further than
/// this file.
fn stand_in(now: Timestamp) -> Held<RefreshSecret> {
    Held { file: String::new(), from: now, is_ours: true, key: RefreshSecret::new(0, &[0; 32]) }
}

/// What the next start makes in a folder that it can write to.
fn to_be_made(contents: &Contents, algorithm: Algorithm) -> Vec<String> {
    let newest = contents.signing.last().map(|held| held.key.algorithm());
    let mut notes = Vec::new();
    match newest {
        _ if algorithm == Algorithm::Hs256 => {}
        None => notes.push(format!("no signing key is made yet: the next start makes one for {algorithm}")),
        Some(newest) if newest != algorithm => notes.push(format!(
            "the newest key is for {newest}, JETON_ALGORITHM is {algorithm}: the next start makes a key for it, which \
             takes over once every cache of the JWKS has it"
        )),
        Some(_) => {}
    }
    if contents.secrets.is_empty() {
        notes.push(if contents.holdings().have_been_begun() {
            "the refresh secret is missing: put it back, or every session is over; the next start makes another"
                .to_owned()
        } else {
            "no refresh secret is made yet: the next start makes one".to_owned()
        });
    }
    notes
}
