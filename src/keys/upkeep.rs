//! What the plan asks for, done to the folder: planned again under its lock, one atomic step at a time.

use std::fs::File;

use super::files::KeyFolder;
use super::keyring::KeyringSettings;
use super::name;
use super::private_file::KeyFolderError;
use super::rotation::{Holdings, Occasion, Step, Terms, plan};
use super::signing::{BadKey, SigningKey};
use crate::clock::Timestamp;
use crate::entropy::Entropy;

/// A folder that is kept by these settings.
pub struct Upkeep<'a> {
    /// The folder.
    pub folder: &'a KeyFolder,
    /// What its keys are to be.
    pub settings: &'a KeyringSettings,
    /// Where secrets and their first number come from.
    pub entropy: &'a dyn Entropy,
}

impl Upkeep<'_> {
    /// Whether anything is due in a folder that holds this.
    pub fn is_due(&self, held: &Holdings, occasion: Occasion, now: Timestamp) -> bool {
        !self.plan(held, occasion, now).is_empty()
    }

    /// Does what is due: a line for each file, for people. `lock` is the folder's, and what is done is
    /// planned from what the folder holds now that it is held.
    ///
    /// # Errors
    /// The first step that failed. What was done before it stays, and the rest is still due.
    pub fn perform(&self, _lock: &File, occasion: Occasion, now: Timestamp) -> Result<Vec<String>, KeyFolderError> {
        let held = match occasion {
            // What others have read is what has to go.
            Occasion::Emergency => self.folder.read_exposed()?.holdings(),
            _ => self.folder.read()?.holdings(),
        };
        self.plan(&held, occasion, now).iter().map(|step| self.apply(step)).collect()
    }

    fn plan(&self, held: &Holdings, occasion: Occasion, now: Timestamp) -> Vec<Step> {
        let mut first_secret = [1];
        if held.have_been_begun() && held.secrets.is_empty() {
            // Not the first start: a secret was lost, and its number must not come back.
            self.entropy.fill(&mut first_secret);
        }
        let KeyringSettings { schedule, algorithm, .. } = *self.settings;
        let terms = Terms { schedule, algorithm, first_secret: first_secret[0] };
        plan(held, &terms, occasion, now)
    }

    fn apply(&self, step: &Step) -> Result<String, KeyFolderError> {
        let done = match step {
            Step::AddKey { from } => {
                format!("made {}, which signs from {}", self.add_key(*from)?, from.rfc3339())
            }
            Step::AddSecret { id, from } => {
                let mut bytes = zeroize::Zeroizing::new([0; 32]);
                self.entropy.fill(&mut *bytes);
                let file = self.folder.add_refresh_secret(*from, *id, &bytes)?;
                format!("made {file}, which mints from {}", from.rfc3339())
            }
            Step::Move { file, from } => {
                let moved = name::moved(file, *from);
                self.folder.rename(file, &moved)?;
                format!("renamed {file} to {moved}: it is active from {}", from.rfc3339())
            }
            Step::Remove { file } => {
                self.folder.remove(file)?;
                format!("removed {file}")
            }
            Step::SetAside { file } => {
                let aside = format!("{file}{}", name::SET_ASIDE);
                self.folder.rename(file, &aside)?;
                format!("renamed {file}, which jeton did not make, to {aside}")
            }
        };
        Ok(done)
    }

    fn add_key(&self, from: Timestamp) -> Result<String, KeyFolderError> {
        let algorithm = self.settings.algorithm;
        let refused = |error: BadKey| {
            KeyFolderError::new(self.folder.path(), format!("a key for {algorithm} could not be made: {error}"))
        };
        let pkcs8 = SigningKey::generate(algorithm).map_err(refused)?;
        let key = SigningKey::from_pkcs8(algorithm, pkcs8.expose()).map_err(refused)?;
        self.folder.add_signing_key(from, &key, &pkcs8)
    }
}
