//! The folder of key files: names, modes, atomic writing.
//!
//! | file | holds |
//! |---|---|
//! | `20261121T113300Z-ES256-AbCdEfGh.pem` | a private key in PKCS#8, signing from that time on |
//! | `anything.pem` | one that you brought: it signs from the beginning of time |
//! | `20261121T113300Z-refresh-1.key` | refresh secret number 1: 32 bytes in base64url |
//!
//! An RSA key says RS256 or PS256 by its name; without one of them it is RS256.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDateTime, Utc};
use zeroize::Zeroizing;

use super::signing::SigningKey;
use crate::clock::Timestamp;
use crate::secret::Secret;
use crate::session::RefreshSecret;
use crate::verify::Algorithm;

const TIME_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// The beginning of time: from when a key signs whose name says no time.
pub const BEGINNING: Timestamp = Timestamp::from_millis(i64::MIN);

/// Key files are a few hundred bytes; nothing larger is read.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// What is wrong with the folder or one of its files. Says which file, never what is in it.
#[derive(Debug)]
pub struct KeyFolderError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl fmt::Display for KeyFolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for KeyFolderError {}

/// What the folder holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// Signing keys, each with the time from which it signs.
    pub signing: Vec<(Timestamp, SigningKey)>,
    /// Refresh secrets, each with the time from which it mints.
    pub secrets: Vec<(Timestamp, RefreshSecret)>,
}

impl Contents {
    /// Whether an earlier start made keys here; keys that were brought have no time in their names.
    pub fn has_keys_of_ours(&self) -> bool {
        self.signing.iter().any(|(from, _)| *from > BEGINNING)
    }
}

/// A folder of key files.
#[derive(Clone, Debug)]
pub struct KeyFolder(PathBuf);

impl KeyFolder {
    /// The folder at `path`, made (0700) where it is missing.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn open(path: &Path) -> Result<Self, KeyFolderError> {
        let folder = Self(path.to_owned());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| folder.error(path, error))?;
        folder.check()?;
        Ok(folder)
    }

    /// The folder at `path`; `None` where it is missing. Makes nothing.
    ///
    /// # Errors
    /// Where it cannot be looked at, or everybody can replace what is in it.
    pub fn existing(path: &Path) -> Result<Option<Self>, KeyFolderError> {
        let folder = Self(path.to_owned());
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            _ => folder.check().map(|()| Some(folder)),
        }
    }

    fn check(&self) -> Result<(), KeyFolderError> {
        let path = self.path();
        let mode = fs::metadata(path).map_err(|error| self.error(path, error))?.mode();
        // With the sticky bit, as on Kubernetes' volumes, others can add files but not replace ours; what
        // they add has another owner and is refused as a file.
        if mode & 0o1002 == 0o0002 {
            let problem = "everybody can replace what is in it: run chmod 700 on it".to_owned();
            return Err(KeyFolderError { path: path.to_owned(), problem });
        }
        Ok(())
    }

    /// Whether keys can be made here.
    pub fn is_writable(&self) -> bool {
        rustix::fs::access(&self.0, rustix::fs::Access::WRITE_OK).is_ok()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Takes the folder's lock, so that of several starters one makes the keys. `None` where the
    /// folder is read-only; nobody writes there then. Held until dropped.
    ///
    /// # Errors
    /// Where the lock file cannot be opened for another reason.
    pub fn lock(&self) -> Result<Option<File>, KeyFolderError> {
        if !self.is_writable() {
            return Ok(None);
        }
        let path = self.0.join(".lock");
        match OpenOptions::new().create(true).append(true).mode(0o600).open(&path) {
            Ok(file) => file.lock().map(|()| Some(file)).map_err(|error| self.error(&path, error)),
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
                Ok(None)
            }
            Err(error) => Err(self.error(&path, error)),
        }
    }

    /// Reads every key file.
    ///
    /// # Errors
    /// The first file that cannot be trusted or understood: a key that is silently left out would
    /// refuse good tokens.
    pub fn read(&self) -> Result<Contents, KeyFolderError> {
        let mut paths = fs::read_dir(&self.0)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
            .map_err(|error| self.error(&self.0, error))?;
        paths.sort();
        let mut contents = Contents::default();
        for path in paths {
            let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.'))
            else {
                continue;
            };
            let refused = |problem: &str| KeyFolderError { path: path.clone(), problem: problem.to_owned() };
            if let Some(stem) = name.strip_suffix(".pem") {
                let key = parse_private_key(stem, &self.read_file(&path)?).map_err(refused)?;
                contents.signing.push((starts_at(stem), key));
            } else if let Some(stem) = name.strip_suffix(".key") {
                let secret = parse_secret(stem, &self.read_file(&path)?).map_err(refused)?;
                contents.secrets.push((starts_at(stem), secret));
            }
        }
        Ok(contents)
    }

    /// Stores a private key that signs from `from` on.
    ///
    /// # Errors
    /// Where the file cannot be written; there is none then.
    pub fn add_signing_key(
        &self,
        from: Timestamp,
        key: &SigningKey,
        pkcs8: &Secret<Vec<u8>>,
    ) -> Result<(), KeyFolderError> {
        let name = format!("{}-{}-{}.pem", file_time(from), key.algorithm(), &key.kid()[..8]);
        let pem = pem::Pem::new("PRIVATE KEY", pkcs8.expose().as_slice());
        self.write(
            &name,
            Zeroizing::new(pem::encode_config(&pem, pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF))),
        )
    }

    /// Stores a refresh secret that mints from `from` on.
    ///
    /// # Errors
    /// As [`Self::add_signing_key`].
    pub fn add_refresh_secret(&self, from: Timestamp, id: u8, bytes: &[u8; 32]) -> Result<(), KeyFolderError> {
        let text = Zeroizing::new(format!("{}\n", URL_SAFE_NO_PAD.encode(bytes)));
        self.write(&format!("{}-refresh-{id}.key", file_time(from)), text)
    }

    /// Writes a file so that it is there whole or not at all: temporary file, fsync, rename, fsync
    /// of the folder.
    fn write(&self, name: &str, text: Zeroizing<String>) -> Result<(), KeyFolderError> {
        let path = self.0.join(name);
        let temporary = self.0.join(format!(".{name}.new"));
        let written = (|| {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&temporary, &path)?;
            File::open(&self.0)?.sync_all()
        })();
        written.map_err(|error| self.error(&path, error))
    }

    /// Reads a file after checking who else can: not others, not the group unless root owns it, and
    /// not from outside of the folder (Kubernetes links inside it).
    fn read_file(&self, path: &Path) -> Result<Zeroizing<String>, KeyFolderError> {
        let refused = |problem: &str| KeyFolderError { path: path.to_owned(), problem: problem.to_owned() };
        let failed = |error| self.error(path, error);
        let (target, home) = (path.canonicalize().map_err(failed)?, self.0.canonicalize().map_err(failed)?);
        if !target.starts_with(home) {
            return Err(refused("is a link that leaves the keys folder"));
        }
        // Looked at before it is opened, since opening a pipe waits for its writer; and again after, so that
        // what is checked is what is read.
        if !fs::metadata(&target).map_err(failed)?.is_file() {
            return Err(refused("is not a key file"));
        }
        let file = File::open(&target).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() || metadata.len() > MAX_FILE_BYTES {
            return Err(refused("is not a key file"));
        }
        readable_by_us_alone(metadata.mode(), metadata.uid()).map_err(refused)?;
        owned_by_us_or_root(metadata.uid()).map_err(refused)?;
        let mut text = Zeroizing::new(String::new());
        file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(failed)?;
        Ok(text)
    }

    fn error(&self, path: &Path, error: std::io::Error) -> KeyFolderError {
        KeyFolderError { path: path.to_owned(), problem: error.to_string() }
    }
}

