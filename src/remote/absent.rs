//! The kids that the issuer was asked for and did not have.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Timestamp;

/// For how long a `kid` causes no further fetch. Not longer: the issuer may make that very key, and
/// whoever guesses its name beforehand must not shut it out.
const REMEMBER: Duration = Duration::from_secs(300);

/// More are not remembered; the cooldown stands behind this. A kid has at most 256 bytes.
const MOST: usize = 256;

/// Kids with the time at which they were found to be absent.
#[derive(Debug, Default)]
pub(super) struct Absent(HashMap<String, Timestamp>);

impl Absent {
    /// Whether the issuer is known not to have this key.
    pub fn contains(&self, kid: &str, now: Timestamp) -> bool {
        self.0.get(kid).is_some_and(|found| is_recent(*found, now))
    }

    /// Remembers that the issuer does not have it. Saying so again does not prolong it.
    pub fn insert(&mut self, kid: &str, now: Timestamp) {
        self.0.retain(|_, found| is_recent(*found, now));
        if self.0.len() < MOST {
            self.0.entry(kid.to_owned()).or_insert(now);
        }
    }
}

/// A clock that was set back makes it not recent.
fn is_recent(found: Timestamp, now: Timestamp) -> bool {
    now >= found && now.since(found) < REMEMBER
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_795_253_400);

    #[test]
    fn a_kid_is_remembered_for_five_minutes_however_often_it_comes() {
        let mut absent = Absent::default();
        absent.insert("k", START);
        absent.insert("k", START + Duration::from_secs(299));
        assert!(absent.contains("k", START + Duration::from_secs(299)));
        assert!(!absent.contains("k", START + Duration::from_secs(300)));
        assert!(!absent.contains("other", START));
        assert!(!absent.contains("k", START - Duration::from_secs(1)), "the clock was set back");
    }

    #[test]
    fn it_stays_small_whatever_comes_and_makes_room_when_time_has_passed() {
        let mut absent = Absent::default();
        for number in 0..10_000 {
            absent.insert(&format!("k{number}"), START);
        }
        assert_eq!(absent.0.len(), MOST);
        let later = START + REMEMBER;
        absent.insert("new", later);
        assert!(absent.contains("new", later));
        assert_eq!(absent.0.len(), 1);
    }
}
