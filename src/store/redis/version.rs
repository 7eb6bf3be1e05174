//! Which versions have known holes in their script engine.

use std::fmt;

/// The first good patch of each minor version for CVE-2025-49844 (a script can run code in the server)
/// and its siblings of October 2025; `None`: no release of that version has the fix. What is older
/// than the table has no fix, what is newer was made after it.
type Fixed = &'static [((u32, u32), Option<u32>)];

const REDIS: Fixed =
    &[((6, 2), Some(20)), ((7, 0), None), ((7, 2), Some(11)), ((7, 4), Some(6)), ((8, 0), Some(4)), ((8, 2), Some(2))];
const VALKEY: Fixed = &[((7, 2), Some(11)), ((8, 0), Some(6)), ((8, 1), Some(4))];

/// A server's program and version, as INFO tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    program: &'static str,
    number: (u32, u32, u32),
}

impl Version {
    /// From the text of INFO. Valkey also names the version of Redis that it is compatible with.
    pub(super) fn parse(info: &str) -> Option<Self> {
        let field = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let (program, text) = match field("valkey_version") {
            Some(version) => ("Valkey", version),
            None => ("Redis", field("redis_version")?),
        };
        let mut numbers = text.trim().split('.').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self { program, number: (next()?, next()?, next()?) })
    }

    /// Whether its scripts can do more than scripts should.
    pub(super) fn is_vulnerable(&self) -> bool {
        let fixed = if self.program == "Valkey" { VALKEY } else { REDIS };
        let (major, minor, patch) = self.number;
        match fixed.iter().find(|(version, _)| *version == (major, minor)) {
            Some((_, good)) => good.is_none_or(|good| patch < good),
            None => fixed.last().is_some_and(|(newest, _)| (major, minor) < *newest),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor, patch) = self.number;
        write!(f, "{} {major}.{minor}.{patch}", self.program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(info: &str) -> Version {
        Version::parse(info).unwrap()
    }

    #[test]
    fn the_first_good_patch_of_each_version_is_known() {
        for (bad, good) in
            [("6.2.19", "6.2.20"), ("7.2.10", "7.2.11"), ("7.4.5", "7.4.6"), ("8.0.3", "8.0.4"), ("8.2.1", "8.2.2")]
        {
            assert!(version(&format!("redis_version:{bad}")).is_vulnerable(), "{bad}");
            assert!(!version(&format!("redis_version:{good}")).is_vulnerable(), "{good}");
        }
        for bad in ["5.0.14", "6.0.20", "7.0.15", "7.3.99"] {
            assert!(version(&format!("redis_version:{bad}")).is_vulnerable(), "{bad}");
        }
        for good in ["8.4.0", "9.0.0"] {
            assert!(!version(&format!("redis_version:{good}")).is_vulnerable(), "{good}");
        }
    }

    #[test]
    fn valkey_is_judged_by_its_own_number() {
        let info = |number: &str| format!("# Server\r\nredis_version:7.2.4\r\nvalkey_version:{number}\r\nos:x\r\n");
        for (bad, good) in [("7.2.10", "7.2.11"), ("8.0.5", "8.0.6"), ("8.1.3", "8.1.4")] {
            assert!(version(&info(bad)).is_vulnerable(), "{bad}");
            assert!(!version(&info(good)).is_vulnerable(), "{good}");
        }
        assert!(!version(&info("9.0.0")).is_vulnerable());
        assert_eq!(version(&info("8.1.4")).to_string(), "Valkey 8.1.4");
    }

    #[test]
    fn what_is_no_version_is_unknown() {
        for info in ["", "redis_version:", "redis_version:8", "redis_version:a.b.c", "xredis_version:8.2.2"] {
            assert_eq!(Version::parse(info), None, "{info:?}");
        }
    }
}
