//! The composition root: the one place where a configuration becomes stores, keys, threads and a
//! listening server. The caller owns the socket and the stop signal.

mod checkup;
mod goodbye;
pub mod keys;
mod limits;
mod listen;
mod published;
mod seats;
mod stream;
mod tls;

use std::fmt;
use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use actix_web::web::Data;

pub use checkup::{Finding, Standing, check_up};
pub use limits::raise_limits;
pub use listen::can_listen;
pub use tls::{TlsError, tls};

use crate::authority::{Authority, Terms, Throttle};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, SessionsUrl, UsersUrl};
use crate::entropy::{Entropy, SystemEntropy};
use crate::http::{Edge, RequestIds};
use crate::keys::{KeyFolderError, Keyring};
#[cfg(feature = "testing")]
use crate::store::fail_points;
use crate::store::memory::LocalAttempts;
use crate::store::postgres::{ForeignUsers, Postgres, PostgresError};
use crate::store::redis::{Redis, RedisError, RedisSettings, RedisUrl, TlsFiles};
use crate::store::sqlite::{OpenError, Sqlite};
use crate::store::{Access, AttemptStore, PlaceStore, SessionStore, UserStore};
use crate::user::{HashParameters, Hasher, HasherSettings};

/// How often records that need not be kept any longer are deleted.
const PURGE_EVERY: Duration = Duration::from_secs(3_600);

