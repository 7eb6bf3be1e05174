//! The keyring: the current [`Ring`] of a running process, and how it comes to be.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Mutex as AsyncMutex;

use super::assembly::assemble;
use super::files::KeyFolder;
use super::following::Seen;
use super::private_file::KeyFolderError;
use super::ring::Ring;
use super::rotation::Occasion;
use super::schedule::Schedule;
use super::standing::{KeyEvent, Standing, happenings};
use super::upkeep::Upkeep;
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::secret::Secret;
use crate::session::{Malformed, RefreshSecret, RefreshToken, UnverifiedToken};
use crate::verify::{Algorithm, Policy, Verifier};

/// An unknown secret-id makes the folder be read again, but no more often than this.
const RELOAD_COOLDOWN: Duration = Duration::from_secs(5);

/// What the keyring needs to know.
#[derive(Clone, Debug)]
pub struct KeyringSettings {
    /// The folder of key files.
    pub folder: PathBuf,
    /// What the next key is to be.
    pub algorithm: Algorithm,
    /// The shared secret, for HS256.
    pub hmac_secret: Option<Secret<Vec<u8>>>,
    /// When keys come and go.
    pub schedule: Schedule,
    /// What tokens must say to be accepted.
    pub policy: Policy,
}

impl KeyringSettings {
    /// The shared secret, where it is used. Beside another algorithm it is a left-over, and must not make
    /// tokens that it signs good.
    pub fn shared_secret(&self) -> Option<&Secret<Vec<u8>>> {
        self.hmac_secret.as_ref().filter(|_| self.algorithm == Algorithm::Hs256)
    }
}

/// What opening the keyring did, for the log.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// What was done to files, a line each.
    pub done: Vec<String>,
    /// What that means for keys.
    pub events: Vec<KeyEvent>,
    /// What an operator should know.
    pub warnings: Vec<String>,
}

/// The keys of a running process: the ring, replaced as a whole, and the verifier over it.
#[derive(Debug)]
pub struct Keyring {
    pub(super) folder: KeyFolder,
    pub(super) settings: KeyringSettings,
    pub(super) ring: ArcSwap<Ring>,
    pub(super) verifier: Verifier,
    seen: Mutex<Seen>,
    /// When the folder was last found as the ring has it, in milliseconds.
    pub(super) confirmed: AtomicI64,
    /// When a look at the folder last ended, in vain or not, in milliseconds.
    pub(super) looked: AtomicI64,
    /// Whose turn it is to look before signing.
    pub(super) catching_up: Arc<AsyncMutex<()>>,
    reloaded: Mutex<Option<Timestamp>>,
}

impl Keyring {
    /// Opens the folder and makes what is missing: the first keys, the next ones, or the next one of
    /// another algorithm where the configured one has changed.
    ///
    /// # Errors
    /// Where a file cannot be trusted, read or made; or for HS256 beside asymmetric keys.
    pub fn open(
        settings: KeyringSettings,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<(Self, Opened), KeyFolderError> {
        let folder = KeyFolder::open(&settings.folder)?;
        let before = folder.read()?.holdings().standings(&settings.schedule, now);
        let mut opened = Opened::default();
        let failed = begin(&Upkeep { folder: &folder, settings: &settings, entropy }, &mut opened, now)?;
        let (contents, listing) = folder.read_listed()?;
        let held = contents.holdings();
        let ring = match (assemble(&folder, contents, settings.shared_secret()), failed) {
            (Ok(ring), None) => ring,
            (Ok(ring), Some(error)) => {
                // A full disk, say, must not keep a server down that has keys.
                opened.warnings.push(format!("a key that is due could not be made or removed: {error}"));
                ring
            }
            (Err(_), Some(error)) | (Err(error), None) => return Err(error),
        };
        if folder.is_writable() && ring.signer(now).algorithm() != settings.algorithm {
            opened.warnings.push(format!(
                "the active key is {}; {} comes into use with the next key, once every cache has it",
                ring.signer(now).algorithm(),
                settings.algorithm
            ));
        }
        let told = held.standings(&settings.schedule, now);
        opened.events = happenings(&before, &told);
        let keyring = Self {
            folder,
            verifier: Verifier::new(settings.policy.clone(), ring.verification_keys()),
            settings,
            ring: ArcSwap::from_pointee(ring),
            seen: Mutex::new(Seen { listing, held, told, failed: None }),
            confirmed: AtomicI64::new(now.as_millis()),
            looked: AtomicI64::new(now.as_millis()),
            catching_up: Arc::default(),
            reloaded: Mutex::new(None),
        };
        Ok((keyring, opened))
    }

    /// The keys as they are now.
    pub fn ring(&self) -> Arc<Ring> {
        self.ring.load_full()
    }

    /// The verifier over these keys; clones of it follow every reload.
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// When keys come and go here.
    pub const fn schedule(&self) -> &Schedule {
        &self.settings.schedule
    }

    /// For how long the JWKS may be cached that is given out now, in whole seconds.
    pub fn max_age(&self, now: Timestamp) -> Duration {
        let confirmed = Timestamp::from_millis(self.confirmed.load(Ordering::Acquire));
        self.schedule().max_age_after(now.since(confirmed))
    }

    /// Every key and where it stands.
    pub fn standings(&self, now: Timestamp) -> Vec<Standing> {
        self.seen().held.standings(self.schedule(), now)
    }

    /// Checks a refresh token; with it comes the secret that made it.
    ///
    /// # Errors
    /// [`Malformed`] for whatever we did not mint.
    pub fn verify_refresh_token(&self, text: &str, now: Timestamp) -> Result<(RefreshToken, RefreshSecret), Malformed> {
        let token = UnverifiedToken::parse(text)?;
        let secret = self.refresh_secret(token.secret_id(), now).ok_or(Malformed)?;
        Ok((token.verify(&secret)?, secret))
    }

    /// The refresh secret of this number. An unknown one reads the folder again first, since another
    /// instance may have made it; within a cooldown, so that garbage cannot make a storm.
    pub fn refresh_secret(&self, id: u8, now: Timestamp) -> Option<RefreshSecret> {
        if self.ring.load().secret(id).is_none()
            && self.may_reload(now)
            && let Err(error) = self.reload()
        {
            log::error!("the keys could not be read again: {error}");
        }
        self.ring.load().secret(id).cloned()
    }

    /// The folder as it was last read.
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn may_reload(&self, now: Timestamp) -> bool {
        let mut reloaded = self.reloaded.lock().unwrap_or_else(PoisonError::into_inner);
        let may = reloaded.is_none_or(|last| last > now || now.since(last) >= RELOAD_COOLDOWN);
        if may {
            *reloaded = Some(now);
        }
        may
    }
}

/// Makes what is missing, under the lock; what could not be done of it.
fn begin(upkeep: &Upkeep<'_>, opened: &mut Opened, now: Timestamp) -> Result<Option<KeyFolderError>, KeyFolderError> {
    let Some(lock) = upkeep.folder.lock()? else {
        opened.warnings.push("the keys folder is read-only: no key will be made or rotated here".to_owned());
        return Ok(None);
    };
    let held = upkeep.folder.read()?.holdings();
    if held.secrets.is_empty() && held.have_been_begun() {
        opened.warnings.push("the refresh secret is missing: sessions made with it are over".to_owned());
    }
    match upkeep.perform(&lock, Occasion::Start, now) {
        Ok(done) => opened.done = done,
        Err(error) => return Ok(Some(error)),
    }
    Ok(None)
}
