//! What the keys folder holds and what the next start would make of it; nothing is made here.

use super::files::{BEGINNING, Contents, KeyFolder, KeyFolderError};
use super::keyring::{KeyringSettings, assemble};
use super::ring::Stage;
use crate::clock::Timestamp;
use crate::session::RefreshSecret;
use crate::verify::Algorithm;

/// A keys folder as it was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// The signing keys, earliest first.
    pub keys: Vec<SeenKey>,
    /// The number of the refresh secret that mints.
    pub secret: Option<u8>,
    /// What is missing or odd, and what the next start does about it.
    pub notes: Vec<String>,
}

/// A signing key as an operator sees it.
#[derive(Debug, PartialEq, Eq)]
pub struct SeenKey {
    /// Its name in tokens and in the JWKS.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Where it stands.
    pub stage: Stage,
    /// From when on it signs; `None`: its name says no time.
    pub from: Option<Timestamp>,
}

/// Looks at the folder of these settings at this time; `None` where there is none yet.
///
/// # Errors
/// Whatever would stop [`super::Keyring::open`], as far as it can be known without making anything.
pub fn look(settings: &KeyringSettings, now: Timestamp) -> Result<Option<Looked>, KeyFolderError> {
    let Some(folder) = KeyFolder::existing(&settings.folder)? else { return Ok(None) };
    let hmac_secret = settings.hmac_secret.as_ref().filter(|_| settings.algorithm == Algorithm::Hs256);
    let mut contents = folder.read()?;
    let mut looked = Looked::default();
    let has_secret = !contents.secrets.is_empty();
    if folder.is_writable() {
        looked.notes = to_be_made(&contents, settings.algorithm);
        if contents.signing.is_empty() && hmac_secret.is_none() {
            return Ok(Some(looked));
        }
        if !has_secret {
            // Stands in for the one that the start will make, so that the rest can be judged; it goes no
            // further than this function.
            contents.secrets.push((now, RefreshSecret::new(0, &[0; 32])));
        }
    } else {
        looked.notes.push("the folder is read-only: no key will be made or rotated here".to_owned());
    }
    let ring = assemble(&folder, contents, hmac_secret)?;
    looked.secret = has_secret.then(|| ring.newest_secret(now).id());
    let seen = ring.stages(now).map(|(stage, from, key)| SeenKey {
        kid: key.kid().to_owned(),
        algorithm: key.algorithm(),
        stage,
        from: (from > BEGINNING).then_some(from),
    });
    looked.keys = seen.collect();
    Ok(Some(looked))
}

/// What the next start makes in a folder that it can write to.
fn to_be_made(contents: &Contents, algorithm: Algorithm) -> Vec<String> {
    let newest = contents.signing.iter().max_by_key(|(from, _)| *from).map(|(_, key)| key.algorithm());
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
        notes.push(if contents.has_keys_of_ours() {
            "the refresh secret is missing: put it back, or every session is over; the next start makes another"
                .to_owned()
        } else {
            "no refresh secret is made yet: the next start makes one".to_owned()
        });
    }
    notes
}
