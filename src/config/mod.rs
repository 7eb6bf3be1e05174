//! What the operator decides: the environment and jeton.toml, read once into one typed [`Config`].
//!
//! Owns the table of settings (names, defaults, bounds, documentation), where their values come
//! from, and what must hold between them, down to whether the PEM files that they name belong together. It does
//! not act on any of it: it opens no store, starts nothing. Called by the command line, which prints every mistake and ends with
//! exit code 2; the composition root gets the finished [`Config`]. After that only the logger reads
//! the environment, for RUST_LOG.

mod address;
mod check;
mod files;
mod findings;
mod layer;
mod list;
mod scalar;
mod setting;
mod table;
mod value;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;

#[cfg(feature = "testing")]
use crate::fail_point::FailPoint;
use crate::log::LogFormat;
use crate::scope::Scope;
use crate::secret::Secret;
use crate::store::postgres::UsersQuery;
use crate::throttle::Limit;
use crate::verify::Algorithm;

pub use address::{SessionsUrl, UsersUrl};
pub use files::Purpose;
pub use findings::{Mistake, Warning};
pub use setting::{Preset, Setting};
pub use table::settings;

use findings::Findings;
use layer::Layer;

/// Every setting, checked; a field for each row of [`settings`]. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// `iss` of every token, byte for byte as it was given.
    pub issuer: String,
    /// The audiences that tokens can be asked for, the default first; never empty.
    pub audience: Vec<String>,
    /// The scopes that everybody may ask for.
    pub scopes: Scope,
    /// The client labels that may sign in; `None`: any well-formed one.
    pub clients: Option<Vec<String>>,
    /// The folder of the signing keys and the refresh secret.
    pub keys_dir: PathBuf,
    /// Where the sessions are kept (JETON_SESSIONS_URL); may be the same file as the people's.
    pub sessions: SessionsUrl,
    /// Where the people are kept (JETON_USERS_URL).
    pub users: UsersUrl,
    /// How they are found where they are another application's; there only where `users` is PostgreSQL.
    pub users_query: Option<UsersQuery>,
    /// What the next signing key is made for.
    pub algorithm: Algorithm,
    /// The shared secret of HS256, at least 32 bytes; always there where `algorithm` is HS256.
    pub hmac_secret: Option<Secret<Vec<u8>>>,
    /// How long an access token lives; more than zero.
    pub access_ttl: Duration,
    /// How long a session may lie unused; longer than an access token lives.
    pub refresh_idle_ttl: Duration,
    /// How long a session lives however much it is used; no shorter than the idle time.
    pub refresh_absolute_ttl: Duration,
    /// How long a superseded refresh token still gets its successor; zero: never.
    pub reuse_window: Duration,
    /// How far other clocks may be off when exp, nbf and iat are judged.
    pub leeway: Duration,
    /// How long a key signs before the next one takes over; zero: until somebody says so.
    pub key_rotation: Duration,
    /// Threads that hash passwords; at least one.
    pub login_workers: usize,
    /// How many sign-ins may wait for such a thread.
    pub login_queue: usize,
    /// How many failed or pending sign-ins an account may have; `None`: any number.
    pub login_limit_account: Option<Limit>,
    /// How many an address may have, all accounts together; `None`: any number.
    pub login_limit_address: Option<Limit>,
    /// The shortest password that may be set, in code points.
    pub password_min: usize,
    /// Whether anybody may make an account (POST /users).
    pub registration: bool,
    /// The proxies whose X-Forwarded-For is believed (`http::peer`).
    pub trusted_proxies: Vec<IpNet>,
    /// The authorities in PEM that TLS to Redis trusts; `None`: the system's.
    pub redis_ca: Option<PathBuf>,
    /// Our certificate chain to Redis in PEM; there exactly where `redis_key` is.
    pub redis_cert: Option<PathBuf>,
    /// That certificate's private key in PEM.
    pub redis_key: Option<PathBuf>,
    /// How many replicas must have a new session or a revocation before it is acknowledged.
    pub redis_wait_replicas: usize,
    /// The sentinels' own password.
    pub sentinel_password: Option<Secret<String>>,
    /// The certificate chain in PEM; there exactly where `tls_key` is.
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM.
    pub tls_key: Option<PathBuf>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Where the process ends itself; in builds for tests only.
    #[cfg(feature = "testing")]
    pub fail_point: Option<FailPoint>,
}

/// The file that is read where `--config` names none.
const FILE: &str = "jeton.toml";

impl Config {
    /// Reads the file, then the environment, which wins setting by setting.
    ///
    /// `environment` is all of it; only names that begin with `JETON_` are looked at. `file` is what
    /// `--config` named and must exist; without it `./jeton.toml` is read where there is one. `purpose` says
    /// which of the PEM files that the settings name are needed, and so have to be good.
    ///
    /// # Errors
    /// Every mistake in both places at once, also in a value of the file that the environment
    /// overrides. No message holds a value, so none can give a secret away.
    pub fn load<N, V>(
        environment: impl IntoIterator<Item = (N, V)>,
        file: Option<&Path>,
        purpose: Purpose,
    ) -> Result<(Self, Vec<Warning>), Vec<Mistake>>
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let layer = match file {
            Some(path) => Layer::of_file(path),
            None => Layer::of_optional_file(Path::new(FILE)),
        };
        Self::assemble(environment, layer, purpose)
    }

    /// [`Self::load`] with the file already read.
    fn assemble<N, V>(
        environment: impl IntoIterator<Item = (N, V)>,
        file: Result<Layer, Mistake>,
        purpose: Purpose,
    ) -> Result<(Self, Vec<Warning>), Vec<Mistake>>
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let mut config = Self::default();
        let mut findings = Findings::default();
        match file {
            Ok(layer) => layer.apply(&mut config, &mut findings),
            Err(mistake) => findings.unreadable(mistake),
        }
        Layer::of_environment(environment).apply(&mut config, &mut findings);
        if !findings.was_given("AUDIENCE") {
            config.audience = vec![config.issuer.clone()];
        }
        check::all(&config, &mut findings);
        files::all(&config, purpose, &mut findings);
        findings.conclude(config)
    }
}

/// Every setting at its default.
impl Default for Config {
    fn default() -> Self {
        let mut config = table::blank();
        for setting in settings() {
            setting.preset(&mut config);
        }
        config.audience = vec![config.issuer.clone()];
        config
    }
}
