//! Where PostgreSQL is: the URL of JETON_USERS_URL, parsed and nothing else.

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use crate::secret::Secret;

/// The schemes, which mean the same.
const SCHEMES: [&str; 2] = ["postgres", "postgresql"];

/// The parameters that the driver reads.
const DRIVERS: [&str; 11] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "sslnegotiation",
    "target_session_attrs",
    "user",
];

/// How many connections there are at most where the URL does not say: a look-up takes well under a
/// millisecond, and a server with its usual 100 connections serves ten instances.
const POOL: usize = 8;

/// What TLS has to prove: the modes of libpq, by its names and with its meaning, except that nothing is
/// read from the home folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// `disable`: plain text.
    Disable,
    /// `prefer`: TLS where the server has it, with whoever answers.
    Prefer,
    /// `require`: TLS, with whoever answers.
    Require,
    /// `verify-ca`: a certificate of a trusted authority, whatever name it holds.
    VerifyCa,
    /// `verify-full`: a certificate of a trusted authority for the host's name.
    VerifyFull,
}

/// A parsed URL. `Debug` shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresUrl {
    /// Hosts, user, password, database: what the driver connects with.
    pub(super) config: Config,
    /// What TLS has to prove.
    pub tls: TlsMode,
    /// `sslrootcert`: the only authorities that are trusted; `None`: the system's.
    pub authority: Option<PathBuf>,
    /// `sslcert` and `sslkey`: our certificate chain and its private key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// `pool_max_conns`: how many connections there are at most.
    pub pool: usize,
}

impl PostgresUrl {
    /// The schemes that [`Self::parse`] takes.
    pub fn schemes() -> impl Iterator<Item = &'static str> {
        SCHEMES.into_iter()
    }

    /// Parses `postgres://[user[:password]@]host[:port][,…]/database[?name=value&…]`, percent-decoded.
    /// A host that begins with `/`, also as `?host=/folder`, is the folder of a Unix socket.
    ///
    /// # Errors
    /// What is wrong, said without repeating any of it: it may be a password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.split_once("://").ok_or("it is no URL")?;
        if !SCHEMES.contains(&scheme) {
            return Err("its scheme is not known");
        }
        if rest.contains('#') {
            return Err("it has a fragment; # in a password is written %23");
        }
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        if address.split_once('/').is_some_and(|(_, path)| path.contains('@')) {
            return Err("it has an @ behind a /; / in a password is written %2F");
        }
        let ours = Ours::take(query)?;
        let driver = Secret::new(format!("postgres://{address}?{}", ours.rest.expose()));
        let config: Config = driver.expose().parse().map_err(|_| {
            "its hosts, ports or parameters cannot be read; @ : / ? # and % in a user or password are \
                  written %40 %3A %2F %3F %23 and %25"
        })?;
        ours.complete(config)
    }

    /// Whether every server is on this machine.
    pub(super) fn is_local(&self) -> bool {
        is_local(&self.config)
    }

    /// The servers, for the log.
    pub(super) fn servers(&self) -> String {
        let ports = self.config.get_ports();
        let named = self.config.get_hosts().iter().enumerate().map(|(index, host)| {
            let port = ports.get(index).or_else(|| ports.first()).copied().unwrap_or(5432);
            match host {
                Host::Tcp(name) if name.contains(':') => format!("[{name}]:{port}"),
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(folder) => folder.display().to_string(),
            }
        });
        named.collect::<Vec<_>>().join(",")
    }
}

fn is_local(config: &Config) -> bool {
    let is_loopback = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
        }
    };
    config.get_hosts().iter().all(is_loopback)
        && config.get_hostaddrs().iter().all(|ip| ip.to_canonical().is_loopback())
}

/// The parameters that are read here, and those that are left for the driver.
struct Ours {
    tls: Option<TlsMode>,
    authority: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
    pool: usize,
    rest: Secret<String>,
}

impl Ours {
    fn take(query: &str) -> Result<Self, &'static str> {
        let mut ours =
            Self { tls: None, authority: None, certificate: None, key: None, pool: POOL, rest: Secret::from("") };
        let mut rest = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').ok_or("one of its parameters has no value")?;
            let decoded = || percent_decoded(value);
            match name {
                "sslmode" => ours.tls = Some(tls_mode(&decoded()?)?),
                "sslrootcert" => ours.authority = Some(decoded()?),
                "sslcert" => ours.certificate = Some(decoded()?),
                "sslkey" => ours.key = Some(decoded()?),
                "pool_max_conns" => ours.pool = pool(&decoded()?)?,
                name if DRIVERS.contains(&name) => rest.push(parameter),
                _ => return Err("one of its parameters is not known; docs/operations.md lists them"),
            }
        }
        ours.rest = Secret::new(rest.join("&"));
        Ok(ours)
    }

    /// What TLS has to prove to these servers.
    fn tls_over(&self, config: &Config) -> TlsMode {
        if config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_))) {
            // There is none over such sockets.
            return TlsMode::Disable;
        }
        let default = if is_local(config) { TlsMode::Prefer } else { TlsMode::VerifyFull };
        match (self.tls.unwrap_or(default), &self.authority) {
            // As in libpq: an authority that was named is one that is asked.
            (TlsMode::Require, Some(_)) => TlsMode::VerifyCa,
            (mode, _) => mode,
        }
    }

    fn complete(self, mut config: Config) -> Result<PostgresUrl, &'static str> {
        if config.get_hosts().is_empty() {
            return Err("it names no host; a Unix socket is ?host=/its/folder");
        }
        let ports = config.get_ports().len();
        if ports > 1 && ports != config.get_hosts().len() {
            return Err("it has another number of ports than of hosts");
        }
        if config.get_hosts().len() > 1 && config.get_target_session_attrs() == TargetSessionAttrs::Any {
            // Of several servers one takes writes, and jeton has some.
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if config.get_application_name().is_none() {
            config.application_name("jeton");
        }
        let tls = self.tls_over(&config);
        config.ssl_mode(match tls {
            TlsMode::Disable => SslMode::Disable,
            TlsMode::Prefer => SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => SslMode::Require,
        });
        let identity = match (self.certificate, self.key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
            _ => return Err("sslcert and sslkey come together"),
        };
        let authority = self.authority.filter(|authority| authority != "system").map(PathBuf::from);
        Ok(PostgresUrl { config, tls, authority, identity, pool: self.pool })
    }
}

fn tls_mode(text: &str) -> Result<TlsMode, &'static str> {
    match text {
        "disable" => Ok(TlsMode::Disable),
        "prefer" => Ok(TlsMode::Prefer),
        "require" => Ok(TlsMode::Require),
        "verify-ca" => Ok(TlsMode::VerifyCa),
        "verify-full" => Ok(TlsMode::VerifyFull),
        _ => Err("its sslmode is none of disable, prefer, require, verify-ca and verify-full"),
    }
}

fn pool(text: &str) -> Result<usize, &'static str> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && (1..=1000).contains(number));
    number.ok_or("its pool_max_conns is no number from 1 to 1000")
}

/// As the driver decodes the other parameters: a + is a +.
fn percent_decoded(text: &str) -> Result<String, &'static str> {
    // The form decoder takes + for a space.
    let escaped = text.replace('+', "%2B");
    let mut pairs = form_urlencoded::parse(escaped.as_bytes());
    Ok(pairs.next().map(|(value, _)| value.into_owned()).unwrap_or_default())
}