/// Why the server does not start.
#[derive(Debug)]
pub enum StartError {
    /// The keys folder.
    Keys(KeyFolderError),
    /// A store in a file.
    Store(OpenError),
    /// What Redis needs on this side.
    Redis(RedisError),
    /// What PostgreSQL refuses.
    Postgres(PostgresError),
    /// The certificate or its key.
    Tls(TlsError),
    /// The socket, or something else of the system's.
    Io(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(error) => write!(f, "keys: {error}"),
            Self::Store(error) => write!(f, "store: {error}"),
            Self::Redis(error) => write!(f, "store: {error}"),
            Self::Postgres(error) => write!(f, "store: {error}"),
            Self::Tls(error) => write!(f, "TLS: {error}"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

impl From<KeyFolderError> for StartError {
    fn from(error: KeyFolderError) -> Self {
        Self::Keys(error)
    }
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> Self {
        Self::Store(error)
    }
}

impl From<RedisError> for StartError {
    fn from(error: RedisError) -> Self {
        Self::Redis(error)
    }
}

impl From<PostgresError> for StartError {
    fn from(error: PostgresError) -> Self {
        Self::Postgres(error)
    }
}

impl From<TlsError> for StartError {
    fn from(error: TlsError) -> Self {
        Self::Tls(error)
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Where people and sessions are kept.
#[derive(Clone)]
pub struct Stores {
    /// People.
    pub users: Arc<dyn UserStore>,
    /// Sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Counters of attempts: where the sessions are in Redis, else in this process.
    pub attempts: Arc<dyn AttemptStore>,
    /// From where accounts signed in: where the sessions are.
    pub places: Arc<dyn PlaceStore>,
    /// The sessions' store once more, where it is Redis.
    pub redis: Option<Redis>,
}

impl Stores {
    /// Opens what the configuration names, for all that requests do; one handle where both are one file. Blocks.
    ///
    /// # Errors
    /// Where a file cannot be opened or is none of ours, or PostgreSQL refuses us. That a server does not
    /// answer is no error: it may be up later.
    pub fn open(config: &Config) -> Result<Self, StartError> {
        Self::open_for(config, Access::Write)
    }

    /// The same, where our role in PostgreSQL may be one that can only read. Files are opened to be written
    /// in any case.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_for(config: &Config, access: Access) -> Result<Self, StartError> {
        let mut file = None;
        let users: Arc<dyn UserStore> = match (&config.users, &config.users_query) {
            (UsersUrl::File(path), _) => {
                let opened = Sqlite::open(path)?;
                file = Some((path, opened.clone()));
                Arc::new(opened)
            }
            (UsersUrl::Postgres(url), None) => Arc::new(Postgres::open_for(url, access, Arc::new(SystemEntropy))?),
            (UsersUrl::Postgres(url), Some(query)) => {
                Arc::new(ForeignUsers::open(url, query, access, Arc::new(SystemEntropy), Arc::new(SystemClock))?)
            }
        };
        match &config.sessions {
            SessionsUrl::File(path) => {
                let sessions = Arc::new(match file {
                    Some((same, opened)) if path == same => opened,
                    _ => Sqlite::open(path)?,
                });
                let attempts = Arc::new(LocalAttempts::new());
                Ok(Self { users, places: Arc::clone(&sessions) as _, sessions, attempts, redis: None })
            }
            SessionsUrl::Redis(url) => {
                let redis = Redis::open(redis_settings(config, url.clone()), Arc::new(SystemEntropy))?;
                let shared = Arc::new(redis.clone());
                let (attempts, places) = (Arc::clone(&shared), Arc::clone(&shared));
                Ok(Self { users, sessions: shared, attempts, places, redis: Some(redis) })
            }
        }
    }
}

fn redis_settings(config: &Config, url: RedisUrl) -> RedisSettings {
    RedisSettings {
        tls: TlsFiles {
            authority: config.redis_ca.clone(),
            identity: config.redis_cert.clone().zip(config.redis_key.clone()),
        },
        wait_replicas: config.redis_wait_replicas,
        sentinel_password: config.sentinel_password.clone(),
        ..RedisSettings::new(url)
    }
}

/// What does not come from the configuration: real in the binary, injected in tests.
#[derive(Clone)]
pub struct Surroundings {
    /// The clock of every request.
    pub clock: Arc<dyn Clock>,
    /// Identifiers, versions, salts.
    pub entropy: Arc<dyn Entropy>,
    /// How dear a password hash is.
    pub hashing: HashParameters,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), hashing: HashParameters::default() }
    }
}

/// Puts everything together that handlers share.
///
/// # Errors
/// [`StartError`] with the first thing that does not work.
pub fn assemble(config: &Config, stores: Stores, surroundings: Surroundings) -> Result<Edge, StartError> {
    let Surroundings { clock, entropy, hashing } = surroundings;
    #[cfg(feature = "testing")]
    let stores = Stores { sessions: fail_points::over(stores.sessions, config.fail_point), ..stores };
    let (keys, opened) = Keyring::open(keys::settings(config), &*entropy, clock.now())?;
    opened.done.iter().for_each(|line| log::info!("{line}"));
    keys::audit(&opened.events, clock.now());
    opened.warnings.iter().for_each(|warning| log::warn!("{warning}"));
    let hasher = HasherSettings {
        workers: config.login_workers,
        queue: config.login_queue,
        parameters: hashing,
        upgrades: !stores.users.is_read_only(),
        ..HasherSettings::default()
    };
    let mut process = [0; 8];
    entropy.fill(&mut process);
    let throttle = Throttle {
        account: config.login_limit_account,
        address: config.login_limit_address,
        attempts: stores.attempts,
        places: stores.places,
    };
    let authority = Authority {
        terms: terms(config),
        users: stores.users,
        sessions: stores.sessions,
        keys: Arc::new(keys),
        hasher: Arc::new(Hasher::start(hasher, Arc::clone(&entropy))?),
        throttle,
        repeats: Arc::default(),
        useless_hashes: Arc::default(),
        entropy,
    };
    Ok(Edge {
        authority,
        clock,
        trusted_proxies: config.trusted_proxies.clone(),
        request_ids: Arc::new(RequestIds::new(process)),
        causes: Arc::default(),
        ready: Arc::new(AtomicBool::new(true)),
        warned_of_forwarding: Arc::default(),
        #[cfg(feature = "testing")]
        fail_point: config.fail_point,
    })
}

fn terms(config: &Config) -> Terms {
    Terms {
        issuer: config.issuer.clone(),
        audiences: config.audience.clone(),
        scopes: config.scopes.clone(),
        clients: config.clients.clone(),
        access_ttl: config.access_ttl,
        idle_ttl: config.refresh_idle_ttl,
        absolute_ttl: config.refresh_absolute_ttl,
        reuse_window: config.reuse_window,
        password_min: config.password_min,
        registration: config.registration,
    }
}

/// Serves until `stop` resolves; requests in flight then have ten seconds.
///
/// # Errors
/// Where the socket cannot be served.
pub async fn serve(
    edge: Data<Edge>,
    listener: TcpListener,
    tls: Option<rustls::ServerConfig>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let server = listen::listen(edge.clone(), listener, tls)?;
    let handle = server.handle();
    let keeping = actix_web::rt::spawn(keys::keep_forever(edge.clone()));
    let purging = actix_web::rt::spawn(purge_forever(edge.clone()));
    let serving = actix_web::rt::spawn(server);
    stop.await;
    edge.stop();
    handle.stop(true).await;
    keeping.abort();
    purging.abort();
    serving.await.map_err(io::Error::other)?
}

/// Deletes what need not be kept any longer, at the start and every hour.
async fn purge_forever(edge: Data<Edge>) {
    let mut hours = tokio::time::interval(PURGE_EVERY);
    loop {
        hours.tick().await;
        match edge.authority.sessions.purge(edge.clock.now()).await {
            Ok(0) => {}
            Ok(purged) => log::info!("purged {purged} sessions that were over"),
            Err(error) => log::warn!("sessions could not be purged: {error}"),
        }
    }
}
