//! The folder of key files: what is in it, atomic writing, the lock.
//!
//! | file | holds |
//! |---|---|
//! | `20261121T113300Z-ES256-AbCdEfGh.pem` | a private key in PKCS#8, signing from that time on |
//! | `anything.pem` | one that you brought: it signs from the beginning of time |
//! | `20261121T113300Z-refresh-1.key` | refresh secret number 1: 32 bytes in base64url |
//!
//! An RSA key says RS256 or PS256 by its name; without one of them it is RS256.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::name;
use super::private_file::{self, KeyFolderError, PrivateText};
use super::rotation::{Held, Holdings, Signer};
use super::signing::SigningKey;
use crate::clock::Timestamp;
use crate::secret::Secret;
use crate::session::RefreshSecret;
use crate::verify::Algorithm;

/// How often a folder is read again that changes under its reader.
const READS: usize = 5;

/// What the folder holds, each kind in the order of a [`super::Ring`]: by time, then by name.
#[derive(Debug, Default)]
pub struct Contents {
    /// Signing keys, each with the time from which it signs.
    pub signing: Vec<Held<SigningKey>>,
    /// Refresh secrets, each with the time from which it mints.
    pub secrets: Vec<Held<RefreshSecret>>,
    /// Which of these files others can use: none, unless they were asked for by [`KeyFolder::read_exposed`].
    pub exposed: Vec<KeyFolderError>,
}

impl Contents {
    /// The same without the keys' secrets, for the plan.
    pub fn holdings(&self) -> Holdings {
        Holdings {
            keys: self.signing.iter().map(|held| about(held, signer(&held.key))).collect(),
            secrets: self.secrets.iter().map(|held| about(held, held.key.id())).collect(),
        }
    }
}

fn signer(key: &SigningKey) -> Signer {
    Signer { kid: key.kid().to_owned(), algorithm: key.algorithm() }
}

fn about<T, U>(held: &Held<T>, key: U) -> Held<U> {
    Held { file: held.file.clone(), from: held.from, is_ours: held.is_ours, key }
}

