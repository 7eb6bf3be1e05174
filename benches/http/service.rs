//! A jeton of its own: a release build in a folder that is thrown away, with the user `ada`.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pinned::{Running, command};

/// The binary.
pub const JETON: &str = env!("CARGO_BIN_EXE_jeton");

pub const PASSWORD: &str = "correct horse battery staple";

pub struct Service {
    pub running: Running,
    pub folder: TempDir,
    settings: Settings,
}

type Settings = Vec<(String, String)>;

impl Service {
    /// Starts it with these settings beside the defaults, on the server's core.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_as(command(JETON), settings)
    }

    /// Starts it as this command says, which is one of the binary.
    pub fn start_as(mut serve: Command, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        jeton(&mut serve, &folder, &settings, &["serve"]);
        let add = ["user", "add", "ada", "--password-stdin", "--role", "admin"];
        run(&folder, &settings, &add);
        Self { running: Running::start(&mut serve), folder, settings }
    }

    /// Runs a command on its stores, with the password on standard input.
    pub fn command(&self, arguments: &[&str]) {
        run(&self.folder, &self.settings, arguments);
    }

    /// Its address without a path.
    pub fn base(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// The answer to a sign-in.
    pub fn sign_in(&self) -> Value {
        let request = ureq::post(format!("{}/login", self.base()));
        let mut answer = request.send_json(json!({ "username": "ada", "password": PASSWORD })).unwrap();
        answer.body_mut().read_json().unwrap()
    }
}

fn jeton(command: &mut Command, folder: &TempDir, settings: &Settings, arguments: &[&str]) {
    command.args(arguments).current_dir(folder.path()).env("JETON_LISTEN", "127.0.0.1:0");
    command.env("JETON_ISSUER", "https://id.example").envs(settings.iter().cloned());
}

fn run(folder: &TempDir, settings: &Settings, arguments: &[&str]) {
    let mut command = Command::new(JETON);
    jeton(&mut command, folder, settings, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // Not every command reads it.
    let _ = child.stdin.take().unwrap().write_all(PASSWORD.as_bytes());
    assert!(child.wait().unwrap().success());
}
