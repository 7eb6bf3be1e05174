//! Keys on a disk: which files are trusted, and what opening a folder makes of them.

mod emergency;
mod folder;
mod foreign;
mod keeping;
mod keyring;
mod pause;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::{KeyFolder, KeyFolderError, Keyring, KeyringSettings, Opened, Schedule, SigningKey};
use crate::clock::Timestamp;
use crate::testing::SeededEntropy;
use crate::verify::{Algorithm, Policy};

/// When these tests happen: 2026-11-21T09:30:00Z.
const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);

const DAY: Duration = Duration::from_secs(86_400);

/// A folder that vanishes with the test.
fn temporary() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn settings(folder: &Path, algorithm: Algorithm) -> KeyringSettings {
    let policy = Policy::new("https://issuer.test", "https://api.test");
    let schedule = Schedule {
        period: DAY * 30,
        access_ttl: Duration::from_secs(600),
        session_ttl: DAY * 90,
        leeway: Duration::from_secs(5),
    };
    KeyringSettings { folder: folder.to_owned(), algorithm, hmac_secret: None, schedule, policy }
}

fn open(folder: &Path, algorithm: Algorithm, now: Timestamp) -> Result<(Keyring, Opened), KeyFolderError> {
    Keyring::open(settings(folder, algorithm), &SeededEntropy::new(1), now)
}

/// What is wrong with a folder that cannot be opened.
fn problem(folder: &Path) -> String {
    KeyFolder::open(folder).and_then(|folder| folder.read()).map(|_| "nothing").unwrap_err().problem
}

/// Writes a file as its owner alone can read it.
fn put(path: PathBuf, text: &str) -> PathBuf {
    fs::write(&path, text).expect("writable");
    chmod(&path, 0o600);
    path
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("our own file");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// The names in a folder that end so, in order.
fn names(folder: &Path, end: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> =
        entries.filter_map(|name| name.into_string().ok()).filter(|name| name.ends_with(end)).collect();
    names.sort();
    names
}

/// A new private key in PEM.
fn new_pem(algorithm: Algorithm) -> String {
    let pkcs8 = SigningKey::generate(algorithm).expect("a key");
    pem::encode(&pem::Pem::new("PRIVATE KEY", pkcs8.expose().as_slice()))
}
