//! One redis-server process.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use redis::{Cmd, Connection, FromRedisValue};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::eventually;

/// A running server. Dropping it kills it.
pub struct Server {
    /// Where it listens, at 127.0.0.1.
    pub port: u16,
    child: Option<Child>,
    arguments: Vec<String>,
    folder: TempDir,
}

impl Server {
    /// A server with no persistence and these arguments beside.
    pub fn start(arguments: &[&str]) -> Self {
        Self::with(|_| arguments.iter().map(|argument| (*argument).to_owned()).collect())
    }

    /// A server whose arguments depend on its folder.
    pub fn with(arguments: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let arguments = arguments(folder.path());
        let mut server = Self { port: 0, child: None, arguments, folder };
        // Between finding a port free and taking it, another process may take it.
        for _ in 0..20 {
            server.port = free_port();
            if server.try_run() {
                return server;
            }
        }
        panic!("redis-server does not start: {}", server.log());
    }

    /// Starts it again after [`Self::kill`], on the same port and folder.
    pub fn run(&mut self) {
        assert!(self.try_run(), "redis-server does not start: {}", self.log());
    }

    /// The same, without waiting until it has read its files.
    pub fn begin(&mut self) {
        self.child = Some(self.spawn());
        eventually("a server listens", || self.log().contains("Server initialized"));
    }

    /// Waits until it has read them.
    pub fn is_ready(&self) {
        eventually("a server is ready", || is_up(&self.log()));
    }

    /// Whether it came up.
    fn try_run(&mut self) -> bool {
        let mut child = self.spawn();
        let mut came_up = false;
        eventually("a server starts or ends", || {
            came_up = is_up(&self.log());
            came_up || child.try_wait().unwrap().is_some()
        });
        self.child = came_up.then_some(child);
        came_up
    }

    fn spawn(&self) -> Child {
        fs::write(self.log_path(), "").unwrap();
        let program = std::env::var("JETON_REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
        let mut command = Command::new(&program);
        if self.arguments.first().is_some_and(|first| first.ends_with(".conf")) {
            command.args(&self.arguments).args(["--port", &self.port.to_string()]);
        } else {
            let port = if self.arguments.iter().any(|argument| argument == "--tls-cert-file") {
                "--tls-port"
            } else {
                "--port"
            };
            command.args(["--port", "0", "--bind", "127.0.0.1", "--save", "", port, &self.port.to_string()]);
            command.args(&self.arguments);
        }
        command.arg("--logfile").arg(self.log_path()).arg("--dir").arg(self.folder.path());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        child.unwrap_or_else(|error| match error.kind() {
            ErrorKind::NotFound => panic!("{program} is missing; install it: apt-get install redis-server"),
            _ => panic!("{program}: {error}"),
        })
    }

    /// Its redis:// URL.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Asks it, as an operator would.
    #[track_caller]
    pub fn ask<T: FromRedisValue>(&self, words: &[&str]) -> T {
        self.try_ask(words).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// The same where it may refuse.
    pub fn try_ask<T: FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let mut command = Cmd::new();
        command.arg(words);
        command.query(&mut self.connect()?)
    }

    /// Whether so many replicas have what is written now. One that is online may still be loading. And one
    /// whose first answer came with the end of its loading is sent nothing more until its next, a second
    /// later: so they are asked twice.
    pub fn has_replicas(&self, count: i64) -> bool {
        let mut connection = self.connect().unwrap();
        (0..2).all(|_| {
            redis::cmd("PUBLISH").arg("anybody").arg("there?").exec(&mut connection).unwrap();
            redis::cmd("WAIT").arg(count).arg(100).query::<i64>(&mut connection).unwrap() >= count
        })
    }

    /// Whether it is a replica, and has what its primary has.
    pub fn is_replica(&self) -> bool {
        let info = self.try_ask::<String>(&["INFO", "replication"]);
        info.is_ok_and(|info| info.contains("role:slave") && info.contains("master_link_status:up"))
    }

    /// A connection for questions that belong together.
    pub fn connect(&self) -> redis::RedisResult<Connection> {
        redis::Client::open(self.url())?.get_connection()
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            child.wait().unwrap();
        }
    }

    /// SIGSTOP.
    pub fn stop(&self) {
        self.signal(Signal::STOP);
    }

    /// SIGCONT.
    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("it runs");
        kill_process(Pid::from_child(child), signal).unwrap();
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.path("server.log")
    }

    /// A file of its own.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn is_up(log: &str) -> bool {
    log.contains("Ready to accept connections") || log.contains("+monitor master")
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on. A cluster's node needs the one 10000 above it too.
fn free_port() -> u16 {
    loop {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        if port <= 55_535 && TcpListener::bind((Ipv4Addr::LOCALHOST, port + 10_000)).is_ok() {
            return port;
        }
    }
}
