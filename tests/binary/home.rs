//! Where a jeton lives: a folder that is thrown away, and an environment with nothing of ours in it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use crate::process::{Done, PATIENCE, Process};
use crate::server::Server;

/// The password of every user that a test adds by [`Home::add`].
pub const PASSWORD: &str = "correct horse battery staple";

/// A folder to start jeton in, and the variables that it gets. Clones share the folder.
#[derive(Clone)]
pub struct Home {
    folder: Arc<TempDir>,
    variables: Vec<(String, String)>,
}

impl Home {
    /// An empty folder; the server will listen on a free port of the loopback address.
    pub fn new() -> Self {
        Self { folder: Arc::new(tempfile::tempdir().unwrap()), variables: Vec::new() }
            .with("JETON_LISTEN", "127.0.0.1:0")
    }

    /// Sets a variable for every later command.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// A path in the folder.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// A command that would be started here.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path());
        // A JETON_ variable of the shell that runs the tests must not leak in.
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// `jeton …`
    pub fn jeton(&self, arguments: &[&str]) -> Command {
        self.command(env!("CARGO_BIN_EXE_jeton"), arguments)
    }

    /// Runs `jeton …` to its end.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Done {
        Process::start(&mut self.jeton(arguments)).finish(PATIENCE)
    }

    /// Runs `jeton …` with something to read.
    #[track_caller]
    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Done {
        Process::start_with_input(&mut self.jeton(arguments), input).finish(PATIENCE)
    }

    /// Adds a user with [`PASSWORD`].
    #[track_caller]
    pub fn add(&self, name: &str) {
        self.run_with_input(&["user", "add", name, "--password-stdin"], PASSWORD.as_bytes()).exits(0);
    }

    /// What a command with `--json` prints.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let done = self.run(arguments).exits(0);
        assert!(!done.stdout.contains("$argon2"), "a hash: {done:?}");
        serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:?}"))
    }

    /// Starts `jeton serve` and waits until it listens.
    #[track_caller]
    pub fn serve(&self) -> Server {
        Server::of(Process::start(&mut self.jeton(&["serve"])))
    }

    /// Starts `jeton serve --dev` and waits until it listens.
    #[track_caller]
    pub fn serve_dev(&self) -> Server {
        Server::of(Process::start(&mut self.jeton(&["serve", "--dev"])))
    }
}
