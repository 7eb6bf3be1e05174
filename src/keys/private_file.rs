//! Which private files are trusted: who else can use them, and whose they are.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Key files are a few hundred bytes; nothing larger is read.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// What is wrong with the folder or one of its files. Says which file, never what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFolderError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl KeyFolderError {
    pub(super) fn new(path: &Path, problem: impl ToString) -> Self {
        Self { path: path.to_owned(), problem: problem.to_string() }
    }
}

impl fmt::Display for KeyFolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for KeyFolderError {}

/// What a key file holds.
pub struct PrivateText {
    /// All of it.
    pub text: Zeroizing<String>,
    /// Who else can use the file, and what to do about it: it is no secret then. Others must not, nor must
    /// the group, unless root owns it and it only reads.
    pub exposed: Option<&'static str>,
}

/// Reads a key file of the folder `home`, and not one from outside of it (Kubernetes links inside it).
///
/// # Errors
/// Why it cannot be a key of ours, or cannot be read.
pub fn read(path: &Path, home: &Path) -> Result<PrivateText, KeyFolderError> {
    let refused = |problem: &str| KeyFolderError::new(path, problem);
    let failed = |error: io::Error| KeyFolderError::new(path, error);
    let (target, home) = (path.canonicalize().map_err(failed)?, home.canonicalize().map_err(failed)?);
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
    let exposed = readable_by_us_alone(metadata.mode(), metadata.uid()).err();
    owned_by_us_or_root(metadata.uid()).map_err(|problem| refused(exposed.unwrap_or(problem)))?;
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(failed)?;
    Ok(PrivateText { text, exposed })
}

/// Checks who else can use a private file that does not lie in the keys folder.
///
/// # Errors
/// Where others can, or it cannot be looked at.
pub fn check_private_file(path: &Path) -> Result<(), KeyFolderError> {
    let metadata = fs::metadata(path).map_err(|error| KeyFolderError::new(path, error))?;
    readable_by_us_alone(metadata.mode(), metadata.uid()).map_err(|problem| KeyFolderError::new(path, problem))
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
