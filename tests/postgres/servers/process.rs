//! One postgres process and its children.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::eventually;
use super::template::{Template, give_away, missing, program};
use crate::app::block_on;

/// A running server. Dropping it ends it.
pub struct Server {
    /// Where it listens, at 127.0.0.1.
    pub port: u16,
    child: Option<Child>,
    arguments: Vec<String>,
    folder: TempDir,
    _template: Arc<Template>,
}

impl Server {
    /// A server that forgets what it has when the machine crashes, and has these arguments beside.
    pub fn start(arguments: &[&str]) -> Self {
        Self::with(|_| arguments.iter().map(|argument| (*argument).to_owned()).collect())
    }

    /// A server whose arguments depend on its folder.
    pub fn with(arguments: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let template = Template::shared();
        let folder = tempfile::tempdir().unwrap();
        give_away(folder.path());
        template.copy_to(&folder.path().join("data"));
        let arguments = arguments(folder.path());
        let mut server = Self { port: 0, child: None, arguments, folder, _template: template };
        // Between finding a port free and taking it, another process may take it.
        for _ in 0..20 {
            server.port = free_port();
            if server.try_run() {
                return server;
            }
        }
        panic!("postgres does not start: {}", server.log());
    }

    /// Starts it again after [`Self::kill`], on the same port and folder, once what is left of it has gone.
    pub fn run(&mut self) {
        eventually("it starts again", || self.try_run());
    }

    /// Starts it again as a standby of nobody, which may be read until `SELECT pg_promote()`.
    pub fn run_as_standby(&mut self) {
        self.kill();
        let signal = self.path("data").join("standby.signal");
        std::fs::write(&signal, "").unwrap();
        give_away(&signal);
        self.run();
    }

    /// Whether it came up.
    fn try_run(&mut self) -> bool {
        let mut child = self.spawn();
        let mut came_up = false;
        eventually("a server starts or ends", || {
            came_up = self.log().contains("database system is ready to accept ");
            came_up || child.try_wait().unwrap().is_some()
        });
        self.child = came_up.then_some(child);
        came_up
    }

    fn spawn(&self) -> Child {
        let log = File::create(self.path("server.log")).unwrap();
        let port = self.port.to_string();
        let mut command = program("postgres");
        command.arg("-D").arg(self.path("data")).arg("-k").arg(self.folder.path());
        command.args(["-h", "127.0.0.1", "-p", &port, "-c", "fsync=off", "-c", "full_page_writes=off"]);
        command.args(["-c", "shared_buffers=16MB", "-c", "listen_addresses=127.0.0.1"]).args(&self.arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command.spawn().unwrap_or_else(|error| missing("postgres", &error))
    }

    /// The URL of one of its databases, for the administrator.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://admin:admin@127.0.0.1:{}/{database}", self.port)
    }

    /// The folder of its Unix socket.
    pub fn socket(&self) -> &Path {
        self.folder.path()
    }

    /// Asks it, as an operator would; the first column of each row.
    #[track_caller]
    pub fn sql(&self, database: &str, text: &str) -> Vec<String> {
        self.try_sql(database, text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    /// The same where it may refuse.
    pub fn try_sql(&self, database: &str, text: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        let config: tokio_postgres::Config = self.url(database).parse().unwrap();
        block_on(async {
            let (client, connection) = config.connect(NoTls).await?;
            let connection = tokio::spawn(connection);
            let messages = client.simple_query(text).await;
            drop(client);
            let _ = connection.await;
            Ok(messages?
                .iter()
                .filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("NULL").to_owned()),
                    _ => None,
                })
                .collect())
        })
    }

    /// Runs statements on a connection that stays as they leave it until the answer is dropped.
    pub fn hold(&self, database: &str, text: &str) -> Held {
        let config: tokio_postgres::Config = self.url(database).parse().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = runtime.block_on(async {
            let (client, connection) = config.connect(NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(text).await.unwrap();
            client
        });
        Held { client, runtime }
    }

    /// Ends it as `kill -9` does: the process that listens first, then those that serve.
    pub fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let children = children(&child);
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
        for pid in children {
            // Most have gone with it.
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    /// SIGSTOP, to all of it.
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
        for pid in children(child) {
            // It may have ended meanwhile.
            let _ = kill_process(pid, signal);
        }
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("server.log")).unwrap_or_default()
    }

    /// A file of its own.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A connection, and the runtime that it lives on: with it the socket is closed.
pub struct Held {
    client: Client,
    runtime: tokio::runtime::Runtime,
}

impl Held {
    /// Runs more statements on it.
    pub fn run(&self, text: &str) {
        self.runtime.block_on(self.client.batch_execute(text)).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn children(child: &Child) -> Vec<Pid> {
    let path = format!("/proc/{0}/task/{0}/children", child.id());
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)).collect()
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}