/// The visible files of a folder, so that a change of any is noticed: name, inode, length, and when it
/// was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(Vec<(PathBuf, u64, u64, i64, i64)>);

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
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| KeyFolderError::new(path, error))?;
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
        let mode = fs::metadata(&self.0).map_err(|error| KeyFolderError::new(&self.0, error))?.mode();
        // With the sticky bit, as on Kubernetes' volumes, others can add files but not replace ours; what
        // they add has another owner and is refused as a file.
        if mode & 0o1002 == 0o0002 {
            return Err(KeyFolderError::new(&self.0, "everybody can replace what is in it: run chmod 700 on it"));
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

    /// Waits for the folder's lock, so that one at a time plans and changes. `None` where the folder is
    /// read-only; nobody writes there then. Held until dropped.
    ///
    /// # Errors
    /// Where the lock file cannot be opened for another reason.
    pub fn lock(&self) -> Result<Option<File>, KeyFolderError> {
        let Some((path, file)) = self.lock_file()? else { return Ok(None) };
        file.lock().map(|()| Some(file)).map_err(|error| KeyFolderError::new(&path, error))
    }

    /// As [`Self::lock`], but does not wait: `None` also where somebody else has it.
    ///
    /// # Errors
    /// As [`Self::lock`].
    pub fn try_lock(&self) -> Result<Option<File>, KeyFolderError> {
        let Some((path, file)) = self.lock_file()? else { return Ok(None) };
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(KeyFolderError::new(&path, error)),
        }
    }

    fn lock_file(&self) -> Result<Option<(PathBuf, File)>, KeyFolderError> {
        if !self.is_writable() {
            return Ok(None);
        }
        let path = self.0.join(".lock");
        match OpenOptions::new().create(true).append(true).mode(0o600).open(&path) {
            Ok(file) => Ok(Some((path, file))),
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
                Ok(None)
            }
            Err(error) => Err(KeyFolderError::new(&path, error)),
        }
    }

    /// The folder's visible files as they are now. Cheap: no file is opened.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn listing(&self) -> Result<Listing, KeyFolderError> {
        let list = || {
            let mut files = Vec::new();
            for entry in fs::read_dir(&self.0)? {
                let path = entry?.path();
                if path.file_name().is_some_and(|name| !name.as_encoded_bytes().starts_with(b".")) {
                    // Behind a link, as Kubernetes makes them, the file is another one after each change. One
                    // that has just gone is seen by its missing inode.
                    let seen =
                        fs::metadata(&path).map(|file| (file.ino(), file.len(), file.ctime(), file.ctime_nsec()));
                    let (inode, length, changed, nanos) = seen.unwrap_or_default();
                    files.push((path, inode, length, changed, nanos));
                }
            }
            files.sort();
            Ok(Listing(files))
        };
        list().map_err(|error: io::Error| KeyFolderError::new(&self.0, error))
    }

    /// Reads every key file; again where the folder changed meanwhile, since a file that was there a moment
    /// ago may be gone.
    ///
    /// # Errors
    /// The first file that cannot be trusted or understood: a key that is silently left out would
    /// refuse good tokens.
    pub fn read(&self) -> Result<Contents, KeyFolderError> {
        self.read_listed().map(|(contents, _)| contents)
    }

    /// As [`Self::read`], with the listing that was read.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_listed(&self) -> Result<(Contents, Listing), KeyFolderError> {
        let (mut contents, listing) = self.read_steady()?;
        contents.exposed.drain(..).next().map_or(Ok(()), Err)?;
        Ok((contents, listing))
    }

    /// As [`Self::read`], also of files that others can use: for showing them and for taking them away. No
    /// such key may be put to use.
    ///
    /// # Errors
    /// As [`Self::read`], but for that.
    pub fn read_exposed(&self) -> Result<Contents, KeyFolderError> {
        self.read_steady().map(|(contents, _)| contents)
    }

    fn read_steady(&self) -> Result<(Contents, Listing), KeyFolderError> {
        let mut listing = self.listing()?;
        for _ in 1..READS {
            let contents = self.read_files(&listing);
            let after = self.listing()?;
            if after == listing {
                return contents.map(|contents| (contents, listing));
            }
            listing = after;
        }
        self.read_files(&listing).map(|contents| (contents, listing))
    }

    fn read_files(&self, listing: &Listing) -> Result<Contents, KeyFolderError> {
        let mut contents = Contents::default();
        for (path, ..) in &listing.0 {
            let Some(file) = path.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
            let refused = |problem: &str| KeyFolderError::new(path, problem);
            let mut read = || -> Result<_, KeyFolderError> {
                let PrivateText { text, exposed } = private_file::read(path, &self.0)?;
                contents.exposed.extend(exposed.map(refused));
                Ok(text)
            };
            if let Some(stem) = file.strip_suffix(".pem") {
                let key = parse_private_key(stem, &read()?).map_err(refused)?;
                let from = name::starts_at(stem);
                let is_ours = file == name::of_key(from, key.algorithm(), key.kid());
                contents.signing.push(Held { file, from, is_ours, key });
            } else if let Some(stem) = file.strip_suffix(".key") {
                let key = parse_secret(stem, &read()?).map_err(refused)?;
                let from = name::starts_at(stem);
                let is_ours = file == name::of_secret(from, key.id());
                contents.secrets.push(Held { file, from, is_ours, key });
            }
        }
        contents.signing.sort_by(|a, b| (a.from, a.key.kid()).cmp(&(b.from, b.key.kid())));
        contents.secrets.sort_by_key(|secret| (secret.from, secret.key.id()));
        Ok(contents)
    }

    /// Stores a private key that signs from `from` on; the file's name.
    ///
    /// # Errors
    /// Where the file cannot be written; there is none then.
    pub fn add_signing_key(
        &self,
        from: Timestamp,
        key: &SigningKey,
        pkcs8: &Secret<Vec<u8>>,
    ) -> Result<String, KeyFolderError> {
        let pem = pem::Pem::new("PRIVATE KEY", pkcs8.expose().as_slice());
        let text = pem::encode_config(&pem, pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF));
        self.write(name::of_key(from, key.algorithm(), key.kid()), Zeroizing::new(text))
    }

    /// Stores a refresh secret that mints from `from` on; the file's name.
    ///
    /// # Errors
    /// As [`Self::add_signing_key`].
    pub fn add_refresh_secret(&self, from: Timestamp, id: u8, bytes: &[u8; 32]) -> Result<String, KeyFolderError> {
        let text = Zeroizing::new(format!("{}\n", URL_SAFE_NO_PAD.encode(bytes)));
        self.write(name::of_secret(from, id), text)
    }

    /// Writes a file so that it is there whole or not at all: temporary file, fsync, rename, fsync
    /// of the folder.
    fn write(&self, name: String, text: Zeroizing<String>) -> Result<String, KeyFolderError> {
        let path = self.0.join(&name);
        let temporary = self.0.join(format!(".{name}.new"));
        let written = (|| {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&temporary, &path)?;
            File::open(&self.0)?.sync_all()
        })();
        written.map(|()| name).map_err(|error| {
            // No half of a key stays behind; where not even this works, nobody reads it.
            let _ = fs::remove_file(&temporary);
            KeyFolderError::new(&path, error)
        })
    }

    /// Gives a file another name.
    ///
    /// # Errors
    /// Where it cannot; it keeps its name then.
    pub fn rename(&self, old: &str, new: &str) -> Result<(), KeyFolderError> {
        self.change(old, |path| fs::rename(path, self.0.join(new)))
    }

    /// Deletes a file.
    ///
    /// # Errors
    /// Where it cannot.
    pub fn remove(&self, name: &str) -> Result<(), KeyFolderError> {
        self.change(name, |path| fs::remove_file(path))
    }

    fn change(&self, name: &str, change: impl Fn(&Path) -> io::Result<()>) -> Result<(), KeyFolderError> {
        let path = self.0.join(name);
        let changed = change(&path).and_then(|()| File::open(&self.0)?.sync_all());
        changed.map_err(|error| KeyFolderError::new(&path, error))
    }
}

fn parse_private_key(stem: &str, text: &str) -> Result<SigningKey, &'static str> {
    let pem = pem::parse(text).map_err(|_| "is not a PEM file with one block")?;
    if pem.tag() != "PRIVATE KEY" {
        return Err("is not PKCS#8 (BEGIN PRIVATE KEY): convert it with openssl pkcs8 -topk8 -nocrypt");
    }
    let der = Zeroizing::new(pem.into_contents());
    let named = name::algorithm(stem);
    let candidates =
        named.map_or(vec![Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256], |algorithm| vec![algorithm]);
    candidates.into_iter().find_map(|algorithm| SigningKey::from_pkcs8(algorithm, &der).ok()).ok_or(
        "is not a private key for ES256, RS256, PS256 or EdDSA, or not of the algorithm in its name, or a weak one",
    )
}

fn parse_secret(stem: &str, text: &str) -> Result<RefreshSecret, &'static str> {
    let id = name::secret_id(stem).ok_or("is not named …refresh-N.key, N from 0 to 255")?;
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim_end()).map_err(|_| "is not base64url")?);
    let bytes = bytes.as_slice().try_into().map_err(|_| "does not hold 32 bytes")?;
    Ok(RefreshSecret::new(id, bytes))
}
