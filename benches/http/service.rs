//! A jeton of its own: a release build in a folder that is thrown away, with the user `ada`.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pinned::{Running, command};

const PASSWORD: &str = "correct horse battery staple";

pub struct Service {
    pub running: Running,
    pub folder: TempDir,
}

impl Service {
    /// Starts it with these settings beside the defaults.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let jeton = |command: &mut Command, arguments: &[&str]| {
            command.args(arguments).current_dir(folder.path()).env("JETON_LISTEN", "127.0.0.1:0");
            command.env("JETON_ISSUER", "https://id.example").envs(settings.iter().copied());
        };
        let mut add = Command::new(env!("CARGO_BIN_EXE_jeton"));
        jeton(&mut add, &["user", "add", "ada", "--password-stdin", "--role", "admin"]);
        let mut add = add.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        add.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(add.wait().unwrap().success());
        let mut serve = command(env!("CARGO_BIN_EXE_jeton"));
        jeton(&mut serve, &["serve"]);
        Self { running: Running::start(&mut serve), folder }
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
