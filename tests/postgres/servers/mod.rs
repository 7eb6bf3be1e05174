//! Real servers for tests: postgres processes in folders of their own, ended by their handles, and a
//! database for each test. It does not own what is tried with them. Called by every test of this binary.

mod process;
mod template;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant};

use jeton::entropy::SystemEntropy;
use jeton::store::postgres::{Postgres, PostgresUrl};

pub use process::Server;
pub use template::give_away;

/// How long anything may take on a loaded machine before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Polls until the condition holds; fails the test when it does not come true.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "a bound on how long a test may take")]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "it never came true that {what}");
        // Between two looks at another process, which has no way to tell us.
        thread::park_timeout(Duration::from_millis(10));
    }
}

/// A database that no other test has, on the server that all of them share.
pub struct Database {
    pub server: Arc<Server>,
    pub name: String,
}

impl Database {
    /// An empty one. It sorts as English does, which jeton must not.
    pub fn new() -> Self {
        let server = shared();
        let name = fresh_name("test");
        server.sql(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"),
        );
        Self { server, name }
    }

    /// Its URL, for the administrator.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// The same, parsed.
    pub fn parsed(&self) -> PostgresUrl {
        PostgresUrl::parse(&self.url()).unwrap()
    }

    /// Asks it, as an operator would; the first column of each row.
    #[track_caller]
    pub fn sql(&self, text: &str) -> Vec<String> {
        self.server.sql(&self.name, text)
    }

    /// A role that can sign in and do nothing else, and the URL with it.
    pub fn role(&self) -> (String, String) {
        let role = fresh_name("role");
        self.sql(&format!("CREATE ROLE {role} LOGIN PASSWORD 'p@ss/word'"));
        let url = self.url().replace("admin:admin", &format!("{role}:p%40ss%2Fword"));
        (role, url)
    }
}

/// A store over this URL.
pub fn open(url: &PostgresUrl) -> Postgres {
    Postgres::open(url, Arc::new(SystemEntropy)).unwrap()
}

fn fresh_name(kind: &str) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("{kind}{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// The server that tests share which leave it alone; it ends with the last of them.
fn shared() -> Arc<Server> {
    static SERVER: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut server = SERVER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    server.upgrade().unwrap_or_else(|| {
        let started = Arc::new(Server::start(&["-c", "max_connections=500"]));
        *server = Arc::downgrade(&started);
        started
    })
}
