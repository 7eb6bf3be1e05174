//! What an operator asks of the folder: make what is missing, rotate, list. A server may be running on it.

use std::fmt;

use super::assembly::assemble;
use super::files::KeyFolder;
use super::keyring::KeyringSettings;
use super::private_file::KeyFolderError;
use super::rotation::Occasion;
use super::standing::Standing;
use super::upkeep::Upkeep;
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::verify::Algorithm;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Make what is missing, as a start does.
    Generate,
    /// Let the next keys take over as soon as every cache has them.
    Rotate,
    /// Let a new signing key take over at once, and take all others away at once.
    RotateNow,
}

/// Why it was not done.
#[derive(Debug)]
pub enum ManageError {
    /// The folder, or a file in it.
    Folder(KeyFolderError),
    /// There is no folder, or nothing in it to rotate.
    NothingToRotate,
    /// The folder cannot be written to.
    ReadOnly,
    /// HS256 has no key of ours that could leave.
    SharedSecret,
}

impl fmt::Display for ManageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(error) => error.fmt(f),
            Self::NothingToRotate => f.write_str("there are no keys yet: jeton keys generate makes them"),
            Self::ReadOnly => f.write_str("the keys folder is read-only here: change it where it comes from"),
            Self::SharedSecret => {
                f.write_str("HS256 signs with JETON_HMAC_SECRET: set another one everywhere, and restart")
            }
        }
    }
}

impl std::error::Error for ManageError {}

impl From<KeyFolderError> for ManageError {
    fn from(error: KeyFolderError) -> Self {
        Self::Folder(error)
    }
}

/// What was done about a [`Wish`].
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Managed {
    /// A line for each file that was made, renamed or removed.
    pub done: Vec<String>,
    /// What the operator should know.
    pub warnings: Vec<String>,
}

/// Every key of a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Where each stands.
    pub keys: Vec<Standing>,
    /// Which of their files others can use, so that no server will.
    pub exposed: Vec<KeyFolderError>,
}

/// Does it, under the folder's lock. Only [`Wish::RotateNow`] takes keys for what they are that others can
/// use: it is there to take them away.
///
/// # Errors
/// Why it was not done. After [`ManageError::Folder`] a part may have been; asking again does the rest.
pub fn manage(
    settings: &KeyringSettings,
    wish: Wish,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<Managed, ManageError> {
    let occasion = match wish {
        Wish::Generate => Occasion::Start,
        Wish::Rotate => Occasion::ByHand,
        Wish::RotateNow if settings.algorithm == Algorithm::Hs256 => return Err(ManageError::SharedSecret),
        Wish::RotateNow => Occasion::Emergency,
    };
    let folder = match wish {
        Wish::Generate => KeyFolder::open(&settings.folder)?,
        _ => KeyFolder::existing(&settings.folder)?.ok_or(ManageError::NothingToRotate)?,
    };
    let lock = folder.lock()?.ok_or(ManageError::ReadOnly)?;
    let mut contents = if wish == Wish::RotateNow { folder.read_exposed()? } else { folder.read()? };
    let warnings = std::mem::take(&mut contents.exposed).iter().map(warning).collect();
    if wish != Wish::Generate {
        if contents.secrets.is_empty() {
            return Err(ManageError::NothingToRotate);
        }
        // What would stop a start is not made worse.
        assemble(&folder, contents, settings.shared_secret())?;
    }
    let done = Upkeep { folder: &folder, settings, entropy }.perform(&lock, occasion, now)?;
    Ok(Managed { done, warnings })
}

/// In an emergency signing keys leave, and refresh secrets stay.
fn warning(exposed: &KeyFolderError) -> String {
    let KeyFolderError { path, problem } = exposed;
    if path.extension().is_some_and(|extension| extension == "pem") {
        return format!("{}: others could use it; it is replaced", path.display());
    }
    format!("{}: {problem}; it stays: if somebody has read it, move it away and restart every server", path.display())
}

/// Every key; none where there is no folder yet.
///
/// # Errors
/// Where the folder or a file cannot be read.
pub fn list(settings: &KeyringSettings, now: Timestamp) -> Result<Listed, KeyFolderError> {
    let Some(folder) = KeyFolder::existing(&settings.folder)? else { return Ok(Listed::default()) };
    let mut contents = folder.read_exposed()?;
    let exposed = std::mem::take(&mut contents.exposed);
    Ok(Listed { keys: contents.holdings().standings(&settings.schedule, now), exposed })
}
