//! Where Redis is: the URL of JETON_SESSIONS_URL, parsed and nothing else.

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::Ipv6Addr;

use crate::secret::Secret;

/// The schemes, and what each means.
const SCHEMES: &[(&str, Form, bool)] = &[
    ("redis", Form::Single, false),
    ("rediss", Form::Single, true),
    ("redis+sentinel", Form::Sentinel, false),
    ("rediss+sentinel", Form::Sentinel, true),
    ("redis+cluster", Form::Cluster, false),
    ("rediss+cluster", Form::Cluster, true),
];

/// What kind of group a scheme names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Single,
    Sentinel,
    Cluster,
}

/// One server's address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// A name or an address; IPv6 without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

/// How the servers belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topology {
    /// One server, or a name behind which somebody else keeps one.
    Single(Node),
    /// Sentinels that know the primary of a group.
    Sentinel {
        /// The sentinels, not the servers.
        sentinels: Vec<Node>,
        /// The group's name.
        group: String,
    },
    /// Some nodes of a cluster; they know the others.
    Cluster(Vec<Node>),
}

/// Who we are to the servers. `Debug` shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The ACL user; `None`: the default user.
    pub user: Option<String>,
    /// Its password.
    pub password: Secret<String>,
}

/// A parsed URL. `Debug` shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisUrl {
    /// Which servers.
    pub topology: Topology,
    /// Whether they speak TLS.
    pub tls: bool,
    /// Who we are to them; the sentinels have a password of their own.
    pub login: Option<Login>,
    /// The database's number; always 0 in a cluster.
    pub database: u16,
}

impl RedisUrl {
    /// The schemes that [`Self::parse`] takes.
    pub fn schemes() -> impl Iterator<Item = &'static str> {
        SCHEMES.iter().map(|(scheme, ..)| *scheme)
    }

    /// Parses `redis://[[user]:password@]host[:port][/database]`, `rediss://…`,
    /// `redis+sentinel://[[user]:password@]host[:port],…/group[/database]` and
    /// `redis+cluster://[[user]:password@]host[:port],…`; the latter two also with `rediss+`. User,
    /// password and group are percent-decoded.
    ///
    /// # Errors
    /// What is wrong, said without repeating any of it: it may be a password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.split_once("://").ok_or("it is no URL")?;
        let (_, form, tls) = SCHEMES.iter().find(|(known, ..)| *known == scheme).ok_or("its scheme is not known")?;
        if rest.contains(['?', '#']) {
            return Err("it has a query or a fragment; ? and # in a password are written %3F and %23");
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, hosts) = match authority.rsplit_once('@') {
            Some((login, hosts)) => (Some(parse_login(login)?), hosts),
            None => (None, authority),
        };
        let default_port = if *form == Form::Sentinel { 26_379 } else { 6_379 };
        let nodes = hosts.split(',').map(|host| parse_node(host, default_port)).collect::<Result<Vec<_>, _>>()?;
        let (topology, database) = match form {
            Form::Single => (single(nodes)?, path),
            Form::Cluster => (Topology::Cluster(nodes), path),
            Form::Sentinel => {
                let (group, database) = path.split_once('/').unwrap_or((path, ""));
                let group = percent_decoded(group)?;
                if group.is_empty() {
                    return Err("it does not name the group that the sentinels watch");
                }
                (Topology::Sentinel { sentinels: nodes, group }, database)
            }
        };
        let database = parse_database(database)?;
        if *form == Form::Cluster && database != 0 {
            return Err("a cluster has only database 0");
        }
        Ok(Self { topology, tls: *tls, login, database })
    }
}

fn single(mut nodes: Vec<Node>) -> Result<Topology, &'static str> {
    match (nodes.pop(), nodes.is_empty()) {
        (Some(node), true) => Ok(Topology::Single(node)),
        _ => Err("it names several hosts: their scheme is redis+sentinel or redis+cluster"),
    }
}

fn parse_login(text: &str) -> Result<Login, &'static str> {
    let (user, password) = text.split_once(':').ok_or("it has a user without a password")?;
    let (user, password) = (percent_decoded(user)?, percent_decoded(password)?);
    if password.is_empty() {
        return Err("its password is empty");
    }
    Ok(Login { user: (!user.is_empty()).then_some(user), password: Secret::new(password) })
}

fn parse_node(text: &str, default_port: u16) -> Result<Node, &'static str> {
    const WRONG: &str = "one of its hosts is none";
    let (host, port) = match text.strip_prefix('[') {
        Some(bracketed) => {
            let (address, port) = bracketed.split_once(']').ok_or(WRONG)?;
            address.parse::<Ipv6Addr>().map_err(|_| WRONG)?;
            (address, if port.is_empty() { None } else { Some(port.strip_prefix(':').ok_or(WRONG)?) })
        }
        None => {
            let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            if name.is_empty() || !name.bytes().all(is_name) {
                return Err(WRONG);
            }
            (name, port)
        }
    };
    let port = port.map_or(Some(default_port), number).filter(|port| *port != 0).ok_or("one of its ports is none")?;
    Ok(Node { host: host.to_owned(), port })
}

fn parse_database(text: &str) -> Result<u16, &'static str> {
    if text.is_empty() { Ok(0) } else { number(text).ok_or("its database is no number from 0 to 65535") }
}

/// Digits and nothing else: no sign.
fn number(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// RFC 3986 §2.1; what is no escape stands for itself.
fn percent_decoded(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "a % in it does not begin an escape; a % itself is written %25";
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (high, low) = (digit().ok_or(WRONG)?, digit().ok_or(WRONG)?);
        decoded.push(u8::try_from(high * 16 + low).expect("two hexadecimal digits are a byte"));
    }
    String::from_utf8(decoded).map_err(|_| WRONG)
}
