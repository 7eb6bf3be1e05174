//! The keyring: the current [`Ring`] of a running process, and how it comes to be.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;

use super::files::{Contents, KeyFolder, KeyFolderError};
use super::ring::{JWKS_MAX_AGE, Ring};
use super::signing::SigningKey;
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
    /// What tokens must say to be accepted.
    pub policy: Policy,
}

/// What opening the keyring did, for the log.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Files that were made.
    pub made: Vec<String>,
    /// What an operator should know.
    pub warnings: Vec<String>,
}

/// The keys of a running process: the ring, replaced as a whole, and the verifier over it.
#[derive(Debug)]
pub struct Keyring {
    folder: KeyFolder,
    hmac_secret: Option<Secret<Vec<u8>>>,
    ring: ArcSwap<Ring>,
    verifier: Verifier,
    reloaded: Mutex<Option<Timestamp>>,
}

impl Keyring {
    /// Opens the folder and makes what is missing: a signing key at first start, the *next* one
    /// where the configured algorithm has changed, and the refresh secret.
    ///
    /// # Errors
    /// Where a file cannot be trusted, read or made; or for HS256 beside asymmetric keys.
    pub fn open(
        settings: KeyringSettings,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<(Self, Opened), KeyFolderError> {
        let folder = KeyFolder::open(&settings.folder)?;
        // A secret beside another algorithm is a left-over, and must not make tokens that it signs good.
        let hmac_secret = settings.hmac_secret.filter(|_| settings.algorithm == Algorithm::Hs256);
        let lock = folder.lock()?;
        let mut opened = Opened::default();
        let mut contents = folder.read()?;
        if lock.is_some() {
            let maker =
                Maker { folder: &folder, algorithm: settings.algorithm, entropy, now, leeway: settings.policy.leeway };
            if contents.secrets.is_empty() && contents.has_keys_of_ours() {
                opened.warnings.push("the refresh secret is missing: sessions made with it are over".to_owned());
            }
            opened.made = maker.complete(&contents)?;
            contents = folder.read()?;
        } else {
            opened.warnings.push("the keys folder is read-only: no key will be made or rotated here".to_owned());
        }
        let ring = assemble(&folder, contents, hmac_secret.as_ref())?;
        if lock.is_some() && ring.signer(now).algorithm() != settings.algorithm {
            opened.warnings.push(format!(
                "the active key is {}; {} comes into use with the next key, once every cache has it",
                ring.signer(now).algorithm(),
                settings.algorithm
            ));
        }
        let verifier = Verifier::new(settings.policy, ring.verification_keys());
        let reloaded = Mutex::new(None);
        let ring = ArcSwap::from_pointee(ring);
        Ok((Self { folder, hmac_secret, ring, verifier, reloaded }, opened))
    }

    /// The keys as they are now.
    pub fn ring(&self) -> Arc<Ring> {
        self.ring.load_full()
    }

    /// The verifier over these keys; clones of it follow every reload.
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
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
        let ring = assemble(&self.folder, self.folder.read()?, self.hmac_secret.as_ref())?;
        self.verifier.replace_keys(ring.verification_keys());
        self.ring.store(Arc::new(ring));
        Ok(())
    }

    fn may_reload(&self, now: Timestamp) -> bool {
        let mut reloaded = self.reloaded.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let may = reloaded.is_none_or(|last| last > now || now.since(last) >= RELOAD_COOLDOWN);
        if may {
            *reloaded = Some(now);
        }
        may
    }
}

/// Makes the key files that are missing.
struct Maker<'a> {
    folder: &'a KeyFolder,
    algorithm: Algorithm,
    entropy: &'a dyn Entropy,
    now: Timestamp,
    leeway: Duration,
}

impl Maker<'_> {
    fn complete(&self, contents: &Contents) -> Result<Vec<String>, KeyFolderError> {
        let mut made = Vec::new();
        let newest = contents.signing.iter().max_by_key(|(from, _)| *from).map(|(_, key)| key.algorithm());
        if self.algorithm != Algorithm::Hs256 && newest != Some(self.algorithm) {
            // The first key signs at once: nobody can have cached a JWKS without it.
            let from = if newest.is_none() { self.now } else { self.now + JWKS_MAX_AGE + self.leeway };
            made.push(format!("a signing key for {}, in use from {}", self.algorithm, from.rfc3339()));
            self.add_signing_key(from)?;
        }
        if contents.secrets.is_empty() {
            let (mut id, mut bytes) = ([1], [0; 32]);
            if contents.has_keys_of_ours() {
                // Not the first start: a secret was lost, and its number must not come back.
                self.entropy.fill(&mut id);
            }
            self.entropy.fill(&mut bytes);
            self.folder.add_refresh_secret(self.now, id[0], &bytes)?;
            made.push(format!("the refresh secret {}", id[0]));
        }
        Ok(made)
    }

    fn add_signing_key(&self, from: Timestamp) -> Result<(), KeyFolderError> {
        let refused = |error: super::signing::BadKey| KeyFolderError {
            path: self.folder.path().to_owned(),
            problem: format!("a key for {} could not be made: {error}", self.algorithm),
        };
        let pkcs8 = SigningKey::generate(self.algorithm).map_err(refused)?;
        let key = SigningKey::from_pkcs8(self.algorithm, pkcs8.expose()).map_err(refused)?;
        self.folder.add_signing_key(from, &key, &pkcs8)
    }
}

/// A ring of what the folder holds and the shared secret, if there is one.
pub fn assemble(
    folder: &KeyFolder,
    contents: Contents,
    hmac_secret: Option<&Secret<Vec<u8>>>,
) -> Result<Ring, KeyFolderError> {
    let refused = |problem: &str| KeyFolderError { path: folder.path().to_owned(), problem: problem.to_owned() };
    let Contents { mut signing, secrets } = contents;
    if let Some(secret) = hmac_secret {
        // A public key beside a shared secret invites taking one for the other (RFC 8725 §2.1).
        if !signing.is_empty() {
            return Err(refused("holds asymmetric keys, but JETON_ALGORITHM is HS256: use another folder"));
        }
        let key =
            SigningKey::hs256(secret.expose()).map_err(|_| refused("JETON_HMAC_SECRET is shorter than 32 bytes"))?;
        signing.push((Timestamp::from_millis(i64::MIN), key));
    }
    let mut ids: Vec<_> = secrets.iter().map(|(_, secret): &(Timestamp, RefreshSecret)| secret.id()).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(refused("holds two refresh secrets of one number"));
    }
    Ring::new(signing, secrets)
        .ok_or_else(|| refused("holds no signing key or no refresh secret, and none can be made here"))
}
