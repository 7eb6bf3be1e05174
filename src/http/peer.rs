//! Whose request is it: the address that session lists and the audit log name.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// The client's address: the rightmost of X-Forwarded-For that is not itself a trusted proxy.
///
/// Each proxy appends the address that it saw, so the header is believed from the right, and only as
/// far as trusted proxies wrote it; what stands left of that, the client may have made up. `peer` is
/// the other end of the connection, `forwarded_for` the header's lines in order. With 10.0.0.0/8
/// trusted:
///
/// | peer | X-Forwarded-For | client | because |
/// |---|---|---|---|
/// | 9.9.9.9 | 1.1.1.1 | 9.9.9.9 | the peer is not trusted: the header is not read |
/// | 10.0.0.1 | | 10.0.0.1 | the proxy says nothing |
/// | 10.0.0.1 | 6.6.6.6, 1.1.1.1 | 1.1.1.1 | the proxy saw 1.1.1.1, which claims to be 6.6.6.6 |
/// | 10.0.0.1 | 1.1.1.1, 10.0.0.2 | 1.1.1.1 | two proxies, one behind the other |
/// | 10.0.0.1 | 10.0.0.3, 10.0.0.2 | 10.0.0.3 | a client from within |
/// | 10.0.0.1 | 1.1.1.1, unknown, 10.0.0.2 | 10.0.0.2 | what cannot be read ends the walk |
///
/// A line that is not text is to be given as an empty one, so that it ends the walk as well. An entry
/// may carry a port and brackets. IPv4 written as IPv6 counts as IPv4 in addresses; a
/// network of `trusted` is to be given as IPv4 (`config` sees to it).
pub fn client_address<'a>(peer: IpAddr, forwarded_for: impl Iterator<Item = &'a str>, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    let lines: Vec<&str> = forwarded_for.collect();
    let mut entries = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while is_trusted(&client) {
        match entries.next().and_then(address) {
            Some(address) => client = address,
            None => break,
        }
    }
    client
}

/// The address of one entry: `1.2.3.4`, `1.2.3.4:5`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:5`.
fn address(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse().or_else(|_| entry.parse::<SocketAddr>().map(|socket| socket.ip())).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded_for: &[&str]) -> String {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        client_address(peer.parse().unwrap(), forwarded_for.iter().copied(), &trusted).to_string()
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_is_the_client() {
        let table: &[(&str, &[&str], &str)] = &[
            // The documentation's rows.
            ("9.9.9.9", &["1.1.1.1"], "9.9.9.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["1.1.1.1, 10.0.0.2"], "1.1.1.1"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("10.0.0.1", &["1.1.1.1, unknown, 10.0.0.2"], "10.0.0.2"),
            // Several lines are one list, in order.
            ("10.0.0.1", &["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, 1.1.1.1", "10.0.0.2"], "1.1.1.1"),
            // An entry that cannot be read is not stepped over, not even an empty one.
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1,"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, 10.0.0.2:port"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1 10.0.0.2"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1\u{e9}"], "10.0.0.1"),
            // What stands left of the client is not even read.
            ("10.0.0.1", &["<script>, 1.1.1.1"], "1.1.1.1"),
        ];
        for (peer, forwarded_for, expected) in table {
            assert_eq!(client(peer, forwarded_for), *expected, "{peer} {forwarded_for:?}");
        }
    }

    #[test]
    fn ports_brackets_space_and_mapped_addresses_are_understood() {
        let table = [
            ("10.0.0.1", " \t1.1.1.1\t", "1.1.1.1"),
            ("10.0.0.1", "1.1.1.1:4711", "1.1.1.1"),
            ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
            ("10.0.0.1", "[2001:db8::7]", "2001:db8::7"),
            ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
            ("10.0.0.1", "1.1.1.1,[fd00::2]:4711", "1.1.1.1"),
            ("10.0.0.1", "::ffff:1.1.1.1", "1.1.1.1"),
            ("10.0.0.1", "1.1.1.1, ::ffff:10.0.0.2", "1.1.1.1"),
            ("::ffff:10.0.0.1", "1.1.1.1", "1.1.1.1"),
            ("::ffff:9.9.9.9", "1.1.1.1", "9.9.9.9"),
            ("fd00::1", "1.1.1.1", "1.1.1.1"),
            ("2001:db8::1", "1.1.1.1", "2001:db8::1"),
        ];
        for (peer, line, expected) in table {
            assert_eq!(client(peer, &[line]), expected, "{peer} {line:?}");
        }
    }

    #[test]
    fn without_trusted_proxies_nobody_is_believed() {
        let peer = "127.0.0.1".parse().unwrap();
        assert_eq!(client_address(peer, ["1.1.1.1"].into_iter(), &[]), peer);
    }
}
