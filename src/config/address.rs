//! Settings that say where something is: sockets, the issuer's URL, stores, proxies.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::{IpNet, Ipv4Net};
use url::Url;

use super::value::{Parsed, Value};
use crate::secret::Secret;
use crate::store::postgres::{PostgresUrl, UsersQuery};
use crate::store::redis::RedisUrl;

/// An address and a port. `localhost` is 127.0.0.1 and asks no resolver.
pub(super) fn listen(value: &Value) -> Parsed<SocketAddr> {
    let text = value.text()?;
    match text.strip_prefix("localhost:") {
        Some(port) => port.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map_err(|_| ()),
        None => text.parse().map_err(|_| ()),
    }
    .map_err(|()| "it is no socket address".to_owned())
}

/// An issuer identifier (RFC 8414 §2), kept byte for byte. Also http: TLS may end in front of us.
pub(super) fn issuer(value: &Value) -> Parsed<String> {
    let text = value.text()?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or("it is no http(s) URL")?;
    // The URL parser repairs these; a string that clients compare byte for byte must not need it.
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') || rest.starts_with('/') {
        return Err("it holds a character that no URL has".to_owned());
    }
    if text.contains(['?', '#']) {
        return Err("it has a query or a fragment".to_owned());
    }
    if rest.split('/').next().is_some_and(|authority| authority.contains('@')) {
        return Err("it holds user information".to_owned());
    }
    match Url::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("it is no URL: {error}")),
    }
}

/// Where sessions are kept. `Debug` shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionsUrl {
    /// In this SQLite file.
    File(PathBuf),
    /// In Redis.
    Redis(RedisUrl),
}

/// The sessions' SQLite file, or their Redis.
pub(super) fn sessions_url(value: &Value) -> Parsed<SessionsUrl> {
    let (scheme, rest) = parted(value)?;
    // Valkey speaks what Redis speaks, and its users write its name.
    let scheme = scheme.strip_prefix("valkey").map_or(scheme.clone(), |kind| format!("redis{kind}"));
    if RedisUrl::schemes().any(|known| known == scheme) {
        let url = Secret::new(format!("{scheme}://{rest}"));
        return RedisUrl::parse(url.expose()).map(SessionsUrl::Redis).map_err(str::to_owned);
    }
    sqlite(&scheme, rest, RedisUrl::schemes()).map(SessionsUrl::File)
}

/// Where people are kept. `Debug` shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsersUrl {
    /// In this SQLite file.
    File(PathBuf),
    /// In PostgreSQL.
    Postgres(Box<PostgresUrl>),
}

/// The people's SQLite file, or their PostgreSQL.
pub(super) fn users_url(value: &Value) -> Parsed<UsersUrl> {
    let (scheme, rest) = parted(value)?;
    if PostgresUrl::schemes().any(|known| known == scheme) {
        let url = Secret::new(format!("{scheme}://{rest}"));
        return PostgresUrl::parse(url.expose()).map(|url| UsersUrl::Postgres(Box::new(url))).map_err(str::to_owned);
    }
    sqlite(&scheme, rest, PostgresUrl::schemes()).map(UsersUrl::File)
}

/// The query of people who are another application's.
pub(super) fn users_query(value: &Value) -> Parsed<UsersQuery> {
    UsersQuery::parse(value.text()?).map_err(str::to_owned)
}

/// The scheme, whose letters may be of either case (RFC 3986 §3.1), and what follows it.
fn parted(value: &Value) -> Parsed<(String, &str)> {
    let (scheme, rest) = value.text()?.split_once("://").ok_or("it is no URL")?;
    Ok((scheme.to_ascii_lowercase(), rest))
}

/// The path of sqlite://PATH (relative) and sqlite:///PATH (absolute), as it stands. `others` are the schemes
/// that would have done as well.
fn sqlite(scheme: &str, path: &str, others: impl Iterator<Item = &'static str>) -> Parsed<PathBuf> {
    if scheme != "sqlite" {
        let known: Vec<_> = std::iter::once("sqlite").chain(others).collect();
        return Err(format!("its scheme is none of {}", known.join(", ")));
    }
    // SQLite itself reads meaning into `:memory:` (which forgets everything) and `file:`.
    let names_no_file = path.is_empty() || path.ends_with('/') || path == ":memory:" || path.starts_with("file:");
    if names_no_file || path.contains(['?', '#', '\0']) {
        return Err("it names no plain file".to_owned());
    }
    // Elsewhere an absolute path has a slash more. Two of them would be a host's name to SQLite.
    let below_root = path.trim_start_matches('/');
    Ok(if below_root.len() == path.len() { PathBuf::from(path) } else { Path::new("/").join(below_root) })
}

/// Networks, or single addresses. May be none.
pub(super) fn proxies(value: &Value) -> Parsed<Vec<IpNet>> {
    let network = |(index, item): (usize, &str)| {
        network(item).ok_or_else(|| format!("item {} of the list is no network and no address", index + 1))
    };
    value.items()?.into_iter().enumerate().map(network).collect()
}

/// A network with its host bits cleared. IPv4 written as IPv6 becomes IPv4, as the addresses do that
/// are compared with it.
fn network(text: &str) -> Option<IpNet> {
    let network = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address),
        Err(_) => text.parse().ok()?,
    };
    let mapped = match network {
        IpNet::V6(wide) if wide.prefix_len() >= 96 => wide.addr().to_ipv4_mapped().zip(Some(wide.prefix_len() - 96)),
        _ => None,
    };
    match mapped {
        Some((address, length)) => Ipv4Net::new(address, length).ok().map(|narrow| IpNet::V4(narrow.trunc())),
        None => Some(network.trunc()),
    }
}