/// Checks who else can use a private file that does not lie in the keys folder.
///
/// # Errors
/// Where others can, or it cannot be looked at.
pub fn check_private_file(path: &Path) -> Result<(), KeyFolderError> {
    let refused = |problem: String| KeyFolderError { path: path.to_owned(), problem };
    let metadata = fs::metadata(path).map_err(|error| refused(error.to_string()))?;
    readable_by_us_alone(metadata.mode(), metadata.uid()).map_err(|problem| refused(problem.to_owned()))
}

/// Whether a private file's mode is tight enough.
///
/// | others | group | verdict |
/// |---|---|---|
/// | anything | | refused |
/// | nothing | write | refused |
/// | nothing | read, root owns it | fine: what Kubernetes' fsGroup makes |
/// | nothing | read | refused |
fn readable_by_us_alone(mode: u32, owner: u32) -> Result<(), &'static str> {
    if mode & 0o007 != 0 {
        return Err("others can use it: run chmod 600 on it");
    }
    if mode & 0o020 != 0 {
        return Err("the group can write it: run chmod 600 on it");
    }
    if mode & 0o040 != 0 && owner != 0 {
        return Err("the group can read it: run chmod 600 on it");
    }
    Ok(())
}

/// A file of somebody else's is no key of ours, whatever its mode.
fn owned_by_us_or_root(owner: u32) -> Result<(), &'static str> {
    let us = rustix::process::geteuid().as_raw();
    if owner == 0 || owner == us { Ok(()) } else { Err("belongs to another user: run chown on it") }
}

/// Rounded up to a second: a next key must not sign before its time.
fn file_time(time: Timestamp) -> String {
    let seconds = (time + Duration::from_millis(999)).as_secs();
    DateTime::<Utc>::from_timestamp_secs(seconds).unwrap_or_default().format(TIME_FORMAT).to_string()
}

/// The time in front of a file's name; the beginning of time where there is none.
fn starts_at(stem: &str) -> Timestamp {
    let time = stem.split('-').next().and_then(|text| NaiveDateTime::parse_from_str(text, TIME_FORMAT).ok());
    time.map_or(BEGINNING, |time| Timestamp::from_millis(time.and_utc().timestamp_millis()))
}

fn parse_private_key(stem: &str, text: &str) -> Result<SigningKey, &'static str> {
    let pem = pem::parse(text).map_err(|_| "is not a PEM file with one block")?;
    if pem.tag() != "PRIVATE KEY" {
        return Err("is not PKCS#8 (BEGIN PRIVATE KEY): convert it with openssl pkcs8 -topk8 -nocrypt");
    }
    let der = Zeroizing::new(pem.into_contents());
    let named = stem.split('-').find_map(|part| part.parse::<Algorithm>().ok());
    let candidates =
        named.map_or(vec![Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256], |algorithm| vec![algorithm]);
    candidates.into_iter().find_map(|algorithm| SigningKey::from_pkcs8(algorithm, &der).ok()).ok_or(
        "is not a private key for ES256, RS256, PS256 or EdDSA, or not of the algorithm in its name, or a weak one",
    )
}

fn parse_secret(stem: &str, text: &str) -> Result<RefreshSecret, &'static str> {
    let id = stem
        .rsplit_once("refresh-")
        .and_then(|(_, id)| id.parse().ok())
        .ok_or("is not named …refresh-N.key, N from 0 to 255")?;
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim_end()).map_err(|_| "is not base64url")?);
    let bytes = bytes.as_slice().try_into().map_err(|_| "does not hold 32 bytes")?;
    Ok(RefreshSecret::new(id, bytes))
}
