//! Which node of a cluster has which key (the Redis cluster specification): 16384 slots.

use redis::Value;

use super::url::Node;

/// How many slots there are.
pub(super) const SLOTS: u16 = 16_384;

/// A key's slot: CRC-16/XMODEM of what stands in its first braces, or of all of it.
pub(super) fn slot(key: &[u8]) -> u16 {
    let hashed = key
        .iter()
        .position(|byte| *byte == b'{')
        .and_then(|open| {
            let tail = &key[open + 1..];
            let close = tail.iter().position(|byte| *byte == b'}')?;
            (close > 0).then_some(&tail[..close])
        })
        .unwrap_or(key);
    crc16(hashed) % SLOTS
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc: u16, byte| {
        (0..8).fold(
            crc ^ (u16::from(*byte) << 8),
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
            },
        )
    })
}

/// Who serves what, as a node of the cluster told it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SlotMap {
    /// First slot, last slot, primary.
    ranges: Vec<(u16, u16, Node)>,
}

impl SlotMap {
    /// From the answer to CLUSTER SLOTS; `asked` is who gave it, and stands in for a node that does
    /// not know its own address.
    pub(super) fn parse(answer: &Value, asked: &Node) -> Option<Self> {
        let Value::Array(ranges) = answer else { return None };
        ranges.iter().map(|range| parse_range(range, asked)).collect::<Option<_>>().map(|ranges| Self { ranges })
    }

    /// The primary of a slot; `None` where nobody serves it.
    pub(super) fn primary(&self, slot: u16) -> Option<&Node> {
        self.ranges.iter().find(|(first, last, _)| (*first..=*last).contains(&slot)).map(|(.., node)| node)
    }

    /// Every primary, perhaps more than once.
    pub(super) fn primaries(&self) -> impl Iterator<Item = &Node> {
        self.ranges.iter().map(|(.., node)| node)
    }
}

fn parse_range(range: &Value, asked: &Node) -> Option<(u16, u16, Node)> {
    let Value::Array(parts) = range else { return None };
    let [Value::Int(first), Value::Int(last), Value::Array(primary), ..] = parts.as_slice() else { return None };
    let [host, Value::Int(port), ..] = primary.as_slice() else { return None };
    let host = match host {
        Value::BulkString(host) if !host.is_empty() => std::str::from_utf8(host).ok()?.to_owned(),
        _ => asked.host.clone(),
    };
    Some((u16::try_from(*first).ok()?, u16::try_from(*last).ok()?, Node { host, port: u16::try_from(*port).ok()? }))
}

/// Where an error sends us: `MOVED 3999 127.0.0.1:6381`, and ASK alike. `replied` is who said so.
pub(super) fn redirection(details: &str, replied: &Node) -> Option<Node> {
    let (_, address) = details.split_once(' ')?;
    let (host, port) = address.rsplit_once(':')?;
    let host = if host.is_empty() { &replied.host } else { host };
    Some(Node { host: host.trim_matches(['[', ']']).to_owned(), port: port.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(host: &str, port: u16) -> Node {
        Node { host: host.to_owned(), port }
    }

    #[test]
    fn slots_are_those_of_the_specification() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
        assert_eq!(slot(b"foo"), 12_182);
        assert_eq!(slot(b"{user1000}.following"), slot(b"{user1000}.followers"));
        assert_eq!(slot(b"foo{{bar}}zap"), slot(b"{bar"));
        assert_eq!(slot(b"foo{bar}{zap}"), slot(b"bar"));
        assert_ne!(slot(b"foo{}{bar}"), slot(b"bar"));
        assert_eq!(slot(b""), 0);
    }

    #[test]
    fn a_map_is_read_and_a_nameless_node_is_the_one_that_was_asked() {
        let text = |text: &str| Value::BulkString(text.into());
        let range = |first, last, host: Value, port| {
            Value::Array(vec![Value::Int(first), Value::Int(last), Value::Array(vec![host, Value::Int(port)])])
        };
        let answer = Value::Array(vec![
            range(0, 99, text("10.0.0.1"), 7_000),
            range(100, 199, text(""), 7_001),
            range(300, 300, Value::Nil, 7_002),
        ]);
        let map = SlotMap::parse(&answer, &node("seed", 1)).unwrap();
        assert_eq!(map.primary(99), Some(&node("10.0.0.1", 7_000)));
        assert_eq!(map.primary(100), Some(&node("seed", 7_001)));
        assert_eq!(map.primary(200), None);
        assert_eq!(map.primary(300), Some(&node("seed", 7_002)));
        assert_eq!(SlotMap::parse(&Value::Okay, &node("seed", 1)), None);
        assert_eq!(SlotMap::parse(&Value::Array(vec![Value::Nil]), &node("seed", 1)), None);
    }

    #[test]
    fn a_redirection_names_a_node_or_the_port_of_the_same_host() {
        let replied = node("h", 1);
        assert_eq!(redirection("3999 127.0.0.1:6381", &replied), Some(node("127.0.0.1", 6_381)));
        assert_eq!(redirection("3999 :6381", &replied), Some(node("h", 6_381)));
        assert_eq!(redirection("3999 ::1:6381", &replied), Some(node("::1", 6_381)));
        assert_eq!(redirection("3999", &replied), None);
    }
}
