//! A data folder fresh from initdb, made once and copied for every server; and who runs the servers.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, Weak};

use tempfile::TempDir;

/// `nobody`: PostgreSQL does not run as root, which tests may be.
const NOBODY: u32 = 65_534;

/// The folder; it goes with the last server.
pub struct Template(TempDir);

impl Template {
    /// The one that all servers of this process share.
    pub fn shared() -> Arc<Self> {
        static TEMPLATE: Mutex<Weak<Template>> = Mutex::new(Weak::new());
        let mut template = TEMPLATE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        template.upgrade().unwrap_or_else(|| {
            let made = Arc::new(Self::make());
            *template = Arc::downgrade(&made);
            made
        })
    }

    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let password = folder.path().join("password");
        fs::write(&password, "admin").unwrap();
        give_away(folder.path());
        give_away(&password);
        let mut command = program("initdb");
        command.args(["--username=admin", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        command.arg("--pwfile").arg(&password).arg("-D").arg(folder.path().join("data"));
        let done = command.output().unwrap_or_else(|error| missing("initdb", &error));
        assert!(done.status.success(), "initdb: {}", String::from_utf8_lossy(&done.stderr));
        Self(folder)
    }

    /// A copy at this path.
    pub fn copy_to(&self, path: &Path) {
        let mut command = Command::new("cp");
        let done = command.arg("-a").arg(self.0.path().join("data")).arg(path).status().unwrap();
        assert!(done.success());
    }
}

/// One of PostgreSQL's programs, run by somebody who may; Debian has them where nobody looks.
pub fn program(name: &str) -> Command {
    let mut command = Command::new(folder_of_programs().join(name));
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.current_dir("/");
    command
}

/// Gives a file to whoever runs the servers, and to nobody else.
pub fn give_away(path: &Path) {
    if rustix::process::geteuid().is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let mode = if path.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Says what to install.
pub fn missing(program: &str, error: &std::io::Error) -> ! {
    match error.kind() {
        ErrorKind::NotFound => panic!("{program} is missing; install it: apt-get install postgresql"),
        _ => panic!("{program}: {error}"),
    }
}

fn folder_of_programs() -> PathBuf {
    if let Some(folder) = std::env::var_os("JETON_POSTGRES_BIN") {
        return folder.into();
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max();
    newest.map_or_else(PathBuf::new, |version| format!("/usr/lib/postgresql/{version}/bin").into())
}
