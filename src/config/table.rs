//! The one table of settings: names, defaults, bounds, what they are for. A new setting is a field of
//! [`Config`], a line of [`blank`] and a row here.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::setting::{Preset, Setting};
use super::value::Parsed;
use super::{Config, SessionsUrl, UsersUrl, address, list, scalar};
use crate::log::LogFormat;
use crate::scope::Scope;
use crate::verify::Algorithm;

/// Every setting that this version knows, in the order of the documentation.
pub const fn settings() -> &'static [Setting] {
    SETTINGS
}

/// A configuration whose text defaults are still to be put in.
pub(super) fn blank() -> Config {
    Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        issuer: String::new(),
        audience: Vec::new(),
        scopes: Scope::default(),
        clients: None,
        keys_dir: PathBuf::new(),
        sessions: SessionsUrl::File(PathBuf::new()),
        users: UsersUrl::File(PathBuf::new()),
        users_query: None,
        algorithm: Algorithm::default(),
        hmac_secret: None,
        access_ttl: Duration::ZERO,
        refresh_idle_ttl: Duration::ZERO,
        refresh_absolute_ttl: Duration::ZERO,
        reuse_window: Duration::ZERO,
        leeway: Duration::ZERO,
        key_rotation: Duration::ZERO,
        login_workers: std::thread::available_parallelism().map_or(1, |cores| cores.get().min(8)),
        login_queue: 0,
        login_limit_account: None,
        login_limit_address: None,
        password_min: 0,
        registration: false,
        trusted_proxies: Vec::new(),
        redis_ca: None,
        redis_cert: None,
        redis_key: None,
        redis_wait_replicas: 0,
        sentinel_password: None,
        tls_cert: None,
        tls_key: None,
        log_format: LogFormat::default(),
        #[cfg(feature = "testing")]
        fail_point: None,
    }
}

/// Puts a parsed value into its field.
fn put<T>(field: &mut T, parsed: Parsed<T>) -> Result<(), String> {
    *field = parsed?;
    Ok(())
}

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(86_400);
const MINUTES_5: Duration = Duration::from_secs(300);
const YEARS_10: Duration = Duration::from_secs(3_650 * 86_400);
const LIMIT: &str = "a number from 1 to 1000, / and a time from 1s to 24h (10/15m), or 0 for no limit";
const LIFETIME: &str = "a whole number and s, m, h or d, from 1s to 3650d";

