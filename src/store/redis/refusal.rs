//! What a server's refusal means. Its own words may repeat arguments, so that of them only a code and
//! the name of a command are ever shown.

use std::fmt;

use redis::ServerError;

/// Codes that mean one thing.
const CODES: &[(&str, &str)] = &[
    ("OOM", "its memory is full (maxmemory)"),
    ("MISCONF", "it cannot write its snapshot or log to the disk"),
    ("NOREPLICAS", "it has fewer replicas than min-replicas-to-write asks for"),
    ("READONLY", "it is a replica"),
    ("MASTERDOWN", "it is a replica that has lost its primary"),
    ("LOADING", "it is reading its data"),
    ("BUSY", "a script keeps it busy"),
    ("NOAUTH", "it asks for a password"),
    ("CLUSTERDOWN", "its cluster is down"),
    ("MOVED", CLUSTER),
];

/// What else is recognised, by a part of the text.
const TEXTS: &[(&str, &str)] = &[
    ("max number of clients", NO_ROOM),
    ("DB index is out of range", "it does not have a database of that number"),
    ("SELECT is not allowed in cluster mode", CLUSTER),
    ("cluster support disabled", "it is no node of a cluster: use redis://"),
    ("can't access at least one of the keys", KEYS),
    ("access one of the keys", KEYS),
    ("No permissions to access a key", KEYS),
    ("can't run this command", "our user may not run a command of our scripts (ACL)"),
];

/// Said of a node of a cluster where one server is wanted.
pub(super) const CLUSTER: &str = "it is a node of a cluster: use redis+cluster://";

/// Said of a server that takes no more connections.
pub(super) const NO_ROOM: &str = "it has as many clients as it takes (maxclients)";

const KEYS: &str = "our user may not touch our keys (ACL)";

/// A server's refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    code: String,
    meaning: Option<String>,
}

impl Refusal {
    /// From a code and the rest of the text.
    pub(super) fn new(code: &str, details: Option<&str>) -> Self {
        Self { code: code.to_owned(), meaning: meaning(code, details.unwrap_or_default()) }
    }
}

impl From<&ServerError> for Refusal {
    fn from(error: &ServerError) -> Self {
        Self::new(error.code(), error.details())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server answers {}", self.code)?;
        self.meaning.as_ref().map_or(Ok(()), |meaning| write!(f, ": {meaning}"))
    }
}

fn meaning(code: &str, details: &str) -> Option<String> {
    if let Some(command) = forbidden(details) {
        return Some(format!("our user may not run {command} (ACL)"));
    }
    if details.contains("unknown command") {
        return Some(match named(details).as_deref() {
            Some("SENTINEL") => "it is no sentinel: use redis://".to_owned(),
            Some(command) => format!("it does not know {command}"),
            None => "it does not know a command".to_owned(),
        });
    }
    let text = TEXTS.iter().find(|(part, _)| details.contains(part));
    let (_, meaning) = text.or_else(|| CODES.iter().find(|(known, _)| *known == code))?;
    Some((*meaning).to_owned())
}

/// The command that an ACL forbids, where the server names it.
pub(super) fn forbidden(details: &str) -> Option<String> {
    details.contains("no permissions to run").then(|| named(details)).flatten()
}

/// What stands in the last quotes that hold nothing but a command's name. The first quotes may hold
/// somebody's, and what follows a command's name its arguments.
fn named(details: &str) -> Option<String> {
    let is_name = |text: &&str| {
        let is_good = |byte: u8| byte.is_ascii_alphabetic() || b"|-_".contains(&byte);
        (2..=32).contains(&text.len()) && text.bytes().all(is_good)
    };
    let (_, after) = details.split_once("command '").or_else(|| details.split_once("run the '"))?;
    let (name, _) = after.split_once('\'')?;
    Some(name).filter(is_name).map(str::to_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: &str, details: &str) -> String {
        Refusal::new(code, Some(details)).to_string()
    }

    #[test]
    fn a_forbidden_command_is_named() {
        for (details, command) in [
            ("this user has no permissions to run the 'set' command", "SET"),
            ("User svc has no permissions to run the 'config|get' command", "CONFIG|GET"),
            ("this user has no permissions to run the 'zadd' command or its subcommand", "ZADD"),
        ] {
            let expected = format!("the server answers NOPERM: our user may not run {command} (ACL)");
            assert_eq!(said("NOPERM", details), expected);
        }
    }

    #[test]
    fn well_known_refusals_are_explained() {
        for (code, details, meaning) in [
            ("NOPERM", "this user has no permissions to access one of the keys used as arguments", KEYS),
            ("NOPERM", "No permissions to access a key", KEYS),
            ("ERR", "max number of clients reached", "it has as many clients as it takes (maxclients)"),
            ("ERR", "DB index is out of range", "it does not have a database of that number"),
            ("ERR", "unknown command 'WAIT', with args beginning with: '1' 'secret' ", "it does not know WAIT"),
            ("ERR", "unknown command `SENTINEL`, with args", "it does not know a command"),
            ("ERR", "unknown command 'SENTINEL', with args", "it is no sentinel: use redis://"),
            ("ERR", "This instance has cluster support disabled", "it is no node of a cluster: use redis://"),
            ("MOVED", "3999 127.0.0.1:6381", CLUSTER),
            ("OOM", "command not allowed when used memory > 'maxmemory'.", "its memory is full (maxmemory)"),
        ] {
            assert_eq!(said(code, details), format!("the server answers {code}: {meaning}"));
        }
    }

    #[test]
    fn nothing_else_of_a_servers_words_is_repeated() {
        for details in ["some 'secret' went wrong", "unknown command 'a secret', with", "run the 'secret 1' command"] {
            assert!(!said("ERR", details).contains("secret"), "{details}");
        }
        assert_eq!(said("ERR", "whatever"), "the server answers ERR");
        assert_eq!(Refusal::new("WHY", None).to_string(), "the server answers WHY");
    }
}
