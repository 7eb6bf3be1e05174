//! The keyring: the current [`Ring`] of a running process, how it comes to be, and how it follows the
//! folder.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;

use super::files::{Contents, KeyFolder, Listing};
use super::private_file::KeyFolderError;
use super::ring::Ring;
use super::rotation::{BEGINNING, Holdings, Occasion};
use super::schedule::Schedule;
use super::signing::SigningKey;
use super::standing::{KeyEvent, Standing, happenings};
use super::upkeep::Upkeep;
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::secret::Secret;
use crate::session::{Malformed, RefreshSecret, RefreshToken, UnverifiedToken};
use crate::verify::{Algorithm, Policy, Verifier};

/// An unknown secret-id makes the folder be read again, but no more often than this.
const RELOAD_COOLDOWN: Duration = Duration::from_secs(5);

/// What could not be done, on a full disk say, is tried again after this long.
const RETRY_AFTER: Duration = Duration::from_secs(30);

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

/// The keys of a running process: the ring, replaced as a whole, and the verifier over it.
#[derive(Debug)]
pub struct Keyring {
    folder: KeyFolder,
    settings: KeyringSettings,
    ring: ArcSwap<Ring>,
    verifier: Verifier,
    seen: Mutex<Seen>,
    /// When the folder was last found as the ring has it, in milliseconds.
    confirmed: AtomicI64,
    reloaded: Mutex<Option<Timestamp>>,
}

/// The folder as it was last read.
#[derive(Debug)]
struct Seen {
    listing: Listing,
    held: Holdings,
    /// What was last told about its keys.
    told: Vec<Standing>,
    /// What could not be done that was due, and when it was tried.
    failed: Option<(Timestamp, KeyFolderError)>,
}

impl Seen {
    fn is_due(&self, upkeep: &Upkeep<'_>, now: Timestamp) -> bool {
        let may = self.failed.as_ref().is_none_or(|(last, _)| *last > now || now.since(*last) >= RETRY_AFTER);
        may && upkeep.is_due(&self.held, Occasion::Passing, now)
    }
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
        let mut opened = Opened::default();
        let lock = folder.lock()?;
        let before = folder.read()?.holdings();
        let mut failed = None;
        if let Some(lock) = &lock {
            if before.secrets.is_empty() && before.have_been_begun() {
                opened.warnings.push("the refresh secret is missing: sessions made with it are over".to_owned());
            }
            let upkeep = Upkeep { folder: &folder, settings: &settings, entropy };
            match upkeep.perform(lock, Occasion::Start, now) {
                Ok(done) => opened.done = done,
                Err(error) => failed = Some(error),
            }
        } else {
            opened.warnings.push("the keys folder is read-only: no key will be made or rotated here".to_owned());
        }
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
        if lock.is_some() && ring.signer(now).algorithm() != settings.algorithm {
            opened.warnings.push(format!(
                "the active key is {}; {} comes into use with the next key, once every cache has it",
                ring.signer(now).algorithm(),
                settings.algorithm
            ));
        }
        let told = held.standings(&settings.schedule, now);
        opened.events = happenings(&before.standings(&settings.schedule, now), &told);
        let keyring = Self {
            folder,
            verifier: Verifier::new(settings.policy.clone(), ring.verification_keys()),
            settings,
            ring: ArcSwap::from_pointee(ring),
            seen: Mutex::new(Seen { listing, held, told, failed: None }),
            confirmed: AtomicI64::new(now.as_millis()),
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

    /// Takes up what has changed in the folder, and does what is due by the schedule. Cheap where there is
    /// nothing of either.
    ///
    /// # Errors
    /// Where the folder or a file in it cannot be read; the old keys then stay in use.
    pub fn keep(&self, entropy: &dyn Entropy, now: Timestamp) -> Result<Kept, KeyFolderError> {
        let listing = self.folder.listing()?;
        if self.seen().listing != listing {
            self.reload()?;
        }
        self.confirmed.store(now.as_millis(), Ordering::Release);
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

    fn seen(&self) -> MutexGuard<'_, Seen> {
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

/// A ring of what the folder holds and the shared secret, if there is one.
pub fn assemble(
    folder: &KeyFolder,
    contents: Contents,
    hmac_secret: Option<&Secret<Vec<u8>>>,
) -> Result<Ring, KeyFolderError> {
    let refused = |problem: &str| KeyFolderError::new(folder.path(), problem);
    let mut signing: Vec<_> = contents.signing.into_iter().map(|held| (held.from, held.key)).collect();
    let secrets: Vec<_> = contents.secrets.into_iter().map(|held| (held.from, held.key)).collect();
    if let Some(secret) = hmac_secret {
        // A public key beside a shared secret invites taking one for the other (RFC 8725 §2.1).
        if !signing.is_empty() {
            return Err(refused("holds asymmetric keys, but JETON_ALGORITHM is HS256: use another folder"));
        }
        let key =
            SigningKey::hs256(secret.expose()).map_err(|_| refused("JETON_HMAC_SECRET is shorter than 32 bytes"))?;
        signing.push((BEGINNING, key));
    }
    let mut ids: Vec<_> = secrets.iter().map(|(_, secret)| secret.id()).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(refused("holds two refresh secrets of one number"));
    }
    Ring::new(signing, secrets)
        .ok_or_else(|| refused("holds no signing key or no refresh secret, and none can be made here"))
}