const SETTINGS: &[Setting] = &[
    Setting {
        name: "LISTEN",
        preset: Preset::Text("127.0.0.1:8080"),
        accepts: "ADDRESS:PORT, an IPv6 address in brackets, or localhost:PORT",
        doc: "Where the server listens; port 0 picks a free one.",
        secret: false,
        put: |config, value| put(&mut config.listen, address::listen(value)),
    },
    Setting {
        name: "ISSUER",
        preset: Preset::Text("http://127.0.0.1:8080"),
        accepts: "an http or https URL without query, fragment or user information",
        doc: "The URL that names this service in every token.",
        secret: false,
        put: |config, value| put(&mut config.issuer, address::issuer(value)),
    },
    Setting {
        name: "AUDIENCE",
        preset: Preset::Words("the issuer"),
        accepts: "one or more, comma-separated, each 1 to 255 visible ASCII characters",
        doc: "Whom tokens are for; the first is the default.",
        secret: false,
        put: |config, value| put(&mut config.audience, list::audience(value)),
    },
    Setting {
        name: "SCOPES",
        preset: Preset::Words("none"),
        accepts: "a comma-separated list, each 1 to 64 of A-Z a-z 0-9 . _ : / -",
        doc: "The scopes that everybody may ask for.",
        secret: false,
        put: |config, value| put(&mut config.scopes, list::scopes(value)),
    },
    Setting {
        name: "CLIENTS",
        preset: Preset::Words("any well-formed one"),
        accepts: "one or more, comma-separated, each 1 to 64 of A-Z a-z 0-9 . _ : -",
        doc: "The client labels that may sign in.",
        secret: false,
        put: |config, value| put(&mut config.clients, list::clients(value)),
    },
    Setting {
        name: "KEYS_DIR",
        preset: Preset::Text("./keys"),
        accepts: "a path",
        doc: "The folder of the signing keys and of the refresh secret.",
        secret: false,
        put: |config, value| put(&mut config.keys_dir, scalar::path(value)),
    },
    Setting {
        name: "SESSIONS_URL",
        preset: Preset::Text("sqlite://data/jeton.db"),
        accepts: "sqlite://PATH (relative), sqlite:///PATH (absolute), redis://HOST[/DB], rediss://HOST[/DB], \
                  redis+sentinel://HOST,HOST/GROUP[/DB] or redis+cluster://HOST,HOST, each with [USER]:PASSWORD@",
        doc: "Where sessions are kept.",
        secret: true,
        put: |config, value| put(&mut config.sessions, address::sessions_url(value)),
    },
    Setting {
        name: "USERS_URL",
        preset: Preset::Text("sqlite://data/jeton.db"),
        accepts: "sqlite://PATH (relative), sqlite:///PATH (absolute) or \
                  postgres://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE[?sslmode=…&sslrootcert=…&pool_max_conns=…]",
        doc: "Where people are kept.",
        secret: true,
        put: |config, value| put(&mut config.users, address::users_url(value)),
    },
    Setting {
        name: "USERS_QUERY",
        preset: Preset::Words("none"),
        accepts: "one SELECT that yields id, name, hash, roles and disabled for the name in $1",
        doc: "Finds people in another application's tables, which are only read.",
        secret: false,
        put: |config, value| put(&mut config.users_query, address::users_query(value).map(Some)),
    },
    Setting {
        name: "ALGORITHM",
        preset: Preset::Text("ES256"),
        accepts: "ES256, RS256, PS256, EdDSA or HS256",
        doc: "What the next signing key is made for.",
        secret: false,
        put: |config, value| put(&mut config.algorithm, scalar::name(value)),
    },
    Setting {
        name: "HMAC_SECRET",
        preset: Preset::Words("none"),
        accepts: "at least 32 bytes, used as they stand",
        doc: "The shared secret of HS256.",
        secret: true,
        put: |config, value| put(&mut config.hmac_secret, scalar::hmac_secret(value).map(Some)),
    },
    Setting {
        name: "ACCESS_TTL",
        preset: Preset::Text("10m"),
        accepts: LIFETIME,
        doc: "How long an access token lives.",
        secret: false,
        put: |config, value| put(&mut config.access_ttl, scalar::duration(value, SECOND..=YEARS_10)),
    },
    Setting {
        name: "REFRESH_IDLE_TTL",
        preset: Preset::Text("14d"),
        accepts: LIFETIME,
        doc: "How long a session may lie unused.",
        secret: false,
        put: |config, value| put(&mut config.refresh_idle_ttl, scalar::duration(value, SECOND..=YEARS_10)),
    },
    Setting {
        name: "REFRESH_ABSOLUTE_TTL",
        preset: Preset::Text("90d"),
        accepts: LIFETIME,
        doc: "How long a session lives however much it is used.",
        secret: false,
        put: |config, value| put(&mut config.refresh_absolute_ttl, scalar::duration(value, SECOND..=YEARS_10)),
    },
    Setting {
        name: "REUSE_WINDOW",
        preset: Preset::Text("30s"),
        accepts: "a whole number and s, m, h or d, or 0 for never; at most 24h",
        doc: "How long a superseded refresh token still gets its successor.",
        secret: false,
        put: |config, value| put(&mut config.reuse_window, scalar::duration(value, Duration::ZERO..=DAY)),
    },
    Setting {
        name: "LEEWAY",
        preset: Preset::Text("5s"),
        accepts: "a whole number and s, m, h or d, or 0; at most 5m",
        doc: "How far other clocks may be off.",
        secret: false,
        put: |config, value| put(&mut config.leeway, scalar::duration(value, Duration::ZERO..=MINUTES_5)),
    },
    Setting {
        name: "KEY_ROTATION",
        preset: Preset::Text("30d"),
        accepts: "a whole number and s, m, h or d, or 0 for off; at most 3650d",
        doc: "How long a key signs before the next one takes over.",
        secret: false,
        put: |config, value| put(&mut config.key_rotation, scalar::duration(value, Duration::ZERO..=YEARS_10)),
    },
    Setting {
        name: "LOGIN_WORKERS",
        preset: Preset::Words("cores, at most 8"),
        accepts: "a whole number from 1 to 256",
        doc: "Threads that hash passwords.",
        secret: false,
        put: |config, value| put(&mut config.login_workers, scalar::number(value, 1..=256)),
    },
    Setting {
        name: "LOGIN_QUEUE",
        preset: Preset::Text("64"),
        accepts: "a whole number from 0 to 10000",
        doc: "How many sign-ins may wait for such a thread, at most 1 s.",
        secret: false,
        put: |config, value| put(&mut config.login_queue, scalar::number(value, 0..=10_000)),
    },
    Setting {
        name: "LOGIN_LIMIT_ACCOUNT",
        preset: Preset::Text("10/15m"),
        accepts: LIMIT,
        doc: "How many failed or pending sign-ins an account may have within any such time.",
        secret: false,
        put: |config, value| put(&mut config.login_limit_account, scalar::limit(value)),
    },
    Setting {
        name: "LOGIN_LIMIT_ADDRESS",
        preset: Preset::Text("100/15m"),
        accepts: LIMIT,
        doc: "How many an address (IPv6: a /64) may have, all accounts together.",
        secret: false,
        put: |config, value| put(&mut config.login_limit_address, scalar::limit(value)),
    },
    Setting {
        name: "PASSWORD_MIN",
        preset: Preset::Text("8"),
        accepts: "a whole number from 8 to 128",
        doc: "The shortest password that may be set, in characters.",
        secret: false,
        put: |config, value| put(&mut config.password_min, scalar::number(value, 8..=128)),
    },
    Setting {
        name: "REGISTRATION",
        preset: Preset::Text("off"),
        accepts: "on or off",
        doc: "Whether anybody may make an account (POST /users).",
        secret: false,
        put: |config, value| put(&mut config.registration, scalar::switch(value)),
    },
    Setting {
        name: "TRUSTED_PROXIES",
        preset: Preset::Words("none"),
        accepts: "a comma-separated list of networks (10.0.0.0/8) or addresses",
        doc: "The proxies whose X-Forwarded-For is believed.",
        secret: false,
        put: |config, value| put(&mut config.trusted_proxies, address::proxies(value)),
    },
    Setting {
        name: "REDIS_CA",
        preset: Preset::Words("none"),
        accepts: "a path",
        doc: "The only authorities that are trusted for TLS to Redis, in PEM; without it, the system's.",
        secret: false,
        put: |config, value| put(&mut config.redis_ca, scalar::path(value).map(Some)),
    },
    Setting {
        name: "REDIS_CERT",
        preset: Preset::Words("none"),
        accepts: "a path",
        doc: "Our certificate chain to Redis, in PEM.",
        secret: false,
        put: |config, value| put(&mut config.redis_cert, scalar::path(value).map(Some)),
    },
    Setting {
        name: "REDIS_KEY",
        preset: Preset::Words("none"),
        accepts: "a path",
        doc: "That certificate's private key, in PEM.",
        secret: false,
        put: |config, value| put(&mut config.redis_key, scalar::path(value).map(Some)),
    },
    Setting {
        name: "REDIS_WAIT_REPLICAS",
        preset: Preset::Text("0"),
        accepts: "a whole number from 0 to 16",
        doc: "How many replicas must have a new session or a revocation before it is acknowledged.",
        secret: false,
        put: |config, value| put(&mut config.redis_wait_replicas, scalar::number(value, 0..=16)),
    },
    Setting {
        name: "SENTINEL_PASSWORD",
        preset: Preset::Words("none"),
        accepts: "a password",
        doc: "The sentinels' own password; the servers' stands in the URL.",
        secret: true,
        put: |config, value| put(&mut config.sentinel_password, scalar::password(value).map(Some)),
    },
    Setting {
        name: "TLS_CERT",
        preset: Preset::Words("none"),
        accepts: "a path",
        doc: "The certificate chain in PEM, to serve TLS.",
        secret: false,
        put: |config, value| put(&mut config.tls_cert, scalar::path(value).map(Some)),
    },
    Setting {
        name: "TLS_KEY",
        preset: Preset::Words("none"),
        accepts: "a path",
        doc: "The certificate's private key in PEM.",
        secret: false,
        put: |config, value| put(&mut config.tls_key, scalar::path(value).map(Some)),
    },
    Setting {
        name: "LOG_FORMAT",
        preset: Preset::Text("text"),
        accepts: "text or json",
        doc: "How log lines look; RUST_LOG says which are written.",
        secret: false,
        put: |config, value| put(&mut config.log_format, scalar::name(value)),
    },
    #[cfg(feature = "testing")]
    Setting {
        name: "FAIL_POINT",
        preset: Preset::Words("none"),
        accepts: "before- or after- and insert, swap or revoke, or before-reply",
        doc: "Where the process ends itself; in builds for tests only.",
        secret: false,
        put: |config, value| put(&mut config.fail_point, scalar::name(value).map(Some)),
    },
];
