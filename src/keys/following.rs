//! How the ring of a running process follows the folder and the schedule.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::assembly::assemble;
use super::files::Listing;
use super::keyring::Keyring;
use super::private_file::KeyFolderError;
use super::rotation::{Holdings, Occasion};
use super::standing::{KeyEvent, Standing, happenings};
use super::upkeep::Upkeep;
use crate::clock::Timestamp;
use crate::entropy::Entropy;

/// What could not be done, on a full disk say, is tried again after this long.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// What a look at the folder came to, for the log.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// What was done to files, a line each.
    pub done: Vec<String>,
    /// What happened to keys since the last time, whoever did it.
    pub events: Vec<KeyEvent>,
    /// What was due and could not be done; it is tried again later.
    pub failed: Option<KeyFolderError>,
}

/// The folder as it was last read.
#[derive(Debug)]
pub struct Seen {
    pub listing: Listing,
    pub held: Holdings,
    /// What was last told about its keys.
    pub told: Vec<Standing>,
    /// What could not be done that was due, and when it was tried.
    pub failed: Option<(Timestamp, KeyFolderError)>,
}

impl Seen {
    fn is_due(&self, upkeep: &Upkeep<'_>, now: Timestamp) -> bool {
        let may = self.failed.as_ref().is_none_or(|(last, _)| *last > now || now.since(*last) >= RETRY_AFTER);
        may && upkeep.is_due(&self.held, Occasion::Passing, now)
    }
}

impl Keyring {
    /// Reads the folder again and takes it into use.
    ///
    /// # Errors
    /// As [`Self::open`]; the old keys then stay in use.
    pub fn reload(&self) -> Result<(), KeyFolderError> {
        // One at a time, so that nobody puts an older view in the place of a newer one.
        let mut seen = self.seen();
        let (contents, listing) = self.folder.read_listed()?;
        let held = contents.holdings();
        let ring = assemble(&self.folder, contents, self.settings.shared_secret())?;
        // What the verifier remembers goes with its keys: garbage that makes the folder be read must not
        // cost that.
        if ring.jwks() != self.ring.load().jwks() {
            self.verifier.replace_keys(ring.verification_keys());
        }
        self.ring.store(Arc::new(ring));
        (seen.listing, seen.held) = (listing, held);
        Ok(())
    }

    /// Takes up what has changed in the folder. Cheap where there is nothing.
    ///
    /// # Errors
    /// Where the folder or a file in it cannot be read; the old keys then stay in use.
    pub(super) fn look(&self, now: Timestamp) -> Result<(), KeyFolderError> {
        let listing = self.folder.listing()?;
        if self.seen().listing != listing {
            self.reload()?;
        }
        self.confirmed.store(now.as_millis(), Ordering::Release);
        Ok(())
    }

    /// Takes up what has changed in the folder, and does what is due by the schedule. Cheap where there is
    /// nothing of either.
    ///
    /// # Errors
    /// As [`Self::reload`].
    pub fn keep(&self, entropy: &dyn Entropy, now: Timestamp) -> Result<Kept, KeyFolderError> {
        let looked = self.look(now);
        self.looked.store(now.as_millis(), Ordering::Release);
        looked?;
        let upkeep = Upkeep { folder: &self.folder, settings: &self.settings, entropy };
        let mut done = Vec::new();
        if self.seen().is_due(&upkeep, now)
            && let Some(lock) = self.folder.try_lock()?
        {
            let performed = upkeep.perform(&lock, Occasion::Passing, now);
            self.reload()?;
            let failed = performed.map(|lines| done = lines).err();
            self.seen().failed = failed.map(|error| (now, error));
        }
        let mut seen = self.seen();
        let standings = seen.held.standings(self.schedule(), now);
        let events = happenings(&seen.told, &standings);
        seen.told = standings;
        Ok(Kept { done, events, failed: seen.failed.as_ref().map(|(_, error)| error.clone()) })
    }
}
