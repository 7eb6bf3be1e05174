//! Sessions and counters of attempts in Redis or Valkey: one server, a Sentinel group or a Cluster,
//! shared by any number of instances.
//!
//! Owns the links to the servers and how they break and come back, the keys, the value's layout and
//! the scripts. It does not own any rule (see `store`) nor the record's format (`session_codec`). Made
//! by the composition root and the command line.
//!
//! Connecting never happens on the path of a request: a task keeps one multiplexed connection per
//! server, and while that is down everything asked fails at once. Each worker of the HTTP server has
//! links of its own for what requests wait for most, so that no other thread has to wake twice for each
//! answer; all else goes over those of one thread, as do a worker's while its own are down. No command is ever sent twice, except where the
//! server said that it did not run (NOSCRIPT, MOVED, ASK).

mod attempts;
mod call;
mod cluster;
mod dial;
mod failure;
mod farewell;
mod forget;
mod keys;
mod line;
mod link;
mod record;
mod refusal;
mod rehearsal;
mod route;
mod scripts;
mod sentinel;
mod sessions;
mod slots;
mod target;
mod tls;
mod url;
mod version;
mod warnings;

pub use tls::TlsFiles;
pub use url::{Login, Node, RedisUrl, Topology};
pub use warnings::RedisWarning;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use self::call::Durable;
use self::dial::Dialer;
use self::keys::Keys;
use self::route::{Route, Servers};
use self::scripts::Scripts;
use crate::entropy::Entropy;
use crate::secret::Secret;
use crate::store::driver::Driver;

/// A connection, with TLS, greeting and the first answer, must stand by then.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

/// Everything asked must be answered by then.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);

/// What an operator decides about Redis.
#[derive(Clone, Debug)]
pub struct RedisSettings {
    /// Where it is.
    pub url: RedisUrl,
    /// What TLS needs beside the URL.
    pub tls: TlsFiles,
    /// How many replicas must have a new session or a revocation before it is acknowledged.
    pub wait_replicas: usize,
    /// The sentinels' own password.
    pub sentinel_password: Option<Secret<String>>,
    /// What all keys begin with, so that several installations can share a server.
    pub namespace: String,
}

impl RedisSettings {
    /// The settings of a URL that needs no others.
    pub fn new(url: RedisUrl) -> Self {
        Self { url, tls: TlsFiles::default(), wait_replicas: 0, sentinel_password: None, namespace: "jeton".to_owned() }
    }
}

/// Redis could not be set up. That it does not answer is no such error: it may be up later.
#[derive(Debug)]
pub struct RedisError {
    /// The file that is of no use; `None`: the system refused.
    pub file: Option<PathBuf>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "redis: {}: {}", file.display(), self.problem),
            None => write!(f, "redis: {}", self.problem),
        }
    }
}

impl std::error::Error for RedisError {}

/// Sessions in Redis. Clones share the links, which end with the last clone.
#[derive(Clone)]
pub struct Redis {
    shared: Arc<Shared>,
    /// For loads and rotations: the shared one, or that of a runtime.
    route: Arc<Route>,
}

struct Shared {
    keys: Keys,
    scripts: Scripts,
    /// For what may be lost with a primary.
    route: Arc<Route>,
    durable: Option<Durable>,
    driver: Driver,
    servers: Servers,
}

impl Redis {
    /// Starts the thread and the links. Returns before any of them stands, and whether or not Redis is
    /// there. `entropy` spreads the attempts to connect.
    ///
    /// # Errors
    /// A certificate or key that is of no use, or no thread to be had.
    pub fn open(settings: RedisSettings, entropy: Arc<dyn Entropy>) -> Result<Self, RedisError> {
        let RedisSettings { url, tls, wait_replicas, sentinel_password, namespace } = settings;
        let connector = if url.tls { Some(tls::connector(&tls)?) } else { None };
        let driver = Driver::start("redis").map_err(|error| RedisError { file: None, problem: error.to_string() })?;
        let dialer = Arc::new(Dialer { connector, entropy });
        let servers = Servers { dialer, url, sentinel_password };
        let durable = (wait_replicas > 0).then(|| Durable::new(Route::start(driver.handle(), &servers), wait_replicas));
        let route = Arc::new(Route::start(driver.handle(), &servers));
        let keys = Keys::new(namespace);
        let shared = Shared { keys, scripts: Scripts::new(), route: Arc::clone(&route), durable, driver, servers };
        Ok(Self { shared: Arc::new(shared), route })
    }
}
